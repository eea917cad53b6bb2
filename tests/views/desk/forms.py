"""What a browser sends back: a page's form with every field as it stood there, read from the HTML itself."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Fields(HTMLParser):
    """The fields of the form whose fields include ``opened_at``, as a browser would send them untouched."""

    def __init__(self, marker: str) -> None:
        super().__init__()
        self.marker = marker
        self.forms: list[dict[str, list[str]]] = []
        self._area: str | None = None
        self._select: str | None = None

    @property
    def fields(self) -> dict[str, list[str]]:
        return next(form for form in self.forms if self.marker in form)

    def _add(self, name: str | None, value: str) -> None:
        if name and self.forms:
            self.forms[-1].setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            if "checked" in given:
                self._add(given.get("name"), given.get("value", "on"))
        elif tag == "input":
            self._add(given.get("name"), given.get("value", ""))
        elif tag == "textarea":
            self._area = given["name"]
            self._add(self._area, "")
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given and self._select:
            self._add(self._select, given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.forms[-1][self._area][-1] = self.forms[-1][self._area][-1].removeprefix("\n").replace("\n", "\r\n")
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][self._area][-1] += data


def read_form(html: str, marker: str = "opened_at") -> dict[str, Any]:
    """The fields of the page's form, with lists where a name stands there more than once."""
    fields = _Fields(marker)
    fields.feed(html)
    return {name: values if len(values) > 1 else values[0] for name, values in fields.fields.items()}


def opened(client: Client, address: str, marker: str = "opened_at") -> dict[str, Any]:
    """What a tab in which this page was opened would send if nothing was typed."""
    answer = client.get(address)
    assert answer.status_code == 200
    return read_form(answer.content.decode(), marker)
