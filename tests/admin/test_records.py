"""Shared records in the admin: made and changed by one service call each, with one entry; nothing else is written."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from claims.models import Article, LedgerEntry, Outlet, RatingScale, Source, Speaker
from claims.services import people, records
from claims.vocabulary import Action
from tests import factories
from tests.admin.helpers import Fields, as_user, change, changelist, entries, form_in, opened, text, writes

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> factories.Desk:
    return factories.make_desk()


def added(client: Client, model: str, **typed: str) -> HttpResponse:
    address = reverse(f"admin:claims_{model}_add")
    return client.post(address, form_in(client.get(address)) | {name: [value] for name, value in typed.items()})


NEW = {
    "speaker": (Speaker, {"name": "Ada", "kind": "person", "role": "writer"}),
    "outlet": (Outlet, {"name": "The Paper", "url": "paper.example.org"}),
    "source": (Source, {"title": "Report", "publisher": "Office", "kind": "primary", "published": "2025-03"}),
}


@pytest.mark.parametrize("model", NEW)
def test_a_record_is_made_with_its_entry(desk: factories.Desk, model: str) -> None:
    kind, typed = NEW[model]
    with writes() as tables:
        answer = added(as_user(desk.researcher), model, **typed)
    assert answer.status_code == 302
    record = kind.objects.latest("pk")
    assert [(entry.sequence, entry.action, entry.actor) for entry in entries(record)] == [
        (1, Action.CREATE, desk.researcher)
    ]
    assert "django_admin_log" not in tables


def test_an_address_without_a_scheme_means_https(desk: factories.Desk) -> None:
    added(as_user(desk.researcher), "outlet", name="The Paper", url="paper.example.org")
    assert Outlet.objects.get(name="The Paper").url == "https://paper.example.org"


def made(desk: factories.Desk) -> dict[str, tuple[object, Fields]]:
    version = factories.make_article(desk.researcher, outlet=factories.make_outlet(desk.researcher))
    return {
        "speaker": (factories.make_speaker(desk.researcher), {"party": ["None"]}),
        "outlet": (version.article.outlet, {"name": ["The Evening Paper"]}),
        "source": (factories.make_source(desk.researcher), {"interest": ["Sells flats."], "confidential": ["on"]}),
        "article": (version.article, {"author": ["A. Writer"], "published": ["2025-03"]}),
        "ratingscale": (RatingScale.objects.first(), {"labels.de": ["Stimmt das?"]}),
    }


@pytest.mark.parametrize("model", ["speaker", "outlet", "source", "article", "ratingscale"])
def test_a_change_is_one_entry_and_one_rise_of_the_revision(desk: factories.Desk, model: str) -> None:
    record, typed = made(desk)[model]
    client = as_user(desk.chief)
    form = opened(client, record)
    with writes() as untouched:
        client.post(change(record), form)
    assert set(untouched) <= {"django_session"}
    before = LedgerEntry.objects.count()
    with writes() as tables:
        assert client.post(change(record), form | typed).status_code == 302
    record.refresh_from_db()
    assert record.revision == form_revision(form) + 1
    assert LedgerEntry.objects.count() == before + 1
    assert entries(record)[-1].action == Action.CHANGE
    assert set(tables) - {"django_session"} == {record._meta.db_table, "claims_ledgerentry", "claims_ledgerchange"}
    assert client.get(f"/admin/claims/{model}/{record.pk}/history/").status_code == 200


def form_revision(form: Fields) -> int:
    return int(form["opened_at"][0])


BAD = [
    ("speaker", {"name": ""}, "This field is required."),
    ("speaker", {"name": "x" * 201}, "at most 200 characters"),
    ("speaker", {"name": "nul\x00"}, "Null characters are not allowed."),
    ("speaker", {"same_as": "javascript:alert(1)"}, "Enter a valid URL."),
    ("source", {"published": "last week"}, "Write a date as 2025"),
    ("source", {"language": "klingonisch!"}, "Write a language as a short tag"),
    ("source", {"kind": "hearsay"}, "Select a valid choice."),
    ("article", {"title": ""}, "This field is required."),
    ("article", {"url": "https://taken.example.org/"}, "An article with this address is already here."),
]


@pytest.mark.parametrize(("model", "typed", "sentence"), BAD, ids=[f"{m} {s[:20]}" for m, _t, s in BAD])
def test_bad_input_is_refused_beside_its_field(desk: factories.Desk, model: str, typed: dict, sentence: str) -> None:
    factories.make_article(desk.researcher, "Another text.", url="https://taken.example.org/")
    record, _change = made(desk)[model]
    client = as_user(desk.editor)
    answer = client.post(change(record), opened(client, record) | {name: [value] for name, value in typed.items()})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert record.ledger.count() == 1


def test_a_source_does_not_repeat_itself(desk: factories.Desk) -> None:
    source = factories.make_source(desk.researcher)
    client = as_user(desk.editor)
    answer = client.post(change(source), opened(client, source) | {"derives_from": [str(source.pk)]})
    assert "A source cannot derive from itself." in text(answer)


def test_versions_and_captures_are_shown_as_text(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher, "A <script>alert(1)</script> text.", raw=b"raw bytes")
    page = as_user(desk.auditor).get(change(version.article)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_files_are_called_as_at_the_desk(desk: factories.Desk) -> None:
    source = factories.make_source(desk.editor)
    factories.make_snapshot(desk.researcher, source)
    page = text(as_user(desk.auditor).get(change(source)))
    assert "Plain text" in page
    assert "text/plain" not in page
    assert str(people.name_of(desk.researcher)) in page


def test_only_the_chief_changes_scales(desk: factories.Desk) -> None:
    scale = RatingScale.objects.first()
    answer = as_user(desk.editor).post(change(scale), {"opened_at": "1"})
    assert answer.status_code == 403
    assert "Only the head of desk changes the rating scales." in text(answer)


def new_scale(**typed: str) -> dict[str, str]:
    return {
        "code": "grade",
        "question": "true",
        "labels.en": "Grade",
        "labels.de": "Note",
        "ratings.0.code": "good",
        "ratings.0.value": "2",
        "ratings.0.label.en": "Good",
        "ratings.0.label.de": "Gut",
        "ratings.0.definition.en": "It holds",
        "ratings.0.definition.de": "Es stimmt",
        "ratings.1.code": "bad",
        "ratings.1.label.en": "Bad",
        "ratings.1.label.de": "Schlecht",
        "ratings.1.definition.en": "It does not",
        "ratings.1.definition.de": "Es stimmt nicht",
        **typed,
    }


def test_a_scale_is_made_with_its_ratings_in_one_entry(desk: factories.Desk) -> None:
    assert added(as_user(desk.chief), "ratingscale", **new_scale()).status_code == 302
    scale = RatingScale.objects.get(code="grade")
    assert [(rating.code, rating.value) for rating in scale.ratings.all()] == [("good", 2), ("bad", None)]
    assert scale.ledger.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"code": "true"}, "There is a scale with this code already."),
        ({"ratings.1.code": "good"}, "The scale already has a rating with this code."),
        ({"ratings.1.label.de": ""}, "A rating needs this; or leave all of it empty."),
        ({"ratings.0.code": "no such code"}, "Enter a valid “slug”"),
    ],
)
def test_a_scale_that_does_not_fit_is_refused(desk: factories.Desk, typed: dict[str, str], sentence: str) -> None:
    answer = added(as_user(desk.chief), "ratingscale", **new_scale(**typed))
    assert answer.status_code == 422
    assert sentence in text(answer)


def test_sources_are_found_by_typing(desk: factories.Desk) -> None:
    factories.make_source(desk.researcher, "The register of rents")
    query = {"term": "register", "app_label": "claims", "model_name": "evidence", "field_name": "source"}
    client = as_user(desk.researcher)
    assert [one["text"] for one in client.get("/admin/autocomplete/", query).json()["results"]] != []
    assert client.get("/admin/autocomplete/", query | {"term": "\x00"}).status_code == 200
    elsewhere = query | {"model_name": "claim", "field_name": "assignee"}
    assert client.get("/admin/autocomplete/", elsewhere).status_code == 403


def test_no_article_is_made_here(desk: factories.Desk) -> None:
    answer = as_user(desk.chief).post(reverse("admin:claims_article_add"), {"title": "Made up"})
    assert answer.status_code == 403
    assert not Article.objects.exists()


def test_an_erased_change_says_so(desk: factories.Desk) -> None:
    from claims.services import erasure

    claim = factories.research_claim(desk)
    factories.edit(claim, desk.researcher, {"texts.en.why": "Somebody Secret asked."})
    erasure.erase(actor=desk.chief, text="Somebody Secret", reason="ordered")
    page = text(as_user(desk.auditor).get(f"/admin/claims/claim/{claim.pk}/history/"))
    assert "What was changed here was erased by order." in page
    assert "Somebody Secret" not in page


# Speakers and outlets that were merged. They are merged at the desk, where both are seen side by side.


def merged_speaker(desk: factories.Desk) -> Speaker:
    closing = factories.make_speaker(desk.researcher, "OpenAI, Inc.")
    staying = factories.make_speaker(desk.researcher, "OpenAI")
    factories.inbox_claim(desk, speaker=closing)
    records.merge_speakers(actor=desk.editor, speaker_id=closing.pk, into_id=staying.pk)
    return Speaker.objects.get(pk=closing.pk)


def test_a_merged_speaker_is_marked_and_cannot_be_changed(desk: factories.Desk) -> None:
    speaker = merged_speaker(desk)
    client = as_user(desk.chief)

    assert '<td class="field-merged">OpenAI</td>' in text(client.get(changelist("speaker")))
    shown = text(client.get(change(speaker)))
    assert "Merged into “OpenAI”, which stands for it." in shown
    assert 'name="name" value="OpenAI, Inc." maxlength' not in shown
    assert "disabled" in shown
    answer = client.post(change(speaker), {"opened_at": "2", "name": "Another", "kind": "person"})
    assert answer.status_code == 422
    assert "was merged into “OpenAI”" in text(answer)
    history = text(client.get(f"/admin/claims/speaker/{speaker.pk}/history/"))
    assert "Merged into" in history
    assert str(speaker.merged_into.uuid) not in history


def test_claims_of_a_merged_speaker_count_where_it_stands(desk: factories.Desk) -> None:
    speaker = merged_speaker(desk)
    client = as_user(desk.auditor)

    shown = client.get(changelist("claim"), {"speaker": speaker.merged_into_id})
    assert [claim.speaker for claim in shown.context["cl"].result_list] == [speaker]
    assert '<td class="field-speaker_name">OpenAI</td>' in text(shown)
    assert len(client.get(changelist("claim"), {"q": "openai"}).context["cl"].result_list) == 1
    counts = {row.name: row.claim_count for row in client.get(changelist("speaker")).context["cl"].result_list}
    assert counts["OpenAI"] == 1


def test_only_what_stands_is_found_by_typing(desk: factories.Desk) -> None:
    closing = factories.make_outlet(desk.researcher, "Morning Paper")
    staying = factories.make_outlet(desk.researcher, "The Morning Paper")
    article = factories.make_article(desk.researcher, outlet=closing).article
    records.merge_outlets(actor=desk.editor, outlet_id=closing.pk, into_id=staying.pk)
    client = as_user(desk.editor)
    query = {"term": "morning", "app_label": "claims", "model_name": "article", "field_name": "outlet"}

    found = client.get("/admin/autocomplete/", query).json()["results"]
    assert [one["id"] for one in found] == [str(staying.pk)]

    form = opened(client, article)
    assert form["outlet"] == [str(staying.pk)]
    client.post(change(article), form)
    assert article.ledger.count() == 1
    assert "The Morning Paper" in text(client.get(changelist("article")))
