"""``roadworthy image …``."""

import sys
from typing import Annotated

from cyclopts import Parameter

from roadworthy import wiring
from roadworthy.cli.files import extraction, listing
from roadworthy.cli.options import Format, Output
from roadworthy.cli.publish import choose, publish
from roadworthy.cli.surroundings import is_terminal
from roadworthy.model.errors import PolicyError
from roadworthy.reports._text import visible_lines
from roadworthy.usecases import look

UNFINISHED = 3
Image = Annotated[str, Parameter(name="IMAGE", help="The firmware image, a file.")]
Address = Annotated[
    str,
    Parameter(
        name="PATH",
        help="A path in its largest file system; in another, with its name: squashfs@0x120200:/etc.",
    ),
]


def ls(
    image: Image,
    path: Address = "/",
    /,
    *,
    recursive: Annotated[bool, Parameter(alias="-r", negative=(), help="What lies deeper, too.")] = False,
    format: Format = None,  # noqa: A002 -- the option's name
    output: Output = None,
) -> int:
    """List files of an image."""
    rendering = choose(wiring.catalogue(), wanted=format, output=output, inputs=[image])
    options = look.LookOptions(image=image, address=path, everything=recursive)
    publish(listing(look.list_files(options, looker=wiring.looker())), rendering, output)
    return 0


def cat(
    image: Image,
    path: Address,
    /,
    *,
    output: Output = None,
    raw: Annotated[
        bool, Parameter(negative=(), help="Write to a terminal whatever it may do with it.")
    ] = False,
) -> int:
    """Write one file of an image."""
    wiring.spare([image], output)
    data = look.read_file(look.LookOptions(image=image, address=path), looker=wiring.looker())
    if output is None and not raw and is_terminal(sys.stdout) and not _harmless(data):
        raise PolicyError(
            f"{path} holds what a terminal would obey or could not show",
            hint="Write it to a file with --output, into a pipe, or as it is with --raw.",
        )
    wiring.write(data, output)
    return 0


def extract(
    image: Image,
    path: Address = "/",
    /,
    *,
    output: Annotated[
        str,
        Parameter(alias="-o", metavar="DIR", help="Folder to make; it must not be there yet, or be empty."),
    ],
    all_bits: Annotated[
        bool,
        Parameter(negative=(), help="Keep setuid, setgid, sticky and everybody's right to write."),
    ] = False,
    format: Format = None,  # noqa: A002 -- as above
) -> int:
    """Extract files of an image into a folder."""
    rendering = choose(wiring.catalogue(), wanted=format, output=None)
    options = look.LookOptions(image=image, address=path)
    with wiring.new_folder(output, all_bits=all_bits) as folder:
        done = look.extract(options, looker=wiring.looker(), folder=folder)
    publish(extraction(done, output), rendering, None)
    return UNFINISHED if done.problems else 0


def _harmless(data: bytes) -> bool:
    """Whether it is text without anything that moves the cursor or hides."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return visible_lines(text) == [line.expandtabs(4) for line in text.removesuffix("\n").split("\n")]
