"""Hypothesis strategies: any envelope that the model allows. Needs Hypothesis."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from roadworthy.model.envelope import Envelope, Producer
from roadworthy.model.evidence import Evidence
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Basis, Outcome, Role, Severity
from roadworthy.model.problem import Problem
from roadworthy.model.subject import Alias, AliasKind, Subject, SubjectKind

EXACT = 2**53 - 1

texts = st.text(max_size=12)
names = st.text(min_size=1, max_size=8)
digests = st.binary(min_size=32, max_size=32).map(lambda raw: "sha256:" + raw.hex())
integers = st.integers(-EXACT, EXACT)
offsets = st.none() | st.integers(0, EXACT)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))])
times = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=zones)  # noqa: DTZ001 -- see zones
json_values = st.recursive(
    st.none() | st.booleans() | integers | st.floats(-EXACT, EXACT) | st.floats(1e21, 1e300) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
bodies = st.dictionaries(texts, json_values, max_size=3)
aliases = st.builds(Alias, kind=st.sampled_from(AliasKind), value=texts)


def _lists(each: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(each, max_size=3).map(tuple)


subjects = st.one_of(
    st.builds(
        Subject,
        kind=st.just(SubjectKind.RELEASE),
        digest=digests,
        version=texts,
        aliases=_lists(aliases),
    ),
    st.builds(Subject, kind=st.just(SubjectKind.PRODUCT), maker=names, model=names, aliases=_lists(aliases)),
    st.builds(Subject, kind=st.just(SubjectKind.RELEASE), maker=names, model=names, version=names),
    st.builds(Subject, kind=st.just(SubjectKind.DEVICE), maker=names, model=names, unit=names, version=texts),
)
evidence = st.builds(
    Evidence, path=_lists(texts), offset=offsets, line=offsets, excerpt=texts, digest=st.just("") | digests
)
findings = st.builds(
    Finding,
    property=texts,
    check=texts,
    outcome=st.sampled_from(Outcome),
    message=texts,
    severity=st.sampled_from(Severity),
    remedy=texts,
    acts=_lists(st.sampled_from(Role)),
    evidence=_lists(evidence),
)
problems = st.builds(Problem, stage=texts, where=texts, what=texts, hint=texts)
producers = st.builds(
    Producer, tool=texts, version=texts, digests=st.dictionaries(texts, digests, max_size=3)
)
envelopes = st.builds(
    Envelope,
    subject=subjects,
    producer=producers,
    as_of=times,
    basis=st.sampled_from(Basis),
    findings=_lists(findings),
    problems=_lists(problems),
    body_type=texts,
    body=bodies,
)
