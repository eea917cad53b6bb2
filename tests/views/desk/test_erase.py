"""Ordered erasure at the desk."""

import pytest
from django.urls import reverse

from claims.vocabulary import Role
from tests import factories
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

ADDRESS = "/desk/erase/"
ORDER = {"text": "plainly wrong", "reason": "Ordered by a court.", "sure": "on"}


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def test_the_page_says_what_will_happen(desk: factories.Desk) -> None:
    assert "answer “gone”" in page(desk.chief, ADDRESS)


def test_the_text_is_gone_and_the_message_does_not_repeat_it(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    answer = as_user(desk.chief).post(ADDRESS, ORDER, follow=True)
    assert answer.redirect_chain == [(reverse("desk:home"), 302)]
    [message] = answer.context["messages"]
    assert str(message).startswith("Erased from")
    assert "plainly" not in str(message)
    assert "plainly wrong" not in claim.quotations.get().version.text


def test_erasing_twice_says_that_it_stands_nowhere(desk: factories.Desk) -> None:
    factories.inbox_claim(desk)
    client = as_user(desk.chief)
    client.post(ADDRESS, ORDER)
    again = client.post(ADDRESS, ORDER)
    assert again.status_code == 422
    assert "This text stands nowhere." in text(again)
    assert "Ordered by a court." in text(again)


@pytest.mark.parametrize(
    "values",
    [{"text": ""}, {"text": "te"}, {"reason": " "}, {"sure": ""}, {"reason": "It was plainly wrong"}],
)
def test_what_does_not_do_is_refused_in_words(desk: factories.Desk, values: dict[str, str]) -> None:
    claim = factories.inbox_claim(desk)
    answer = as_user(desk.chief).post(ADDRESS, {**ORDER, **values})
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert factories.fresh(claim).revision == claim.revision


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.EDITOR, Role.AUDITOR])
def test_who_may_not_reads_why(desk: factories.Desk, role: Role) -> None:
    claim = factories.inbox_claim(desk)
    client = as_user(factories.make_user(role))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, ORDER).status_code == 403
    assert factories.fresh(claim).revision == claim.revision


def test_an_outsider_finds_nothing() -> None:
    assert as_user(factories.make_user()).get(ADDRESS).status_code == 404
