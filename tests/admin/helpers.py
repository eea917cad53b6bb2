"""What the tests of the admin share: a page's form as a browser would post it, and a look at what was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Aggregate, Claim, LedgerEntry

Fields = dict[str, list[str]]


def as_user(user: User, language: str = "en") -> Client:
    """A browser in which this person is logged in and reads this language."""
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def changelist(model: str = "claim") -> str:
    return reverse(f"admin:claims_{model}_changelist")


def change(record: Aggregate) -> str:
    return reverse(f"admin:claims_{record._meta.model_name}_change", args=[record.pk])


def text(answer: HttpResponse) -> str:
    """A page with its quotation marks as people read them; what could be markup stays escaped."""
    return answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')


class _Form(HTMLParser):
    """The successful controls of a page's main form: what a browser sends when it is saved untouched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.inside = False
        self.fields: Fields = {}
        self._area: str | None = None
        self._select: tuple[str, bool] | None = None
        self._chosen: list[str] = []
        self._first: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        name, dead = given.get("name") or "", "disabled" in given
        if tag == "form":
            self.inside = (given.get("id") or "").endswith("_form")
        if not self.inside or (dead and tag != "option"):
            return
        if tag == "input" and name and given.get("type") not in ("submit", "button"):
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self.fields.setdefault(name, []).append(given.get("value") or ("on" if "checked" in given else ""))
        elif tag == "textarea":
            self._area = name
            self.fields[name] = [""]
        elif tag == "select":
            self._select, self._chosen, self._first = (name, "multiple" in given), [], None
        elif tag == "option" and self._select:
            value = given.get("value") or ""
            self._first = value if self._first is None else self._first
            if "selected" in given:
                self._chosen.append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea":
            self._area = None
        elif tag == "select" and self._select:
            name, many = self._select
            unchosen = [] if many or self._first is None else [self._first]
            self.fields[name] = self._chosen or unchosen
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.fields[self._area][0] += data


def form_in(answer: HttpResponse) -> Fields:
    """The page's form as a browser would send it: text areas with CRLF and without their first line break."""
    parser = _Form()
    parser.feed(answer.content.decode())
    return {name: [_sent(value) for value in values] for name, values in parser.fields.items()}


def _sent(value: str) -> str:
    return value.replace("\r\n", "\n").removeprefix("\n").replace("\n", "\r\n")


def opened(client: Client, record: Aggregate) -> Fields:
    """The form of a record's page as it is opened now."""
    answer = client.get(change(record))
    assert answer.status_code == 200
    return form_in(answer)


def saved(client: Client, record: Aggregate, form: Fields, **options: Any) -> HttpResponse:
    return client.post(change(record), {**form, "_continue": "1"}, **options)


def entries(record: Aggregate) -> list[LedgerEntry]:
    return list(record.ledger.order_by("sequence"))


def fresh(claim: Claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collects the tables that are written to."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    for query in queries.captured_queries:
        words = query["sql"].replace('"', "").split()
        if words[0] in ("INSERT", "UPDATE", "DELETE"):
            found.append(words[1] if words[0] == "UPDATE" else words[2])
