"""``roadworthy inspect``."""

from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.documents import index
from roadworthy.cli.moment import moment
from roadworthy.cli.options import AsOf, Format, Output, ReportName, Workspace
from roadworthy.cli.progress import TerminalProgress
from roadworthy.cli.publish import IN_PIPE, choose, choose_form, publish, publish_dossier
from roadworthy.model.outcome import Severity
from roadworthy.usecases.inspect import InspectOptions


def inspect(
    *image: Annotated[
        str,
        Parameter(
            name="IMAGE",
            required=True,
            help="Firmware images. A folder means the images directly in it; but a folder with etc/ and bin/ "
            "or usr/ in it is one image, an unpacked root tree.",
        ),
    ],
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
    as_of: AsOf = None,
    threshold: Annotated[
        Severity, Parameter(help="The exit code is 1 if anything is wrong at this severity or above.")
    ] = Severity.MEDIUM,
    workspace: Workspace = None,
    keep: Annotated[bool, Parameter(help="File the evidence in the workspace.")] = True,
    sign: Annotated[
        str | None,
        Parameter(
            metavar="KEY",
            help="File of the private key to sign the evidence with; see `roadworthy evidence keygen`.",
        ),
    ] = None,
    waivers: Annotated[
        str,
        Parameter(metavar="FILE", help="TOML file of failures that somebody accepts, each until a day."),
    ] = "",
    baseline: Annotated[
        str,
        Parameter(
            metavar="FILE",
            help="JSON report of an earlier inspection: only what got worse since makes the exit code 1.",
        ),
    ] = "",
    sbom: Annotated[
        tuple[str, ...],
        Parameter(
            metavar="FILE",
            negative=(),
            help="Bill of materials to hold against the image, both ways: CycloneDX, SPDX, or what Yocto "
            "and Buildroot write. May be given again; with several images, once for each, in their order.",
        ),
    ] = (),
    unblob: Annotated[
        bool,
        Parameter(
            negative=(),
            help="Let unblob, a separate program, unpack what no format recognises, if it is installed.",
        ),
    ] = False,
    only: Annotated[
        tuple[str, ...],
        Parameter(metavar="CHECK", negative=(), help="Run these checks only: ids, or patterns like auth.*."),
    ] = (),
    skip: Annotated[
        tuple[str, ...],
        Parameter(metavar="CHECK", negative=(), help="Leave these checks out: ids, or patterns like auth.*."),
    ] = (),
    jobs: Annotated[int, Parameter(help="How many images to inspect side by side.")] = 2,
    report: ReportName = "inspection",
) -> int:
    """Inspect one image, or many."""
    images = wiring.images(image)
    options = InspectOptions(
        image=images[0],
        as_of=moment(as_of) if as_of is not None else None,
        threshold=threshold,
        sign=sign or "",
        keep=keep,
        only=only,
        skip=skip,
        waivers=waivers,
        baseline=baseline,
        sbom=sbom,
        unblob=unblob,
    )
    many = len(images) > 1 or wiring.is_folder(output)
    catalogue = wiring.catalogue()
    form = choose_form(
        catalogue,
        report,
        wanted=format or (IN_PIPE if many else None),
        output=output,
        inputs=(*images, options.sign, waivers, baseline, *sbom),
    )
    with TerminalProgress() as progress:
        if not many:
            inspected = wiring.inspect(options, progress, workspace=workspace)
        else:
            found = wiring.inspect_many(
                images,
                options,
                progress,
                jobs=jobs,
                folder=output,
                suffix=form.suffix,
                write=form.write,
                workspace=workspace,
            )
    if not many:
        publish_dossier(inspected.dossier, form, output)
        return inspected.exit_code
    publish(index(found), choose(catalogue, wanted=None, output=None), None)
    return found.exit_code
