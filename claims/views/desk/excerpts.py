"""What a rationale rests on, place by place: each source it cites, with the sentences that cite it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from claims.interchange import markup
from claims.language import citations
from claims.views.desk.changes import Change

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\s*\n)[^\n]+)*")
_END = re.compile(
    r"(?<!\b\w)(?<!\b\d\d)(?<!\b[A-ZÀ-Þ]\w)[.!?…]+[\"”“’»)\]]*"  # not behind "z. B.", "19." or "Nr."
    r"(?:\s*\[@[A-Za-z0-9][A-Za-z0-9_-]*\])*"  # citations behind the full stop belong to the sentence
    r"(?=\s+[\"„“«(\[A-ZÀ-Þ])"
)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SIGNS = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*+]\s+|\d+[.)]\s+)|[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}", re.MULTILINE)


@dataclass(frozen=True)
class Excerpt:
    """One cited source: its number in the text (none where no text is shown), and the sentences that lead to it, in
    ``language`` where that is not the page's."""

    number: int
    key: str
    item: Mapping[str, Any] | None
    sentences: list[str]
    language: str = ""


def of(rationale: str, evidence: list[Mapping[str, Any]]) -> list[Excerpt]:
    """The cited sources in the order of their numbers; a citation that leads nowhere has no ``item``."""
    items = {item["key"]: item for item in evidence}
    sentences: dict[str, list[str]] = {}
    for sentence in _sentences(rationale):
        words = in_words(sentence)
        for marker in citations.find(sentence):
            found = sentences.setdefault(marker.key, [])
            if words and words not in found:
                found.append(words)
    return [
        Excerpt(number, key, items.get(key), sentences.get(key, []))
        for number, key in enumerate(markup.citation_order(rationale), start=1)
    ]


def of_changes(changes: Iterable[Change], evidence: list[Mapping[str, Any]]) -> list[Excerpt]:
    """What changed sentences rest on, and changed evidence itself: each source once, in the order of the changes."""
    items = {item["key"]: item for item in evidence}
    found: dict[str, Excerpt] = {}
    for change in changes:
        match change.path.split("."):
            case ["verdict", "texts", language, "rationale"]:
                before = {excerpt.key: excerpt.sentences for excerpt in of(change.before, evidence)}
                for excerpt in of(change.after, evidence):
                    new = [words for words in excerpt.sentences if words not in before.get(excerpt.key, [])]
                    if new or excerpt.key not in before:
                        found.setdefault(excerpt.key, replace(excerpt, sentences=new, language=language))
            case ["evidence", key, *_field] if key in items:
                found.setdefault(key, Excerpt(0, key, items[key], []))
    return list(found.values())


def _sentences(text: str) -> list[str]:
    found = []
    for paragraph in _PARAGRAPH.findall(text):
        start = 0
        for end in _END.finditer(paragraph):
            found.append(paragraph[start : end.end()])
            start = end.end()
        found.append(paragraph[start:])
    return found


def in_words(sentence: str) -> str:
    """A sentence of Markdown as plain words, without its citations."""
    without = citations.MARKER.sub("", sentence)
    plain = _SIGNS.sub("", _LINK.sub(r"\1", without))
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(plain.split()))
