"""How messages speak of names: the nearest, and bounded lists and values."""

from patron.core.names import ALIKE, blotted, listed, nearest, shorten


def test_nearest_of_nothing_is_nothing():
    assert "" == nearest("a", [])


def test_nearest_may_be_far_unless_a_cutoff_is_given():
    assert "deciles" == nearest("x", ["deciles"])
    assert "" == nearest("x", ["deciles"], cutoff=ALIKE)


def test_letter_case_spaces_and_underscores_do_not_count():
    assert "Unit Price" == nearest("unit_price", ["price", "Unit Price"], cutoff=1)


def test_of_names_that_differ_in_nothing_else_the_first_is_taken():
    assert "AB" == nearest("ab ", {"a_b", "ab_", "AB"})


def test_lists_stand_in_the_given_order_and_are_bounded():
    assert "b, a" == listed(["b", "a"])
    assert 'b, "", a' == listed(["b", "", "a"])
    assert "0, 1, … (100)" == listed(range(100), 2)
    assert 2000 > len(listed("x" * 999 for _ in range(999)))


def test_values_are_bounded():
    assert "abc" == shorten("abc", 3)
    assert "ab…" == shorten("abcd", 3)
    assert 60 == len(shorten("x" * 100))


def test_no_secret_stands_in_a_message_however_it_is_written():
    assert "a ••• ?token=••• &token=•••" == blotted("a g/h m ?token=g%2Fh%20m &token=g%2Fh+m", ["g/h m"])
    assert "•••, •••, G/h m" == blotted("g%2fh m, %67/h%20m, G/h m", ["g/h m"])
    assert "•••" == blotted("%e5%BC%a0+.", ["张 ."])
