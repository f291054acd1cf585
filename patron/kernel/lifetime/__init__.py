"""
Lifetime value: models of repeat purchases that end unseen, and of what a purchase is worth.

`histories` makes customers few by counting equal ones; `fit` finds the parameters of a model with `newton`; `dropout` (BG/NBD and
MBG/NBD), `pareto` (Pareto/NBD) and `opportunities` (BG/BB) are the models, `spend` the one of amounts (Gamma-Gamma); `future`
says what fitted models expect. All of it is NumPy: a fit of a million customers takes less time than loading compiled code does.

Floats enter after everything was counted in integers and put in order, so a result is the same bits for any order and split of
the customers.
"""
