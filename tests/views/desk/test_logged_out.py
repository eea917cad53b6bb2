"""A login that ends while somebody types: nothing is saved, and nothing typed is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


def test_what_is_sent_without_a_login_is_shown_again(client: Client) -> None:
    claim = factories.ready_claim(factories.make_desk())
    address = reverse("desk:text", args=[claim.pk, "en"])

    answer = client.post(address, {"opened_at": claim.revision, "headline": "A headline of an hour <b>", "why": ""})

    assert answer.status_code == 401
    assert "A headline of an hour &lt;b&gt;" in answer.text
    assert f"{reverse('login')}?next={address}" in answer.text
    assert factories.fresh(claim).revision == claim.revision


def test_an_empty_post_goes_to_the_login(client: Client) -> None:
    claim = factories.inbox_claim(factories.make_desk())
    address = reverse("desk:transition", args=[claim.pk, "accept"])

    assert client.post(address).headers["Location"] == f"{reverse('login')}?next={address}"
