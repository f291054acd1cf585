"""
What is bought together, and what goes with what a customer has.
"""
