"""
What analyses share that read rows of any columns: options, names as numbers, tables written to files, and what is said.
"""
