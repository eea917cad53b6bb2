"""``manage.py demo``: the story, replayed through the services by the demo's people."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from claims.management.commands import demo
from claims.models import (
    Approval,
    Article,
    ArticleVersion,
    Capture,
    Check,
    Claim,
    Exclusion,
    LedgerEntry,
    Publication,
    Quotation,
)
from claims.services import verification
from claims.vocabulary import Status


def run(**options: object) -> str:
    output = StringIO()
    call_command("demo", stdout=output, **options)
    return output.getvalue()


@override_settings(DEBUG=True)
class DemoStory(TestCase):
    """The story is replayed once for all tests of this class; each looks at one side of it."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.said = run()

    def test_logins_are_printed(self) -> None:
        assert "researcher, editor, editor2, chief, auditor" in self.said
        assert demo.PASSWORD in self.said

    def test_one_article_one_version_three_captures(self) -> None:
        assert Article.objects.count() == 1
        assert ArticleVersion.objects.count() == 1
        assert Capture.objects.count() == 3

    def test_every_claim_is_anchored_where_it_says(self) -> None:
        text = ArticleVersion.objects.get().text

        assert Claim.objects.count() == 33
        assert all(text[quote.start : quote.end] == quote.exact for quote in Quotation.objects.all())

    def test_every_status_occurs(self) -> None:
        assert set(Claim.objects.values_list("status", flat=True)) == {status.value for status in Status}

    def test_at_least_twelve_are_published_with_the_named_ones_among_them(self) -> None:
        live = Check.objects.listed().filter(withdrawn=False)
        findings = {
            "90 to 95 per cent": ("true", "mostly-true"),
            "50 gigawatts": ("said", "correctly-reported"),
            "Qwen 2.5 at the end of January": ("true", "partly-false"),
            "White House AI Action Plan": ("true", "mostly-false"),
        }

        assert live.count() >= 12
        for words, finding in findings.items():
            check = live.get(search_text__contains=words.casefold())
            assert (check.question, check.rating_code) == finding

    def test_one_was_corrected_to_a_second_version(self) -> None:
        corrected = Publication.objects.filter(kind="correction")

        assert [publication.number for publication in corrected] == [2]

    def test_one_was_withdrawn_and_one_waits_for_its_date(self) -> None:
        assert Check.objects.filter(withdrawn=True).count() == 1
        assert Claim.objects.get(status="parked").parked_until is not None

    def test_the_price_comparison_is_published_with_its_result_and_what_it_is_not(self) -> None:
        check = Check.objects.get(search_text__contains="90 to 95 per cent")
        first = check.current.content_data["calculations"][0]

        assert (first["result"], first["unit"], first["places"]) == ("96.35", "%", 2)
        assert [(part["value"], part["evidence"]) for part in first["inputs"]] == [("60", "DR5"), ("2.19", "DR3")]
        assert "not cost-efficiency" in first["notes"]["en"]

    def test_published_checks_show_parts_and_a_day_on_which_the_desk_looks_again(self) -> None:
        contents = [check.current.content_data for check in Check.objects.filter(withdrawn=False)]

        assert len([content for content in contents if len(content.get("elements", [])) > 1]) >= 3
        assert [content["looks_again"] for content in contents if "looks_again" in content] == ["2029-01-21"]

    def test_forecasts_say_what_they_are_measured_by(self) -> None:
        claim = Claim.objects.get(texts__statement__contains="50 gigawatts")

        assert claim.metric and claim.threshold and claim.resolved_at  # noqa: PT018 - one thing, in three fields

    def test_a_reprint_of_the_article_is_excluded(self) -> None:
        exclusion = Exclusion.objects.get()

        assert "computerhaus-quickborn.de" in exclusion.url
        assert exclusion.reason

    def test_the_ledger_is_a_real_one(self) -> None:
        assert list(verification.verify()) == []
        assert all(claim.ledger.count() == claim.revision for claim in Claim.objects.all())

    def test_nobody_approved_their_own_work(self) -> None:
        for approval in Approval.objects.select_related("claim"):
            entries = approval.claim.ledger.filter(authored=True).exclude(action="publish")
            wrote = entries.values_list("actor_id", flat=True)
            assert approval.by_id not in wrote

    def test_twice_changes_nothing(self) -> None:
        before = LedgerEntry.objects.count(), User.objects.count(), Publication.objects.count()

        assert "0 claims replayed, 33 were there already." in run()
        assert before == (LedgerEntry.objects.count(), User.objects.count(), Publication.objects.count())

    def test_a_claim_that_is_missing_is_made_and_the_rest_left_alone(self) -> None:
        Quotation.objects.filter(exact__startswith="um 90 bis 95").update(start=0, end=10)

        assert "1 claims replayed, 32 were there already." in run()


@pytest.mark.django_db
def test_without_debug_there_is_no_demo() -> None:
    with override_settings(DEBUG=False), pytest.raises(CommandError, match="only with DEBUG on"):
        run()

    assert not User.objects.filter(username="editor").exists()


@pytest.mark.django_db
@override_settings(DEBUG=True)
def test_a_story_that_does_not_fit_loads_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "story"
    shutil.copytree(Path(settings.BASE_DIR) / "fixtures" / "story", folder)
    last = folder / "claims" / "C33.yaml"
    last.write_text(last.read_text(encoding="utf-8").replace("path: inbox", "path: finished"), encoding="utf-8")

    with pytest.raises(CommandError, match=r"claims/C33\.yaml: path: 'finished'"):
        run(story=folder)

    assert not Article.objects.exists()
    assert not User.objects.filter(username="editor").exists()


@pytest.mark.django_db
@override_settings(DEBUG=True)
def test_reset_refuses_a_database_that_holds_more() -> None:
    User.objects.create_user("somebody")

    with pytest.raises(CommandError, match="holds more than the demo"):
        run(reset=True)

    assert User.objects.filter(username="somebody").exists()


@pytest.fixture
def short_story(tmp_path: Path) -> Path:
    """Two claims of the story: one published, one in the inbox."""
    folder = tmp_path / "story"
    shutil.copytree(Path(settings.BASE_DIR) / "fixtures" / "story", folder)
    for file in (folder / "claims").glob("*.yaml"):
        if file.stem not in {"C31", "C33"}:
            file.unlink()
    return folder


@pytest.mark.django_db(transaction=True)
@override_settings(DEBUG=True)
def test_reset_rebuilds_what_holds_nothing_but_the_demo(short_story: Path) -> None:
    run(story=short_story)
    first = Claim.objects.order_by("pk").values_list("uuid", flat=True).first()

    assert "2 claims replayed" in run(reset=True, story=short_story)
    assert Claim.objects.count() == 2
    assert not Claim.objects.filter(uuid=first).exists()
    assert list(verification.verify()) == []
