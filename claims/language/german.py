"""Cues and speakers in German: verbs and where their subjects stand, prepositions, the subjunctive, ``soll``."""

from collections.abc import Callable, Iterator

from claims.language.clauses import REACH, Clause, Cue
from claims.language.phrases import TEMPORAL, Phrase, Sentence, german_weight
from claims.language.saying import (
    DE_HEARSAY,
    DE_SAYING_NOUNS,
    DE_SOURCES,
    SEPARABLE,
    SUBJUNCTIVE,
    SUBSTITUTES,
    VERBS,
    Saying,
)
from claims.language.words import AUXILIARIES, listed

_SUBORDINATORS = listed("""
        wie dass weil nachdem als wobei da während ob obwohl wenn indem so sodass seitdem bevor damit worauf
        woraufhin wozu wofür wogegen womit weshalb
        """)
_RELATIVES = listed("der die das welche welcher welches")
_HAVE = listed("hat haben hatte hatten habe hätte hätten")
_BECOME = listed("wird werden wurde wurden worden werde")
_MODAL = listed("""
        kann können könne könnte könnten konnte konnten muss müssen musste mussten müsse müsste müssten soll sollen
        sollte sollten will wollen wollte wollten wolle darf dürfen durfte durften dürfe möchte möchten mag werde
        würde würden wird
        """)
_PLANNED = listed("wir ich du ihr man damit künftig nun demnächst morgen ermöglichen dienen dazu")
"""With these ``soll`` is an order, an aim or a plan, not hearsay."""
_LEAD = listed("""
        und aber doch denn auch nur sogar selbst jedoch oder sowie sowohl allerdings dagegen hingegen zudem außerdem
        """)
_ARTICLES = listed("der die das den dem des ein eine einen einem einer eines seine ihre diese keine alle viele")
_AND = listed("und oder sowie aber beziehungsweise bzw")
_SOURCE_PREPOSITIONS = listed("laut nach aus unter gemäß")
_GOES_ON = listed("""
    weiter ferner zudem außerdem wörtlich abschließend am im in gestern heute gegenüber bei zu auf
    """)


class German(Clause):
    """A German sentence: its verb stands second or last, its subject on either side."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.reported = self._reported()
        self._finders: dict[str, Callable[[int], Phrase | None]] = {
            "zufolge": self._zufolge,
            "so": self._so,
            "wonach": self._wonach,
            "rede": self._rede,
            "hervor": self._hervor,
            "hervorgeht": self._hervor,
            "hervorging": self._hervor,
            ":": self._before_colon,
            **dict.fromkeys(DE_SAYING_NOUNS, self._noun),
        }

    def _reported(self) -> list[int]:
        lower, quoted = self.s.lower, self.s.quoted
        if "ich" in lower:
            return []
        return [
            index
            for index, word in enumerate(lower)
            if word in SUBJUNCTIVE and not quoted[index] and self.s.words[index][0].islower()
        ]

    def cues(self) -> Iterator[Cue]:
        s = self.s
        forms = VERBS["de"]
        for index, lower in enumerate(s.lower):
            if s.quoted[index]:
                continue
            if lower in forms.finite or lower in forms.participles:
                if s.words[index][0].islower() or index == s.segments[index]:
                    found = self._verb(index, lower)
                    if found:
                        yield Cue(index, index + 1, found[0])
            elif lower in _SOURCE_PREPOSITIONS:
                yield from self._source(index)
            else:
                finder = self._finders.get(lower)
                phrase = finder(index) if finder else None
                if phrase:
                    yield Cue(index, index + 1, phrase)

    def hearsay(self) -> Iterator[tuple[int, bool]]:
        s = self.s
        for index, lower in enumerate(s.lower):
            if s.quoted[index]:
                continue
            if lower in DE_HEARSAY:
                yield index, False
            elif lower in {"soll", "sollen"}:
                segment = s.lower[max(s.segments[index], index - 40) : min(s.segment_end(index), index + 60)]
                if not _PLANNED & set(segment) and not self._ordered(segment):
                    yield index, bool({"sein", "haben"} & set(segment[-4:]))

    def _ordered(self, segment: list[str]) -> bool:
        """``gebaut werden soll`` is a plan; ``gebaut worden sein soll`` is hearsay."""
        ends = [word for word in segment if word[0].isalnum()][-2:]
        return "werden" in ends

    def subjunctive(self) -> tuple[int | None, bool]:
        if self.reported:
            return self.reported[0], True
        lower = self.s.lower
        if {"wenn", "falls", "ich"} & set(lower):
            return None, False
        for index, word in enumerate(lower):
            if word in SUBSTITUTES and not self.s.quoted[index]:
                return index, False
        return None, False

    # Verbs

    def _verb(self, index: int, lower: str) -> tuple[Phrase | None] | None:
        """The speaker of a verb of saying, in a tuple; None when the word is no cue here."""
        sayings = VERBS["de"].participles.get(lower, ())
        helper = self._helper(index) if sayings else None
        if helper is None:
            sayings = VERBS["de"].finite.get(lower, ())
            if self._after_zu(index, lower) or self._infinitive(index, lower):
                return None
        if self._attributive(index):
            return None
        matching = [saying for saying in sayings if self._complete(saying, index)]
        if not matching:
            return None
        saying = max(matching, key=lambda item: (bool(item.particle), bool(item.near)))
        if helper is None and not saying.particle and self._separated(index):
            return None
        evidence = self._evidence(index)
        if saying.weak and not evidence:
            return None
        if helper is not None and self.s.lower[helper] in _BECOME:
            return self._passive(saying, index, helper)
        speaker = self._subject(index if helper is None else helper)
        return self._accepted(saying, index, speaker, evidence=evidence)

    def _passive(self, saying: Saying, index: int, helper: int) -> tuple[Phrase | None] | None:
        """``wurde von der Polizei bestätigt``; who is quoted (``zitiert``) is the subject itself."""
        if self._infinitive(helper, "werden"):
            return None
        speaker = self._subject(helper) if saying.lemma == "zitieren" else self._agent(index)
        return (speaker,) if speaker else None

    def _accepted(
        self, saying: Saying, index: int, speaker: Phrase | None, *, evidence: bool
    ) -> tuple[Phrase | None] | None:
        """Whether a verb with this subject is a cue: somebody speaks, or something is said."""
        if speaker and speaker.weight < 0:
            speaker = None
        if saying.lemma == "heißen":
            return (self._document(index),) if (speaker and speaker.pronoun) or (not speaker and evidence) else None
        if speaker and speaker.pronoun and self.s.lower[speaker.first] == "man":
            speaker = None
        if evidence:
            return (speaker,)
        least = 0.0 if saying.near or self._complement(index) else 0.7
        return (speaker,) if speaker and speaker.weight >= least else None

    def _after_zu(self, index: int, lower: str) -> bool:
        return index > 0 and lower.endswith("n") and self.s.lower[index - 1] == "zu"

    def _attributive(self, index: int) -> bool:
        """An adjective made of a verb: ``die beanstandeten Inhalte``."""
        s = self.s
        if not (s.lower[index].endswith(("te", "ten", "en")) and s.capital(index + 1)) or index == 0:
            return False
        before = s.lower[index - 1]
        return before in _ARTICLES or before in {"im", "am", "vom", "zum", "zur", "beim"}

    def _separated(self, index: int) -> bool:
        """Whether the clause ends in a separated part, which makes another verb of it."""
        end = min(self.s.segment_end(index), len(self.s))
        if end - index > REACH or _AND & set(self.s.lower[index + 1 : end]):
            return False
        while end > index + 1 and not self.s.words[end - 1][0].isalnum():
            end -= 1
        return end - 1 > index and self.s.lower[end - 1] in SEPARABLE

    def _helper(self, index: int) -> int | None:
        """The form of ``haben`` or ``werden`` that a participle belongs to."""
        s = self.s
        begin, end = s.segments[index], s.segment_end(index)
        for at in range(index + 1, min(end, index + 4)):
            if s.lower[at] in _HAVE | _BECOME:
                return at
        for at in range(index - 1, max(begin, index - 40) - 1, -1):
            if s.lower[at] in _HAVE | _BECOME:
                return at
        # The verb stands before an inserted clause: "hat in einem Interview, das heute erschien, gesagt".
        if begin >= 2:
            for at in range(begin - 2, max(0, begin - 30), -1):
                if s.lower[at] in {"hat", "haben", "hatte", "hatten"}:
                    return at
        return None

    def _infinitive(self, index: int, lower: str) -> bool:
        """Whether a form that ends in ``-en`` hangs on a modal verb: ``will nicht sagen``."""
        if not lower.endswith("n") or lower.endswith("ten"):
            return False
        s = self.s
        segment = range(max(s.segments[index], index - 30), min(s.segment_end(index), index + 3))
        return any(s.lower[at] in _MODAL and at != index for at in segment)

    def _complete(self, saying: Saying, index: int) -> bool:
        """Whether the separated part and the company that a verb asks for are there."""
        s = self.s
        if saying.particle:
            for at in range(index + 1, min(len(s), index + 45)):
                if s.lower[at] == saying.particle and not s.quoted[at]:
                    behind = at + 1
                    if (
                        behind >= len(s)
                        or not s.words[behind][0].isalnum()
                        or s.lower[behind] in {"und", "oder", "sowie"}
                    ):
                        return True
                    if at == s.segment_end(at) - 1:
                        return True
            return False
        if saying.near:
            low = max(s.segments[index], index - 25)
            words = s.lower[low : min(len(s), index + 25)]
            return any(word in saying.near for word in words)
        return True

    def _evidence(self, index: int) -> bool:
        """Whether something is said: a quotation, a clause, a subjunctive, a colon, ``wie ... berichtet``."""
        s = self.s
        begin, end = s.segments[index], s.segment_end(index)
        if self.quote_beside(index):
            return True
        if end < len(s) and s.words[end] == ":":
            return True
        if s.lower[begin] in {"wie", "so"} and begin < index:
            return True
        if any(at != index for at in self.reported):
            return True
        if end + 1 < len(s) and s.words[end] == ",":
            return s.lower[end + 1] in {"dass", "ob", "wie", "was", "warum", "wonach", "wer", "wann", "wo"}
        return False

    def _complement(self, index: int) -> bool:
        """Whether a comma ends the clause: what was said follows."""
        end = self.s.segment_end(index)
        return end < len(self.s) and self.s.words[end] == ","

    def _document(self, index: int) -> Phrase | None:
        """``In einer Erklärung hieß es``: the document that speaks."""
        s = self.s
        for phrase in self.between(max(s.segments[index], index - 20), min(s.segment_end(index), index + 15)):
            if phrase.governed in {"in", "im", "bei", "beim", "aus", "vom", "von"} and phrase.weight > -9:
                return phrase
        return None

    def _noun(self, index: int) -> Phrase | None:
        """``der Vorwurf der Regierung, ...``: the noun's genitive, when a clause or a colon follows."""
        s = self.s
        phrase = next((item for item in self.between(max(0, index - 4), index + 1) if item.head == index), None)
        if (
            phrase is None
            or phrase.last <= index + 1
            or s.words[phrase.last : phrase.last + 1] not in ([","], [":"], ["nach"], ["an"])
        ):
            return None
        following = s.lower[phrase.last + 1 : phrase.last + 2]
        said = following and (
            s.words[phrase.last] in {"nach", "an"}
            or following[0] in {"dass", "wonach", "ob"}
            or self.reported
            or s.words[phrase.last] == ":"
        )
        inner = self._inner_of(phrase, index)
        return inner if said and inner.weight >= 0.9 else None

    def _inner_of(self, phrase: Phrase, noun: int) -> Phrase:
        first = noun + 2 if self.s.lower[noun + 1] in {"von", "vom"} else noun + 1
        at = first
        while at < phrase.last - 1 and not self.s.capital(at):
            at += 1
        weight = max(german_weight(self.s.words[at], self.s.lower[at]), 1.0 if phrase.last - at > 1 else 0.0)
        return Phrase(first, phrase.last, at, weight)

    def _agent(self, index: int) -> Phrase | None:
        """Who does it in a passive: ``von der Polizei bestätigt``."""
        s = self.s
        for phrase in self.between(max(s.segments[index], index - 20), s.segment_end(index)):
            if phrase.governed in {"von", "vom"} and phrase.weight >= 0.9:
                return phrase
        return None

    def _subject(self, verb: int) -> Phrase | None:
        """The subject of the finite verb at a place.

        A conjunction or a relative pronoun in front sends the verb to the end and the subject right behind it. ``und``
        shares the subject of the verb before. Else it is the one phrase in front of the verb, or the first behind it;
        and a verb behind a comma may belong to a subject in front of an apposition.
        """
        s = self.s
        begin = s.segments[verb]
        lead = begin
        while lead < min(verb, begin + 6) and s.lower[lead] in _LEAD:
            lead += 1
        found = self._in_subclause(begin, lead, verb) or self._joined(lead, verb)
        if found:
            return found
        if lead == verb and begin >= 2 and s.words[begin - 1] == "," and not s.quoted[begin - 2]:
            stepped = self._over_apposition(begin)
            if stepped:
                return stepped
        return self._in_front_or_behind(begin, lead, verb)

    def _in_subclause(self, begin: int, lead: int, verb: int) -> Phrase | None:
        s = self.s
        if lead >= verb:
            return None
        opener = s.lower[lead]
        if opener in _SUBORDINATORS and not (opener in {"so", "als"} and verb == lead + 1):
            inside = self._first_subject(lead + 1, verb)
            return inside or (None if opener in {"so", "als", "da", "während"} else self._earlier(begin))
        relative = lead == begin >= 2 and s.words[begin - 1] == "," and opener in _RELATIVES
        if relative and s.segment_end(verb) - verb <= 2:
            return self._first_subject(lead + 1, verb, role=True) or self._ending_before(begin - 1)
        return None

    def _in_front_or_behind(self, begin: int, lead: int, verb: int) -> Phrase | None:
        before = self.starting.get(lead)
        if before and (before.governed or not before.subject or before.last > verb or before.weight <= TEMPORAL):
            before = None
        after = self._after(verb, self.s.segment_end(verb))
        if before and self._suits(before, plural=self.s.lower[verb].endswith("n")):
            adjacent = after is not None and after.first == verb + 1
            turned = adjacent and after is not None and after.pronoun and self.s.lower[after.first] != "es"
            beaten = adjacent and after is not None and after.weight >= 1.2 and before.weight < 0.7
            if not turned and not beaten:
                return before
        if after or before:
            return after or before
        return self._earlier(begin) if lead == verb else self._first_subject(begin, verb, role=True)

    def _over_apposition(self, verb: int) -> Phrase | None:
        """``Das Oberhaupt, Königin Elisabeth, bat``: back over one or two stretches to a phrase that stands alone."""
        s = self.s
        at = verb
        for count in range(3):
            at = s.segments[at - 2]
            if count and self._alone(at):
                return self.starting[at] if at in self.starting else self.starting[at + 1]
            if at < 2:
                return None
        return None

    def _alone(self, begin: int) -> bool:
        """Whether a stretch is one phrase that could be a subject, with what hangs on it by prepositions."""
        s = self.s
        lead = begin + 1 if s.lower[begin] in _LEAD | {"wie"} else begin
        phrase = self.starting.get(lead)
        if phrase is None or not phrase.subject or phrase.weight <= 0 or phrase.pronoun:
            return False
        end = s.segment_end(begin)
        place = phrase.last
        while place < end:
            following = self.starting.get(place + 1)
            if following is None or not following.governed:
                return False
            place = following.last
        return True

    def _joined(self, lead: int, verb: int) -> Phrase | None:
        """The subject that a verb behind ``und`` shares with the one before, or its own behind ``und``."""
        s = self.s
        low = max(s.segments[verb], verb - 14)
        for at in range(verb - 1, low - 1, -1):
            if s.lower[at] not in _AND:
                continue
            own = self.starting.get(at + 1)
            if own and own.last == verb and own.subject and own.weight > 0 and not s.lower[verb].endswith("n"):
                return own
            if at + 1 == verb or all(s.words[i].islower() for i in range(at + 1, verb)):
                after = self.starting.get(verb + 1)
                if after and after.pronoun:
                    return after
                if at > lead or at == s.segments[verb]:
                    shared = self.starting.get(lead)
                    if shared and shared.subject and shared.last <= at and shared.weight > -1:
                        return shared
                    return self._earlier(at)
            return None
        return None

    def _suits(self, phrase: Phrase, *, plural: bool) -> bool:
        """Number: ``der``, ``das`` and ``ein`` go with a verb in the plural only when ``und`` joins somebody else."""
        if not plural or phrase.article not in {"der", "das", "ein", "eine"}:
            return True
        return self.s.lower[phrase.last : phrase.last + 1] == ["und"]

    def _after(self, verb: int, end: int) -> Phrase | None:
        """The first phrase behind a verb that can be its subject."""
        for phrase in self.between(verb + 1, min(end, verb + 14)):
            if phrase.governed or phrase.weight <= TEMPORAL:
                continue
            if not phrase.subject:
                continue
            if phrase.weight >= 0.7 or phrase.pronoun or (phrase.first <= verb + 2 and phrase.weight >= 0):
                return phrase
            return None
        return None

    def _first_subject(self, first: int, last: int, *, role: bool = False) -> Phrase | None:
        best = None
        for phrase in self.between(first, min(last, first + REACH)):
            if not phrase.subject or phrase.weight <= TEMPORAL or (role and phrase.weight < 0.7 and not phrase.pronoun):
                continue
            if phrase.weight >= 0.7 or phrase.pronoun:
                return phrase
            best = best or phrase
        return best

    def _ending_before(self, index: int) -> Phrase | None:
        """The phrase in front of a sign: what a relative clause or ``so`` goes back to."""
        low = max(0, index - 12)
        candidates = [phrase for phrase in self.between(low, index) if phrase.weight > -1 and phrase.last <= index]
        if not candidates:
            return None
        last = candidates[-1]
        if last.governed and len(candidates) > 1 and candidates[-2].last == last.first - 1 and last.weight < 2:
            return candidates[-2]
        return last

    def _earlier(self, index: int) -> Phrase | None:
        """The subject of the clause before: over appositions and inserted clauses, back to the sentence's beginning."""
        s = self.s
        best: Phrase | None = None
        low = max(0, index - 60)
        seen = 0
        at = index
        while at > low and seen < 5:
            at = s.segments[at - 1] if s.segments[at - 1] < at else at - 1
            seen += 1
            if at >= len(s):
                continue
            lead = at
            while lead < min(index, at + 6) and s.lower[lead] in _LEAD:
                lead += 1
            if lead < len(s) and s.lower[lead] == "wie":
                lead += 1
            elif lead < len(s) and (s.lower[lead] in _SUBORDINATORS or self._relative(lead)):
                continue
            phrase = self._first_subject(lead, min(index, lead + 40))
            if phrase and (best is None or phrase.weight >= min(best.weight, 0.9)):
                best = phrase
        return best

    def _relative(self, index: int) -> bool:
        s = self.s
        return (
            index > 0
            and s.words[index - 1] == ","
            and s.lower[index] in _RELATIVES | {"dem", "den", "deren", "dessen"}
            and not s.capital(index + 1)
        )

    # Prepositions and other cues

    def _source(self, index: int) -> Iterator[Cue]:
        s = self.s
        lower = s.lower[index]
        phrase = self.starting.get(index + 1)
        if phrase is None and lower == "laut" and index + 1 < len(s) and "." in s.words[index + 1][1:]:
            phrase = Phrase(index + 1, index + 2, index + 1, 1.0, "laut", subject=False)
        if phrase is None or phrase.governed != lower:
            return
        if lower == "laut" or (lower == "gemäß" and phrase.weight >= 0.9):
            yield Cue(index, index + 1, self._inner(phrase))
            return
        noun = next(
            (at for at in range(phrase.head, phrase.last) if self._is_source(at, lower) and s.words[at][0].isupper()),
            None,
        )
        if noun is None:
            return
        if lower == "unter":
            following = self.starting.get(noun + 2)
            if s.lower[noun + 1 : noun + 2] == ["auf"] and following:
                yield Cue(noun, noun + 1, following)
            return
        if "eigenen" in s.lower[index:noun] or "eigener" in s.lower[index:noun]:
            yield Cue(index, noun + 1, self._own(index, noun), own=True)
            return
        inner = self._inner(phrase)
        yield Cue(index, index + 1 if inner is phrase else noun + 1, inner)

    def _is_source(self, index: int, preposition: str) -> bool:
        lower = self.s.lower[index]
        if preposition == "aus":
            return lower == "sicht"
        if preposition == "unter":
            return lower in {"berufung", "verweis"}
        return lower.endswith(DE_SOURCES)

    def _inner(self, phrase: Phrase) -> Phrase:
        """Of ``Angaben der Polizei`` the police, of ``Merkels Angaben`` Merkel, else the phrase as it stands."""
        s = self.s
        for at in range(phrase.head, phrase.last):
            if not s.lower[at].endswith(DE_SOURCES) or german_weight(s.words[at], s.lower[at]) >= 2:
                continue
            if at + 1 < phrase.last:
                inner = Phrase(at + 1, phrase.last, phrase.last - 1, 1.0)
                if s.lower[at + 1] in {"von", "vom"}:
                    inner.first = at + 2
                return inner
            following = self.starting.get(at + 2)
            if s.lower[at + 1 : at + 2] in (["von"], ["vom"], ["aus"]) and following:
                return following
            if at > phrase.first and s.words[at - 1][0].isupper() and s.lower[at - 1].endswith("s"):
                return Phrase(phrase.first, at, at - 1, 1.0)
        return phrase

    def _own(self, index: int, noun: int) -> Phrase | None:
        """Whose own figures: the subject of the clause, or of the sentence when the clause has none."""
        s = self.s
        begin, end = s.segments[index], s.segment_end(index)
        here = [
            phrase
            for phrase in (
                *self.between(max(begin, index - REACH), index),
                *self.between(noun + 1, min(end, noun + REACH)),
            )
            if phrase.subject and phrase.weight > -1
        ]
        named = [phrase for phrase in here if phrase.weight >= 0.9 or phrase.pronoun]
        verb = any(s.lower[at] in AUXILIARIES["de"] for at in range(max(begin, index - REACH), min(end, noun + REACH)))
        if named and (verb or begin == 0 or s.words[begin - 1] != ","):
            return named[0]
        return self._earlier(begin) or (here[0] if here else None)

    def _zufolge(self, index: int) -> Phrase | None:
        phrase = self.ending.get(index)
        return self._inner(phrase) if phrase else None

    def _wonach(self, index: int) -> Phrase | None:
        return self.ending.get(index - 1)

    def _rede(self, index: int) -> Phrase | None:
        """``In dem Brief war von ... die Rede``."""
        before = set(self.s.lower[max(0, index - 25) : index])
        if not ({"von", "vom"} & before and {"ist", "war", "sei"} & before):
            return None
        return self._document(index)

    def _hervor(self, index: int) -> Phrase | None:
        """``Das geht aus dem Bericht hervor``: the document that it goes out from."""
        s = self.s
        low = max(0, index - 25)
        if not {"geht", "gehe", "ging", "gehen", "gingen"} & set(s.lower[low:index]) and s.lower[index] == "hervor":
            return None
        documents = [phrase for phrase in self.between(low, index) if phrase.governed == "aus"]
        return documents[-1] if documents else None

    def _so(self, index: int) -> Phrase | None:
        """``..., so Köhler`` and ``So der Sprecher weiter``."""
        s = self.s
        if index and s.words[index - 1] not in ',–—“”"«-':
            return None
        phrase = self.starting.get(index + 1)
        if phrase is None or not phrase.subject or phrase.weight < 0 or phrase.pronoun:
            return None
        behind = phrase.last
        if behind >= len(s) or not s.words[behind][0].isalnum():
            return phrase
        return phrase if s.lower[behind] in _GOES_ON else None

    def _before_colon(self, index: int) -> Phrase | None:
        """``Köhler: „...“`` and ``Der Minister wörtlich: „...“``: a stretch without a verb of its own."""
        s = self.s
        if index == 0 or index + 1 >= len(s) or not s.quoted[index + 1]:
            return None
        begin = max(s.segments[index - 1], index - 30)
        if any(at < index for at in self.reported) or any(
            self._verb(at, s.lower[at]) for at in range(begin, index) if s.lower[at] in VERBS["de"].finite
        ):
            return None
        phrase = self._first_subject(begin, index, role=True)
        return phrase if phrase and phrase.weight >= 0.9 else None
