"""JSON, forms and names as they come, and secrets that are compared."""

import hmac

import pytest

from patron import Unreadable, as_text, at_path, full_name, read_form, read_json, same_secret, signed_by


def test_json_keeps_what_is_written():
    """Numbers that would be rounded are text; half a surrogate pair is no sign; old encodings and marks are read."""
    assert read_json(b'{"a": 13800138000, "b": 1.10, "c": 98765432109876543210}') == {
        "a": 13800138000,
        "b": "1.10",
        "c": "98765432109876543210",
    }
    assert read_json(b'"x\\ud83d"') == "x?"
    assert read_json('"张"'.encode("gb18030")) == read_json('"张"'.encode("utf-16")) == read_json('\ufeff"张"'.encode()) == "张"


@pytest.mark.parametrize("body", [b"", b"{", b"[NaN]", b"[-Infinity]", b"[" * 100_000, b"\x00"])
def test_what_is_no_json_is_unreadable(body):
    with pytest.raises(Unreadable):
        read_json(body)


def test_forms_keep_order_and_repetition():
    """Escaped UTF-8 and GBK; with parts, without their files."""
    assert read_form(b"a=1&b=&a=%E5%BC%A0&c=%D5%C5") == [("a", "1"), ("b", ""), ("a", "张"), ("c", "张")]
    parts = (
        '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n张三\r\n'
        '--x\r\nContent-Disposition: form-data; name="f"; filename="a.exe"\r\n\r\nMZ\r\n--x--\r\n'
    )
    assert read_form(parts.encode(), "multipart/form-data; boundary=x") == [("name", "张三")]


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (
            b'--x\r\nContent-Disposition: form-data; name="' + b"a " * 9_000 + b'"\r\n\r\nv\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nv', "multipart/form-data; boundary=x"),
        (b"--x--\r\n", "multipart/form-data; " + "a=b; " * 9_000 + "boundary=x"),
        (b"--x--\r\n", "multipart/form-data"),
        (b"--x--\r\n", "multipart/form-data; boundary=é"),
    ],
)
def test_parts_that_are_broken_or_beyond_measure_are_unreadable(body, content_type):
    """Heads as long as a body may be are refused before anything looks into them."""
    with pytest.raises(Unreadable):
        read_form(body, content_type)


@pytest.mark.parametrize("body", [b"a=1&" * 2_000])
def test_a_form_without_end_is_unreadable(body):
    with pytest.raises(Unreadable):
        read_form(body)


def test_paths_find_the_first_that_says_something():
    said = {"a": {"b": [{"c": 1}, {"c": ""}]}, "d": "x"}

    assert [at_path(said, path) for path in ("a.b.0.c", "a.b.1.c|d", "a.b.9.c", "d.e", "z")] == [1, "x", None, None, None]
    assert [as_text(value) for value in (None, True, ["a", None, 2], {"k": 1})] == ["", "true", "a, 2", '{"k": 1}']


def test_names_are_written_in_the_order_of_their_language():
    assert [full_name("小明", "王"), full_name("Wei", "Zhang", suffix="Jr."), full_name("", "王")] == [
        "王小明",
        "Wei Zhang Jr.",
        "王",
    ]


def test_nothing_is_no_secret():
    """What isn't set up lets nobody in, and a broken signature is a wrong one."""
    good = hmac.new(b"k", b"m", "sha256")

    assert same_secret("a", "a")
    assert not any(same_secret(*pair) for pair in (("", ""), ("a", None), ("a", "ä"), ("a", "\ud800")))
    assert signed_by(b"k", b"m", f"sha256={good.hexdigest()}")
    assert not any(signed_by(b"k", b"m", one) for one in (None, "", "sha256=", "zz", "ä", good.hexdigest()[:-2]))
    assert not signed_by(b"", b"m", hmac.new(b"", b"m", "sha256").hexdigest())
