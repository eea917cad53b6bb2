"""The parts of a statement: their page, their order, and where they are shown."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Claim
from tests import factories
from tests.views.desk.forms import opened, read_form
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

RIGHT = {"finding": "right", "texts": {"en": "Rents rose."}, "evidence": ["R1", "B1"]}
WRONG = {"finding": "wrong", "texts": {"de": "Um 12 Prozent.", "en": "By 12 per cent."}, "evidence": []}
TYPED = {
    "parts-0-finding": "right",
    "parts-0-text_en": "Rents rose.",
    "parts-0-evidence": ["R1", "B1"],
    "parts-1-finding": "wrong",
    "parts-1-text_en": "By 12 per cent.",
    "parts-1-text_de": "Um 12 Prozent.",
}


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    return factories.ready_claim(desk)


@pytest.fixture
def client(desk: factories.Desk) -> Client:
    return as_user(desk.researcher)


def its_page(claim: Claim) -> str:
    return reverse("desk:elements", args=[claim.pk])


def elements(claim: Claim) -> list[dict[str, Any]]:
    return factories.fresh(claim).verdict.elements


def with_parts(claim: Claim, desk: factories.Desk, *parts: dict[str, Any]) -> None:
    factories.edit(claim, desk.researcher, {"verdict.elements": list(parts or (RIGHT, WRONG))})


def test_they_are_saved_as_one_entry(claim: Claim, client: Client) -> None:
    before = factories.fresh(claim).revision

    answer = client.post(its_page(claim), opened(client, its_page(claim)) | TYPED)

    assert (answer.status_code, answer["Location"]) == (302, f"{claim.get_absolute_url()}#elements")
    assert elements(claim) == [RIGHT, WRONG]
    assert factories.fresh(claim).revision == before + 1


def test_an_untouched_form_changes_nothing(claim: Claim, client: Client, desk: factories.Desk) -> None:
    with_parts(claim, desk, {**RIGHT, "evidence": ["B1", "R1"]})

    answer = client.post(its_page(claim), opened(client, its_page(claim)), follow=True)

    assert "Nothing was changed" in text(answer)


def test_a_row_is_emptied_to_take_it_out(claim: Claim, client: Client, desk: factories.Desk) -> None:
    with_parts(claim, desk)
    typed = opened(client, its_page(claim)) | {"parts-0-finding": "", "parts-0-text_en": ""}
    del typed["parts-0-evidence"]

    client.post(its_page(claim), typed)

    assert elements(claim) == [WRONG]


@pytest.mark.parametrize("move", ["down-0", "up-1"])
def test_a_button_changes_the_order_and_saves_nothing(
    claim: Claim, client: Client, desk: factories.Desk, move: str
) -> None:
    with_parts(claim, desk)

    answer = client.post(its_page(claim), opened(client, its_page(claim)) | {"move": move})

    assert answer.status_code == 200
    assert elements(claim) == [RIGHT, WRONG]
    form = read_form(text(answer))
    assert form["parts-1-evidence"] == ["R1", "B1"]
    client.post(its_page(claim), form)
    assert elements(claim) == [WRONG, RIGHT]


@pytest.mark.parametrize("move", ["up-0", "down-3", "down-99", "sideways-1", "up-x", ""])
def test_a_move_to_nowhere_loses_nothing(claim: Claim, client: Client, desk: factories.Desk, move: str) -> None:
    with_parts(claim, desk)
    typed = opened(client, its_page(claim))

    form = read_form(text(client.post(its_page(claim), typed | {"move": move})))

    assert form | {"csrfmiddlewaretoken": ""} == typed | {"csrfmiddlewaretoken": ""}


BAD = [
    ("parts-0-finding", "", "Say what this part turned out to be."),
    ("parts-0-finding", "nonsense", "nonsense is not one of the available choices."),
    ("parts-0-text_en", "", "Say which part of the statement this is."),
    ("parts-0-text_en", "x" * 501, "at most 500 characters"),
    ("parts-0-text_en", "a\x00b", "Null characters are not allowed."),
    ("parts-0-evidence", "X9", "X9 is not one of the available choices."),
    ("parts-TOTAL_FORMS", "", "One of the rows needs another look."),
]


@pytest.mark.parametrize(("name", "value", "words"), BAD, ids=[f"{name}-{value[:9]!r}" for name, value, _words in BAD])
def test_what_does_not_do_is_told_and_nothing_is_lost(
    claim: Claim, client: Client, name: str, value: str, words: str
) -> None:
    answer = client.post(its_page(claim), opened(client, its_page(claim)) | TYPED | {name: value})

    assert answer.status_code == 422
    assert words in text(answer)
    if name != "parts-TOTAL_FORMS":
        assert read_form(text(answer))["parts-1-text_de"] == "Um 12 Prozent."
    assert elements(claim) == []


@pytest.mark.parametrize("values", [{"seen_how": ""}, {"removed": True}], ids=["lead", "taken-out"])
def test_evidence_that_counts_no_more_is_told(
    claim: Claim, client: Client, desk: factories.Desk, values: dict[str, Any]
) -> None:
    with_parts(claim, desk)
    factories.edit(claim, desk.researcher, {f"evidence.R1.{name}": value for name, value in values.items()})

    answer = client.post(its_page(claim), opened(client, its_page(claim)))

    assert answer.status_code == 422
    assert "R1 is not among the evidence that was seen. Untick it." in text(answer)


def test_two_people_who_write_them_are_asked(claim: Claim, client: Client, desk: factories.Desk) -> None:
    typed = opened(client, its_page(claim)) | TYPED
    factories.edit(claim, desk.editor, {"verdict.elements": [{**RIGHT, "texts": {"en": "They rose."}}]})

    answer = client.post(its_page(claim), typed)

    assert answer.status_code == 409
    shown = text(answer)
    assert "Right: They rose. (R1, B1)" in shown
    form = read_form(shown)
    assert form["parts-0-text_en"] == "Rents rose."
    client.post(its_page(claim), form | {"stand-elements": "mine"})
    assert elements(claim) == [RIGHT, WRONG]


def test_a_move_keeps_asking_which_of_two_shall_stand(claim: Claim, client: Client, desk: factories.Desk) -> None:
    typed = opened(client, its_page(claim)) | TYPED
    theirs = {**RIGHT, "texts": {"en": "They rose."}}
    factories.edit(claim, desk.editor, {"verdict.elements": [theirs]})
    asked = read_form(text(client.post(its_page(claim), typed)))

    moved = read_form(text(client.post(its_page(claim), asked | {"move": "down-0"})))
    answer = client.post(its_page(claim), moved)

    assert moved["disputed"] == "elements"
    assert answer.status_code == 422
    assert elements(claim) == [theirs]


def test_a_move_finds_no_fault_with_what_is_half_written(claim: Claim, client: Client) -> None:
    half = opened(client, its_page(claim)) | TYPED | {"parts-1-finding": ""}

    shown = text(client.post(its_page(claim), half | {"move": "down-0"}))

    assert "Say what this part turned out to be." not in shown
    assert "One of the rows needs another look." not in shown
    assert read_form(shown)["parts-0-text_en"] == "By 12 per cent."


def test_the_claim_page_shows_them(claim: Claim, client: Client, desk: factories.Desk) -> None:
    with_parts(claim, desk)

    shown = text(client.get(claim.get_absolute_url()))

    for words in ("What is right and what is not", "Rents rose.", "By 12 per cent.", its_page(claim)):
        assert words in shown, words


@pytest.mark.parametrize("name", ["desk:history", "admin:claims_claim_history"])
def test_the_history_tells_them_in_words(claim: Claim, desk: factories.Desk, name: str) -> None:
    with_parts(claim, desk)

    shown = page(desk.chief, reverse(name, args=[claim.pk]))

    assert "Right: Rents rose. (R1, B1)" in shown
    assert "Wrong: By 12 per cent." in shown


def test_the_admin_shows_them_and_leads_to_the_desk(claim: Claim, desk: factories.Desk) -> None:
    with_parts(claim, desk)

    shown = page(desk.chief, reverse("admin:claims_claim_change", args=[claim.pk]))

    assert "<strong>Wrong</strong>: By 12 per cent." in shown
    assert its_page(claim) in shown


def test_a_second_reader_sees_what_changed_in_them(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk, {"verdict.elements": [RIGHT]})
    factories.research_again(claim, desk)
    with_parts(claim, desk)

    shown = page(desk.editor, f"{reverse('desk:read', args=[claim.pk])}?show=version")

    assert "What is right and what is not" in shown
    assert "By 12 per cent." in shown
