"""Which words of two sequences belong together, and that the answer comes however they repeat themselves."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.language.alignment import Block, align


# A block is as long as it can be; what is only on one side is in none.
@pytest.mark.parametrize(
    ("one", "two", "blocks"),
    [
        ("", "", []),
        ("a b", "", []),
        ("a b", "a b", [Block(0, 0, 2)]),
        ("a b c", "a x c", [Block(0, 0, 1), Block(2, 2, 1)]),
        ("a b c", "b c d", [Block(1, 0, 2)]),
        ("a b", "c d", []),
        ("a a a", "a a", [Block(0, 0, 2)]),
    ],
)
def test_common_words(one: str, two: str, blocks: list[Block]) -> None:
    assert align(one.split(), two.split()) == blocks


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")), st.sampled_from([0, 5, 1000]))
def test_blocks_are_common_and_in_order(one: list[str], two: list[str], budget: int) -> None:
    left = right = 0
    for block in align(one, two, budget):
        assert block.size > 0
        assert one[block.left : block.left + block.size] == two[block.right : block.right + block.size]
        assert block.left >= left
        assert block.right >= right
        left, right = block.left + block.size, block.right + block.size


def test_one_change_in_a_long_text_leaves_the_rest_common() -> None:
    words = [f"w{at}" for at in range(20_000)]
    other = [*words[:9_000], "neu", *words[9_001:]]

    assert align(words, other) == [Block(0, 0, 9_000), Block(9_001, 9_001, 10_999)]


def test_without_a_budget_only_both_ends_are_compared() -> None:
    chance = random.Random(1)  # noqa: S311 - the same words every time
    one, two = (["anfang", *chance.choices("ab", k=5_000), "ende"] for _ in range(2))
    blocks = align(one, two, budget=0)

    assert (blocks[0].left, blocks[0].right) == (0, 0)
    assert (blocks[-1].left + blocks[-1].size, blocks[-1].right + blocks[-1].size) == (5_002, 5_002)
    assert len(blocks) == 2
