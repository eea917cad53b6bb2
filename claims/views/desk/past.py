"""A claim's past: its ledger as a timeline, the claim as it stood at any revision, and the ledger to take away."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.filters import HistoryFilter
from claims.forms.wording import Wording, action_name, field_name, group_name, language_name, short_name
from claims.interchange import markup
from claims.models import Claim, ClaimText, Quotation, ReplyRequest, VerdictText
from claims.rules import permissions
from claims.services import exporting, history, people
from claims.services.history import Standing
from claims.views import paging
from claims.views.desk import chronicle, rows
from claims.views.desk.access import actor, claim_or_404, desk_view
from claims.views.desk.frame import show

HISTORY_SIZE = 40


# The timeline


@desk_view
@require_safe
def timeline(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Every entry of the claim's ledger, the newest first; narrowed to a language, an action or to content."""
    found = claim_or_404(claim_id)
    there = chronicle.ledger_of(found)
    narrowed = HistoryFilter(request.GET, there, languages=_languages(found), actions=_actions(found))
    page = paging.page(narrowed.qs, request.GET, field="at", size=HISTORY_SIZE)
    context = {
        **_head(found),
        "filter": narrowed,
        "entries": chronicle.entries(page.rows, language=narrowed.chosen_language),
        "page": page,
        "may_export": not permissions.refusal_to_export(people.person(actor(request))),
    }
    return show(request, "desk/history.html", context)


def _head(found: Claim) -> dict[str, Any]:
    return {"claim": found, "statement": rows.statement_of(found, get_language() or "")}


def _languages(found: Claim) -> list[tuple[str, str]]:
    """The languages that the claim has words in by now, each with its name."""
    stated = ClaimText.objects.filter(claim=found).values_list("language", flat=True)
    judged = VerdictText.objects.filter(verdict__claim=found).values_list("language", flat=True)
    codes = stated.order_by().union(judged.order_by())
    return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1].casefold())


def _actions(found: Claim) -> list[tuple[str, str]]:
    codes = found.ledger.order_by().values_list("action", flat=True).distinct()
    return sorted(((code, action_name(code, {})) for code in codes), key=lambda pair: pair[1].casefold())


# The ledger to take away


@desk_view
@require_safe
def history_file(request: HttpRequest, claim_id: int) -> HttpResponseBase:
    """The claim's entries as JSON lines with all that their hashes were made of; see docs/ledger.md."""
    found = claim_or_404(claim_id)
    reason = permissions.refusal_to_export(people.person(actor(request)))
    if reason:
        raise PermissionDenied(reason)
    response = StreamingHttpResponse(exporting.lines(found), content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="claim-{found.pk}-history.jsonl"'
    response["Cache-Control"] = "private, no-store"
    return response


# As it stood


@dataclass(frozen=True)
class Told:
    """One field as it stood. ``is_lost``: nobody can tell any more; ``is_masked``: words of it were erased since.

    ``cited`` numbers the evidence that a text in Markdown cites; None for every other field.
    """

    name: str
    words: str
    language: str = ""
    is_lost: bool = False
    is_masked: bool = False
    cited: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Part:
    """A row of the claim under its name; ``note`` says what is special about it."""

    title: str
    fields: list[Told]
    note: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    parts: list[Part]
    note: str = ""


@desk_view
@require_safe
def revision(request: HttpRequest, claim_id: int, number: int) -> HttpResponse:
    """The claim as it stood after entry ``number``, that entry, and what differs from now."""
    found = claim_or_404(claim_id)
    row = chronicle.ledger_of(found).filter(sequence=number).first()
    if row is None or number > found.revision:
        raise Http404
    standing = history.at(found, number)
    wording = Wording((*standing.fields.items(), *standing.now.items()))
    differences = _differences(standing, wording)
    context = {
        **_head(found),
        "number": number,
        "before": number - 1,
        "after": number + 1 if number < found.revision else 0,
        "is_current": number == found.revision,
        "sections": [section for section in _sections(found, standing, wording) if section.parts or section.note],
        "lost": len(standing.lost),
        "hidden_by": ", ".join(map(str, standing.hidden_by)),
        "entries": chronicle.entries([row]),
        "differences": differences,
    }
    return show(request, "desk/revision.html", context)


def _differences(standing: Standing, wording: Wording) -> list[chronicle.Line]:
    """What stands there now in place of what stood there then, as far as that is known."""
    paths = sorted({*standing.fields, *standing.now} - standing.lost, key=_rank)
    if not standing.order_is_known and "evidence_order" in paths:
        paths.remove("evidence_order")
    found = []
    for path in paths:
        then, now = standing.value(path), standing.now.get(path, history.default(path))
        if then != now:
            found.append(chronicle.line(path, wording.of(path, then), wording.of(path, now)))
    return [line for line in found if line is not None]


_KINDS = (
    "texts",
    "",
    "quotations",
    "evidence",
    "evidence_order",
    "calculations",
    "replies",
    "verdict",
    "verdict.texts",
)


def _rank(path: str) -> tuple[Any, ...]:
    kind, row, name = history.place_of(path) or ("", "", path)
    return _KINDS.index(kind), row, _NAMES.get(name, len(_NAMES)), name


_TEXTS = ("statement", "why")
_OWN = (
    *("status", "speaker", "kinds", "topics", "quantities", "checkability", "checkable_from"),
    *("metric", "threshold", "resolved_at", "priority", "risk", "assignee", "reader", "due_on"),
    *("parked_until", "parked_reason", "decline_reason", "duplicate_of", "publish_at"),
)
_QUOTATION = ("exact", "voices")
_EVIDENCE = (
    *("source", "publisher", "title", "url", "published", "source_kind", "interest", "language", "excerpt"),
    *("stance", "bears_on", "seen_how", "seen_by", "seen_at", "note", "redaction_reason", "snapshot"),
)
_CALCULATION = ("labels", "inputs", "expression", "result", "unit", "places", "notes")
_REPLY = ("words",)
_VERDICT = (
    *("question", "rating", "judged_by", "researched_until", "elements", "one_source_reason", "no_primary_reason"),
    *("not_asked_reason", "early_reason", "change_kind"),
)
_WORDS = ("headline", "summary", "rationale", "other_finding", "today", "change_note", "up_to_date")
_ORDERED = (*_TEXTS, *_OWN, *_QUOTATION, *_EVIDENCE, *_CALCULATION, *_REPLY, *_VERDICT, *_WORDS)
_NAMES = {name: place for place, name in reversed(list(enumerate(_ORDERED)))}


class _Reader:
    """Fields of a standing in words, row by row."""

    def __init__(self, standing: Standing, wording: Wording) -> None:
        self.standing = standing
        self.wording = wording

    def fields(self, prefix: str, names: Iterable[str], language: str = "") -> list[Told]:
        """Those of a row that say something, or of which nobody knows whether they did."""
        found = (self._field(f"{prefix}.{name}" if prefix else name, language) for name in names)
        return [told for told in found if told.words or told.is_lost]

    def _field(self, path: str, language: str) -> Told:
        name = path.rpartition(".")[2]
        label = short_name(path) if group_name(path) or not language else field_name(path.rpartition(".")[2])
        if path in self.standing.lost:
            return Told(label, "", is_lost=True)
        words = self.wording.of(path, self.standing.value(path))
        return Told(
            name=label,
            words=words,
            language=language,
            is_masked=path in self.standing.masked,
            cited=self._cited(words) if name == "rationale" else None,
        )

    def _cited(self, words: str) -> dict[str, int]:
        """Key -> number, for the keys that there was evidence of."""
        order = enumerate(markup.citation_order(words), start=1)
        return {key: number for number, key in order if self.is_there(f"evidence.{key}", "source")}

    def is_there(self, prefix: str, marker: str) -> bool:
        """Whether the row was there, or nobody knows."""
        path = f"{prefix}.{marker}"
        return path in self.standing.fields or path in self.standing.lost


def _sections(found: Claim, standing: Standing, wording: Wording) -> Iterator[Section]:
    reader = _Reader(standing, wording)
    yield Section(_("Statement"), _in_languages(reader, "texts", _TEXTS))
    yield Section(_("The claim"), _one("", reader.fields("", _OWN)))
    yield Section(_("Quotations"), list(_quotations(reader)))
    yield _evidence(reader)
    yield Section(_("Calculations"), list(_calculations(reader)))
    yield Section(_("Replies"), list(_replies(reader)))
    yield Section(
        _("Verdict"), [*_one("", reader.fields("verdict", _VERDICT)), *_in_languages(reader, "verdict.texts", _WORDS)]
    )


def _one(title: str, fields: list[Told], note: str = "") -> list[Part]:
    return [Part(title, fields, note)] if fields else []


def _in_languages(reader: _Reader, kind: str, names: Iterable[str]) -> list[Part]:
    found = []
    for code in reader.standing.keys(kind):
        told = reader.fields(f"{kind}.{code}", names, language=code)
        found += _one(language_name(code), [one for one in told if not _goes_without_saying(reader, kind, code, one)])
    return found


def _goes_without_saying(reader: _Reader, kind: str, code: str, told: Told) -> bool:
    """Words are up to date unless somebody says that they are not."""
    path = f"{kind}.{code}.up_to_date"
    return told.name == field_name("up_to_date") and not told.is_lost and reader.standing.fields.get(path) is not False


def _quotations(reader: _Reader) -> Iterator[Part]:
    keys = [int(key) for key in reader.standing.keys("quotations")]
    there = Quotation.objects.filter(pk__in=keys)
    articles = dict(there.values_list("pk", "version__article__title"))
    for key in sorted(keys):
        if reader.is_there(f"quotations.{key}", "exact"):
            yield from _one(articles.get(key, ""), reader.fields(f"quotations.{key}", _QUOTATION))


def _evidence(reader: _Reader) -> Section:
    standing = reader.standing
    order = standing.fields.get("evidence_order", [])
    keys = [*order, *(key for key in standing.keys("evidence") if key not in order)]
    parts = []
    for key in keys:
        prefix = f"evidence.{key}"
        if reader.is_there(prefix, "source"):
            title = _("%(key)s (a lead)") % {"key": key} if _is_lead(standing, prefix) else key
            told = reader.fields(prefix, _EVIDENCE)
            parts.append(Part(title, told, _taken_out(standing, prefix), f"evidence-{key}"))
    note = "" if standing.order_is_known or not parts else _("In which order the items stood is no longer known.")
    return Section(_("Evidence"), parts, note)


def _is_lead(standing: Standing, prefix: str) -> bool:
    path = f"{prefix}.seen_by"
    return path not in standing.lost and path not in standing.fields


def _taken_out(standing: Standing, prefix: str) -> str:
    path = f"{prefix}.removed"
    if path in standing.lost:
        return _("Whether it had been taken out is no longer known.")
    return _("It had been taken out.") if standing.fields.get(path) else ""


def _calculations(reader: _Reader) -> Iterator[Part]:
    for key in reader.standing.keys("calculations"):
        prefix = f"calculations.{key}"
        yield from _one(key, reader.fields(prefix, _CALCULATION), _taken_out(reader.standing, prefix))


def _replies(reader: _Reader) -> Iterator[Part]:
    keys = reader.standing.keys("replies")
    asked = {
        str(uuid): name for uuid, name in ReplyRequest.objects.filter(uuid__in=keys).values_list("uuid", "addressee")
    }
    for key in keys:
        prefix = f"replies.{key}"
        fields = reader.fields(prefix, _REPLY)
        if not fields and reader.is_there(prefix, "included"):
            fields = [Told(field_name("words"), _("did not answer"))]
        yield from _one(asked.get(key, ""), fields)
