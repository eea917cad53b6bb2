"""What a long article costs on the reader's page, in a real browser: run by ``python -m tests.benchmarks``.

``prepare`` fills the database that DATABASE_URL names with a short and a long article; ``measure PORT`` opens both in
turn at the server of that port. Times are the browser's own, medians over the rounds.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

STORY = Path(__file__).resolve().parents[2] / "fixtures" / "story" / "captures" / "2.txt"
SHORT, LONG = (5_000, 10), (300_000, 500)
"""Characters, about, and claims."""

ROUNDS = 5
USER, PASSWORD = "benchmark", "a password of the benchmark"

# What is looked at, in the order of printing.
FIGURES = {
    "server": "page made by the server",
    "usable": "page usable in the browser",
    "scroll_p95": "frame while scrolling, p95",
    "scroll_longest": "frame while scrolling, longest",
    "select": "words selected until the bar",
    "step": "J to the next suggestion",
    "step_longest": "J, the slowest",
    "refresh": "somebody's claim comes in",
    "refresh_longest": "of it, longest frame",
}

SCROLL = """
const done = arguments[0];
const frames = [];
let before = performance.now();
let left = 150;
const turn = () => {
  const now = performance.now();
  frames.push(now - before);
  before = now;
  scrollBy({ top: 300, behavior: "instant" });
  left -= 1;
  if (left > 0) requestAnimationFrame(turn);
  else {
    frames.sort((one, other) => one - other);
    done([frames[Math.floor(frames.length * 0.95)], frames.at(-1)]);
  }
};
scrollTo({ top: 0, behavior: "instant" });
requestAnimationFrame(() => { before = performance.now(); requestAnimationFrame(turn); });
"""

# From the moment in which the mouse is let go until bar and handles are painted.
SELECT = """
const done = arguments[0];
const blocks = [...document.querySelectorAll("#reader-text > .block")];
const seen = blocks[Math.floor(blocks.length / 2)];
const pieces = [...seen.querySelectorAll(".piece")];
seen.scrollIntoView({ block: "center", behavior: "instant" });
getSelection().setBaseAndExtent(pieces[0].lastChild, 0, pieces.at(-1).lastChild, 3);
requestAnimationFrame(() => setTimeout(() => {
  const before = performance.now();
  document.dispatchEvent(new PointerEvent("pointerup", { pointerType: "mouse", bubbles: true }));
  const look = () => {
    if (document.querySelector(".pickbar:not([hidden])")) requestAnimationFrame(() => {
      setTimeout(() => done(performance.now() - before));
    });
    else setTimeout(look);
  };
  look();
}));
"""

LET_GO = """
const key = () => document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
key();
getSelection().removeAllRanges();
"""

STEPS = """
const done = arguments[0];
const times = [];
const step = () => {
  const before = performance.now();
  document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => {
    times.push(performance.now() - before);
    if (times.length < 15) setTimeout(step);
    else {
      times.sort((one, other) => one - other);
      done([times[Math.floor(times.length / 2)], times.at(-1)]);
    }
  }));
};
step();
"""

# The page believes that it is stale, and every tenth block is. What it waits for the desk is in the time, what it
# computes is in the frames.
REFRESH = """
const done = arguments[0];
const root = document.querySelector("[data-reader]");
const begun = performance.now();
let before = begun;
let longest = 0;
root.dataset.stamp = "stale";
for (const block of document.querySelectorAll("#reader-text > .block:nth-child(10n + 1)")) {
  block.lastChild.classList.add("old");
}
document.dispatchEvent(new Event("visibilitychange"));
const turn = () => {
  const now = performance.now();
  longest = Math.max(longest, now - before);
  before = now;
  if (root.dataset.stamp === "stale") requestAnimationFrame(turn);
  else done([now - begun, longest]);
};
requestAnimationFrame(turn);
"""


def prepare() -> None:
    """Two articles with their claims, made through the services as people make them."""
    import django

    django.setup()
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command

    from claims.language import extraction
    from claims.vocabulary import Role

    call_command("migrate", verbosity=0, interactive=False)
    person = User.objects.create_user(USER, password=PASSWORD)
    person.groups.add(Group.objects.get(name=Role.EDITOR.value))
    story = extraction.extract(STORY.read_bytes()).text
    keys = [_article(person, story, *size) for size in (SHORT, LONG)]
    sys.stdout.write(" ".join(map(str, keys)) + "\n")


def _article(person: Any, story: str, characters: int, claims: int) -> int:
    """An article of at least so many characters: the story over and over, each time with other numbers in it."""
    from claims.services import intake
    from claims.services.intake import Received
    from claims.services.quoting import Passage

    times = max(1, round(characters / len(story)))
    text = "\n\n".join(story.replace("Prozent", f"Prozent ({number})") for number in range(times))
    capture = intake.take_in(
        actor=person, received=Received(raw=text.encode(), text=text), title=f"{characters}", language="de"
    )
    version = intake.confirm(actor=person, article_id=capture.version.article_id, version_id=capture.version_id)
    sentences = [each for each in version.analysis if each["end"] - each["start"] > 60]
    for number in range(claims):
        one = sentences[number * len(sentences) // claims]
        # Every third claim overlaps the one in the sentence before it.
        start = max(0, one["start"] - 40) if number % 3 == 2 else one["start"] + 10
        intake.mark_claim(
            actor=person,
            passages=[Passage(version, start, one["end"] - 5)],
            statements={"de": f"Behauptung {number}"},
            kinds=["event"],
        )
    return int(version.article_id)


# Looking


def measure(port: int, articles: list[int]) -> None:
    with _browser() as browser:
        if browser is None:
            sys.stdout.write("Not measured: chromium or chromedriver is not installed.\n")
            return
        _log_in(browser, port)
        rounds = [[_look(browser, port, article) for article in articles] for _round in range(ROUNDS)]
    for name, words in FIGURES.items():
        short, long = (median(each[turn][name] for each in rounds) for turn in (0, 1))
        ratio = median(each[1][name] / max(each[0][name], 0.1) for each in rounds)
        sys.stdout.write(
            f"{words:<32} {long:8.1f} ms at {LONG[0]:,} characters with {LONG[1]} claims,"
            f" {short:6.1f} ms at {SHORT[0]:,} with {SHORT[1]}   ratio {ratio:.2f}\n"
        )


def _look(browser: "Chrome", port: int, article: int) -> dict[str, float]:
    browser.get(f"http://127.0.0.1:{port}/desk/articles/{article}/")
    if not browser.execute_script("return document.querySelector('[data-ready]') !== null"):
        sys.exit("The reader's page did not come up.")
    made, usable = browser.execute_script(
        "const [n] = performance.getEntriesByType('navigation'); return [n.responseEnd, n.loadEventEnd]"
    )
    p95, longest = browser.execute_async_script(SCROLL)
    selected = browser.execute_async_script(SELECT)
    browser.execute_script(LET_GO)
    step, slowest = browser.execute_async_script(STEPS)
    refresh, longest_of_it = browser.execute_async_script(REFRESH)
    return {
        "server": made,
        "usable": usable,
        "scroll_p95": p95,
        "scroll_longest": longest,
        "select": selected,
        "step": step,
        "step_longest": slowest,
        "refresh": refresh,
        "refresh_longest": longest_of_it,
    }


def _log_in(browser: "Chrome", port: int) -> None:
    from selenium.webdriver.common.by import By

    browser.get(f"http://127.0.0.1:{port}/desk/")
    browser.find_element(By.NAME, "username").send_keys(USER)
    browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    browser.find_element(By.NAME, "password").submit()


@contextmanager
def _browser() -> "Iterator[Chrome | None]":
    program, driver_program = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver_program):
        yield None
        return
    from tests import chromium

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = chromium.start(program, driver_program, Path(profile), (1280, 900))
        browser.set_script_timeout(120)
        try:
            yield browser
        finally:
            browser.quit()


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare()
    else:
        measure(int(sys.argv[2]), [int(key) for key in sys.argv[3:]])
