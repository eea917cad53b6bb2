"""The text as the reader's page draws it: blocks, pieces, lanes. Put together, the pieces are the text to the sign."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.views.desk import layout
from claims.views.desk.layout import Place, Sentence, blocks, lanes, numbered, share_most, twins


def places(*spans: tuple[int, int, int]) -> list[Place]:
    return [Place(start, end, claim, "inbox") for start, end, claim in spans]


def drawn(text: str, found: list[Place], sentences: list[Sentence] | None = None) -> list[layout.Block]:
    return blocks(text, sentences or [], found, numbered(found))


# Places may touch, overlap and lie in one another: (places) -> (text, claims that stand, that begin, numbers that end).

CASES = [
    ([], [("abcdef", (), [], [])]),
    ([(1, 3, 7)], [("a", (), [], []), ("bc", (7,), [7], [1]), ("def", (), [], [])]),
    ([(0, 4, 7), (2, 6, 8)], [("ab", (7,), [7], []), ("cd", (7, 8), [8], [1]), ("ef", (8,), [], [2])]),
    ([(0, 6, 7), (0, 6, 8)], [("abcdef", (7, 8), [7, 8], [1, 2])]),
    ([(0, 6, 7), (2, 3, 8)], [("ab", (7,), [7], []), ("c", (7, 8), [8], [2]), ("def", (7,), [], [1])]),
    ([(0, 1, 7), (1, 2, 8)], [("a", (7,), [7], [1]), ("b", (8,), [8], [2]), ("cdef", (), [], [])]),
    (
        [(0, 1, 7), (4, 6, 7)],
        [("a", (7,), [7], [1]), ("bcd", (), [], []), ("ef", (7,), [], [1])],
    ),
]


@pytest.mark.parametrize(("spans", "expected"), CASES)
def test_the_text_is_cut_where_places_begin_and_end(
    spans: list[tuple[int, int, int]], expected: list[tuple[object, ...]]
) -> None:
    [block] = drawn("abcdef", places(*spans))

    assert [(one.text, one.claims, one.begins, one.ends) for one in block.pieces] == expected


# A paragraph is a line; a heading stands by itself, wherever the text runs it into a line.

LINES = [
    ("One.\nTwo.", [], [(0, 4, False), (5, 9, False)]),
    ("  One. \n\n \nTwo.\n", [], [(2, 6, False), (11, 15, False)]),
    ("One. A short heading Two.", [(5, 20)], [(0, 4, False), (5, 20, True), (21, 25, False)]),
    ("A heading\nTwo.", [(0, 9)], [(0, 9, True), (10, 14, False)]),
    ("One. Heading", [(5, 12)], [(0, 12, False)]),  # a single word, such as a byline's sign
    ("One. (a b)", [(5, 10)], [(0, 10, False)]),
    ("One. What is next?", [(5, 18)], [(0, 18, False)]),
    (f"One. {'word ' * 30}end", [(5, 158)], [(0, 158, False)]),
    ("A title here\nAnd a paragraph that goes on for long.", [], [(0, 12, True), (13, 51, False)]),
    ("A title here\nSo short.", [], [(0, 12, False), (13, 22, False)]),
    ("A title here\nand a line of a list, which has no end", [], [(0, 12, False), (13, 51, False)]),
    ("", [], []),
    (" \n ", [], []),
    ("One.\r\nTwo.\u2028Three.", [], [(0, 4, False), (6, 10, False), (11, 17, False)]),
]


@pytest.mark.parametrize(("text", "headings", "expected"), LINES)
def test_blocks_are_lines_and_headings(
    text: str, headings: list[tuple[int, int]], expected: list[tuple[int, int, bool]]
) -> None:
    sentences = [Sentence(start, end, at, heading=True) for at, (start, end) in enumerate(headings)]

    assert [(block.start, block.end, block.is_heading) for block in drawn(text, [], sentences)] == expected


def test_a_claim_over_two_paragraphs_begins_and_ends_once() -> None:
    first, second = drawn("One.\n\nTwo.", places((2, 8, 7)))

    assert [(piece.text, piece.begins, piece.ends) for piece in first.pieces] == [("On", [], []), ("e.", [7], [])]
    assert [(piece.text, piece.begins, piece.ends) for piece in second.pieces] == [("Tw", [], [1]), ("o.", [], [])]


def test_a_claim_that_ends_in_the_space_between_two_paragraphs_ends_with_the_first() -> None:
    first, second = drawn("One.\n\nTwo.", places((0, 5, 7), (5, 10, 8)))

    assert [(piece.text, piece.ends) for piece in first.pieces] == [("One.", [1])]
    assert [(piece.text, piece.begins) for piece in second.pieces] == [("Two.", [8])]


def test_a_place_that_holds_but_space_between_paragraphs_is_not_drawn() -> None:
    assert [piece.claims for block in drawn("One.\n\nTwo.", places((4, 6, 7))) for piece in block.pieces] == [(), ()]


def test_sentences_are_cut_and_named() -> None:
    sentences = [
        Sentence(0, 4, 0, suggested=True),
        Sentence(5, 9, 1, suggested=True, set_aside=True),
        Sentence(10, 12, 2),
    ]
    [block] = drawn("One. Two. So", places((5, 7, 7)), sentences)

    assert [(piece.text, piece.sentence, piece.names) for piece in block.pieces] == [
        ("One.", 0, "piece is-suggested"),
        (" ", None, "piece"),
        ("Tw", 1, "piece lane-0-inbox"),
        ("o.", 1, "piece is-set-aside"),
        (" ", None, "piece"),
        ("So", 2, "piece"),
    ]


# The lowest lane that is free where a place begins.

LANES = [
    ([(0, 2, 1), (2, 4, 2)], [0, 0]),
    ([(0, 3, 1), (2, 4, 2), (3, 5, 3)], [0, 1, 0]),
    ([(0, 9, 1), (1, 3, 2), (2, 4, 3), (3, 5, 4), (4, 6, 5)], [0, 1, 2, 1, 2]),
    ([(0, 9, 1), (0, 9, 2), (0, 9, 3)], [0, 1, 2]),
    ([(0, 5, 1), (1, 9, 2), (5, 9, 3), (6, 9, 4)], [0, 1, 0, 2]),
]


@pytest.mark.parametrize(("spans", "expected"), LANES)
def test_places_that_overlap_have_lanes_of_their_own(spans: list[tuple[int, int, int]], expected: list[int]) -> None:
    assert lanes(places(*spans)) == expected


def test_beyond_four_lanes_one_sign_says_that_there_are_more() -> None:
    [block] = drawn("abcdef", places(*((0, 6, claim) for claim in range(1, 8))))

    assert block.pieces[0].names == "piece lane-0-inbox lane-1-inbox lane-2-inbox lane-3-inbox lane-more"
    assert block.pieces[0].keys == "1 2 3 4 5 6 7"


# More than half of the longer one in common.

SHARED = [
    ((0, 10), (0, 10), True),
    ((0, 10), (2, 10), True),
    ((0, 10), (5, 10), False),
    ((0, 10), (4, 14), True),
    ((0, 10), (5, 15), False),
    ((0, 10), (3, 5), False),
    ((0, 10), (10, 20), False),
    ((0, 10), (50, 60), False),
]


@pytest.mark.parametrize(("one", "other", "expected"), SHARED)
def test_two_stretches_are_the_same_words(one: tuple[int, int], other: tuple[int, int], *, expected: bool) -> None:
    assert share_most(one, other) is expected
    assert share_most(other, one) is expected


def test_twins_are_named_both_ways_and_never_a_claim_itself() -> None:
    found = twins(places((0, 10, 1), (0, 10, 1), (1, 10, 2), (5, 20, 3), (5, 19, 4)))

    assert found == {1: [2], 2: [1], 3: [4], 4: [3]}


words = st.text(alphabet=st.sampled_from("ab \n.\u00ad\u0301\U0001f600\u05d0\r\u2028"), max_size=60)
spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 5)), max_size=12)


@given(words, spans, spans)
def test_nothing_of_a_text_is_lost_or_doubled(
    text: str, marked: list[tuple[int, int, int]], said: list[tuple[int, int, int]]
) -> None:
    """Blocks hold all but white space; a piece holds a claim just where one of its places does."""
    where = [Place(start, end, claim, "inbox") for start, end, claim in marked if start < end <= len(text)]
    sentences = [
        Sentence(start, end, at, heading=claim == 1)
        for at, (start, end, claim) in enumerate(said)
        if start < end <= len(text)
    ]
    found = drawn(text, where, sentences)

    left = list(text)
    for block in found:
        assert "".join(piece.text for piece in block.pieces) == text[block.start : block.end]
        at = block.start
        for piece in block.pieces:
            here = {place.claim for place in where if place.start <= at < place.end}
            assert set(piece.claims) == here
            left[at : at + len(piece.text)] = [" "] * len(piece.text)
            at += len(piece.text)
    assert not "".join(left).strip()


def test_a_long_text_with_many_claims_is_drawn_at_once() -> None:
    text = "word and " * 33_000
    many = places(*((590 * at, 590 * at + 700, at + 1) for at in range(500)))
    sentences = [Sentence(at, at + 89, at // 90) for at in range(0, len(text) - 90, 90)]
    before = time.process_time()

    found = drawn(text, many, sentences)

    assert time.process_time() - before < 2
    assert sum(len(block.pieces) for block in found) < 10_000
