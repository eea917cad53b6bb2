"""Which name a pronoun or ``das Unternehmen`` stands for: the names of sentences, and what is asked of them."""

from collections.abc import Callable
from dataclasses import dataclass

from claims.language.phrases import Phrase, Sentence
from claims.language.words import listed

_BODIES_DE = listed("""
        unternehmen konzern firma start-up startup gesellschaft behörde institut partei verband verein organisation
        zeitung magazin sender agentur hersteller anbieter entwickler betreiber universität stiftung bank
        ministerium kommission gewerkschaft
        """)
_BODIES_EN = listed("""
        company firm startup start-up institute institution agency authority party group organisation organization
        newspaper magazine broadcaster maker manufacturer developer operator university foundation bank ministry
        commission corporation union charity publisher lab laboratory watchdog regulator
        """)
_ORG_WORDS = listed("""
        inc ltd corp corporation company group university institute ministry bank party agency commission council
        office department foundation association society times post news review journal gmbh ag se kg ev partei
        verband union labs technologies systems energy motors airlines press
        """)
_NAMES = 40
"""Names of one sentence that are remembered."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that stood in the text, for pronouns that come after it."""

    name: str
    role: str
    person: bool | None
    feminine: bool
    subject: bool
    position: int

    def may_be_body(self) -> bool:
        """Known for a body, or one word; two words with nothing else may as well be a person's name."""
        return self.person is False or (self.person is None and " " not in self.name)


def mentions(s: Sentence) -> list[Mention]:
    """The names of a sentence, for what comes after; places that a preposition governs are left out."""
    found: list[Mention] = []
    for phrase in s.phrases:
        if len(found) == _NAMES:
            break
        if phrase.name == (0, 0) or (phrase.governed and phrase.person is None):
            continue
        first, last = phrase.name
        name = s.piece(first, last)
        words = s.lower[first:last]
        person = phrase.person
        if person is None and (
            _ORG_WORDS & set(words) or any(letter.isupper() for word in s.words[first:last] for letter in word[1:])
        ):
            person = False
        role = s.lower[phrase.head] if phrase.head < first else ""
        if s.language == "en" and not role and phrase.first < first:
            role = s.lower[first - 1]
        feminine = role.endswith(("in", "frau", "woman"))
        found.append(Mention(name, role, person, feminine, phrase.subject, phrase.first))
    return found


def wanted(s: Sentence, phrase: Phrase) -> Callable[[Mention], bool] | None:
    """What a name must be for a pronoun or a noun to stand for it; None when the phrase stands for itself."""
    lower = s.lower[phrase.head]
    if phrase.pronoun:
        if lower in {"er", "he"}:
            return lambda mention: mention.person is not False and not mention.feminine
        if lower in {"sie", "she"}:
            return lambda mention: mention.person is not False and (mention.feminine or not mention.role)
        if lower in {"es", "it"}:
            return Mention.may_be_body
        return None
    if phrase.article not in {"der", "die", "das", "dieser", "diese", "dieses", "the", "this"}:
        return None
    if lower in _BODIES_DE or lower in _BODIES_EN:
        return Mention.may_be_body
    return lambda mention: mention.role == lower
