"""What a claim must hold before it is handed in, and before it is approved; one sentence for each gap.

The facts are frozen: services read them, these functions only decide.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from claims.language import arithmetic
from claims.vocabulary import AnchorState, ClaimKind, PublicationKind, Question, Risk, SourceKind


@dataclass(frozen=True)
class Marker:
    """A citation in a rationale: which key, in which line (from 1), of which language."""

    key: str
    line: int
    language: str


@dataclass(frozen=True)
class TextFacts:
    """Which parts of a claim's texts are filled in one language."""

    language: str
    statement: bool = False
    headline: bool = False
    summary: bool = False
    rationale: bool = False
    change_note: bool = False

    @property
    def complete(self) -> bool:
        return self.statement and self.headline and self.summary and self.rationale


@dataclass(frozen=True)
class EvidenceFacts:
    """One evidence item that stands. ``root`` names the document that it repeats in the end.

    ``names_redacted``: its source is not to be named, and its citation still does. ``circular``: it repeats the very
    article that makes the claim, so that it proves nothing.
    """

    key: str
    root: int
    seen: bool
    bears_on: Question
    kind: SourceKind
    has_citation: bool
    names_redacted: bool = False
    circular: bool = False


@dataclass(frozen=True)
class CalculationFacts:
    """A calculation as it is shown; ``inputs`` are those that have a value, ``evidence`` the keys they come from."""

    key: str
    expression: str
    inputs: tuple[tuple[str, Decimal], ...]
    evidence: tuple[str, ...]
    result: Decimal | None
    places: int


@dataclass(frozen=True)
class RequestFacts:
    """Somebody who was asked about the claim; ``is_claimant``: it is whose claim is judged.

    ``said_silent``: they answered in time, and the content still says that they did not.
    """

    addressee: str
    until: date | None
    answered: bool
    is_claimant: bool
    said_silent: bool = False


@dataclass(frozen=True)
class QuotationFacts:
    """A quotation by its first words, with the newest anchor's state and whether a person confirmed it."""

    words: str
    state: AnchorState
    confirmed: bool


@dataclass(frozen=True)
class GateFacts:
    """All that the gates ask of one claim, as of ``today``.

    ``withdrawn`` is what readers have of it; ``finding_differs`` says that they have another question or rating, and is
    asked of a minor change alone.
    """

    today: date
    question: Question | None = None
    rating: str = ""
    rating_question: Question | None = None
    rating_awaits_outcome: bool = False
    judged_by: str = ""
    researched_until: date | None = None
    one_source_reason: str = ""
    no_primary_reason: str = ""
    not_asked_reason: str = ""
    later_version: bool = False
    change_kind: str = ""
    withdrawn: bool = False
    finding_differs: bool = False
    kinds: frozenset[ClaimKind] = frozenset()
    checkable_from: date | None = None
    early_reason: str = ""
    elements: tuple[tuple[str, ...], ...] = ()
    calculations: tuple[CalculationFacts, ...] = ()
    requests: tuple[RequestFacts, ...] = ()
    risk: Risk = Risk.NORMAL
    texts: tuple[TextFacts, ...] = ()
    markers: tuple[Marker, ...] = ()
    evidence: tuple[EvidenceFacts, ...] = ()
    quotations: tuple[QuotationFacts, ...] = ()
    open_comments: int = 0
    open_suggestions: int = 0

    @property
    def seen(self) -> tuple[EvidenceFacts, ...]:
        return tuple(item for item in self.evidence if item.seen)

    @property
    def on_question(self) -> tuple[EvidenceFacts, ...]:
        """What was seen and bears on the verdict's question; what repeats the article itself does not."""
        return tuple(item for item in self.seen if item.bears_on is self.question and not item.circular)


def submit_gaps(facts: GateFacts) -> list[str]:
    """What is missing before the claim can be handed in, in the order of the claim page."""
    return [
        *_verdict_gaps(facts),
        *_text_gaps(facts),
        *_version_gaps(facts),
        *_citation_gaps(facts),
        *_element_gaps(facts),
        *_calculation_gaps(facts),
    ]


def approve_gaps(facts: GateFacts) -> list[str]:
    """What is missing before the claim can be approved; all that ``submit_gaps`` asks is asked again."""
    return [
        *submit_gaps(facts),
        *_source_gaps(facts),
        *_claimant_gaps(facts),
        *_quotation_gaps(facts),
        *_forecast_gaps(facts),
        *_conversation_gaps(facts),
    ]


def approvals_needed(risk: Risk) -> int:
    """How many people have to approve."""
    return 2 if risk is Risk.HIGH else 1


def _verdict_gaps(facts: GateFacts) -> list[str]:
    gaps = []
    if facts.question is None:
        gaps.append(_("Verdict: say which question it answers, said or true."))
    if not facts.rating:
        gaps.append(_("Verdict: choose a rating."))
    elif facts.question is not None and facts.rating_question is not facts.question:
        gaps.append(_("Verdict: the rating belongs to the scale of the other question."))
    if not facts.judged_by:
        gaps.append(_("Verdict: say whether it is judged by what could be known then or by what is known today."))
    if facts.researched_until is None:
        gaps.append(_("Verdict: give the date until which was researched."))
    elif facts.researched_until > facts.today:
        gaps.append(_("Verdict: “researched until” lies in the future."))
    return gaps


def _language(tag: str) -> str:
    """A language by its name in the reader's own; by its tag where Django has no name for it."""
    try:
        return str(get_language_info(tag)["name_translated"])
    except KeyError:
        return tag


_PARTS = ("statement", "headline", "summary", "rationale")


def _text_gaps(facts: GateFacts) -> list[str]:
    """One complete language suffices; otherwise the gaps of the one that is nearest to it are named."""
    if any(text.complete for text in facts.texts):
        return []
    if not facts.texts:
        return [_("Texts: write statement, headline, summary and rationale in one language.")]
    nearest = max(facts.texts, key=lambda text: sum(bool(getattr(text, part)) for part in _PARTS))
    names = {
        "statement": _("the statement is missing"),
        "headline": _("the headline is missing"),
        "summary": _("the summary is missing"),
        "rationale": _("the rationale is missing"),
    }
    return [
        _("Texts (%(language)s): %(gap)s.") % {"language": _language(nearest.language), "gap": names[part]}
        for part in _PARTS
        if not getattr(nearest, part)
    ]


def _version_gaps(facts: GateFacts) -> list[str]:
    if not facts.later_version:
        return []
    gaps = []
    if not facts.change_kind:
        gaps.append(_("New version: say what kind of change it is."))
    if facts.change_kind == PublicationKind.MINOR:
        if facts.withdrawn:
            gaps.append(_("New version: the check is withdrawn; that it stands again is no minor change."))
        if facts.finding_differs:
            gaps.append(_("New version: readers have another rating; a change of it is no minor change."))
    if not any(text.complete and text.change_note for text in facts.texts):
        gaps.append(_("New version: write the public note that says what has changed."))
    return gaps


def _citation_gaps(facts: GateFacts) -> list[str]:
    gaps = []
    if not facts.seen:
        gaps.append(_("Evidence: at least one item must have been seen; leads do not count."))
    known = {item.key for item in facts.seen}
    leads = {item.key for item in facts.evidence if not item.seen}
    for marker in facts.markers:
        place = {"key": marker.key, "line": marker.line, "language": _language(marker.language)}
        if marker.key in leads:
            gaps.append(
                _("Rationale (%(language)s), line %(line)s: [@%(key)s] cites a lead that nobody has seen.") % place
            )
        elif marker.key not in known:
            gaps.append(_("Rationale (%(language)s), line %(line)s: [@%(key)s] is not among the evidence.") % place)
    return gaps


def _element_gaps(facts: GateFacts) -> list[str]:
    known = {item.key for item in facts.seen}
    return [
        _("Part %(number)s of the statement: %(key)s is not among the evidence that was seen.")
        % {"number": number, "key": key}
        for number, keys in enumerate(facts.elements, start=1)
        for key in keys
        if key not in known
    ]


def _calculation_gaps(facts: GateFacts) -> list[str]:
    """Each calculation is done again: what no longer follows is not handed in."""
    known = {item.key for item in facts.seen}
    gaps = []
    for calculation in facts.calculations:
        gaps += [
            _("Calculation %(key)s: %(evidence)s is not among the evidence that was seen.")
            % {"key": calculation.key, "evidence": key}
            for key in calculation.evidence
            if key not in known
        ]
        if _outcome(calculation) is None:
            gaps.append(_("Calculation %(key)s: it cannot be calculated any more.") % {"key": calculation.key})
        elif _outcome(calculation) != calculation.result:
            gaps.append(
                _("Calculation %(key)s: the result no longer follows; it would be %(result)s.")
                % {"key": calculation.key, "result": _outcome(calculation)}
            )
    return gaps


def _outcome(calculation: CalculationFacts) -> Decimal | None:
    try:
        value = arithmetic.evaluate(calculation.expression, dict(calculation.inputs))
        return arithmetic.rounded(value, calculation.places)
    except arithmetic.ArithmeticProblem:
        return None


def _source_gaps(facts: GateFacts) -> list[str]:
    gaps = [
        _("Evidence %(key)s: publisher, title and an address are needed, or a reason why they are withheld.")
        % {"key": item.key}
        for item in facts.seen
        if not item.has_citation
    ]
    gaps += [
        _("Evidence %(key)s: its source is not to be named, but publisher or title still name it.") % {"key": item.key}
        for item in facts.seen
        if item.names_redacted
    ]
    gaps += [
        _("Evidence %(key)s: it repeats the article that is checked, so it cannot count.") % {"key": item.key}
        for item in facts.seen
        if item.circular and item.bears_on is facts.question
    ]
    roots = {item.root for item in facts.on_question}
    if len(roots) < 2 and not facts.one_source_reason:
        gaps.append(_("Evidence: two independent sources on the question are needed, or a reason why one suffices."))
    primary = {SourceKind.PRIMARY, SourceKind.PRIMARY_COPY}
    if not any(item.kind in primary for item in facts.on_question) and not facts.no_primary_reason:
        gaps.append(_("Evidence: a primary source on the question is needed, or a reason why there is none."))
    return gaps


def _claimant_gaps(facts: GateFacts) -> list[str]:
    gaps = []
    if not facts.not_asked_reason and not any(request.is_claimant for request in facts.requests):
        gaps.append(_("Claimant: ask the claimant, or say why not."))
    if not facts.early_reason:
        gaps += [
            _("Reply: %(addressee)s may answer until %(date)s. Wait, or say why this does not wait.")
            % {"addressee": request.addressee, "date": date_format(request.until)}
            for request in facts.requests
            if not request.answered and request.until is not None and request.until >= facts.today
        ]
    return gaps + [
        _("Reply: %(addressee)s did answer, and the text says that they did not.") % {"addressee": request.addressee}
        for request in facts.requests
        if request.said_silent
    ]


def _quotation_gaps(facts: GateFacts) -> list[str]:
    settled = {AnchorState.EXACT, AnchorState.MOVED}
    if not facts.quotations:
        return [_("Quotation: there is none. Mark in an article where the claim is made.")]
    return [
        _("Quotation “%(words)s”: it is not in the newest version as it was; somebody has to confirm it.")
        % {"words": quotation.words}
        for quotation in facts.quotations
        if quotation.state not in settled and not quotation.confirmed
    ]


def _forecast_gaps(facts: GateFacts) -> list[str]:
    open_forecast = (
        facts.question is Question.TRUE
        and ClaimKind.FORECAST in facts.kinds
        and facts.checkable_from is not None
        and facts.checkable_from > facts.today
    )
    if open_forecast and facts.rating and not facts.rating_awaits_outcome:
        return [_("Verdict: the outcome lies ahead, so whether it is true can only be “not yet checkable”.")]
    return []


def _conversation_gaps(facts: GateFacts) -> list[str]:
    gaps = []
    if facts.open_comments:
        gaps.append(_("Comments: %(number)s still open; resolve them.") % {"number": facts.open_comments})
    if facts.open_suggestions:
        gaps.append(_("Suggestions: %(number)s still open; take or dismiss them.") % {"number": facts.open_suggestions})
    return gaps
