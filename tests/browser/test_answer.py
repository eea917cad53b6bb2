"""Somebody who was asked answers through the link, in a real browser without an account; on both databases."""

from __future__ import annotations

from urllib.parse import urlsplit

from claims import composition
from claims.models import Reply, ReplyRequest
from claims.services import verification
from claims.vocabulary import ReplyWay, Role
from tests import factories
from tests.browser.person import PASSWORD, Person

ANSWER = "We counted new leases only.\n\nThe register is right for all of them."


def test_an_answer_through_the_link_waits_for_an_editor(person: Person) -> None:
    desk = factories.make_desk()
    factories.make_user(Role.EDITOR, "reader", password=PASSWORD)
    claim = factories.research_claim(desk)
    asked = factories.make_request(desk.researcher, claim, addressee="Tenants' Union")
    page = f"/desk/requests/{asked.pk}/"

    person.log_in("reader")
    person.go(page)
    person.press("Make the link")
    link = urlsplit(person.find("#link").get_attribute("value") or "").path
    person.go(page)
    assert link not in person.browser.page_source  # it was shown once

    # Whoever was asked has no account
    person.browser.delete_all_cookies()
    person.go(link)
    assert person.sees("A question to Tenants' Union")
    person.type("words", "<script>document.title = 'x'</script>" + ANSWER)
    person.press("Send the reply")
    assert person.sees("Thank you. Your reply has arrived.")
    assert person.browser.title != "x"
    person.go(link)
    assert person.sees("This link cannot be used")
    person.go(link[:-2] + "/")
    assert person.sees("This link cannot be used")

    reply = Reply.objects.get()
    assert (reply.way, reply.request_id) == (ReplyWay.LINK, asked.pk)
    assert reply.words.endswith(ANSWER)
    assert composition.compose(claim).get("replies", []) == []

    # The desk reads it, and puts a passage of it before readers
    person.log_in("reader")
    person.go(page)
    assert person.sees("The register is right for all of them.")
    person.follow("What readers get")
    person.find('[name="included"]').click()
    person.type("words", "We counted new leases only.")
    person.press("Save")
    assert [one["words"] for one in composition.compose(claim)["replies"]] == ["We counted new leases only."]
    assert ReplyRequest.objects.get().link_used_at is not None
    assert list(verification.verify()) == []
