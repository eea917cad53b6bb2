"""The time of publication at the desk: by which clock, what is refused, and what an edit does to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.models import Claim
from claims.services import people, publication
from claims.vocabulary import Status
from tests import factories
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

OF_APPROVED = "It was approved, and its content has changed: it is in the second read again."


@pytest.fixture
def in_berlin(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"


def address(claim: Claim) -> str:
    return reverse("desk:transition", args=[claim.pk, "schedule"])


def scheduled(desk: factories.Desk) -> Claim:
    claim = factories.approved_claim(desk)
    return publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=factories.tomorrow())


def typed(desk: factories.Desk, moment: str) -> tuple[int, str, Claim]:
    claim = factories.approved_claim(desk)
    answer = as_user(desk.editor).post(address(claim), {"publish_at": moment, "opened_at": claim.revision})
    return answer.status_code, text(answer), factories.fresh(claim)


def test_the_page_says_what_goes_out_at_that_time_and_by_which_clock(desk: factories.Desk, in_berlin: None) -> None:
    shown = page(desk.editor, address(factories.approved_claim(desk)))
    assert "What will change in public" in shown
    assert f"By the desk's clock: Europe/Berlin, where it is {timezone.localtime():%H}" in shown


def test_the_message_repeats_the_time_with_its_zone(desk: factories.Desk, in_berlin: None) -> None:
    claim = factories.approved_claim(desk)
    answer = as_user(desk.editor).post(address(claim), {"publish_at": "2031-07-15T08:30"}, follow=True)
    assert [str(one) for one in answer.context["messages"]] == [
        "To be published on 15 July 2031, 08:30 (Europe/Berlin)."
    ]
    assert factories.fresh(claim).publish_at.isoformat() == "2031-07-15T06:30:00+00:00"


# What is typed, and a part of the sentence that refuses it.
@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2020-01-01T08:00", "The time must lie ahead."),
        ("0001-01-01T00:00", "The time must lie ahead."),
        ("9999-12-31T23:59", "more than ten years ahead"),
        ("2031-03-30T02:30", "The clocks are put forward on that day, so 02:30 does not come."),
        ("2031-10-26T02:30", "The clocks are put back on that day, so 02:30 comes twice."),
        ("2031-02-30T08:00", "Enter a valid date/time."),
    ],
)
def test_a_time_that_does_not_do_is_refused_in_words(
    desk: factories.Desk, in_berlin: None, moment: str, sentence: str
) -> None:
    status, shown, claim = typed(desk, moment)
    assert (status, claim.publish_at) == (422, None)
    assert sentence in shown
    assert f'value="{moment}"' in shown


@pytest.mark.parametrize("moment", ["2031-03-30T03:00", "2031-10-26T03:00", "2031-10-26T01:59"])
def test_times_beside_the_change_of_the_clocks_are_taken(desk: factories.Desk, in_berlin: None, moment: str) -> None:
    assert typed(desk, moment)[0] == 302


# A typo after the approval


def test_an_edit_says_that_the_time_is_gone_and_who_reads_what_differs(desk: factories.Desk) -> None:
    claim = scheduled(desk)
    editor = people.name_of(desk.editor)
    form = reverse("desk:text", args=[claim.pk, "en"])
    values = {"headline": "Rents rose less", "opened_at": claim.revision}
    written = claim.verdict.texts.get(language="en")
    values |= {name: getattr(written, name) for name in ("summary", "rationale")}
    values["statement"] = claim.texts.get(language="en").statement
    answer = as_user(desk.researcher).post(form, values, follow=True)

    said = f"{OF_APPROVED} {editor} is asked to read what differs. The time of publication is taken away."
    assert said in [str(one) for one in answer.context["messages"]]
    assert (factories.fresh(claim).status, factories.fresh(claim).reader) == (Status.REVIEW, desk.editor)
    shown = page(desk.editor, claim.get_absolute_url())
    assert f"{people.name_of(desk.researcher)} has changed it since, so that time is gone" in shown


def test_the_line_goes_with_the_next_approval(desk: factories.Desk) -> None:
    claim = scheduled(desk)
    factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": "Rents rose less"})
    factories.approve(claim, desk.editor)
    assert "so that time is gone" not in page(desk.editor, claim.get_absolute_url())


def test_an_edit_that_changes_no_content_leaves_the_time(desk: factories.Desk) -> None:
    claim = scheduled(desk)
    factories.edit(claim, desk.researcher, {"priority": "urgent"})
    assert factories.fresh(claim).publish_at == claim.publish_at
    assert "so that time is gone" not in page(desk.editor, claim.get_absolute_url())


def test_the_bar_shows_the_time_with_its_zone(desk: factories.Desk, in_berlin: None) -> None:
    claim = factories.approved_claim(desk)
    when = timezone.now() + timedelta(days=3)
    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=when)
    assert f"{timezone.localtime(when):%H:%M} {timezone.localtime(when):%Z}" in page(
        desk.editor, claim.get_absolute_url()
    )
