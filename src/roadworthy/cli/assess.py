"""``roadworthy assess``, ``declare`` and ``frameworks``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.framework_pages import listed, pages_index
from roadworthy.cli.moment import moment
from roadworthy.cli.options import AsOf, Format, Output, ReportName, Workspace
from roadworthy.cli.progress import TerminalProgress
from roadworthy.cli.publish import choose, choose_form, publish, publish_dossier
from roadworthy.usecases.assess import AssessOptions, of_one
from roadworthy.usecases.assess import declare as template_of

Under = Annotated[
    str,
    Parameter(
        metavar="IDS",
        help="Frameworks, separated by commas, or all; `roadworthy frameworks` lists them.",
    ),
]


def assess(
    declaration: Annotated[
        str,
        Parameter(name="DECLARATION", help="The maker's declaration, TOML; see `roadworthy declare`."),
    ],
    /,
    *evidence: Annotated[
        str,
        Parameter(
            name="EVIDENCE",
            help="Images of one release, JSON reports or other evidence about it, and folders with a "
            "self-assessment by TS 103 701 (Markdown).",
        ),
    ],
    under: Under = "baseline",
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
    as_of: AsOf = None,
    workspace: Workspace = None,
    keep: Annotated[bool, Parameter(help="File the evidence and the assessment in the workspace.")] = True,
    report: ReportName = "assessment",
) -> int:
    """Assess a product."""
    catalogue = wiring.catalogue()
    folder = output is not None and (output.endswith("/") or wiring.is_folder(output))
    names = _names(under, tuple(catalogue.frameworks))
    form = choose_form(
        catalogue,
        report,
        wanted=format or ("html" if folder else None),
        output=None if folder else output,
        inputs=(declaration, *evidence),
    )
    options = AssessOptions(
        declaration=declaration,
        evidence=evidence,
        under=names,
        as_of=moment(as_of) if as_of is not None else None,
        keep=keep,
    )
    with TerminalProgress() as progress:
        done = wiring.assess(options, progress, workspace=workspace)
    if not folder:
        publish_dossier(done.dossier, form, output)
        return done.exit_code
    assert output is not None  # noqa: S101 -- for the type checker: a folder was given
    place = output.rstrip("/") or "/"
    wiring.make_folder(place)
    for name in names:
        wiring.write(form.write(of_one(done.dossier, name)), f"{place}/{name}{form.suffix}")
    index = choose(catalogue, wanted="html", output=None)
    publish(pages_index(done.assessment, form.suffix), index, f"{place}/index.html")
    return done.exit_code


def declare(*, under: Under = "baseline", output: Output = None) -> int:
    """Print the template of a declaration."""
    catalogue = wiring.catalogue()
    text = template_of(_names(under, tuple(catalogue.frameworks)), catalogue)
    wiring.write(text.encode(), output)
    return 0


def frameworks(
    *,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
) -> int:
    """List the frameworks."""
    catalogue = wiring.catalogue()
    rendering = choose(catalogue, wanted=format, output=output)
    publish(listed([each.object for each in catalogue.frameworks.values()]), rendering, output)
    return 0


def _names(under: str, known: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(each.strip() for each in under.split(",") if each.strip()))
    return known if names == ("all",) else names or ("baseline",)
