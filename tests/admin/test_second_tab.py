"""Two people (or two tabs) on one claim: other fields go through, the same field is shown from both sides."""

import pytest

from claims.models import Evidence
from tests import factories
from tests.admin.helpers import as_user, change, form_in, fresh, opened, saved, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def test_other_fields_go_through_on_top(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.editor)
    form = opened(client, claim) | {"texts.en.statement": ["Mine."]}
    factories.edit(claim, desk.researcher, {"verdict.texts.en.headline": "Theirs", "kinds": ["event"]})
    answer = saved(client, claim, form, follow=True)
    assert "changed: " in text(answer)
    after = fresh(claim)
    assert (after.texts.get(language="en").statement, after.kinds) == ("Mine.", ["event"])
    assert after.verdict.texts.get(language="en").headline == "Theirs"


def test_the_same_field_shows_both_and_keeps_what_was_typed(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.editor)
    form = opened(client, claim) | {"texts.en.statement": ["Mine."], "priority": ["urgent"]}
    theirs = {"texts.en.statement": "Theirs.", "texts.de.statement": "Ihre.", "topics": ["rents", "city"]}
    claim = factories.edit(claim, desk.researcher, theirs)
    answer = saved(client, claim, form)
    assert answer.status_code == 409
    page = text(answer)
    assert "Somebody else changed this while you were writing" in page
    for words in ("Statement (English)", "Mine.", "Theirs.", "What Person No."):
        assert words in page.partition("desk-disputes")[2].partition("</section>")[0]
    shown = form_in(answer)
    assert shown["texts.en.statement"] == ["Mine."]
    assert shown["priority"] == ["urgent"]
    assert shown["texts.de.statement"] == ["Ihre."], "what was not touched becomes what others made of it"
    assert shown["topics"] == ["rents, city"]
    assert shown["opened_at"] == [str(claim.revision)]
    assert shown["disputed"] == ["texts.en.statement"]
    assert fresh(claim).revision == claim.revision


@pytest.mark.parametrize(("choice", "statement"), [("mine", "Mine."), ("theirs", "Theirs.")])
def test_a_choice_settles_it_without_undoing_anything_else(desk: factories.Desk, choice: str, statement: str) -> None:
    claim = factories.ready_claim(desk, kinds=["superlative", "event"])
    client = as_user(desk.editor)
    form = opened(client, claim) | {"texts.en.statement": ["Mine."]}
    theirs = {"texts.en.statement": "Theirs.", "verdict.texts.de.headline": "Ihre", "kinds": ["quote", "event"]}
    claim = factories.edit(claim, desk.researcher, theirs)
    again = form_in(saved(client, claim, form))
    assert saved(client, claim, again).status_code == 422, "nothing is chosen yet"
    assert saved(client, claim, again | {"stand-texts.en.statement": [choice]}).status_code == 302
    after = fresh(claim)
    assert after.texts.get(language="en").statement == statement
    assert after.verdict.texts.get(language="de").headline == "Ihre"
    assert after.kinds == ["quote", "event"]
    assert after.revision == claim.revision + (1 if choice == "mine" else 0)


def test_evidence_that_came_meanwhile_is_left_alone(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.editor)
    form = opened(client, claim) | {"texts.en.statement": ["Mine."]}
    item = factories.evidence_item("LATE1", factories.make_source(desk.researcher), excerpt="late")
    factories.edit(claim, desk.researcher, item)
    assert saved(client, claim, form).status_code == 302
    assert Evidence.objects.get(claim=claim, key="LATE1").excerpt == "late"


def test_a_language_that_came_meanwhile_is_left_alone(desk: factories.Desk) -> None:
    claim = factories.research_claim(desk, statements={"en": "Rents rose."})
    client = as_user(desk.editor)
    form = opened(client, claim) | {"priority": ["high"]}
    factories.edit(claim, desk.researcher, {"texts.de.statement": "Die Mieten stiegen."})
    assert saved(client, claim, form).status_code == 302
    assert fresh(claim).texts.get(language="de").statement == "Die Mieten stiegen."


def test_evidence_that_was_taken_out_meanwhile_stays_out(desk: factories.Desk) -> None:
    claim = factories.ready_claim(desk)
    client = as_user(desk.editor)
    form = opened(client, claim) | {"texts.en.statement": ["Mine."]}
    claim = factories.edit(claim, desk.researcher, {"evidence.B1.removed": True, "texts.en.statement": "Theirs."})
    again = form_in(saved(client, claim, form))
    assert saved(client, claim, again | {"stand-texts.en.statement": ["mine"]}).status_code == 302
    assert Evidence.objects.get(claim=claim, key="B1").removed


def test_a_record_is_disputed_in_the_same_way(desk: factories.Desk) -> None:
    from claims.services import records

    speaker = factories.make_speaker(desk.researcher)
    client = as_user(desk.editor)
    form = opened(client, speaker) | {"role": ["mine"]}
    records.edit_record(
        record=type(speaker), record_id=speaker.pk, actor=desk.researcher, values={"role": "theirs", "party": "x"}
    )
    answer = client.post(change(speaker), form)
    assert answer.status_code == 409
    again = form_in(answer)
    assert (again["role"], again["party"]) == (["mine"], ["x"])
    assert client.post(change(speaker), again | {"stand-role": ["mine"]}).status_code == 302
    speaker.refresh_from_db()
    assert (speaker.role, speaker.party, speaker.revision) == ("mine", "x", 3)
