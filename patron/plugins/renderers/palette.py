"""
The colours of pages and charts: ink on white and one teal whose lightness alone carries meaning, so that greyscale loses
nothing; several lines in one chart differ by their dashes, too.
"""

INK = "#1c2529"
MUTED = "#5b686e"
RULE = "#dde3e5"
FILL = "#1d6b74"
SHADES = ["#e6f1f2", "#7fb2b8", "#0f4c54"]
"""From none to most, lighter to darker."""

LINES = ["#1d6b74", "#c0552d", "#5b686e"]
"""Lines of one chart, in order."""

DASHES = [[1, 0], [6, 4], [2, 3]]
"""How they are dashed: on, off."""

PAPER = "#ffffff"
