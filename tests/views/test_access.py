"""Who gets in where: every route of the site × every kind of visitor, as one table.

The URLconf is walked, so that a route that the table does not know fails here. Anonymous visitors of the desk are
sent to the login, outsiders with a login get 404, insiders without the right 403. What a page shows once one is in
is tested with the page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from claims.models import Claim, Member, Withholding
from claims.services import asking, intake, preserving, publication, review
from claims.vocabulary import Role, WithholdingReason
from tests import factories

pytestmark = pytest.mark.django_db

VISITORS = ("anonymous", "outsider", "researcher", "editor", "chief", "auditor")


@dataclass(frozen=True)
class Row:
    """The answers to GET, in the order of VISITORS."""

    statuses: tuple[int, ...]


def same(status: int) -> Row:
    return Row((status,) * 6)


PUBLIC = same(200)
DESK = Row((302, 404, 200, 200, 200, 200))
WORK = Row((302, 404, 200, 200, 200, 403))
EDITORS = Row((302, 404, 403, 200, 200, 403))
CHIEFS = Row((302, 404, 403, 403, 200, 403))
POST_ONLY = Row((302, 404, 405, 405, 405, 405))

# One row for each route with a name; what takes a key gets one of a published claim and what hangs on it.
TABLE: dict[str, Row] = {
    "healthz": PUBLIC,
    "login": PUBLIC,
    "logout": same(405),
    "set_language": same(302),
    "public:list": PUBLIC,
    "public:check": PUBLIC,
    "public:check_json": PUBLIC,
    "public:version": PUBLIC,
    "desk:home": DESK,
    "desk:claims": DESK,
    "desk:reviews": DESK,
    "desk:articles": DESK,
    "desk:article": DESK,
    "desk:article_state": DESK,
    "desk:mark": WORK,
    "desk:similar": DESK,
    "desk:set_aside": Row((302, 404, 302, 302, 302, 403)),  # no sentence is named: back to the article
    "desk:bring_back": POST_ONLY,
    "desk:take_in": WORK,
    "desk:fetch": DESK,
    "desk:fetch_state": DESK,
    "desk:fetch_retry": POST_ONLY,
    "desk:capture": DESK,
    "desk:confirm_text": POST_ONLY,
    "desk:mend": WORK,
    "desk:link_appearance": POST_ONLY,
    "desk:exclude": POST_ONLY,
    "desk:confirm_anchor": POST_ONLY,
    "desk:changes": DESK,
    "desk:quotation": WORK,
    "desk:split": WORK,
    "desk:claim": DESK,
    "desk:history": DESK,
    "desk:history_file": Row((302, 404, 403, 403, 200, 200)),  # a copy with its salts outlasts an erasure
    "desk:revision": DESK,
    "desk:edit": WORK,
    "desk:verdict": WORK,
    "desk:text": WORK,
    "desk:preview": WORK,
    "desk:keep_draft": POST_ONLY,
    "desk:discard_draft": POST_ONLY,
    "desk:add_evidence": WORK,
    "desk:evidence": WORK,
    "desk:keep_file": POST_ONLY,
    "desk:keep_page": POST_ONLY,
    "desk:cite_file": POST_ONLY,
    "desk:snapshot": DESK,
    "desk:snapshot_file": DESK,
    "desk:release_file": POST_ONLY,
    "desk:stale": DESK,
    "desk:cite": Row((302, 404, 302, 302, 302, 403)),  # a part of the claim's page: back to it
    "desk:press_evidence": POST_ONLY,
    "desk:elements": WORK,
    "desk:new_calculation": WORK,
    "desk:calculation": WORK,
    "desk:work_out": POST_ONLY,
    "desk:work_out_again": POST_ONLY,
    "desk:read": DESK,
    "desk:suggest": WORK,
    "desk:comment": POST_ONLY,
    "desk:resolve": POST_ONLY,
    "desk:decide": POST_ONLY,
    "desk:transition": EDITORS,
    "desk:take_note": POST_ONLY,
    "desk:withhold": EDITORS,
    "desk:lift": CHIEFS,
    "desk:erase": CHIEFS,
    "desk:hand_over": POST_ONLY,
    "desk:people": DESK,
    "desk:person": DESK,
    "desk:history_person": DESK,
    "desk:declare": WORK,
    "desk:end_conflict": POST_ONLY,
    "desk:away": POST_ONLY,
    "desk:pseudonymise": CHIEFS,
    "desk:requests": DESK,
    "desk:new_request": WORK,
    "desk:request": DESK,
    "desk:edit_request": WORK,
    "desk:history_request": DESK,
    "desk:add_claims": POST_ONLY,
    "desk:take_out": POST_ONLY,
    "desk:record_reply": POST_ONLY,
    "desk:make_link": POST_ONLY,
    "desk:include_reply": WORK,
    "answer": PUBLIC,
    **{
        f"desk:{name}": row
        for kind in ("speaker", "outlet")
        for name, row in {
            f"{kind}s": DESK,
            f"new_{kind}": WORK,
            kind: DESK,
            f"edit_{kind}": WORK,
            f"merge_{kind}": EDITORS,
            f"part_{kind}": POST_ONLY,
            f"history_{kind}": DESK,
        }.items()
    },
}


def named_routes() -> Iterator[str]:
    """Every named route outside the admin, which has a table of its own, with its namespace."""

    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                if pattern.namespace != "admin":
                    yield from walk(pattern.url_patterns, pattern.namespace or namespace)
            else:
                yield f"{namespace}:{pattern.name}" if namespace else str(pattern.name)

    return walk(get_resolver().url_patterns, "")


def test_the_table_knows_every_route() -> None:
    assert set(named_routes()) == set(TABLE)


@dataclass(frozen=True)
class World:
    visitors: dict[str, User | None]
    claim: Claim
    withholding: Withholding
    comment: int
    suggestion: int
    anchor: int
    fetch: UUID
    member: Member
    request: int
    link: str
    snapshot: UUID

    def address(self, route: str) -> str:
        claim = self.claim.pk
        version = self.claim.quotations.get().version
        article = version.article_id
        arguments: dict[str, list[object]] = {
            "public:check": [self.claim.check_page.slug],
            "public:check_json": [self.claim.check_page.slug],
            "public:version": [self.claim.check_page.slug, 1],
            **{f"desk:{name}": [article] for name in ("article", "article_state", "mark", "similar")},
            **{f"desk:{name}": [article] for name in ("set_aside", "bring_back")},
            "desk:capture": [article, version.captures.get().pk],
            "desk:fetch": [self.fetch],
            "desk:fetch_state": [self.fetch],
            "desk:fetch_retry": [self.fetch],
            "desk:confirm_text": [article, version.number],
            "desk:mend": [article, version.number],
            "desk:link_appearance": [article],
            "desk:exclude": [article],
            "desk:confirm_anchor": [claim, self.anchor],
            "desk:changes": [article],
            "desk:quotation": [claim, self.claim.quotations.get().pk],
            "desk:split": [claim],
            "desk:text": [claim, "de"],
            "desk:keep_draft": [claim, "text-de"],
            "desk:discard_draft": [claim, "text-de"],
            "desk:evidence": [claim, "R1"],
            **{f"desk:{name}": [claim, "R1"] for name in ("keep_file", "keep_page", "cite_file")},
            **{f"desk:{name}": [self.snapshot] for name in ("snapshot", "snapshot_file", "release_file")},
            "desk:press_evidence": [claim, "R1"],
            "desk:calculation": [claim, "K1"],
            "desk:work_out_again": [claim, "K1"],
            "desk:resolve": [claim, self.comment],
            "desk:revision": [claim, 1],
            "desk:decide": [claim, self.suggestion],
            "desk:transition": [claim, "reopen"],
            "desk:lift": [claim, self.withholding.pk],
            "desk:include_reply": [claim, self.request],
            "desk:take_out": [self.request, claim],
            "answer": [self.link],
        }
        arguments |= {f"desk:{name}": [self.member.user_id] for name in ("person", "history_person", "away")}
        arguments["desk:pseudonymise"] = [self.member.user_id]
        arguments["desk:end_conflict"] = [self.member.conflicts.get().pk]
        requests = ("request", "edit_request", "history_request", "add_claims", "record_reply", "make_link")
        arguments |= {f"desk:{name}": [self.request] for name in requests}
        records = {"speaker": self.claim.speaker_id, "outlet": version.article.outlet_id}
        for kind, key in records.items():
            pages = (kind, f"edit_{kind}", f"merge_{kind}", f"part_{kind}", f"history_{kind}")
            arguments |= {f"desk:{page}": [key] for page in pages}
        takes_a_claim = route.startswith("desk:") and route.partition(":")[2] in {
            "claim",
            "hand_over",
            "history",
            "history_file",
            "edit",
            "verdict",
            "add_evidence",
            "elements",
            "new_calculation",
            "work_out",
            "cite",
            "comment",
            "suggest",
            "preview",
            "read",
            "take_note",
            "withhold",
        }
        return reverse(route, args=arguments.get(route, [claim] if takes_a_claim else []))


@pytest.fixture
def world() -> World:
    desk = factories.make_desk()
    claim = factories.published_claim(desk, {"calculations.K1.expression": "1 + 1"})
    factories.publish_again(claim, desk)
    article = claim.quotations.get().version.article
    factories.make_version(desk.researcher, article, f"Corrected. {factories.TEXT}")
    withholding = publication.withhold(
        claim_id=claim.pk, actor=desk.editor, reason=WithholdingReason.ERROR, note={"en": "An error."}, number=2
    )
    publication.lift(claim_id=claim.pk, actor=desk.chief, withholding_id=withholding.pk)
    comment = review.comment(claim_id=claim.pk, actor=desk.editor, text="Is there a newer figure?")
    suggestion = review.suggest(
        claim_id=claim.pk, actor=desk.editor, path="verdict.texts.en.headline", proposed="Rents rose by 9 per cent"
    )
    request = factories.make_request(desk.researcher, claim)
    return World(
        visitors={
            "anonymous": None,
            "outsider": factories.make_user(),
            **{role.value: factories.make_user(role) for role in Role},
        },
        claim=factories.fresh(claim),
        withholding=withholding,
        comment=comment.pk,
        suggestion=suggestion.pk,
        anchor=claim.quotations.get().anchors.get().pk,
        member=factories.make_member(desk.editor),
        request=request.pk,
        link=asking.make_link(actor=desk.researcher, request_id=request.pk, valid_for=timedelta(days=1)),
        fetch=intake.request_fetch(actor=desk.researcher, url="https://paper.example/1").uuid,
        snapshot=preserving.preserve_upload(
            actor=desk.researcher,
            source_id=claim.evidence.get(key="R1").source_id,
            file=b"The register says 9 per cent.",
            name="register.txt",
        ).uuid,
    )


def test_who_gets_in(world: World) -> None:
    answers = {route: Row(statuses(world, route)) for route in TABLE}

    assert {route: row for route, row in answers.items() if row != TABLE[route]} == {}


def statuses(world: World, route: str) -> tuple[int, ...]:
    """What GET answers to each of VISITORS."""
    clients = {visitor: Client() for visitor in VISITORS}
    for visitor, user in world.visitors.items():
        if user is not None:
            clients[visitor].force_login(user)
    answers = [clients[visitor].get(world.address(route)) for visitor in VISITORS]
    for answer in answers:
        list(answer)  # a file stays open until its answer is read to the end
    return tuple(answer.status_code for answer in answers)


def test_a_guessed_address_of_something_unpublished_is_not_there(world: World) -> None:
    draft = factories.ready_claim(factories.make_desk())

    for slug in (f"check-{str(draft.uuid)[:8]}", str(draft.pk), str(draft.uuid)):
        assert Client().get(f"/checks/{slug}/").status_code == 404
        assert Client().get(f"/checks/{slug}.json").status_code == 404
