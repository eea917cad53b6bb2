"""The words of the desk: every code the database keeps, with the English words people read for it.

No Django here, so that the pure rooms can use it. Labels are marked for translation with a function of
gettext's own name that does nothing; whoever shows one translates it.
"""

from enum import StrEnum
from typing import Self


def gettext_noop(message: str) -> str:
    """Marks a string for ``makemessages`` and returns it unchanged."""
    return message


_ = gettext_noop


class Word(StrEnum):
    """A code that owns its label: ``Status.INBOX == "inbox"``, ``Status.INBOX.label == "Inbox"``."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        word = str.__new__(cls, code)
        word._value_ = code
        word.label = label
        return word


class Status(Word):
    """Where a claim stands; one field, written by the transitions alone."""

    INBOX = "inbox", _("Inbox")
    RESEARCH = "research", _("Research")
    REVIEW = "review", _("Second read")
    APPROVED = "approved", _("Approved")
    PUBLISHED = "published", _("Published")
    PARKED = "parked", _("On hold")
    DECLINED = "declined", _("Not checked")
    RETRACTED = "retracted", _("Withdrawn")


class Role(Word):
    """What a person at the desk may do; each name is a Django group."""

    RESEARCHER = "researcher", _("Fact-checker")
    EDITOR = "editor", _("Editor")
    CHIEF = "chief", _("Head of desk")
    AUDITOR = "auditor", _("Auditor")


class Action(Word):
    """What somebody did, as the ledger names it and as a button reads."""

    # Transitions of a claim
    ACCEPT = "accept", _("Take on")
    DECLINE = "decline", _("Don't check")
    LINK = "link", _("Link as the same")
    RESTORE = "restore", _("Restore")
    PARK = "park", _("Put on hold")
    WAKE = "wake", _("Resume")
    SUBMIT = "submit", _("Hand in")
    SEND_BACK = "send_back", _("Send back")
    APPROVE = "approve", _("Approve")
    REVISE = "revise", _("Revise")
    SCHEDULE = "schedule", _("Schedule")
    PUBLISH = "publish", _("Publish")
    REOPEN = "reopen", _("Reopen")
    RETRACT = "retract", _("Withdraw")
    # Work on a claim that is no transition
    MARK = "mark", _("Mark")
    EDIT = "edit", _("Edit")
    ASSIGN = "assign", _("Assign")
    COMMENT = "comment", _("Comment")
    RESOLVE = "resolve", _("Resolve")
    SUGGEST = "suggest", _("Suggest")
    TAKE = "take", _("Take suggestion")
    DISMISS = "dismiss", _("Dismiss suggestion")
    ANCHOR = "anchor", _("Anchor")
    SPLIT = "split", _("Split")
    WITHHOLD = "withhold", _("Take offline")
    LIFT = "lift", _("Put back online")
    ERASE = "erase", _("Erase")
    # The small aggregates
    CREATE = "create", _("Create")
    CHANGE = "change", _("Change")
    CAPTURE = "capture", _("Receive a copy")
    CONFIRM = "confirm", _("Confirm the text")
    MEND = "mend", _("Mend the text")
    APPEARED = "appeared", _("Also appeared in")
    SET_ASIDE = "set_aside", _("Set aside")
    BRING_BACK = "bring_back", _("Bring back")
    MERGE = "merge", _("Merge")
    PRESERVE = "preserve", _("Preserve a file")
    RELEASE = "release", _("Mark as publishable")
    EXCLUDE = "exclude", _("Exclude as evidence")
    # Requests for a reply
    ASK = "ask", _("Ask for a reply")
    REPLY = "reply", _("Record a reply")
    # The second read's people
    HAND_OVER = "hand_over", _("Hand over")
    DECLARE = "declare", _("Declare a conflict of interest")
    TAKE_BACK = "take_back", _("End a conflict of interest")
    AWAY = "away", _("Say when somebody is away")


class Question(Word):
    """The one question a verdict answers."""

    TRUE = "true", _("True?")
    SAID = "said", _("Said?")


class Stance(Word):
    SUPPORTS = "supports", _("Supports")
    CONTRADICTS = "contradicts", _("Contradicts")
    BACKGROUND = "background", _("Background")


class SourceKind(Word):
    PRIMARY = "primary", _("Primary source")
    PRIMARY_COPY = "primary_copy", _("Primary source, through a copy")
    SECONDARY = "secondary", _("Secondary source")


class Finding(Word):
    """What one part of a statement turned out to be."""

    RIGHT = "right", _("Right")
    WRONG = "wrong", _("Wrong")
    MISSING = "missing", _("Missing")
    UNPROVEN = "unproven", _("Unproven")


class ClaimKind(Word):
    EVENT = "event", _("Event")
    QUANTITY = "quantity", _("Quantity")
    COMPARISON = "comparison", _("Comparison")
    SUPERLATIVE = "superlative", _("Superlative")
    FORECAST = "forecast", _("Forecast")
    CAUSAL = "causal", _("Cause")
    QUOTE = "quote", _("Quote")


class Checkability(Word):
    CHECKABLE = "checkable", _("Checkable now")
    LATER = "later", _("Checkable later")
    NOT_CHECKABLE = "not_checkable", _("Not checkable")


class Risk(Word):
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")


class Priority(Word):
    URGENT = "urgent", _("Urgent")
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")
    LOW = "low", _("Low")


class JudgedBy(Word):
    TIME_OF_CLAIM = "time_of_claim", _("What could be known when it was said")
    TODAY = "today", _("What is known today")


class VoiceMode(Word):
    ASSERTS = "asserts", _("asserts")
    REPORTS = "reports", _("reports")


class Naming(Word):
    NAMED = "named", _("named")
    IMPLIED = "implied", _("implied")


class AnchorState(Word):
    EXACT = "exact", _("Exact")
    MOVED = "moved", _("Moved")
    CHANGED = "changed", _("Changed")
    LOST = "lost", _("Lost")


class SpeakerKind(Word):
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    OUTLET = "outlet", _("Outlet")
    GOVERNMENT = "government", _("Government")


class Origin(Word):
    """How the desk got a file."""

    UPLOADED = "uploaded", _("Uploaded")
    FETCHED = "fetched", _("Fetched")


class Channel(Word):
    """How somebody was asked."""

    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    LETTER = "letter", _("Letter")
    CONTACT_FORM = "contact_form", _("Contact form")
    MESSAGE = "message", _("Message")
    IN_PERSON = "in_person", _("In person")


class ReplyWay(Word):
    """How a reply came in."""

    DESK = "desk", _("Recorded by the desk")
    LINK = "link", _("Through the link")


class FetchState(Word):
    """How far the fetching of a page has come."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being fetched")
    DONE = "done", _("Fetched")
    FAILED = "failed", _("Failed")


class PublicationKind(Word):
    FIRST = "first", _("First publication")
    CORRECTION = "correction", _("Correction")
    UPDATE = "update", _("Update")
    CLARIFICATION = "clarification", _("Clarification")
    MINOR = "minor", _("Minor change")
    REPLY = "reply", _("Reply added")
    RETRACTION = "retraction", _("Withdrawal")


#: What an author may choose for a second or later version; a first publication and a withdrawal name themselves.
LATER_KINDS = (
    PublicationKind.CORRECTION,
    PublicationKind.UPDATE,
    PublicationKind.CLARIFICATION,
    PublicationKind.MINOR,
    PublicationKind.REPLY,
)


class WithholdingReason(Word):
    LEGAL = "legal", _("Legal reasons")
    SAFETY = "safety", _("Safety")
    PRIVACY = "privacy", _("Privacy")
    ERROR = "error", _("Error")


class ReviewKind(Word):
    """What a reader of a claim left behind."""

    COMMENT = "comment", _("Comment")
    SENT_BACK = "sent_back", _("Sent back")
    APPROVED = "approved", _("Approved")


class SuggestionState(Word):
    OPEN = "open", _("Open")
    TAKEN = "taken", _("Taken")
    DISMISSED = "dismissed", _("Dismissed")
