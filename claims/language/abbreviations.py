"""Abbreviations that end in a full stop, by what the stop may mean. Own lists, without the last stop.

In small letters an entry stands for every spelling; with a capital letter only for that one: ``Mag.`` is a title,
``mag.`` the end of a sentence.
"""

from claims.language.words import listed

ALWAYS_CONTINUE: dict[str, frozenset[str]] = {
    "de": listed(
        """
        Mag z.b d.h i.d.r bzw ca dr prof hr fr frl vgl ggf evtl inkl exkl zzgl sog geb verh verst gest dipl ing med
        jur rer nat habil hc h.c bspw beisp insb insbes einschl ausschl abzgl mind ungef urspr allg kath evang
        st str kgl ehem emer stellv stv gen ltd dt engl frz ital span österr schweiz amerik lat griech hrsg verf
        übers bearb o.g s.o s.u m.e u.u z.t z.zt z.z v.a i.a i.v p.a a.a.o sen minr präs oberst lt hptm gefr ltn
        kpt mr mrs ms
        """
    ),
    "en": listed(
        """
        mr mrs ms mx messrs dr prof gen adm col lt maj capt cpt sgt cpl pvt cmdr sen rep gov pres rev fr hon
        supt det insp amb sec treas st mt ft e.g i.e cf vs v viz approx dept est univ assn bros ave blvd rd
        """
    ),
}
"""What follows belongs to it: a title before its name, ``z.B.``, ``ca.``."""

MAY_END: dict[str, frozenset[str]] = {
    "de": listed(
        """
        usw etc u.s.w u.a u.ä u.dgl dgl uvm u.v.m ff f co kg inc corp jr jun sr chr v.chr n.chr e.v a.d a.m a.d
        jh jhd mio mrd tsd std sek min jan feb febr mär apr jun jul aug sep sept okt nov dez
        """
    ),
    "en": listed(
        """
        etc inc ltd co corp plc llc jr sr esq ph.d m.d b.a m.a a.m p.m u.s u.k u.n e.u d.c u.s.a bn mn jan feb
        apr jun jul aug sep sept oct nov dec mon tue tues thu thur thurs fri
        Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore
        Pa Tenn Tex Va Vt Wash Wis Wyo
        """
    ),
}
"""The stop may end the sentence too: it does when the next word can only begin one."""

BEFORE_NUMBER: dict[str, frozenset[str]] = {
    "de": listed(
        """
        nr nrn s abs abschn art bd bde kap ziff anm abb tab fig rn rdnr lit hs az tel bl sp aufl jg vol
        """
    ),
    "en": listed(
        """
        no nos p pp fig figs art sec para ch chap vol ed eq app tel ext art pt v ver op
        """
    ),
}
"""Short for a reference when a number follows; elsewhere many of them are words or letters like others."""

GENERIC_CONTINUE = frozenset(["dr", "prof", "st", "mr", "mrs", "ms", "no", "nr"])
"""For languages without a list."""
