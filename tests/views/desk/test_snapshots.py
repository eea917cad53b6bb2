"""The files of a source at the desk: kept, fetched, cited, looked at, handed out safely; sources that have changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import Claim, Evidence, Fetch, Snapshot
from claims.services import preserving
from claims.views.desk import snapshots
from tests import factories
from tests import web as the_web
from tests.factories import Desk
from tests.language import pdfs
from tests.views.desk.helpers import as_user, text
from tests.web import Web, leading_to, reply

pytestmark = pytest.mark.django_db

PAGE = b'<!doctype html><html lang="en"><head><title>Rents</title></head><body><p>plus 9 per cent</p></body></html>'
PDF = pdfs.pdf([["Title"], ["In all: plus 9 per cent."]])


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def claim(desk: Desk) -> Claim:
    return factories.ready_claim(desk)


@pytest.fixture
def item(claim: Claim) -> Evidence:
    """R1; its excerpt is "plus 9 per cent"."""
    return claim.evidence.get(key="R1")


def at(item: Evidence, name: str = "evidence") -> str:
    return reverse(f"desk:{name}", args=[item.claim_id, item.key])


def of(snapshot: Snapshot, name: str = "snapshot") -> str:
    return reverse(f"desk:{name}", args=[snapshot.uuid])


def upload(raw: bytes = PDF, name: str = "report.pdf", content_type: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, content_type=content_type)


# Keeping a file


def test_a_file_is_kept_and_cited_at_once(desk: Desk, item: Evidence) -> None:
    answer = as_user(desk.researcher).post(at(item, "keep_file"), {"file": upload(), "page": item.url, "cite": "on"})

    assert answer["Location"] == f"{at(item)}#files"
    item.refresh_from_db()
    assert item.snapshot == Snapshot.objects.get()
    shown = text(as_user(desk.researcher).get(at(item)))
    assert "report.pdf" in shown
    assert "cited here" in shown
    assert "A PDF document" in shown
    assert "The excerpt stands in the file, page 2." in shown


def test_a_file_is_kept_without_being_cited(desk: Desk, item: Evidence) -> None:
    as_user(desk.researcher).post(at(item, "keep_file"), {"file": upload()})

    item.refresh_from_db()
    assert item.snapshot is None
    assert item.source.snapshots.count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Choose the file that is to be kept."),
        ({"file": upload(b"", "empty.txt")}, "The file is empty. Choose another one."),
        ({"file": upload(PDF, "screen.png", "image/png")}, "By its name or type the file is a PNG picture"),
        ({"file": upload(), "page": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_what_is_refused_comes_back_with_the_reason_and_the_address(
    desk: Desk, item: Evidence, values: dict[str, Any], words: str
) -> None:
    answer = as_user(desk.researcher).post(
        at(item, "keep_file"), {"page": "https://typed.example/", **values}, follow=True
    )

    assert words in text(answer)
    assert (values.get("page") or "https://typed.example/") in text(answer)
    assert not Snapshot.objects.exists()


def test_what_is_too_large_is_refused_in_words(desk: Desk, item: Evidence, settings: Any) -> None:
    settings.SNAPSHOT_MAX_BYTES = 1_000_000
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
    large = upload(b"x" * 1_500_000, "large.txt", "text/plain")
    answer = as_user(desk.researcher).post(at(item, "keep_file"), {"file": large}, follow=True)

    assert "The file is larger than 1 MB." in text(answer)


def test_the_reason_is_told_in_german(desk: Desk, item: Evidence) -> None:
    """German words come with the catalogue; until then the English ones stand there, and no code."""
    client = as_user(desk.researcher, "de")
    answer = client.post(at(item, "keep_file"), {"file": upload(b"MZ" + b"\0" * 99, "x.exe")}, follow=True)

    assert answer.status_code == 200


def test_the_same_bytes_again_are_said_to_be_there(desk: Desk, item: Evidence) -> None:
    for _time in range(2):
        answer = as_user(desk.researcher).post(at(item, "keep_file"), {"file": upload()}, follow=True)

    assert "These very bytes are kept for this source already." in text(answer)


def test_a_published_claim_gets_files_and_cites_none(desk: Desk) -> None:
    item = factories.published_claim(desk).evidence.get(key="R1")
    as_user(desk.researcher).post(at(item, "keep_file"), {"file": upload()})
    shown = text(as_user(desk.researcher).get(at(item)))

    assert "report.pdf" in shown
    assert "Cite this file" not in shown
    refused = as_user(desk.researcher).post(at(item, "keep_file"), {"file": upload(), "cite": "on"}, follow=True)
    assert refused.status_code == 200
    item.refresh_from_db()
    assert item.snapshot is None


@pytest.mark.parametrize("name", ["keep_file", "keep_page", "cite_file"])
def test_an_auditor_changes_nothing(desk: Desk, item: Evidence, name: str) -> None:
    assert as_user(desk.auditor).post(at(item, name), {"file": upload()}).status_code == 403
    assert as_user(desk.researcher).post(reverse(f"desk:{name}", args=[item.claim_id, "X9"])).status_code == 404


# Capturing a page


@pytest.fixture
def web() -> Iterator[Web]:
    with the_web.spun() as web:
        web.page("register.example/rents", reply(PAGE))
        web.page("register.example/inside", leading_to("http://127.0.0.1/"))
        yield web


def capture(desk: Desk, item: Evidence, url: str, capture_commits: Any) -> Any:
    with capture_commits(execute=True):
        return as_user(desk.researcher).post(at(item, "keep_page"), {"page": url})


def test_a_page_is_captured_and_its_file_shown(
    web: Web, desk: Desk, item: Evidence, django_capture_on_commit_callbacks: Any
) -> None:
    answer = capture(desk, item, "http://register.example/rents", django_capture_on_commit_callbacks)
    fetch = Fetch.objects.get()
    assert answer["Location"] == f"{reverse('desk:fetch', args=[fetch.uuid])}?item={item.pk}"

    shown = as_user(desk.researcher).get(answer["Location"], follow=True)
    assert shown.redirect_chain[-1][0] == f"{of(fetch.snapshot)}?item={item.pk}"
    assert "The page is kept." in text(shown)
    assert "How it was fetched" in text(shown)
    assert "Cite this file for R1" in text(shown)


def test_a_failure_is_told_in_words_for_a_file_and_can_be_tried_again(
    web: Web, desk: Desk, item: Evidence, django_capture_on_commit_callbacks: Any
) -> None:
    answer = capture(desk, item, "http://register.example/inside", django_capture_on_commit_callbacks)
    shown = text(as_user(desk.researcher).get(answer["Location"]))
    assert "leads into a private network" in shown
    assert "Upload a file instead" in shown
    assert "Paste the text" not in shown
    assert "register.example/inside" in text(as_user(desk.researcher).get(at(item)))
    assert "register.example/inside" not in text(as_user(desk.researcher).get("/desk/articles/"))

    web.page("register.example/inside", reply(PAGE))
    fetch = Fetch.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        again = as_user(desk.researcher).post(reverse("desk:fetch_retry", args=[fetch.uuid]) + f"?item={item.pk}")
    assert again["Location"] == answer["Location"]
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "rents", "ftp://register.example/"])
def test_an_address_that_is_not_fetched_is_refused_at_once(web: Web, desk: Desk, item: Evidence, url: str) -> None:
    answer = as_user(desk.researcher).post(at(item, "keep_page"), {"page": url}, follow=True)

    assert answer.status_code == 200
    assert not Fetch.objects.exists()
    assert "Paste the text" not in text(answer)


# Citing


def test_an_item_cites_another_file_or_none(desk: Desk, claim: Claim, item: Evidence) -> None:
    one = factories.make_snapshot(desk.researcher, item.source, evidence=item)
    other = factories.make_snapshot(desk.researcher, item.source, b"another text")
    for chosen, cited in ((str(other.uuid), other), ("", None), (str(one.uuid), one)):
        as_user(desk.researcher).post(at(item, "cite_file"), {"snapshot": chosen})
        item.refresh_from_db()
        assert item.snapshot == cited

    history = text(as_user(desk.researcher).get(reverse("desk:history", args=[claim.pk])))
    assert "register.txt" in history


def test_two_who_choose_a_file_at_once_are_told(desk: Desk, claim: Claim, item: Evidence) -> None:
    one, other = (factories.make_snapshot(desk.researcher, item.source, raw) for raw in (b"one text", b"two text"))
    opened_at = factories.fresh(claim).revision
    as_user(desk.editor).post(at(item, "cite_file"), {"snapshot": one.uuid, "opened_at": opened_at})
    answer = as_user(desk.researcher).post(
        at(item, "cite_file"), {"snapshot": other.uuid, "opened_at": opened_at}, follow=True
    )

    assert "Somebody changed the same field meanwhile" in text(answer)
    item.refresh_from_db()
    assert item.snapshot == one


@pytest.mark.parametrize("chosen", ["nonsense", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"])
def test_a_file_that_is_not_there_cannot_be_cited(desk: Desk, item: Evidence, chosen: str) -> None:
    assert as_user(desk.researcher).post(at(item, "cite_file"), {"snapshot": chosen}).status_code == 404


# One file


def test_a_file_shows_its_text_with_the_excerpt_marked_and_nothing_of_it_runs(desk: Desk, item: Evidence) -> None:
    raw = b"<p>before &lt;script&gt;alert(1)&lt;/script&gt; plus 9 per cent after</p>"
    snapshot = factories.make_snapshot(desk.researcher, item.source, raw, name="page.html", evidence=item)
    shown = text(as_user(desk.auditor).get(of(snapshot)))

    assert '<mark id="excerpt">plus 9 per cent</mark>' in shown
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert snapshot.sha256 in shown


# What a reader of the page is told of the excerpt.
@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"plus 9 per cent", "a.txt", "The excerpt stands in the file."),
        (PDF, "a.pdf", "The excerpt stands in the file, page 2."),
        (b"plus 8 per cent", "a.txt", "The excerpt does not stand in the file word for word."),
        (factories.picture(), "a.png", "The file has no text with which the excerpt could be compared."),
    ],
)
def test_whether_the_excerpt_stands_in_the_file(desk: Desk, item: Evidence, raw: bytes, name: str, words: str) -> None:
    snapshot = factories.make_snapshot(desk.researcher, item.source, raw, name=name, evidence=item)

    assert words in text(as_user(desk.researcher).get(of(snapshot)))
    assert words in text(as_user(desk.researcher).get(at(item)))


def test_a_long_text_is_shown_in_parts_beginning_where_the_excerpt_stands(desk: Desk, item: Evidence) -> None:
    raw = b"word " * 30_000 + b"plus 9 per cent " + b"word " * 30_000
    snapshot = factories.make_snapshot(desk.researcher, item.source, raw, evidence=item)
    shown = text(as_user(desk.researcher).get(of(snapshot)))

    assert '<mark id="excerpt">plus 9 per cent</mark>' in shown
    assert "The part before" in shown
    assert "The part after" in shown
    assert len(shown) < 2 * snapshots.PART


@pytest.mark.parametrize(
    "query", ["from=-1", "from=99999999999", "from=x", "item=0", "item=99999999999999999999", "item=x"]
)
def test_nonsense_in_the_address_does_no_harm(desk: Desk, item: Evidence, query: str) -> None:
    snapshot = factories.make_snapshot(desk.researcher, item.source)

    assert as_user(desk.researcher).get(f"{of(snapshot)}?{query}").status_code == 200


def test_an_editor_marks_a_file_as_publishable(desk: Desk, item: Evidence) -> None:
    snapshot = factories.make_snapshot(desk.researcher, item.source)
    as_user(desk.editor).post(of(snapshot, "release_file"), {"publishable": "yes"})
    assert Snapshot.objects.get().publishable
    assert as_user(desk.researcher).post(of(snapshot, "release_file")).status_code == 403
    as_user(desk.editor).post(of(snapshot, "release_file"))
    assert not Snapshot.objects.get().publishable


# The bytes

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><text>plus 9 per cent</text></svg>'


# Only what a browser shows without running anything stands in it; the rest is saved.
@pytest.mark.parametrize(
    ("raw", "name", "is_inline", "content_type"),
    [
        (PDF, "a.pdf", True, "application/pdf"),
        (factories.picture(), "a.png", True, "image/png"),
        (PAGE, "a.html", False, "application/octet-stream"),
        (SVG, "a.svg", False, "application/octet-stream"),
        (b"plus 9 per cent", "a.txt", False, "application/octet-stream"),
    ],
)
def test_the_bytes_are_handed_out_so_that_nothing_runs(
    desk: Desk, item: Evidence, raw: bytes, name: str, is_inline: bool, content_type: str
) -> None:
    snapshot = factories.make_snapshot(desk.researcher, item.source, raw, name=name)
    answer = as_user(desk.auditor).get(of(snapshot, "snapshot_file"))

    assert b"".join(answer.streaming_content) == raw
    assert answer["Content-Type"] == content_type
    assert answer["Content-Disposition"] == f'{"inline" if is_inline else "attachment"}; filename="{name}"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_file_can_always_be_saved(desk: Desk, item: Evidence) -> None:
    snapshot = factories.make_snapshot(desk.researcher, item.source, PDF, name="a.pdf")
    answer = as_user(desk.auditor).get(f"{of(snapshot, 'snapshot_file')}?download")

    assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'
    list(answer)


# A name goes out as RFC 5987 has it, with an ending that says what it is.
@pytest.mark.parametrize(
    ("media_type", "name", "url", "given"),
    [
        ("application/pdf", "Bericht für Köln.pdf", "", "Bericht für Köln.pdf"),
        ("text/html", "rents", "", "rents.html"),
        ("text/html", "index.php", "", "index.php.html"),
        ("text/html", "", "https://register.example/", "register.example.html"),
        ("text/plain", 'a"b\\c/../d.txt', "", "abc..d.txt"),
        ("text/plain", "a\u202etxt.exe", "", "atxt.exe.txt"),
        ("image/png", "..", "", "file.png"),
    ],
)
def test_the_name_of_what_is_saved(media_type: str, name: str, url: str, given: str) -> None:
    assert snapshots.download_name(Snapshot(media_type=media_type, name=name, url=url)) == given


def test_a_name_with_umlauts_is_sent_encoded(desk: Desk, item: Evidence) -> None:
    snapshot = factories.make_snapshot(desk.researcher, item.source, PDF, name="Köln.pdf")
    answer = as_user(desk.auditor).get(of(snapshot, "snapshot_file"))

    assert answer["Content-Disposition"] == "inline; filename*=utf-8''K%C3%B6ln.pdf"
    list(answer)


def test_a_file_that_is_gone_is_not_found(desk: Desk, item: Evidence, folder: Path) -> None:
    snapshot = factories.make_snapshot(desk.researcher, item.source)
    (folder / snapshot.file.name).unlink()

    assert as_user(desk.auditor).get(of(snapshot, "snapshot_file")).status_code == 404
    assert as_user(desk.auditor).get(of(snapshot)).status_code == 200


# Sources that have changed


def make_stale(desk: Desk, number: int = 1) -> list[Claim]:
    claims = []
    for _each in range(number):
        claim = factories.ready_claim(desk)
        item = claim.evidence.get(key="R1")
        factories.make_snapshot(desk.researcher, item.source, b"plus 9 per cent", url=item.url, evidence=item)
        factories.make_snapshot(desk.researcher, item.source, b"plus 8 per cent", url=item.url)
        claims.append(claim)
    return claims


def test_the_first_page_leads_to_sources_that_have_changed(desk: Desk) -> None:
    assert "Changed sources" not in text(as_user(desk.researcher).get("/desk/"))
    make_stale(desk)

    shown = text(as_user(desk.researcher).get("/desk/"))
    assert 'href="/desk/stale/"' in shown
    assert "1 item of evidence cites a page that has changed since" in shown


def test_one_click_cites_the_newer_file(desk: Desk) -> None:
    claim = make_stale(desk)[0]
    item = claim.evidence.get(key="R1")
    shown = text(as_user(desk.researcher).get("/desk/stale/"))
    assert "Cite the newer file" in shown
    newer = item.source.snapshots.latest("pk")
    answer = as_user(desk.researcher).post(
        at(item, "cite_file"),
        {"snapshot": newer.uuid, "from": "stale", "opened_at": factories.fresh(claim).revision},
        follow=True,
    )

    assert answer.redirect_chain[-1][0] == "/desk/stale/"
    assert "No source has changed" in text(answer)
    item.refresh_from_db()
    assert item.snapshot == newer


def test_an_auditor_reads_the_list_and_is_offered_nothing(desk: Desk) -> None:
    make_stale(desk)

    shown = text(as_user(desk.auditor).get("/desk/stale/"))
    assert "Rents in the city rose" in shown
    assert "Cite the newer file" not in shown


def test_the_list_is_read_by_pages_and_costs_the_same(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "PAGE_SIZE", 2)
    client = as_user(desk.researcher)
    counts = []
    for number in (1, 2):
        make_stale(desk, number)
        client.get("/desk/stale/")
        with CaptureQueriesContext(connection) as queries:
            first = client.get("/desk/stale/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert text(first).count('class="stale__one"') == 2
    older = first.context["page"].older
    second = client.get(f"/desk/stale/{older}")
    assert text(second).count('class="stale__one"') == 1
    assert preserving.stale().count() == 3


def test_the_evidence_page_costs_the_same_for_many_files(desk: Desk, item: Evidence) -> None:
    client, counts = as_user(desk.researcher), []
    for number in range(3):
        factories.make_snapshot(desk.researcher, item.source, f"text {number}".encode())
        client.get(at(item))
        with CaptureQueriesContext(connection) as queries:
            client.get(at(item))
        counts.append(len(queries))

    assert len(set(counts)) == 1
