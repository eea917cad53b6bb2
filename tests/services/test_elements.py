"""The parts of a statement, the order of its evidence, and what a forecast is measured by."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from claims import composition
from claims.errors import GatesClosed, Refused
from claims.services import review
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

RIGHT = {"finding": "right", "texts": {"en": "Rents rose."}, "evidence": ["E1"]}


def keys(claim: Any) -> list[str]:
    return [item["key"] for item in composition.compose(claim)["evidence"]]


def test_parts_are_content_in_their_order(desk: Desk) -> None:
    wrong = {"finding": "wrong", "texts": {"en": " By a third. ", "de": ""}, "evidence": []}

    claim = factories.edit(factories.ready_claim(desk), desk.researcher, {"verdict.elements": [RIGHT, wrong]})

    stored = [RIGHT, {**wrong, "texts": {"en": "By a third."}}]
    assert composition.compose(claim)["elements"] == stored
    assert factories.last_entry(claim).changed_content


# A part says what it is about, and what became of it.
@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({**RIGHT, "finding": "nonsense"}, "Say what this part turned out to be."),
        ({**RIGHT, "texts": {"en": " "}}, "Say which part of the statement this is."),
        ({"finding": "right"}, "This is no part of a statement."),
    ],
    ids=["finding", "words", "shape"],
)
def test_a_part_that_says_nothing_is_refused(desk: Desk, part: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        factories.edit(factories.ready_claim(desk), desk.researcher, {"verdict.elements": [part]})


def test_a_part_cites_evidence_of_the_claim(desk: Desk) -> None:
    claim = factories.ready_claim(desk, {"verdict.elements": [{**RIGHT, "evidence": ["X9"]}]})

    with pytest.raises(GatesClosed) as closed:
        review.submit(claim_id=claim.pk, actor=desk.researcher)
    assert closed.value.missing == ["Part 1 of the statement: X9 is not among the evidence that was seen."]


def test_evidence_is_shown_in_the_order_it_was_put_in(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    first, *others = keys(claim)

    factories.edit(claim, desk.editor, {"evidence_order": others})

    assert keys(claim) == [*others, first]
    assert factories.last_entry(claim).changed_content


def test_the_same_order_is_no_change(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    before = factories.fresh(claim).revision

    factories.edit(claim, desk.editor, {"evidence_order": keys(claim)})

    assert factories.fresh(claim).revision == before


def test_evidence_of_another_claim_cannot_be_sorted_in(desk: Desk) -> None:
    with pytest.raises(Refused, match="There is no such evidence"):
        factories.edit(factories.ready_claim(desk), desk.editor, {"evidence_order": ["X9"]})


def test_the_date_of_a_forecast_is_content_while_its_outcome_is_open(desk: Desk) -> None:
    forecast = {"kinds": ["forecast"], "checkable_from": date(2099, 1, 1), "metric": "GW", "threshold": "50"}
    claim = factories.ready_claim(desk, {**forecast, "resolved_at": "The grid agency's yearly report"})
    assert "looks_again" not in composition.compose(claim)

    factories.edit(claim, desk.editor, {"verdict.rating": factories.rating("not-yet-checkable")})

    assert composition.compose(claim)["looks_again"] == "2099-01-01"
