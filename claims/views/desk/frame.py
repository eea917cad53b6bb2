"""What every page of the desk has round its own part."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from claims.services import people
from claims.views.desk.access import actor


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, section: str = "claims", status: int = 200
) -> HttpResponse:
    """The page, in its section of the desk, with the reader's role in words."""
    role = people.role_of(actor(request))
    words = {"section": section, "role_words": _(role.label) if role else ""}
    return render(request, template, {**words, **context}, status=status)
