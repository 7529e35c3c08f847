"""Inspecting with bills of materials: what is asked, what is refused, and whose bill is whose."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.codecs.envelope import decode, encode
from roadworthy.inspection.bill import Declared, Standing
from roadworthy.inspection.comparison import side_of
from roadworthy.inspection.report import Body
from roadworthy.model.errors import InputError
from roadworthy.model.outcome import Outcome
from roadworthy.testing.world import MemoryWorld, Silence, memory_image
from roadworthy.usecases.inspect import Inspected, InspectOptions, inspect
from roadworthy.usecases.inspect_many import Index, inspect_many

T = TypeVar("T")
STATUS = "Package: busybox\nVersion: 1.36.1-r1\nStatus: install user installed\n"
CHECKS = ("provenance.*",)


def bill(*claims: str) -> bytes:
    listed = [each.partition("@")[::2] for each in claims]
    components = [{"type": "library", "name": name, "version": version} for name, version in listed]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}).encode()


@pytest.fixture
def world() -> MemoryWorld:
    image = memory_image({"/usr/lib/opkg/status": STATUS})
    return MemoryWorld(
        files={
            "a.bin": image,
            "b.bin": image,
            "true.json": bill("busybox@1.36.1"),
            "old.json": bill("busybox@1.35.0"),
            "broken.json": b'{"bomFormat": "CycloneDX", "specVersion": "9"}',
        }
    )


def inspected(world: MemoryWorld, *bills: str, only: tuple[str, ...] = CHECKS) -> Inspected:
    options = InspectOptions(image="a.bin", only=only, sbom=bills)
    return inspect(options, world=world.world(), catalogue=discover(), progress=Silence())


def answers(done: Inspected) -> dict[str, Outcome]:
    return {
        each.property: each.outcome
        for each in done.dossier.answers
        if each.property.startswith("provenance.sbom")
    }


def body(done: Inspected) -> Body:
    return side_of(done.dossier.envelopes[0]).body


def test_a_bill_that_is_true_answers_both_questions(world: MemoryWorld) -> None:
    done = inspected(world, "true.json")
    assert set(answers(done).values()) == {Outcome.PASS}
    assert done.exit_code == 0


def test_a_bill_that_is_not_true_fails_with_the_place_in_it(world: MemoryWorld) -> None:
    done = inspected(world, "old.json")
    assert done.exit_code == 1
    (failed,) = [each for each in done.dossier.envelopes[0].findings if each.outcome is Outcome.FAIL]
    assert failed.check == "provenance.untrue-claim"
    assert failed.evidence[0].path == ("old.json", "$.components[0]")
    assert failed.evidence[1].path[-1] == "/usr/lib/opkg/status"


def test_the_report_carries_it_there_and_back(world: MemoryWorld) -> None:
    done = inspected(world, "true.json", "old.json")
    (envelope,) = done.dossier.envelopes
    reconciled = body(done).reconciliation
    assert decode(encode(envelope)) == envelope
    assert reconciled is not None
    assert [each.name for each in reconciled.bills] == ["true.json", "old.json"]
    assert [each.standing for each in reconciled.claims] == [Standing.CONFIRMED, Standing.OTHER_VERSION]
    assert [each.standing for each in reconciled.components] == [Declared.CLAIMED]


def test_without_a_bill_nobody_is_asked(world: MemoryWorld) -> None:
    done = inspected(world, only=("provenance.*", "auth.empty-password"))
    assert body(done).reconciliation is None
    assert {each.check for each in done.dossier.envelopes[0].findings} == {"auth.empty-password"}
    assert set(answers(done).values()) == {Outcome.UNKNOWN}  # nobody looked


@pytest.mark.parametrize(
    ("name", "what"),
    [("broken.json", r"broken\.json: \$\.specVersion"), ("none.json", "none.json does not exist")],
)
def test_a_bill_that_cannot_be_used_stops_the_run(world: MemoryWorld, name: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        inspected(world, "true.json", name)
    assert caught.value.hint
    assert world.filed == []


def many(world: MemoryWorld, images: Sequence[str], *bills: str) -> Index:
    def run_all(tasks: Sequence[Callable[[], T]]) -> Iterator[tuple[int, T]]:
        yield from ((position, task()) for position, task in enumerate(tasks))

    return inspect_many(
        images,
        InspectOptions(image="", only=CHECKS, sbom=bills),
        world=world.world(),
        catalogue=discover(),
        run_all=run_all,
        write=lambda _, name: name,
        names=[f"{number}.json" for number in range(len(images))],
        progress=Silence(),
    )


def test_of_many_images_each_has_its_own(world: MemoryWorld) -> None:
    found = many(world, ["a.bin", "b.bin"], "true.json", "old.json")
    assert [each.exit_code for each in found.entries] == [0, 1]
    found = many(world, ["a.bin", "b.bin"], "broken.json", "true.json")
    assert [each.exit_code for each in found.entries] == [3, 0]
    assert "$.specVersion" in found.entries[0].error


@pytest.mark.parametrize("bills", [("true.json",), ("true.json", "true.json", "old.json")])
def test_whose_is_which_must_be_clear(world: MemoryWorld, bills: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=f"2 images and {len(bills)} bills of materials") as caught:
        many(world, ["a.bin", "b.bin"], *bills)
    assert "one --sbom for each image" in caught.value.hint


def test_one_image_among_many_has_all(world: MemoryWorld) -> None:
    assert many(world, ["a.bin"], "true.json", "old.json").exit_code == 1
