"""Publishing: a dossier or a document goes out in the form that was asked for, or that fits where it goes."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from roadworthy import wiring
from roadworthy.catalogue import Catalogue
from roadworthy.cli.surroundings import canvas, is_terminal
from roadworthy.model.errors import InputError
from roadworthy.reports.blocks import DEFAULT_CANVAS, Canvas, Document, Rendering
from roadworthy.reports.report import Dossier, Export, Report

ON_TERMINAL: Final = "terminal"
IN_PIPE: Final = "json"


@dataclass(frozen=True, slots=True)
class Form:
    """How a dossier goes out: as a report in some rendering, or as an export, which needs no report."""

    report: Report
    way: Rendering | Export

    @property
    def suffix(self) -> str:
        """Of file names."""
        return self.way.suffix

    def write(self, dossier: Dossier, shown: Canvas = DEFAULT_CANVAS) -> bytes:
        """The bytes. Raises `InputError` where the dossier does not hold what it takes."""
        if isinstance(self.way, Export):
            return self.way.write(dossier)
        return self.way.render(self.report.build(dossier), shown)


def choose(
    catalogue: Catalogue, *, wanted: str | None, output: str | None, inputs: Sequence[str] = ()
) -> Rendering:
    """The rendering to use. Called before the work begins, so that a slip costs no time.

    Args:
        catalogue: For the renderings that are installed.
        wanted: What ``--format`` says.
        output: What ``--output`` says.
        inputs: The files that the command reads, or makes besides; empty names are none.

    Raises:
        InputError: No such format is installed, or none goes by the suffix.
        PolicyError: The output would replace an input.
    """
    wiring.spare(inputs, output)
    way = _way(dict(_renderings(catalogue)), wanted, output)
    assert isinstance(way, Rendering)  # noqa: S101 -- tells the type checker what was looked through
    return way


def choose_form(
    catalogue: Catalogue, report: str, *, wanted: str | None, output: str | None, inputs: Sequence[str] = ()
) -> Form:
    """As `choose`, for what may be exported, too.

    Args:
        catalogue: For the reports, renderings and exports that are installed.
        report: What ``--report`` says.
        wanted: What ``--format`` says.
        output: What ``--output`` says; empty where only a suffix could say something and there is none.
        inputs: As `choose`.

    Raises:
        InputError: As `choose`; or no such report is installed.
        PolicyError: As `choose`.
    """
    wiring.spare(inputs, output)
    ways = {**dict(_exports(catalogue)), **dict(_renderings(catalogue))}
    return Form(choose_report(catalogue, report), _way(ways, wanted, output))


def choose_report(catalogue: Catalogue, wanted: str) -> Report:
    """The report to make. Raises `InputError` if no such report is installed."""
    extension = catalogue.reports.get(wanted)
    if extension is None:
        raise InputError(
            f"there is no report {wanted!r}", hint=f"Installed are {', '.join(catalogue.reports)}."
        )
    return extension.object


def publish(document: Document, rendering: Rendering, output: str | None) -> None:
    """Write a document to a file, whole or not at all, or to stdout."""
    wiring.write(rendering.render(document, _shown(output)), output)


def publish_dossier(dossier: Dossier, form: Form, output: str | None) -> None:
    """Write what becomes of a dossier, likewise."""
    wiring.write(form.write(dossier, _shown(output)), output)


def _shown(output: str | None) -> Canvas:
    return canvas() if output is None else DEFAULT_CANVAS


def _renderings(catalogue: Catalogue) -> Iterator[tuple[str, Rendering | Export]]:
    yield from ((name, extension.object) for name, extension in catalogue.renderings.items())


def _exports(catalogue: Catalogue) -> Iterator[tuple[str, Rendering | Export]]:
    yield from ((name, extension.object) for name, extension in catalogue.exports.items())


def _way(ways: dict[str, Rendering | Export], wanted: str | None, output: str | None) -> Rendering | Export:
    if wanted is None and output is not None:
        return _by_suffix(ways, output)
    name = wanted or (ON_TERMINAL if is_terminal(sys.stdout) else IN_PIPE)
    if name not in ways:
        raise InputError(f"there is no format {name!r}", hint=f"Installed are {', '.join(sorted(ways))}.")
    return ways[name]


def _by_suffix(ways: dict[str, Rendering | Export], output: str) -> Rendering | Export:
    """The format whose suffix fits, the longest where several do: ``.cdx.json`` before ``.json``."""
    fitting = [way for way in ways.values() if output.lower().endswith(way.suffix)]
    if fitting:
        return max(fitting, key=lambda way: len(way.suffix))
    known = ", ".join(way.suffix for way in ways.values())
    raise InputError(
        f"no format goes by the suffix of {output!r}",
        hint=f"Choose one with --format ({', '.join(sorted(ways))}), or a suffix among {known}.",
    )
