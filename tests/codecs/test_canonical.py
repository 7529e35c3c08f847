import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given

from roadworthy.codecs.canonical import canonical, digest, unsigned
from roadworthy.codecs.plain import Json, read
from roadworthy.model.envelope import Envelope, Signature
from roadworthy.model.errors import VerificationError
from roadworthy.testing.strategies import envelopes, json_values


def test_the_example_of_the_rfc() -> None:
    """RFC 8785 §3.2.2 to §3.2.4."""
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_names_are_sorted_by_utf_16_code_units() -> None:
    """RFC 8785 §3.2.3: the smiley is outside the basic plane, so its surrogates sort before U+FB33."""
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical(value)).values()) == [2, 4, 6, 7, 1, 5, 3]


@given(json_values)
def test_canonical_bytes_are_a_fixed_point(value: Json) -> None:
    data = canonical(value)
    assert read(data) == value
    assert canonical(read(data)) == data


@pytest.mark.parametrize("value", [2**53, 1e17, float("nan"), "\ud83d"])
def test_what_readers_would_read_differently_has_no_canonical_form(value: object) -> None:
    with pytest.raises(VerificationError, match=r"^\$\.a\[0\]: "):
        canonical({"a": [value]})


@given(envelopes)
def test_the_digest_is_over_everything_but_the_signatures(envelope: Envelope) -> None:
    signed = replace(envelope, signatures=(Signature(keyid="k", algorithm="a", value="v"),))
    assert digest(signed) == digest(envelope)
    assert digest(replace(envelope, body={**envelope.body, "more": 1})) != digest(envelope)
    assert digest(envelope) == "sha256:" + hashlib.sha256(unsigned(envelope)).hexdigest()
    assert b'"signatures":' not in unsigned(replace(envelope, body={}))
