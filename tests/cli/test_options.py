"""The commands on records: what is typed, what is printed, on whose behalf, and what is said when something is wrong."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from patron.cli.launch import OWN

NOUNS = ("campaign", "customer", "interaction", "lead", "need", "order", "product", "spend", "task", "team", "user")


@pytest.fixture(name="office")
def _office(patron: Callable) -> Callable:
    """Return `patron` in a folder with a database, two sales people, and a lead of 张三 that Wang pursues."""
    done = [
        patron("init"),
        patron("user", "add", "--login", "Wang", "--name", "王芳", "--roles", "销售顾问", "--team", "sales"),
        patron("user", "add", "--login", "li", "--name", "李雷", "--roles", "sales_rep", "--team", "sales"),
        patron(
            "lead",
            "add",
            "--source",
            "展示场",
            "--name",
            "张三",
            "--tel",
            "13800138000",
            "--owner",
            "wang",
            "--set",
            "成交可能性=40",
        ),
    ]
    assert [0, 0, 0, 0] == [one.code for one in done], [one.err for one in done]
    return patron


def found(result) -> list[dict]:
    assert result.code == 0, result.err
    return json.loads(result.out)


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_command_has_help_with_an_example(patron: Callable, noun: str, lang: str) -> None:
    from importlib import import_module

    verbs = import_module(OWN[noun]).command.commands
    assert {"add", "list"} <= verbs.keys()
    for verb in verbs:
        result = patron("--lang", lang, noun, verb, "--help")
        assert result.code == 0
        assert f"patron {noun} {verb}" in result.out or f"patron --as wang {noun} {verb}" in result.out
        assert "records." not in result.out
        assert "fields." not in result.out


def test_help_lists_the_codes_that_an_option_takes(patron: Callable) -> None:
    assert "gentle" not in patron("lead", "add", "--help").out
    assert "market_event, showroom" in patron("lead", "add", "--help").out


def test_a_lead_is_listed_in_the_language_of_the_reader(office: Callable) -> None:
    english, chinese = office("lead", "list"), office("lead", "list", "--lang", "zh")

    assert ["id", "customer", "source", "status"] == english.out.split()[:4]
    assert ["编号", "客户", "来源", "状态"] == chinese.out.split()[:4]
    assert ["1", "张三", "#1", "展示场", "跟进中"] == chinese.out.splitlines()[1].split()[:5]


def test_json_and_csv_say_names_and_codes(office: Callable) -> None:
    (lead,) = found(office("lead", "list", "--format", "json"))
    (row,) = csv.DictReader(io.StringIO(office("lead", "list", "--format", "csv").out))

    assert ("showroom", 40, "open", None) == (lead["source"], lead["likelihood"], lead["status"], lead["level"])
    assert ("showroom", "40", "open", "") == (row["source"], row["likelihood"], row["status"], row["level"])


def test_csv_cells_are_no_formulas(office: Callable) -> None:
    office("customer", "add", "--name", "=cmd()")
    (row,) = [one for one in csv.DictReader(io.StringIO(office("customer", "list", "--format", "csv").out)) if one["id"] == "2"]

    assert row["name"] == "'=cmd()"


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        ("status == 'open' and likelihood >= 40", [1]),
        ("状态 == '跟进中' and 成交可能性 < 40", []),
        ("owner_user_id == 'wang'", [1]),
        ("负责人 == 'li' or 来源 in ('店面', 'showroom')", [1]),
        ("not (level is missing)", []),
        ("interests contains 'A' or interests == 'A'", []),
        ("filed_at < '2020-01-01'", []),
        ("id in (1, 2) and id != '#2'", [1]),
    ],
)
def test_conditions_choose_leads(office: Callable, condition: str, ids: list[int]) -> None:
    assert ids == [lead["id"] for lead in found(office("lead", "list", "--where", condition, "--format", "json"))]


def test_a_user_sees_and_does_what_the_user_may(office: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """By --as, or by PATRON_AS where no user is named; the option comes first."""
    assert [1] == [lead["id"] for lead in found(office("--as", "wang", "lead", "list", "--format", "json"))]
    assert [] == found(office("--as", "li", "lead", "list", "--format", "json"))
    denied = office("--as", "li", "user", "add", "--login", "x", "--name", "X")
    assert (denied.code, "li may not administer any user" in denied.err) == (1, True)
    monkeypatch.setenv("PATRON_AS", "li")
    assert [] == found(office("lead", "list", "--format", "json"))
    assert [1] == [lead["id"] for lead in found(office("--as", "wang", "lead", "list", "--format", "json"))]


def test_a_day_of_a_sales_person(office: Callable) -> None:
    """A contact makes the task, the task makes the next contact, the price talks and the assignment stay in the history."""
    for words in (
        [
            "interaction",
            "add",
            "--lead",
            "1",
            "--note",
            "asked for the price",
            "--next",
            "send the quote",
            "--next-at",
            "2026-02-01",
        ],
        ["task", "done", "1", "--note", "sent"],
        ["lead", "change", "1", "--set", "quoted_price=200000", "--since", "2026-01-02"],
        ["lead", "change", "1", "--set", "quoted_price=190000", "--reason", "he asked twice"],
    ):
        assert office("--as", "wang", *words).code == 0
    assert office("lead", "assign", "1", "--to", "li", "--reason", "leave").code == 0

    shown = office("lead", "show", "1").out
    talks = found(office("lead", "show", "1", "--format", "json"))["negotiation"]
    history = office("--lang", "zh", "lead", "history", "1", "--field", "我方报价").out
    timeline = office("customer", "timeline", "张三").out
    events = [event["what"] for event in found(office("customer", "timeline", "1", "--format", "json"))]

    assert "-5.00%" in shown
    assert (len(talks["rounds"]), talks["ours"]["change"]) == (2, "-10000")
    assert "he asked twice" in history
    assert "王芳 #1 → 李雷 #2" in timeline
    assert sorted(events) == ["changed", "done", "filed", "interaction", "interaction", "planned"]
    assert [] == found(office("--as", "wang", "task", "list", "--format", "json"))


def test_marketing_and_orders(office: Callable) -> None:
    for words in (
        ["campaign", "add", "--code", "spring", "--name", "Spring show", "--kind", "展会", "--starts", "2026-03-01"],
        ["spend", "add", "--on", "2026-03-02", "--amount", "12000", "--kind", "event", "--campaign", "spring"],
        [
            "lead",
            "add",
            "--source",
            "market_event",
            "--name",
            "Ada",
            "--campaign",
            "spring",
            "--set",
            "interests=A1",
            "--owner",
            "li",
        ],
        ["product", "add", "--code", "A1", "--name", "Model A", "--list-price", "200000"],
        [
            "order",
            "add",
            "--customer",
            "Ada",
            "--number",
            "N-1",
            "--channel",
            "phone",
            "--line",
            "product_id=A1,quantity=2,discount=500",
        ],
        ["need", "add", "--customer", "Ada", "--subject", "seven seats"],
        ["team", "add", "--code", "north", "--name", "North", "--parent", "sales"],
    ):
        result = office(*words)
        assert result.code == 0, result.err

    campaign = found(office("campaign", "show", "spring", "--format", "json"))
    order = found(office("order", "show", "N-1", "--format", "json"))
    assert (campaign["cost"], campaign["leads"], campaign["intentions"]) == ("12000.00", 1, 1)
    assert (order["amount"], order["lines"][0]["product_code"]) == ("399500.00", "A1")
    assert "Spring show #1" in office("spend", "list").out
    assert "399,500.00" in office("order", "show", "N-1").out
    assert "seven seats" in office("customer", "show", "Ada").out


def test_a_known_phone_is_told(office: Callable) -> None:
    result = office("customer", "add", "--name", "张太太", "--tel", "+86 138 0013 8000")

    assert (result.code, "张三 #1" in result.err) == (0, True)


def test_who_leaves_leaves_leads_behind(office: Callable) -> None:
    result = office("user", "change", "wang", "--active", "否")

    assert (result.code, "open leads (1)" in result.err) == (0, True)
    assert office("--as", "wang", "lead", "list").code == 1


def test_declared_fields_are_fields(office: Callable) -> None:
    """A field of patron.toml is set, shown, and found by its name or its label."""
    text = Path("patron.toml").read_text("utf-8")
    more = '\n[fields.lead."auto.colour"]\nkind = "text"\ntracked = true\nen = "Colour"\nzh = "颜色"\n'
    Path("patron.toml").write_text(text + more, "utf-8")

    assert office("lead", "change", "1", "--set", "颜色=red").code == 0
    assert "red" in office("lead", "show", "1").out
    for condition in ("auto.colour == 'red'", "颜色 contains 'RE'"):
        assert [1] == [lead["id"] for lead in found(office("lead", "list", "--where", condition, "--format", "json"))]
    assert "red" in office("lead", "history", "1", "--field", "Colour").out


BAD = {
    "unknown user": (["--as", "nobody", "lead", "list"], 1, "nobody"),
    "unknown field": (["lead", "change", "1", "--set", "liklihood=3"], 2, "did you mean likelihood"),
    "no pair": (["lead", "change", "1", "--set", "status"], 2, "FIELD=VALUE"),
    "field twice": (["lead", "change", "1", "--status", "lost", "--set", "status=won"], 2, "status"),
    "nothing to change": (["lead", "change", "1"], 2, "at least one field"),
    "unknown code": (["lead", "change", "1", "--status", "gone"], 2, "revived"),
    "out of range": (["lead", "change", "1", "--likelihood", "700"], 2, "700"),
    "owner in passing": (["lead", "change", "1", "--set", "owner_user_id=li"], 2, "patron lead assign"),
    "no such lead": (["lead", "show", "99"], 1, "99"),
    "no id": (["lead", "show", "x"], 2, "'x'"),
    "no such name": (["customer", "show", "王五"], 2, "王五"),
    "older version": (["lead", "change", "1", "--likelihood", "7", "--version", "9"], 1, "version"),
    "bad condition": (["lead", "list", "--where", "status ="], 2, "ends too early"),
    "unknown name": (["lead", "list", "--where", "stauts == 'x'"], 2, "did you mean 'status'"),
    "bad time": (["lead", "show", "1", "--at", "soon"], 2, "soon"),
    "bad order": (["lead", "list", "--sort", "foo"], 2, "foo"),
    "no lead": (["interaction", "add", "--note", "x"], 2, "name one of them"),
    "bad phone": (["customer", "add", "--name", "Ada", "--tel", "123"], 2, "123"),
    "no amount": (["order", "add", "--customer", "1", "--number", "1", "--line", "quantity=2"], 2, "Line 1"),
    "behind": (["lead", "list", "--as", "wang"], 2, "stands before the command"),
    "taken": (["team", "add", "--code", "sales", "--name", "Sales"], 1, "already"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_is_said(office: Callable, case: str) -> None:
    """In both languages, with the promised exit code and no traceback."""
    words, code, said = BAD[case]
    english, chinese = office(*words), office("--lang", "zh", *words)

    assert (code, code) == (english.code, chinese.code), english.err
    assert said in english.err
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese.err)
    for result in (english, chinese):
        assert "Traceback" not in result.err + result.out


def test_a_lead_is_won_or_lost_in_one_word_and_a_loss_asks_for_its_reason(office: Callable) -> None:
    bare, lost, won = office("lead", "lose", "1"), office("lead", "lose", "1", "--reason", "价格"), office("lead", "win", "1")
    assert ["lost_reason" in one.err for one in (bare, lost, won)] == [True, False, False]
    assert [one.code for one in (bare, lost, won)] == [0, 0, 0]
    lead = found(office("lead", "show", "1", "--format", "json"))
    assert (lead["status"], lead["lost_reason"], bool(lead["won_at"])) == ("won", None, True)


def test_an_order_without_lines_says_that_it_is_worth_nothing(office: Callable) -> None:
    assert "--line" in office("order", "add", "--customer", "张三", "--number", "A1").err
    assert office("order", "add", "--customer", "张三", "--number", "A2", "--line", "amount=9").err == ""
