"""Editing a claim by the paths of its fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import NotEditable, Refused
from claims.models import Claim
from claims.vocabulary import Action, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(made_once: Callable[..., Any]) -> tuple[Desk, int]:
    """A desk and a claim in research that opens every gate, for all tests here."""
    return made_once(lambda: factories.at_a_new_desk(factories.ready_claim))


@pytest.fixture
def desk(made: tuple[Desk, int], db: None) -> Desk:
    return factories.fresh_desk(made[0])


@pytest.fixture
def claim(made: tuple[Desk, int], db: None) -> Claim:
    return Claim.objects.get(pk=made[1])


def test_many_fields_are_one_action(desk: Desk, claim: Claim) -> None:
    edits = {
        "priority": "urgent",
        "texts.fr.statement": "Les loyers.",
        "verdict.rating": factories.rating("false"),
        "verdict.texts.fr.headline": "Moins",
        "evidence.R1.stance": "background",
        "quantities": [{"low": "9", "high": "12", "unit": "%"}],
    }
    after = factories.edit(claim, desk.researcher, edits)

    assert after.revision == claim.revision + 1
    assert factories.last_entry(claim).action == Action.EDIT
    assert claim.ledger.count() == after.revision


# A path that does not exist and a value that does not fit are refused at their field; nothing is saved.
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("status", "published"),
        ("revision", 99),
        ("parked_until", "2025-01-01"),
        ("texts.en", "Rents rose."),
        ("texts.en.language", "de"),
        ("verdict.claim", 1),
        ("verdict.texts.en.verdict", 1),
        ("evidence.R1.seen_by", 1),
        ("evidence.R1.key", "R2"),
        ("nonsense", 1),
        ("", 1),
        ("priority", "sometime"),
        ("risk", "none"),
        ("kinds", ["rumour"]),
        ("checkability", ""),
        ("due_on", "soon"),
        ("texts.en.statement", "  "),
        ("texts.xx-nonsense-language!.statement", "Rents rose."),
        ("texts.fr.why", "Parce que."),
        ("verdict.question", "maybe"),
        ("verdict.rating", 999_999),
        ("verdict.researched_until", "soon"),
        ("verdict.change_kind", "retraction"),
        ("verdict.change_kind", "first"),
        ("verdict.change_kind", "nonsense"),
        ("verdict.texts.en.headline", "x" * 301),
        ("verdict.texts.xx-nonsense-language!.headline", "Moins"),
        ("evidence.R1.url", "not an address"),
        ("evidence.R1.published", "last year"),
        ("evidence.R1.stance", "maybe"),
        ("evidence.N1.excerpt", "no source"),
        ("quantities", [{"low": "9", "high": "3"}]),
        ("quantities", [{"low": "many"}]),
    ],
)
def test_what_does_not_fit_is_refused(path: str, value: Any, desk: Desk, claim: Claim) -> None:
    with pytest.raises(Refused) as refusal:
        factories.edit(claim, desk.chief, {"priority": "urgent", path: value})

    assert refusal.value.field.partition(".")[0] == path.partition(".")[0]
    assert factories.fresh(claim).priority == "normal"


@pytest.mark.parametrize("status", [Status.REVIEW, Status.PUBLISHED, Status.PARKED, Status.DECLINED, Status.RETRACTED])
def test_content_is_not_edited_here_but_who_works_on_it_is(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk)
    with pytest.raises(NotEditable):
        factories.edit(claim, desk.researcher, {"priority": "high"})

    after = factories.edit(claim, desk.researcher, {"assignee": desk.editor, "due_on": "2025-05-01"})
    assert factories.fresh(after).assignee == desk.editor
    assert factories.last_entry(claim).action == Action.ASSIGN
    assert factories.fresh(claim).status == status


def test_edited_content_of_an_approved_claim_is_read_again(desk: Desk) -> None:
    claim = factories.approved_claim(desk)
    after = factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": "Rents rose less"})

    assert after.status == factories.fresh(claim).status == Status.REVIEW
    assert after.revision == claim.revision + 1
    assert "revised" in factories.last_entry(claim).change.text


# What no reader judges does not send an approved claim back.
@pytest.mark.parametrize(
    "edits",
    [
        {"priority": "high"},
        {"kinds": ["comparison"]},
        {"evidence.R1.note": "Ask again."},
        {"verdict.not_asked_reason": "It is their own report, and it is public."},
        {"texts.fr.statement": "Les loyers."},
    ],
)
def test_approved_claim_stays_approved_where_no_content_changed(edits: dict[str, Any], desk: Desk) -> None:
    claim = factories.approved_claim(desk)
    factories.edit(claim, desk.researcher, edits)

    assert factories.fresh(claim).status == Status.APPROVED


def test_risk_is_set_by_an_editor(desk: Desk, claim: Claim) -> None:
    with pytest.raises(PermissionDenied, match="set by an editor"):
        factories.edit(claim, desk.researcher, {"risk": "high"})
    factories.edit(claim, desk.editor, {"risk": "high"})

    assert factories.fresh(claim).risk == "high"
    factories.edit(claim, desk.researcher, {"risk": "high", "priority": "high"})


# Evidence


def test_new_item_takes_the_citation_of_its_source_where_nothing_was_typed(desk: Desk, claim: Claim) -> None:
    source = factories.make_source(desk.researcher, "Annual report", publisher="Bank", language="de", published="2025")
    typed = {"title": "Annual report, page 3", "publisher": "", "url": "", "language": ""}
    factories.edit(claim, desk.researcher, factories.evidence_item("N1", source, **typed))
    item = claim.evidence.get(key="N1")

    assert (item.title, item.publisher, item.url) == ("Annual report, page 3", "Bank", source.url)
    assert (item.language, item.published, item.source_kind) == ("de", "2025", source.kind)


def test_new_item_whose_source_is_not_to_be_named_takes_nothing_that_was_left_empty(desk: Desk, claim: Claim) -> None:
    source = factories.make_source(desk.researcher, "Jane Doe's letter", publisher="Jane Doe")
    typed = {"publisher": "A former employee", "title": "", "url": "", "redaction_reason": "She asked for it."}
    factories.edit(claim, desk.researcher, factories.evidence_item("N1", source, **typed))
    item = claim.evidence.get(key="N1")

    assert (item.publisher, item.title, item.url) == ("A former employee", "", "")


def test_item_is_seen_by_whoever_says_how(desk: Desk, claim: Claim) -> None:
    source = factories.make_source(desk.researcher)
    factories.edit(claim, desk.researcher, factories.evidence_item("N1", source, seen_how=""))
    assert claim.evidence.get(key="N1").is_lead

    factories.edit(claim, desk.editor, {"evidence.N1.seen_how": "at the archive"})
    item = claim.evidence.get(key="N1")
    assert (item.seen_by, item.seen_how, item.is_lead) == (desk.editor, "at the archive", False)

    factories.edit(claim, desk.researcher, {"evidence.N1.seen_how": "read online"})
    item = claim.evidence.get(key="N1")
    assert (item.seen_by, item.seen_how) == (desk.editor, "read online")

    factories.edit(claim, desk.researcher, {"evidence.N1.seen_how": ""})
    assert claim.evidence.get(key="N1").is_lead


def test_other_source_brings_its_citation_unless_another_is_typed(desk: Desk, claim: Claim) -> None:
    other = factories.make_source(desk.researcher, "Another report", publisher="Institute")
    factories.edit(claim, desk.researcher, {"evidence.R1.source": other, "evidence.R1.title": "Typed title"})
    item = claim.evidence.get(key="R1")

    assert (item.source, item.title, item.publisher, item.url) == (other, "Typed title", "Institute", other.url)


def test_key_is_never_used_again(desk: Desk, claim: Claim) -> None:
    factories.edit(claim, desk.researcher, {"evidence.R1.removed": True})

    with pytest.raises(Refused, match="used before"):
        factories.edit(claim, desk.researcher, factories.evidence_item("R1", factories.make_source(desk.researcher)))
    assert claim.evidence.filter(key="R1").count() == 1


def test_item_that_was_taken_out_can_be_put_back(desk: Desk, claim: Claim) -> None:
    factories.edit(claim, desk.researcher, {"evidence.R1.removed": True})
    factories.edit(claim, desk.researcher, {"evidence.R1.removed": False})

    assert not claim.evidence.get(key="R1").removed


def test_item_can_be_changed_and_taken_out_at_once(desk: Desk, claim: Claim) -> None:
    factories.edit(claim, desk.researcher, {"evidence.R1.note": "Was wrong.", "evidence.R1.removed": True})

    assert claim.evidence.get(key="R1").note == "Was wrong."
    assert claim.evidence.get(key="R1").removed


def test_numbers_are_replaced_whole(desk: Desk, claim: Claim) -> None:
    factories.edit(claim, desk.researcher, {"quantities": [{"low": "9"}, {"low": "12"}]})
    factories.edit(claim, desk.researcher, {"quantities": [{"low": "12"}]})
    revision = factories.fresh(claim).revision
    factories.edit(claim, desk.researcher, {"quantities": [{"low": "12.0"}]})

    assert [quantity.low for quantity in claim.quantities.all()] == [12]
    assert factories.fresh(claim).revision == revision


def test_empty_verdict_makes_no_row(desk: Desk) -> None:
    claim = factories.research_claim(desk)
    form = {"verdict.question": "", "verdict.rating": None, "verdict.texts.en.headline": "", "texts.fr.statement": ""}
    after = factories.edit(claim, desk.researcher, {**form, "verdict.texts.en.up_to_date": False})

    assert after.revision == claim.revision
    assert not hasattr(factories.fresh(claim), "verdict")


def test_editing_twice_is_editing_once(desk: Desk, claim: Claim) -> None:
    for _ in range(2):
        after = factories.edit(claim, desk.researcher, {"priority": "high", "topics": [" housing ", ""]})

    assert after.revision == claim.revision + 1
