"""Files that preserve a source: kept once under their hash, told in the source's ledger, refused in words."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, connections, transaction
from django.db.utils import IntegrityError
from django.test import Client

from claims.errors import NotEditable, Refused, Unfetchable
from claims.models import Claim, Evidence, Fetch, LedgerEntry, Snapshot, Source
from claims.services import fetches, ledger, preserving, research, verification
from claims.vocabulary import Action, FetchState, Origin, Role
from factcheck.uploads import CutOff
from tests import factories
from tests import web as the_web
from tests.factories import Desk
from tests.language import pdfs
from tests.web import Web, leading_to, reply

pytestmark = pytest.mark.django_db

TEXT = b"The register says 9 per cent.\n"
PDF = pdfs.pdf([["The council's report."], ["Rents rose by 9 per cent."]])
URL = "http://register.example/rents"
PNG = factories.picture()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
def source(desk: Desk) -> Source:
    return factories.make_source(desk.researcher)


@pytest.fixture
def keep(desk: Desk, source: Source) -> Callable[..., Snapshot]:
    """Hands a file in as the researcher."""

    def kept(file: Any = TEXT, name: str = "register.txt", **values: Any) -> Snapshot:
        given = {"actor": desk.researcher, "source_id": source.pk, **values}
        return preserving.preserve_upload(file=file, name=name, **given)

    return kept


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# Keeping


def test_a_file_is_kept_under_its_hash_and_told_in_the_sources_ledger(
    desk: Desk, source: Source, keep: Callable[..., Snapshot], folder: Path
) -> None:
    snapshot = keep(url="https://register.example/rents")

    sha256 = hashlib.sha256(TEXT).hexdigest()
    assert (snapshot.sha256, snapshot.size, snapshot.media_type) == (sha256, len(TEXT), "text/plain")
    assert (snapshot.name, snapshot.origin, snapshot.taken_by) == ("register.txt", Origin.UPLOADED, desk.researcher)
    assert "9 per cent" in snapshot.text
    assert not snapshot.publishable
    assert files_in(folder) == [f"snapshots/{sha256[:2]}/{sha256}"]
    with snapshot.file.open() as file:
        assert file.read() == TEXT
    entry = source.ledger.latest("sequence")
    assert (entry.action, entry.sequence) == (Action.PRESERVE, 2)
    assert json.loads(entry.change.text) == {
        "fields": {},
        "facts": {
            "snapshot": str(snapshot.uuid),
            "sha256": sha256,
            "media_type": "text/plain",
            "size": len(TEXT),
            "name": "register.txt",
            "url": "https://register.example/rents",
            "origin": "uploaded",
        },
    }
    assert list(verification.verify()) == []


def test_a_pdf_gives_its_text_page_by_page(keep: Callable[..., Snapshot]) -> None:
    snapshot = keep(PDF, "report.pdf", content_type="application/pdf")

    assert snapshot.media_type == "application/pdf"
    assert snapshot.text.partition("\f")[2].startswith("Rents rose by 9 per cent")
    assert preserving.gap_of(snapshot) is None


def test_a_picture_has_no_text_and_says_so(keep: Callable[..., Snapshot]) -> None:
    snapshot = keep(PNG, "screen.png")

    gap = preserving.gap_of(snapshot)
    assert gap is not None
    assert (gap.code, snapshot.text, snapshot.text_sha256) == ("picture", "", "")


def test_a_page_says_what_it_is(keep: Callable[..., Snapshot]) -> None:
    page = (
        '<!doctype html><html lang="en"><head><title>Rents</title><meta property="og:site_name" content="The Register">'
        "</head><body><p>Rents rose by 9 per cent.</p></body></html>"
    )

    assert keep(page.encode(), "rents.html").about == {"title": "Rents", "site": "The Register", "language": "en"}


# Names keep their ending and lose what cannot be seen in them.
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\desk\\register.txt", "register.txt"),
        ("../../etc/register.txt", "register.txt"),
        ("regis\u202eter\r\n.txt", "register.txt"),
        ("Mieten für Köln.txt", "Mieten für Köln.txt"),
        ("a" * 400 + ".txt", "a" * 251 + ".txt"),
        ("", ""),
    ],
)
def test_a_name_is_kept_without_its_folder(keep: Callable[..., Snapshot], given: str, kept: str) -> None:
    assert keep(name=given).name == kept


def test_the_same_bytes_again_are_the_file_that_is_there(
    source: Source, keep: Callable[..., Snapshot], folder: Path
) -> None:
    first = keep()
    assert keep(name="again.txt") == first

    assert source.ledger.count() == 2
    assert len(files_in(folder)) == 1


def test_two_sources_share_the_bytes_and_have_a_row_each(
    desk: Desk, keep: Callable[..., Snapshot], folder: Path
) -> None:
    one, other = keep(), keep(source_id=factories.make_source(desk.researcher).pk)

    assert one != other
    assert one.file.name == other.file.name
    assert len(files_in(folder)) == 1
    assert list(preserving.flaws()) == []


def test_an_item_can_cite_the_file_at_once(desk: Desk, keep: Callable[..., Snapshot]) -> None:
    item = factories.ready_claim(desk).evidence.get(key="R1")
    snapshot = keep(source_id=item.source_id, evidence=item)

    item.refresh_from_db()
    assert item.snapshot == snapshot
    entry = item.claim.ledger.latest("sequence")
    assert entry.change_set == item.source.ledger.latest("sequence").change_set
    assert entry.changed_content


def test_an_item_of_a_claim_that_is_not_edited_takes_no_file(desk: Desk, keep: Callable[..., Snapshot]) -> None:
    item = factories.published_claim(desk).evidence.get(key="R1")
    with pytest.raises(NotEditable):
        keep(source_id=item.source_id, evidence=item)

    assert not Snapshot.objects.exists()


def test_an_item_cites_files_of_its_own_source_alone(desk: Desk, keep: Callable[..., Snapshot]) -> None:
    claim = factories.ready_claim(desk)
    item = claim.evidence.get(key="R1")
    with pytest.raises(Refused, match="another source"):
        factories.edit(claim, desk.researcher, {"evidence.R1.snapshot": keep()})
    own = keep(source_id=item.source_id, evidence=item)
    factories.edit(claim, desk.researcher, {"evidence.R1.source": factories.make_source(desk.researcher)})

    assert Evidence.objects.get(pk=item.pk).snapshot is None
    assert own.evidence.count() == 0


# Refusing


@pytest.mark.parametrize("role", ["auditor", None])
def test_only_who_works_at_the_desk_may_keep_a_file(
    desk: Desk, keep: Callable[..., Snapshot], folder: Path, role: str | None
) -> None:
    with pytest.raises(PermissionDenied):
        keep(actor=getattr(desk, role) if role else factories.make_user())

    assert not folder.exists()


@pytest.mark.parametrize(
    ("file", "name", "words"),
    [
        (b"", "empty.txt", "The file is empty"),
        (PDF, "picture.png", "By its name or type the file is a PNG picture, but it holds a PDF document"),
        (b"MZ" + b"\0" * 200, "setup.exe", "This is a program"),
        (PNG + b"<script>alert(1)</script>", "screen.png", "something else inside"),
    ],
)
def test_what_is_not_kept_is_refused_in_words(
    keep: Callable[..., Snapshot], folder: Path, file: bytes, name: str, words: str
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        keep(file, name)

    assert refusal.value.field == "file"
    assert not Snapshot.objects.exists()
    assert not folder.exists()


class Endless(File):  # type: ignore[type-arg]
    """A file of 2 GB that is made while it is read, and counts what was asked of it."""

    def __init__(self, size: int | None) -> None:
        super().__init__(None, "film.pdf")
        self.size = size
        self.given = 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        while self.given < 2_000_000_000:
            self.given += chunk_size or 1
            yield b"x" * (chunk_size or 1)


# Whether it says how large it is, lies or does not know.
@pytest.mark.parametrize(("size", "most_read"), [(2_000_000_000, 0), (10, 1_100_000), (None, 1_100_000)])
def test_two_gigabytes_are_refused_without_being_read(
    keep: Callable[..., Snapshot], settings: Any, size: int | None, most_read: int
) -> None:
    settings.SNAPSHOT_MAX_BYTES = 1_000_000
    file = Endless(size)
    with pytest.raises(Refused, match="larger than 1 MB"):
        keep(file)

    assert file.given <= most_read


def test_an_upload_that_is_too_large_is_cut_off_while_it_comes(settings: Any) -> None:
    settings.SNAPSHOT_MAX_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100_000
    handler, passed, sent = CutOff(), 0, 0
    while sent < 2_000_000_000:
        chunk = handler.receive_data_chunk(b"", sent)
        passed += 65_536 if chunk is not None else 0
        sent += 65_536

    assert 100_000 < passed <= 100_000 + 2 * 65_536


def test_no_form_brings_many_files_along() -> None:
    """Anybody may send the login form; each file is cut off, and many of them would fill the disk all the same."""
    files = {name: SimpleUploadedFile(f"{name}.txt", TEXT) for name in ("one", "two")}

    assert Client().post("/accounts/login/", files).status_code == 400


def test_an_uploaded_file_is_read_from_its_start(keep: Callable[..., Snapshot]) -> None:
    upload = SimpleUploadedFile("register.txt", TEXT)
    upload.read()

    assert keep(upload).size == len(TEXT)


def test_a_source_that_is_not_there_is_refused(keep: Callable[..., Snapshot]) -> None:
    with pytest.raises(Refused, match="no such source"):
        keep(source_id=0)


def test_an_address_that_is_none_is_refused(keep: Callable[..., Snapshot]) -> None:
    with pytest.raises(Refused):
        keep(url="javascript:alert(1)")

    assert not Snapshot.objects.exists()


# What breaks off


def test_a_storage_that_fails_saves_nothing_and_says_so(
    keep: Callable[..., Snapshot], source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: Any, **_options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(default_storage._wrapped), "_save", full)
    with pytest.raises(Refused, match="could not be stored"):
        keep()

    assert not Snapshot.objects.exists()
    assert source.ledger.count() == 1


def test_a_disk_that_is_full_is_not_kept_full_by_half_a_file(
    keep: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    def full(*_arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("factcheck.storage.os.fsync", full)
    with pytest.raises(Refused, match="could not be stored"):
        keep()

    assert files_in(folder) == []


def test_a_process_killed_between_file_and_row_leaves_an_orphan_that_is_named(
    keep: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(preserving, "_row", killed)
        with pytest.raises(KeyboardInterrupt):
            keep()
    assert not Snapshot.objects.exists()
    assert [flaw.problem for flaw in preserving.flaws()] == ["orphaned"]

    keep()
    assert list(preserving.flaws()) == []


def test_a_process_killed_while_it_writes_leaves_no_half_file(
    keep: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    def killed(*_arguments: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("factcheck.storage.os.fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            keep()
    assert [name.rpartition(".")[2] for name in files_in(folder)] == ["part"]

    assert keep().file.size == len(TEXT)


def test_a_damaged_file_is_mended_by_the_same_bytes(keep: Callable[..., Snapshot], folder: Path) -> None:
    path = folder / keep().file.name
    path.write_bytes(TEXT.replace(b"9", b"4"))
    keep()

    assert path.read_bytes() == TEXT


def test_a_busy_database_is_asked_twice_with_the_whole_file(
    keep: Callable[..., Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_arguments: Any) -> Any:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(preserving, "_row", busy)
        with pytest.raises(OperationalError):
            keep(SimpleUploadedFile("register.txt", TEXT))
    assert not Snapshot.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_people_who_hand_in_the_same_bytes_at_once_get_one_file() -> None:
    people = [factories.make_user(Role.RESEARCHER), factories.make_user(Role.EDITOR)]
    source = factories.make_source(people[0])
    start = threading.Barrier(2)
    found: list[Any] = []

    def hand_in(actor: Any) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            found.append(preserving.preserve_upload(actor=actor, source_id=source.pk, file=TEXT, name="register.txt"))
        except BaseException as error:  # noqa: BLE001 - the test's own thread looks at it
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hand_in, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert found[0] == found[1] == Snapshot.objects.get()
    assert LedgerEntry.objects.filter(action=Action.PRESERVE.value).count() == 1
    assert list(preserving.flaws()) == []


def test_the_database_itself_refuses_the_same_bytes_twice(keep: Callable[..., Snapshot]) -> None:
    snapshot = keep()
    snapshot.pk, snapshot.uuid = None, "00000000-0000-0000-0000-000000000001"
    with pytest.raises(IntegrityError), transaction.atomic():
        snapshot.save(force_insert=True)


# Marking as publishable


def test_an_editor_marks_a_file_as_publishable_and_takes_it_back(desk: Desk, keep: Callable[..., Snapshot]) -> None:
    snapshot = keep()
    for publishable in (True, True, False):
        preserving.release(actor=desk.editor, snapshot_id=snapshot.pk, publishable=publishable)
        assert Snapshot.objects.get().publishable is publishable
        assert list(verification.verify()) == []

    entries = snapshot.source.ledger.filter(action=Action.RELEASE.value)
    assert entries.count() == 2
    assert json.loads(entries[0].change.text)["fields"] == {f"snapshots.{snapshot.uuid}.publishable": [False, True]}


@pytest.mark.parametrize("role", ["researcher", "auditor"])
def test_only_an_editor_marks_as_publishable(desk: Desk, keep: Callable[..., Snapshot], role: str) -> None:
    with pytest.raises(PermissionDenied):
        preserving.release(actor=getattr(desk, role), snapshot_id=keep().pk, publishable=True)


def test_what_is_not_there_is_not_marked(desk: Desk) -> None:
    with pytest.raises(Refused, match="no such file"):
        preserving.release(actor=desk.editor, snapshot_id=0, publishable=True)


# Whether all of it is whole


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"sha256": "0" * 64}, "its sha256 is not what its entry says"),
        ({"media_type": "text/html"}, "its media_type is not what its entry says"),
        ({"size": 7}, "its size is not what its entry says"),
        ({"name": "other.txt"}, "its name is not what its entry says"),
        ({"url": "https://other.example/"}, "its url is not what its entry says"),
        ({"text": "The register says 4 per cent."}, "its hash is not that of its text"),
        ({"publishable": True}, "whether it may be published is not what its entries say"),
    ],
)
def test_a_row_that_was_altered_is_found(keep: Callable[..., Snapshot], columns: dict[str, Any], problem: str) -> None:
    snapshot = keep()
    Snapshot.objects.update(**columns)

    assert [str(found) for found in verification.verify()] == [
        f"source {snapshot.source.uuid}, file {snapshot.uuid}: {problem}"
    ]


def test_a_row_that_is_gone_or_was_slipped_in_is_found(desk: Desk, keep: Callable[..., Snapshot]) -> None:
    snapshot = keep()
    other = factories.make_source(desk.researcher)
    Snapshot.objects.update(source=other)

    assert {found.problem for found in verification.verify()} == {
        f"its file {snapshot.uuid} is missing",
        "no entry tells that it was kept",
    }


def test_files_that_are_missing_altered_or_orphaned_are_named(keep: Callable[..., Snapshot], folder: Path) -> None:
    missing, altered = keep(b"One thing."), keep(b"Another thing.")
    (folder / missing.file.name).unlink()
    (folder / altered.file.name).write_bytes(b"A third thing.")
    (folder / "snapshots" / "ab").mkdir(exist_ok=True)
    (folder / "snapshots" / "ab" / "abc").write_bytes(b"Whose?")

    assert {str(flaw) for flaw in preserving.flaws()} == {
        f"{missing.file.name}: missing",
        f"{altered.file.name}: altered",
        "snapshots/ab/abc: orphaned",
    }


# Pages


def html(words: str, title: str = "Rents") -> str:
    return f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><p>{words}</p></body></html>'


@pytest.fixture
def web() -> Iterator[Web]:
    with the_web.spun() as web:
        web.page("register.example/rents", reply(html("Rents rose by 9 per cent."), Server="register/1"))
        yield web


@pytest.fixture
def ask(desk: Desk, source: Source, django_capture_on_commit_callbacks: Any) -> Callable[..., Fetch]:
    """Asks for a page and has it fetched."""

    def asked(url: str = URL, **values: Any) -> Fetch:
        with django_capture_on_commit_callbacks(execute=True):
            given = {"actor": desk.researcher, "source_id": source.pk, **values}
            fetch = preserving.request_snapshot(url=url, **given)
        return Fetch.objects.get(pk=fetch.pk)

    return asked


def test_a_page_is_kept_with_how_it_was_fetched(
    web: Web, desk: Desk, source: Source, ask: Callable[..., Fetch]
) -> None:
    web.page("short.example/x", leading_to(URL, "301 Moved Permanently"))
    fetch = ask("http://short.example/x")

    assert (fetch.state, fetch.problem, fetch.capture) == (FetchState.DONE, "", None)
    snapshot = Snapshot.objects.get()
    assert (fetch.snapshot, fetch.result["outcome"]) == (snapshot, "kept")
    assert (snapshot.origin, snapshot.url, snapshot.name) == (Origin.FETCHED, URL, "rents")
    assert (snapshot.source, snapshot.taken_by) == (source, desk.researcher)
    assert snapshot.about == {"title": "Rents", "language": "en"}
    assert [hop["status"] for hop in snapshot.response["hops"]] == [301, 200]
    assert ["Server", "register/1"] in snapshot.response["headers"]
    assert "Rents rose by 9 per cent." in snapshot.text
    assert list(verification.verify()) == list(preserving.flaws()) == []


def test_without_an_address_the_sources_own_is_fetched(web: Web, desk: Desk, ask: Callable[..., Fetch]) -> None:
    assert ask("", source_id=factories.make_source(desk.researcher, url=URL).pk).url == URL
    with pytest.raises(Refused, match="address of the page"):
        ask("", source_id=factories.make_source(desk.researcher, url="").pk)


def test_a_pdf_at_an_address_is_kept_too(web: Web, ask: Callable[..., Fetch]) -> None:
    web.page("register.example/report.pdf", reply(PDF, content_type="application/pdf"))

    assert ask("http://register.example/report.pdf").snapshot.media_type == "application/pdf"


def test_the_same_page_again_is_the_file_that_is_there(web: Web, ask: Callable[..., Fetch]) -> None:
    first, second = ask(), ask()

    assert first.snapshot == second.snapshot
    assert second.result["outcome"] == "known"
    assert LedgerEntry.objects.filter(action=Action.PRESERVE.value).count() == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/", "file:///etc/passwd"])
def test_a_private_address_is_refused_when_it_is_asked_for(web: Web, ask: Callable[..., Fetch], url: str) -> None:
    with pytest.raises(Unfetchable):
        ask(url)

    assert not Fetch.objects.exists()
    assert web.connected == []


def test_a_redirect_to_a_private_address_is_not_followed(web: Web, ask: Callable[..., Fetch]) -> None:
    web.page("register.example/inside", leading_to("http://127.0.0.1/secret"))
    fetch = ask("http://register.example/inside")

    assert (fetch.state, fetch.problem_code) == (FetchState.FAILED, "private")
    assert not Snapshot.objects.exists()


@pytest.mark.parametrize(
    ("answer", "code", "values"),
    [
        (reply(status="403 Forbidden"), "refused", {}),
        (reply(b"PK\x03\x04" + b"x" * 50, content_type=""), "archive", {}),
        (reply(PDF, content_type="image/png"), "mismatch", {"said": "a PNG picture", "held": "a PDF document"}),
        (reply(b"x", content_type="video/mp4"), "kind", {}),
    ],
)
def test_what_cannot_be_kept_stands_on_the_fetch(
    web: Web, ask: Callable[..., Fetch], answer: bytes, code: str, values: dict[str, str]
) -> None:
    web.page("register.example/other", answer)
    fetch = ask("http://register.example/other")

    assert (fetch.state, fetch.problem_code, fetch.result.get("values", {})) == (FetchState.FAILED, code, values)
    assert "Paste the text" not in fetch.problem


def test_a_page_larger_than_a_file_may_be_is_not_fetched_to_its_end(
    web: Web, ask: Callable[..., Fetch], settings: Any
) -> None:
    settings.SNAPSHOT_MAX_BYTES = 50

    assert ask().problem_code == "size"


def test_what_failed_can_be_fetched_again(
    web: Web, desk: Desk, ask: Callable[..., Fetch], django_capture_on_commit_callbacks: Any
) -> None:
    failed = ask("http://register.example/soon")
    web.page("register.example/soon", html("Rents rose."))
    with django_capture_on_commit_callbacks(execute=True):
        preserving.retry_snapshot(actor=desk.editor, fetch_id=failed.uuid)

    again = Fetch.objects.get()
    assert (again.state, again.snapshot.taken_by) == (FetchState.DONE, desk.editor)


def test_a_file_and_the_end_of_its_fetch_are_one(
    web: Web, desk: Desk, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_arguments: Any, **_values: Any) -> None:
        raise KeyboardInterrupt

    fetch = preserving.request_snapshot(actor=desk.researcher, source_id=source.pk, url=URL)
    with monkeypatch.context() as patch:
        patch.setattr(fetches, "end", dies)
        with pytest.raises(KeyboardInterrupt):
            preserving.run_snapshot(fetch.uuid)

    assert Fetch.objects.get().state == FetchState.RUNNING
    assert not Snapshot.objects.exists()


def test_an_article_of_the_same_address_is_another_fetch(web: Web, desk: Desk, source: Source) -> None:
    from claims.services import intake

    article = intake.request_fetch(actor=desk.researcher, url=URL)
    page = preserving.request_snapshot(actor=desk.researcher, source_id=source.pk, url=URL)

    assert article != page
    preserving.run_snapshot(article.uuid)
    intake.run_fetch(page.uuid)
    assert set(Fetch.objects.values_list("state", flat=True)) == {FetchState.WAITING}


@pytest.mark.parametrize("role", ["auditor", None])
def test_only_who_works_at_the_desk_may_ask(desk: Desk, source: Source, role: str | None) -> None:
    actor = getattr(desk, role) if role else factories.make_user()
    with pytest.raises(PermissionDenied):
        preserving.request_snapshot(actor=actor, source_id=source.pk, url=URL)


# Sources that have changed


def citing(desk: Desk, snapshot: Snapshot) -> Claim:
    """A claim whose item R1 cites the file."""
    edits = {"evidence.R1.source": snapshot.source, "evidence.R1.snapshot": snapshot}
    return factories.ready_claim(desk, edits)


def test_an_item_is_stale_once_its_page_says_something_else(web: Web, desk: Desk, ask: Callable[..., Fetch]) -> None:
    old = ask().snapshot
    claim = citing(desk, old)
    assert list(preserving.stale()) == []
    web.page("register.example/rents", html("Rents rose by 8 per cent."))
    new = ask().snapshot

    found = preserving.stale().get()
    assert (found.claim, found.key, found.newer) == (claim, "R1", new.pk)
    research.edit_claim(claim_id=claim.pk, actor=desk.researcher, edits={"evidence.R1.snapshot": new})
    assert list(preserving.stale()) == []


@pytest.mark.parametrize(
    ("url", "is_stale"),
    [
        ("https://www.register.example/rents/#top", True),
        ("http://register.example/rents?utm_source=mail", True),
        ("http://register.example/wages", False),
        ("", False),
    ],
)
def test_only_a_newer_file_of_the_same_page_makes_stale(
    desk: Desk, keep: Callable[..., Snapshot], url: str, is_stale: bool
) -> None:
    citing(desk, keep(url=URL))
    keep(b"The register says 8 per cent.", url=url)

    assert preserving.stale().exists() is is_stale


def test_the_same_text_in_another_file_is_no_change(desk: Desk, keep: Callable[..., Snapshot]) -> None:
    citing(desk, keep(url=URL))
    keep(TEXT + b"\n", url=URL)

    assert Snapshot.objects.count() == 2
    assert not preserving.stale().exists()


def test_a_picture_of_the_page_is_no_change(desk: Desk, keep: Callable[..., Snapshot]) -> None:
    citing(desk, keep(url=URL))
    keep(PNG, "screen.png", url=URL)

    assert not preserving.stale().exists()


def test_another_sources_file_and_what_was_taken_out_make_nothing_stale(
    desk: Desk, keep: Callable[..., Snapshot]
) -> None:
    claim = citing(desk, keep(url=URL))
    keep(b"Another text.", url=URL, source_id=factories.make_source(desk.researcher).pk)
    assert not preserving.stale().exists()
    keep(b"A third text.", url=URL)
    assert preserving.stale().exists()
    factories.edit(claim, desk.researcher, {"evidence.R1.removed": True})

    assert not preserving.stale().exists()


def test_the_edges_of_the_ledger_hold(desk: Desk, keep: Callable[..., Snapshot]) -> None:
    """A claim that leans on a file composes its hash, and not what it is called."""
    claim = citing(desk, keep(name="secret-name.txt"))
    content = ledger.composition.compose(claim)
    item = next(one for one in content["evidence"] if one["key"] == "R1")

    assert set(item["snapshot"]) == {"sha256", "taken_at", "publishable"}
