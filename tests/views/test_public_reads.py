"""The two truths kept apart: whatever a public route does, it touches frozen tables and no session.

The routes are walked from the URLconf, so that a new one cannot escape. The page on which an addressee answers is none
of them: it is for the one person who has its link, is never cached or indexed, and writes into the workbench; what it
reads is held to one table by tests/views/test_answer.py.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import URLPattern

from claims.models import Check, Publication, PublicationContent, PublicationNames, Withholding
from claims.views.public.urls import urlpatterns
from tests import factories

pytestmark = pytest.mark.django_db

FROZEN = {model._meta.db_table for model in (Check, Publication, PublicationContent, PublicationNames, Withholding)}
TABLE = re.compile(r'(?:FROM|JOIN|INTO|UPDATE|TABLE)\s+"?([a-z_]+)"?', re.IGNORECASE)


class OtherTable(AssertionError):
    """A public page touched a table of the workbench."""


def refuse_other_tables(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    others = set(TABLE.findall(sql)) - FROZEN
    if others:
        raise OtherTable(f"{sorted(others)} in: {sql}")
    return execute(sql, params, many, context)


@contextmanager
def frozen_tables_only() -> Iterator[None]:
    with connections[settings.PUBLIC_DATABASE].execute_wrapper(refuse_other_tables):
        yield


@pytest.fixture
def checks() -> list[Check]:
    """One check at its second version, one withdrawn, one offline in a language, one offline as a whole."""
    desk = factories.make_desk()
    beside = {
        "calculations.K1.expression": "1 + 1",
        "verdict.elements": [{"finding": "right", "texts": {"en": "Rents rose."}, "evidence": ["R1"]}],
    }
    corrected = factories.published_claim(desk, beside)
    factories.publish_again(corrected, desk)
    withdrawn = factories.retracted_claim(desk)
    half, whole = factories.published_claim(desk), factories.published_claim(desk)
    take_offline(half, desk, language="de")
    take_offline(whole, desk)
    return [Check.objects.get(claim=claim) for claim in (corrected, withdrawn, half, whole)]


def take_offline(claim: Any, desk: factories.Desk, **what: Any) -> None:
    from claims.services import publication
    from claims.vocabulary import WithholdingReason

    publication.withhold(
        claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.ERROR, note={"en": "An error."}, **what
    )


def addresses(pattern: URLPattern, checks: list[Check]) -> list[str]:
    """Every address of a route, for every check, in both languages; one of something that does not exist."""
    route = str(pattern.pattern)
    values: list[dict[str, Any]] = [{"slug": check.slug, "number": 1} for check in checks]
    values.append({"slug": "never-published", "number": 7})
    paths = [re.sub(r"<(?:\w+:)?(\w+)>", lambda name, row=row: str(row[name[1]]), route) for row in values]
    return [prefix + path for path in dict.fromkeys(paths) for prefix in ("/", "/de/")]


@pytest.mark.parametrize("pattern", urlpatterns, ids=lambda pattern: pattern.name)
def test_every_public_route_touches_frozen_tables_only(
    client: Client, checks: list[Check], pattern: URLPattern
) -> None:
    client.force_login(factories.make_user())  # a visitor with a session cookie is read no more than one without

    for address in addresses(pattern, checks):
        for query in ("", "?q=rents&rating=mostly-true&speaker=tenants-union&topic=housing&outlet=x"):
            with frozen_tables_only():
                answer = client.get(address + query)
            assert answer.status_code in {200, 302, 404, 410}, address
            assert "sessionid" not in answer.cookies
            assert "Cookie" not in answer.get("Vary", "")


def test_the_wrapper_notices_a_table_of_the_workbench(client: Client) -> None:
    with frozen_tables_only(), pytest.raises(OtherTable, match="claims_claim"):
        factories.fresh(factories.Claim(pk=1))
