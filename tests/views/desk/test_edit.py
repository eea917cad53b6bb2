"""What a claim is, who works on it, and its words in one language."""

from __future__ import annotations

import pytest
from django.urls import reverse

from claims.models import Claim
from claims.services import research, review
from claims.vocabulary import Action, Status
from tests import factories
from tests.views.desk.forms import opened
from tests.views.desk.helpers import as_user, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def edit_page(claim: Claim) -> str:
    return reverse("desk:edit", args=[claim.pk])


def text_page(claim: Claim, language: str = "en") -> str:
    return reverse("desk:text", args=[claim.pk, language])


# Properties


def test_it_saves_as_one_entry(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.editor)
    typed = opened(client, edit_page(claim)) | {
        "priority": "urgent",
        "risk": "high",
        "kinds": ["quantity", "forecast"],
        "topics": "housing,  city ,housing",
        "checkability": "later",
        "checkable_from": "2027-01-01",
        "assignee": str(desk.editor.pk),
        "due_on": "2026-12-24",
        "quantities-0-low": "12",
        "quantities-0-unit": "per cent",
    }

    answer = client.post(edit_page(claim), typed)

    assert answer.status_code == 302
    saved = factories.fresh(claim)
    assert saved.revision == claim.revision + 1
    assert (saved.priority, saved.risk, saved.kinds) == ("urgent", "high", ["quantity", "forecast"])
    assert (saved.topics, saved.assignee) == (["housing", "city"], desk.editor)
    assert str(saved.quantities.get()) == "12.000000-None per cent"


def test_what_was_not_touched_makes_no_entry(desk: factories.Desk) -> None:
    claim = factories.research_claim(
        desk, quantities=[{"low": "90", "high": "95.5", "unit": "%"}], topics=["a, with comma", "b"]
    )
    client = as_user(desk.editor)

    answer = client.post(edit_page(claim), opened(client, edit_page(claim)), follow=True)

    assert "Nothing was changed" in text(answer) or factories.fresh(claim).topics == ["a", "with comma", "b"]
    assert list(factories.fresh(claim).quantities.values_list("unit", flat=True)) == ["%"]


@pytest.mark.parametrize("name", ["edit", "verdict"])
def test_an_untouched_form_changes_nothing(desk: factories.Desk, name: str) -> None:
    claim = factories.ready_claim(desk, quantities=[{"low": "90", "high": "95.5", "unit": "%", "deadline": None}])
    where = reverse(f"desk:{name}", args=[claim.pk])
    client = as_user(desk.editor)

    answer = client.post(where, opened(client, where), follow=True)

    assert "Nothing was changed" in text(answer)
    assert factories.fresh(claim).revision == claim.revision


def test_a_row_of_quantities_is_emptied_to_take_it_out(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk, quantities=[{"low": "1", "unit": "a"}, {"low": "2", "unit": "b"}])
    client = as_user(desk.editor)
    typed = opened(client, edit_page(claim)) | {"quantities-0-low": "", "quantities-0-unit": ""}

    client.post(edit_page(claim), typed)

    assert [quantity.unit for quantity in claim.quantities.all()] == ["b"]


def test_a_researcher_does_not_set_the_risk(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, edit_page(claim))

    answer = client.post(edit_page(claim), typed | {"risk": "high", "priority": "high"})

    assert "risk" not in typed
    assert answer.status_code == 302
    assert (factories.fresh(claim).risk, factories.fresh(claim).priority) == ("normal", "high")


CANNOT_BE = [
    ("priority", "very"),
    ("kinds", "nonsense"),
    ("assignee", "999999"),
    ("speaker", "x"),
    ("due_on", "soon"),
    ("topics", "x" * 61),
    ("topics", "a\x00b"),
    ("quantities-0-low", "many"),
    ("quantities-0-date", "yesterday"),
    ("opened_at", ""),
    ("opened_at", "-1"),
    ("opened_at", "9999999"),
    ("quantities-TOTAL_FORMS", "999999"),
]


@pytest.mark.parametrize(("name", "value"), CANNOT_BE, ids=[f"{name}={value[:8]!r}" for name, value in CANNOT_BE])
def test_what_cannot_be_is_refused_and_the_rest_is_kept(desk: factories.Desk, name: str, value: str) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, edit_page(claim)) | {"topics": "a kept topic"} | {name: value}

    answer = client.post(edit_page(claim), typed)

    assert answer.status_code == 422
    assert "Not saved yet. What you typed is kept." in text(answer)
    if name != "topics":
        assert "a kept topic" in text(answer)
    assert factories.fresh(claim).revision == claim.revision


def test_low_above_high_is_refused(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, edit_page(claim)) | {"quantities-0-low": "5", "quantities-0-high": "4"}

    answer = client.post(edit_page(claim), typed)

    assert answer.status_code == 422
    assert "The lower number is above the higher one." in text(answer)


@pytest.mark.parametrize("status", [Status.REVIEW, Status.PUBLISHED, Status.PARKED, Status.DECLINED, Status.RETRACTED])
def test_assignee_and_date_can_be_set_in_every_stage(desk: factories.Desk, status: Status) -> None:
    claim = factories.claim_in(status, desk)
    client = as_user(desk.editor)
    typed = opened(client, edit_page(claim))

    answer = client.post(edit_page(claim), typed | {"assignee": str(desk.editor.pk), "due_on": "2026-12-24"})

    assert "priority" not in typed
    assert answer.status_code == 302
    saved = factories.fresh(claim)
    assert (saved.assignee, saved.status) == (desk.editor, status)
    assert factories.last_entry(claim).action == Action.ASSIGN


# Where content is not edited


SENTENCES = {
    Status.REVIEW: "Suggest a wording, or send it back first.",
    Status.PUBLISHED: "Reopen it first",
    Status.PARKED: "Resume it first.",
    Status.DECLINED: "Restore it first.",
}


@pytest.mark.parametrize("name", ["verdict", "text", "add_evidence"])
@pytest.mark.parametrize("status", SENTENCES)
def test_a_closed_claim_says_what_to_do_first(desk: factories.Desk, status: Status, name: str) -> None:
    claim = factories.claim_in(status, desk)
    where = reverse(f"desk:{name}", args=[claim.pk, *(["en"] if name == "text" else [])])

    shown = text(as_user(desk.researcher).get(where))

    assert SENTENCES[status] in shown
    assert 'name="opened_at"' not in shown


def test_a_form_that_is_sent_too_late_keeps_what_was_typed(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, text_page(claim)) | {"summary": "Written while it was handed in."}
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    answer = client.post(text_page(claim), typed)

    assert answer.status_code == 409
    assert "Suggest a wording, or send it back first." in text(answer)
    assert "Written while it was handed in." in text(answer)
    assert claim.verdict.texts.get(language="en").summary != "Written while it was handed in."


def test_properties_sent_too_late_keep_what_was_typed(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, edit_page(claim)) | {"topics": "a late topic"}
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    answer = client.post(edit_page(claim), typed)

    assert answer.status_code == 409
    assert "a late topic" in text(answer)


def test_editing_an_approved_claim_sends_it_to_the_second_read(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    client = as_user(desk.researcher)

    client.post(text_page(claim), opened(client, text_page(claim)) | {"headline": "Rents rose by nine per cent"})

    assert factories.fresh(claim).status == Status.REVIEW


# Texts


def test_all_parts_of_a_language_are_saved_at_once(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, text_page(claim, "de")) | {
        "headline": "Die Mieten stiegen weniger",
        "summary": "Neun Prozent.",
        "rationale": "Erste Zeile.\r\n\r\nZweite.",
        "why": "Viele reden davon.",
    }

    answer = client.post(text_page(claim, "de"), typed)

    assert answer.status_code == 302
    words = factories.fresh(claim).verdict.texts.get(language="de")
    assert words.rationale == "Erste Zeile.\n\nZweite."
    assert factories.fresh(claim).revision == claim.revision + 1


@pytest.mark.parametrize("words", ["  led and trailed \n\n", "\n\nblank lines first", "tabs\tand “quotes”"])
def test_an_untouched_text_stays_as_it_is_to_the_letter(desk: factories.Desk, words: str) -> None:
    claim = factories.ready_claim(desk, {"verdict.texts.en.rationale": words})
    client = as_user(desk.researcher)

    client.post(text_page(claim), opened(client, text_page(claim)))

    assert factories.fresh(claim).revision == claim.revision


def test_the_keys_that_can_be_cited_stand_beside(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk, factories.evidence_item("L1", factories.make_source(desk.editor), seen_how=""))

    shown = text(as_user(desk.researcher).get(text_page(claim)))

    assert 'data-key="R1"' in shown
    assert 'data-key="L1" class="keys__lead" data-why-not="A lead: nobody has seen it yet' in shown


def test_a_new_language_begins_with_its_statement(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk, statements={"en": "Rents rose."})
    client = as_user(desk.researcher)
    typed = opened(client, text_page(claim, "de")) | {"why": "Viele reden davon."}

    refused = client.post(text_page(claim, "de"), typed)
    saved = client.post(text_page(claim, "de"), typed | {"statement": "Die Mieten stiegen."})

    assert refused.status_code == 422
    assert "Write the statement in this language first." in text(refused)
    assert saved.status_code == 302


def test_a_statement_cannot_be_emptied(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)

    answer = client.post(text_page(claim), opened(client, text_page(claim)) | {"statement": "  "})

    assert answer.status_code == 422
    assert "The statement is empty." in text(answer)


TOO_MUCH = [("headline", "x" * 301), ("statement", "x" * 2001), ("rationale", "x" * 60_001), ("summary", "a\x00b")]


@pytest.mark.parametrize(("name", "words"), TOO_MUCH, ids=[name for name, _words in TOO_MUCH])
def test_what_cannot_be_stored_is_refused_and_kept(desk: factories.Desk, name: str, words: str) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.researcher)

    answer = client.post(text_page(claim), opened(client, text_page(claim)) | {name: words, "today": "Kept."})

    assert answer.status_code == 422
    assert "Kept." in text(answer)
    assert words.replace("\x00", "") in text(answer).replace("\x00", "")


@pytest.mark.parametrize("language", ["xx", "de-AT", "x" * 40, "DE"])
def test_a_language_nobody_publishes_in_is_not_found(desk: factories.Desk, language: str) -> None:
    claim = factories.research_claim(desk)

    assert as_user(desk.researcher).get(text_page(claim, language)).status_code == 404


def test_a_language_that_the_claim_has_already_can_be_edited(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk, statements={"fr": "Les loyers ont augmenté."})

    assert as_user(desk.researcher).get(text_page(claim, "fr")).status_code == 200


def test_the_public_note_is_asked_for_from_the_second_version_on(desk: factories.Desk) -> None:
    first, second = factories.ready_claim(desk), factories.reopened_claim(desk)
    client = as_user(desk.researcher)

    assert "change_note" not in opened(client, text_page(first))
    assert "change_note" in opened(client, text_page(second))


def test_out_of_date_is_said_where_there_is_another_language(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, text_page(claim, "de"))
    del typed["up_to_date"]

    client.post(text_page(claim, "de"), typed)

    assert not claim.verdict.texts.get(language="de").up_to_date
    assert "Not up to date" in text(client.get(f"{claim.get_absolute_url()}?language=de"))


def test_saving_the_same_form_twice_saves_once(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    typed = opened(client, text_page(claim)) | {"headline": "Rents rose by less"}

    answers = [client.post(text_page(claim), typed) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert factories.fresh(claim).revision == claim.revision + 1


def test_the_ledger_names_who_edited(desk: factories.Desk) -> None:
    claim = research.accept(claim_id=factories.inbox_claim(desk).pk, actor=desk.editor)
    client = as_user(desk.researcher)

    client.post(text_page(claim), opened(client, text_page(claim)) | {"headline": "Rents rose by less"})

    assert factories.last_entry(claim).actor == desk.researcher
