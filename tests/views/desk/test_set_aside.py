"""Sentences that need no claim: set aside with a reason that is remembered, shown, and brought back."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from claims.errors import Busy
from claims.models import ArticleVersion, SentenceSetAside
from claims.services import intake
from claims.views.desk import findings
from claims.vocabulary import Action
from tests import factories
from tests.views.desk.helpers import as_user, page, text
from tests.views.desk.reader_page import ReaderPage

pytestmark = pytest.mark.django_db

PART = {"x-part": "form"}


@pytest.fixture
def version(desk: factories.Desk) -> ArticleVersion:
    return factories.make_article(desk.researcher)


def address(version: ArticleVersion) -> str:
    return reverse("desk:article", args=[version.article_id])


def place(version: ArticleVersion, at: int = 1) -> dict[str, int]:
    sentence = version.analysis[at]
    return {"version": version.number, "start": sentence["start"], "end": sentence["end"]}


def send(user: User, where: ArticleVersion, name: str = "set_aside", /, **values: Any) -> HttpResponse:
    headers = values.pop("headers", {})
    path = reverse(f"desk:{name}", args=[where.article_id])
    return as_user(user).post(path, {**place(where), **values}, headers=headers)


def test_a_sentence_is_set_aside_and_the_page_says_so(desk: factories.Desk, version: ArticleVersion) -> None:
    answer = send(desk.researcher, version, reason="An opinion, not a matter of fact")

    assert answer["Location"] == f"{address(version)}?version=1#sentence-1"
    row = SentenceSetAside.objects.get()
    assert (row.reason, row.by) == ("An opinion, not a matter of fact", desk.researcher)
    shown = as_user(desk.auditor).get(address(version))
    reader = ReaderPage(shown)
    assert [item["data-sentence"] for item in reader.sentences if "data-aside" in item] == ["1"]
    assert "is-set-aside" in {name for piece in reader.pieces for name in piece.classes}
    assert f"An opinion, not a matter of fact ({desk.researcher.get_full_name()}," in text(shown)
    assert "one is set aside" in text(shown)


def test_a_page_of_its_own_asks_for_the_reason(desk: factories.Desk, version: ArticleVersion) -> None:
    """One form in a page of its own, not one for each of a long article's sentences."""
    where = place(version)
    path = f"{reverse('desk:set_aside', args=[version.article_id])}?version=1&start={where['start']}&end={where['end']}"
    assert path.replace("&", "&amp;") in page(desk.researcher, address(version))

    shown = page(desk.researcher, path)

    assert version.analysis[1]["text"] in html.unescape(shown)
    assert 'name="reason"' in shown
    assert f'name="start" value="{where["start"]}"' in shown


@pytest.mark.parametrize("query", ["", "?version=1&start=3&end=9", "?version=x&start=0&end=9", "?version=1&start=0"])
def test_an_address_that_names_no_sentence_leads_back(
    desk: factories.Desk, version: ArticleVersion, query: str
) -> None:
    answer = as_user(desk.researcher).get(reverse("desk:set_aside", args=[version.article_id]) + query)

    assert answer["Location"] == f"{address(version)}#sentences"


def test_it_is_brought_back(desk: factories.Desk, version: ArticleVersion) -> None:
    send(desk.researcher, version, reason="Nothing hangs on it")
    assert "Bring back" in page(desk.editor, address(version))

    answer = send(desk.editor, version, "bring_back")

    assert answer["Location"].endswith("#sentence-1")
    assert not SentenceSetAside.objects.exists()
    assert "data-aside" not in page(desk.editor, address(version))
    assert list(version.article.ledger.order_by("sequence").values_list("action", flat=True))[-2:] == [
        Action.SET_ASIDE,
        Action.BRING_BACK,
    ]


def test_what_was_brought_back_already_is_told(desk: factories.Desk, version: ArticleVersion) -> None:
    send(desk.researcher, version, reason="So.")
    client, where = as_user(desk.editor), reverse("desk:bring_back", args=[version.article_id])
    entries = version.article.ledger.count()

    answers = [client.post(where, place(version), follow=True) for _click in range(2)]

    said = [[str(message) for message in answer.context["messages"]] for answer in answers]
    assert said == [["Brought back."], ["It was not set aside."]]
    assert "It was not set aside." in text(answers[1])
    assert version.article.ledger.count() == entries + 1


def test_a_part_of_the_page_is_told_so_too(desk: factories.Desk, version: ArticleVersion) -> None:
    send(desk.researcher, version, reason="So.")
    said = [send(desk.editor, version, "bring_back", headers=PART) for _click in range(2)]

    assert [text(answer) for answer in said] == ["Brought back.", "It was not set aside."]


def test_a_part_of_the_page_gets_an_address_and_no_message(desk: factories.Desk, version: ArticleVersion) -> None:
    aside = send(desk.researcher, version, reason="So.", headers=PART)
    back = send(desk.researcher, version, "bring_back", headers=PART)

    assert (aside.status_code, back.status_code) == (201, 201)
    assert aside["Location"] == back["Location"] == f"{address(version)}?version=1#sentence-1"
    assert 'class="messages"' not in page(desk.researcher, address(version))


def test_twice_keeps_the_first_reason(desk: factories.Desk, version: ArticleVersion) -> None:
    send(desk.researcher, version, reason="First.")
    send(desk.editor, version, reason="Second.")

    assert SentenceSetAside.objects.get().reason == "First."
    assert [send(desk.editor, version, "bring_back").status_code for _click in range(2)] == [302, 302]


def test_it_holds_in_the_next_version_where_the_sentence_stands_elsewhere(
    desk: factories.Desk, version: ArticleVersion
) -> None:
    send(desk.researcher, version, reason="So.")
    newest = factories.make_version(desk.researcher, version.article, f"Corrected on Monday. {factories.TEXT}")

    shown = ReaderPage(as_user(desk.auditor).get(address(version)))

    [item] = [item for item in shown.sentences if "data-aside" in item]
    assert newest.text[int(item["data-start"]) : int(item["data-end"])] == version.analysis[1]["text"]


def test_a_usual_reason_is_read_in_the_readers_language(desk: factories.Desk, version: ArticleVersion) -> None:
    """Whatever language it was chosen in, the same words are kept."""
    for reason in findings.ASIDE.values():
        assert findings.kept_reason(reason) == reason
    send(desk.researcher, version, reason="Too vague to be checked")

    assert SentenceSetAside.objects.get().reason == findings.ASIDE["unmeasured"]


def test_ones_own_reasons_are_offered_again(desk: factories.Desk, version: ArticleVersion) -> None:
    send(desk.researcher, version, reason="  It is   from the advertisement. ")
    other = factories.make_article(desk.researcher, "Wages fell by 3 per cent in 2024. He left in March.")

    shown = page(desk.researcher, address(other))

    assert '<option value="It is   from the advertisement.">' in shown
    assert shown.count("<option value=") == len(findings.ASIDE) + 1


# What bad input gets


BAD = [
    ({"reason": ""}, "Say why the sentence needs no claim."),
    ({"reason": "  "}, "Say why the sentence needs no claim."),
    ({"reason": "r" * 501}, "at most 500 characters"),
    ({"reason": "x\0y"}, "Null characters are not allowed."),
    ({"start": "3"}, "Only a whole sentence can be set aside."),
    ({"end": "5"}, "Only a whole sentence can be set aside."),
    ({"start": "-4"}, "greater than or equal to 0"),
    ({"start": "x"}, "Enter a whole number."),
    ({"end": ""}, "This field is required."),
    ({"end": "9" * 30}, "less than or equal to"),
    ({"version": "x"}, "Enter a whole number."),
]


@pytest.mark.parametrize(("changes", "sentence"), BAD)
@pytest.mark.parametrize("headers", [{}, PART])
def test_bad_input_gets_a_sentence_and_the_reason_back(
    desk: factories.Desk, version: ArticleVersion, changes: dict[str, str], sentence: str, headers: dict[str, str]
) -> None:
    answer = send(desk.researcher, version, **{"reason": "Typed with care.", **changes}, headers=headers)

    assert answer.status_code == 422
    assert sentence in text(answer)
    if not headers and "reason" not in changes:
        assert "Typed with care." in text(answer)
    assert not SentenceSetAside.objects.exists()


def test_a_version_that_is_not_there_is_not_found(desk: factories.Desk, version: ArticleVersion) -> None:
    assert send(desk.researcher, version, reason="So.", version="9").status_code == 404


def test_bad_positions_bring_nothing_back(desk: factories.Desk, version: ArticleVersion) -> None:
    send(desk.researcher, version, reason="So.")
    for changes in ({"start": "x"}, {"start": "9", "end": "2"}, {"end": "999999"}):
        assert send(desk.researcher, version, "bring_back", **changes).status_code == 422
    assert SentenceSetAside.objects.exists()


def test_a_busy_database_keeps_the_reason(
    desk: factories.Desk, version: ArticleVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(**_values: Any) -> None:
        raise Busy("The database is busy.")

    monkeypatch.setattr(intake, "set_aside", busy)
    monkeypatch.setattr(intake, "bring_back", busy)
    answer = send(desk.researcher, version, reason="Typed with care.")

    assert answer.status_code == 503
    assert "Typed with care." in text(answer)
    assert send(desk.researcher, version, "bring_back").status_code == 503


def test_a_reason_is_words_and_never_markup(desk: factories.Desk, version: ArticleVersion) -> None:
    send(desk.researcher, version, reason="<script>alert(1)</script>")

    assert "<script>alert" not in page(desk.auditor, address(version))


# Who may


@pytest.mark.parametrize("name", ["set_aside", "bring_back"])
def test_an_auditor_sees_it_and_changes_nothing(desk: factories.Desk, version: ArticleVersion, name: str) -> None:
    send(desk.researcher, version, reason="So.")
    answer = send(desk.auditor, version, name, reason="Mine.")

    assert answer.status_code == 403
    assert "Auditors read everything and change nothing." in text(answer)
    assert SentenceSetAside.objects.get().reason == "So."
    shown = page(desk.auditor, address(version))
    assert "So. (" in shown
    assert "Bring back" not in shown


@pytest.mark.parametrize("name", ["set_aside", "bring_back"])
def test_outsiders_find_nothing(desk: factories.Desk, version: ArticleVersion, name: str) -> None:
    where = reverse(f"desk:{name}", args=[version.article_id])

    assert send(factories.make_user(), version, name, reason="So.").status_code == 404
    assert Client().post(where, {"reason": "Typed with care."}).status_code == 401
    assert as_user(desk.researcher).delete(where).status_code == 405
