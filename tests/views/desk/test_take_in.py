"""Taking in an article at the desk: pasted or as a file; what it turned out to be, and what bad input gets."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.errors import Busy
from claims.language import encoding
from claims.models import Article, ArticleVersion, Capture, LedgerEntry, Outlet
from claims.services import intake
from claims.vocabulary import Role
from tests import factories
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

NEW = "/desk/articles/new/"
WORDS = (
    "The city council voted on Monday to raise the rents of its own flats by 4 per cent from July 2025. "
    "The tenants' union called the decision a breach of the agreement that both sides had signed in 2023."
)
PAGE = (
    "<!doctype html><html lang='en'><head><title>Council raises rents</title></head><body><nav>Home News Sport</nav>"
    "<article><h1>Council raises rents</h1><p>" + "</p><p>".join(WORDS.split(". ")) + "</p>"
    "<p>The mayor said that the money is needed for repairs, and that no tenant will have to leave.</p></article>"
    "</body></html>"
)


def send(user: Any, /, speaks: str = "en", **values: Any) -> HttpResponse:
    return as_user(user, speaks).post(NEW, values)


def follow(user: Any, **values: Any) -> str:
    answer = as_user(user).post(NEW, values, follow=True)
    assert answer.status_code == 200
    return text(answer)


def file(raw: bytes, name: str = "page.html", content_type: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, content_type)


def test_the_list_of_articles_leads_there(desk: factories.Desk) -> None:
    assert f'href="{NEW}"' in page(desk.researcher, "/desk/articles/")
    assert f'href="{NEW}"' not in page(desk.auditor, "/desk/articles/")


def test_a_paste_becomes_an_article_and_the_next_page_says_so(desk: factories.Desk) -> None:
    shown = follow(
        desk.researcher,
        pasted=WORDS,
        title="Council raises rents",
        url="news.example.org/rents",
        published="2025-03",
        language="en",
    )

    article = Article.objects.get()
    assert "A new article." in shown
    assert (article.title, article.url) == ("Council raises rents", "https://news.example.org/rents")
    assert (article.published, article.language) == ("2025-03", "en")
    assert article.versions.get().captures.get().content_type == "text/plain"


def test_only_the_copy_is_asked_for(desk: factories.Desk) -> None:
    """Language and title are found out; what nobody knows stays empty."""
    send(desk.researcher, pasted=WORDS)

    article = Article.objects.get()
    assert (article.language, article.outlet, article.title_is_guess) == ("en", None, True)


def test_a_saved_page_is_read_and_keeps_its_bytes(desk: factories.Desk) -> None:
    shown = follow(desk.researcher, file=file(PAGE.encode()))

    capture = Capture.objects.get()
    assert bytes(capture.raw) == PAGE.encode()
    assert capture.content_type == "text/html"
    assert Article.objects.get().title == "Council raises rents"
    assert "Home News Sport" in shown


def test_the_browser_says_how_a_file_is_written(desk: factories.Desk) -> None:
    words = f"Die Mieten für Wohnungen der Stadt steigen. {WORDS}"
    send(desk.researcher, file=file(words.encode("cp1252"), "a.txt", "text/plain; charset=windows-1252"))

    assert ArticleVersion.objects.get().text.startswith("Die Mieten für")
    assert Capture.objects.get().content_type == "text/plain; charset=windows-1252"


def test_pasted_source_is_read_as_a_page(desk: factories.Desk) -> None:
    send(desk.researcher, pasted=PAGE)

    assert "<p>" not in ArticleVersion.objects.get().text


def test_the_same_again_and_a_changed_copy_are_told_apart(desk: factories.Desk) -> None:
    first, again = follow(desk.researcher, pasted=WORDS), follow(desk.researcher, pasted=WORDS)
    spaced = follow(desk.researcher, pasted=WORDS.replace(" ", "  ", 3))
    url = {"url": "https://news.example.org/a"}
    send(desk.researcher, pasted=f"Before. {factories.TEXT}", **url)
    changed = follow(desk.researcher, pasted=f"After that. {factories.TEXT}", **url)

    assert "A new article." in first
    assert "These very bytes were received before." in again
    assert "A further copy of a text that is here already." in spaced
    assert "A new version of an article that is here already." in changed
    assert Article.objects.count() == 2


def test_warnings_are_told(desk: factories.Desk) -> None:
    shown = follow(desk.researcher, pasted=f"Ã¼ber Ã¶de Ã¤hnlich. {WORDS}")

    assert "It was decoded wrongly before it came here" in shown


# Outlets


def test_an_outlet_is_chosen(desk: factories.Desk) -> None:
    outlet = factories.make_outlet(desk.researcher)
    send(desk.researcher, pasted=WORDS, outlet=outlet.pk)

    assert Article.objects.get().outlet == outlet


def test_a_new_outlet_is_named_and_an_old_one_found_by_its_name(desk: factories.Desk) -> None:
    send(desk.researcher, pasted=WORDS, new_outlet="The Herald")
    send(desk.researcher, pasted=factories.TEXT, new_outlet="the herald")

    assert Outlet.objects.get().name == "The Herald"
    assert Article.objects.filter(outlet__name="The Herald").count() == 2


def test_an_outlet_is_not_both(desk: factories.Desk) -> None:
    outlet = factories.make_outlet(desk.researcher)
    answer = send(desk.researcher, pasted=WORDS, outlet=outlet.pk, new_outlet="The Herald")

    assert answer.status_code == 422
    assert not Article.objects.exists()


def test_no_outlet_stays_without_an_article(desk: factories.Desk) -> None:
    """The bytes that cannot be read are kept nevertheless."""
    assert (
        send(desk.researcher, file=file(b"\x89PNG\r\n\x1a\n" + b"\0" * 99), new_outlet="The Herald").status_code == 422
    )
    send(desk.researcher, pasted=WORDS)
    send(desk.researcher, pasted=WORDS, new_outlet="The Herald")

    assert not Outlet.objects.exists()
    assert Capture.objects.filter(version=None).count() == 1


# What bad input gets


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 99
BAD: list[tuple[dict[str, Any], str]] = [
    ({}, "Give the article's address, paste its text, or choose its file."),
    ({"pasted": "  \n "}, "Give the article's address, paste its text, or choose its file."),
    ({"pasted": WORDS, "file": PAGE.encode()}, "one of the two"),
    ({"file": PNG}, "This is a picture, a sound or a film"),
    ({"file": b"\x1f\x8b" + b"a" * 99}, "This is compressed."),
    ({"file": b"%PDF-1.7 and more"}, "This is a document of another kind."),
    ({"file": bytes(range(32)) * 9}, "This is no text"),
    ({"file": b"<html><body><script>f()</script></body></html>"}, "No text can be read from it"),
    ({"pasted": "<div>" * 200 + "Words." + "</div>" * 200 + "<html></html>"}, "stand deeper in each other"),
    ({"pasted": WORDS, "url": "ftp://example.org/a"}, "Enter a valid URL."),
    ({"pasted": WORDS, "url": "javascript:alert(1)"}, "Enter a valid URL."),
    ({"pasted": WORDS, "published": "March"}, "Write a date as 2025"),
    ({"pasted": WORDS, "language": "<b>"}, "Write a language as a short tag"),
    ({"pasted": WORDS, "title": "T" * 501}, "at most 500 characters"),
    ({"pasted": WORDS, "outlet": "999999"}, "Select a valid choice"),
    ({"pasted": "a\0b"}, "Null characters are not allowed."),
]


@pytest.mark.parametrize(("values", "sentence"), BAD, ids=[sentence[:30] for _values, sentence in BAD])
def test_bad_input_gets_one_sentence(desk: factories.Desk, values: dict[str, Any], sentence: str) -> None:
    """What was typed is kept, and no article is half made."""
    entries = LedgerEntry.objects.count()
    sent = {**values, **({"file": file(values["file"])} if "file" in values else {})}
    answer = send(desk.researcher, **{"title": "What I typed", **sent})

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "What I typed" in text(answer) or "TTT" in text(answer)
    assert not Article.objects.exists()
    assert LedgerEntry.objects.count() == entries


def test_a_form_with_a_file_says_to_choose_it_again(desk: factories.Desk) -> None:
    assert "Choose the file again" in text(send(desk.researcher, file=file(PNG)))


def test_too_much_is_refused_in_words(desk: factories.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [
        send(desk.researcher, file=file(b"a " * (encoding.MAX_BYTES // 2 + 1))),
        send(desk.researcher, pasted="ä " * (encoding.MAX_BYTES // 3 + 1)),
    ]

    for answer in answers:
        assert answer.status_code == 422
        assert "This is more than 20 MB" in text(answer)[:20_000] + text(answer)[-20_000:]
    assert not Capture.objects.exists()


def test_more_than_any_form_holds_is_a_bad_request_in_words(desk: factories.Desk, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = send(desk.researcher, pasted=WORDS * 10)

    assert answer.status_code == 400
    assert "What was sent could not be read" in text(answer)


def test_a_text_that_is_too_long_is_refused(desk: factories.Desk) -> None:
    answer = send(desk.researcher, pasted="word " * 300_000)

    assert answer.status_code == 422
    assert "Its text is too long for an article." in text(answer)


def test_a_busy_database_keeps_the_form(desk: factories.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(**_values: Any) -> None:
        raise Busy("The database is busy.")

    monkeypatch.setattr(intake, "receive", busy)
    answer = send(desk.researcher, pasted=WORDS)

    assert answer.status_code == 503
    assert "The database is busy." in text(answer)
    assert "The city council" in text(answer)


# Who may


def test_an_auditor_takes_nothing_in(desk: factories.Desk) -> None:
    assert as_user(desk.auditor).get(NEW).status_code == 403
    answer = send(desk.auditor, pasted=WORDS)

    assert answer.status_code == 403
    assert "Auditors read everything and change nothing." in text(answer)
    assert not Capture.objects.exists()


def test_outsiders_find_nothing() -> None:
    assert send(factories.make_user(), pasted=WORDS).status_code == 404
    answer = Client().post(NEW, {"pasted": WORDS})
    assert answer.status_code == 401
    assert "The city council" in text(answer)


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.EDITOR, Role.CHIEF])
def test_whoever_works_here_may(role: Role) -> None:
    assert send(factories.make_user(role), pasted=WORDS).status_code == 302


def test_it_speaks_german(desk: factories.Desk) -> None:
    answer = send(desk.researcher, "de", file=file(PNG))

    assert "Das ist ein Bild, ein Ton oder ein Film" in text(answer)


def test_the_form_costs_the_same_with_two_and_with_sixty_outlets(desk: factories.Desk) -> None:
    client = as_user(desk.researcher)
    counts = []
    for number in (2, 60):
        for at in range(Outlet.objects.count(), number):
            factories.make_outlet(desk.researcher, f"Outlet {at}")
        client.get(NEW)
        with CaptureQueriesContext(connection) as caught:
            assert f">Outlet {number - 1}</option>" in text(client.get(NEW))
        counts.append(len(caught))

    assert counts[0] == counts[1]
