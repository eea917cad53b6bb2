"""Names of people and organisations, as far as two of them may mean the same one."""

import re
import unicodedata

_LEGAL_FORMS = frozenset(
    {
        *("ag", "ev", "eg", "gbr", "ggmbh", "gmbh", "kg", "kgaa", "mbh", "ohg", "se", "ug", "vvag"),
        *("co", "company", "corp", "corporation", "inc", "incorporated", "limited", "llc", "llp", "lp", "ltd"),
        *("pbc", "plc", "pte", "pty"),
        *("ab", "aps", "as", "asa", "bv", "nv", "oy", "oyj", "sa", "sarl", "sas", "spa", "srl"),
    }
)
"""What stands behind the name of a company or an association, without its dots; German, English and some others."""

_JOINING = frozenset({"&", "+", "und", "and"})
_INITIALS = re.compile(r"(?<=\b[^\W\d_])\.\s*(?=[^\W\d_]\b)")
"""The dot between single letters: "e. V." is one sign, as "eV" is."""


def bare(name: str) -> str:
    """``name`` as it is compared: without case, dots, commas, doubled blanks and a legal form at its end.

    ``Anthropic PBC``, ``anthropic`` and ``Anthropic, P.B.C.`` are one; a name that is a legal form alone stays.
    """
    plain = _INITIALS.sub("", unicodedata.normalize("NFKC", name)).casefold()
    words = re.sub(r"[.,;]", " ", plain).split()
    kept = len(words)
    while kept and words[kept - 1] in _LEGAL_FORMS | _JOINING:
        kept -= 1
    return " ".join(words[:kept] or words)
