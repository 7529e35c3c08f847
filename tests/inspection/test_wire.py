from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.report import Region, Report, Step
from roadworthy.inspection.wire import decode, died, encode
from roadworthy.model.component import Component
from roadworthy.model.credential import Credential, SecretState
from roadworthy.model.endpoint import Endpoint
from roadworthy.model.errors import InputError, RoadworthyError, VerificationError
from roadworthy.model.evidence import Evidence
from roadworthy.model.inventory import Inventory
from roadworthy.model.key_material import KeyKind, KeyMaterial
from roadworthy.model.service import Service
from roadworthy.testing.strategies import findings, problems

AT = (Evidence(path=("camera.bin", "/etc/\x1b[2J"), offset=3, excerpt="\x00ü"),)
FULL = Step(
    stage="inventory",
    done=1,
    total=2,
    gained=Report(
        regions=(
            Region(path=("a", "b"), offset=None, size=3, format="squashfs", entropy=7.5, facts={"x": "y"}),
        ),
        inventory=Inventory(
            components=(
                Component(
                    name="busybox",
                    version="1",
                    purl="pkg:generic/busybox@1",
                    cpes=("cpe:2.3:a:busybox:busybox",),
                    identified_by="signature:busybox",
                    confidence=0.9,
                    evidence=AT,
                ),
            ),
            services=(
                Service(
                    name="telnetd",
                    command="telnetd &",
                    started_by="init-script",
                    user="",
                    ports=("tcp/23",),
                    enabled=None,
                    evidence=AT,
                ),
            ),
            credentials=(
                Credential(
                    user="root",
                    state=SecretState.EMPTY,
                    scheme="",
                    secret="",
                    fingerprint="",
                    login=True,
                    uid=0,
                    evidence=AT,
                ),
            ),
            keys=(
                KeyMaterial(
                    kind=KeyKind.CERTIFICATE,
                    algorithm="rsa",
                    bits=1024,
                    fingerprint="",
                    not_after=datetime(2015, 1, 1, tzinfo=UTC),
                    evidence=AT,
                ),
            ),
            endpoints=(Endpoint(host="example.com", port=None, protocol="", named_by="x", evidence=AT),),
        ),
    ),
)


def test_every_kind_of_fact_crosses() -> None:
    assert decode(encode(FULL)) == FULL


@given(st.lists(findings, max_size=3), st.lists(problems, max_size=3))
def test_any_step_crosses(found: list[object], failed: list[object]) -> None:
    step = Step(stage="checks", done=1, total=1, gained=Report(findings=tuple(found), problems=tuple(failed)))  # type: ignore[arg-type]
    assert decode(encode(step)) == step


@given(st.binary(max_size=50) | st.integers(0, len(encode(FULL))).map(lambda cut: encode(FULL)[:cut]))
def test_garbage_is_refused_and_nothing_else_happens(data: bytes) -> None:
    if data == encode(FULL):
        return
    with pytest.raises(RoadworthyError):
        decode(data)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b'"done":1', b'"done":1.5', r"\$\.done: Expected `int`"),
        (b'"done":1', b'"done":9007199254740993', r"\$\.done: 9007199254740993 is beyond"),
        (
            b'"state":"empty"',
            b'"state":"open"',
            r"\$\.gained\.inventory\.credentials\[0\]\.state: Invalid enum",
        ),
        (b'"stage":', b'"more":1,"stage":', r"\$\.more: this field is unknown"),
    ],
)
def test_what_is_no_step_is_refused(old: bytes, new: bytes, message: str) -> None:
    with pytest.raises(VerificationError, match=message):
        decode(encode(FULL).replace(old, new))
    with pytest.raises(InputError):
        decode(b"\x80\x04.")


def test_a_death_says_where_it_came() -> None:
    step = died(FULL, "the worker broke", "report it")
    assert (step.stage, step.done, step.total) == ("inventory", 1, 2)
    (problem,) = step.gained.problems
    assert (problem.stage, problem.where) == ("worker", "inventory, after 1 of 2")
    assert (problem.what, problem.hint) == ("the worker broke", "report it")
    assert died(None, "x", "y").gained.problems[0].where == "start, after 0 of 1"
