"""What was taken offline stays offline: which withholding covers a page, and the answer that says so."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from claims.models.publications import Check, WithholdingScope
from claims.views.public import addresses
from claims.vocabulary import WithholdingReason

Withheld = Mapping[str, Any]

LEGAL_STATUS, GONE_STATUS = 451, 410


def covering(check: Check, number: int) -> Withheld | None:
    """What takes this version offline in every language: the check as a whole comes before the version."""
    whole = [item for item in check.withheld if item["scope"] == WithholdingScope.CHECK]
    version = [
        item for item in check.withheld if item["scope"] == WithholdingScope.VERSION and item["number"] == number
    ]
    return next(iter(whole + version), None)


def by_language(check: Check) -> dict[str, Withheld]:
    """The languages that are offline, each with what took it."""
    return {item["language"]: item for item in check.withheld if item["scope"] == WithholdingScope.LANGUAGE}


def status(withheld: Withheld | None) -> int:
    """451 for legal reasons (RFC 7725), else 410; an erased content is gone as well."""
    return LEGAL_STATUS if withheld and withheld["reason"] == WithholdingReason.LEGAL else GONE_STATUS


def page(
    request: HttpRequest, withheld: Withheld | None, *, scope: str = "", links: Sequence[Mapping[str, str]] = ()
) -> HttpResponse:
    """The page that says what is offline and why; without a withholding the content was erased by order."""
    context = {
        "status": status(withheld),
        "scope": withheld["scope"] if withheld else scope,
        "reason": withheld["reason"] if withheld else "",
        "note": withheld["note"] if withheld else {},
        "links": links,
    }
    return render(request, "public/offline.html", context, status=status(withheld))


def link_to_current(check: Check, language: str) -> list[Mapping[str, str]]:
    """To the check's own page, from an older version that is offline."""
    return [{"url": addresses.path("check", language, check.slug), "text": _("The current version of this check")}]
