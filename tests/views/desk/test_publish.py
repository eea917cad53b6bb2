"""Publishing, withdrawing and reopening at the desk."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Claim, Publication
from claims.services import erasure, people, preserving, publication, review
from claims.vocabulary import Status, WithholdingReason
from tests import factories
from tests.views.desk.helpers import as_user, content_hash, page, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def address(claim: Claim, action: str = "publish") -> str:
    return reverse("desk:transition", args=[claim.pk, action])


def test_the_page_says_what_goes_out(desk: factories.Desk) -> None:
    shown = page(desk.editor, address(factories.approved_claim(desk)))
    for words in ("1 (First publication)", "Mostly true", "Rents rose, but by less", "German, English", "Person No."):
        assert words in shown
    assert reverse("desk:read", args=[Claim.objects.get().pk]) in shown


def test_a_later_version_says_its_number_and_kind(desk: factories.Desk) -> None:
    claim = factories.reopened_claim(desk)
    as_user(desk.researcher).post(address(claim, "submit"))
    factories.approve(claim, desk.editor)
    assert "2 (Correction)" in page(desk.editor, address(claim))


def later_version(desk: factories.Desk, **edits: str) -> Claim:
    """An approved claim that readers have a version of; ``edits`` beside kind and note of the next one."""
    claim = factories.reopened_claim(desk)
    factories.edit(claim, desk.researcher, {name.replace("__", "."): value for name, value in edits.items()})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    return factories.approve(claim, desk.editor)


def test_a_first_version_says_the_address_that_it_will_get(desk: factories.Desk) -> None:
    slug = "rents-in-the-city-rose-by-12-per-cent-in-2024"
    claim, same = factories.approved_claim(desk), factories.approved_claim(desk)
    assert f"/checks/{slug}/<" in page(desk.editor, address(claim))
    assert f"/de/checks/{slug}/<" in page(desk.editor, address(claim))
    factories.publish(claim, desk.editor)
    assert f"/checks/{slug}-2/<" in page(desk.editor, address(same))
    assert factories.publish(same, desk.editor).check_page.slug == f"{slug}-2"


def test_a_first_version_says_all_that_readers_will_get(desk: factories.Desk) -> None:
    shown = page(desk.chief, address(factories.approved_claim(desk)))
    for words in (
        "New, and fixed from then on",
        "No notice.",
        "True? Mostly true",
        '<dd lang="de">Gestiegen, aber weniger</dd>',
        '<dd lang="en">Rents rose, but by less</dd>',
        f"<dt>Researched and written by</dt><dd>{people.name_of(desk.researcher)}</dd>",
        f"<dt>Second read by</dt><dd>{people.name_of(desk.editor)}</dd>",
        f"<dt>Published by</dt><dd>{people.name_of(desk.chief)}</dd>",
        "2 items",
        "None becomes public.",
        "1 of 1 that are needed",
    ):
        assert words in shown
    assert "What differs" not in shown


def test_the_names_are_those_that_will_stand_there(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    answer = as_user(desk.chief).get(address(claim))
    version = factories.publish(claim, desk.chief)
    written, read, published = [name for _label, name in answer.context["outgoing"].names]
    assert version.names_data == {"writers": written, "reviewers": read, "publisher": published[0]}


@pytest.mark.parametrize("publishable", [True, False])
def test_files_that_readers_may_have_are_named(desk: factories.Desk, publishable: bool) -> None:
    claim = factories.ready_claim(desk)
    kept = factories.make_snapshot(desk.researcher, claim.evidence.get(key="R1").source)
    factories.edit(claim, desk.researcher, {"evidence.R1.snapshot": kept})
    preserving.release(actor=desk.second_editor, snapshot_id=kept.pk, publishable=publishable)
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(claim, desk.editor)
    shown = page(desk.editor, address(claim))
    assert ("These may be shown to readers:" in shown and "R1: <cite" in shown) == publishable
    assert ("None becomes public." in shown) != publishable
    assert ("1 is named with its date and its SHA-256, and stays at the desk." in shown) != publishable


def test_a_later_version_says_what_readers_will_see_on_top(desk: factories.Desk) -> None:
    shown = page(desk.editor, address(later_version(desk)))
    assert "<strong>Correction</strong>" in shown
    assert "The bank's figure was added." in shown
    assert "None: these readers get the note in the other language." in shown
    assert "Version 1 can still be read as it is." in shown
    assert "Stays as it is:" in shown


def test_a_later_version_says_what_differs_in_words(desk: factories.Desk) -> None:
    shown = page(desk.editor, address(later_version(desk, verdict__texts__en__headline="Rents rose less")))
    assert "What differs from version 1" in shown
    words = "Rents <del>rose, but by </del><ins>rose </ins>less"
    assert f'<dt>Headline (English)</dt><dd class="changes__words" lang="en">{words}</dd>' in shown


def test_a_later_version_in_which_nothing_differs_says_so(desk: factories.Desk) -> None:
    assert "Nothing but the kind of the version and its note." in page(desk.editor, address(later_version(desk)))


def test_a_minor_change_says_that_it_has_no_notice_and_is_numbered(desk: factories.Desk) -> None:
    shown = page(desk.editor, address(later_version(desk, verdict__change_kind="minor")))
    assert "2 (Minor change)" in shown
    assert "No notice. The version stands in the list of versions, with its number and its note." in shown


def test_an_earlier_correction_stays_on_top_of_a_minor_change(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    factories.publish_again(claim, desk)
    factories.research_again(claim, desk, note="Spelling.")
    factories.edit(claim, desk.researcher, {"verdict.change_kind": "minor"})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(claim, desk.editor)
    shown = page(desk.editor, address(claim))
    assert "Correction (version 2, " in shown
    assert "Versions 1 to 2 can still be read as they are." in shown


def test_a_withdrawn_check_says_that_the_notice_goes(desk: factories.Desk) -> None:
    claim = factories.retracted_claim(desk)
    factories.research_again(claim, desk)
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(claim, desk.editor)
    assert "Its notice goes: the check stands again." in page(desk.editor, address(claim))


def test_what_is_offline_stays_so_and_the_page_says_it(desk: factories.Desk) -> None:
    claim = later_version(desk)
    note = {"en": "By order."}
    publication.withhold(claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.LEGAL, note=note, language="de")
    shown = page(desk.editor, address(claim))
    assert "<dt>Offline, and stays so</dt><dd>Every version in German</dd>" in shown


def test_an_approval_of_an_earlier_wording_is_told_and_does_not_count(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": "Rents rose less"})
    factories.approve(claim, desk.second_editor)
    answer = as_user(desk.editor).get(address(claim))
    told = [(one.by, one.counts, one.why_not) for one in answer.context["outgoing"].approvals]
    assert told == [
        (people.name_of(desk.editor), False, "of an earlier wording"),
        (people.name_of(desk.second_editor), True, ""),
    ]
    assert "does not count: of an earlier wording" in text(answer)


def test_approvals_of_earlier_versions_are_not_told(desk: factories.Desk) -> None:
    claim = later_version(desk)
    answer = as_user(desk.editor).get(address(claim))
    assert [one.counts for one in answer.context["outgoing"].approvals] == [True]


def test_an_approver_who_became_an_author_is_named_as_such(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    factories.edit(claim, desk.editor, {"texts.fr.statement": "Les loyers."})
    assert "does not count: an author by now" in page(desk.editor, address(claim))


def test_nothing_of_the_draft_of_another_language_is_on_the_page(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    factories.edit(claim, desk.researcher, {"texts.fr.statement": "Les loyers.", "verdict.texts.fr.headline": "Moins"})
    shown = page(desk.editor, address(claim))
    assert "Moins" not in shown
    assert "French" not in shown


def test_an_open_comment_is_pointed_out(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    review.comment(claim_id=claim.pk, actor=desk.second_editor, text="Wait.")
    shown = page(desk.editor, address(claim))
    assert "Look at this before you publish" in shown
    assert "Comments: 1 still open" in shown
    assert "it would not be published at its time" in page(desk.editor, address(claim, "schedule"))


def test_the_page_reads_as_much_for_many_items_as_for_few(desk: factories.Desk) -> None:
    def queries(claim: Claim) -> int:
        client = as_user(desk.editor)
        client.get(address(claim))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address(claim)).status_code == 200
        return len(caught)

    few, many = later_version(desk), factories.reopened_claim(desk)
    for number in range(12):
        source = factories.make_source(desk.researcher)
        factories.edit(many, desk.researcher, factories.evidence_item(f"M{number}", source))
    review.submit(claim_id=many.pk, actor=desk.researcher)
    factories.approve(many, desk.editor)
    assert queries(factories.fresh(many)) == queries(factories.fresh(few))


def test_the_page_speaks_german(desk: factories.Desk) -> None:
    answer = as_user(desk.editor, "de").get(address(factories.approved_claim(desk)))
    assert "1 (Erste Veröffentlichung)" in text(answer)
    assert '<dd lang="de">Gestiegen, aber weniger</dd>' in text(answer)


def test_it_is_published_and_the_message_leads_there(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    values = {"content_hash": content_hash(claim), "opened_at": claim.revision}
    answer = as_user(desk.editor).post(address(claim), values, follow=True)
    url = Publication.objects.get().check_page.get_absolute_url()
    [message] = answer.context["messages"]
    assert f'<a href="{url}">' in str(message)
    assert as_user(desk.editor).get(url).status_code == 200


def test_a_double_click_publishes_once(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    client, values = as_user(desk.editor), {"content_hash": content_hash(claim), "opened_at": claim.revision}
    answers = [client.post(address(claim), values).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Publication.objects.count() == 1


def test_what_lost_its_approval_goes_back_to_the_second_read_and_says_so(desk: factories.Desk) -> None:
    """The approver lost the role: the page warns, publishing finds it, and the claim waits to be read again."""
    claim = factories.approved_claim(desk)
    desk.editor.groups.clear()
    assert "an approval no longer holds (0 of 1)" in page(desk.second_editor, address(claim))
    answer = as_user(desk.second_editor).post(address(claim), {"content_hash": content_hash(claim)})
    assert answer.status_code == 409
    assert "goes back to the second read" in text(answer)
    assert factories.fresh(claim).status == Status.REVIEW
    assert not Publication.objects.exists()


def test_an_edit_between_looking_and_clicking_publishes_nothing(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    values = {"content_hash": content_hash(claim), "opened_at": claim.revision}
    factories.edit(claim, desk.researcher, {"verdict.texts.en.summary": "Nine."})
    assert as_user(desk.editor).post(address(claim), values).status_code == 409
    assert not Publication.objects.exists()


def test_what_was_approved_after_the_page_was_opened_is_shown_first(desk: factories.Desk) -> None:
    """Somebody edits and somebody approves meanwhile: the list of what will change was of another content."""
    claim = factories.approved_claim(desk)
    values = {"content_hash": content_hash(claim), "opened_at": claim.revision}
    factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": "Rents rose less"})
    factories.approve(claim, desk.second_editor)
    client = as_user(desk.editor)
    answer = client.post(address(claim), values)
    assert answer.status_code == 409
    assert "Other content was approved since you opened the page." in text(answer)
    assert '<dd lang="en">Rents rose less</dd>' in text(answer)
    assert not Publication.objects.exists()

    values = {name: re.search(rf'name="{name}" value="(\w+)"', text(answer))[1] for name in values}
    assert client.post(address(claim), values).status_code == 302
    assert Publication.objects.get().content_data["texts"]["en"]["headline"] == "Rents rose less"


def test_withdrawing_asks_for_words_in_the_languages_of_the_page(desk: factories.Desk) -> None:
    shown = page(desk.chief, address(factories.published_claim(desk), "retract"))
    assert 'name="words_en"' in shown
    assert 'name="words_de"' in shown


def test_withdrawing_keeps_what_was_typed_in_each_language(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    values = {"words_en": "Misread.", "words_de": "Verlesen.", "opened_at": 999}
    answer = as_user(desk.chief).post(address(claim, "retract"), values)
    assert answer.status_code == 422
    assert "Verlesen." in text(answer)


def test_withdrawing_makes_a_version_with_the_reasons(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    as_user(desk.chief).post(address(claim, "retract"), {"words_en": "Misread.", "words_de": "Verlesen."})
    current = factories.fresh(claim).check_page.current
    assert current.content_data["notice"]["reasons"] == {"en": "Misread.", "de": "Verlesen."}


def test_withdrawing_says_what_is_public_and_what_it_becomes(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    shown = page(desk.chief, address(claim, "retract"))
    url = claim.check_page.get_absolute_url()
    assert f'<a href="{url}">version 1 (First publication)</a>' in shown
    assert "<dt>It becomes</dt><dd>version 2 (Withdrawal)</dd>" in shown
    assert "What is being worked on" not in shown


def test_withdrawing_says_what_happens_to_a_draft_and_to_its_time(desk: factories.Desk) -> None:
    claim = later_version(desk)
    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=factories.tomorrow())
    shown = page(desk.chief, address(claim, "retract"))
    assert "It stays at the desk. Readers get the last published content." in shown
    assert "This time is taken away." in shown


def test_withdrawing_stands_on_the_public_page_with_its_reason(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    as_user(desk.chief).post(address(claim, "retract"), {"words_en": "Misread.", "words_de": "Verlesen."})
    url = claim.check_page.get_absolute_url()
    for language, where, reason in (("en", url, "Misread."), ("de", f"/de{url}", "Verlesen.")):
        top = text(as_user(desk.auditor, language).get(where)).partition('<div class="verdict__grid">')[0]
        assert reason in top


def test_reopening_a_withdrawn_claim_says_what_readers_are_told_meanwhile(desk: factories.Desk) -> None:
    claim = factories.retracted_claim(desk)
    shown = page(desk.editor, address(claim, "reopen"))
    assert "version 2 (Withdrawal)" in shown
    assert "that it is withdrawn, until the next version is published" in shown


def test_reopening_says_what_is_offline_and_stays_so(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    publication.withhold(claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.LEGAL, note={"en": "By order."})
    assert "<dt>Offline, and stays so</dt><dd>The whole check</dd>" in page(desk.editor, address(claim, "reopen"))


def test_a_withdrawn_claim_whose_content_was_erased_can_be_looked_at(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    erasure.erase(actor=desk.chief, text="Rents rose, but by less", reason="By order.")
    shown = page(desk.editor, address(claim, "reopen"))
    assert "version 1 (First publication)" in shown


def test_a_later_version_of_what_was_erased_says_that_nothing_can_be_compared(desk: factories.Desk) -> None:
    claim = later_version(desk)
    erasure.erase(actor=desk.chief, text="Rents rose, but by less", reason="By order.")
    factories.approve(claim, desk.editor)
    assert "Its content was erased by order, so nothing can be compared." in page(desk.editor, address(claim))


def test_an_editor_does_not_withdraw(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    answer = as_user(desk.editor).post(address(claim, "retract"), {"words_en": "Misread."})
    assert answer.status_code == 403
    assert "Head of desk" in text(answer)


def test_reopening_leaves_the_public_page_alone(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    url = claim.check_page.get_absolute_url()
    client = as_user(desk.editor)
    before = client.get(url).content
    client.post(address(claim, "reopen"), {"reason": "A reader wrote in."})
    assert client.get(url).content == before
