"""Words and noun phrases of a sentence: who could be its subject, and under which name.

No parser: closed classes, capital letters and endings. German tells nouns by their capitals and a subject by its
article; English by the order of words, so its phrases begin at an article, a possessive, a capital, or a noun of a
role (``officials``), and run to the next verb or sign.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from claims.language.words import AUXILIARIES, CLOSED, listed

_WORD = re.compile(r"[^\W_]+(?:[.'’&/+-][^\W_]+|(?<=\d),(?=\d)\d+)*+|[^\w\s]|_")

DE_PREPOSITIONS = listed("""
        in im ins an am ans auf aufs aus bei beim mit nach von vom vor zu zum zur über übers unter für fürs durch
        gegen ohne um bis seit während wegen trotz laut zwischen neben hinter innerhalb außerhalb anhand aufgrund
        angesichts statt gemäß mithilfe ab je pro per mangels mittels dank entlang gegenüber samt binnen inklusive
        anlässlich bezüglich hinsichtlich seitens zugunsten zwecks infolge anstelle namens
        """)
EN_PREPOSITIONS = listed("""
        in on at by for with from to of about after before during since until till under over between among against
        without within through throughout across into onto upon near behind beyond above below off around along amid
        toward towards per via despite like unlike as
        """)
_DE_SUBJECT_ARTICLES = listed("""
        der die das ein eine kein keine mein meine sein seine ihr ihre unser unsere euer eure dieser diese dieses
        jener jene jenes jeder jede jedes alle manche einige viele mehrere beide wenige zahlreiche etliche solche
        verschiedene
        """)
_DE_OTHER_ARTICLES = listed("""
        den dem des einen einem einer eines keinen keinem keiner keines meinen meinem meiner meines seinen seinem
        seiner seines ihren ihrem ihrer ihres unseren unserem unserer unseres diesen diesem jenen jenem jedem jeden
        allen aller manchen mancher einigen einiger vielen vieler mehreren mehrerer beiden beider
        """)
_DE_OPENERS = listed("""
    dies hierzu sofort danach demnach davon ebenso hierdurch hiermit hieran hierauf hiervon mehrfach mehrmals
    erneut erstmals
    erst kurz kürzlich vergangene bereits spätestens frühestens anschließend abschließend zusätzlich nachdem gleich
    daraufhin somit insoweit soweit bisherig wörtlich weiters vorgestern neulich jüngst letztlich schlussendlich wohl
    sodann offiziell intern öffentlich scharf deutlich heftig ausdrücklich laut soviel sollte sollten wäre hätte
    kann könnte
    muss müsste würde wird ist sind war hat hatte hieß heißt gibt gab beispielsweise insofern umgekehrt möglicherweise
    """)
"""Adverbs and verbs that open a sentence with a capital letter and are no names."""

_DE_GENITIVE = listed("""
        der des eines einer seiner seines ihrer ihres dieser dieses unserer unseres aller mehrerer
        """)
_DE_NUMBERS = listed("zwei drei vier fünf sechs sieben acht neun zehn elf zwölf hundert tausend")
_DE_PRONOUNS = listed("er sie es wir ich man dieser diese ersterer letzterer jemand")
_EN_PRONOUNS = listed("he she it they we i")
_EN_ARTICLES = listed("""
        the a an this that these those my your his her its our their some any each every all both many most several
        few another other two three four five six seven eight nine ten one
        """)
_EN_STOP = listed("""
        that which who whom whose where when while because although though if unless whether than but so yet however
        """)
_PARTICLES = listed("""
        von van de der den du da di del della bin ibn al el la le zu of and the for und & ten ter
        """)
_NAME_INSIDE = listed("of for and the &")

_DE_AGENTS = tuple(
    sorted(
        listed("""
        sprecher sprecherin sprechers minister ministerin präsident präsidentin präsidenten kanzler kanzlerin chef
        chefin leiter leiterin direktor direktorin vorsitzende vorsitzender vorsitzenden polizei polizist polizistin
        behörde behörden amt ämter ministerium ministerien regierung regierungen partei parteien verband verbände
        verein vereins gewerkschaft gewerkschaften unternehmen konzern konzerne firma firmen zeitung zeitungen
        magazin sender agentur agenturen institut universität hochschule forscher forscherin forscherinnen
        wissenschaftler wissenschaftlerin experte experten expertin expertinnen anwalt anwälte anwältin richter
        richterin gericht gerichte gerichtshof staatsanwalt staatsanwältin staatsanwaltschaft abgeordnete
        abgeordneter abgeordneten politiker politikerin bürgermeister bürgermeisterin gouverneur gouverneurin
        senator senatorin general kommission kommissar kommissarin rat ausschuss organisation organisationen
        stiftung bank studie bericht autor autorin autoren journalist journalistin journalisten zeuge zeugen opfer
        arzt ärztin ärzte professor professorin trainer trainerin manager managerin betreiber anwohner kritiker
        fraktion opposition koalition bündnis kreml papst bischof könig königin sekretär sekretärin botschafter
        botschafterin beauftragte beauftragter kandidat kandidatin gründer gründerin analyst analysten ermittler
        mann frau angehörige beobachter mitarbeiter kollege kollegin verwaltung leitung führung vertreter
        vertreterin nachrichtenagentur presse medien vorstand aufsichtsrat geschäftsführer geschäftsführerin
        mediziner ökonom ökonomin ökonomen historiker astronom astronomen physiker biologe biologin diplomat
        diplomaten offizier soldat armee militär marine feuerwehr kirche gemeinde stadt land verlag redaktion
        hersteller anbieter entwickler start-up startup gesellschaft initiative klub club union fonds zentrum büro
        dienst geheimdienst wetterdienst parlament bundestag bundesrat senat kongress kabinett präsidium staatschef
        premier verteidiger kläger angeklagte angeklagter beschuldigte blatt portal plattform publikation
        zeitschrift wochenzeitung chefredakteur redakteur korrespondent moderator regisseur künstler schauspieler
        sänger musiker sportler spieler veranstalter teilnehmer demonstranten aktivist aktivisten aktivistin
        umweltschützer naturschützer tierschützer bauern lehrer schüler studenten eltern bürger nutzer kunden leute
        menschen arbeitgeber arbeitnehmer unternehmer vize obmann landeshauptmann nationalrat bundesamt landesamt
        hauptstadt liga allianz
        """)
    )
)
_DE_TEMPORAL = tuple(
    sorted(
        listed("""
        montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag januar jänner februar märz april mai
        juni juli august september oktober november dezember uhr jahr jahre jahren jahres woche wochen tag tage
        tagen monat monate monaten monats abend morgen mittag nachmittag vormittag nacht stunde stunden minute
        minuten mal wochenende anfang mitte ende zeit zeitpunkt
        """)
    )
)
_DE_ABSTRACT = ("ung", "ungen", "heit", "keit", "tion", "tionen", "nis", "tät", "ismus", "schuld", "tum", "mus", "enz")
_DE_PERSON_ENDS = ("er", "erin", "ist", "isten", "istin", "innen", "or", "oren", "ologe", "ologen", "eur", "ent", "ant")
_EN_AGENTS = listed("""
        spokesman spokeswoman spokesperson minister president chancellor chief head director chair chairman
        chairwoman police officer agency authority ministry government party association union company corporation
        firm newspaper magazine broadcaster institute university college researcher scientist expert lawyer attorney
        judge court prosecutor lawmaker politician mayor governor senator general commission commissioner council
        committee organisation organization foundation bank study report author journalist reporter witness victim
        doctor professor coach player manager operator resident critic opposition coalition secretary ambassador
        candidate founder analyst investigator executive ceo employee representative board economist historian
        diplomat soldier army military church city state publisher maker developer startup start-up group fund
        centre center office department service parliament congress cabinet premier defendant official regulator
        campaigner activist teacher student parent voter farmer owner adviser advisor watchdog charity survey data
        figures source sources people publication paper outlet lab laboratory team administration leader member
        """)
_EN_TEMPORAL = listed("""
        monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
        september october november december year years week weeks day days month months morning evening night
        afternoon today yesterday
        """)
EN_SKIP = listed("""
        also later then never not still already now earlier just again often repeatedly publicly once even has had
        have is was were are been be himself herself itself themselves both only always since
        """)


class Sentence:
    """The words of one sentence. ``quoted[i]``: the word stands within quotation marks, which are words themselves."""

    __slots__ = (
        "ends",
        "language",
        "lower",
        "phrases",
        "quoted",
        "segment_ends",
        "segments",
        "starts",
        "text",
        "words",
    )

    def __init__(self, text: str, start: int, end: int, quotes: Sequence[tuple[int, int]], language: str) -> None:
        self.text = text
        self.language = language
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in _WORD.finditer(text, start, end):
            self.words.append(match[0])
            self.starts.append(match.start())
            self.ends.append(match.end())
        self.lower = [word.lower() for word in self.words]
        self.quoted = self._inside(quotes)
        self.segments = list(range(len(self.words)))
        self.segments = self._segments()
        self.segment_ends = self._segment_ends()
        self.phrases: list[Phrase] = german_phrases(self) if language == "de" else english_phrases(self)

    def __len__(self) -> int:
        return len(self.words)

    def _inside(self, quotes: Sequence[tuple[int, int]]) -> list[bool]:
        flags = [False] * len(self.words)
        if not quotes:
            return flags
        index = 0
        for position, start in enumerate(self.starts):
            while index < len(quotes) and quotes[index][1] <= start:
                index += 1
            if index == len(quotes):
                break
            flags[position] = quotes[index][0] <= start
        return flags

    def _segments(self) -> list[int]:
        """For every word the index of the first word of its stretch between signs; brackets behind a name are none."""
        begins = []
        current = 0
        depth = 0
        for index, word in enumerate(self.words):
            if word == "(":
                depth += 1
            elif word == ")":
                depth = max(0, depth - 1)
            elif word == "," and self._enumerates(index):
                pass
            elif not depth and (word in ",;:–—!?…" or (word == "-" and self._free(index))):
                begins.append(index)
                current = index + 1
                continue
            elif not depth and self._quote_turns(index) and self._long_quote(index):
                current = index
            begins.append(current)
        return begins

    def _quote_turns(self, index: int) -> bool:
        """Whether a quotation begins here or ended right before."""
        return self.quoted[index] != (index > 0 and self.quoted[index - 1])

    def _enumerates(self, index: int) -> bool:
        """A comma within a list of names: ``Großbritannien, Deutschland und Kanada``."""
        if not (self.capital(index - 1) and self.capital(index + 1)) or index + 3 >= len(self.words):
            return False
        return self.lower[index + 2] in {"und", "and", "oder", "or", "sowie"} and self.capital(index + 3)

    def _free(self, index: int) -> bool:
        """A hyphen with a space on both sides stands for a dash."""
        return (
            0 < index < len(self.words) - 1
            and self.ends[index - 1] < self.starts[index]
            and self.ends[index] < self.starts[index + 1]
        )

    def _long_quote(self, index: int) -> bool:
        """Whether the quotation that begins or ended here is more than a name of a few words."""
        step = 1 if self.quoted[index] else -1
        position = index if self.quoted[index] else index - 1
        for count in range(9):
            at = position + step * count
            if not 0 <= at < len(self.words) or not self.quoted[at]:
                return False
        return True

    def _segment_ends(self) -> list[int]:
        """For every word the index behind the last word of its stretch."""
        ends = [len(self.words)] * len(self.words)
        for index in range(len(self.words) - 2, -1, -1):
            ends[index] = ends[index + 1] if self.segments[index] == self.segments[index + 1] else index + 1
        return ends

    def segment_end(self, index: int) -> int:
        """The index behind the last word of the stretch that ``index`` stands in."""
        return self.segment_ends[index]

    def capital(self, index: int) -> bool:
        """A word with a capital letter that is no word of a closed class at the beginning of a sentence."""
        if not 0 <= index < len(self.words):
            return False
        word = self.words[index]
        if not word[0].isalpha() or not (word[0].isupper() or any(letter.isupper() for letter in word[1:3])):
            return False
        closed = CLOSED.get(self.language, frozenset())
        if (
            index == self.segments[index]
            and self.language == "de"
            and word.istitle()
            and self.lower[index] in _DE_OPENERS
        ):
            return False
        return not (self.lower[index] in closed and (word.istitle() or len(word) == 1))

    def piece(self, first: int, last: int) -> str:
        """The text from word ``first`` up to, not including, word ``last``."""
        return self.text[self.starts[first] : self.ends[last - 1]]


TEMPORAL = -9.0
"""The weight of a time: it never speaks."""

NAMELESS = (0, 0)
"""The place of a name that is not there."""


@dataclass(slots=True)
class Phrase:
    """A noun phrase: words ``first`` up to ``last``, ``head`` the noun that carries it.

    ``weight`` says how much it looks like somebody who speaks: 2 a role or a body, 1 a name, 0 unknown, below 0 a
    matter or a time. ``name`` is the part that is a name, as words, or empty.
    """

    first: int
    last: int
    head: int
    weight: float
    governed: str = ""
    """The preposition in front, or an empty text."""
    subject: bool = True
    """Whether its form lets it be a subject."""
    article: str = ""
    pronoun: bool = False
    name: tuple[int, int] = NAMELESS
    person: bool | None = None


def german_phrases(sentence: Sentence) -> list[Phrase]:
    """The noun phrases of a German sentence in order, pronouns among them."""
    phrases: list[Phrase] = []
    index = 0
    size = len(sentence)
    while index < size:
        found = _german_phrase(sentence, index)
        if found is None:
            index += 1
            continue
        phrases.append(found)
        index = max(found.last, index + 1)
    return phrases


def _german_phrase(s: Sentence, begin: int) -> Phrase | None:
    index = begin
    governed = ""
    if s.lower[index] in DE_PREPOSITIONS and index + 1 < len(s) and not _conjunction(s, index):
        governed = s.lower[index]
        index += 1
    lower = s.lower[index]
    article = ""
    if lower in _DE_SUBJECT_ARTICLES or lower in _DE_OTHER_ARTICLES:
        article = lower
        index = _over_attribute(s, index + 1)
    else:
        index = _over_adjectives(s, index)
    noun = index
    if noun >= len(s) or not _noun_at(s, noun):
        return _german_pronoun(s, begin, governed)
    if s.words[noun] in '„“"»‚':
        last = _quoted_name(s, noun)
        if not last:
            return None
        head = noun + 1
    else:
        last = _noun_run(s, noun)
        head = noun
    if not governed and not article and s.lower[begin] not in DE_PREPOSITIONS:
        begin = noun if begin == noun else begin
    subject = not governed and _nominative(s, article, noun, begin)
    first = begin + (1 if governed else 0)
    phrase = Phrase(first, last, head, 0.0, governed, subject, article)
    _name_german(s, phrase, noun, last)
    phrase.last = _attachments(s, last, names=phrase.weight >= 2.0 and bool(_is_person_role(s.lower[noun])))
    return phrase


def _conjunction(s: Sentence, index: int) -> bool:
    """``während`` in front of a subject: no genitive follows."""
    following = s.lower[index + 1]
    return s.lower[index] == "während" and (following in {"die", "das", "ein", "eine"} or s.capital(index + 1))


def _german_pronoun(s: Sentence, begin: int, governed: str) -> Phrase | None:
    lower = s.lower[begin]
    if not governed and lower in _DE_PRONOUNS:
        return Phrase(begin, begin + 1, begin, 1.0, pronoun=True)
    if lower in {"einer", "eine", "eines"} and begin + 1 < len(s) and s.lower[begin + 1] in {"der", "von"}:
        return Phrase(begin, _attachments(s, begin + 1), begin, 1.0)
    return None


def _noun_at(s: Sentence, index: int) -> bool:
    return s.capital(index) or (s.words[index] in '„“"»‚' and bool(_quoted_name(s, index)))


def _over_adjectives(s: Sentence, index: int) -> int:
    """Over numbers and adjectives in front of a noun without an article: ``führende Vertreter``, ``zwei Forscher``."""
    position = index
    while position < min(len(s), index + 4) and not _noun_at(s, position):
        word = s.words[position]
        if not (word[0].isdigit() or (word.islower() and _adjective(word))):
            return index
        if s.lower[position] in CLOSED["de"] or s.lower[position] in AUXILIARIES["de"]:
            return index
        position += 1
    return position if position < len(s) else index


def _is_article(word: str) -> bool:
    return word in _DE_SUBJECT_ARTICLES or word in _DE_OTHER_ARTICLES or word in _DE_PRONOUNS


def _adjective(word: str) -> bool:
    return word in _DE_NUMBERS or (word.endswith(("e", "er", "en", "em")) and not word.endswith(("te", "ten")))


def _over_attribute(s: Sentence, index: int) -> int:
    """Over what stands between an article and its noun: adjectives, or ``in Wuhan ansässige``, twelve words at most."""
    position = index
    limit = min(len(s), index + 12)
    if position < limit and s.lower[position] in DE_PREPOSITIONS and s.lower[position] != "laut":
        for at in range(position + 2, limit - 1):
            word = s.words[at]
            if word in ",;:.":
                break
            if word.islower() and word.endswith(("e", "er", "es", "en")) and _noun_at(s, at + 1) and s.capital(at - 1):
                return at + 1
        return position
    while position < limit and not _noun_at(s, position):
        word = s.words[position]
        if not (word[0].isalnum() or word in "„“-") or s.lower[position] in AUXILIARIES["de"] or _is_article(word):
            return position
        if word.islower() and not word.endswith(("e", "er", "es", "en", "em", "n", "st", "sehr", "so", "o", "a")):
            return position
        position += 1
    return position


def _quoted_name(s: Sentence, index: int) -> int:
    """Where a name in quotation marks ends, at most seven words: ``„Süddeutsche Zeitung“``; 0 when it is none."""
    if not s.quoted[index] or (index and s.quoted[index - 1]):
        return 0
    for at in range(index + 1, min(len(s), index + 9)):
        if s.words[at] in '“”"«‘' or at + 1 == len(s) or not s.quoted[at + 1]:
            inner = s.words[index + 1 : at]
            if inner and inner[0][0].isupper() and inner[-1][-1].isalnum():
                return at + 1
            return 0
    return 0


def _noun_run(s: Sentence, index: int) -> int:
    """Behind the last of the capitalised words that follow each other, with numbers, initials and name particles."""
    position = index + 1
    while position < min(len(s), index + 14):
        word = s.words[position]
        if s.capital(position) or (word[0].isdigit() and s.words[position - 1][0].isalpha() and "%" not in word):
            if word[0].isdigit() and position + 1 < len(s) and s.capital(position + 1):
                break
            position += 1
        elif word in '„“"»‚' and (end := _quoted_name(s, position)):
            position = end
        elif (
            (word == "." and len(s.words[position - 1]) <= 4 and s.ends[position - 1] == s.starts[position])
            or (word in _NAME_INSIDE or (word in _PARTICLES and word not in {"der", "den", "und", "zu", "von"}))
        ) and s.capital(position + 1):
            position += 2
        else:
            break
    return position


def _attachments(s: Sentence, last: int, *, names: bool = True) -> int:
    """Over what belongs to the noun before: ``(CDU)``, a genitive, behind a role ``von New Orleans``."""
    for _ in range(3):
        if last >= len(s):
            return last
        word = s.lower[last]
        if s.words[last] == "(":
            close = next((at for at in range(last + 1, min(len(s), last + 6)) if s.words[at] == ")"), 0)
            if not close:
                return last
            last = close + 1
        elif word in _DE_GENITIVE or (names and word in {"von", "vom"}):
            noun = last + 1
            if word == "von" and noun < len(s) and s.lower[noun] in {"der", "den", "dem", "einem", "einer"}:
                noun += 1
            noun = _over_attribute(s, noun)
            if noun >= len(s) or not s.capital(noun) or noun - last > 5:
                return last
            last = _noun_run(s, noun)
        else:
            return last
    return last


def _nominative(s: Sentence, article: str, noun: int, begin: int) -> bool:
    if article in _DE_OTHER_ARTICLES:
        return False
    if article in {"der", "dieser", "jener"}:
        before = s.lower[noun - 1]
        if noun - 1 > begin and before.endswith("en") and before not in {"", article}:
            return False
        word = s.lower[noun]
        feminine = (
            "ung",
            "heit",
            "keit",
            "schaft",
            "ion",
            "tät",
            "polizei",
            "partei",
            "behörde",
            "bank",
            "presse",
            "in",
        )
        short = (
            len(word) > 4 and word.endswith(feminine) and not word.endswith(("verein", "sprung", "termin", "benjamin"))
        )
        return not short
    return True


def german_weight(word: str, lower: str) -> float:
    """How much a German noun looks like somebody who can say something; see :class:`Phrase`."""
    if lower.endswith(_DE_AGENTS):
        return 2.0
    last = lower.rpartition("-")[2]
    if lower.endswith(_DE_TEMPORAL) and (last in _DE_TEMPORAL or lower.endswith(("tag", "woche", "jahr", "abend"))):
        return TEMPORAL
    if len(word) > 1 and (word.isupper() or any(letter.isupper() for letter in word[1:])) and "-" not in word:
        return 1.5
    if lower.endswith(_DE_ABSTRACT):
        return -1.0
    if lower.endswith(_DE_PERSON_ENDS):
        return 0.7
    return 0.0


def _name_german(s: Sentence, phrase: Phrase, noun: int, last: int) -> None:
    """Sets weight, name and kind of a phrase by the nouns it is made of."""
    weight = german_weight(s.words[noun], s.lower[noun])
    count = last - noun
    role = weight >= 2.0 or (weight == 0.7 and count > 1)
    phrase.weight = weight
    if weight <= TEMPORAL:
        return
    if s.words[noun] in '„“"»‚':
        phrase.name, phrase.weight = (noun + 1, last - 1), 1.0
    elif count > 1 and (role or phrase.article or weight < 0):
        first = noun + 1
        while first < last - 1 and german_weight(s.words[first], s.lower[first]) >= 2.0:
            first += 1
        if s.words[first] in '„“"»‚':
            phrase.name = (first + 1, last - 1)
        elif s.words[first][0].isupper():
            phrase.name = (first, last)
        phrase.weight = max(weight, 1.0)
        phrase.person = _is_person_role(s.lower[noun])
    elif count > 1:
        phrase.name = (noun, last)
        phrase.weight = max(weight, 1.2)
    elif weight == 1.5 or (not phrase.article and weight in {0.0, 0.7} and phrase.first == noun):
        phrase.name = (noun, last)
        phrase.weight = max(weight, 0.9)


_ORG_ENDS = tuple(
    sorted(
        listed("""
        unternehmen konzern firma start-up startup behörde amt ministerium regierung partei verband verein
        gewerkschaft zeitung magazin sender agentur institut universität hochschule gericht organisation stiftung
        bank fraktion publikation portal plattform hersteller anbieter entwickler betreiber gesellschaft initiative
        klub club union fonds zentrum zeitschrift
        """)
    )
)


def _is_person_role(lower: str) -> bool | None:
    if lower.endswith(_ORG_ENDS):
        return False
    return True if lower.endswith(_DE_AGENTS) or lower.endswith(_DE_PERSON_ENDS) else None


def english_phrases(s: Sentence) -> list[Phrase]:
    """The noun phrases of an English sentence in order, pronouns among them."""
    phrases: list[Phrase] = []
    index = 0
    while index < len(s):
        found = _english_phrase(s, index)
        if found is None:
            index += 1
            continue
        phrases.append(found)
        index = max(found.last, index + 1)
    return phrases


def _english_phrase(s: Sentence, begin: int, depth: int = 0) -> Phrase | None:
    index = begin
    governed = ""
    if s.lower[index] in EN_PREPOSITIONS and index + 1 < len(s):
        governed = s.lower[index]
        index += 1
    lower = s.lower[index]
    if not governed and lower in _EN_PRONOUNS:
        return Phrase(index, index + 1, index, 1.0, pronoun=True)
    article = lower if lower in _EN_ARTICLES else ""
    if not article and not s.capital(index) and not _english_agent(lower):
        if not (index + 1 < len(s) and _english_agent(s.lower[index + 1]) and lower.isalpha()):
            return None
        if lower in CLOSED["en"] or lower in AUXILIARIES["en"]:
            return None
    first = index
    last = _english_run(s, index + (1 if article else 0), has_article=bool(article))
    if last <= first or (article and last == first + 1):
        return None
    phrase = Phrase(first, last, last - 1, 0.0, governed, not governed, article)
    _name_english(s, phrase)
    phrase.last = _english_attachments(s, last, depth)
    return phrase


def _english_agent(lower: str) -> bool:
    return (
        lower in _EN_AGENTS
        or (lower.endswith("s") and lower[:-1] in _EN_AGENTS)
        or (lower.endswith("ies") and lower[:-3] + "y" in _EN_AGENTS)
    )


def _english_run(s: Sentence, index: int, *, has_article: bool) -> int:
    position = index
    end = index
    while position < min(len(s), index + 10):
        word, lower = s.words[position], s.lower[position]
        if s.capital(position):
            position += 1
            end = position
        elif word in {"'s", "’s"} or lower in {"'s", "’s"}:
            position += 1
        elif (
            (lower in _NAME_INSIDE or (word == "." and len(s.words[position - 1]) <= 4))
            and position > index
            and s.capital(position - 1)
            and s.capital(position + 1)
        ):
            position += 2
            end = position
        elif word.isalpha() and _english_agent(lower):
            position += 1
            end = position
        elif (
            (has_article or position == index)
            and word[0].isalnum()
            and lower not in CLOSED["en"]
            and lower not in AUXILIARIES["en"]
            and not lower.endswith("ly")
        ):
            if end and position > index and _english_agent(s.lower[position - 1]):
                break
            position += 1
            end = position if has_article else end
        else:
            break
    return end


def _english_attachments(s: Sentence, last: int, depth: int) -> int:
    """Over ``of ...``, ``for the ...``, ``at ...`` behind a role."""
    for _ in range(2):
        if depth > 2 or last + 1 >= len(s) or s.lower[last] not in {"of", "for", "at", "from"}:
            return last
        inner = _english_phrase(s, last, depth + 1)
        if inner is None:
            return last
        last = inner.last
    return last


def _name_english(s: Sentence, phrase: Phrase) -> None:
    first, last = phrase.first, phrase.last
    head = s.lower[last - 1]
    if head in _EN_TEMPORAL:
        phrase.weight = TEMPORAL
        return
    capitals = [index for index in range(first, last) if s.capital(index)]
    agents = [index for index in range(first, last) if not s.capital(index) and _english_agent(s.lower[index])]
    phrase.weight = 2.0 if agents or _english_agent(head) else 1.2 if capitals else 0.0
    if capitals and capitals[-1] == last - 1:
        begin = last - 1
        while begin > first and (
            s.capital(begin - 1) or s.lower[begin - 1] in _NAME_INSIDE or s.words[begin - 1] == "."
        ):
            begin -= 1
        while begin < last - 1 and not s.capital(begin):
            begin += 1
        phrase.name = (begin, last)
        titled = [index for index in range(begin, last) if _english_agent(s.lower[index])]
        if titled and titled[0] == begin and last - begin > 1 and s.lower[begin] not in {"university", "bank"}:
            phrase.name = (begin + 1, last)
            phrase.person = True
