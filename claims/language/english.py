"""Cues and speakers in English: verbs and where their subjects stand, ``according to``, ``reportedly``."""

from collections.abc import Iterator

from claims.language.clauses import Clause, Cue
from claims.language.phrases import EN_SKIP, TEMPORAL, Phrase
from claims.language.saying import EN_HEARSAY, VERBS, Saying
from claims.language.words import AUXILIARIES, listed

_BE = listed("is was were are been be being")
_MODAL = listed("""
    to can could cannot will would shall should may might must can't couldn't won't wouldn't n't not
    """)
_PLURAL = listed("""
    they we i you people police officials data figures both many some others
    """)
_OPEN_MARKS = frozenset('„“"»«”')


class English(Clause):
    """An English sentence: a subject stands in front of its verb, or behind ``..., said``."""

    def cues(self) -> Iterator[Cue]:
        s = self.s
        finite = VERBS["en"].finite
        for index, lower in enumerate(s.lower):
            if s.quoted[index]:
                continue
            if lower == "according" and s.lower[index + 1 : index + 2] == ["to"]:
                phrase = self.starting.get(index + 2)
                yield Cue(index, index + 2, phrase)
            elif lower in finite and not s.words[index][0].isupper():
                found = self._verb(index, lower, finite[lower])
                if found:
                    yield Cue(index, index + 1, found[0])
            elif s.words[index] == ":" and index + 1 < len(s) and s.quoted[index + 1]:
                phrase = self.starting.get(s.segments[index - 1]) if index else None
                if phrase and phrase.last == index and phrase.weight >= 1:
                    yield Cue(index, index + 1, phrase)

    def hearsay(self) -> Iterator[tuple[int, bool]]:
        s = self.s
        for index, lower in enumerate(s.lower):
            if s.quoted[index]:
                continue
            said = lower in {"said", "believed", "thought", "rumoured", "rumored"}
            if lower in EN_HEARSAY or (
                said and index and s.lower[index - 1] in _BE and s.lower[index + 1 : index + 2] == ["to"]
            ):
                yield index, False

    def _verb(self, index: int, lower: str, sayings: tuple[Saying, ...]) -> tuple[Phrase | None] | None:
        s = self.s
        saying = sayings[0]
        at = index - 1
        while at >= 0 and index - at <= 5 and (s.lower[at] in EN_SKIP or s.lower[at].endswith("ly")):
            at -= 1
        skipped = s.lower[at + 1 : index]
        if at >= 0 and s.lower[at] in _MODAL:
            return None
        evidence = self._evidence(index)
        if skipped and set(skipped) & _BE:
            agent = self.starting.get(index + 2) if s.lower[index + 1 : index + 2] == ["by"] else None
            return (agent,) if agent else None
        speaker = self._subject(index, at)
        if speaker is None or (saying.weak and not evidence) or speaker.weight <= TEMPORAL:
            return None
        if s.lower[speaker.last - 1].endswith(("'s", "’s")) or (speaker.weight <= 0 and not evidence):
            return None
        if s.lower[index + 1 : index + 2] and s.lower[index + 1] in AUXILIARIES["en"]:
            return None
        base = lower == saying.lemma
        if base and not (s.lower[speaker.last - 1].endswith("s") or s.lower[speaker.last - 1] in _PLURAL):
            return None
        return (speaker,)

    def _evidence(self, index: int) -> bool:
        s = self.s
        if self.quote_beside(index):
            return True
        end = s.segment_end(index)
        following = s.lower[index + 1 : index + 8]
        if (
            "that" in following
            or (end < len(s) and s.words[end] == ":")
            or "as" in s.lower[max(s.segments[index], index - 30) : index]
        ):
            return True
        # A clause without "that" (the claim comes straight behind the verb), or in front of it and a comma.
        behind = self.starting.get(index + 1)
        if (
            behind
            and behind.subject
            and any(s.lower[at] in AUXILIARIES["en"] for at in range(behind.last, min(end, behind.last + 5)))
        ):
            return True
        return s.segments[index] > 1 and end >= len(s) - 1

    def _subject(self, verb: int, at: int) -> Phrase | None:
        s = self.s
        if (at >= 0 and s.words[at] in _OPEN_MARKS | {","}) or at < 0:
            after = self.starting.get(verb + 1)
            quoted = at >= 0 and (s.quoted[at] or (at > 0 and s.quoted[at - 1]))
            if after and after.subject and (after.weight > 0 or quoted) and not self._object(after):
                return after
            return self._over_apposition(at) if at > 0 else None
        if at >= 0 and s.lower[at] in {"who", "which", "that"}:
            before = at - 1 if at and s.words[at - 1] == "," else at
            phrase = self._ending(before)
            return phrase if phrase and phrase.weight > 0 else None
        if at >= 0 and s.lower[at] in {"and", "but", "or"}:
            return self._shared(at)
        return self._ending(at + 1)

    def _object(self, phrase: Phrase) -> bool:
        """Whether a phrase behind a verb has a verb of its own: then it is what was said, not who said it."""
        s = self.s
        following = s.lower[phrase.last : phrase.last + 1]
        return bool(following) and following[0] in AUXILIARIES["en"]

    def _ending(self, index: int) -> Phrase | None:
        """The phrase that ends at a word, back over what hangs on it: ``officials in Washington``."""
        phrase = self.ending.get(index)
        last = index
        for _ in range(4):
            if phrase is None or phrase.subject:
                break
            before = self.ending.get(phrase.first - 1)
            if before is None:
                return None
            phrase = before
        return self.widened(phrase, last) if phrase and phrase.subject else None

    def _over_apposition(self, comma: int) -> Phrase | None:
        """``Baidu, the search company, said``: back over one or two stretches between commas."""
        s = self.s
        at = comma
        for _ in range(3):
            begin = s.segments[at - 1] if at else 0
            if begin == 0 or begin >= at:
                break
            at = begin - 1
            phrase = self._ending(at)
            if phrase and phrase.weight > 0 and s.segments[at - 1] == phrase.first:
                return phrase
        return None

    def _shared(self, index: int) -> Phrase | None:
        """The subject at the beginning of the clause that ``and`` goes on with."""
        s = self.s
        low = s.segments[index]
        if low == index and index > 0:
            low = s.segments[index - 1]
        for phrase in self.between(max(low, index - 40), index):
            if phrase.subject and phrase.weight > 0:
                return phrase
        return None
