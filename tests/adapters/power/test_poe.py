"""A port that feeds its device, in a real snmpd on loopback whose PoE table is a script."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadworthy.adapters.power_drivers.poe import DRIVER
from roadworthy.model.errors import InputError
from roadworthy.network.switches.driver import Settings, settings_of
from roadworthy.testing.plugs import find, free_port

ROOT = ".1.3.6.1.2.1.105.1.1.1"
# The protocol `pass` of snmpd.conf(5): -g OID, -n OID, -s OID TYPE VALUE. The folder has: admin, mode.
TABLE = """
import sys
from pathlib import Path
folder = Path(__file__).parent
admin, mode = folder / "admin", (folder / "mode").read_text()
how, oid, *given = sys.argv[1:]
known = [ROOT + ".3.1.7", ROOT + ".6.1.7"]
if how == "-s":
    if mode == "refuses" or oid != known[0]:
        print("not-writable")
    elif mode != "stuck":
        admin.write_text(given[1])
elif how == "-g" and oid in known:
    feeds = admin.read_text() == "1"
    state = "4" if mode == "fault" and feeds else "9" if mode == "odd" else "3" if feeds else "1"
    print(oid, "integer", admin.read_text() if oid == known[0] else state, sep="\\n")
"""


@pytest.fixture(scope="module")
def switch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    program = find("snmpd")
    if program is None:
        pytest.skip("NO snmpd here: apt-get install snmpd")
    folder = tmp_path_factory.mktemp("switch")
    (folder / "table.py").write_text(f"ROOT = {ROOT!r}\n{TABLE}", "utf-8")
    (folder / "snmpd.conf").write_text(
        'createUser owner SHA-256 "auth-password" AES "priv-password"\n'
        "rwuser owner priv\n"
        "rwcommunity secret 127.0.0.1\n"
        f"pass {ROOT} {sys.executable} -I -S {folder}/table.py\n",
        "utf-8",
    )
    for name, text in (("auth", "auth-password"), ("priv", "priv-password"), ("community", "secret")):
        (folder / name).write_text(f"{text}\n", "utf-8")
    (folder / "bad").write_text("another-password\n", "utf-8")
    (folder / "admin").write_text("1", "utf-8")
    (folder / "mode").write_text("", "utf-8")
    port = free_port()
    words = [
        program,
        "-f",
        "-C",
        "-c",
        f"{folder}/snmpd.conf",
        "-Lf",
        f"{folder}/log",
        f"udp:127.0.0.1:{port}",
    ]
    environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(folder / "kept"), "MIBS": ""}
    with subprocess.Popen(words, env=environment) as process:  # noqa: S603 -- Debian's
        try:
            until = time.monotonic() + 20
            while DRIVER.look(settings(folder, port)).on is None and time.monotonic() < until:
                time.sleep(0.05)
            yield folder, port
        finally:
            process.terminate()


def settings(folder: Path, at: int, /, **more: object) -> Settings:
    given = {
        "host": "127.0.0.1", "snmp-port": at, "port": 7, "user": "owner", "auth-file": "auth",
        "priv-file": "priv", "timeout": 10, **more,
    }  # fmt: skip
    values = {key: value for key, value in given.items() if value is not None}
    return settings_of(values, DRIVER, where="network.toml: devices.camera.power", folder=str(folder))


@pytest.fixture
def port(switch: tuple[Path, int]) -> Iterator[tuple[Path, int]]:
    yield switch
    (switch[0] / "admin").write_text("1", "utf-8")
    (switch[0] / "mode").write_text("", "utf-8")


@pytest.mark.parametrize("login", [{}, {"user": None, "community-file": "community"}], ids=["v3", "v2c"])
def test_it_is_switched_and_read_back(port: tuple[Path, int], login: dict[str, object]) -> None:
    folder, number = port
    off = DRIVER.put(settings(folder, number, **login), on=False)
    assert (off.on, off.fault) == (False, "")
    assert off.evidence == "pethPsePortDetectionStatus.1.7: disabled (1)"
    assert (folder / "admin").read_text("utf-8") == "2"
    on = DRIVER.put(settings(folder, number, **login), on=True)
    assert on.evidence == "pethPsePortDetectionStatus.1.7: delivering power (3)"
    assert DRIVER.look(settings(folder, number, **login)) == on


@pytest.mark.parametrize(
    ("mode", "on", "seen", "told"),
    [
        ("stuck", False, True, "delivering power"),
        ("fault", True, False, "fault (4)"),
        ("odd", False, None, "no state of a port"),
        ("refuses", False, None, "did not take"),
    ],
)
def test_one_that_does_not_do_it(
    port: tuple[Path, int], mode: str, *, on: bool, seen: bool | None, told: str
) -> None:
    (port[0] / "mode").write_text(mode, "utf-8")
    reading = DRIVER.put(settings(*port, timeout=5), on=on)
    assert reading.on is seen
    assert told in f"{reading.evidence} {reading.fault}"


def test_a_port_that_is_not_there_is_told(port: tuple[Path, int]) -> None:
    assert "has no 1.3.6.1.2.1.105" in DRIVER.look(settings(*port, port=8)).fault


@pytest.mark.parametrize(
    "login",
    [
        {"user": "somebody"},
        {"auth-file": "bad"},
        {"priv-file": "bad"},
        {"user": None, "community-file": "bad"},
    ],
    ids=str,
)
def test_who_may_not_is_not_heard(port: tuple[Path, int], login: dict[str, object]) -> None:
    reading = DRIVER.put(settings(*port, **{**login, "timeout": 1.5}), on=False)
    assert reading.on is None
    assert reading.fault
    assert (port[0] / "admin").read_text("utf-8") == "1"


def test_a_switch_that_is_not_there_is_told_in_time(port: tuple[Path, int]) -> None:
    begun = time.monotonic()
    assert DRIVER.put(settings(port[0], free_port(), timeout=1.5), on=False).fault
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"port": None}, "power.port is no number of a port"),
        ({"port": 0}, "power.port is no number of a port"),
        ({"group": "1"}, "power.group is no number of a port"),
        ({"host": None}, "power.host is needed"),
        ({"user": None}, "power.user is needed"),
        ({"auth-file": None}, "power.auth-file is needed"),
        ({"priv-file": "none"}, "none cannot be read"),
    ],
)
def test_a_mistake_names_its_key(tmp_path: Path, more: dict[str, object], told: str) -> None:
    for name in ("auth", "priv"):
        (tmp_path / name).write_text("x" * 12, "utf-8")
    with pytest.raises(InputError) as raised:
        DRIVER.look(settings(tmp_path, 1, **more))
    assert told in str(raised.value)
