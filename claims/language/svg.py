"""The words of an SVG picture, read from event to event: no tree, no entities, and nothing outside it is loaded."""

from collections.abc import Mapping
from xml.parsers import expat

_NAMESPACE = "http://www.w3.org/2000/svg"
_SEEN = frozenset(("text", "tspan", "textPath", "title", "desc"))
_BLOCKS = frozenset(("text", "title", "desc"))
_MAX_DEPTH = 200


class BadSvg(Exception):
    """No SVG picture, or one that is damaged."""


class HasEntities(BadSvg):
    """It defines abbreviations, with which a small file can say billions of words."""


def words(raw: bytes) -> str:
    """The text that the picture shows and its title and description, a line each; raises ``BadSvg``."""
    return _Reader().read(raw)


class _Reader:
    def __init__(self) -> None:
        self._words: list[str] = []
        self._open: list[str] = []
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity

    def read(self, raw: bytes) -> str:
        try:
            self._parser.Parse(raw, True)  # noqa: FBT003 - expat's own argument: this is all of it
        except (expat.ExpatError, LookupError, ValueError) as problem:  # the latter two: an encoding nobody has
            raise BadSvg from problem
        return "".join(self._words)

    def _start(self, name: str, _attributes: Mapping[str, str]) -> None:
        namespace, _space, local = name.rpartition(" ")
        is_root = not self._open
        if (is_root and (local != "svg" or namespace not in ("", _NAMESPACE))) or len(self._open) > _MAX_DEPTH:
            raise BadSvg
        self._open.append(local)

    def _end(self, _name: str) -> None:
        if self._open.pop() in _BLOCKS:
            self._words.append("\n")

    def _characters(self, data: str) -> None:
        if self._open[-1] in _SEEN:
            self._words.append(data.replace("\n", " "))

    def _entity(self, *_declaration: object) -> None:
        raise HasEntities
