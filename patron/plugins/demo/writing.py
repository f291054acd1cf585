"""
Writes the lines of an example shop to a Parquet or CSV file, block by block, whole or not at all.

Blocks are drawn by a few threads ahead of the writer and written in order, so that memory stays the same whatever the size.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet

from patron import UsageError
from patron.core.files import atomic_target
from patron.core.i18n import Catalogue
from patron.plugins.demo.columns import MONEY, pick, to_ids, to_money
from patron.plugins.demo.shop import BLOCK, FEWEST_LINES_PER_CUSTOMER, Lines, Shop, draw_block
from patron.plugins.demo.stock import read_stock

SUFFIXES = (".parquet", ".csv")
BLOCKS_PER_GROUP = 4
"""Blocks in a row group of Parquet: about a million lines."""

_AHEAD = 3

Write = Callable[[pa.Table], None]


def write_shop(
    shop: Shop, path: Path, *, words: Catalogue, integer_ids: bool = False, advance: Callable[[int], None] | None = None
) -> None:
    """
    Write all lines of *shop* to *path*.

    Args:
        shop: which shop.
        path: where to; the ending says the format.
        words: the messages of this plugin.
        integer_ids: write customer and order ids as integers, not as text such as `C000042`.
        advance: told the number of lines whenever some were written.

    Raises:
        UsageError: no such format, or more customers than the lines suffice for.
        OutputError: the file can't be written.
    """
    if path.suffix not in SUFFIXES:
        raise UsageError("demo.unknown_format", catalogue=words, path=path, endings=", ".join(SUFFIXES))
    if shop.customers > max(1, shop.lines // FEWEST_LINES_PER_CUSTOMER):
        raise UsageError(
            "demo.too_many_customers", catalogue=words, lines=shop.lines, most=shop.lines // FEWEST_LINES_PER_CUSTOMER
        )
    opened = _parquet_writer if path.suffix == ".parquet" else _csv_writer
    with atomic_target(path) as draft, opened(draft, _schema(integer_ids)) as write:
        waiting: list[pa.Table] = []
        for number, table in enumerate(_tables(shop, integer_ids), 1):
            waiting.append(table)
            if number % BLOCKS_PER_GROUP == 0 or number == shop.blocks:
                write(pa.concat_tables(waiting))
                waiting.clear()
            if advance is not None:
                advance(table.num_rows)


def to_table(shop: Shop, lines: Lines, *, integer_ids: bool = False) -> pa.Table:
    """Return a block as an Arrow table, the form in which it is written."""
    stock = read_stock()
    named = lines.customers > 0
    columns = [
        to_ids("C", lines.customers, shop.customers, integer_ids=integer_ids, present=named),
        pick(stock.names, lines.names, named),
        to_ids("S", lines.orders, shop.lines, integer_ids=integer_ids),
        pa.array(lines.seconds * 1_000_000).view(pa.timestamp("us")),
        pick(stock.products, lines.products),
        pick(stock.product_names, lines.products),
        pa.array(lines.quantities, pa.int32()),
        to_money(lines.prices),
        to_money(lines.amounts),
        to_money(lines.discounts),
        to_money(lines.costs),
        pick(stock.channels, lines.channels),
        pick(stock.cities, lines.cities),
    ]
    return pa.Table.from_arrays(columns, schema=_schema(integer_ids))


def _schema(integer_ids: bool) -> pa.Schema:
    ids = pa.int64() if integer_ids else pa.string()
    listed = pa.dictionary(pa.int16(), pa.string())
    return pa.schema(
        {
            "customer_id": ids,
            "customer": listed,
            "order_id": ids,
            "ordered_at": pa.timestamp("us"),
            "product": listed,
            "product_name": listed,
            "quantity": pa.int32(),
            "unit_price": MONEY,
            "amount": MONEY,
            "discount": MONEY,
            "cost": MONEY,
            "channel": listed,
            "city": listed,
        }
    )


def _tables(shop: Shop, integer_ids: bool) -> Iterator[pa.Table]:
    """Yield the blocks in order while the next ones are being drawn."""
    drawn: deque[Future[pa.Table]] = deque()
    with ThreadPoolExecutor(max_workers=2) as pool:
        try:
            for number in range(shop.blocks):
                drawn.append(pool.submit(lambda at: to_table(shop, draw_block(shop, at), integer_ids=integer_ids), number))
                if len(drawn) > _AHEAD:
                    yield drawn.popleft().result()
            while drawn:
                yield drawn.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _parquet_writer(path: Path, schema: pa.Schema) -> Iterator[Write]:
    # Text ids hardly repeat within a row group: a dictionary of them would only cost time.
    listed = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    with pa.parquet.ParquetWriter(path, schema, use_dictionary=listed, store_decimal_as_integer=True) as writer:
        yield lambda table: writer.write_table(table, row_group_size=BLOCK * BLOCKS_PER_GROUP)


@contextmanager
def _csv_writer(path: Path, schema: pa.Schema) -> Iterator[Write]:
    plain = pa.schema([pa.field(field.name, _plain(field.type)) for field in schema])
    options = pa.csv.WriteOptions(quoting_style="needed")
    with pa.csv.CSVWriter(path, plain, write_options=options) as writer:
        yield lambda table: writer.write_table(table.cast(plain))


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    return pa.timestamp("s") if pa.types.is_timestamp(kind) else kind
