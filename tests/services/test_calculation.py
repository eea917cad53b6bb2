"""Calculations: what is stored follows from the inputs, and only what follows is published."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from claims import composition
from claims.errors import Conflict, GatesClosed, Refused
from claims.models import Calculation
from claims.services import erasure, research, review
from tests import factories
from tests.factories import Desk

pytestmark = pytest.mark.django_db

EXPRESSION = "(o1 - r1) / o1 * 100"


def given(name: str, value: str | None, evidence: str = "") -> dict[str, Any]:
    number = Decimal(value) if value is not None else None
    return {"name": name, "labels": {"en": f"Price of {name}"}, "value": number, "unit": "USD", "evidence": evidence}


def edits(**changed: Any) -> dict[str, Any]:
    """The price comparison as calculation K1, with what a test changes in it."""
    values = {
        "labels": {"en": "How much lower the list price is"},
        "inputs": [given("o1", "60"), given("r1", "2.19")],
        "expression": EXPRESSION,
        "unit": "%",
        **changed,
    }
    return {f"calculations.K1.{name}": value for name, value in values.items()}


def test_a_result_is_worked_out_and_rounded(desk: Desk) -> None:
    claim = factories.edit(factories.research_claim(desk), desk.researcher, edits())

    assert claim.calculations.get().result == "96.35"
    assert factories.last_entry(claim).data["sequence"] == claim.revision


def test_a_result_follows_when_an_input_changes(desk: Desk) -> None:
    claim = factories.edit(factories.research_claim(desk), desk.researcher, edits())

    factories.edit(claim, desk.editor, {"calculations.K1.inputs": [given("o1", "60"), given("r1", "3")]})

    assert claim.calculations.get().result == "95"


def test_it_is_content_in_its_canonical_numbers(desk: Desk) -> None:
    claim = factories.edit(factories.research_claim(desk), desk.researcher, edits())

    [shown] = composition.compose(claim)["calculations"]
    assert [part["value"] for part in shown["inputs"]] == ["60", "2.19"]
    assert (shown["result"], shown["places"], shown["unit"]) == ("96.35", 2, "%")


def test_a_claim_without_one_has_no_such_part(desk: Desk) -> None:
    assert "calculations" not in composition.compose(factories.research_claim(desk))


# What cannot be worked out is refused in a sentence, and nothing is saved.
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"expression": "o1 / (r1 - r1)"}, "Here something is divided by zero"),
        ({"expression": "o1 - r2"}, "“r2” has no value."),
        ({"expression": "__import__('os')"}, "does not belong there."),
        ({"expression": ""}, "There is no calculation yet."),
        ({"inputs": [given("o1", "60"), given("o1", "2")]}, "The name “o1” stands there twice."),
        ({"inputs": [given("o1", "60"), given("r1", None)]}, "Give “r1” a number."),
        ({"inputs": [given("o 1", "60")]}, "A name is letters and digits"),
        ({"inputs": [{"name": "o1"}]}, "This is no input of a calculation."),
        ({"places": 11}, "10"),
        ({"expression": "10^80"}, "Here the numbers become too large"),
        ({"inputs": [given("o1", "1e999999999")]}, "This number is too long to calculate with."),
        ({"inputs": [given("\u00e9", "60"), given("e\u0301", "2")]}, "The name “é” stands there twice."),
    ],
    ids=[
        "zero",
        "missing",
        "import",
        "empty",
        "twice",
        "no-number",
        "name",
        "shape",
        "places",
        "result",
        "huge",
        "nfd",
    ],
)
def test_what_has_no_result_is_refused(desk: Desk, changed: dict[str, Any], sentence: str) -> None:
    claim = factories.research_claim(desk)

    with pytest.raises(Refused) as refused:
        factories.edit(claim, desk.researcher, edits(**changed))
    assert sentence in str(refused.value)
    assert not Calculation.objects.exists()


def test_a_key_is_never_used_again(desk: Desk) -> None:
    claim = factories.edit(factories.research_claim(desk), desk.researcher, edits())
    factories.edit(claim, desk.researcher, {"calculations.K1.removed": True})

    with pytest.raises(Refused, match="was used before"):
        factories.edit(claim, desk.researcher, edits())
    assert "calculations" not in composition.compose(claim)


def test_two_people_who_change_the_same_inputs_clash(desk: Desk) -> None:
    claim = factories.edit(factories.research_claim(desk), desk.researcher, edits())
    opened = claim.revision
    factories.edit(claim, desk.editor, {"calculations.K1.inputs": [given("o1", "61"), given("r1", "2.19")]})

    with pytest.raises(Conflict):
        research.edit_claim(
            claim_id=claim.pk,
            actor=desk.researcher,
            edits={"calculations.K1.inputs": [given("o1", "62"), given("r1", "2.19")]},
            opened_at=opened,
        )


def test_two_people_who_change_halves_that_do_not_fit_clash_too(desk: Desk) -> None:
    """Who comes second is shown both, and not told that a name is missing which stands on their page."""
    claim = factories.edit(factories.research_claim(desk), desk.researcher, edits())
    opened = claim.revision
    renamed = edits(inputs=[given("old", "60"), given("new", "2.19")], expression="(old - new) / old * 100")
    factories.edit(claim, desk.editor, renamed)

    with pytest.raises(Conflict):
        factories.edit(claim, desk.researcher, {"calculations.K1.expression": "o1 - r1"}, opened_at=opened)


def test_one_of_which_a_number_was_erased_is_named_and_can_be_mended(desk: Desk) -> None:
    claim = factories.edit(
        factories.ready_claim(desk), desk.researcher, edits(inputs=[given("o1", "60417"), given("r1", "2")])
    )
    erasure.erase(actor=desk.chief, text="60417", reason="An order of the court.")

    with pytest.raises(GatesClosed) as closed:
        review.submit(claim_id=claim.pk, actor=desk.researcher)
    assert closed.value.missing == ["Calculation K1: it cannot be calculated any more."]
    with pytest.raises(Refused, match="“o1” has no value"):
        factories.edit(claim, desk.researcher, {"calculations.K1.unit": "per cent"})
    factories.edit(claim, desk.researcher, edits())
    assert claim.calculations.get().result == "96.35"


def test_one_that_no_longer_follows_is_not_handed_in(desk: Desk) -> None:
    claim = factories.edit(factories.ready_claim(desk), desk.researcher, edits())
    Calculation.objects.update(result="96.36")

    with pytest.raises(GatesClosed) as closed:
        review.submit(claim_id=claim.pk, actor=desk.researcher)
    assert closed.value.missing == ["Calculation K1: the result no longer follows; it would be 96.35."]


def test_one_that_cites_a_lead_is_not_handed_in(desk: Desk) -> None:
    claim = factories.ready_claim(desk)
    lead = factories.evidence_item("L1", factories.make_source(desk.researcher), seen_how="")
    factories.edit(claim, desk.researcher, {**lead, **edits(inputs=[given("o1", "60", "L1"), given("r1", "2")])})

    with pytest.raises(GatesClosed) as closed:
        review.submit(claim_id=claim.pk, actor=desk.researcher)
    assert closed.value.missing == ["Calculation K1: L1 is not among the evidence that was seen."]
