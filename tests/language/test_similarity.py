"""Near-duplicates: sketches that may be stored, what they estimate, and the words that differ."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.language import similarity
from claims.language.similarity import Piece, Sketch, containment, diff, sketch
from tests.evaluation.paragraphs import CLINIC, FACTORY, HARBOUR

ROOT = Path(__file__).parents[2]
GOLDEN_BANDS = (1663839427270429423, 8830288522068979778)
GOLDEN_SIGNATURE = "01000000094841ed07869ec410"


def prose(words: int, seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - the same words every time
    letters = "abcdefghijklmnoprstuvw"
    vocabulary = ["".join(chance.choices(letters, k=chance.randrange(2, 10))) for _ in range(5000)]
    return chance.choices(vocabulary, k=words)


def altered(words: list[str], share: float, seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311 - the same words every time
    return [f"neu{at}" if chance.random() < share else word for at, word in enumerate(words)]


def jaccard(one: list[str], two: list[str]) -> float:
    first, second = (set(zip(words, words[1:], words[2:], strict=False)) for words in (one, two))
    return len(first & second) / len(first | second)


# What is stored must be found again by every later version of the project: these numbers never change.
def test_sketch_is_the_same_for_ever() -> None:
    made = sketch("Die Mieten stiegen um 12 Prozent, sagte die Bürgermeisterin am Dienstag.")

    assert made.size == 9
    assert made.bands[:2] == GOLDEN_BANDS
    assert made.signature[:13].hex() == GOLDEN_SIGNATURE


def test_sketch_is_the_same_in_another_process() -> None:
    code = "from claims.language.similarity import sketch; print(sketch('Die Mieten stiegen um 12 Prozent.').bands)"
    done = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]

    assert done == [str(sketch("Die Mieten stiegen um 12 Prozent.").bands)] * 2


def test_bands_fit_a_signed_column_of_64_bits_and_name_their_band() -> None:
    bands = sketch(HARBOUR).bands

    assert len(bands) == len(set(bands)) == similarity.BANDS
    assert all(-(2**63) <= band < 2**63 for band in bands)
    assert min(bands) < 0 < max(bands)


def test_sketch_is_read_back_from_its_signature() -> None:
    assert Sketch.read(sketch(HARBOUR).signature) == sketch(HARBOUR)


@pytest.mark.parametrize("signature", [b"", b"\x01" * 20, b"\x02" + sketch("a b c d").signature[1:]])
def test_signature_of_another_scheme_is_refused(signature: bytes) -> None:
    with pytest.raises(ValueError, match="not the signature"):
        Sketch.read(signature)


# White space, soft hyphens, case and punctuation do not make another text.
@pytest.mark.parametrize(
    "text",
    [
        "Die  Mieten\nstiegen um 12 Prozent",
        "„DIE MIETEN“ stiegen — um 12 Prozent!",
        "Die Mie\u00adten stiegen um 12 Prozent",
    ],
)
def test_look_of_a_text_does_not_matter(text: str) -> None:
    assert sketch(text) == sketch("Die Mieten stiegen um 12 Prozent.")


@pytest.mark.parametrize("text", ["", " \n", "…!", "\u00ad"])
def test_text_without_words_is_like_nothing(text: str) -> None:
    empty = sketch(text)

    assert (empty.bands, empty.size) == ((), 0)
    assert similarity.similarity(empty, empty) == 0
    assert containment(empty, sketch(HARBOUR)) == 0


@pytest.mark.parametrize("text", ["Hafen", "Der Hafen", "Der alte Hafen", "港を拡張する", HARBOUR])
def test_text_is_like_itself(text: str) -> None:
    assert similarity.similarity(sketch(text), sketch(text)) == 1
    assert containment(sketch(text), sketch(text)) == 1


def test_different_articles_are_not_alike() -> None:
    assert similarity.similarity(sketch(HARBOUR), sketch(FACTORY)) < 0.05
    assert not set(sketch(HARBOUR).bands) & set(sketch(CLINIC).bands)


# Four standard deviations of an estimate from 128 values.
@pytest.mark.parametrize("words", [60, 300, 3000])
@pytest.mark.parametrize("share", [0.02, 0.1, 0.2])
def test_estimate_is_near_the_jaccard_index(words: int, share: float) -> None:
    one = prose(words, seed=words)
    two = altered(one, share, seed=1)

    assert similarity.similarity(sketch(" ".join(one)), sketch(" ".join(two))) == pytest.approx(
        jaccard(one, two), abs=0.18
    )


def test_near_duplicates_share_a_band_and_others_do_not() -> None:
    articles = [prose(400, seed) for seed in range(60)]
    sketches = [sketch(" ".join(words)) for words in articles]
    reprints = [sketch(" ".join(altered(words, 0.05, seed))) for seed, words in enumerate(articles)]
    shared = [[bool(set(one.bands) & set(two.bands)) for two in reprints] for one in sketches]

    assert all(row[at] for at, row in enumerate(shared))
    assert sum(map(sum, shared)) == len(articles)


def test_reprint_with_a_caption_is_contained() -> None:
    reprint = "Foto: Das Werk in Lindhafen, davor der Fluss. Agentur Nord. " + FACTORY

    assert containment(sketch(FACTORY), sketch(reprint)) > 0.95
    assert set(sketch(FACTORY).bands) & set(sketch(reprint).bands)


def test_first_half_is_contained_though_it_is_less_similar() -> None:
    half = sketch(FACTORY[: len(FACTORY) // 2])

    assert similarity.similarity(half, sketch(FACTORY)) < 0.7
    assert containment(half, sketch(FACTORY)) > 0.85


@given(st.text(), st.text())
@settings(max_examples=25)
def test_measures_are_symmetric_and_between_0_and_1(one: str, two: str) -> None:
    for measure in (similarity.similarity, containment):
        value = measure(sketch(one), sketch(two))

        assert value == measure(sketch(two), sketch(one))
        assert 0 <= value <= 1


# What differs


def told(before: str, after: str) -> list[tuple[str, str, str]]:
    return [(piece.op, before[slice(*piece.before)], after[slice(*piece.after)]) for piece in diff(before, after)]


def test_words_that_were_changed_taken_out_and_put_in() -> None:
    assert told("Die Mieten stiegen zuletzt um 12 Prozent.", "Die Mieten stiegen um 14 Prozent, sagt Wendt.") == [
        ("same", "Die Mieten stiegen ", "Die Mieten stiegen "),
        ("out", "zuletzt ", ""),
        ("same", "um ", "um "),
        ("changed", "12 Prozent.", "14 Prozent, sagt Wendt."),
    ]


def test_spans_count_code_points() -> None:
    assert diff("😀 a b", "😀 c b") == [
        Piece("same", (0, 2), (0, 2)), Piece("changed", (2, 4), (2, 4)), Piece("same", (4, 5), (4, 5)),
    ]  # fmt: skip


def test_white_space_and_soft_hyphens_are_no_difference() -> None:
    assert [piece.op for piece in diff("Die Mieten stiegen", "Die\u00a0Mie\u00adten\n\nstiegen\n")] == ["same"]


def test_nothing_has_no_pieces() -> None:
    assert diff("", "") == []
    assert told("", "Neu") == [("in", "", "Neu")]
    assert told("Alt", "") == [("out", "Alt", "")]


@given(*[st.lists(st.sampled_from(["a", "b", "c", "d", "\n", "\u00ad", "e "])).map(" ".join) for _ in range(2)])
def test_pieces_are_the_whole_of_both_texts(before: str, after: str) -> None:
    pieces = told(before, after)

    assert "".join(old for _, old, _ in pieces) == before
    assert "".join(new for _, _, new in pieces) == after
    for op, old, new in pieces:
        words = [text.replace("\u00ad", "").split() for text in (old, new)]

        assert words == [[], []] or (op == "same") == (words[0] == words[1])


# Of long texts the pieces stay small as long as the texts do not repeat themselves without end.
def test_differences_of_long_texts_are_told_word_by_word() -> None:
    one = prose(50_000, seed=3)
    two = altered(one, 0.05, seed=4)
    pieces = diff(" ".join(one), " ".join(two))
    changed = sum(piece.before[1] - piece.before[0] for piece in pieces if piece.op != "same")

    assert changed < 0.08 * len(" ".join(one))


@pytest.mark.parametrize("unit", ["a ", "a b ", "Die Mieten stiegen um 12 Prozent. "])
def test_long_repetitive_texts_are_compared(unit: str) -> None:
    text = unit * 20_000
    pieces = diff(text, text[: len(text) // 2] + "neu " + text[len(text) // 2 :])

    assert [piece.op for piece in pieces] == ["same", "in", "same"]
