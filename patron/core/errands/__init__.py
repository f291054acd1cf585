"""
Errands: a channel asks its provider, in a process of its own and by a network that it is given.
"""
