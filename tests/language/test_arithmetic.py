"""Calculations: what they come to, what is refused and where, and that no expression makes much work."""

from __future__ import annotations

import operator
import sys
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_DOWN, Context, Decimal, Inexact, getcontext, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from claims.errors import DomainError
from claims.language import arithmetic
from claims.language.arithmetic import ArithmeticProblem, Fault, Influence, evaluate, influence, is_name, names, rounded

PRICES = {"old": Decimal(60), "new": Decimal("2.19")}
PRICE_CUT = "(old - new) / old * 100"


def value(expression: str, **inputs: str | int) -> Decimal:
    return evaluate(expression, {name: Decimal(number) for name, number in inputs.items()})


def problem(expression: str, **inputs: str | int) -> ArithmeticProblem:
    with pytest.raises(ArithmeticProblem) as raised:
        value(expression, **inputs)
    return raised.value


# Signs bind as at school: powers before a minus in front, then points, then lines; equals go from the left, powers
# from the right.
@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("7", "7"),
        ("007", "7"),
        (".5", "0.5"),
        ("0.10", "0.1"),
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("100 / 10 / 5", "2"),
        ("100 / 10 * 5", "50"),
        ("2 ^ 3", "8"),
        ("2 ** 3", "8"),
        ("2 ^ 3 ^ 2", "512"),
        ("(2 ^ 3) ^ 2", "64"),
        ("2 ^ -2", "0.25"),
        ("2 ^ -2 * 8", "2"),
        ("3 * 2 ^ 2", "12"),
        ("-2 ^ 2", "-4"),
        ("(-2) ^ 2", "4"),
        ("-2 * 3", "-6"),
        ("2 * -3", "-6"),
        ("2 - -3", "5"),
        ("--3", "3"),
        ("0 ^ 0", "1"),
        ("2 ^ 4.0", "16"),
        ("2 ^ 100", "1267650600228229401496703205376"),
        ("1.05 ^ 10", "1.62889462677744140625"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3 * 3", "1"),
        ("2 ^ (1 / 3 * 3)", "2"),
        ("1 / 3", "0." + 50 * "3"),
        ("2 / 3", "0." + 49 * "6" + "7"),
        ("min(3, 1, 2)", "1"),
        ("max(3; 1; 2)", "3"),
        ("max(1)", "1"),
        ("abs(2 - 5)", "3"),
        ("abs(-2) ^ 2", "4"),
        ("max(min(1, 2), abs(-3)) * 2", "6"),
        ("(60 - 2.19) / 60 * 100", "96.35"),
    ],
)
def test_an_expression_comes_to_its_exact_value(expression: str, result: str) -> None:
    assert value(expression) == Decimal(result)


# What people paste: typographic signs, every kind of space, and characters that nobody sees.
@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("2 × 3", "6"),
        ("2 · 3", "6"),
        ("2 ⋅ 3", "6"),
        ("6 ÷ 3", "2"),
        ("6 − 3", "3"),
        ("6 – 3", "3"),
        ("6 ‑ 3", "3"),
        ("−6", "-6"),
        ("2\u00a0+\u202f3\u2009*\u20034", "14"),
        ("\ufeff1\n+\t2\r\n", "3"),
        ("1\u200b000 + 1", "1001"),
        ("1\u00ad2 *\u2060 2\u200e", "24"),
        ("2 *\u200b* 3", "8"),
        ("ma\u00adx(1, 2)", "2"),
    ],
)
def test_pasted_signs_and_spaces_are_understood(expression: str, result: str) -> None:
    assert value(expression) == Decimal(result)


def test_the_price_comparison_gives_its_per_cent() -> None:
    assert rounded(evaluate(PRICE_CUT, PRICES), 2) == Decimal("96.35")


def test_inputs_are_found_by_name_and_others_are_not_looked_at() -> None:
    assert value("a_1 * Größe + π", a_1=2, Größe=3, π=1, other="NaN") == 7


def test_a_name_is_the_same_in_every_normal_form() -> None:
    composed, apart = "Gr\u00f6\u00dfe", "Gro\u0308\u00dfe"

    assert evaluate(apart, {composed: Decimal(3)}) == evaluate(composed, {apart: Decimal(3)}) == 3
    assert names(f"{composed} + {apart} + Grö\u00adße") == (composed,)


def test_a_name_keeps_its_case() -> None:
    assert value("a - A", a=3, A=1) == 2


def test_a_function_is_one_only_before_a_bracket() -> None:
    assert value("max(min, abs) - min", min=1, abs=2) == 1


def test_names_come_in_the_order_of_first_use() -> None:
    assert names("(new - old) / new + max(rate, old, 2)") == ("new", "old", "rate")


def test_a_calculation_of_numbers_alone_has_no_names() -> None:
    assert names("1 + 2") == ()


@pytest.mark.parametrize("text", ["a", "a1", "price_2024", "Größe", "价格", "क्षेत्र"])
def test_what_can_be_a_name(text: str) -> None:
    assert is_name(text)
    assert names(text) == (text,)


@pytest.mark.parametrize("text", ["", "1a", "_a", "a b", "a-b", "x²", "a.b", "a\u200b", "$"])
def test_what_can_be_no_name(text: str) -> None:
    assert not is_name(text)


# Each fault is found at its place, counted from 0 in the text as it was given.
FAULTS = [
    ("", Fault.EMPTY, 0),
    (" \u200b\n\ufeff", Fault.EMPTY, 0),
    (501 * " ", Fault.TOO_LONG, 500),
    (1000 * "(", Fault.TOO_LONG, 500),
    ("1 + " * 200 + "1", Fault.TOO_LONG, 500),
    (51 * "(" + "1" + 51 * ")", Fault.TOO_DEEP, 50),
    (499 * "(", Fault.TOO_DEEP, 50),
    (499 * "-" + "1", Fault.TOO_DEEP, 50),
    (51 * "abs(" + "1" + 51 * ")", Fault.TOO_DEEP, 203),
    ("1" + 51 * "^1", Fault.TOO_DEEP, 101),
    ("__import__('os')", Fault.UNEXPECTED, 0),
    ("os.system", Fault.UNEXPECTED, 2),
    ("a = 1", Fault.UNEXPECTED, 2),
    ("1 # 2", Fault.UNEXPECTED, 2),
    ("1\u200b\u200b $ 2", Fault.UNEXPECTED, 4),
    ("1 2", Fault.UNEXPECTED, 2),
    ("1 .5", Fault.UNEXPECTED, 2),
    ("2x", Fault.UNEXPECTED, 1),
    ("1e9", Fault.UNEXPECTED, 1),
    ("x²", Fault.UNEXPECTED, 1),
    ("٣ + 1", Fault.UNEXPECTED, 0),
    ("5. + 1", Fault.UNEXPECTED, 1),
    ("1 // 2", Fault.UNEXPECTED, 3),
    ("1 * / 2", Fault.UNEXPECTED, 4),
    ("+1", Fault.UNEXPECTED, 0),
    ("()", Fault.UNEXPECTED, 1),
    ("(1) (2)", Fault.UNEXPECTED, 4),
    ("2 (3)", Fault.UNEXPECTED, 2),
    ("a, b", Fault.UNEXPECTED, 1),
    ("(1, 2)", Fault.UNEXPECTED, 2),
    ("abs(1, 2)", Fault.UNEXPECTED, 5),
    ("max()", Fault.UNEXPECTED, 4),
    ("max(1,)", Fault.UNEXPECTED, 6),
    ("9 \u202e- 3", Fault.UNEXPECTED, 2),
    ("2\u20623", Fault.UNEXPECTED, 1),
    ("1\x00", Fault.UNEXPECTED, 1),
    ("\ud800", Fault.UNEXPECTED, 0),
    ("5 %", Fault.PERCENT, 2),
    ("7 % 3", Fault.PERCENT, 2),
    ("5 ‰", Fault.PERCENT, 2),
    ("1 + 0,5", Fault.DECIMAL_COMMA, 4),
    ("1,000", Fault.DECIMAL_COMMA, 0),
    ("1.234,5", Fault.DECIMAL_COMMA, 0),
    ("max(1,5)", Fault.DECIMAL_COMMA, 4),
    ("1,\u200b5", Fault.DECIMAL_COMMA, 0),
    ("1.000.000", Fault.THOUSANDS, 0),
    ("1 000", Fault.THOUSANDS, 0),
    ("2 + 1\u202f000\u202f000", Fault.THOUSANDS, 4),
    ("1'000", Fault.THOUSANDS, 0),
    ("1’000", Fault.THOUSANDS, 0),
    ("1_000", Fault.THOUSANDS, 0),
    ("(1 + 2", Fault.BRACKETS, 0),
    ("((1)", Fault.BRACKETS, 0),
    ("1 + (2 * (3)", Fault.BRACKETS, 4),
    ("(", Fault.BRACKETS, 0),
    ("max(1, 2", Fault.BRACKETS, 3),
    ("1 + 2)", Fault.BRACKETS, 5),
    (")", Fault.BRACKETS, 0),
    ("1 +", Fault.INCOMPLETE, 3),
    ("-", Fault.INCOMPLETE, 1),
    ("2 ^", Fault.INCOMPLETE, 3),
    ("eval(1)", Fault.UNKNOWN_FUNCTION, 0),
    ("1 + a (2)", Fault.UNKNOWN_FUNCTION, 4),
    (51 * "9", Fault.TOO_LARGE, 0),
    ("1 + 0." + 60 * "0", Fault.TOO_LARGE, 4),
    ("10^10^10", Fault.TOO_LARGE, 2),
    ("9^9^9^9", Fault.TOO_LARGE, 3),
    ("2 ^ 101", Fault.TOO_LARGE, 2),
    ("2 ^ -101", Fault.TOO_LARGE, 2),
    ("10^60 * 10^60", Fault.TOO_LARGE, 6),
    ("10^-90 / 3 / 10^90", Fault.TOO_LARGE, 11),
    ("99^99", Fault.TOO_LARGE, 2),
    ("1 + 1 / 0", Fault.DIVISION_BY_ZERO, 6),
    ("0 / 0", Fault.DIVISION_BY_ZERO, 2),
    ("1 / (2 - 2)", Fault.DIVISION_BY_ZERO, 2),
    ("0 ^ -1", Fault.DIVISION_BY_ZERO, 2),
    ("4 ^ 0.5", Fault.NOT_WHOLE, 2),
    ("4 ^ (1 / 2)", Fault.NOT_WHOLE, 2),
    ("a + a", Fault.MISSING_INPUT, 0),
    ("1 / 0 + b", Fault.MISSING_INPUT, 8),
]


@pytest.mark.parametrize(("expression", "code", "position"), FAULTS)
def test_a_fault_has_its_code_and_its_place(expression: str, code: Fault, position: int) -> None:
    found = problem(expression)

    assert (found.code, found.position) == (code, position)


def test_every_fault_is_tried() -> None:
    assert {code for _, code, _ in FAULTS} == set(Fault)


# What depends on the values is no fault of the writing.
OF_VALUES = {Fault.MISSING_INPUT, Fault.DIVISION_BY_ZERO, Fault.NOT_WHOLE, Fault.TOO_LARGE}


@pytest.mark.parametrize(("expression", "code", "position"), [row for row in FAULTS if row[1] not in OF_VALUES])
def test_names_are_given_of_expressions_only(expression: str, code: Fault, position: int) -> None:
    with pytest.raises(ArithmeticProblem) as raised:
        names(expression)

    assert (raised.value.code, raised.value.position) == (code, position)


@pytest.mark.parametrize("expression", ["a / 0", "a ^ 0.5", "a * 9^9^9^9"])
def test_names_do_not_ask_what_an_expression_comes_to(expression: str) -> None:
    assert names(expression) == ("a",)


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("1 + $", "“$” (character 5) does not belong there."),
        ("1\x00", "“U+0000” (character 2) does not belong there."),
        ("2 × × 3", "“×” (character 5) does not belong there."),
        ("1 \u202e2", "“U+202E” (character 3) does not belong there."),
        ("5%", "“%” can be read in two ways. For 5 per cent, write 0.05."),
        ("1\u202f000 * 2", "Write “1 000” without anything between the thousands, such as 1000000."),
        ("(1", "The bracket “(” (character 1) lacks its other half."),
        ("price", "“price” has no value. Give it one, or correct the name."),
        ("sqrt(4)", "There is no function “sqrt”, only min, max, abs. To multiply, put * before the bracket."),
        ("1 / 0", "Here something is divided by zero (character 3)."),
        (501 * "1", "The calculation is longer than 500 characters. Split it into several."),
        (51 * "(", "More than 50 brackets or signs stand inside one another. Split the calculation."),
        (100 * "a", f"“{39 * 'a'}…” has no value. Give it one, or correct the name."),
    ],
)
def test_a_problem_says_what_is_wrong_and_where(expression: str, sentence: str) -> None:
    assert str(problem(expression)) == sentence


def test_a_problem_can_be_said_in_another_language() -> None:
    found = problem("1 + old", new=1)

    assert isinstance(found, DomainError)
    assert isinstance(found, ValueError)
    assert found.message == Fault.MISSING_INPUT.label
    assert found.params == {"name": "old", "position": 5}


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("NaN", Fault.MISSING_INPUT),
        ("sNaN", Fault.MISSING_INPUT),
        ("Infinity", Fault.TOO_LARGE),
        ("-Infinity", Fault.TOO_LARGE),
        ("1E+999999", Fault.TOO_LARGE),
        ("1E-999999", Fault.TOO_LARGE),
        (100_000 * "9", Fault.TOO_LARGE),
        ("0." + 51 * "3", Fault.TOO_LARGE),
    ],
)
def test_an_input_that_is_no_number_to_calculate_with_is_refused(number: str, code: Fault) -> None:
    found = problem("1 + a", a=number)

    assert (found.code, found.position) == (code, 4)


@pytest.mark.parametrize(
    "context",
    [
        Context(prec=2),
        Context(prec=1, rounding=ROUND_CEILING, Emax=1, Emin=-1),
        Context(prec=5, rounding=ROUND_DOWN, traps=[Inexact]),
    ],
)
def test_the_context_of_the_caller_plays_no_part(context: Context) -> None:
    inputs = {"a": Decimal("123.456789"), "b": Decimal("7.654321")}
    expression = "a / b + 1000 * max(a, b) ^ 2"
    plain = (evaluate(expression, inputs), rounded(Decimal("1234.565"), 2), influence(expression, inputs))

    with localcontext(context):
        assert evaluate(expression, inputs) == plain[0]
        assert rounded(Decimal("1234.565"), 2) == plain[1] == Decimal("1234.57")
        assert influence(expression, inputs) == plain[2]


def test_the_context_of_the_caller_is_left_alone() -> None:
    before = repr(getcontext())

    evaluate("1 / 3", {})
    problem("10^60 * 10^60")
    rounded(Decimal("0.125"), 2)

    assert repr(getcontext()) == before


# A half goes away from zero, as readers round; the places are there even when they are zeros.
@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        ("96.35", 2, "96.35"),
        ("96.345", 2, "96.35"),
        ("96.344999", 2, "96.34"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.005", 2, "0.01"),
        ("7", 2, "7.00"),
        ("1E+3", 1, "1000.0"),
        ("-0.001", 2, "0.00"),
        ("0", 10, "0.0000000000"),
        ("9E+100", 10, "9" + 100 * "0" + ".0000000000"),
        ("1E-149", 10, "0.0000000000"),
    ],
)
def test_a_result_is_rounded_as_readers_do(number: str, places: int, text: str) -> None:
    assert f"{rounded(Decimal(number), places):f}" == text


@pytest.mark.parametrize("places", [-1, 11])
def test_places_have_their_bounds(places: int) -> None:
    with pytest.raises(ValueError, match="0 to 10 decimal places"):
        rounded(Decimal(1), places)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1E+101"])
def test_what_is_no_result_is_not_rounded(number: str) -> None:
    with pytest.raises(ArithmeticProblem) as raised:
        rounded(Decimal(number), 2)

    assert raised.value.code == Fault.TOO_LARGE


def moved(expression: str, **inputs: str | int) -> list[tuple[str, str | None]]:
    """Names and changes in their order, the changes to four places."""
    found = influence(expression, {name: Decimal(number) for name, number in inputs.items()})
    return [(one.name, None if one.change is None else str(rounded(one.change, 4))) for one in found]


# Each input grows by one per cent alone; the change is in per cent of the result.
@pytest.mark.parametrize(
    ("expression", "inputs", "changes"),
    [
        ("a * b", {"a": 3, "b": 7}, [("a", "1.0000"), ("b", "1.0000")]),
        ("b / a", {"a": 3, "b": 7}, [("b", "1.0000"), ("a", "-0.9901")]),
        ("a + b", {"a": 1, "b": 9}, [("b", "0.9000"), ("a", "0.1000")]),
        ("b - a", {"a": 6, "b": 7}, [("b", "7.0000"), ("a", "-6.0000")]),
        ("a ^ 3", {"a": 2}, [("a", "3.0301")]),
        ("-a", {"a": 2}, [("a", "1.0000")]),
        ("max(a, b)", {"a": 1, "b": 9}, [("b", "1.0000"), ("a", "0.0000")]),
        ("a + b", {"a": 0, "b": 9}, [("b", "1.0000"), ("a", "0.0000")]),
        (PRICE_CUT, {"old": 60, "new": "2.19"}, [("new", "-0.0379"), ("old", "0.0375")]),
        ("1 + 2", {"unused": 3}, []),
    ],
)
def test_the_input_that_moves_the_result_most_comes_first(
    expression: str, inputs: dict[str, str | int], changes: list[tuple[str, str | None]]
) -> None:
    assert moved(expression, **inputs) == changes


def test_a_result_of_zero_changes_by_its_own_unit() -> None:
    assert influence("a - b", {"a": Decimal(500), "b": Decimal(500)}) == (
        Influence("a", Decimal(5), relative=False),
        Influence("b", Decimal(-5), relative=False),
    )


def test_an_input_that_gives_no_result_when_it_grows_comes_last() -> None:
    found = influence("z / (1.01 - a) + 2 ^ b", {"a": Decimal(1), "b": Decimal(3), "z": Decimal(1)})

    assert [(one.name, one.change is None) for one in found] == [("z", False), ("a", True), ("b", True)]


def test_there_is_no_influence_without_a_result() -> None:
    with pytest.raises(ArithmeticProblem) as raised:
        influence("1 / a", {"a": Decimal(0)})

    assert raised.value.code == Fault.DIVISION_BY_ZERO


# The bounds hold before any work is done.
def test_a_power_that_is_too_large_is_never_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Decimal] = []
    power = arithmetic._DOING["^"]
    monkeypatch.setitem(arithmetic._DOING, "^", lambda base, by: (asked.append(by), power(base, by))[1])

    for expression in ("9^9^9^9", "10^10^10", "2^(99^40)", "(10^100)^100", "((9^9)^99)^99"):
        assert problem(expression).code == Fault.TOO_LARGE

    assert max(map(abs, asked)) <= arithmetic.LARGEST_EXPONENT


def test_the_deepest_expression_needs_little_of_the_stack() -> None:
    depth = len(list(_frames()))
    bounded = "1*(1+abs(" * 25 + "-1^1" + "))" * 25
    assert len(bounded) <= arithmetic.LONGEST
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(depth + 450)
    try:
        assert problem(bounded).code == Fault.TOO_DEEP
        assert value(50 * "(" + "1" + 50 * ")") == 1
        assert value(25 * "1*(1+" + "1" + 25 * ")") == 26
    finally:
        sys.setrecursionlimit(limit)


def _frames() -> Iterator[object]:
    frame = sys._getframe()
    while frame:
        yield frame
        frame = frame.f_back  # type: ignore[assignment]


def test_a_long_flat_expression_needs_no_depth() -> None:
    assert value("+".join(250 * "1")) == 250
    assert value("max(" + ",".join(247 * "a") + ")", a=3) == 3


SIGNS = st.text("0123456789.,;+-*/^() abxminabs_%×·÷−–\u202f\u200b'²$", max_size=60)
INPUTS = {"a": Decimal(3), "b": Decimal("-0.5"), "x": Decimal(0)}


def outcome(expression: str) -> Decimal | ArithmeticProblem:
    try:
        return evaluate(expression, INPUTS)
    except ArithmeticProblem as found:
        return found


@given(st.one_of(SIGNS, st.text(max_size=600)))
@example("((a)^-99)^99")
@example("a^99 * b^99")
@example("\ud800")
def test_any_text_has_a_bounded_result_or_a_problem(text: str) -> None:
    found = outcome(text)

    if isinstance(found, ArithmeticProblem):
        assert 0 <= found.position <= len(text)
        assert len(str(found)) < 300
    else:
        assert len(found.as_tuple().digits) <= arithmetic.DIGITS
        assert abs(found.adjusted()) <= arithmetic.MAGNITUDE + arithmetic.DIGITS
        assert rounded(found, 2).as_tuple().exponent == -2
        assert {one.name for one in influence(text, INPUTS)} == set(names(text))


DOING = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
Sum = tuple[str, Fraction]


def joined(one: Sum, sign: str, other: Sum) -> Sum | None:
    """Both in one bracket, with its exact value; None where that is not there or far from the numbers of a desk."""
    if sign == "/" and not other[1]:
        return None
    exact = DOING[sign](one[1], other[1])
    return (f"({one[0]} {sign} {other[0]})", exact) if not exact or Fraction(1, 10**4) < abs(exact) < 10**9 else None


NUMBERS = st.decimals(min_value=-1000, max_value=1000, places=2).map(lambda number: (f"{number:f}", Fraction(number)))
SUMS = st.recursive(
    NUMBERS,
    lambda inner: st.builds(joined, inner, st.sampled_from("+-*/"), inner).filter(bool),
    max_leaves=12,
)


@given(SUMS)
def test_results_agree_with_exact_fractions(drawn: Sum) -> None:
    expression, exact = drawn

    assert abs(Fraction(evaluate(expression, {})) - exact) <= Fraction(1, 10**25)


@given(st.lists(st.tuples(st.sampled_from("+-*/"), st.integers(1, 999)), min_size=1, max_size=20))
def test_signs_bind_as_in_fractions(parts: list[tuple[str, int]]) -> None:
    """Without brackets: the products first, each from the left, then their sum."""
    terms: list[Fraction] = [Fraction(1)]
    for sign, number in parts:
        if sign in "+-":
            terms.append(Fraction(number if sign == "+" else -number))
        else:
            terms[-1] = terms[-1] * number if sign == "*" else terms[-1] / number
    result = evaluate("1 " + " ".join(f"{sign} {number}" for sign, number in parts), {})
    largest = max(map(abs, terms))

    assert abs(Fraction(result) - sum(terms)) <= largest / 10**45
