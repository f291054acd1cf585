"""
Why rows were refused: counted by kind and column, with examples, and kept for readers of any language.
"""

import json

from sqlalchemy import update

from patron.app import App
from patron.core.exchange import reasons_of
from patron.core.exchange.refusals import Example
from patron.core.nouns import Batch
from patron.core.store.tables import TABLES

HEADER = "姓名,手机,渠道,来店日期\n"


def batch_of(app: App) -> Batch:
    with app.session() as session, session.read() as reader:
        return reader.find(Batch)[0]


def test_thousands_of_refusals_are_a_line_a_kind(bring) -> None:
    """A kind is a reason and a column; it names the column as the file does, the first row, and one that says something else."""
    rows = ["张三,12,店面,2026-03-02"] * 300 + ["李四,13,店面,03/02/2026"] + ["王五,14,,2026-03-02"] * 2
    found = bring("leads", HEADER + "\n".join(rows) + "\n", chunk=100).result

    assert [
        ("identity.no_tel", 303, "手机", (Example(2, "12"), Example(302, "13"))),
        ("exchange.required", 2, "渠道", (Example(303), Example(304))),
        ("field.expected_time", 1, "来店日期", (Example(302, "03/02/2026"),)),
    ] == [(one.code, one.count, one.column, one.examples) for one in found.reasons]
    told = found.reasons[0].message()
    assert told.told("en").endswith("(column '手机'; row 2: '12'; row 302: '13'; …).")
    assert told.told("zh").endswith("（列“手机”；第 2 行“12”；第 302 行“13”；…）。")


def test_one_reason_in_two_columns_is_two_kinds(bring) -> None:
    found = bring("leads", "手机,email,渠道\n12,x,店面\n12,a@example.com,店面\n").result
    assert [("手机", 2), ("email", 1)] == [(one.column, one.count) for one in found.reasons]


def test_a_row_at_fault_as_a_whole_names_no_column(bring) -> None:
    """A row that is cut off has no cell to show."""
    found = bring("leads", HEADER + ",,店面,2026-03-02\n张三,12\n").result
    assert [("exchange.no_person", None), ("exchange.ragged", None)] == [(one.code, one.column) for one in found.reasons]
    assert found.reasons[0].message().told("en").endswith("(row 2).")


def test_a_batch_tells_everybody_in_their_own_language(staff: App, bring) -> None:
    """What was imported under one language is read in the other, and comes back as it was counted."""
    found = bring("leads", HEADER + "张三,12,店面,2026-03-02\n,,店面,2026-03-02\n").result
    batch = batch_of(staff)

    assert found.reasons == reasons_of(batch)
    assert ("'12' is no phone number" in batch.reasons.told("en"), "“12”不是电话号码" in batch.reasons.told("zh")) == (True, True)
    assert () == reasons_of(Batch(kind="lead", file="x", digest="-", started_at=batch.started_at))


def test_what_a_batch_kept_in_words_can_still_be_read(staff: App, bring) -> None:
    """An earlier version kept the words of its own language, of any length."""
    bring("leads", HEADER + "张三,12,店面,2026-03-02\n")
    kept = {"identity.no_tel": [3, 2, "不是电话号码。" * 100], "exchange.no_person": [1, 9, "names nobody."]}
    with staff.session() as session, session.write() as work:
        work.connection.execute(update(TABLES["batch"]).values(reasons=json.dumps(kept, ensure_ascii=False)))
        work.commit()

    first, second = reasons_of(batch_of(staff))
    assert ("identity.no_tel", 3, 2, None) == (first.code, first.count, first.row, first.column)
    assert "1 × names nobody (row 9)." == second.message().told("en")


def test_what_is_no_json_is_no_reason(staff: App, bring) -> None:
    bring("leads", HEADER + "张三,12,店面,2026-03-02\n")
    with staff.session() as session, session.write() as work:
        work.connection.execute(update(TABLES["batch"]).values(reasons="damaged"))
        work.commit()
    assert () == reasons_of(batch_of(staff))
