"""
The colours of pages and charts: ink on white and one teal whose lightness alone carries meaning, so that greyscale loses nothing.
"""

INK = "#1c2529"
MUTED = "#5b686e"
RULE = "#dde3e5"
FILL = "#1d6b74"
SHADES = ["#e6f1f2", "#7fb2b8", "#0f4c54"]
"""From none to most, lighter to darker."""

PAPER = "#ffffff"
