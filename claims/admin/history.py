"""The ledger in words: what an entry is about, what it did, and what each field held before and after."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.forms.noted import Noted
from claims.forms.wording import MERGES, Wording, action_name, group_name, language_of, merged_records, short_name
from claims.models import AGGREGATES, Claim, LedgerEntry, Member
from claims.services import people

ABOUT = (*AGGREGATES, "member__user")
"""What to read along with entries, so that what they are about costs no query of its own."""

_FACTS = {
    "content_hash": gettext_lazy("Content"),
    "approvals_needed": gettext_lazy("Approvals it took"),
    "slug": gettext_lazy("Address"),
    "path": gettext_lazy("Field"),
    "version": gettext_lazy("Version"),
    "capture": gettext_lazy("Copy"),
    "fetched_from": gettext_lazy("Fetched from"),
    "mended": gettext_lazy("Mended from version"),
    "masked": gettext_lazy("Masked"),
    "emptied": gettext_lazy("Emptied"),
    **MERGES,
}
"""What the desk's history leaves out: hashes, numbers of rows, names of columns."""


@dataclass(frozen=True)
class FieldChange:
    """One field before and after; ``group``: what it belongs to; ``language``: of its words, where they have one."""

    group: str
    label: str
    before: str
    after: str
    language: str


@dataclass(frozen=True)
class Told:
    """One entry as a person reads it. ``erased``: what it changed was emptied by an ordered erasure.

    ``revision_url``: where the desk shows the claim as it stood then; empty for what is no claim.
    """

    entry: LedgerEntry
    what: str
    who: str
    on_behalf_of: str
    at: datetime
    fields: list[FieldChange]
    facts: list[tuple[str, str]]
    erased: bool
    revision_url: str


def about(entry: LedgerEntry) -> tuple[str, str]:
    """What an entry is about, and where that stands in the admin; read the entries with ``ABOUT``."""
    record = entry.aggregate
    if isinstance(record, Claim):
        name = _("Claim %(number)s") % {"number": record.pk}
    else:
        name = people.name_of(record.user) if isinstance(record, Member) else str(record)
    return name, reverse(f"admin:claims_{record._meta.model_name}_change", args=[record.pk])


def action_word(entry: LedgerEntry) -> str:
    """What was done; a code that a later version brought stays a code."""
    return action_name(entry.action, {})


def told(entries: Iterable[LedgerEntry]) -> list[Told]:
    """Entries in words, in their order; rows that values point to are read once for all of them."""
    entries = list(entries)
    changes = {entry.pk: json.loads(entry.change.text) if entry.change.text else None for entry in entries}
    wording = Wording(
        (path, value)
        for change in changes.values()
        for path, pair in (change or {"fields": {}})["fields"].items()
        for value in pair
    )
    notes = [change["facts"] for change in changes.values() if change]
    merged = merged_records(notes)
    noted = Noted(notes, address=_page_of)
    return [_told(entry, changes[entry.pk], wording, merged, noted) for entry in entries]


def _page_of(claim: Claim) -> str:
    return reverse("admin:claims_claim_change", args=[claim.pk])


def _told(
    entry: LedgerEntry, change: dict[str, Any] | None, wording: Wording, merged: dict[str, str], noted: Noted
) -> Told:
    fields = {path: pair for path, pair in (change or {}).get("fields", {}).items() if path != "merged_into"}
    remarks, rest = noted.of((change or {}).get("facts", {}), fields)
    facts = {name: merged.get(str(value), value) if name in MERGES else value for name, value in rest.items()}
    return Told(
        entry=entry,
        what=action_name(entry.action, (change or {}).get("facts", {})),
        who=people.name_of(entry.actor),
        on_behalf_of=people.name_of(entry.on_behalf_of) if entry.on_behalf_of else "",
        at=entry.at,
        fields=[_field(path, *pair, wording) for path, pair in sorted(fields.items()) if any(map(_says, pair))],
        facts=[
            *remarks,
            *((str(_FACTS.get(name, name)), _plain(value)) for name, value in facts.items() if _says(value)),
        ],
        erased=change is None,
        revision_url=reverse("desk:revision", args=[entry.claim_id, entry.sequence]) if entry.claim_id else "",
    )


def _field(path: str, before: Any, after: Any, wording: Wording) -> FieldChange:
    return FieldChange(
        group=group_name(path),
        label=capfirst(short_name(path)),
        before=_text(path, before, wording),
        after=_text(path, after, wording),
        language=language_of(path),
    )


def _says(value: Any) -> bool:
    """Whether there is anything to read; a new row's empty fields are not worth a line each."""
    return value not in (None, "", [], {})


def _text(path: str, value: Any, wording: Wording) -> str:
    of_no_field = isinstance(value, dict) and not path.startswith("calculations.")
    return _plain(value) if of_no_field else wording.of(path, value)


def _plain(value: Any) -> str:
    """A value that no field describes: words per language, a list, a yes."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return "\n".join(f"{name}: {_plain(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "\n".join(_plain(item) for item in value)
    return str(value)
