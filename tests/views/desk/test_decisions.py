"""Going through what an outlet altered, one by one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.errors import Busy
from claims.models import Anchor, ArticleVersion, Claim
from claims.services import intake, quoting, research
from tests import factories
from tests.views.desk.forms import opened, read_form
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

FIRST = (
    "Rents rose by 12 per cent. The mayor called the figure wrong. The register comes in June.\n"
    "The union wants a cap on rents. A cap on rents is the wrong way, says the mayor."
)
SECOND = (
    "Rents rose by 21 per cent. The register comes in June.\n"
    "The union wants a cap on rents. A cap on rents is the wrong way, says the mayor. A cap on rents it is."
)
WORDS = ("Rents rose by 12 per cent", "The mayor called the figure wrong", "The register comes in June")


@pytest.fixture
def client(desk: factories.Desk) -> Client:
    return as_user(desk.researcher)


def altered(desk: factories.Desk, words: tuple[str, ...] = WORDS) -> tuple[ArticleVersion, list[Claim]]:
    """A second version in which the first claim's words changed, the second one's are gone, the third one's stand."""
    first = factories.make_article(desk.researcher, text=FIRST)
    claims = [
        factories.inbox_claim(
            desk, version=first, passages=[factories.passage(first, each)], statements={"en": f"On: {each}"}
        )
        for each in words
    ]
    return factories.make_version(desk.researcher, first.article, SECOND), claims


def address(version: ArticleVersion, at: Any = None) -> str:
    where = f"{reverse('desk:changes', args=[version.article_id])}?version={version.number}"
    return where if at is None else f"{where}&at={at}"


def newest(claim: Claim) -> Anchor:
    return claim.quotations.get().anchors.last()


def say(client: Client, version: ArticleVersion, claim: Claim, decision: str, **values: Any) -> Any:
    """What the page of this claim's quotation sends when one of its buttons is pressed."""
    typed = {"anchor": newest(claim).pk, "decision": decision, "words": "", **values}
    return client.post(address(version), typed)


# Walking


def test_whatever_is_altered_comes_one_by_one(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)
    assert [newest(claim).state for claim in claims[:2]] == ["changed", "lost"]

    first_page, second_page = page(desk.researcher, address(second)), page(desk.researcher, address(second, 2))

    assert "1 of 2" in first_page
    assert "On: Rents rose" in first_page
    assert "<mark>Rents rose by 12 per cent</mark>" in first_page
    assert "<mark>Rents rose by 21 per cent</mark>" in first_page
    assert "<del>12 </del><ins>21 </ins>" in first_page
    assert f'href="{address(second, 2)}" rel="next" data-key="j"'.replace("&", "&amp;") in first_page
    assert "2 of 2" in second_page
    assert "Nothing like it was found in this version." in second_page
    assert f'href="{address(second, 1)}" rel="prev" data-key="k"'.replace("&", "&amp;") in second_page
    assert f'href="{address(second, "end")}" rel="next" data-key="j"'.replace("&", "&amp;") in second_page


def test_what_is_gone_is_shown_with_what_stands_there_now(desk: factories.Desk) -> None:
    second, _claims = altered(desk)

    shown = page(desk.researcher, address(second, 2))

    assert "Where it stood, this is what stands there now:" in shown
    assert "Rents rose by 21 per cent. The register comes in June." in shown


def test_the_ways_lead_on(desk: factories.Desk) -> None:
    second, claims = altered(desk)

    shown = page(desk.researcher, address(second))

    for name, arguments in (("split", []), ("quotation", [claims[0].quotations.get().pk]), ("text", ["en"])):
        assert reverse(f"desk:{name}", args=[claims[0].pk, *arguments]) in shown


def test_the_article_and_the_desks_first_page_lead_there(desk: factories.Desk) -> None:
    second, claims = altered(desk)
    factories.edit(claims[1], desk.editor, {"assignee": desk.researcher})
    where = reverse("desk:changes", args=[second.article_id])

    assert where in page(desk.researcher, reverse("desk:article", args=[second.article_id]))
    assert f"{where}?claim={claims[1].pk}" in page(desk.researcher, "/desk/")
    assert f"{where}?claim={claims[1].pk}" in page(desk.researcher, claims[1].get_absolute_url())
    assert "On: The mayor" in page(desk.researcher, f"{where}?claim={claims[1].pk}")


@pytest.mark.parametrize("at", ["0", "99", "-1", "x", "²", "9" * 30])
def test_a_number_that_is_none_begins_with_the_first_that_waits(at: str, desk: factories.Desk) -> None:
    second, _claims = altered(desk)

    assert "1 of 2" in page(desk.researcher, address(second, at))


def test_where_nothing_was_altered_it_says_so(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)

    assert "Nothing here needs a decision" in page(desk.auditor, address(version))


def test_claims_that_are_not_checked_are_left_out(desk: factories.Desk) -> None:
    second, claims = altered(desk)
    research.decline(claim_id=claims[0].pk, actor=desk.editor, reason="An opinion.")

    shown = page(desk.researcher, address(second))

    assert "1 of 1" in shown
    assert "On: The mayor" in shown


# Deciding


def test_it_stands_here(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)
    found = newest(claims[0])

    answer = say(client, second, claims[0], "here")

    said = newest(claims[0])
    assert (said.state, said.start, said.end, said.confirmed_by) == ("changed", found.start, found.end, desk.researcher)
    assert answer.url == address(second, 2)


def test_it_is_gone(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)

    say(client, second, claims[0], "gone")

    assert (newest(claims[0]).state, newest(claims[0]).confirmed_by) == ("lost", desk.researcher)


def test_it_stands_elsewhere(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)

    say(client, second, claims[1], "elsewhere", words="is the wrong\r\n way, says   the mayor")

    said = newest(claims[1])
    assert (said.state, said.confirmed_by) == ("changed", desk.researcher)
    assert second.text[said.start : said.end] == "is the wrong way, says the mayor"


def test_an_untouched_form_holds_the_paragraph(desk: factories.Desk, client: Client) -> None:
    second, _claims = altered(desk)

    form = opened(client, address(second, 2), "anchor")

    assert form["words"] == "Rents rose by 21 per cent. The register comes in June."


def test_words_that_stand_in_several_places_are_asked_about(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)

    answer = say(client, second, claims[1], "elsewhere", words="cap on rents")

    assert answer.status_code == 422
    shown = text(answer)
    assert "Choose which one is meant." in shown
    assert "3 places, the nearest first" in shown
    assert shown.count("<mark>cap on rents</mark>") == 3
    assert read_form(shown, "anchor")["words"] == "cap on rents"
    assert newest(claims[1]).confirmed_by is None

    last = second.text.rindex("cap on rents")
    chosen = {"words": "cap on rents", "place": f"{last}-{last + 12}"}
    assert say(client, second, claims[1], "elsewhere", **chosen).status_code == 302
    assert newest(claims[1]).start == last


# What does not do is said beside the words, which are kept.
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("The mayor called the figure wrong", "These words do not stand in this version like this."),
        ("", "Type the words where it stands now"),
        ("  ", "Type the words where it stands now"),
    ],
)
def test_words_that_do_not_do_are_kept(words: str, sentence: str, desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)

    answer = say(client, second, claims[1], "elsewhere", words=words)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert read_form(text(answer), "anchor")["words"].strip() == words.strip()
    assert newest(claims[1]).confirmed_by is None


def test_a_whole_article_is_no_quotation(desk: factories.Desk, client: Client) -> None:
    first = factories.make_article(desk.researcher, text=FIRST)
    claim = factories.inbox_claim(desk, version=first, passages=[factories.passage(first, WORDS[1])])
    long = f"{SECOND} {'And so on. ' * 600}"
    second = factories.make_version(desk.researcher, first.article, long)

    answer = say(client, second, claim, "elsewhere", words=second.text[: quoting.LONGEST + 9])

    assert answer.status_code == 422
    assert "at most 5000 characters" in text(answer)


def test_where_nothing_was_found_it_does_not_stand_here(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)

    assert 'value="here"' not in page(desk.researcher, address(second, 2))
    answer = say(client, second, claims[1], "here")
    assert (answer.status_code, newest(claims[1]).confirmed_by) == (422, None)


def test_behind_the_last_one_stands_what_was_decided(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)
    assert "2 quotations still wait" in page(desk.researcher, address(second, "end"))
    say(client, second, claims[0], "here")

    answer = say(client, second, claims[1], "gone")

    assert answer.url == address(second, "end")
    shown = text(client.get(answer.url))
    assert "Everything is decided" in shown
    assert "It stands where it was found" in shown
    assert "It is gone" in shown
    assert desk.researcher.get_full_name() in shown
    assert address(second, 1).replace("&", "&amp;") in shown
    assert "Whatever was altered has been decided." in page(
        desk.auditor, reverse("desk:article", args=[second.article_id])
    )


def test_what_was_passed_over_comes_before_the_end(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)

    assert say(client, second, claims[1], "gone").url == address(second, 1)


def test_a_decision_can_be_taken_anew(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)
    found = newest(claims[0])
    say(as_user(desk.editor), second, claims[0], "gone")

    shown = page(desk.researcher, address(second, 1))
    assert f"Decided by {desk.editor.get_full_name()}." in shown
    assert "It can be decided anew." in shown
    say(client, second, claims[0], "here")

    said = newest(claims[0])
    assert (said.state, said.start, said.confirmed_by) == ("changed", found.start, desk.researcher)
    say(client, second, claims[0], "elsewhere", words="The register comes")
    assert "Where it stands, says" in page(desk.auditor, address(second, 1))


# Two people, and a newer version


def test_what_somebody_decided_meanwhile_is_shown(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)
    typed = opened(client, address(second), "anchor") | {"decision": "elsewhere", "words": "The union wants"}
    say(as_user(desk.editor), second, claims[0], "gone")

    answer = client.post(address(second), typed)

    assert answer.status_code == 409
    shown = text(answer)
    assert f"{desk.editor.get_full_name()} decided about this quotation meanwhile." in shown
    form = read_form(shown, "anchor")
    assert (form["words"], int(form["anchor"])) == ("The union wants", newest(claims[0]).pk)
    assert newest(claims[0]).confirmed_by == desk.editor
    client.post(address(second), form | {"decision": "elsewhere"})
    assert newest(claims[0]).confirmed_by == desk.researcher


def test_a_second_click_decides_nothing_twice(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)
    for decision, words in (("here", ""), ("elsewhere", "The union wants")):
        typed = {"anchor": newest(claims[0]).pk, "decision": decision, "words": words}
        client.post(address(second), typed)
        before = newest(claims[0]).pk
        assert client.post(address(second), typed).status_code == 302
        assert newest(claims[0]).pk == before


def test_a_version_that_came_in_meanwhile_is_told(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)
    typed = opened(client, address(second), "anchor") | {"decision": "elsewhere", "words": "The union wants"}
    third = factories.make_version(desk.researcher, second.article, f"{SECOND} More.")

    answer = client.post(address(second), typed)

    assert answer.status_code == 409
    assert "looked for again since" in text(answer)
    assert "The union wants" in text(answer)
    assert "Go through version 3" in text(answer)
    assert not Anchor.objects.filter(confirmed_by__isnull=False).exists()
    assert 'name="decision"' not in page(desk.researcher, address(second, 1))
    assert "1 of 2" in page(desk.researcher, address(third))
    assert claims[0].quotations.get().anchors.count() == 2


def test_ends_that_were_moved_meanwhile_are_told(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)
    typed = opened(client, address(second), "anchor") | {"decision": "here"}
    quotation = claims[0].quotations.get()
    research.edit_quotation(claim_id=claims[0].pk, actor=desk.editor, quotation_id=quotation.pk, end=quotation.end - 5)

    answer = client.post(address(second), typed)

    assert (answer.status_code, "looked for again since" in text(answer)) == (409, True)
    assert newest(claims[0]).confirmed_by is None


def test_a_quotation_that_needs_nobody_any_more_is_told(desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)
    research.decline(claim_id=claims[0].pk, actor=desk.editor, reason="An opinion.")

    for anchor in (newest(claims[0]).pk, 99999, "x"):
        answer = client.post(address(second), {"anchor": anchor, "decision": "here"}, follow=True)
        assert "There is nothing to decide about this quotation any more." in text(answer)
    assert newest(claims[0]).confirmed_by is None


@pytest.mark.parametrize("decision", ["", "perhaps"])
def test_a_decision_that_is_none_is_refused(decision: str, desk: factories.Desk, client: Client) -> None:
    second, claims = altered(desk)

    assert say(client, second, claims[0], decision).status_code == 422


def test_a_busy_database_keeps_what_was_typed(
    desk: factories.Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(**_options: Any) -> None:
        raise Busy("The database is busy.")

    monkeypatch.setattr(intake, "place_anchor", busy)
    second, claims = altered(desk)

    answer = say(client, second, claims[0], "elsewhere", words="The union wants")

    assert (answer.status_code, "The database is busy." in text(answer)) == (503, True)
    assert read_form(text(answer), "anchor")["words"] == "The union wants"


# Who, and how much it costs


def test_an_auditor_looks_and_decides_nothing(desk: factories.Desk) -> None:
    second, claims = altered(desk)
    client = as_user(desk.auditor)

    shown = text(client.get(address(second)))

    assert "Auditors read everything and change nothing." in shown
    assert 'name="decision"' not in shown
    assert say(client, second, claims[0], "gone").status_code == 403


def test_the_page_costs_the_same_however_many_were_altered(desk: factories.Desk, client: Client) -> None:
    counts = []
    for number in (2, 9):
        first = factories.make_article(desk.researcher, text=f"{FIRST} {number}", title=f"No. {number}")
        for place in range(number):
            factories.inbox_claim(desk, version=first, passages=[quoting.Passage(first, place, 26)])
        second = factories.make_version(desk.researcher, first.article, f"{SECOND} {number}")
        client.get(address(second))
        for where in (address(second), address(second, "end")):
            with CaptureQueriesContext(connection) as caught:
                assert client.get(where).status_code == 200
            counts.append(len(caught))

    assert counts[0] == counts[2]
    assert counts[1] == counts[3]
