"""The second read in a real browser: words that are marked get a comment or another wording; on both databases."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys

from claims.models import Claim, Review, Suggestion
from claims.services import review
from claims.vocabulary import Role, Status
from tests import factories
from tests.browser.person import PASSWORD, Person

MARK = """
const [selector, words] = arguments;
const walker = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
const nodes = [];
for (let node = walker.nextNode(); node; node = walker.nextNode()) nodes.push(node);
const first = nodes.find((node) => node.data.includes(words[0]));
const last = nodes.findLast((node) => node.data.includes(words[1]));
first.parentElement.scrollIntoView({ block: "center" });
const start = first.data.indexOf(words[0]);
getSelection().setBaseAndExtent(first, start, last, last.data.indexOf(words[1]) + words[1].length);
"""


@pytest.fixture
def desk(transactional_db: None) -> factories.Desk:
    return factories.Desk(
        researcher=factories.make_user(Role.RESEARCHER, "researcher", password=PASSWORD),
        editor=factories.make_user(Role.EDITOR, "editor", password=PASSWORD),
        second_editor=factories.make_user(Role.EDITOR, "editor2", password=PASSWORD),
        chief=factories.make_user(Role.CHIEF),
        auditor=factories.make_user(Role.AUDITOR),
    )


@pytest.fixture
def claim(desk: factories.Desk) -> Claim:
    return factories.review_claim(desk)


def page(claim: Claim) -> str:
    return f"/desk/claims/{claim.pk}/read/"


def mark(person: Person, selector: str, first: str, last: str = "") -> None:
    """Marks from the first words to the last, as with a mouse."""
    person.find(selector)
    person.browser.execute_script(MARK, selector, [first, last or first])


def do(person: Person, action: str) -> None:
    """One of the buttons that stand by marked words."""
    button = person.find(f".pick [data-do={action}]")
    person.until(lambda: button.is_displayed() or None, f"no button to {action}")
    button.click()


def value(person: Person, name: str) -> str:
    return str(person.find(f'[name="{name}"]').get_property("value"))


def test_a_marked_passage_gets_a_comment_that_is_painted_there(person: Person, claim: Claim) -> None:
    person.log_in("editor")
    person.go(page(claim))
    mark(person, ".verdict__why .prose", "The register", "says 9")
    do(person, "comment")

    assert value(person, "path") == "verdict.texts.en.rationale"
    assert value(person, "passage") == "The register  says 9"
    person.find("#new-comment [name=comment]").send_keys("In which year?")
    person.press("Comment")

    assert person.sees("Your comment stands on the claim.")
    assert Review.objects.get().passage == "The register [@R1] says 9"
    assert person.text(".note__passage") == "The register says 9"
    painted = "return [...CSS.highlights.get('remark')].map((range) => range.toString())"
    assert person.browser.execute_script(painted) == ["The register [1] says 9"]

    person.press("Resolve")
    assert person.misses("These words no longer stand there.")
    assert not Review.objects.get().is_open


def test_marked_words_get_another_wording_that_an_author_takes_with_one_button(person: Person, claim: Claim) -> None:
    person.log_in("editor")
    person.go(page(claim))
    mark(person, ".verdict__standfirst", "9 per cent")
    with person.another_page():
        do(person, "suggest")

    assert value(person, "proposed") == "The register says 9 per cent."
    chosen = "const f = document.activeElement; return f.value.slice(f.selectionStart, f.selectionEnd)"
    assert person.browser.execute_script(chosen) == "9 per cent"
    person.find("[name=proposed]").send_keys("nine per cent")  # over what is marked
    person.press("Suggest")
    assert person.sees("Suggested.")
    assert Suggestion.objects.get().proposed == "The register says nine per cent."

    person.log_in("researcher")
    person.go(page(claim))
    person.press("Take")
    assert person.sees("Taken: the wording is changed.")
    assert claim.verdict.texts.get(language="en").summary == "The register says nine per cent."


def test_the_bars_own_button_follows_what_is_marked(person: Person, claim: Claim) -> None:
    person.log_in("editor")
    person.go(page(claim))
    mark(person, ".verdict__finding h1", "Rents rose")
    person.until(lambda: "headline" in (person.find("[data-suggest]").get_attribute("href") or "") or None, "no path")
    person.follow("Suggest")

    assert value(person, "proposed") == "Rents rose, but by less"


def test_words_of_evidence_get_a_comment_and_no_other_wording(person: Person, claim: Claim) -> None:
    person.log_in("editor")
    person.go(page(claim))
    mark(person, "#excerpt-R1 blockquote", "9 per cent")

    person.until(lambda: person.find(".pick").is_displayed() or None, "no bar")
    assert not person.find(".pick [data-do=suggest]").is_displayed()
    do(person, "comment")
    assert (value(person, "path"), value(person, "passage")) == ("evidence.R1", "9 per cent")


def test_words_across_two_texts_are_no_passage(person: Person, claim: Claim) -> None:
    person.log_in("editor")
    person.go(page(claim))
    mark(person, ".reading__page", "Rents rose", "register says")

    assert person.find("#new-comment").is_displayed()
    assert not person.browser.execute_script("return document.querySelector('.pick').checkVisibility()")


def test_ticks_are_counted_and_outlive_a_reload(person: Person, claim: Claim) -> None:
    person.log_in("editor")
    person.go(page(claim))
    assert person.text(".actionbar__count") == "0 of 2 excerpts read"
    person.choose("ticked", "R1")
    assert person.text(".actionbar__count") == "1 of 2 excerpts read"

    person.go(page(claim))
    assert person.find("#ticked-R1").is_selected()
    assert not person.find("#ticked-B1").is_selected()
    assert person.text(".actionbar__count") == "1 of 2 excerpts read"


def test_j_walks_on_after_a_tick(person: Person, desk: factories.Desk, claim: Claim) -> None:
    following = factories.review_claim(desk)
    person.log_in("editor")
    person.go(page(claim))
    person.choose("ticked", "R1")
    with person.another_page():
        person.find("#ticked-R1").send_keys("j")

    assert person.browser.current_url.endswith(page(following))


def test_a_typo_after_the_approval_is_read_by_its_difference(person: Person, desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    factories.edit(claim, desk.researcher, {"verdict.texts.en.summary": "The register says nine per cent."})
    person.log_in("editor2")
    person.go(page(claim))

    assert person.all(".reading__left ins") == ["nine"]
    assert person.misses("Rents rose, but by less")
    person.press("Approve")
    assert person.sees("Approved. The claim can be published.")
    assert factories.fresh(claim).status == Status.APPROVED


def test_it_works_on_a_phone(person: Person, desk: factories.Desk, claim: Claim) -> None:
    """One column, nothing beside it, targets for fingers, and the bar covers no last word."""
    review.comment(claim_id=claim.pk, actor=desk.researcher, text="Is it?", path="evidence.R1")
    person.browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    )
    person.log_in("editor")
    person.go(page(claim))
    small = """
      const targets = document.querySelectorAll(
        ".reading :is(button, summary), .actionbar :is(a.button, button), .walk a, .ways a, .check-item__tick label");
      return [...targets].filter((e) => e.checkVisibility()).map((e) => [e.innerText, e.getBoundingClientRect().height])
        .filter(([, height]) => height < 43.5)"""

    assert person.browser.execute_script("return document.documentElement.scrollWidth") == 390
    assert person.browser.execute_script(small) == []
    covered = """
      scrollTo(0, document.body.scrollHeight);
      const note = document.querySelector("#approve").getBoundingClientRect();
      return note.bottom <= document.querySelector(".actionbar").getBoundingClientRect().top"""
    assert person.browser.execute_script(covered)


def test_escape_lets_go_of_what_was_marked(person: Person, claim: Claim) -> None:
    person.log_in("editor")
    person.go(page(claim))
    mark(person, ".verdict__standfirst", "9 per cent")
    person.until(lambda: person.find(".pick").is_displayed() or None, "no bar")
    person.find("body").send_keys(Keys.ESCAPE)

    person.until(lambda: not person.find(".pick").is_displayed() or None, "the bar stays")
