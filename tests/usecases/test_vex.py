"""Statements are filed, count in the next inspection, and go out again."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from roadworthy.adapters.extensions import discover
from roadworthy.adapters.statement_files import StatementFiles
from roadworthy.codecs.envelope import encode
from roadworthy.codecs.plain import from_plain, to_plain
from roadworthy.codecs.vex.reading import read
from roadworthy.inspection.report import Body
from roadworthy.model.advisory import Match, MatchStatus
from roadworthy.model.errors import InputError
from roadworthy.testing.advisories import MemoryAdvisories, advisory, span
from roadworthy.testing.world import NOW, MemoryWorld, Silence, memory_image
from roadworthy.usecases.inspect import Inspected, InspectOptions, World, inspect
from roadworthy.usecases.vex import VexForm, VexOptions, add, counting, filed, write

STATUS = "Package: openssl\nVersion: 1.0.2o-1\nStatus: install ok installed\nArchitecture: mips\n\n"
PACKAGE = "pkg:opkg/openwrt/openssl"
TOLD = (
    advisory("CVE-2018-1", span(PACKAGE, "opkg", fixed="1.0.2p-1"), summary="A hole."),
    advisory("CVE-2018-2", span(PACKAGE, "opkg", fixed="1.0.2u-1")),
)
IMAGE = memory_image({"/usr/lib/opkg/status": STATUS, "/etc/passwd": "root:x:0:0::/:/bin/sh\n"})


def world(store: StatementFiles, files: dict[str, bytes] | None = None) -> World:
    own = MemoryWorld(files={"a.bin": IMAGE, **(files or {})}).world()
    return replace(own, advisories=MemoryAdvisories(TOLD), statements=lambda: counting(store))


def inspected(store: StatementFiles) -> Inspected:
    options = InspectOptions(image="a.bin")
    return inspect(options, world=world(store), catalogue=discover(), progress=Silence())


def matches(done: Inspected) -> dict[str, Match]:
    body = from_plain(Body, to_plain(done.dossier.envelopes[0].body))
    assert body.matching is not None
    return {each.advisory: each for each in body.matching.matches}


def written(store: StatementFiles, form: VexForm, version: str = "2.0") -> bytes:
    report = encode(inspected(store).dossier.envelopes[0])
    options = VexOptions(
        file="r.json", form=form, csaf_version="2.1" if version == "2.1" else "2.0", author="Me", as_of=NOW
    )
    return write(
        options,
        world=world(store, {"r.json": report}),
        starts_with=lambda path, _: path.endswith(".json"),
        catalogue=discover(),
        progress=Silence(),
    )


def dismissed(document: bytes) -> bytes:
    """The document, with its first statement dismissed."""
    value = json.loads(document)
    first = value["statements"][0]
    first["status"], first["justification"] = "not_affected", "vulnerable_code_not_in_execute_path"
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("form", "version"),
    [(VexForm.OPENVEX, ""), (VexForm.CSAF, "2.0"), (VexForm.CSAF, "2.1"), (VexForm.CYCLONEDX, "")],
)
def test_every_match_goes_out_in_every_form(tmp_path: Path, form: VexForm, version: str) -> None:
    said = read(written(StatementFiles(tmp_path), form, version))
    assert said.faults == ()
    assert said.author == "Me"
    assert {each.vulnerability: str(each.status) for each in said.statements} == {
        "CVE-2018-1": "under_investigation",
        "CVE-2018-2": "under_investigation",
    }
    assert all(each.subcomponents[0].purls for each in said.statements)


def test_equal_evidence_gives_equal_bytes(tmp_path: Path) -> None:
    store = StatementFiles(tmp_path)
    assert written(store, VexForm.CSAF) == written(store, VexForm.CSAF)


def test_what_is_filed_survives_a_new_inspection(tmp_path: Path) -> None:
    store = StatementFiles(tmp_path)
    mine = dismissed(written(store, VexForm.OPENVEX))
    (done,) = add(["m.json"], own=True, lenient=False, read_file=lambda _, limit: mine, store=store)  # noqa: ARG005
    assert Path(done.place).read_bytes() == mine
    found = matches(inspected(StatementFiles(tmp_path)))
    settled = [each for each in found.values() if each.status is MatchStatus.NOT_AFFECTED]
    assert len(settled) == 1
    assert settled[0].settled_by.startswith("statement:Me ")
    Path(done.place).unlink()
    assert all(each.status.open for each in matches(inspected(store)).values())


def test_what_hits_nothing_is_a_problem_of_the_report(tmp_path: Path) -> None:
    store = StatementFiles(tmp_path)
    stray = written(store, VexForm.OPENVEX).replace(b"CVE-2018-1", b"CVE-1999-1")
    store.put(stray, own=False)
    (problem,) = [
        each for each in inspected(store).dossier.envelopes[0].problems if each.stage == "statements"
    ]
    assert "about CVE-1999-1 hits no match" in problem.what


def test_of_several_files_all_are_filed_or_none(tmp_path: Path) -> None:
    store = StatementFiles(tmp_path)
    files = {
        "good.json": written(store, VexForm.OPENVEX),
        "bad.json": b'{"@context": "https://openvex.dev/ns"}',
    }
    with pytest.raises(InputError, match=r"bad.json: \$.statements: there is none"):
        add(list(files), own=False, lenient=False, read_file=lambda path, limit: files[path], store=store)  # noqa: ARG005
    assert list(filed(store)) == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"{", "line 1, column 2"),
        (b"[]", "no object"),
        (b"{}", "no VEX document"),
        (b'{"bomFormat": "CycloneDX", "specVersion": "1.3"}', r"\$.specVersion"),
        (b'{"document": {"csaf_version": "1.2"}}', r"\$.document.csaf_version"),
        (
            b'{"@context": "https://openvex.dev/ns", "statements": [{"status": "fine"}]}',
            r"\$.statements\[0\].status: there is no status 'fine'",
        ),
        (
            b'{"document": {"csaf_version": "2.0"}, "product_tree": {"branches": [7]}}',
            r"\$.product_tree.branches\[0\]: this has to be an object",
        ),
        (
            b'{"@context": "https://openvex.dev/ns", "timestamp": "yesterday"}',
            r"\$.timestamp: this is no time",
        ),
    ],
)
def test_other_files_are_refused_with_the_place(tmp_path: Path, data: bytes, told: str) -> None:
    store = StatementFiles(tmp_path)
    with pytest.raises(InputError, match=told) as caught:
        add(["x.json"], own=False, lenient=False, read_file=lambda _, limit: data, store=store)  # noqa: ARG005
    assert str(caught.value).startswith("x.json: ")
    assert caught.value.hint


def test_branches_without_end_are_refused() -> None:
    deep = (
        b'{"document": {"csaf_version": "2.0"}, "product_tree": ' + b'{"branches": [' * 60 + b"]}" * 60 + b"}"
    )
    with pytest.raises(InputError, match="nested too deeply"):
        read(deep)
