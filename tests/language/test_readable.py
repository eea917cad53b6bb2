"""Expressions as people write them."""

import pytest

from claims.language import arithmetic
from claims.language.arithmetic import ArithmeticProblem

# Signs as people write them, a blank on each side of those that join two values, none behind a minus in front.
WRITTEN = [
    ("(o1-r1)/o1*100", "(o1 − r1) ÷ o1 × 100"),
    ("1 - (2 - 3)", "1 − (2 − 3)"),
    ("-x", "−x"),
    ("a--b", "a − −b"),
    ("x^2", "x^2"),
    ("x**-2", "x^−2"),
    ("min(a,-1;2.5)", "min(a; −1; 2.5)"),
    ("abs( x ) + 1", "abs(x) + 1"),
    ("((1))", "((1))"),
]


@pytest.mark.parametrize(("expression", "written"), WRITTEN, ids=[expression for expression, _written in WRITTEN])
def test_an_expression_is_written_as_people_do(expression: str, written: str) -> None:
    assert arithmetic.readable(expression) == written


def test_words_stand_in_for_names_and_never_for_functions() -> None:
    assert arithmetic.readable("min(min_, 2)", {"min_": "3", "min": "x"}) == "min(3; 2)"


def test_numbers_are_written_as_they_are_asked_for() -> None:
    assert arithmetic.readable("a * 0.5", {"a": "2,5"}, number=lambda n: n.replace(".", ",")) == "2,5 × 0,5"


@pytest.mark.parametrize("expression", ["", "1 +", "__import__('os')", "(" * 1000 + "1" + ")" * 1000])
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ArithmeticProblem):
        arithmetic.readable(expression)
