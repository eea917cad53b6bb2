"""The claim as it stood at any revision, rebuilt from its ledger: what is told, what follows from it, what is gone.

Fields have the ledger's own paths and values. Each is looked for on both sides of the revision: what the last entry
up to it wrote, and what the next entry after it found, or what stands there now. One side is enough, as long as no
entry that an order emptied lies between; a field that is hidden on both sides is *lost*, and nothing is guessed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import models

from claims.models import (
    Asked,
    Calculation,
    Claim,
    ClaimText,
    Evidence,
    LedgerEntry,
    Quantity,
    Quotation,
    Verdict,
    VerdictText,
)
from claims.services import editing, ledger, quoting
from claims.vocabulary import Action

MASK = "█"
"""What an erasure leaves where words stood."""

Fields = dict[str, Any]
"""Path -> value, both as the ledger writes them. A field that is at its default is left out."""

_OWN = tuple(
    column.name for column in Claim._meta.concrete_fields if column.name not in {"id", "uuid", "revision", "created_at"}
)
_KINDS: dict[str, tuple[type[models.Model], frozenset[str]]] = {
    "": (Claim, frozenset(_OWN)),
    "texts": (ClaimText, editing.TEXT_FIELDS),
    "verdict": (Verdict, editing.VERDICT_FIELDS),
    "verdict.texts": (VerdictText, editing.VERDICT_TEXT_FIELDS),
    "evidence": (Evidence, editing.EVIDENCE_FIELDS | {"seen_by", "seen_at"}),
    "calculations": (Calculation, editing.CALCULATION_FIELDS | {"result"}),
    "replies": (Asked, frozenset({"included", "words"})),
    "quotations": (Quotation, frozenset({"exact", "voices"})),
}
"""What a claim is made of: how its paths begin, the rows that hold it, and the fields that the ledger tells of them."""

_MARKERS = {"texts": "statement", "evidence": "source", "quotations": "exact"}
"""The field that says when a row was made: before its first entry it holds nothing."""

_LISTS = ("quantities", "evidence_order")


def place_of(path: str) -> tuple[str, str, str] | None:
    """A path as (kind, the row's path, the field's name); None for what is no field of a claim."""
    match path.split("."):
        case [name]:
            found = ("", "", name)
        case ["texts", language, name]:
            found = ("texts", f"texts.{language}", name)
        case ["verdict", "texts", language, name]:
            found = ("verdict.texts", f"verdict.texts.{language}", name)
        case ["verdict", name]:
            found = ("verdict", "verdict", name)
        case [kind, key, name] if kind in _KINDS:
            found = (kind, f"{kind}.{key}", name)
        case _:
            return None
    kind, _row, name = found
    return found if name in _KINDS[kind][1] or (kind == "" and name in _LISTS) else None


def default(path: str) -> Any:
    """What a field of this path holds until somebody writes it."""
    place = place_of(path)
    if place is None or place[2] in _LISTS or place[2] == "voices":
        return []
    column = cast("models.Field[Any, Any]", _KINDS[place[0]][0]._meta.get_field(place[2]))
    return ledger.as_plain(column.get_default())


@dataclass(frozen=True)
class Standing:
    """A claim at one revision.

    ``fields`` is what is known of it; ``lost`` are the paths of which nothing is known, since ``hidden_by`` (entries,
    by number) were emptied; ``masked`` are those whose words an erasure masked since.
    """

    revision: int
    fields: Fields
    now: Fields
    lost: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    hidden_by: tuple[int, ...] = ()
    order_is_known: bool = True

    def value(self, path: str) -> Any:
        """What stood at ``path``; the default where nobody had written it. Raises ``KeyError`` for a lost one."""
        if path in self.lost:
            raise KeyError(path)
        return self.fields.get(path, default(path))

    def keys(self, kind: str) -> list[str]:
        """The rows of a kind that are told of, by the last part of their path: languages, keys, numbers."""
        found = (place for place in map(place_of, {*self.fields, *self.lost}) if place and place[0] == kind)
        return sorted({row.rpartition(".")[2] for _kind, row, _name in found})


def live(claim: Claim) -> Fields:
    """What the claim's rows hold now, read afresh; a fixed number of queries."""
    found: Fields = {}
    row = Claim.objects.get(pk=claim.pk)
    _collect(found, "", row)
    for text in ClaimText.objects.filter(claim=row):
        _collect(found, f"texts.{text.language}", text)
    verdict = Verdict.objects.filter(claim=row).first()
    if verdict is not None:
        _collect(found, "verdict", verdict)
        for words in VerdictText.objects.filter(verdict=verdict):
            _collect(found, f"verdict.texts.{words.language}", words)
    for item in Evidence.objects.filter(claim=row):
        _collect(found, f"evidence.{item.key}", item)
    for calculation in Calculation.objects.filter(claim=row):
        _collect(found, f"calculations.{calculation.key}", calculation)
    for asked in Asked.objects.filter(claim=row).select_related("request"):
        _collect(found, f"replies.{asked.request.uuid}", asked)
    for quotation in Quotation.objects.filter(claim=row).prefetch_related("voices__speaker"):
        found[f"quotations.{quotation.pk}.exact"] = quotation.exact
        voices = [quoting.as_plain(voice) for voice in quoting.spoken(quotation)]
        if voices:
            found[f"quotations.{quotation.pk}.voices"] = voices
    quantities = [_quantity(quantity) for quantity in row.quantities.all()]
    order = list(Evidence.objects.standing().filter(claim=row).values_list("key", flat=True))
    found |= {path: value for path, value in (("quantities", quantities), ("evidence_order", order)) if value}
    return found


def _quantity(row: Quantity) -> Fields:
    """A quantity as the list of them has it: numbers in their shortest writing, however they were given."""
    row.clean_fields(exclude=["claim", "position"])
    return {name: ledger.as_plain(getattr(row, name)) for name in editing.QUANTITY_FIELDS}


def _collect(found: Fields, prefix: str, row: models.Model) -> None:
    kind = prefix if prefix in _KINDS else prefix.rpartition(".")[0]
    for name in _KINDS[kind][1]:
        column = cast("models.Field[Any, Any]", row._meta.get_field(name))
        path = f"{prefix}.{name}" if prefix else name
        value = ledger.as_plain(getattr(row, column.attname))
        if value != default(path):
            found[path] = value


# What the ledger tells


class _Hidden:
    """In place of a value that an entry changed without telling it."""


_HIDDEN = _Hidden()


@dataclass
class _Told:
    """What a chain tells of the fields round one revision, gathered entry by entry."""

    revision: int
    before: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """path -> the last entry up to the revision that wrote it, and what it wrote"""
    after: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """path -> the first entry after the revision that wrote it, and what it found there"""
    born: dict[str, int] = field(default_factory=dict)
    """row -> the entry that made it"""
    emptied: list[int] = field(default_factory=list)
    """entries that an order emptied: they no longer tell what they wrote"""
    quotations_hidden: list[int] = field(default_factory=list)
    """entries that changed quotations without telling which, or what they held"""
    cut: list[int] = field(default_factory=list)
    """ordered erasures that cut quotations anew from a masked text: what they held before still stands in the chain"""
    masks: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    """ordered erasures, and the columns in which each of them masked words"""
    orders: list[tuple[int, list[str]]] = field(default_factory=list)
    """the evidence as it was sorted"""

    def write(self, number: int, fields: Mapping[str, Any]) -> None:
        for path, (found, written) in fields.items():
            place = place_of(path)
            if place is None:
                continue
            kind, row, name = place
            if number > self.revision:
                self.after.setdefault(path, (number, found))
                continue
            self.before[path] = (number, written)
            if _MARKERS.get(kind) == name and found is None:
                self.born[row] = number
            if path == "evidence_order":
                self.orders.append((number, written))

    def last_hidden(self, path: str, up_to: int) -> int:
        """The last entry up to ``up_to`` that may have changed ``path`` untold; 0 for none."""
        hiding = [*self._hiding(path), *(self.cut if path.startswith("quotations.") else ())]
        return max((number for number in hiding if number <= up_to), default=0)

    def first_hidden(self, path: str, beyond: int) -> int | None:
        return min((number for number in self._hiding(path) if number > beyond), default=None)

    def _hiding(self, path: str) -> Iterable[int]:
        return [*self.emptied, *self.quotations_hidden] if path.startswith("quotations.") else self.emptied

    def is_masked(self, path: str, value: Any, until: int | None) -> bool:
        """Whether an erasure between the revision and ``until`` may have masked words of ``value``."""
        place = place_of(path)
        if place is None or not _holds_mask(value):
            return False
        column = f"{_KINDS[place[0]][0]._meta.model_name}.{place[2]}"
        between = (columns for number, columns in self.masks if self.revision < number < (until or number + 1))
        return any(column in columns for columns in between)


def _holds_mask(value: Any) -> bool:
    if isinstance(value, str):
        return MASK in value
    if isinstance(value, dict):
        return any(map(_holds_mask, value.values()))
    return isinstance(value, list) and any(map(_holds_mask, value))


def _told(claim: Claim, revision: int, *, until: int | None = None) -> _Told:
    """Reads the chain once, entry by entry, so that a long one takes no more memory than a short one."""
    told = _Told(revision)
    entries = LedgerEntry.objects.filter(claim=claim).order_by("sequence")
    if until is not None:
        entries = entries.filter(sequence__lte=until)
    rows = entries.values_list("sequence", "action", "change_set", "change__text")
    for number, action, change_set, text in rows.iterator(chunk_size=100):
        if not text:
            told.emptied.append(number)
            continue
        change = json.loads(text)
        facts = change["facts"]
        told.write(number, _assembled(change["fields"]) if number == 1 else change["fields"])
        if action == Action.ERASE:
            columns = frozenset(facts.get("masked", ()))
            told.masks.append((number, columns))
            if any(column.startswith("quotation.") for column in columns):
                told.cut.append(number)
        if action == Action.LINK:
            _write_moved(told, claim, number, change_set, change)
    return told


def _assembled(fields: Mapping[str, Any]) -> Fields:
    """The first entry tells quantities one by one; later ones the list."""
    rest = {path: pair for path, pair in fields.items() if not path.startswith("quantities.")}
    parts: dict[int, Fields] = {}
    for path, (_before, value) in fields.items():
        match path.split("."):
            case ["quantities", position, name]:
                parts.setdefault(int(position), {})[name] = value
    if parts:
        rows = (Quantity(**parts[position]) for position in sorted(parts))
        rest["quantities"] = [None, [_quantity(row) for row in rows]]
    return rest


def _write_moved(told: _Told, claim: Claim, number: int, change_set: Any, change: Mapping[str, Any]) -> None:
    """Quotations that went from a claim to the one that it is a duplicate of: both chains tell it, each its side."""
    facts = change["facts"]
    if "duplicate_of" in change["fields"]:
        for key in facts.get("quotations", ()):
            prefix = f"quotations.{key}."
            told.write(number, {f"{prefix}exact": [_HIDDEN, None], f"{prefix}voices": [_HIDDEN, None]})
        return
    if not facts.get("moved"):
        return
    others = LedgerEntry.objects.filter(change_set=change_set, action=Action.LINK.value).exclude(claim=claim)
    other = others.select_related("change", "claim").first()
    keys = json.loads(other.change.text)["facts"].get("quotations", ()) if other and other.change.text else ()
    if other is None or other.claim is None or len(keys) != len(facts["moved"]):
        told.quotations_hidden.append(number)
        return
    given = at(other.claim, other.sequence - 1, until=other.sequence - 1)
    for key, words in zip(keys, facts["moved"], strict=True):
        path = f"quotations.{key}.voices"
        voices = _HIDDEN if path in given.lost else given.fields.get(path)
        told.write(number, {f"quotations.{key}.exact": [None, words], path: [None, voices]})


# Rebuilding


def at(claim: Claim, revision: int, *, until: int | None = None) -> Standing:
    """The claim at ``revision``, which is one of its own. A fixed number of queries for most claims.

    ``until``: what happened after this entry is left out of account, and so is what stands there now.
    """
    told = _told(claim, revision, until=until)
    now = live(claim) if until is None else {}
    fields: Fields = {}
    lost, masked = set(), set()
    for path in {*told.before, *told.after, *now} - {"evidence_order"}:
        for value, is_masked in _known(told, path, now if until is None else None):
            if value != default(path):
                fields[path] = value
            if is_masked:
                masked.add(path)
            break
        else:
            lost.add(path)
    order = _order(told, claim, fields, now)
    if order:
        fields["evidence_order"] = order
    return Standing(
        revision=revision,
        fields=fields,
        now=now,
        lost=frozenset(lost),
        masked=frozenset(masked),
        hidden_by=tuple(sorted({*told.emptied, *told.quotations_hidden})),
        order_is_known=order is not None,
    )


def _known(told: _Told, path: str, now: Fields | None) -> Iterator[tuple[Any, bool]]:
    """What stood at ``path``, from before and from after; each with whether words of it were masked since."""
    place = place_of(path)
    row = place[1] if place else ""
    number, value = told.before.get(path, (0, None))
    since = max(number, told.born.get(row, 0), 1)  # a first entry that is whole tells of everything
    if not isinstance(value, _Hidden) and since > told.last_hidden(path, told.revision):
        yield default(path) if value is None else value, False
    found = told.after.get(path)
    hidden = told.first_hidden(path, told.revision)
    if found is not None:
        number, value = found
        if not isinstance(value, _Hidden) and (hidden is None or number < hidden):
            yield default(path) if value is None else value, told.is_masked(path, value, number)
    elif now is not None and hidden is None:
        value = now.get(path, default(path))
        yield value, told.is_masked(path, value, None)


def _order(told: _Told, claim: Claim, fields: Fields, now: Fields) -> list[str] | None:
    """The keys of the standing items in the order they had; None where that is no longer known."""
    rows = Evidence.objects.filter(claim=claim).order_by("pk").values_list("key", flat=True)
    there = [
        key
        for key in rows
        if (f"evidence.{key}.source" in fields or f"evidence.{key}" in told.born)
        and not fields.get(f"evidence.{key}.removed")
    ]
    hidden = told.last_hidden("evidence_order", told.revision)
    orders = [(number, keys) for number, keys in told.orders if number > hidden]
    if hidden and not orders:
        return _order_from_behind(told, there, now)
    made = [key for key in rows if told.born.get(f"evidence.{key}", 0) > hidden]
    positions: dict[str, int] = {}
    for number in sorted({*told.born.values(), *(number for number, _keys in orders)}):
        for key in made:
            if told.born[f"evidence.{key}"] == number:
                positions[key] = max(positions.values(), default=0)
        for sorted_at, keys in orders:
            if sorted_at == number:
                positions |= {key: rank for rank, key in enumerate(keys)}
    return sorted(there, key=positions.__getitem__) if set(there) <= set(positions) else None


def _order_from_behind(told: _Told, there: list[str], now: Fields) -> list[str] | None:
    """The order that the next sorting found, or that stands there now, unless that is hidden as well."""
    number, known = told.after.get("evidence_order", (0, now.get("evidence_order", [])))
    hidden = told.first_hidden("evidence_order", told.revision)
    is_hidden = hidden is not None and not 0 < number < hidden
    return None if is_hidden or not set(there) <= set(known) else [key for key in known if key in there]


def strays(claim: Claim) -> list[str]:
    """The paths at which the rows hold something else than the ledger tells, where it still tells it."""
    told, now = _told(claim, claim.revision), live(claim)
    found = []
    for path in {*told.before, *now} - {"evidence_order"}:
        known = next(_known(told, path, None), None)
        if known is not None and known[0] != now.get(path, default(path)):
            found.append(path)
    return sorted(found)
