"""
The revisions of the tables of calls.
"""
