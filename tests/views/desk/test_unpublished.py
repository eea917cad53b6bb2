"""What could not be published is told to the desk, until somebody acts on it or has noted it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Claim
from claims.services import people, publication, research, review
from claims.vocabulary import Action, Role, Status
from tests import factories
from tests.views.desk.helpers import as_user, content_hash, page, text

pytestmark = pytest.mark.django_db

HOME = "/desk/"
TITLE = "Could not be published at its time, "


def missed(desk: factories.Desk) -> Claim:
    """Scheduled by the editor; a comment came between, and at its time it was refused."""
    claim = factories.approved_claim(desk)
    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=factories.tomorrow())
    review.comment(claim_id=claim.pk, actor=desk.second_editor, text="Wait.")
    factories.make_due(claim)
    publication.publish_due()
    return factories.fresh(claim)


def noted(claim: Claim) -> str:
    return reverse("desk:take_note", args=[claim.pk])


def is_told(desk: factories.Desk, claim: Claim) -> bool:
    """On the claim's own page and, which must agree, on an editor's first page."""
    on_claim, at_home = (TITLE in page(desk.second_editor, where) for where in (claim.get_absolute_url(), HOME))
    assert on_claim == at_home
    return on_claim


def test_the_claim_says_why_and_who_wanted_it(desk: factories.Desk) -> None:
    shown = page(desk.auditor, missed(desk).get_absolute_url())
    assert TITLE in shown
    assert "Comments: 1 still open" in shown
    assert f"{people.name_of(desk.editor)} had wanted it published." in shown
    assert ">Noted</button>" not in shown  # auditors change nothing


def test_the_reasons_are_in_the_readers_language(desk: factories.Desk) -> None:
    claim = missed(desk)
    german = text(as_user(desk.editor, "de").get(claim.get_absolute_url()))
    assert "Kommentare: 1 noch offen" in german
    assert "Comments: 1 still open" not in german


def test_the_first_page_of_scheduler_authors_and_editors_tells_it(desk: factories.Desk) -> None:
    missed(desk)
    for user in (desk.editor, desk.second_editor, desk.chief, desk.researcher):
        assert TITLE in page(user, HOME)


def test_whom_it_does_not_concern_is_not_told(desk: factories.Desk) -> None:
    missed(desk)
    assert TITLE not in page(factories.make_user(Role.RESEARCHER), HOME)
    assert TITLE not in page(desk.auditor, HOME)


def test_who_scheduled_it_and_left_the_role_is_still_told(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    publication.schedule(claim_id=claim.pk, actor=desk.second_editor, publish_at=factories.tomorrow())
    factories.make_due(claim)
    desk.second_editor.groups.set(desk.researcher.groups.all())
    publication.publish_due()
    assert "is no longer an editor" in page(desk.second_editor, HOME)


def test_a_press_of_the_button_that_was_refused_is_told_without_a_time(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    desk.editor.groups.clear()
    as_user(desk.second_editor).post(
        reverse("desk:transition", args=[claim.pk, "publish"]), {"content_hash": content_hash(claim)}
    )
    shown = page(desk.researcher, claim.get_absolute_url())
    assert "Could not be published: The content is not what was approved" in shown
    assert f"{people.name_of(desk.second_editor)} had wanted it published." in shown


# What ends it


def approve_again(claim: Claim, desk: factories.Desk) -> None:
    review.resolve(claim_id=claim.pk, actor=desk.researcher, review_id=claim.reviews.get(comment="Wait.").pk)
    factories.approve(claim, desk.editor)


def hand_in_again(claim: Claim, desk: factories.Desk) -> None:
    review.send_back(claim_id=claim.pk, actor=desk.editor, comment="Once more.")
    assert is_told(desk, claim)
    review.submit(claim_id=claim.pk, actor=desk.researcher)


def note(claim: Claim, desk: factories.Desk) -> None:
    as_user(desk.researcher).post(noted(claim))


@pytest.mark.parametrize("ending", [approve_again, hand_in_again, note])
def test_it_is_told_until_somebody_acts(desk: factories.Desk, ending: Callable[..., None]) -> None:
    claim = missed(desk)
    assert is_told(desk, claim)
    ending(claim, desk)
    assert not is_told(desk, claim)


def test_what_does_not_settle_it_leaves_it(desk: factories.Desk) -> None:
    claim = missed(desk)
    review.comment(claim_id=claim.pk, actor=desk.editor, text="A comment.")
    review.resolve(claim_id=claim.pk, actor=desk.editor, review_id=claim.reviews.latest("pk").pk)
    factories.edit(claim, desk.editor, {"assignee": desk.editor})
    assert is_told(desk, claim)


def test_it_is_told_anew_when_it_happens_again(desk: factories.Desk) -> None:
    claim = missed(desk)
    note(claim, desk)
    approve_again(claim, desk)
    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=factories.tomorrow())
    review.comment(claim_id=claim.pk, actor=desk.editor, text="Wait again.")
    factories.make_due(claim)
    publication.publish_due()
    assert is_told(desk, claim)


def test_noting_leads_back_and_stands_in_the_history(desk: factories.Desk) -> None:
    claim = missed(desk)
    answer = as_user(desk.editor).post(noted(claim), {"page": "home"})
    assert answer["Location"] == HOME
    entry = factories.last_entry(claim)
    assert (entry.action, entry.actor, entry.changed_content) == (Action.RESOLVE, desk.editor, False)
    assert "Noted that it could not be published" in page(desk.auditor, reverse("desk:history", args=[claim.pk]))


def test_noting_twice_or_where_nothing_is_told_changes_nothing(desk: factories.Desk) -> None:
    claim, other = missed(desk), factories.review_claim(desk)
    for one in (claim, claim, other):
        as_user(desk.researcher).post(noted(one))
    assert factories.fresh(claim).revision == claim.revision + 1
    assert factories.fresh(other).revision == other.revision


def test_an_auditor_notes_nothing(desk: factories.Desk) -> None:
    claim = missed(desk)
    assert as_user(desk.auditor).post(noted(claim)).status_code == 403
    assert is_told(desk, claim)


def test_the_history_says_who_had_wanted_it_and_why_it_was_not(desk: factories.Desk) -> None:
    claim = missed(desk)
    shown = page(desk.auditor, reverse("desk:history", args=[claim.pk]))
    assert f"for {people.name_of(desk.editor)}" in shown
    assert "Comments: 1 still open" in shown


def test_the_first_page_reads_as_much_for_many_as_for_one(desk: factories.Desk) -> None:
    def queries() -> int:
        client = as_user(desk.researcher)
        client.get(HOME)
        with CaptureQueriesContext(connection) as caught:
            client.get(HOME)
        return len(caught)

    missed(desk)
    one = queries()
    for _ in range(3):
        missed(desk)
    assert queries() == one


def test_a_claim_that_was_published_since_tells_nothing(desk: factories.Desk) -> None:
    claim = missed(desk)
    approve_again(claim, desk)
    factories.publish(claim, desk.editor)
    publication.reopen(claim_id=claim.pk, actor=desk.editor, reason="A reader wrote in.")
    research.edit_claim(claim_id=claim.pk, actor=desk.researcher, edits={"verdict.change_kind": "update"})
    assert factories.fresh(claim).status == Status.RESEARCH
    assert not is_told(desk, claim)
