"""
How long leads and customers last, and when they are most likely to be lost.
"""
