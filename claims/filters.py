"""What narrows the desk's lists: claims, speakers, outlets, requests; its state stands in the address."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.models import User
from django.db.models import Case, Count, DateField, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from claims.models import Article, Claim, ClaimText, LedgerEntry, Outlet, Quotation, Reply, ReplyRequest, Speaker
from claims.services import people
from claims.vocabulary import Priority, SpeakerKind, Status

NOBODY, ME, UNKNOWN = "nobody", "me", "none"
WORDS_SEARCHED = 8
LARGEST_KEY = 2**63 - 1

_RANKS = {priority: rank for rank, priority in enumerate(Priority)}


@dataclass(frozen=True)
class Order:
    """A way through the queue: by ``field``, which is never null, and among equals by key; see ``views.paging``."""

    field: str
    ascending: bool
    read: Callable[[str], Any] | None = None


def _rank(value: str) -> int:
    if value not in {str(rank) for rank in _RANKS.values()}:
        raise ValueError(value)
    return int(value)


NEWEST, DUE, PRIORITY = "newest", "due", "priority"
ORDERS: Mapping[str, Order] = {
    NEWEST: Order("created_at", ascending=False),
    DUE: Order("due_key", ascending=True, read=date.fromisoformat),
    PRIORITY: Order("rank", ascending=True, read=_rank),
}
_ORDER_WORDS = [(NEWEST, _("Newest first")), (DUE, _("Due first")), (PRIORITY, _("Most urgent first"))]


class ClaimFilter(django_filters.FilterSet):
    """``q``, ``status``, ``speaker``, ``assignee``, ``priority``, ``article``, ``order``.

    Choices are read once for each filter set, so that the number of queries stays the same whatever is chosen.
    A value that does not exist narrows nothing; the form says so. A speaker that was merged means the one that stands.
    """

    q = django_filters.CharFilter(
        method="by_words", label=_("Words or number"), max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    status = django_filters.ChoiceFilter(
        label=_("Stage"), choices=[(status.value, _(status.label)) for status in Status], widget=forms.HiddenInput
    )
    speaker = django_filters.ChoiceFilter(method="by_speaker", label=_("Speaker"), empty_label=_("All"))
    assignee = django_filters.ChoiceFilter(method="by_assignee", label=_("Assigned to"), empty_label=_("All"))
    priority = django_filters.ChoiceFilter(
        label=_("Priority"),
        choices=[(priority.value, _(priority.label)) for priority in Priority],
        empty_label=_("All"),
    )
    article = django_filters.ChoiceFilter(method="by_article", label=_("Article"), empty_label=_("All"))
    order = django_filters.ChoiceFilter(
        method="in_order", label=_("Order"), choices=_ORDER_WORDS, empty_label=None, initial=NEWEST
    )

    class Meta:
        model = Claim
        fields: list[str] = []

    def __init__(self, data: Any, queryset: QuerySet[Claim], *, user: User) -> None:
        speakers = speaker_choices()
        super().__init__(_with_standing_speaker(data, speakers), queryset)
        self.user = user
        self.filters["speaker"].extra["choices"] = [(UNKNOWN, _("Not attributed")), *speakers]
        self.filters["assignee"].extra["choices"] = _assignee_choices(user)
        self.filters["article"].extra["choices"] = _article_choices()

    @property
    def ordering(self) -> Order:
        """The order that was asked for, else newest first."""
        self.form.is_valid()
        return ORDERS[self.form.cleaned_data.get("order") or NEWEST]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but stage and order narrows the queue."""
        self.form.is_valid()
        return any(value for name, value in self.form.cleaned_data.items() if name not in ("status", "order"))

    @property
    def has_choices(self) -> bool:
        """Whether one of the choices beside stage and words is made, so that the page shows them."""
        self.form.is_valid()
        chosen = {name for name, value in self.form.cleaned_data.items() if value} - {"q", "status"}
        return bool(chosen - {"order"}) or self.form.cleaned_data.get("order", NEWEST) not in ("", NEWEST)

    def counts(self) -> dict[str, int]:
        """How many claims stand in each stage, with all other filters as they are."""
        self.form.is_valid()
        queryset = self.queryset.all()
        for name, value in self.form.cleaned_data.items():
            if name not in ("status", "order"):
                queryset = self.filters[name].filter(queryset, value)
        rows = queryset.order_by().values_list("status").annotate(number=Count("pk"))
        return {str(status): number for status, number in rows}

    def by_words(self, queryset: QuerySet[Claim], _name: str, value: str) -> QuerySet[Claim]:
        """Every word stands in a statement or in a quotation; a number finds the claim with that number too."""
        for word in value.split()[:WORDS_SEARCHED]:
            queryset = queryset.filter(holding(word))
        return queryset

    def by_speaker(self, queryset: QuerySet[Claim], _name: str, value: str) -> QuerySet[Claim]:
        return queryset.filter(Q(speaker=None) if value == UNKNOWN else said_by([int(value)]))

    def by_assignee(self, queryset: QuerySet[Claim], _name: str, value: str) -> QuerySet[Claim]:
        if value == NOBODY:
            return queryset.filter(assignee=None)
        return queryset.filter(assignee=self.user if value == ME else value)

    def by_article(self, queryset: QuerySet[Claim], _name: str, value: str) -> QuerySet[Claim]:
        return queryset.filter(Exists(Quotation.objects.filter(claim=OuterRef("pk"), version__article=value)))

    def in_order(self, queryset: QuerySet[Claim], _name: str, value: str) -> QuerySet[Claim]:
        """Adds what the order needs; the paging sorts."""
        if value == DUE:
            return queryset.annotate(due_key=Coalesce("due_on", Value(date.max), output_field=DateField()))
        if value == PRIORITY:
            ranks = [When(priority=priority.value, then=Value(rank)) for priority, rank in _RANKS.items()]
            return queryset.annotate(rank=Case(*ranks, default=Value(len(ranks)), output_field=IntegerField()))
        return queryset


def holding(word: str) -> Q:
    """Claims with ``word`` in a statement or a quotation, or with that number (``12`` or ``#12``)."""
    statement, quoted = Q(), Q()
    for spelling in _spellings(word):
        statement |= Q(statement__icontains=spelling)
        quoted |= Q(exact__icontains=spelling)
    condition = Q(Exists(ClaimText.objects.filter(statement, claim=OuterRef("pk")))) | Q(
        Exists(Quotation.objects.filter(quoted, claim=OuterRef("pk")))
    )
    number = word.removeprefix("#")
    if is_key(number):
        condition |= Q(pk=int(number))
    return condition


def _spellings(word: str) -> set[str]:
    """SQLite ignores the case of ASCII letters only, so other words are looked for in each of their cases."""
    return {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}


def belonging(way: str, records: Collection[int]) -> Q:
    """What leads by ``way`` to one of these records, or to one that was merged into it."""
    return Q(**{f"{way}__in": records}) | Q(**{f"{way}__merged_into__in": records})


def standing_key(way: str) -> Coalesce:
    """The key of the record that stands where ``way`` leads."""
    return Coalesce(f"{way}__merged_into", way)


def said_by(speakers: Collection[int]) -> Q:
    """Claims that are judged as one of these speakers': its own, and those of whatever was merged into it."""
    return belonging("speaker", speakers)


def speaker_choices() -> list[tuple[str, str]]:
    """The standing speakers that have a claim, their own or one of what was merged into them."""
    claiming = Claim.objects.filter(speaker__isnull=False).values(who=standing_key("speaker"))
    speakers = Speaker.objects.filter(pk__in=claiming).order_by("name", "pk")
    return [(str(key), name) for key, name in speakers.values_list("pk", "name")]


def _with_standing_speaker(data: Any, speakers: Collection[tuple[str, str]]) -> Any:
    """An address that was kept from before a merge leads to what stands now; it costs its own query only then."""
    wanted = data.get("speaker", "") if data else ""
    if wanted in {key for key, _name in speakers} or not is_key(wanted):
        return data
    into = Speaker.objects.filter(pk=int(wanted)).values_list("merged_into", flat=True).first()
    if into is None:
        return data
    data = data.copy()
    data["speaker"] = str(into)
    return data


def is_key(text: str) -> bool:
    """Whether a text is a row's key, as an address or a form writes it: no sign, no zeros in front."""
    return text.isascii() and text.isdigit() and len(text) < 20 and str(int(text)) == text and int(text) <= LARGEST_KEY


def _assignee_choices(user: User) -> list[tuple[str, Any]]:
    assigned = User.objects.filter(Exists(Claim.objects.filter(assignee=OuterRef("pk")))).exclude(pk=user.pk)
    others = sorted(((people.name_of(other), str(other.pk)) for other in assigned), key=lambda pair: pair[0].casefold())
    return [(ME, _("Me")), (NOBODY, _("Nobody")), *((key, name) for name, key in others)]


def _article_choices() -> list[tuple[str, Any]]:
    quoted = Article.objects.filter(Exists(Quotation.objects.filter(version__article=OuterRef("pk"))))
    return [(str(key), title) for key, title in quoted.order_by("-created_at", "-pk").values_list("pk", "title")]


# Speakers and outlets


def lacking(record: Speaker | Outlet) -> list[str]:
    """The names of the fields that readers of a check would miss; see ``incomplete``, which is the same as a query.

    A person has a role, an outlet a site, and everybody who speaks may have a Wikidata item.
    """
    if isinstance(record, Outlet):
        return [] if record.url else ["url"]
    needed = ["role", "same_as"] if record.kind == SpeakerKind.PERSON else ["same_as"]
    return [name for name in needed if not getattr(record, name)]


def incomplete(record: type[Speaker] | type[Outlet]) -> Q:
    """The records of which ``lacking`` names a field."""
    if record is Outlet:
        return Q(url="")
    return Q(same_as="") | Q(kind=SpeakerKind.PERSON.value, role="")


class RecordFilter(django_filters.FilterSet):
    """``q`` and ``incomplete``. Words are looked for in what stands and in what was merged into it."""

    columns: tuple[str, ...] = ("name",)

    q = django_filters.CharFilter(
        method="by_words", label=_("Words"), max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    incomplete = django_filters.BooleanFilter(
        method="by_completeness", label=_("Only incomplete ones"), widget=forms.CheckboxInput
    )

    @property
    def is_narrowed(self) -> bool:
        self.form.is_valid()
        return any(self.form.cleaned_data.values())

    def by_words(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Every word stands in a column of the record, or in the same column of one that was merged into it."""
        for word in value.split()[:WORDS_SEARCHED]:
            old_names = queryset.model.objects.filter(self._holding(word), merged_into__isnull=False)
            queryset = queryset.filter(self._holding(word) | Q(pk__in=old_names.values("merged_into")))
        return queryset

    def _holding(self, word: str) -> Q:
        condition = Q()
        for spelling in _spellings(word):
            for column in self.columns:
                condition |= Q(**{f"{column}__icontains": spelling})
        return condition

    def by_completeness(self, queryset: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:  # noqa: FBT001
        return queryset.filter(incomplete(queryset.model)) if value else queryset


class SpeakerFilter(RecordFilter):
    columns = ("name", "role", "party")

    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=[(kind.value, _(kind.label)) for kind in SpeakerKind], empty_label=_("All")
    )

    class Meta:
        model = Speaker
        fields: list[str] = []


class OutletFilter(RecordFilter):
    columns = ("name", "url")

    class Meta:
        model = Outlet
        fields: list[str] = []


# Requests for a reply


class RequestFilter(django_filters.FilterSet):
    """``q`` and ``state``: open (they may still answer), overdue, answered."""

    OPEN, OVERDUE, ANSWERED = "open", "overdue", "answered"
    STATES = ((OPEN, _("Open")), (OVERDUE, _("Overdue")), (ANSWERED, _("Answered")))

    q = django_filters.CharFilter(
        method="by_words", label=_("Words"), max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = django_filters.ChoiceFilter(
        method="by_state",
        label=_("State"),
        choices=STATES,
        widget=forms.HiddenInput,
    )

    class Meta:
        model = ReplyRequest
        fields: list[str] = []

    def __init__(self, data: Any, queryset: QuerySet[ReplyRequest], *, today: date) -> None:
        super().__init__(data, queryset.annotate(answered=Exists(Reply.objects.filter(request=OuterRef("pk")))))
        self.today = today

    @property
    def chosen(self) -> str:
        """The state that was asked for; empty for all of them."""
        self.form.is_valid()
        return str(self.form.cleaned_data.get("state") or "")

    @property
    def is_narrowed(self) -> bool:
        self.form.is_valid()
        return bool(self.form.cleaned_data.get("q"))

    @property
    def ordering(self) -> Order:
        """What waits, by its deadline; everything else by when it was asked, the newest first."""
        if self.chosen in (self.OPEN, self.OVERDUE):
            return Order("due_key", ascending=True, read=date.fromisoformat)
        return Order("pk", ascending=False, read=int)

    def counts(self) -> dict[str, int]:
        """How many requests are in each state, and all of them by the empty one, with the words as they are."""
        self.form.is_valid()
        found = self.queryset.all()
        if words := self.form.cleaned_data.get("q"):
            found = self.by_words(found, "q", words)
        states = {state: found.filter(self._in_state(state)).count() for state, _words in self.STATES}
        return {"": found.count(), **states}

    def by_words(self, queryset: QuerySet[ReplyRequest], _name: str, value: str) -> QuerySet[ReplyRequest]:
        """Every word stands in who was asked, or in what was asked."""
        for word in value.split()[:WORDS_SEARCHED]:
            condition = Q()
            for spelling in _spellings(word):
                condition |= Q(addressee__icontains=spelling) | Q(wording__icontains=spelling)
            queryset = queryset.filter(condition)
        return queryset

    def by_state(self, queryset: QuerySet[ReplyRequest], _name: str, value: str) -> QuerySet[ReplyRequest]:
        by_deadline = queryset.annotate(due_key=Coalesce("until", Value(date.max), output_field=DateField()))
        return by_deadline.filter(self._in_state(value))

    def _in_state(self, state: str) -> Q:
        if state == self.ANSWERED:
            return Q(answered=True)
        if state == self.OVERDUE:
            return Q(answered=False, until__lt=self.today)
        return Q(answered=False) & (Q(until=None) | Q(until__gte=self.today))


class HistoryFilter(django_filters.FilterSet):
    """The entries of one ledger: ``language`` of the words they changed, ``did`` (an action), ``content`` only."""

    language = django_filters.ChoiceFilter(method="by_language", label=_("Words in"), empty_label=_("every language"))
    did = django_filters.ChoiceFilter(field_name="action", label=_("What was done"), empty_label=_("everything"))
    content = django_filters.BooleanFilter(
        method="by_content", label=_("Only what readers see"), widget=forms.CheckboxInput
    )

    class Meta:
        model = LedgerEntry
        fields: list[str] = []

    def __init__(
        self,
        data: Any,
        queryset: QuerySet[LedgerEntry],
        *,
        languages: Iterable[tuple[str, str]],
        actions: Iterable[tuple[str, str]],
    ) -> None:
        super().__init__(data, queryset)
        self.filters["language"].extra["choices"] = list(languages)
        self.filters["did"].extra["choices"] = list(actions)

    @property
    def chosen_language(self) -> str:
        self.form.is_valid()
        return str(self.form.cleaned_data.get("language") or "")

    @property
    def is_narrowed(self) -> bool:
        self.form.is_valid()
        return any(self.form.cleaned_data.values())

    def by_language(self, queryset: QuerySet[LedgerEntry], _name: str, code: str) -> QuerySet[LedgerEntry]:
        """By their paths, which are keys: what somebody wrote has a backslash before its quotation marks."""
        found = Q(pk__in=[])
        for path, before in product((f"texts.{code}.", f"verdict.texts.{code}."), "{,"):
            found |= Q(change__text__contains=f'{before}"{path}')
        return queryset.filter(found)

    def by_content(self, queryset: QuerySet[LedgerEntry], _name: str, wanted: Any) -> QuerySet[LedgerEntry]:
        return queryset.filter(changed_content=True) if wanted else queryset
