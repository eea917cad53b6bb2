"""One save of a claim in the admin is one service call: one entry, one rise of the revision, nothing beside it."""

import pytest

from claims.models import Claim, Evidence, LedgerEntry
from claims.services import review
from claims.vocabulary import Action, Status
from tests import factories
from tests.admin.helpers import as_user, change, entries, form_in, fresh, opened, saved, text, writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def test_a_save_makes_one_entry_and_raises_the_revision_by_one(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.editor)
    form = opened(client, claim)
    source = factories.make_source(desk.researcher)
    form |= {
        "priority": ["urgent"],
        "texts.en.statement": ["Rents rose by 12 per cent."],
        "verdict.judged_by": ["time_of_claim"],
        "verdict.texts.de.headline": ["Gestiegen"],
        "evidence.R1.excerpt": ["plus 9.1 per cent"],
        "new.0.key": ["N1"],
        "new.0.source": [str(source.pk)],
        "new.0.stance": ["supports"],
        "new.0.bears_on": ["said"],
        "new.0.seen_how": ["read online"],
    }
    count = LedgerEntry.objects.count()
    with writes() as tables:
        answer = saved(client, claim, form)
    assert answer.status_code == 302
    after = fresh(claim)
    assert (after.revision, LedgerEntry.objects.count()) == (claim.revision + 1, count + 1)
    entry = entries(claim)[-1]
    assert (entry.sequence, entry.action, entry.actor) == (after.revision, Action.EDIT, desk.editor)
    assert set(entry.change.data["fields"]) >= {
        "priority", "texts.en.statement", "verdict.judged_by", "verdict.texts.de.headline", "evidence.R1.excerpt",
        "evidence.N1.stance",
    }  # fmt: skip
    assert after.priority == "urgent"
    item = Evidence.objects.get(claim=claim, key="N1")
    assert (item.publisher, item.seen_by) == (source.publisher, desk.editor)
    assert sorted(set(tables) - {"django_session"}) == [
        "claims_claim", "claims_claimtext", "claims_evidence", "claims_ledgerchange", "claims_ledgerentry",
        "claims_verdict", "claims_verdicttext",
    ]  # fmt: skip
    assert [tables.count(name) for name in ("claims_claim", "claims_ledgerentry")] == [1, 1]


@pytest.mark.parametrize("status", [Status.INBOX, Status.RESEARCH, Status.APPROVED, Status.REVIEW, Status.PUBLISHED])
def test_an_untouched_form_writes_nothing(desk: factories.Desk, status: Status) -> None:
    """Kinds in another order and line breaks of another kind are no change; an approval must not lapse by them."""
    claim = factories.claim_in(status, desk, kinds=["superlative", "event"])
    client = as_user(desk.editor)
    with writes() as tables:
        answer = saved(client, claim, opened(client, claim), follow=True)
    assert "Nothing was changed" in text(answer)
    assert set(tables) <= {"django_session"}
    assert (fresh(claim).revision, fresh(claim).status) == (claim.revision, status)


def test_untouched_lines_of_another_kind_stay_as_they_are(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk, {"verdict.texts.en.rationale": "\nOne [@R1]\n\nTwo [@B1]\n"})
    client = as_user(desk.editor)
    saved(client, claim, opened(client, claim))
    assert fresh(claim).revision == claim.revision


def test_what_is_not_a_field_is_not_written(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    other = factories.make_user()
    client = as_user(desk.editor)
    form = opened(client, claim) | {
        "status": ["published"],
        "revision": ["99"],
        "uuid": ["00000000-0000-0000-0000-000000000000"],
        "publish_at": ["2030-01-01"],
        "decline_reason": ["no"],
        "evidence.R1.seen_by": [str(other.pk)],
        "evidence.R1.seen_at": ["2001-01-01"],
        "evidence.R1.source": ["1"],
        "evidence.NO1.stance": ["supports"],
        "texts.xx.statement": ["Hidden"],
        "verdict.change_kind": ["minor"],
    }
    answer = saved(client, claim, form)
    assert answer.status_code == 302
    after = fresh(claim)
    assert (after.status, after.revision, after.uuid) == (claim.status, claim.revision, claim.uuid)
    assert Evidence.objects.get(claim=claim, key="R1").seen_by == desk.researcher
    assert not after.texts.filter(language="xx").exists()


def test_the_risk_is_not_a_researchers_to_set(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    saved(client, claim, opened(client, claim) | {"risk": ["high"]})
    assert fresh(claim).risk == "normal"
    client = as_user(desk.editor)
    saved(client, claim, opened(client, claim) | {"risk": ["high"]})
    assert fresh(claim).risk == "high"


def test_changed_content_of_an_approved_claim_goes_back_to_the_second_read(desk: factories.Desk) -> None:
    claim = factories.approved_claim(desk)
    client = as_user(desk.editor)
    answer = saved(client, claim, opened(client, claim) | {"texts.en.statement": ["Other words."]}, follow=True)
    assert "back in the second read" in text(answer)
    assert fresh(claim).status == Status.REVIEW


@pytest.mark.parametrize("status", [Status.REVIEW, Status.PUBLISHED, Status.PARKED, Status.DECLINED, Status.RETRACTED])
def test_where_content_is_closed_only_the_work_is_assigned(desk: factories.Desk, status: Status) -> None:
    claim = factories.claim_in(status, desk)
    client = as_user(desk.editor)
    form = opened(client, claim)
    typed = {name for name in form if not name.endswith("_FORMS")}
    assert typed == {"csrfmiddlewaretoken", "opened_at", "assignee", "due_on"}
    saved(client, claim, form | {"assignee": [str(desk.editor.pk)]})
    assert fresh(claim).assignee == desk.editor
    assert entries(claim)[-1].action == Action.ASSIGN


def test_a_form_from_before_the_second_read_keeps_what_was_typed(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.editor)
    form = opened(client, claim) | {"texts.en.statement": ["Typed before it was handed in."]}
    review.submit(claim_id=claim.pk, actor=desk.researcher)
    answer = saved(client, claim, form)
    assert answer.status_code == 409
    assert "The claim is being read. Suggest a wording, or send it back first." in text(answer)
    assert form_in(answer)["texts.en.statement"] == ["Typed before it was handed in."]
    assert fresh(claim).texts.get(language="en").statement == factories.STATEMENTS["en"]


# (what is wrong, the sentence)
BAD = [
    ({"new.0.excerpt": ["words"]}, "New evidence needs this"),
    ({"new.0.key": ["R1"]}, "The key R1 was used before in this claim."),
    ({"new.0.key": ["a b"]}, "A key is letters and digits"),
    ({"texts.en.statement": [""]}, "The statement is empty."),
    ({"evidence.R1.url": ["javascript:alert(1)"]}, "Enter a valid URL."),
    ({"evidence.R1.url": ["ftp://example.org/x"]}, "Enter a valid URL."),
    ({"evidence.R1.published": ["yesterday"]}, "Write a date as 2025"),
    ({"verdict.rating": ["999999999999999999999999"]}, "Select a valid choice"),
    ({"verdict.question": ["maybe"]}, "Select a valid choice"),
    ({"speaker": ["\x00"]}, "Null characters are not allowed."),
    ({"texts.en.statement": ["nul \x00 here"]}, "Null characters are not allowed."),
    ({"verdict.texts.en.headline": ["x" * 301]}, "at most 300 characters"),
    ({"verdict.texts.en.rationale": ["x" * 100_000]}, "at most 60000 characters"),
    ({"kinds": ["rumour"]}, "Select a valid choice"),
    ({"quantities-0-low": ["5"], "quantities-0-high": ["4"]}, "The lower number is above the higher one."),
    ({"opened_at": ["999999"]}, "The form names a revision that does not exist."),
    ({"opened_at": [""]}, "does not say which revision"),
]


@pytest.mark.parametrize(("typed", "sentence"), BAD, ids=[sentence[:30] for _typed, sentence in BAD])
def test_bad_input_is_refused_beside_its_field_and_kept(desk: factories.Desk, typed: dict, sentence: str) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.editor)
    form = opened(client, claim) | {"verdict.texts.en.summary": ["Kept as typed."], **typed}
    with writes() as tables:
        answer = saved(client, claim, form)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert form_in(answer)["verdict.texts.en.summary"] == ["Kept as typed."]
    assert set(tables) <= {"django_session"}


def test_an_evidence_item_is_taken_out_and_its_key_never_used_again(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.editor)
    saved(client, claim, opened(client, claim) | {"evidence.B1.removed": ["on"]})
    assert Evidence.objects.get(claim=claim, key="B1").removed
    form = opened(client, claim)
    assert not [name for name in form if name.startswith("evidence.B1.")]
    answer = saved(client, claim, form | {"new.0.key": ["B1"]})
    assert "The key B1 was used before in this claim." in text(answer)


def test_markup_in_a_statement_is_shown_as_text(desk: factories.Desk) -> None:
    nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    claim = factories.research_claim(desk, statements={"en": nasty})
    client = as_user(desk.editor)
    for address in ("/admin/claims/claim/", change(claim), f"/admin/claims/claim/{claim.pk}/history/", "/admin/"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_there_is_no_such_claim(desk: factories.Desk) -> None:
    client = as_user(desk.editor)
    for key in ("999999", "9" * 40, "%00", "one"):
        assert client.get(f"/admin/claims/claim/{key}/change/").status_code == 404
        assert client.get(f"/admin/claims/claim/{key}/history/").status_code == 404


def test_the_history_comes_from_the_ledger(desk: factories.Desk) -> None:
    claim = factories.review_claim(desk)
    page = text(as_user(desk.auditor).get(f"/admin/claims/claim/{claim.pk}/history/"))
    for words in ("4. Handed in", "1. Marked", "Rents rose, but by less", "Evidence R1", "Mostly true"):
        assert words in page
    assert Claim.objects.get(pk=claim.pk).ledger.count() == 4
