"""Evidence entered in a browser: two fields and two keys for an item, by keys alone, by touch and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from claims.models import Claim, Evidence
from claims.vocabulary import Role
from tests import factories
from tests.browser.hands import NARROW, Keyboard, NoScripts, Touch
from tests.browser.person import PASSWORD, Person

PAGE = "https://register.example.org/2024"
LINE = "City · Rent register 2024 · March 2025 · Primary source"
EXCERPT = "The rents rose by 9 per cent."
FIELDS, KEYS = 2, 2


@pytest.fixture
def claim(person: Person) -> Claim:
    """A claim in research whose question is *true*; the address is that of a source that is here already."""
    desk = factories.make_desk()
    claim = factories.ready_claim(desk)
    factories.make_source(
        desk.editor, "Rent register 2024", publisher="City", url=PAGE, published="2025-03", kind="primary"
    )
    factories.make_user(Role.RESEARCHER, "researcher", password=PASSWORD)
    return claim


def page(claim: Claim) -> str:
    return f"/desk/claims/{claim.pk}/"


def added(person: Person, claim: Claim) -> Evidence:
    person.until(lambda: claim.evidence.filter(url=PAGE).exists() or None, "nothing was added")
    return claim.evidence.get(url=PAGE)


class Counting:
    """Types into fields and presses keys, and counts both; Tab and what sends the form say nothing of the item."""

    def __init__(self, person: Person) -> None:
        self.browser, self.fields, self.keys = person.browser, 0, 0

    def type(self, text: str) -> None:
        ActionChains(self.browser).send_keys(text).perform()
        self.fields += 1

    def press(self, key: str) -> None:
        ActionChains(self.browser).send_keys(key).perform()
        self.keys += 1

    def tab(self) -> None:
        ActionChains(self.browser).send_keys(Keys.TAB).perform()

    def send(self) -> None:
        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys(Keys.ENTER).key_up(Keys.CONTROL).perform()


def test_an_item_takes_two_fields_and_two_keys(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    person.go(page(claim))
    hands = Counting(person)
    person.find("[name=cited]").click()

    hands.type(PAGE)
    hands.tab()
    hands.type(EXCERPT)
    assert person.sees(LINE)
    hands.tab()
    hands.press("s")
    hands.press("d")
    with person.another_page():
        hands.send()

    item = added(person, claim)
    assert (hands.fields, hands.keys) == (FIELDS, KEYS)
    assert (item.publisher, item.title, item.published) == ("City", "Rent register 2024", "2025-03")
    assert (item.excerpt, item.stance, item.bears_on) == (EXCERPT, "supports", "said")
    assert (item.seen_by.username, item.seen_how) == ("researcher", "read online")


def test_what_was_sent_before_it_was_looked_up_is_looked_up_first(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    person.go(page(claim))
    hands = Counting(person)
    person.find("[name=cited]").click()

    hands.type(PAGE)
    hands.tab()
    hands.tab()
    hands.press("c")
    with person.another_page():
        hands.send()

    assert added(person, claim).source.title == "Rent register 2024"


def test_keys_alone_enter_regroup_edit_take_out_and_undo(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    person.go(page(claim))
    keyboard = Keyboard(person, page(claim))
    hands = Counting(person)
    keyboard.reach("the first field", lambda element: element.get_attribute("name") == "cited")

    hands.type(PAGE)
    hands.tab()
    hands.type(EXCERPT)
    hands.tab()
    hands.press("s")
    hands.press("l")
    with person.another_page():
        hands.send()
    item = added(person, claim)
    assert item.is_lead
    focus_is_on(person, item)

    press_for(person, hands, "l", lambda: not fresh(item).is_lead)
    focus_is_on(person, item)
    press_for(person, hands, "b", lambda: fresh(item).stance == "background")
    focus_is_on(person, item)

    hands.press("e")
    area = person.find("[data-opened] [name=excerpt]")
    person.until(lambda: area == person.browser.switch_to.active_element or None, "the form has no focus")
    ActionChains(person.browser).send_keys(" And more.").perform()
    with person.another_page():
        hands.send()
    person.until(lambda: "And more." in fresh(item).excerpt or None, "the item was not saved")
    focus_is_on(person, item)

    press_for(person, hands, "x", lambda: fresh(item).removed)
    assert person.sees(f"{item.key} was taken out of the claim.")
    press_for(person, hands, "u", lambda: not fresh(item).removed)


def press_for(person: Person, hands: Counting, key: str, becomes: Callable[[], bool]) -> None:
    with person.another_page():
        hands.press(key)
    person.until(lambda: becomes() or None, f"{key} does nothing")


def focus_is_on(person: Person, item: Evidence) -> None:
    element = person.find(f"#evidence-{item.key}")
    person.until(lambda: element == person.browser.switch_to.active_element or None, "the item has no focus")


def fresh(item: Evidence) -> Evidence:
    return Evidence.objects.get(pk=item.pk)


def test_items_are_moved_by_keys(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    first, last = claim.evidence.values_list("key", flat=True)
    person.go(f"{page(claim)}#evidence-{last}")
    focus_is_on(person, claim.evidence.get(key=last))

    with person.another_page():
        ActionChains(person.browser).key_down(Keys.ALT).send_keys(Keys.ARROW_UP).key_up(Keys.ALT).perform()

    assert list(claim.evidence.values_list("key", flat=True)) == [last, first]
    focus_is_on(person, claim.evidence.get(key=last))
    ActionChains(person.browser).send_keys("j").perform()
    focus_is_on(person, claim.evidence.get(key=first))


def test_a_form_in_place_keeps_what_was_typed_when_it_is_refused(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    key = claim.evidence.first().key
    person.go(f"{page(claim)}#evidence-{key}")
    person.find(f"#evidence-{key} [data-edit]").click()
    area = person.find("[data-opened] [name=excerpt]")
    area.send_keys(" Typed words.")
    date = person.find("[data-opened] [name=published]")
    date.clear()
    date.send_keys("last week")
    person.find("[data-opened] .button--primary").click()

    assert person.sees("Write a date as 2025, 2025-03 or 2025-03-19.")
    kept = person.find("[data-opened] [name=excerpt]").get_attribute("value")
    assert "Typed words." in (kept or "")
    link = person.find("[data-opened] [role=alert] a")
    assert person.find(f"[data-opened] {link.get_dom_attribute('href')}").get_attribute("name") == "published"


def test_without_scripts_it_is_looked_at_once_and_then_added(person: Person, claim: Claim) -> None:
    NoScripts(person, page(claim)).prepare()
    person.log_in("researcher")
    person.go(page(claim))

    person.type("cited", PAGE)
    person.type("excerpt", EXCERPT)
    choose(person, "stance", "supports")
    press_add(person)
    assert person.sees("Not added yet: look at what is known of it, then add it.")
    assert person.sees(LINE)
    press_add(person)

    item = added(person, claim)
    assert (item.excerpt, item.stance, item.bears_on) == (EXCERPT, "supports", "true")
    person.find(f"#evidence-{item.key} .tools summary").click()
    with person.another_page():
        person.find(f"#evidence-{item.key} [value=out]").click()
    with person.another_page():
        person.find("[data-undo]").click()
    assert not fresh(item).removed


def choose(person: Person, name: str, value: str) -> None:
    person.find(f"label:has([name={name}][value={value}])").click()


def press_add(person: Person) -> None:
    button = person.find("#cite button[type=submit]")
    person.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    with person.another_page():
        button.click()


def test_a_telephone_has_room_for_it(person: Person, claim: Claim) -> None:
    touch = Touch(person, page(claim))
    touch.prepare()
    person.log_in("researcher")
    person.go(page(claim))

    assert touch.script("return document.documentElement.scrollWidth") <= NARROW[0]
    person.type("cited", PAGE)
    person.type("excerpt", EXCERPT)
    assert person.sees(LINE)
    for face in person.browser.find_elements("css selector", ".quick .keyed__face"):
        assert face.size["height"] >= 44
    touch.click(person.find("label:has([name=stance][value=contradicts])"))
    person.find("[name=stance][value=contradicts]:checked")
    assert touch.script("return innerWidth") == NARROW[0]
    with person.another_page():
        touch.click(person.find("#cite button[type=submit]"))

    assert added(person, claim).stance == "contradicts"
    assert touch.script("return document.documentElement.scrollWidth") <= NARROW[0]
