"""Requests for a reply in the admin: corrected by the one service, with the desk's refusals; replies are to be read."""

import pytest

from claims.models import LedgerEntry, ReplyRequest
from claims.services import asking
from claims.vocabulary import Action
from tests import factories
from tests.admin.helpers import as_user, change, changelist, entries, opened, text, writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


@pytest.fixture
def asked(desk: factories.Desk) -> ReplyRequest:
    request = factories.make_request(desk.researcher, factories.ready_claim(desk))
    asking.record_reply(
        actor=desk.researcher, request_id=request.pk, words="No <b>comment</b>.", received_on=request.asked_on
    )
    return request


def test_a_page_shows_the_replies_and_changes_none(desk: factories.Desk, asked: ReplyRequest) -> None:
    shown = text(as_user(desk.auditor).get(change(asked)))

    assert "No &lt;b&gt;comment&lt;/b&gt;." in shown
    assert 'name="words"' not in shown


def test_a_change_is_one_entry(desk: factories.Desk, asked: ReplyRequest) -> None:
    client = as_user(desk.researcher)
    form = opened(client, asked)
    before = LedgerEntry.objects.count()

    with writes() as untouched:
        client.post(change(asked), form)
    assert set(untouched) <= {"django_session"}
    assert client.post(change(asked), form | {"addressee": ["Union"]}).status_code == 302

    assert LedgerEntry.objects.count() == before + 1
    assert entries(asked)[-1].action == Action.CHANGE
    assert client.get(f"/admin/claims/replyrequest/{asked.pk}/history/").status_code == 200


@pytest.mark.parametrize(
    "typed", [{"addressee": ""}, {"until": "2001-01-01"}, {"wording": "a\x1bb"}, {"channel": "pigeon"}], ids=str
)
def test_bad_input_is_refused(desk: factories.Desk, asked: ReplyRequest, typed: dict[str, str]) -> None:
    client = as_user(desk.editor)

    answer = client.post(change(asked), opened(client, asked) | {name: [value] for name, value in typed.items()})

    assert answer.status_code == 422
    assert asked.ledger.count() == 2


def test_two_tabs_lose_nothing(desk: factories.Desk, asked: ReplyRequest) -> None:
    mine, theirs = as_user(desk.researcher), as_user(desk.editor)
    form = opened(mine, asked)
    theirs.post(change(asked), opened(theirs, asked) | {"wording": ["Why?"]})

    answer = mine.post(change(asked), form | {"wording": ["Since when?"]})

    assert answer.status_code == 409
    assert "Since when?" in text(answer)


@pytest.mark.parametrize(("query", "number"), [("", 1), ("?state=answered", 1), ("?state=open", 0), ("?q=press", 1)])
def test_the_list_is_narrowed(desk: factories.Desk, asked: ReplyRequest, query: str, number: int) -> None:
    answer = as_user(desk.auditor).get(changelist("replyrequest") + query)

    assert answer.status_code == 200
    assert len(answer.context["cl"].result_list) == number
