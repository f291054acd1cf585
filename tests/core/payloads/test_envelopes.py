"""Names and values become an envelope; what has no field is told."""

from datetime import UTC, datetime

from patron import Contact, envelope_of


def test_everything_stands_where_it_belongs():
    """The usual names by themselves, others with their noun, the rest as remarks; empty values say nothing."""
    said = {"key": 7, "native_id": "a", "at": "2026-03-02 08:00", "tel": ["1", "2"], "email": "", "name": "张三", "note": "?"}
    one = envelope_of(said | {"interests": ["A", "B"], "lead.likelihood": 30, "ad": {"id": 1}, "level": None}, "Asia/Shanghai")

    assert (one.key, one.native_id, one.at) == ("7", "a", datetime(2026, 3, 2, tzinfo=UTC))
    assert one.contacts == (Contact(scheme="tel", written="1"), Contact(scheme="tel", written="2"))
    assert (one.customer, one.lead) == ({"name": "张三"}, {"interests": ("A", "B"), "likelihood": "30"})
    assert (one.interaction, one.remarks) == ({"note": "?"}, ('ad: {"id": 1}',))


def test_a_time_that_is_none_is_told():
    one = envelope_of({"at": "soon"})

    assert (one.at, one.interaction) == (None, {"at": "soon"})
