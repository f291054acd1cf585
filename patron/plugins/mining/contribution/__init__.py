"""
What products, customers and groups of customers bring: sales, costs and margin by any columns, ranked.
"""
