"""
Lifetime value: how often customers will buy again, and what that is worth.
"""
