"""Writing a verdict in a real browser: the picker, the preview, drafts that outlive the window; on both databases."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from claims.models import Claim, Draft
from claims.vocabulary import Role
from tests import chromium, factories
from tests.browser.person import PASSWORD, Person

RATIONALE = "#id_rationale"


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
def claim(desk: factories.Desk) -> Claim:
    lead = factories.evidence_item("L1", factories.make_source(desk.editor, publisher="Later Office"), seen_how="")
    return factories.ready_claim(desk, lead)


def page(claim: Claim) -> str:
    return f"/desk/claims/{claim.pk}/texts/en/"


def value(person: Person, name: str) -> str:
    return str(person.find(f'[name="{name}"]').get_property("value"))


def wait_for(person: Person, words: str, selector: str) -> None:
    person.until(lambda: words in person.find(selector).text or None, f"“{words}” does not come in {selector}")


def in_preview(person: Person, words: str) -> None:
    script = "return document.querySelector('iframe').contentDocument?.body?.innerText.includes(arguments[0]) || null"
    person.until(lambda: person.browser.execute_script(script, words), f"“{words}” does not come in the preview")


def test_words_are_seen_kept_and_saved_once(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    person.go(page(claim))
    person.type("headline", "A finding that is being written")

    in_preview(person, "A finding that is being written")
    wait_for(person, "Draft kept", "[data-draft-state]")
    assert Draft.objects.get().values == {"headline": ["A finding that is being written"]}

    person.press("Save")

    assert person.sees("Saved.")
    saved = factories.fresh(claim)
    assert saved.revision == claim.revision + 1
    assert saved.verdict.texts.get(language="en").headline == "A finding that is being written"
    assert not Draft.objects.exists()


def test_a_bracket_opens_the_picker(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    person.go(page(claim))
    person.type("rationale", "The register says nine [")
    area, picker = person.find(RATIONALE), person.find(".picker")

    assert picker.get_attribute("role") == "listbox"
    options = picker.find_elements(By.CSS_SELECTOR, "[role=option]")
    assert [option.get_attribute("data-key") for option in options][-1] == "L1"
    assert area.get_attribute("aria-activedescendant") == options[0].get_attribute("id")

    area.send_keys(Keys.ARROW_UP)  # to the last one, a lead
    assert "nobody has seen it yet" in picker.text
    area.send_keys(Keys.ENTER)
    assert value(person, "rationale") == "The register says nine ["

    area.send_keys("R1")
    area.send_keys(Keys.ENTER)
    assert value(person, "rationale") == "The register says nine [@R1]"
    assert not picker.is_displayed()

    area.send_keys(" [", Keys.ESCAPE, "x")
    assert not picker.is_displayed()
    in_preview(person, "The register says nine [1]")


def test_a_killed_window_loses_nothing(claim: Claim, live_server: LiveServer, tmp_path: Path) -> None:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        pytest.skip("chromium or chromedriver is not installed")
    browser = chromium.start(program, driver, tmp_path / "first", (1280, 900))
    try:
        person = Person(browser, live_server.url)
        person.log_in("researcher")
        person.go(page(claim))
        person.type("summary", "Half a sentence that nobody sa")
        wait_for(person, "Draft kept", "[data-draft-state]")
    finally:
        browser.quit()

    with chromium.running(tmp_path / "second") as browser:
        person = Person(browser, live_server.url)
        person.log_in("researcher")
        person.go(page(claim))
        assert person.sees("Your draft of")
        assert value(person, "summary") == "Half a sentence that nobody sa"
        in_preview(person, "Half a sentence that nobody sa")

        person.press("Discard the draft")

        assert person.misses("Your draft of")
        assert value(person, "summary") == factories.fresh(claim).verdict.texts.get(language="en").summary
        assert factories.fresh(claim).revision == claim.revision


def test_leaving_the_page_at_once_keeps_the_last_word(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    person.go(page(claim))
    person.find('[name="today"]').send_keys("Typed and gone")
    # No question is asked on the way out, as by somebody who closes the window for good.
    person.browser.execute_script("delete document.getElementById('writing').dataset.changed")
    person.go(f"/desk/claims/{claim.pk}/")

    person.until(lambda: Draft.objects.exists() or None, "nothing was kept")
    assert Draft.objects.get().values == {"today": ["Typed and gone"]}


def test_after_the_login_has_ended_the_words_are_still_here(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    person.go(page(claim))
    cookies = person.browser.get_cookies()
    person.browser.delete_cookie("sessionid")
    person.find('[name="today"]').send_keys("Typed without a login")
    wait_for(person, "Not kept: you are logged out", "[data-draft-state]")

    for cookie in cookies:
        person.browser.add_cookie(cookie)
    person.browser.execute_script("delete document.getElementById('writing').dataset.changed")
    person.browser.execute_script("window.fetch = () => Promise.reject(new Error('gone'))")
    person.go(page(claim))

    assert person.sees("This window still has words that never reached the desk")
    person.find("[data-do=put]").click()
    assert value(person, "today") == "Typed without a login"
    wait_for(person, "Draft kept", "[data-draft-state]")
    assert Draft.objects.get().values == {"today": ["Typed without a login"]}


def test_two_people_at_one_text_lose_nothing(person: Person, another_person: Person, claim: Claim) -> None:
    for who, name, words in ((person, "researcher", "The first one's"), (another_person, "editor", "The second one's")):
        who.log_in(name)
        who.go(page(claim))
        who.type("headline", words)
        wait_for(who, "Draft kept", "[data-draft-state]")

    person.press("Save")
    another_person.press("Save")

    assert another_person.sees("Somebody else changed the same field")
    assert another_person.sees("The first one's")
    assert value(another_person, "headline") == "The second one's"
    another_person.go(page(claim))  # away without an answer, and back: it is asked again
    assert another_person.sees("Saved since by")
    another_person.press("Save")
    another_person.choose("stand-headline", "mine")
    another_person.press("Save")

    saved = factories.fresh(claim)
    assert saved.verdict.texts.get(language="en").headline == "The second one's"
    assert saved.revision == claim.revision + 2
    assert not Draft.objects.exists()


def test_on_a_telephone_a_tap_cites(person: Person, claim: Claim) -> None:
    screen = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    person.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    person.log_in("researcher")
    person.go(page(claim))
    assert person.browser.execute_script("return document.documentElement.scrollWidth") <= 390
    person.type("rationale", "The register says nine ")

    person.find(".picker-button").click()
    option = person.find('.picker [data-key="R1"]')
    box = person.find(".picker").rect
    assert option.size["height"] >= 44
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    option.click()

    assert value(person, "rationale") == "The register says nine [@R1]"
    in_preview(person, "The register says nine [1]")
    person.browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_what_nobody_sees_is_named_and_stays(person: Person, claim: Claim) -> None:
    words = "Miet\u00adpreise\u200b stiegen\u00a0um 9"
    person.log_in("researcher")
    person.go(page(claim))
    field = person.find('[name="headline"]')
    person.browser.execute_script(
        "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}))",
        field,
        words,
    )

    in_preview(person, "Headline holds characters that nobody sees")
    wait_for(person, "23 so far", "#id_headline-count")
    person.press("Save")
    assert factories.fresh(claim).verdict.texts.get(language="en").headline == words


def test_words_from_right_to_left_stand_that_way(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    person.go(page(claim))
    person.type("summary", "שכר הדירה עלה")

    direction = "return getComputedStyle(document.querySelector('[name=summary]')).direction"
    assert person.browser.execute_script(direction) == "rtl"
    in_preview(person, "שכר הדירה עלה")


def test_without_scripts_the_button_opens_the_preview(person: Person, claim: Claim) -> None:
    person.log_in("researcher")
    person.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        person.go(page(claim))
        person.type("headline", "Written by hand")
        windows = set(person.browser.window_handles)
        person.find("[formtarget=_blank]").click()
        (window,) = person.until(lambda: set(person.browser.window_handles) - windows or None, "no window came")
        here = person.browser.current_window_handle
        person.browser.switch_to.window(window)
        assert person.find("h1").text == "Written by hand"
        person.browser.close()
        person.browser.switch_to.window(here)
        assert "[@R1]" in person.find("#citation-keys").text
    finally:
        person.browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_words_that_are_still_here_are_named_by_their_field(person: Person, claim: Claim) -> None:
    verdict = f"/desk/claims/{claim.pk}/verdict/"
    person.log_in("researcher")
    person.go(verdict)
    person.browser.execute_script("window.fetch = () => Promise.reject(new Error('gone'))")
    person.find('[name="early_reason"]').send_keys("The vote is tomorrow.")
    person.choose("question", "said")
    person.browser.execute_script("delete document.querySelector('[data-draft]').dataset.changed")
    person.go(verdict)

    wait_for(person, "Question, Why this does not wait for a reply", "[data-fields]")
