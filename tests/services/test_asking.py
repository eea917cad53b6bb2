"""Asking those whom a claim concerns: the request, what comes back, and what of it is content."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from claims import composition
from claims.errors import Conflict, DomainError, GatesClosed, NotEditable, Refused, Unanswerable
from claims.models import Asked, Claim, LedgerEntry, Reply, ReplyRequest
from claims.services import asking, erasure, people, review, verification
from claims.vocabulary import Action, Channel, ReplyWay, Status
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

WORDS = "The figure comes from our own survey.\n\nIt was never meant for the whole city."
PASSAGE = "It was never meant for the whole city."


def today() -> date:
    return timezone.localdate()


def days(number: int) -> timedelta:
    return timedelta(days=number)


def ask(desk: Desk, *claims: Claim, **values: Any) -> ReplyRequest:
    return factories.make_request(desk.researcher, *claims, **values)


def reply(desk: Desk, request: ReplyRequest, words: str = WORDS, **values: Any) -> Reply:
    filled = {"received_on": date(2025, 4, 3), **values}
    return asking.record_reply(actor=desk.researcher, request_id=request.pk, words=words, **filled)


def include(desk: Desk, claim: Claim, request: ReplyRequest, words: str = PASSAGE, **values: Any) -> Claim:
    filled = {"actor": desk.researcher, "included": True, **values}
    return asking.include_reply(claim_id=claim.pk, request_id=request.pk, words=words, **filled)


def shown(claim: Claim) -> list[dict[str, Any]]:
    """What the content says of replies."""
    return composition.compose(claim).get("replies", [])


def entries(record: Claim | ReplyRequest) -> list[str]:
    return list(record.ledger.order_by("sequence").values_list("action", flat=True))


# Asking


def test_one_request_is_one_change_set_in_the_ledgers_of_all_it_is_about(desk: Desk) -> None:
    first, second = factories.research_claim(desk), factories.research_claim(desk)

    request = ask(desk, second, first)

    change_set = request.ledger.get().change_set
    written = LedgerEntry.objects.filter(change_set=change_set)
    assert {entry.aggregate for entry in written} == {request, first, second}
    assert {entry.action for entry in written} == {Action.ASK.value}
    assert not written.filter(changed_content=True).exists()
    assert factories.fresh(first).revision == first.revision + 1


def test_asked_on_is_today_unless_it_was_earlier(desk: Desk) -> None:
    claim = factories.research_claim(desk)
    values = {"addressee": "Baidu", "channel": Channel.EMAIL, "wording": "Why?", "language": "en"}

    request = asking.ask(actor=desk.researcher, claim_ids=[claim.pk], **values)

    assert request.asked_on == today()


# Every value that cannot stand, and the field whose sentence says so.
UNFIT = [
    ({"addressee": "  "}, "addressee"),
    ({"wording": " \n "}, "wording"),
    ({"wording": "Why\x00?"}, "wording"),
    ({"wording": "x" * 20_001}, "wording"),
    ({"language": "no language"}, "language"),
    ({"channel": "pigeon"}, "channel"),
    ({"asked_on": date(2999, 1, 1)}, "asked_on"),
    ({"until": date(2025, 3, 31)}, "until"),
    ({"addressee": "x" * 201}, "addressee"),
]


@pytest.mark.parametrize(
    ("values", "field"), UNFIT, ids=[f"{field}-{number}" for number, (_, field) in enumerate(UNFIT)]
)
def test_what_does_not_fit_is_refused_beside_its_field(desk: Desk, values: dict[str, Any], field: str) -> None:
    claim = factories.research_claim(desk)

    with pytest.raises(Refused) as refused:
        ask(desk, claim, **values)

    assert refused.value.field == field
    assert not ReplyRequest.objects.exists()
    assert factories.fresh(claim).revision == claim.revision


def test_a_request_is_about_claims_that_are_there(desk: Desk) -> None:
    values = {"addressee": "Baidu", "channel": "email", "wording": "Why?", "language": "en"}
    for keys in ([], [987_654]):
        with pytest.raises(Refused) as refused:
            asking.ask(actor=desk.researcher, claim_ids=keys, **values)
        assert refused.value.field == "claims"


def test_an_auditor_asks_nobody(desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        factories.make_request(desk.auditor, factories.research_claim(desk))


def test_asking_the_speaker_opens_the_gate_of_the_claimant(desk: Desk) -> None:
    claim = factories.ready_claim(desk, {"verdict.not_asked_reason": ""})
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    with pytest.raises(GatesClosed):
        factories.approve(claim, desk.editor)

    ask(desk, claim, speaker=claim.speaker)

    assert factories.approve(claim, desk.editor).status == Status.APPROVED


def test_a_running_deadline_holds_up_the_approval_until_a_reason_is_given(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    ask(desk, claim, until=today())
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    with pytest.raises(GatesClosed) as closed:
        factories.approve(claim, desk.editor)
    assert any("Press office" in gap for gap in closed.value.missing)

    review.send_back(claim_id=claim.pk, actor=desk.editor, comment="Say why.")
    factories.edit(claim, desk.researcher, {"verdict.early_reason": "The vote is tomorrow."})
    review.resolve(claim_id=claim.pk, actor=desk.researcher, review_id=claim.reviews.get().pk)
    review.submit(claim_id=claim.pk, actor=desk.researcher)

    assert factories.approve(claim, desk.editor).status == Status.APPROVED


# Changing it


def edit(desk: Desk, request: ReplyRequest, **options: Any) -> ReplyRequest:
    names = {name: options.pop(name) for name in list(options) if name in asking.REQUEST_FIELDS}
    return asking.edit_request(**{"actor": desk.researcher, **options}, request_id=request.pk, values=names)


def test_a_field_that_somebody_else_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    request = ask(desk, factories.research_claim(desk))
    edit(desk, request, wording="Where is the figure from?", actor=desk.editor, opened_at=1)

    with pytest.raises(Conflict) as conflict:
        edit(desk, request, wording="Who says so?", opened_at=1)
    edit(desk, request, contact="press@example.org", opened_at=1)

    assert [clash.path for clash in conflict.value.clashes] == ["wording"]
    request.refresh_from_db()
    assert (request.wording, request.contact) == ("Where is the figure from?", "press@example.org")


def test_changing_a_request_that_readers_do_not_see_touches_no_claim(desk: Desk) -> None:
    claim = factories.approved_claim(desk)
    request = ask(desk, claim)

    edit(desk, request, addressee="Press office of the union", until=date(2025, 4, 8))

    assert factories.fresh(claim).status == Status.APPROVED
    assert entries(claim)[-1] == Action.ASK


def test_what_readers_see_of_a_request_is_the_claims_content(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim)
    reply(desk, request)
    include(desk, claim, request)
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    factories.approve(claim, desk.editor)

    edit(desk, request, addressee="Union, press office")

    assert shown(claim)[0]["addressee"] == "Union, press office"
    assert factories.fresh(claim).status == Status.REVIEW
    last = factories.last_entry(claim)
    assert last.changed_content
    assert last.change_set == request.ledger.latest("sequence").change_set

    with pytest.raises(NotEditable):
        edit(desk, request, addressee="Somebody else")
    edit(desk, request, contact="press@example.org")


def test_a_request_goes_on_to_further_claims_once(desk: Desk) -> None:
    first, second = factories.research_claim(desk), factories.research_claim(desk)
    request = ask(desk, first)

    for _ in range(2):
        asking.add_claims(actor=desk.researcher, request_id=request.pk, claim_ids=[second.pk, first.pk])

    assert [asked.claim for asked in request.asked.all()] == [first, second]
    assert entries(request) == [Action.ASK, Action.ASK]
    assert entries(second)[-1] == Action.ASK


def test_a_claim_is_taken_out_as_long_as_nothing_of_it_is_content(desk: Desk) -> None:
    first, second = factories.research_claim(desk), factories.research_claim(desk)
    request = ask(desk, first, second)
    reply(desk, request)
    include(desk, first, request)
    take_out = {"actor": desk.researcher, "request_id": request.pk}

    with pytest.raises(Refused, match="in the content"):
        asking.take_out(**take_out, claim_id=first.pk)
    asking.take_out(**take_out, claim_id=second.pk)
    asking.include_reply(actor=desk.researcher, claim_id=first.pk, request_id=request.pk, included=False)
    with pytest.raises(Refused, match="the only claim"):
        asking.take_out(**take_out, claim_id=first.pk)
    with pytest.raises(Refused, match="not asked"):
        asking.take_out(**take_out, claim_id=second.pk)

    assert [asked.claim for asked in request.asked.all()] == [first]
    assert list(verification.verify()) == []


# What comes back


def test_a_reply_is_kept_word_for_word_and_is_no_content(desk: Desk) -> None:
    claim = factories.approved_claim(desk)
    request = ask(desk, claim)
    before = composition.compose(claim)

    made = reply(desk, request, "  First line\r\nSecond\u00a0line\u2028third “line” – *no* markup\n")

    assert made.words == "First line\nSecond\u00a0line\nthird “line” – *no* markup"
    assert (made.way, made.recorded_by) == (ReplyWay.DESK.value, desk.researcher)
    assert composition.compose(claim) == before
    assert factories.fresh(claim).status == Status.APPROVED
    assert entries(claim)[-1] == entries(request)[-1] == Action.REPLY
    assert not factories.last_entry(claim).changed_content


def test_a_second_letter_is_a_second_reply_and_the_same_one_is_not(desk: Desk) -> None:
    request = ask(desk, factories.research_claim(desk))
    reply(desk, request)
    reply(desk, request, "One more thing.")

    with pytest.raises(Refused, match="already"):
        reply(desk, request)

    assert [one.words for one in request.replies.all()] == [WORDS, "One more thing."]
    assert entries(request) == [Action.ASK, Action.REPLY, Action.REPLY]


# What word processors leave in a text is harmless; what is for machines is refused.
INVISIBLE = ["\ufeffYes", "Y\u00ades", "Y\u200bes", "\u202eYes", "Ye\u2060s"]
REFUSED = ["", "  \n", "\u200b\ufeff", "Yes\x00", "Y\x1bes", "\x07", "Yes\ud800", "x" * 20_001]


@pytest.mark.parametrize("words", INVISIBLE, ids=ascii)
def test_what_nobody_sees_is_not_kept(desk: Desk, words: str) -> None:
    assert reply(desk, ask(desk, factories.research_claim(desk)), words).words == "Yes"


@pytest.mark.parametrize("words", REFUSED, ids=lambda words: ascii(words[:9]))
def test_what_cannot_be_read_is_no_reply(desk: Desk, words: str) -> None:
    request = ask(desk, factories.research_claim(desk))

    with pytest.raises(Refused) as refused:
        reply(desk, request, words)

    assert refused.value.field == "words"
    assert not request.replies.exists()


@pytest.mark.parametrize("day", [date(2025, 3, 31), date(2999, 1, 1)])
def test_a_reply_comes_after_the_question_and_not_in_the_future(desk: Desk, day: date) -> None:
    with pytest.raises(Refused) as refused:
        reply(desk, ask(desk, factories.research_claim(desk)), received_on=day)
    assert refused.value.field == "received_on"


# What readers get


def test_a_passage_becomes_content(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim, until=date(2025, 4, 8))
    reply(desk, request)

    include(desk, claim, request)

    assert shown(claim) == [
        {
            "addressee": "Press office",
            "channel": "email",
            "asked_on": "2025-04-01",
            "until": "2025-04-08",
            "replied_on": "2025-04-03",
            "words": PASSAGE,
            "language": "en",
        }
    ]
    assert factories.last_entry(claim).changed_content
    assert entries(request) == [Action.ASK, Action.REPLY]


def test_a_further_letter_does_not_change_when_the_words_came(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim)
    reply(desk, request)
    include(desk, claim, request)
    before = composition.compose(claim)

    reply(desk, request, "One more thing.", received_on=date(2025, 5, 1))

    assert composition.compose(claim) == before
    assert not factories.last_entry(claim).changed_content


def test_an_approved_claim_is_revised_by_itself(desk: Desk) -> None:
    claim = factories.approved_claim(desk)
    request = ask(desk, claim)
    reply(desk, request)

    include(desk, claim, request)

    assert factories.fresh(claim).status == Status.REVIEW


@pytest.mark.parametrize("status", [Status.REVIEW, Status.PUBLISHED, Status.PARKED, Status.DECLINED, Status.RETRACTED])
def test_content_is_left_alone_where_it_is_not_edited(desk: Desk, status: Status) -> None:
    claim = factories.claim_in(status, desk)
    request = ask(desk, claim)
    reply(desk, request)

    with pytest.raises(NotEditable):
        include(desk, claim, request)

    assert shown(claim) == []


# Which passages stand in the reply: white space apart, word for word, and no word cut.
PASSAGES = [
    (WORDS, True),
    (PASSAGE, True),
    ("our own\n survey.   It was never", True),
    ("never meant for the whole", True),
    ("It was meant for the whole city.", False),
    ("it was never", False),
    ("t was never", False),
    ("was never mean", False),
    ("our own survey. […] the whole city", False),
]


@pytest.mark.parametrize(("words", "stands"), PASSAGES)
def test_only_what_they_wrote_is_published_as_theirs(desk: Desk, words: str, stands: bool) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim)
    reply(desk, request)

    if stands:
        include(desk, claim, request, words)
        assert shown(claim)[0]["words"] == words
    else:
        with pytest.raises(Refused) as refused:
            include(desk, claim, request, words)
        assert refused.value.field == f"replies.{request.uuid}.words"
        assert shown(claim) == []


def test_a_passage_stands_in_one_of_the_replies(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim)
    reply(desk, request, "We do not comment.")
    reply(desk, request, "On second thoughts we do.", received_on=date(2025, 4, 9))

    with pytest.raises(Refused):
        include(desk, claim, request, "comment. On second")
    include(desk, claim, request, "On second thoughts we do.")

    assert shown(claim)[0]["replied_on"] == "2025-04-09"


def test_a_letter_that_is_recorded_later_is_no_change_of_the_content(desk: Desk) -> None:
    """Even where it was written earlier, and says the same."""
    claim = factories.ready_claim(desk)
    request = ask(desk, claim)
    reply(desk, request, "We do not comment.", received_on=date(2025, 4, 9))
    include(desk, claim, request, "We do not comment.")
    before = composition.compose(claim)

    reply(desk, request, "We do not comment. Kind regards.", received_on=date(2025, 4, 3))

    assert composition.compose(claim) == before


def test_it_is_told_that_they_did_not_answer(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim, until=date(2025, 4, 8))

    include(desk, claim, request, "")

    [told] = shown(claim)
    assert (told["words"], told["until"], told["replied_on"]) == ("", "2025-04-08", None)


def test_silence_is_not_told_while_they_may_answer_or_where_they_did(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    asked_now = ask(desk, claim, until=today())
    answered = ask(desk, claim)
    reply(desk, answered)

    with pytest.raises(Refused, match="may still answer"):
        include(desk, claim, asked_now, "")
    with pytest.raises(Refused, match="did answer"):
        include(desk, claim, answered, "")


def test_a_deadline_is_not_moved_ahead_of_the_silence_that_is_told(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim, until=date(2025, 4, 8))
    include(desk, claim, request, "")

    with pytest.raises(Refused, match="may still answer"):
        edit(desk, request, until=today())


def test_the_approval_notices_an_answer_that_came_after_the_silence_was_told(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim, until=date(2025, 4, 8))
    include(desk, claim, request, "")
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    reply(desk, request, received_on=date(2025, 4, 8))

    with pytest.raises(GatesClosed) as closed:
        factories.approve(claim, desk.editor)

    assert any("did answer" in gap for gap in closed.value.missing)


def test_taking_the_reply_out_forgets_the_words(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim)
    reply(desk, request)
    include(desk, claim, request)

    asking.include_reply(actor=desk.researcher, claim_id=claim.pk, request_id=request.pk, included=False)

    assert shown(claim) == []
    assert Asked.objects.get().words == ""


def test_words_are_not_kept_where_readers_do_not_get_them(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim)
    reply(desk, request)

    with pytest.raises(Refused) as refused:
        asking.include_reply(actor=desk.researcher, claim_id=claim.pk, request_id=request.pk, words=PASSAGE)

    assert refused.value.field == f"replies.{request.uuid}.included"


def test_two_who_choose_different_passages_are_shown_both(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim)
    reply(desk, request)
    opened_at = factories.fresh(claim).revision
    include(desk, claim, request, actor=desk.editor, opened_at=opened_at)

    with pytest.raises(Conflict) as conflict:
        include(desk, claim, request, "The figure comes from our own survey.", opened_at=opened_at)

    [clash] = conflict.value.clashes
    assert clash.path == f"replies.{request.uuid}.words"
    assert (clash.base, clash.theirs) == ("", PASSAGE)
    assert shown(claim)[0]["words"] == PASSAGE


def test_nothing_new_is_no_entry(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim)
    reply(desk, request)
    before = include(desk, claim, request).revision

    assert include(desk, claim, request).revision == before


def test_a_reply_to_another_claim_is_not_put_into_this_one(desk: Desk) -> None:
    claim, other = factories.ready_claim(desk), factories.ready_claim(desk)
    request = ask(desk, other)
    reply(desk, request)

    with pytest.raises(Refused, match="not asked about this claim"):
        include(desk, claim, request)


# The link


def link(desk: Desk, request: ReplyRequest, valid_for: timedelta = timedelta(days=7)) -> str:
    return asking.make_link(actor=desk.researcher, request_id=request.pk, valid_for=valid_for)


def code(token: str) -> str:
    with pytest.raises(Unanswerable) as refused:
        asking.answer(token=token, words=WORDS)
    return refused.value.code


def test_an_answer_through_the_link_is_recorded_by_the_system(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(desk, claim)

    made = asking.answer(token=link(desk, request), words=WORDS)

    assert (made.words, made.way, made.received_on) == (WORDS, ReplyWay.LINK.value, today())
    assert made.recorded_by == people.system_user()
    assert entries(request) == [Action.ASK, Action.CHANGE, Action.REPLY]
    assert factories.last_entry(claim).action == Action.REPLY
    assert factories.last_entry(claim).actor == people.system_user()
    assert list(verification.verify()) == []


def test_the_link_itself_is_kept_nowhere(desk: Desk) -> None:
    request = ask(desk, factories.research_claim(desk))

    token = link(desk, request)

    assert len(token) >= 43
    request.refresh_from_db()
    assert request.link_hash == asking.digest(token)
    told = "".join(request.ledger.values_list("change__text", flat=True)) + "".join(vars(request).__repr__())
    assert token not in told


def test_a_link_is_good_for_one_answer(desk: Desk) -> None:
    request = ask(desk, factories.research_claim(desk))
    token = link(desk, request)
    asking.answer(token=token, words="Once.")

    assert code(token) == "used"
    assert [one.words for one in request.replies.all()] == ["Once."]


def test_a_link_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    request = ask(desk, factories.research_claim(desk))
    token = link(desk, request, timedelta(microseconds=1))

    assert code(token) == "late"


def test_a_new_link_ends_the_old_one(desk: Desk) -> None:
    request = ask(desk, factories.research_claim(desk))
    old, new = link(desk, request), link(desk, request)

    assert code(old) == "unknown"
    assert asking.answer(token=new, words=WORDS).request == request


@pytest.mark.parametrize("change", [str.swapcase, lambda token: token[:-1], lambda token: token + "x", lambda _: "",
                                    lambda _: "ü\x00\ud800"])  # fmt: skip
def test_an_altered_link_leads_nowhere(desk: Desk, change: Any) -> None:
    token = link(desk, ask(desk, factories.research_claim(desk)))

    assert code(change(token)) == "unknown"


def test_a_refused_text_does_not_use_the_link_up(desk: Desk) -> None:
    request = ask(desk, factories.research_claim(desk))
    token = link(desk, request)

    for words in REFUSED:
        with pytest.raises(Refused):
            asking.answer(token=token, words=words)

    assert asking.linked(token) == request
    assert asking.answer(token=token, words=WORDS)


@pytest.mark.parametrize("valid_for", [timedelta(), -days(1), days(181)])
def test_a_link_is_valid_for_a_sensible_time(desk: Desk, valid_for: timedelta) -> None:
    request = ask(desk, factories.research_claim(desk))

    with pytest.raises(Refused):
        link(desk, request, valid_for)


def test_an_auditor_makes_no_link(desk: Desk) -> None:
    request = ask(desk, factories.research_claim(desk))

    with pytest.raises(PermissionDenied):
        asking.make_link(actor=desk.auditor, request_id=request.pk, valid_for=days(1))


# Erasure


def test_an_order_erases_a_name_from_requests_replies_and_content(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    request = ask(
        desk, claim, addressee="Erika Mustermann", contact="Erika Mustermann, press", wording="Dear Erika Mustermann"
    )
    reply(desk, request, "I, Erika Mustermann, deny it.")
    include(desk, claim, request, "I, Erika Mustermann, deny it.")

    erasure.erase(actor=desk.chief, text="Erika Mustermann", reason="An order of the court.")

    request.refresh_from_db()
    kept = [request.addressee, request.contact, request.wording, request.replies.get().words, Asked.objects.get().words]
    assert not any("Erika" in words for words in kept)
    assert "Erika" not in str(composition.compose(claim))
    assert not LedgerEntry.objects.filter(change__text__contains="Erika").exists()
    assert request.link_hash == ""
    assert list(verification.verify()) == []


@pytest.mark.parametrize("taken_out", [False, True])
def test_an_approval_of_what_named_the_addressee_is_forgotten(desk: Desk, taken_out: bool) -> None:
    """A content's hash has no salt: whoever knows the rest could try names until it fits."""
    claim = factories.ready_claim(desk)
    request = ask(desk, claim, addressee="Erika Mustermann")
    reply(desk, request)
    include(desk, claim, request)
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    approved = factories.approve(claim, desk.editor).approvals.get().content_hash
    if taken_out:
        include(desk, claim, request, "", included=False)

    erasure.erase(actor=desk.chief, text="Erika Mustermann", reason="An order of the court.")

    assert factories.fresh(claim).status == Status.REVIEW
    assert claim.approvals.get().content_hash != approved
    assert not LedgerEntry.objects.filter(change__text__contains=approved).exists()
    assert list(verification.verify()) == []


def test_a_broken_ledger_of_a_request_is_found(desk: Desk) -> None:
    request = ask(desk, factories.research_claim(desk))
    assert list(verification.verify_chain("reply_request", request)) == []

    request.revision += 1

    assert len(list(verification.verify_chain("reply_request", request))) == 1


def test_every_refusal_reads_as_a_sentence(desk: Desk) -> None:
    request = ask(desk, factories.research_claim(desk))
    problems: list[DomainError] = []
    for words in REFUSED:
        with pytest.raises(Refused) as refused:
            reply(desk, request, words)
        problems.append(refused.value)

    assert all(str(problem).endswith(".") for problem in problems)
