"""What differs between two wordings, word by word, for people who compare them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORD = re.compile(r"\S+\s*|\s+")

LIMIT = 2000
"""Words on either side beyond which both wordings are given whole: comparing would take too long to wait for."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch that stands in both wordings, or in one of them only."""

    kind: Literal["same", "out", "in"]
    text: str


def words(before: str, after: str) -> list[Part]:
    """The parts in reading order: without ``in`` they are ``before``, without ``out`` they are ``after``."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > LIMIT:
        return _parts([("out", old), ("in", new)])
    found: list[tuple[Literal["same", "out", "in"], list[str]]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", old[a:b]))
        else:
            found += [("out", old[a:b]), ("in", new[c:d])]
    return _parts(found)


def shortened(parts: Sequence[Part], around: int = 120) -> list[Part]:
    """The same parts where of what stands in both no more is left than ``around`` characters at each change."""
    found = []
    for place, part in enumerate(parts):
        first, last = place == 0, place == len(parts) - 1
        if part.kind != "same" or len(part.text) <= around * (1 if first or last else 2):
            found.append(part)
            continue
        head = "" if first else part.text[:around].rsplit(maxsplit=1)[0]
        tail = "" if last else part.text[-around:].split(maxsplit=1)[-1]
        found.append(Part("same", f"{head} … {tail}".lstrip()))
    return found


def _parts(found: list[tuple[Literal["same", "out", "in"], list[str]]]) -> list[Part]:
    return [Part(kind, "".join(stretch)) for kind, stretch in found if stretch]
