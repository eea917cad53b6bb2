"""Transitions in the list's menu and on the claim's page: permissioned, through the services, with their reasons."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from claims.models import Claim
from claims.vocabulary import Action, Role, Status
from tests import factories
from tests.admin.helpers import as_user, change, changelist, fresh, text
from tests.views.desk.helpers import claim_of_two_authors

pytestmark = pytest.mark.django_db

# who is offered what: as the transition table says
RESEARCHERS = {"accept", "link", "park", "submit"}
EDITORS = RESEARCHERS | {"decline", "restore", "wake", "send_back", "approve", "schedule", "publish", "reopen"}
OFFERED = {
    Role.RESEARCHER: RESEARCHERS,
    Role.EDITOR: EDITORS,
    Role.CHIEF: EDITORS | {"retract"},
    Role.AUDITOR: set(),
}


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def act(user: object, action: str, *claims: Claim) -> HttpResponse:
    data = {"action": action, "_selected_action": [claim.pk for claim in claims]}
    return as_user(user).post(changelist(), data)


def told(user: object, action: str, *claims: Claim) -> str:
    data = {"action": action, "_selected_action": [claim.pk for claim in claims]}
    return text(as_user(user).post(changelist(), data, follow=True))


@pytest.mark.parametrize("role", OFFERED)
def test_the_menu_offers_what_the_role_may_do(desk: factories.Desk, role: Role) -> None:
    factories.inbox_claim(desk)
    page = text(as_user(getattr(desk, role.value)).get(changelist()))
    assert {action.value for action in Action if f'<option value="{action.value}">' in page} == OFFERED[role]


def test_an_action_that_is_not_offered_does_nothing(desk: factories.Desk) -> None:
    claim = factories.published_claim(desk)
    act(desk.editor, "retract", claim)
    act(desk.auditor, "submit", factories.ready_claim(desk))
    assert fresh(claim).status == Status.PUBLISHED
    assert not Claim.objects.filter(status=Status.REVIEW).exists()


def test_many_are_taken_on_and_what_is_refused_says_why(desk: factories.Desk) -> None:
    first, second = factories.inbox_claim(desk), factories.inbox_claim(desk)
    closed = factories.declined_claim(desk)
    page = told(desk.researcher, "accept", first, second, closed)
    assert "“Take on”: 2 claims." in page
    assert f"Claim {closed.pk}: Rents in the city rose" in page
    assert "“Take on” is not possible here: the claim is in “Not checked”." in page
    for claim in (first, second):
        assert (fresh(claim).status, fresh(claim).assignee, fresh(claim).revision) == (
            Status.RESEARCH, desk.researcher, claim.revision + 1,
        )  # fmt: skip
    assert fresh(closed).revision == closed.revision


def test_handing_in_lists_what_is_missing(desk: factories.Desk) -> None:
    page = told(desk.researcher, "submit", factories.research_claim(desk))
    assert "<li>Verdict: choose a rating.</li>" in page
    assert "<li>Evidence: at least one item must have been seen; leads do not count.</li>" in page


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("decline", Status.INBOX), ("link", Status.INBOX), ("park", Status.RESEARCH), ("send_back", Status.REVIEW),
        ("schedule", Status.APPROVED), ("publish", Status.APPROVED), ("reopen", Status.PUBLISHED),
        ("retract", Status.PUBLISHED),
    ],
)  # fmt: skip
def test_what_needs_words_leads_to_its_page(desk: factories.Desk, action: str, status: Status) -> None:
    claim = factories.claim_in(status, desk)
    answer = act(desk.chief, action, claim)
    assert answer.headers["location"] == reverse("desk:transition", args=[claim.pk, action])
    assert as_user(desk.chief).get(answer.headers["location"]).status_code == 200
    assert fresh(claim).revision == claim.revision


def test_what_is_approved_is_read_first(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    assert act(desk.editor, "approve", claim).headers["location"] == reverse("desk:read", args=[claim.pk])
    assert fresh(claim).status == Status.REVIEW


def test_approval_is_given_claim_by_claim(desk: factories.Desk) -> None:
    claims = [factories.review_claim(desk), factories.review_claim(desk)]
    assert "Choose one." in told(desk.editor, "approve", *claims)


def test_ones_own_work_is_refused_with_the_reason(desk: factories.Desk) -> None:
    claim = claim_of_two_authors(desk)
    reason = "You are an author of this claim, so somebody else has to read it."
    assert reason in told(desk.editor, "approve", claim)
    page = text(as_user(desk.editor).get(change(claim)))
    assert reason in page
    assert f'href="{reverse("desk:read", args=[claim.pk])}"' not in page
    assert f'href="{reverse("desk:read", args=[claim.pk])}"' in text(as_user(desk.second_editor).get(change(claim)))
    assert fresh(claim).status == Status.REVIEW


def test_the_page_offers_what_the_status_allows(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    page = text(as_user(desk.researcher).get(change(claim)))
    for action in ("link", "park", "submit"):
        assert f'href="{reverse("desk:transition", args=[claim.pk, action])}"' in page
    assert reverse("desk:transition", args=[claim.pk, "accept"]) not in page
    assert "“Don't check” needs the role “Editor” or above." in page
