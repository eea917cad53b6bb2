"""Marking claims in an article with a real browser: by mouse, by keys alone, by touch, without scripts, by two people
at once.
"""

from __future__ import annotations

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from claims.models import Article, ArticleVersion, Claim, SentenceSetAside
from claims.services import research, verification
from claims.vocabulary import Action, Role, Status
from factcheck.environment import BASE_DIR
from tests import factories
from tests.browser.hands import Hands, Keyboard, Mouse, NoScripts, Touch
from tests.browser.person import PASSWORD, Person

STORY = BASE_DIR / "fixtures" / "story" / "captures"

TENCENT = (
    "Am 18. März stellte Tencent neue KI-Tools vor, die in der Lage sind, in weniger als 30 Sekunden aus Text und "
    "Bildern 3D-Grafiken zu generieren."
)
TOOLS = "Am 18. März stellte Tencent neue KI-Tools vor"
ABLE = f"{TOOLS}, die in der Lage sind"
ALIBABA = (
    "Zuvor hatte es bereits eine Reihe bedeutender chinesischer KI-Entwicklungen gegeben: So veröffentlichte Alibaba "
    "Ende Januar Qwen 2.5."
)
QWEN = "So veröffentlichte Alibaba Ende Januar Qwen 2.5."
BAIDU = (
    "Baidu behauptet, dass diese Modelle Fortschritte bei den multimodalen Fähigkeiten, einschließlich der Video-, "
    "Bild- und Audioverarbeitung, mit sich bringen."
)


@pytest.fixture
def desk(transactional_db: None) -> factories.Desk:
    return factories.Desk(
        researcher=factories.make_user(Role.RESEARCHER, "researcher", password=PASSWORD),
        editor=factories.make_user(Role.EDITOR, "editor", password=PASSWORD),
        second_editor=factories.make_user(Role.EDITOR),
        chief=factories.make_user(Role.CHIEF),
        auditor=factories.make_user(Role.AUDITOR),
    )


@pytest.fixture
def version(desk: factories.Desk) -> ArticleVersion:
    return factories.make_article(desk.researcher)


def open_article(person: Person, version: ArticleVersion, username: str = "researcher") -> None:
    person.log_in(username)
    person.go(f"/desk/articles/{version.article_id}/")
    person.find("[data-ready]")


def paste_three_copies(person: Person) -> str:
    """The story as it came in, three times; the address of the one article that it is."""
    for number in (1, 2, 3):
        person.go("/desk/articles/")
        person.follow("Take in an article")
        copy = (STORY / f"{number}.txt").read_text("utf-8")
        person.browser.execute_script("arguments[0].value = arguments[1]", person.find('[name="pasted"]'), copy)
        person.press("Take in")
        if number == 1:
            person.press("Confirm the text")
    version = ArticleVersion.objects.get()
    assert (Article.objects.count(), version.captures.count()) == (1, 3)
    return f"/desk/articles/{version.article_id}/"


@pytest.mark.parametrize("way", [Mouse, Keyboard, Touch, NoScripts])
def test_the_story_goes_from_three_copies_to_its_claims(person: Person, desk: factories.Desk, way: type[Hands]) -> None:
    """An end is moved, a claim split, two are linked, a suggestion is set aside and brought back."""
    person.log_in("researcher")
    hands = way(person, paste_three_copies(person))
    hands.prepare()
    hands.read()

    tools = hands.mark(TENCENT, TOOLS, "Tencent hat am 18. März 2025 KI-Werkzeuge vorgestellt.")
    assert tools.quotations.get().exact == TOOLS
    hands.read()
    qwen = hands.mark(ALIBABA, QWEN, "Alibaba hat Qwen 2.5 Ende Januar 2025 veröffentlicht.")
    hands.read()
    again = hands.mark(ALIBABA, QWEN, "Qwen 2.5 kam Ende Januar 2025 heraus.")
    assert again.quotations.get().exact == qwen.quotations.get().exact == QWEN

    hands.read()
    hands.move_end(tools, TOOLS, ABLE)
    assert tools.quotations.get().exact == ABLE

    hands.read()
    hands.set_aside(BAIDU)
    assert SentenceSetAside.objects.get().by == desk.researcher
    hands.bring_back(BAIDU)
    assert not SentenceSetAside.objects.exists()

    hands.split(tools, "Tencents Werkzeuge erzeugen 3D-Grafiken.")
    second = Claim.objects.get(texts__statement="Tencents Werkzeuge erzeugen 3D-Grafiken.")
    assert second.quotations.get().exact == ABLE

    hands.read()
    hands.link(again, qwen)
    again.refresh_from_db()
    assert (again.status, again.duplicate_of) == (Status.DECLINED, qwen)
    assert qwen.ledger.latest("sequence").action == Action.LINK
    assert list(verification.verify()) == []


# Two people at once


def test_somebody_else_marks_a_claim_while_one_types_and_nothing_is_lost(
    person: Person, another_person: Person, version: ArticleVersion
) -> None:
    """The claim comes into text and list; the form, its words, the focus and the scroll position stay."""
    text = "The tenants' union said on Tuesday that rents in the city rose by 12 per cent in 2024."
    open_article(person, version)
    mine = Keyboard(person, "")
    mine.walk("j", text)
    mine.press(Keys.ENTER)
    field = person.find("#mark-slot [name=statement]")
    person.until(lambda: field == person.browser.switch_to.active_element or None, "the form took no focus")
    mine.press_with(Keys.CONTROL, "a")
    mine.press("Rents rose by 12 per cent in 2024, says")
    top = person.browser.execute_script("return document.querySelector('#reader-text').getBoundingClientRect().top")

    open_article(another_person, version, "editor")
    theirs = Mouse(another_person, "")
    marked = theirs.mark(text, "rents in the city rose by 12 per cent", "Rents rose by 12 per cent.")
    assert marked.ledger.get().actor.username == "editor"

    person.find(f"#claim-{marked.pk}")
    person.find(f"#reader-text mark[data-claims='{marked.pk}']")
    assert person.until(lambda: "Somebody marked a claim" in mine.announced() or None, "nobody said it")
    mine.press(" the union.")
    assert field.get_attribute("value") == "Rents rose by 12 per cent in 2024, says the union."
    assert mine.drawn("picked") == text
    now = person.browser.execute_script("return document.querySelector('#reader-text').getBoundingClientRect().top")
    assert round(now) == round(top)

    mine.press_with(Keys.CONTROL, Keys.ENTER)
    person.until(lambda: mine.claims() == 2 or None, "no claim came into the list")
    assert Claim.objects.filter(texts__statement="Rents rose by 12 per cent in 2024, says the union.").exists()


def test_two_people_mark_the_same_words_and_both_claims_stand_with_a_way_to_link_them(
    person: Person, another_person: Person, version: ArticleVersion
) -> None:
    words = "rents in the city rose by 12 per cent"
    open_article(person, version)
    open_article(another_person, version, "editor")
    first, second = Mouse(person, ""), Mouse(another_person, "")

    one = first.mark("", words, "Rents rose by 12 per cent.")
    another_person.find(f"#claim-{one.pk}")
    other = second.mark("", words, "Rents in the city rose by 12 per cent.")

    assert another_person.find(f"#mark-slot a[href*='/claims/{other.pk}/link/']").is_displayed()
    assert Claim.objects.filter(status=Status.INBOX).count() == 2


# Nothing typed is lost


def open_form(person: Person, version: ArticleVersion) -> Mouse:
    """The side form over some words, with a statement typed into it."""
    open_article(person, version)
    hands = Mouse(person, "")
    first_x, first_y, last_x, last_y = hands.ends(factories.PASSAGE)
    hands.drag((first_x, first_y), (last_x, last_y))
    hands.click(person.find(".pickbar [data-do=mark]"))
    field = person.find("#mark-slot [name=statement]")
    person.until(lambda: field == person.browser.switch_to.active_element or None, "the form took no focus")
    field.send_keys(Keys.CONTROL, "a", Keys.NULL, "What I typed")
    return hands


def typed(person: Person) -> str:
    return person.find("#mark-slot [name=statement]").get_attribute("value") or ""


def test_a_refused_form_says_why_and_keeps_what_was_typed(person: Person, version: ArticleVersion) -> None:
    hands = open_form(person, version)
    nonsense = "for (const box of document.querySelectorAll('[name=kinds]')) box.value = 'nonsense'"
    person.browser.execute_script(nonsense)
    boxes = person.browser.find_elements(By.CSS_SELECTOR, "#mark-slot [name=kinds]")
    hands.click(next(box for box in boxes if not box.is_selected()))

    hands.click(person.find("#mark-slot [type=submit]"))

    person.find("#mark-slot [role=alert], #mark-slot [aria-invalid=true]")
    assert typed(person) == "What I typed"
    assert not Claim.objects.exists()


def test_without_an_answer_the_form_says_so_and_can_be_sent_again(person: Person, version: ArticleVersion) -> None:
    hands = open_form(person, version)
    person.browser.execute_cdp_cmd("Network.enable", {})
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    person.browser.execute_cdp_cmd("Network.emulateNetworkConditions", offline)

    hands.click(person.find("#mark-slot [type=submit]"))
    assert person.sees("The desk does not answer.")
    assert typed(person) == "What I typed"

    online = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    person.browser.execute_cdp_cmd("Network.emulateNetworkConditions", online)
    hands.click(person.find("#mark-slot [type=submit]"))
    person.until(lambda: hands.claims() == 1 or None, "no claim came into the list")
    assert Claim.objects.get().texts.get().statement == "What I typed"


def test_moving_on_asks_before_typed_words_go(person: Person, version: ArticleVersion) -> None:
    hands = open_form(person, version)
    keys = Keyboard(person, "")

    keys.press(Keys.ESCAPE)
    hands.click(person.find(".asking button[value=keep]"))
    assert typed(person) == "What I typed"

    keys.press(Keys.ESCAPE)
    hands.click(person.find(".asking button[value=discard]"))
    person.until(
        lambda: not person.browser.find_elements(By.CSS_SELECTOR, "#mark-slot form") or None, "it is still there"
    )
    assert keys.drawn("picked") == ""


def test_other_words_can_be_given_to_the_form_that_is_open(person: Person, version: ArticleVersion) -> None:
    hands = open_form(person, version)
    other = "The mayor called the figure"
    first_x, first_y, last_x, last_y = hands.ends(other)
    hands.drag((first_x, first_y), (last_x, last_y))
    hands.click(person.find(".pickbar [data-do=use]"))
    hands.click(person.find("#mark-slot [type=submit]"))

    person.until(lambda: hands.claims() == 1 or None, "no claim came into the list")
    claim = Claim.objects.get()
    assert (claim.quotations.get().exact, claim.texts.get().statement) == (other, "What I typed")


# Selections that cannot be claims, keys, the list


def test_the_whole_article_is_refused_in_a_sentence(person: Person, desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, " ".join(f"Rents rose by {n} per cent." for n in range(400)))
    open_article(person, version)
    hands = Mouse(person, "")
    person.browser.execute_script("getSelection().selectAllChildren(document.querySelector('#reader-text'))")
    ActionChains(person.browser).key_down(Keys.SHIFT).key_up(Keys.SHIFT).perform()
    hands.until_drawn("picked", version.text)

    hands.click(person.find(".pickbar [data-do=mark]"))

    assert person.sees("A quotation has at most 5000 characters.")


def test_letters_are_words_while_somebody_types(person: Person, version: ArticleVersion) -> None:
    hands = open_form(person, version)
    Keyboard(person, "").press(" jkxusec?")

    assert typed(person) == "What I typed jkxusec?"
    assert hands.drawn("current") == ""
    assert not person.browser.find_elements(By.CSS_SELECTOR, "dialog[open]")


def test_the_sheet_of_keys_opens_and_turns_letters_off(person: Person, version: ArticleVersion) -> None:
    open_article(person, version)
    keys = Keyboard(person, "")
    keys.press("?")
    assert person.sees("through every sentence")

    person.find("#reader-keys-on").click()
    keys.press(Keys.ESCAPE)
    keys.press("j")
    keys.press("?")

    assert person.sees("through every sentence")
    assert keys.drawn("current") == ""


def test_the_list_is_filtered_by_stage_without_another_page(
    person: Person, desk: factories.Desk, version: ArticleVersion
) -> None:
    """Counts stay, the address can be shared, and what the server left out is there when it is asked for."""
    inbox = factories.inbox_claim(desk, version=version)
    research = factories.research_claim(desk, version=version)
    open_article(person, version)

    person.find(".chip[data-stage=research]").click()
    shown = "return [...document.querySelectorAll('#claim-list [data-claim]:not([hidden])')].map((e) => e.id)"
    assert person.browser.execute_script(shown) == [f"claim-{research.pk}"]
    assert person.find(".chip[data-stage=inbox]").text.split() == ["Inbox", "1"]
    assert "stage=research" in person.browser.current_url

    person.browser.refresh()
    person.find("[data-ready]")
    person.find(".chip[data-stage='']").click()
    both = [f"claim-{inbox.pk}", f"claim-{research.pk}"]
    person.until(lambda: person.browser.execute_script(shown) == both or None, "the list is not whole")


def test_a_passage_of_several_claims_shows_them_all(
    person: Person, desk: factories.Desk, version: ArticleVersion
) -> None:
    words = ["rents in the city rose", "in the city rose by 12 per cent", "city"]
    claims = [
        factories.inbox_claim(desk, version=version, passages=[factories.passage(version, each)]) for each in words
    ]
    open_article(person, version)
    hands = Mouse(person, "")
    x, y, *_last = hands.ends("city")

    chain = ActionChains(person.browser)
    chain.w3c_actions.pointer_action.move_to_location(round(x) + 8, round(y))
    chain.w3c_actions.pointer_action.click()
    chain.perform()

    person.find(".card [data-claim]")
    shown = person.browser.execute_script(
        "return [...document.querySelectorAll('.card [data-claim]')].map((e) => Number(e.dataset.claim))"
    )
    assert sorted(shown) == sorted(claim.pk for claim in claims)


def test_two_people_move_the_same_end_and_the_second_is_told(
    person: Person, desk: factories.Desk, version: ArticleVersion
) -> None:
    claim = factories.inbox_claim(desk, version=version)
    open_article(person, version)
    keys = Keyboard(person, "")
    keys.walk("c", factories.PASSAGE)
    keys.press("e")
    keys.until_drawn("picked", factories.PASSAGE)
    quotation = claim.quotations.get()
    research.edit_quotation(
        claim_id=claim.pk, actor=desk.editor, quotation_id=quotation.pk, end=quotation.end - len(" in 2024")
    )

    keys.press(Keys.TAB)
    keys.press_with(Keys.CONTROL, Keys.ARROW_LEFT)
    keys.press(Keys.ENTER)

    assert person.sees("Somebody else moved this end meanwhile.")
    assert claim.quotations.get().exact == "rents in the city rose by 12 per cent"
    assert keys.drawn("picked") == "rents in the city rose by 12 per cent in"


def test_a_browser_without_highlights_draws_boxes(person: Person, version: ArticleVersion) -> None:
    source = {"source": "delete window.Highlight"}
    person.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", source)
    open_article(person, version)
    keys = Keyboard(person, "")

    keys.press("J")
    keys.press("s")

    box = person.find(".painted--picked").rect
    place = "const r = document.querySelector('#reader-text .piece').getBoundingClientRect(); return [r.x, r.width]"
    x, width = person.browser.execute_script(place)
    assert (round(box["x"]), round(box["width"])) == (round(x), round(width))
    keys.press(Keys.ESCAPE)
    person.until(lambda: not person.browser.find_elements(By.CSS_SELECTOR, ".painted--picked") or None, "it stays")


def test_what_comes_in_while_one_writes_moves_nothing_under_the_hands(
    person: Person, desk: factories.Desk, version: ArticleVersion
) -> None:
    """Neither the page nor the place beside the text is scrolled, nor is a form closed."""
    for words in ("talk of the town", "The mayor", "plainly wrong", "The city's own register"):
        factories.inbox_claim(desk, version=version, passages=[factories.passage(version, words)])
    open_form(person, version)
    scrolled = "return [scrollY, document.querySelector('.reader__aside').scrollTop]"
    before = person.browser.execute_script(scrolled)

    claim = factories.inbox_claim(desk, version=version, passages=[factories.passage(version, "will be published")])
    person.find(f"#claim-{claim.pk}")

    assert person.browser.execute_script(scrolled) == before
    assert typed(person) == "What I typed"
    assert person.browser.switch_to.active_element.get_attribute("name") == "statement"
