"""
The channels that come with Patron, a plugin each.
"""
