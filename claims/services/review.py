"""The second read: handing in, sending back, comments and suggestions, and the approval of what was shown."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from claims import composition
from claims.errors import ContentChanged, GatesClosed, IllegalTransition, Refused
from claims.language import canonical, passages
from claims.models import Approval, Claim, ClaimText, Review, Suggestion, VerdictText
from claims.rules import gates, transitions
from claims.services import editing, ledger, people
from claims.vocabulary import Action, ReviewKind, Risk, Status, SuggestionState

WRITTEN = editing.VERDICT_TEXT_FIELDS - {"up_to_date"}
"""What a verdict says in one language."""

SUGGESTABLE = WRITTEN - {"change_note"}


@ledger.service
def submit(*, claim_id: int, actor: User, opened_at: int | None = None) -> Claim:
    """research → review, when the submit gates are open (else ``GatesClosed``). Answers what was sent back."""
    with ledger.change(Claim, claim_id, action=Action.SUBMIT, actor=actor, opened_at=opened_at) as work:
        work.move()
        gaps = gates.submit_gaps(composition.gate_facts(work.aggregate, timezone.localdate()))
        if gaps:
            raise GatesClosed(_("The claim cannot be handed in yet."), gaps)
        answered = work.aggregate.reviews.filter(kind=ReviewKind.SENT_BACK.value, resolved_at__isnull=True)
        answered.update(resolved_by=actor, resolved_at=timezone.now())
    return work.aggregate


@ledger.service
def send_back(*, claim_id: int, actor: User, comment: str, opened_at: int | None = None) -> Claim:
    """review → research, with a comment, by an editor who is no author."""
    with ledger.change(Claim, claim_id, action=Action.SEND_BACK, actor=actor, opened_at=opened_at) as work:
        work.move()
        _review(work, ReviewKind.SENT_BACK, comment)
    return work.aggregate


@ledger.service
def approve(
    *,
    claim_id: int,
    actor: User,
    content_hash: str,
    shown: Mapping[str, str] | None = None,
    comment: str = "",
    opened_at: int | None = None,
) -> Claim:
    """One person's yes to the content whose hash the form showed.

    ``shown`` is ``composition.parts`` of that content, so that a refusal (``ContentChanged``) can name what differs.
    Closed gates raise ``GatesClosed``. The claim moves to approved once as many people as its risk asks for have
    said yes to this very content.
    """
    with ledger.change(Claim, claim_id, action=Action.APPROVE, actor=actor, opened_at=opened_at) as work:
        claim = work.aggregate
        content = composition.compose(claim)
        _check_not_done(claim, content_hash)
        transitions.target(Action.APPROVE, ledger.standing(claim))
        _check_shown(content, content_hash, shown)
        gaps = gates.approve_gaps(composition.gate_facts(claim, timezone.localdate()))
        if gaps:
            raise GatesClosed(_("The claim cannot be approved yet."), gaps)
        # An approval holds as long as the content does; saying yes again makes no second one.
        repeated = claim.approvals.filter(by=actor, content_hash=content_hash).exists()
        if not repeated:
            Approval.objects.create(claim=claim, by=actor, content_hash=content_hash)
        enough = len(people.approvers(claim, content_hash)) >= gates.approvals_needed(Risk(claim.risk))
        if repeated and not enough:
            raise Refused(_("You have already approved this content; a second person is asked for."))
        Review.objects.create(
            claim=claim, by=actor, kind=ReviewKind.APPROVED.value, comment=comment, content_hash=content_hash
        )
        work.note(content_hash=content_hash, comment=comment)
        if enough:
            work.move()
    return claim


def _check_not_done(claim: Claim, content_hash: str) -> None:
    """Tells whoever comes a moment later who was first; a different content is for the table to refuse."""
    if claim.status != Status.APPROVED:
        return
    names = [people.name_of(reader) for reader in people.approvers(claim, content_hash)]
    if names:
        raise IllegalTransition(
            _("It is approved already, by %(names)s. Nothing more is asked for.") % {"names": ", ".join(names)}
        )


def _check_shown(content: composition.Content, content_hash: str, shown: Mapping[str, str] | None) -> None:
    if composition.content_hash(content) == content_hash:
        return
    parts = composition.differing(shown, content) if shown else []
    raise ContentChanged(_("The content is not what you were shown; read it again before you approve."), parts)


@ledger.service
def comment(*, claim_id: int, actor: User, text: str, path: str = "", passage: str = "") -> Review:
    """A remark, open until somebody resolves it: on the claim, on the words at ``path``, or on a ``passage`` of them.

    ``path`` is one of ``wordings``. The passage may come as a page shows it; it is kept as it is written. Raises
    ``Refused`` where it does not stand there (any more).
    """
    with ledger.change(Claim, claim_id, action=Action.COMMENT, actor=actor) as work:
        ledger.require(text.strip(), _("Write what it is about."), field="comment")
        found = _passage(work.aggregate, path, passage)
        if path:
            work.note(path=path)
        if found:
            work.note(passage=found)
        return _review(work, ReviewKind.COMMENT, text, path=path, passage=found)


def _passage(claim: Claim, path: str, passage: str) -> str:
    """``passage`` as it is written at ``path``; raises ``Refused`` unless it stands there."""
    if not path:
        ledger.require(not passage.strip(), _("Say in which text the passage stands."), field="path")
        return ""
    known = wordings(claim)
    ledger.require(path in known, _("This text is gone. Choose another one, or none."), field="path")
    found = passages.find(known[path], canonical.clean(passage))
    ledger.require(
        found or not passage.strip(),
        _("These words do not stand there, or not any more. Mark others, or leave the passage empty."),
        field="passage",
    )
    return found


def wordings(claim: Claim) -> dict[str, str]:
    """Path -> words: everything of the claim that a comment can be on, as it stands now."""
    found = {
        f"texts.{text.language}.{name}": str(getattr(text, name))
        for text in claim.texts.all()
        for name in ("statement", "why")
    }
    for text in VerdictText.objects.filter(verdict__claim=claim):
        found |= {f"verdict.texts.{text.language}.{name}": str(getattr(text, name)) for name in sorted(WRITTEN)}
    for item in claim.evidence.standing():
        parts = (item.publisher, item.title, item.excerpt, item.interest)
        found[f"evidence.{item.key}"] = "\n".join(part for part in parts if part)
    return found


def _review(work: ledger.Change[Claim], kind: ReviewKind, text: str, **about: str) -> Review:
    ledger.require(text.strip(), _("Write what it is about."), field="comment")
    work.note(comment=text.strip())
    return Review.objects.create(claim=work.aggregate, by=work.actor, kind=kind.value, comment=text.strip(), **about)


@ledger.service
def resolve(*, claim_id: int, actor: User, review_id: int) -> Review:
    """Marks a comment as resolved; doing it twice changes nothing."""
    with ledger.change(Claim, claim_id, action=Action.RESOLVE, actor=actor) as work:
        review = work.aggregate.reviews.exclude(kind=ReviewKind.APPROVED.value).filter(pk=review_id).first()
        if review is None:
            raise Refused(_("There is no such comment on this claim."))
        if review.is_open:
            review.resolved_by, review.resolved_at = actor, timezone.now()
            review.save(update_fields=["resolved_by", "resolved_at"])
            work.note(review=review.pk)
    return review


@ledger.service
def suggest(
    *, claim_id: int, actor: User, path: str, proposed: str, note: str = "", shown_hash: str = ""
) -> Suggestion:
    """Proposes a wording for one field of the statement or the verdict's texts; edits nothing.

    ``shown_hash`` is ``wording_hash`` of the words that the form showed. Where others stand there by now, a proposal
    would undo somebody's work unseen: ``ContentChanged``.
    """
    with ledger.change(Claim, claim_id, action=Action.SUGGEST, actor=actor) as work:
        before = _wording(work.aggregate, path)
        if shown_hash and shown_hash != wording_hash(before):
            raise ContentChanged(_("The text was changed while you wrote. Nothing was saved; compare both."), [path])
        ledger.require(proposed.strip(), _("Write the wording that you suggest."), field="proposed")
        ledger.require(proposed != before, _("This is the wording that stands there already."), field="proposed")
        work.note(path=path, proposed=proposed)
        return Suggestion.objects.create(
            claim=work.aggregate, by=actor, path=path, before=before, proposed=proposed, note=note
        )


def wording_hash(words: str) -> str:
    """What a form posts to say which words it showed."""
    return canonical.digest(words)


def _wording(claim: Claim, path: str) -> str:
    """What stands at ``path`` now; raises ``Refused`` where no wording can be suggested."""
    row: ClaimText | VerdictText | None
    match path.split("."):
        case ["texts", language, "statement" | "why" as name]:
            row = claim.texts.filter(language=language).first()
        case ["verdict", "texts", language, name] if name in SUGGESTABLE:
            row = VerdictText.objects.filter(verdict__claim=claim, language=language).first()
        case _:
            raise Refused(_("No wording can be suggested for “%(path)s”.") % {"path": path}, field="path")
    return str(getattr(row, name)) if row else ""


@ledger.service
def take_suggestion(*, claim_id: int, actor: User, suggestion_id: int) -> Suggestion:
    """An author takes the proposed wording: an edit, in second read too, where earlier approvals lapse by it."""
    with ledger.change(Claim, claim_id, action=Action.TAKE, actor=actor) as work:
        claim = work.aggregate
        if claim.status != Status.REVIEW:
            transitions.check_editable(Status(claim.status))
        if actor.pk not in people.author_ids(claim):
            raise PermissionDenied(_("A suggestion is taken by an author of the claim."))
        suggestion = _open_suggestion(claim, suggestion_id)
        if _wording(claim, suggestion.path) != suggestion.before:
            raise ContentChanged(
                _("The wording was changed after the suggestion was made; edit it by hand."), [suggestion.path]
            )
        editing.apply_edits(work, {suggestion.path: suggestion.proposed})
        return _decide(work, suggestion, SuggestionState.TAKEN)


@ledger.service
def dismiss_suggestion(*, claim_id: int, actor: User, suggestion_id: int) -> Suggestion:
    """Lays a suggestion aside: by an author, or by whoever made it."""
    with ledger.change(Claim, claim_id, action=Action.DISMISS, actor=actor) as work:
        suggestion = _open_suggestion(work.aggregate, suggestion_id)
        if actor.pk not in {*people.author_ids(work.aggregate), suggestion.by_id}:
            raise PermissionDenied(_("A suggestion is dismissed by an author, or by whoever made it."))
        return _decide(work, suggestion, SuggestionState.DISMISSED)


def _open_suggestion(claim: Claim, suggestion_id: int) -> Suggestion:
    suggestion = claim.suggestions.filter(pk=suggestion_id).first()
    if suggestion is None:
        raise Refused(_("There is no such suggestion for this claim."))
    if suggestion.state != SuggestionState.OPEN:
        raise IllegalTransition(_("This suggestion was decided already."))
    return suggestion


def _decide(work: ledger.Change[Claim], suggestion: Suggestion, state: SuggestionState) -> Suggestion:
    suggestion.state, suggestion.decided_by = state.value, work.actor
    suggestion.save(update_fields=["state", "decided_by"])
    work.note(suggestion=suggestion.pk, suggested_by=suggestion.by, state=state)
    return suggestion
