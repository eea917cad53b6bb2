"""The ledger of a claim or a record as people read it: what somebody did, and every field before and after."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.forms.noted import Noted
from claims.forms.wording import (
    MERGES,
    Wording,
    action_name,
    field_name,
    group_name,
    language_of,
    merged_records,
    short_name,
)
from claims.language import differences
from claims.models import Aggregate, Claim, LedgerEntry
from claims.services import people

LONG = 60
"""Characters from which on a change reads better word by word than as before and after."""

SHORT = 3
"""How many fields a summary names before it only counts them."""


MANY = 15
"""Fields beyond which the history folds them away."""


@dataclass(frozen=True)
class Line:
    """One field: before and after in words; ``parts`` instead, where both are long. ``group``: what it belongs to."""

    group: str
    name: str
    before: str
    after: str
    language: str
    parts: list[differences.Part]


@dataclass(frozen=True)
class Entry:
    """One action. ``erased``: what it changed was emptied by an order; that it happened stays.

    ``left_out`` counts the fields that it changed besides those in the language that was asked for.
    """

    sequence: int
    day: date
    what: str
    who: str
    on_behalf_of: str
    at: datetime
    changed_content: bool
    detail: str
    lines: list[Line]
    is_long: bool
    remarks: list[tuple[str, str]]
    erased: bool
    left_out: int = 0


def ledger_of(record: Aggregate) -> QuerySet[LedgerEntry]:
    """The entries of a claim or a record with all that ``entries`` shows of them."""
    return record.ledger.select_related("actor", "on_behalf_of", "change")


def entries(rows: Sequence[LedgerEntry], *, language: str = "") -> list[Entry]:
    """Entries read by ``ledger_of`` in words, in the order they come; a fixed number of queries.

    With ``language``, of the fields that an entry changed only the words in that language are told.
    """
    changes = [json.loads(row.change.text) if row.change.text else None for row in rows]
    fields = [change["fields"] if change else {} for change in changes]
    wording = Wording((path, value) for one in fields for path, values in one.items() for value in values)
    facts = [change["facts"] if change else {} for change in changes]
    merged = merged_records(facts)
    noted = Noted(facts, address=Claim.get_absolute_url)
    found = (_entry(row, change, wording, merged, noted) for row, change in zip(rows, changes, strict=True))
    return [_in_language(entry, language) for entry in found] if language else list(found)


def _in_language(entry: Entry, language: str) -> Entry:
    lines = [line for line in entry.lines if line.language == language]
    return replace(entry, lines=lines, is_long=len(lines) > MANY, left_out=len(entry.lines) - len(lines))


def _entry(
    row: LedgerEntry, change: Mapping[str, Any] | None, wording: Wording, merged: Mapping[str, str], noted: Noted
) -> Entry:
    fields, facts = (change["fields"], change["facts"]) if change else ({}, {})
    lines = [line for path, values in fields.items() if (line := _line(path, values, wording))]
    told, _rest = noted.of(facts, fields)  # hashes and keys are not for reading
    merges = _merges(facts, merged)
    remarks = [*merges, *told]
    return Entry(
        sequence=row.sequence,
        day=localdate(row.at),
        what=action_name(row.action, facts),
        who=people.name_of(row.actor),
        on_behalf_of=people.name_of(row.on_behalf_of) if row.on_behalf_of else "",
        at=row.at,
        changed_content=row.changed_content,
        detail=_("Erased by order.") if change is None else _summary(merges) or _detail(lines, remarks),
        lines=lines,
        is_long=len(lines) > MANY,
        remarks=remarks,
        erased=change is None,
    )


def _merges(facts: Mapping[str, Any], merged: Mapping[str, str]) -> list[tuple[str, str]]:
    """Which other record a merge was about, by name."""
    found = [(name, str(facts[fact])) for fact, name in MERGES.items() if fact in facts]
    return [(str(name), merged.get(uuid, uuid)) for name, uuid in found]


def _summary(merges: list[tuple[str, str]]) -> str:
    """A merge in one line says on which side of it this record stood."""
    return "; ".join(f"{name}: {record}" for name, record in merges)


def _line(path: str, values: list[Any], wording: Wording) -> Line | None:
    if path == "merged_into":
        return None  # the remark beside it has the name
    return line(path, *(wording.of(path, value) for value in values))


def line(path: str, before: str, after: str) -> Line | None:
    """One field before and after, both in words; None where no person would call that a change."""
    if before == after:
        return None  # such as an empty note of a new text: nothing that a person would call a change
    is_long = bool(before and after) and max(len(before), len(after)) >= LONG
    return Line(
        group=group_name(path),
        name=short_name(path),
        before=before,
        after=after,
        language=language_of(path),
        parts=differences.words(before, after) if is_long else [],
    )


def _detail(lines: list[Line], remarks: list[tuple[str, str]]) -> str:
    """A summary in one line: what was said, else the fields by name."""
    for _name, words in remarks:
        if words:
            is_short = len(words) <= 2 * LONG or isinstance(words, SafeString)  # a link cannot be cut
            return words if is_short else f"{words[: 2 * LONG].rstrip()}…"
    moved = next((line for line in lines if line.name == field_name("status") and line.before), None)
    if moved is not None:
        return f"{moved.before} → {moved.after}"
    names = list(dict.fromkeys(line.group or line.name for line in lines))
    if len(names) <= SHORT + 1:
        return ", ".join(names)
    more = len(names) - SHORT
    return ngettext("%(names)s and %(more)s more", "%(names)s and %(more)s more", more) % {
        "names": ", ".join(names[:SHORT]),
        "more": more,
    }
