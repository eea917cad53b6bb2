"""A claim's content: everything a reader judges and nothing else, and a hash that changes exactly with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import composition
from claims.language import canonical
from claims.models import Anchor, Article, Claim, Outlet, RatingScale, Source, Speaker
from claims.services import intake, publication, records, research, review
from claims.services.intake import Received
from claims.services.quoting import Spoken
from claims.vocabulary import Naming, Status, VoiceMode, WithholdingReason
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


def hash_of(claim: Claim) -> str:
    return composition.content_hash(composition.compose(claim))


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


# What is in it


def test_content_of_a_whole_claim(desk: Desk) -> None:
    claim = factories.ready_claim(desk, {"texts.en.why": "Everybody talks of it."})
    article = claim.quotations.get().version.article
    bank = claim.evidence.get(key="B1")
    register = claim.evidence.get(key="R1")
    content = composition.compose(claim)
    assert claim.speaker is not None
    assert article.outlet is not None

    assert content == {
        "schema": 1,
        "claim": str(claim.uuid),
        "question": "true",
        "rating": {
            "scale": "true",
            "code": "mostly-true",
            "value": "4",
            "best": "5",
            "worst": "1",
            "labels": {"en": "Mostly true", "de": "Größtenteils richtig"},
            "definitions": {"en": "Core right despite slips", "de": "Kern stimmt trotz Ungenauigkeiten"},
        },
        "judged_by": "today",
        "researched_until": "2025-04-01",
        "speaker": {
            "uuid": str(claim.speaker.uuid),
            "name": "Tenants' Union",
            "kind": "organisation",
            "role": "",
            "party": "",
            "same_as": "",
        },
        "topics": ["housing"],
        "texts": {
            language: {
                "statement": factories.STATEMENTS[language],
                "why": "Everybody talks of it." if language == "en" else "",
                **{path.rpartition(".")[2]: words for path, words in factories.verdict_texts(language).items()},
                "other_finding": "",
                "today": "",
                "up_to_date": True,
            }
            for language in ("de", "en")
        },
        "quotations": [
            {
                "exact": factories.PASSAGE,
                "voices": [
                    {
                        "speaker": {"uuid": str(claim.speaker.uuid), "name": "Tenants' Union"},
                        "is_outlet": False,
                        "naming": "named",
                        "mode": "asserts",
                    }
                ],
                "article": {
                    "uuid": str(article.uuid),
                    "title": "Rents rise",
                    "outlet": "The Morning Paper",
                    "author": "",
                    "published": "2025-03-18",
                    "url": "",
                    "language": "en",
                },
            }
        ],
        "evidence": [
            {
                "key": item.key,
                "publisher": item.publisher,
                "title": item.title,
                "url": item.url,
                "published": "",
                "source_kind": item.source_kind,
                "interest": "",
                "excerpt": item.excerpt,
                "language": "",
                "stance": "contradicts",
                "bears_on": "true",
                "after_statement": False,
                "redacted": False,
            }
            for item in (register, bank)
        ],
    }


def test_content_of_a_claim_that_was_just_marked(desk: Desk) -> None:
    content = composition.compose(factories.inbox_claim(desk, speaker=None))

    assert (content["rating"], content["question"], content["speaker"]) == (None, "", None)
    assert (content["texts"], content["evidence"]) == ({}, [])


@pytest.mark.parametrize("status", list(Status))
def test_claim_has_a_content_in_any_status_and_the_same_in_each(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk)
    content = composition.compose(claim)

    assert canonical.plain(content) == content
    assert str(status) not in {value for value in content.values() if isinstance(value, str)}


def test_status_is_no_content(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    hashes = {hash_of(claim)}
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    hashes.add(hash_of(claim))
    factories.approve(claim, desk.editor)
    hashes.add(hash_of(claim))
    factories.publish(claim, desk.editor)
    hashes.add(hash_of(claim))

    assert len(hashes) == 1


def test_voices_stand_in_order_and_the_outlets_own_is_marked(desk: Desk) -> None:
    outlet = factories.make_outlet(desk.researcher)
    version = factories.make_article(desk.researcher, outlet=outlet)
    voices = [Spoken(outlet.speaker, mode=VoiceMode.REPORTS), Spoken(None, naming=Naming.IMPLIED)]
    claim = factories.inbox_claim(
        desk, version=version, passages=[factories.passage(version, factories.PASSAGE, *voices)]
    )

    assert composition.compose(claim)["quotations"][0]["voices"] == [
        {
            "speaker": {"uuid": str(outlet.speaker.uuid), "name": "The Morning Paper"},
            "is_outlet": True,
            "naming": "named",
            "mode": "reports",
        },
        {"speaker": None, "is_outlet": False, "naming": "implied", "mode": "asserts"},
    ]


# A number only where the rating has one; best and worst are those of the scale's numbers.
@pytest.mark.parametrize(
    ("code", "scale", "numbers"),
    [
        ("false", "true", ("1", "5", "1")),
        ("missing-context", "true", (None, None, None)),
        ("not-said", "said", (None, None, None)),
    ],
)
def test_rating_has_a_number_only_where_it_means_something(
    code: str, scale: str, numbers: tuple[str | None, ...], claim: Claim, desk: Desk
) -> None:
    factories.edit(claim, desk.researcher, {"verdict.rating": factories.rating(code, scale)})
    rating = composition.compose(claim)["rating"]

    assert (rating["value"], rating["best"], rating["worst"]) == numbers


def test_release_is_there_from_the_second_version_on(claim: Claim, desk: Desk) -> None:
    edits = {
        "verdict.change_kind": "update",
        "verdict.texts.en.change_note": "More.",
        "verdict.texts.fr.change_note": "x",
    }
    factories.edit(claim, desk.researcher, edits)
    assert "release" not in composition.compose(claim)

    published = factories.published_claim(desk)
    assert "release" not in composition.compose(published)
    publication.reopen(claim_id=published.pk, actor=desk.editor, reason="A reader wrote in.")
    assert "release" not in composition.compose(published)
    factories.edit(published, desk.researcher, edits)
    # French is not complete, so its note is not there.
    assert composition.compose(published)["release"] == {"kind": "update", "notes": {"en": "More."}}


# What is not in it


def test_desk_matters_are_not_in_it(desk: Desk) -> None:
    claim = factories.ready_claim(
        desk,
        {
            "evidence.R1.note": "SECRET note",
            "evidence.R1.seen_how": "SECRET visit",
            "verdict.one_source_reason": "SECRET reason",
            "verdict.no_primary_reason": "SECRET reason",
            "verdict.not_asked_reason": "SECRET reason",
            "assignee": desk.chief,
        },
    )
    review.comment(claim_id=claim.pk, actor=desk.editor, text="SECRET comment")
    review.suggest(claim_id=claim.pk, actor=desk.editor, path="texts.en.statement", proposed="SECRET wording")
    text = canonical.text(composition.compose(claim))

    assert "SECRET" not in text
    for person in (desk.researcher, desk.editor, desk.chief):
        assert person.username not in text
        assert person.last_name not in text


def test_lead_is_not_in_it(claim: Claim, desk: Desk) -> None:
    before = hash_of(claim)
    lead = factories.evidence_item("L1", factories.make_source(desk.researcher, "A hunch"), seen_how="")
    factories.edit(claim, desk.researcher, lead)

    assert hash_of(claim) == before
    assert "A hunch" not in canonical.text(composition.compose(claim))


def test_evidence_that_was_taken_out_is_not_in_it(claim: Claim, desk: Desk) -> None:
    factories.edit(claim, desk.researcher, {"evidence.R1.removed": True})

    assert [item["key"] for item in composition.compose(claim)["evidence"]] == ["B1"]


# A language is in it when statement, headline, summary and rationale are there, and not before.
@pytest.mark.parametrize("missing", ["headline", "summary", "rationale"])
def test_language_that_is_not_complete_is_not_in_it(missing: str, claim: Claim, desk: Desk) -> None:
    factories.edit(claim, desk.researcher, {f"verdict.texts.de.{missing}": ""})

    assert set(composition.compose(claim)["texts"]) == {"en"}


def test_parts_and_calculations_say_nothing_in_a_language_that_is_not_complete(claim: Claim, desk: Desk) -> None:
    both = {"en": "Rents rose.", "de": "ENTWURF"}
    edits = {
        "verdict.texts.de.headline": "",
        "verdict.elements": [
            {"finding": "right", "texts": both, "evidence": []},
            {"finding": "wrong", "texts": {"fr": "Dit en une seule langue."}, "evidence": []},
        ],
        "calculations.K1.labels": both,
        "calculations.K1.notes": both,
        "calculations.K1.expression": "a",
        "calculations.K1.inputs": [{"name": "a", "labels": both, "value": Decimal(9), "unit": "", "evidence": ""}],
    }
    content = composition.compose(factories.edit(claim, desk.researcher, edits))

    assert "ENTWURF" not in canonical.text(content)
    assert [part["texts"] for part in content["elements"]] == [
        {"en": "Rents rose."},
        edits["verdict.elements"][1]["texts"],
    ]


def test_language_without_a_statement_is_not_in_it(claim: Claim, desk: Desk) -> None:
    edits = {f"verdict.texts.fr.{part}": "Mot." for part in ("headline", "summary", "rationale")}
    factories.edit(claim, desk.researcher, edits)
    assert set(composition.compose(claim)["texts"]) == {"de", "en"}

    factories.edit(claim, desk.researcher, {"texts.fr.statement": "Les loyers."})
    assert set(composition.compose(claim)["texts"]) == {"de", "en", "fr"}


def test_positions_and_context_and_anchors_are_not_in_it(claim: Claim, desk: Desk) -> None:
    quotation = claim.quotations.get()
    before = hash_of(claim)
    version = factories.make_version(desk.researcher, quotation.version.article, "Before it. " + factories.TEXT)
    Anchor.objects.create(
        quotation=quotation, version=version, state="moved", start=quotation.start + 11, end=quotation.end + 11
    )
    text = canonical.text(composition.compose(claim))

    assert hash_of(claim) == before
    assert "start" not in text
    assert quotation.prefix not in text


def test_nothing_leads_to_a_confidential_source(claim: Claim, desk: Desk) -> None:
    """Neither its address, which the desk may know, nor the hash of a file, by which a copy can be told from others."""
    source = factories.make_source(
        desk.researcher, confidential=True, publisher="An insider", url="https://in.example/"
    )
    snapshot = factories.make_snapshot(desk.researcher, source)
    factories.edit(claim, desk.researcher, factories.evidence_item("C1", source, snapshot=snapshot))
    text = canonical.text(composition.compose(claim))

    assert "An insider" in text
    assert "in.example" not in text
    assert snapshot.sha256 not in text


def test_address_of_a_source_that_is_not_to_be_named_is_not_in_it(claim: Claim, desk: Desk) -> None:
    address = claim.evidence.get(key="B1").url
    edits = {
        "evidence.B1.redaction_reason": "SECRET: she asked for it.",
        "evidence.B1.publisher": "A former employee",
        "evidence.B1.title": "",
    }
    factories.edit(claim, desk.researcher, edits)
    content = composition.compose(claim)
    (item,) = [item for item in content["evidence"] if item["key"] == "B1"]

    assert (item["redacted"], item["publisher"], item["url"]) == (True, "A former employee", "")
    assert address not in canonical.text(content)
    assert "SECRET" not in canonical.text(content)


# The hash is the same exactly as long as nothing that a reader judges has changed.


def edited(**edits: Any) -> Callable[[Claim, Desk], None]:
    paths = {path.replace("__", "."): value for path, value in edits.items()}
    return lambda claim, desk: factories.edit(claim, desk.chief, paths) and None


def changed(record: type[Any], find: Callable[[Claim], int | None], **values: Any) -> Callable[[Claim, Desk], None]:
    def change(claim: Claim, desk: Desk) -> None:
        records.edit_record(record=record, record_id=find(claim) or 0, actor=desk.chief, values=values)

    return change


def article_of(claim: Claim) -> Article:
    return claim.quotations.get().version.article


def linked(words: str) -> Callable[[Claim, Desk], None]:
    def link(claim: Claim, desk: Desk) -> None:
        version = claim.quotations.get().version
        other = factories.inbox_claim(desk, speaker=None, passages=[factories.passage(version, words)])
        research.link_as_same(claim_id=other.pk, same_as_id=claim.pk, actor=desk.researcher)

    return link


def commented(claim: Claim, desk: Desk) -> None:
    review.comment(claim_id=claim.pk, actor=desk.editor, text="Line 2?")


def received_again(claim: Claim, desk: Desk) -> None:
    intake.add_capture(
        actor=desk.researcher, article_id=article_of(claim).pk, received=Received(raw=b"x", text="Another text.")
    )


@pytest.mark.parametrize(
    "act",
    [
        edited(texts__en__statement="Rents rose."),
        edited(texts__en__why="Because."),
        edited(verdict__texts__de__headline="Neu"),
        edited(verdict__texts__de__summary="Neu"),
        edited(verdict__texts__de__rationale="Neu [@R1]"),
        edited(verdict__texts__de__other_finding="Neu"),
        edited(verdict__texts__de__today="Neu"),
        edited(verdict__texts__de__up_to_date=False),
        edited(verdict__question="said"),
        edited(verdict__rating=None),
        edited(verdict__judged_by="time_of_claim"),
        edited(verdict__researched_until="2025-03-31"),
        edited(speaker=None),
        edited(topics=["housing", "city"]),
        edited(evidence__R1__publisher="Another"),
        edited(evidence__R1__title="Another"),
        edited(evidence__R1__url="https://another.example.org/"),
        edited(evidence__R1__published="2025"),
        edited(evidence__R1__source_kind="primary_copy"),
        edited(evidence__R1__interest="Owns houses."),
        edited(evidence__R1__excerpt="Another"),
        edited(evidence__R1__language="de"),
        edited(evidence__R1__stance="supports"),
        edited(evidence__R1__bears_on="said"),
        edited(evidence__R1__redaction_reason="Asked for it."),
        edited(evidence__R1__seen_how=""),
        edited(evidence__R1__removed=True),
        changed(Speaker, lambda claim: claim.speaker_id, name="The Union"),
        changed(Speaker, lambda claim: claim.speaker_id, role="Lobby"),
        changed(Article, lambda claim: article_of(claim).pk, title="Another"),
        changed(Article, lambda claim: article_of(claim).pk, published="2025"),
        changed(Article, lambda claim: article_of(claim).pk, author="A. Writer"),
        changed(Outlet, lambda claim: article_of(claim).outlet_id, name="The Evening Paper"),
        linked("plainly wrong"),
    ],
)
def test_hash_changes_with_what_a_reader_judges(act: Callable[[Claim, Desk], None], claim: Claim, desk: Desk) -> None:
    before = hash_of(claim)
    act(claim, desk)

    assert hash_of(claim) != before


@pytest.mark.parametrize(
    "act",
    [
        edited(priority="urgent"),
        edited(risk="high"),
        edited(kinds=["event"]),
        edited(checkability="later"),
        edited(checkable_from="2026-01-01"),
        edited(due_on="2025-05-01"),
        edited(quantities=[{"low": "9", "unit": "%"}]),
        edited(texts__fr__statement="Les loyers."),
        edited(verdict__texts__fr__headline="Moins"),
        edited(verdict__not_asked_reason="Another reason."),
        edited(verdict__one_source_reason="A reason."),
        edited(verdict__change_kind="update"),
        edited(verdict__texts__en__change_note="Not yet."),
        edited(evidence__R1__note="Ask again."),
        edited(evidence__R1__seen_how="at the archive"),
        changed(Source, lambda claim: claim.evidence.get(key="R1").source_id, title="Another", publisher="Another"),
        changed(Speaker, lambda claim: factories.make_speaker(claim.ledger.first().actor).pk, name="Somebody else"),
        changed(RatingScale, lambda claim: claim.verdict.rating.scale_id, active=False),
        linked(factories.PASSAGE),
        commented,
        received_again,
    ],
)
def test_hash_stays_with_what_no_reader_judges(act: Callable[[Claim, Desk], None], claim: Claim, desk: Desk) -> None:
    before = hash_of(claim)
    act(claim, desk)

    assert hash_of(claim) == before


def test_change_there_and_back_has_the_old_hash(claim: Claim, desk: Desk) -> None:
    before = hash_of(claim)
    for headline in ("Another", "Rents rose, but by less"):
        factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": headline})

    assert hash_of(claim) == before


def test_same_words_in_another_claim_are_another_content(desk: Desk) -> None:
    assert hash_of(factories.ready_claim(desk)) != hash_of(factories.ready_claim(desk))


def test_instance_gives_its_key_alone(claim: Claim, desk: Desk) -> None:
    before = composition.compose(claim)
    claim.topics, claim.speaker = ["something in memory"], None

    assert composition.compose(claim) == before


def test_pending_content_is_that_of_the_columns_in_memory(claim: Claim) -> None:
    claim.topics, claim.speaker = ["something in memory"], None
    pending = composition.compose_pending(claim)

    assert (pending["topics"], pending["speaker"]) == (["something in memory"], None)
    assert pending["texts"] == composition.compose(claim)["texts"]


def test_withholding_is_no_content(desk: Desk) -> None:
    claim = factories.published_claim(desk)
    before = hash_of(claim)
    publication.withhold(claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.ERROR, note={"en": "Wrong."})

    assert hash_of(claim) == before


# What differs is named in words that a person understands.
@pytest.mark.parametrize(
    ("act", "names"),
    [
        (edited(verdict__texts__en__headline="New"), ["headline (en)"]),
        (edited(texts__de__statement="Neu", topics=["x"]), ["statement (de)", "topics"]),
        (edited(evidence__R1__excerpt="New"), ["evidence R1"]),
        (edited(evidence__B1__removed=True), ["evidence B1"]),
        (edited(verdict__judged_by="time_of_claim"), ["judged by"]),
        (edited(verdict__researched_until="2025-03-31"), ["researched until"]),
        (edited(speaker=None), ["speaker"]),
        (
            edited(verdict__texts__de__summary=""),
            sorted(
                f"{part} (de)"
                for part in (
                    *("statement", "why", "headline", "summary", "rationale", "other_finding", "today", "up_to_date"),
                )
            ),
        ),
        (linked("plainly wrong"), ["quotations"]),
        (commented, []),
    ],
)
def test_what_differs_is_named(act: Callable[[Claim, Desk], None], names: list[str], claim: Claim, desk: Desk) -> None:
    shown = composition.parts(composition.compose(claim))
    act(claim, desk)

    assert composition.differing(shown, composition.compose(claim)) == names


def test_parts_survive_a_form(claim: Claim) -> None:
    parts = composition.parts(composition.compose(claim))

    assert composition.differing(json.loads(json.dumps(parts)), composition.compose(claim)) == []


# Whether evidence is certainly younger than the statement, where either date may be known to the year only.
@pytest.mark.parametrize(
    ("published", "said_on", "after"),
    [
        ("2025-03-20", "2025-03-19", True),
        ("2025-03-19", "2025-03-19", False),
        ("2025-03-18", "2025-03-19", False),
        ("2025-04", "2025-03-19", True),
        ("2025-03", "2025-03-19", False),
        ("2025", "2025-03-19", False),
        ("2026", "2025-03-19", True),
        ("2025-03-19", "2025", False),
        ("2026-01-01", "2025", True),
        ("2025-03/2025-05", "2025-03-19", False),
        ("2025-04/2025-05", "2025-03-19", True),
        ("2025-05", "2025-03/2025-06", False),
        ("", "2025-03-19", False),
        ("2025-03-20", "", False),
    ],
)
def test_evidence_is_younger_only_where_that_is_certain(published: str, said_on: str, after: bool) -> None:
    assert composition.is_after(published, said_on) is after


def test_younger_evidence_is_labelled(claim: Claim, desk: Desk) -> None:
    factories.edit(claim, desk.researcher, {"evidence.R1.published": "2025-06-01", "evidence.B1.published": "2024"})

    assert {item["key"]: item["after_statement"] for item in composition.compose(claim)["evidence"]} == {
        "R1": True,
        "B1": False,
    }


# One fresh read, whatever the number of rows.
def test_number_of_queries_does_not_grow_with_the_rows(claim: Claim, desk: Desk) -> None:
    with CaptureQueriesContext(connection) as few:
        composition.compose(claim)
        composition.gate_facts(claim, claim.created_at.date())
    edits = {}
    for number in range(5):
        edits |= factories.evidence_item(f"N{number}", factories.make_source(desk.researcher))
    factories.edit(claim, desk.researcher, {**edits, **{f"texts.{tag}.statement": "x" for tag in ("fr", "it", "es")}})
    linked("plainly wrong")(claim, desk)

    with CaptureQueriesContext(connection) as many:
        composition.compose(claim)
        composition.gate_facts(claim, claim.created_at.date())

    assert len(many) == len(few)
