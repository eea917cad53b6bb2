"""Writing a claim's fields by their paths: what every service that edits a claim shares."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.errors import Refused
from claims.language import arithmetic, canonical
from claims.models import (
    Calculation,
    Claim,
    ClaimText,
    Evidence,
    Quantity,
    Rating,
    Snapshot,
    Source,
    Verdict,
    VerdictText,
)
from claims.models.claims import KINDS
from claims.rules import permissions
from claims.services import ledger, people
from claims.vocabulary import LATER_KINDS, Finding

CLAIM_FIELDS = frozenset(
    {
        *("speaker", "kinds", "checkability", "checkable_from", "topics", "priority", "risk"),
        *("metric", "threshold", "resolved_at"),
    }
)
DESK_FIELDS = frozenset({"assignee", "due_on"})
"""Who works on it and until when: no content, so it can be set in every status."""

TEXT_FIELDS = frozenset({"statement", "why"})
VERDICT_FIELDS = frozenset(
    {
        "question",
        "rating",
        "judged_by",
        "researched_until",
        "one_source_reason",
        "no_primary_reason",
        "not_asked_reason",
        "early_reason",
        "elements",
        "change_kind",
    }
)
VERDICT_TEXT_FIELDS = frozenset(
    {"headline", "summary", "rationale", "other_finding", "today", "change_note", "up_to_date"}
)
CITATION_FIELDS = ("publisher", "title", "url", "published", "interest", "language")
EVIDENCE_FIELDS = frozenset(
    {
        "source",
        *CITATION_FIELDS,
        "source_kind",
        "excerpt",
        "stance",
        "bears_on",
        "note",
        "redaction_reason",
        "seen_how",
        "snapshot",
        "removed",
    }
)
CALCULATION_FIELDS = frozenset({"labels", "inputs", "expression", "unit", "places", "notes", "removed"})
ELEMENT_PARTS = frozenset({"finding", "texts", "evidence"})
INPUT_PARTS = frozenset({"name", "labels", "value", "unit", "evidence"})
LONGEST_RESULT = Calculation._meta.get_field("result").max_length or 0
_OF_ROWS = {"evidence": EVIDENCE_FIELDS, "calculations": CALCULATION_FIELDS}
_LISTS = frozenset({"quantities", "evidence_order"})
FINDINGS = frozenset(finding.value for finding in Finding)
QUANTITY_FIELDS = ("low", "high", "unit", "comparator", "reference", "date", "deadline")


def apply_edits(work: ledger.Change[Claim], edits: Mapping[str, Any]) -> None:
    """Writes ``edits`` into an open change, by the field-level conflict rule.

    ``edits`` maps paths to values: ``priority``, ``texts.de.statement``, ``verdict.rating``,
    ``verdict.texts.de.headline``, ``evidence.BA1.excerpt`` (a key that is new makes the item and needs ``source``),
    ``evidence_order`` (the keys in the order in which they are shown), ``calculations.K1.expression`` (a key that is
    new makes the calculation; its result is computed), ``verdict.elements`` and ``quantities`` (the whole list).
    Raises ``Refused`` on a path or a value that does not fit.
    """
    texts = _Rows(work)
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for path, value in sorted(edits.items(), key=_turn):
        match path.split("."):
            case [name] if name in CLAIM_FIELDS | DESK_FIELDS:
                _write_claim_field(work, name, value)
            case ["texts", language, name] if name in TEXT_FIELDS:
                texts.write_text(language, name, value)
            case ["verdict", name] if name in VERDICT_FIELDS:
                texts.write_verdict(name, value)
            case ["verdict", "texts", language, name] if name in VERDICT_TEXT_FIELDS:
                texts.write_verdict_text(language, name, value)
            case [kind, key, name] if name in _OF_ROWS.get(kind, ()):
                rows.setdefault((kind, key), {})[name] = value
            case _ if path not in _LISTS:
                raise Refused(_("There is no field “%(path)s”.") % {"path": path}, field=path)
    for (kind, key), values in rows.items():
        (_write_evidence if kind == "evidence" else _write_calculation)(work, key, values)
    for path in _LISTS & set(edits):
        (_write_quantities if path == "quantities" else _sort_evidence)(work, edits[path])


def _turn(edit: tuple[str, Any]) -> int:
    """A statement makes its language's row and goes first; "up to date" speaks of a row and goes last."""
    name = edit[0].rpartition(".")[2]
    return {"statement": 0, "up_to_date": 2}.get(name, 1)


def _write_claim_field(work: ledger.Change[Claim], name: str, value: Any) -> None:
    risk_is_typed = name == "risk" and work.typed("risk", value, work.aggregate.risk)
    if risk_is_typed and not permissions.may_set_risk(people.person(work.actor)):
        raise PermissionDenied(_("The risk is set by an editor."))
    if name == "kinds":
        check_kinds(value)
    if name == "topics":
        value = [topic.strip() for topic in value if topic.strip()]
    work.write(work.aggregate, "", **{name: value})


def check_kinds(kinds: Iterable[str]) -> None:
    """Raises ``Refused`` unless every one is a kind of claim."""
    ledger.require(set(kinds) <= KINDS, _("One of the kinds is not known."), field="kinds")


class _Rows:
    """The claim's text and verdict rows, made when something is written into them."""

    def __init__(self, work: ledger.Change[Claim]) -> None:
        self.work = work
        self.claim = work.aggregate
        self._verdict: Verdict | None = Verdict.objects.filter(claim=self.claim).first()
        self._texts = {text.language: text for text in ClaimText.objects.filter(claim=self.claim)}
        self._verdict_texts = {text.language: text for text in VerdictText.objects.filter(verdict__claim=self.claim)}

    def write_text(self, language: str, name: str, value: str) -> None:
        row = self._texts.get(language)
        if row is None:
            if not value:
                return
            ledger.require(
                name == "statement", _("Write the statement in this language first."), field=f"texts.{language}.{name}"
            )
            row = self._texts[language] = ClaimText(claim=self.claim, language=language, statement=value)
            self.work.add(row, f"texts.{language}", statement=value)
            return
        if name == "statement" and not value.strip():
            path = f"texts.{language}.statement"
            ledger.require(not self.work.typed(path, "", row.statement), _("The statement is empty."), field=path)
            return
        self.work.write(row, f"texts.{language}.", **{name: value})

    @property
    def verdict(self) -> Verdict:
        if self._verdict is None:
            self._verdict = Verdict(claim=self.claim)
            self.work.add(self._verdict, "verdict")
        return self._verdict

    def write_verdict(self, name: str, value: Any) -> None:
        if self._verdict is None and value in ("", None):
            return
        if name == "rating" and value is not None:
            value = value if isinstance(value, Rating) else Rating.objects.filter(pk=value).first()
            ledger.require(value, _("This rating does not exist."), field="verdict.rating")
        if name == "elements":
            value = _elements(value)
        if name == "change_kind" and value:
            allowed = {kind.value for kind in LATER_KINDS}
            ledger.require(value in allowed, _("This is no kind of change."), field="verdict.change_kind")
        self.work.write(self.verdict, "verdict.", **{name: value})

    def write_verdict_text(self, language: str, name: str, value: Any) -> None:
        row = self._verdict_texts.get(language)
        if row is None:
            if not value or name == "up_to_date":
                return
            row = self._verdict_texts[language] = VerdictText(verdict=self.verdict, language=language)
            self.work.add(row, f"verdict.texts.{language}")
        self.work.write(row, f"verdict.texts.{language}.", **{name: value})


def _elements(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The statement's parts, checked: each with a finding and its words in at least one language."""
    elements = []
    for number, element in enumerate(given):
        path = f"verdict.elements.{number}"
        ledger.require(set(element) == ELEMENT_PARTS, _("This is no part of a statement."), field=path)
        texts = {language: words.strip() for language, words in element["texts"].items() if words.strip()}
        ledger.require(texts, _("Say which part of the statement this is."), field=path)
        ledger.require(element["finding"] in FINDINGS, _("Say what this part turned out to be."), field=path)
        elements.append(
            {"finding": str(element["finding"]), "texts": texts, "evidence": list(dict.fromkeys(element["evidence"]))}
        )
    return elements


def _sort_evidence(work: ledger.Change[Claim], keys: Sequence[str]) -> None:
    """The order of the items is one field; what is not named keeps its place behind those that are."""
    items = list(Evidence.objects.standing().filter(claim=work.aggregate))
    before = [item.key for item in items]
    ledger.require(set(keys) <= set(before), _("There is no such evidence of this claim."), field="evidence_order")
    ranks = {key: rank for rank, key in enumerate(dict.fromkeys([*keys, *before]))}
    if work.write_list("evidence_order", before, sorted(before, key=ranks.__getitem__)):
        for item in items:
            item.position = ranks[item.key]
        Evidence.objects.bulk_update(items, ["position"])


def _write_evidence(work: ledger.Change[Claim], key: str, values: Mapping[str, Any]) -> None:
    prefix = f"evidence.{key}."
    values = dict(values)
    item = Evidence.objects.filter(claim=work.aggregate, key=key).first()
    if item is None:
        item = _new_evidence(work, key, values)
    elif item.removed and values.get("removed", True):
        raise Refused(_("The key %(key)s was used before in this claim. Choose another.") % {"key": key}, field=prefix)
    elif "source" in values and work.typed(prefix + "source", _key_of(values["source"]), item.source_id):
        values = {**_citation(_source(values["source"], prefix)), **values}
    was_removed = item.removed
    work.write(item, prefix, **values)
    _keep_to_its_source(work, item, prefix)
    if was_removed and item.removed and any(path.startswith(prefix) for path in work.fields):
        work.clash(prefix + "removed", theirs=True, mine=False)  # Somebody took the item out meanwhile.
    # Who saw it and when follows from what now says how; the conflict rule may have left that alone.
    if item.seen_how and item.is_lead:
        work.put(item, prefix, seen_by=work.actor, seen_at=timezone.now())
    elif not item.seen_how and not item.is_lead:
        work.put(item, prefix, seen_by=None, seen_at=None)


def _keep_to_its_source(work: ledger.Change[Claim], item: Evidence, prefix: str) -> None:
    """An item cites a file of its own source; with another source, that of the old one goes."""
    if item.snapshot_id is None or Snapshot.objects.filter(pk=item.snapshot_id, source=item.source_id).exists():
        return
    if prefix + "snapshot" in work.fields:
        raise Refused(_("This file belongs to another source."), field=prefix + "snapshot")
    work.put(item, prefix, snapshot=None)


def _new_evidence(work: ledger.Change[Claim], key: str, values: dict[str, Any]) -> Evidence:
    source = _source(values.pop("source", None), f"evidence.{key}.")
    for name in ("stance", "bears_on"):
        ledger.require(values.get(name), _("Say whether it supports, and on which question."), field=f"evidence.{key}")
    citation = _citation(source)
    # What was left empty is taken from the source, unless the source is not to be named.
    redacted = bool(values.get("redaction_reason"))
    typed = {name: values.pop(name) for name in list(values) if name in citation}
    last = Evidence.objects.filter(claim=work.aggregate).aggregate(last=Max("position"))["last"]
    item = Evidence(
        claim=work.aggregate,
        key=key,
        position=last or 0,  # where the items were sorted, a new one comes after them
        source=source,
        stance=values.pop("stance"),
        bears_on=values.pop("bears_on"),
        **{**citation, **{name: value for name, value in typed.items() if value or redacted}},
    )
    facts = {name: getattr(item, name) for name in (*CITATION_FIELDS, "source_kind", "stance", "bears_on")}
    work.add(item, f"evidence.{key}", source=source, **facts)
    return item


def _write_calculation(work: ledger.Change[Claim], key: str, values: Mapping[str, Any]) -> None:
    """Writes a calculation's fields; its result follows from them. Raises ``Refused`` where nothing follows."""
    prefix = f"calculations.{key}."
    values = dict(values)
    if "inputs" in values:
        values["inputs"] = _inputs(values["inputs"], prefix)
    row = Calculation.objects.filter(claim=work.aggregate, key=key).first()
    if row is None:
        row = Calculation(claim=work.aggregate, key=key)
        work.add(row, f"calculations.{key}")
    elif row.removed and values.get("removed", True):
        raise Refused(_("The key %(key)s was used before in this claim. Choose another.") % {"key": key}, field=prefix)
    was_removed = row.removed
    work.write(row, prefix, **values)
    if was_removed and row.removed and any(path.startswith(prefix) for path in work.fields):
        work.clash(prefix + "removed", theirs=True, mine=False)  # Somebody took it out meanwhile.
    if not row.removed and not work.clashes:  # of two people's halves nothing follows
        work.put(row, prefix, result=_result(row, prefix))


def _inputs(given: Sequence[Mapping[str, Any]], prefix: str) -> list[dict[str, Any]]:
    """The named inputs, checked: each with a name of its own and a number."""
    path, names = prefix + "inputs", set()
    inputs = []
    for part in given:
        ledger.require(set(part) == INPUT_PARTS, _("This is no input of a calculation."), field=path)
        name, value = str(part["name"]), part["value"]
        ledger.require(arithmetic.is_name(name), _("A name is letters and digits, such as price_r1."), field=path)
        name = canonical.clean(name)
        ledger.require(name not in names, _("The name “%(name)s” stands there twice.") % {"name": name}, field=path)
        ledger.require(
            isinstance(value, Decimal) and value.is_finite(),
            _("Give “%(name)s” a number.") % {"name": name},
            field=path,
        )
        ledger.require(arithmetic.fits(value), _("This number is too long to calculate with."), field=path)
        names.add(name)
        inputs.append({**part, "name": name, "value": canonical.decimal(value)})
    return inputs


def _result(row: Calculation, prefix: str) -> str:
    numbers = {part["name"]: arithmetic.kept_number(part["value"]) for part in row.inputs}
    given = {name: number for name, number in numbers.items() if number is not None}
    try:
        value = arithmetic.evaluate(row.expression, given)
        result = canonical.decimal(arithmetic.rounded(value, row.places))
        if len(result) > LONGEST_RESULT:
            raise arithmetic.ArithmeticProblem(arithmetic.Fault.TOO_LARGE)
        return result
    except arithmetic.ArithmeticProblem as problem:
        raise Refused(problem_words(problem), field=prefix + "expression") from problem


def problem_words(problem: arithmetic.ArithmeticProblem) -> str:
    """What is wrong with an expression, in the reader's language."""
    return _(problem.message) % problem.params


def _key_of(source: Source | int) -> int:
    return source.pk if isinstance(source, Source) else source


def _source(source: Source | int | None, prefix: str) -> Source:
    found = source if isinstance(source, Source) else Source.objects.filter(pk=source or 0).first()
    ledger.require(found, _("Choose the source that the evidence comes from."), field=prefix + "source")
    return cast(Source, found)


def _citation(source: Source) -> dict[str, Any]:
    return {**{name: getattr(source, name) for name in CITATION_FIELDS}, "source_kind": source.kind}


def _write_quantities(work: ledger.Change[Claim], values: list[Mapping[str, Any]]) -> None:
    """The list is one field: it is replaced whole, and two people who change it clash."""
    claim = work.aggregate
    before = [
        {name: ledger.as_plain(getattr(quantity, name)) for name in QUANTITY_FIELDS}
        for quantity in claim.quantities.all()
    ]
    fresh = [Quantity(claim=claim, position=position, **value) for position, value in enumerate(values)]
    for quantity in fresh:
        ledger.check_fields(quantity, "quantities.")
        low, high = quantity.low, quantity.high
        if low is not None and high is not None and low > high:
            raise Refused(_("The lower number is above the higher one."), field="quantities")
    after = [{name: ledger.as_plain(getattr(quantity, name)) for name in QUANTITY_FIELDS} for quantity in fresh]
    if work.write_list("quantities", before, after):
        claim.quantities.all().delete()
        Quantity.objects.bulk_create(fresh)
