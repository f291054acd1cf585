"""
Scoring on a cluster: the work of `patron.core.scoring.run` by workers that share a storage and nothing else.
"""
