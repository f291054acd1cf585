"""
What is bought after what, and what customers are about to buy.
"""
