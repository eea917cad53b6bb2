"""One action, one revision, one entry: the chain, what it says, and who of two writers gets through."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims import services
from claims.errors import Busy, Conflict, NotCanonical, Refused
from claims.language import canonical
from claims.models import AGGREGATES, Claim, LedgerEntry, Source
from claims.services import (
    erasure,
    intake,
    ledger,
    people,
    publication,
    records,
    research,
    review,
)
from claims.vocabulary import Action, Role, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


def change_of(entry: LedgerEntry) -> dict[str, Any]:
    return json.loads(entry.change.text)


# Entries


def test_revision_n_is_entry_n_for_every_aggregate(desk: Desk) -> None:
    claim = factories.published_claim(desk)
    factories.publish_again(claim, desk)

    for name, model in AGGREGATES.items():
        for aggregate in model.objects.all():
            entries = LedgerEntry.objects.filter(**{name: aggregate}).order_by("sequence")
            assert [entry.sequence for entry in entries] == list(range(1, aggregate.revision + 1))


def test_entry_follows_the_one_before_it_by_its_hash(desk: Desk) -> None:
    entries = list(factories.ready_claim(desk).ledger.order_by("sequence"))

    assert entries[0].previous_hash == ""
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]


def test_hash_is_that_of_the_text_and_the_text_holds_a_salted_hash_of_the_change(desk: Desk) -> None:
    for entry in factories.ready_claim(desk).ledger.all():
        assert entry.hash == canonical.digest(entry.text)
        assert entry.data["change"] == canonical.commitment(entry.change.salt, entry.change.text)
        assert entry.change.text not in entry.text


def test_text_of_an_entry_says_what_its_columns_say(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    entry = factories.last_entry(claim)

    assert entry.data == {
        "schema": 1,
        "aggregate": {"kind": "claim", "uuid": str(claim.uuid)},
        "sequence": 3,
        "action": "edit",
        "actor": desk.researcher.pk,
        "on_behalf_of": None,
        "change_set": str(entry.change_set),
        "changed_content": True,
        "authored": True,
        "at": canonical.moment(entry.at),
        "change": entry.data["change"],
        "previous": entry.previous_hash,
    }


def test_entry_tells_each_field_before_and_after(desk: Desk) -> None:
    claim = factories.inbox_claim(desk)
    factories.edit(claim, desk.researcher, {"priority": "high", "due_on": date(2025, 5, 1), "topics": ["housing", "x"]})

    assert change_of(factories.last_entry(claim))["fields"] == {
        "priority": ["normal", "high"],
        "due_on": [None, "2025-05-01"],
        "topics": [["housing"], ["housing", "x"]],
    }


def test_entries_of_one_action_share_its_change_set_and_no_other_does(desk: Desk) -> None:
    outlet = factories.make_outlet(desk.researcher)
    other = factories.make_outlet(desk.researcher, "The Evening Paper")

    assert outlet.ledger.get().change_set == outlet.speaker.ledger.get().change_set
    assert outlet.ledger.get().change_set != other.ledger.get().change_set


def test_action_that_writes_nothing_leaves_no_entry(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    headline = claim.verdict.texts.get(language="en").headline

    after = factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": headline, "priority": "normal"})

    assert after.revision == claim.revision
    assert claim.ledger.count() == claim.revision


def test_refused_action_leaves_no_entry_and_no_change(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    with pytest.raises(Refused):
        factories.edit(claim, desk.researcher, {"priority": "high", "verdict.texts.en.headline": "x" * 301})

    assert factories.fresh(claim).priority == "normal"
    assert claim.ledger.count() == factories.fresh(claim).revision == claim.revision


def test_entry_says_who_acted_and_on_behalf_of_whom(desk: Desk) -> None:
    claim = factories.inbox_claim(desk)
    factories.edit(claim, desk.researcher, {"texts.en.statement": "Rents rose."}, on_behalf_of=desk.chief)
    entry = factories.last_entry(claim)

    assert (entry.actor, entry.on_behalf_of) == (desk.researcher, desk.chief)
    assert people.author_ids(claim) == {desk.researcher.pk, desk.chief.pk}


def test_no_service_takes_the_time_of_an_entry() -> None:
    """Times are the machine's clock; a time of publication and a day to wake are about something else."""
    allowed = {"publish_at", "until", "published"}
    for module in (erasure, intake, publication, records, research, review):
        for _name, function in inspect.getmembers(module, inspect.isfunction):
            for parameter in inspect.signature(function).parameters:
                assert (
                    parameter in allowed
                    or not parameter.endswith(("_at", "_on", "now", "today", "when"))
                    or parameter == "opened_at"
                ), f"{module.__name__}: {parameter}"


def test_every_service_takes_keywords_only() -> None:
    assert services.__doc__
    for module in (erasure, intake, publication, records, research, review):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            parameters = inspect.signature(function).parameters
            if "actor" in parameters and not name.startswith("_"):
                kinds = {parameter.kind for parameter in parameters.values()}
                assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}, name


# Content and authors


PART = {"finding": "right", "texts": {"en": "Rents rose."}, "evidence": ["R1"]}


# An entry changed content exactly when the content hashes differently; it makes an author besides when it wrote
# words that a publication may come to hold once their language is complete.
@pytest.mark.parametrize(
    ("edits", "changed_content", "authored"),
    [
        ({"texts.en.statement": "Rents rose by 12 per cent."}, True, True),
        ({"verdict.rating": None}, True, True),
        ({"evidence.R1.excerpt": "plus nine"}, True, True),
        ({"topics": ["housing", "city"]}, True, True),
        ({"speaker": None}, True, True),
        ({"texts.fr.statement": "Les loyers."}, False, True),
        ({"verdict.texts.fr.headline": "Moins"}, False, True),
        ({"verdict.texts.en.change_note": "Nothing yet."}, False, True),
        ({"verdict.elements": [{**PART, "texts": {**PART["texts"], "fr": "Les loyers."}}]}, False, True),
        ({"calculations.K1.labels": {"en": "The rise", "fr": "La hausse"}}, False, True),
        ({"evidence.R1.note": "Ask again."}, False, False),
        ({"verdict.one_source_reason": "It is the only record."}, False, False),
        ({"priority": "high"}, False, False),
        ({"kinds": ["comparison"]}, False, False),
        ({"due_on": "2025-05-01"}, False, False),
        ({"quantities": [{"low": "12", "unit": "%"}]}, False, False),
    ],
)
def test_entry_says_whether_it_changed_content(
    edits: dict[str, Any], changed_content: bool, authored: bool, desk: Desk
) -> None:
    rise = {"calculations.K1.labels": {"en": "The rise"}, "calculations.K1.expression": "12 - 3"}
    claim = factories.ready_claim(desk, {"verdict.elements": [PART], **rise})
    factories.edit(claim, desk.editor, edits)
    entry = factories.last_entry(claim)

    assert (entry.changed_content, entry.authored) == (changed_content, authored)
    assert (desk.editor.pk in people.author_ids(claim)) is authored


# Assigning, commenting and anchoring are logged and raise the revision, but they are not content.
def test_desk_work_is_logged_and_is_no_content(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    revision = claim.revision
    factories.edit(claim, desk.editor, {"assignee": desk.editor})
    remark = review.comment(claim_id=claim.pk, actor=desk.editor, text="Line 2?")
    review.resolve(claim_id=claim.pk, actor=desk.researcher, review_id=remark.pk)
    entries = claim.ledger.filter(sequence__gt=revision).order_by("sequence")

    assert [entry.action for entry in entries] == [Action.ASSIGN, Action.COMMENT, Action.RESOLVE]
    assert not any(entry.changed_content or entry.authored for entry in entries)
    assert factories.fresh(claim).status == Status.REVIEW


def test_authors_are_counted_from_the_last_publication_on(desk: Desk) -> None:
    claim = factories.published_claim(desk)
    assert people.author_ids(claim) == set()

    factories.research_again(claim, desk)
    assert people.author_ids(claim) == {desk.researcher.pk}


def test_withdrawal_does_not_make_its_authors_forgotten(desk: Desk) -> None:
    claim = factories.reopened_claim(desk)
    publication.retract(claim_id=claim.pk, actor=desk.chief, reasons={"en": "Misread."})

    assert people.author_ids(claim) == {desk.researcher.pk}


# Two people, one claim. The form of the one was opened at a revision; the other saved since.


def stale(claim: Claim, desk: Desk, theirs: dict[str, Any]) -> int:
    """The revision at which the researcher opened a form, before the editor saved `theirs`."""
    opened_at = factories.fresh(claim).revision
    factories.edit(claim, desk.editor, theirs)
    return opened_at


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


HEADLINE = "verdict.texts.en.headline"
SUMMARY = "verdict.texts.en.summary"
OLD_HEADLINE = "Rents rose, but by less"


def headline_of(claim: Claim) -> str:
    return claim.verdict.texts.get(language="en").headline


def test_same_field_written_by_both_is_a_conflict_that_shows_both(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, {HEADLINE: "Theirs"})

    with pytest.raises(Conflict) as conflict:
        factories.edit(claim, desk.researcher, {HEADLINE: "Mine", "priority": "high"}, opened_at=opened_at)

    (clash,) = conflict.value.clashes
    assert (clash.path, clash.base, clash.theirs, clash.mine) == (HEADLINE, OLD_HEADLINE, "Theirs", "Mine")
    assert conflict.value.revision == opened_at + 1
    assert headline_of(claim) == "Theirs"
    assert factories.fresh(claim).priority == "normal"
    assert factories.fresh(claim).revision == opened_at + 1


def test_other_field_goes_through_on_top(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, {HEADLINE: "Theirs"})

    factories.edit(claim, desk.researcher, {SUMMARY: "Mine"}, opened_at=opened_at)

    assert headline_of(claim) == "Theirs"
    assert claim.verdict.texts.get(language="en").summary == "Mine"
    assert factories.fresh(claim).revision == opened_at + 2


# A form posts all its fields. What equals the value it was opened with was not typed and stays as it is now.
def test_field_that_was_not_typed_is_left_as_it_is_now(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, {HEADLINE: "Theirs"})

    factories.edit(claim, desk.researcher, {HEADLINE: OLD_HEADLINE, SUMMARY: "Mine"}, opened_at=opened_at)

    assert headline_of(claim) == "Theirs"
    assert set(change_of(factories.last_entry(claim))["fields"]) == {SUMMARY}


def test_both_typing_the_same_words_is_no_conflict(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, {HEADLINE: "The same"})

    after = factories.edit(claim, desk.researcher, {HEADLINE: "The same"}, opened_at=opened_at)

    assert after.revision == opened_at + 1


def test_base_is_what_the_form_showed_however_often_the_field_changed_since(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, {HEADLINE: "Once"})
    factories.edit(claim, desk.editor, {HEADLINE: "Twice"})

    factories.edit(claim, desk.researcher, {HEADLINE: OLD_HEADLINE}, opened_at=opened_at)
    assert headline_of(claim) == "Twice"
    with pytest.raises(Conflict) as conflict:
        factories.edit(claim, desk.researcher, {HEADLINE: "Once"}, opened_at=opened_at)
    assert conflict.value.clashes[0].base == OLD_HEADLINE


def test_form_opened_between_two_changes_sees_the_first_as_its_own(claim: Claim, desk: Desk) -> None:
    factories.edit(claim, desk.editor, {HEADLINE: "Once"})
    opened_at = stale(claim, desk, {HEADLINE: "Twice"})

    factories.edit(claim, desk.researcher, {HEADLINE: "Once"}, opened_at=opened_at)

    assert headline_of(claim) == "Twice"


def test_edit_without_a_revision_goes_through_on_top(claim: Claim, desk: Desk) -> None:
    stale(claim, desk, {HEADLINE: "Theirs"})

    factories.edit(claim, desk.researcher, {HEADLINE: "Mine"})

    assert headline_of(claim) == "Mine"


def test_form_opened_at_a_revision_that_does_not_exist_is_refused(claim: Claim, desk: Desk) -> None:
    with pytest.raises(Refused, match="does not exist"):
        factories.edit(claim, desk.researcher, {HEADLINE: "Mine"}, opened_at=claim.revision + 1)


# Every kind of field: what the one wrote, what the other posts at the old revision, and the path that clashes.
@pytest.mark.parametrize(
    ("theirs", "mine", "path"),
    [
        ({"priority": "high"}, {"priority": "urgent"}, "priority"),
        ({"topics": ["a"]}, {"topics": ["b"]}, "topics"),
        ({"kinds": ["event"]}, {"kinds": ["causal"]}, "kinds"),
        ({"due_on": date(2025, 5, 1)}, {"due_on": "2025-05-02"}, "due_on"),
        ({"speaker": None}, {"speaker": "The Mayor"}, "speaker"),
        ({"texts.en.statement": "A"}, {"texts.en.statement": "B"}, "texts.en.statement"),
        ({"texts.fr.statement": "A"}, {"texts.fr.statement": "B"}, "texts.fr.statement"),
        ({"texts.de.why": "A"}, {"texts.de.why": "B"}, "texts.de.why"),
        ({"verdict.judged_by": "time_of_claim"}, {"verdict.judged_by": ""}, "verdict.judged_by"),
        ({"verdict.rating": "false"}, {"verdict.rating": "unproven"}, "verdict.rating"),
        ({"verdict.texts.de.up_to_date": False}, {"verdict.texts.de.headline": "B"}, ""),
        ({"evidence.R1.excerpt": "A"}, {"evidence.R1.excerpt": "B"}, "evidence.R1.excerpt"),
        ({"evidence.R1.stance": "supports"}, {"evidence.R1.stance": "background"}, "evidence.R1.stance"),
        ({"quantities": [{"low": "1"}]}, {"quantities": [{"low": "2"}]}, "quantities"),
        ({"quantities": [{"low": "1"}]}, {"quantities": []}, ""),
    ],
)
def test_conflict_is_of_the_field(
    theirs: dict[str, Any], mine: dict[str, Any], path: str, claim: Claim, desk: Desk
) -> None:
    def filled(edits: dict[str, Any]) -> dict[str, Any]:
        made = {
            "speaker": lambda name: name and factories.make_speaker(desk.researcher, name),
            "verdict.rating": factories.rating,
        }
        return {path: made[path](value) if path in made else value for path, value in edits.items()}

    opened_at = stale(claim, desk, filled(theirs))

    if not path:
        factories.edit(claim, desk.researcher, filled(mine), opened_at=opened_at)
        return
    with pytest.raises(Conflict) as conflict:
        factories.edit(claim, desk.researcher, filled(mine), opened_at=opened_at)
    assert [clash.path for clash in conflict.value.clashes] == [path]


def test_every_clash_is_told_at_once(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, {HEADLINE: "Theirs", SUMMARY: "Theirs", "priority": "high"})

    with pytest.raises(Conflict) as conflict:
        factories.edit(
            claim, desk.researcher, {HEADLINE: "Mine", SUMMARY: "Mine", "priority": "high"}, opened_at=opened_at
        )

    assert [clash.path for clash in conflict.value.clashes] == [HEADLINE, SUMMARY]


def test_field_of_a_language_that_was_added_meanwhile_showed_empty(claim: Claim, desk: Desk) -> None:
    opened_at = stale(
        claim,
        desk,
        {"texts.fr.statement": "Les loyers.", "texts.fr.why": "Parce que.", "verdict.texts.fr.headline": "Moins"},
    )
    form = {
        "texts.fr.statement": "",
        "texts.fr.why": "",
        "verdict.texts.fr.headline": "",
        "verdict.texts.fr.up_to_date": True,
        "priority": "high",
    }

    factories.edit(claim, desk.researcher, form, opened_at=opened_at)

    assert claim.texts.get(language="fr").statement == "Les loyers."
    assert claim.verdict.texts.get(language="fr").headline == "Moins"
    assert factories.fresh(claim).priority == "high"


def test_evidence_that_was_taken_out_meanwhile_is_not_written_into_unseen(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, {"evidence.R1.removed": True})

    with pytest.raises(Conflict) as conflict:
        factories.edit(
            claim,
            desk.researcher,
            {"evidence.R1.excerpt": "Mine", "evidence.R1.removed": False},
            opened_at=opened_at,
        )
    assert [clash.path for clash in conflict.value.clashes] == ["evidence.R1.removed"]

    untouched = {"evidence.R1.excerpt": "plus 9 per cent", "evidence.R1.removed": False, "priority": "high"}
    factories.edit(claim, desk.researcher, untouched, opened_at=opened_at)
    assert claim.evidence.get(key="R1").removed


def test_evidence_that_both_added_under_one_key_is_a_conflict(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, factories.evidence_item("N1", factories.make_source(desk.editor)))

    mine = {**factories.evidence_item("N1", factories.make_source(desk.researcher)), "evidence.N1.removed": False}
    with pytest.raises(Conflict):
        factories.edit(claim, desk.researcher, mine, opened_at=opened_at)


# Who saw an item and when follows from how it was seen, so it never clashes by itself.
def test_item_that_became_a_lead_meanwhile_stays_one(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, {"evidence.R1.seen_how": ""})

    factories.edit(
        claim, desk.researcher, {"evidence.R1.seen_how": "read online", "priority": "high"}, opened_at=opened_at
    )

    assert claim.evidence.get(key="R1").is_lead
    assert factories.fresh(claim).priority == "high"


def test_item_that_was_seen_meanwhile_stays_seen(claim: Claim, desk: Desk) -> None:
    factories.edit(claim, desk.researcher, {"evidence.R1.seen_how": ""})
    opened_at = stale(claim, desk, {"evidence.R1.seen_how": "at the archive"})

    factories.edit(claim, desk.researcher, {"evidence.R1.seen_how": "", "priority": "high"}, opened_at=opened_at)

    assert claim.evidence.get(key="R1").seen_by == desk.editor


def test_source_that_was_changed_meanwhile_keeps_its_citation(claim: Claim, desk: Desk) -> None:
    before = claim.evidence.get(key="R1").source
    other = factories.make_source(desk.editor, language="de")
    opened_at = stale(claim, desk, {"evidence.R1.source": other})

    factories.edit(claim, desk.researcher, {"evidence.R1.source": before, "priority": "high"}, opened_at=opened_at)

    item = claim.evidence.get(key="R1")
    assert (item.source, item.title, item.language) == (other, other.title, "de")


def test_risk_that_an_editor_set_meanwhile_is_none_of_the_researchers_doing(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, {"risk": "high"})

    factories.edit(claim, desk.researcher, {"risk": "normal", "priority": "high"}, opened_at=opened_at)

    assert (factories.fresh(claim).risk, factories.fresh(claim).priority) == ("high", "high")


def test_edit_that_revises_takes_away_a_time_that_was_set_meanwhile(desk: Desk) -> None:
    claim = factories.approved_claim(desk)
    opened_at = claim.revision
    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=factories.tomorrow())

    factories.edit(claim, desk.researcher, {HEADLINE: "Mine"}, opened_at=opened_at)

    assert (factories.fresh(claim).status, factories.fresh(claim).publish_at) == (Status.REVIEW, None)


def test_edit_that_was_opened_in_second_read_revises_what_was_approved_meanwhile(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    opened_at = claim.revision
    factories.approve(claim, desk.editor)

    factories.edit(claim, desk.researcher, {HEADLINE: "Mine"}, opened_at=opened_at)

    assert factories.fresh(claim).status == Status.REVIEW


# What an erasure masked or emptied cannot be compared: whatever differs from what stands there now is a conflict.
def test_form_that_was_opened_before_an_erasure_does_not_bring_the_words_back(claim: Claim, desk: Desk) -> None:
    factories.edit(claim, desk.researcher, {SUMMARY: "Jane Doe counted."})
    opened_at = factories.fresh(claim).revision
    erasure.erase(actor=desk.chief, text="Jane Doe", reason="An order of the court.")
    form = {SUMMARY: "Jane Doe counted.", "priority": "normal"}

    with pytest.raises(Conflict) as conflict:
        factories.edit(claim, desk.researcher, form, opened_at=opened_at)

    assert [clash.path for clash in conflict.value.clashes] == [SUMMARY]
    assert "Jane Doe" not in claim.verdict.texts.get(language="en").summary


def test_entry_that_was_emptied_leaves_the_form_blind(claim: Claim, desk: Desk) -> None:
    opened_at = stale(claim, desk, {HEADLINE: "Jane Doe was right"})
    factories.edit(claim, desk.editor, {HEADLINE: "Theirs"})
    erasure.erase(actor=desk.chief, text="Jane Doe", reason="An order of the court.")

    for typed in (OLD_HEADLINE, "Jane Doe was right", "Mine"):
        with pytest.raises(Conflict):
            factories.edit(claim, desk.researcher, {HEADLINE: typed}, opened_at=opened_at)
    factories.edit(claim, desk.researcher, {HEADLINE: "Theirs", "priority": "normal"}, opened_at=opened_at)
    assert headline_of(claim) == "Theirs"


def test_record_has_the_same_rule(desk: Desk) -> None:
    source = factories.make_source(desk.researcher, "Report")

    def edit(actor: Any, **values: Any) -> None:
        records.edit_record(record=Source, record_id=source.pk, actor=actor, values=values, opened_at=1)

    edit(desk.editor, title="Theirs")
    edit(desk.researcher, title="Report", language="de")
    with pytest.raises(Conflict):
        edit(desk.researcher, title="Mine")

    source.refresh_from_db()
    assert (source.title, source.language, source.revision) == ("Theirs", "de", 3)


# The order in which a form's fields arrive does not matter.
def test_fields_may_come_in_any_order(claim: Claim, desk: Desk) -> None:
    edits = {
        "texts.fr.why": "Parce que.",
        "verdict.texts.fr.up_to_date": False,
        "verdict.texts.fr.headline": "Moins",
        "texts.fr.statement": "Les loyers.",
    }
    factories.edit(claim, desk.researcher, edits)

    assert claim.texts.get(language="fr").why == "Parce que."
    assert claim.verdict.texts.get(language="fr").up_to_date is False


# The guarded write


def test_row_that_changed_under_the_lock_is_busy(claim: Claim, desk: Desk) -> None:
    def write_past_the_lock() -> None:
        with ledger.change(Claim, claim.pk, action=Action.EDIT, actor=desk.researcher) as work:
            Claim.objects.filter(pk=claim.pk).update(revision=claim.revision + 1)
            work.write(work.aggregate, priority="high")

    with pytest.raises(Busy, match="Nothing was saved"):
        write_past_the_lock()


# Input that no database and no JSON reader can hold is refused at the door; texts are kept in NFC.
@pytest.mark.parametrize("text", ["NUL \x00", "half \ud83d"])
@pytest.mark.parametrize(
    "path", [HEADLINE, "texts.en.statement", "topics", "evidence.R1.excerpt", "texts.fr.statement"]
)
def test_text_that_cannot_be_kept_is_refused(path: str, text: str, claim: Claim, desk: Desk) -> None:
    with pytest.raises(NotCanonical):
        factories.edit(claim, desk.researcher, {path: [text] if path == "topics" else text})


def test_text_is_kept_composed(claim: Claim, desk: Desk) -> None:
    factories.edit(claim, desk.researcher, {HEADLINE: "Gro\u0308ßer", "topics": ["Gro\u0308ße"]})

    assert headline_of(claim) == "Größer"
    assert factories.fresh(claim).topics == ["Größe"]


def test_outsider_changes_nothing(claim: Claim) -> None:
    for role in (None, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            factories.edit(claim, factories.make_user(role), {"priority": "high"})
    assert factories.fresh(claim).revision == claim.revision
