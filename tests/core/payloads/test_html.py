"""HTML as mails have it: what a person sees of it, however it is broken."""

import pytest

from patron.core.payloads.html import read_html


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("<p>Hi &amp; you<br>a&nbsp;b</p>", "Hi & you\na b"),
        ("<head><title>x</title></head><style>a > b {}</style>seen<script>if (a < b) c()</script>", "seen"),
        ("<!--[if mso]><b>no</b><![endif]-->seen<!DOCTYPE html><?xml?>", "seen"),
        ('<a href="x?a=1&b=2" title="a>b">link</a>', "link"),
        ("<p class='it's'>x</p>", "x"),
        ("3 < 4 and 5>4", "3 < 4 and 5>4"),
        ("before <!-- and no end", "before <!-- and no end"),
        ("<table><tr><td>1<td>2</table>", "1 2"),
        ("[b]bold[/b] [url=https://x.example]there[/url]", "bold there"),
        ("&#" + "9" * 5000 + ";&#x41;", "\N{REPLACEMENT CHARACTER}A"),
    ],
)
def test_what_a_person_sees_is_read(html: str, seen: str) -> None:
    assert read_html(html) == seen
