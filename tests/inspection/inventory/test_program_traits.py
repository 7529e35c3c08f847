"""What programs of microcontrollers show of their defences, doors and origin."""

import pytest

from roadworthy.inspection.checks._example_program import esp_program
from roadworthy.inspection.checks.surface._kinetis import kinetis_program
from roadworthy.inspection.inventory import program_traits
from roadworthy.inspection.payload import Payload
from roadworthy.inspection.source import BytesSource
from roadworthy.testing.inventory import survey_payloads


def told(data: bytes) -> set[tuple[str, str]]:
    payload = Payload(name="app@0x0", where=("image.bin",), source=BytesSource(data))
    surveyed = survey_payloads(program_traits.CATALOGER, [payload])
    assert not surveyed.problems
    return {(each.name, each.value) for each in surveyed.inventory.settings}


def test_a_plain_program() -> None:
    assert told(esp_program()) == {("stack-check", "absent")}


@pytest.mark.parametrize(
    ("text", "trait"),
    [
        ("Stack smashing protect failure!", ("stack-check", "present")),
        ('Type "help()" for more information.', ("prompt", "MicroPython's prompt")),
        ("uart:~$ ", ("prompt", "Zephyr's shell")),
        ("/home/jo/a/main.c", ("built-by", "jo")),
        ("C:\\Users\\jo\\main.c", ("built-by", "jo")),
        ("http://ota.maker.net/a.bin", ("update-url", "http://ota.maker.net/a.bin")),
        ("https://maker.net/fw/a.uf2", ("encrypted-update-url", "https://maker.net/fw/a.uf2")),
    ],
)
def test_a_trait(text: str, trait: tuple[str, str]) -> None:
    assert trait in told(esp_program(text))


@pytest.mark.parametrize(
    "text",
    [
        "/home/runner/a.c",
        "/home/%s/a",
        "http://maker.net/index.html",
        "http://maker.net/total.bin",
        "uart:~",
        "GET /update HTTP/1.1",
    ],
)
def test_what_only_looks_like_one(text: str) -> None:
    assert told(esp_program(text)) == {("stack-check", "absent")}


@pytest.mark.parametrize(("security", "value"), [(0xFE, "open"), (0xFF, "closed"), (0xFD, "closed")])
def test_the_debug_port_of_a_kinetis(security: int, value: str) -> None:
    assert ("debug-port", value) in told(kinetis_program(security))


def test_another_chip_has_no_such_field() -> None:
    assert not told(kinetis_program(0xFE).replace(b"MK64FN1M0VLL12", b"STM32F407VGT6."))


def test_a_name_is_told_once_and_not_without_end() -> None:
    many = esp_program(*(f"/home/jo{n}/a.c" for n in range(99)), "/home/jo0/b.c")
    assert len([name for name, _ in told(many) if name == "built-by"]) == program_traits.MAX_TOLD


@pytest.mark.parametrize("whole", [kinetis_program(0xFE), esp_program("http://ota.maker.net/a.bin")])
def test_cut_anywhere(whole: bytes) -> None:
    for length in range(0, len(whole), 3):
        told(whole[:length])
