"""`patron intake` where a provider is asked, something is written down by hand, or handed on."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from patron.cli.intake import _bodies

CONFIG = """
[intake.box]
channel = "mail"
host = "127.0.0.1"
port = 9
secret_env = "BOX_PASSWORD"
deadline = 20

[intake.lacking]
channel = "mail"
host = "imap.example.com"
secret_env = "NOT_THERE"

[intake.fair]
channel = "event"
page = "https://www.dealer.example/fair"
secret_env = "BOX_PASSWORD"
"""

TWO_SENDERS = "from: a@x.example\r\nfrom: b@x.example\r\n"


@pytest.fixture(name="office")
def _office(patron: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return the command, in a folder with three connections of which none can be polled."""
    monkeypatch.setenv("BOX_PASSWORD", "s3cret-of-box")
    patron("init")
    with (tmp_path / "patron.toml").open("a", encoding="utf-8") as file:
        file.write(CONFIG)
    return patron


def test_what_can_not_be_polled_is_said_with_its_reason(office: Callable[..., Any]) -> None:
    """Each by its name, at once and later; the exit code is for cron."""
    polled = office("intake", "poll")
    shown = office("intake", "connections", "--format", "json")

    assert polled.code == 1
    assert "box: The provider can't be asked: 127.0.0.1:9: Connection refused." in polled.err
    assert "lacking: " in polled.err
    assert "NOT_THERE" in polled.err
    assert "s3cret-of-box" not in polled.err + shown.out
    assert '"polled_at": null' in shown.out
    assert "Connection refused" in shown.out


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["poll", "fair"], "asks nobody"),
        (["poll", "--again"], "--again is about connections by name"),
        (["qr", "fair", "JUNE"], "no campaign"),
        (["enter", "walkin", "name"], "name"),
        (["render", "cdr", "1"], "lead"),
    ],
)
def test_what_makes_no_sense_is_said(office: Callable[..., Any], words: list[str], complaint: str) -> None:
    result = office("intake", *words)

    assert result.code in {1, 2}
    assert complaint in result.err


def test_a_channel_whose_plugin_is_switched_off_is_said_to_be(
    office: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its code, and where a connection names it; with what to do."""
    monkeypatch.setenv("PATRON_PLUGINS_OFF", "adf,mail")
    by_code, by_name = office("intake", "receive", "adf", "lead.xml"), office("intake", "receive", "box", "a.eml")

    assert (by_code.code, by_name.code) == (2, 2)
    assert "the channel 'adf' is of the plugin adf, which is switched off. Take it out of off" in by_code.err
    assert "patron.toml:" in by_name.err
    assert "the channel 'mail' is of the plugin mail, which is switched off" in by_name.err


def test_of_many_files_the_one_that_was_refused_is_named(office: Callable[..., Any], tmp_path: Path) -> None:
    """One that isn't there, too, in the language of the reader."""
    folder = tmp_path / "leads"
    folder.mkdir()
    (folder / "large.xml").write_bytes(b"x" * 300_000)

    refused, missing = office("intake", "receive", "adf", "leads"), office("--lang", "zh", "intake", "receive", "adf", "gone.xml")

    assert (refused.code, missing.code) == (1, 1)
    assert refused.err.startswith("large.xml: The delivery has 300000 bytes")
    assert "找不到文件 gone.xml" in missing.err


def test_a_link_that_leads_out_of_a_folder_is_left_alone(office: Callable[..., Any], tmp_path: Path) -> None:
    """And told; a pipe in the folder keeps nobody waiting."""
    (tmp_path / "secret.csv").write_text("name,tel\nroot,13900139000\n", "utf-8")
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "own.csv").write_text("name,tel\nWang,13800138000\n", "utf-8")
    (folder / "same.csv").symlink_to(folder / "own.csv")
    (folder / "out.csv").symlink_to(tmp_path / "secret.csv")
    os.mkfifo(folder / "pipe.csv")

    received = office("intake", "receive", "csv", "lists")

    assert (received.code, received.out.splitlines()[-1]) == (0, "1 accepted, 1 duplicate, 0 in quarantine, 0 rejected.")
    assert "out.csv leads to a file outside the folder" in received.err


def test_a_file_that_became_a_link_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """What is to be read is looked at when it is opened, and not before all others are read."""
    secret, folder = tmp_path / "secret", tmp_path / "lists"
    secret.write_bytes(b"secret")
    folder.mkdir()
    for name in "ab":
        (folder / name).write_bytes(name.encode())
    left: list[tuple[Path, str]] = []
    bodies = _bodies([folder], lambda file: iter([file.read()]), lambda *about: left.append(about))
    first = next(bodies)
    (folder / "b").unlink()
    (folder / "b").symlink_to(secret)

    assert (first, list(bodies), left) == ((folder / "a", b"a"), [], [(folder / "b", "intake.left_link")])


def test_f35_a_file_that_is_written_while_it_is_read_is_left_for_the_next_time(tmp_path: Path) -> None:
    """Of one that holds many, what is complete comes in; what is removed, hidden or becomes a pipe keeps nobody waiting."""
    for name in ("a.eml", "b.mbox", "c.eml", "d.eml", ".e.eml.part", "~$f.xlsx", "g.eml"):
        (tmp_path / name).write_bytes(b"1,2,3")
    left: list[tuple[Path, str]] = []

    def split(file: BinaryIO) -> Iterator[bytes]:
        name = Path(file.name).name
        if name == "b.mbox":
            for body in file.read().split(b","):
                with (tmp_path / name).open("ab") as growing:
                    growing.write(b",4")
                yield body
            (tmp_path / "c.eml").unlink()
            (tmp_path / "d.eml").unlink()
            os.mkfifo(tmp_path / "d.eml")
            return
        yield file.read()
        if name == "g.eml":
            (tmp_path / name).write_bytes(b"")

    read = [(path.name, body) for path, body in _bodies([tmp_path], split, lambda *about: left.append(about))]

    assert read == [("a.eml", b"1,2,3"), ("b.mbox", b"1"), ("b.mbox", b"2")]
    assert left == [(tmp_path / name, "intake.left_growing") for name in ("b.mbox", "g.eml")]


def test_what_is_written_down_is_taken_in_and_handed_on(office: Callable[..., Any], tmp_path: Path) -> None:
    """A call by hand, the code of a campaign, and the lead as a card for somebody else."""
    entered = office("intake", "enter", "phone", "tel=13800138000", "name=张三", "opportunity=yes")
    nobody = office("intake", "enter", "phone", "note=?")
    office("campaign", "add", "--code", "MAY26", "--name", "May")
    code = office("intake", "qr", "fair", "MAY26", "-o", "may.svg")
    card = office("intake", "render", "vcard", "1", "-o", "one.vcf")

    assert (entered.code, nobody.code, code.code, card.code) == (0, 1, 0, 0)
    assert entered.out.splitlines()[-1].startswith("Lead 1 waits with the department")
    assert code.out.startswith("https://www.dealer.example/fair?campaign=MAY26&token=")
    assert (tmp_path / "may.svg").read_bytes().startswith(b"<?xml")
    assert "FN:张三" in (tmp_path / "one.vcf").read_text("utf-8")


def test_a_reason_is_told_in_the_language_of_whoever_reads_it(office: Callable[..., Any], tmp_path: Path) -> None:
    """In the words of the channel's plugin; as JSON with the key and what it names, too."""
    (tmp_path / "broken.xml").write_text("<adf><prospect></adf>", "utf-8")
    received = office("intake", "receive", "adf", "broken.xml")
    shown = office("--lang", "zh", "intake", "show", "1")
    listed = json.loads(office("--lang", "zh", "intake", "list", "--format", "json").out)
    found = office("intake", "list", "--where", "reason contains 'broken_xml'")
    told = office("--lang", "zh", "intake", "list", "--format", "csv")

    assert "quarantined. It could not be read: the XML is broken in line 1 at character 18" in received.out
    assert "无法读取：XML 在第 1 行第 18 个字符处有误" in shown.out
    assert ("intake.unreadable", "无法读取：XML 在第 1 行第 18 个字符处有误") == (
        listed[0]["reason"]["key"],
        listed[0]["reason"]["words"],
    )
    assert {"line": 1, "place": 18} == listed[0]["reason"]["details"]["reason"]["details"]
    assert "the XML is broken" in found.out
    assert "无法读取：XML 在第 1 行" in told.out


def test_a_person_is_told_what_to_do_by_number(office: Callable[..., Any]) -> None:
    """Who somebody is can be said; somebody who is not there is nobody, and what goes on waiting is a failure."""
    office("intake", "enter", "phone", "tel=13800138000", "name=张三")
    asked = office("intake", "enter", "phone", "tel=13800138000", "name=李芳")
    shown = office("--lang", "zh", "intake", "show", "2")
    nobody = office("intake", "replay", "2", "--customer", "999")
    again = office("intake", "replay", "2")
    done = office("intake", "replay", "2", "--new")

    assert "patron intake replay 2 --customer" in asked.out
    assert "请指明是谁：patron intake replay 2 --customer" in shown.out
    assert (nobody.code, again.code, done.code) == (1, 1, 0)
    assert "no customer 999" in nobody.err
    assert "accepted, lead 2" in done.out


def test_what_keeps_a_replay_from_reading_is_said_once(
    office: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With how many wait for it to be mended; each is named and counted, and it is a failure."""
    for name in "ab":
        office("intake", "receive", "box", _mail(tmp_path / f"{name}.eml", f"<{name}@x.example>", TWO_SENDERS))
    shown = office("intake", "show", "1").out
    monkeypatch.delenv("BOX_PASSWORD")
    result = office("intake", "replay")

    assert result.code == 1
    assert (result.err.count("BOX_PASSWORD"), "2 receipts go on waiting" in result.err) == (1, True)
    assert [line.partition(":")[0] for line in result.out.splitlines()[:2]] == ["Receipt 1", "Receipt 2"]
    assert "0 accepted, 0 duplicate, 2 in quarantine, 0 rejected." in result.out
    assert ("intake show" in shown, "\N{REPLACEMENT CHARACTER}" in shown, "intake drop 1" in shown) == (False, False, True)


def test_a_delivery_that_tells_of_nobody_is_counted(office: Callable[..., Any], tmp_path: Path) -> None:
    """As a bounce, of which nothing is to come."""
    mail = _mail(tmp_path / "bounce.eml", "<c@x.example>", "from: a@x.example\r\nauto-submitted: auto-replied\r\n")
    received = office("intake", "receive", "mail", mail)

    assert "0 accepted, 0 duplicate, 0 in quarantine, 0 rejected.\n1 delivery told of nobody" in received.out


def _mail(path: Path, number: str, heads: str) -> str:
    path.write_bytes(f"{heads}message-id: {number}\r\nsubject: Hi\r\n\r\nHello\r\n".encode())
    return path.name


def test_what_fits_no_field_is_said_at_once(office: Callable[..., Any]) -> None:
    """It is kept in the note all the same: no lead is lost over a wrong number."""
    english = office("intake", "enter", "walkin", "name=张三", "tel=12")
    chinese = office("--lang", "zh", "intake", "show", "1")

    assert english.code == 0
    assert "accepted, lead 1. Kept in the note, for it fits no field: '12' is no phone number" in english.out
    assert "已记入备注：“12”不是电话号码" in chinese.out


def test_what_came_of_many_is_a_list_whose_items_are_printed_one_by_one(office: Callable[..., Any], tmp_path: Path) -> None:
    """As they would be all together; of nothing it is empty."""
    mails = [_mail(tmp_path / f"{name}.eml", f"<{name}@x.example>", "from: a@x.example\r\n") for name in "ab"]

    received = office("intake", "receive", "box", *mails, "--format", "json")
    nothing = office("intake", "replay", "--format", "json")

    assert received.out == json.dumps(json.loads(received.out), ensure_ascii=False, indent=2) + "\n"
    assert (2, "[]\n") == (len(json.loads(received.out)), nothing.out)
