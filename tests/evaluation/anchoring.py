"""Anchoring under mutation: what becomes of quotations when the text they stand in is cut, moved and altered.

Every character knows which character of the old text it is, or that it was written in, so the truth needs no rule of
the kind that is being measured: an ``exact`` or ``moved`` anchor is right when its characters are the quotation's own,
in their order, without a gap, and nothing was written into the sentence right beside them.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from claims.language import anchoring, extraction
from claims.vocabulary import AnchorState
from tests.evaluation import Row
from tests.evaluation.paragraphs import OWN

STORY = Path(__file__).parents[2] / "fixtures" / "story" / "captures" / "1.txt"
WRITTEN = -1
BESIDE = -2
"""Written right beside the quotation, in its sentence."""

Letters = list[tuple[str, int]]
"""Characters, each with its position in the old text, ``WRITTEN`` or ``BESIDE``."""


@dataclass
class Case:
    """One quotation in one text, and the changes made to the text."""

    old: str
    start: int
    end: int
    letters: Letters = field(init=False)

    def __post_init__(self) -> None:
        self.letters = [(letter, at) for at, letter in enumerate(self.old)]

    @property
    def new(self) -> str:
        return "".join(letter for letter, _ in self.letters)

    def truths(self) -> list[tuple[int, int]]:
        """Where the quotation's own characters stand, white space and soft hyphens aside."""
        wanted = [at for at in range(self.start, self.end) if _says(self.old[at])]
        saying = [(place, origin) for place, (letter, origin) in enumerate(self.letters) if _says(letter)]
        origins = [origin for _, origin in saying]
        return [
            (saying[first][0], saying[first + len(wanted) - 1][0] + 1)
            for first, origin in enumerate(origins)
            if origin == wanted[0] and origins[first : first + len(wanted)] == wanted
        ]

    def is_untold(self, start: int, end: int) -> bool:
        """Whether nothing in the texts tells this passage from the old one.

        That is so where a change was changed back, and where like passages changed places unseen: the words are the
        same, so are 8 characters on either side and 40 on one.
        """
        if _plain(self.old[self.start : self.end]) != _plain(self.new[start:end]):
            return False
        if (start, end) == _home(self):
            return True
        before, before_new = _plain(self.old[: self.start]), _plain(self.new[:start])
        behind, behind_new = _plain(self.old[self.end :]), _plain(self.new[end:])
        near = before_new.endswith(before[-8:]) and behind_new.startswith(behind[:8])
        return near and (before_new.endswith(before[-40:]) or behind_new.startswith(behind[:40]))

    def is_beside(self, start: int, end: int) -> bool:
        """Whether something was written into the sentence right before or after this span."""
        before, behind = self.letters[max(0, start - 3) : start], self.letters[end : end + 3]
        return any(
            origin == BESIDE
            for side in (before, behind)
            for letter, origin in side
            if "\n" not in {letter for letter, _ in side}
        )


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").split())


def _says(letter: str) -> bool:
    return not letter.isspace() and letter != "\u00ad"


# Mutations: each takes a case and a source of chance, and says whether it had something to change.

Mutation = Callable[[Case, random.Random], bool]


def _written(words: str, origin: int = WRITTEN) -> Letters:
    return [(letter, origin) for letter in words]


def _paragraphs(letters: Letters) -> list[Letters]:
    """Paragraphs, or of a text without line breaks its sentences, with the white space behind them."""
    text = "".join(letter for letter, _ in letters)
    ends = [match.end() for match in re.finditer(r"\n+" if "\n" in text.strip() else r"(?<=[a-zß)]\.) (?=[A-Z])", text)]
    return [letters[a:b] for a, b in zip([0, *ends], [*ends, len(letters)], strict=True) if a < b]


def _sentence_gaps(case: Case) -> list[int]:
    return [match.end() for match in re.finditer(r"(?<=[a-zß)]{4}\.)\s(?=[A-Z])", case.new)]


def _home(case: Case) -> tuple[int, int] | None:
    """The span from the quotation's first to its last character, where both are still there."""
    places = {origin: place for place, (_, origin) in enumerate(case.letters) if case.start <= origin < case.end}
    if case.start not in places or case.end - 1 not in places or places[case.end - 1] < places[case.start]:
        return None
    return places[case.start], places[case.end - 1] + 1


def _replace(case: Case, start: int, end: int, words: str, origin: int = WRITTEN) -> bool:
    case.letters[start:end] = _written(words, origin)
    return True


NEWS = (
    "Das war am Montag bekannt geworden. ",
    "The paper had reported this first. ",
    "Eine Sprecherin wollte sich dazu nicht äußern. ",
    "Mehr dazu am Abend: 7 Prozent, 30 Wagen, ein Tag. ",
)


def insert_sentence(case: Case, chance: random.Random) -> bool:
    gaps = _sentence_gaps(case)
    place = chance.choice([0, *gaps])
    return _replace(case, place, place, chance.choice(NEWS))


def insert_sentence_beside(case: Case, chance: random.Random) -> bool:
    home = _home(case)
    gaps = [gap for gap in _sentence_gaps(case) if home and abs(gap - chance.choice(home)) < 60]
    place = chance.choice(gaps) if gaps else 0
    return _replace(case, place, place, chance.choice(NEWS))


def append(case: Case, chance: random.Random) -> bool:
    place = len(case.letters)
    return _replace(case, place, place, "\n" + chance.choice(NEWS))


def delete_paragraph(case: Case, chance: random.Random) -> bool:
    parts = _paragraphs(case.letters)
    del parts[chance.randrange(len(parts))]
    case.letters = list(chain.from_iterable(parts))
    return bool(parts)


def delete_quotation(case: Case, chance: random.Random) -> bool:
    home = _home(case)
    return home is not None and _replace(case, *home, "")


def delete_words(case: Case, chance: random.Random) -> bool:
    start = chance.randrange(len(case.letters))
    return _replace(case, start, start + chance.randrange(1, 80), "")


def reorder(case: Case, chance: random.Random) -> bool:
    parts = [part if part[-1][0] == "\n" else [*part, ("\n", WRITTEN)] for part in _paragraphs(case.letters)]
    chance.shuffle(parts)
    case.letters = list(chain.from_iterable(parts))
    return True


def reorder_sentences(case: Case, chance: random.Random) -> bool:
    text = case.new
    ends = [match.end() for match in re.finditer(r"[.“\"]\s+(?=[A-Z„\"])", text)]
    parts = [case.letters[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]
    first = chance.randrange(len(parts))
    some = parts[first : first + 4]
    chance.shuffle(some)
    parts[first : first + 4] = [
        part if part[-1:] and part[-1][0].isspace() else [*part, (" ", WRITTEN)] for part in some
    ]
    case.letters = list(chain.from_iterable(parts))
    return True


def duplicate(case: Case, chance: random.Random) -> bool:
    parts = _paragraphs(case.letters)
    copy = chance.choice(parts)
    parts.insert(chance.randrange(len(parts) + 1), [*copy, ("\n", WRITTEN)])
    case.letters = list(chain.from_iterable(parts))
    return True


def _change(pattern: str, change: Callable[[re.Match[str], random.Random], str], inside: bool) -> Mutation:
    """Changes one thing of a kind: in the quotation, or anywhere."""

    def mutation(case: Case, chance: random.Random) -> bool:
        home = _home(case) if inside else (0, len(case.letters))
        found = [] if home is None else list(re.compile(pattern).finditer(case.new, *home))
        if not found:
            return False
        match = chance.choice(found)
        words = change(match, chance)
        return words != match[0] and _replace(case, *match.span(), words)

    return mutation


def _other_number(match: re.Match[str], chance: random.Random) -> str:
    place = chance.randrange(len(match[0]))
    digit = match[0][place]
    return (
        match[0]
        if not digit.isdigit()
        else match[0][:place] + str((int(digit) + chance.randrange(1, 10)) % 10) + match[0][place + 1 :]
    )


UNITS = ("Prozent", "Millionen", "Milliarden", "Mio.", "Mrd.", "Euro", "Kilometer", "Zentimeter", "Millimeter", "Grad")
UNITS += ("Gigawatt", "Dollar", "percent", "million", "Gigawattstunden", "Sekunden", "months", "Wagen")
NUMBER = r"\d+(?:[.,]\d+)*"
NAME = r"(?<=[a-zäöüß,] )[A-ZÄÖÜ][\w-]{3,}"
GAP = r"(?<=[a-zäöüß]) (?=[a-zäöüß])"


def _other_unit(_match: re.Match[str], chance: random.Random) -> str:
    return chance.choice(UNITS)


def _other_name(_match: re.Match[str], chance: random.Random) -> str:
    return chance.choice(["Hansen", "Müller AG", "Norwegen", "Easton", "Baidu", "Velo"])


def _negation(_match: re.Match[str], chance: random.Random) -> str:
    return chance.choice([" nicht ", " not ", " kein ", " never "])


def _comma(match: re.Match[str], _chance: random.Random) -> str:
    return match[0][0] + "," + match[0][1:]


change_number = _change(NUMBER, _other_number, inside=True)
change_number_anywhere = _change(NUMBER, _other_number, inside=False)
change_unit = _change(rf"\b(?:{'|'.join(UNITS)})(?!\w)", _other_unit, inside=True)
change_name = _change(NAME, _other_name, inside=True)
change_name_anywhere = _change(NAME, _other_name, inside=False)
negate = _change(GAP, _negation, inside=True)
negate_anywhere = _change(GAP, _negation, inside=False)
drop_word = _change(r"\b\w+ ", lambda _match, _chance: "", inside=True)
drop_stop = _change(r"[.,;:“\"](?=.)", lambda _match, _chance: "", inside=True)
small_letter = _change(r"(?<=[a-z] )[A-ZÄÖÜ]", lambda match, _chance: match[0].lower(), inside=True)


def negate_before(case: Case, chance: random.Random) -> bool:
    home = _home(case)
    return home is not None and _replace(
        case, home[0], home[0], chance.choice(["nicht ", "not ", "angeblich "]), BESIDE
    )


def negate_behind(case: Case, chance: random.Random) -> bool:
    home = _home(case)
    return home is not None and _replace(
        case, home[1], home[1], chance.choice([" nicht", " not", "-Gegner", "5", ",5"]), BESIDE
    )


def white_space(case: Case, chance: random.Random) -> bool:
    """What says nothing: other white space, more of it, soft hyphens."""
    letters: Letters = []
    for at, (letter, origin) in enumerate(case.letters):
        if letter == " " and chance.random() < 0.2:
            letters += _written(chance.choice(["\u00a0", "  ", "\u202f", "\n", " \u00ad"]))
        elif letter.isalpha() and at and case.letters[at - 1][0].isalpha() and chance.random() < 0.03:
            letters += [("\u00ad", WRITTEN), (letter, origin)]
        else:
            letters.append((letter, origin))
    case.letters = letters
    return True


def quote_in_a_correction(case: Case, chance: random.Random) -> bool:
    """The passage is corrected, and a note says what it used to be."""
    words = case.old[case.start : case.end]
    if not change_number(case, chance) and not negate(case, chance):
        return False
    note = chance.choice(["Korrektur: Zuerst stand hier: „{}“", "Frühere Fassung. {} Das war falsch.", "{}"]).format(
        words
    )
    place = chance.choice([0, len(case.letters)])
    return _replace(case, place, place, f"\n{note}\n")


def say_it_elsewhere(case: Case, chance: random.Random) -> bool:
    """The passage goes, and its words come up in another sentence."""
    words = case.old[case.start : case.end]
    if not delete_quotation(case, chance):
        return False
    place = chance.choice([0, *_sentence_gaps(case)])
    return _replace(
        case, place, place, chance.choice(["Falsch ist, dass {} gilt. ", "Niemand sagte: {} ", "„{}“ "]).format(words)
    )


def duplicate_and_change(case: Case, chance: random.Random) -> bool:
    return duplicate(case, chance) and (change_number(case, chance) or negate(case, chance))


MUTATIONS: dict[str, Mutation] = {
    name: mutation
    for name, mutation in list(globals().items())
    if callable(mutation) and not name.startswith("_") and name in {
        "insert_sentence", "insert_sentence_beside", "append", "delete_paragraph", "delete_quotation", "delete_words",
        "reorder", "reorder_sentences", "duplicate", "change_number", "change_number_anywhere", "change_unit",
        "change_name", "change_name_anywhere", "negate", "negate_anywhere", "drop_word", "drop_stop", "small_letter",
        "negate_before", "negate_behind", "white_space", "quote_in_a_correction", "say_it_elsewhere",
        "duplicate_and_change",
    }
}  # fmt: skip


def passages(text: str, chance: random.Random, number: int) -> Iterator[tuple[int, int]]:
    """Sentences, pieces of some words, and stretches over several sentences."""
    words = [match.span() for match in re.finditer(r"[\w-]+(?:[.,]\d+)*", text)]
    sentences = [match.span() for match in re.finditer(r"[^\s.][^.\n]*(?:\.(?=\d)[^.\n]*)*\.?[“\"]?", text)]
    for at in range(number):
        if at % 2:
            yield chance.choice(sentences)
        else:
            first = chance.randrange(len(words))
            last = min(len(words) - 1, first + chance.choice([0, 1, 2, 3, 5, 8, 12, 20, 40]))
            yield words[first][0], words[last][1]


def cases(number: int, seed: int = 1) -> Iterator[tuple[str, Case]]:
    """``number`` passages of every text under every mutation, and as many under two to four at once."""
    chance = random.Random(seed)  # noqa: S311 - the same cases every time are what is wanted
    for text in (*OWN, extraction.extract(STORY.read_bytes()).text):
        for name, mutation in MUTATIONS.items():
            for start, end in passages(text, chance, number):
                case = Case(text, start, end)
                if mutation(case, chance):
                    yield name, case
        for start, end in passages(text, chance, number * len(MUTATIONS)):
            case = Case(text, start, end)
            some = chance.sample(list(MUTATIONS.values()), chance.randrange(2, 5))
            # A note that quotes the old words is about the text as it then stands: it comes last.
            some.sort(key=lambda mutation: mutation is quote_in_a_correction)
            if [mutation for mutation in some if case.letters and mutation(case, chance)]:
                yield "several", case


@dataclass
class Outcome:
    """What came of one case.

    ``intact``: the quotation stands there once, and nothing was written beside it. ``repeated``: its words stood in the
    old text more than once.
    """

    name: str
    case: Case
    anchor: anchoring.Anchor
    intact: bool
    repeated: bool
    wrong: bool

    @property
    def accepted(self) -> bool:
        return self.anchor.state in {AnchorState.EXACT, AnchorState.MOVED}


def outcome(name: str, case: Case) -> Outcome:
    anchor = anchoring.locate(case.new, anchoring.describe(case.old, case.start, case.end))
    truths = case.truths()
    intact = len(truths) == 1 and not case.is_beside(*truths[0])
    wrong = False
    if anchor.state in {AnchorState.EXACT, AnchorState.MOVED} and anchor.start is not None and anchor.end is not None:
        span = anchor.start, anchor.end
        at_home = anchor.start == case.start
        wrong = (span not in truths and not case.is_untold(*span)) or case.is_beside(*span)
        wrong = wrong or (anchor.state is AnchorState.EXACT) != at_home
    repeated = _plain(case.old).count(_plain(case.old[case.start : case.end])) > 1
    return Outcome(name, case, anchor, intact, repeated, wrong)


def measure(_folder: Path) -> list[Row]:
    """The figures need no set: the texts are the project's own."""
    outcomes = [outcome(name, case) for name, case in cases(20)]
    single = [one.accepted for one in outcomes if one.intact and not one.repeated]
    repeated = [one.accepted for one in outcomes if one.intact and one.repeated]
    altered = Counter(one.anchor.state for one in outcomes if not one.intact)
    return [
        Row("anchoring: mutated quotations", len(outcomes)),
        Row("anchoring: wrong exact or moved", sum(one.wrong for one in outcomes), 0),
        Row("anchoring: intact, found as exact or moved", sum(single) / len(single)),
        Row("anchoring: intact but a repeated phrase, found", sum(repeated) / len(repeated)),
        Row("anchoring: altered, shown as changed", altered[AnchorState.CHANGED] / altered.total()),
    ]
