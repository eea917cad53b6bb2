"""The desk's shared records: speakers, outlets, sources, scales. Changing one touches no claim."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from claims.errors import Refused
from claims.models import Article, Outlet, RatingScale, Source, Speaker
from claims.services import people, records
from claims.vocabulary import Action, Question, SpeakerKind
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db


def test_outlet_comes_with_the_speaker_that_its_own_voice_is(desk: Desk) -> None:
    outlet = factories.make_outlet(desk.researcher, " The Morning Paper ")

    assert (outlet.name, outlet.speaker.name) == ("The Morning Paper", "The Morning Paper")
    assert outlet.speaker.kind == SpeakerKind.OUTLET


def test_editing_is_one_revision_and_one_entry(desk: Desk) -> None:
    speaker = factories.make_speaker(desk.researcher)
    records.edit_record(
        record=Speaker, record_id=speaker.pk, actor=desk.editor, values={"role": "Lobby", "party": "None"}
    )
    speaker.refresh_from_db()

    assert (speaker.role, speaker.party, speaker.revision) == ("Lobby", "None", 2)
    assert speaker.ledger.latest("sequence").action == Action.CHANGE


def test_editing_nothing_leaves_no_entry(desk: Desk) -> None:
    speaker = factories.make_speaker(desk.researcher)
    records.edit_record(record=Speaker, record_id=speaker.pk, actor=desk.editor, values={"name": speaker.name})

    assert Speaker.objects.get(pk=speaker.pk).revision == 1


def test_evidence_keeps_its_own_copy_of_a_citation(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    item = claim.evidence.get(key="R1")
    records.edit_record(record=Source, record_id=item.source_id, actor=desk.editor, values={"title": "Another title"})

    item.refresh_from_db()
    assert item.title != "Another title"
    assert factories.fresh(claim).revision == claim.revision


# Values that do not fit are refused with the field and a sentence, when a record is made and when it is changed.
@pytest.mark.parametrize(
    ("record", "values", "field"),
    [
        (Speaker, {"name": ""}, "name"),
        (Speaker, {"name": "x" * 201}, "name"),
        (Speaker, {"kind": "nonsense"}, "kind"),
        (Speaker, {"same_as": "not an address"}, "same_as"),
        (Source, {"title": ""}, "title"),
        (Source, {"published": "last year"}, "published"),
        (Source, {"kind": "nonsense"}, "kind"),
        (Outlet, {"name": ""}, "name"),
    ],
)
def test_value_that_does_not_fit_is_refused(record: type[Any], values: dict[str, str], field: str, desk: Desk) -> None:
    make = {Speaker: factories.make_speaker, Source: factories.make_source, Outlet: factories.make_outlet}[record]
    there = make(desk.researcher)

    with pytest.raises(Refused) as refusal:
        records.edit_record(record=record, record_id=there.pk, actor=desk.researcher, values=values)
    assert refusal.value.field == field
    assert record.objects.get(pk=there.pk).revision == 1

    create = {Speaker: records.create_speaker, Source: records.create_source, Outlet: records.create_outlet}[record]
    defaults = {"title": "Report"} if record is Source else {"name": "Union"}
    if not set(values) <= {"name", "title"} and record is not Outlet:
        with pytest.raises(Refused) as refusal:
            create(actor=desk.researcher, **{**defaults, **values})
        assert refusal.value.field == field


def test_source_cannot_derive_from_itself(desk: Desk) -> None:
    source = factories.make_source(desk.researcher)
    with pytest.raises(Refused, match="cannot derive from itself"):
        records.edit_record(record=Source, record_id=source.pk, actor=desk.researcher, values={"derives_from": source})


def test_address_of_another_article_is_refused(desk: Desk) -> None:
    url = "https://paper.example.org/rents"
    factories.make_article(desk.researcher, url=url)
    other = factories.make_article(desk.researcher).article

    with pytest.raises(Refused, match="already here"):
        records.edit_record(record=Article, record_id=other.pk, actor=desk.researcher, values={"url": url})


@pytest.mark.parametrize("who", ["auditor"])
def test_auditor_changes_nothing(who: str, desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        factories.make_speaker(getattr(desk, who))


# Scales


RATINGS = [{"code": "yes", "labels": {"en": "Yes"}, "definitions": {"en": "It is so."}, "value": 1}]


def make_scale(actor: Any, code: str = "yes-no") -> RatingScale:
    return records.create_scale(
        actor=actor, code=code, question=Question.TRUE, labels={"en": "Yes or no"}, ratings=RATINGS
    )


def test_head_of_desk_makes_and_changes_a_scale(desk: Desk) -> None:
    scale = make_scale(desk.chief)
    records.edit_record(record=RatingScale, record_id=scale.pk, actor=desk.chief, values={"active": False})

    assert [rating.code for rating in scale.ratings.all()] == ["yes"]
    assert scale.ledger.count() == RatingScale.objects.get(pk=scale.pk).revision == 2


@pytest.mark.parametrize("who", ["researcher", "editor", "auditor"])
def test_nobody_else_does(who: str, desk: Desk) -> None:
    actor = getattr(desk, who)
    with pytest.raises(PermissionDenied, match="head of desk"):
        make_scale(actor)
    with pytest.raises(PermissionDenied, match="head of desk"):
        records.edit_record(
            record=RatingScale, record_id=factories.rating().scale_id, actor=actor, values={"active": False}
        )


def test_shipped_scales_are_there_once_and_the_system_made_them() -> None:
    records.make_shipped_scales()

    scales = RatingScale.objects.order_by("pk")
    assert [(scale.code, scale.question) for scale in scales] == [("true", "true"), ("said", "said")]
    assert {scale.ledger.get().actor for scale in scales} == {people.system_user()}


def test_shipped_scales_have_words_and_definitions_in_both_languages() -> None:
    for scale in RatingScale.objects.all():
        for rating in scale.ratings.all():
            assert set(rating.labels) == set(rating.definitions) == {"de", "en"}
            assert all(rating.labels.values())
            assert all(rating.definitions.values())


# A number only where it means something: from 5 to 1 on the question true, none on the question said.
def test_shipped_scales_have_numbers_only_where_they_mean_something() -> None:
    numbers = {
        scale.code: [rating.value and int(rating.value) for rating in scale.ratings.all()]
        for scale in RatingScale.objects.all()
    }

    assert numbers == {"true": [5, 4, 3, 2, 1, None, None, None], "said": [None] * 4}
    assert [rating.code for rating in factories.rating().scale.ratings.filter(awaits_outcome=True)] == [
        "not-yet-checkable"
    ]


# Finding a record by its name


# On either database: whatever the case of whichever letter, with blanks round it or not.
@pytest.mark.parametrize(
    "typed", ["Ökostrom für Alle", "ÖKOSTROM FÜR ALLE", "ökostrom für alle", " Ökostrom Für alle "]
)
def test_a_name_is_found_whatever_its_case(typed: str, desk: Desk) -> None:
    speaker = factories.make_speaker(desk.researcher, "Ökostrom für Alle")
    outlet = factories.make_outlet(desk.researcher, "Ökostrom für Alle")

    assert records.find_by_name(Speaker, typed) == speaker
    assert records.find_by_name(Outlet, typed) == outlet


@pytest.mark.parametrize("typed", ["Okostrom", "Ökostro", "Ökostrom für", "Ökostrom_", "%", ""])
def test_another_name_is_not_found(typed: str, desk: Desk) -> None:
    factories.make_speaker(desk.researcher, "Ökostrom")

    assert records.find_by_name(Speaker, typed) is None


def test_of_one_name_the_record_that_stands_is_found(desk: Desk) -> None:
    """The older one was merged into a third: whoever types the name means the one that bears it now."""
    older, third = (factories.make_speaker(desk.researcher, name) for name in ("Ökostrom", "Ökostrom AG"))
    records.merge_speakers(actor=desk.editor, speaker_id=older.pk, into_id=third.pk)
    for typed in ("Ökostrom", "ÖKOSTROM"):
        assert records.find_by_name(Speaker, typed) == third

    newer = factories.make_speaker(desk.researcher, "Ökostrom")
    for typed in ("Ökostrom", "ÖKOSTROM"):
        assert records.find_by_name(Speaker, typed) == newer
