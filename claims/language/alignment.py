"""Which words of two sequences belong together: patience diff, with a bound on the work for long repetitive texts.

Runs of words, or else words, that stand once on either side are fixed points (Bram Cohen's patience diff); what lies
between two of them is compared in full while that is cheap, and given up as different once the budget is spent.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

BUDGET = 1_000_000
"""Pairs of words that may be compared in one call beyond the fixed points: a second or so at the very worst."""

_SMALL = 64 * 64
"""Pairs below which a stretch is compared in full at once."""


class Block(NamedTuple):
    """``size`` words from ``left`` on one side are the words from ``right`` on the other."""

    left: int
    right: int
    size: int


def align(one: Sequence[str], two: Sequence[str], budget: int = BUDGET) -> list[Block]:
    """The common stretches in order; neighbouring ones are one block."""
    found: list[Block] = []
    open_ = [(0, len(one), 0, len(two))]
    while open_:
        left, left_end, right, right_end = open_.pop()
        head = _common(one, two, left, left_end, right, right_end)
        found.append(Block(left, right, head))
        left, right = left + head, right + head
        tail = _common_at_end(one, two, left, left_end, right, right_end)
        left_end, right_end = left_end - tail, right_end - tail
        found.append(Block(left_end, right_end, tail))
        pairs = (left_end - left) * (right_end - right)
        if not pairs:
            continue
        fixed = []
        if pairs > _SMALL and budget > 0:
            budget -= left_end - left + right_end - right
            here, there = one[left:left_end], two[right:right_end]
            fixed = _fixed_points(_runs(here), _runs(there)) or _fixed_points(here, there)
        if fixed:
            first, first_right = left, right
            for a, b in fixed:
                open_.append((left, first + a, right, first_right + b))
                left, right = first + a, first_right + b
            # The last stretch begins with a fixed point, which its common head takes: it gets smaller each time.
            open_.append((left, left_end, right, right_end))
        elif pairs <= budget:
            budget -= pairs
            matcher = SequenceMatcher(None, one[left:left_end], two[right:right_end], autojunk=False)
            found += [Block(left + a, right + b, size) for a, b, size in matcher.get_matching_blocks()]
    return _joined(found)


def _common(one: Sequence[str], two: Sequence[str], left: int, left_end: int, right: int, right_end: int) -> int:
    size, most = 0, min(left_end - left, right_end - right)
    while size < most and one[left + size] == two[right + size]:
        size += 1
    return size


def _common_at_end(one: Sequence[str], two: Sequence[str], left: int, left_end: int, right: int, right_end: int) -> int:
    size, most = 0, min(left_end - left, right_end - right)
    while size < most and one[left_end - size - 1] == two[right_end - size - 1]:
        size += 1
    return size


def _runs(words: Sequence[str]) -> Sequence[tuple[str, ...]]:
    """Four words in a row, for each word that has three behind it."""
    return list(zip(words, words[1:], words[2:], words[3:], strict=False))


def _fixed_points(one: Sequence[Hashable], two: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Pairs of places of what stands once on either side, as many as keep their order (a longest increasing run)."""
    here, there = Counter(one), Counter(two)
    place = {word: at for at, word in enumerate(two) if there[word] == 1}
    pairs = [(at, place[word]) for at, word in enumerate(one) if here[word] == 1 and word in place]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, there_at) in enumerate(pairs):
        rank = bisect_left(ends, there_at)
        if rank == len(ends):
            ends.append(there_at)
            last.append(index)
        else:
            ends[rank], last[rank] = there_at, index
        before.append(last[rank - 1] if rank else -1)
    run = []
    index = last[-1] if last else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]


def _joined(found: list[Block]) -> list[Block]:
    joined: list[Block] = []
    for block in sorted(block for block in found if block.size):
        if joined and (joined[-1].left + joined[-1].size, joined[-1].right + joined[-1].size) == block[:2]:
            joined[-1] = joined[-1]._replace(size=joined[-1].size + block.size)
        else:
            joined.append(block)
    return joined
