"""What a second reader has to look at again: the content against the published one, and what was written since the
last read."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext as _

from claims import composition
from claims.forms.wording import NAMES, Wording, field_name, in_language, language_of
from claims.language import differences
from claims.models import Claim, LedgerEntry, Quotation, Rating, Voice
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
    "duplicate_of", "checkability", "source", "reader",
    "seen_by", "seen_at", "note", "metric", "threshold", "resolved_at",
}  # fmt: skip
_PROSE = {"statement", "why", "headline", "summary", "rationale", "other_finding", "today", "change_note", "excerpt"}


@dataclass(frozen=True)
class Change:
    """One part that differs: both wordings, and word by word what differs where both have words.

    ``path`` is the field's, as the ledger names it; empty where the part is made of more than one field.
    """

    label: str
    language: str
    before: str
    after: str
    parts: list[differences.Part] = field(default_factory=list)
    path: str = ""


@dataclass(frozen=True)
class Since:
    """What was written since ``read``. Not complete: something changed that cannot be told word by word, or that is
    no longer told; then only the whole page shows what would be approved.
    """

    read: LedgerEntry
    changes: list[Change]
    is_complete: bool


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


def last_read(claim: Claim, reader: User) -> LedgerEntry | None:
    """The last entry by which a read ended: sent back, approved by as many as are asked for, or read by ``reader``.

    An approval that still waits for a second person is no read for that person.
    """
    reads = claim.ledger.filter(action__in=[Action.APPROVE.value, Action.SEND_BACK.value])
    for entry in reads.select_related("actor", "change").order_by("-sequence"):
        if entry.actor_id == reader.pk or entry.action == Action.SEND_BACK or "status" in _told(entry)["fields"]:
            return entry
    return None


def _told(entry: LedgerEntry) -> dict[str, Any]:
    """What an entry tells of its change; nothing where that was erased."""
    return json.loads(entry.change.text) if entry.change.text else {"fields": {}, "facts": {}}


def since_read(claim: Claim, read: LedgerEntry, content: composition.Content) -> Since:
    """What was written since ``read`` into what readers see, or into the reasons that the gates ask for."""
    written = Q(changed_content=True) | Q(authored=True) | Q(action=Action.EDIT.value)
    entries = list(claim.ledger.filter(written, sequence__gt=read.sequence).select_related("change").order_by("pk"))
    spans: dict[str, list[Any]] = {}
    is_complete = True
    for entry in entries:
        fields = _told(entry)["fields"]
        # Such as quotations that came from another claim, or words that an order took away.
        is_complete = is_complete and not (entry.changed_content and not any(map(_is_shown, fields)))
        for path, (before, after) in fields.items():
            spans.setdefault(path, [before, after])[1] = after
    spans = {path: span for path, span in spans.items() if span[0] != span[1]}
    appeared = _appeared(spans, content)
    shown = {
        path: span
        for path, span in spans.items()
        if _is_shown(path) and not path.startswith(tuple(f"evidence.{key}." for key in appeared))
    }
    wording = Wording([(path, value) for path, span in shown.items() for value in span])
    found = [_written(path, wording.of(path, span[0]), wording.of(path, span[1])) for path, span in shown.items()]
    found += appeared.values()
    found += _new_languages(spans, content)
    beside, is_told = _beside(claim, read)
    return Since(read, [*found, *beside], is_complete and is_told)


def _is_shown(path: str) -> bool:
    return path.rpartition(".")[2] not in _NOT_FOR_READERS


def _appeared(spans: Mapping[str, list[Any]], content: composition.Content) -> dict[str, Change]:
    """By key the evidence that readers see from now on: new, or a lead that somebody has seen by now. Shown whole."""
    items = {item["key"]: item for item in content["evidence"]}
    found = {}
    for path, (before, _after) in spans.items():
        match path.split("."):
            case ["evidence", key, "seen_how"] if not before and key in items:
                found[key] = Change(part_name(f"evidence {key}"), "", "", _evidence(items[key]), path=f"evidence.{key}")
            case ["evidence", key, "removed"] if before and key in items:
                found[key] = Change(part_name(f"evidence {key}"), "", "", _evidence(items[key]), path=f"evidence.{key}")
    return found


def _new_languages(spans: Mapping[str, list[Any]], content: composition.Content) -> list[Change]:
    """What was written before in a language that is complete only now: readers get it for the first time."""
    found = []
    for language, text in content["texts"].items():
        paths = {part: _path_of(language, part) for part in text if part != "up_to_date"}
        needed = [paths[part] for part in ("statement", "headline", "summary", "rationale")]
        if all(path not in spans or spans[path][0] for path in needed):
            continue
        found += [
            replace(_written(path, "", str(text[part])), parts=[])
            for part, path in paths.items()
            if path not in spans and text[part]
        ]
    return found


def _path_of(language: str, part: str) -> str:
    return f"texts.{language}.{part}" if part in ("statement", "why") else f"verdict.texts.{language}.{part}"


_OF_RECORDS: Mapping[str, frozenset[str]] = {
    "speaker": frozenset({"name", "kind", "role", "party", "same_as", "merged_into"}),
    "outlet": frozenset({"name", "speaker", "merged_into"}),
    "article": frozenset({"title", "outlet", "author", "published", "url", "language"}),
    "reply_request": frozenset({"addressee", "channel", "asked_on", "until", "language"}),
}
"""Fields of the records beside a claim that its content shows. Of a scale, all may be."""


def _beside(claim: Claim, read: LedgerEntry) -> tuple[list[Change], bool]:
    """What was written since ``read`` into the records that the content is made of, and whether all of it is told."""
    records = Q()
    for name, keys in _records(claim).items():
        records |= Q(**{f"{name}__in": keys})
    entries = LedgerEntry.objects.filter(records, at__gt=read.at).exclude(action=Action.CREATE.value)
    told: list[tuple[LedgerEntry, dict[str, Any]]] = []
    is_told = True
    for entry in entries.select_related("change", *_OF_RECORDS, "rating_scale").order_by("pk"):
        if entry.action == Action.MERGE or not entry.change.text:
            is_told = False
            continue
        known = _OF_RECORDS.get(entry.aggregate_name)
        written = _told(entry)["fields"].items()
        told.append((entry, {path: span for path, span in written if known is None or path in known}))
    wording = Wording([(path, value) for _entry, fields in told for path, span in fields.items() for value in span])
    found = [
        (str(entry.aggregate), _written(path, wording.of(path, before), wording.of(path, after)))
        for entry, fields in told
        for path, (before, after) in fields.items()
    ]
    return [replace(change, label=f"{record}: {change.label}", path="") for record, change in found], is_told


def _records(claim: Claim) -> dict[str, set[int]]:
    """Column of the ledger -> the keys of the records of that kind that the claim's content is made of."""
    rows = Quotation.objects.filter(claim=claim).values_list(
        "version__article", "version__article__outlet", "version__article__outlet__merged_into"
    )
    voices = Voice.objects.filter(quotation__claim=claim).values_list("speaker", "speaker__merged_into")
    judged = (claim.speaker_id, claim.speaker.merged_into_id if claim.speaker else None)
    return {
        "article": {article for article, _outlet, _merged in rows},
        "outlet": {key for _article, *outlets in rows for key in outlets if key},
        "speaker": {key for pair in [*voices, judged] for key in pair if key},
        "rating_scale": set(Rating.objects.filter(verdicts__claim=claim).values_list("scale", flat=True)),
        "reply_request": set(claim.asked.values_list("request", flat=True)),
    }


def _written(path: str, before: str, after: str) -> Change:
    is_prose = path.rpartition(".")[2] in _PROSE
    parts = differences.words(before, after) if is_prose and before and after else []
    return Change(field_name(path), language_of(path), before, after, differences.shortened(parts), path)
