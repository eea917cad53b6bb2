"""Calculations that a verdict shows: ``(old - new) / old * 100`` with named inputs, worked out in decimals.

Signs, weakest first: ``+ -``, then ``* /``, then a minus in front, then ``^`` (``**`` is the same), which goes from the
right and takes whole exponents only; so ``-2^2`` is -4. Brackets, and the functions min, max and abs. Typographic
signs for these count as the signs themselves. Numbers are plain (``1234.5``): a comma, a sign between thousands or a
per-cent sign may be read in two ways and is refused. Nothing of an expression is ever run as a program.

The work is bounded before it is done: by the length of the expression, its depth, the digits of a number, the size of
an exponent. The decimal context of the caller plays no part.
"""

import operator
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    InvalidOperation,
    Overflow,
    Underflow,
    localcontext,
)
from enum import Enum, auto
from itertools import pairwise

from claims.errors import DomainError
from claims.vocabulary import Word, gettext_noop

LONGEST = 500
"""Characters of an expression, invisible ones too."""

DEEPEST = 50
"""Levels of brackets, minus signs and powers inside one another."""

DIGITS = 50
"""Significant digits of a result, and the most that a number or an input may have."""

MAGNITUDE = 100
"""A number on the way above ten to this power, or one that loses digits below ten to minus it, is refused."""

LARGEST_EXPONENT = 100

MOST_PLACES = 10


class Fault(Word):
    """Why an expression has no result; the label is the sentence to translate, then to fill with ``params``."""

    EMPTY = "empty", gettext_noop("There is no calculation yet. Write one, such as (old - new) / old * 100.")
    TOO_LONG = (
        "too_long",
        gettext_noop("The calculation is longer than %(most)s characters. Split it into several."),
    )
    TOO_DEEP = (
        "too_deep",
        gettext_noop("More than %(most)s brackets or signs stand inside one another. Split the calculation."),
    )
    UNEXPECTED = "unexpected", gettext_noop("“%(sign)s” (character %(position)s) does not belong there.")
    PERCENT = "percent", gettext_noop("“%(sign)s” can be read in two ways. For 5 per cent, write 0.05.")
    DECIMAL_COMMA = (
        "decimal_comma",
        gettext_noop(
            "Write “%(sign)s” with a point for the decimals and nothing between the thousands, such as 1234.5. "
            "Between two values in a bracket, put a space behind the comma."
        ),
    )
    THOUSANDS = (
        "thousands",
        gettext_noop("Write “%(sign)s” without anything between the thousands, such as 1000000."),
    )
    BRACKETS = "brackets", gettext_noop("The bracket “%(sign)s” (character %(position)s) lacks its other half.")
    INCOMPLETE = "incomplete", gettext_noop("The calculation breaks off. A number or a name is missing at its end.")
    UNKNOWN_FUNCTION = (
        "unknown_function",
        gettext_noop("There is no function “%(name)s”, only %(functions)s. To multiply, put * before the bracket."),
    )
    MISSING_INPUT = "missing_input", gettext_noop("“%(name)s” has no value. Give it one, or correct the name.")
    DIVISION_BY_ZERO = "division_by_zero", gettext_noop("Here something is divided by zero (character %(position)s).")
    NOT_WHOLE = (
        "not_whole",
        gettext_noop("Only a whole number can follow “^”, as in x^2 (character %(position)s)."),
    )
    TOO_LARGE = (
        "too_large",
        gettext_noop("Here the numbers become too large or too small to calculate with (character %(position)s)."),
    )


class ArithmeticProblem(DomainError, ValueError):
    """An expression that has no result; ``str(problem)`` is the sentence in English.

    ``code`` says why. ``position`` is the place in the expression as it was given, in code points from 0. To say it
    in another language, translate ``message`` and fill it with ``params``, where the position counts from 1.
    """

    def __init__(self, code: Fault, position: int = 0, **params: str | int) -> None:
        self.code = code
        self.position = position
        self.message = code.label
        self.params: dict[str, str | int] = {"position": position + 1, **params}
        super().__init__(self.message % self.params)


@dataclass(frozen=True, slots=True)
class Influence:
    """How far one input moves the result when it alone grows by one per cent.

    ``change`` is in per cent of the result where it is ``relative``, else (the result is zero) in the result's own
    unit; None where the changed input gives no result. An input that is zero moves nothing.
    """

    name: str
    change: Decimal | None
    relative: bool


def is_name(text: str) -> bool:
    """Whether an expression can call an input so: a letter, then letters, digits and underscores."""
    return bool(text) and _letter(text[0]) and all(map(_inside_name, text))


def fits(value: Decimal) -> bool:
    """Whether a number is of a size to calculate with, and to be written out."""
    return value.is_finite() and abs(value.adjusted()) <= MAGNITUDE and len(value.as_tuple().digits) <= DIGITS


def kept_number(text: str) -> Decimal | None:
    """A number as it was kept; None where an erasure left something else of it."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def names(expression: str) -> tuple[str, ...]:
    """The inputs that ``expression`` uses, in order of first use; raises ``ArithmeticProblem`` if it is none."""
    return _names(_Reader(expression).steps)


def evaluate(expression: str, inputs: Mapping[str, Decimal]) -> Decimal:
    """The value of ``expression``, to 50 significant digits.

    ``inputs`` are found by name, whatever the normal form of its letters; those not used are not looked at. Raises
    ``ArithmeticProblem``, for faults in the writing first, then for missing inputs, then for what comes of them.
    """
    steps = _Reader(expression).steps
    return _run(steps, _checked(steps, inputs))


def rounded(value: Decimal, places: int) -> Decimal:
    """``value`` with exactly ``places`` decimal places, a half away from zero; never a negative zero.

    ``places`` from 0 to 10, else ``ValueError``. Raises ``ArithmeticProblem`` for what is no result of ``evaluate``.
    """
    if not 0 <= places <= MOST_PLACES:
        raise ValueError(f"A result has 0 to {MOST_PLACES} decimal places, not {places}.")
    if not value.is_finite() or value.adjusted() > MAGNITUDE:
        raise ArithmeticProblem(Fault.TOO_LARGE)
    with localcontext(_ROUNDING):
        return +value.quantize(Decimal((0, (1,), -places)))


def readable(expression: str, words: Mapping[str, str] | None = None, *, number: Callable[[str], str] = str) -> str:
    """``expression`` as people write it: ``(o1 − r1) ÷ o1 × 100``; raises ``ArithmeticProblem`` if it is none.

    ``words`` stand in for the names they are given for; ``number`` writes the numbers that stand in it.
    """
    given = {_plain_name(name): word for name, word in (words or {}).items()}
    parts: list[str] = []
    is_behind_a_value = False  # so that a minus there takes away, and does not belong to what follows
    for token, following in pairwise(_Reader(expression).tokens):
        if token.kind is _Kind.SIGN:
            parts.append(_sign_in_words(token.text, joins=is_behind_a_value))
        elif token.kind is _Kind.NUMBER:
            parts.append(number(token.text))
        else:
            parts.append(token.text if following.text == "(" else given.get(token.text, token.text))
        is_behind_a_value = token.kind is not _Kind.SIGN or token.text == ")"
    return "".join(parts)


def influence(expression: str, inputs: Mapping[str, Decimal]) -> tuple[Influence, ...]:
    """How far each input that ``expression`` uses moves its value, the strongest first, then by name.

    Inputs for which this cannot be said come last. Raises ``ArithmeticProblem`` where ``evaluate`` does.
    """
    steps = _Reader(expression).steps
    values = _checked(steps, inputs)
    result = _run(steps, values)
    found = [Influence(name, _change(steps, values, name, result), bool(result)) for name in _names(steps)]
    return tuple(sorted(found, key=_strongest_first))


_NOTHING = frozenset("\u00ad\u200b\u200c\u200d\u200e\u2060\ufeff")
"""Invisible and without a meaning here. Marks that turn the direction of writing are not among them: with those, the
expression that people see would be another one than that which is worked out."""

_SIGNS = {
    **{sign: sign for sign in "+-*/^(),;"},
    **dict.fromkeys("×·⋅", "*"),
    "÷": "/",
    **dict.fromkeys("−–‐‑", "-"),
}

_WRITTEN = {"*": "×", "/": "÷", "-": "−", "+": "+"}
"""How people write what a program writes otherwise."""

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
_WEAKEST, _MINUS_IN_FRONT = 1, 3

_NUMBER = re.compile(r"[0-9]+(?:[.,'’_][0-9]+|\s[0-9]{3}(?![0-9]))*|\.[0-9]+")
"""A number as people write it, so that the refusal can show all of it."""
_PLAIN = re.compile(r"[0-9]*\.?[0-9]+")

_CONTEXT = Context(
    prec=DIGITS + 10,  # some more than the result, so that 1 / 3 * 3 is 1
    rounding=ROUND_HALF_EVEN,
    Emin=-MAGNITUDE,
    Emax=MAGNITUDE,
    traps=[InvalidOperation, Overflow, Underflow],
)
_ROUNDING = Context(prec=MAGNITUDE + MOST_PLACES + 2, rounding=ROUND_HALF_UP, traps=[InvalidOperation])
_NOISE = Decimal(f"1e-{DIGITS}")
_HUNDRED, _ONE_PER_CENT_MORE = Decimal(100), Decimal("1.01")


class _Kind(Enum):
    NUMBER = auto()
    NAME = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class _Token:
    """``typed`` is what stands there, ``text`` what it means."""

    kind: _Kind
    typed: str
    text: str
    position: int

    def fault(self, code: Fault) -> ArithmeticProblem:
        return ArithmeticProblem(code, self.position, sign=_shown(self.typed))


@dataclass(frozen=True, slots=True)
class _Step:
    """A number or a name to lay down, or (a sign) what to do with the last ``takes`` that lie there."""

    kind: _Kind
    text: str
    position: int
    takes: int = 0


def _tokens(expression: str) -> list[_Token]:
    if len(expression) > LONGEST:
        raise ArithmeticProblem(Fault.TOO_LONG, LONGEST, most=LONGEST)
    places = [place for place, sign in enumerate(expression) if sign not in _NOTHING]
    text = "".join(expression[place] for place in places)
    found: list[_Token] = []
    at = 0
    while at < len(text):
        if not text[at].isspace():
            found.append(_token(text, at, places[at]))
            at += len(found[-1].typed)
        else:
            at += 1
    if not found:
        raise ArithmeticProblem(Fault.EMPTY)
    return [*found, _Token(_Kind.END, "", "", len(expression))]


def _token(text: str, at: int, position: int) -> _Token:
    """The token that begins ``at`` this sign of ``text``."""
    if number := _NUMBER.match(text, at):
        return _number(number[0], position)
    if _letter(text[at]):
        end = next((end for end in range(at, len(text)) if not _inside_name(text[end])), len(text))
        return _Token(_Kind.NAME, text[at:end], _plain_name(text[at:end]), position)
    if text.startswith("**", at):
        return _Token(_Kind.SIGN, "**", "^", position)
    sign = _Token(_Kind.SIGN, text[at], _SIGNS.get(text[at], ""), position)
    if not sign.text:
        raise sign.fault(Fault.PERCENT if sign.typed in "%‰" else Fault.UNEXPECTED)
    return sign


def _number(typed: str, position: int) -> _Token:
    token = _Token(_Kind.NUMBER, typed, typed, position)
    if not _PLAIN.fullmatch(typed):
        raise token.fault(Fault.DECIMAL_COMMA if "," in typed else Fault.THOUSANDS)
    if len(typed.replace(".", "")) > DIGITS:
        raise token.fault(Fault.TOO_LARGE)
    return token


def _letter(sign: str) -> bool:
    return unicodedata.category(sign).startswith("L")


def _inside_name(sign: str) -> bool:
    """Marks belong to the letter before them. A raised 2 does not: whoever writes it means a square."""
    return sign == "_" or _letter(sign) or unicodedata.category(sign) in ("Mn", "Mc", "Nd")


def _plain_name(name: str) -> str:
    return unicodedata.normalize("NFC", "".join(sign for sign in name if sign not in _NOTHING))


def _sign_in_words(sign: str, *, joins: bool) -> str:
    """A sign with its blanks; ``joins``: it stands between two values."""
    if sign in (",", ";"):
        return "; "  # a comma would read as part of a number
    written = _WRITTEN.get(sign, sign)
    return f" {written} " if joins and sign in _WRITTEN else written


def _shown(typed: str) -> str:
    """``typed`` for a sentence: not too long, and visible."""
    if len(typed) == 1 and not typed.isprintable():
        return f"U+{ord(typed):04X}"
    visible = re.sub(r"\s", " ", typed)
    return visible if len(visible) <= 40 else f"{visible[:39]}…"


class _Reader:
    """Turns an expression into ``steps``, each after those it takes, so that running them needs no recursion.

    ``tokens`` are what it was read from, with one for its end.
    """

    def __init__(self, expression: str) -> None:
        self.steps: list[_Step] = []
        self.tokens = _tokens(expression)
        self._at = 0
        self._depth = 0
        self._open: list[_Token] = []
        self._read(_WEAKEST)
        if self._next.kind is not _Kind.END:
            raise self._misplaced()

    @property
    def _next(self) -> _Token:
        return self.tokens[self._at]

    def _take(self) -> _Token:
        self._at += 1
        return self.tokens[self._at - 1]

    def _do(self, text: str, token: _Token, takes: int) -> None:
        self.steps.append(_Step(_Kind.SIGN, text, token.position, takes))

    def _read(self, weakest: int) -> None:
        """An operand, and all that follows as long as its signs are no weaker than this."""
        self._read_operand()
        while (strength := _STRENGTH.get(self._next.text, 0)) >= weakest:
            sign = self._take()
            if sign.text == "^":
                self._read_deeper(sign, strength)
            else:
                self._read(strength + 1)
            self._do(sign.text, sign, 2)

    def _read_deeper(self, token: _Token, weakest: int) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ArithmeticProblem(Fault.TOO_DEEP, token.position, most=DEEPEST)
        self._read(weakest)
        self._depth -= 1

    def _read_operand(self) -> None:
        token = self._next
        if token.kind is _Kind.NAME and self.tokens[self._at + 1].text == "(":
            self._read_function()
        elif token.kind in (_Kind.NUMBER, _Kind.NAME):
            self._take()
            self.steps.append(_Step(token.kind, token.text, token.position))
        elif token.text == "-":
            self._read_deeper(self._take(), _MINUS_IN_FRONT)
            self._do("minus", token, 1)
        elif token.text == "(":
            self._read_bracket(most=1)
        else:
            raise self._misplaced()

    def _read_function(self) -> None:
        name = self._take()
        if name.text not in _MOST_VALUES:
            known = ", ".join(_MOST_VALUES)
            raise ArithmeticProblem(Fault.UNKNOWN_FUNCTION, name.position, name=_shown(name.typed), functions=known)
        self._do(name.text, name, self._read_bracket(most=_MOST_VALUES[name.text]))

    def _read_bracket(self, *, most: int) -> int:
        """A bracket with one to ``most`` values; gives how many there are."""
        self._open.append(self._take())
        self._read_deeper(self._open[-1], _WEAKEST)
        count = 1
        while count < most and self._next.text in (",", ";"):
            self._read_deeper(self._take(), _WEAKEST)
            count += 1
        if self._next.text != ")":
            raise self._misplaced()
        self._take()
        self._open.pop()
        return count

    def _misplaced(self) -> ArithmeticProblem:
        token = self._next
        if token.kind is _Kind.END:
            return self._open[-1].fault(Fault.BRACKETS) if self._open else token.fault(Fault.INCOMPLETE)
        return token.fault(Fault.BRACKETS if token.text == ")" and not self._open else Fault.UNEXPECTED)


def _names(steps: Sequence[_Step]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(step.text for step in steps if step.kind is _Kind.NAME))


def _checked(steps: Sequence[_Step], inputs: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The values of the names in ``steps``, all of them there and of a size to calculate with."""
    given = {_plain_name(name): value for name, value in inputs.items()}
    values: dict[str, Decimal] = {}
    for step in steps:
        if step.kind is _Kind.NAME and step.text not in values:
            value = given.get(step.text)
            if value is None or value.is_nan():
                raise ArithmeticProblem(Fault.MISSING_INPUT, step.position, name=_shown(step.text))
            if not fits(value):
                raise ArithmeticProblem(Fault.TOO_LARGE, step.position)
            values[step.text] = value
    return values


def _run(steps: Sequence[_Step], values: Mapping[str, Decimal]) -> Decimal:
    lying: list[Decimal] = []
    with localcontext(_CONTEXT) as context:
        for step in steps:
            if step.kind is _Kind.SIGN:
                lying[-step.takes :] = [_done(step, *lying[-step.takes :])]
            else:
                lying.append(values[step.text] if step.kind is _Kind.NAME else Decimal(step.text))
        context.prec = DIGITS
        return _within(steps[-1].position, operator.pos, lying[0])


def _done(step: _Step, *operands: Decimal) -> Decimal:
    """The result of one step, refused before it is worked out where it must be."""
    if step.text == "/" and not operands[1]:
        raise ArithmeticProblem(Fault.DIVISION_BY_ZERO, step.position)
    if step.text == "^":
        _check_power(step, *operands)
    return _within(step.position, _DOING[step.text], *operands)


def _check_power(step: _Step, base: Decimal, exponent: Decimal) -> None:
    if abs(exponent) > LARGEST_EXPONENT:
        raise ArithmeticProblem(Fault.TOO_LARGE, step.position)
    if abs(exponent - exponent.to_integral_value()) > _NOISE:
        raise ArithmeticProblem(Fault.NOT_WHOLE, step.position)
    if not base and exponent < 0:
        raise ArithmeticProblem(Fault.DIVISION_BY_ZERO, step.position)


def _within(position: int, do: Callable[..., Decimal], *operands: Decimal) -> Decimal:
    try:
        return do(*operands)
    except DecimalException:
        raise ArithmeticProblem(Fault.TOO_LARGE, position) from None


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    """Anything to the power of zero is 1, zero too, as sums of powers expect it."""
    whole = exponent.to_integral_value()
    return base**whole if whole else Decimal(1)


_DOING: dict[str, Callable[..., Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": _power,
    "minus": operator.neg,
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "abs": abs,
}

_MOST_VALUES = {"min": LONGEST, "max": LONGEST, "abs": 1}
"""The functions, and how many values each takes at most."""


def _change(steps: Sequence[_Step], values: Mapping[str, Decimal], name: str, result: Decimal) -> Decimal | None:
    try:
        with localcontext(_CONTEXT):
            more = values[name] * _ONE_PER_CENT_MORE
        changed = _run(steps, {**values, name: more})
        with localcontext(_CONTEXT) as context:
            change = (changed - result) / result * _HUNDRED if result else changed - result
            context.prec = DIGITS
            return +change
    except (ArithmeticProblem, DecimalException):
        return None


def _strongest_first(one: Influence) -> tuple[bool, Decimal, str]:
    strength = (one.change or Decimal(0)).copy_abs()
    return one.change is None, strength.copy_negate(), one.name
