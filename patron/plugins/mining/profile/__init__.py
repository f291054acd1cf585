"""
Who those are whom one looks for: what they have in common, and who resembles them.
"""
