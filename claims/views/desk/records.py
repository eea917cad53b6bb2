"""Speakers and outlets: to find, to complete, and to merge where two of them are one. One shape for both kinds."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from claims.errors import Conflict, DomainError
from claims.filters import OutletFilter, RecordFilter, SpeakerFilter, belonging, lacking, said_by, standing_key
from claims.forms import saving
from claims.forms.edits import EditForm
from claims.forms.records import MergeForm, OutletForm, PartForm, RecordForm, SpeakerForm, item_number
from claims.forms.wording import NAMES, Wording
from claims.models import Article, Claim, LedgerEntry, Outlet, Quotation, Speaker, Voice
from claims.services import people, records
from claims.services.records import Likeness, Lookalike
from claims.views import paging
from claims.views.desk import chronicle, editing
from claims.views.desk.access import actor, desk_view, refusal, require
from claims.views.desk.frame import show
from claims.vocabulary import Action, Status

form_view = require_http_methods(["GET", "HEAD", "POST"])

PAGE_SIZE = 50
PARTS_SIZE = 20
"""Quotations or articles on a record's own page."""
RECENT = 10
HISTORY_SIZE = 40
CANDIDATES = 12

Record = Any
"""A speaker or an outlet."""

FIELDS: Mapping[str, tuple[str, ...]] = {"speaker": ("kind", "role", "party", "same_as"), "outlet": ("url",)}
"""What is known of a record besides its name; an address stands last."""


@dataclass(frozen=True)
class Kind:
    """What speakers and outlets differ in; ``code`` is the word in addresses, routes and templates."""

    code: str
    model: Any
    form: type[RecordForm]
    narrowing: type[RecordFilter]
    many: str | Promise
    new: str | Promise
    create: Callable[..., Record]
    merge: Callable[..., Record]

    @property
    def list_url(self) -> str:
        return reverse(f"desk:{self.code}s")

    @property
    def new_url(self) -> str:
        return reverse(f"desk:new_{self.code}")

    def url(self, record: Record, page: str = "") -> str:
        """The address of a record's page, or of ``edit``, ``merge``, ``part``, ``history`` under it."""
        return reverse(f"desk:{page}_{self.code}" if page else f"desk:{self.code}", args=[record.pk])


SPEAKERS = Kind(
    code="speaker",
    model=Speaker,
    form=SpeakerForm,
    narrowing=SpeakerFilter,
    many=gettext_lazy("Speakers"),
    new=gettext_lazy("New speaker"),
    create=records.create_speaker,
    merge=lambda key, **options: records.merge_speakers(speaker_id=key, **options),
)
OUTLETS = Kind(
    code="outlet",
    model=Outlet,
    form=OutletForm,
    narrowing=OutletFilter,
    many=gettext_lazy("Outlets"),
    new=gettext_lazy("New outlet"),
    create=records.create_outlet,
    merge=lambda key, **options: records.merge_outlets(outlet_id=key, **options),
)


def _page(
    request: HttpRequest, kind: Kind, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    return show(request, template, {"kind": kind, **context}, section="speakers", status=status)


def _record_or_404(kind: Kind, record_id: int) -> Record:
    related = ["merged_into", "speaker"] if kind is OUTLETS else ["merged_into", "outlet"]
    return get_object_or_404(kind.model.objects.select_related(*related), pk=record_id)


def _way(kind: Kind, record: Record) -> dict[str, str]:
    """The addresses of a record's pages, for a template."""
    return {"url": kind.url(record), **{page: kind.url(record, page) for page in ("edit", "merge", "part", "history")}}


# The list


@dataclass(frozen=True)
class Row:
    """One record in the list. ``numbers``: of claims and quotations, or of articles."""

    record: Record
    url: str
    item: str
    old_names: list[str]
    lacking: list[str]
    numbers: tuple[int, ...]


@desk_view
@require_safe
def index(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The records that stand, by name."""
    standing = kind.model.objects.standing().annotate(place=Lower("name"))
    narrowed = kind.narrowing(request.GET, standing)
    found = narrowed.qs.prefetch_related("merged")
    if kind is OUTLETS:
        found = found.select_related("speaker")
    page = paging.page(found, request.GET, field="place", size=PAGE_SIZE, ascending=True, read=_place)
    context = {
        "filter": narrowed,
        "rows": _rows(kind, page.rows),
        "page": page,
        "tabs": [(one.many, one.list_url, one is kind) for one in (SPEAKERS, OUTLETS)],
        "may_create": not refusal(request, Action.CREATE),
    }
    return _page(request, kind, "desk/record_list.html", context)


def _place(text: str) -> str:
    """A name as a cursor holds it; PostgreSQL cannot even compare with a NUL."""
    if "\x00" in text:
        raise ValueError(text)
    return text


def _rows(kind: Kind, found: Sequence[Record]) -> list[Row]:
    numbers = _numbers(kind, [record.pk for record in found])
    return [
        Row(
            record=record,
            url=kind.url(record),
            item=item_number(record.same_as) if kind is SPEAKERS else "",
            old_names=sorted({one.name for one in record.merged.all()} - {record.name}),
            lacking=_names(lacking(record)),
            numbers=tuple(counts.get(record.pk, 0) for counts in numbers),
        )
        for record in found
    ]


def _names(fields: Iterable[str]) -> list[str]:
    return [str(NAMES[name]) for name in fields]


def _numbers(kind: Kind, keys: Collection[int]) -> list[dict[int, int]]:
    """Key of a standing record -> how many claims and how many quotations, or how many articles, are its own."""
    if kind is OUTLETS:
        return [_counted(Article.objects.all(), "outlet", "pk", keys)]
    return [
        _counted(Claim.objects.all(), "speaker", "pk", keys),
        _counted(Voice.objects.all(), "speaker", "quotation", keys),
    ]


def _counted(queryset: QuerySet[Any], way: str, what: str, keys: Collection[int]) -> dict[int, int]:
    rows = queryset.filter(belonging(way, keys)).order_by().values(who=standing_key(way))
    return {row["who"]: row["number"] for row in rows.annotate(number=Count(what, distinct=True))}


# One record


@dataclass(frozen=True)
class Merged:
    """A record that was merged into the one of the page; ``known`` is what it says, in words.

    ``goes_with_outlet``: where the merge is taken back for an outlet's own voice.
    """

    record: Record
    known: list[tuple[str, str]]
    url: str
    part_url: str
    who: str
    at: Any
    goes_with_outlet: str


@dataclass(frozen=True)
class Like:
    """A record that may be the same, and where the two are compared."""

    record: Record
    url: str
    reasons: list[str]
    compare_url: str
    same_item: bool


@desk_view
@require_safe
def record(request: HttpRequest, kind: Kind, record_id: int) -> HttpResponse:
    """All that is known of a record, what rests on it, and what was done to it."""
    found = _record_or_404(kind, record_id)
    context: dict[str, Any] = {
        "record": found,
        "way": _way(kind, found),
        "known": _known(kind, found),
        "item": item_number(found.same_as) if kind is SPEAKERS else "",
        "entries": chronicle.entries(chronicle.ledger_of(found).order_by("-sequence")[:RECENT]),
        "has_more_history": found.revision > RECENT,
        "why_not_edit": refusal(request, Action.CHANGE),
        "why_not_merge": refusal(request, Action.MERGE),
    }
    if found.merged_into is not None:
        [merged] = _merged(kind, [found])
        return _page(request, kind, "desk/record.html", {**context, "merged": merged, "standing": found.merged_into})
    context |= {
        "lacking": _names(lacking(found)),
        "took_in": _merged(kind, _took_in(kind, found)),
        "alike": [_like(kind, found, like) for like in records.look_alikes(found)],
        **_parts(request, kind, found),
    }
    return _page(request, kind, "desk/record.html", context)


def _took_in(kind: Kind, found: Record) -> QuerySet[Any]:
    merged = found.merged.order_by("name", "pk")
    return merged.select_related("outlet") if kind is SPEAKERS else merged


def _known(kind: Kind, record: Record) -> list[tuple[str, str]]:
    """The filled fields of a record but its name, in words. What is a link stands elsewhere."""
    wording = Wording(())
    values = [(str(NAMES[name]), wording.of(name, getattr(record, name))) for name in FIELDS[kind.code][:-1]]
    return [(name, words) for name, words in values if words]


def _merged(kind: Kind, found: Iterable[Record]) -> list[Merged]:
    """Records with who merged them last, and when."""
    found = list(found)
    here = {f"{kind.code}__in": found, "action": Action.MERGE.value}
    entries = LedgerEntry.objects.filter(**here).select_related("actor").order_by("pk") if found else ()
    last = {getattr(entry, f"{kind.code}_id"): entry for entry in entries}
    return [
        Merged(
            record=record,
            known=_all_known(kind, record),
            url=kind.url(record),
            part_url=kind.url(record, "part"),
            who=people.name_of(last[record.pk].actor),
            at=last[record.pk].at,
            goes_with_outlet=OUTLETS.url(record.outlet) if kind is SPEAKERS and hasattr(record, "outlet") else "",
        )
        for record in found
    ]


def _all_known(kind: Kind, record: Record) -> list[tuple[str, str]]:
    """Every filled field but the name, in words."""
    address = FIELDS[kind.code][-1]
    value = getattr(record, address)
    return _known(kind, record) + ([(str(NAMES[address]), item_number(value) or value)] if value else [])


def _like(kind: Kind, found: Record, like: Lookalike) -> Like:
    """The record of the page stays, unless the other one is an outlet's own voice."""
    closing, staying = like.record, found
    if kind is SPEAKERS and hasattr(closing, "outlet") and not hasattr(staying, "outlet"):
        closing, staying = staying, closing
    return Like(
        record=like.record,
        url=kind.url(like.record),
        reasons=[_(likeness.label) for likeness in like.reasons],
        compare_url=f"{kind.url(closing, 'merge')}?into={staying.pk}",
        same_item=Likeness.ITEM in like.reasons,
    )


def _parts(request: HttpRequest, kind: Kind, found: Record) -> dict[str, Any]:
    """What rests on a record: claims by stage and a page of quotations; or a page of articles."""
    if kind is OUTLETS:
        articles = Article.objects.filter(belonging("outlet", [found.pk]))
        page = paging.page(articles, request.GET, field="created_at", size=PARTS_SIZE)
        return {"number": articles.count(), "articles": page.rows, "page": page}
    voices = Voice.objects.filter(belonging("speaker", [found.pk]))
    quotations = (
        Quotation.objects.filter(Exists(voices.filter(quotation=OuterRef("pk"))))
        .select_related("version__article")
        .defer("version__text", "version__analysis", "prefix", "suffix")
        .prefetch_related(Prefetch("voices", voices, to_attr="own_voices"))
    )
    page = paging.page(quotations, request.GET, field="pk", size=PARTS_SIZE, read=int)
    return {
        "stages": _stages(found),
        "number": quotations.count(),
        "quotations": page.rows,
        "page": page,
        "outlet_url": OUTLETS.url(found.outlet) if hasattr(found, "outlet") else "",
    }


def _stages(speaker: Speaker) -> list[tuple[Status, int, str]]:
    """Each stage in which the speaker has claims, how many, and where they are listed."""
    rows = Claim.objects.filter(said_by([speaker.pk])).order_by().values_list("status").annotate(Count("pk"))
    counts: dict[str, int] = dict(rows)
    claims = reverse("desk:claims")
    return [
        (status, counts[status.value], f"{claims}?speaker={speaker.pk}&status={status.value}")
        for status in Status
        if status.value in counts
    ]


@desk_view
@require_safe
def history(request: HttpRequest, kind: Kind, record_id: int) -> HttpResponse:
    """Every entry of the record's ledger, the newest first."""
    found = _record_or_404(kind, record_id)
    page = paging.page(chronicle.ledger_of(found), request.GET, field="at", size=HISTORY_SIZE)
    context = {"record": found, "way": _way(kind, found), "entries": chronicle.entries(page.rows), "page": page}
    return _page(request, kind, "desk/record_history.html", context)


# Making and completing


@desk_view
@form_view
def new(request: HttpRequest, kind: Kind) -> HttpResponse:
    """A new record; one that may be here already is made when it is asked for a second time."""
    require(request, Action.CREATE)
    form = kind.form(request.POST if request.method == "POST" else None, record=kind.model())
    if request.method != "POST":
        return _page(request, kind, "desk/record_form.html", {"form": form})
    if not form.is_valid():
        return _page(request, kind, "desk/record_form.html", {"form": form}, status=saving.UNUSABLE)
    values = form.edits({})
    alike = [] if "anyway" in request.POST else records.look_alikes(kind.model(**values))
    if alike:
        context = {"form": form, "alike": [(like.record, kind.url(like.record)) for like in alike]}
        return _page(request, kind, "desk/record_form.html", context, status=saving.UNUSABLE)
    try:
        made = kind.create(actor=actor(request), **values)
    except DomainError as error:
        status = saving.refused(form, error, anew=lambda: kind.form(record=kind.model()), later=saving.History())
        return _page(request, kind, "desk/record_form.html", {"form": form}, status=status)
    messages.success(request, _("Saved."))
    return redirect(kind.url(made))


@desk_view
@form_view
def edit(request: HttpRequest, kind: Kind, record_id: int) -> HttpResponse:
    """All fields of one record. What was merged is completed where it stands."""
    found = _record_or_404(kind, record_id)
    require(request, Action.CHANGE)
    if found.merged_into is not None and request.method != "POST":
        return redirect(kind.url(found))

    def make(record: Record, data: QueryDict | None = None) -> EditForm:
        return kind.form(data, record=record)

    def write(values: Mapping[str, Any], opened_at: int) -> Record:
        return records.edit_record(
            record=kind.model, record_id=record_id, actor=actor(request), values=values, opened_at=opened_at
        )

    form, status = make(found), 200
    if request.method == "POST":
        form = make(found, request.POST)
        status = editing.save(request, found, form, anew=lambda: make(_record_or_404(kind, record_id)), write=write)
        if status == editing.SAVED:
            return redirect(kind.url(found))
    context = {"record": found, "way": _way(kind, found), "form": form}
    return _page(request, kind, "desk/record_form.html", context, status=status)


# Merging


@dataclass(frozen=True)
class Side:
    """One field of two records, in words."""

    name: str
    closing: str
    staying: str


@desk_view
@form_view
def merge(request: HttpRequest, kind: Kind, record_id: int) -> HttpResponse:
    """Search for the record that stays, both side by side, what will happen; then the merge itself."""
    found = _record_or_404(kind, record_id)
    require(request, Action.MERGE)
    error, status = "", 200
    chosen = request.POST.get("into", "") if request.method == "POST" else request.GET.get("into", "")
    if request.method == "POST":
        form = MergeForm(request.POST)
        if not form.is_valid():
            status = saving.UNUSABLE
        else:
            try:
                return _merge(request, kind, found, form)
            except DomainError as refused:
                error, status = _sentence(refused), saving.status_of(refused)
                found = _record_or_404(kind, record_id)
    elif found.merged_into is not None:
        return redirect(kind.url(found))
    context = {"record": found, "way": _way(kind, found), "error": error, **_comparison(request, kind, found, chosen)}
    return _page(request, kind, "desk/record_merge.html", context, status=status)


def _sentence(error: DomainError) -> str:
    if isinstance(error, Conflict):
        return _("Somebody merged it or took a merge back meanwhile. Nothing was saved; look again and decide.")
    return str(error)


def _merge(request: HttpRequest, kind: Kind, found: Record, form: MergeForm) -> HttpResponse:
    """One service call; the same click twice is one."""
    into = form.cleaned_data["into"]
    if found.merged_into_id == into:
        messages.info(request, _("They were merged already."))
        return redirect(kind.url(found.merged_into))
    staying = kind.merge(found.pk, actor=actor(request), into_id=into, opened_at=form.cleaned_data["opened_at"])
    names = {"closing": found.name, "staying": staying.name}
    messages.success(request, _("“%(closing)s” was merged into “%(staying)s”.") % names)
    return redirect(kind.url(staying))


def _comparison(request: HttpRequest, kind: Kind, found: Record, chosen: str) -> dict[str, Any]:
    """What the page of a merge shows: the two side by side, or where to look for the one that stays."""
    if found.merged_into is not None:
        return {"standing": found.merged_into, "standing_url": kind.url(found.merged_into)}
    outlet = getattr(found, "outlet", None) if kind is SPEAKERS else None
    if outlet is not None:
        return {"outlet": outlet, "outlet_url": OUTLETS.url(outlet, "merge")}
    staying = _staying(kind, found, chosen)
    if staying is None:
        return {"chosen": chosen, **_candidates(request, kind, found)}
    return {
        "staying": staying,
        "staying_url": kind.url(staying),
        "swap_url": _swap_url(kind, found, staying),
        "sides": _sides(kind, found, staying),
        "effects": _effects(kind, found, staying),
    }


def _staying(kind: Kind, found: Record, chosen: str) -> Record | None:
    """The standing record of that key, other than the closing one."""
    form = MergeForm({"into": chosen, "opened_at": found.revision})
    if not form.is_valid():
        return None
    return kind.model.objects.standing().exclude(pk=found.pk).filter(pk=form.cleaned_data["into"]).first()


def _candidates(request: HttpRequest, kind: Kind, found: Record) -> dict[str, Any]:
    """Those that were searched for, else those that look alike."""
    here = kind.url(found, "merge")
    narrowed = kind.narrowing(request.GET, kind.model.objects.standing().exclude(pk=found.pk).order_by("name", "pk"))
    words = narrowed.form.cleaned_data.get("q", "") if narrowed.form.is_valid() else request.GET.get("q", "")
    if words:
        offered = [(one, []) for one in narrowed.qs[:CANDIDATES]]
    else:
        offered = [(like.record, [_(one.label) for one in like.reasons]) for like in records.look_alikes(found)]
    return {
        "words": words,
        "form": narrowed.form,
        "candidates": [(one, _all_known(kind, one), reasons, f"{here}?into={one.pk}") for one, reasons in offered],
    }


def _swap_url(kind: Kind, closing: Record, staying: Record) -> str:
    """The same merge the other way round; an outlet's own voice cannot be the one that closes."""
    if kind is SPEAKERS and Outlet.objects.filter(speaker=staying).exists():
        return ""
    return f"{kind.url(staying, 'merge')}?into={closing.pk}"


def _sides(kind: Kind, closing: Record, staying: Record) -> list[Side]:
    known, there = dict(_all_known(kind, closing)), dict(_all_known(kind, staying))
    fields = [name for name in _names(FIELDS[kind.code]) if name in known or name in there]
    numbers = _numbers(kind, [closing.pk, staying.pk])
    counted = [_("Claims"), _("Quotations")] if kind is SPEAKERS else [_("Articles")]
    return [
        Side(str(NAMES["name"]), closing.name, staying.name),
        *(Side(name, known.get(name, ""), there.get(name, "")) for name in fields),
        *(
            Side(name, str(counts.get(closing.pk, 0)), str(counts.get(staying.pk, 0)))
            for name, counts in zip(counted, numbers, strict=True)
        ),
    ]


def _effects(kind: Kind, closing: Record, staying: Record) -> list[str]:
    """What will happen, a sentence each."""
    names = {"closing": closing.name, "staying": staying.name}
    told = _effects_on_speakers(closing, names) if kind is SPEAKERS else _effects_on_outlets(closing, names)
    followers = ", ".join(one.name for one in closing.merged.order_by("name", "pk"))
    if followers:
        told.append(_("What was merged into it before goes along: %(followers)s.") % {"followers": followers})
    lost = [name for name, words in _all_known(kind, closing) if name not in dict(_all_known(kind, staying))]
    if lost:
        sentence = _("Nothing is copied: “%(staying)s” has no %(fields)s yet. Complete it afterwards.")
        told.append(sentence % {**names, "fields": ", ".join(lost)})
    told.append(_("Published pages stay as they are until their next version."))
    told.append(_("The merge can be taken back."))
    return told


def _effects_on_speakers(closing: Speaker, names: Mapping[str, str]) -> list[str]:
    claims = Claim.objects.filter(said_by([closing.pk]))
    voices = Voice.objects.filter(belonging("speaker", [closing.pk]))
    number, quoted = claims.count(), voices.values("quotation").distinct().count()
    told = [_("Wherever “%(closing)s” is meant, the desk reads “%(staying)s”.") % names]
    if number:
        sentence = ngettext(
            "“%(staying)s” takes over %(number)s claim.", "“%(staying)s” takes over %(number)s claims.", number
        )
        told.append(sentence % {**names, "number": number})
    if quoted:
        sentence = ngettext(
            "“%(staying)s” becomes the voice of %(number)s quotation.",
            "“%(staying)s” becomes the voice of %(number)s quotations.",
            quoted,
        )
        told.append(sentence % {**names, "number": quoted})
    return told + _effects_on_approved(Q(pk__in=claims.values("pk")) | Q(quotations__voices__in=voices))


def _effects_on_outlets(closing: Outlet, names: Mapping[str, str]) -> list[str]:
    articles = Article.objects.filter(belonging("outlet", [closing.pk]))
    number = articles.count()
    told = [_("Wherever “%(closing)s” is meant, the desk reads “%(staying)s”. Its own voice goes along.") % names]
    if number:
        sentence = ngettext(
            "“%(staying)s” takes over %(number)s article.", "“%(staying)s” takes over %(number)s articles.", number
        )
        told.append(sentence % {**names, "number": number})
    voice = [closing.speaker_id]
    spoken = said_by(voice) | belonging("quotations__voices__speaker", voice)
    return told + _effects_on_approved(Q(quotations__version__article__in=articles) | spoken)


def _effects_on_approved(condition: Q) -> list[str]:
    number = Claim.objects.filter(condition, status=Status.APPROVED.value).distinct().count()
    sentence = ngettext(
        "%(number)s approved claim reads differently then: it goes back to the second read when it is to be published.",
        "%(number)s approved claims read differently then: they go back to the second read when they are to be"
        " published.",
        number,
    )
    return [sentence % {"number": number}] if number else []


@desk_view
@require_POST
def part(request: HttpRequest, kind: Kind, record_id: int) -> HttpResponse:
    """Takes a merge back; twice is once."""
    found = _record_or_404(kind, record_id)
    require(request, Action.MERGE)
    form = PartForm(request.POST)
    if found.merged_into is None:
        messages.info(request, _("“%(name)s” stands by itself.") % {"name": found.name})
    elif not form.is_valid():
        messages.error(request, _("The form does not say which revision it was opened at. Open the page again."))
    else:
        opened_at = form.cleaned_data["opened_at"]
        try:
            records.part(record=kind.model, record_id=record_id, actor=actor(request), opened_at=opened_at)
        except DomainError as error:
            messages.error(request, _sentence(error))
        else:
            messages.success(request, _("“%(name)s” stands by itself again.") % {"name": found.name})
    return redirect(kind.url(found))
