"""What a second reader has to look at again: the content against the published one, and what was written since the
last read."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from claims import composition
from claims.forms.wording import NAMES, Wording, field_name, in_language, language_of
from claims.language import differences
from claims.models import Claim, LedgerEntry
from claims.vocabulary import Action

_IN_A_LANGUAGE = re.compile(r"(?P<part>\w+) \((?P<language>[A-Za-z0-9-]+)\)")
_OF_THE_VERSION = {"schema", "claim", "release", "notice"}
"""Parts that say which version it is; that they differ is no change of what is found."""

_ORDER = (
    "statement",
    "speaker",
    "quotations",
    "question",
    "rating",
    "headline",
    "summary",
    "rationale",
    "elements",
    "calculations",
    "evidence",
)

_NOT_FOR_READERS = {
    "status", "assignee", "due_on", "priority", "publish_at", "parked_until", "parked_reason", "decline_reason",
    "duplicate_of", "checkability", "source", "seen_by", "seen_at", "note", "metric", "threshold", "resolved_at",
}  # fmt: skip
_PROSE = {"statement", "why", "headline", "summary", "rationale", "other_finding", "today", "change_note", "excerpt"}


@dataclass(frozen=True)
class Change:
    """One part that differs: both wordings, and word by word what differs where both have words."""

    label: str
    language: str
    before: str
    after: str
    parts: list[differences.Part] = field(default_factory=list)


def part_name(name: str) -> str:
    """What ``composition.parts`` calls a part, as a person reads it."""
    found = _IN_A_LANGUAGE.fullmatch(name)
    if found:
        return field_name(f"texts.{found['language']}.{found['part']}")
    if name.startswith("evidence "):
        return _("Evidence %(key)s") % {"key": name.removeprefix("evidence ")}
    own = {"quotations": _("Quotations"), "release": _("Kind and public note of this version")}
    return own.get(name) or str(NAMES.get(name.replace(" ", "_"), name))


def since_version(published: Mapping[str, Any], content: composition.Content) -> list[Change]:
    """What differs from the content of a published version, in the order of the page."""
    names = composition.differing(composition.parts(dict(published)), content)
    names = sorted((name for name in names if name not in _OF_THE_VERSION), key=_place)
    return [_change(part_name(name), name, _part(published, name), _part(content, name)) for name in names]


def _place(name: str) -> tuple[int, str]:
    first = re.split(r"[ (]", name)[0]
    return (_ORDER.index(first) if first in _ORDER else len(_ORDER), name)


def _part(content: Mapping[str, Any], name: str) -> str:
    """A part of a content in words; empty where it is not there."""
    found = _IN_A_LANGUAGE.fullmatch(name)
    if found:
        value = content["texts"].get(found["language"], {}).get(found["part"], "")
        return Wording([]).of(found["part"], value)
    if name.startswith("evidence "):
        key = name.removeprefix("evidence ")
        return _evidence(next((item for item in content["evidence"] if item["key"] == key), None))
    value = content.get(name.replace(" ", "_"))
    match name, value:
        case _, None:
            return ""
        case "rating", dict():
            return in_language(value["labels"])
        case "speaker", dict():
            return ", ".join(value[part] for part in ("name", "role", "party") if value[part])
        case "replies", list():
            return "\n".join(_reply(item) for item in value)
        case "quotations", list():
            return "\n".join(f"“{quotation['exact']}” ({quotation['article']['title']})" for quotation in value)
    return Wording([]).of(name.replace(" ", "_"), value)


def _reply(item: Mapping[str, Any]) -> str:
    """Who was asked, and what readers get of the answer."""
    words = f"“{item['words']}”" if item["words"] else _("did not answer")
    return f"{item['addressee']}: {words}"


def _evidence(item: Mapping[str, Any] | None) -> str:
    if item is None:
        return ""
    wording = Wording([])
    names = ("publisher", "title", "url", "published", "source_kind", "stance", "bears_on", "interest", "excerpt")
    return "\n".join(wording.of(name, item[name]) for name in names if item[name])


def _change(label: str, name: str, before: str, after: str) -> Change:
    found = _IN_A_LANGUAGE.fullmatch(name)
    parts = differences.words(before, after) if before and after else []
    return Change(label, found["language"] if found else "", before, after, parts)


def last_read(claim: Claim) -> LedgerEntry | None:
    """The last entry by which somebody approved the claim or sent it back."""
    read = claim.ledger.filter(action__in=[Action.APPROVE.value, Action.SEND_BACK.value])
    return read.select_related("actor").order_by("-sequence").first()


def since_read(claim: Claim, read: LedgerEntry) -> list[Change]:
    """What was written since ``read`` into what readers see, or into the reasons that the gates ask for."""
    written = Q(changed_content=True) | Q(authored=True) | Q(action=Action.EDIT.value)
    entries = claim.ledger.filter(written, sequence__gt=read.sequence).order_by("sequence")
    spans: dict[str, list[Any]] = {}
    for text in entries.exclude(change__text="").values_list("change__text", flat=True):
        for path, (before, after) in json.loads(text)["fields"].items():
            spans.setdefault(path, [before, after])[1] = after
    shown = {
        path: span
        for path, span in spans.items()
        if span[0] != span[1] and path.rpartition(".")[2] not in _NOT_FOR_READERS
    }
    wording = Wording([(path, value) for path, span in shown.items() for value in span])
    return [_written(path, wording.of(path, span[0]), wording.of(path, span[1])) for path, span in shown.items()]


def _written(path: str, before: str, after: str) -> Change:
    is_prose = path.rpartition(".")[2] in _PROSE
    parts = differences.words(before, after) if is_prose and before and after else []
    return Change(field_name(path), language_of(path), before, after, parts)
