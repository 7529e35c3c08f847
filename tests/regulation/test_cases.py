"""The oracle: cases of law with known answers, held against the engine. See cases.toml."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.codecs.toml_lines import TomlFile
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome
from roadworthy.model.property import Answer
from roadworthy.regulation.applicability import applicability
from roadworthy.regulation.assessment import Assessed, Known, Statement, Verdict, assess
from roadworthy.regulation.declaration import LONG_ENOUGH, support_findings
from roadworthy.regulation.framework import Framework
from roadworthy.regulation.money import Exposure, exposure
from roadworthy.regulation.product import Certificate, Product

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))["case"]
INSTALLED = discover()
PROPERTIES = {name: each.object for name, each in INSTALLED.properties.items()}
WORDS = {True: True, False: False, "unknown": None}


def framework(case: dict[str, Any]) -> Framework:
    return INSTALLED.frameworks[case["framework"]].object


def product(case: dict[str, Any]) -> Product:
    flags = dict.fromkeys(case.get("is", ()), True) | dict.fromkeys(case.get("is_not", ()), False)
    held = (each.split(":") for each in case.get("certificates", ()))
    return Product(
        role=case.get("role", "manufacturer"),
        size=case.get("size", ""),
        turnover=case.get("turnover"),
        markets=tuple(case.get("market", ())),
        categories=tuple(case.get("categories", ())),
        flags=flags,
        features=case.get("features", {}),
        conditions=case.get("conditions", {}),
        placed=case.get("placed"),
        placed_until=case.get("placed_until"),
        support_until=case.get("support_until"),
        expected_use_years=case.get("expected"),
        certificates=tuple(
            Certificate(kind=kind, level=level, until=date.fromisoformat(day)) for kind, level, day in held
        ),
    )


def answer(name: str, outcome: Outcome) -> Answer:
    finding = Finding(property=name, check="test", outcome=outcome, message=f"{name}: {outcome}")
    return Answer(property=name, outcome=outcome, basis=Basis.OBSERVED, because="seen", findings=(finding,))


def answers(case: dict[str, Any], own: Product) -> dict[str, Answer]:
    found = {name: answer(name, Outcome.PASS) for name in case.get("yes", ())}
    found |= {name: answer(name, Outcome.FAIL) for name in case.get("no", ())}
    for each in support_findings(TomlFile("case", {}, {}), own, case["now"]):
        found.setdefault(LONG_ENOUGH, answer(LONG_ENOUGH, each.outcome))
    return found


def statements(case: dict[str, Any]) -> dict[str, Statement]:
    found = {}
    for name, said in case.get("said", {}).items():
        word, _, reason = said.partition(": ")
        full = f"{case['framework']}:{name}"
        found[full] = Statement(requirement=full, met=word == "yes", reason=reason, place="case")
    return found


def assessed(case: dict[str, Any]) -> dict[str, Assessed]:
    own = product(case)
    known = Known(product=own, answers=answers(case, own), statements=statements(case), properties=PROPERTIES)
    (chapter,) = assess([framework(case)], known, case["now"]).chapters
    return {each.requirement: each for each in chapter.requirements}


def open_question(each: Assessed) -> bool:
    return any("was not said" in reason for reason in each.because)


def fine(case: dict[str, Any], name: str) -> Exposure:
    own, law = product(case), framework(case)
    classed = applicability(law, own, case["now"]).product_class
    required = next(each for each in law.requirements if each.id == name)
    return exposure(law, name, required.tier, own.facts(classed, case["now"], law.state), own.turnover)


def told(case: dict[str, Any]) -> dict[str, object]:
    """What the engine says of all that a case asks."""
    own, law = product(case), framework(case)
    applies = applicability(law, own, case["now"])
    ways = {each.route.id: each for each in applies.routes}
    found = assessed(case)
    scope = {name: each.verdict is not Verdict.NOT_APPLICABLE for name, each in found.items()}
    sure = {name: scope[name] and not open_question(each) for name, each in found.items()}
    return {
        "applies": applies.applies,
        "class": applies.product_class,
        "open": [each for each in case.get("open", ()) if ways[each].open is True],
        "closed": [each for each in case.get("closed", ()) if ways[each].open is False],
        "taken": [each for each in case.get("taken", ()) if ways[each].taken is True],
        "not_taken": [each for each in case.get("not_taken", ()) if ways[each].taken is False],
        "holds": [each for each in case.get("holds", ()) if sure[each]],
        "holds_not": [each for each in case.get("holds_not", ()) if not scope[each]],
        "open_question": [each for each in case.get("open_question", ()) if scope[each] and not sure[each]],
        "verdict": {name: found[name].verdict.value for name in case.get("verdict", ())},
        "due": {name: found[name].due or "" for name in case.get("due", ())},
        "fine": {name: _ceiling(fine(case, name)) for name in case.get("fine", ())},
    }


def _ceiling(own: Exposure) -> object:
    if own.most is None:
        return "unknown" if own.at_least else "no ceiling"
    return own.most


@pytest.mark.parametrize("case", CASES, ids=[f"{each['framework']}: {each['what']}" for each in CASES])
def test_the_engine_says_what_the_law_says(case: dict[str, Any]) -> None:
    wanted = {key: case[key] for key in told(case) if key in case}
    if "applies" in wanted:
        wanted["applies"] = WORDS[wanted["applies"]]
    assert wanted, "the case asks nothing"
    assert {key: each for key, each in told(case).items() if key in wanted} == wanted


def test_there_are_enough_cases_and_each_cites_its_source() -> None:
    assert len(CASES) >= 100
    assert all(each["cite"] and each["what"] for each in CASES)
    assert len({(each["framework"], each["what"]) for each in CASES}) == len(CASES)
