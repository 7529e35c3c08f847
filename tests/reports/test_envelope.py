"""An envelope is shown as it is, whatever made it."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from roadworthy.codecs import envelope as codec
from roadworthy.model.envelope import Signature
from roadworthy.model.errors import InputError
from roadworthy.reports.blocks import Facts, Heading, Item
from roadworthy.reports.envelope import REPORT
from roadworthy.reports.report import Dossier


def test_it_shows_all_findings_and_whose_they_are(dossier: Dossier) -> None:
    document = REPORT.build(dossier)
    items = [block for block in document.blocks if isinstance(block, Item)]
    assert [item.title for item in items] == [each.message for each in dossier.envelopes[0].findings]
    assert items[0].text == "Said by `auth.low-check`."
    assert Heading("What could not be done (1)") in document.blocks


def test_it_names_who_signed_without_saying_that_it_holds(dossier: Dossier) -> None:
    signature = Signature(keyid=f"sha256:{'ef' * 32}", algorithm="ed25519", value="")
    signed = replace(dossier, envelopes=(replace(dossier.envelopes[0], signatures=(signature,)),))
    facts = next(block for block in REPORT.build(signed).blocks if isinstance(block, Facts))
    assert ("signed by", "ef" * 32) in facts.items
    assert ("known by", "being observed") in facts.items


def test_a_body_of_any_kind_will_do(build_dossier: Callable[..., Dossier]) -> None:
    dossier = build_dossier(findings=())
    foreign = replace(dossier.envelopes[0], body_type="acme.brief/v1", body={"x": 1}, problems=())
    document = REPORT.build(replace(dossier, envelopes=(foreign,)))
    assert codec.decode(json.dumps(document.data).encode()) == foreign
    assert not [block for block in document.blocks if isinstance(block, Item)]


def test_nothing_is_nothing(dossier: Dossier) -> None:
    with pytest.raises(InputError, match="no evidence"):
        REPORT.build(replace(dossier, envelopes=()))
