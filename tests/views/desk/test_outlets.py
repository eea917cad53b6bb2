"""The desk's pages of outlets. What they share with speakers is tested there."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from claims import filters
from claims.models import Article, Outlet
from claims.services import intake, records
from tests import factories
from tests.views.desk.forms import opened, read_form
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

LIST = "/desk/outlets/"


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def make(desk: factories.Desk, name: str, **values: Any) -> Outlet:
    return factories.make_outlet(desk.researcher, name, **values)


def merge(closing: Outlet, staying: Outlet, desk: factories.Desk) -> None:
    records.merge_outlets(actor=desk.editor, outlet_id=closing.pk, into_id=staying.pk)


def at(outlet: Outlet, of: str = "") -> str:
    return reverse(f"desk:{of}_outlet" if of else "desk:outlet", args=[outlet.pk])


def fresh(outlet: Outlet) -> Outlet:
    return Outlet.objects.get(pk=outlet.pk)


def test_the_list_finds_by_name_site_and_old_names(desk: factories.Desk) -> None:
    paper = make(desk, "The Morning Paper", url="https://morning.example.org/")
    make(desk, "Evening Post")
    merge(make(desk, "Morgenblatt"), paper, desk)
    client = as_user(desk.auditor)

    def found(query: str) -> list[str]:
        return [row.record.name for row in client.get(LIST + query).context["rows"]]

    assert found("") == ["Evening Post", "The Morning Paper"]
    assert found("?q=morning.example") == found("?q=morgenblatt") == ["The Morning Paper"]
    assert found("?incomplete=on") == ["Evening Post"]


def test_incomplete_means_the_same_as_a_rule_and_as_a_query(desk: factories.Desk) -> None:
    complete, other = make(desk, "A", url="https://a.example.org/"), make(desk, "B")

    assert (filters.lacking(complete), filters.lacking(other)) == ([], ["url"])
    assert list(Outlet.objects.filter(filters.incomplete(Outlet))) == [other]


def test_the_page_shows_the_articles_of_what_was_merged_too(desk: factories.Desk) -> None:
    paper, old = make(desk, "The Morning Paper"), make(desk, "Morgenblatt")
    factories.make_article(desk.researcher, outlet=paper, title="Rents rise")
    factories.make_article(desk.researcher, "Another text.", outlet=old, title="Rents fall")
    merge(old, paper, desk)

    answer = as_user(desk.auditor).get(at(paper))

    assert [article.title for article in answer.context["articles"]] == ["Rents fall", "Rents rise"]
    assert reverse("desk:speaker", args=[paper.speaker_id]) in text(answer)


def test_an_outlet_is_made_with_its_voice_and_completed(desk: factories.Desk) -> None:
    client = as_user(desk.researcher)
    client.post(f"{LIST}new/", opened(client, f"{LIST}new/") | {"name": "The Paper", "url": "paper.example.org"})
    outlet = Outlet.objects.get()
    assert (outlet.speaker.name, outlet.url) == ("The Paper", "https://paper.example.org")

    client.post(at(outlet, "edit"), opened(client, at(outlet, "edit")) | {"url": "https://paper.example.org/en/"})
    assert fresh(outlet).url == "https://paper.example.org/en/"


def test_a_merge_is_shown_made_and_taken_back_with_the_voice(desk: factories.Desk) -> None:
    closing, staying = make(desk, "The Paper"), make(desk, "Paper")
    factories.make_article(desk.researcher, outlet=closing)
    client = as_user(desk.editor)
    shown = text(client.get(at(closing, "merge"), {"into": staying.pk}))
    assert "“Paper” takes over 1 article." in shown
    assert "Its own voice goes along." in shown

    client.post(at(closing, "merge"), read_form(shown))
    assert fresh(closing).merged_into == staying
    assert fresh(closing).speaker.merged_into == staying.speaker
    voice = reverse("desk:speaker", args=[closing.speaker_id])
    assert "It went along with its outlet." in page(desk.editor, voice)
    assert "It went along with its outlet." in page(desk.editor, reverse("desk:speaker", args=[staying.speaker_id]))
    assert "Take the merge back" not in page(desk.editor, voice)

    client.post(at(closing, "part"), opened(client, at(closing)))
    assert fresh(closing).merged_into is None
    assert fresh(closing).speaker.merged_into is None


# Where else outlets are named


def test_an_article_is_taken_in_for_what_stands(desk: factories.Desk) -> None:
    old, paper = make(desk, "Morgenblatt"), make(desk, "The Morning Paper")
    merge(old, paper, desk)
    client = as_user(desk.researcher)
    where = reverse("desk:take_in")
    offered = client.get(where).context["form"].fields["outlet"].queryset
    assert list(offered) == [paper]

    client.post(where, {"pasted": "One text of a morning.", "new_outlet": "MORGENBLATT"})
    client.post(where, {"pasted": "Quite another text, taken in later.", "outlet": str(old.pk)})

    assert {article.outlet for article in Article.objects.all()} == {paper}
    assert Outlet.objects.count() == 2


def test_a_copy_from_what_was_merged_is_no_reprint(desk: factories.Desk) -> None:
    old, paper = make(desk, "Morgenblatt"), make(desk, "The Morning Paper")
    text = " ".join(
        f"On day {number} the rents of street {number * 7} rose by {number} per cent." for number in range(60)
    )
    first = intake.receive(actor=desk.researcher, raw=text.encode(), outlet=old)
    merge(old, paper, desk)

    again = intake.receive(actor=desk.researcher, raw=f"{text} And so on.".encode(), outlet=paper)

    assert again.version.article == first.version.article
    assert again.outcome is intake.Outcome.VERSION


def test_lists_and_citations_name_what_stands(desk: factories.Desk) -> None:
    old, paper = make(desk, "Morgenblatt"), make(desk, "The Morning Paper")
    version = factories.make_article(desk.researcher, outlet=old)
    claim = factories.inbox_claim(desk, version=version)
    merge(old, paper, desk)

    for address in ("/desk/articles/", f"/desk/articles/{version.article_id}/", claim.get_absolute_url()):
        shown = page(desk.auditor, address)
        assert "The Morning Paper" in shown, address
        assert "Morgenblatt" not in shown, address
