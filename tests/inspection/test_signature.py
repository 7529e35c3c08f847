"""Signatures: what is found around an anchor, and that a wrong rule never gets to an image."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy import inspection
from roadworthy.adapters.extensions import discover
from roadworthy.inspection.signature import CHUNK, MAX_HITS, Signature, SignatureSet, parse_signature
from roadworthy.model.errors import InputError

RULE = """\
title = "Widget"
source = "widget.c: main"
anchor = "widget v"
pattern = 'widget v(?P<version>\\d+\\.\\d+)'
purl = "pkg:generic/widget"
cpes = ["cpe:2.3:a:acme:widget"]
confidence = 0.9
rejects = ["widget v%s"]

[matches]
"the widget v1.2 speaks" = "1.2"
"""
WIDGET = parse_signature("widget", RULE)
OUR_RULES = sorted(Path(inspection.__file__).parent.glob("signatures/*.toml"))
OURS = [each.object for each in discover().signatures.values()]


def versions(data: bytes, *signatures: Signature) -> list[tuple[str, int]]:
    return [(hit.version, hit.offset) for hit in SignatureSet(signatures or (WIDGET,)).search(data)]


def test_every_hit_has_its_offset() -> None:
    assert versions(b"\0widget v1.2\0" + bytes(1000) + b"widget v3.4") == [("1.2", 1), ("3.4", 1013)]


def test_a_text_before_the_anchor_belongs_to_the_hit() -> None:
    rule = RULE.replace("'widget v(?P<version>\\d+\\.\\d+)'", "'(?P<version>\\d+\\.\\d+)\\x00{1,4}widget v'")
    rule = rule.replace('"the widget v1.2 speaks"', '"1.2\\u0000widget v%s"')
    assert versions(b"7.1\0" + bytes(8) + b"1.2\0\0widget v%s", parse_signature("widget", rule)) == [
        ("1.2", 12)
    ]


def test_what_lies_far_from_the_anchor_does_not_count() -> None:
    rule = RULE.replace("widget v(?P", "widget v[^:]*:(?P").replace("widget v1.2", "widget v:1.2")
    signature = parse_signature("widget", rule)
    assert versions(b"widget v" + b" " * 100 + b":1.2", signature) == [("1.2", 0)]
    assert versions(b"widget v" + b" " * 1000 + b":1.2", signature) == []


ALONE = """\
title = "Gear"
source = "gear.c: gear_version"
anchor = "a cog is missing"
reach = "file"
pattern = '\\x00(?P<version>4\\.\\d+)\\x00'
purl = "pkg:generic/gear"
cpes = ["cpe:2.3:a:acme:gear"]
confidence = 0.8

[matches]
"a cog is missing\\u0000\\u00004.2\\u0000" = "4.2"
"""


def test_a_version_may_stand_anywhere_in_the_file_of_its_product() -> None:
    gear = parse_signature("gear", ALONE)
    assert versions(b"\x004.2\0" + bytes(5000) + b"a cog is missing", gear) == [("4.2", 0)]
    assert versions(b"\x004.2\0" + bytes(5000) + b"a cog is there", gear) == []


def test_a_version_that_could_be_one_of_several_is_none() -> None:
    gear = parse_signature("gear", ALONE)
    assert versions(b"\x004.2\0a cog is missing\x004.2\0", gear) == [("4.2", 0)]
    assert versions(b"\x004.2\0a cog is missing\x004.3\0", gear) == []


def test_a_version_that_stands_anywhere_must_be_a_version() -> None:
    with pytest.raises(InputError, match="group named version"):
        parse_signature("gear", ALONE.replace("?P<version>", ""))


def test_a_rule_may_tell_the_product_only() -> None:
    rule = RULE.replace("?P<version>", "").replace('"the widget v1.2 speaks" = "1.2"', '"widget v1.2" = ""')
    assert versions(b"\0widget v1.2\0", parse_signature("widget", rule)) == [("", 1)]


def test_an_anchor_over_the_edge_of_a_chunk_is_found_once() -> None:
    for before in range(CHUNK - 16, CHUNK + 4):
        assert versions(bytes(before) + b"widget v1.2") == [("1.2", before)]


def test_an_anchor_inside_another_is_found() -> None:
    inner = parse_signature(
        "inner", RULE.replace('anchor = "widget v"', 'anchor = "dget"').replace("/widget", "/x")
    )
    hits = SignatureSet([WIDGET, inner]).search(b"widget v1.2")
    assert [hit.signature.id for hit in hits] == ["inner", "widget"]


def test_hits_of_several_rules_come_by_offset() -> None:
    gadget = parse_signature("gadget", RULE.replace("widget", "gadget"))
    hits = SignatureSet([WIDGET, gadget]).search(b"widget v2.0 gadget v1.0 widget v3.0")
    assert [(hit.signature.id, hit.version) for hit in hits] == [
        ("widget", "2.0"),
        ("gadget", "1.0"),
        ("widget", "3.0"),
    ]


def test_the_number_of_hits_is_bounded() -> None:
    assert len(versions(b"widget v1.2 " * 1000)) == MAX_HITS


def test_a_file_of_nothing_but_anchors_ends() -> None:
    assert versions(b"widget v" * 1_000_000) == []


@given(st.binary(max_size=400), st.binary(max_size=400))
def test_a_planted_text_is_found_wherever_it_lies(before: bytes, after: bytes) -> None:
    data = before + b"widget v1.2;" + after
    assert ("1.2", data.index(b"widget v1.2;")) in versions(data)


@pytest.mark.parametrize("rule", OUR_RULES, ids=lambda rule: rule.stem)
def test_ours_hold_to_their_own_examples(rule: Path) -> None:
    """Nothing holds them to these at run time."""
    assert parse_signature(rule.stem, rule.read_text(encoding="utf-8")) in OURS


def test_a_rule_that_was_verified_before_is_not_verified_again() -> None:
    wrong = RULE.replace('= "1.2"', '= "1.3"')
    with pytest.raises(InputError, match="matches"):
        parse_signature("widget", wrong)
    assert versions(b"widget v1.2", parse_signature("widget", wrong, verified=True)) == [("1.2", 0)]


@pytest.mark.parametrize("signature", OURS, ids=lambda signature: signature.id)
def test_ours_hold_next_to_each_other(signature: Signature) -> None:
    """A rule's texts give its version and no other product's, with all rules at work."""
    every = SignatureSet(OURS)
    for text, version in signature.matches:
        found = {(hit.signature.product, hit.version) for hit in every.search(text.encode("latin-1"))}
        assert (signature.product, version) in found
        assert {name for name, _ in found} == {signature.product}
    for text in signature.rejects:
        assert signature.product not in {
            hit.signature.product for hit in every.search(text.encode("latin-1"))
        }


@pytest.mark.parametrize("signature", OURS, ids=lambda signature: signature.id)
def test_ours_name_the_product_as_others_do(signature: Signature) -> None:
    assert signature.purl.startswith("pkg:generic/")
    assert signature.cpes
    assert all(cpe.startswith("cpe:2.3:a:") and cpe.count(":") == 4 for cpe in signature.cpes)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('title = "Widget"', "title =", "line 1"),
        ('title = "Widget"', 'titel = "Widget"', "titel"),
        ('title = "Widget"', "title = 3", "title"),
        ("anchor = ", "#", "anchor"),
        ("(?P<version>", "(", "''"),
        ("confidence = 0.9", "confidence = 0.9\nreach = 'far'", "reach"),
        ("\\d+)'", "\\d+'", "pattern"),
        ("confidence = 0.9", "confidence = 9", "confidence"),
        ("confidence = 0.9", "confidence = true", "confidence"),
        ('cpes = ["cpe:2.3:a:acme:widget"]', 'cpes = "x"', "cpes"),
        ('= "1.2"', '= "1.3"', "1.3"),
        ('rejects = ["widget v%s"]', 'rejects = ["widget v1.2"]', "rejects"),
        ("[matches]", "[other]", "other"),
    ],
)
def test_a_wrong_rule_is_refused_with_file_and_place(old: str, new: str, told: str) -> None:
    assert old in RULE
    with pytest.raises(InputError, match=r"signatures/widget\.toml: .*") as caught:
        parse_signature("widget", RULE.replace(old, new))
    assert told in str(caught.value)
    assert caught.value.hint
