"""
The revisions of the tables of the core, a module each, in the order of their numbers.
"""
