"""Records and blocks, compared with Python's csv module."""

import csv
import io

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from patron.core.scoring.source.blocks import Blocks, UnclosedQuoteError
from patron.core.scoring.source.parity import ends_inside
from patron.core.scoring.source.records import enclosing_quotes, find_records, record_end

FIELDS = st.text(alphabet='ab," \n\r5', max_size=6)
WILD = st.text(alphabet='a",\n 5', max_size=60)


class Bytes:
    """A stream over bytes."""

    def __init__(self, data):
        self._stream = io.BytesIO(data)

    def readinto(self, target):
        """Fill the target."""
        return self._stream.readinto(target)


def blocks_of(data, size):
    """Cut data into blocks."""
    return [bytes(block.bytes()) for block in Blocks(Bytes(data), 0, ord(","), b"\n", size)]


def state_machine(data):
    """Return the ends of records outside quotes, byte by byte; the slow twin of the quote arithmetic."""
    ends, inside, begins, place = [], False, True, 0
    while place < len(data):
        byte = data[place]
        if inside:
            if byte == '"' and data[place + 1 : place + 2] == '"':
                place += 1
            elif byte == '"':
                inside = False
            begins = False
        elif byte == '"' and begins:
            inside = True
        else:
            if byte == "\n":
                ends.append(place + 1)
            begins = byte in ",\r\n"
        place += 1
    return ends


@given(WILD)
@example('"a""b"\n5" pipe,"x\n"\n')
@settings(max_examples=500)
def test_the_last_record_ends_where_the_state_machine_says(text):
    data = bytearray(text.encode())
    ends = state_machine(text)
    assert (ends[-1] if ends else 0) == record_end(data, len(data), ord(","), b"\n")


@given(st.lists(st.sampled_from(['"a"', '"a""b"', '""', '"\n,"', "x", ",", "\n", '"', "y" * 70]), max_size=60))
@settings(max_examples=500)
def test_a_text_ends_inside_quotes_or_is_looked_at_closer(parts):
    """What is told without a closer look is what the quotes one by one say, over any number of words."""
    array = np.frombuffer("".join(parts).encode(), dtype=np.uint8)
    told = ends_inside(array, ord(","))
    assert told in (None, len(enclosing_quotes(array, ord(","))) % 2 == 1)


@pytest.mark.parametrize("length", [0, 1, 62, 63, 64, 65, 127, 128, 1000])
def test_quoted_text_needs_no_closer_look(length):
    """Quotes at every place of a word, a quote that opens in one word and closes in another, the first byte of all."""
    for rest, inside in (("", False), ('"', True), ('"a', True), ('""', False), ('"a""', True), ('"\n"', False)):
        text = f'"{"x" * length}",a\n{rest}'
        assert ends_inside(np.frombuffer(text.encode(), dtype=np.uint8), ord(",")) is inside


@given(
    st.lists(st.lists(FIELDS, min_size=2, max_size=3), min_size=1, max_size=8),
    st.integers(8, 64),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=300)
def test_blocks_are_whole_records_and_lose_nothing(rows, size, line_break):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=line_break, quoting=csv.QUOTE_ALL).writerows(rows)
    data = out.getvalue().encode()
    pieces = blocks_of(data, size)
    assert data == b"".join(pieces)
    assert rows == [row for piece in pieces for row in csv.reader(io.StringIO(piece.decode(), newline=""))]


@given(st.lists(st.lists(FIELDS, min_size=2, max_size=4), min_size=1, max_size=8))
def test_records_are_found_with_their_lines_and_fields(rows):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    text = out.getvalue()
    records = find_records(text.encode(), ord(","), b"\n")
    assert [len(row) for row in rows] == records.fields.tolist()
    starts = [0, *state_machine(text)][:-1]
    assert [text[:start].count("\n") for start in starts] == records.lines.tolist()


def test_blank_lines_are_no_records():
    assert [0, 2, 5] == find_records(b"a,b\n\nc,d\r\n\r\n\ne,f", ord(","), b"\n").lines.tolist()


def test_an_ordinary_quoted_text_needs_no_search_one_by_one(monkeypatch):
    monkeypatch.setattr("patron.core.scoring.source.records._one_by_one", None)
    data = np.frombuffer(b'"a","b ""c"" d",""\n"""x""",1\n', dtype=np.uint8)
    assert 16 == len(enclosing_quotes(data, ord(",")))


def test_a_quote_that_never_closes_is_told_with_its_record():
    with pytest.raises(UnclosedQuoteError) as caught:
        blocks_of(b'a,b\n1,"2\n3,4\n5,6\n', 8)
    assert 4 == caught.value.start


def test_a_record_longer_than_a_block_is_waited_for():
    data = b"a,b\n" + b"x" * 100 + b",1\n2,3\n"
    assert (b"a,b\n", data) == (blocks_of(data, 8)[0], b"".join(blocks_of(data, 8)))


def test_the_last_line_needs_no_end():
    assert b"a,b\n1,2\n" == b"".join(blocks_of(b"a,b\n1,2", 8))
    assert b"a,b\n1,2\n" == b"".join(blocks_of(b"a,b\n1,2", 64))
