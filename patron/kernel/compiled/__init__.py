"""
The compiled bodies: the only modules that import numba. The public functions of `patron.kernel` import them when rows are many.
"""
