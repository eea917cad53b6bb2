"""Near-duplicate texts, found by sketches; and what differs between two texts, word by word.

A sketch is a MinHash of the set of a text's shingles (three words in a row, small letters, no punctuation), made by
one permutation with the bins filled up as Shrivastava's "Optimal Densification for Fast and Accurate Minwise Hashing"
(2017) fills them: the share of equal values estimates the Jaccard index of the two sets. ``bands`` are its look-up
keys: texts that share one are worth comparing. With 24 bands of three values a pair of texts with a Jaccard index of
0.3 shares a band in 48 % of cases, of 0.5 in 96 %, of 0.7 in 99.99 %; and of 0.05 in 0.3 %. Everything is made by
BLAKE2b, so a sketch is the same in every process and every version of Python, and may be stored.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from struct import Struct
from typing import Literal, Self

from claims.language.alignment import align

SCHEME = 1
"""How sketches are made; a sketch of another scheme cannot be compared."""

SHINGLE = 3
"""Words in a row."""
VALUES = 128
"""Values of a sketch: its estimate of the Jaccard index is off by 0.044 (one standard deviation) at most."""
BANDS, ROWS = 24, 3

# Han, Kana, Thai and Lao, Khmer, Burmese are written without spaces: there a character counts as a word.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_PACKED = Struct(f">{VALUES}I")
_EMPTY = 1 << 32
_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Sketch:
    """A text's sketch. All of it is in ``signature``, so that is all there is to store beside the ``bands``.

    ``bands`` are signed 64-bit numbers, each of which says which band it is: one indexed column holds them all. A
    text without a word has none. ``size`` is the number of different shingles; ``signature`` is 517 bytes.
    """

    bands: tuple[int, ...]
    signature: bytes
    size: int

    @classmethod
    def read(cls, signature: bytes) -> Self:
        """The sketch whose ``signature`` was stored; raises ``ValueError`` on bytes of another scheme."""
        if len(signature) != 5 + _PACKED.size or signature[0] != SCHEME:
            raise ValueError("This is not the signature of a sketch, or of an older scheme.")
        size = int.from_bytes(signature[1:5], "big")
        rows = [signature[5 + 4 * ROWS * band : 5 + 4 * ROWS * (band + 1)] for band in range(BANDS if size else 0)]
        bands = tuple(
            int.from_bytes(blake2b(bytes([SCHEME, band]) + row, digest_size=8).digest(), "big", signed=True)
            for band, row in enumerate(rows)
        )
        return cls(bands, signature, size)


def sketch(text: str) -> Sketch:
    """The sketch of ``text``; white space, soft hyphens, case and punctuation do not matter to it."""
    shingles = _shingles(text)
    bins = [_EMPTY] * VALUES
    for shingle in shingles:
        value = int.from_bytes(blake2b(shingle.encode("utf-8", "replace"), digest_size=8).digest(), "big")
        place, value = value % VALUES, value >> 32
        if value < bins[place]:
            bins[place] = value
    if shingles:
        bins = _filled(bins)
    packed = _PACKED.pack(*(bins if shingles else [0] * VALUES))
    return Sketch.read(bytes([SCHEME]) + len(shingles).to_bytes(4, "big") + packed)


def similarity(one: Sketch, two: Sketch) -> float:
    """The estimated Jaccard index, 0 to 1; texts without a word are like nothing."""
    if not one.size or not two.size:
        return 0.0
    return sum(a == b for a, b in zip(_values(one), _values(two), strict=True)) / VALUES


def containment(one: Sketch, two: Sketch) -> float:
    """The estimated share of the smaller text that stands in the larger one, 0 to 1.

    A reprint with a caption added, or cut to its first half, is contained though it is less similar. Reliable while the
    larger text is a few times as long at most: beyond, too few values are equal.
    """
    alike = similarity(one, two)
    common = alike * (one.size + two.size) / (1 + alike)
    return min(1.0, common / min(one.size, two.size)) if alike else 0.0


def _shingles(text: str) -> set[str]:
    words = [word.casefold() for word in _WORD.findall(text.replace("\u00ad", ""))]
    if len(words) <= SHINGLE:
        return {" ".join(words)} if words else set()
    return set(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def _filled(bins: list[int]) -> list[int]:
    """Every empty bin takes the value of a full one, which two texts with the same full bins draw alike."""
    filled = list(bins)
    for place, value in enumerate(bins):
        state = place + 1
        while value == _EMPTY:
            state, drawn = _drawn(state)
            value = bins[drawn % VALUES]  # noqa: PLW2901 - the draw goes on until a bin is full
        filled[place] = value
    return filled


def _drawn(state: int) -> tuple[int, int]:
    """SplitMix64 (https://prng.di.unimi.it/splitmix64.c): the next state and the next number."""
    state = (state + 0x9E3779B97F4A7C15) & _MASK
    mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return state, mixed ^ (mixed >> 31)


def _values(one: Sketch) -> tuple[int, ...]:
    return _PACKED.unpack_from(one.signature, 5)


# What differs

Op = Literal["same", "changed", "out", "in"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of two texts, in code points, ends exclusive: ``before`` became ``after``.

    ``out`` has an empty ``after``, ``in`` an empty ``before``. In what is the ``same``, white space and soft hyphens
    may differ.
    """

    op: Op
    before: tuple[int, int]
    after: tuple[int, int]


_STRETCH = re.compile(r"[\s\u00ad]*[^\s\u00ad]\S*[\s\u00ad]*|[\s\u00ad]+")


def diff(before: str, after: str) -> list[Piece]:
    """The pieces in reading order; together they are the whole of both texts.

    Compares words with what is stuck to them. The work is bounded: of long texts that repeat themselves a piece may be
    given as ``changed`` whole although parts of it are the same.
    """
    old, new = _words(before), _words(after)
    old_starts, new_starts = [*(start for start, _ in old), len(before)], [*(start for start, _ in new), len(after)]
    blocks = align([word for _, word in old], [word for _, word in new])
    pieces: list[Piece] = []
    left = right = 0
    for block in [*blocks, None]:
        left_end, right_end = (block.left, block.right) if block else (len(old), len(new))
        _add(pieces, (old_starts[left], old_starts[left_end]), (new_starts[right], new_starts[right_end]))
        if block:
            left, right = left_end + block.size, right_end + block.size
            spans = (old_starts[left_end], old_starts[left]), (new_starts[right_end], new_starts[right])
            pieces.append(Piece("same", *spans))
    return pieces


def _words(text: str) -> list[tuple[int, str]]:
    """Where each word begins, and what it says: white space says nothing, and stands with a word beside it."""
    return [(match.start(), match[0].replace("\u00ad", "").strip()) for match in _STRETCH.finditer(text)]


def _add(pieces: list[Piece], before: tuple[int, int], after: tuple[int, int]) -> None:
    gone, come = before[0] < before[1], after[0] < after[1]
    if gone or come:
        pieces.append(Piece("changed" if gone and come else "out" if gone else "in", before, after))
