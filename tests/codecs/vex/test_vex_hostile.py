"""Whatever stands in a document, it is read or refused with a place; nothing else is raised."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from roadworthy.codecs.vex import csaf_writing, cyclonedx, openvex
from roadworthy.codecs.vex.reading import read
from roadworthy.model.advisory import MatchStatus
from roadworthy.model.errors import InputError
from roadworthy.model.statement import JUSTIFICATIONS, Named, Statement, StatementSet, neutral

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DEVICE = Named(id="urn:x:camera", name="Camera", version="1.1", digests=(f"sha256:{'ab' * 32}",))
BUSYBOX = Named(
    id="pkg:generic/busybox@1.19.2",
    name="busybox",
    version="1.19.2",
    purls=("pkg:generic/busybox@1.19.2",),
    cpes=("cpe:2.3:a:busybox:busybox:1.19.2:*:*:*:*:*:*:*",),
)


def statement(number: int, status: MatchStatus, **more: Any) -> Statement:  # noqa: ANN401 -- fields of any type
    return Statement(
        vulnerability=f"CVE-2021-{number:04d}",
        products=(DEVICE,),
        subcomponents=(BUSYBOX,),
        status=status,
        summary="A hole.",
        author="Me",
        timestamp=NOW,
        **more,
    )


SAID = StatementSet(
    form="",
    id="urn:uuid:14a96727-8145-8d17-a6a7-0ee4267f85be",
    author="Me",
    timestamp=NOW,
    title="t",
    statements=(
        statement(1, MatchStatus.AFFECTED, action="Update.", aliases=("GHSA-1",)),
        statement(2, MatchStatus.FIXED),
        statement(3, MatchStatus.UNDER_INVESTIGATION),
        *(
            statement(10 + number, MatchStatus.NOT_AFFECTED, justification=each, impact="Because.")
            for number, each in enumerate(JUSTIFICATIONS)
        ),
        statement(20, MatchStatus.NOT_AFFECTED, impact="It has no network."),
    ),
)
WRITTEN = {
    "openvex": openvex.write(SAID),
    "csaf 2.0": csaf_writing.write(SAID),
    "csaf 2.1": csaf_writing.write(SAID, version="2.1"),
    "cyclonedx": cyclonedx.write(SAID),
}
STRANGE: st.SearchStrategy[object] = st.sampled_from(
    [None, True, -1, 1e400, "", "x" * 30_000, [], {}, [[]], [None], ["a", 7], {"a": "b"}]
)


def test_a_round_trip_keeps_what_the_forms_can_hold() -> None:
    for form, data in WRITTEN.items():
        again = read(data)
        assert again.faults == (), form
        assert again.author == "Me"
        for mine, theirs in zip(SAID.statements, again.statements, strict=True):
            for name in (
                "vulnerability",
                "aliases",
                "status",
                "justification",
                "impact",
                "summary",
                "timestamp",
            ):
                assert getattr(mine, name) == getattr(theirs, name), (form, mine.vulnerability, name)
            assert theirs.subcomponents[0].purls == BUSYBOX.purls, form
            assert theirs.subcomponents[0].cpes == BUSYBOX.cpes, form
            assert theirs.products[0].digests == DEVICE.digests, form


def test_every_word_of_cyclonedx_is_one_of_the_five() -> None:
    words = [each for finer in JUSTIFICATIONS.values() for each in finer]
    assert len(words) == len(set(words)) == 9
    assert all(neutral(each) in JUSTIFICATIONS for each in words)
    assert neutral("made up") == ""


@given(st.sampled_from(sorted(WRITTEN)), st.integers(0, 10_000), STRANGE)
def test_one_strange_value_is_read_or_refused_with_a_place(form: str, number: int, strange: object) -> None:
    value = json.loads(WRITTEN[form])
    places = list(slots(value))
    holder, key = places[number % len(places)]
    holder[key] = strange
    try:
        read(json.dumps(value).encode())
    except InputError as error:
        assert error.hint  # noqa: PT017 -- most values are read, and some are refused


def slots(value: Any) -> Any:  # noqa: ANN401 -- any JSON
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from slots(inner)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_refused(data: bytes) -> None:
    try:
        read(data)
    except InputError as error:
        assert error.hint  # noqa: PT017 -- as above
    else:
        raise AssertionError
