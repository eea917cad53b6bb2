"""What was approved is what is published: versions, publishing at a time, withdrawing, taking offline."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from claims import composition
from claims.errors import Busy, GatesClosed, IllegalTransition, NotApproved, Refused
from claims.language import canonical
from claims.models import Check, Claim, Publication, Speaker
from claims.services import members, people, publication, records, research, review, verification
from claims.vocabulary import Action, PublicationKind, Role, Status, WithholdingReason
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

REASONS = {"en": "The register was misread."}


@pytest.fixture(scope="module")
def made(made_once: Callable[..., Any]) -> tuple[Desk, int]:
    """A desk and an approved claim, for all tests here."""
    return made_once(lambda: factories.at_a_new_desk(factories.approved_claim))


@pytest.fixture
def desk(made: tuple[Desk, int], db: None) -> Desk:
    return factories.fresh_desk(made[0])


@pytest.fixture
def approved(made: tuple[Desk, int], db: None) -> Claim:
    return Claim.objects.get(pk=made[1])


@pytest.fixture
def published(approved: Claim, desk: Desk) -> Claim:
    """The approved claim at its first version; nothing else is published."""
    factories.publish(approved, desk.editor)
    return factories.fresh(approved)


def hash_of(claim: Claim) -> str:
    return composition.content_hash(composition.compose(claim))


def check_of(claim: Claim) -> Check:
    return Check.objects.get(claim=claim)


# Publishing


def test_it_works(approved: Claim, desk: Desk) -> None:
    version = factories.publish(approved, desk.editor)
    check = check_of(approved)

    assert factories.fresh(approved).status == Status.PUBLISHED
    assert (version.number, version.kind, check.current) == (1, PublicationKind.FIRST, version)
    assert factories.last_entry(approved).action == Action.PUBLISH
    assert version.entry == factories.last_entry(approved)
    assert list(verification.verify()) == []


def test_frozen_content_is_the_very_object_that_was_approved(approved: Claim, desk: Desk) -> None:
    content = composition.compose(approved)
    version = factories.publish(approved, desk.editor)

    assert version.content.text == canonical.text(content)
    assert publication.frozen_hash(version) == approved.approvals.get().content_hash


def test_envelope_says_what_the_columns_say_and_covers_content_and_names(desk: Desk) -> None:
    version = factories.publish(factories.approved_claim(desk), desk.editor)
    check = version.check_page

    assert version.hash == canonical.digest(version.envelope)
    assert version.envelope_data == {
        "schema": 1,
        "publication": str(version.uuid),
        "check": str(check.uuid),
        "claim": str(check.claim.uuid),
        "sequence": version.entry.sequence,
        "number": 1,
        "kind": "first",
        "published_at": canonical.moment(version.published_at),
        "first_published_at": canonical.moment(version.published_at),
        "content": canonical.commitment(version.content.salt, version.content.text),
        "names": canonical.commitment(version.names.salt, version.names.text),
        "previous": "",
    }


def test_names_are_those_who_wrote_who_read_and_who_published(desk: Desk) -> None:
    version = factories.publish(factories.approved_claim(desk), desk.chief)

    assert version.names_data == {
        "writers": [people.name_of(desk.researcher)],
        "reviewers": [people.name_of(desk.editor)],
        "publisher": people.name_of(desk.chief),
    }
    assert people.name_of(desk.researcher) not in version.content.text


def test_publishing_makes_nobody_an_author(published: Claim, desk: Desk) -> None:

    assert people.author_ids(published) == set()


def test_claim_that_nobody_approved_is_refused(desk: Desk) -> None:
    for claim in (factories.ready_claim(desk), factories.review_claim(desk), factories.inbox_claim(desk)):
        with pytest.raises(IllegalTransition):
            factories.publish(claim, desk.editor)
    assert not Check.objects.exists()


@pytest.mark.parametrize("who", ["researcher", "auditor"])
def test_wrong_role_is_refused(who: str, desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        factories.publish(factories.approved_claim(desk), getattr(desk, who))


# A double click


def test_same_content_posted_twice_gives_the_one_publication(approved: Claim, desk: Desk) -> None:
    shown = hash_of(approved)
    first = publication.publish(
        claim_id=approved.pk, actor=desk.editor, content_hash=shown, opened_at=approved.revision
    )
    again = publication.publish(
        claim_id=approved.pk, actor=desk.editor, content_hash=shown, opened_at=approved.revision
    )

    assert again == first
    assert Publication.objects.count() == 1
    assert factories.fresh(approved).revision == approved.revision + 1


def test_second_click_without_the_right_gets_nothing(approved: Claim, desk: Desk) -> None:
    shown = hash_of(approved)
    factories.publish(approved, desk.editor)

    with pytest.raises(PermissionDenied):
        publication.publish(claim_id=approved.pk, actor=desk.researcher, content_hash=shown)


def test_other_content_posted_to_a_published_claim_is_refused(published: Claim, desk: Desk) -> None:
    for shown in ("", "0" * 64):
        with pytest.raises(IllegalTransition):
            publication.publish(claim_id=published.pk, actor=desk.editor, content_hash=shown)


# The address


def test_address_is_made_of_the_english_statement(desk: Desk) -> None:
    assert factories.make_check(desk).slug == "rents-in-the-city-rose-by-12-per-cent-in-2024"


# The statement it is made of, and the address.
@pytest.mark.parametrize(
    ("statement", "slug"),
    [
        ("Die Mieten in Köln stiegen um Größenordnungen.", "die-mieten-in-koeln-stiegen-um-groessenordnungen"),
        ("x" * 300, "x" * 80),
        ("Rents " * 30, ("rents-" * 30)[:80].strip("-")),
    ],
)
def test_address_is_short_and_plain(statement: str, slug: str, desk: Desk) -> None:
    assert factories.make_check(desk, edits={"texts.en.statement": statement}).slug == slug


def test_statement_without_a_letter_still_has_an_address(desk: Desk) -> None:
    check = factories.make_check(desk, edits={"texts.en.statement": "東京の家賃"})

    assert check.slug == f"check-{str(check.claim.uuid)[:8]}"


def test_same_statement_again_has_a_number_in_its_address(desk: Desk) -> None:
    slugs = [factories.make_check(desk).slug for _ in range(3)]

    assert slugs == [slugs[0], f"{slugs[0]}-2", f"{slugs[0]}-3"]


# Approvals are asked again at publishing


def test_content_that_a_shared_record_changed_goes_back_to_the_second_read(approved: Claim, desk: Desk) -> None:
    publication.schedule(claim_id=approved.pk, actor=desk.editor, publish_at=factories.tomorrow())
    records.edit_record(
        record=Speaker, record_id=approved.speaker_id, actor=desk.researcher, values={"name": "The Union"}
    )

    with pytest.raises(NotApproved):
        factories.publish(approved, desk.editor)

    approved = factories.fresh(approved)
    assert (approved.status, approved.publish_at) == (Status.REVIEW, None)
    assert not Check.objects.exists()
    entry = factories.last_entry(approved)
    assert (entry.action, entry.actor) == (Action.REVISE, people.system_user())
    assert list(verification.verify()) == []
    assert factories.publish(factories.approve(approved, desk.editor), desk.editor).number == 1


def test_approver_who_became_an_author_afterwards_does_not_count(approved: Claim, desk: Desk) -> None:
    factories.edit(approved, desk.editor, {"texts.fr.statement": "Les loyers."})
    assert factories.fresh(approved).status == Status.APPROVED

    with pytest.raises(NotApproved):
        factories.publish(approved, desk.chief)
    assert factories.fresh(approved).status == Status.REVIEW
    with pytest.raises(PermissionDenied, match="author"):
        factories.approve(approved, desk.editor)


def test_approver_who_changed_content_and_changed_it_back_does_not_count(approved: Claim, desk: Desk) -> None:
    headline = approved.verdict.texts.get(language="en").headline
    factories.edit(approved, desk.editor, {"verdict.texts.en.headline": "Rents rose less"})
    review.send_back(claim_id=approved.pk, actor=desk.second_editor, comment="No.")
    factories.edit(approved, desk.editor, {"verdict.texts.en.headline": headline})
    review.submit(claim_id=approved.pk, actor=desk.researcher)

    assert people.approvers(approved, hash_of(approved)) == []


def test_approver_who_is_no_editor_any_more_does_not_count(approved: Claim, desk: Desk) -> None:
    desk.editor.groups.clear()

    with pytest.raises(NotApproved):
        factories.publish(approved, desk.chief)


def test_high_risk_rests_on_two_people(approved: Claim, desk: Desk) -> None:
    factories.edit(approved, desk.second_editor, {"risk": "high"})
    assert factories.fresh(approved).status == Status.APPROVED

    with pytest.raises(NotApproved):
        factories.publish(approved, desk.chief)
    factories.approve(approved, desk.second_editor)
    version = factories.publish(approved, desk.chief)

    assert version.names_data is not None
    assert len(version.names_data["reviewers"]) == 2


# A later version


def test_next_version_says_what_has_changed(published: Claim, desk: Desk) -> None:
    first = check_of(published).current
    factories.research_again(published, desk, note="The bank's figure was added.")
    factories.edit(published, desk.researcher, {"verdict.texts.en.today": "As of June."})
    review.submit(claim_id=published.pk, actor=desk.researcher)
    factories.approve(published, desk.editor)
    second = factories.publish(published, desk.editor)
    check = check_of(published)

    assert (second.number, second.kind, check.current) == (2, PublicationKind.CORRECTION, second)
    assert second.content_data is not None
    assert second.content_data["release"] == {"kind": "correction", "notes": {"en": "The bank's figure was added."}}
    assert second.envelope_data["previous"] == first.hash
    assert second.envelope_data["first_published_at"] == first.envelope_data["published_at"]
    assert (check.first_published_at, check.last_published_at) == (first.published_at, second.published_at)
    assert list(verification.verify()) == []


def test_earlier_version_stays_as_it_was(published: Claim, desk: Desk) -> None:
    first = Publication.objects.get()
    before = (first.envelope, first.hash, first.content.text, first.names.text)
    factories.publish_again(published, desk)

    again = Publication.objects.get(number=1)
    assert (again.envelope, again.hash, again.content.text, again.names.text) == before


def test_next_version_needs_its_kind_and_note(published: Claim, desk: Desk) -> None:
    publication.reopen(claim_id=published.pk, actor=desk.editor, reason="A reader wrote in.")

    with pytest.raises(GatesClosed) as closed:
        review.submit(claim_id=published.pk, actor=desk.researcher)
    assert [gap.split(":")[0] for gap in closed.value.missing] == ["New version", "New version"]


def test_kind_and_note_go_out_with_their_version_and_not_with_the_next(published: Claim, desk: Desk) -> None:
    factories.publish_again(published, desk)
    published = factories.fresh(published)

    assert published.verdict.change_kind == ""
    assert {text.change_note for text in published.verdict.texts.all()} == {""}
    assert "release" not in composition.compose(published)


def test_note_that_was_written_too_early_does_not_go_out_with_the_first_version(desk: Desk) -> None:
    check = factories.make_check(
        desk, edits={"verdict.change_kind": "update", "verdict.texts.en.change_note": "Early."}
    )

    assert "release" not in check.current.content_data
    assert check.claim.verdict.change_kind == ""


def test_address_stays_when_the_statement_changes(published: Claim, desk: Desk) -> None:
    slug = check_of(published).slug
    factories.research_again(published, desk)
    factories.edit(published, desk.researcher, {"texts.en.statement": "Something else."})
    review.submit(claim_id=published.pk, actor=desk.researcher)
    factories.approve(published, desk.editor)
    factories.publish(published, desk.editor)

    assert check_of(published).slug == slug
    assert "something else." in check_of(published).search_text


def test_public_page_stays_as_it_is_while_the_claim_is_worked_on(published: Claim, desk: Desk) -> None:
    before = Check.objects.values().get()
    factories.research_again(published, desk)
    factories.edit(published, desk.researcher, {"verdict.texts.en.headline": "A draft"})
    review.submit(claim_id=published.pk, actor=desk.researcher)
    factories.approve(published, desk.editor)

    assert Check.objects.values().get() == before


def test_history_of_the_check_tells_each_version_with_its_note(published: Claim, desk: Desk) -> None:
    factories.publish_again(published, desk, note="One more figure.")

    assert [(line["number"], line["kind"], line["notes"]) for line in check_of(published).history] == [
        (1, "first", {}),
        (2, "correction", {"en": "One more figure."}),
    ]


# Publishing at a time


def scheduled(desk: Desk) -> Claim:
    claim = factories.approved_claim(desk)
    return publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=factories.tomorrow())


def test_nothing_is_published_before_its_time(desk: Desk) -> None:
    claim = scheduled(desk)

    assert publication.publish_due() == {}
    assert factories.fresh(claim).status == Status.APPROVED


def test_claim_is_published_at_its_time_by_the_system_for_whoever_set_it(desk: Desk) -> None:
    claim = scheduled(desk)
    factories.make_due(claim)

    (version,) = publication.publish_due().values()

    assert isinstance(version, Publication)
    assert (factories.fresh(claim).status, factories.fresh(claim).publish_at) == (Status.PUBLISHED, None)
    assert (version.entry.actor, version.entry.on_behalf_of) == (people.system_user(), desk.editor)
    assert version.names_data is not None
    assert version.names_data["publisher"] == people.name_of(desk.editor)
    assert publication.publish_due() == {}
    assert list(verification.verify()) == []


def test_time_must_lie_ahead(approved: Claim, desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        publication.schedule(claim_id=approved.pk, actor=desk.editor, publish_at=timezone.now() - timedelta(minutes=1))

    assert refusal.value.field == "publish_at"
    assert factories.fresh(approved).publish_at is None


def test_time_can_be_set_anew_and_taken_away(desk: Desk) -> None:
    claim = scheduled(desk)
    later = factories.tomorrow() + timedelta(days=1)
    assert publication.schedule(claim_id=claim.pk, actor=desk.chief, publish_at=later).publish_at == later

    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=None)
    revision = publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=None).revision

    assert factories.fresh(claim).publish_at is None
    assert revision == claim.revision + 2


def test_edit_takes_the_time_away(desk: Desk) -> None:
    claim = scheduled(desk)
    factories.edit(claim, desk.researcher, {"texts.en.statement": "Rents rose."})

    assert (factories.fresh(claim).status, factories.fresh(claim).publish_at) == (Status.REVIEW, None)


def with_a_comment(claim: Claim, desk: Desk) -> None:
    review.comment(claim_id=claim.pk, actor=desk.second_editor, text="Wait.")


def with_a_scheduler_who_left(claim: Claim, desk: Desk) -> None:
    desk.editor.groups.clear()


def with_another_name(claim: Claim, desk: Desk) -> None:
    records.edit_record(record=Speaker, record_id=claim.speaker_id, actor=desk.editor, values={"name": "Other"})


def with_high_risk(claim: Claim, desk: Desk) -> None:
    factories.edit(claim, desk.second_editor, {"risk": "high"})


# At the time, gates, rights and approvals are asked again; what does not hold any more goes to the second read.
@pytest.mark.parametrize(
    ("happening", "refusal", "reason"),
    [
        (with_a_comment, GatesClosed, "Comments: 1 still open"),
        (with_a_scheduler_who_left, NotApproved, "no longer an editor"),
        (with_another_name, NotApproved, "not what was approved"),
        (with_high_risk, NotApproved, "no longer holds"),
    ],
)
def test_what_does_not_hold_at_its_time_is_read_again(
    happening: Any, refusal: type[Exception], reason: str, desk: Desk
) -> None:
    claim = scheduled(desk)
    factories.make_due(claim)
    happening(claim, desk)

    (result,) = publication.publish_due().values()

    assert isinstance(result, refusal)
    assert (factories.fresh(claim).status, factories.fresh(claim).publish_at) == (Status.REVIEW, None)
    assert not Check.objects.exists()
    assert factories.last_entry(claim).action == Action.REVISE
    assert reason in json.loads(factories.last_entry(claim).change.text)["facts"]["reason"]


def test_one_that_is_refused_does_not_stop_the_others(desk: Desk) -> None:
    refused, fine = scheduled(desk), scheduled(desk)
    with_a_comment(refused, desk)
    for claim in (refused, fine):
        factories.make_due(claim)

    results = publication.publish_due()

    assert {key: type(one) for key, one in results.items()} == {refused.pk: GatesClosed, fine.pk: Publication}
    assert factories.fresh(fine).status == Status.PUBLISHED


def test_why_it_was_not_published_is_kept_in_every_language(desk: Desk) -> None:
    claim = scheduled(desk)
    factories.make_due(claim)
    with_a_comment(claim, desk)
    publication.publish_due()

    entry = factories.last_entry(claim)
    told = json.loads(entry.change.text)["facts"]["told"]
    assert (told["en"][:23], told["de"][:25]) == ("Comments: 1 still open;", "Kommentare: 1 noch offen;")
    assert (entry.actor, entry.on_behalf_of) == (people.system_user(), desk.editor)
    assert people.author_ids(claim) == {desk.researcher.pk}  # who wanted it published wrote nothing


def test_what_was_not_published_can_be_told(desk: Desk) -> None:
    claim, fine = scheduled(desk), scheduled(desk)
    due = factories.fresh(claim).publish_at
    with_a_scheduler_who_left(claim, desk)
    with pytest.raises(NotApproved):
        publication.publish(claim_id=claim.pk, actor=desk.second_editor)

    (told,) = publication.unpublished([claim, fine]).values()

    assert (told.entry, told.scheduled_for, told.at_its_time) == (factories.last_entry(claim), due, False)
    assert told.wanted_by == desk.second_editor
    assert told.reasons["en"].startswith("The content is not what was approved")


def test_a_busy_database_leaves_the_claim_its_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was decided, so it is asked again; and the next claim is not kept waiting."""
    busy, fine = scheduled(desk), scheduled(desk)
    for claim in (busy, fine):
        factories.make_due(claim)
    refusal = publication._refusal

    def is_busy(claim: Claim, scheduler: Any) -> Any:
        if claim.pk == busy.pk:
            raise Busy("The database is busy.")
        return refusal(claim, scheduler)

    monkeypatch.setattr(publication, "_refusal", is_busy)
    results = publication.publish_due()

    assert {key: type(one) for key, one in results.items()} == {busy.pk: Busy, fine.pk: Publication}
    assert factories.fresh(busy).status == Status.APPROVED
    assert factories.fresh(busy).publish_at is not None


# Who reads it again


@pytest.mark.parametrize("how", ["edit", "system"])
def test_what_is_revised_comes_back_to_who_approved_it(approved: Claim, desk: Desk, how: str) -> None:
    if how == "edit":
        factories.edit(approved, desk.researcher, {"verdict.texts.en.headline": "Rents rose less"})
    else:
        with_another_name(approved, desk)
        with pytest.raises(NotApproved):
            factories.publish(approved, desk.chief)
    assert factories.fresh(approved).reader == desk.editor
    assert list(verification.verify()) == []


def test_it_comes_back_to_nobody_who_wrote_it(approved: Claim, desk: Desk) -> None:
    factories.edit(approved, desk.editor, {"verdict.texts.en.headline": "Rents rose less"})
    assert factories.fresh(approved).reader is None


def test_it_comes_back_to_nobody_who_may_not_approve_any_more(approved: Claim, desk: Desk) -> None:
    desk.editor.groups.clear()
    factories.edit(approved, desk.researcher, {"verdict.texts.en.headline": "Rents rose less"})
    assert factories.fresh(approved).reader is None


def test_it_comes_back_to_nobody_who_is_away_unless_they_were_asked(approved: Claim, desk: Desk) -> None:
    today = timezone.localdate()
    members.set_away(actor=desk.editor, user=desk.editor, away_from=today, away_until=None)
    factories.edit(approved, desk.researcher, {"verdict.texts.en.headline": "Rents rose less"})
    assert factories.fresh(approved).reader is None

    members.hand_over(claim_id=approved.pk, actor=desk.chief, reader=desk.editor)
    factories.approve(approved, desk.second_editor)
    factories.edit(approved, desk.researcher, {"verdict.texts.en.headline": "Rents rose by less"})
    assert factories.fresh(approved).reader == desk.editor


def test_it_comes_back_to_nobody_with_a_conflict_of_interest(approved: Claim, desk: Desk) -> None:
    members.declare(actor=desk.editor, user=desk.editor, topic="housing", reason="A flat to let.")
    factories.edit(approved, desk.researcher, {"verdict.texts.en.headline": "Rents rose less"})
    assert factories.fresh(approved).reader is None


def test_it_comes_back_to_the_last_of_two(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    factories.edit(claim, desk.editor, {"risk": "high"})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    for reader in (desk.editor, desk.second_editor):
        factories.approve(claim, reader)
    factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": "Rents rose less"})
    assert factories.fresh(claim).reader == desk.second_editor


# Reopening


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.RETRACTED])
def test_reopening_leads_to_research_and_leaves_the_page_alone(status: Status, desk: Desk) -> None:
    claim = factories.claim_in(status, desk)
    before = Check.objects.values().get()
    publication.reopen(claim_id=claim.pk, actor=desk.editor, reason=" A reader wrote in. ")

    assert factories.fresh(claim).status == Status.RESEARCH
    assert Check.objects.values().get() == before
    assert json.loads(factories.last_entry(claim).change.text)["facts"] == {"reason": "A reader wrote in."}


def test_reopening_needs_a_reason(published: Claim, desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        publication.reopen(claim_id=published.pk, actor=desk.editor, reason="")

    assert refusal.value.field == "reason"
    assert factories.fresh(published).status == Status.PUBLISHED


def test_reopening_twice_is_refused(desk: Desk) -> None:
    claim = factories.reopened_claim(desk)
    with pytest.raises(IllegalTransition):
        publication.reopen(claim_id=claim.pk, actor=desk.editor, reason="Again.")


# Withdrawing


def test_withdrawing_adds_a_version_with_the_last_content_and_the_notice(published: Claim, desk: Desk) -> None:
    first = check_of(published).current
    version = publication.retract(claim_id=published.pk, actor=desk.chief, reasons={**REASONS, "de": " "})

    assert factories.fresh(published).status == Status.RETRACTED
    assert (version.number, version.kind) == (2, PublicationKind.RETRACTION)
    assert version.content_data == {**first.content_data, "notice": {"kind": "retraction", "reasons": REASONS}}
    assert version.names_data == {**first.names_data, "publisher": people.name_of(desk.chief)}
    assert "notice" not in Publication.objects.get(number=1).content.text
    assert check_of(published).withdrawn
    assert check_of(published).history[-1]["notes"] == REASONS
    assert list(verification.verify()) == []


def test_withdrawing_rests_on_nobodys_approval_but_the_head_of_desks(published: Claim, desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        publication.retract(claim_id=published.pk, actor=desk.editor, reasons=REASONS)
    with pytest.raises(Refused) as refusal:
        publication.retract(claim_id=published.pk, actor=desk.chief, reasons={"en": " "})

    assert refusal.value.field == "reasons"
    assert factories.fresh(published).status == Status.PUBLISHED


def test_withdrawing_twice_is_refused(desk: Desk) -> None:
    claim = factories.retracted_claim(desk)
    with pytest.raises(IllegalTransition, match="no live check"):
        publication.retract(claim_id=claim.pk, actor=desk.chief, reasons=REASONS)


def test_withdrawing_while_on_hold_takes_the_hold_away(desk: Desk) -> None:
    claim = factories.reopened_claim(desk)
    until = timezone.localdate() + timedelta(days=1)
    research.park(claim_id=claim.pk, actor=desk.researcher, until=until, reason="It waits.")
    publication.retract(claim_id=claim.pk, actor=desk.chief, reasons=REASONS)

    assert (factories.fresh(claim).status, factories.fresh(claim).parked_until) == (Status.RETRACTED, None)


def test_withdrawing_leaves_the_draft_out(desk: Desk) -> None:
    claim = factories.reopened_claim(desk)
    factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": "A draft"})
    version = publication.retract(claim_id=claim.pk, actor=desk.chief, reasons=REASONS)

    assert "A draft" not in version.content.text


def test_later_publication_lifts_the_notice(desk: Desk) -> None:
    claim = factories.retracted_claim(desk)
    version = factories.publish_again(claim, desk)

    assert version.content_data is not None
    assert "notice" not in version.content_data
    assert (version.number, check_of(claim).withdrawn) == (3, False)
    assert list(verification.verify()) == []


# Taking offline, and putting back online


def withhold(claim: Claim, desk: Desk, **options: Any) -> Any:
    filled = {"reason": WithholdingReason.LEGAL, "note": {"en": "An order of the court."}, **options}
    return publication.withhold(claim_id=claim.pk, actor=desk.editor, **filled)


def test_check_is_offline_at_once(published: Claim, desk: Desk) -> None:
    withholding = withhold(published, desk)
    check = check_of(published)

    assert (withholding.scope, withholding.by) == ("check", desk.editor)
    assert not check.listed
    assert (check.search_text, check.bodies, check.speaker_name, check.topics) == ("", {}, "", "")
    assert check.withheld == [
        {"scope": "check", "reason": "legal", "note": {"en": "An order of the court."}, "number": 0, "language": ""}
    ]
    assert factories.fresh(published).status == Status.PUBLISHED
    assert factories.last_entry(published).action == Action.WITHHOLD
    assert list(verification.verify()) == []


def test_language_is_offline_and_the_other_stays(published: Claim, desk: Desk) -> None:
    withhold(published, desk, language="de")
    check = check_of(published)

    assert check.listed
    assert check.languages == "|en|"
    assert set(check.bodies) == {"en"}
    assert "mieten" not in check.search_text


def test_every_language_offline_is_the_check_offline(published: Claim, desk: Desk) -> None:
    for language in ("de", "en"):
        withhold(published, desk, language=language)

    assert not check_of(published).listed


def test_earlier_version_is_offline_and_the_current_one_stays(published: Claim, desk: Desk) -> None:
    factories.publish_again(published, desk)
    withhold(published, desk, number=1)

    assert check_of(published).listed
    withhold(published, desk, number=2)
    assert not check_of(published).listed


def test_what_is_withheld_stays_so_in_the_next_version(published: Claim, desk: Desk) -> None:
    withhold(published, desk)
    factories.publish_again(published, desk)

    assert not check_of(published).listed


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"note": {"en": " "}}, "note"),
        ({"number": 2}, "number"),
        ({"language": "fr"}, "language"),
        ({"number": 1, "language": "de"}, ""),
    ],
)
def test_what_cannot_be_withheld_is_refused(published: Claim, options: dict[str, Any], field: str, desk: Desk) -> None:
    with pytest.raises(Refused) as refusal:
        withhold(published, desk, **options)

    assert refusal.value.field == field
    assert check_of(published).withheld == []
    assert factories.fresh(published).revision == published.revision


def test_claim_that_was_never_published_cannot_be_withheld(desk: Desk) -> None:
    with pytest.raises(IllegalTransition, match="never published"):
        withhold(factories.approved_claim(desk), desk)


@pytest.mark.parametrize("who", ["researcher", "auditor"])
def test_taking_offline_is_for_editors(published: Claim, who: str, desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        publication.withhold(
            claim_id=published.pk, actor=getattr(desk, who), reason=WithholdingReason.ERROR, note={"en": "Wrong."}
        )


def test_taking_offline_twice_is_refused(published: Claim, desk: Desk) -> None:
    withhold(published, desk)

    with pytest.raises(Refused, match="already offline"):
        withhold(published, desk)
    assert check_of(published).withholdings.count() == 1


@pytest.mark.parametrize("options", [{}, {"language": "de"}, {"number": 1}])
def test_lifting_brings_back_what_was_there(published: Claim, options: dict[str, Any], desk: Desk) -> None:
    before = Check.objects.values().get()
    withholding = withhold(published, desk, **options)
    assert Check.objects.values().get() != before

    lifted = publication.lift(claim_id=published.pk, actor=desk.chief, withholding_id=withholding.pk)

    assert lifted.lifted_by == desk.chief
    assert Check.objects.values().get() == before
    assert factories.last_entry(published).action == Action.LIFT


def test_lifting_one_of_two_leaves_the_other(published: Claim, desk: Desk) -> None:
    whole, german = withhold(published, desk), withhold(published, desk, language="de")
    publication.lift(claim_id=published.pk, actor=desk.chief, withholding_id=whole.pk)

    assert check_of(published).languages == "|en|"
    assert german.check_page.withholdings.filter(lifted_at=None).get() == german


def test_lifting_is_for_the_head_of_desk(published: Claim, desk: Desk) -> None:
    withholding = withhold(published, desk)
    with pytest.raises(PermissionDenied):
        publication.lift(claim_id=published.pk, actor=desk.editor, withholding_id=withholding.pk)


def test_lifting_twice_is_refused(published: Claim, desk: Desk) -> None:
    withholding = withhold(published, desk)
    publication.lift(claim_id=published.pk, actor=desk.chief, withholding_id=withholding.pk)

    with pytest.raises(IllegalTransition, match="online already"):
        publication.lift(claim_id=published.pk, actor=desk.chief, withholding_id=withholding.pk)


def test_withholding_of_another_check_is_not_lifted_from_here(desk: Desk) -> None:
    claim, other = factories.published_claim(desk), factories.published_claim(desk)
    withholding = withhold(other, desk)

    with pytest.raises(IllegalTransition):
        publication.lift(claim_id=claim.pk, actor=desk.chief, withholding_id=withholding.pk)


# The check's row


def test_columns_of_the_check_are_those_of_the_current_content(desk: Desk) -> None:
    check = factories.make_check(desk)

    assert (check.question, check.rating_code) == ("true", "mostly-true")
    assert (check.speaker_name, check.speaker_slug) == ("Tenants' Union", "tenants-union")
    assert (check.topics, check.outlet_names, check.languages) == ("|housing|", "|The Morning Paper|", "|de|en|")
    assert check.article_uuids == f"|{check.claim.quotations.get().version.article.uuid}|"
    assert "rents rose, but by less" in check.search_text
    assert "tenants' union" in check.search_text
    assert 'href="#evidence-R1"' in check.bodies["en"]


def test_check_can_be_rebuilt_from_its_publications(published: Claim, desk: Desk) -> None:
    factories.publish_again(published, desk)
    withhold(published, desk, language="de")
    before = Check.objects.values().get()
    Check.objects.update(listed=False, search_text="", bodies={}, history=[], withheld=[], topics="", question="said")

    publication.rebuild_check(check_of(published))

    assert Check.objects.values().get() == before


def test_outsider_publishes_nothing(approved: Claim, desk: Desk) -> None:
    for actor in (factories.make_user(None), factories.make_user(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            factories.publish(approved, actor)
        with pytest.raises(PermissionDenied):
            publication.schedule(claim_id=approved.pk, actor=actor, publish_at=None)
