"""The main job in a real browser, from a claim in the inbox to its public page; on both databases."""

from __future__ import annotations

import json
import re

from selenium.webdriver.common.by import By

from claims.models import Check
from claims.services import verification
from claims.vocabulary import Role
from tests import factories
from tests.browser.person import PASSWORD, Person


def test_from_the_inbox_to_the_public_page(person: Person) -> None:
    desk = factories.Desk(
        researcher=factories.make_user(Role.RESEARCHER, "researcher", password=PASSWORD),
        editor=factories.make_user(Role.EDITOR, "editor", password=PASSWORD),
        second_editor=factories.make_user(Role.EDITOR),
        chief=factories.make_user(Role.CHIEF),
        auditor=factories.make_user(Role.AUDITOR),
    )
    claim = factories.inbox_claim(desk)
    page = f"/desk/claims/{claim.pk}/"

    person.log_in("researcher")
    person.go(page)
    person.follow("Take on")
    person.press("Take on")
    assert person.sees("Research")

    for number, kind in ((1, "primary"), (2, "secondary")):
        person.go(f"{page}evidence/")
        person.type("publisher", f"Office {number}")
        person.type("title", f"Register of rents, part {number}")
        person.type("url", f"https://office-{number}.example.org/register")
        person.find(f'select[name="kind"] option[value="{kind}"]').click()
        person.choose("stance", "contradicts")
        person.choose("bears_on", "true")
        person.type("excerpt", "plus 9 per cent")
        person.type("seen_how", "read online")
        person.type("key", f"O{number}")
        person.press("Save")
        assert person.sees("Register of rents")

    person.go(f"{page}verdict/")
    person.choose("question", "true")
    person.choose("rating", str(factories.rating("partly-false").pk))
    person.choose("judged_by", "today")
    person.browser.execute_script("document.querySelector('[name=researched_until]').value = '2025-04-01'")
    person.type("not_asked_reason", "The union's own report is the source.")
    person.press("Save")

    person.go(f"{page}texts/en/")
    person.type("headline", "Rents rose by nine per cent, not twelve")
    person.type("summary", "The register says 9 per cent. The union counted new leases only.")
    person.type(
        "rationale", "The register says nine [@O1] and so does its second part [@O2]. <script>alert(1)</script>"
    )
    person.press("Save")

    person.go(page)
    person.follow("Hand in")
    person.press("Hand in")
    assert person.sees("Second read")

    person.go(f"{page}read/")
    assert person.sees("needs the role “Editor” or above")
    approve = person.browser.find_element(By.XPATH, "//button[normalize-space()='Approve']")
    assert not approve.is_enabled()

    person.log_in("editor")
    person.go("/desk/reviews/")
    person.go(f"{page}read/")
    assert person.sees("Rents rose by nine per cent, not twelve")
    person.press("Approve")
    person.go(page)
    assert person.sees("Approved")
    person.follow("Publish")
    person.press("Publish")

    check = Check.objects.get(claim=claim)
    person.browser.delete_all_cookies()
    person.go(f"/checks/{check.slug}/")
    assert person.text("h1") == "Rents rose by nine per cent, not twelve"
    assert person.sees("Partly false")
    assert person.sees("<script>alert(1)</script>")
    block = person.find('script[type="application/ld+json"]')
    document = json.loads(block.get_attribute("textContent") or "")
    assert document["@type"] == "ClaimReview"
    assert document["reviewRating"]["alternateName"] == "Partly false"
    assert re.search(r"Person No\. \d+", person.text("aside"))
    assert list(verification.verify()) == []


def test_an_editor_is_refused_the_approval_of_their_own_work(person: Person) -> None:
    desk = factories.make_desk()
    writer = factories.make_user(Role.EDITOR, "writer", password=PASSWORD)
    claim = factories.review_claim(factories.Desk(writer, desk.editor, desk.second_editor, desk.chief, desk.auditor))

    person.log_in("writer")
    person.go(f"/desk/claims/{claim.pk}/read/")

    assert person.sees("You are an author of this claim, so somebody else has to read it.")
    assert not person.browser.find_element(By.XPATH, "//button[normalize-space()='Approve']").is_enabled()


def test_two_tabs_clash_on_one_field_and_nothing_typed_is_lost(person: Person) -> None:
    desk = factories.make_desk()
    factories.make_user(Role.RESEARCHER, "writer", password=PASSWORD)
    claim = factories.ready_claim(desk)
    person.log_in("writer")
    person.go(f"/desk/claims/{claim.pk}/texts/en/")
    person.type("headline", "My headline")
    person.type("summary", "My summary.")
    factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": "Their headline"})

    person.press("Save")

    assert person.sees("Their headline")
    typed = {field.get_attribute("value") for field in person.browser.find_elements(By.CSS_SELECTOR, "input, textarea")}
    assert {"My headline", "My summary."} <= typed
    assert factories.fresh(claim).verdict.texts.get(language="en").headline == "Their headline"
