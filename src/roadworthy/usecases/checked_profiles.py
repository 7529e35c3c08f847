"""Check MUD files, and say on a page what is wrong with each and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from roadworthy.codecs.plain import to_plain
from roadworthy.model.errors import InputError
from roadworthy.network.mud.advice import advise
from roadworthy.network.mud.checking import MOST_FAULTS, Checked, check
from roadworthy.network.mud.reading import MOST_BYTES, read_mud
from roadworthy.reports.blocks import Block, Document, Heading, Table, Text
from roadworthy.usecases.evidence import ReadFile

TYPE: Final = "roadworthy.profiles-checked/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """What came of checking one file."""

    file: str
    checked: Checked


def check_files(files: Sequence[str], *, read: ReadFile) -> tuple[CheckedFile, ...]:
    """Check files; one that has no faults is advised on, too.

    Raises:
        InputError: One cannot be read at all.
    """
    return tuple(CheckedFile(file=file, checked=_check(file, read(file, limit=MOST_BYTES))) for file in files)


def checked_page(done: Sequence[CheckedFile]) -> Document:
    """The page: for each file what is wrong, where, and the way out; then the hints."""
    faulty = sum(bool(each.checked.faults) for each in done)
    title = f"{faulty} of {len(done)} profiles are invalid" if faulty else f"{len(done)} profiles are valid"
    if len(done) == 1:
        title = f"{done[0].file} is {'invalid' if faulty else 'valid'}"
    blocks: list[Block] = [Heading(title, 1)]
    for each in done:
        blocks += _blocks(each, named=len(done) > 1)
    return Document(
        title=title,
        blocks=tuple(blocks),
        data={
            "type": TYPE,
            "files": [
                {
                    "file": each.file,
                    "valid": not each.checked.faults,
                    "faults": to_plain(each.checked.faults),
                    "hints": to_plain(each.checked.hints),
                }
                for each in done
            ],
        },
    )


def _check(file: str, data: bytes) -> Checked:
    checked = check(data)
    if checked.faults:
        return checked
    try:
        return replace(checked, hints=checked.hints + advise(read_mud(data, file)))
    except InputError as error:  # valid, and beyond what is read here
        raise InputError(f"{error}", hint=error.hint) from error


def _blocks(done: CheckedFile, *, named: bool) -> list[Block]:
    blocks: list[Block] = []
    for title, remarks in (("Faults", done.checked.faults), ("Hints", done.checked.hints)):
        if remarks:
            heading = f"{title} of {done.file}" if named else title
            rows = tuple((each.place, each.what, each.remedy, each.rule) for each in remarks)
            blocks += [Heading(heading), Table(("where", "what", "what to do", "said in"), rows)]
    if len(done.checked.faults) == MOST_FAULTS:
        blocks.append(Text(f"There may be more: {MOST_FAULTS} are told."))
    return blocks
