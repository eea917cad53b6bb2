"""Suggesting a wording at the second read, and what becomes of it."""

import pytest
from django.urls import reverse

from claims.models import Claim, Suggestion
from claims.services import review
from claims.vocabulary import Role, SuggestionState
from tests import factories
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

PATH = "verdict.texts.en.headline"


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    return factories.review_claim(desk)


@pytest.fixture
def suggestion(claim: Claim, desk: factories.Desk) -> Suggestion:
    return review.suggest(
        claim_id=claim.pk, actor=desk.editor, path=PATH, proposed="Rents rose by nine", note="Says how much."
    )


def address(claim: Claim) -> str:
    return reverse("desk:suggest", args=[claim.pk])


def deciding(suggestion: Suggestion) -> str:
    return reverse("desk:decide", args=[suggestion.claim_id, suggestion.pk])


def headline(claim: Claim) -> str:
    return claim.verdict.texts.get(language="en").headline


def test_first_the_field_is_chosen(desk: factories.Desk, claim: Claim) -> None:
    shown = page(desk.editor, address(claim))
    assert f'href="?path={PATH}"' in shown
    assert "Gestiegen, aber weniger" in shown


def test_then_the_words_that_stand_there_can_be_changed(desk: factories.Desk, claim: Claim) -> None:
    shown = page(desk.editor, f"{address(claim)}?path={PATH}")
    assert "Headline (English)" in shown
    assert "Rents rose, but by less</textarea>" in shown


@pytest.mark.parametrize("path", ["verdict.rating", "verdict.texts.fr.headline", "x", "texts.en.language"])
def test_only_words_can_be_suggested(desk: factories.Desk, claim: Claim, path: str) -> None:
    client = as_user(desk.editor)
    assert client.get(f"{address(claim)}?path={path}").status_code == 404
    assert client.post(address(claim), {"path": path, "proposed": "Words"}).status_code == 422
    assert not Suggestion.objects.exists()


def test_a_suggestion_changes_nothing_and_stands_on_the_read_page(desk: factories.Desk, claim: Claim) -> None:
    client = as_user(desk.editor)
    answer = client.post(address(claim), {"path": PATH, "proposed": "Rents rose by nine", "note": "How much."})
    assert answer["Location"] == f"{reverse('desk:read', args=[claim.pk])}?language=en#suggestions"
    assert headline(claim) == "Rents rose, but by less"
    shown = page(desk.second_editor, reverse("desk:read", args=[claim.pk]))
    assert "<ins>nine</ins>" in shown
    assert "less</del>" in shown
    assert "How much." in shown


@pytest.mark.parametrize("proposed", ["", "   ", "Rents rose, but by less", "a\x00b"])
def test_what_does_not_do_is_refused_and_kept(desk: factories.Desk, claim: Claim, proposed: str) -> None:
    values = {"path": PATH, "proposed": proposed, "note": "Because of this."}
    answer = as_user(desk.editor).post(address(claim), values)
    assert answer.status_code == 422
    assert "Because of this." in text(answer)
    assert not Suggestion.objects.exists()


def test_marked_words_open_the_whole_wording_and_are_quoted(desk: factories.Desk, claim: Claim) -> None:
    path = "verdict.texts.en.rationale"
    shown = page(desk.editor, f"{address(claim)}?path={path}&passage=The+register+[1]+says")
    assert "The register [@R1] says</blockquote>" in shown
    assert "The register [@R1] says 9, the bank [@B1] 8.</textarea>" in shown


def test_marked_words_that_are_gone_still_open_the_wording(desk: factories.Desk, claim: Claim) -> None:
    shown = page(desk.editor, f"{address(claim)}?path={PATH}&passage=Rents+fell")
    assert "<blockquote" not in shown
    assert "Rents rose, but by less</textarea>" in shown


@pytest.mark.parametrize(
    ("language", "reason"), [("en", "The text was changed while you wrote."), ("de", "Rents rose by nine")]
)
def test_a_text_that_changed_while_somebody_wrote_is_shown_beside_what_they_wrote(
    desk: factories.Desk, claim: Claim, language: str, reason: str
) -> None:
    values = {"path": PATH, "proposed": "Rents rose by nine", "note": "How much.", "shown_hash": "0" * 64}
    client = as_user(desk.editor, language)
    answer = client.post(address(claim), values)

    assert answer.status_code == 409
    for words in (reason, "Rents rose by nine</textarea>", "How much.</textarea>", "less</del>", "nine</ins>"):
        assert words in text(answer)
    assert not Suggestion.objects.exists()

    again = text(answer).split('name="shown_hash" value="', 1)[1].split('"', 1)[0]
    assert client.post(address(claim), {**values, "shown_hash": again}).status_code == 302
    assert Suggestion.objects.get().proposed == "Rents rose by nine"


def test_a_text_that_is_gone_is_named_and_what_was_written_stays(desk: factories.Desk, claim: Claim) -> None:
    values = {"path": "verdict.texts.fr.headline", "proposed": "Les loyers ont <b>augmenté</b>", "note": "En français."}
    answer = as_user(desk.editor).post(address(claim), values)

    assert answer.status_code == 422
    for words in ("This text is gone", "Les loyers ont &lt;b&gt;augmenté&lt;/b&gt;", "En français.", f"?path={PATH}"):
        assert words in text(answer)


def test_one_whose_text_changed_cannot_be_taken_and_shows_all_three_wordings(
    desk: factories.Desk, claim: Claim, suggestion: Suggestion
) -> None:
    other = review.suggest(claim_id=claim.pk, actor=desk.editor, path=PATH, proposed="Nine per cent")
    review.take_suggestion(claim_id=claim.pk, actor=desk.researcher, suggestion_id=other.pk)

    for where in (reverse("desk:read", args=[claim.pk]), claim.get_absolute_url()):
        shown = page(desk.researcher, where).split('id="suggestions"', 1)[1].split("</section>", 1)[0]
        assert 'value="take"' not in shown
        assert 'value="dismiss"' in shown
        for words in ("The text was changed since", "less</del>", "Nine per cent", "Rents rose by nine</p>"):
            assert words in shown


def test_on_the_claims_own_page_it_is_one_button_and_leads_back_there(
    desk: factories.Desk, claim: Claim, suggestion: Suggestion
) -> None:
    assert 'value="take"' in page(desk.researcher, claim.get_absolute_url())
    answer = as_user(desk.researcher).post(deciding(suggestion), {"decision": "take", "page": "claim"})
    assert answer["Location"] == f"{claim.get_absolute_url()}#suggestions"
    assert headline(claim) == "Rents rose by nine"


def test_an_author_takes_it(desk: factories.Desk, claim: Claim, suggestion: Suggestion) -> None:
    assert 'value="take"' in page(desk.researcher, reverse("desk:read", args=[claim.pk]))
    answer = as_user(desk.researcher).post(deciding(suggestion), {"decision": "take"})
    assert answer.status_code == 302
    assert headline(claim) == "Rents rose by nine"
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.TAKEN


def test_an_author_dismisses_it(desk: factories.Desk, claim: Claim, suggestion: Suggestion) -> None:
    as_user(desk.researcher).post(deciding(suggestion), {"decision": "dismiss"})
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.DISMISSED
    assert headline(claim) == "Rents rose, but by less"


def test_whoever_made_it_may_lay_it_aside_and_not_take_it(desk: factories.Desk, suggestion: Suggestion) -> None:
    client = as_user(desk.editor)
    shown = text(client.get(reverse("desk:read", args=[suggestion.claim_id])))
    assert 'value="dismiss"' in shown
    assert 'value="take"' not in shown
    assert client.post(deciding(suggestion), {"decision": "take"}).status_code == 403
    assert client.post(deciding(suggestion), {"decision": "dismiss"}).status_code == 302


def test_deciding_twice_is_a_wrong_state(desk: factories.Desk, suggestion: Suggestion) -> None:
    client = as_user(desk.researcher)
    client.post(deciding(suggestion), {"decision": "take"})
    again = client.post(deciding(suggestion), {"decision": "dismiss"})
    assert again.status_code == 409
    assert "This suggestion was decided already." in text(again)


def test_a_wording_that_changed_since_is_not_overwritten(
    desk: factories.Desk, claim: Claim, suggestion: Suggestion
) -> None:
    other = review.suggest(claim_id=claim.pk, actor=desk.editor, path=PATH, proposed="Nine per cent")
    client = as_user(desk.researcher)
    client.post(deciding(other), {"decision": "take"})
    answer = client.post(deciding(suggestion), {"decision": "take"})
    assert answer.status_code == 409
    assert "The wording was changed after the suggestion was made" in text(answer)
    assert headline(claim) == "Nine per cent"


def test_a_button_that_says_nothing_is_refused(desk: factories.Desk, suggestion: Suggestion) -> None:
    assert as_user(desk.researcher).post(deciding(suggestion), {"decision": "keep"}).status_code == 422


def test_deciding_is_a_post(desk: factories.Desk, suggestion: Suggestion) -> None:
    assert as_user(desk.researcher).get(deciding(suggestion)).status_code == 405


def test_a_suggestion_of_another_claim_is_not_there(desk: factories.Desk, suggestion: Suggestion) -> None:
    other = factories.review_claim(desk)
    url = reverse("desk:decide", args=[other.pk, suggestion.pk])
    assert as_user(desk.researcher).post(url, {"decision": "take"}).status_code == 404


def test_an_auditor_suggests_nothing(claim: Claim, suggestion: Suggestion) -> None:
    client = as_user(factories.make_user(Role.AUDITOR))
    answer = client.get(address(claim))
    assert answer.status_code == 403
    assert "Auditors read everything and change nothing." in text(answer)
    assert client.post(deciding(suggestion), {"decision": "dismiss"}).status_code == 403


def test_an_outsider_finds_nothing(claim: Claim, suggestion: Suggestion) -> None:
    client = as_user(factories.make_user())
    assert client.get(address(claim)).status_code == 404
    assert client.post(deciding(suggestion), {"decision": "dismiss"}).status_code == 404
