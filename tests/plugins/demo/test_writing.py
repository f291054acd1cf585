"""Files of the example shop: Parquet and CSV hold the same exact lines."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from patron.core.errors import OutputError, UsageError
from patron.core.i18n import CORE
from patron.plugins.demo.shop import Shop
from patron.plugins.demo.writing import write_shop

SHOP = Shop(lines=3_000)


def test_parquet_and_csv_hold_the_same(tmp_path):
    for name in ("shop.parquet", "shop.csv"):
        write_shop(SHOP, tmp_path / name, words=CORE)
    parquet = pq.read_table(tmp_path / "shop.parquet")
    plain = pa.schema([pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in parquet.schema])
    options = pa.csv.ConvertOptions(column_types=plain, strings_can_be_null=True)
    csv = pa.csv.read_csv(tmp_path / "shop.csv", convert_options=options)

    assert parquet.cast(plain).equals(csv.cast(plain))


def test_money_is_exact(tmp_path):
    write_shop(SHOP, tmp_path / "shop.parquet", words=CORE)
    table = pq.read_table(tmp_path / "shop.parquet")
    row = table.slice(0, 1).to_pylist()[0]

    assert pa.decimal128(12, 2) == table.schema.field("amount").type
    assert row["quantity"] * row["unit_price"] - row["discount"] == row["amount"]
    assert min(table["amount"].to_pylist()) < Decimal(0)


def test_the_same_shop_gives_the_same_bytes(tmp_path):
    for name in ("one.parquet", "two.parquet"):
        write_shop(SHOP, tmp_path / name, words=CORE)

    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_ids_are_text_or_numbers_of_the_same_customers(tmp_path):
    write_shop(SHOP, tmp_path / "text.parquet", words=CORE)
    write_shop(SHOP, tmp_path / "int.parquet", words=CORE, integer_ids=True)
    text, numbers = (pq.read_table(tmp_path / name)["customer_id"] for name in ("text.parquet", "int.parquet"))

    assert pc.cast(pc.utf8_slice_codeunits(text, 1), pa.int64()).equals(numbers)
    assert text[0].as_py() == "C000001"
    assert text.null_count > 0


def test_progress_counts_every_line(tmp_path):
    told = []
    write_shop(SHOP, tmp_path / "shop.csv", words=CORE, advance=told.append)

    assert SHOP.lines == sum(told)


@pytest.mark.parametrize("name", ["shop.xlsx", "shop"])
def test_an_unknown_format_is_refused(tmp_path, name):
    with pytest.raises(UsageError):
        write_shop(SHOP, tmp_path / name, words=CORE)
    assert list(tmp_path.iterdir()) == []


def test_too_many_customers_are_refused(tmp_path):
    with pytest.raises(UsageError):
        write_shop(Shop(lines=100, customers=50), tmp_path / "shop.csv", words=CORE)


def test_a_missing_folder_is_an_output_error(tmp_path):
    with pytest.raises(OutputError):
        write_shop(SHOP, tmp_path / "none" / "shop.csv", words=CORE)
