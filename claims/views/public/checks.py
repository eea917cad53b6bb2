"""Verdict pages: the current version, an older one, and the same for machines."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.interchange import claimreview
from claims.models.publications import Check, Publication
from claims.views import reading
from claims.views.public import addresses, cards, offline

ALSO_SHOWN = 6


@require_safe
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of a check: its current version."""
    found = _current(slug)
    return _version(request, found, found.current)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version, as it was frozen; versions stay readable when later ones replace them."""
    publication = (
        Publication.objects.using(settings.PUBLIC_DATABASE)
        .select_related("check_page", "content", "names")
        .filter(check_page__slug=slug, number=number)
        .first()
    )
    if publication is None:
        raise Http404
    return _version(request, publication.check_page, publication)


@require_safe
def check_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Content, envelope and names of the current version, as the exact canonical texts that were hashed."""
    found = _current(slug)
    languages = offline.by_language(found)
    withheld = offline.covering(found, found.current.number) or next(iter(languages.values()), None)
    if withheld or not found.current.content.text:
        return offline.page(request, withheld, scope="check")
    names = found.current.names.text or "null"
    body = f'{{"content":{found.current.content.text},"envelope":{found.current.envelope},"names":{names}}}'
    response = HttpResponse(body, content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _current(slug: str) -> Check:
    """The check with all that its page shows, in one query; 404 for what was never published."""
    found = (
        Check.objects.using(settings.PUBLIC_DATABASE)
        .select_related("current__content", "current__names")
        .filter(slug=slug, current__isnull=False)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _version(request: HttpRequest, check: Check, publication: Publication) -> HttpResponse:
    """The page of a version in the request's language, or why it cannot be read."""
    language = get_language() or settings.LANGUAGE_CODE
    is_current = publication.number == _last_number(check)
    links = [] if is_current else offline.link_to_current(check, language)
    withheld = offline.covering(check, publication.number)
    content = publication.content_data
    if withheld or content is None:
        return offline.page(request, withheld, scope="check" if is_current else "version", links=links)

    hidden = offline.by_language(check)
    available = [code for code in reading.languages(content) if code not in hidden]
    alternates = _alternates(check, publication, available)
    if language in hidden:
        return offline.page(request, hidden[language], links=alternates)
    if language in available:
        return render(request, "public/check.html", _context(check, publication, content, language, alternates))
    if available:
        return HttpResponseRedirect(alternates[0]["url"])
    if hidden:
        return offline.page(request, next(iter(hidden.values())), links=links)
    raise Http404  # only in languages that the site does not show


def _alternates(check: Check, publication: Publication, languages: Sequence[str]) -> list[Mapping[str, str]]:
    """This page in each of the languages; the current version's page is the check's own."""
    if publication.number == _last_number(check):
        return addresses.alternates("check", languages, check.slug)
    return addresses.alternates("version", languages, check.slug, publication.number)


def _last_number(check: Check) -> int:
    return int(check.history[-1]["number"])


def _context(
    check: Check,
    publication: Publication,
    content: Mapping[str, Any],
    language: str,
    alternates: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    is_current = publication.number == _last_number(check)
    canonical = addresses.absolute(addresses.path("check", language, check.slug))
    body = check.bodies.get(language, "") if is_current else ""
    page = reading.read(content, language, names=publication.names_data, body=body)
    return {
        "check": check,
        "publication": publication,
        "reading": page,
        "is_current": is_current,
        "last_number": _last_number(check),
        "current_url": addresses.path("check", language, check.slug),
        "canonical": canonical,
        "alternates": alternates,
        "notices": _notices(check, publication),
        "versions": _versions(check, language),
        "withdrawal": _withdrawal(check),
        "also": _also(check, content, language),
        "jsonld": _jsonld(check, publication, language, canonical) if is_current else "",
        "json_url": addresses.path("check_json", language, check.slug),
        "report_url": _report_url(page, canonical),
    }


def _notices(check: Check, publication: Publication) -> list[Mapping[str, Any]]:
    """What the page opens with, without what was written in a language or a version that is offline."""
    return [_readable(check, line) for line in reading.notices(check.history, publication.number)]


def _readable(check: Check, line: Mapping[str, Any]) -> dict[str, Any]:
    hidden = offline.by_language(check)
    gone = offline.covering(check, line["number"])
    notes = {} if gone else {code: note for code, note in line["notes"].items() if code not in hidden}
    return {**line, "notes": notes, "offline": bool(gone)}


def _versions(check: Check, language: str) -> list[dict[str, Any]]:
    """The history, newest first, each with its own address."""
    return [
        {**_readable(check, line), "url": addresses.path("version", language, check.slug, line["number"])}
        for line in reversed(check.history)
    ]


def _withdrawal(check: Check) -> Mapping[str, Any] | None:
    """The line that withdraws the check, as long as no later version lifts it."""
    return _readable(check, check.history[-1]) if check.withdrawn else None


def _also(check: Check, content: Mapping[str, Any], language: str) -> list[cards.Card]:
    """Other checks of the same article: the page's second and last query."""
    uuids = dict.fromkeys(quotation["article"]["uuid"] for quotation in content["quotations"])
    if not uuids:
        return []
    same_article = reduce(or_, (Q(article_uuids__contains=f"|{uuid}|") for uuid in uuids))
    rows = cards.rows().exclude(pk=check.pk).filter(same_article).order_by("-last_published_at", "-pk")
    return [cards.card(row, language) for row in rows[:ALSO_SHOWN]]


def _jsonld(check: Check, publication: Publication, language: str, canonical: str) -> str:
    document = None
    if not check.withdrawn:
        document = claimreview.to_jsonld(
            publication,
            language=language,
            site_url=settings.SITE_URL,
            publisher=settings.SITE_NAME,
            page_url=canonical,
        )
    return mark_safe(claimreview.script_text(document)) if document else ""  # noqa: S308 - escaped for a data block


def _report_url(page: reading.Reading, canonical: str) -> str:
    """A mail to the desk that already says what it is about."""
    if not settings.CONTACT_EMAIL:
        return ""
    subject = _("Error in: %(headline)s") % {"headline": page.text["headline"]}
    return f"mailto:{settings.CONTACT_EMAIL}?subject={quote(subject)}&body={quote(canonical)}"
