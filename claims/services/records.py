"""The desk's shared records: speakers, outlets, sources and rating scales. Changing one touches no claim.

Two records of the same speaker or outlet are merged by a person: one closes and points to the one that stays, which
stands for both from then on (``composition.standing``). Claims, voices and articles keep the record they were given,
so a merge can be taken back.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext as _

from claims import composition
from claims.errors import Busy, Refused
from claims.language import names
from claims.models import Aggregate, LedgerEntry, Outlet, Rating, RatingScale, Source, Speaker
from claims.rules import permissions
from claims.services import ledger, people
from claims.vocabulary import Action, Question, SpeakerKind, Word, gettext_noop

R = TypeVar("R", bound=Aggregate)
M = TypeVar("M", Speaker, Outlet)


@ledger.service
def create_speaker(*, actor: User, name: str, **values: Any) -> Speaker:
    """A new speaker; ``values`` are kind, role, party, same_as."""
    return _create(Speaker(name=name.strip(), **values), actor=actor)


@ledger.service
def create_outlet(*, actor: User, name: str, url: str = "") -> Outlet:
    """A new outlet with the speaker that its own voice is; both entries share one change set."""
    change_set = ledger.new_change_set()
    with transaction.atomic():
        speaker = Speaker(name=name.strip(), kind=SpeakerKind.OUTLET.value)
        with ledger.creation(speaker, actor=actor, change_set=change_set):
            pass
        outlet = Outlet(name=name.strip(), url=url, speaker=speaker)
        with ledger.creation(outlet, actor=actor, change_set=change_set):
            pass
    return outlet


@ledger.service
def create_source(*, actor: User, title: str, **values: Any) -> Source:
    """A new source; ``values`` are publisher, url, published, kind, language, interest, confidential, derives_from."""
    return _create(Source(title=title.strip(), **values), actor=actor)


@ledger.service
def edit_record(
    *, record: type[R], record_id: int, actor: User, values: Mapping[str, Any], opened_at: int | None = None
) -> R:
    """Changes fields of a speaker, outlet, source or scale; returns it. Evidence keeps its own copy of a citation.

    Raises ``Refused`` for a record that was merged: what stands there is no longer read.
    """
    if record is RatingScale:
        _permit_scales(actor)
    with ledger.change(record, record_id, action=Action.CHANGE, actor=actor, opened_at=opened_at) as work:
        if isinstance(work.aggregate, Speaker | Outlet):
            _require_standing(work.aggregate)
        work.write(work.aggregate, **values)
    return work.aggregate


def _create(record: R, *, actor: User) -> R:
    with ledger.creation(record, actor=actor):
        pass
    return record


# One of two: speakers and outlets that are the same


@ledger.service
def merge_speakers(*, actor: User, speaker_id: int, into_id: int, opened_at: int | None = None) -> Speaker:
    """Closes one speaker, whose claims and quotations are the other's from then on; returns the one that stays.

    Whatever was merged into the closing one goes along. Raises ``Refused`` for a speaker and itself, for one that was
    merged already, and for an outlet's own voice, which goes along when the outlets are merged; ``Conflict``.
    """
    ledger.permit(Action.MERGE, actor)
    with transaction.atomic():
        _lock_two(Speaker, speaker_id, into_id)
        _require_no_outlet(speaker_id)
        return _merge(Speaker, speaker_id, into_id, actor, ledger.new_change_set(), opened_at)


@ledger.service
def merge_outlets(*, actor: User, outlet_id: int, into_id: int, opened_at: int | None = None) -> Outlet:
    """Closes one outlet, whose articles are the other's from then on, and its voice with it; returns what stays."""
    ledger.permit(Action.MERGE, actor)
    change_set = ledger.new_change_set()
    with transaction.atomic():
        voice = dict(Outlet.objects.filter(pk__in=(outlet_id, into_id)).values_list("pk", "speaker_id"))
        if len(voice) == 2:
            _lock_two(Speaker, voice[outlet_id], voice[into_id])
        _lock_two(Outlet, outlet_id, into_id)
        staying = _merge(Outlet, outlet_id, into_id, actor, change_set, opened_at)
        _merge(Speaker, voice[outlet_id], voice[into_id], actor, change_set)
    return staying


@ledger.service
def part(*, record: type[M], record_id: int, actor: User, opened_at: int | None = None) -> M:
    """Takes a merge back: the record stands by itself again, with whatever had been merged into it; returns it.

    An outlet's voice comes back with it. Raises ``Refused`` where nothing was merged; ``Conflict``.
    """
    ledger.permit(Action.MERGE, actor)
    change_set = ledger.new_change_set()
    with transaction.atomic():
        if record is Speaker:
            _require_no_outlet(record_id)
            return _part(record, record_id, actor, change_set, opened_at)
        voice = Outlet.objects.filter(pk=record_id, merged_into__isnull=False).values_list("speaker_id", flat=True)
        for speaker_id in voice:
            _part(Speaker, speaker_id, actor, change_set)
        return _part(record, record_id, actor, change_set, opened_at)


def _merge(record: type[M], key: int, into: int, actor: User, change_set: UUID, opened_at: int | None = None) -> M:
    """Points a record, and whatever points to it, to another one: a chain is never longer than one step."""
    followers = _merged_into(record, key)
    with ledger.change(
        record, key, action=Action.MERGE, actor=actor, opened_at=opened_at, change_set=change_set
    ) as closing:
        _require_standing(closing.aggregate)
        staying = record.objects.get(pk=into)
        _require_standing(staying)
        closing.write(closing.aggregate, merged_into=staying)
        closing.note(into=str(staying.uuid))
    with ledger.change(record, into, action=Action.MERGE, actor=actor, change_set=change_set) as growing:
        growing.note(merged=str(closing.aggregate.uuid))
    _move(record, followers, growing.aggregate, actor, change_set, came_with=str(closing.aggregate.uuid))
    return growing.aggregate


def _part(record: type[M], key: int, actor: User, change_set: UUID, opened_at: int | None = None) -> M:
    known: int | None = record.objects.filter(pk=key).values_list("merged_into", flat=True).first()
    _lock(record, {key, *([known, *_merged_into(record, known)] if known else [])})
    with ledger.change(
        record, key, action=Action.MERGE, actor=actor, opened_at=opened_at, change_set=change_set
    ) as leaving:
        ledger.require(
            leaving.aggregate.merged_into_id, _("“%(name)s” stands by itself.") % {"name": leaving.aggregate.name}
        )
        if leaving.aggregate.merged_into_id != known:
            raise Busy(_("Somebody merged at the same moment. Nothing was saved; try again."))
        staying = composition.standing(leaving.aggregate)
        followers = _belonging_to(leaving.aggregate)
        leaving.write(leaving.aggregate, merged_into=None)
        leaving.note(parted_from=str(staying.uuid))
    with ledger.change(record, staying.pk, action=Action.MERGE, actor=actor, change_set=change_set) as left:
        left.note(parted=str(leaving.aggregate.uuid))
    _move(record, followers, leaving.aggregate, actor, change_set, left_with=str(leaving.aggregate.uuid))
    return leaving.aggregate


def _move(record: type[M], keys: Iterable[int], to: M, actor: User, change_set: UUID, **facts: str) -> None:
    """Points records that were merged before to another one; ``facts`` say because of whom."""
    for key in keys:
        with ledger.change(record, key, action=Action.MERGE, actor=actor, change_set=change_set) as work:
            work.put(work.aggregate, merged_into=to)
            work.note(**facts)


def _merged_into(record: type[M], key: int) -> list[int]:
    keys: list[int] = list(record.objects.filter(merged_into=key).order_by("pk").values_list("pk", flat=True))
    return keys


def _belonging_to(leaving: M) -> list[int]:
    """Of all that points where ``leaving`` does, what a person had merged into it, or into what belongs to it.

    The ledger knows: the last entry that says into which record a record itself was merged.
    """
    name = ledger.aggregate_name(leaving)
    here = {f"{name}__merged_into": leaving.merged_into_id}
    above: dict[int, str] = {}
    for entry in LedgerEntry.objects.filter(action=Action.MERGE.value, **here).select_related("change").order_by("pk"):
        facts = json.loads(entry.change.text)["facts"] if entry.change.text else {}
        if "into" in facts:
            above[getattr(entry, f"{name}_id")] = facts["into"]
    uuids = dict(type(leaving).objects.filter(pk__in=above).values_list("pk", "uuid"))
    family = {str(leaving.uuid)}
    while more := {key for key, into in above.items() if into in family and str(uuids[key]) not in family}:
        family |= {str(uuids[key]) for key in more}
    return sorted(key for key, uuid in uuids.items() if str(uuid) in family and key != leaving.pk)


def _lock_two(record: type[M], one: int, other: int) -> None:
    """Locks two records and whatever was merged into the first one, by rising key; both have to be there."""
    ledger.require(one != other, _("A record cannot be merged into itself."), field="into")
    there = set(record.objects.filter(pk__in=(one, other)).values_list("pk", flat=True))
    ledger.require(there == {one, other}, _("There is no such record."), field="into")
    followers: list[int] = _merged_into(record, one)
    _lock(record, {one, other, *followers})
    if followers != _merged_into(record, one):
        raise Busy(_("Somebody merged at the same moment. Nothing was saved; try again."))


def _lock(record: type[M], keys: set[int]) -> None:
    for key in sorted(keys):
        ledger.locked(record, key)


def _require_standing(record: Speaker | Outlet) -> None:
    if record.merged_into is not None:
        sentence = _("“%(name)s” was merged into “%(other)s”. Take that one.")
        raise Refused(sentence % {"name": record.name, "other": record.merged_into.name})


def _require_no_outlet(speaker_id: int) -> None:
    outlet = Outlet.objects.filter(speaker=speaker_id).first()
    sentence = _("“%(name)s” is an outlet's own voice. It goes along when the outlets are merged or parted.")
    ledger.require(outlet is None, sentence % {"name": outlet.name if outlet else ""}, field="into")


# Suggestions: which records may be the same; a person decides


class Likeness(Word):
    """Why two records may be the same."""

    NAME = "name", gettext_noop("the same name")
    BARE_NAME = "bare_name", gettext_noop("the same name but for the legal form")
    ITEM = "item", gettext_noop("the same Wikidata item")
    ADDRESS = "address", gettext_noop("the same site")


@dataclass(frozen=True)
class Lookalike(Generic[M]):
    """A standing record that may be the same as another one, and why."""

    record: M
    reasons: tuple[Likeness, ...]


def look_alikes(record: M) -> list[Lookalike[M]]:
    """The standing records that may be the same as this one, which need not be saved yet.

    The names of merged ones count as names of what stands. Every name is read once, since no index compares them
    without their case and legal form.
    """
    model = type(record)
    column, likeness = ("same_as", Likeness.ITEM) if model is Speaker else ("url", Likeness.ADDRESS)
    ours = {_signs(record.name, getattr(record, column), likeness)}
    others: dict[int, list[frozenset[tuple[Likeness, str]]]] = {}
    for key, into, name, address in model.objects.values_list("pk", "merged_into", "name", column):
        signs = _signs(name, address, likeness)
        if record.pk is not None and record.pk in (key, into):
            ours.add(signs)
        else:
            others.setdefault(into or key, []).append(signs)
    shared = frozenset().union(*ours)
    found = {key: {sign[0] for signs in theirs for sign in signs & shared} for key, theirs in others.items()}
    suggested = model.objects.select_related("outlet" if model is Speaker else "speaker")
    there = suggested.in_bulk([key for key, reasons in found.items() if reasons])
    ordered = sorted(there.items(), key=lambda item: (item[1].name, item[0]))
    return [Lookalike(one, _told(found[key])) for key, one in ordered]


def _signs(name: str, address: str, likeness: Likeness) -> frozenset[tuple[Likeness, str]]:
    """What two records are compared by."""
    signs = {(Likeness.NAME, " ".join(name.casefold().split())), (Likeness.BARE_NAME, names.bare(name))}
    if address:
        signs.add((likeness, address if likeness is Likeness.ITEM else _site(address)))
    return frozenset(signs)


def _site(address: str) -> str:
    return (urlsplit(address).hostname or address).removeprefix("www.")


def _told(reasons: set[Likeness]) -> tuple[Likeness, ...]:
    """The reasons in their order; the same name needs no word about its legal form."""
    told = reasons - {Likeness.BARE_NAME} if Likeness.NAME in reasons else reasons
    return tuple(likeness for likeness in Likeness if likeness in told)


def find_by_name(record: type[M], name: str) -> M | None:
    """The standing record of that name, whatever its case; the name of a merged one finds what it was merged into."""
    found = record.objects.filter(name__iexact=name.strip()).select_related("merged_into")
    one: M | None = found.order_by(models.F("merged_into").asc(nulls_first=True), "pk").first()
    if one is None and not name.isascii():  # SQLite knows upper and lower case of ASCII alone
        wanted = name.strip().casefold()
        names = record.objects.order_by(models.F("merged_into").asc(nulls_first=True), "pk").values_list("pk", "name")
        keys = [key for key, known in names if known.casefold() == wanted]
        one = record.objects.select_related("merged_into").get(pk=keys[0]) if keys else None
    return composition.standing(one) if one is not None else None


# Scales


@ledger.service
def create_scale(
    *, actor: User, code: str, question: Question, labels: Mapping[str, str], ratings: Sequence[Mapping[str, Any]]
) -> RatingScale:
    """A new scale with its ratings in order; each is ``code``, ``labels``, ``definitions`` and, where they mean
    something, ``value`` and ``awaits_outcome``.
    """
    _permit_scales(actor)
    scale = RatingScale(code=code, question=question.value, labels=dict(labels))
    with ledger.creation(scale, actor=actor) as work:
        for position, rating in enumerate(ratings):
            work.add(Rating(scale=scale, position=position, **rating), f"ratings.{rating['code']}", **rating)
    return scale


def _permit_scales(actor: User) -> None:
    if not permissions.may_change_scales(people.person(actor)):
        raise PermissionDenied(_("Only the head of desk changes the rating scales."))


def _rating(code: str, value: int | None, en: str, en_definition: str, de: str, de_definition: str) -> dict[str, Any]:
    return {
        "code": code,
        "value": value,
        "labels": {"en": en, "de": de},
        "definitions": {"en": en_definition, "de": de_definition},
        "awaits_outcome": code == "not-yet-checkable",
    }


SHIPPED_SCALES: tuple[dict[str, Any], ...] = (
    {
        "code": "true",
        "question": Question.TRUE,
        "labels": {"en": "Is it true?", "de": "Stimmt es?"},
        "ratings": [
            _rating(
                "true", 5, "True", "Accurate, nothing important missing",
                "Richtig", "Stimmt, nichts Wichtiges fehlt",
            ),
            _rating(
                "mostly-true", 4, "Mostly true", "Core right despite slips",
                "Größtenteils richtig", "Kern stimmt trotz Ungenauigkeiten",
            ),
            _rating(
                "partly-false", 3, "Partly false", "Right and wrong about equal",
                "Teilweise falsch", "Richtiges und Falsches etwa gleich",
            ),
            _rating(
                "mostly-false", 2, "Mostly false", "Core wrong, a detail right",
                "Größtenteils falsch", "Kern falsch, ein Detail stimmt",
            ),
            _rating("false", 1, "False", "The evidence contradicts it", "Falsch", "Die Belege widersprechen"),
            _rating(
                "missing-context", None, "Missing context", "Facts right, impression wrong",
                "Fehlender Kontext", "Fakten richtig, Eindruck falsch",
            ),
            _rating(
                "unproven", None, "Unproven", "Evidence does not suffice either way",
                "Unbelegt", "Die Belege reichen in keine Richtung",
            ),
            _rating(
                "not-yet-checkable", None, "Not yet checkable", "Open until a date",
                "Noch nicht prüfbar", "Bis zu einem Datum offen",
            ),
        ],
    },
    {
        "code": "said",
        "question": Question.SAID,
        "labels": {"en": "Was it said?", "de": "Wurde es gesagt?"},
        "ratings": [
            _rating(
                "correctly-reported", None, "Correctly reported", "Sense and limits kept",
                "Richtig wiedergegeben", "Sinn und Einschränkungen erhalten",
            ),
            _rating(
                "inexactly-reported", None, "Inexactly reported", "Sense shifted",
                "Ungenau wiedergegeben", "Sinn verschoben",
            ),
            _rating(
                "not-said", None, "Not said", "The record contradicts it",
                "Nicht gesagt", "Die Quelle widerspricht",
            ),
            _rating(
                "no-record", None, "No record", "Searched, not found", "Nicht auffindbar", "Gesucht, nicht gefunden"
            ),
        ],
    },
)  # fmt: skip


def make_shipped_scales() -> None:
    """Makes the two scales that come with the program where they are missing; the system is their actor."""
    for scale in SHIPPED_SCALES:
        if not RatingScale.objects.filter(code=scale["code"]).exists():
            create_scale(actor=people.system_user(), **scale)
