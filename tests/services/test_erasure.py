"""Ordered erasure: the words leave everything the desk holds, and the ledger says that they did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import models

from claims import composition
from claims.errors import NotApproved, Refused
from claims.language import anchoring
from claims.models import Approval, Capture, Check, Claim, LedgerEntry, Publication, Quotation, Speaker
from claims.services import erasure, intake, people, publication, records, research, review, verification
from claims.services.intake import Received
from claims.services.quoting import Passage
from claims.vocabulary import Action, Status, WithholdingReason
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

NAME = "Jane Doe"
MASKED = erasure.MASK * len(NAME)
REASON = "An order of the court."


def erase(desk: Desk, text: str = NAME) -> list[LedgerEntry]:
    return erasure.erase(actor=desk.chief, text=text, reason=REASON)


def places(text: str) -> Iterator[str]:
    """Every column of every row of the project in which the text stands, in whatever shape."""
    shapes = (text, json.dumps(text)[1:-1])
    for model in apps.get_app_config("claims").get_models():
        for row in model._base_manager.all():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                shown = bytes(value).decode(errors="replace") if isinstance(value, bytes | memoryview) else str(value)
                if any(shape in shown for shape in shapes):
                    yield f"{model.__name__}.{field.name}"


def named_everywhere(desk: Desk) -> Claim:
    """A claim in research whose every text names her, in an article that names her, with a comment that does too."""
    text = f"{NAME} is the talk of the town. {NAME} said that rents rose. She said so twice."
    version = factories.make_article(
        desk.researcher,
        text,
        title=f"{NAME} speaks",
        author=NAME,
        outlet=factories.make_outlet(desk.researcher, f"{NAME}'s Paper"),
    )
    speaker = factories.make_speaker(desk.researcher, NAME, role=f"Neighbour of {NAME}")
    claim = factories.ready_claim(
        desk,
        {
            **{f"texts.en.{part}": f"It is {NAME}." for part in ("statement", "why")},
            **{
                f"verdict.texts.en.{part}": f"{NAME}: see [@R1]."
                for part in ("headline", "summary", "rationale", "other_finding", "today")
            },
            "evidence.R1.excerpt": f"so {NAME}",
            "evidence.R1.note": f"ask {NAME}",
            "verdict.one_source_reason": f"{NAME} is the only one.",
            "topics": [NAME, "housing"],
        },
        version=version,
        speaker=speaker,
        passages=[factories.passage(version, f"{NAME} said that rents rose")],
    )
    review.comment(claim_id=claim.pk, actor=desk.editor, text=f"Did {NAME} say so?")
    review.suggest(claim_id=claim.pk, actor=desk.editor, path="texts.en.statement", proposed=f"{NAME} or not.")
    return claim


# Where the words stood


def test_words_are_nowhere_any_more(desk: Desk) -> None:
    named_everywhere(desk)
    assert len(set(places(NAME))) > 15

    erase(desk)

    assert list(places(NAME)) == []
    assert list(verification.verify()) == []


def test_words_leave_what_was_published_withheld_and_reopened(desk: Desk) -> None:
    claim = factories.published_claim(desk, {"verdict.texts.en.summary": f"{NAME} was wrong."})
    factories.research_again(claim, desk, note=f"{NAME} wrote in.")
    publication.withhold(
        claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.LEGAL, note={"en": f"{NAME} asked."}
    )

    erase(desk)

    assert list(places(NAME)) == []
    assert list(places(NAME.casefold())) == []
    assert list(verification.verify()) == []


# An address is made of words too: of the whole name, or of what was left of it where the address was cut off.
@pytest.mark.parametrize(
    "statement",
    [
        f"{NAME} said that rents rose.",
        "Rents in the city rose by twelve per cent within a single year of which says Jane Doe",
    ],
)
def test_name_leaves_the_address_of_what_was_published(statement: str, desk: Desk) -> None:
    check = factories.make_check(desk, statements={"en": statement}, edits={"texts.en.statement": statement})
    old_slug = check.slug
    assert "-jan" in f"-{old_slug}"

    erase(desk)

    check.refresh_from_db()
    assert check.slug == f"check-{str(check.uuid)[:8]}"
    assert list(places(old_slug)) == []
    assert list(verification.verify()) == []


def test_address_that_only_looks_alike_stays(desk: Desk) -> None:
    check = factories.make_check(desk, edits={"texts.en.statement": "Primary schools closed."})
    check_page = check.slug
    factories.inbox_claim(desk, statements={"en": "Mary said so."})

    erase(desk, "Mary")

    check.refresh_from_db()
    assert check.slug == check_page


# In any status; what the erasure moves is an approved claim alone.
@pytest.mark.parametrize("status", list(Status))
def test_it_works_in_any_status(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk, statements={"en": f"It is {NAME}.", "de": f"Es ist {NAME}."})

    (entry,) = erase(desk)

    assert list(places(NAME)) == []
    assert entry.claim == claim
    assert factories.fresh(claim).status == (Status.REVIEW if status is Status.APPROVED else status)
    assert list(verification.verify()) == []


def test_mask_is_as_long_as_the_words(desk: Desk) -> None:
    claim = named_everywhere(desk)
    before = claim.quotations.get().version.text
    erase(desk)
    quotation = claim.quotations.get()

    assert claim.texts.get(language="en").statement == f"It is {MASKED}."
    assert factories.fresh(claim).topics == [MASKED, "housing"]
    assert quotation.version.text == before.replace(NAME, MASKED)
    assert quotation.exact == quotation.version.text[quotation.start : quotation.end]


def test_words_that_were_cut_at_the_edge_of_a_context_go_too(desk: Desk) -> None:
    """The context of a quotation ends in the middle of the name, on either side."""
    filler = "x" * (anchoring.CONTEXT - 4)
    text = f"{NAME}{filler}rents rose{filler}{NAME}."
    version = factories.make_article(desk.researcher, text)
    claim = factories.inbox_claim(desk, version=version, passages=[factories.passage(version, "rents rose")])
    assert claim.quotations.get().prefix.startswith(" Doe")
    assert claim.quotations.get().suffix.endswith("Jane")

    erase(desk)

    quotation = claim.quotations.get()
    assert quotation.prefix == erasure.MASK * 4 + filler
    assert quotation.suffix == filler + erasure.MASK * 4
    assert list(verification.verify()) == []


def test_quotation_that_begins_inside_the_words_goes_too(desk: Desk) -> None:
    version = factories.make_article(desk.researcher, f"Rents rose, {NAME} said.")
    claim = factories.inbox_claim(desk, version=version, passages=[factories.passage(version, "Doe said")])

    erase(desk)

    assert claim.quotations.get().exact == f"{erasure.MASK * 3} said"


def test_bytes_of_a_copy_are_masked(desk: Desk) -> None:
    raw = f"<p>{NAME} said.</p>".encode()
    factories.make_article(desk.researcher, f"{NAME} said.", raw=raw)
    erase(desk)

    assert bytes(Capture.objects.get().raw) == raw.replace(NAME.encode(), MASKED.encode())


# A copy in another encoding or with entities holds the words all the same; what cannot be masked is taken whole.
@pytest.mark.parametrize("raw", ["Müller".encode("latin-1"), b"M&uuml;ller", "Mu\u0308ller".encode()])
def test_bytes_that_hold_the_words_in_another_shape_are_taken_whole(raw: bytes, desk: Desk) -> None:
    version = factories.make_article(desk.researcher, "Müller said.", raw=raw + b" said.")
    intake.add_capture(
        actor=desk.researcher,
        article_id=version.article_id,
        received=Received(raw=raw + b" said. Again.", text="Müller said."),
    )
    hashes = set(Capture.objects.values_list("sha256", flat=True))

    erase(desk, "Müller")

    for capture in Capture.objects.all():
        assert raw not in bytes(capture.raw)
        assert capture.sha256 not in hashes
    assert list(verification.verify()) == []


def test_hash_of_erased_bytes_is_kept_nowhere(desk: Desk) -> None:
    """Whoever knows the rest of a copy could try names until the hash fits."""
    factories.make_article(desk.researcher, f"{NAME} said.")
    capture = Capture.objects.get()
    hashes = {capture.sha256, capture.version.sha256}

    erase(desk)

    assert [place for digest in hashes for place in places(digest)] == []


def test_copy_that_gave_no_text_is_masked_too_although_no_ledger_tells_of_it(desk: Desk) -> None:
    raw = f"%PDF {NAME}".encode()
    Capture.objects.create(problem="No text.", raw=raw, sha256="1" * 64, received_by=desk.researcher)

    assert erase(desk) == []
    assert list(places(NAME)) == []
    assert list(places("1" * 64)) == []


# Codes are not words: what a column can hold is a vocabulary, a language, a date or a path.
@pytest.mark.parametrize("text", ["quantity", "verdict.texts", "text/plain", "2025-03", "normal", "approve"])
def test_codes_are_left_alone(text: str, desk: Desk) -> None:
    claim = factories.approved_claim(desk, {"evidence.R1.note": f"about {text}"})
    erase(desk, text)
    version = claim.quotations.get().version

    assert factories.fresh(claim).kinds == ["quantity"]
    assert (version.article.published, version.captures.get().content_type) == ("2025-03-18", "text/plain")
    assert composition.gate_facts(claim, claim.created_at.date()).risk == "normal"
    assert erasure.MASK in claim.evidence.get(key="R1").note


def test_words_are_taken_as_they_are_spelled(desk: Desk) -> None:
    other = factories.inbox_claim(desk, statements={"en": "jane doe and JANE DOE"})
    factories.inbox_claim(desk, statements={"en": NAME})
    erase(desk)

    assert other.texts.get().statement == "jane doe and JANE DOE"
    assert factories.fresh(other).revision == 1
    assert other.ledger.get().change.text


@pytest.mark.parametrize("text", ['say "yes"', "back\\slash", "50 % of_all", "Größe „x“", "line\nfeed"])
def test_words_with_special_characters_go_too(text: str, desk: Desk) -> None:
    factories.inbox_claim(desk, statements={"en": f"It is {text} here."}, topics=[f"on {text}"])
    erase(desk, text)

    assert list(places(text)) == []


# The analysis of a text keeps pieces of it: of a sentence that ends inside the words, of who is cited, of a number.
@pytest.mark.parametrize(
    ("text", "erased", "piece"),
    [
        ("He works at Yahoo! Inc. since 2024.", "Yahoo! Inc.", "Yahoo"),
        ("He works at Yahoo! Inc. since 2024.", "Yahoo! Inc.", "Inc."),
        ("Rents rose, Jane Doe of Norburg said on Monday.", "Jane Doe of Norburg said", "Jane"),
        ("The tenants' union Foo Bar said that rents rose.", "union Foo Bar said", "Foo Bar"),
        ("The fine of Jane Doe rose by 4711 euros in 2024.", "Jane Doe rose by 4711", "4711"),
    ],
)
def test_pieces_of_the_words_leave_the_analysis(text: str, erased: str, piece: str, desk: Desk) -> None:
    factories.make_article(desk.researcher, text)

    erase(desk, erased)

    assert "ArticleVersion.analysis" not in places(piece)


def test_words_across_the_end_of_a_sentence_leave_text_quotation_and_copy(desk: Desk) -> None:
    name = "Yahoo! Inc."
    version = factories.make_article(desk.researcher, f"He works at {name} since 2024. Rents rose.")
    first, second = ({"start": one["start"], "end": one["end"]} for one in version.analysis[:2])
    claims = [
        factories.inbox_claim(desk, speaker=None, passages=[Passage(version, **span)]) for span in (first, second)
    ]

    entries = erase(desk, name)

    version.refresh_from_db()
    assert version.text == f"He works at {erasure.MASK * len(name)} since 2024. Rents rose."
    assert [claim.quotations.get().exact for claim in claims] == [
        version.text[span["start"] : span["end"]] for span in (first, second)
    ]
    assert sorted(entry.aggregate_name for entry in entries) == ["article", "claim", "claim"]
    assert list(places(name)) == []
    assert list(verification.verify()) == []


# What the ledger says


def test_each_aggregate_has_one_entry_and_all_share_the_change_set(desk: Desk) -> None:
    claim = named_everywhere(desk)
    entries = erase(desk)

    names = [entry.aggregate_name for entry in entries]
    assert sorted(names) == ["article", "claim", "outlet", "speaker", "speaker"]
    assert names[-1] == "claim"
    assert len({entry.change_set for entry in entries}) == 1
    assert {entry.action for entry in entries} == {Action.ERASE}
    assert {entry.actor for entry in entries} == {desk.chief}
    assert factories.fresh(claim).revision == claim.ledger.count()


def test_entry_names_what_was_masked_and_what_was_emptied_and_never_the_words(desk: Desk) -> None:
    claim = factories.published_claim(desk, {"verdict.texts.en.summary": f"{NAME} was wrong."})
    (entry,) = erase(desk)
    facts = json.loads(entry.change.text)["facts"]

    assert facts["reason"] == REASON
    assert facts["masked"] == ["verdicttext.summary"]
    # The edit that wrote it, the approval and the publication that name the hash of the content, the content itself.
    assert facts["emptied"] == ["content:1", "change:3", "change:5", "change:6"]
    assert NAME not in entry.change.text + entry.text
    assert claim.ledger.get(sequence=3).change.erased_by == entry


def test_emptied_row_has_no_salt_left_to_guess_with(desk: Desk) -> None:
    claim = factories.inbox_claim(desk, statements={"en": NAME})
    erase(desk)
    row = claim.ledger.get(sequence=1).change

    assert (row.text, row.salt) == ("", "")


def test_immutable_rows_are_not_touched(desk: Desk) -> None:
    claim = factories.published_claim(desk, {"verdict.texts.en.summary": f"{NAME} was wrong."})
    entries = list(claim.ledger.values())
    versions = list(Publication.objects.values())
    erase(desk)

    assert list(claim.ledger.values())[:-1] == entries
    assert list(Publication.objects.values()) == versions


# What was approved and what was published


def test_approved_claim_is_read_again(desk: Desk) -> None:
    claim = factories.approved_claim(desk, {"verdict.texts.en.summary": f"{NAME} was wrong."})
    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=factories.tomorrow())
    erase(desk)
    claim = factories.fresh(claim)

    assert (claim.status, claim.publish_at) == (Status.REVIEW, None)


def test_approved_claim_is_read_again_when_the_words_stood_in_a_shared_record(desk: Desk) -> None:
    claim = factories.approved_claim(desk, speaker=factories.make_speaker(desk.researcher, NAME))
    entries = erase(desk)

    assert factories.fresh(claim).status == Status.REVIEW
    assert [entry.aggregate_name for entry in entries] == ["speaker", "claim"]
    assert list(verification.verify()) == []


def test_approved_claim_without_the_words_stays_approved(desk: Desk) -> None:
    claim = factories.approved_claim(desk)
    factories.inbox_claim(desk, statements={"en": NAME})
    erase(desk)

    assert factories.fresh(claim).status == Status.APPROVED
    assert factories.fresh(claim).revision == claim.revision


def test_words_the_approver_did_not_see_leave_nothing_to_publish(desk: Desk) -> None:
    claim = factories.approved_claim(desk, {"evidence.R1.note": f"ask {NAME}"})
    erase(desk)

    # The note is no content, so the approval still fits what would be published.
    assert factories.fresh(claim).status == Status.APPROVED
    assert factories.publish(claim, desk.editor).number == 1


def test_hash_of_an_approved_content_is_kept_nowhere(desk: Desk) -> None:
    """A content's hash has no salt: whoever knows the rest could try names until it fits."""
    unpublished = factories.approved_claim(desk, {"verdict.texts.en.summary": f"{NAME} was wrong."})
    published = factories.published_claim(desk, {"verdict.texts.en.summary": f"{NAME} was wrong again."})
    hashes = set(Approval.objects.values_list("content_hash", flat=True))
    assert len(hashes) == 2

    erase(desk)

    assert [place for digest in hashes for place in places(digest)] == []
    assert unpublished.approvals.count() == published.approvals.count() == 1
    assert list(verification.verify()) == []


def test_version_that_holds_the_words_is_emptied_and_its_page_gone(desk: Desk) -> None:
    claim = factories.published_claim(desk, {"verdict.texts.en.rationale": f"{NAME} [@R1], [@B1]."})
    erase(desk)
    check = Check.objects.get(claim=claim)

    assert check.current.content_data is None
    assert not check.listed
    assert (check.search_text, check.bodies) == ("", {})
    assert check.history[0]["erased"]


def test_version_without_the_words_stays(desk: Desk) -> None:
    claim = factories.published_claim(desk)
    factories.research_again(claim, desk)
    factories.edit(claim, desk.researcher, {"verdict.texts.en.summary": f"{NAME} was wrong."})
    erase(desk)
    check = Check.objects.get(claim=claim)

    assert check.listed
    assert check.current.content_data is not None


def test_earlier_version_that_holds_the_words_is_emptied_and_the_current_one_stays(desk: Desk) -> None:
    claim = factories.published_claim(desk, {"verdict.texts.en.summary": f"{NAME} was wrong."})
    factories.research_again(claim, desk)
    factories.edit(claim, desk.researcher, {"verdict.texts.en.summary": "The union was wrong."})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(claim, desk.editor)
    factories.publish(claim, desk.editor)

    erase(desk)

    check = Check.objects.get(claim=claim)
    assert [version.content_data is None for version in check.publications.all()] == [True, False]
    assert check.listed
    assert [line["erased"] for line in check.history] == [True, False]
    assert list(verification.verify()) == []


def test_version_without_the_name_goes_through_the_second_read_as_usual(desk: Desk) -> None:
    claim = factories.published_claim(desk, {"verdict.texts.en.summary": f"{NAME} was wrong."})
    erase(desk)
    factories.research_again(claim, desk)
    factories.edit(claim, desk.researcher, {"verdict.texts.en.summary": "Somebody was wrong."})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(claim, desk.editor)
    version = factories.publish(claim, desk.editor)

    assert version.number == 2
    assert Check.objects.get(claim=claim).listed
    assert list(places(NAME)) == []
    assert list(verification.verify()) == []


def test_erased_version_cannot_be_withdrawn_since_nothing_is_left_of_it(desk: Desk) -> None:
    claim = factories.published_claim(desk, {"verdict.texts.en.summary": f"{NAME} was wrong."})
    erase(desk)

    with pytest.raises(Refused, match="erased"):
        publication.retract(claim_id=claim.pk, actor=desk.chief, reasons={"en": "Misread."})
    assert factories.fresh(claim).status == Status.PUBLISHED


def test_names_in_the_envelope_are_emptied(desk: Desk) -> None:
    claim = factories.published_claim(desk)
    version = Publication.objects.get()
    assert version.names_data is not None
    erase(desk, people.name_of(desk.researcher))
    version = Publication.objects.get()

    assert version.names_data is None
    assert version.content_data is not None
    assert Check.objects.get(claim=claim).listed
    assert list(verification.verify()) == []


def test_what_was_approved_before_is_not_published_after(desk: Desk) -> None:
    claim = factories.approved_claim(desk, speaker=factories.make_speaker(desk.researcher, NAME))
    records.edit_record(record=Speaker, record_id=claim.speaker_id, actor=desk.editor, values={"name": "J."})

    with pytest.raises(NotApproved):
        factories.publish(claim, desk.editor)


# What is refused


@pytest.mark.parametrize("who", ["researcher", "editor", "auditor"])
def test_only_the_head_of_desk_erases(who: str, desk: Desk) -> None:
    factories.inbox_claim(desk, statements={"en": NAME})
    with pytest.raises(PermissionDenied):
        erasure.erase(actor=getattr(desk, who), text=NAME, reason=REASON)
    assert list(places(NAME))


@pytest.mark.parametrize(
    ("text", "reason", "field"),
    [
        ("Jo", REASON, "text"),
        ("  ", REASON, "text"),
        (NAME, " ", "reason"),
        (NAME, "An order about jane doe.", "reason"),
        ("Nobody At All", REASON, "text"),
    ],
)
def test_order_that_does_not_fit_is_refused(text: str, reason: str, field: str, desk: Desk) -> None:
    claim = factories.inbox_claim(desk, statements={"en": NAME})
    with pytest.raises(Refused) as refusal:
        erasure.erase(actor=desk.chief, text=text, reason=reason)

    assert refusal.value.field == field
    assert factories.fresh(claim).revision == 1


def test_twice_finds_nothing_and_changes_nothing(desk: Desk) -> None:
    claim = named_everywhere(desk)
    erase(desk)
    revision = factories.fresh(claim).revision

    with pytest.raises(Refused, match="stands nowhere"):
        erase(desk)
    assert factories.fresh(claim).revision == revision


def test_second_erasure_of_other_words_empties_what_the_first_left(desk: Desk) -> None:
    claim = factories.inbox_claim(desk, statements={"en": f"{NAME} and John Roe."})
    factories.edit(claim, desk.researcher, {"texts.en.statement": f"{NAME}, John Roe and others."})
    erase(desk)
    erase(desk, "John Roe")

    assert claim.texts.get().statement == f"{MASKED}, {MASKED} and others."
    assert list(places("John Roe")) == []
    assert list(verification.verify()) == []


def test_claim_that_was_erased_in_goes_on_as_before(desk: Desk) -> None:
    claim = factories.ready_claim(desk, {"verdict.texts.en.summary": f"{NAME} was wrong."})
    erase(desk)
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(claim, desk.editor)

    assert factories.publish(claim, desk.editor).number == 1
    assert list(verification.verify()) == []


def test_every_model_that_holds_words_is_covered() -> None:
    """A new model with a text column has to say to which aggregate it belongs, or why it is not covered."""
    covered = {row for rows in erasure._PATHS.values() for row in rows}
    otherwise = {
        "LedgerEntry": "immutable, and holds salted hashes only",
        "LedgerChange": "side row, emptied",
        "Publication": "immutable, and holds salted hashes only",
        "PublicationContent": "side row, emptied",
        "PublicationNames": "side row, emptied",
        "Check": "rebuilt from its publications",
        "Approval": "holds a hash, which is replaced",
        "Voice": "holds codes",
        "Anchor": "holds codes",
        "Draft": "outside the ledger, masked with the copies that gave no text",
        "Fetch": "belongs to no aggregate, masked with the copies that gave no text",
    }
    for model in apps.get_app_config("claims").get_models():
        has_words = any(
            isinstance(field, models.CharField | models.TextField | models.JSONField)
            for field in model._meta.concrete_fields
        )
        if has_words:
            assert model in covered or model.__name__ in otherwise, model


def test_link_follows_the_masked_quotation(desk: Desk) -> None:
    version = factories.make_article(desk.researcher, f"{NAME} said that rents rose. Rents rose.")
    first = factories.inbox_claim(desk, version=version, passages=[factories.passage(version, f"{NAME} said")])
    second = factories.inbox_claim(desk, version=version, passages=[factories.passage(version, "Rents rose")])
    erase(desk)
    research.link_as_same(claim_id=first.pk, same_as_id=second.pk, actor=desk.researcher)

    assert {str(quotation) for quotation in Quotation.objects.filter(claim=second)} == {f"{MASKED} said", "Rents rose"}


def test_value_that_is_no_text_is_left_alone() -> None:
    value: Any = {"a": [1, None, True, "Jane Doe x"], "b": 3}

    assert erasure._masked(value, NAME) == {"a": [1, None, True, f"{MASKED} x"], "b": 3}
