"""What people do on the reader's page, each in their own way: with a mouse, with keys alone, by touch on a small
screen, and without scripts.

Each way does the same things, so that one story can be told with all of them. Nothing sleeps: what is done waits for
what the page shows next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from claims.models import Claim, Quotation
from tests.browser.person import Person

NARROW = (390, 844)
TABS = 400
REASON = "An announcement, nothing more."

# The range over some words of the text, in the upper half of the window, once the page stands still: its two ends.
ENDS = """
const [words, done] = arguments;
const find = () => {
  for (const block of document.querySelectorAll("#reader-text > .block")) {
    const at = block.textContent.indexOf(words);
    if (at < 0) continue;
    const range = document.createRange();
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    let passed = 0;
    let isBegun = false;
    while (walker.nextNode()) {
      const { data } = walker.currentNode;
      if (!isBegun && at < passed + data.length) {
        range.setStart(walker.currentNode, at - passed);
        isBegun = true;
      }
      if (at + words.length <= passed + data.length) {
        range.setEnd(walker.currentNode, at + words.length - passed);
        return range;
      }
      passed += data.length;
    }
  }
  return null;
};
const ends = (range) => {
  const rects = [...range.getClientRects()].filter(({ width }) => width);
  const [first, last] = [rects[0], rects[rects.length - 1]];
  const y = ({ top, height }) => top + height / 2;
  return [first.left + 0.5, y(first), last.right - 0.5, y(last)];
};
const settle = (before, turns) => {
  const range = find();
  if (!range) return done(null);
  const box = range.getBoundingClientRect();
  if (box.top < 90 || box.bottom > innerHeight * 0.6) {
    scrollBy({ top: box.top - innerHeight * 0.22, behavior: "instant" });
  }
  const now = ends(range);
  if (String(now) === String(before)) done(now);
  else if (turns > 0) requestAnimationFrame(() => requestAnimationFrame(() => settle(now, turns - 1)));
  else done(null);
};
settle(null, 60);
"""

DRAWN = """
const found = CSS.highlights.get(`reader-${arguments[0]}`);
return found ? [...found].map(String).join(" ") : "";
"""


@dataclass
class Hands:
    """Somebody on the page of an article. Each way of working replaces what it does differently."""

    person: Person
    article: str
    """The article's page."""

    def __post_init__(self) -> None:
        self.browser = self.person.browser

    def prepare(self) -> None:
        """What has to be so before the first page."""

    def read(self) -> None:
        """Opens the article."""
        self.person.go(self.article)
        self.person.find("[data-ready]")

    def mark(self, sentence: str, words: str, statement: str) -> Claim:
        raise NotImplementedError

    def move_end(self, claim: Claim, before: str, after: str) -> None:
        raise NotImplementedError

    def set_aside(self, sentence: str) -> None:
        raise NotImplementedError

    def bring_back(self, sentence: str) -> None:
        raise NotImplementedError

    # The same in every way, as far as a link and a button are concerned

    def split(self, claim: Claim, statement: str) -> None:
        """On the claim's own page, which the list leads to."""
        with self.person.another_page():
            self.click(self.person.find(f"#claim-{claim.pk} .marked__statement"))
        with self.person.another_page():
            self.click(self.person._named("a", "Split"))
        field = self.person.find("main form [name^=statement]")
        field.clear()
        field.send_keys(statement)
        with self.person.another_page():
            self.click(self.person._named("button", "Split"))

    def link(self, closing: Claim, staying: Claim) -> None:
        """By the link beside the claim that stands in the same words."""
        with self.person.another_page():
            self.click(self.person.find(f"#claim-{closing.pk} a[href*='/link/']"))
        self.click(self.person.find(f"[name=same_as][value='{staying.pk}']"))
        with self.person.another_page():
            self.click(self.person._named("button", "Link as the same"))

    # Pieces

    def click(self, element: WebElement) -> None:
        self.person._click(element)

    def script(self, script: str, *arguments: Any) -> Any:
        return self.browser.execute_script(script, *arguments)

    def drawn(self, name: str) -> str:
        """The words that are drawn as "picked" or "current"."""
        return str(self.script(DRAWN, name))

    def until_drawn(self, name: str, words: str) -> None:
        self.person.until(lambda: self.drawn(name) == words or None, f"“{words}” is not {name}")

    def ends(self, words: str) -> tuple[float, float, float, float]:
        """Where the first and the last of the words are in the window: x and y, twice."""
        found = self.person.until(
            lambda: self.browser.execute_async_script(ENDS, words), f"“{words}” is not in the text"
        )
        return tuple(found)

    def claims(self) -> int:
        return len(self.browser.find_elements(By.CSS_SELECTOR, "#claim-list [data-claim]"))

    def write(self, statement: str, send: Callable[[], None]) -> Claim:
        """Fills the side form in and sends it; the claim that comes of it, once the list has it."""
        before = self.claims()
        field = self.person.find("#mark-slot [name=statement]")
        self.person.until(lambda: field == self.browser.switch_to.active_element or None, "the form took no focus")
        field.send_keys(Keys.CONTROL, "a", Keys.NULL, statement)
        send()
        self.person.until(lambda: self.claims() == before + 1 or None, "no claim came into the list")
        return Claim.objects.get(texts__statement=statement)

    def until_quoted(self, claim: Claim, words: str) -> None:
        quoted = Quotation.objects.filter(claim=claim, exact=words)
        self.person.until(lambda: quoted.exists() or None, f"“{words}” was not saved")
        self.person.until(lambda: self.drawn("picked") == "" or None, "the handles are still there")

    def item(self, sentence: str) -> WebElement:
        """The sentence in the list of all sentences."""
        path = f"//*[@id='sentences']//li[p[normalize-space()='{sentence}']]"
        return self.person.until(lambda: self.browser.find_element(By.XPATH, path), f"no sentence “{sentence}”")

    def until_aside(self, sentence: str, is_aside: bool) -> None:
        def look() -> bool | None:
            return (self.item(sentence).get_attribute("data-aside") is not None) == is_aside or None

        self.person.until(look, "the sentence is not set aside" if is_aside else "the sentence is still set aside")


class Mouse(Hands):
    def mark(self, sentence: str, words: str, statement: str) -> Claim:
        first_x, first_y, last_x, last_y = self.ends(words)
        self.drag((first_x, first_y), (last_x, last_y))
        self.until_drawn("picked", words)
        self.click(self.person.find(".pickbar [data-do=mark]"))
        return self.write(statement, lambda: self.person.find("#mark-slot [type=submit]").click())

    def move_end(self, claim: Claim, before: str, after: str) -> None:
        self.click(self.person.find(f"#claim-{claim.pk} .marked__edit"))
        self.until_drawn("picked", before)
        self.pull(before, after)
        self.until_drawn("picked", after)
        self.click(self.person.find(".pickbar [data-do=save]"))
        self.until_quoted(claim, after)

    def pull(self, before: str, after: str) -> None:
        """Drags the handle at the end of the words."""
        *_first, to_x, to_y = self.ends(after)
        *_first, from_x, from_y = self.ends(before)
        handle = self.person.find(".handle--end").rect
        x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2 - self.script("return scrollY")
        self.drag((x, y), (x + to_x - from_x, y + to_y - from_y))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        chain = ActionChains(self.browser, duration=50)
        pointer = chain.w3c_actions.pointer_action
        pointer.move_to_location(*map(round, start))
        pointer.pointer_down()
        pointer.move_to_location(*(round((one + other) / 2) for one, other in zip(start, end, strict=True)))
        pointer.move_to_location(*map(round, end))
        pointer.pointer_up()
        chain.perform()

    def set_aside(self, sentence: str) -> None:
        self.point(sentence)
        self.click(self.person.find(".card a[href*='/set-aside/']"))
        self.give_reason()
        self.until_aside(sentence, is_aside=True)

    def give_reason(self) -> None:
        self.person.find(".card [name=reason]").send_keys(REASON)
        self.click(self.person.find(".card .aside-form button"))

    def bring_back(self, sentence: str) -> None:
        self.point(sentence)
        button = "//*[contains(@class, 'card')]//button[normalize-space()='Bring back']"
        self.click(self.person.until(lambda: self.browser.find_element(By.XPATH, button), "nothing brings it back"))
        self.until_aside(sentence, is_aside=False)

    def point(self, sentence: str) -> None:
        x, y, *_last = self.ends(sentence)
        chain = ActionChains(self.browser)
        chain.w3c_actions.pointer_action.move_to_location(round(x) + 4, round(y))
        chain.w3c_actions.pointer_action.click()
        chain.perform()
        self.until_drawn("current", sentence)


class Keyboard(Hands):
    def press(self, *keys: str) -> None:
        ActionChains(self.browser).send_keys(*keys).perform()

    def press_with(self, modifier: str, key: str) -> None:
        ActionChains(self.browser).key_down(modifier).send_keys(key).key_up(modifier).perform()

    def walk(self, key: str, words: str) -> None:
        """Presses a key until it has led to the words."""
        while self.drawn("current") != words:
            before = self.announced()
            self.press(key)
            self.person.until(lambda before=before: self.announced() != before or None, f"{key} finds no “{words}”")

    def announced(self) -> str:
        """What was said last to those who listen."""
        return self.person.find(".says").get_attribute("textContent") or ""

    def reach(self, what: str, fits: Callable[[WebElement], bool]) -> None:
        """Tab by tab, as one does without a mouse."""
        for _tab in range(TABS):
            self.press(Keys.TAB)
            if self.person.until(lambda: [fits(self.browser.switch_to.active_element)], "nothing has the focus")[0]:
                return
        raise AssertionError(f"Tab does not lead to {what}")

    def follow(self, what: str, fits: Callable[[WebElement], bool]) -> None:
        self.reach(what, fits)
        with self.person.another_page():
            self.press(Keys.ENTER)

    def pick_until(self, words: str, end: str, key: str) -> None:
        """Moves an end word by word until just the words are picked."""
        self.person.until(lambda: self.handle(end) == self.browser.switch_to.active_element or None, "no handle")
        for _word in range(60):
            if self.drawn("picked") == words:
                return
            self.press_with(Keys.CONTROL, key)
        raise AssertionError(f"“{words}” cannot be picked")

    def handle(self, end: str) -> WebElement:
        return self.person.find(f".handle--{end}")

    def mark(self, sentence: str, words: str, statement: str) -> Claim:
        self.walk("j", sentence)
        self.press("s")
        self.until_drawn("picked", sentence)
        if not sentence.startswith(words):
            self.pick_until(sentence[sentence.index(words) :], "start", Keys.ARROW_RIGHT)
        self.press(Keys.TAB)
        self.pick_until(words, "end", Keys.ARROW_LEFT)
        self.press(Keys.ENTER)
        return self.write(statement, lambda: self.press_with(Keys.CONTROL, Keys.ENTER))

    def move_end(self, claim: Claim, before: str, after: str) -> None:
        self.walk("c", before)
        self.press("e")
        self.until_drawn("picked", before)
        self.press(Keys.TAB)
        self.pick_until(after, "end", Keys.ARROW_RIGHT)
        self.press(Keys.ENTER)
        self.until_quoted(claim, after)

    def set_aside(self, sentence: str) -> None:
        self.walk("j", sentence)
        self.press("x")
        field = self.person.find(".card [name=reason]")
        self.person.until(lambda: field == self.browser.switch_to.active_element or None, "nobody asks for a reason")
        self.press(REASON, Keys.ENTER)
        self.until_aside(sentence, is_aside=True)

    def bring_back(self, sentence: str) -> None:
        self.press("u")
        self.until_aside(sentence, is_aside=False)

    def split(self, claim: Claim, statement: str) -> None:
        self.walk("c", claim.quotations.get().exact)
        with self.person.another_page():
            self.press(Keys.ENTER)
        self.follow("the step that splits", lambda element: element.text == "Split")
        self.reach("the statement", lambda element: str(element.get_attribute("name")).startswith("statement"))
        self.press_with(Keys.CONTROL, "a")
        self.press(statement)
        self.follow("the button", lambda element: element.tag_name == "button" and element.text == "Split")

    def link(self, closing: Claim, staying: Claim) -> None:
        where = f"/claims/{closing.pk}/link/"
        self.follow("the link", lambda element: where in str(element.get_attribute("href")))
        self.reach("the claim that stays", lambda element: element.get_attribute("value") == str(staying.pk))
        self.press(Keys.SPACE)
        self.follow("the button", lambda element: element.tag_name == "button" and element.text == "Link as the same")


class Touch(Mouse):
    """A telephone: there is no pointer that hovers, and a finger needs room."""

    def prepare(self) -> None:
        width, height = NARROW
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": True}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 1})

    def read(self) -> None:
        super().read()
        assert self.script("return document.documentElement.scrollWidth") <= NARROW[0]

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        self.browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def tap(self, x: float, y: float) -> None:
        self.touch("touchStart", (x, y))
        self.touch("touchEnd")

    def click(self, element: WebElement) -> None:
        """A finger on the middle of it, once nothing moves it any more."""
        self.script("arguments[0].scrollIntoView({block: 'center'})", element)
        middle = "const r = arguments[0].getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]"
        self.tap(*self.script(middle, element))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self.touch("touchStart", start)
        # At the end the finger holds still for some frames: what it lets go of in full swing would fly on.
        for part in (0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1, 1):
            self.touch("touchMove", tuple(one + part * (other - one) for one, other in zip(start, end, strict=True)))
            self.browser.execute_async_script("requestAnimationFrame(arguments[0])")
        self.touch("touchEnd")

    def mark(self, sentence: str, words: str, statement: str) -> Claim:
        x, y, *_last = self.ends(sentence)
        self.tap(x + 4, y)
        self.until_drawn("picked", sentence)
        for handle in self.browser.find_elements(By.CSS_SELECTOR, ".handle"):
            assert min(handle.size["width"], handle.size["height"]) >= 44
        if sentence.startswith(words):
            self.pull(sentence, words)
        else:
            self.pull_start(sentence, words)
        self.until_drawn("picked", words)
        self.click(self.person.find(".pickbar [data-do=mark]"))
        return self.write(statement, lambda: self.click(self.person.find("#mark-slot [type=submit]")))

    def pull_start(self, before: str, after: str) -> None:
        """Drags both handles, the first one first."""
        rest = before[before.index(after) :]
        to_x, to_y, *_last = self.ends(rest)
        from_x, from_y, *_last = self.ends(before)
        handle = self.person.find(".handle--start").rect
        x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2 - self.script("return scrollY")
        self.drag((x, y), (x + to_x - from_x, y + to_y - from_y))
        self.until_drawn("picked", rest)
        if rest != after:
            self.pull(rest, after)

    def set_aside(self, sentence: str) -> None:
        self.point(sentence)
        self.click(self.person.find(".pickbar [data-do=aside]"))
        self.give_reason()
        self.until_aside(sentence, is_aside=True)

    def bring_back(self, sentence: str) -> None:
        self.point(sentence)
        self.click(self.person.find(".card__head"))
        button = "//*[contains(@class, 'card')]//button[normalize-space()='Bring back']"
        self.click(self.person.until(lambda: self.browser.find_element(By.XPATH, button), "nothing brings it back"))
        self.until_aside(sentence, is_aside=False)

    def point(self, sentence: str) -> None:
        x, y, *_last = self.ends(sentence)
        self.tap(x + 4, y)
        self.until_drawn("current", sentence)


class NoScripts(Hands):
    """A browser that runs nothing: every step is a page, a link or a form."""

    def prepare(self) -> None:
        self.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})

    def read(self) -> None:
        self.person.go(self.article)
        assert not self.browser.find_elements(By.CSS_SELECTOR, "[data-ready]")

    def in_item(self, sentence: str, path: str) -> WebElement:
        """Something in the item of a sentence, which may be folded away."""
        folded = "//details[contains(@class, 'rarely')][not(@open)]/summary"
        for summary in self.browser.find_elements(By.XPATH, f"//*[@id='sentences']{folded}"):
            self.click(summary)
        return self.item(sentence).find_element(By.XPATH, path)

    def mark(self, sentence: str, words: str, statement: str) -> Claim:
        with self.person.another_page():
            self.click(self.in_item(sentence, ".//a[normalize-space()='Mark a claim']"))
        self.click(self.person.find("main form summary"))
        self.person.type("exact", words)
        self.person.type("statement", statement)
        self.person.press("Mark the claim")
        self.read()
        return Claim.objects.get(texts__statement=statement)

    def move_end(self, claim: Claim, before: str, after: str) -> None:
        assert claim.quotations.get().exact == before
        with self.person.another_page():
            self.click(self.person.find(f"#claim-{claim.pk} .marked__edit"))
        self.person.type("exact", after)
        self.person.press("Save")
        assert claim.quotations.get().exact == after
        self.read()

    def set_aside(self, sentence: str) -> None:
        with self.person.another_page():
            self.click(self.in_item(sentence, ".//a[normalize-space()='Set aside']"))
        self.person.type("reason", REASON)
        self.person.press("Set aside")
        self.until_aside(sentence, is_aside=True)

    def bring_back(self, sentence: str) -> None:
        with self.person.another_page():
            self.click(self.in_item(sentence, ".//button[normalize-space()='Bring back']"))
        self.until_aside(sentence, is_aside=False)
