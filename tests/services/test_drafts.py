"""Keeping what somebody types: for that person alone, and outside of everything that a claim is."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from claims import composition
from claims.errors import Refused
from claims.models import Claim, Draft, LedgerEntry
from claims.services import drafts, erasure, verification
from claims.vocabulary import Status
from tests import factories

pytestmark = pytest.mark.django_db

FORM = "text-en"


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def keep(desk: factories.Desk, claim: Claim, **values: str) -> Draft:
    return drafts.keep(
        actor=desk.researcher,
        claim_id=claim.pk,
        form=FORM,
        opened_at=claim.revision,
        values={name: [text] for name, text in values.items()},
    )


def test_it_keeps_the_words(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)

    keep(desk, claim, headline="Rents rose")

    found = drafts.of(actor=desk.researcher, claim_id=claim.pk, form=FORM)
    assert found is not None
    assert (found.values, found.opened_at) == ({"headline": ["Rents rose"]}, claim.revision)


def test_it_is_nothing_of_the_claim(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    content, entries = composition.compose(claim), LedgerEntry.objects.count()

    keep(desk, claim, headline="Words that nobody else has seen")

    assert composition.compose(claim) == content
    assert factories.fresh(claim).revision == claim.revision
    assert LedgerEntry.objects.count() == entries
    assert list(verification.verify()) == []


def test_what_is_sent_later_is_added(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)

    keep(desk, claim, headline="One", summary="Two")
    keep(desk, claim, summary="Three")

    assert Draft.objects.get().values == {"headline": ["One"], "summary": ["Three"]}


def test_it_begins_where_its_first_word_was_typed(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    keep(desk, claim, headline="One")
    later = factories.edit(claim, desk.editor, {"priority": "high"})

    keep(desk, later, summary="Two")

    assert Draft.objects.get().opened_at == claim.revision < later.revision


def test_nobody_gets_another_person_s(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    keep(desk, claim, headline="Mine")

    assert drafts.of(actor=desk.editor, claim_id=claim.pk, form=FORM) is None
    assert drafts.of_claim(actor=desk.chief, claim_id=claim.pk) == []
    assert not drafts.discard(actor=desk.editor, claim_id=claim.pk, form=FORM)
    assert Draft.objects.count() == 1


def test_it_is_discarded_once(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    keep(desk, claim, headline="Mine")

    answers = [drafts.discard(actor=desk.researcher, claim_id=claim.pk, form=FORM) for _click in range(2)]

    assert answers == [True, False]


def test_an_auditor_keeps_none(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)

    with pytest.raises(PermissionDenied):
        drafts.keep(actor=desk.auditor, claim_id=claim.pk, form=FORM, opened_at=1, values={"headline": ["x"]})


@pytest.mark.parametrize("status", list(Status))
def test_it_is_kept_whatever_became_of_the_claim(desk: factories.Desk, status: Status) -> None:
    claim = factories.claim_in(status, desk)

    keep(desk, claim, headline="Typed on")

    assert drafts.of_claim(actor=desk.researcher, claim_id=claim.pk)


CANNOT_BE = [
    ({"form": "assign"}, "There are no drafts of this form."),
    ({"form": "text-"}, "There are no drafts of this form."),
    ({"form": "text-en/../verdict"}, "There are no drafts of this form."),
    ({"opened_at": 0}, "The form does not say when it was opened."),
    ({"opened_at": 10_000}, "The form does not say when it was opened."),
    ({"values": {"rationale": ["x" * (drafts.LONGEST + 1)]}}, "This is too long to be kept as a draft."),
    ({"values": {f"field-{number}": [""] for number in range(101)}}, "This is too long to be kept as a draft."),
    ({"values": {"x" * 101: [""]}}, "This is too long to be kept as a draft."),
    ({"values": {"headline": ["a\x00b"]}}, "NUL"),
    ({"values": {"headline": ["a\ud800b"]}}, "surrogate"),
]


@pytest.mark.parametrize(("wrong", "sentence"), CANNOT_BE, ids=[f"{case[0]!r:.40}" for case in CANNOT_BE])
def test_what_cannot_be_kept_is_refused(desk: factories.Desk, wrong: dict[str, object], sentence: str) -> None:
    claim = factories.ready_claim(desk)
    given = {"form": FORM, "opened_at": claim.revision, "values": {"headline": ["x"]}, **wrong}

    with pytest.raises(Refused, match=sentence):
        drafts.keep(actor=desk.researcher, claim_id=claim.pk, **given)  # type: ignore[arg-type]

    assert not Draft.objects.exists()


def test_many_small_pieces_do_not_make_a_large_one(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    keep(desk, claim, rationale="x" * (drafts.LONGEST - 1))

    with pytest.raises(Refused):
        keep(desk, claim, summary="xx")

    assert set(Draft.objects.get().values) == {"rationale"}


def test_an_erasure_covers_it(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    keep(desk, claim, rationale="The tenant Ottilie Krähwinkel said so.", headline="Untouched")
    before = Draft.objects.get().saved_at

    erasure.erase(actor=desk.chief, text="Ottilie Krähwinkel", reason="A court order.")

    draft = Draft.objects.get()
    assert draft.values["rationale"] == [f"The tenant {'█' * len('Ottilie Krähwinkel')} said so."]
    assert (draft.values["headline"], draft.saved_at) == (["Untouched"], before)
