"""
Slow, independent twins of the fast functions: pure Python, written from the definitions, for tests to compare with.
"""
