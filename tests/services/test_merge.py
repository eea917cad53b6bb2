"""Merging speakers and outlets that are the same: one closes, the other stands for both, and it can be taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims import composition
from claims.errors import Conflict, Refused
from claims.models import LedgerEntry, Outlet, Speaker
from claims.services import erasure, records, verification
from claims.services.records import Likeness
from claims.vocabulary import Action, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


def merge(closing: Any, staying: Any, actor: Any, **options: Any) -> Any:
    if isinstance(closing, Outlet):
        return records.merge_outlets(actor=actor, outlet_id=closing.pk, into_id=staying.pk, **options)
    return records.merge_speakers(actor=actor, speaker_id=closing.pk, into_id=staying.pk, **options)


def part(record: Any, actor: Any, **options: Any) -> Any:
    return records.part(record=type(record), record_id=record.pk, actor=actor, **options)


def fresh(record: Any) -> Any:
    return type(record).objects.get(pk=record.pk)


def speakers(desk: Desk, *names: str) -> list[Speaker]:
    return [factories.make_speaker(desk.researcher, name) for name in names]


def facts(record: Any) -> str:
    return record.ledger.latest("sequence").change.text


def holds() -> bool:
    return list(verification.verify()) == []


def test_one_closes_and_the_other_stands_for_both(desk: Desk) -> None:
    closing, staying = speakers(desk, "OpenAI Inc.", "OpenAI")

    assert merge(closing, staying, desk.editor) == staying

    assert fresh(closing).merged_into == staying
    assert list(Speaker.objects.standing()) == [staying]
    assert composition.standing(fresh(closing)) == staying
    assert composition.standing(staying) == staying


def test_both_ledgers_name_each_other_in_one_change_set(desk: Desk) -> None:
    closing, staying = speakers(desk, "OpenAI Inc.", "OpenAI")
    merge(closing, staying, desk.editor)
    closed, grown = closing.ledger.latest("sequence"), staying.ledger.latest("sequence")

    assert closed.action == grown.action == Action.MERGE
    assert closed.change_set == grown.change_set
    assert (fresh(closing).revision, fresh(staying).revision) == (2, 2)
    assert str(staying.uuid) in facts(closing)
    assert str(closing.uuid) in facts(staying)
    assert holds()


def test_a_merge_touches_no_claim(desk: Desk) -> None:
    closing, staying = speakers(desk, "OpenAI Inc.", "OpenAI")
    claim = factories.inbox_claim(desk, speaker=closing)
    merge(closing, staying, desk.editor)

    assert (factories.fresh(claim).revision, factories.fresh(claim).speaker) == (claim.revision, closing)


def test_whatever_was_merged_before_goes_along(desk: Desk) -> None:
    first, second, third = speakers(desk, "Open AI", "OpenAI Inc.", "OpenAI")
    merge(first, second, desk.editor)
    merge(second, third, desk.editor)

    assert fresh(first).merged_into == fresh(second).merged_into == third
    assert first.ledger.latest("sequence").change_set == third.ledger.latest("sequence").change_set
    assert str(second.uuid) in facts(first)
    assert holds()


def test_a_record_is_not_merged_into_itself(desk: Desk) -> None:
    [one] = speakers(desk, "OpenAI")

    with pytest.raises(Refused, match="cannot be merged into itself"):
        merge(one, one, desk.editor)


def test_a_record_is_not_merged_into_a_merged_one(desk: Desk) -> None:
    first, second, third = speakers(desk, "Open AI", "OpenAI Inc.", "OpenAI")
    merge(second, third, desk.editor)

    with pytest.raises(Refused, match="was merged into “OpenAI”"):
        merge(first, second, desk.editor)
    assert fresh(first).merged_into is None


def test_two_are_not_merged_into_each_other(desk: Desk) -> None:
    one, other = speakers(desk, "OpenAI Inc.", "OpenAI")
    merge(one, other, desk.editor)

    with pytest.raises(Refused, match="was merged into"):
        merge(other, one, desk.editor)


def test_twice_is_refused(desk: Desk) -> None:
    one, other = speakers(desk, "OpenAI Inc.", "OpenAI")
    merge(one, other, desk.editor)

    with pytest.raises(Refused, match="was merged into “OpenAI”"):
        merge(one, other, desk.editor)
    assert fresh(other).revision == 2


def test_the_one_that_stays_must_be_there(desk: Desk) -> None:
    [one] = speakers(desk, "OpenAI")

    with pytest.raises(Refused, match="no such record"):
        records.merge_speakers(actor=desk.editor, speaker_id=one.pk, into_id=one.pk + 1000)
    with pytest.raises(Refused, match="no such record"):
        records.merge_outlets(actor=desk.editor, outlet_id=one.pk + 1000, into_id=one.pk)


@pytest.mark.parametrize("who", ["researcher", "auditor"])
def test_only_editors_merge_and_part(who: str, desk: Desk) -> None:
    one, other, third = speakers(desk, "OpenAI Inc.", "OpenAI", "Open AI")
    merge(third, other, desk.editor)

    with pytest.raises(PermissionDenied):
        merge(one, other, getattr(desk, who))
    with pytest.raises(PermissionDenied):
        part(third, getattr(desk, who))


def test_a_merge_on_an_old_page_does_not_undo_another_decision(desk: Desk) -> None:
    one, other = speakers(desk, "OpenAI Inc.", "OpenAI")
    merge(one, other, desk.editor)
    part(one, desk.chief)

    with pytest.raises(Conflict):
        merge(one, other, desk.editor, opened_at=1)
    assert fresh(one).merged_into is None


def test_other_fields_that_changed_meanwhile_are_no_conflict(desk: Desk) -> None:
    one, other = speakers(desk, "OpenAI Inc.", "OpenAI")
    records.edit_record(record=Speaker, record_id=one.pk, actor=desk.researcher, values={"role": "Company"})

    merge(one, other, desk.editor, opened_at=1)

    assert fresh(one).merged_into == other


def test_a_merged_record_is_not_edited(desk: Desk) -> None:
    one, other = speakers(desk, "OpenAI Inc.", "OpenAI")
    merge(one, other, desk.editor)

    with pytest.raises(Refused, match="Take that one"):
        records.edit_record(record=Speaker, record_id=one.pk, actor=desk.editor, values={"role": "Company"})


# Taking it back


def test_a_merge_can_be_taken_back(desk: Desk) -> None:
    one, other = speakers(desk, "OpenAI Inc.", "OpenAI")
    merge(one, other, desk.editor)

    part(one, desk.editor, opened_at=2)

    assert fresh(one).merged_into is None
    assert one.ledger.latest("sequence").change_set == other.ledger.latest("sequence").change_set
    assert str(other.uuid) in facts(one)
    assert str(one.uuid) in facts(other)
    assert holds()


def test_what_belongs_to_it_leaves_with_it(desk: Desk) -> None:
    """Whatever a person had merged into the one that leaves, at once or in steps; and nothing else."""
    first, second, third, fourth, last = speakers(desk, "A", "B", "C", "D", "E")
    merge(first, second, desk.editor)
    merge(second, third, desk.editor)
    merge(fourth, last, desk.editor)
    merge(third, last, desk.editor)
    assert {fresh(one).merged_into for one in (first, second, third, fourth)} == {last}

    part(second, desk.editor)

    assert fresh(second).merged_into is None
    assert fresh(first).merged_into == second
    assert fresh(third).merged_into == fresh(fourth).merged_into == last
    assert holds()

    part(third, desk.editor)
    assert fresh(third).merged_into is None
    assert fresh(fourth).merged_into == last


def test_what_was_parted_before_stays_where_it_is(desk: Desk) -> None:
    first, second, last = speakers(desk, "A", "B", "C")
    merge(first, second, desk.editor)
    part(first, desk.editor)
    merge(first, last, desk.editor)
    merge(second, last, desk.editor)

    part(second, desk.editor)

    assert fresh(first).merged_into == last


def test_parting_what_stands_is_refused(desk: Desk) -> None:
    [one] = speakers(desk, "OpenAI")

    with pytest.raises(Refused, match="stands by itself"):
        part(one, desk.editor)
    with pytest.raises(Refused, match="stands by itself"):
        part(factories.make_outlet(desk.researcher), desk.editor)
    assert fresh(one).revision == 1


def test_parting_on_an_old_page_does_not_undo_another_merge(desk: Desk) -> None:
    one, other, third = speakers(desk, "A", "B", "C")
    merge(one, other, desk.editor)
    part(one, desk.editor)
    merge(one, third, desk.editor)

    with pytest.raises(Conflict):
        part(one, desk.editor, opened_at=2)
    assert fresh(one).merged_into == third


# Outlets, whose own voice is a speaker


def outlets(desk: Desk, *names: str) -> list[Outlet]:
    return [factories.make_outlet(desk.researcher, name) for name in names]


def test_an_outlet_takes_its_voice_along_and_brings_it_back(desk: Desk) -> None:
    closing, staying = outlets(desk, "Morning Paper", "The Morning Paper")

    merge(closing, staying, desk.editor)

    assert fresh(closing).merged_into == staying
    assert fresh(closing.speaker).merged_into == staying.speaker
    sets = [one.ledger.latest("sequence").change_set for one in (closing, staying, closing.speaker, staying.speaker)]
    assert len(set(sets)) == 1
    assert holds()

    part(closing, desk.editor)

    assert fresh(closing).merged_into is None
    assert fresh(closing.speaker).merged_into is None
    assert holds()


def test_a_voice_goes_nowhere_without_its_outlet(desk: Desk) -> None:
    one, other = outlets(desk, "Morning Paper", "The Morning Paper")

    with pytest.raises(Refused, match="outlet's own voice"):
        merge(one.speaker, other.speaker, desk.editor)

    merge(one, other, desk.editor)
    with pytest.raises(Refused, match="outlet's own voice"):
        part(one.speaker, desk.editor)


def test_a_speaker_may_turn_out_to_be_an_outlets_voice(desk: Desk) -> None:
    [outlet], [speaker] = outlets(desk, "The Morning Paper"), speakers(desk, "Morning Paper")

    merge(speaker, outlet.speaker, desk.editor)
    assert fresh(speaker).merged_into == outlet.speaker

    part(speaker, desk.editor)
    assert fresh(speaker).merged_into is None


# What reads a speaker or an outlet


def test_content_names_the_one_that_stands(desk: Desk) -> None:
    closing, staying = speakers(desk, "OpenAI Inc.", "OpenAI")
    claim = factories.ready_claim(desk, speaker=closing)
    merge(closing, staying, desk.editor)

    content = composition.compose(claim)

    assert (content["speaker"]["name"], content["speaker"]["uuid"]) == ("OpenAI", str(staying.uuid))
    assert content["quotations"][0]["voices"][0]["speaker"]["name"] == "OpenAI"


def test_content_names_the_outlet_that_stands_and_knows_its_voice(desk: Desk) -> None:
    """An article of the closing outlet, quoted in the staying one's voice, still speaks in its own voice."""
    closing, staying = outlets(desk, "Morning Paper", "The Morning Paper")
    version = factories.make_article(desk.researcher, outlet=closing)
    claim = factories.inbox_claim(
        desk, speaker=None, passages=[factories.passage(version, factories.PASSAGE, factories.Spoken(staying.speaker))]
    )
    assert composition.compose(claim)["quotations"][0]["voices"][0]["is_outlet"] is False

    merge(closing, staying, desk.editor)

    [quotation] = composition.compose(claim)["quotations"]
    assert quotation["article"]["outlet"] == "The Morning Paper"
    assert quotation["voices"][0]["is_outlet"] is True


def test_an_approval_of_the_old_name_does_not_hold(desk: Desk) -> None:
    """Publishing finds that the content is another one, and sends the claim to the second read."""
    from claims.errors import NotApproved

    closing, staying = speakers(desk, "OpenAI Inc.", "OpenAI")
    claim = factories.approved_claim(desk, speaker=closing)
    merge(closing, staying, desk.editor)

    with pytest.raises(NotApproved):
        factories.publish(claim, desk.editor)

    assert factories.fresh(claim).status == Status.REVIEW
    factories.approve(claim, desk.second_editor)
    publication = factories.publish(claim, desk.editor)
    assert publication.check_page.speaker_name == "OpenAI"
    assert holds()


def test_a_merge_that_is_taken_back_makes_the_approval_hold_again(desk: Desk) -> None:
    closing, staying = speakers(desk, "OpenAI Inc.", "OpenAI")
    claim = factories.approved_claim(desk, speaker=closing)
    merge(closing, staying, desk.editor)
    part(closing, desk.editor)

    assert factories.publish(claim, desk.editor).check_page.speaker_name == "OpenAI Inc."


def test_published_pages_stay_until_a_new_version(desk: Desk) -> None:
    closing, staying = speakers(desk, "OpenAI Inc.", "OpenAI")
    claim = factories.published_claim(desk, speaker=closing)
    merge(closing, staying, desk.editor)

    assert factories.fresh(claim).check_page.speaker_name == "OpenAI Inc."
    assert holds()

    factories.publish_again(claim, desk)
    assert factories.fresh(claim).check_page.speaker_name == "OpenAI"
    assert holds()


def test_writing_after_a_merge_is_an_author_of_one_change_alone(desk: Desk) -> None:
    """The merge itself is no change of the claim, so the next entry does not seem to have changed the content."""
    closing, staying = speakers(desk, "OpenAI Inc.", "OpenAI")
    claim = factories.ready_claim(desk, speaker=closing)
    merge(closing, staying, desk.editor)

    factories.edit(claim, desk.editor, {"priority": "high"})
    assert factories.last_entry(claim).changed_content is False

    factories.edit(claim, desk.editor, {"speaker": staying})
    assert factories.last_entry(claim).changed_content is False


@pytest.mark.parametrize("merged", [True, False])
def test_reading_content_costs_the_same_with_merges(merged: bool, desk: Desk, django_assert_num_queries: Any) -> None:
    closing, staying = speakers(desk, "OpenAI Inc.", "OpenAI")
    claim = factories.ready_claim(desk, speaker=closing)
    if merged:
        merge(closing, staying, desk.editor)
        outlet = claim.quotations.get().version.article.outlet
        merge(outlet, factories.make_outlet(desk.researcher, "The Paper"), desk.editor)

    with django_assert_num_queries(10):
        composition.compose(claim)


def test_an_erasure_reaches_claims_through_what_they_were_merged_into(desk: Desk) -> None:
    closing, staying = speakers(desk, "The person", "Alexandra Geheim")
    claim = factories.ready_claim(desk, speaker=closing)
    merge(closing, staying, desk.editor)
    claim = factories.approve(factories.review.submit(claim_id=claim.pk, actor=desk.researcher), desk.editor)

    erasure.erase(actor=desk.chief, text="Alexandra Geheim", reason="A court ordered it.")

    assert factories.fresh(claim).status == Status.REVIEW
    assert "Geheim" not in str(composition.compose(claim))
    assert holds()


def test_an_erasure_reaches_approvals_from_before_the_merge(desk: Desk) -> None:
    closing, staying = speakers(desk, "Alexandra Geheim", "A. G.")
    claim = factories.approved_claim(desk, speaker=closing)
    old = claim.approvals.get().content_hash
    merge(closing, staying, desk.editor)

    erasure.erase(actor=desk.chief, text="Alexandra Geheim", reason="A court ordered it.")

    assert not claim.approvals.filter(content_hash=old).exists()
    assert holds()


# Suggestions. A person decides; nothing is merged by itself.
@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ("OpenAI", "openai", (Likeness.NAME,)),
        ("Strauß", "STRAUSS", (Likeness.NAME,)),
        ("OpenAI", "OpenAI, Inc.", (Likeness.BARE_NAME,)),
        ("Test GmbH & Co. KG", "TEST", (Likeness.BARE_NAME,)),
        ("Mieterbund e. V.", "Mieterbund eV", (Likeness.BARE_NAME,)),
        ("OpenAI", "OpenAI Foundation", ()),
        ("AG", "SE", ()),
    ],
)
def test_names_that_may_be_the_same_are_suggested(
    one: str, other: str, reasons: tuple[Likeness, ...], desk: Desk
) -> None:
    first, second = speakers(desk, one, other)

    found = {like.record: like.reasons for like in records.look_alikes(first)}

    assert found == ({second: reasons} if reasons else {})
    assert fresh(second).merged_into is None


def test_the_same_item_and_the_same_site_are_suggested(desk: Desk) -> None:
    item = "https://www.wikidata.org/wiki/Q116758847"
    first = factories.make_speaker(desk.researcher, "OpenAI", same_as=item)
    second = factories.make_speaker(desk.researcher, "The makers of ChatGPT", same_as=item)
    paper = factories.make_outlet(desk.researcher, "The Paper", url="https://www.paper.example.org/")
    other = factories.make_outlet(desk.researcher, "Paper online", url="https://paper.example.org/en/")

    assert records.look_alikes(first) == [records.Lookalike(second, (Likeness.ITEM,))]
    assert records.look_alikes(paper) == [records.Lookalike(other, (Likeness.ADDRESS,))]


def test_an_old_name_suggests_what_stands_for_it(desk: Desk) -> None:
    old, standing, new = speakers(desk, "Facebook", "Meta", "facebook")
    merge(old, standing, desk.editor)

    assert [like.record for like in records.look_alikes(new)] == [standing]
    assert [like.record for like in records.look_alikes(standing)] == [new]


def test_a_name_finds_what_stands(desk: Desk) -> None:
    closing, staying = outlets(desk, "Morning Paper", "The Morning Paper")
    merge(closing, staying, desk.editor)

    assert records.find_by_name(Outlet, " morning paper ") == staying
    assert records.find_by_name(Outlet, "The Morning Paper") == staying
    assert records.find_by_name(Outlet, "Evening Paper") is None

    again = factories.make_outlet(desk.researcher, "Morning Paper")
    assert records.find_by_name(Outlet, "Morning Paper") == again


def test_a_merge_writes_nothing_but_entries_of_merges(desk: Desk) -> None:
    closing, staying = outlets(desk, "Morning Paper", "The Morning Paper")
    before = LedgerEntry.objects.count()
    merge(closing, staying, desk.editor)

    assert [entry.action for entry in LedgerEntry.objects.order_by("pk")[before:]] == [Action.MERGE] * 4
