"""Targets that are no part of an image: feeds of advisories, statements, declarations, self-assessments."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

from fuzz_corpus import Case, cases
from roadworthy.adapters.extensions import discover
from roadworthy.codecs import ixit
from roadworthy.codecs.vex import reading
from roadworthy.model.errors import RoadworthyError
from roadworthy.regulation.declaration import read_declaration
from roadworthy.regulation.framework_file import parse_framework
from roadworthy.regulation.product import FLAGS
from roadworthy.usecases.assess import may_speak_of
from roadworthy.vulnerability.source import AdvisorySource

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
MOST_ROWS: Final = 100_000
CPE: Final = "cpe:2.3:a:openssl:openssl:1.0:*:*:*:*:*:*:*"
MATCH: Final = {"vulnerable": True, "criteria": CPE, "versionEndExcluding": "1.1"}
NVD: Final = {
    "format": "NVD_CVE",
    "timestamp": "2026-01-01T00:00:00",
    "vulnerabilities": [
        {"cve": {"id": "CVE-2022-0778", "configurations": [{"nodes": [{"cpeMatch": [MATCH]}]}]}},
    ],
}
CVE5: Final = {
    "dataType": "CVE_RECORD",
    "cveMetadata": {"cveId": "CVE-2022-0778"},
    "containers": {
        "cna": {"affected": [{"cpes": [CPE], "versions": [{"version": "1", "status": "affected"}]}]}
    },
}
CSAF: Final = {
    "document": {"category": "csaf_vex", "csaf_version": "2.0", "title": "t", "tracking": {"id": "X-1"}},
    "product_tree": {
        "full_product_names": [
            {"product_id": "A", "name": "a", "product_identification_helper": {"cpe": CPE}},
        ]
    },
    "vulnerabilities": [{"cve": "CVE-2022-0778", "product_status": {"known_affected": ["A"]}}],
}
OPENVEX: Final = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "urn:x",
    "author": "a",
    "timestamp": "2026-01-01T00:00:00Z",
    "version": 1,
    "statements": [
        {
            "vulnerability": {"name": "CVE-2022-0778"},
            "products": [{"@id": "pkg:generic/x@1"}],
            "status": "fixed",
        }
    ],
}
BILL: Final = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "vulnerabilities": [
        {"id": "CVE-2022-0778", "analysis": {"state": "resolved"}, "affects": [{"ref": "a"}]}
    ],
}
FEEDS: Final[dict[str, bytes]] = {
    "nvd": json.dumps(NVD).encode(),
    "nvd-overrides": json.dumps({"_annotation": {"cve_id": "CVE-2022-0778"}, "cve": {}}).encode(),
    "cve5": json.dumps(CVE5).encode(),
    "osv": b'{"schema_version":"1","id":"A","affected":[{"package":{"purl":"pkg:npm/x"},"versions":["1"]}]}',
    "kev": b"cveID,dateAdded\nCVE-2022-0778,2024-01-01\n",
    "epss": b"#model_version:v1,score_date:2026-01-01\ncve,epss,percentile\nCVE-2022-0778,0.5,0.5\n",
    "curl": b'# first vulnerable version\n@vuln = (\n"a|7.1|8.2|x|CVE-2022-0778|20240301|1|CWE-1|",\n);\n',
    "kernel-streams": b"CVEs fixed in 4.9.2:\n  CVE-2016-1234: abcdef1 net: x\n",
    "secdb": b"apkurl:\n  - pkg:\n      name: z\n      secfixes:\n        1-r0:\n          - CVE-2022-0778\n",
    "csaf": json.dumps(CSAF).encode(),
}
SELF_ASSESSMENT: Final = {
    "Self_Assessment_Test_Group_5_1-1.md": b"# Group 5.1-1\n\n| a | b |\n| --- | --- |\n| ICS | PASS |\n",
}


def papers() -> Iterator[tuple[str, tuple[Case, ...], Callable[[Case], None]]]:
    """All of them: name, seeds, and what is done with a case."""
    for name, each in discover().advisory_sources.items():
        feed = ({"": FEEDS[name]},) if name in FEEDS else ({"": b"{}"},)
        place = f"advisories/{name}"
        yield place, (*cases(place), *feed), partial(read_feed, each.object)
    documents = tuple({"": json.dumps(each).encode()} for each in (OPENVEX, CSAF, BILL))
    yield "codecs/vex", (*cases("codecs/vex"), *documents), read_statements
    said = "[is]\n" + "".join(f"{each} = true\n" for each in FLAGS)
    declared: Case = {
        "": f'[product]\nmaker = "a"\nmodel = "b"\n{said}[answers]\n"data.erasable" = "yes"\n'.encode()
    }
    yield "regulation/declaration", (*cases("regulation/declaration"), declared), read_declared
    law: Case = {"": frameworks().joinpath("baseline.toml").read_bytes()}
    yield "regulation/framework", (*cases("regulation/framework"), law), read_framework
    yield "codecs/ixit", (*cases("codecs/ixit"), SELF_ASSESSMENT), read_self_assessment


def frameworks() -> Path:
    """Where our frameworks lie."""
    return Path(__file__).resolve().parent.parent / "src/roadworthy/regulation/frameworks"


def read_feed(source: AdvisorySource, case: Case) -> None:
    """Read a feed."""
    source.accepts("feed", case[""][:4096])
    with suppress(RoadworthyError):
        list(islice(source.parse("feed", case[""], NOW), MOST_ROWS))


def read_statements(case: Case) -> None:
    """Read statements in any form."""
    with suppress(RoadworthyError):
        reading.read(case[""])


def read_declared(case: Case) -> None:
    """Read a declaration."""
    with suppress(RoadworthyError):
        read_declaration("a.toml", case[""], may_speak_of(discover()), NOW.date())


def read_framework(case: Case) -> None:
    """Read the file of a framework."""
    with suppress(RoadworthyError, UnicodeDecodeError):
        parse_framework("a", case[""].decode())


def read_self_assessment(case: Case) -> None:
    """Read a self-assessment."""
    with suppress(RoadworthyError):
        ixit.read(case)
