"""The models, by thing.

Imports run aggregates < articles < claims < calculations, drafts, evidence, publications, replies, verdicts
< members, fetches, ledger.
"""

from claims.models.aggregates import Aggregate
from claims.models.articles import (
    AlsoAppeared,
    Article,
    ArticleVersion,
    Capture,
    Exclusion,
    Outlet,
    SentenceSetAside,
    Speaker,
    TextBand,
)
from claims.models.calculations import Calculation
from claims.models.claims import Anchor, Claim, ClaimText, Quantity, Quotation, Voice
from claims.models.drafts import Draft
from claims.models.evidence import Evidence, Snapshot, Source
from claims.models.fetches import Fetch
from claims.models.ledger import AGGREGATES, LedgerChange, LedgerEntry
from claims.models.members import ConflictOfInterest, Member
from claims.models.publications import (
    Check,
    Publication,
    PublicationContent,
    PublicationNames,
    Withholding,
    WithholdingScope,
)
from claims.models.replies import Asked, Reply, ReplyRequest
from claims.models.verdicts import Approval, Rating, RatingScale, Review, Suggestion, Verdict, VerdictText

__all__ = [
    "AGGREGATES",
    "Aggregate",
    "AlsoAppeared",
    "Anchor",
    "Approval",
    "Article",
    "ArticleVersion",
    "Asked",
    "Calculation",
    "Capture",
    "Check",
    "Claim",
    "ClaimText",
    "ConflictOfInterest",
    "Draft",
    "Evidence",
    "Exclusion",
    "Fetch",
    "LedgerChange",
    "LedgerEntry",
    "Member",
    "Outlet",
    "Publication",
    "PublicationContent",
    "PublicationNames",
    "Quantity",
    "Quotation",
    "Rating",
    "RatingScale",
    "Reply",
    "ReplyRequest",
    "Review",
    "SentenceSetAside",
    "Snapshot",
    "Source",
    "Speaker",
    "Suggestion",
    "TextBand",
    "Verdict",
    "VerdictText",
    "Voice",
    "Withholding",
    "WithholdingScope",
]
