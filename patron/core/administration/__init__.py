"""
The life of a database: made, upgraded, checked, backed up and restored.
"""
