"""``manage.py wake_claims``: what the system does when a day or an hour has come."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from claims.models import Publication
from claims.services import people, publication, research
from claims.vocabulary import Status
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def run() -> tuple[str, str]:
    output, errors = StringIO(), StringIO()
    call_command("wake_claims", stdout=output, stderr=errors)
    return output.getvalue(), errors.getvalue()


def later(monkeypatch: pytest.MonkeyPatch, **ahead: int) -> None:
    """The machine's clock, moved ahead; no service takes a time."""
    now = timezone.now() + timedelta(**ahead)
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_a_claim_on_hold_is_resumed_when_its_date_has_come(
    desk: factories.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = factories.claim_in(Status.RESEARCH, desk)
    until = timezone.localdate() + timedelta(days=3)
    research.park(claim_id=claim.pk, actor=desk.researcher, until=until, reason="Figures come then.")

    assert run() == ("", "")
    later(monkeypatch, days=3)
    said, _errors = run()

    claim.refresh_from_db()
    assert said == f"Claim {claim.pk} is in research again.\n"
    assert claim.status == Status.RESEARCH
    assert claim.ledger.latest("sequence").actor.username == people.SYSTEM_USERNAME


def test_who_had_the_claim_before_has_it_again(desk: factories.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = factories.research_claim(desk, edits={"assignee": desk.second_editor})
    until = timezone.localdate() + timedelta(days=3)
    research.park(claim_id=claim.pk, actor=desk.researcher, until=until, reason="The outcome is known then.")

    later(monkeypatch, days=3)
    run()

    woken = factories.fresh(claim)
    assert (woken.status, woken.assignee) == (Status.RESEARCH, desk.second_editor)


def test_an_approved_claim_is_published_at_its_time_on_behalf_of_who_set_it(
    desk: factories.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = factories.claim_in(Status.APPROVED, desk)
    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=timezone.now() + timedelta(hours=1))

    run()
    assert not Publication.objects.exists()
    later(monkeypatch, hours=2)
    said, _errors = run()

    entry = claim.ledger.latest("sequence")
    assert said.startswith(f"Claim {claim.pk} is published: rents-in-the-city")
    assert (entry.actor.username, entry.on_behalf_of) == (people.SYSTEM_USERNAME, desk.editor)
    assert Publication.objects.get().names_data["publisher"] == people.name_of(desk.editor)


def test_what_can_no_longer_be_published_goes_back_and_keeps_nobody_waiting(
    desk: factories.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = factories.claim_in(Status.APPROVED, desk)
    stale = factories.approve(factories.claim_in(Status.REVIEW, desk), desk.second_editor)
    for claim in (stale, good):
        publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=timezone.now() + timedelta(hours=1))
    desk.second_editor.groups.clear()
    later(monkeypatch, hours=2)

    said, errors = run()

    assert (factories.fresh(stale).status, factories.fresh(good).status) == (Status.REVIEW, Status.PUBLISHED)
    assert errors.startswith(f"Claim {stale.pk} was not published: The content is not what was approved")
    assert said.startswith(f"Claim {good.pk} is published: ")
