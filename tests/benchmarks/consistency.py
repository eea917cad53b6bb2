"""What must hold of a desk's database besides its hashes: rows are what their entries say, files are there."""

import json
from collections.abc import Iterator
from typing import Any

from claims.models import Anchor, Claim, LedgerEntry, Publication, Quotation
from claims.models.articles import ArticleVersion, Capture
from claims.services import ledger, preserving, verification
from claims.vocabulary import Action, ReviewKind, Status, SuggestionState


def flaws() -> list[str]:
    """Every flaw there is, by the proof of the ledger and by looking at the rows; not for a desk with erasures."""
    found = [str(flaw) for flaw in verification.verify()]
    # A file is written before its row, so a file that no row names harms nobody.
    found += [str(flaw) for flaw in preserving.flaws() if flaw.problem != "orphaned"]
    for claim in Claim.objects.order_by("pk"):
        found += [f"claim {claim.pk}: {flaw}" for flaw in _flaws_of(claim)]
    return [*found, *_flaws_of_articles()]


def _flaws_of(claim: Claim) -> Iterator[str]:
    entries = list(claim.ledger.select_related("change").order_by("sequence"))
    last: dict[str, Any] = {}
    for entry in entries:
        last |= {path: values[1] for path, values in json.loads(entry.change.text)["fields"].items()}
    for path, value in last.items():
        try:
            here = live(claim, path)
        except LookupError:
            continue
        if here != value:
            yield f"{path} is {here!r}, its last entry says {value!r}"
    yield from _uncounted(claim, entries)


def _uncounted(claim: Claim, entries: list[LedgerEntry]) -> Iterator[str]:
    """Rows that come with an entry each: as many of them as entries."""
    reviews, suggestions = claim.reviews.all(), claim.suggestions.all()
    decided = suggestions.exclude(state=SuggestionState.OPEN.value)
    published = Publication.objects.filter(check_page__claim=claim)
    for rows, actions in (
        (reviews.filter(kind=ReviewKind.COMMENT.value), {Action.COMMENT}),
        (reviews.filter(kind=ReviewKind.SENT_BACK.value), {Action.SEND_BACK}),
        (reviews.filter(kind=ReviewKind.APPROVED.value), {Action.APPROVE}),
        (suggestions, {Action.SUGGEST}),
        (decided, {Action.TAKE, Action.DISMISS}),
        (published, {Action.PUBLISH, Action.RETRACT}),
    ):
        wanted = sum(entry.action in actions for entry in entries)
        if rows.count() != wanted:
            yield f"{rows.count()} rows of {wanted} entries: {sorted(actions)}"
    if claim.status == Status.PUBLISHED and claim.check_page.current.entry.sequence > claim.revision:
        yield "its page is ahead of it"


def live(claim: Claim, path: str) -> Any:
    """What stands at a path of the ledger now, as the ledger writes it; ``LookupError`` for what is no field."""
    match path.split("."):
        case [name]:
            row = Claim.objects.get(pk=claim.pk)
        case ["texts", language, name]:
            row = claim.texts.filter(language=language).first()
        case ["verdict", name]:
            row = claim.verdict
        case ["verdict", "texts", language, name]:
            row = claim.verdict.texts.filter(language=language).first()
        case ["evidence", key, name]:
            row = claim.evidence.filter(key=key).first()
        case _:
            raise LookupError(path)
    columns = {field.name: field.attname for field in row._meta.concrete_fields} if row else {}
    return ledger.as_plain(getattr(row, columns[name]))


def _flaws_of_articles() -> Iterator[str]:
    for quotation in Quotation.objects.select_related("version"):
        newest = ArticleVersion.objects.filter(article=quotation.version.article_id).latest("number")
        there = Anchor.objects.filter(quotation=quotation, version=newest).exists()
        if newest.pk != quotation.version_id and not there:
            yield f"quotation {quotation.pk} was not looked for in the newest version"
    for version in ArticleVersion.objects.filter(mended=False):
        if not Capture.objects.filter(version=version).exists():
            yield f"version {version.pk} has no copy that it was read from"
