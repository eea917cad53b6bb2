"""The second read and all that follows, in a real browser: what is handed in comes back, is read by its difference,
approved by the right person, published at its time, corrected twice and withdrawn; and the history tells each step.
"""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from selenium.webdriver.common.by import By

from claims.models import Check, Publication
from claims.services import people, verification
from claims.vocabulary import Role, Status
from tests import factories
from tests.browser.person import PASSWORD, Person

HEADLINE = "Rents rose by nine per cent"
SUMMARY = "The register of the city says 9 per cent for all rents."
SUMMARY_FIELD = "verdict.texts.en.summary"


class Story:
    """One claim on its way, and the auditor who looks at its history after every step."""

    def __init__(self, person: Person, auditor: Person) -> None:
        self.person, self.auditor = person, auditor
        self.desk = factories.Desk(
            researcher=self.someone(Role.EDITOR, "writer", "Wanda Writer"),
            editor=self.someone(Role.EDITOR, "reader", "Rita Reader"),
            second_editor=self.someone(Role.EDITOR, "other", "Otto Other"),
            chief=self.someone(Role.CHIEF, "head", "Hanna Head"),
            auditor=self.someone(Role.AUDITOR, "auditor", "Aydin Auditor"),
        )
        self.claim = factories.ready_claim(self.desk)
        self.page = f"/desk/claims/{self.claim.pk}/"
        auditor.log_in("auditor")

    def someone(self, role: Role, username: str, name: str) -> User:
        first, _space, last = name.partition(" ")
        return factories.make_user(role, username, password=PASSWORD, first_name=first, last_name=last)

    @property
    def status(self) -> str:
        return str(factories.fresh(self.claim).status)

    # Steps that come more than once

    def as_person(self, username: str, where: str = "") -> None:
        self.person.log_in(username)
        self.person.go(self.page + where)

    def step(self, label: str, **typed: str) -> None:
        """A step from the claim's page: its link there, what it asks for, its button."""
        self.person.go(self.page)
        self.person.follow(label)
        for name, words in typed.items():
            self.person.type(name, words)
        self.person.press(label)

    def write(self, **fields: str) -> None:
        """The author writes the English text."""
        self.person.go(f"{self.page}texts/en/")
        for name, words in fields.items():
            self.person.type(name, words)
        self.person.press("Save")

    def next_version(self, kind: str, reason: str, note: str, **fields: str) -> None:
        """Reopened by an editor, written and handed in by the author: everything but reading and publishing."""
        self.as_person("reader")
        self.step("Reopen", reason=reason)
        self.told("Reopened", self.desk.editor, reason)
        self.as_person("writer", "verdict/")
        self.person.find(f'select[name="change_kind"] option[value="{kind}"]').click()
        self.person.press("Save")
        self.write(change_note=note, **fields)
        self.told("Edited", self.desk.researcher, note)
        self.step("Hand in")

    def approve(self, note: str = "") -> None:
        """The reader reads what differs and says yes to the whole."""
        self.as_person("reader", "read/")
        if note:
            self.person.find('#approve [name="comment"]').send_keys(note)
        self.person.press("Approve")
        assert self.person.sees("Approved. The claim can be published.")

    # Looking

    def told(self, what: str, who: User | str, *why: str) -> None:
        """The history's newest entry says who did what, when and why."""
        entry = self.claim.ledger.latest("sequence")
        self.auditor.go(f"{self.page}history/")
        newest = f"#entry-{entry.sequence}"
        assert self.auditor.text(f"{newest} .history__what") == what
        name = who if isinstance(who, str) else people.name_of(who)
        assert self.auditor.text(f"{newest} .history__who").startswith(f"{name}, ")
        shown = self.auditor.find(f"{newest} time").get_attribute("datetime") or ""
        assert parse_datetime(shown.replace("Z", "+00:00")) == entry.at
        for words in why:
            assert words in self.auditor.text(newest)

    def public(self, path: str = "") -> str:
        """The public page as somebody gets it who is not logged in: what stands above the claim."""
        check = Check.objects.get(claim=self.claim)
        self.person.browser.delete_all_cookies()
        self.person.go(f"{path}/checks/{check.slug}/")
        notices = self.person.browser.find_elements(By.CSS_SELECTOR, ".verdict__notices")
        return notices[0].text if notices else ""


@pytest.fixture
def story(person: Person, another_person: Person) -> Story:
    return Story(person, another_person)


def test_from_handing_in_to_withdrawing(story: Story) -> None:
    person, desk = story.person, story.desk
    writer, reader, chief = desk.researcher, desk.editor, desk.chief

    # Handed in
    story.as_person("writer")
    story.step("Hand in")
    story.told("Handed in", writer, "Second read")

    # Sent back with a suggestion and a comment
    story.as_person("reader", "read/")
    person.follow("Suggest")
    person.follow("Headline (English)")
    person.type("proposed", HEADLINE)
    person.type("note", "Say the number.")
    person.press("Suggest")
    story.told("Wording suggested", reader, HEADLINE)
    person.go(f"{story.page}read/")
    person._click(person.find("#new-comment summary"))
    person.find(f'#new-comment option[value="{SUMMARY_FIELD}"]').click()
    person.type("passage", "9 per cent")
    person.find('#new-comment [name="comment"]').send_keys("Of which rents?")
    person.press("Comment")
    story.told("Commented", reader, "Of which rents?")
    story.step("Send back", comment="Say which rents are meant.")
    story.told("Sent back", reader, "Say which rents are meant.")
    assert story.status == Status.RESEARCH

    # Taken, answered, handed in again
    story.as_person("writer")
    assert person.sees("Say which rents are meant.")
    person.press("Take")
    story.told("Suggestion taken", writer, HEADLINE)
    story.write(summary=SUMMARY)
    story.told("Edited", writer, "of the city")
    person.go(story.page)
    for _remark in story.claim.reviews.all():
        person.press("Resolve")
        person.go(story.page)
    story.told("Comment resolved", writer)
    story.step("Hand in")
    story.told("Handed in", writer)

    # Refused to the author, read by its difference, approved by somebody else
    person.go(f"{story.page}read/")
    assert person.sees("You are an author of this claim, so somebody else has to read it.")
    assert person.sees("Who may: ")
    assert not person.browser.find_element(By.XPATH, "//main//button[normalize-space()='Approve']").is_enabled()
    story.as_person("reader", "read/?show=read")
    assert "nine per cent" in " ".join(person.all(".changes ins"))
    assert "of the city" in " ".join(person.all(".changes ins"))
    person.find('#approve [name="comment"]').send_keys("Both figures compared.")
    person.press("Approve")
    story.told("Approved", reader, "Both figures compared.")
    assert story.status == Status.APPROVED

    # Published under embargo
    person.go(story.page)
    person.follow("Schedule")
    assert person.sees("What will change in public")
    moment = timezone.localtime() + timedelta(days=2)
    person.browser.execute_script(
        "document.querySelector('[name=publish_at]').value = arguments[0]", f"{moment:%Y-%m-%dT%H:%M}"
    )
    person.press("Schedule")
    assert person.sees("To be published on")
    story.told("Scheduled", reader, "To be published at")
    assert wake_claims() == ""
    factories.make_due(story.claim)
    assert f"Claim {story.claim.pk} is published" in wake_claims()
    story.told("Published", "system for Rita Reader", "First publication")
    assert story.public() == ""
    assert person.text("h1") == HEADLINE
    for name in ("Wanda Writer", "Rita Reader"):
        assert name in person.text("aside")

    # Corrected as minor: numbered, read, and without a notice
    story.next_version("minor", "A slip in the headline.", "A comma.", headline=f"{HEADLINE}, not twelve")
    assert story.status == Status.REVIEW
    story.approve()
    story.told("Approved", reader)
    story.step("Publish")
    story.told("Published", reader, "Minor change")
    assert story.public() == ""
    assert person.text("h1") == f"{HEADLINE}, not twelve"
    assert "A comma." in person.text("#versions")

    # Corrected with a notice
    story.next_version(
        "correction", "The bank wrote in.", "The bank's figure was wrong.", summary="Eight, says the bank."
    )
    story.approve("The bank's letter read.")
    story.told("Approved", reader, "The bank's letter read.")
    person.go(f"{story.page}publish/")
    assert person.sees("3 (Correction)")
    assert "Eight" in " ".join(person.all(".outgoing ins"))
    person.press("Publish")
    story.told("Published", reader, "Correction")
    for path, title in (("", "Corrected on"), ("/de", "Korrigiert am")):
        top = story.public(path)
        assert title in top
        assert "The bank's figure was wrong." in top

    # Withdrawn
    story.as_person("head")
    story.step("Withdraw", words_en="The register itself was wrong.", words_de="Das Register selbst war falsch.")
    story.told("Withdrawn", chief, "The register itself was wrong.")
    assert "The register itself was wrong." in story.public()
    assert "Das Register selbst war falsch." in story.public("/de")

    kinds = list(Publication.objects.order_by("number").values_list("kind", flat=True))
    assert kinds == ["first", "minor", "correction", "retraction"]
    assert story.status == Status.RETRACTED
    assert list(verification.verify()) == []


def test_what_could_not_be_published_at_its_time_is_told_and_noted(story: Story) -> None:
    person, claim = story.person, story.claim
    story.as_person("writer")
    story.step("Hand in")
    story.approve()
    factories.publication.schedule(claim_id=claim.pk, actor=story.desk.editor, publish_at=factories.tomorrow())
    person.go(story.page)
    person.type("comment", "Wait for the bank.")
    person.press("Comment")
    factories.make_due(claim)
    assert wake_claims() == ""
    story.told("Back to the second read", "system for Rita Reader", "Comments: 1 still open")

    person.go("/desk/")
    assert person.sees("Could not be published at its time")
    person.press("Noted")
    assert person.misses("Could not be published at its time")
    story.told("Noted that it could not be published", story.desk.editor)


def wake_claims() -> str:
    """What the command says of what it did; what it could not do it says elsewhere."""
    output = StringIO()
    call_command("wake_claims", stdout=output, stderr=StringIO())
    return output.getvalue()
