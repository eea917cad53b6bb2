"""The people of the desk: the list, a person's page, conflicts of interest, who is away, and who has left."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from claims.models import Claim, ConflictOfInterest, Member
from claims.services import erasure, members, people, verification
from claims.vocabulary import Role, Status
from tests import factories
from tests.factories import Desk
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

PEOPLE, DECLARE = "/desk/people/", "/desk/people/declare/"
WHY = "Their brother owns the <tenants'> union."


def address(user: User, name: str = "person") -> str:
    return reverse(f"desk:{name}", args=[user.pk])


def declare(user: User, **values: Any) -> HttpResponse:
    filled = {"user": user.pk, "topic": "housing", "reason": WHY, **values}
    return as_user(user).post(DECLARE, filled, follow=True)


def away_form(user: User, away_from: Any = "", away_until: Any = "", opened_at: int | None = None) -> dict[str, Any]:
    member = Member.objects.filter(user=user).first()
    revision = (member.revision if member else 0) if opened_at is None else opened_at
    return {"opened_at": revision, "away_from": away_from, "away_until": away_until}


# The list


def test_the_list_has_everybody_at_the_desk_and_nobody_else(desk: Desk) -> None:
    factories.make_user()
    factories.make_user(Role.EDITOR, is_active=False)
    root = factories.make_user(is_superuser=True)

    rows = as_user(desk.auditor).get(PEOPLE).context["rows"]

    everybody = {desk.researcher, desk.editor, desk.second_editor, desk.chief, desk.auditor, root}
    assert {row.user for row in rows} == everybody
    assert {row.user: row.role for row in rows}[root] == "Head of desk"


def test_a_row_says_what_they_read_and_work_on_and_whether_they_are_away(desk: Desk) -> None:
    claim = factories.review_claim(desk, assignee=desk.editor)
    members.hand_over(claim_id=claim.pk, actor=desk.editor, reader=desk.second_editor)
    factories.published_claim(desk, assignee=desk.editor)
    factories.make_member(desk.second_editor)
    tomorrow = timezone.localdate() + timedelta(days=1)
    members.set_away(actor=desk.second_editor, user=desk.second_editor, away_from=tomorrow, away_until=None)

    rows = {row.user: row for row in as_user(desk.chief).get(PEOPLE).context["rows"]}

    found = rows[desk.second_editor]
    assert (found.to_read, found.assigned, found.conflicts) == (1, 0, 1)
    assert found.away == f"away from {tomorrow.day} {tomorrow:%B %Y}"
    assert (rows[desk.editor].to_read, rows[desk.editor].assigned, rows[desk.editor].away) == (0, 1, "")


def test_the_list_asks_as_often_for_many_as_for_few(desk: Desk) -> None:
    def queries() -> int:
        client = as_user(desk.editor)
        client.get(PEOPLE)
        with CaptureQueriesContext(connection) as caught:
            assert client.get(PEOPLE).status_code == 200
        return len(caught)

    factories.make_member(desk.editor)
    few = queries()
    for _ in range(8):
        factories.make_member(factories.make_user(Role.EDITOR))
    assert queries() == few <= 9


def test_reasons_are_for_the_desk_alone(desk: Desk) -> None:
    declare(desk.editor)

    assert "Their brother owns the &lt;tenants'&gt; union." in page(desk.auditor, address(desk.editor))
    for name in ("person", "history_person"):
        assert as_user(factories.make_user()).get(address(desk.editor, name)).status_code == 404
        assert Client().get(address(desk.editor, name)).status_code == 302
    assert "brother" not in page(desk.researcher, PEOPLE)


def test_outsiders_and_the_system_are_nobody_here(desk: Desk) -> None:
    for user in (factories.make_user(), people.system_user(), factories.make_user(Role.EDITOR, is_active=False)):
        assert as_user(desk.chief).get(address(user)).status_code == 404


# Declaring and ending


def test_one_declares_for_oneself_and_the_page_says_so(desk: Desk) -> None:
    answer = declare(desk.researcher)

    assert answer.redirect_chain == [(address(desk.researcher), 302)]
    shown = text(answer)
    assert "housing" in shown
    assert "Conflict of interest 1" in page(desk.researcher, address(desk.researcher, "history_person"))
    assert ConflictOfInterest.objects.get().reason == WHY


def test_the_address_fills_the_form(desk: Desk) -> None:
    speaker, source = factories.make_speaker(desk.researcher), factories.make_source(desk.researcher, "An old report")
    query = f"?speaker={speaker.pk}&source={source.pk}&topic=rents&for={desk.second_editor.pk}"

    form = as_user(desk.editor).get(DECLARE + query).context["form"]

    assert [form[name].value() for name in ("speaker", "source", "topic", "user")] == [
        speaker.pk,
        source.pk,
        "rents",
        desk.second_editor.pk,
    ]
    assert as_user(desk.editor).get(f"{DECLARE}?speaker=x&source=-1&topic=%00&for=9999").status_code == 200


def test_an_older_source_than_is_offered_can_be_named_by_the_address(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.forms.members.SOURCES", 1)
    old, new = (factories.make_source(desk.researcher, title) for title in ("Old", "New"))

    offered = as_user(desk.editor).get(DECLARE).context["form"].fields["source"].queryset
    named = as_user(desk.editor).get(f"{DECLARE}?source={old.pk}").context["form"].fields["source"].queryset

    assert (set(offered), set(named)) == ({new}, {old, new})
    declare(desk.editor, topic="", source=old.pk)
    assert ConflictOfInterest.objects.get().source == old


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"topic": ""}, "Say whether it is about a speaker, a source or a topic: one of them."),
        ({"reason": " "}, "This field is required."),
        ({"topic": "x" * 101}, "at most 100 characters"),
        ({"speaker": "999999"}, "Select a valid choice"),
    ],
)
def test_what_is_refused_comes_back_with_what_was_typed(desk: Desk, values: dict[str, Any], sentence: str) -> None:
    answer = declare(desk.editor, **values)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert values.get("reason") or "brother" in text(answer)
    assert not ConflictOfInterest.objects.exists()


def test_the_same_twice_is_refused_in_words(desk: Desk) -> None:
    declare(desk.editor)

    answer = declare(desk.editor, topic="HOUSING")

    assert answer.status_code == 422
    assert "This conflict of interest is declared already." in text(answer)


def test_an_editor_declares_for_others_and_a_fact_checker_does_not(desk: Desk) -> None:
    answer = as_user(desk.editor).post(
        DECLARE, {"user": desk.researcher.pk, "topic": "rents", "reason": WHY}, follow=True
    )
    assert answer.redirect_chain == [(address(desk.researcher), 302)]
    assert Member.objects.get().ledger.get().on_behalf_of == desk.researcher

    answer = as_user(desk.researcher).post(DECLARE, {"user": desk.editor.pk, "topic": "rents", "reason": WHY})
    assert answer.status_code == 422
    assert not Member.objects.filter(user=desk.editor).exists()


def test_ending_takes_one_button_and_stays_in_the_history(desk: Desk) -> None:
    declare(desk.editor)
    conflict = ConflictOfInterest.objects.get()

    for _ in range(2):
        answer = as_user(desk.editor).post(reverse("desk:end_conflict", args=[conflict.pk]), follow=True)
        assert "Ended." in text(answer)

    assert "1 that has ended" in text(answer)
    assert "Conflict of interest ended" in text(answer)
    assert as_user(desk.editor).post(reverse("desk:end_conflict", args=[999_999])).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("researcher", 403), ("auditor", 403), ("outsider", 404)])
def test_who_may_not_end_it_does_not(desk: Desk, who: str, status: int) -> None:
    declare(desk.editor)
    conflict = ConflictOfInterest.objects.get()
    user = factories.make_user() if who == "outsider" else getattr(desk, who)

    assert as_user(user).post(reverse("desk:end_conflict", args=[conflict.pk])).status_code == status
    assert "End it" not in (page(user, address(desk.editor)) if status == 403 else "")


def test_what_others_declared_shows_why_one_cannot_end_it(desk: Desk) -> None:
    members.declare(actor=desk.chief, user=desk.editor, topic="rents", reason=WHY)

    assert "Somebody else declared it for you" in page(desk.editor, address(desk.editor))
    assert "End it" in page(desk.second_editor, address(desk.editor))
    conflict = ConflictOfInterest.objects.get()
    assert as_user(desk.editor).post(reverse("desk:end_conflict", args=[conflict.pk])).status_code == 403


# Away


def test_dates_are_set_changed_and_cleared(desk: Desk) -> None:
    client, there = as_user(desk.researcher), address(desk.researcher, "away")
    today = timezone.localdate()

    answer = client.post(there, away_form(desk.researcher, today, today + timedelta(days=2)), follow=True)
    assert "Saved." in text(answer)
    assert "away until" in text(answer)
    answer = client.post(there, away_form(desk.researcher, today, today + timedelta(days=2)), follow=True)
    assert "Nothing was changed" in text(answer)
    client.post(there, away_form(desk.researcher))

    member = Member.objects.get()
    assert (member.away_from, member.away_until, member.revision) == (None, None, 2)


def test_clearing_nothing_makes_nothing(desk: Desk) -> None:
    answer = as_user(desk.researcher).post(address(desk.researcher, "away"), away_form(desk.researcher), follow=True)

    assert "Nothing was changed" in text(answer)
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    ("dates", "sentence"),
    [
        (("2025-04-02", "2025-04-01"), "The last day away lies before the first."),
        (("", "2025-04-01"), "Say from which day on."),
        (("soon", ""), "Enter a valid date."),
    ],
)
def test_dates_that_do_not_fit_come_back(desk: Desk, dates: tuple[str, str], sentence: str) -> None:
    answer = as_user(desk.editor).post(address(desk.editor, "away"), away_form(desk.editor, *dates))

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert f'value="{dates[0] or dates[1]}"' in text(answer)


def test_two_who_set_other_dates_are_shown_both(desk: Desk) -> None:
    there, opened = address(desk.editor, "away"), away_form(desk.editor, "2025-04-03")
    members.set_away(actor=desk.chief, user=desk.editor, away_from=date(2025, 4, 1), away_until=None)

    answer = as_user(desk.editor).post(there, opened)

    assert answer.status_code == 409
    shown = text(answer)
    assert "1 April 2025" in shown
    assert "2025-04-03" in shown
    answer = as_user(desk.editor).post(
        there, {**away_form(desk.editor, "2025-04-03"), "disputed": "away_from", "stand-away_from": "mine"}
    )
    assert answer.status_code == 302
    assert Member.objects.get().away_from == date(2025, 4, 3)


@pytest.mark.parametrize(("who", "status"), [("researcher", 403), ("auditor", 403), ("second_editor", 302)])
def test_who_says_that_somebody_else_is_away(desk: Desk, who: str, status: int) -> None:
    user = getattr(desk, who)

    answer = as_user(user).post(address(desk.editor, "away"), away_form(desk.editor, "2025-04-03"))

    assert answer.status_code == status
    assert ("Save" in page(user, address(desk.editor))) is (status == 302)


# Who has left


def leave(desk: Desk, user: User, **values: Any) -> HttpResponse:
    filled = {"reason": "In writing.", "sure": "on", **values}
    return as_user(desk.chief).post(address(user, "pseudonymise"), filled, follow=True)


def test_the_page_says_what_happens_and_what_does_not(desk: Desk) -> None:
    factories.review_claim(desk, assignee=desk.editor)

    shown = page(desk.chief, address(desk.editor, "pseudonymise"))

    assert "1 claim is no longer assigned to anybody." in shown
    assert "Published versions keep the names" in shown
    assert reverse("desk:erase") in shown
    assert PEOPLE in page(desk.chief, reverse("desk:erase"))


def test_nothing_happens_without_a_tick_and_a_reason(desk: Desk) -> None:
    for values in ({"sure": ""}, {"reason": ""}, {"reason": f"{desk.editor.last_name} left."}):
        answer = leave(desk, desk.editor, **values)
        assert answer.status_code == 422
        assert "What you typed is kept." in text(answer)
    assert not people.is_former(User.objects.get(pk=desk.editor.pk))


def test_they_are_called_former_colleague_from_then_on(desk: Desk) -> None:
    declare(desk.editor)

    answer = leave(desk, desk.editor)

    assert answer.redirect_chain == [(address(desk.editor), 302)]
    shown = text(answer)
    assert f"From now on they are called “former colleague {desk.editor.pk}” here." in shown
    assert "Erased by order." in shown
    assert "brother" not in shown
    assert "Take the name away" not in shown
    assert "taken away already" in page(desk.chief, address(desk.editor, "pseudonymise"))
    assert text(leave(desk, desk.editor)).count("The name of this person was taken away already.") >= 1
    assert list(verification.verify()) == []


@pytest.mark.parametrize(("who", "status"), [("editor", 403), ("researcher", 403), ("auditor", 403), ("outsider", 404)])
def test_only_the_head_of_desk_takes_names_away(desk: Desk, who: str, status: int) -> None:
    user = factories.make_user() if who == "outsider" else getattr(desk, who)

    answer = as_user(user).post(address(desk.second_editor, "pseudonymise"), {"reason": "In writing.", "sure": "on"})

    assert answer.status_code == status
    assert User.objects.get(pk=desk.second_editor.pk).is_active


def test_the_head_of_desk_is_refused_themselves(desk: Desk) -> None:
    assert "Take the name away" not in page(desk.chief, address(desk.chief))
    assert "Nobody takes their own name away." in text(leave(desk, desk.chief))


# Whoever wrote half the history leaves: each of these pages still renders, in both languages, without the names.
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_renders_after_the_author_of_half_the_history_has_left(desk: Desk, language: str) -> None:
    gone = [factories.make_user(role, first_name=name, last_name="Lovelace") for role, name in
            ((Role.RESEARCHER, "Ada"), (Role.EDITOR, "Byron"))]  # fmt: skip
    staff = Desk(gone[0], gone[1], desk.second_editor, desk.chief, desk.auditor)
    claims = [factories.claim_in(status, staff, assignee=gone[0]) for status in Status]
    claims.append(factories.reopened_claim(staff))
    members.hand_over(claim_id=claims[2].pk, actor=desk.chief, reader=gone[1])
    members.set_away(actor=gone[1], user=gone[1], away_from=timezone.localdate(), away_until=None)
    factories.make_member(gone[0])
    request = factories.make_request(gone[0], claims[0])
    article = claims[0].quotations.get().version.article

    for user in gone:
        erasure.pseudonymise(actor=desk.chief, user=user, reason="In writing.")

    client = as_user(desk.chief, language)
    pages = [PEOPLE, "/desk/", "/desk/claims/", "/desk/reviews/", "/desk/articles/", "/desk/requests/"]
    pages += [address(user, name) for user in gone for name in ("person", "history_person")]
    pages += [reverse("desk:article", args=[article.pk]), reverse("desk:request", args=[request.pk])]
    pages += [reverse(f"desk:{name}", args=[claim.pk]) for claim in claims for name in ("claim", "history", "read")]
    pages += [reverse("admin:auth_user_changelist"), reverse("admin:claims_ledgerentry_changelist"), "/admin/"]
    pages += [f"/admin/claims/claim/{claim.pk}/history/" for claim in claims]
    word = {"en": "former colleague", "de": "ehemaliges Redaktionsmitglied"}[language]
    for there in pages:
        answer = client.get(there)
        assert answer.status_code == 200, there
        assert "Lovelace" not in text(answer).replace("Published", ""), there
    assert word in text(client.get(reverse("desk:history", args=[claims[1].pk])))
    assert list(verification.verify()) == []
    assert Claim.objects.filter(assignee__in=gone).count() == 0


def test_the_pages_read_in_german(desk: Desk) -> None:
    members.declare(actor=desk.editor, user=desk.editor, topic="Mieten", reason=WHY)
    client = as_user(desk.chief, "de")

    assert "Interessenkonflikte" in text(client.get(PEOPLE))
    assert "Name wegnehmen" in text(client.get(address(desk.editor)))
    assert "Interessenkonflikt angeben" in text(client.get(DECLARE))
    answer = client.post(address(desk.chief, "pseudonymise"), {"reason": "Schriftlich.", "sure": "on"})
    assert "Niemand nimmt sich selbst den Namen" in text(answer)
