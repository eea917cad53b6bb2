"""An article's versions: what was changed, what that made of the claims, and what a program suggests."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.language.checkworthiness import _WORDS
from claims.models import Anchor, ArticleVersion, Claim
from claims.services import intake, quoting
from claims.views.desk import findings, versions
from claims.views.desk.versions import AROUND, Part, difference
from tests import factories
from tests.views.desk.helpers import as_user, page, text

pytestmark = pytest.mark.django_db

ALTERED = factories.TEXT.replace("12 per cent", "21 per cent").replace(
    " The mayor called the figure “plainly wrong”.", ""
)
HOME = "/desk/"


def address(version: ArticleVersion) -> str:
    return reverse("desk:article", args=[version.article_id])


def altered(desk: factories.Desk) -> tuple[ArticleVersion, Claim, Claim, Claim]:
    """A second version in which one claim's words changed, one's are gone and one's stand: (version, three claims)."""
    first = factories.make_article(desk.researcher, outlet=factories.make_outlet(desk.researcher))
    words = (factories.PASSAGE, "The mayor called the figure “plainly wrong”", "Rents are the talk of the town")
    claims = [
        factories.inbox_claim(
            desk, version=first, passages=[factories.passage(first, each)], statements={"en": f"On: {each}"}
        )
        for each in words
    ]
    second = factories.make_version(desk.researcher, first.article, ALTERED)
    return second, claims[0], claims[1], claims[2]


def confirm_address(claim: Claim) -> str:
    return reverse("desk:confirm_anchor", args=[claim.pk, Anchor.objects.filter(quotation__claim=claim).last().pk])


# What became of the claims


def test_each_quotation_has_its_fate(desk: factories.Desk) -> None:
    second, changed, lost, kept = altered(desk)
    states = [Anchor.objects.get(quotation__claim=claim).state for claim in (changed, lost, kept)]
    assert states == ["changed", "lost", "exact"]

    shown = page(desk.editor, address(second))

    assert "What changed since version 1" in shown
    assert "2 quotations were altered" in shown
    assert "One quotation stands word for word" in shown
    assert "<del>12 </del><ins>21 </ins>" in shown
    assert "Nothing like it stands in this version." in shown
    assert confirm_address(changed) in shown
    assert confirm_address(lost) in shown
    assert confirm_address(kept) not in shown
    assert "What changed since" not in page(desk.editor, f"{address(second)}?version=1")


def test_what_changed_is_confirmed_by_a_person(desk: factories.Desk) -> None:
    second, changed, lost, _kept = altered(desk)
    client = as_user(desk.researcher)

    for claim in (changed, lost):
        answer = client.post(confirm_address(claim), follow=True)
        assert "Confirmed." in text(answer)

    newest = Anchor.objects.filter(quotation__claim=lost).last()
    assert (newest.state, newest.confirmed_by) == ("lost", desk.researcher)
    shown = text(client.get(address(second)))
    assert f"Confirmed by {desk.researcher.get_full_name()}." in shown
    assert "Confirm that it" not in shown


def test_only_the_newest_place_is_confirmed(desk: factories.Desk) -> None:
    """A page that was left open must not bring an old place back."""
    second, changed, _lost, _kept = altered(desk)
    old = confirm_address(changed)
    factories.make_version(desk.researcher, second.article, f"{ALTERED} And more.")

    answer = as_user(desk.researcher).post(old, follow=True)

    assert "a newer version came in" in text(answer)
    assert not Anchor.objects.filter(confirmed_by__isnull=False).exists()
    assert old not in text(answer)


def test_an_auditor_confirms_nothing(desk: factories.Desk) -> None:
    second, changed, _lost, _kept = altered(desk)

    assert "Confirm that it" not in page(desk.auditor, address(second))
    assert as_user(desk.auditor).post(confirm_address(changed)).status_code == 403


def test_a_place_belongs_to_its_claim(desk: factories.Desk) -> None:
    _second, changed, lost, _kept = altered(desk)
    anchor = Anchor.objects.get(quotation__claim=lost)

    answer = as_user(desk.editor).post(reverse("desk:confirm_anchor", args=[changed.pk, anchor.pk]))

    assert answer.status_code == 404


def test_the_page_costs_the_same_however_many_quotations_were_altered(desk: factories.Desk) -> None:
    client = as_user(desk.editor)
    counts = []
    for number in (2, 12):
        first = factories.make_article(desk.researcher, text=f"{factories.TEXT} {number}", title=f"No. {number}")
        for place in range(number):
            passages = [quoting.Passage(first, 70 + 2 * place, 120)]
            factories.inbox_claim(desk, version=first, passages=passages)
        second = factories.make_version(desk.researcher, first.article, f"{ALTERED} {number}")
        client.get(address(second))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address(second)).status_code == 200
        counts.append(len(caught))

    assert counts[0] == counts[1]


# Whoever works on the claim is told


def test_altered_claims_come_to_whoever_has_them(desk: factories.Desk) -> None:
    _second, changed, lost, kept = altered(desk)
    for claim in (changed, kept):
        factories.edit(claim, desk.editor, {"assignee": desk.researcher})
    factories.edit(lost, desk.editor, {"assignee": desk.editor})

    shown = page(desk.researcher, HOME)

    assert "Altered by the outlet" in shown
    assert "On: rents in the city" in shown.partition("My claims")[0]
    assert "On: Rents are the talk" not in shown.partition("My claims")[0]
    assert "On: The mayor" not in shown
    as_user(desk.researcher).post(confirm_address(changed))
    assert "Altered by the outlet" not in page(desk.researcher, HOME)


# The texts


def test_the_newest_text_waits_for_a_persons_word(desk: factories.Desk) -> None:
    taken = intake.receive(actor=desk.researcher, raw=factories.TEXT.encode())
    where = reverse("desk:capture", args=[taken.version.article_id, taken.capture.pk])
    assert where in page(desk.auditor, address(taken.version)).partition("The text")[0]

    intake.confirm(actor=desk.editor, article_id=taken.version.article_id, version_id=taken.version.pk)

    shown = page(desk.auditor, address(taken.version))
    assert "Nobody has confirmed the newest text yet" not in shown
    assert f"confirmed by {desk.editor.get_full_name()}" in shown


def test_a_difference_in_spaces_is_none(desk: factories.Desk) -> None:
    first = factories.make_article(desk.researcher)
    factories.make_version(desk.researcher, first.article, factories.TEXT.replace(". ", ".\n"))

    assert "No word differs" in page(desk.editor, address(first))


LONG = "word " * 200
DIFFERENCES = [
    ("One two.", "One two.", []),
    (
        "One two three.",
        "One 2 three.",
        [Part("same", "One "), Part("out", "two "), Part("in", "2 "), Part("same", "three.")],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), DIFFERENCES)
def test_words_are_compared(before: str, after: str, expected: list[Part]) -> None:
    assert difference(before, after) == expected


def test_long_unchanged_runs_are_folded() -> None:
    parts = difference(f"{LONG}old {LONG}gone {LONG}", f"{LONG}new {LONG}{LONG}")

    assert [part.kind for part in parts] == ["gap", "same", "out", "in", "same", "gap", "same", "out", "same", "gap"]
    assert all(len(part.text) <= AROUND for part in parts)
    shown = sum(len(part.text) + part.length for part in parts if part.kind != "out")
    assert shown == len(f"{LONG}new {LONG}{LONG}")


# The comparison, with the claims in the margin

BEFORE = "Rents rose by 12 per cent. The mayor called it wrong.\nThe register comes in June. It is late."
AFTER = "Rents rose by 21 per cent.\nThe register comes in June. It is late. The mayor called it wrong."


def compared(
    desk: factories.Desk, *words: str, before: str = BEFORE, after: str = AFTER
) -> tuple[ArticleVersion, list[Claim]]:
    first = factories.make_article(desk.researcher, text=before)
    claims = [
        factories.inbox_claim(
            desk, version=first, passages=[factories.passage(first, each)], statements={"en": f"On: {each}"}
        )
        for each in words
    ]
    return factories.make_version(desk.researcher, first.article, after), claims


def margins(version: ArticleVersion, claims: list[Claim], against: str = "") -> list[tuple[str, list[str]]]:
    """Each stretch by the words of the newer text, with what stands beside it: number, state, and whether it left."""
    change = versions.change(version, version.article.versions.all(), claims, against)
    keys = {claim.pk: str(number) for number, claim in enumerate(claims)}
    return [
        (
            "".join(part.text for part in stretch.parts if part.kind in ("same", "in")).strip(),
            [
                f"{keys[one.mark.claim.pk]} {one.mark.state}{' left' if one.left else ''}".strip()
                for one in stretch.beside
            ],
        )
        for stretch in change["stretches"]
    ]


def test_claims_stand_beside_the_paragraph_that_holds_their_words(desk: factories.Desk) -> None:
    second, claims = compared(desk, "Rents rose by 12 per cent", "The mayor called it wrong", "It is late")

    assert [words for words, _beside in margins(second, claims)] == [
        "Rents rose by 21 per cent.",
        "",
        "The register comes in June. It is late. The mayor called it wrong.",
    ]
    [[first], [left], [third, second_one]] = [beside for _words, beside in margins(second, claims)]
    state = Anchor.objects.get(quotation__claim=claims[1]).state
    assert (first, left, second_one) == ("0 changed", f"1 {state} left", f"1 {state}")
    assert third == "2 moved"


def test_a_lost_claim_stands_beside_where_it_stood(desk: factories.Desk) -> None:
    second, claims = compared(desk, "The mayor called it wrong", after="Rents rose by 12 per cent.\nNobody answered.")

    beside = [one for _words, beside in margins(second, claims) for one in beside]

    assert beside == ["0 lost left"]


def test_words_of_claims_are_marked_up_to_their_ends(desk: factories.Desk) -> None:
    second, [claim, other] = compared(desk, "Rents rose by 12 per cent", "rose by 12")
    change = versions.change(second, second.article.versions.all(), [claim, other])

    parts = change["stretches"][0].parts

    claimed = ["".join(part.text for part in parts if part.claims and part.kind == kind) for kind in ("out", "in")]
    assert claimed == ["12 ", "21 "]
    assert [key for part in parts for key in part.ends if part.kind != "out"].count(claim.pk) == 1


def test_a_long_paragraph_is_cut_where_a_sentence_begins(desk: factories.Desk) -> None:
    sentence = "The city counted its flats and its rents again this year, and it found many more than before. "
    before = f"{sentence * 2}Rents rose by 12 per cent. {sentence * 2}The mayor called it wrong."
    second, claims = compared(
        desk,
        "Rents rose by 12 per cent",
        "The mayor called it wrong",
        before=before,
        after=before.replace("12", "21").replace("wrong", "false"),
    )

    stretches = versions.change(second, second.article.versions.all(), claims)["stretches"]

    assert len([one for one in stretches if not one.is_gap]) > 1
    shown = "".join(part.text for one in stretches for part in one.parts if part.kind in ("same", "in"))
    assert shown == second.text
    assert [one.goes_on for one in stretches][-1] is False
    assert len({id(one) for one in stretches if one.beside}) == 2


def test_nothing_of_the_difference_is_lost_beside_the_claims(desk: factories.Desk) -> None:
    second, claims = compared(desk, "Rents rose", "called it wrong.\nThe register", "June. It")
    change = versions.change(second, second.article.versions.all(), claims)

    for kind in ("same", "out", "in"):
        whole = "".join(part.text for part in change["parts"] if part.kind == kind)
        assert "".join(part.text for one in change["stretches"] for part in one.parts if part.kind == kind) == whole


def test_any_other_version_can_be_compared_with(desk: factories.Desk) -> None:
    second, _claims = compared(desk, "Rents rose by 12 per cent")
    third = factories.make_version(desk.researcher, second.article, f"{BEFORE} More of it.")

    shown = page(desk.auditor, f"{address(third)}?version=3&against=1")
    assert "What changed since version 1" in shown
    assert "anchor--exact" in shown
    assert "<del>" not in shown.partition('class="margined"')[2].partition("reader__head")[0]
    older = page(desk.auditor, f"{address(third)}?version=1&against=3")
    assert "Compared with version 3" in older
    assert "Marked in this version" in older
    assert "What changed since version 2" in page(desk.auditor, f"{address(third)}?version=3")


@pytest.mark.parametrize("against", ["2", "99", "x", "", "-1"])
def test_a_version_that_is_none_means_the_one_before(against: str, desk: factories.Desk) -> None:
    second, _claims = compared(desk, "Rents rose by 12 per cent")

    assert "What changed since version 1" in page(desk.auditor, f"{address(second)}?version=2&against={against}")


def test_the_margin_says_state_and_number(desk: factories.Desk) -> None:
    second, claims = compared(desk, "Rents rose by 12 per cent", "The mayor called it wrong", "It is late")

    shown = page(desk.auditor, address(second)).partition('class="margined"')[2]

    assert f'#{claims[0].pk}</span> <span class="anchor anchor--changed">Changed</span> not decided yet' in shown
    assert "On: It is late" in shown
    assert f'<sup class="diff__number" aria-hidden="true">{claims[0].pk}</sup>' in shown


def test_a_very_long_text_is_compared_when_that_is_asked_for(
    desk: factories.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "COMPARED_AT_ONCE", 50)
    second, _claims = compared(desk, "Rents rose")

    shown = page(desk.auditor, address(second))
    assert 'class="margined"' not in shown
    assert "?version=2&amp;against=1#changed" in shown
    assert 'class="margined"' in page(desk.auditor, f"{address(second)}?version=2&against=1")


def test_a_text_runs_in_nobodys_browser(desk: factories.Desk) -> None:
    attack = "<script>alert(1)</script> Rents rose by {} per cent."
    second, _claims = compared(desk, "Rents rose", before=attack.format(12), after=attack.format(21))

    for where in (address(second), reverse("desk:changes", args=[second.article_id])):
        assert "<script>alert" not in page(desk.researcher, where)


# Suggestions


def test_sentences_are_suggested_with_their_reasons(desk: factories.Desk) -> None:
    version = factories.make_article(desk.researcher)
    claim = factories.inbox_claim(desk, version=version)

    shown = page(desk.auditor, address(version))

    assert "Worth a check" in shown
    assert version.analyser in shown
    assert "gives a number that can be compared" in shown
    assert "passes on what somebody claims" in shown
    link = f'href="#claim-{claim.pk}" aria-label="Claim 1 in the list"'
    assert link in shown.partition('id="sentences"')[2]
    worth = [sentence for sentence in version.analysis if sentence["suggested"]]
    rest = len(version.analysis) - len(worth)
    assert worth
    assert ("more sentence" in shown) == bool(rest)


def test_every_reason_of_the_projects_own_analyser_has_its_words() -> None:
    """The page says what the analyser says, and can say it in German."""
    assert findings.REASONS == _WORDS


def test_another_analyser_speaks_for_itself() -> None:
    sentence = {
        "start": 0,
        "end": 5,
        "text": "Word.",
        "score": "0.515",
        "suggested": True,
        "reasons": [{"code": "mine", "for_": True, "words": "glitters"}, {"code": "bare", "for_": False}],
        "kinds": ["event", "rumour"],
        "attributions": [
            {"speaker": {"text": "the\nunion"}},
            {"speaker": None},
            {"resolved": "Union", "speaker": None},
        ],
    }
    found = findings.suggestions("mine-1", [sentence], [(4, 9, (71, 3)), (5, 9, (72, 4))], {})

    [shown] = found.worth
    assert (shown.score, shown.pros, shown.cons) == (52, ("glitters",), ("bare",))
    assert (shown.kinds, shown.speakers, shown.claims) == (("Event", "rumour"), ("the union", "Union"), ((71, 3),))
    assert found.rest == ()
