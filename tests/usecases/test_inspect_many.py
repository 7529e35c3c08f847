"""Many images: one bad one stops no other, names never collide, and the exit code is the worst."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.adapters.extensions import discover
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.reports.report import Dossier
from roadworthy.testing.world import MemoryWorld, Silence, memory_image
from roadworthy.usecases.inspect import InspectOptions
from roadworthy.usecases.inspect_many import Index, file_names, inspect_many

T = TypeVar("T")
FILES = {
    "open.bin": memory_image({"/etc/passwd": "root::0:0:root:/root:/bin/sh\n"}),
    "shut.bin": memory_image({"/etc/passwd": "root:*:0:0:root:/root:/bin/sh\n"}),
    "noise.bin": bytes(range(256)),
}


def backwards(tasks: Sequence[Callable[[], T]]) -> Iterator[tuple[int, T]]:
    for position in reversed(range(len(tasks))):
        yield position, tasks[position]()


def many(
    images: Sequence[str], written: list[str], only: tuple[str, ...] = ("auth.empty-password",)
) -> Index:
    def write(dossier: Dossier, name: str) -> str:
        if name == "shut.bin.json" and "full" in written:
            raise InputError("no space left", hint="Make some.")
        if name == "shut.bin.json" and "broken" in written:
            raise KeyError(dossier.subject.id)
        written.append(name)
        return f"reports/{name}"

    return inspect_many(
        images,
        InspectOptions(image="", only=only),
        world=MemoryWorld(files=FILES).world(),
        catalogue=discover(),
        run_all=backwards,
        write=write,
        names=file_names(images, ".json"),
        progress=Silence(),
    )


def test_each_has_its_entry_in_the_order_given() -> None:
    written: list[str] = []
    found = many(["shut.bin", "open.bin"], written)
    assert [(each.image, each.exit_code, each.worst, each.written) for each in found.entries] == [
        ("shut.bin", 0, None, "reports/shut.bin.json"),
        ("open.bin", 1, Severity.CRITICAL, "reports/open.bin.json"),
    ]
    assert found.entries[0].counts == {Outcome.PASS: 1}
    assert found.entries[0].unasked == len(discover().properties) - 1
    assert found.exit_code == 1


@pytest.mark.parametrize("trouble", ["full", "broken"])
def test_one_that_fails_stops_no_other_and_says_why(trouble: str) -> None:
    found = many(["shut.bin", "missing.bin", "noise.bin", "open.bin"], [trouble])
    assert [each.exit_code for each in found.entries] == [3, 3, 3, 1]
    assert "missing.bin does not exist. Give another." in found.entries[1].error
    assert ("no space left" if trouble == "full" else "a fault in Roadworthy itself") in found.entries[
        0
    ].error
    assert found.exit_code == 3


def test_a_slip_that_holds_for_all_stops_the_run_at_once() -> None:
    with pytest.raises(InputError, match="there is no check"):
        many(["open.bin"], [], only=("nosuch",))


def test_names_that_are_alike_get_numbers() -> None:
    assert file_names(["a/x.bin", "b/x.bin", "c/X.BIN", "x.bin-2", "/"], ".json") == (
        "x.bin.json",
        "x.bin-3.json",
        "X.BIN-4.json",
        "x.bin-2.json",
        "root.json",
    )


@given(st.lists(st.text(alphabet="aA-2/", min_size=1), max_size=12))
def test_names_never_collide(images: list[str]) -> None:
    names = [each.casefold() for each in file_names(images, ".x")]
    assert len(set(names)) == len(images)
    assert not any("/" in each for each in names)
