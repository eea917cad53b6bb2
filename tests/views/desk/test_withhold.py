"""Taking a public page offline, and putting it back."""

import pytest
from django.urls import reverse

from claims.models import Claim, Withholding
from claims.services import publication
from claims.vocabulary import Role, WithholdingReason
from tests import factories
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

WORDS = {"words_en": "A court asked us to.", "words_de": "Ein Gericht hat es verlangt."}
WHOLE = {"what": "check", "reason": "legal", **WORDS}


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    return factories.published_claim(desk)


def address(claim: Claim) -> str:
    return reverse("desk:withhold", args=[claim.pk])


def lifting(claim: Claim, row: Withholding) -> str:
    return reverse("desk:lift", args=[claim.pk, row.pk])


def take_offline(claim: Claim, desk: factories.Desk) -> Withholding:
    return publication.withhold(
        claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.PRIVACY, note={"en": "To protect somebody."}
    )


def test_the_page_offers_everything_each_version_and_each_language(desk: factories.Desk, claim: Claim) -> None:
    shown = page(desk.editor, address(claim))
    for value in ("check", "version:1", "language:de", "language:en"):
        assert f'value="{value}"' in shown


@pytest.mark.parametrize(
    ("what", "scope", "number", "language"),
    [("check", "check", 0, ""), ("version:1", "version", 1, ""), ("language:de", "language", 0, "de")],
)
def test_it_goes_offline(desk: factories.Desk, claim: Claim, what: str, scope: str, number: int, language: str) -> None:
    answer = as_user(desk.editor).post(address(claim), {**WHOLE, "what": what})
    assert answer["Location"] == claim.get_absolute_url()
    row = Withholding.objects.get()
    assert (row.scope, row.number, row.language, row.reason) == (scope, number, language, "legal")
    assert row.note == {"en": WORDS["words_en"], "de": WORDS["words_de"]}


def test_a_legal_reason_answers_451(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.editor)
    client.post(address(claim), WHOLE)
    assert client.get(claim.check_page.get_absolute_url()).status_code == 451


def test_what_is_offline_is_not_taken_offline_again(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.editor)
    client.post(address(claim), WHOLE)
    again = client.post(address(claim), WHOLE)
    assert again.status_code == 422
    assert "This is already offline." in text(again)
    assert WORDS["words_de"] in text(again)
    assert Withholding.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"words_en": "", "words_de": " "},
        {"what": "version:7"},
        {"what": "language:fr"},
        {"what": ""},
        {"reason": "because"},
        {"words_en": "a\x00b"},
    ],
)
def test_what_does_not_do_is_refused_in_words(desk: factories.Desk, claim: Claim, values: dict[str, str]) -> None:
    answer = as_user(desk.editor).post(address(claim), {**WHOLE, **values})
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert not Withholding.objects.exists()


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.AUDITOR])
def test_who_may_not_reads_why(claim: Claim, role: Role) -> None:
    client = as_user(factories.make_user(role))
    assert client.get(address(claim)).status_code == 403
    assert client.post(address(claim), WHOLE).status_code == 403
    assert not Withholding.objects.exists()


def test_an_outsider_finds_nothing(desk: factories.Desk, claim: Claim) -> None:
    client, row = as_user(factories.make_user()), take_offline(claim, desk)
    assert client.get(address(claim)).status_code == 404
    assert client.post(lifting(claim, row)).status_code == 404


def test_what_was_never_published_has_nothing_to_take_offline(desk: factories.Desk) -> None:
    assert as_user(desk.editor).get(address(factories.approved_claim(desk))).status_code == 404


def test_what_is_offline_is_listed_with_the_way_back_for_the_head_of_desk(desk: factories.Desk, claim: Claim) -> None:
    row = take_offline(claim, desk)
    assert lifting(claim, row) in page(desk.chief, address(claim))
    shown = page(desk.editor, address(claim))
    assert "To protect somebody." in shown
    assert lifting(claim, row) not in shown


def test_the_head_of_desk_puts_it_back(desk: factories.Desk, claim: Claim) -> None:
    row = take_offline(claim, desk)
    client = as_user(desk.chief)
    assert "To protect somebody." in text(client.get(lifting(claim, row)))
    assert client.post(lifting(claim, row))["Location"] == claim.get_absolute_url()
    assert client.get(claim.check_page.get_absolute_url()).status_code == 200


def test_putting_back_twice_is_a_wrong_state(desk: factories.Desk, claim: Claim) -> None:
    row, client = take_offline(claim, desk), as_user(desk.chief)
    client.post(lifting(claim, row))
    again = client.post(lifting(claim, row))
    assert again.status_code == 409
    assert "This is online already." in text(again)
    assert "This is online already." in text(client.get(lifting(claim, row)))


def test_an_editor_does_not_put_it_back(desk: factories.Desk, claim: Claim) -> None:
    row = take_offline(claim, desk)
    answer = as_user(desk.editor).post(lifting(claim, row))
    assert answer.status_code == 403
    row.refresh_from_db()
    assert row.lifted_at is None


def test_a_withholding_of_another_claim_is_not_there(desk: factories.Desk, claim: Claim) -> None:
    other = factories.published_claim(desk)
    row = take_offline(other, desk)
    assert as_user(desk.chief).get(lifting(claim, row)).status_code == 404
