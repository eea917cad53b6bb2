"""Articles written for the tests: numbers, units, names, negations, speech, and phrases that come more than once."""

HARBOUR = """\
Stadtrat streitet über den Hafen
Der Stadtrat von Brunsdorf hat am Dienstagabend den Ausbau des alten Hafens beschlossen. Nach Angaben der Verwaltung \
kostet das Vorhaben 48 Millionen Euro, das sind 12 Prozent mehr als im Herbst veranschlagt. Die Mieten im Hafenviertel \
stiegen zuletzt um 12 Prozent.
Bürgermeisterin Karla Wendt sagte: „Wir bauen nicht für Touristen, sondern für die Menschen, die hier leben.“ Die \
Opposition widersprach. Ihr Sprecher Jörn Habeck nannte die Rechnung „eine Luftbuchung“. Das ist keine neue Kritik.
Geplant sind 320 Wohnungen, zwei Kindergärten und eine Anlegestelle für Fähren. Die erste Fähre soll am 3. Mai 2027 \
ablegen, die zweite am 14. Juni 2028. Bis dahin müssen 2,5 Kilometer Kaimauer erneuert werden. Das kostet Zeit. Das \
kostet Geld.
Was die Gutachter sagen
Laut einem Gutachten des Büros Nordwasser sinkt der Grundwasserspiegel um 3 bis 5 Zentimeter im Jahr. Ein zweites \
Gutachten des Büros Südwasser kommt dagegen auf 3 bis 5 Millimeter im Jahr. Die Verwaltung hält das zweite Gutachten \
für belastbar. Die Opposition hält das erste Gutachten für belastbar.
Der Landkreis prüft den Beschluss nun. Ein Termin für die Entscheidung steht noch nicht fest. Das kostet Zeit. Im Jahr \
2019 war ein ähnliches Vorhaben an 17 Stimmen gescheitert, damals unter Bürgermeister Paul Ost.
"""

CLINIC = """\
The county's only children's clinic will stay open until at least 2029, its board said on Monday. The decision ends \
a dispute that lasted 14 months. It does not end the shortage of nurses.
"We never planned to close the ward," said Dr. Amelia Stone, who chairs the board. "We planned to move 26 of its 60 \
beds to Easton." Union leader Tom Barrow called that claim false. He said the board had planned to close the ward by \
March 2026.
According to the board's own figures, the clinic treated 41,300 patients last year, up 8 percent from the year before. \
Costs rose by 11 percent to $92 million. Revenue rose by 8 percent to $71 million. The gap is the largest in the state.

The state will pay $15 million a year for three years. In return, the clinic must hire 40 nurses and must not cut its \
night service. Easton's hospital will get $4 million. Its director, Helen Marsh, said the sum was "not nothing, but \
not enough".
It is not clear who will pay after 2029. The board said it would publish a plan. The union said it would publish a \
plan of its own. Neither has a date.
"""

BULLETIN = """\
Wetter: In Aldorf bleibt es trocken. Die Höchstwerte liegen bei 18 Grad. Der Wind weht schwach.
Wetter: In Behlen bleibt es trocken. Die Höchstwerte liegen bei 19 Grad. Der Wind weht schwach.
Wetter: In Curau bleibt es trocken. Die Höchstwerte liegen bei 18 Grad. Der Wind weht mäßig.
Verkehr: Auf der A 7 stockt der Verkehr zwischen Nord und Mitte auf 6 Kilometern. Die Polizei rät zur Umfahrung.
Verkehr: Auf der A 9 stockt der Verkehr zwischen Nord und Mitte auf 8 Kilometern. Die Polizei rät zur Umfahrung.
Wetter: In Aldorf bleibt es trocken. Die Höchstwerte liegen bei 18 Grad. Der Wind weht schwach.
"""

FACTORY = """\
Der Autobauer Velo Motors streicht in Lindhafen 1.200 Stellen. Das teilte das Unternehmen am 7. November mit. Zuvor \
hatte Betriebsratschefin Ines Kühn von 1.500 Stellen gesprochen. Betriebsbedingte Kündigungen soll es nicht geben.

Velo-Chef Mark Aydin begründete den Schritt mit dem Absatz in den USA: Dort verkaufte das Unternehmen im dritten \
Quartal 23.000 Wagen, ein Drittel weniger als vor einem Jahr. In Europa stieg der Absatz dagegen um 4,5 Prozent. Der \
Umsatz lag bei 3,1 Mrd. Euro, der Verlust bei 210 Mio. Euro.

„Das Werk wird nicht geschlossen“, sagte Aydin. „Das Werk wird umgebaut.“ Von 2027 an sollen dort Batterien mit 12 \
Gigawattstunden Kapazität im Jahr entstehen, das reicht nach Angaben des Unternehmens für 180.000 Wagen. Das Land \
fördert den Umbau mit 95 Mio. Euro. Wirtschaftsminister Olaf Brandt (parteilos) sprach von einem guten Tag für die \
Region; die Gewerkschaft sprach von einem schlechten Tag für die Region.

Die Aktie verlor am Freitag 6 Prozent. Seit Januar hat sie 31 Prozent verloren. Analysten hatten mit weniger gerechnet.
"""

OWN = (HARBOUR, CLINIC, BULLETIN, FACTORY)
