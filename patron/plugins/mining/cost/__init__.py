"""
What it costs to serve customers, by the channels over which they order; who is gold, and who causes cost.
"""
