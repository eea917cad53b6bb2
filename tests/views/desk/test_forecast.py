"""A forecast: what it is measured by, and the day from which its outcome can be checked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.models import Claim
from tests import factories
from tests.views.desk.forms import opened
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

MEASURED = {"metric": "Rent per square metre", "threshold": "13 euros", "resolved_at": "The city's register"}


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def edit_page(claim: Claim) -> str:
    return reverse("desk:edit", args=[claim.pk])


def awaiting(desk: factories.Desk, day: date) -> Claim:
    """A published claim of the researcher that is open until a day."""
    edits = {"kinds": ["forecast"], "checkable_from": day, "verdict.rating": factories.rating("not-yet-checkable")}
    return factories.published_claim(desk, edits)


def test_its_measure_is_written_in_the_claims_form(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, edit_page(claim)) | MEASURED | {"kinds": ["forecast"], "checkable_from": "2099-01-01"}

    assert client.post(edit_page(claim), typed).status_code == 302

    saved = factories.fresh(claim)
    assert {name: getattr(saved, name) for name in MEASURED} == MEASURED
    assert factories.last_entry(claim).data["sequence"] == saved.revision


def test_the_admin_writes_it_too(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.chief)
    where = reverse("admin:claims_claim_change", args=[claim.pk])

    answer = client.post(where, opened(client, where) | {"metric": "Rent per square metre"})

    assert answer.status_code == 302
    assert factories.fresh(claim).metric == "Rent per square metre"


@pytest.mark.parametrize(("name", "limit"), [("metric", 300), ("threshold", 300), ("resolved_at", 500)])
def test_what_is_too_long_is_told(desk: factories.Desk, name: str, limit: int) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)

    answer = client.post(edit_page(claim), opened(client, edit_page(claim)) | {name: "x" * (limit + 1)})

    assert answer.status_code == 422
    assert f"at most {limit} characters" in text(answer)
    assert '<details class="rarely" data-forecast open>' in text(answer)


# The fields are there without scripts; they stand open where they are about this claim.
@pytest.mark.parametrize(
    ("values", "is_open"), [({}, False), ({"kinds": ["forecast"]}, True), ({"metric": "Rent"}, True)]
)
def test_the_fields_stand_open_for_a_forecast(desk: factories.Desk, values: dict[str, Any], is_open: bool) -> None:
    claim = factories.research_claim(desk, edits=values)

    shown = page(desk.researcher, edit_page(claim))

    assert 'name="metric"' in shown
    assert ("data-forecast open" in shown) == is_open


def test_the_claim_page_says_it_in_sentences(desk: factories.Desk) -> None:
    ahead = {"kinds": ["forecast"], "checkable_from": date(2099, 1, 1)}
    claim = factories.research_claim(desk, edits={**MEASURED, **ahead})

    shown = page(desk.researcher, claim.get_absolute_url())

    for words in (
        "It is measured by: Rent per square metre.",
        "It has come true from: 13 euros.",
        "The outcome will be told here: The city's register.",
        "It can be checked from 1 January 2099.",
    ):
        assert words in shown, words


def test_the_history_tells_it_in_words(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk, edits=MEASURED)

    shown = page(desk.researcher, reverse("desk:history", args=[claim.pk]))

    for words in ("Measured by", "Comes true from", "Where the outcome will be told"):
        assert words in shown, words


# Who puts it on hold is offered its day, unless that day has come.
@pytest.mark.parametrize(("ahead", "offered"), [(30, True), (0, False)])
def test_its_day_is_offered_when_it_is_put_on_hold(desk: factories.Desk, ahead: int, offered: bool) -> None:
    day = timezone.localdate() + timedelta(days=ahead)
    claim = factories.research_claim(desk, edits={"checkable_from": day})

    form = opened(as_user(desk.researcher), reverse("desk:transition", args=[claim.pk, "park"]))

    assert form["until"] == (day.isoformat() if offered else "")


# When its day has come


def test_an_outcome_that_can_be_checked_stands_on_the_first_page_of_its_assignee(desk: factories.Desk) -> None:
    claim = awaiting(desk, timezone.localdate())

    shown = page(desk.researcher, reverse("desk:home"))

    assert "The outcome can be checked now" in shown
    assert "An editor reopens them." in shown
    assert claim.get_absolute_url() in shown


def test_an_editor_is_led_to_reopening_it(desk: factories.Desk) -> None:
    claim = awaiting(desk, timezone.localdate())
    factories.edit(claim, desk.editor, {"assignee": desk.editor})

    shown = page(desk.editor, reverse("desk:home"))

    assert reverse("desk:transition", args=[claim.pk, "reopen"]) in shown


@pytest.mark.parametrize("case", ["ahead", "another's", "rated", "reopened"])
def test_what_cannot_be_checked_yet_or_is_not_mine_does_not(desk: factories.Desk, case: str) -> None:
    today = timezone.localdate()
    claim = awaiting(desk, today + timedelta(days=1 if case == "ahead" else 0))
    if case == "rated":
        claim.verdict.__class__.objects.filter(claim=claim).update(rating=factories.rating())
    if case == "reopened":
        factories.research_again(claim, desk)

    shown = page(desk.second_editor if case == "another's" else desk.researcher, reverse("desk:home"))

    assert "The outcome can be checked now" not in shown
