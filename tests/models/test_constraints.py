"""Each named constraint: the sentence that people read, and the database's own refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from claims import triggers
from claims.models import (
    AGGREGATES,
    AlsoAppeared,
    Anchor,
    Approval,
    Article,
    ArticleVersion,
    Asked,
    Calculation,
    Capture,
    Check,
    Claim,
    ClaimText,
    ConflictOfInterest,
    Draft,
    Evidence,
    Exclusion,
    Fetch,
    LedgerEntry,
    Member,
    Outlet,
    Publication,
    Quantity,
    Quotation,
    Rating,
    RatingScale,
    Reply,
    ReplyRequest,
    Review,
    SentenceSetAside,
    Snapshot,
    Source,
    Speaker,
    Suggestion,
    TextBand,
    Verdict,
    VerdictText,
    Voice,
    Withholding,
)
from claims.services import ledger
from tests import factories
from tests.factories import Desk

MODELS = {
    constraint.name: model
    for model in apps.get_app_config("claims").get_models()
    for constraint in model._meta.constraints
}
CONSTRAINTS = {constraint.name: constraint for model in {*MODELS.values()} for constraint in model._meta.constraints}

# A code that is in no vocabulary breaks the constraint on what comes with it too; PostgreSQL tells the one whose name
# comes first.
IMPLIED_BY = {
    "withholding_scope_known": "withholding_names_what_it_covers",
    "fetch_state_known": "fetch_ends_with_a_copy_or_a_problem",
}

Case = Callable[[Desk], models.Model]
CASES: dict[str, Case] = {}


def case(name: str) -> Callable[[Case], Case]:
    """Marks what makes a row that breaks the constraint `name`, and nothing besides that could refuse it first."""

    def mark(make: Case) -> Case:
        CASES[name] = make
        return make

    return mark


def unknown_code(name: str, row: Callable[[Desk], models.Model], field: str) -> None:
    """A column that holds a code refuses a word that is not in its vocabulary."""

    def make(desk: Desk) -> models.Model:
        instance = row(desk)
        setattr(instance, field, "nonsense")
        return instance

    CASES[name] = make


def a_sentence_set_aside(desk: Desk, **values: Any) -> SentenceSetAside:
    article = factories.make_article(desk.researcher).article
    filled = {"sentence": "0" * 64, "reason": "An opinion.", "by": desk.researcher, **values}
    return SentenceSetAside(article=article, **filled)


def a_fetch(desk: Desk, **values: Any) -> Fetch:
    return Fetch(**{"url": "https://paper.example/1", "asked_by": desk.researcher, **values})


def a_snapshot(desk: Desk, **values: Any) -> Snapshot:
    if "source" not in values:
        values["source"] = factories.make_source(desk.researcher)
    filled = {"sha256": "5" * 64, "size": 1, "media_type": "text/plain", "origin": "uploaded", "taken_by": desk.editor}
    return Snapshot(**{**filled, **values})


def a_calculation(desk: Desk, **values: Any) -> Calculation:
    if "claim" not in values:
        values["claim"] = factories.inbox_claim(desk)
    return Calculation(**{"key": "K1", **values})


def a_request(desk: Desk, **values: Any) -> ReplyRequest:
    filled = {"addressee": "Press office", "channel": "email", "language": "en", "wording": "Where is it from?"}
    return ReplyRequest(**{**filled, "asked_on": date(2025, 4, 1), **values})


def an_asked(desk: Desk, **values: Any) -> Asked:
    if "request" not in values:
        values["request"] = a_request(desk)
        values["request"].save()
    if "claim" not in values:
        values["claim"] = factories.inbox_claim(desk)
    return Asked(**values)


def a_reply(desk: Desk, **values: Any) -> Reply:
    request = a_request(desk)
    request.save()
    filled = {"words": "From the register.", "received_on": date(2025, 4, 2), "way": "desk", "recorded_by": desk.editor}
    return Reply(**{"request": request, **filled, **values})


def an_exclusion(desk: Desk, **values: Any) -> Exclusion:
    if "article" not in values:
        values["article"] = factories.make_article(desk.researcher).article
    filled = {"url": "https://reprint.example/1", "reason": "A reprint.", "by": desk.researcher}
    return Exclusion(**{**filled, **values})


def a_member(desk: Desk, **values: Any) -> Member:
    return Member(**{"user": desk.editor, **values})


def a_conflict(desk: Desk, **values: Any) -> ConflictOfInterest:
    filled = {"topic": "taxes", "reason": "Their own house.", **values}
    return ConflictOfInterest(**{"member": factories.make_member(desk.researcher, topic="rivers"), **filled})


# Rows that are in order, to be broken in one place


def a_claim(desk: Desk, **values: Any) -> Claim:
    return Claim(**values)


def an_article(desk: Desk, **values: Any) -> Article:
    return Article(**{"title": "Rents rise", "language": "en", **values})


def a_version(desk: Desk, **values: Any) -> ArticleVersion:
    if "article" not in values:
        values["article"] = factories.make_article(desk.researcher).article
    return ArticleVersion(**{"number": 2, "text": "Another text.", "sha256": "2" * 64, **values})


def a_quotation(desk: Desk, **values: Any) -> Quotation:
    there = factories.inbox_claim(desk).quotations.get()
    return Quotation(**{"claim": there.claim, "version": there.version, "exact": "R", "start": 0, "end": 1, **values})


def a_voice(desk: Desk, **values: Any) -> Voice:
    return Voice(**{"quotation": factories.inbox_claim(desk).quotations.get(), "position": 7, **values})


def an_anchor(desk: Desk, **values: Any) -> Anchor:
    quotation = factories.inbox_claim(desk).quotations.get()
    return Anchor(
        **{"quotation": quotation, "version": quotation.version, "state": "exact", "start": 0, "end": 1, **values}
    )


def a_quantity(desk: Desk, **values: Any) -> Quantity:
    return Quantity(**{"claim": factories.inbox_claim(desk), "position": 0, **values})


def an_evidence_item(desk: Desk, **values: Any) -> Evidence:
    filled = {"key": "R1", "source_kind": "primary", "stance": "supports", "bears_on": "true", **values}
    claim = filled.pop("claim", None) or factories.inbox_claim(desk)
    return Evidence(claim=claim, source=factories.make_source(desk.researcher), **filled)


def a_verdict(desk: Desk, **values: Any) -> Verdict:
    return Verdict(claim=factories.inbox_claim(desk), **values)


def a_review(desk: Desk, **values: Any) -> Review:
    filled = {"kind": "comment", "comment": "Line 2?", **values}
    return Review(claim=factories.inbox_claim(desk), by=desk.editor, **filled)


def a_suggestion(desk: Desk, **values: Any) -> Suggestion:
    filled = {"path": "texts.en.statement", "proposed": "Rents rose.", **values}
    return Suggestion(claim=factories.inbox_claim(desk), by=desk.editor, **filled)


def a_withholding(desk: Desk, **values: Any) -> Withholding:
    if "check_page" not in values:
        values["check_page"] = Check.objects.create(claim=factories.inbox_claim(desk), slug="rents")
    return Withholding(
        **{"scope": "check", "reason": "legal", "note": {"en": "An order."}, "by": desk.editor, **values}
    )


def a_publication(desk: Desk, **values: Any) -> Publication:
    check = factories.make_check(desk)
    filled = {
        "number": 2,
        "kind": "update",
        "published_at": timezone.now(),
        "entry": check.claim.ledger.first(),
        "envelope": "{}",
        "hash": "0" * 64,
    }
    return Publication(check_page=check, **{**filled, **values})


def an_entry(desk: Desk, **values: Any) -> LedgerEntry:
    filled = {
        "sequence": 1,
        "action": "change",
        "actor": desk.researcher,
        "change_set": "00000000-0000-4000-8000-000000000001",
        "changed_content": False,
        "authored": False,
        "at": timezone.now(),
        "text": "{}",
        "hash": "0" * 64,
    }
    return LedgerEntry(**{**filled, **values})


# A code that is in no vocabulary
for constraint_name, maker, column in (
    ("fetch_state_known", a_fetch, "state"),
    ("snapshot_origin_known", a_snapshot, "origin"),
    ("reply_request_channel_known", a_request, "channel"),
    ("reply_way_known", a_reply, "way"),
    ("speaker_kind_known", lambda desk: Speaker(name="Union"), "kind"),
    ("claim_status_known", a_claim, "status"),
    ("claim_risk_known", a_claim, "risk"),
    ("claim_priority_known", a_claim, "priority"),
    ("claim_checkability_known", a_claim, "checkability"),
    ("voice_naming_known", a_voice, "naming"),
    ("voice_mode_known", a_voice, "mode"),
    ("anchor_state_known", an_anchor, "state"),
    ("source_kind_known", lambda desk: Source(title="Report"), "kind"),
    ("evidence_stance_known", an_evidence_item, "stance"),
    ("evidence_bears_on_known", an_evidence_item, "bears_on"),
    ("evidence_source_kind_known", an_evidence_item, "source_kind"),
    ("publication_kind_known", a_publication, "kind"),
    ("scale_question_known", lambda desk: RatingScale(code="other"), "question"),
    ("verdict_question_known", a_verdict, "question"),
    ("verdict_judged_by_known", a_verdict, "judged_by"),
    ("review_kind_known", a_review, "kind"),
    ("withholding_reason_known", a_withholding, "reason"),
    ("withholding_scope_known", a_withholding, "scope"),
):
    unknown_code(constraint_name, maker, column)


@case("suggestion_state_known")
def suggestion_in_an_unknown_state(desk: Desk) -> models.Model:
    return a_suggestion(desk, state="nonsense", decided_by=desk.editor)


# Names and texts that are not there
@case("speaker_has_name")
def speaker_without_a_name(desk: Desk) -> models.Model:
    return Speaker(name="")


@case("outlet_has_name")
def outlet_without_a_name(desk: Desk) -> models.Model:
    return Outlet(name="", speaker=factories.make_speaker(desk.researcher))


@case("article_has_title")
def article_without_a_title(desk: Desk) -> models.Model:
    return an_article(desk, title="")


@case("version_has_text")
def version_without_a_text(desk: Desk) -> models.Model:
    return a_version(desk, text="")


@case("claim_text_has_statement")
def text_without_a_statement(desk: Desk) -> models.Model:
    return ClaimText(claim=factories.inbox_claim(desk), language="fr", statement="")


@case("quotation_not_empty")
def quotation_of_nothing(desk: Desk) -> models.Model:
    return a_quotation(desk, end=0)


@case("evidence_has_key")
def evidence_without_a_key(desk: Desk) -> models.Model:
    return an_evidence_item(desk, key="")


@case("review_says_something")
def comment_without_words(desk: Desk) -> models.Model:
    return a_review(desk, comment="")


# The same a second time
@case("article_url_once")
def second_article_with_an_address(desk: Desk) -> models.Model:
    factories.make_article(desk.researcher, url="https://paper.example.org/rents")
    return an_article(desk, url="https://paper.example.org/rents")


@case("version_number_once")
def second_version_with_a_number(desk: Desk) -> models.Model:
    return a_version(desk, number=1)


@case("version_text_once")
def second_version_with_a_text(desk: Desk) -> models.Model:
    there = factories.make_article(desk.researcher)
    return a_version(desk, article=there.article, sha256=there.sha256)


@case("capture_bytes_once")
def second_capture_of_the_same_bytes(desk: Desk) -> models.Model:
    there = factories.make_article(desk.researcher).captures.get()
    return Capture(version=there.version, raw=there.raw, sha256=there.sha256, received_by=desk.researcher)


@case("capture_gave_a_text_or_says_why_not")
def copy_without_a_text_and_without_a_problem(desk: Desk) -> models.Model:
    return Capture(raw=b"x", sha256="3" * 64, received_by=desk.researcher)


@case("version_confirmed_by_and_when")
def version_confirmed_by_nobody(desk: Desk) -> models.Model:
    return a_version(desk, confirmed_at=timezone.now())


@case("text_band_once_per_version")
def second_band_of_a_version(desk: Desk) -> models.Model:
    there = TextBand.objects.create(version=factories.make_article(desk.researcher), key=-7)
    return TextBand(version=there.version, key=there.key)


@case("also_appeared_once")
def second_link_to_an_article(desk: Desk) -> models.Model:
    here, other = (factories.make_article(desk.researcher).article for _number in range(2))
    AlsoAppeared.objects.create(article=here, other=other, linked_by=desk.researcher)
    return AlsoAppeared(article=here, other=other, linked_by=desk.researcher)


@case("also_appeared_elsewhere")
def link_to_itself(desk: Desk) -> models.Model:
    here = factories.make_article(desk.researcher).article
    return AlsoAppeared(article=here, other=here, linked_by=desk.researcher)


@case("sentence_set_aside_once")
def second_word_on_a_sentence(desk: Desk) -> models.Model:
    there = a_sentence_set_aside(desk)
    there.save()
    return SentenceSetAside(article=there.article, sentence=there.sentence, reason="Later.", by=desk.editor)


@case("sentence_set_aside_says_why")
def sentence_set_aside_without_a_reason(desk: Desk) -> models.Model:
    return a_sentence_set_aside(desk, reason="")


@case("fetch_has_address")
def fetch_of_nothing(desk: Desk) -> models.Model:
    return a_fetch(desk, url="")


@case("fetch_of_an_address_once_at_a_time")
def second_fetch_of_an_address(desk: Desk) -> models.Model:
    a_fetch(desk).save()
    return a_fetch(desk, state="running")


@case("fetch_for_a_source_once_at_a_time")
def second_fetch_for_a_source(desk: Desk) -> models.Model:
    source = factories.make_source(desk.researcher)
    a_fetch(desk, source=source).save()
    return a_fetch(desk, source=source, state="running")


@case("snapshot_bytes_once")
def same_bytes_of_a_source(desk: Desk) -> models.Model:
    there = a_snapshot(desk)
    there.save()
    return a_snapshot(desk, source=there.source)


@case("snapshot_not_empty")
def snapshot_of_nothing(desk: Desk) -> models.Model:
    return a_snapshot(desk, size=0)


@case("calculation_key_once_per_claim")
def second_calculation_with_a_key(desk: Desk) -> models.Model:
    there = a_calculation(desk)
    there.save()
    return a_calculation(desk, claim=there.claim)


@case("calculation_has_key")
def calculation_without_key(desk: Desk) -> models.Model:
    return a_calculation(desk, key="")


@case("calculation_places_bounded")
def calculation_to_eleven_places(desk: Desk) -> models.Model:
    return a_calculation(desk, places=11)


@case("draft_once_per_person_and_form")
def second_draft_of_a_form(desk: Desk) -> models.Model:
    claim = factories.inbox_claim(desk)
    Draft.objects.create(by=desk.editor, claim=claim, form="verdict", opened_at=1)
    return Draft(by=desk.editor, claim=claim, form="verdict", opened_at=1)


@case("exclusion_once")
def second_exclusion_of_an_address(desk: Desk) -> models.Model:
    there = an_exclusion(desk)
    there.save()
    return an_exclusion(desk, article=there.article)


@case("exclusion_has_address_and_reason")
def exclusion_for_no_reason(desk: Desk) -> models.Model:
    return an_exclusion(desk, reason="")


@case("reply_request_says_whom_and_what")
def request_to_nobody(desk: Desk) -> models.Model:
    return a_request(desk, addressee="")


@case("reply_request_ends_after_it_began")
def request_that_ends_before_it_began(desk: Desk) -> models.Model:
    return a_request(desk, until=date(2025, 3, 31))


@case("reply_link_once")
def second_request_with_a_link(desk: Desk) -> models.Model:
    a_request(desk, link_hash="1" * 64).save()
    return a_request(desk, link_hash="1" * 64)


@case("asked_once_about_a_claim")
def asked_twice_about_a_claim(desk: Desk) -> models.Model:
    there = an_asked(desk)
    there.save()
    return an_asked(desk, request=there.request, claim=there.claim)


@case("asked_words_only_where_included")
def words_that_are_not_published(desk: Desk) -> models.Model:
    return an_asked(desk, words="From the register.")


@case("reply_says_something")
def reply_without_words(desk: Desk) -> models.Model:
    return a_reply(desk, words="")


@case("fetch_ends_with_a_copy_or_a_problem")
def fetch_that_failed_for_no_reason(desk: Desk) -> models.Model:
    return a_fetch(desk, state="failed")


@case("speaker_not_merged_into_itself")
def speaker_merged_into_itself(desk: Desk) -> models.Model:
    return Speaker(pk=900, name="Union", merged_into_id=900)


@case("outlet_not_merged_into_itself")
def outlet_merged_into_itself(desk: Desk) -> models.Model:
    return Outlet(pk=900, name="Paper", speaker=factories.make_speaker(desk.researcher), merged_into_id=900)


@case("claim_text_once_per_language")
def second_statement_in_a_language(desk: Desk) -> models.Model:
    return ClaimText(claim=factories.inbox_claim(desk), language="en", statement="Rents rose.")


@case("quotation_once_per_claim")
def second_quotation_of_a_passage(desk: Desk) -> models.Model:
    there = factories.inbox_claim(desk).quotations.get()
    return Quotation(claim=there.claim, version=there.version, exact=there.exact, start=there.start, end=there.end)


@case("voice_position_once")
def second_voice_in_a_place(desk: Desk) -> models.Model:
    return a_voice(desk, position=0)


@case("quantity_position_once")
def second_quantity_in_a_place(desk: Desk) -> models.Model:
    there = Quantity.objects.create(claim=factories.inbox_claim(desk), position=0)
    return Quantity(claim=there.claim, position=0)


@case("evidence_key_once_per_claim")
def second_item_with_a_key_although_the_first_was_removed(desk: Desk) -> models.Model:
    claim = factories.ready_claim(desk, {"evidence.R1.removed": True})
    return an_evidence_item(desk, claim=claim, key="R1")


@case("rating_code_once_per_scale")
def second_rating_with_a_code(desk: Desk) -> models.Model:
    there = factories.rating("false")
    return Rating(scale=there.scale, code="false", position=99)


@case("rating_position_once_per_scale")
def second_rating_in_a_place(desk: Desk) -> models.Model:
    there = factories.rating("false")
    return Rating(scale=there.scale, code="other", position=there.position)


@case("verdict_text_once_per_language")
def second_verdict_text_in_a_language(desk: Desk) -> models.Model:
    return VerdictText(verdict=factories.ready_claim(desk).verdict, language="en")


@case("approval_once_per_person_and_content")
def second_approval_of_a_content(desk: Desk) -> models.Model:
    there = factories.approved_claim(desk).approvals.get()
    return Approval(claim=there.claim, by=there.by, content_hash=there.content_hash)


@case("publication_number_once_per_check")
def second_version_with_the_number_of_a_first(desk: Desk) -> models.Model:
    return a_publication(desk, number=1, kind="first")


@case("withholding_open_once")
def second_open_withholding(desk: Desk) -> models.Model:
    there = a_withholding(desk)
    there.save()
    return a_withholding(desk, check_page=there.check_page)


def second_entry(name: str) -> Case:
    def make(desk: Desk) -> models.Model:
        factories.inbox_claim(desk)
        factories.make_source(desk.researcher)
        factories.make_member(desk.researcher)
        with ledger.creation(a_request(desk), actor=desk.researcher):
            pass
        return an_entry(desk, **{name: AGGREGATES[name].objects.order_by("pk").first()})

    return make


CASES.update({f"ledger_{name}_sequence_once": second_entry(name) for name in AGGREGATES})


@case("conflict_once_per_speaker")
def second_conflict_about_a_speaker(desk: Desk) -> models.Model:
    there = a_conflict(desk, topic="", speaker=factories.make_speaker(desk.researcher))
    there.save()
    return ConflictOfInterest(member=there.member, speaker=there.speaker, reason="Once more.")


@case("conflict_once_per_source")
def second_conflict_about_a_source(desk: Desk) -> models.Model:
    there = a_conflict(desk, topic="", source=factories.make_source(desk.researcher))
    there.save()
    return ConflictOfInterest(member=there.member, source=there.source, reason="Once more.")


@case("conflict_once_per_topic")
def second_conflict_about_a_topic(desk: Desk) -> models.Model:
    there = a_conflict(desk)
    there.save()
    return ConflictOfInterest(member=there.member, topic=there.topic, reason="Once more.")


# Columns that must fit each other
@case("conflict_is_about_one_thing")
def conflict_about_two_things(desk: Desk) -> models.Model:
    return a_conflict(desk, speaker=factories.make_speaker(desk.researcher))


@case("conflict_says_why")
def conflict_for_no_reason(desk: Desk) -> models.Model:
    return a_conflict(desk, reason="")


@case("member_away_from_before_until")
def member_who_is_back_before_they_leave(desk: Desk) -> models.Model:
    return a_member(desk, away_from=date(2025, 4, 2), away_until=date(2025, 4, 1))


@case("member_away_has_a_first_day")
def member_who_is_away_from_no_day_on(desk: Desk) -> models.Model:
    return a_member(desk, away_until=date(2025, 4, 1))


@case("review_passage_stands_somewhere")
def comment_on_a_passage_of_no_text(desk: Desk) -> models.Model:
    return a_review(desk, passage="12 per cent")


@case("claim_parked_says_until_and_why")
def parked_claim_without_a_date(desk: Desk) -> models.Model:
    return a_claim(desk, status="parked", parked_reason="It waits.")


@case("claim_declined_says_why")
def declined_claim_without_a_reason(desk: Desk) -> models.Model:
    return a_claim(desk, status="declined")


@case("claim_scheduled_is_approved")
def claim_in_review_with_a_time_of_publication(desk: Desk) -> models.Model:
    return a_claim(desk, status="review", publish_at=timezone.now())


@case("claim_not_its_own_duplicate")
def claim_that_is_its_own_duplicate(desk: Desk) -> models.Model:
    return a_claim(desk, id=999_999, status="declined", duplicate_of_id=999_999)


@case("source_not_its_own_root")
def source_that_derives_from_itself(desk: Desk) -> models.Model:
    return Source(id=999_999, title="Report", derives_from_id=999_999)


@case("anchor_has_a_place_unless_lost")
def exact_anchor_without_an_end(desk: Desk) -> models.Model:
    return an_anchor(desk, end=None)


@case("quantity_low_not_above_high")
def quantity_whose_low_is_above_its_high(desk: Desk) -> models.Model:
    return a_quantity(desk, low=Decimal(9), high=Decimal(3))


@case("evidence_seen_by_when_how")
def evidence_seen_without_saying_how(desk: Desk) -> models.Model:
    return an_evidence_item(desk, seen_by=desk.researcher, seen_at=timezone.now())


@case("publication_first_is_number_one")
def second_version_that_calls_itself_the_first(desk: Desk) -> models.Model:
    return a_publication(desk, kind="first")


@case("verdict_change_kind_is_a_later_one")
def verdict_that_names_itself_a_withdrawal(desk: Desk) -> models.Model:
    return a_verdict(desk, change_kind="retraction")


@case("review_resolved_by_and_when")
def comment_resolved_by_somebody_at_no_time(desk: Desk) -> models.Model:
    return a_review(desk, resolved_by=desk.editor)


@case("suggestion_decided_by_somebody")
def suggestion_taken_by_nobody(desk: Desk) -> models.Model:
    return a_suggestion(desk, state="taken")


@case("withholding_names_what_it_covers")
def withholding_of_a_version_without_its_number(desk: Desk) -> models.Model:
    return a_withholding(desk, scope="version")


@case("withholding_lifted_by_and_when")
def withholding_lifted_by_nobody(desk: Desk) -> models.Model:
    return a_withholding(desk, lifted_at=timezone.now())


@case("ledger_one_aggregate")
def entry_about_two_things(desk: Desk) -> models.Model:
    claim = factories.inbox_claim(desk)
    return an_entry(desk, claim=claim, speaker=claim.speaker, sequence=9)


@case("content_emptied_only_by_erasure")
def content_emptied_by_nobody(desk: Desk) -> models.Model:
    row = factories.make_check(desk).current.content
    row.text = row.salt = ""
    return row


@case("names_emptied_only_by_erasure")
def names_of_which_only_the_salt_is_gone(desk: Desk) -> models.Model:
    row = factories.make_check(desk).current.names
    row.salt = ""
    return row


@case("change_emptied_only_by_erasure")
def change_that_is_whole_although_somebody_erased_it(desk: Desk) -> models.Model:
    entry = factories.inbox_claim(desk).ledger.get()
    entry.change.erased_by = entry
    return entry.change


def test_every_constraint_has_a_case() -> None:
    assert set(CASES) == set(CONSTRAINTS)


def test_every_constraint_has_a_sentence_of_its_own() -> None:
    silent = [
        name for name, it in CONSTRAINTS.items() if it.violation_error_message == it.default_violation_error_message
    ]

    assert silent == []


# What a trigger would refuse before the constraint is asked. Without them the constraint stands alone.
REFUSED_BY_A_TRIGGER_FIRST = {
    "change_emptied_only_by_erasure",
    "content_emptied_only_by_erasure",
    "names_emptied_only_by_erasure",
    "publication_first_is_number_one",
    "publication_number_once_per_check",
    "ledger_one_aggregate",
}


def refused(row: models.Model, name: str) -> str:
    """What the database says when the row is saved; triggers come back when the test's transaction is undone."""
    if name in REFUSED_BY_A_TRIGGER_FIRST:
        triggers.drop(connection)
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save()
    return str(refusal.value)


# The sentence shows where a form asks the model.
@pytest.mark.parametrize("name", sorted(CONSTRAINTS))
def test_constraint_says_its_sentence(name: str, desk: Desk) -> None:
    with pytest.raises(ValidationError) as refusal:
        CASES[name](desk).validate_constraints()

    assert str(CONSTRAINTS[name].violation_error_message) in refusal.value.messages


# The database refuses by itself, by that very constraint, when nobody asked the model.
@pytest.mark.parametrize("name", sorted(CONSTRAINTS))
def test_database_refuses_by_itself(name: str, desk: Desk) -> None:
    assert names_constraint(refused(CASES[name](desk), name), name)


def names_constraint(message: str, name: str) -> bool:
    """PostgreSQL names every constraint; SQLite names a check, and of a unique constraint the columns."""
    model, constraint = MODELS[name], CONSTRAINTS[name]
    if connection.vendor == "sqlite" and isinstance(constraint, models.UniqueConstraint):
        columns = [f"{model._meta.db_table}.{model._meta.get_field(field).column}" for field in constraint.fields]
        return message == f"UNIQUE constraint failed: {', '.join(columns)}"
    return name in message or IMPLIED_BY.get(name, name) in message


# NULL makes a comparison neither true nor false, and a check lets that pass; each half of a pair is refused.
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda desk: an_anchor(desk, start=None), "anchor_has_a_place_unless_lost"),
        (lambda desk: an_anchor(desk, start=None, end=None), "anchor_has_a_place_unless_lost"),
        (lambda desk: an_anchor(desk, state="lost"), "anchor_has_a_place_unless_lost"),
        (lambda desk: an_anchor(desk, start=3, end=3), "anchor_has_a_place_unless_lost"),
        (lambda desk: an_evidence_item(desk, seen_how="online"), "evidence_seen_by_when_how"),
        (
            lambda desk: an_evidence_item(desk, seen_by=desk.researcher, seen_how="online"),
            "evidence_seen_by_when_how",
        ),
        (lambda desk: a_claim(desk, parked_reason="It waits."), "claim_parked_says_until_and_why"),
        (
            lambda desk: a_claim(desk, status="parked", parked_until=timezone.localdate()),
            "claim_parked_says_until_and_why",
        ),
        (lambda desk: a_claim(desk, decline_reason="An opinion."), "claim_declined_says_why"),
        (lambda desk: a_review(desk, resolved_at=timezone.now()), "review_resolved_by_and_when"),
        (lambda desk: a_suggestion(desk, decided_by=desk.editor), "suggestion_decided_by_somebody"),
        (lambda desk: a_withholding(desk, lifted_by=desk.chief), "withholding_lifted_by_and_when"),
        (lambda desk: a_withholding(desk, scope="language"), "withholding_names_what_it_covers"),
        (lambda desk: a_withholding(desk, number=1), "withholding_names_what_it_covers"),
        (
            lambda desk: a_withholding(desk, scope="version", number=1, language="de"),
            "withholding_names_what_it_covers",
        ),
        (lambda desk: an_entry(desk, sequence=0), "ledger_one_aggregate"),
        (lambda desk: a_fetch(desk, state="done"), "fetch_ends_with_a_copy_or_a_problem"),
        (lambda desk: a_conflict(desk, topic=""), "conflict_is_about_one_thing"),
        (
            lambda desk: a_conflict(
                desk,
                topic="",
                speaker=factories.make_speaker(desk.researcher),
                source=factories.make_source(desk.researcher),
            ),
            "conflict_is_about_one_thing",
        ),
        (lambda desk: a_quotation(desk, exact=""), "quotation_not_empty"),
    ],
)
def test_other_half_of_a_pair_is_refused_too(make: Case, name: str, desk: Desk) -> None:
    assert name in refused(make(desk), name)


# What a conditional constraint lets through: the same thing again, once the first is closed; no address at all.
def test_what_was_lifted_can_be_withheld_again(desk: Desk) -> None:
    first = a_withholding(desk, lifted_by=desk.chief, lifted_at=timezone.now())
    first.save()

    a_withholding(desk, check_page=first.check_page).save()

    assert first.check_page.withholdings.count() == 2


def test_articles_without_an_address_do_not_clash(desk: Desk) -> None:
    for _ in range(2):
        an_article(desk).save()

    assert Article.objects.filter(url="").count() == 2


# Foreign keys from and to claims protect: nothing that a claim rests on can be deleted.
def test_what_a_claim_rests_on_is_protected(desk: Desk) -> None:
    claim = factories.published_claim(desk)
    version = claim.quotations.get().version
    source = claim.evidence.first().source
    rating = claim.verdict.rating

    for row in (claim, source, claim.speaker, version, version.article, claim.check_page, rating, rating.scale):
        with pytest.raises(models.ProtectedError):
            row.delete()


def test_no_foreign_key_of_the_project_deletes_more_than_its_own_row() -> None:
    for model in apps.get_app_config("claims").get_models():
        for field in model._meta.concrete_fields:
            if field.is_relation:
                assert field.remote_field.on_delete is models.PROTECT, field
