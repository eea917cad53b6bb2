"""Two wordings compared: the parts put together are the wordings, to the letter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from claims.language.differences import LIMIT, Part, shortened, words

texts = st.lists(st.sampled_from(["Rents", "rose.", "by", "9", " ", "\n\n", "%"]), max_size=12).map(" ".join)


@given(before=texts, after=texts)
def test_the_parts_are_both_wordings(before: str, after: str) -> None:
    parts = words(before, after)

    assert "".join(part.text for part in parts if part.kind != "in") == before
    assert "".join(part.text for part in parts if part.kind != "out") == after


def test_one_word_differs() -> None:
    assert words("rose by 9 per cent", "rose by 8 per cent") == [
        Part("same", "rose by "),
        Part("out", "9 "),
        Part("in", "8 "),
        Part("same", "per cent"),
    ]


def test_like_wordings_have_no_parts_that_differ() -> None:
    assert words("the same", "the same") == [Part("same", "the same")]
    assert words("", "") == []


def test_what_is_too_long_is_given_whole() -> None:
    before = "a " * (LIMIT + 1)

    assert words(before, before + "b") == [Part("out", before), Part("in", before + "b")]


def test_what_stands_in_both_is_cut_to_what_is_near_a_change() -> None:
    same = "It is a long story of many words. "
    before = same * 3 + "nine " + same * 3 + "ten " + same * 3
    [first, *_changed, middle, _out, _in, last] = shortened(
        words(before, before.replace("nine", "9").replace("ten", "10")), 20
    )

    assert (first.text, middle.text, last.text) == (
        "… of many words. ",
        "It is a long story … of many words. ",
        "It is a long story … ",
    )


def test_what_is_short_or_changed_is_left_whole() -> None:
    parts = words("rose by nine per cent", "rose by 9 per cent")
    assert shortened(parts) == parts
    assert shortened(words("", "new " * 100), 20) == [Part("in", "new " * 100)]


def test_one_long_word_is_not_lost() -> None:
    [same, *_rest] = shortened([Part("same", "x" * 50), Part("in", "y")], 20)
    assert same.text == "… " + "x" * 20
