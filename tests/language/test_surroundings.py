"""The words round a passage: never the passage itself, cut at the end of a sentence, of one paragraph only."""

from __future__ import annotations

import pytest

from claims.language.surroundings import REACH, around


def test_a_short_paragraph_is_given_whole() -> None:
    text = "Another paragraph.\nBefore the passage and after.\nA third."
    start = text.index("passage")

    assert around(text, start, start + 7) == ("Before the ", " and after.")


def test_a_long_paragraph_is_cut_where_sentences_end() -> None:
    text = "A sentence of some length stands here. " * 30
    start = text.index("length", len(text) // 2)

    before, after = around(text, start, start + 6)

    assert before.startswith("… A sentence")
    assert after.endswith("here. …")
    assert max(len(before), len(after)) <= REACH + 2


def test_a_paragraph_without_sentences_is_cut_between_words() -> None:
    text = "word " * 400

    before, after = around(text, 1000, 1004)

    assert before.startswith("… word")
    assert after.endswith("word …")


@pytest.mark.parametrize("date", ["Am 18. März", "On 3. May"])
def test_a_date_ends_no_sentence(date: str) -> None:
    text = f"{'x ' * 150}End. {date} {'y ' * 100}passage"
    start = text.index("passage")

    assert around(text, start, start + 7)[0].startswith(f"… {date}")


@pytest.mark.parametrize(("start", "end"), [(0, 5), (0, 11), (6, 11)])
def test_the_edges_of_a_text_have_nothing_beyond(start: int, end: int) -> None:
    before, after = around("Hello there", start, end)

    assert before + "Hello there"[start:end] + after == "Hello there"
