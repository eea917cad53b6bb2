"""Every address × role × method × state, made from the URLconf: who gets in, what is told, what is changed.

``python -m tests.benchmarks`` asks for all of them on SQLite, in this process; on PostgreSQL, and in ``make test``, for
as many as it takes to have every pair of address, role, method and state once.

Of each answer: no fault of the server; outsiders and strangers learn nothing of the desk; an insider without the right
is told why; whoever only reads changes nothing; and no answer of the public site, nor any to a stranger, holds a word
that is not public.
"""

import html
import itertools
import json
import logging
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import django

django.setup()

from django.contrib.admin import site  # noqa: E402 - Django is set up first
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import URLPattern, URLResolver, get_resolver  # noqa: E402

from claims.models import Claim  # noqa: E402
from claims.services import asking, erasure, intake, members, preserving, publication, review  # noqa: E402
from claims.vocabulary import Action, Role, Status, WithholdingReason  # noqa: E402
from tests import factories, web  # noqa: E402
from tests.benchmarks import figures  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SECRET = "zyxwv"
"""Stands in every word of the world that the public must never read."""

VISITORS = ("anonymous", "outsider", "researcher", "editor", "chief", "auditor")
SAFE = ("GET", "HEAD", "OPTIONS")
METHODS = (*SAFE, "POST", "POST garbage", "POST its form", "PUT", "PATCH", "DELETE")
DESK = ("desk/", "admin/")
OF_THE_SESSION = {"django_session"}

GARBAGE = {
    name: value
    for names, value in {
        ("opened_at", "content_hash", "next", "action", "page", "start", "end"): "-1",
        ("comment", "text", "words", "reason", "q", "language", "publish_at", "decision"): "<b>\u2028'\"%s{{ x }}",
        ("claims", "claim", "speaker", "source", "number", "id"): "99999999999999999999",
    }.items()
    for name in names
}


# The world


@dataclass
class State:
    """A claim as it stands, and what hangs on it, by the names that addresses give to keys."""

    name: str
    claim: Claim
    keys: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class World:
    visitors: dict[str, User | None]
    states: list[State]
    keys: dict[str, list[Any]]
    """What addresses name that belongs to no claim of its own."""


def make_world() -> World:
    desk = factories.make_desk()
    states = [State(name, factories.fresh(claim)) for name, claim in _claims(desk).items()]
    for state in states:
        _hang_on(state, desk)
    erasure.erase(actor=desk.chief, text=f"Erased {SECRET}", reason=f"An order, {SECRET}.")
    for state in states:
        state.claim = factories.fresh(state.claim)
        _name_keys(state)
    users: dict[str, User | None] = {"anonymous": None, "outsider": factories.make_user()}
    users |= {role.value: factories.make_user(role) for role in Role}
    return World(users, states, _shared_keys(desk, states))


def _secrets(claim: Claim, desk: factories.Desk) -> dict[str, Any]:
    """Desk notes, a lead, a source that must not be named: none of it is ever composed."""
    source = factories.make_source(desk.researcher, f"Whistle-blower {SECRET}", publisher=f"Their office {SECRET}")
    lead = factories.make_source(desk.researcher, f"Rumour {SECRET}")
    redacted = {"publisher": "", "title": "A person at the register", "url": ""}
    return {
        **factories.evidence_item("Z1", source, redaction_reason="They asked for it.", **redacted),
        **factories.evidence_item("Z2", lead, seen_how="", excerpt=f"A lead {SECRET}"),
        "evidence.R1.note": f"Desk note {SECRET}",
        "verdict.texts.en.other_finding": f"Erased {SECRET} was there.",
        "texts.fr.statement": f"Pas encore {SECRET}.",
    }


def _claims(desk: factories.Desk) -> dict[str, Claim]:
    """One claim for each status, and those whose page is public while something else is written behind it."""
    made: dict[str, Claim] = {}

    def ready(**options: Any) -> Claim:
        claim = factories.ready_claim(desk, **options)
        return factories.edit(claim, desk.researcher, _secrets(claim, desk))

    def published() -> Claim:
        claim = ready()
        review.submit(claim_id=claim.pk, actor=desk.researcher)
        factories.approve(claim, desk.editor)
        return factories.publish(claim, desk.editor).check_page.claim

    def rewritten() -> Claim:
        claim = published()
        factories.research_again(claim, desk, note=f"Draft note {SECRET}")
        words = {f"verdict.texts.en.{name}": f"Draft {name} {SECRET}." for name in ("headline", "summary", "rationale")}
        return factories.edit(claim, desk.researcher, {**words, "texts.en.statement": f"Draft {SECRET}."})

    for status in (Status.INBOX, Status.PARKED, Status.DECLINED):
        made[status.value] = factories.claim_in(status, desk)
    made["research"] = ready()
    made["review"] = review.submit(claim_id=ready().pk, actor=desk.researcher)
    made["approved"] = factories.approve(review.submit(claim_id=ready().pk, actor=desk.researcher), desk.editor)
    made["published"] = published()
    made["retracted"] = published()
    publication.retract(claim_id=made["retracted"].pk, actor=desk.chief, reasons={"en": "It was misread."})
    made["rewritten"] = rewritten()
    made["rewritten in review"] = review.submit(claim_id=rewritten().pk, actor=desk.researcher)
    made["rewritten and approved"] = factories.approve(
        review.submit(claim_id=rewritten().pk, actor=desk.researcher), desk.editor
    )
    made["scheduled"] = factories.approve(review.submit(claim_id=rewritten().pk, actor=desk.researcher), desk.editor)
    publication.schedule(claim_id=made["scheduled"].pk, actor=desk.editor, publish_at=factories.tomorrow())
    for name, options in {
        "offline": {},
        "a language offline": {"language": "de"},
        "a version offline": {"number": 1},
    }.items():
        made[name] = published()
        withheld = {"reason": WithholdingReason.ERROR, "note": {"en": "An error."}, **options}
        publication.withhold(claim_id=made[name].pk, actor=desk.editor, **withheld)
    return made


def _hang_on(state: State, desk: factories.Desk) -> None:
    """Comments, a suggestion, a request with an answer, a file and a new version of the article."""
    claim = state.claim
    review.comment(claim_id=claim.pk, actor=desk.editor, text=f"Comment {SECRET}")
    path = "texts.en.statement"
    review.suggest(claim_id=claim.pk, actor=desk.editor, path=path, proposed=f"Proposed {SECRET}", note=f"Why {SECRET}")
    request = factories.make_request(
        desk.researcher, claim, wording=f"Where from? {SECRET}", contact=f"{SECRET}@a.example"
    )
    link = asking.make_link(actor=desk.researcher, request_id=request.pk, valid_for=timedelta(days=1))
    state.keys |= {"request_id": [request.pk], "token": [link]}
    article = claim.quotations.get().version.article
    factories.make_version(desk.researcher, article, f"Corrected {SECRET}. {factories.TEXT}")
    item = claim.evidence.first()
    if item is not None:
        snapshot = factories.make_snapshot(desk.researcher, item.source, f"File {SECRET}".encode())
        state.keys["snapshot_id"] = [snapshot.uuid]


def _name_keys(state: State) -> None:
    claim = state.claim
    quotation = claim.quotations.get()
    check = getattr(claim, "check_page", None)
    article = quotation.version.article
    state.keys |= {
        "claim_id": [claim.pk],
        "article_id": [article.pk],
        "capture_id": [quotation.version.captures.get().pk],
        "quotation_id": [quotation.pk],
        "anchor_id": [quotation.anchors.first().pk],
        "review_id": [claim.reviews.order_by("pk").last().pk],
        "suggestion_id": [claim.suggestions.get().pk],
        "action": [action.value for action in Action],
        "language": ["en", "fr"],
        "key": ["R1", "Z1"],
        "form": ["text-en"],
        "number": [1],
        "sequence": [1, claim.revision],
        "revision": [1, claim.revision],
        "withholding_id": [check.withholdings.first().pk if check and check.withholdings.exists() else 0],
        "slug": [check.slug if check else f"check-{str(claim.uuid)[:8]}"],
    }


def _shared_keys(desk: factories.Desk, states: list[State]) -> dict[str, list[Any]]:
    claim = states[0].claim
    wish = intake.request_fetch(actor=desk.researcher, url=f"https://paper.example/{SECRET}")
    conflict = members.declare(actor=desk.researcher, user=desk.researcher, topic="taxes", reason=f"Why {SECRET}")
    file = preserving.preserve_upload(
        actor=desk.researcher,
        source_id=factories.make_source(desk.researcher).pk,
        file=b"plus 9 per cent",
        name="a.txt",
    )
    article = claim.quotations.get().version.article
    return {
        "fetch_id": [wish.uuid],
        "user_id": [desk.researcher.pk],
        "conflict_id": [conflict.pk],
        "snapshot_id": [file.uuid],
        "record_id": [claim.speaker_id, article.outlet_id],
        "withholding_id": [0],
        "app_label": ["claims", "auth"],
        "content_type_id": [ContentType.objects.get_for_model(Claim).pk],
        "id": [desk.auditor.pk],
        "url": ["nowhere/", "claims/claim"],
        "final_catch_all_url": ["nowhere/"],
    }


# The addresses


@dataclass(frozen=True)
class Address:
    """A route filled in for a state; ``state`` is empty where it belongs to no claim."""

    route: str
    path: str
    state: str

    @property
    def is_of_the_desk(self) -> bool:
        return self.route.startswith(DESK)


_SEGMENT = re.compile(r"<(?:\w+:)?(\w+)>")
_IN_REGEX = re.compile(r"\(\?P<(\w+)>[^)]*\)")


def routes() -> list[str]:
    """Each route of the site, as it is written in the URLconf."""

    def walk(patterns: Sequence[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for pattern in patterns:
            written = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, written)
            else:
                yield written

    return list(dict.fromkeys(map(_plain, walk(get_resolver().url_patterns, ""))))


def _plain(route: str) -> str:
    """A route without what a regular expression has besides its groups."""
    return _IN_REGEX.sub(lambda group: f"<{group[1]}>", route).replace("^", "").replace("\\Z", "").replace("$", "")


def addresses(world: World) -> list[Address]:
    """Each route for each state of a claim it can name, in English and, where the site is public, in German."""
    found: list[Address] = []
    for route in routes():
        names = _SEGMENT.findall(route)
        if "object_id" in names:
            found += _of_the_admin(route, names, world)
            continue
        of_a_claim = {"claim_id", "slug", "token", "article_id", "request_id"} & set(names)
        for state in world.states if of_a_claim else [State("", world.states[0].claim)]:
            keys = {**world.keys, **state.keys} if of_a_claim else world.keys
            choices = [keys[part] for part in names]
            for values in itertools.product(*choices):
                found.append(_filled(route, names, values, state.name))
    german = [Address(one.route, f"/de{one.path}", one.state) for one in found if _is_public(one.route)]
    return list(dict.fromkeys([*found, *german]))


def _is_public(route: str) -> bool:
    """Whether a route stands under the languages' prefixes."""
    return route == "" or route.startswith(("checks/", "corrections/", "methodology/"))


def _filled(route: str, names: Sequence[str], values: Sequence[Any], state: str) -> Address:
    filled = dict(zip(names, values, strict=True))
    return Address(route, "/" + _SEGMENT.sub(lambda part: str(filled[part[1]]), route), state)


def _of_the_admin(route: str, names: Sequence[str], world: World) -> Iterator[Address]:
    """An admin's page of one record: of each claim, of one of everything else."""
    by_name = {cls._meta.model_name: cls for cls in site._registry}
    model = by_name.get(route.split("/")[2])
    if model in {Claim, None}:
        for state in world.states:
            keys = {**{part: world.keys[part][0] for part in names if part != "object_id"}, "object_id": state.claim.pk}
            yield _filled(route, list(keys), list(keys.values()), state.name)
        return
    yield _filled(route, names, [model._base_manager.order_by("pk").values_list("pk", flat=True).first() or 1], "")


# Asking


@dataclass(frozen=True)
class Request:
    address: Address
    visitor: str
    method: str


def every(addresses: Sequence[Address]) -> Iterator[Request]:
    for address, visitor, method in itertools.product(addresses, VISITORS, METHODS):
        yield Request(address, visitor, method)


def pairwise(addresses: Sequence[Address], seed: int) -> Iterator[Request]:
    """Few requests with which every route meets every visitor, method and state, and so do those each other."""
    maker = random.Random(seed)  # noqa: S311 - figures, not secrets
    shuffled = list(addresses)
    maker.shuffle(shuffled)
    by_route: dict[str, list[Address]] = {}
    for address in shuffled:
        by_route.setdefault(address.route, []).append(address)
    for turn, found in enumerate(by_route.values()):
        per_state = {address.state: address for address in found}
        chosen = list(per_state.values())
        for number in range(max(len(chosen), len(METHODS))):
            visitor = VISITORS[(number + turn) % len(VISITORS)]
            method = METHODS[(number + turn // len(VISITORS)) % len(METHODS)]
            yield Request(chosen[number % len(chosen)], visitor, method)


@dataclass
class Tally:
    asked: Counter[str] = field(default_factory=Counter)
    answers: Counter[int] = field(default_factory=Counter)
    flaws: list[str] = field(default_factory=list)
    routes: set[str] = field(default_factory=set)


class Round:
    """Asks, looks at the answer, and undoes whatever came of it."""

    def __init__(self, world: World) -> None:
        self.tally = Tally()
        self.clients = {}
        for visitor, user in world.visitors.items():
            self.clients[visitor] = Client(raise_request_exception=False)
            if user is not None:
                self.clients[visitor].force_login(user)
        self.logins = {visitor: _cookies(client) for visitor, client in self.clients.items()}
        self.forms: dict[str, tuple[str, dict[str, Any]] | None] = {}

    def ask(self, request: Request) -> None:
        self.tally.asked[request.visitor] += 1
        self.tally.routes.add(request.address.route)
        written: list[str] = []
        with figures.undone(), connection.execute_wrapper(_noting(written)):
            answer = self.send(request)
            body = b"".join(answer)
            _close_files(answer)
        self.tally.answers[answer.status_code] += 1
        for flaw in flaws(request, answer.status_code, body, {*written} - OF_THE_SESSION):
            where = f"{request.method} {request.address.path} ({request.address.state or 'no claim'})"
            self.tally.flaws.append(f"{where} by {request.visitor}: {flaw}")

    def send(self, request: Request) -> Any:
        client, path = self.clients[request.visitor], request.address.path
        client.cookies = SimpleCookie(self.logins[request.visitor])  # whatever was answered before
        match request.method:
            case "POST":
                return client.post(path)
            case "POST garbage":
                return client.post(path, GARBAGE)
            case "POST its form":
                action, fields = self.form_of(path) or (path, {})
                return client.post(action, fields)
            case method:
                return getattr(client, method.lower())(path)

    def form_of(self, path: str) -> tuple[str, dict[str, Any]] | None:
        """The first form of a page as the head of desk would send it, with something in what is empty."""
        if path not in self.forms:
            with figures.undone():
                answer = self.clients["chief"].get(path)
                page = b"".join(answer)
            shown = answer.status_code == 200 and "html" in answer.headers.get("Content-Type", "")
            forms = _forms(page.decode()) if shown else []
            self.forms[path] = (urljoin(path, forms[-1][0]), forms[-1][1]) if forms else None
        found = self.forms[path]
        # A form that leads elsewhere is asked for at its own address.
        return found if found and found[0].partition("?")[0] == path else None


def _close_files(answer: Any) -> None:
    """Nobody reads the file of an answer to HEAD to its end; closing the answer itself would close the database."""
    for close in answer._resource_closers:
        close()


def _cookies(client: Client) -> dict[str, str]:
    return {name: morsel.value for name, morsel in client.cookies.items()}


def _noting(written: list[str]) -> Callable[..., Any]:
    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        words = sql.replace('"', "").split(maxsplit=3)
        if words[0] in {"INSERT", "UPDATE", "DELETE"}:
            table = words[1] if words[0] == "UPDATE" else words[2]
            done = execute(sql, params, many, context)
            written.extend([table] * (context["cursor"].rowcount != 0))
            return done
        return execute(sql, params, many, context)

    return note


def flaws(request: Request, status: int, body: bytes, written: set[str]) -> Iterator[str]:
    """What is wrong with an answer."""
    address, visitor = request.address, request.visitor
    stranger = visitor in {"anonymous", "outsider"}
    if status >= 500:
        yield f"a fault of the server ({status})"
    if written and request.method in SAFE:
        yield f"reading wrote into {sorted(written)}"
    if written and (visitor == "auditor" or stranger) and address.is_of_the_desk:
        yield f"somebody who may change nothing wrote into {sorted(written)}"
    if address.is_of_the_desk and visitor == "outsider" and status not in {404, 302} | _own_door(address):
        yield f"an outsider got {status}"
    if address.is_of_the_desk and visitor == "anonymous" and status not in {302, 401, 404, 405} | _own_door(address):
        yield f"a stranger got {status}"
    is_public = stranger or not address.is_of_the_desk
    if is_public and SECRET.encode() in body and not _is_the_own_word(request, status):
        place = body.index(SECRET.encode())
        yield f"it says {body[max(0, place - 60) : place + 20]!r}"
    if status == 403 and not stranger and request.method != "HEAD" and not _gives_a_reason(body):
        yield "refused without a reason"


def _own_door(address: Address) -> set[int]:
    """The admin's login and its words for scripts are there for everybody."""
    return {200, 405} if address.route in {"admin/login/", "admin/logout/", "admin/jsi18n/"} else set()


def _is_the_own_word(request: Request, status: int) -> bool:
    """Whoever holds the link reads what they were asked; who sends a form after the login ended gets it back."""
    return request.address.route.startswith("answer/") or (request.method == "POST its form" and status == 401)


_REASON = re.compile(
    r"Auditors read everything|needs the role|somebody else has to read it|is set by an editor|of others an editor does"
    r"|You have no role at this desk"
)
_MESSAGE = re.compile(rb'class="message__text">\s*[^<\s][^<]{15,}')


def _gives_a_reason(body: bytes) -> bool:
    """A sentence of the rules on the page itself, or the page of refusals with one, or a plain sentence."""
    return bool(_REASON.search(html.unescape(body.decode())) or _MESSAGE.search(body)) or (
        b"<html" not in body and len(body.strip()) > 15
    )


class _Forms(HTMLParser):
    """The forms of a page that are posted, with the fields that a browser would send."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[str, dict[str, Any]]] = []
        self.inside = False
        self.select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.inside = given.get("method", "").lower() == "post"
            if self.inside:
                self.forms.append((given.get("action", ""), {}))
        elif self.inside and tag == "option":
            fields = self.forms[-1][1]
            if self.select and ("selected" in given or not fields.get(self.select)):
                fields[self.select] = given.get("value", "")
        elif self.inside and given.get("name"):
            self.select = given["name"] if tag == "select" else self.select
            self.fill(tag, given["name"], given)

    def fill(self, tag: str, name: str, given: dict[str, str]) -> None:
        fields, value, kind = self.forms[-1][1], given.get("value", ""), given.get("type", "")
        match tag, kind:
            case "select", _:
                fields[name] = ""
            case "textarea", _:
                fields[name] = "Something new."
            case "input", "checkbox" | "radio":
                if "checked" in given or (kind == "radio" and name not in fields):
                    fields[name] = value or "on"
            case "input", "date":
                fields[name] = value or "2030-01-01"
            case "input", "hidden":
                fields[name] = value
            case "input", kind if kind not in {"file", "submit"}:
                fields[name] = value or "Something new"
            case "button", "submit" | "":
                fields.setdefault(name, value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "select":
            self.select = ""


def _forms(page: str) -> list[tuple[str, dict[str, Any]]]:
    """Those of the page itself: leaving and the choice of a language stand on every page."""
    parser = _Forms()
    parser.feed(page)
    return [form for form in parser.forms if not form[0].startswith("/accounts/")]


def run(choose: Callable[[Sequence[Address]], Iterator[Request]]) -> Tally:
    """Makes the world, asks for what ``choose`` makes of its addresses, and undoes it all."""
    with ExitStack() as stack:
        stack.enter_context(override_settings(DEBUG=False))
        stack.enter_context(web.spun())  # nothing is fetched from anywhere
        stack.enter_context(transaction.atomic())
        logging.disable(logging.CRITICAL)
        stack.callback(logging.disable, logging.NOTSET)
        world = make_world()
        asking_round = Round(world)
        before = _row_counts()
        for request in choose(addresses(world)):
            asking_round.ask(request)
        if _row_counts() != before:
            asking_round.tally.flaws.append("the tables do not hold as many rows as before")
        transaction.set_rollback(True)
    return asking_round.tally


def _row_counts() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def main() -> None:
    """``access``: everything, in a process for each core. ``access SHARE OF SEED``: a share of it, as JSON."""
    in_full = connection.vendor == "sqlite"
    if len(sys.argv) > 3:
        share, of, seed = map(int, sys.argv[1:4])
        json.dump(_one_share(lambda found: itertools.islice(every(found), share, None, of), seed), sys.stdout)
        return
    seed, processes = figures.seed(), min(os.cpu_count() or 1, 4)
    if in_full:
        command = [sys.executable, "-m", "tests.benchmarks.access"]
        shares = [[*command, str(share), str(processes), str(seed)] for share in range(processes)]
        running = [subprocess.Popen(share, cwd=ROOT, stdout=subprocess.PIPE) for share in shares]
        told = [figures.told_by(process) for process in running]
    else:
        told = [_one_share(lambda found: pairwise(found, seed), seed)]
    answers: Counter[str] = Counter()
    for one in told:
        answers.update(one["answers"])
    found = [flaw for one in told for flaw in one["flaws"]]
    routes_asked = {route for one in told for route in one["routes"]}
    by_status = ", ".join(f"{count:,} × {status}" for status, count in sorted(answers.items()))
    figures.say(
        "addresses × role × method × state" if in_full else "the same, pairwise",
        f"{sum(answers.values()):,} requests to {len(routes_asked)} routes, {len(found)} flaws; {by_status}",
    )
    for flaw in found[:40]:
        print(flaw)
    figures.fail_unless(not found)


def _one_share(choose: Callable[[Sequence[Address]], Iterator[Request]], seed: int) -> dict[str, Any]:
    """In memory where that is possible: nothing of it is kept."""
    if connection.vendor == "sqlite":
        connection.settings_dict["NAME"] = ":memory:"
    setup_test_environment(debug=False)
    with figures.files_of_its_own():
        call_command("migrate", verbosity=0, interactive=False)
        tally = run(choose)
    answers = {str(status): count for status, count in tally.answers.items()}
    return {"answers": answers, "flaws": tally.flaws, "routes": sorted(tally.routes), "seed": seed}


if __name__ == "__main__":
    main()
