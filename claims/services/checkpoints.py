"""The heads of all chains on one day, to be kept elsewhere: a ledger that is written anew later no longer fits them.

Whoever can write to the database can drop its triggers, change an entry and compute every hash after it anew; the
chain then holds. It does not hold against a copy of a head that was out of reach.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from claims.errors import NotCanonical, Refused
from claims.language import canonical
from claims.models import AGGREGATES, Check, LedgerEntry, Publication
from claims.services.verification import Break

SCHEMA = 1
"""Readers accept this number and every lower one, for ever."""

CHECK = "check"
_AT_ONCE = 400
"""Heads that are looked up together; SQLite takes a limited number of values in one query."""


@dataclass(frozen=True)
class Head:
    """The last entry of a chain, or the last version of a check (``kind`` is "check" then), on the day."""

    kind: str
    uuid: UUID
    revision: int
    hash: str

    @property
    def place(self) -> str:
        number = f"version {self.revision}" if self.kind == CHECK else f"entry {self.revision}"
        return f"{self.kind} {self.uuid}, {number}"


@dataclass(frozen=True)
class Checkpoint:
    """What a file says: the day, and every head there was."""

    day: date
    heads: tuple[Head, ...]


def file_name(day: date) -> str:
    return f"checkpoint-{day.isoformat()}.json"


# Writing


def text(day: date) -> str:
    """The heads of all chains as they are now, as the canonical text of a checkpoint of ``day``."""
    said = {
        "schema": SCHEMA,
        "checkpoint": day,
        "heads": [
            {"kind": head.kind, "uuid": head.uuid, "revision": head.revision, "hash": head.hash} for head in heads()
        ],
    }
    return canonical.text({**said, "hash": canonical.digest(canonical.text(said))})


def heads() -> Iterator[Head]:
    """Every head there is, by kind and UUID: one query for each kind."""
    for kind in sorted(AGGREGATES):
        own = LedgerEntry.objects.filter(**{f"{kind}__isnull": False})
        later = LedgerEntry.objects.filter(**{kind: OuterRef(kind)}, sequence__gt=OuterRef("sequence"))
        last = own.filter(~Exists(later)).order_by(f"{kind}__uuid")
        for row in last.values_list(f"{kind}__uuid", "sequence", "hash").iterator():
            yield Head(kind, *row)
    newer = Publication.objects.filter(check_page=OuterRef("check_page"), number__gt=OuterRef("number"))
    versions = Publication.objects.filter(~Exists(newer)).order_by("check_page__uuid")
    for row in versions.values_list("check_page__uuid", "number", "hash").iterator():
        yield Head(CHECK, *row)


# Reading


def read(raw: bytes) -> Checkpoint:
    """A checkpoint from its file; raises ``Refused`` with what is wrong with one that cannot be relied on."""
    try:
        said = json.loads(raw.decode())
    except (ValueError, RecursionError):
        raise Refused(_("This is no checkpoint: it is not JSON.")) from None
    if not isinstance(said, dict) or "checkpoint" not in said or type(said.get("schema")) is not int:
        raise Refused(_("This is no checkpoint: it is other JSON."))
    if said["schema"] > SCHEMA:
        raise Refused(
            _("A later version of this program wrote it (schema %(number)s). Use that one to compare.")
            % {"number": said["schema"]}
        )
    noted = said.pop("hash", None)
    try:
        whole = canonical.digest(canonical.text(said))
    except (NotCanonical, RecursionError):
        whole = ""
    if noted != whole or not whole:
        raise Refused(_("It was altered or damaged after it was written: its own hash is not that of what it says."))
    try:
        return Checkpoint(date.fromisoformat(said["checkpoint"]), tuple(_head(**head) for head in said["heads"]))
    except (KeyError, TypeError, ValueError):
        raise Refused(_("This is no checkpoint that this program can read.")) from None


def _head(*, kind: str, uuid: str, revision: int, hash: str) -> Head:  # noqa: A002 - as the file calls it
    if kind not in {*AGGREGATES, CHECK} or type(revision) is not int or revision < 1 or not isinstance(hash, str):
        raise ValueError(kind)
    return Head(kind, UUID(uuid), revision, hash)


# Comparing


def compare(checkpoint: Checkpoint) -> Iterator[Break]:
    """Every head that is no longer there as it was noted. Raises ``Refused`` where none of the chains is here."""
    found = [(head, *_look_up(there, head)) for there, head in _beside(checkpoint.heads)]
    if found and not any(is_known for _head, is_known, _hash in found):
        raise Refused(
            _("It is of another desk, or this database is another one: none of its %(number)s chains is here.")
            % {"number": len(found)}
        )
    day = {"date": checkpoint.day.isoformat()}
    for head, is_known, stands in found:
        if not is_known:
            yield Break(head.place, _("its chain is gone since the checkpoint of %(date)s") % day)
        elif stands is None:
            yield Break(head.place, _("it is gone since the checkpoint of %(date)s") % day)
        elif stands != head.hash:
            yield Break(head.place, _("it was written anew since the checkpoint of %(date)s") % day)


_There = tuple[set[UUID], dict[tuple[UUID, int], str]]


def _look_up(there: _There, head: Head) -> tuple[bool, str | None]:
    known, hashes = there
    return head.uuid in known, hashes.get((head.uuid, head.revision))


def _beside(heads: Sequence[Head]) -> Iterator[tuple[_There, Head]]:
    """Each head with what the database has of its chain, read for many at once."""
    for kind in dict.fromkeys(head.kind for head in heads):
        own = [head for head in heads if head.kind == kind]
        for start in range(0, len(own), _AT_ONCE):
            some = own[start : start + _AT_ONCE]
            there = _there(kind, some)
            yield from ((there, head) for head in some)


def _there(kind: str, heads: Sequence[Head]) -> _There:
    uuids, numbers = [head.uuid for head in heads], sorted({head.revision for head in heads})
    known: Any
    rows: Any
    if kind == CHECK:
        known = Check.objects.filter(uuid__in=uuids).values_list("uuid", flat=True)
        rows = Publication.objects.filter(check_page__uuid__in=uuids, number__in=numbers)
        rows = rows.values_list("check_page__uuid", "number", "hash")
    else:
        known = AGGREGATES[kind]._base_manager.filter(uuid__in=uuids).values_list("uuid", flat=True)
        rows = LedgerEntry.objects.filter(**{f"{kind}__uuid__in": uuids}, sequence__in=numbers)
        rows = rows.values_list(f"{kind}__uuid", "sequence", "hash")
    return set(known), {(uuid, number): digest for uuid, number, digest in rows}
