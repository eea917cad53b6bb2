"""The articles at the desk: the list, and each with what was marked in it and how it came in."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import ArticleVersion
from claims.services import intake, quoting
from claims.services.intake import Received
from tests import factories
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

LIST = "/desk/articles/"


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def address(version: ArticleVersion) -> str:
    return reverse("desk:article", args=[version.article_id])


@pytest.mark.parametrize("where", [LIST, "/desk/articles/1/"])
def test_whoever_is_not_logged_in_is_asked_to(where: str) -> None:
    assert Client().get(where)["Location"].startswith("/accounts/login/")


def test_outsiders_find_nothing(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    client = as_user(factories.make_user())

    assert [client.get(where).status_code for where in (LIST, address(version))] == [404, 404]


def test_an_empty_desk_says_so(desk: factories.Desk) -> None:
    assert "No articles yet" in page(desk.auditor, LIST)


def test_the_list_counts_versions_and_claims(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, outlet=factories.make_outlet(desk.researcher))
    factories.make_version(desk.researcher, version.article, f"{factories.TEXT} Corrected.")
    for words in ("Rents are the talk", "The mayor called"):
        factories.inbox_claim(desk, version=version, passages=[factories.passage(version, words)])

    shown = page(desk.auditor, LIST)

    assert address(version) in shown
    assert "The Morning Paper" in shown
    assert '<td class="queue__number" data-label="Versions">2</td>' in shown
    assert '<td class="queue__number" data-label="Claims">2</td>' in shown


def test_the_list_costs_the_same_however_long_it_is(desk: factories.Desk) -> None:
    client = as_user(desk.editor)

    def count() -> int:
        client.get(LIST)
        with CaptureQueriesContext(connection) as caught:
            client.get(LIST)
        return len(caught)

    factories.make_article(desk.researcher)
    few = count()
    for _number in range(10):
        factories.make_article(desk.researcher, outlet=factories.make_outlet(desk.researcher))

    assert count() == few


def test_the_text_is_whole_and_what_was_marked_stands_out(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    claim = factories.inbox_claim(desk, version=version, statements={"en": "Rents <b>rose</b>."})

    shown = page(desk.auditor, address(version))

    assert f">{factories.PASSAGE}</mark>" in shown
    assert claim.get_absolute_url() in shown
    assert "Rents &lt;b&gt;rose&lt;/b&gt;." in shown
    assert "stage--inbox" in shown


def test_a_script_in_an_article_stays_words(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, text="Before <script>alert(1)</script> after.", title="<b>T</b>")

    shown = page(desk.editor, address(version))

    assert "&lt;script&gt;alert(1)" in shown
    assert "<b>T</b>" not in shown


def test_captures_say_what_was_cut(desk: factories.Desk) -> None:
    received = Received(
        raw=b"raw", text="Clean.", title="As received", residue=[{"kind": "caption", "text": "A photo"}, {"text": "?"}]
    )
    version = intake.take_in(actor=desk.researcher, received=received, title="An article", language="en").version

    shown = page(desk.auditor, address(version))

    assert "As received" in shown
    assert "2 pieces were cut from the text" in shown
    assert "Caption" in shown
    assert "A photo" in shown


def test_each_version_shows_its_own_text_and_what_is_found_in_it(desk: factories.Desk) -> None:
    first = factories.make_article(desk.researcher)
    factories.inbox_claim(desk, version=first)
    factories.make_version(desk.researcher, first.article, f"New. {factories.TEXT}")

    newest, older = page(desk.editor, address(first)), page(desk.editor, f"{address(first)}?version=1")
    assert ">New.</span>" in newest
    assert f">{factories.PASSAGE}</mark>" in newest
    assert f">{factories.PASSAGE}</mark>" in older


def test_what_a_version_does_not_hold_is_listed_apart(desk: factories.Desk) -> None:
    first = factories.make_article(desk.researcher)
    factories.inbox_claim(desk, version=first)
    factories.make_version(desk.researcher, first.article, "Something else altogether.")

    assert "Claims of other versions" in page(desk.editor, address(first))
    assert "Claims of other versions" not in page(desk.editor, f"{address(first)}?version=1")


@pytest.mark.parametrize(("wanted", "status"), [("9", 404), ("x", 200), ("", 200), ("9" * 30, 404), ("²", 200)])
def test_a_version_that_is_not_there(desk: factories.Desk, wanted: str, status: int) -> None:
    version = factories.make_article(desk.researcher)

    assert as_user(desk.editor).get(address(version), {"version": wanted}).status_code == status


def test_an_article_that_is_not_there_is_not_found(desk: factories.Desk) -> None:
    assert as_user(desk.editor).get("/desk/articles/999999/").status_code == 404


def test_an_article_costs_the_same_however_many_claims_it_has(desk: factories.Desk) -> None:
    client = as_user(desk.editor)
    counts = []
    for number in (2, 12):
        version = factories.make_article(desk.researcher, text=f"{factories.TEXT} {number}")
        for place in range(number):
            passages = [quoting.Passage(version, 9 * place, 9 * place + 7)]
            factories.inbox_claim(desk, version=version, passages=passages)
        client.get(address(version))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address(version)).status_code == 200
        counts.append(len(caught))

    assert counts[0] == counts[1]


def test_the_older_page_is_reachable(desk: factories.Desk) -> None:
    for number in range(52):
        factories.make_article(desk.researcher, text=f"Text {number}.", title=f"Article no. {number}.")
    client = as_user(desk.editor)

    first = client.get(LIST)

    assert "Article no. 0." not in text(first)
    assert "Article no. 0." in text(client.get(LIST + first.context["page"].older))
