"""Publishing: a document goes out in the format that was asked for, or that fits where it goes."""

import sys
from pathlib import PurePath
from typing import Final

from roadworthy import wiring
from roadworthy.catalogue import Catalogue
from roadworthy.cli.surroundings import canvas, is_terminal
from roadworthy.model.errors import InputError
from roadworthy.reports.blocks import DEFAULT_CANVAS, Document, Rendering
from roadworthy.reports.report import Report

ON_TERMINAL: Final = "terminal"
IN_PIPE: Final = "json"


def choose(catalogue: Catalogue, *, wanted: str | None, output: str | None) -> Rendering:
    """The rendering to use. Called before the work begins, so that a slip costs no time.

    Args:
        catalogue: For the renderings that are installed.
        wanted: What ``--format`` says.
        output: What ``--output`` says.

    Raises:
        InputError: No such format is installed, or none goes by the suffix.
    """
    if wanted is None and output is not None:
        return _by_suffix(catalogue, output)
    name = wanted or (ON_TERMINAL if is_terminal(sys.stdout) else IN_PIPE)
    extension = catalogue.renderings.get(name)
    if extension is None:
        raise InputError(f"there is no format {name!r}", hint=f"Installed are {_names(catalogue)}.")
    return extension.object


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
    shown = canvas() if output is None else DEFAULT_CANVAS
    wiring.write(rendering.render(document, shown), output)


def _by_suffix(catalogue: Catalogue, output: str) -> Rendering:
    suffix = PurePath(output).suffix.lower()
    for extension in catalogue.renderings.values():
        if extension.object.suffix == suffix:
            return extension.object
    known = ", ".join(each.object.suffix for each in catalogue.renderings.values())
    raise InputError(
        f"no format goes by the suffix of {output!r}",
        hint=f"Choose one with --format ({_names(catalogue)}), or a suffix among {known}.",
    )


def _names(catalogue: Catalogue) -> str:
    return ", ".join(catalogue.renderings)
