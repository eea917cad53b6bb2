"""Lists of words and short phrases as patterns."""

import re


def any_of(words: str, *more: str) -> re.Pattern[str]:
    """A pattern for any of the words of a list, as whole words in small letters.

    In ``words`` a star stands for letters further on and an underscore for a space (``im_vergleich_zu*``);
    ``more`` are patterns of their own that stand beside them.
    """
    listed = (re.escape(word).replace("_", " ").replace(r"\*", r"\w*") for word in words.split())
    return re.compile("|".join([rf"\b(?:{'|'.join(listed)})\b", *more]))
