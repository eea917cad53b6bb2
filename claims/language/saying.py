"""Words of saying: by which verbs, nouns and prepositions a text gives somebody else's words. Own lists.

German verbs are written down once and inflected here. A separable verb has a bar: ``mit|teilen`` gives ``teilte`` with
``mit`` further on, ``mitteilte`` and ``mitgeteilt``. A strong verb has its forms behind it: infinitive, present, past,
participle.

Some verbs speak by themselves (``sagte``, ``forderte``). Others do so only with something that is said: a quotation, a
clause with ``dass``, a subjunctive (``nannte``, ``found``); those are *weak*. Others again need a certain word near
them (``sprach von``, ``vertrat die Ansicht``).
"""

from dataclasses import dataclass
from typing import NamedTuple

from claims.language.words import listed


@dataclass(frozen=True, slots=True)
class Saying:
    """What a form of a verb asks for before it counts as a cue.

    ``particle`` is the separated part of the verb, ``near`` the words of which one must stand in the clause; both empty
    when nothing is asked. ``weak`` verbs need words that are said.
    """

    lemma: str
    particle: str = ""
    near: frozenset[str] = frozenset()
    weak: bool = False


class Forms(NamedTuple):
    """Forms of verbs in lower case and what each may be."""

    finite: dict[str, tuple[Saying, ...]]
    participles: dict[str, tuple[Saying, ...]]


_DE_PLAIN = """
sagen erklären betonen behaupten berichten melden vermelden äußern versichern bekräftigen bestätigen ergänzen erläutern
erwidern entgegnen antworten fordern verlangen warnen mahnen ermahnen kritisieren beklagen bemängeln monieren rügen
tadeln loben begrüßen würdigen verurteilen dementieren bezeichnen konstatieren resümieren kommentieren vermuten
prognostizieren mutmaßen spekulieren argumentieren beteuern beschuldigen bezichtigen drohen appellieren plädieren
signalisieren verkünden verlautbaren informieren befürchten bezweifeln unterstellen beanstanden befürworten
diagnostizieren urteilen folgern schlussfolgern präzisieren erzählen schildern offenbaren enthüllen beantragen
versprechen|verspricht|versprach|versprochen widersprechen|widerspricht|widersprach|widersprochen
unterstreichen|unterstreicht|unterstrich|unterstrichen bestreiten|bestreitet|bestritt|bestritten
gestehen|gesteht|gestand|gestanden beschreiben|beschreibt|beschrieb|beschrieben empfehlen|empfiehlt|empfahl|empfohlen
bekennen|bekennt|bekannte|bekannt zitieren leugnen prophezeien beteuern rechtfertigen begründen attestieren
bescheinigen
erinnern danken bitten|bittet|bat|gebeten raten|rät|riet|geraten verneinen bejahen bedauern
beschwören|beschwört|beschwor|beschworen
meinen schreiben|schreibt|schrieb|geschrieben referieren postulieren twittern posten mutmaßen orakeln
kolportieren verweigern
mit|teilen an|kündigen ein|räumen hinzu|fügen fest|stellen klar|stellen richtig|stellen dar|legen aus|führen
voraus|sagen
vorher|sagen an|mahnen an|prangern an|regen an|merken an|deuten zu|sagen zu|sichern auf|fordern auf|zeigen
nach|fragen an|klagen ab|lehnen dar|stellen
vor|werfen|wirft|warf|geworfen vor|schlagen|schlägt|schlug|geschlagen an|geben|gibt|gab|gegeben
zu|geben|gibt|gab|gegeben bekannt|geben|gibt|gab|gegeben wieder|geben|gibt|gab|gegeben
hervor|heben|hebt|hob|gehoben hin|weisen|weist|wies|gewiesen zurück|weisen|weist|wies|gewiesen
ein|wenden|wendet|wandte|gewandt nahe|legen bloß|stellen auf|rufen|ruft|rief|gerufen
ab|streiten|streitet|stritt|gestritten
aus|sprechen|spricht|sprach|gesprochen an|sprechen|spricht|sprach|gesprochen
zu|stimmen bei|pflichten aus|richten an|nehmen|nimmt|nahm|genommen
voraus|sehen|sieht|sah|gesehen bekannt|machen deutlich|machen klar|machen geltend|machen aufmerksam|machen
aus|gehen|geht|ging|gegangen aus|schließen|schließt|schloss|geschlossen ein|stufen ein|schätzen
bemerken
bekunden geloben insistieren kontern bilanzieren
raunen rätseln proklamieren bezeugen beschweren distanzieren
entschuldigen an|kreiden ein|werfen|wirft|warf|geworfen aus|sagen nach|legen
entgegen|halten|hält|hielt|gehalten
vor|halten|hält|hielt|gehalten zu|rufen|ruft|rief|gerufen ein|treten|tritt|trat|getreten
verheißen|verheißt|verhieß|verheißen
heraus|finden|findet|fand|gefunden zusammen|fassen vor|tragen|trägt|trug|getragen vor|rechnen
zu|gestehen|gesteht|gestand|gestanden
"""

_DE_WEAK = """
nennen|nennt|nannte|genannt finden|findet|fand|gefunden glauben denken|denkt|dachte|gedacht hoffen erwarten wünschen
zeigen schätzen werten bewerten fragen klagen rufen|ruft|rief|gerufen reagieren wiederholen scherzen spotten jubeln
schimpfen wettern poltern flüstern schreien|schreit|schrie|geschrien stöhnen seufzen lachen formulieren
ermitteln zweifeln fürchten überlegen planen beschließen|beschließt|beschloss|beschlossen
entscheiden|entscheidet|entschied|entschieden
heißen|heißt|hieß|geheißen
lesen|liest|las|gelesen belegen ergeben|ergibt|ergab|ergeben berechnen errechnen entnehmen|entnimmt|entnahm|entnommen
erfahren|erfährt|erfuhr|erfahren wissen|weiß|wusste|gewusst verraten|verrät|verriet|verraten
vertreten|vertritt|vertrat|vertreten verteidigen
erachten befinden|befindet|befand|befunden freuen wundern ärgern empören drängen beharren pochen
erkennen|erkennt|erkannte|erkannt
schwören|schwört|schwor|geschworen auf|fassen unterrichten
fort|fahren|fährt|fuhr|gefahren ein|gestehen|gesteht|gestand|gestanden durch|blicken
"""

_DE_NEAR = """
sehen|sieht|sah|gesehen: beweis beleg zeichen anzeichen gefahr chance grund ursache problem signal hinweis vorteil \
versuch bedrohung möglichkeit verantwortung schuld fehler bedarf notwendigkeit anlass keinen keine
halten|hält|hielt|gehalten: für
werten: als
verweisen|verweist|verwies|verwiesen: auf
vertreten|vertritt|vertrat|vertreten: ansicht auffassung meinung standpunkt position these haltung
üben: kritik
erheben|erhebt|erhob|erhoben: vorwurf vorwürfe anklage klage einspruch
äußern: sich
rechnen: mit
bringen|bringt|brachte|gebracht: ausdruck sprache
kommen|kommt|kam|gekommen: schluss ergebnis
lassen|lässt|ließ|gelassen: verlauten verlautbaren wissen durchblicken
stellen: abrede aussicht
geben|gibt|gab|gegeben: protokoll verstehen kenntnis auskunft
nehmen|nimmt|nahm|genommen: stellung
verleihen|verleiht|verlieh|verliehen: ausdruck
treten|tritt|trat|getreten: entgegen
setzen: einsetzen
zeigen: überzeugt besorgt zuversichtlich erfreut enttäuscht optimistisch skeptisch empört bestürzt zufrieden \
überrascht \
entsetzt erleichtert erschüttert betroffen offen gesprächsbereit
geben|gibt|gab|gegeben: überzeugt zuversichtlich optimistisch gelassen skeptisch kämpferisch bedeckt
sprechen|spricht|sprach|gesprochen: von
berufen|beruft|berief|berufen: auf
machen: verantwortlich
werfen|wirft|warf|geworfen: vor
"""

_EN_PLAIN = """
say|says|said|said tell|tells|told|told claim state assert announce argue insist contend maintain allege warn stress
emphasise emphasize acknowledge concede admit|admits|admitted|admitted confirm deny|denies|denied|denied declare report
explain reply|replies|replied|replied respond reiterate criticise criticize condemn demand urge caution predict
forecast
estimate propose recommend reveal disclose testify|testifies|testified|testified remark complain conclude boast vow
pledge promise accuse praise deplore denounce write|writes|wrote|written tweet post recount describe dispute
suggest assure inform advise speculate quip opine counter reject dismiss
"""
_EN_WEAK = """
add note observe believe think|thinks|thought|thought hope expect fear find|finds|found|found show|shows|showed|shown
call consider see|sees|saw|seen point|points|pointed|pointed know|knows|knew|known ask indicate feel|feels|felt|felt
agree doubt worry|worries|worried|worried continue joke shout cry|cries|cried|cried read|reads|read|read
learn imply|implies|implied|implied hint warrant discover decide determine calculate welcome
"""
DE_SAYING_NOUNS = listed("""
    vorwurf vorwürfe forderung forderungen kritik ankündigung aussage aussagen behauptung behauptungen ansicht meinung
    auffassung überzeugung einschätzung erklärung warnung begründung vorschlag appell aufruf versprechen verdacht these
    prognose hinweis argument klage
    """)
"""Nouns that carry what was said in a clause behind them: ``der Vorwurf der Regierung, ...``."""

SEPARABLE = listed("""
    ab an auf aus bei ein fest fort her hin los mit nach statt teil um vor weg weiter wieder zu zurück zusammen durch
    entgegen frei heraus herum hinaus vorbei voraus vorweg dar bekannt klar bloß hervor hinzu nahe nieder über unter
    """)
"""Separated parts of verbs: at the end of a clause they make another verb of it (``sagte ... aus``)."""

_INSEPARABLE = ("be", "emp", "ent", "er", "ge", "miss", "ver", "wider", "zer")
_UNSTRESSED = listed("unterstellen wiederholen überlegen prophezeien offenbaren schlussfolgern")


def _weak_participle(infinitive: str, stem: str, past: str) -> str:
    bare = infinitive.endswith("ieren") or infinitive.startswith(_INSEPARABLE) or infinitive in _UNSTRESSED
    return f"{'' if bare else 'ge'}{past.removesuffix('e')}" if stem else ""


def _inflect(entry: str) -> tuple[str, str, set[str], str]:
    """Lemma, particle, finite forms of the bare verb, its participle: ``mit|teilen`` -> ``teilt teilte ...``."""
    parts = entry.split("|")
    particle = ""
    if len(parts) in {2, 5}:
        particle, *parts = parts
    infinitive = parts[0]
    stem = infinitive.removesuffix("n").removesuffix("e") if infinitive.endswith("en") else infinitive.removesuffix("n")
    if len(parts) == 4:
        _, present, past, participle = parts
        plural = past + ("n" if past.endswith("e") else "en")
        forms = {present, past, plural, infinitive, stem + "e"}
    else:
        link = (
            "e"
            if stem[-1] in "td" or (stem[-1] in "nm" and stem[-2] not in "aeiouäöülrhnm") or stem.endswith("chn")
            else ""
        )
        past = f"{stem}{link}te"
        forms = {f"{stem}{link}t", past, past + "n", infinitive, stem + "e"}
        participle = _weak_participle(infinitive, stem, past)
    return particle + infinitive, particle, forms, participle


def _german() -> Forms:
    finite: dict[str, list[Saying]] = {}
    participles: dict[str, list[Saying]] = {}

    def enter(entry: str, near: frozenset[str], *, weak: bool) -> None:
        lemma, particle, forms, participle = _inflect(entry)
        for form in sorted(forms):
            finite.setdefault(form, []).append(Saying(lemma, particle, near, weak))
            if particle:
                finite.setdefault(particle + form, []).append(Saying(lemma, "", near, weak))
        participles.setdefault(particle + participle, []).append(Saying(lemma, "", near, weak))

    anything = frozenset[str]()
    for entry in _DE_PLAIN.split():
        enter(entry, anything, weak=False)
    for line in _DE_NEAR.strip().splitlines():
        entry, _, words = line.partition(":")
        enter(entry, frozenset(words.split()), weak=False)
    for entry in _DE_WEAK.split():
        enter(entry, anything, weak=True)
    return Forms(
        {form: tuple(sayings) for form, sayings in finite.items()},
        {form: tuple(sayings) for form, sayings in participles.items()},
    )


def _english() -> Forms:
    finite: dict[str, list[Saying]] = {}
    participles: dict[str, list[Saying]] = {}
    for words, weak in ((_EN_PLAIN, False), (_EN_WEAK, True)):
        for entry in words.split():
            base, *rest = entry.split("|")
            if rest:
                present, past, participle = rest
            else:
                present = base + ("es" if base.endswith(("s", "sh", "ch", "x")) else "s")
                past = participle = base + ("d" if base.endswith("e") else "ed")
            for form in (base, present, past):
                finite.setdefault(form, []).append(Saying(base, weak=weak))
            participles.setdefault(participle, []).append(Saying(base, weak=weak))
    return Forms(
        {form: tuple(sayings) for form, sayings in finite.items()},
        {form: tuple(sayings) for form, sayings in participles.items()},
    )


VERBS: dict[str, Forms] = {"de": _german(), "en": _english()}
"""Forms of the verbs of saying, by language."""

SUBJUNCTIVE = listed("""
        sei seien habe werde könne müsse solle wolle dürfe möge gebe gehe komme stehe bleibe liege lasse wisse nehme
        sehe halte bringe bestehe handele handle brauche fehle gelte heiße laufe spreche trage verliere finde
        befinde bekomme erhalte tue zeige führe stelle drohe diene gehöre scheine beginne ende sinke steige wachse
        fordere verfüge entspreche ergebe enthalte betrage belaufe bedeute bedürfe beruhe verstoße verletze gefährde
        schade nutze helfe arbeite plane rechne denke glaube hoffe wünsche bedauere erwarte setze biete treffe
        betreffe sorge versuche unterstütze verhindere ermögliche erlaube verdiene lebe sterbe kämpfe gewinne
        verstehe erkenne kenne suche nenne begrüße lehne weise freue
        """)
"""German forms that are hardly anything else than the subjunctive of somebody else's words (without ``ich``)."""

SUBSTITUTES = listed("""
    würden hätten wären würde hätte wäre müssten könnten dürften gäbe gäben bräuchten
    """)
"""Forms that stand in for it where it looks like the indicative; only behind a sentence that has a speaker."""

DE_SOURCES = tuple(
    sorted(
        listed("""
        angaben angabe auskunft auskünften aussage aussagen einschätzung einschätzungen schätzung schätzungen
        meinung ansicht auffassung darstellung information informationen bericht berichten berichte worten
        mitteilung mitteilungen erkenntnissen berechnung berechnungen überzeugung meldung meldungen prognose
        prognosen erklärung äußerungen studie umfrage statistik statistiken daten zahlen veröffentlichung protokoll
        befund recherchen lesart bekunden behauptungen gutachten vorstellung
        vorstellungen vorschlag überlegungen papier
        """)
    )
)
"""Nouns that ``nach`` makes a source of: ``nach Angaben der Polizei``; also as the last part of a compound."""

EN_HEARSAY = listed("reportedly allegedly purportedly supposedly")
DE_HEARSAY = listed("angeblich angebliche angeblichen")
