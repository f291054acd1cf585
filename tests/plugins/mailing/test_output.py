"""Letters as files: mails whose headers nobody can break out of, and sheets."""

import mailbox
from email import message_from_bytes, policy
from pathlib import Path

import attrs
import pytest

from patron import Customer, UsageError, testing
from patron.core.outreach import Ask
from patron.plugins.mailing.merging import Letter
from patron.plugins.mailing.output import write_letters

ASK = Ask(at=testing.NOW, channel="email", purpose="marketing")
EVIL = 'Zhang\u2028"<a@b>"'
LETTER = Letter(
    customer=Customer(id=7, name=EVIL), address="z@example.com", subject="Hi\r\nBcc: all@example.com", body="尊敬的张先生\n"
)


def written(path: Path, ask: Ask = ASK, **about: str | None) -> Path:
    write_letters(path, [LETTER], ask, **{"sender": None, "unsubscribe": None, **about})
    return path


def test_a_mail_has_the_headers_that_it_should_and_no_others(tmp_path: Path) -> None:
    folder = written(tmp_path / "out", sender="sales@dealer.example", unsubscribe="stop@dealer.example")
    (file,) = folder.iterdir()
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)

    assert file.name == "000001-7.eml"
    assert mail["Subject"] == "Hi Bcc: all@example.com"
    assert "Bcc" not in mail
    assert [one.addr_spec for one in mail["To"].addresses] == ["z@example.com"]
    assert mail["List-Unsubscribe"] == "<mailto:stop@dealer.example?subject=unsubscribe>"
    assert mail.get_content() == "尊敬的张先生\n"


LINK = f"https://crm.dealer.example/intake/unsubscribe?t={'x' * 90}"


@pytest.mark.requirement("R234")
@pytest.mark.parametrize(
    ("address", "value"),
    [(None, f"<{LINK}>"), ("stop@dealer.example", f"<{LINK}>,\n <mailto:stop@dealer.example?subject=unsubscribe>")],
)
def test_a_mail_says_where_one_click_unsubscribes(tmp_path: Path, address: str | None, value: str) -> None:
    """RFC 8058: as it stands, however long; a header that is encoded leads nowhere."""
    write_letters(tmp_path / "out", [attrs.evolve(LETTER, unsubscribe=LINK)], ASK, sender=None, unsubscribe=address)
    head = next((tmp_path / "out").iterdir()).read_text("utf-8").split("\n\n")[0]

    assert f"\nList-Unsubscribe: {value}\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n" in head


def test_in_an_mbox_and_in_a_sheet_the_link_stands_too(tmp_path: Path) -> None:
    letters = [attrs.evolve(LETTER, unsubscribe=LINK)]
    for name in ("out.mbox", "out.csv"):
        write_letters(tmp_path / name, letters, ASK, sender=None, unsubscribe=None)

    assert f"\nList-Unsubscribe: <{LINK}>\n" in (tmp_path / "out.mbox").read_text("utf-8")
    assert (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()[0] == "id,name,address,subject,text,unsubscribe"
    write_letters(tmp_path / "zh.csv", letters, ASK, sender=None, unsubscribe=None, lang="zh")
    assert (tmp_path / "zh.csv").read_text("utf-8-sig").splitlines()[0] == "编号,姓名,收件地址,主题,正文,退订链接"


def test_an_mbox_can_be_read(tmp_path: Path) -> None:
    box = mailbox.mbox(written(tmp_path / "out.mbox"))
    told = [mail["To"] for mail in box]
    box.close()

    assert len(told) == 1
    assert told[0].endswith("<z@example.com>")


def test_a_sheet_runs_nothing(tmp_path: Path) -> None:
    text = written(tmp_path / "out.csv").read_text("utf-8-sig")

    assert text.splitlines()[0] == "id,name,address,subject,text"


def test_letters_by_post_are_texts(tmp_path: Path) -> None:
    post = Ask(at=testing.NOW, channel="letter", purpose="marketing")
    (file,) = written(tmp_path / "out", post).iterdir()

    assert file.suffix == ".txt"
    with pytest.raises(UsageError, match="an mbox holds mails"):
        written(tmp_path / "out.mbox", post)
    with pytest.raises(UsageError, match="not an empty folder"):
        written(tmp_path / "out")


@pytest.mark.parametrize("address", ["a b@c", "nobody", "a@b\nBcc: c@d"])
def test_a_sender_is_an_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError, match="is no address for mail"):
        written(tmp_path / "out", sender=address)
