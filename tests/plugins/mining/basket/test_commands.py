"""`patron analyse basket`: rules, itemsets and suggestions, whatever items are called, and what is said when there are none."""

import json
from fractions import Fraction

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patron.core.errors import CapacityError, InputError, UsageError
from patron.kernel.twins import rules as twin

SHOP = "order,who,thing\n" + "".join(
    f"{order},{who},{thing}\n"
    for order, who, things in [
        (1, "ann", ["diapers", "beer"]),
        (2, "ann", ["diapers", "beer", "milk", "beer"]),
        (3, "bob", ["diapers"]),
        (4, "bob", ["milk"]),
        (5, "", ["milk"]),
    ]
    for thing in things
)
COLUMNS = ("--transaction", "order", "--item", "thing")
LOW = ("--min-support", "0.4", "--min-confidence", "0.6")


@pytest.fixture(name="run")
def _run(printed):
    return lambda *args, **options: printed("basket", *args, **options)


@pytest.fixture(name="found")
def _found(run):
    """Return a function that runs the command and returns its JSON."""
    return lambda *args: json.loads(run(*args, "--format", "json").stdout)


@pytest.mark.requirement("R301", "R308")
def test_rules_as_json(text_file, found):
    """Diapers and beer: an item counts once in a transaction, and each measure is what its definition says."""
    result = found(text_file(SHOP), *COLUMNS, *LOW)

    assert {"transactions": 5, "items": 3, "min_count": 2} == {key: result[key] for key in ("transactions", "items", "min_count")}
    assert {"1": 3, "2": 1} == result["itemsets"]
    beer = {"antecedent": ["beer"], "consequent": ["diapers"], "count": 2, "antecedent_count": 2, "consequent_count": 3}
    assert {**beer, "support": 0.4, "confidence": 1.0, "lift": 5 / 3, "leverage": 4 / 25} == result["rules"][0]
    assert [["diapers"]] == [rule["antecedent"] for rule in result["rules"][1:]]
    assert {"read": 9, "used": 9, "skipped": {}} == result["rows"]


names = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), min_size=1, max_size=5).filter(
    lambda name: name.strip()
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sets(names, max_size=4), min_size=1, max_size=8))
def test_items_may_be_called_anything(tmp_path, found, baskets):
    """Quotes, commas, bars, line breaks, formulas: the rules are those of the twin, by name."""
    baskets = [basket | {"in all"} for basket in baskets]
    lines = [(number, name) for number, basket in enumerate(baskets) for name in sorted(basket)]
    path = tmp_path / "any.parquet"
    pq.write_table(pa.table({"order": [number for number, _ in lines], "thing": [name for _, name in lines]}), path)
    known = sorted({name for _, name in lines}, key=str.encode)
    full = [{known.index(name) for name in basket} for basket in baskets]
    expected = twin.association_rules(full, Fraction("0.25"), Fraction("0.5"))
    result = found(path, *COLUMNS, "--min-support", "25%", "--min-confidence", "50%")

    sides = {
        tuple(tuple(known.index(name) for name in rule[side]) for side in ("antecedent", "consequent")): rule["count"]
        for rule in result["rules"]
    }
    assert {side: values[0] for side, values in expected.items()} == sides


def test_rules_as_files(text_file, tmp_path, run):
    """CSV joins the items of a side so that they can be taken apart; Parquet has lists; formulas are made harmless."""
    path = text_file('order,thing\n1,a|b\n1,=c\n1,"d\\"\n2,a|b\n2,=c\n2,"d\\"\n')
    args = (path, *COLUMNS, "--min-support", "1", "--min-confidence", "1", "--min-length", "3")
    assert f"Written: {tmp_path / 'r.csv'}" in run(*args, "-o", tmp_path / "r.csv").notices
    run(*args, "-o", tmp_path / "r.parquet", "--itemsets", tmp_path / "i.csv")

    table = pq.read_table(tmp_path / "r.parquet")
    assert (["=c", "a|b"], ["d\\"]) in list(zip(table["antecedent"].to_pylist(), table["consequent"].to_pylist(), strict=True))
    written = pacsv.read_csv(tmp_path / "r.csv")
    assert written["antecedent"].to_pylist()[-1] == "a\\|b|d\\\\"
    assert "'=c|a\\|b" in written["antecedent"].to_pylist()
    assert 6 == len(written)
    sets = pacsv.read_csv(tmp_path / "i.csv")
    assert [1, 1, 1, 2, 2, 2, 3] == sets["length"].to_pylist()
    assert [2] * 7 == sets["count"].to_pylist()


def test_a_set_too_large_for_all_its_subsets_is_told_early(text_file, refused):
    """With what stands together, and what to ask for in its place."""
    lines = [f"{order},thing {item:02}\n" for order in range(2) for item in range(40)] + [
        f"{order},a\n" for order in range(2, 40)
    ]
    args = (text_file("order,thing\n" + "".join(lines)), *COLUMNS, "--min-support", "0.05", "--min-confidence", "0.8")
    message = refused(CapacityError, "basket", *args)

    assert "40 items stand together in at least 2 of 40 transactions (thing 00, thing 01, thing 02" in message
    assert "1,099,511,627,775 sets" in message
    assert "(with 0.1 no large set was found), or say --max-length 3" in message
    assert "40 个商品" in refused(CapacityError, "basket", *args, lang="zh")


@pytest.mark.parametrize(
    ("options", "lengths"),
    [
        ((), {(1, 1), (1, 2), (2, 1)}),
        (("--max-consequent", "1"), {(1, 1), (2, 1)}),
        (("--min-length", "3"), {(1, 2), (2, 1)}),
        (("--max-length", "2"), {(1, 1)}),
        (("--min-length", "3", "--max-consequent", "1"), {(2, 1)}),
    ],
)
def test_lengths_of_rules(text_file, found, options, lengths):
    path = text_file("order,thing\n1,a\n1,b\n1,c\n2,a\n2,b\n2,c\n")
    rules = found(path, *COLUMNS, "--min-support", "1", "--min-confidence", "1", *options)["rules"]
    assert lengths == {(len(rule["antecedent"]), len(rule["consequent"])) for rule in rules}


def test_thresholds_are_compared_as_they_are_written(text_file, found):
    """Three of thirty are at least 0.1, and four fifths at least 0.8, whatever their floats are."""
    rows = [(order, thing) for order in range(30) for thing in (("a", "b") if order < 3 else ("a",) if order < 5 else ("c",))]
    path = text_file("order,thing\n" + "".join(f"{order},{thing}\n" for order, thing in rows))
    rules = found(path, *COLUMNS, "--min-support", "0.1", "--min-confidence", "0.6")["rules"]
    assert [(["b"], 1.0), (["a"], 0.6)] == [(rule["antecedent"], rule["confidence"]) for rule in rules]
    assert 1 == len(found(path, *COLUMNS, "--min-support", "0.1", "--min-confidence", "0.6000000000000001")["rules"])


@pytest.mark.requirement("R302")
def test_suggestions_for_customers(text_file, tmp_path, run):
    """Bob has diapers and milk, and is offered beer; rows without a customer count in the rules all the same."""
    path, target = text_file(SHOP), tmp_path / "s.parquet"
    run(path, *COLUMNS, *LOW, "--customer", "who", "--recommend", target)
    assert [
        {"who": "bob", "rank": 1, "item": "beer", "confidence": 2 / 3, "lift": 5 / 3, "because": ["diapers"]}
    ] == pq.read_table(target).to_pylist()


def test_suggestions_for_transactions(text_file, tmp_path, run):
    """Without customers each transaction is one; limits on the rules that are shown are none on suggestions."""
    target = tmp_path / "s.csv"
    run(text_file(SHOP), *COLUMNS, *LOW, "--min-length", "3", "--recommend", target)
    assert [{"order": 3, "item": "beer"}] == pacsv.read_csv(target).select(["order", "item"]).to_pylist()


def test_rows_that_do_not_count_are_told(text_file, run):
    result = run(text_file("order,thing\n1,a\n,b\n2,\n2,a\n"), *COLUMNS, *LOW, "--format", "json")
    assert {"missing_transaction": 1, "missing_item": 1} == json.loads(result.stdout)["rows"]["skipped"]
    assert "no item (first: " in result.notices
    assert "rows.csv:4)" in result.notices


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_refused_is_said_in_both_languages(text_file, tmp_path, refused, monkeypatch, lang):
    path = text_file(SHOP)
    high = ("basket", path, *COLUMNS, "--min-support", "0.9", "--min-confidence", "0.6")
    assert "--min-support" in refused(InputError, *high, lang=lang)
    assert "thing" in refused(UsageError, "basket", path, "--transaction", "order", "--item", "thong", *LOW, lang=lang)
    both = ("-o", tmp_path / "x.csv", "--itemsets", tmp_path / "x.csv")
    assert "x.csv" in refused(UsageError, "basket", path, *COLUMNS, *LOW, *both, lang=lang)
    assert not (tmp_path / "x.csv").exists()
    assert "rows.csv" in refused(InputError, "basket", text_file("order,thing\n"), *COLUMNS, *LOW, lang=lang)
    monkeypatch.setattr("patron.kernel.itemsets.MOST_SETS", 0)
    assert "--max-length" in refused(CapacityError, "basket", text_file(SHOP), *COLUMNS, *LOW, lang=lang)


@pytest.mark.parametrize("share", ["1.5", "-0.1", "many", "", "nan", "1e-999999999", "0." + "1" * 40])
def test_a_share_that_is_none_is_a_slip_of_the_command_line(text_file, run, share):
    result = run(text_file(SHOP), *COLUMNS, f"--min-support={share}", "--min-confidence", "0.5")
    assert 2 == result.exit_code
    assert "write a number from 0 to 1" in result.stdout


def test_the_page_speaks_both_languages(text_file, run):
    path = text_file(SHOP)
    english, chinese = run(path, *COLUMNS, *LOW).stdout, run(path, *COLUMNS, *LOW, lang="zh").stdout
    assert english.startswith("What is bought together")
    assert chinese.startswith("哪些商品一起购买")
    assert "basket." not in english + chinese
    none = ("--min-support", "0.4", "--min-confidence", "1", "--min-length", "3")
    assert "There is no rule" in run(path, *COLUMNS, *none).stdout


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.requirement("R301")
def test_baskets_of_a_real_shop_count_as_DuckDB_counts_them(data_folder, tmp_path, run):
    """UCI Online Retail, invoices × stock codes at 1 %: every frequent item and pair, and the counts of every rule of pairs."""
    import duckdb

    file, sets, rules = data_folder / "online_retail.csv.gz", tmp_path / "sets.parquet", tmp_path / "rules.parquet"
    columns = ("--transaction", "InvoiceNo", "--item", "StockCode")
    run(file, *columns, "--min-support", "0.01", "--min-confidence", "0.5", "--itemsets", sets, "-o", rules)
    query = f"""
        with lines as (
            select distinct InvoiceNo as invoice, StockCode as item from read_csv('{file}', all_varchar=true)
            where trim(coalesce(InvoiceNo, '')) != '' and trim(coalesce(StockCode, '')) != ''
        ), least as (select ceil(count(distinct invoice) / 100) as least from lines),
        single as (select item, count(*) as count from lines group by item having count(*) >= (from least)),
        kept as materialized (select lines.* from lines semi join single using (item))
        select list_value(item) as items, count from single
        union all
        select list_value(a.item, b.item), count(*) from kept a join kept b on a.invoice = b.invoice and a.item < b.item
        group by a.item, b.item having count(*) >= (from least)
    """
    expected = {tuple(items): count for items, count in duckdb.sql(query).fetchall()}
    found = {tuple(row["items"]): row["count"] for row in pq.read_table(sets).to_pylist() if row["length"] <= 2}

    assert len(found) > 900
    assert expected == found
    for rule in pq.read_table(rules).to_pylist():
        if len(rule["antecedent"]) == len(rule["consequent"]) == 1:
            both = tuple(sorted((*rule["antecedent"], *rule["consequent"])))
            assert (expected[both], expected[tuple(rule["antecedent"])]) == (rule["count"], rule["antecedent_count"])
