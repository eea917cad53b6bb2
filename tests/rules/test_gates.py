"""The gates: what is missing before a claim is handed in and before it is approved, one sentence for each gap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from claims import composition
from claims.models import Anchor
from claims.rules import gates
from claims.rules.gates import (
    CalculationFacts,
    EvidenceFacts,
    GateFacts,
    Marker,
    QuotationFacts,
    RequestFacts,
    TextFacts,
)
from claims.services import records, review
from claims.vocabulary import AnchorState, ClaimKind, Question, Risk, SourceKind
from tests import factories
from tests.factories import Desk

TODAY = date(2025, 4, 1)
ENGLISH = TextFacts("en", statement=True, headline=True, summary=True, rationale=True, change_note=True)
GERMAN = replace(ENGLISH, language="de")
REGISTER = EvidenceFacts("R1", 1, seen=True, bears_on=Question.TRUE, kind=SourceKind.PRIMARY, has_citation=True)
BANK = EvidenceFacts("B1", 2, seen=True, bears_on=Question.TRUE, kind=SourceKind.SECONDARY, has_citation=True)
EXACT = QuotationFacts("rents in the city rose", AnchorState.EXACT, confirmed=False)

HALF = CalculationFacts(
    "K1", "(old - new) / old * 100", (("old", Decimal(4)), ("new", Decimal(2))), ("R1",), Decimal(50), 2
)
ASKED = RequestFacts("Press office", until=TODAY - timedelta(days=1), answered=False, is_claimant=True)

OPEN = GateFacts(
    today=TODAY,
    question=Question.TRUE,
    rating="mostly-true",
    rating_question=Question.TRUE,
    judged_by="today",
    researched_until=TODAY,
    not_asked_reason="The union's own report is the source.",
    kinds=frozenset({ClaimKind.QUANTITY}),
    texts=(ENGLISH, GERMAN),
    markers=(Marker("R1", 1, "en"), Marker("B1", 1, "de")),
    evidence=(REGISTER, BANK),
    quotations=(EXACT,),
)
"""A claim that opens every gate; each case below takes one thing away."""


def test_whole_claim_opens_every_gate() -> None:
    assert gates.submit_gaps(OPEN) == []
    assert gates.approve_gaps(OPEN) == []


# What is asked before a claim is handed in: each gap by its own sentence, and by no other.
@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({"question": None}, "Verdict: say which question it answers, said or true."),
        ({"rating": "", "rating_question": None}, "Verdict: choose a rating."),
        ({"rating_question": Question.SAID}, "Verdict: the rating belongs to the scale of the other question."),
        (
            {"judged_by": ""},
            "Verdict: say whether it is judged by what could be known then or by what is known today.",
        ),
        ({"elements": ((), ("X9",))}, "Part 2 of the statement: X9 is not among the evidence that was seen."),
        (
            {"calculations": (replace(HALF, evidence=("X9",)),)},
            "Calculation K1: X9 is not among the evidence that was seen.",
        ),
        (
            {"calculations": (replace(HALF, result=Decimal("50.01")),)},
            "Calculation K1: the result no longer follows; it would be 50.00.",
        ),
        (
            {"calculations": (replace(HALF, result=None),)},
            "Calculation K1: the result no longer follows; it would be 50.00.",
        ),
        (
            {"calculations": (replace(HALF, inputs=(("old", Decimal(0)), ("new", Decimal(2)))),)},
            "Calculation K1: it cannot be calculated any more.",
        ),
        ({"researched_until": None}, "Verdict: give the date until which was researched."),
        ({"researched_until": TODAY + timedelta(days=1)}, "Verdict: “researched until” lies in the future."),
        ({"texts": ()}, "Texts: write statement, headline, summary and rationale in one language."),
        ({"texts": (replace(ENGLISH, statement=False),)}, "Texts (English): the statement is missing."),
        ({"texts": (replace(ENGLISH, headline=False),)}, "Texts (English): the headline is missing."),
        ({"texts": (replace(GERMAN, summary=False),)}, "Texts (German): the summary is missing."),
        ({"texts": (replace(GERMAN, rationale=False),)}, "Texts (German): the rationale is missing."),
        ({"later_version": True}, "New version: say what kind of change it is."),
        (
            {
                "later_version": True,
                "change_kind": "update",
                "texts": (replace(ENGLISH, change_note=False), replace(GERMAN, change_note=False)),
            },
            "New version: write the public note that says what has changed.",
        ),
        (
            {"later_version": True, "change_kind": "minor", "withdrawn": True},
            "New version: the check is withdrawn; that it stands again is no minor change.",
        ),
        (
            {"later_version": True, "change_kind": "minor", "finding_differs": True},
            "New version: readers have another rating; a change of it is no minor change.",
        ),
        (
            {"markers": (Marker("X9", 3, "de"),)},
            "Rationale (German), line 3: [@X9] is not among the evidence.",
        ),
        (
            {"evidence": (REGISTER, BANK, replace(BANK, key="L1", seen=False)), "markers": (Marker("L1", 2, "en"),)},
            "Rationale (English), line 2: [@L1] cites a lead that nobody has seen.",
        ),
    ],
)
def test_gap_closes_the_submit_gate_and_the_approve_gate(change: dict[str, Any], gap: str) -> None:
    facts = replace(OPEN, **change)

    assert gates.submit_gaps(facts) == [gap]
    assert gap in gates.approve_gaps(facts)


# What is asked before a claim is approved, and not yet when it is handed in.
@pytest.mark.parametrize(
    ("change", "gap"),
    [
        (
            {"evidence": (REGISTER, replace(BANK, has_citation=False))},
            "Evidence B1: publisher, title and an address are needed, or a reason why they are withheld.",
        ),
        (
            {"evidence": (REGISTER, replace(BANK, names_redacted=True))},
            "Evidence B1: its source is not to be named, but publisher or title still name it.",
        ),
        (
            {"evidence": (REGISTER, replace(BANK, root=REGISTER.root))},
            "Evidence: two independent sources on the question are needed, or a reason why one suffices.",
        ),
        (
            {"evidence": (REGISTER, replace(BANK, bears_on=Question.SAID))},
            "Evidence: two independent sources on the question are needed, or a reason why one suffices.",
        ),
        (
            {"evidence": (replace(REGISTER, kind=SourceKind.SECONDARY), BANK)},
            "Evidence: a primary source on the question is needed, or a reason why there is none.",
        ),
        ({"not_asked_reason": ""}, "Claimant: ask the claimant, or say why not."),
        (
            {"quotations": (EXACT, QuotationFacts("the mayor", AnchorState.CHANGED, confirmed=False))},
            "Quotation “the mayor”: it is not in the newest version as it was; somebody has to confirm it.",
        ),
        (
            {"quotations": (QuotationFacts("the mayor", AnchorState.LOST, confirmed=False),)},
            "Quotation “the mayor”: it is not in the newest version as it was; somebody has to confirm it.",
        ),
        ({"quotations": ()}, "Quotation: there is none. Mark in an article where the claim is made."),
        (
            {"kinds": frozenset({ClaimKind.FORECAST}), "checkable_from": TODAY + timedelta(days=1)},
            "Verdict: the outcome lies ahead, so whether it is true can only be “not yet checkable”.",
        ),
        (
            {"evidence": (REGISTER, BANK, replace(BANK, key="C1", root=3, circular=True))},
            "Evidence C1: it repeats the article that is checked, so it cannot count.",
        ),
        (
            {"not_asked_reason": "", "requests": (replace(ASKED, is_claimant=False),)},
            "Claimant: ask the claimant, or say why not.",
        ),
        (
            {"requests": (replace(ASKED, until=TODAY),)},
            "Reply: Press office may answer until April 1, 2025. Wait, or say why this does not wait.",
        ),
        ({"open_comments": 2}, "Comments: 2 still open; resolve them."),
        ({"open_suggestions": 1}, "Suggestions: 1 still open; take or dismiss them."),
    ],
)
def test_gap_closes_the_approve_gate_alone(change: dict[str, Any], gap: str) -> None:
    facts = replace(OPEN, **change)

    assert gates.submit_gaps(facts) == []
    assert gates.approve_gaps(facts) == [gap]


# What looks like a gap and is none.
@pytest.mark.parametrize(
    "change",
    [
        {"texts": (ENGLISH, replace(GERMAN, headline=False))},
        {"texts": (ENGLISH, TextFacts("fr", statement=True))},
        {"later_version": True, "change_kind": "update", "texts": (ENGLISH, replace(GERMAN, change_note=False))},
        {"evidence": (REGISTER, replace(BANK, root=1)), "one_source_reason": "The register is the only record."},
        {"evidence": (replace(REGISTER, kind=SourceKind.PRIMARY_COPY), BANK)},
        {
            "evidence": (replace(REGISTER, kind=SourceKind.SECONDARY), BANK),
            "no_primary_reason": "The register is closed.",
        },
        {"evidence": (REGISTER, BANK, replace(BANK, key="L1", seen=False, has_citation=False))},
        {"not_asked_reason": "", "requests": (ASKED,)},
        {"requests": (replace(ASKED, until=TODAY, answered=True),)},
        {"requests": (replace(ASKED, until=TODAY),), "early_reason": "The vote is tomorrow."},
        {"requests": (replace(ASKED, until=None),)},
        {"evidence": (REGISTER, BANK, replace(BANK, key="C1", bears_on=Question.SAID, circular=True))},
        {"calculations": (HALF,)},
        {"elements": (("R1",), ())},
        {"quotations": (QuotationFacts("the mayor", AnchorState.MOVED, confirmed=False),)},
        {"quotations": (QuotationFacts("the mayor", AnchorState.LOST, confirmed=True),)},
        {"quotations": (QuotationFacts("the mayor", AnchorState.CHANGED, confirmed=True),)},
        {
            "kinds": frozenset({ClaimKind.FORECAST}),
            "checkable_from": TODAY + timedelta(days=1),
            "rating": "not-yet-checkable",
            "rating_awaits_outcome": True,
        },
        {"kinds": frozenset({ClaimKind.FORECAST}), "checkable_from": TODAY},
        {"kinds": frozenset({ClaimKind.QUANTITY}), "checkable_from": TODAY + timedelta(days=1)},
        {
            "kinds": frozenset({ClaimKind.FORECAST}),
            "checkable_from": TODAY + timedelta(days=1),
            "question": Question.SAID,
            "rating_question": Question.SAID,
            "evidence": (replace(REGISTER, bears_on=Question.SAID), replace(BANK, bears_on=Question.SAID)),
        },
    ],
)
def test_what_is_enough_opens_every_gate(change: dict[str, Any]) -> None:
    assert gates.approve_gaps(replace(OPEN, **change)) == []


def test_lead_counts_for_nothing() -> None:
    leads = replace(OPEN, evidence=(replace(REGISTER, seen=False), replace(BANK, seen=False)), markers=())

    assert gates.submit_gaps(leads) == ["Evidence: at least one item must have been seen; leads do not count."]
    assert len(gates.approve_gaps(leads)) == 3


def test_whole_list_of_what_is_missing_is_told_in_the_order_of_the_page() -> None:
    nothing = GateFacts(today=TODAY)
    places = [gap.split(":")[0] for gap in gates.approve_gaps(nothing)]

    assert places == [*["Verdict"] * 4, "Texts", *["Evidence"] * 3, "Claimant", "Quotation"]


def test_gaps_are_told_of_the_language_that_is_nearest_to_whole() -> None:
    texts = (TextFacts("de", statement=True), replace(ENGLISH, summary=False))

    assert gates.submit_gaps(replace(OPEN, texts=texts)) == ["Texts (English): the summary is missing."]


def test_high_risk_takes_two_people() -> None:
    assert gates.approvals_needed(Risk.NORMAL) == 1
    assert gates.approvals_needed(Risk.HIGH) == 2


# The facts as they are read from a claim


def facts_of(claim: Any) -> GateFacts:
    return composition.gate_facts(claim, TODAY)


@pytest.mark.django_db
def test_facts_of_a_whole_claim_open_every_gate(desk: Desk) -> None:
    assert gates.approve_gaps(facts_of(factories.ready_claim(desk))) == []


@pytest.mark.django_db
def test_facts_of_a_claim_that_was_just_marked(desk: Desk) -> None:
    facts = facts_of(factories.inbox_claim(desk))

    assert (facts.question, facts.rating, facts.evidence, facts.later_version) == (None, "", (), False)
    assert [text.language for text in facts.texts] == ["de", "en"]


# A wire story, a paper that prints it and a ring of two that cite each other: one document each.
@pytest.mark.django_db
def test_sources_that_repeat_one_document_are_one_source(desk: Desk) -> None:
    release, wire, other = (factories.make_source(desk.researcher) for _ in range(3))
    paper = factories.make_source(desk.researcher, derives_from=wire)
    for record, root in ((wire, release), (release, None)):
        records.edit_record(
            record=type(wire), record_id=record.pk, actor=desk.researcher, values={"derives_from": root}
        )
    ring = [factories.make_source(desk.researcher) for _ in range(2)]
    for one, two in (ring, ring[::-1]):
        records.edit_record(record=type(wire), record_id=one.pk, actor=desk.researcher, values={"derives_from": two})

    roots = composition.source_roots({paper.pk, release.pk, other.pk, ring[0].pk, ring[1].pk})

    assert roots[paper.pk] == roots[release.pk] == release.pk
    assert roots[other.pk] == other.pk
    assert roots[ring[0].pk] == roots[ring[1].pk] == min(ring[0].pk, ring[1].pk)


@pytest.mark.django_db
def test_redaction_with_its_reason_stands_for_a_citation(desk: Desk) -> None:
    claim = factories.edit(factories.ready_claim(desk), desk.researcher, {"evidence.B1.url": ""})
    assert [gap.split(":")[0] for gap in gates.approve_gaps(facts_of(claim))] == ["Evidence B1"]

    edits = {"redaction_reason": "She asked for it.", "publisher": "A former employee", "title": ""}
    factories.edit(claim, desk.researcher, {f"evidence.B1.{name}": value for name, value in edits.items()})

    assert gates.approve_gaps(facts_of(claim)) == []


# The citation was copied from the source before anybody thought of redacting it: the name must go by hand.
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["publisher", "title"])
def test_source_that_is_not_to_be_named_must_not_stand_there_by_its_name(name: str, desk: Desk) -> None:
    other = {"publisher": "title", "title": "publisher"}[name]
    edits = {"evidence.B1.redaction_reason": "She asked for it.", f"evidence.B1.{other}": ""}
    claim = factories.edit(factories.ready_claim(desk), desk.researcher, edits)

    assert gates.approve_gaps(facts_of(claim)) == [
        "Evidence B1: its source is not to be named, but publisher or title still name it."
    ]


@pytest.mark.django_db
def test_confidential_source_stands_there_by_its_pseudonym(desk: Desk) -> None:
    source = factories.make_source(desk.researcher, "A letter", publisher="A former employee", confidential=True)
    edits = factories.evidence_item("N1", source, redaction_reason="She asked for it.")
    claim = factories.ready_claim(desk, edits)

    assert gates.approve_gaps(facts_of(claim)) == []


@pytest.mark.django_db
def test_removed_evidence_counts_for_nothing(desk: Desk) -> None:
    claim = factories.ready_claim(desk, {"evidence.B1.removed": True})

    assert [item.key for item in facts_of(claim).evidence] == ["R1"]
    assert "Rationale (English), line 1: [@B1] is not among the evidence." in gates.submit_gaps(facts_of(claim))


@pytest.mark.django_db
def test_newest_anchor_is_asked(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    quotation = claim.quotations.get()
    article = quotation.version.article
    for number, state in enumerate((AnchorState.EXACT, AnchorState.LOST)):
        version = factories.make_version(desk.researcher, article, f"{factories.TEXT} {number}")
        place = {} if state is AnchorState.LOST else {"start": quotation.start, "end": quotation.end}
        Anchor.objects.create(quotation=quotation, version=version, state=state.value, **place)

    assert [fact.state for fact in facts_of(claim).quotations] == [AnchorState.LOST]
    assert len(gates.approve_gaps(facts_of(claim))) == 1


@pytest.mark.django_db
def test_open_comments_and_suggestions_are_counted(desk: Desk) -> None:
    claim = factories.review_claim(desk)
    review.comment(claim_id=claim.pk, actor=desk.editor, text="Is that the latest figure?")
    review.suggest(claim_id=claim.pk, actor=desk.editor, path="verdict.texts.en.headline", proposed="Rents rose less")
    facts = facts_of(claim)

    assert (facts.open_comments, facts.open_suggestions) == (1, 1)
