"""The claim as it stood at any revision: rebuilt from its ledger it is what stood there; what is gone is said."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from claims import triggers
from claims.interchange import story
from claims.language import canonical
from claims.management import replay
from claims.models import Claim, ClaimText, LedgerChange, LedgerEntry, RatingScale
from claims.services import (
    asking,
    erasure,
    exporting,
    history,
    ledger,
    publication,
    quoting,
    research,
    review,
    verification,
)
from claims.vocabulary import Status
from factcheck.environment import BASE_DIR
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

Snapshots = dict[tuple[int, int], history.Fields]


@contextmanager
def watched() -> Iterator[Snapshots]:
    """What every claim's rows hold at each revision, taken as its change closes."""
    taken: Snapshots = {}
    close = ledger.Change.close

    def closing(self: ledger.Change[Any]) -> Any:
        entry = close(self)
        if isinstance(self.aggregate, Claim):
            taken[self.aggregate.pk, self.aggregate.revision] = history.live(self.aggregate)
        return entry

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger.Change, "close", closing)
        yield taken


def check(taken: Snapshots) -> None:
    """Every revision that was seen is rebuilt as it was, and nothing of it is lost."""
    claims = Claim.objects.in_bulk({key for key, _revision in taken})
    for (key, revision), fields in taken.items():
        standing = history.at(claims[key], revision)
        differing = {
            path: (standing.fields.get(path), fields.get(path))
            for path in {*standing.fields, *fields}
            if standing.fields.get(path) != fields.get(path)
        }
        assert (key, revision, differing, standing.lost) == (key, revision, {}, frozenset())
    for claim in claims.values():
        assert history.strays(claim) == []


def test_every_revision_of_a_whole_life_is_rebuilt(desk: Desk) -> None:
    with watched() as taken:
        claim = whole_life(desk)

    revisions = {revision for key, revision in taken if key == claim.pk}
    assert revisions == set(range(1, factories.fresh(claim).revision + 1))
    assert len(revisions) > 35
    check(taken)


def whole_life(desk: Desk) -> Claim:
    """A claim to which everything happens that can, by the services."""
    source = factories.make_source(desk.researcher)
    claim = factories.inbox_claim(
        desk, quantities=[{"low": "12", "high": "12.50", "unit": "%"}, {"low": "3"}], reasons={"de": "Viel geteilt."}
    )
    research.park(
        claim_id=claim.pk, actor=desk.researcher, until=timezone.localdate() + timedelta(days=2), reason="Figures."
    )
    research.wake(claim_id=claim.pk, actor=desk.editor)
    factories.edit(claim, desk.researcher, {**factories.ready_edits(desk), "quantities": [{"low": "9", "unit": "%"}]})
    for edits in (
        {**factories.evidence_item("A1", source, seen_how="", note="look"), "priority": "high"},
        {"evidence_order": ["A1", "R1"], "evidence.A1.seen_how": "by phone", "risk": "high"},
        {"evidence.B1.removed": True, "texts.fr.statement": "Les loyers ont augmenté."},
        {**factories.evidence_item("C1", source), "texts.fr.why": "Pour voir."},
        {"evidence.B1.removed": False, "evidence.C1.source": factories.make_source(desk.researcher)},
        {"calculations.K1.expression": "1 + 1", "calculations.K1.labels": {"en": "Sum"}},
        {"calculations.K1.removed": True, "topics": ["housing", "rents"], "speaker": None},
        {"verdict.elements": [{"finding": "right", "texts": {"en": "Rents rose"}, "evidence": ["R1"]}]},
        {"risk": "normal", "verdict.texts.de.up_to_date": False, "assignee": desk.editor, "due_on": "2027-01-01"},
    ):
        factories.edit(claim, desk.editor, edits)
    quotations(claim, desk)
    replies(claim, desk)
    published(claim, desk)
    return claim


def quotations(claim: Claim, desk: Desk) -> None:
    """Moved, spoken by others, added, taken over from a duplicate, and given back to it."""
    own = claim.quotations.get()
    research.edit_quotation(
        claim_id=claim.pk, actor=desk.researcher, quotation_id=own.pk, start=own.start, end=own.end - 8, voices=[]
    )
    version = factories.make_article(desk.researcher, f"Once more: {factories.TEXT}", title="Again")
    research.quote_again(claim_id=claim.pk, actor=desk.researcher, passage=factories.passage(version, "The mayor"))
    twin = factories.research_claim(desk, version=version)
    speaker = quoting.Spoken(factories.make_speaker(desk.researcher, "A Bank"))
    research.edit_quotation(
        claim_id=twin.pk, actor=desk.researcher, quotation_id=twin.quotations.get().pk, voices=[speaker]
    )
    research.link_as_same(claim_id=twin.pk, actor=desk.researcher, same_as_id=claim.pk)
    research.restore(claim_id=twin.pk, actor=desk.editor, with_quotations=True)
    research.split(claim_id=claim.pk, actor=desk.researcher, statements={"en": "Rents rose."})
    factories.make_version(desk.researcher, own.version.article, f"Corrected. {own.version.text}")


def replies(claim: Claim, desk: Desk) -> None:
    request = factories.make_request(desk.researcher, claim)
    asking.record_reply(
        actor=desk.researcher, request_id=request.pk, words="We counted anew.", received_on=timezone.localdate()
    )
    asking.include_reply(
        actor=desk.editor, claim_id=claim.pk, request_id=request.pk, included=True, words="We counted anew."
    )
    asking.edit_request(actor=desk.editor, request_id=request.pk, values={"addressee": "The union"})
    asking.include_reply(actor=desk.editor, claim_id=claim.pk, request_id=request.pk, included=False)


def published(claim: Claim, desk: Desk) -> None:
    """Sent back, suggested, taken, approved, revised, scheduled, published, corrected, withdrawn."""
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    suggestion = review.suggest(
        claim_id=claim.pk, actor=desk.second_editor, path="verdict.texts.en.headline", proposed="Rents rose by 9"
    )
    review.take_suggestion(claim_id=claim.pk, actor=desk.researcher, suggestion_id=suggestion.pk)
    review.send_back(claim_id=claim.pk, actor=desk.second_editor, comment="Which register?")
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(claim, desk.second_editor)
    factories.edit(claim, desk.researcher, {"texts.en.why": "Because."})
    factories.approve(claim, desk.second_editor)
    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=factories.tomorrow())
    factories.publish(claim, desk.editor)
    publication.reopen(claim_id=claim.pk, actor=desk.editor, reason="A reader wrote in.")
    factories.edit(
        claim, desk.researcher, {"verdict.change_kind": "correction", "verdict.texts.en.change_note": "The figure."}
    )
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(claim, desk.second_editor)
    factories.publish(claim, desk.editor)
    publication.retract(claim_id=claim.pk, actor=desk.chief, reasons={"en": "It was misread."})


def test_every_revision_of_every_claim_of_the_story_is_rebuilt(desk: Desk) -> None:
    people = {
        "researcher": desk.researcher,
        "editor": desk.editor,
        "editor2": desk.second_editor,
        "chief": desk.chief,
    }
    scales = RatingScale.objects.prefetch_related("ratings")
    ratings = {scale.question: frozenset(rating.code for rating in scale.ratings.all()) for scale in scales}
    told = story.read(BASE_DIR / "fixtures" / "story", ratings)
    with watched() as taken:
        made = replay.Replay(told, people).run()

    assert made == 33
    assert len(taken) > 150
    check(taken)


@pytest.mark.parametrize("status", list(Status))
def test_a_claim_in_every_status_is_rebuilt_as_it_stands(desk: Desk, status: Status) -> None:
    claim = factories.fresh(factories.claim_in(status, desk))

    standing = history.at(claim, claim.revision)

    assert standing.fields == standing.now == history.live(claim)
    assert standing.value("status") == status
    assert history.at(claim, 1).value("status") == Status.INBOX


# What was erased leaves gaps, which are said and never guessed

NAME = "Jane Quill"


def erase(desk: Desk) -> None:
    erasure.erase(actor=desk.chief, text=NAME, reason="An order of the court.")


def test_what_stands_there_now_tells_what_an_emptied_entry_no_longer_does(desk: Desk) -> None:
    with watched() as taken:
        claim = factories.published_claim(desk, {"evidence.R1.note": f"ask {NAME}"})
    erase(desk)

    for revision in range(1, claim.revision + 1):
        standing = history.at(claim, revision)
        was = taken[claim.pk, revision]
        note = {"evidence.R1.note": f"ask {history.MASK * len(NAME)}"} if revision >= 3 else {}

        assert (standing.lost, standing.fields) == (frozenset(), {**was, **note})
        assert standing.masked == frozenset(note)
        assert standing.hidden_by == (3,)
    assert history.MASK == erasure.MASK
    assert history.strays(claim) == []


def test_what_is_hidden_on_both_sides_is_lost_and_not_guessed(desk: Desk) -> None:
    claim = factories.research_claim(desk, statements={"en": f"{NAME} raised rents."})  # 1 and 2
    factories.edit(claim, desk.researcher, {"priority": "high"})  # 3
    factories.edit(claim, desk.researcher, {"texts.en.statement": "She raised rents."})  # 4
    factories.edit(claim, desk.researcher, {"texts.en.statement": "They raised rents.", "topics": ["rents"]})  # 5
    erase(desk)

    first, third, fourth = (history.at(claim, revision) for revision in (1, 3, 4))

    assert {"texts.en.statement", "topics", "kinds"} <= first.lost & third.lost
    assert "status" not in first.lost, "the second entry tells what it was before"
    assert (first.value("status"), third.value("status")) == (Status.INBOX, Status.RESEARCH)
    assert (first.value("priority"), third.value("priority")) == ("normal", "high")
    assert first.hidden_by == (1, 4)
    assert fourth.lost == frozenset()
    assert fourth.value("texts.en.statement") == "She raised rents."
    assert fourth.value("topics") == ["housing"]
    with pytest.raises(KeyError):
        first.value("texts.en.statement")


def test_a_quotation_that_an_erasure_cut_is_told_as_it_was_and_as_it_is(desk: Desk) -> None:
    version = factories.make_article(desk.researcher, f"Rents rose, said {NAME} of the union on Tuesday.")
    claim = factories.inbox_claim(desk, version=version, passages=[factories.passage(version, "Rents rose, said Jane")])
    erase(desk)

    words = f"quotations.{claim.quotations.get().pk}.exact"
    assert history.at(claim, 2).value(words) == f"Rents rose, said {history.MASK * 4}"
    assert history.at(claim, 2).fields == history.live(claim)


def test_quotations_of_a_duplicate_whose_entry_was_emptied_are_lost(desk: Desk) -> None:
    version = factories.make_article(desk.researcher, f"Rents rose, said {NAME} of the union on Tuesday.")
    closing = factories.inbox_claim(desk, version=version, passages=[factories.passage(version, f"said {NAME}")])
    staying = factories.inbox_claim(desk)
    moved = f"quotations.{closing.quotations.get().pk}.exact"
    research.link_as_same(claim_id=closing.pk, actor=desk.researcher, same_as_id=staying.pk)
    erase(desk)

    assert moved in history.at(staying, 2).masked
    assert moved not in history.at(staying, 1).fields
    assert moved not in history.at(closing, 2).fields


def test_the_order_of_the_evidence_is_said_to_be_lost(desk: Desk) -> None:
    claim = factories.ready_claim(desk)  # 3
    factories.edit(claim, desk.researcher, {"evidence_order": ["B1", "R1"]})  # 4
    factories.edit(claim, desk.researcher, {"evidence.R1.note": NAME})  # 5
    factories.edit(claim, desk.researcher, {"evidence_order": ["R1", "B1"]})  # 6
    factories.edit(claim, desk.researcher, {"evidence.R1.note": f"{NAME}?"})  # 7
    factories.edit(claim, desk.researcher, {"evidence_order": ["B1", "R1"]})  # 8
    erase(desk)

    orders = {revision: history.at(claim, revision).value("evidence_order") for revision in range(3, 9)}

    assert orders == {
        3: ["R1", "B1"],
        4: ["B1", "R1"],
        5: ["B1", "R1"],
        6: ["R1", "B1"],
        7: ["R1", "B1"],
        8: ["B1", "R1"],
    }
    erased_twice = factories.ready_claim(desk)
    for note in (NAME, f"{NAME}?", "gone"):
        factories.edit(erased_twice, desk.researcher, {"evidence.R1.note": note})
    erase(desk)
    assert history.at(erased_twice, 3).order_is_known
    assert not history.at(erased_twice, 4).order_is_known


# What does not come from the ledger shows


def test_a_row_that_was_written_past_the_services_strays(desk: Desk) -> None:
    claim = factories.published_claim(desk)

    ClaimText.objects.filter(claim=claim, language="en").update(statement="Rents fell.")
    claim.evidence.filter(key="R1").update(excerpt="plus 1 per cent")

    assert history.strays(claim) == ["evidence.R1.excerpt", "texts.en.statement"]


def test_it_costs_the_same_for_a_long_life(desk: Desk, django_assert_max_num_queries: Any) -> None:
    claim = factories.ready_claim(desk)
    for number in range(30):
        factories.edit(claim, desk.researcher, {"texts.en.why": f"Reason {number}"})

    with django_assert_max_num_queries(15):
        history.at(claim, 5)


def lengthen(claim: Claim, number: int, words: str) -> None:
    """So many more entries with so many words each; nobody could type them in a test's time."""
    triggers.drop(connection)
    entry, text = claim.ledger.get(sequence=1), canonical.text({"fields": {}, "facts": {"comment": words}})
    common = {name: getattr(entry, name) for name in ("actor", "change_set", "changed_content", "authored", "at")}
    made = LedgerEntry.objects.bulk_create(
        LedgerEntry(claim=claim, sequence=sequence, action="comment", text="{}", hash="", **common)
        for sequence in range(claim.revision + 1, claim.revision + 1 + number)
    )
    LedgerChange.objects.bulk_create((LedgerChange(entry=one, salt="0" * 32, text=text) for one in made), 20)
    Claim.objects.filter(pk=claim.pk).update(revision=claim.revision + number)


def test_a_long_chain_takes_no_more_memory_than_a_part_of_it(desk: Desk) -> None:
    claim = factories.inbox_claim(desk)
    each = 40_000
    lengthen(claim, 600, "x" * each)
    claim = factories.fresh(claim)

    for read in (
        lambda: sum(1 for _line in exporting.lines(claim)),
        lambda: sum(1 for _break in verification.verify_chain("claim", claim)),
        lambda: len(history.at(claim, 300).fields),
    ):
        tracemalloc.start()
        try:
            assert read() > 0
            _size, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 300 * each, "half of the chain at once would be more"


def test_a_path_of_no_field_is_none() -> None:
    assert history.place_of("texts.de.statement") == ("texts", "texts.de", "statement")
    assert history.place_of("verdict.rating") == ("verdict", "verdict", "rating")
    for path in ("", "slug", "texts.de.colour", "check.slug", "quantities.0.low", "replies.x.addressee", "a.b.c.d.e"):
        assert history.place_of(path) is None
