"""
Reports: which there are, building one into a document, and writing it with a renderer.
"""
