"""Calculations on the claim page, and the page where one is added, worked out, edited and taken out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Calculation, Claim
from tests import factories
from tests.views.desk.forms import opened, read_form
from tests.views.desk.helpers import as_user, page, text

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


TYPED = {
    "label_en": "How much cheaper R1 is",
    "inputs-0-name": "o1",
    "inputs-0-value": "60",
    "inputs-0-unit": "USD",
    "inputs-0-evidence": "R1",
    "inputs-0-label_en": "Price of o1",
    "inputs-1-name": "r1",
    "inputs-1-value": "2.19",
    "expression": "(o1 - r1) / o1 * 100",
    "unit": "%",
    "note_en": "A price, not an efficiency.",
}
EDITS = {
    "calculations.K1.labels": {"en": "How much cheaper R1 is"},
    "calculations.K1.inputs": [
        {"name": "o1", "labels": {"en": "Price"}, "value": Decimal(60), "unit": "USD", "evidence": "R1"},
        {"name": "r1", "labels": {}, "value": Decimal("2.19"), "unit": "USD", "evidence": ""},
    ],
    "calculations.K1.expression": "(o1 - r1) / o1 * 100",
    "calculations.K1.unit": "%",
}


def new_page(claim: Claim) -> str:
    return reverse("desk:new_calculation", args=[claim.pk])


def its_page(claim: Claim, key: str = "K1") -> str:
    return reverse("desk:calculation", args=[claim.pk, key])


def typed_new(client: Client, claim: Claim, **changed: str) -> dict[str, Any]:
    return opened(client, new_page(claim)) | TYPED | changed


@pytest.fixture
def row(claim: Claim, desk: factories.Desk) -> Calculation:
    factories.edit(claim, desk.researcher, EDITS)
    return claim.calculations.get()


# Adding


def test_it_is_added_as_one_entry_under_a_key_of_its_own(claim: Claim, client: Client) -> None:
    before = factories.fresh(claim).revision

    answer = client.post(new_page(claim), typed_new(client, claim))

    assert (answer.status_code, answer["Location"]) == (302, f"{claim.get_absolute_url()}#calculations")
    row = claim.calculations.get()
    assert (row.key, row.result, row.labels, row.notes) == (
        "K1",
        "96.35",
        {"en": "How much cheaper R1 is"},
        {"en": "A price, not an efficiency."},
    )
    assert row.inputs[0] == {
        "name": "o1",
        "labels": {"en": "Price of o1"},
        "value": "60",
        "unit": "USD",
        "evidence": "R1",
    }
    assert factories.fresh(claim).revision == before + 1


def test_a_key_is_never_used_again(claim: Claim, client: Client, row: Calculation, desk: factories.Desk) -> None:
    factories.edit(claim, desk.researcher, {"calculations.K1.removed": True})

    client.post(new_page(claim), typed_new(client, claim))

    assert list(claim.calculations.filter(removed=False).values_list("key", flat=True)) == ["K2"]


def test_two_people_who_add_one_each_both_have_theirs(claim: Claim, client: Client, desk: factories.Desk) -> None:
    mine = typed_new(client, claim, expression="o1 - r1")
    other = as_user(desk.editor)
    other.post(new_page(claim), typed_new(other, claim))

    answer = client.post(new_page(claim), mine)

    assert answer.status_code == 302
    assert dict(claim.calculations.values_list("key", "result")) == {"K1": "96.35", "K2": "57.81"}


def test_a_second_click_adds_nothing(claim: Claim, client: Client) -> None:
    typed = typed_new(client, claim)
    client.post(new_page(claim), typed)

    answer = client.post(new_page(claim), typed, follow=True)

    assert "This is among the calculations already." in text(answer)
    assert claim.calculations.count() == 1


def test_german_numbers_have_a_comma(claim: Claim, desk: factories.Desk) -> None:
    german = as_user(desk.researcher, "de")

    german.post(new_page(claim), typed_new(german, claim, **{"inputs-1-value": "2,19"}))

    assert claim.calculations.get().inputs[1]["value"] == "2.19"
    assert opened(german, its_page(claim))["inputs-1-value"] == "2,19"


# Working out


def test_it_is_worked_out_without_being_saved(claim: Claim, client: Client) -> None:
    answer = client.post(new_page(claim), typed_new(client, claim, work_out="yes"))

    assert answer.status_code == 200
    shown = text(answer)
    assert "(60 − 2.19) ÷ 60 × 100 =" in shown
    assert "96.35\u00a0%" in shown
    assert "r1 moves it most: 1 per cent more of it changes the result by 0.04 per cent." in shown
    assert read_form(shown)["inputs-1-value"] == "2.19"
    assert not Calculation.objects.exists()


def test_it_is_shown_while_it_is_typed(claim: Claim, client: Client) -> None:
    answer = client.post(reverse("desk:work_out", args=[claim.pk]), typed_new(client, claim, unit="", places="1"))

    assert answer.json() == {
        "result": "(60 − 2.19) ÷ 60 × 100 ≈ 96.4",
        "detail": "rounded to 1 decimal place · "
        "r1 moves it most: 1 per cent more of it changes the result by 0.04 per cent.",
        "problem": "",
    }
    assert not Calculation.objects.exists()


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"expression": ""}, ""),
        ({"expression": "o1 / 0"}, "Here something is divided by zero (character 4)."),
        ({"inputs-1-value": "2,19"}, "“2,19” is no number."),
    ],
    ids=["nothing-yet", "zero", "number"],
)
def test_while_it_is_typed_the_first_problem_is_told(
    claim: Claim, client: Client, changed: dict[str, str], problem: str
) -> None:
    answer = client.post(reverse("desk:work_out", args=[claim.pk]), typed_new(client, claim, **changed)).json()

    assert answer["result"] == ""
    assert answer["problem"].startswith(problem)
    assert bool(answer["problem"]) == bool(problem)


def test_an_empty_form_has_no_result_and_no_fault(claim: Claim, client: Client) -> None:
    answer = client.post(reverse("desk:work_out", args=[claim.pk]), {})

    assert answer.status_code == 200
    assert answer.json()["result"] == ""


def test_only_who_may_edit_works_out(claim: Claim, desk: factories.Desk) -> None:
    assert as_user(desk.auditor).post(reverse("desk:work_out", args=[claim.pk]), {}).status_code == 403


# What does not do

BAD = [
    ("expression", "o1 / (r1 - r1)", "Here something is divided by zero"),
    ("expression", "o1 - r2", "“r2” has no value."),
    ("expression", "__import__('os').system('id')", "does not belong there."),
    ("expression", "(" * 1000 + "1" + ")" * 1000, "The calculation is longer than 500 characters."),
    ("expression", "(" * 200 + "1" + ")" * 200, "More than 50 brackets or signs stand inside one another."),
    ("expression", "10^10^10", "too large or too small"),
    ("expression", "x" * 20_001, "at most 20000 characters"),
    ("expression", "o1\x00", "Null characters are not allowed."),
    ("expression", "", "This field is required."),
    ("label_en", "", "Say in one language at least what is calculated."),
    ("places", "11", "less than or equal to 10"),
    ("places", "", "This field is required."),
    ("unit", "x" * 101, "at most 100 characters"),
    ("inputs-0-name", "", "Give it the name that the calculation has for it."),
    ("inputs-0-name", "o 1", "A name is letters and digits, such as price_r1."),
    ("inputs-0-name", "r1", "The name “r1” stands there twice."),
    ("inputs-0-value", "", "Give “o1” a number."),
    ("inputs-3-unit", "USD", "Give it a number."),
    ("inputs-0-value", "1,000", "“1,000” is no number."),
    ("inputs-0-evidence", "X9", "X9 is not one of the available choices."),
    ("inputs-TOTAL_FORMS", "", "Inputs: one of the rows needs another look."),
    ("inputs-TOTAL_FORMS", "999999", "Inputs: one of the rows needs another look."),
    ("opened_at", "", ""),
]


@pytest.mark.parametrize(("name", "value", "words"), BAD, ids=[f"{name}-{value[:12]!r}" for name, value, _words in BAD])
def test_what_does_not_do_is_told_at_its_field_and_nothing_is_lost(
    claim: Claim, client: Client, name: str, value: str, words: str
) -> None:
    answer = client.post(new_page(claim), typed_new(client, claim, **{name: value}))

    assert answer.status_code == 422
    shown = text(answer)
    assert words in shown
    assert read_form(shown)["note_en"] == "A price, not an efficiency."
    assert not Calculation.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"seen_how": ""}, "R1 is a lead that nobody has seen. Choose another item, or none."),
        ({"removed": True}, "R1 was taken out of the claim. Choose another item, or none."),
    ],
    ids=["lead", "taken-out"],
)
def test_evidence_that_counts_no_more_is_told(
    claim: Claim, client: Client, row: Calculation, desk: factories.Desk, values: dict[str, Any], words: str
) -> None:
    factories.edit(claim, desk.researcher, {f"evidence.R1.{name}": value for name, value in values.items()})

    answer = client.post(its_page(claim), opened(client, its_page(claim)) | {"unit": "per cent"})

    assert answer.status_code == 422
    assert words in text(answer)
    assert read_form(text(answer))["unit"] == "per cent"


def test_a_lead_is_not_offered(claim: Claim, client: Client, desk: factories.Desk) -> None:
    lead = factories.evidence_item("L1", factories.make_source(desk.researcher), seen_how="")
    factories.edit(claim, desk.researcher, lead)

    answer = client.post(new_page(claim), typed_new(client, claim, **{"inputs-0-evidence": "L1"}))

    assert answer.status_code == 422
    assert "L1 is not one of the available choices." in text(answer)


def test_problems_are_told_in_the_readers_language(claim: Claim, desk: factories.Desk) -> None:
    german = as_user(desk.researcher, "de")

    answer = german.post(new_page(claim), typed_new(german, claim, expression="o1 / 0"))

    assert "Hier wird durch null geteilt (Zeichen 4)." in text(answer)


def test_where_content_is_closed_the_page_says_why(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)

    shown = page(desk.researcher, new_page(claim))

    assert "This cannot be edited now" in shown
    assert 'name="expression"' not in shown


def test_one_that_is_not_there_is_not_found(claim: Claim, client: Client) -> None:
    assert client.get(its_page(claim, "K9")).status_code == 404


# Editing


def test_an_untouched_form_changes_nothing(claim: Claim, client: Client, row: Calculation) -> None:
    answer = client.post(its_page(claim), opened(client, its_page(claim)), follow=True)

    assert "Nothing was changed" in text(answer)


def test_a_row_is_emptied_to_take_it_out(claim: Claim, client: Client, row: Calculation) -> None:
    emptied = {"inputs-1-name": "", "inputs-1-value": "", "inputs-1-unit": "", "expression": "o1"}

    client.post(its_page(claim), opened(client, its_page(claim)) | emptied)

    row.refresh_from_db()
    assert ([part["name"] for part in row.inputs], row.result) == (["o1"], "60")


def test_it_is_taken_out_and_put_back(claim: Claim, client: Client, row: Calculation) -> None:
    client.post(its_page(claim), opened(client, its_page(claim)) | {"removed": "on", "expression": "nonsense ("})
    row.refresh_from_db()
    assert row.removed
    shown = client.get(its_page(claim))
    assert "This was taken out of the claim" in text(shown)

    form = read_form(text(shown))
    del form["removed"]
    client.post(its_page(claim), form)

    row.refresh_from_db()
    assert (row.removed, row.result) == (False, "96.35")


def test_one_that_is_out_is_not_edited(claim: Claim, client: Client, row: Calculation) -> None:
    client.post(its_page(claim), opened(client, its_page(claim)) | {"removed": "on"})

    answer = client.post(its_page(claim), opened(client, its_page(claim)) | {"unit": "x"})

    assert answer.status_code == 422
    assert "It was taken out. Untick this to put it back." in text(answer)


# Two people


def test_the_same_inputs_show_both_and_save_nothing(
    claim: Claim, client: Client, row: Calculation, desk: factories.Desk
) -> None:
    typed = opened(client, its_page(claim)) | {"inputs-0-value": "61", "unit": "per cent"}
    theirs = [{**part, "value": Decimal(part["value"])} for part in row.inputs]
    theirs[0] = {**theirs[0], "value": Decimal(62)}
    factories.edit(claim, desk.editor, {"calculations.K1.inputs": theirs})

    answer = client.post(its_page(claim), typed)

    assert answer.status_code == 409
    shown = text(answer)
    assert "o1 = 62\u00a0USD (Price), R1" in shown
    form = read_form(shown)
    assert (form["inputs-0-value"], form["unit"], form["disputed"]) == ("61", "per cent", "inputs")

    client.post(its_page(claim), form | {"stand-inputs": "theirs"})
    row.refresh_from_db()
    assert (row.inputs[0]["value"], row.unit) == ("62", "per cent")


def test_working_it_out_keeps_asking_which_of_two_shall_stand(
    claim: Claim, client: Client, row: Calculation, desk: factories.Desk
) -> None:
    typed = opened(client, its_page(claim)) | {"unit": "per cent"}
    factories.edit(claim, desk.editor, {"calculations.K1.unit": "percent"})
    asked = read_form(text(client.post(its_page(claim), typed)))

    worked_out = read_form(text(client.post(its_page(claim), asked | {"work_out": "yes"})))
    answer = client.post(its_page(claim), worked_out)

    assert worked_out["disputed"] == "unit"
    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.unit == "percent"


def test_other_parts_go_through_on_top(claim: Claim, client: Client, row: Calculation, desk: factories.Desk) -> None:
    typed = opened(client, its_page(claim)) | {"label_en": "My title"}
    factories.edit(claim, desk.editor, {"calculations.K1.notes": {"en": "Their note."}})

    answer = client.post(its_page(claim), typed, follow=True)

    row.refresh_from_db()
    assert (row.labels, row.notes) == ({"en": "My title"}, {"en": "Their note."})
    assert "changed: Calculation K1: Note." in text(answer)


def test_what_i_write_into_one_that_was_taken_out_is_asked_about(
    claim: Claim, client: Client, row: Calculation, desk: factories.Desk
) -> None:
    typed = opened(client, its_page(claim)) | {"unit": "per cent"}
    factories.edit(claim, desk.editor, {"calculations.K1.removed": True})

    answer = client.post(its_page(claim), typed)

    assert answer.status_code == 409
    row.refresh_from_db()
    assert (row.removed, row.unit) == (True, "%")


# The claim page and its history


def test_the_claim_page_shows_it_with_what_it_rests_on(claim: Claim, client: Client, row: Calculation) -> None:
    shown = text(client.get(claim.get_absolute_url()))

    for words in (
        "How much cheaper R1 is",
        "(o1 − r1) ÷ o1 × 100",
        "= (60 − 2.19) ÷ 60 × 100",
        "= 96.35\u00a0%",
        'href="#evidence-R1"',
        "r1 moves it most",
        its_page(claim),
    ):
        assert words in shown, words


def test_one_that_was_taken_out_is_not_shown(
    claim: Claim, client: Client, row: Calculation, desk: factories.Desk
) -> None:
    factories.edit(claim, desk.researcher, {"calculations.K1.removed": True})

    assert its_page(claim) not in text(client.get(claim.get_absolute_url()))


@pytest.mark.parametrize("name", ["desk:history", "admin:claims_claim_history"])
def test_the_history_tells_it_in_words(claim: Claim, desk: factories.Desk, row: Calculation, name: str) -> None:
    shown = page(desk.chief, reverse(name, args=[claim.pk]))

    for words in ("Calculation K1", "What is calculated", "o1 = 60\u00a0USD (Price), R1", "96.35"):
        assert words in shown, words
    assert "{'" not in shown


def test_the_admin_shows_it_and_leads_to_the_desk(claim: Claim, desk: factories.Desk, row: Calculation) -> None:
    shown = page(desk.chief, reverse("admin:claims_claim_change", args=[claim.pk]))

    assert "(60 − 2.19) ÷ 60 × 100 =" in shown
    assert its_page(claim) in shown


def test_foreign_words_stay_words(claim: Claim, client: Client) -> None:
    client.post(new_page(claim), typed_new(client, claim, label_en="<script>alert(1)</script>"))

    assert "<script>alert(1)" not in client.get(claim.get_absolute_url()).content.decode()
