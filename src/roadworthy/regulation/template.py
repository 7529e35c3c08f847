"""The template of a declaration: commented, and asking only what no evidence can show."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from roadworthy.model.outcome import Basis
from roadworthy.model.property import Property
from roadworthy.regulation.framework import Framework
from roadworthy.regulation.product import FLAGS, MARKETS, RARE, ROLES, SIZES

WIDTH: Final = 108
CONDITION: Final = {
    "3": "software components cannot be updated",
    "12": "an update mechanism is implemented",
    "14": "no limit of resources stands against protection from guessing",
    "15": "no limit of resources stands against an update mechanism",
    "16": "there are critical security parameters that belong to the device",
}
FEATURE: Final = {
    "a": "passwords can authenticate users or machines",
    "b": "passwords of the factory, one for each unit",
    "c": "authentication with cryptography, passwords included",
    "d": "users authenticate",
    "e": "authentication over network interfaces",
    "f": "components that are not immutable for security reasons",
    "g": "components can be updated",
    "h": "automatic updates",
    "i": "notices about updates",
    "j": "updates can come over a network",
    "k": "sensitive parameters in persistent storage",
    "l": "a hard-coded identity of each unit is used for security",
    "m": "critical parameters are used for update checks or links to services",
    "n": "security-relevant configuration over the network",
    "o": "critical parameters can leave the device",
    "p": "network or logical interfaces that are not used",
    "q": "debug interfaces",
    "r": "debug interfaces that are physical ports",
    "s": "secure boot, or another way to notice changes of the software",
    "t": "personal data is sent to services",
    "u": "sensitive personal data is sent to services",
    "v": "sensors that sense the outside",
    "w": "telemetry can be gathered",
    "x": "services can store personal data",
    "y": "personal data is processed on consent",
    "z": "personal data is processed on the device",
    "aa": "data is gathered for an aggregate only",
}


def template(frameworks: Sequence[Framework], properties: Mapping[str, Property]) -> str:
    """A declaration to fill in: TOML that can be read as it is, with all that can be said behind ``#``.

    Args:
        frameworks: For which frameworks: what none of them asks is left out.
        properties: The properties by id.
    """
    asked = {name for each in frameworks for one in each.requirements for name in one.needs.names()}
    parts = [
        "# What the maker declares of a product. What stands behind # is not said yet, and so unknown.",
        "# An observed failure stands against anything that is declared here.",
        *_facts(frameworks),
        *_features(frameworks),
        *_answers(sorted(asked), properties),
        *_requirements(frameworks),
    ]
    return "\n".join(parts) + "\n"


def _facts(frameworks: Sequence[Framework]) -> Iterator[str]:
    yield "\n[product]"
    yield 'maker = ""                  # as on the product\nmodel = ""'
    yield '# version = "1.1"          # only this release; all of them without it'
    yield '# report_at = "https://…"   # where everybody can read the full report: for the label'
    yield "# declared_on = 2026-11-27"
    yield "\n[company]"
    yield f'role = "manufacturer"       # or {", ".join(ROLES[1:])}'
    yield f'# size = "small"            # {", ".join(SIZES)} (Recommendation 2003/361/EC)'
    yield "# turnover_million_eur = 12  # worldwide, in a year: for ceilings of fines"
    yield "\n[market]"
    yield f"sold_in = []                # of: {', '.join(MARKETS)}"
    kinds = [(each.id, each.title) for one in frameworks for each in one.categories]
    if kinds:
        yield "# What it is, if one of these; the strictest decides on the class:"
        yield from (f"#   {name:<10} {title}" for name, title in kinds)
    yield "# categories = []"
    yield "# placed_on = 2026-05-01      # when the first unit was placed on the market"
    yield "# last_placed_on = 2028-05-01 # when the last one was; leave it out while it is sold"
    yield "\n[support]"
    yield "# until = 2031-12-31          # until when there are security updates"
    yield "# expected_use_years = 8      # for how long it can be expected to be in use"
    yield "\n[is]  # true or false. Not said is unknown; of those marked with * it is no"
    for name, meaning in FLAGS.items():
        yield f"# {name} = true".ljust(38) + f"# {'* ' if name in RARE else ''}{meaning}"
    yield "\n# [[certificate]]             # certificates and labels that are held"
    yield '# kind = "cls"                # cls, jc-star, en303645, eucc, …'
    yield '# level = "2"\n# until = 2028-01-31'


def _features(frameworks: Sequence[Framework]) -> Iterator[str]:
    formulas = (
        formula for each in frameworks for one in each.requirements for formula in (one.applies, one.feature)
    )
    named = {name for formula in formulas for name in formula.names()}
    for group, meanings in (("feature", FEATURE), ("condition", CONDITION)):
        wanted = [name for name in meanings if f"{group}.{name}" in named]
        if wanted:
            yield f"\n[{group}s]  # of EN 303 645, table B.1: true or false"
            yield from (f"# {name} = true".ljust(20) + f"# {meanings[name]}" for name in wanted)


def _answers(asked: Sequence[str], properties: Mapping[str, Property]) -> Iterator[str]:
    yield '\n[answers]  # "yes", "no", "unknown" or "does not arise"; or with a reason:'
    yield '# { answer = "no", because = "…", see = "…" }'
    for name in asked:
        own = properties.get(name)
        if own is not None and only_declared(own):
            yield from textwrap.wrap(own.question, WIDTH, initial_indent="# ", subsequent_indent="# ")
            yield f'# "{name}" = "yes"'


def only_declared(own: Property) -> bool:
    """Whether a property can be declared, and no image can show it."""
    return Basis.DECLARED in own.answerable and Basis.OBSERVED not in own.answerable


def _requirements(frameworks: Sequence[Framework]) -> Iterator[str]:
    yield '\n[requirements]  # what only the maker can tell: true, false, or { met = false, because = "…" }'
    for framework in frameworks:
        for each in framework.requirements:
            if not each.needs.text:
                text = f"{framework.title}, {each.id}: {each.text}"
                yield from textwrap.wrap(text, WIDTH, initial_indent="# ", subsequent_indent="# ")
                yield f'# "{framework.id}:{each.id}" = true'
