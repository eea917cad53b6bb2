"""Closed classes of words: articles, pronouns, prepositions, conjunctions, adverbs of the text, auxiliary verbs.

They carry grammar, not names. Inside a sentence they are written small, so one with a capital letter begins
something; and none of them is a name that a number could belong to (``Nur 11`` is no ``Windows 11``).
"""


def listed(words: str) -> frozenset[str]:
    """The words of a text as a set, so that a long list stays readable."""
    return frozenset(words.split())


CLOSED: dict[str, frozenset[str]] = {
    "de": listed(
        """
        der die das den dem des ein eine einen einem einer eines kein keine keinen keinem keiner keines mein
        meine sein seine seinen seinem seiner ihr ihre ihren ihrem ihrer unser unsere unseren euer eure dieser
        diese dieses diesen diesem jener jene jenes jenen jenem jeder jede jedes jeden jedem alle allen aller
        alles manche manchen mancher einige einigen einiger viele vielen vieler mehrere mehreren mehrerer beide
        beiden beider wenige wenigen weniger solche solcher welche welcher welches etliche ich du er sie es wir
        man sich mich mir uns euch ihm ihn ihnen wer was wo wie wann warum weshalb wieso wohin woher in im ins
        an am ans auf aufs aus bei beim mit nach von vom vor zu zum zur über übers unter für fürs durch gegen
        ohne um bis seit während wegen trotz laut zwischen neben hinter innerhalb außerhalb anhand aufgrund
        angesichts statt anstatt gemäß mithilfe ab je pro per mangels mittels dank entlang gegenüber samt binnen
        inklusive und oder aber doch denn sondern sowie sowohl weder noch entweder als wenn weil dass daß da ob
        obwohl obgleich nachdem bevor ehe sobald solange sooft falls damit indem sofern soweit wobei wodurch
        womit weshalb zwar auch nur schon sogar erst bereits dabei dadurch dafür dagegen daher dahinter damals
        danach daneben dann daran darauf daraufhin daraus darin darüber darum darunter davon davor dazu demnach
        demzufolge dennoch derzeit deshalb deswegen dort eben ebenfalls ebenso einerseits andererseits einst
        endlich etwa etwas fast ferner folglich früher ganz gar genau gerade gestern gleichzeitig heute hier
        hierbei hierfür hingegen hinzu immer immerhin indes indessen insbesondere insgesamt inzwischen ja jedoch
        jemand jetzt knapp künftig lange leider maximal mehr meist meistens mindestens höchstens mittlerweile
        morgen möglicherweise nämlich natürlich nein nicht nichts nie niemals niemand normalerweise nun offenbar
        oft rund sehr seitdem seither sicher so sodass sogenannt somit sonst sowieso später stattdessen
        tatsächlich trotzdem überall übrigens unterdessen vielleicht viel vielmehr vorher wahrscheinlich weiter
        weiterhin weitere wieder womöglich zuletzt zudem zuerst zufolge zugleich zumal zumindest zunächst zurück
        zusammen zusätzlich zuvor zwischenzeitlich schließlich schon bislang bisher außer außerdem allein
        allerdings also ander andere anderen anders anfangs dasselbe derselbe dieselbe deren dessen circa ca
        ungefähr beinahe nahezu gut über exakt lediglich bloß weltweit bundesweit europaweit
        """
    ),
    "en": listed(
        """
        the a an this that these those my your his her its our their some any each every all both many much most
        several few fewer less no none another other others such what which who whom whose where when why how i
        you he she it we they me him us them one's myself himself herself itself themselves there here in on at
        by for with from to of about after before during since until till while as if because although though
        unless whereas whether once than and or but nor so yet however therefore thus hence moreover furthermore
        meanwhile instead still also then later earlier now today yesterday tomorrow tonight despite according
        under over between among against without within through throughout across into onto upon near behind
        beyond above below off out up down around along amid toward towards per via plus minus not only even
        just perhaps maybe indeed nearly almost roughly approximately exactly at least more too very again
        already always never often sometimes soon finally eventually recently currently previously additionally
        overall nevertheless nonetheless otherwise likewise similarly besides elsewhere ago away back away
        together apart except like unlike yes oh well please
        """
    ),
}
"""By primary language subtag, in lower case. Other languages have none: their rules fall back to letters alone."""

AUXILIARIES: dict[str, frozenset[str]] = {
    "de": listed(
        """
        bin bist ist sind seid war waren warst wäre wären sei seien gewesen habe hast hat haben habt hatte
        hatten hätte hätten werde wirst wird werden werdet wurde wurden würde würden worden kann können könnte
        könnten konnte konnten muss müssen musste mussten müsste müssten soll sollen sollte sollten will wollen
        wollte wollten darf dürfen durfte durften dürfte dürften mag mögen möchte möchten mochte lässt lassen
        ließ gibt gab gäbe geht ging kommt kam kamen steht stand stehen macht machte machen sagt sagte sagten
        liegt lag liegen bleibt blieb bleiben heißt hieß
        """
    ),
    "en": listed(
        """
        am is are was were be been being isn't aren't wasn't weren't has have had hasn't haven't hadn't having
        do does did don't doesn't didn't will would won't shall should can could cannot can't may might must let
        lets says said say gets got goes went comes came makes made takes took
        """
    ),
}
"""Forms of ``be``, ``have``, modal verbs and the commonest verbs that show that a run of words is a clause."""


def primary(language: str) -> str:
    """The primary subtag of a BCP-47 tag in lower case: ``de-AT`` -> ``de``; an empty tag stays empty."""
    return language.replace("_", "-").partition("-")[0].strip().lower()
