"""Formulas with three values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.regulation.formula import known, parse_formula

FACTS = known({"yes": True, "no": False, "a.b-c": True, "class.important-1": False})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", True),
        ("yes", True),
        ("no", False),
        ("nobody-knows", None),
        ("not yes", False),
        ("not nobody-knows", None),
        ("yes and nobody-knows", None),
        ("no and nobody-knows", False),
        ("yes or nobody-knows", True),
        ("no or nobody-knows", None),
        ("yes and no or yes", True),
        ("yes and (no or yes)", True),
        ("not (yes and no)", True),
        ("a.b-c and not class.important-1", True),
    ],
)
def test_what_a_formula_comes_to(text: str, value: object) -> None:
    assert parse_formula(text).value(FACTS) is value


@pytest.mark.parametrize(
    "text", ["and", "yes and", "(yes", "yes)", "yes no", "not", "()", "yes & no", "(" * 60]
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_formula(text)


@given(st.text(alphabet="ab ()notrd", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    try:
        formula = parse_formula(text)
    except ValueError:
        return
    assert formula.value(known({})) in (True, None, False)


def test_it_names_what_it_asks() -> None:
    assert list(parse_formula("a and (b or not a)").names()) == ["a", "b", "a"]
