"""The models, by thing. Imports run aggregates < articles < claims < evidence, verdicts, publications < ledger."""

from claims.models.aggregates import Aggregate
from claims.models.articles import (
    AlsoAppeared,
    Article,
    ArticleVersion,
    Capture,
    Fetch,
    Outlet,
    SentenceSetAside,
    Speaker,
    TextBand,
)
from claims.models.claims import Anchor, Claim, ClaimText, Quantity, Quotation, Voice
from claims.models.evidence import Evidence, Source
from claims.models.ledger import AGGREGATES, LedgerChange, LedgerEntry
from claims.models.publications import (
    Check,
    Publication,
    PublicationContent,
    PublicationNames,
    Withholding,
    WithholdingScope,
)
from claims.models.verdicts import Approval, Rating, RatingScale, Review, Suggestion, Verdict, VerdictText

__all__ = [
    "AGGREGATES",
    "Aggregate",
    "AlsoAppeared",
    "Anchor",
    "Approval",
    "Article",
    "ArticleVersion",
    "Capture",
    "Check",
    "Claim",
    "ClaimText",
    "Evidence",
    "Fetch",
    "LedgerChange",
    "LedgerEntry",
    "Outlet",
    "Publication",
    "PublicationContent",
    "PublicationNames",
    "Quantity",
    "Quotation",
    "Rating",
    "RatingScale",
    "Review",
    "SentenceSetAside",
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
