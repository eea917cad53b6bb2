"""Two people, one claim: other fields go through, the same field is asked about, and nothing is ever lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim
from tests import factories
from tests.views.desk.forms import opened, read_form
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    return factories.ready_claim(desk)


@pytest.fixture
def client(desk: factories.Desk) -> Client:
    return as_user(desk.researcher)


def text_page(claim: Claim) -> str:
    return reverse("desk:text", args=[claim.pk, "en"])


def words(claim: Claim) -> Any:
    return factories.fresh(claim).verdict.texts.get(language="en")


def theirs(claim: Claim, desk: factories.Desk, **values: str) -> None:
    """The editor saves in another tab."""
    factories.edit(claim, desk.editor, {f"verdict.texts.en.{name}": value for name, value in values.items()})


def test_other_fields_go_through_on_top_and_it_says_so(claim: Claim, desk: factories.Desk, client: Client) -> None:
    typed = opened(client, text_page(claim)) | {"headline": "My headline"}
    theirs(claim, desk, summary="Their summary.")

    answer = client.post(text_page(claim), typed, follow=True)

    assert (words(claim).headline, words(claim).summary) == ("My headline", "Their summary.")
    assert f"Meanwhile {desk.editor.get_full_name()} changed: Summary (English)." in text(answer)


def test_the_same_field_shows_both_and_saves_nothing(claim: Claim, desk: factories.Desk, client: Client) -> None:
    typed = opened(client, text_page(claim)) | {"headline": "My headline", "today": "Mine too."}
    theirs(claim, desk, headline="Their headline")

    answer = client.post(text_page(claim), typed)

    assert answer.status_code == 409
    shown = text(answer)
    assert "Somebody else changed the same field" in shown
    assert "Their headline" in shown
    assert desk.editor.get_full_name() in shown
    form = read_form(shown)
    assert (form["headline"], form["today"]) == ("My headline", "Mine too.")
    assert form["disputed"] == "headline"
    assert words(claim).headline == "Their headline"


def test_saving_again_without_choosing_is_asked_once_more(claim: Claim, desk: factories.Desk, client: Client) -> None:
    typed = opened(client, text_page(claim)) | {"headline": "My headline"}
    theirs(claim, desk, headline="Their headline")
    form = read_form(text(client.post(text_page(claim), typed)))

    answer = client.post(text_page(claim), form)

    assert answer.status_code == 422
    assert "Choose which of the two shall stand." in text(answer)
    assert read_form(text(answer))["headline"] == "My headline"
    assert words(claim).headline == "Their headline"


@pytest.mark.parametrize(("chosen", "stands"), [("mine", "My headline"), ("theirs", "Their headline")])
def test_the_choice_is_what_stands(
    claim: Claim, desk: factories.Desk, client: Client, chosen: str, stands: str
) -> None:
    typed = opened(client, text_page(claim)) | {"headline": "My headline", "today": "Mine too."}
    theirs(claim, desk, headline="Their headline")
    form = read_form(text(client.post(text_page(claim), typed)))

    answer = client.post(text_page(claim), form | {"stand-headline": chosen})

    assert answer.status_code == 302
    assert (words(claim).headline, words(claim).today) == (stands, "Mine too.")


def test_both_can_be_woven_together(claim: Claim, desk: factories.Desk, client: Client) -> None:
    typed = opened(client, text_page(claim)) | {"headline": "My headline"}
    theirs(claim, desk, headline="Their headline")
    form = read_form(text(client.post(text_page(claim), typed)))

    client.post(text_page(claim), form | {"headline": "Our headline", "stand-headline": "mine"})

    assert words(claim).headline == "Our headline"


def test_what_i_left_alone_is_not_undone_when_i_decide(claim: Claim, desk: factories.Desk, client: Client) -> None:
    """The form moves to the newest revision; its untouched fields must not carry the old words there."""
    typed = opened(client, text_page(claim)) | {"headline": "My headline"}
    theirs(claim, desk, headline="Their headline", summary="Their summary.")
    form = read_form(text(client.post(text_page(claim), typed)))

    client.post(text_page(claim), form | {"stand-headline": "mine"})

    assert (words(claim).headline, words(claim).summary) == ("My headline", "Their summary.")


def test_a_third_version_is_asked_about_again(claim: Claim, desk: factories.Desk, client: Client) -> None:
    typed = opened(client, text_page(claim)) | {"headline": "My headline"}
    theirs(claim, desk, headline="Their headline")
    form = read_form(text(client.post(text_page(claim), typed)))
    theirs(claim, desk, headline="Their second headline")

    answer = client.post(text_page(claim), form | {"stand-headline": "mine"})

    assert answer.status_code == 409
    assert "Their second headline" in text(answer)
    assert "stand-headline" not in read_form(text(answer))
    assert read_form(text(answer))["headline"] == "My headline"


def test_their_version_is_kept_even_if_it_changes_once_more(claim: Claim, desk: factories.Desk, client: Client) -> None:
    typed = opened(client, text_page(claim)) | {"headline": "My headline", "today": "Mine too."}
    theirs(claim, desk, headline="Their headline")
    form = read_form(text(client.post(text_page(claim), typed)))
    theirs(claim, desk, headline="Their second headline")

    answer = client.post(text_page(claim), form | {"stand-headline": "theirs"})

    assert answer.status_code == 302
    assert (words(claim).headline, words(claim).today) == ("Their second headline", "Mine too.")


def test_a_wrong_field_beside_a_dispute_keeps_the_dispute(claim: Claim, desk: factories.Desk, client: Client) -> None:
    typed = opened(client, text_page(claim)) | {"headline": "My headline"}
    theirs(claim, desk, headline="Their headline")
    form = read_form(text(client.post(text_page(claim), typed)))

    answer = client.post(text_page(claim), form | {"stand-headline": "theirs", "statement": ""})

    assert answer.status_code == 422
    again = read_form(text(answer))
    assert (again["disputed"], again["stand-headline"]) == ("headline", "theirs")
    assert "Their headline" in text(answer)


def test_the_same_words_from_both_are_no_conflict(claim: Claim, desk: factories.Desk, client: Client) -> None:
    typed = opened(client, text_page(claim)) | {"headline": "Their headline"}
    theirs(claim, desk, headline="Their headline")

    assert client.post(text_page(claim), typed).status_code == 302


def test_two_people_begin_a_language_at_once(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk, statements={"en": "Rents rose."})
    where = reverse("desk:text", args=[claim.pk, "de"])
    client = as_user(desk.researcher)
    typed = opened(client, where) | {"headline": "Meine Überschrift"}
    factories.edit(claim, desk.editor, {"texts.de.statement": "Die Mieten stiegen.", "texts.de.why": "Darum."})

    answer = client.post(where, typed)

    assert answer.status_code == 302
    assert factories.fresh(claim).texts.get(language="de").statement == "Die Mieten stiegen."
    assert factories.fresh(claim).verdict.texts.get(language="de").headline == "Meine Überschrift"


# Other forms


def test_a_rating_is_shown_in_words(claim: Claim, desk: factories.Desk, client: Client) -> None:
    where = reverse("desk:verdict", args=[claim.pk])
    typed = opened(client, where) | {"rating": str(factories.rating("true").pk)}
    factories.edit(claim, desk.editor, {"verdict.rating": factories.rating("unproven"), "verdict.judged_by": ""})

    answer = client.post(where, typed)

    assert answer.status_code == 409
    assert '<p class="conflict__text">Unproven</p>' in text(answer)
    form = read_form(text(answer))
    assert form["rating"] == str(factories.rating("true").pk)
    assert form["judged_by"] == ""
    client.post(where, form | {"stand-rating": "mine"})
    verdict = factories.fresh(claim).verdict
    assert (verdict.rating.code, verdict.judged_by) == ("true", "")


def test_people_and_dates_are_shown_in_words(claim: Claim, desk: factories.Desk, client: Client) -> None:
    where = reverse("desk:edit", args=[claim.pk])
    typed = opened(client, where) | {"assignee": str(desk.editor.pk), "due_on": "2026-12-24", "kinds": ["event"]}
    factories.edit(
        claim,
        desk.chief,
        {"assignee": desk.chief, "due_on": "2026-12-31", "kinds": ["causal", "event"], "topics": ["x"]},
    )

    answer = client.post(where, typed)

    assert answer.status_code == 409
    shown = text(answer)
    assert desk.chief.get_full_name() in shown
    assert "31 December 2026" in shown
    assert "Cause, Event" in shown
    form = read_form(shown)
    assert sorted(form["disputed"]) == ["assignee", "due_on", "kinds"]
    assert form["topics"] == "x"


def test_quantities_are_one_field(claim: Claim, desk: factories.Desk, client: Client) -> None:
    where = reverse("desk:edit", args=[claim.pk])
    typed = opened(client, where) | {"quantities-0-low": "12", "quantities-0-unit": "per cent"}
    factories.edit(claim, desk.editor, {"quantities": [{"low": "9", "unit": "per cent"}]})

    answer = client.post(where, typed)

    assert answer.status_code == 409
    assert "9 per cent" in text(answer)
    form = read_form(text(answer))
    assert (form["disputed"], form["quantities-0-low"]) == ("quantities", "12")
    client.post(where, form | {"stand-quantities": "mine"})
    assert [quantity.low for quantity in factories.fresh(claim).quantities.all()] == [12]


def test_their_quantities_stay_when_another_field_is_disputed(
    claim: Claim, desk: factories.Desk, client: Client
) -> None:
    where = reverse("desk:edit", args=[claim.pk])
    typed = opened(client, where) | {"topics": "mine"}
    factories.edit(claim, desk.editor, {"quantities": [{"low": "9", "unit": "per cent"}], "topics": ["theirs"]})

    form = read_form(text(client.post(where, typed)))
    answer = client.post(where, form | {"stand-topics": "mine"})

    assert answer.status_code == 302
    assert [quantity.low for quantity in factories.fresh(claim).quantities.all()] == [9]
    assert factories.fresh(claim).topics == ["mine"]


def test_an_excerpt_is_disputed_as_well(claim: Claim, desk: factories.Desk, client: Client) -> None:
    where = reverse("desk:evidence", args=[claim.pk, "R1"])
    typed = opened(client, where) | {"excerpt": "plus 9,1 per cent"}
    factories.edit(claim, desk.editor, {"evidence.R1.excerpt": "plus 9.0 per cent", "evidence.R1.removed": True})

    answer = client.post(where, typed)

    assert answer.status_code == 409
    assert "plus 9.0 per cent" in text(answer)
    form = read_form(text(answer))
    assert (form["disputed"], form["excerpt"], form["removed"]) == ("excerpt", "plus 9,1 per cent", "on")


def test_a_choice_nobody_was_asked_for_changes_nothing(claim: Claim, client: Client) -> None:
    typed = opened(client, text_page(claim)) | {"headline": "My headline", "stand-headline": "theirs"}

    client.post(text_page(claim), typed)

    assert words(claim).headline == "My headline"
