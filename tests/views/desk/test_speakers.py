"""The desk's pages of speakers: found, completed, merged, and a merge taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims import filters
from claims.composition import standing
from claims.models import Claim, Speaker
from claims.services import records
from claims.vocabulary import SpeakerKind
from tests import factories
from tests.views.desk.forms import opened, read_form
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

LIST = "/desk/speakers/"
ITEM = "https://www.wikidata.org/wiki/Q42"


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def make(desk: factories.Desk, name: str, **values: Any) -> Speaker:
    return factories.make_speaker(desk.researcher, name, **values)


def merge(closing: Speaker, staying: Speaker, desk: factories.Desk) -> None:
    records.merge_speakers(actor=desk.editor, speaker_id=closing.pk, into_id=staying.pk)


def at(speaker: Speaker, of: str = "") -> str:
    return reverse(f"desk:{of}_speaker" if of else "desk:speaker", args=[speaker.pk])


def fresh(speaker: Speaker) -> Speaker:
    return Speaker.objects.get(pk=speaker.pk)


def listed(user: Any, query: str = "") -> list[str]:
    return [row.record.name for row in as_user(user).get(LIST + query).context["rows"]]


def queries(user: Any, address: str) -> int:
    client = as_user(user)
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


# The list


def test_speakers_stand_in_the_order_of_their_names_whatever_the_case(desk: factories.Desk) -> None:
    for name in ("mayor", "Tenants' Union", "Zoo", "Alpha"):
        make(desk, name)

    assert listed(desk.auditor) == ["Alpha", "mayor", "Tenants' Union", "Zoo"]


# Every word stands in name, role or party, of the speaker or of one that was merged into it.
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=union", ["Tenants' Union"]),
        ("?q=green+mayor", ["Ada"]),
        ("?q=tenants+mayor", []),
        ("?q=bund", ["Tenants' Union"]),
        ("?q=ÖDP", ["Bo"]),
        ("?q=ödp", ["Bo"]),
        ("?kind=person", ["Ada", "Bo"]),
        ("?kind=person&q=ada", ["Ada"]),
        ("?incomplete=on", ["Bo", "Tenants' Union"]),
        ("?kind=nonsense", ["Ada", "Bo", "Tenants' Union"]),
        ("?q=%00", ["Ada", "Bo", "Tenants' Union"]),
        ("?after=%00_3", ["Ada", "Bo", "Tenants' Union"]),
        ("?after=nonsense", ["Ada", "Bo", "Tenants' Union"]),
    ],
)
def test_the_list_is_narrowed(query: str, names: list[str], desk: factories.Desk) -> None:
    make(desk, "Ada", kind="person", role="Mayor", party="Greens", same_as=ITEM)
    make(desk, "Bo", kind="person", party="ÖDP")
    union = make(desk, "Tenants' Union")
    merge(make(desk, "Mieterbund"), union, desk)

    assert listed(desk.researcher, query) == names


def test_a_row_shows_numbers_old_names_and_what_is_missing(desk: factories.Desk) -> None:
    union, old = make(desk, "Tenants' Union"), make(desk, "Mieterbund")
    factories.inbox_claim(desk, speaker=union)
    factories.inbox_claim(desk, speaker=old)
    merge(old, union, desk)

    [row] = as_user(desk.researcher).get(f"{LIST}?q=union").context["rows"]

    assert (row.numbers, row.old_names, row.lacking) == ((2, 2), ["Mieterbund"], ["Wikidata item"])


@pytest.mark.parametrize(
    ("kind", "role", "same_as", "lacking"),
    [
        ("person", "Mayor", ITEM, []),
        ("person", "", ITEM, ["role"]),
        ("person", "", "", ["role", "same_as"]),
        ("organisation", "", ITEM, []),
        ("government", "", "", ["same_as"]),
        ("outlet", "", "", ["same_as"]),
    ],
)
def test_incomplete_means_the_same_as_a_rule_and_as_a_query(
    kind: str, role: str, same_as: str, lacking: list[str], desk: factories.Desk
) -> None:
    speaker = make(desk, "Ada", kind=kind, role=role, same_as=same_as)

    assert filters.lacking(speaker) == lacking
    assert Speaker.objects.filter(filters.incomplete(Speaker)).exists() is bool(lacking)


def test_paging_shows_everybody_once(desk: factories.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("claims.views.desk.records.PAGE_SIZE", 2)
    names = ["Ada", "ada", "Bo_1", "Cy", "Über"]
    for name in names:
        make(desk, name)
    client, query, seen = as_user(desk.editor), "?", []
    while query:
        answer = client.get(LIST + query)
        seen += [row.record.name for row in answer.context["rows"]]
        query = answer.context["page"].older

    assert sorted(seen) == sorted(names)


def test_the_number_of_queries_does_not_grow_with_the_rows(desk: factories.Desk) -> None:
    def more(number: int) -> None:
        for one in range(number):
            speaker = make(desk, f"Speaker {one}")
            factories.inbox_claim(desk, speaker=speaker)
            merge(make(desk, f"Old {one}"), speaker, desk)

    more(2)
    few = queries(desk.editor, LIST)
    more(12)
    assert queries(desk.editor, LIST) == few <= 9
    assert queries(desk.editor, f"{LIST}?q=speaker&kind=organisation&incomplete=on") == few


# One speaker


def test_the_page_shows_claims_by_stage_and_leads_to_the_queue(desk: factories.Desk) -> None:
    union, old = make(desk, "Tenants' Union"), make(desk, "Mieterbund")
    factories.inbox_claim(desk, speaker=union)
    factories.research_claim(desk, speaker=old)
    merge(old, union, desk)

    answer = as_user(desk.auditor).get(at(union))

    addresses = {status.value: (number, url) for status, number, url in answer.context["stages"]}
    assert addresses == {
        "inbox": (1, f"/desk/claims/?speaker={union.pk}&status=inbox"),
        "research": (1, f"/desk/claims/?speaker={union.pk}&status=research"),
    }
    assert answer.context["number"] == 2
    for _number, url in addresses.values():
        assert len(as_user(desk.auditor).get(url).context["rows"]) == 1


def test_the_page_asks_as_often_however_much_there_is(desk: factories.Desk) -> None:
    union = make(desk, "Tenants' Union")

    def more(number: int) -> None:
        for one in range(number):
            factories.inbox_claim(desk, speaker=union)
            merge(make(desk, f"Old {one}"), union, desk)
            make(desk, "Tenants' Union", role=f"Branch {one}")

    more(2)
    few = queries(desk.editor, at(union))
    more(5)
    assert queries(desk.editor, at(union)) == few <= 16


def test_the_history_is_in_words(desk: factories.Desk) -> None:
    union, old = make(desk, "Tenants' Union"), make(desk, "Mieterbund")
    records.edit_record(record=Speaker, record_id=union.pk, actor=desk.researcher, values={"kind": "government"})
    merge(old, union, desk)
    records.part(record=Speaker, record_id=old.pk, actor=desk.chief)

    shown = page(desk.auditor, at(union, "history"))

    assert "<dt>Merged into this one</dt>" in shown
    assert "Mieterbund" in shown
    assert "Take a merge back" in shown
    assert "<del>Organisation</del>" in shown
    assert "<dt>No longer merged into</dt>" in page(desk.auditor, at(old, "history"))


def test_a_merged_speaker_says_so_and_leads_on(desk: factories.Desk) -> None:
    union, old = make(desk, "Tenants' Union"), make(desk, "Mieterbund")
    merge(old, union, desk)
    shown = page(desk.researcher, at(old))

    assert "Merged into “Tenants' Union”" in shown
    assert f'href="{at(union)}"' in shown
    assert desk.editor.get_full_name() in shown
    assert "Take the merge back" not in shown
    assert "Take the merge back" in page(desk.editor, at(old))
    assert as_user(desk.editor).get(at(old, "edit"))["Location"] == at(old)
    assert as_user(desk.editor).get(at(old, "merge"))["Location"] == at(old)


def test_the_same_item_is_a_warning_with_the_way_to_the_merge(desk: factories.Desk) -> None:
    one = make(desk, "Adams", same_as=ITEM)
    other = make(desk, "Douglas Adams", same_as=ITEM)
    shown = page(desk.editor, at(one))

    assert "“Douglas Adams” has the same Wikidata item" in shown
    assert f"{at(other, 'merge')}?into={one.pk}" in shown


def test_look_alikes_are_suggested_to_whoever_may_merge(desk: factories.Desk) -> None:
    one, other = make(desk, "OpenAI"), make(desk, "OpenAI, Inc.")

    assert "the same name but for the legal form" in page(desk.researcher, at(one))
    assert f"{at(other, 'merge')}?into={one.pk}" in page(desk.editor, at(one))
    assert at(other, "merge") not in page(desk.researcher, at(one))


@pytest.mark.parametrize("of", ["", "edit", "merge", "history"])
def test_nobody_there_is_404(of: str, desk: factories.Desk) -> None:
    ghost = Speaker(pk=2**62)
    assert as_user(desk.chief).get(at(ghost, of)).status_code == 404


# Completing


def test_a_speaker_is_completed(desk: factories.Desk) -> None:
    speaker = make(desk, "Adams")
    client = as_user(desk.researcher)
    typed = opened(client, at(speaker, "edit")) | {"kind": "person", "role": "Writer", "same_as": " q42 "}

    assert client.post(at(speaker, "edit"), typed)["Location"] == at(speaker)

    after = fresh(speaker)
    assert (after.kind, after.role, after.same_as, after.revision) == (SpeakerKind.PERSON, "Writer", ITEM, 2)
    assert '<a href="https://www.wikidata.org/wiki/Q42" rel="nofollow noopener noreferrer">Q42</a>' in page(
        desk.auditor, at(speaker)
    )


# However the item was copied, its page is what is kept.
@pytest.mark.parametrize(
    "typed",
    [
        "Q42",
        "q42",
        " Q42 ",
        "Q 42",
        "http://www.wikidata.org/entity/Q42",
        "https://www.wikidata.org/wiki/Q42",
        "https://www.wikidata.org/wiki/Q42#sitelinks-wikipedia",
        "https://www.wikidata.org/wiki/Q42?uselang=de",
        "https://www.wikidata.org/wiki/q42/",
        "https://m.wikidata.org/wiki/Q42",
        "https://www.m.wikidata.org/wiki/Q42",
        "wikidata.org/wiki/Q42",
    ],
)
@pytest.mark.parametrize("where", ["desk", "admin"])
def test_an_item_is_understood(where: str, typed: str, desk: factories.Desk) -> None:
    speaker = make(desk, "Adams")
    client = as_user(desk.editor)
    address = at(speaker, "edit") if where == "desk" else f"/admin/claims/speaker/{speaker.pk}/change/"

    client.post(address, opened(client, address) | {"same_as": typed})

    assert fresh(speaker).same_as == ITEM


@pytest.mark.parametrize(
    "typed",
    [
        "Q",
        "P31",
        "Q0",
        "Q042",
        "Q42x",
        "L7",
        "42",
        "Q1234567890123",
        "Q٤٢",
        "https://www.wikidata.org/wiki/Property:P31",
        "https://www.wikidata.org/wiki/Lexeme:L7",
        "https://www.wikidata.org/",
        "https://www.wikidata.org/wiki/Q42/history",
    ],
)
@pytest.mark.parametrize("where", ["desk", "admin"])
def test_what_is_no_item_gets_a_sentence_and_is_kept(where: str, typed: str, desk: factories.Desk) -> None:
    speaker = make(desk, "Adams")
    client = as_user(desk.editor)
    address = at(speaker, "edit") if where == "desk" else f"/admin/claims/speaker/{speaker.pk}/change/"

    answer = client.post(address, opened(client, address) | {"same_as": typed, "role": "Writer"})

    assert answer.status_code == 422
    assert "Write a Wikidata item as Q42" in text(answer)
    form = read_form(text(answer))
    assert (form["same_as"], form["role"]) == (typed, "Writer")
    assert fresh(speaker).revision == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": " "}, "This field is required."),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"name": "nul\x00"}, "Null characters are not allowed."),
        ({"kind": "nonsense"}, "Select a valid choice."),
        ({"same_as": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"same_as": "nul\x00"}, "Null characters are not allowed."),
        ({"same_as": "http://["}, "Enter a valid URL."),
        ({"opened_at": "99"}, "names a revision that does not exist"),
        ({"opened_at": "x"}, "Enter a whole number."),
    ],
)
def test_bad_input_is_refused_and_kept(typed: dict[str, str], sentence: str, desk: factories.Desk) -> None:
    speaker = make(desk, "Adams")
    client = as_user(desk.researcher)

    answer = client.post(at(speaker, "edit"), opened(client, at(speaker, "edit")) | {"party": "None", **typed})

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert read_form(text(answer))["party"] == "None"
    assert fresh(speaker).revision == 1


def test_another_site_may_stand_for_a_speaker(desk: factories.Desk) -> None:
    speaker = make(desk, "Adams")
    client = as_user(desk.researcher)
    client.post(
        at(speaker, "edit"), opened(client, at(speaker, "edit")) | {"same_as": "https://d-nb.info/gnd/119033364"}
    )

    assert fresh(speaker).same_as == "https://d-nb.info/gnd/119033364"


def test_other_fields_go_through_on_top_and_it_says_so(desk: factories.Desk) -> None:
    speaker = make(desk, "Adams")
    client = as_user(desk.researcher)
    typed = opened(client, at(speaker, "edit")) | {"role": "Writer"}
    records.edit_record(record=Speaker, record_id=speaker.pk, actor=desk.editor, values={"party": "None"})

    answer = client.post(at(speaker, "edit"), typed, follow=True)

    assert (fresh(speaker).role, fresh(speaker).party) == ("Writer", "None")
    assert f"Meanwhile {desk.editor.get_full_name()} changed: Party." in text(answer)


def test_the_same_field_shows_both_and_the_choice_stands(desk: factories.Desk) -> None:
    speaker = make(desk, "Adams")
    client = as_user(desk.researcher)
    typed = opened(client, at(speaker, "edit")) | {"role": "Writer", "party": "None"}
    records.edit_record(record=Speaker, record_id=speaker.pk, actor=desk.editor, values={"role": "Author"})

    answer = client.post(at(speaker, "edit"), typed)

    assert answer.status_code == 409
    assert '<p class="conflict__text">Author</p>' in text(answer)
    form = read_form(text(answer))
    assert (form["role"], form["party"], form["disputed"]) == ("Writer", "None", "role")
    assert fresh(speaker).role == "Author"

    assert client.post(at(speaker, "edit"), form | {"stand-role": "mine"}).status_code == 302
    assert (fresh(speaker).role, fresh(speaker).party) == ("Writer", "None")


def test_a_form_of_a_speaker_that_was_merged_meanwhile_keeps_what_was_typed(desk: factories.Desk) -> None:
    speaker, staying = make(desk, "Adams"), make(desk, "Douglas Adams")
    client = as_user(desk.researcher)
    typed = opened(client, at(speaker, "edit")) | {"role": "Writer"}
    merge(speaker, staying, desk)

    answer = client.post(at(speaker, "edit"), typed)

    assert answer.status_code == 422
    assert "“Adams” was merged into “Douglas Adams”. Take that one." in text(answer)
    assert read_form(text(answer))["role"] == "Writer"


def test_nothing_changed_is_said(desk: factories.Desk) -> None:
    speaker = make(desk, "Adams", same_as=ITEM)
    client = as_user(desk.researcher)

    answer = client.post(at(speaker, "edit"), opened(client, at(speaker, "edit")), follow=True)

    assert "Nothing was changed" in text(answer)
    assert fresh(speaker).revision == 1


# A new one


def test_a_speaker_is_made(desk: factories.Desk) -> None:
    client = as_user(desk.researcher)
    typed = opened(client, f"{LIST}new/") | {"name": " Adams ", "kind": "person", "same_as": "q42"}

    answer = client.post(f"{LIST}new/", typed)

    speaker = Speaker.objects.get()
    assert answer["Location"] == at(speaker)
    assert (speaker.name, speaker.kind, speaker.same_as) == ("Adams", "person", ITEM)


@pytest.mark.parametrize("typed", [{"name": "ADAMS"}, {"name": "Adams Ltd."}, {"name": "Another", "same_as": "Q42"}])
def test_one_that_may_be_here_already_is_asked_about(typed: dict[str, str], desk: factories.Desk) -> None:
    there = make(desk, "Adams", same_as=ITEM)
    client = as_user(desk.researcher)
    typed = opened(client, f"{LIST}new/") | {"role": "Writer", **typed}

    answer = client.post(f"{LIST}new/", typed)

    assert answer.status_code == 422
    assert "This may be here already" in text(answer)
    assert f'href="{at(there)}"' in text(answer)
    assert read_form(text(answer))["role"] == "Writer"
    assert Speaker.objects.count() == 1

    client.post(f"{LIST}new/", typed | {"anyway": "yes"})
    assert Speaker.objects.count() == 2


def test_the_same_click_twice_makes_one(desk: factories.Desk) -> None:
    client = as_user(desk.researcher)
    typed = opened(client, f"{LIST}new/") | {"name": "Adams"}
    client.post(f"{LIST}new/", typed)
    client.post(f"{LIST}new/", typed)

    assert Speaker.objects.count() == 1


# Merging


def test_a_merge_is_shown_and_made(desk: factories.Desk) -> None:
    closing = make(desk, "OpenAI, Inc.", same_as="https://www.wikidata.org/wiki/Q21708200")
    staying = make(desk, "OpenAI", role="Maker of ChatGPT")
    factories.approved_claim(desk, speaker=closing)
    client = as_user(desk.editor)

    searched = client.get(at(closing, "merge"), {"q": "openai"})
    assert f"{at(closing, 'merge')}?into={staying.pk}" in text(searched)

    compared = client.get(at(closing, "merge"), {"into": staying.pk})
    shown = text(compared)
    assert "“OpenAI, Inc.” closes, “OpenAI” stays." in shown
    assert "“OpenAI” takes over 1 claim." in shown
    assert "“OpenAI” becomes the voice of 1 quotation." in shown
    assert "1 approved claim reads differently then" in shown
    assert "Nothing is copied: “OpenAI” has no Wikidata item yet." in shown
    assert [(side.name, side.closing, side.staying) for side in compared.context["sides"]] == [
        ("Name", "OpenAI, Inc.", "OpenAI"),
        ("Kind", "Organisation", "Organisation"),
        ("Role", "", "Maker of ChatGPT"),
        ("Wikidata item", "Q21708200", ""),
        ("Claims", "1", "0"),
        ("Quotations", "1", "0"),
    ]

    answer = client.post(at(closing, "merge"), read_form(shown), follow=True)

    assert fresh(closing).merged_into == staying
    assert "“OpenAI, Inc.” was merged into “OpenAI”." in text(answer)
    assert "Take the merge back" in text(answer)


def test_a_merge_is_taken_back_on_the_page(desk: factories.Desk) -> None:
    closing, staying = make(desk, "OpenAI, Inc."), make(desk, "OpenAI")
    merge(closing, staying, desk)
    client = as_user(desk.editor)
    form = opened(client, at(staying))

    answer = client.post(at(closing, "part"), form, follow=True)

    assert fresh(closing).merged_into is None
    assert "“OpenAI, Inc.” stands by itself again." in text(answer)
    assert "stands by itself." in text(client.post(at(closing, "part"), form, follow=True))


@pytest.mark.parametrize("opened_at", ["", "x", "1", "99"])
def test_a_part_that_is_out_of_date_does_nothing_and_says_so(opened_at: str, desk: factories.Desk) -> None:
    closing, staying, third = make(desk, "A"), make(desk, "B"), make(desk, "C")
    merge(closing, staying, desk)
    records.part(record=Speaker, record_id=closing.pk, actor=desk.editor)
    merge(closing, third, desk)

    answer = as_user(desk.editor).post(at(closing, "part"), {"opened_at": opened_at}, follow=True)

    assert fresh(closing).merged_into == third
    assert list(answer.context["messages"])


def test_the_same_click_twice_is_one_merge(desk: factories.Desk) -> None:
    closing, staying = make(desk, "OpenAI, Inc."), make(desk, "OpenAI")
    client = as_user(desk.editor)
    form = read_form(text(client.get(at(closing, "merge"), {"into": staying.pk})))
    client.post(at(closing, "merge"), form)

    answer = client.post(at(closing, "merge"), form, follow=True)

    assert "They were merged already." in text(answer)
    assert fresh(closing).revision == 2


def test_somebody_else_merged_it_elsewhere_meanwhile(desk: factories.Desk) -> None:
    closing, staying, third = make(desk, "A"), make(desk, "B"), make(desk, "C")
    client = as_user(desk.editor)
    form = read_form(text(client.get(at(closing, "merge"), {"into": staying.pk})))
    merge(closing, third, desk)

    answer = client.post(at(closing, "merge"), form)

    assert answer.status_code == 422
    assert "“A” was merged into “C”. Take that one." in text(answer)
    assert fresh(closing).merged_into == third


def test_somebody_decided_otherwise_meanwhile(desk: factories.Desk) -> None:
    closing, staying = make(desk, "A"), make(desk, "B")
    client = as_user(desk.editor)
    form = read_form(text(client.get(at(closing, "merge"), {"into": staying.pk})))
    merge(closing, staying, desk)
    records.part(record=Speaker, record_id=closing.pk, actor=desk.chief)

    answer = client.post(at(closing, "merge"), form)

    assert answer.status_code == 409
    assert "look again and decide" in text(answer)
    again = read_form(text(answer))
    assert client.post(at(closing, "merge"), again).status_code == 302


@pytest.mark.parametrize("into", ["", "x", "0", "-1", str(2**63), "9" * 30, "\x00"])
def test_a_record_that_cannot_stay_is_not_chosen(into: str, desk: factories.Desk) -> None:
    closing = make(desk, "A")
    client = as_user(desk.editor)

    assert client.get(at(closing, "merge"), {"into": into}).status_code == 200
    assert client.post(at(closing, "merge"), {"into": into, "opened_at": "1"}).status_code == 422


def test_a_record_is_not_merged_into_itself_or_into_nothing(desk: factories.Desk) -> None:
    closing = make(desk, "A")
    client = as_user(desk.editor)

    answer = client.post(at(closing, "merge"), {"into": closing.pk, "opened_at": "1"})
    assert "cannot be merged into itself" in text(answer)
    answer = client.post(at(closing, "merge"), {"into": closing.pk + 1000, "opened_at": "1"})
    assert "There is no such record." in text(answer)
    assert "This one cannot stay." in text(client.get(at(closing, "merge"), {"into": closing.pk}))


def test_a_nul_in_the_search_is_said(desk: factories.Desk) -> None:
    answer = as_user(desk.editor).get(at(make(desk, "A"), "merge"), {"q": "\x00"})

    assert "Null characters are not allowed." in text(answer)


def test_an_outlets_voice_leads_to_the_outlets(desk: factories.Desk) -> None:
    outlet = factories.make_outlet(desk.researcher)

    shown = page(desk.editor, at(outlet.speaker, "merge"))

    assert "It goes along when the outlets are merged." in shown
    assert reverse("desk:merge_outlet", args=[outlet.pk]) in shown


def test_a_lookalike_is_merged_into_the_outlets_voice_and_not_the_other_way(desk: factories.Desk) -> None:
    outlet = factories.make_outlet(desk.researcher, "The Paper")
    speaker = make(desk, "The Paper")
    way = f"{at(speaker, 'merge')}?into={outlet.speaker_id}"

    assert way in page(desk.editor, at(speaker))
    assert way in page(desk.editor, at(outlet.speaker))
    assert "The other way round" not in page(desk.editor, way)


# Who may what


@pytest.mark.parametrize(
    ("of", "who", "status"),
    [
        ("edit", "researcher", 302),
        ("edit", "auditor", 403),
        ("merge", "researcher", 403),
        ("merge", "auditor", 403),
        ("merge", "editor", 302),
        ("part", "researcher", 403),
        ("part", "auditor", 403),
        ("part", "chief", 302),
    ],
)
def test_who_may_post(of: str, who: str, status: int, desk: factories.Desk) -> None:
    speaker, other, third = make(desk, "A"), make(desk, "B"), make(desk, "C")
    form = {"opened_at": "1", "name": "A", "kind": "person", "into": str(other.pk)}
    if of == "part":
        merge(speaker, third, desk)
        form["opened_at"] = "2"

    assert as_user(getattr(desk, who)).post(at(speaker, of), form).status_code == status


def test_outsiders_find_nothing(desk: factories.Desk) -> None:
    speaker = make(desk, "A")

    assert as_user(factories.make_user()).get(at(speaker)).status_code == 404
    assert Client().get(at(speaker)).status_code == 302


# Where else speakers are named


def test_the_claims_queue_offers_and_finds_by_what_stands(desk: factories.Desk) -> None:
    old, standing_one, other = make(desk, "Mieterbund"), make(desk, "Tenants' Union"), make(desk, "Mayor")
    claims = [factories.inbox_claim(desk, speaker=one) for one in (old, standing_one, other, None)]
    merge(old, standing_one, desk)
    client = as_user(desk.editor)

    answer = client.get("/desk/claims/")
    offered = answer.context["filter"].filters["speaker"].extra["choices"]
    assert [name for _key, name in offered[1:]] == ["Mayor", "Tenants' Union"]
    assert "Mieterbund" not in text(answer)

    for asked in (standing_one, old):  # an address that was kept from before the merge
        found = client.get(f"/desk/claims/?speaker={asked.pk}").context["rows"]
        assert {row.claim for row in found} == set(claims[:2])


def test_said_by_means_the_same_as_a_rule_and_as_a_query(desk: factories.Desk) -> None:
    speakers = [make(desk, name) for name in "ABCD"]
    for speaker in (*speakers, None):
        factories.inbox_claim(desk, speaker=speaker)
    merge(speakers[0], speakers[1], desk)
    merge(speakers[1], speakers[2], desk)

    for speaker in map(fresh, speakers):
        found = set(Claim.objects.filter(filters.said_by([speaker.pk])))
        ruled = {
            claim
            for claim in Claim.objects.all()
            if claim.speaker and (claim.speaker == speaker or standing(claim.speaker) == speaker)
        }
        assert found == ruled


def test_the_claim_page_names_and_leads_to_what_stands(desk: factories.Desk) -> None:
    old, standing_one = make(desk, "Mieterbund"), make(desk, "Tenants' Union")
    claim = factories.inbox_claim(desk, speaker=old)
    merge(old, standing_one, desk)

    shown = page(desk.auditor, claim.get_absolute_url())

    assert f'<a href="{at(standing_one)}">Tenants\' Union</a>' in shown
    assert "Tenants' Union says:" in shown
    assert "Mieterbund says" not in shown


def test_a_claims_form_keeps_a_merged_speaker_until_somebody_chooses_another(desk: factories.Desk) -> None:
    old, standing_one, other = make(desk, "Mieterbund"), make(desk, "Tenants' Union"), make(desk, "Mayor")
    claim = factories.research_claim(desk, speaker=old)
    merge(old, standing_one, desk)
    client = as_user(desk.researcher)
    where = reverse("desk:edit", args=[claim.pk])
    form = opened(client, where)
    assert form["speaker"] == str(standing_one.pk)

    assert "Nothing was changed" in text(client.post(where, form, follow=True))
    assert factories.fresh(claim).revision == claim.revision

    client.post(where, form | {"priority": "high"})
    assert factories.fresh(claim).speaker == old
    client.post(where, opened(client, where) | {"speaker": str(other.pk)})
    assert factories.fresh(claim).speaker == other


def test_a_page_from_before_the_merge_may_still_choose_the_old_one(desk: factories.Desk) -> None:
    old, standing_one = make(desk, "Mieterbund"), make(desk, "Tenants' Union")
    claim = factories.research_claim(desk, speaker=None)
    client = as_user(desk.researcher)
    where = reverse("desk:edit", args=[claim.pk])
    form = opened(client, where)
    merge(old, standing_one, desk)

    client.post(where, form | {"speaker": str(old.pk)})

    assert factories.fresh(claim).speaker == standing_one


@pytest.mark.parametrize("key", ["999999", "x", "9" * 25, "\x00"])
def test_a_speaker_that_is_not_there_is_refused(key: str, desk: factories.Desk) -> None:
    claim = factories.research_claim(desk)
    client = as_user(desk.researcher)
    where = reverse("desk:edit", args=[claim.pk])

    assert client.post(where, opened(client, where) | {"speaker": key}).status_code == 422
