"""
A score factor: a named way to compute columns of the customer table from columns that are there.
"""

from collections.abc import Callable, Mapping

import attrs

from patron.core.records.table import Column, Kind, as_labels


@attrs.frozen(kw_only=True)
class FactorColumn:
    """
    A column that a factor promises.

    Attributes:
        name: the column's name in the scores, `snake_case`, unique over all plugins.
        kind: what its values mean.
        labels: for `Kind.LABEL`, the codes in the order of their index.
        by: the columns that decide the values, for explanations: beside each value of this column the run keeps between which
            values of those the customers lie who have it. Of several names with `|` between them the first that the table has
            decides; names that it lacks are passed over.
    """

    name: str
    kind: Kind = attrs.field(converter=Kind)
    labels: tuple[str, ...] = attrs.field(default=(), converter=as_labels)
    by: tuple[str, ...] = attrs.field(default=(), converter=as_labels)


@attrs.frozen(kw_only=True)
class ScoreFactor:
    """
    Computes one or more columns for every customer.

    Attributes:
        code: unique name; the table `[scoring.CODE]` of `patron.toml` holds its parameters.
        columns: what it adds, in this order.
        needs: columns it reads. Where the table lacks one of them, or one of them has no value at all, the factor is not called
            and its columns have no values.
        uses: columns it reads where the table has them; like `needs` they come before it, but it is called without them too.
        compute: called with the table and the parameters; returns exactly `columns`, by name. It may be called for any number of
            customers, none included, and must not change what it is given.
        in_parts: whether the customers may come in parts, as a cluster has them. Then `compute` is given a third argument, which
            answers questions about all customers (`Population`); what it returns of a customer rests on the customer's row and
            on the answers alone. A factor that needs the whole table at once runs in one process only.
        parameters: an attrs class with a default for every field; None where there is nothing to set.
        optional: whether it runs only where it is asked for by its code, `patron score --with CODE`.
    """

    code: str
    columns: tuple[FactorColumn, ...]
    compute: Callable[..., Mapping[str, Column]]
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    parameters: type | None = None
    optional: bool = False
    in_parts: bool = False
