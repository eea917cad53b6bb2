"""A page for each step: what it will do, why it may not be done, what it does, and what is kept when it fails."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims.models import Claim
from claims.rules import permissions
from claims.services import people, publication, research
from claims.views.desk.transitions import STEPS
from claims.vocabulary import Action, ReviewKind, Role, Status
from tests import factories
from tests.views.desk.helpers import as_user, content_hash, page, text

pytestmark = pytest.mark.django_db

BEGINS = {
    Action.ACCEPT: Status.INBOX,
    Action.DECLINE: Status.INBOX,
    Action.LINK: Status.INBOX,
    Action.RESTORE: Status.DECLINED,
    Action.PARK: Status.INBOX,
    Action.WAKE: Status.PARKED,
    Action.SUBMIT: Status.RESEARCH,
    Action.SEND_BACK: Status.REVIEW,
    Action.SCHEDULE: Status.APPROVED,
    Action.PUBLISH: Status.APPROVED,
    Action.REOPEN: Status.PUBLISHED,
    Action.RETRACT: Status.PUBLISHED,
}
"""A status in which each step begins."""

ENDS = {
    Action.ACCEPT: Status.RESEARCH,
    Action.DECLINE: Status.DECLINED,
    Action.LINK: Status.DECLINED,
    Action.RESTORE: Status.INBOX,
    Action.PARK: Status.PARKED,
    Action.WAKE: Status.RESEARCH,
    Action.SUBMIT: Status.REVIEW,
    Action.SEND_BACK: Status.RESEARCH,
    Action.SCHEDULE: Status.APPROVED,
    Action.PUBLISH: Status.PUBLISHED,
    Action.REOPEN: Status.RESEARCH,
    Action.RETRACT: Status.RETRACTED,
}
ELSEWHERE = dict.fromkeys(BEGINS, Status.REVIEW) | {
    Action.SEND_BACK: Status.RESEARCH,
    Action.RETRACT: Status.INBOX,
}
"""A status from which the step does not lead."""


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def address(claim: Claim, action: str) -> str:
    return reverse("desk:transition", args=[claim.pk, str(action)])


def filled(action: Action, claim: Claim, desk: factories.Desk) -> dict[str, Any]:
    """Everything that the step's form asks for."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    values: dict[Action, dict[str, Any]] = {
        Action.DECLINE: {"reason": "It is an opinion."},
        Action.PARK: {"until": tomorrow.isoformat(), "reason": "The register comes."},
        Action.SEND_BACK: {"comment": "The bank is missing."},
        Action.SCHEDULE: {"publish_at": f"{tomorrow.isoformat()}T08:30"},
        Action.PUBLISH: {"content_hash": content_hash(claim)},
        Action.REOPEN: {"reason": "A reader wrote in."},
        Action.RETRACT: {"words_en": "The register was misread.", "words_de": ""},
    }
    if action is Action.LINK:
        return {"same_as": str(factories.inbox_claim(desk).pk), "opened_at": claim.revision}
    return {**values.get(action, {}), "opened_at": claim.revision}


def test_the_table_of_pages_is_the_table_of_moves() -> None:
    """Approving has its own page; revising nobody does by hand."""
    from claims.rules.transitions import MOVES

    assert set(STEPS) == set(MOVES) - {Action.APPROVE, Action.REVISE}


# Every step


@pytest.mark.parametrize("action", BEGINS)
def test_a_page_says_what_will_happen(desk: factories.Desk, action: Action) -> None:
    claim = factories.claim_in(BEGINS[action], desk)
    shown = page(desk.chief, address(claim, action))
    assert STEPS[action].what.split(".")[0] in shown
    assert "Rents in the city rose by 12 per cent in 2024." in shown
    assert '<form class="form" method="post"' in shown


@pytest.mark.parametrize("action", BEGINS)
def test_looking_changes_nothing(desk: factories.Desk, action: Action) -> None:
    claim = factories.claim_in(BEGINS[action], desk)
    page(desk.chief, address(claim, action))
    assert factories.fresh(claim).revision == claim.revision


@pytest.mark.parametrize("action", BEGINS)
def test_a_step_is_done_and_said_on_the_claim(desk: factories.Desk, action: Action) -> None:
    claim = factories.claim_in(BEGINS[action], desk)
    values = filled(action, claim, desk)
    answer = as_user(desk.chief).post(address(claim, action), values)
    assert answer.status_code == 302
    stays = Claim.objects.get(pk=values["same_as"]) if action is Action.LINK else claim
    assert answer["Location"] == stays.get_absolute_url()
    assert factories.fresh(claim).status == ENDS[action]
    assert factories.last_entry(claim).actor == desk.chief


@pytest.mark.parametrize("action", BEGINS)
def test_twice_is_a_wrong_state_and_done_once(desk: factories.Desk, action: Action) -> None:
    """But a double click on publish, which gives the one publication, and setting a time again."""
    claim = factories.claim_in(BEGINS[action], desk)
    client, values = as_user(desk.chief), filled(action, claim, desk)
    client.post(address(claim, action), values)
    entries = claim.ledger.count()
    again = client.post(address(claim, action), values)
    assert again.status_code == (302 if action in (Action.PUBLISH, Action.SCHEDULE) else 409)
    assert claim.ledger.count() == entries


@pytest.mark.parametrize("action", BEGINS)
def test_a_page_says_why_the_step_is_not_possible_here(desk: factories.Desk, action: Action) -> None:
    claim = factories.claim_in(ELSEWHERE[action], desk)
    shown = page(desk.chief, address(claim, action))
    assert "is not possible here" in shown or "no live check" in shown
    assert '<form class="form" method="post"' not in shown


@pytest.mark.parametrize("action", BEGINS)
def test_a_step_from_a_wrong_state_is_refused_and_what_was_typed_is_kept(desk: factories.Desk, action: Action) -> None:
    claim = factories.claim_in(ELSEWHERE[action], desk)
    values = filled(action, claim, desk)
    answer = as_user(desk.chief).post(address(claim, action), values)
    assert answer.status_code == 409
    assert factories.fresh(claim).revision == claim.revision
    typed = values.get("reason") or values.get("comment") or values.get("words_en")
    assert not typed or typed in text(answer)


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.EDITOR, Role.CHIEF, Role.AUDITOR])
@pytest.mark.parametrize("action", BEGINS)
def test_who_may_not_reads_why_and_who_may(desk: factories.Desk, action: Action, role: Role) -> None:
    """The page and the step answer alike: 403 with the reason, or through."""
    claim = factories.claim_in(BEGINS[action], desk)
    user = factories.make_user(role)
    refusal = permissions.refusal(action, people.person(user, claim))
    client = as_user(user)
    shown = client.get(address(claim, action))
    assert shown.status_code == (403 if refusal else 200)
    assert not refusal or (refusal in text(shown) and people.name_of(desk.chief) in text(shown))
    done = client.post(address(claim, action), filled(action, claim, desk))
    assert done.status_code == (403 if refusal else 302)
    assert (factories.fresh(claim).revision == claim.revision) == bool(refusal)


@pytest.mark.parametrize("action", BEGINS)
def test_an_outsider_finds_no_page(desk: factories.Desk, action: Action) -> None:
    claim = factories.claim_in(BEGINS[action], desk)
    client = as_user(factories.make_user())
    assert client.get(address(claim, action)).status_code == 404
    assert client.post(address(claim, action), filled(action, claim, desk)).status_code == 404
    assert factories.fresh(claim).revision == claim.revision


def test_whoever_is_not_logged_in_is_asked_to(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    answer = Client().post(address(claim, "accept"))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("action", ["revise", "mark", "nonsense", "withhold", "SUBMIT"])
def test_what_is_no_step_is_not_there(desk: factories.Desk, action: str) -> None:
    claim = factories.inbox_claim(desk)
    assert as_user(desk.chief).get(address(claim, action)).status_code == 404


def test_a_claim_that_is_not_there_has_no_pages(desk: factories.Desk) -> None:
    assert as_user(desk.chief).get("/desk/claims/99999/accept/").status_code == 404


def test_another_method_is_not_allowed(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    assert as_user(desk.chief).put(address(claim, "accept")).status_code == 405


def test_approving_leads_to_the_second_read(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    answer = as_user(desk.editor).get(address(claim, "approve"))
    assert answer["Location"] == reverse("desk:read", args=[claim.pk])


def test_a_page_speaks_german(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    answer = as_user(desk.chief, "de").get(address(claim, "decline"))
    assert 'lang="de"' in text(answer)
    assert "Die Mieten in der Stadt" in text(answer)


# What was typed


@pytest.mark.parametrize(
    ("action", "field"),
    [
        (Action.DECLINE, "reason"),
        (Action.PARK, "until"),
        (Action.PARK, "reason"),
        (Action.LINK, "same_as"),
        (Action.SEND_BACK, "comment"),
        (Action.SCHEDULE, "publish_at"),
        (Action.PUBLISH, "content_hash"),
        (Action.REOPEN, "reason"),
        (Action.RETRACT, "words_en"),
    ],
)
def test_what_is_missing_is_asked_for(desk: factories.Desk, action: Action, field: str) -> None:
    claim = factories.claim_in(BEGINS[action], desk)
    answer = as_user(desk.chief).post(address(claim, action), {**filled(action, claim, desk), field: "  "})
    assert answer.status_code == 422
    assert "What you typed is kept" in text(answer)
    assert factories.fresh(claim).revision == claim.revision


@pytest.mark.parametrize(
    ("action", "values"),
    [
        (Action.PARK, {"until": "2020-01-01"}),
        (Action.PARK, {"until": "tomorrow"}),
        (Action.PARK, {"reason": "a\x00b"}),
        (Action.SCHEDULE, {"publish_at": "2020-01-01T08:00"}),
        (Action.SCHEDULE, {"publish_at": "soon"}),
        (Action.LINK, {"same_as": "the other one"}),
        (Action.LINK, {"same_as": "99999"}),
        (Action.LINK, {"same_as": "9" * 25}),
        (Action.LINK, {"same_as": "²"}),
        (Action.ACCEPT, {"opened_at": "soon"}),
        (Action.ACCEPT, {"opened_at": "99"}),
        (Action.DECLINE, {"reason": "x" * 5001}),
    ],
)
def test_what_does_not_do_is_refused_in_words(desk: factories.Desk, action: Action, values: dict[str, str]) -> None:
    claim = factories.claim_in(BEGINS[action], desk)
    answer = as_user(desk.chief).post(address(claim, action), {**filled(action, claim, desk), **values})
    assert answer.status_code == 422
    assert 'role="alert"' in text(answer)
    assert factories.fresh(claim).revision == claim.revision


def test_a_reason_stays_typed_when_the_date_does_not_do(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    values = {"until": "2020-01-01", "reason": "The register <b>comes</b>."}
    answer = as_user(desk.researcher).post(address(claim, "park"), values)
    assert "The register &lt;b&gt;comes&lt;/b&gt;." in text(answer)
    assert 'value="2020-01-01"' in text(answer)
    assert "The date must lie ahead." in text(answer)


# Single steps


def test_what_is_missing_for_handing_in_is_listed_whole(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    shown = page(desk.researcher, address(claim, "submit"))
    for gap in ("which question it answers", "choose a rating", "the headline is missing", "at least one item"):
        assert gap in shown
    answer = as_user(desk.researcher).post(address(claim, "submit"))
    assert answer.status_code == 422
    assert "The claim cannot be handed in yet." in text(answer)
    assert "the headline is missing" in text(answer)


def test_handing_in_says_what_the_second_reader_will_ask_for(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk, {"verdict.not_asked_reason": ""})
    assert "ask the claimant, or say why not" in page(desk.researcher, address(claim, "submit"))
    assert as_user(desk.researcher).post(address(claim, "submit")).status_code == 302


def test_an_author_may_not_send_back(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    factories.edit(claim, desk.editor, factories.ready_edits(desk))
    as_user(desk.researcher).post(address(claim, "submit"))
    answer = as_user(desk.editor).get(address(claim, "send_back"))
    assert answer.status_code == 403
    assert "You are an author of this claim" in text(answer)
    assert people.name_of(desk.second_editor) in text(answer)
    assert f"Who may: {people.name_of(desk.editor)}" not in text(answer)


def test_what_was_sent_back_stands_as_a_comment(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    as_user(desk.editor).post(address(claim, "send_back"), {"comment": "The bank is missing."})
    review = claim.reviews.get()
    assert (review.kind, review.comment, review.by) == (ReviewKind.SENT_BACK, "The bank is missing.", desk.editor)


def test_a_claim_on_hold_says_what_it_waits_for(desk: factories.Desk) -> None:
    assert "The register comes." in page(desk.editor, address(factories.parked_claim(desk), "wake"))


def test_a_closed_claim_says_why_it_was_closed(desk: factories.Desk) -> None:
    assert "It is an opinion." in page(desk.editor, address(factories.declined_claim(desk), "restore"))


def test_a_claim_that_was_published_cannot_be_closed(desk: factories.Desk) -> None:
    claim = factories.reopened_claim(desk)
    assert "it can be withdrawn" in page(desk.editor, address(claim, "decline"))


# Linking


def test_linking_offers_claims_of_the_same_article_that_can_stay(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    claim, other, elsewhere = (
        factories.inbox_claim(desk, version=version, statements={"en": "The same."}),
        factories.inbox_claim(desk, version=version, statements={"en": "A rise in rents."}),
        factories.inbox_claim(desk, statements={"en": "Something of another article."}),
    )
    parked = factories.parked_claim(desk, version=version)
    answer = as_user(desk.researcher).get(address(claim, "link"))
    offered = {row.claim.pk for row in answer.context["candidates"]}
    assert offered == {other.pk}
    assert not offered & {claim.pk, elsewhere.pk, parked.pk}


@pytest.mark.parametrize("words", ["another article", "#{}"])
def test_linking_finds_by_words_and_by_number(desk: factories.Desk, words: str) -> None:
    claim = factories.inbox_claim(desk)
    version = factories.make_article(desk.researcher, title="Another")
    elsewhere = factories.inbox_claim(
        desk,
        version=version,
        statements={"en": "Of another article."},
        passages=[factories.passage(version, "The mayor called the figure")],
    )
    answer = as_user(desk.researcher).get(address(claim, "link"), {"q": words.format(elsewhere.pk)})
    assert [row.claim.pk for row in answer.context["candidates"]] == [elsewhere.pk]


def test_linking_leads_to_the_claim_that_stays(desk: factories.Desk) -> None:
    claim, stays = factories.inbox_claim(desk), factories.inbox_claim(desk)
    answer = as_user(desk.researcher).post(address(claim, "link"), {"same_as": f"#{stays.pk}"})
    assert answer["Location"] == stays.get_absolute_url()
    assert factories.fresh(claim).duplicate_of == stays


def test_a_claim_is_not_linked_to_itself(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    answer = as_user(desk.researcher).post(address(claim, "link"), {"same_as": str(claim.pk)})
    assert answer.status_code == 422
    assert "duplicate of itself" in text(answer)


# Times and second tabs


def test_a_time_is_the_desks_own(desk: factories.Desk, settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    claim = factories.approved_claim(desk)
    as_user(desk.editor).post(address(claim, "schedule"), {"publish_at": "2031-01-15T08:30"})
    assert factories.fresh(claim).publish_at.isoformat() == "2031-01-15T07:30:00+00:00"
    assert 'value="2031-01-15T08:30"' in page(desk.editor, address(claim, "schedule"))


def test_a_time_is_taken_away_by_its_button(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    when = timezone.now() + timedelta(days=1)
    publication.schedule(claim_id=claim.pk, actor=desk.editor, publish_at=when)
    assert "Take the time away" in page(desk.editor, address(claim, "schedule"))
    answer = as_user(desk.editor).post(address(claim, "schedule"), {"clear": "on", "publish_at": ""}, follow=True)
    assert factories.fresh(claim).publish_at is None
    assert [str(message) for message in answer.context["messages"]] == ["The time of publication is taken away."]


def test_two_times_set_in_two_tabs_are_shown_both(desk: factories.Desk) -> None:
    """The second person reads the first one's time, keeps their own, and can save it then."""
    claim = factories.approved_claim(desk)
    opened_at = claim.revision
    when = timezone.now() + timedelta(days=1)
    publication.schedule(claim_id=claim.pk, actor=desk.second_editor, publish_at=when)
    client, values = as_user(desk.editor), {"publish_at": "2031-01-15T08:30", "opened_at": opened_at}
    answer = client.post(address(claim, "schedule"), values)
    assert answer.status_code == 409
    assert "Saved meanwhile" in text(answer)
    assert 'value="2031-01-15T08:30"' in text(answer)
    assert f'name="opened_at" value="{opened_at + 1}"' in text(answer)
    assert client.post(address(claim, "schedule"), {**values, "opened_at": opened_at + 1}).status_code == 302


def test_a_step_goes_through_on_top_of_another_field(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    factories.edit(claim, desk.editor, {"priority": "urgent"})
    answer = as_user(desk.researcher).post(address(claim, "accept"), {"opened_at": claim.revision})
    assert answer.status_code == 302


def test_taking_on_assigns_only_what_nobody_has(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk, assignee=desk.editor)
    as_user(desk.researcher).post(address(claim, "accept"))
    assert factories.fresh(claim).assignee == desk.editor


def test_a_busy_database_asks_to_try_again(desk: factories.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from claims.errors import Busy

    def busy(**_values: Any) -> None:
        raise Busy("The database is busy.")

    monkeypatch.setitem(STEPS, Action.DECLINE, replace(STEPS[Action.DECLINE], service=busy))
    claim = factories.inbox_claim(desk)
    answer = as_user(desk.editor).post(address(claim, "decline"), {"reason": "An opinion."})
    assert answer.status_code == 503
    assert "An opinion." in text(answer)


def test_a_claim_that_woke_meanwhile_keeps_the_reason_that_was_typed(desk: factories.Desk) -> None:
    claim = factories.inbox_claim(desk)
    research.accept(claim_id=claim.pk, actor=desk.editor)
    factories.edit(claim, desk.researcher, factories.ready_edits(desk))
    as_user(desk.researcher).post(address(claim, "submit"))
    answer = as_user(desk.editor).post(address(claim, "decline"), {"reason": "It is an opinion."})
    assert answer.status_code == 409
    assert "It is an opinion." in text(answer)
