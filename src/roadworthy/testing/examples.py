"""The example runner: puts one check to the small world of one of its examples."""

from collections.abc import Iterable, Mapping

from roadworthy.codecs.sbom.reading import read_bill
from roadworthy.inspection.cataloger import Cataloger, Context
from roadworthy.inspection.check import Check, Example, Inspection
from roadworthy.inspection.claimed_files import ClaimedFiles
from roadworthy.inspection.engine import BILLS, held_against
from roadworthy.inspection.judgement import judge
from roadworthy.inspection.payload import Payload
from roadworthy.inspection.report import total
from roadworthy.inspection.signature import Signature, SignatureSet
from roadworthy.inspection.source import BytesSource
from roadworthy.model.finding import Finding
from roadworthy.model.outcome import Outcome
from roadworthy.model.property import Property
from roadworthy.testing.inventory import survey_roots
from roadworthy.testing.memory import memory_root

_WORST_FIRST = (Outcome.FAIL, Outcome.ERROR, Outcome.UNKNOWN, Outcome.PASS, Outcome.NOT_APPLICABLE)


def run_example(
    check_id: str,
    check: Check,
    example: Example,
    *,
    catalogers: Mapping[str, Cataloger],
    properties: Mapping[str, Property],
    signatures: Iterable[Signature] = (),
) -> tuple[Finding, ...]:
    """What a check says about the files of an example, worst first.

    Args:
        check_id: Its id, for the findings.
        check: The check.
        example: The files, and the moment for which to speak.
        catalogers: Who takes the inventory, by id.
        properties: The properties by id; that of the check must be among them.
        signatures: The version signatures, if the check needs components.

    Returns:
        Its findings, at least one. The first one's outcome is to be compared with `Example.outcome`.

    Raises:
        AssertionError: A cataloger or the check itself broke; the message says how.
    """
    root = memory_root(example.files, modes=example.modes)
    rules = tuple(signatures)
    bills = [read_bill(name, text.encode()) for name, text in example.bills.items()]
    files = ClaimedFiles(bills, [root])
    everyone = {**catalogers, BILLS: files.cataloger}
    context = Context(now=example.now, signatures=SignatureSet(rules))
    programs = {"program@0x0": example.program} if example.program else {}
    payloads = [
        Payload(name=name, where=("image.bin",), source=BytesSource(data)) for name, data in programs.items()
    ]
    surveyed = survey_roots([root], everyone, signatures=rules, now=example.now, payloads=payloads)
    inspection = Inspection(
        now=example.now,
        inventory=surveyed.inventory,
        roots=(root,),
        kept=surveyed.kept,
        gaps=(),
        reconciliation=held_against(bills, surveyed, files, context, whole=True),
        programs=tuple(programs),
    )
    judged = total(step.gained for step in judge(inspection, {check_id: check}, properties))
    problems = surveyed.problems + judged.problems
    if problems:
        raise AssertionError("; ".join(f"{each.where}: {each.what}" for each in problems))
    return tuple(sorted(judged.findings, key=lambda finding: _WORST_FIRST.index(finding.outcome)))
