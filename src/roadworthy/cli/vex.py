"""``roadworthy vex``, ``roadworthy vex add`` and ``roadworthy vex list``."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Literal

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.moment import moment
from roadworthy.cli.options import AsOf, Format, Output, Workspace
from roadworthy.cli.progress import TerminalProgress
from roadworthy.cli.publish import choose, publish
from roadworthy.reports.blocks import Block, Document, Heading, Table, Text
from roadworthy.usecases import vex
from roadworthy.usecases.vex import NOBODY, Added, VexForm, VexOptions


def write(
    file: Annotated[
        str, Parameter(name="FILE", help="The image, or the JSON report of its inspection; - is stdin.")
    ],
    /,
    *,
    format: Annotated[  # noqa: A002 -- the option's name
        VexForm, Parameter(help="In which form.")
    ] = VexForm.OPENVEX,
    csaf_version: Annotated[Literal["2.0", "2.1"], Parameter(help="Of CSAF.")] = "2.0",
    author: Annotated[str, Parameter(metavar="NAME", help="Who says so.")] = NOBODY,
    namespace: Annotated[
        str, Parameter(metavar="URI", help="The address that CSAF is to name the author by.")
    ] = "",
    output: Output = None,
    as_of: AsOf = None,
    workspace: Workspace = None,
) -> int:
    """Write what is known of the vulnerabilities of an image."""
    wiring.spare([file], output)
    options = VexOptions(
        file=file,
        form=format,
        csaf_version=csaf_version,
        author=author,
        namespace=namespace,
        as_of=moment(as_of) if as_of is not None else None,
    )
    with TerminalProgress() as progress:
        data = wiring.write_vex(options, progress, workspace=workspace)
    wiring.write(data, output)
    return 0


def add(
    files: Annotated[
        tuple[str, ...],
        Parameter(
            name="FILE", negative=(), help="OpenVEX, CSAF or CycloneDX, as JSON; several may be given."
        ),
    ],
    /,
    *,
    own: Annotated[bool, Parameter(help="They are your own: they count before anybody else's.")] = False,
    lenient: Annotated[
        bool, Parameter(help="File them in spite of faults, as far as they can be understood.")
    ] = False,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
    workspace: Workspace = None,
) -> int:
    """File statements in the workspace."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=files)
    store = wiring.statements(workspace)
    done = vex.add(files, own=own, lenient=lenient, read_file=wiring.read_file(), store=store)
    publish(_page("Filed", done), rendering, output)
    return 0


def list_(
    *,
    format: Format = None,  # noqa: A002 -- as above
    output: Output = None,
    workspace: Workspace = None,
) -> int:
    """List the statements that are filed."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output)
    publish(_page("Statements", tuple(vex.filed(wiring.statements(workspace)))), rendering, output)
    return 0


def _page(title: str, documents: Sequence[Added]) -> Document:
    rows = tuple(
        (
            each.said.author or "nobody named",
            "own" if each.own else "others",
            f"{each.said.timestamp:%Y-%m-%d}" if each.said.timestamp else "undated",
            each.said.form,
            ", ".join(f"{number} {status}" for status, number in sorted(_counts(each).items())),
            each.place,
        )
        for each in documents
    )
    nothing = Text("No statements are filed. `roadworthy vex add FILE` files some.")
    columns = ("author", "whose", "of", "form", "statements", "filed as")
    body: Block = Table(columns, rows) if rows else nothing
    return Document(
        title=title,
        blocks=(Heading(title, 1), body),
        data={
            "type": "roadworthy.vex-list/v1",
            "documents": [
                {
                    "id": each.said.id,
                    "author": each.said.author,
                    "own": each.own,
                    "as_of": each.said.timestamp.isoformat() if each.said.timestamp else None,
                    "form": each.said.form,
                    "counts": _counts(each),
                    "faults": list(each.said.faults),
                    "place": each.place,
                }
                for each in documents
            ],
        },
    )


def _counts(each: Added) -> dict[str, int]:
    return dict(Counter(str(statement.status) for statement in each.said.statements))
