"""The chapter about bills of materials: disagreements first, then counts, then what is open."""

from roadworthy.codecs.plain import to_plain
from roadworthy.inspection.bill import (
    Bill,
    ClaimStanding,
    ComponentStanding,
    Declared,
    Reconciliation,
    Standing,
)
from roadworthy.model.evidence import Evidence
from roadworthy.reports._bill import MAX_ROWS, bill_chapter
from roadworthy.reports._rows import Row
from roadworthy.reports.blocks import Block, Heading, Table, Text

PLACE = Evidence(path=("camera.bin", "squashfs@0x100", "/bin/busybox"), line=3)


def claim(name: str, standing: Standing, **more: tuple[str, ...]) -> ClaimStanding:
    stated = Evidence(path=("bill.json", f"SPDXRef-{name}"))
    return ClaimStanding(
        name=name,
        version="1.0",
        stated=stated,
        standing=standing,
        because="So it is.",
        found=more.get("found", ()),
    )


def component(name: str, standing: Declared, *, besides: bool = False) -> ComponentStanding:
    return ComponentStanding(
        name=name,
        version="2.0",
        purl="",
        confidence=1,
        standing=standing,
        claimed=("1.0",) if besides else (),
        besides=besides,
        evidence=(PLACE,),
    )


def chapter(*claims: ClaimStanding, components: tuple[ComponentStanding, ...] = ()) -> list[Block]:
    bill = Bill(name="bill.json", form="SPDX 3.0", sha256="", claims=len(claims), left_out={"sources": 3})
    held = Reconciliation(bills=(bill,), claims=claims, components=components)
    plain = to_plain(held)
    assert isinstance(plain, dict)
    return list(bill_chapter(Row(plain)))


def tables(blocks: list[Block]) -> list[Table]:
    return [each for each in blocks if isinstance(each, Table)]


def test_disagreements_come_first() -> None:
    blocks = chapter(
        claim("good", Standing.CONFIRMED),
        claim("wrong", Standing.OTHER_VERSION, found=("0.9",)),
        claim("gone", Standing.ABSENT),
        claim("hidden", Standing.UNSEEN),
        components=(
            component("good", Declared.CLAIMED),
            component("stranger", Declared.UNDECLARED),
            component("wrong", Declared.OTHER_VERSION),
            component("twice", Declared.OTHER_VERSION, besides=True),
        ),
    )
    against, counts, open_ = tables(blocks)
    assert against.rows == (
        ("other version", "wrong", "1.0", "0.9", "bill.json » SPDXRef-wrong"),
        ("absent", "gone", "1.0", "nothing of it", "bill.json » SPDXRef-gone"),
        ("not claimed", "stranger", "nothing of it", "2.0", "/bin/busybox:3"),
        ("one more version", "twice", "1.0", "2.0", "/bin/busybox:3"),
    )
    assert ("claims", "confirmed", "1") in counts.rows
    assert ("components in the image", "claimed", "1") in counts.rows
    assert open_.rows == (("hidden", "1.0", "So it is.", "bill.json » SPDXRef-hidden"),)
    assert Heading("Where they disagree (4)", 3) in blocks
    assert Text("bill.json, SPDX 3.0: 4 components claimed. Left out: sources (3).") in blocks


def test_agreement_is_said() -> None:
    assert Text("Nowhere do they disagree.") in chapter(claim("good", Standing.CONFIRMED))


def test_long_tables_are_cut_and_say_so() -> None:
    blocks = chapter(*(claim(f"p{number}", Standing.ABSENT) for number in range(MAX_ROWS + 5)))
    (against, _) = tables(blocks)
    assert len(against.rows) == MAX_ROWS
    assert "5 more" in against.caption


def test_without_a_bill_there_is_no_chapter() -> None:
    assert list(bill_chapter(Row())) == []
    assert list(bill_chapter(Row({"bills": 7, "claims": "x"}))) == []
