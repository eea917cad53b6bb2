"""A claim is researched in a real browser, from nothing to handed in; on both databases.

With an uploaded file, a page that is fetched and kept, a calculation, and somebody who is asked and answers.
"""

from __future__ import annotations

from pathlib import Path

from selenium.webdriver.common.keys import Keys

from claims import composition
from claims.models import Claim
from claims.services import verification
from claims.vocabulary import Role, Status
from tests import factories
from tests import web as the_web
from tests.browser.person import PASSWORD, Person
from tests.language import pdfs
from tests.web import reply

REGISTER = "The register of rents says plus 9 per cent for 2024."
PAGE = (
    '<!doctype html><html lang="en"><head><title>Rents in 2024</title>'
    '<meta property="og:site_name" content="The Bank"></head>'
    "<body><h1>Rents in 2024</h1><p>The bank counts 109 euros where it counted 100 a year before.</p></body></html>"
)
ANSWER = "We counted new leases only. The register is right for all of them."


def cite(person: Person, page: str, cited: str, excerpt: str, stance: str) -> str:
    """One item by two fields and two keys; its page."""
    person.go(page)
    person.find("[name=cited]").send_keys(cited)
    person.find("[name=excerpt]").send_keys(excerpt)
    assert person.sees("New:")
    person.find("[name=excerpt]").send_keys(Keys.TAB)
    person.browser.switch_to.active_element.send_keys(stance)
    person.browser.switch_to.active_element.send_keys("t")
    person.press("Add Ctrl Enter")
    key = Claim.objects.get().evidence.latest("pk").key
    return f"{page}evidence/{key}/"


def test_from_nothing_to_handed_in(person: Person, tmp_path: Path) -> None:
    desk = factories.make_desk()
    factories.make_user(Role.RESEARCHER, "researcher", password=PASSWORD)
    claim = factories.inbox_claim(desk)
    page = f"/desk/claims/{claim.pk}/"
    paper = tmp_path / "register.pdf"
    paper.write_bytes(pdfs.pdf([[REGISTER]]))

    person.log_in("researcher")
    person.go(page)
    person.follow("Take on")
    person.press("Take on")

    # What the register says, and the file it stands in
    item = cite(person, page, "City: Register of rents, 2025-03-01", "plus 9 per cent", "c")
    person.go(item)
    person.find('select[name="source_kind"] option[value="primary"]').click()
    person.press("Save")
    person.go(item)
    person.find('input[type="file"]').send_keys(str(paper))
    person.press("Keep this file")
    assert person.sees("The excerpt stands in the file")

    # What the bank says, and the page as it is now
    item = cite(person, page, "http://bank.example/rents", "109 euros", "c")
    person.go(item)
    with the_web.spun() as web:
        web.page("bank.example/rents", reply(PAGE))
        person.press("Capture this page")
        person.go(item)
        assert person.sees("Rents in 2024")
    person.press("Cite this file")
    assert person.sees("The excerpt stands in the file")
    register, bank = (one.key for one in claim.evidence.order_by("pk"))

    # What follows from it
    person.go(f"{page}calculations/new/")
    person.type("label_en", "How far rents rose")
    for number, (name, value) in enumerate((("new", "109"), ("old", "100"))):
        person.type(f"inputs-{number}-name", name)
        person.type(f"inputs-{number}-value", value)
        person.find(f'select[name="inputs-{number}-evidence"] option[value="{bank}"]').click()
    person.type("expression", "(new - old) / old * 100")
    person.type("unit", "%")
    assert person.sees("= 9 %")
    person.press("Save")

    # Who says it is asked, and answers
    person.go(f"/desk/requests/new/?claim={claim.pk}")
    person.type("addressee", "Tenants' Union, press office")
    person.find('select[name="speaker"] option:not([value=""])').click()
    person.find('select[name="channel"] option[value="email"]').click()
    person.type("wording", "Which leases does your figure count?")
    person.press("Save")
    person.type("words", ANSWER)
    person.press("Record")
    person.follow("What readers get")
    person.find('[name="included"]').click()
    person.type("words", "We counted new leases only.")
    person.press("Save")

    # The verdict
    person.go(f"{page}verdict/")
    person.choose("question", "true")
    person.choose("rating", str(factories.rating("partly-false").pk))
    person.choose("judged_by", "today")
    person.browser.execute_script("document.querySelector('[name=researched_until]').value = '2025-04-01'")
    person.press("Save")
    person.go(f"{page}texts/en/")
    person.type("headline", "Rents rose by nine per cent, not twelve")
    person.type("summary", "The register says 9 per cent. The union counted new leases only.")
    person.find('[name="rationale"]').send_keys(f"The register says nine [@{register}], the bank too [@{bank}].")
    person.press("Save")

    person.go(page)
    person.follow("Hand in")
    person.press("Hand in")
    assert person.sees("Second read")

    claim.refresh_from_db()
    content = composition.compose(claim)
    assert claim.status == Status.REVIEW
    assert [figure["result"] for figure in content["calculations"]] == ["9"]
    assert [answer["words"] for answer in content["replies"]] == ["We counted new leases only."]
    assert all("snapshot" in item for item in content["evidence"])
    assert list(verification.verify()) == []


def test_a_result_that_is_no_longer_worked_out_does_not_stay(person: Person) -> None:
    desk = factories.make_desk()
    factories.make_user(Role.RESEARCHER, "researcher", password=PASSWORD)
    claim = factories.research_claim(desk)
    person.log_in("researcher")
    person.go(f"/desk/claims/{claim.pk}/calculations/new/")
    person.type("expression", "6 * 7")
    assert person.sees("= 42")

    person.browser.delete_cookie("sessionid")
    person.find('[name="expression"]').send_keys("0")

    assert person.misses("= 42")
