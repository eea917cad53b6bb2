"""Publishing, withdrawing and reopening at the desk."""

import pytest
from django.urls import reverse

from claims.models import Claim, Publication
from claims.vocabulary import Status
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
