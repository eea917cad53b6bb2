"""A proposed wording: it edits nothing until an author takes it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims import composition
from claims.errors import ContentChanged, IllegalTransition, NotEditable, Refused
from claims.models import Claim, Suggestion
from claims.services import people, review
from claims.vocabulary import Action, Status, SuggestionState
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

HEADLINE = "verdict.texts.en.headline"


@pytest.fixture(scope="module")
def made(made_once: Callable[..., Any]) -> tuple[Desk, int]:
    """A desk and a claim in its second read, for all tests here."""
    return made_once(lambda: factories.at_a_new_desk(factories.review_claim))


@pytest.fixture
def desk(made: tuple[Desk, int], db: None) -> Desk:
    return factories.fresh_desk(made[0])


@pytest.fixture
def claim(made: tuple[Desk, int], db: None) -> Claim:
    return Claim.objects.get(pk=made[1])


def suggest(claim: Claim, actor: object, path: str = HEADLINE, proposed: str = "Rents rose less") -> Suggestion:
    return review.suggest(claim_id=claim.pk, actor=actor, path=path, proposed=proposed)


def take(suggestion: Suggestion, actor: object) -> Suggestion:
    return review.take_suggestion(claim_id=suggestion.claim_id, actor=actor, suggestion_id=suggestion.pk)


def dismiss(suggestion: Suggestion, actor: object) -> Suggestion:
    return review.dismiss_suggestion(claim_id=suggestion.claim_id, actor=actor, suggestion_id=suggestion.pk)


def headline(claim: Claim) -> str:
    return claim.verdict.texts.get(language="en").headline


def test_suggesting_edits_nothing_and_makes_no_author(desk: Desk, claim: Claim) -> None:
    before = composition.compose(claim)
    suggestion = suggest(claim, desk.editor)

    assert composition.compose(claim) == before
    assert (suggestion.before, suggestion.state) == ("Rents rose, but by less", SuggestionState.OPEN)
    assert desk.editor.pk not in people.author_ids(claim)


# What a wording can be suggested for: the statement, why it is checked, and the verdict's texts.
@pytest.mark.parametrize(
    "path",
    [
        "texts.en.statement",
        "texts.de.why",
        "verdict.texts.en.summary",
        "verdict.texts.de.rationale",
        "verdict.texts.en.other_finding",
        "verdict.texts.fr.headline",
    ],
)
def test_wording_can_be_suggested(path: str, desk: Desk, claim: Claim) -> None:
    suggestion = suggest(claim, desk.editor, path)
    take(suggestion, desk.researcher)

    assert suggestion.path == path
    assert review._wording(factories.fresh(claim), path) == "Rents rose less"


@pytest.mark.parametrize(
    "path", ["verdict.rating", "evidence.R1.excerpt", "verdict.texts.en.up_to_date", "priority", "x", "texts.en", ""]
)
def test_other_fields_are_refused(path: str, desk: Desk, claim: Claim) -> None:
    with pytest.raises(Refused):
        suggest(claim, desk.editor, path)


@pytest.mark.parametrize("proposed", ["", "  ", "Rents rose, but by less"])
def test_suggestion_must_say_something_else(proposed: str, desk: Desk, claim: Claim) -> None:
    with pytest.raises(Refused):
        suggest(claim, desk.editor, proposed=proposed)


def test_author_takes_it_in_second_read_where_the_status_stays(desk: Desk, claim: Claim) -> None:
    suggestion = take(suggest(claim, desk.editor), desk.researcher)
    entry = factories.last_entry(claim)

    assert headline(claim) == "Rents rose less"
    assert factories.fresh(claim).status == Status.REVIEW
    assert (suggestion.state, suggestion.decided_by) == (SuggestionState.TAKEN, desk.researcher)
    assert (entry.action, entry.changed_content) == (Action.TAKE, True)


def test_whoever_suggested_stays_no_author_when_it_is_taken(desk: Desk, claim: Claim) -> None:
    take(suggest(claim, desk.editor), desk.researcher)

    assert factories.approve(claim, desk.editor).status == Status.APPROVED


def test_taking_lets_earlier_approvals_lapse(desk: Desk) -> None:
    claim = factories.approved_claim(desk)
    take(suggest(claim, desk.second_editor), desk.researcher)

    assert factories.fresh(claim).status == Status.REVIEW
    assert people.approvers(claim, composition.content_hash(composition.compose(claim))) == []


def test_only_an_author_takes_it(desk: Desk, claim: Claim) -> None:
    suggestion = suggest(claim, desk.editor)
    for actor in (desk.editor, desk.chief, factories.make_desk().researcher):
        with pytest.raises(PermissionDenied, match="author"):
            take(suggestion, actor)
    assert headline(claim) == "Rents rose, but by less"


def test_wording_that_was_changed_since_is_not_overwritten(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    suggestion = suggest(claim, desk.editor)
    factories.edit(claim, desk.researcher, {HEADLINE: "Changed by hand"})

    with pytest.raises(ContentChanged) as changed:
        take(suggestion, desk.researcher)
    assert changed.value.parts == [HEADLINE]
    assert headline(claim) == "Changed by hand"


@pytest.mark.parametrize("status", [Status.PARKED, Status.DECLINED])
def test_it_is_not_taken_where_content_is_not_edited(status: Status, desk: Desk) -> None:
    suggestion = suggest(factories.claim_in(status, desk), desk.editor, "texts.en.statement")

    with pytest.raises(NotEditable):
        take(suggestion, desk.researcher)


def test_taking_twice_is_refused(desk: Desk, claim: Claim) -> None:
    suggestion = suggest(claim, desk.editor)
    take(suggestion, desk.researcher)

    with pytest.raises(IllegalTransition, match="decided already"):
        take(suggestion, desk.researcher)


def test_author_or_whoever_made_it_lays_it_aside(desk: Desk, claim: Claim) -> None:
    for actor in (desk.researcher, desk.editor):
        suggestion = dismiss(suggest(claim, desk.editor), actor)
        assert (suggestion.state, suggestion.decided_by) == (SuggestionState.DISMISSED, actor)
    assert headline(claim) == "Rents rose, but by less"


def test_others_do_not_lay_it_aside(desk: Desk, claim: Claim) -> None:
    with pytest.raises(PermissionDenied):
        dismiss(suggest(claim, desk.editor), desk.chief)


def test_laying_aside_twice_is_refused(desk: Desk, claim: Claim) -> None:
    suggestion = dismiss(suggest(claim, desk.editor), desk.researcher)

    with pytest.raises(IllegalTransition):
        dismiss(suggestion, desk.researcher)


def test_suggestion_of_another_claim_is_refused(desk: Desk, claim: Claim) -> None:
    suggestion = suggest(claim, desk.editor)
    other = factories.ready_claim(desk)

    with pytest.raises(Refused, match="no such suggestion"):
        review.take_suggestion(claim_id=other.pk, actor=desk.researcher, suggestion_id=suggestion.pk)


def test_a_wording_that_changed_while_somebody_wrote_is_not_proposed_away(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    shown = review.wording_hash(headline(claim))
    factories.edit(claim, desk.researcher, {HEADLINE: "Changed by hand"})
    proposal = {"claim_id": claim.pk, "actor": desk.editor, "path": HEADLINE, "proposed": "Rents rose less"}

    with pytest.raises(ContentChanged) as changed:
        review.suggest(**proposal, shown_hash=shown)
    assert changed.value.parts == [HEADLINE]
    assert not Suggestion.objects.filter(claim=claim).exists()

    again = review.suggest(**proposal, shown_hash=review.wording_hash("Changed by hand"))
    assert again.before == "Changed by hand"


def test_taking_is_the_authors_edit_and_the_ledger_tells_whose_suggestion_it_was(desk: Desk, claim: Claim) -> None:
    suggestion = take(suggest(claim, desk.editor), desk.researcher)
    entry = factories.last_entry(claim)
    told = json.loads(entry.change.text)

    assert entry.actor == desk.researcher
    assert entry.authored
    assert told["fields"][HEADLINE] == ["Rents rose, but by less", "Rents rose less"]
    assert (told["facts"]["suggestion"], told["facts"]["suggested_by"]) == (suggestion.pk, desk.editor.pk)
