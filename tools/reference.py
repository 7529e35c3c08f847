"""Writes docs/reference/ from what is installed: commands, extensions, the form of an envelope.

    tools/reference.py           write the pages anew
    tools/reference.py --check   exit 1, with the place, if a page says something else than the code

The pages are what `roadworthy explain` and `roadworthy … --help` print; nothing is written here twice.
"""

import sys
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import Final

from roadworthy import wiring
from roadworthy.catalogue import Catalogue, Kind
from roadworthy.cli import pages
from roadworthy.cli.application import help_page
from roadworthy.cli.commands import COMMANDS, ENVIRONMENT, GROUPS
from roadworthy.cli.documents import envelope_form
from roadworthy.reports.blocks import DEFAULT_CANVAS, Block, Code, Document, Heading, Table, Text
from roadworthy.reports.render.json import RENDERING as JSON
from roadworthy.reports.render.markdown import RENDERING as MARKDOWN
from roadworthy.usecases.explain import chapter

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs/reference"
OURS: Final = "roadworthy"
MADE: Final = b"<!-- Made by tools/reference.py from the code; write it anew with `./dev docs`. -->\n\n"
PAGES: Final[Mapping[str, tuple[str, str, tuple[Kind, ...]]]] = {
    "checks": ("Checks", "Each check puts one question to an inspection.", (Kind.CHECK,)),
    "properties": (
        "Properties",
        "The questions that checks answer. The id of a property never changes its meaning.",
        (Kind.PROPERTY,),
    ),
    "formats": ("Formats", "The containers and file systems that are opened in place.", (Kind.FORMAT,)),
    "catalogers": ("Catalogers", "How facts get from files into the inventory.", (Kind.CATALOGER,)),
    "signatures": ("Signatures", "How components betray their version inside a program.", (Kind.SIGNATURE,)),
    "sources": (
        "Sources of advisories",
        "What `roadworthy advisories update` can read.",
        (Kind.ADVISORY_SOURCE,),
    ),
    "frameworks": (
        "Frameworks",
        "Laws, standards and our own baseline, as data. Paraphrases are ours; each row says how sure it is.",
        (Kind.FRAMEWORK,),
    ),
    "enforcers": (
        "Enforcers",
        "What `roadworthy guard compile --to` can write.",
        (Kind.ENFORCER,),
    ),
    "switch-drivers": (
        "Drivers of power switches",
        "How power is cut, given and read back: the table `[devices.NAME.power]` of network.toml.",
        (Kind.SWITCH_DRIVER,),
    ),
    "reports": (
        "Reports, renderings and exports",
        "A report makes a document of evidence, a rendering bytes of any document, an export other files.",
        (Kind.REPORT, Kind.RENDERING, Kind.EXPORT),
    ),
}


def reference(catalogue: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Every page: its file name and its bytes."""
    yield "README.md", _markdown("Reference", *_index())
    yield "cli.md", _markdown("Command line", *_commands())
    for name, (title, sentence, kinds) in PAGES.items():
        blocks = [block for kind in kinds for block in chapter(kind, catalogue, OURS)]
        yield f"{name}.md", _markdown(title, Text(sentence), *blocks)
    yield "envelope.schema.json", JSON.render(envelope_form(), DEFAULT_CANVAS)


def _markdown(title: str, *blocks: Block) -> bytes:
    document = Document(title=title, blocks=(Heading(title, 1), *blocks))
    return MADE + MARKDOWN.render(document, DEFAULT_CANVAS)


def _index() -> Iterator[Block]:
    rows = [("cli.md", "commands, options, exit codes, environment")]
    rows += [(f"{name}.md", sentence) for name, (_, sentence, _) in PAGES.items()]
    rows += [("envelope.schema.json", "The form of an evidence envelope, as a JSON schema.")]
    yield Table(("page", "what it lists"), tuple(rows))


def _commands() -> Iterator[Block]:
    yield Code(pages.root())
    for command in COMMANDS:
        group = command.name.partition(" ")[0]
        first = next(each for each in COMMANDS if each.name.startswith(group))
        if group in GROUPS and command is first:
            yield Heading(f"{OURS} {group}")
            yield Code(pages.group(group))
        yield Heading(f"{OURS} {command.name}")
        yield Code(help_page(command))
    yield Heading("Environment")
    yield Table(("variable", "what it does"), ENVIRONMENT)


def check(written: Mapping[str, bytes]) -> list[str]:
    """What differs between the pages as they should be and as they are, a line each."""
    found = {path.name for path in FOLDER.glob("*")} - {".gitkeep"}
    drift = [f"docs/reference/{name}: nothing makes this page" for name in sorted(found - written.keys())]
    for name, wanted in written.items():
        path = FOLDER / name
        there = path.read_bytes() if path.is_file() else b""
        if there != wanted:
            drift.append(f"docs/reference/{name}:{_first_difference(there, wanted)}")
    return drift


def _first_difference(there: bytes, wanted: bytes) -> str:
    lines = zip_longest(there.decode().splitlines(), wanted.decode().splitlines(), fillvalue="(end)")
    for number, (old, new) in enumerate(lines, 1):
        if old != new:
            return f"{number}: it says {old!r}, the code says {new!r}"
    return " the ends of lines differ"


def main(arguments: list[str]) -> int:
    """Write or check the pages."""
    written = dict(reference(wiring.catalogue()))
    if arguments == ["--check"]:
        drift = check(written)
        sys.stderr.writelines(f"{line}\n" for line in drift)
        if drift:
            sys.stderr.write("hint: `./dev docs` writes the pages anew.\n")
        return 1 if drift else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, data in written.items():
        (FOLDER / name).write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
