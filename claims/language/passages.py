"""Where a passage that somebody marked on a page stands in the text that the page was made of.

A page shows a text without its marks: citations are numbers, links are their words, list signs are drawn. So a passage
is looked for without what no reader sees on either side, and what is found is the stretch as it is written.
"""

import re

_CITATION = r"\[@[A-Za-z0-9][A-Za-z0-9_-]*\]"
_MARKS = rf"{_CITATION}|\]\([^)]*\)|[\s*_\\\[\]]"
_AT_A_LINES_START = r"^[ \t]*(?:#{1,6}[ \t]|>|[-*+][ \t]|\d+[.)][ \t])"

_UNSEEN = re.compile(_MARKS)
_UNSEEN_IN_LISTS = re.compile(rf"{_AT_A_LINES_START}|{_MARKS}", re.MULTILINE)
_NUMBERS = re.compile(r"\[\d{1,3}\]")
"""Citations as a page shows them."""


def find(text: str, passage: str) -> str:
    """The stretch of ``text`` that readers see as ``passage``, as it is written there; empty where there is none."""
    wanted = passage.strip()
    if not wanted:
        return ""
    if wanted in text:
        return wanted
    return _found(text, wanted, _UNSEEN_IN_LISTS) or _found(text, wanted, _UNSEEN)


def _found(text: str, passage: str, unseen: re.Pattern[str]) -> str:
    wanted = _UNSEEN.sub("", _NUMBERS.sub("", passage))
    places = _seen(text, unseen)
    start = "".join(text[place] for place in places).find(wanted) if wanted else -1
    return text[places[start] : places[start + len(wanted) - 1] + 1] if start >= 0 else ""


def _seen(text: str, unseen: re.Pattern[str]) -> list[int]:
    """The places of the characters that are no marks, white space among them."""
    places: list[int] = []
    at = 0
    for mark in unseen.finditer(text):
        places.extend(range(at, mark.start()))
        at = mark.end()
    return [*places, *range(at, len(text))]
