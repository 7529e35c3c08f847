"""Inspecting with some checks, with waivers, and against a baseline: what becomes of the exit code."""

from dataclasses import replace

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.codecs.envelope import encode
from roadworthy.inspection.comparison import side_of
from roadworthy.inspection.report import Body
from roadworthy.inspection.waiver import WaiverState
from roadworthy.model.envelope import Envelope
from roadworthy.model.errors import InputError, SourceError
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.testing.world import MemoryWorld, Silence, memory_image
from roadworthy.usecases.compare import CompareOptions, compare
from roadworthy.usecases.inspect import Inspected, InspectOptions, exit_code, inspect

PASSWD = "root:x:0:0:root:/root:/bin/sh\n"
OPEN = {"/etc/passwd": "root::0:0:root:/root:/bin/sh\n"}
SHUT = {"/etc/passwd": PASSWD, "/etc/shadow": "root:*:15000:0:99999:7:::\n"}
ACCEPTED = """[[waiver]]
accepts = "auth.no-empty-password"
reason = "It asks for one at first start."
author = "Jo"
expires = {day}
"""


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld(files={"open.bin": memory_image(OPEN), "shut.bin": memory_image(SHUT)})


def inspected(world: MemoryWorld, options: InspectOptions) -> Inspected:
    return inspect(
        replace(options, only=options.only or ("auth.*-password",)),
        world=world.world(),
        catalogue=discover(),
        progress=Silence(),
    )


def body(done: Inspected) -> Body:
    return side_of(done.dossier.envelopes[0]).body


def test_only_the_checks_that_are_asked_for_run(world: MemoryWorld) -> None:
    done = inspected(world, InspectOptions(image="open.bin", only=("auth.*",), skip=("*.default-password",)))
    checks = {each.check for each in done.dossier.envelopes[0].findings}
    assert "auth.empty-password" in checks
    assert "auth.default-password" not in checks
    assert all(each.startswith("auth.") for each in checks)


def test_what_was_left_out_stays_unanswered_and_shows_in_the_digest(world: MemoryWorld) -> None:
    some = inspected(world, InspectOptions(image="shut.bin", only=("auth.empty-password",)))
    answers = {each.property: each.outcome for each in some.dossier.answers}
    assert answers["auth.no-empty-password"] is Outcome.PASS
    assert answers["auth.no-default-password"] is Outcome.UNKNOWN
    more = inspected(world, InspectOptions(image="shut.bin", only=("auth.*-password",)))
    digests = [each.dossier.envelopes[0].producer.digests["checks"] for each in (some, more)]
    assert digests[0] != digests[1]


@pytest.mark.parametrize("options", [{"only": ("auth.emty-password",)}, {"skip": ("nosuch.*",)}])
def test_a_pattern_that_means_nothing_is_refused(
    world: MemoryWorld, options: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(InputError, match="there is no check"):
        inspected(world, replace(InspectOptions(image="open.bin"), **options))  # type: ignore[arg-type]


def test_a_failure_that_is_accepted_stays_in_the_evidence_and_does_not_count(world: MemoryWorld) -> None:
    world.files["w.toml"] = ACCEPTED.format(day="2026-11-21").encode()
    done = inspected(world, InspectOptions(image="open.bin", waivers="w.toml"))
    assert done.exit_code == 0
    envelope = done.dossier.envelopes[0]
    assert any(each.outcome is Outcome.FAIL for each in envelope.findings)
    (waived,) = body(done).waivers
    assert (waived.state, waived.place) == (WaiverState.IN_FORCE, "w.toml:1")
    assert envelope.findings[waived.findings[0]].property == "auth.no-empty-password"


def test_an_expired_waiver_fails_again(world: MemoryWorld) -> None:
    world.files["w.toml"] = ACCEPTED.format(day="2026-11-20").encode()
    done = inspected(world, InspectOptions(image="open.bin", waivers="w.toml"))
    assert done.exit_code == 1
    assert body(done).waivers[0].state is WaiverState.EXPIRED


def test_a_waiver_that_means_nothing_is_told(world: MemoryWorld) -> None:
    world.files["w.toml"] = ACCEPTED.format(day="2026-11-21").encode()
    done = inspected(world, InspectOptions(image="shut.bin", waivers="w.toml"))
    assert body(done).waivers[0].state is WaiverState.UNUSED


def test_against_a_baseline_only_what_got_worse_counts(world: MemoryWorld) -> None:
    old = inspected(world, InspectOptions(image="open.bin"))
    assert old.exit_code == 1
    world.files["old.json"] = encode(old.dossier.envelopes[0])
    again = inspected(world, InspectOptions(image="open.bin", baseline="old.json"))
    assert (again.exit_code, again.dossier.baseline) == (0, old.dossier.envelopes[0])
    good = inspected(world, InspectOptions(image="shut.bin"))
    world.files["good.json"] = encode(good.dossier.envelopes[0])
    assert inspected(world, InspectOptions(image="open.bin", baseline="good.json")).exit_code == 1


def unusable(_: Envelope) -> str:
    raise SourceError("the store is damaged", hint="Use --no-keep or --workspace.")


@pytest.mark.parametrize(("image", "code"), [("open.bin", 1), ("shut.bin", 3)])
def test_a_workspace_that_cannot_be_used_costs_nobody_the_report(
    world: MemoryWorld, image: str, code: int
) -> None:
    signed: list[Envelope] = []

    def sign(envelope: Envelope, _: str) -> Envelope:
        signed.append(envelope)
        return envelope

    broken = replace(world.world(), file=unusable, sign=sign)
    options = InspectOptions(image=image, only=("auth.*-password",), sign="key")
    done = inspect(options, world=broken, catalogue=discover(), progress=Silence())
    (envelope,) = done.dossier.envelopes
    problem = envelope.problems[-1]
    assert (done.exit_code, done.dossier.digest) == (code, "")
    assert (problem.stage, problem.what) == ("workspace", "not filed: the store is damaged")
    assert problem.hint == "Use --no-keep or --workspace."
    assert signed[-1] == envelope  # what is shown is what was signed
    again = inspect(replace(options, keep=False), world=broken, catalogue=discover(), progress=Silence())
    assert again.dossier.envelopes[0].problems == envelope.problems[:-1]
    assert again.exit_code == (1 if code == 1 else 0)


def test_a_comparison_says_that_it_could_not_be_filed(world: MemoryWorld) -> None:
    with pytest.raises(SourceError, match="the store is damaged"):
        compare(
            CompareOptions(old="shut.bin", new="open.bin"),
            world=replace(world.world(), file=unusable),
            starts_with=world.starts_with,
            catalogue=discover(),
            progress=Silence(),
        )


def compared(world: MemoryWorld, old: str, new: str, threshold: Severity = Severity.MEDIUM) -> Inspected:
    return compare(
        CompareOptions(old=old, new=new, threshold=threshold, keep=False),
        world=world.world(),
        starts_with=world.starts_with,
        catalogue=discover(),
        progress=Silence(),
    )


def test_images_are_compared_by_what_got_worse(world: MemoryWorld) -> None:
    assert compared(world, "shut.bin", "open.bin").exit_code == 1
    assert compared(world, "open.bin", "shut.bin").exit_code == 0
    assert world.filed == []


def test_a_report_stands_for_its_image(world: MemoryWorld) -> None:
    direct = compared(world, "open.bin", "shut.bin").dossier
    assert direct.baseline is not None
    world.files["old.json"] = encode(direct.baseline)
    world.files["new.json"] = encode(direct.envelopes[0])
    assert compared(world, "old.json", "new.json").dossier == direct
    assert compared(world, "old.json", "shut.bin").dossier == direct


def test_what_cannot_be_read_is_not_finished(world: MemoryWorld) -> None:
    world.files["noise.bin"] = bytes(range(256)) * 8
    assert compared(world, "open.bin", "noise.bin").exit_code == 3


def test_a_program_needs_no_file_system_to_be_read(world: MemoryWorld) -> None:
    world.files["noise.bin"] = bytes(range(256)) * 8
    noise = side_of(inspected(world, InspectOptions(image="noise.bin")).dossier.envelopes[0])
    regions = tuple(replace(region, program=True) for region in noise.body.regions)
    program = replace(noise, body=replace(noise.body, regions=regions))
    assert (exit_code(noise, Severity.MEDIUM), exit_code(program, Severity.MEDIUM)) == (3, 0)


def test_a_baseline_that_is_none_is_refused(world: MemoryWorld) -> None:
    world.files["x.json"] = b"{}"
    with pytest.raises(Exception, match="no envelope"):
        compared(world, "x.json", "shut.bin")
