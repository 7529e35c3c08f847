"""Services that programs can start: what counts as a command line inside one, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadworthy.inspection.checks.hardening._sample import SampleElf
from roadworthy.inspection.inventory.program_commands import CATALOGER, SERVERS
from roadworthy.model.service import Service
from roadworthy.testing.inventory import survey_files

STARTER = SampleElf(imports=("system",)).build()
OTHER = SampleElf(imports=("puts",)).build()


def found(*texts: bytes, program: bytes = STARTER, path: str = "/usr/bin/cos") -> tuple[Service, ...]:
    there: dict[str, str | bytes] = {f"/usr/sbin/{name}": "" for name in SERVERS}
    surveyed = survey_files(CATALOGER, there | {path: program + b"\0" + b"\0".join(texts) + b"\0"})
    assert surveyed.problems == ()
    return surveyed.inventory.services


@pytest.mark.parametrize(
    ("text", "name", "ports"),
    [
        (b"telnetd", "telnetd", ("tcp/23",)),
        (b"telnetd -l /bin/sh &", "telnetd", ("tcp/23",)),
        (b"/usr/sbin/telnetd -p 9527", "telnetd", ("tcp/9527",)),
        (b"killall telnetd; busybox telnetd -p 2323", "telnetd", ("tcp/2323",)),
        (b"/usr/bin/dropbear", "dropbear", ("tcp/22",)),
        (b"dropbear -p %d -r %s", "dropbear", ("tcp/22",)),
        (b"tftpd&", "tftpd", ("udp/69",)),
        (b"vsftpd /etc/vsftpd.conf >/dev/null", "vsftpd", ("tcp/21",)),
        (b"cd /tmp && upnpd -L %s", "upnpd", ("udp/1900",)),
        (b"httpd", "httpd", ("tcp/80",)),
    ],
)
def test_command_lines(text: bytes, name: str, ports: tuple[str, ...]) -> None:
    services = found(text)
    assert [each.name for each in services] == [name]
    for each in services:
        assert (each.ports, each.enabled, each.started_by) == (ports, None, "program")
        assert each.evidence[0].path[-1] == "/usr/bin/cos"
        assert each.evidence[0].offset == len(STARTER) + 1


@pytest.mark.parametrize(
    "text",
    [
        b"killall telnetd",
        b"killall -9 dropbear >/dev/null 2>&1",
        b"vsftpd status: %d",
        b"/tmp/dropbear",  # a folder
        b"/etc/init.d/telnetd.conf",
        b"named",  # a word, too
        b"starting telnetd",
        b"telnetd --help",
        b"my-telnetd -l",
    ],
)
def test_other_texts(text: bytes) -> None:
    assert found(text) == ()


def test_a_program_that_starts_nothing_and_the_server_itself() -> None:
    assert found(b"telnetd -l /bin/sh", program=OTHER) == ()
    assert found(b"telnetd -l /bin/sh", path="/usr/sbin/telnetd") == ()
    assert found(b"telnetd -l /bin/sh", path="/bin/busybox") == ()
    assert found(b"telnetd -l /bin/sh", program=b"#!/bin/sh" + bytes(60)) == ()


def test_a_text_that_does_not_end_or_has_no_start_is_none() -> None:
    assert survey_files(CATALOGER, {"/a": STARTER + b"\0telnetd"}).inventory.services == ()
    assert found(b"x" * 300 + b" telnetd -l x") == ()


def test_a_server_is_told_once_with_its_most_telling_line() -> None:
    (telnetd,) = found(
        b"telnetd", b"telnetd -p 2323 -l /bin/sh", b"telnetd -p 1", *[b"telnetd %d &" % n for n in range(99)]
    )
    assert telnetd.command == "telnetd -p 2323 -l /bin/sh"
    assert len(telnetd.evidence) == 8


def test_a_server_that_is_not_there_cannot_be_started() -> None:
    program = STARTER + b"\0telnetd -l /bin/sh\0"
    assert survey_files(CATALOGER, {"/usr/bin/httpd": program}).inventory.services == ()


def test_a_password_on_the_line_is_masked() -> None:
    (service,) = found(b"/usr/sbin/ftpd -w --password=Geheim123x")
    assert "Geheim123x" not in f"{service}"


@given(st.binary(max_size=200))
def test_whatever_the_bytes(data: bytes) -> None:
    survey_files(CATALOGER, {"/a": STARTER + data + b"\0telnetd " + data + b"\0"})
    survey_files(CATALOGER, {"/a": (STARTER + b"\0telnetd -l\0")[: len(data)]})
