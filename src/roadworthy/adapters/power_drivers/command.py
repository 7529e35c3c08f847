"""A program of the owner's switches, and another one reads back.

For everything that has no driver: a relay at a pin, a rack's power strip, a script. Both programs are started
as they are written, without a shell, in the folder of network.toml; in each word ``{state}`` becomes ``on``
or ``off``. The one that reads ends with 0 and writes ``on`` or ``off`` as its first word; after it may stand
a number, the power in watts. Both are stopped when the time is over.

    [devices.camera.power]
    driver = "command"
    set = ["/usr/local/bin/relay", "3", "{state}"]
    get = ["/usr/local/bin/relay", "3"]

How it can be wrong

Roadworthy believes what the program writes. One that only remembers what it was told reads nothing back; let
it ask the relay. Without ``get`` nothing is read back, and the state is unknown.
"""

import os
import signal
import subprocess
from contextlib import suppress
from typing import Final

from roadworthy.network.switches.driver import Reading, Settings, SwitchDriver
from roadworthy.network.switches.switch import OFF, ON

MOST_SHOWN: Final = 200
MOST_READ: Final = 64 * 1024


def put(settings: Settings, *, on: bool) -> Reading:
    """Run the program that switches, then the one that reads."""
    state = ON if on else OFF
    said, fault = _run([each.replace("{state}", state) for each in settings.words("set")], settings)
    if fault:
        return Reading(evidence=said, fault=fault)
    return look(settings)


def look(settings: Settings) -> Reading:
    """Run the program that reads."""
    if "get" not in settings.values:
        return Reading(fault="there is no `get`: nothing reads back")
    said, fault = _run(settings.words("get"), settings)
    if fault:
        return Reading(evidence=said, fault=fault)
    word, *rest = said.split() or [""]
    if word.lower() not in (ON, OFF):
        return Reading(evidence=f"it wrote {said[:MOST_SHOWN]!r}", fault=f"that is neither {ON} nor {OFF}")
    watts = None
    if rest:
        with suppress(ValueError):
            watts = float(rest[0])
    return Reading(on=word.lower() == ON, evidence=f"it wrote {said[:MOST_SHOWN]!r}", watts=watts)


def _run(words: "list[str] | tuple[str, ...]", settings: Settings) -> tuple[str, str]:
    """What a program wrote, and what went wrong; it is killed with its children when the time is over."""
    try:
        process = subprocess.Popen(  # noqa: S603 -- the owner's own words, and no shell
            words,
            cwd=settings.folder or ".",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return "", f"{words[0]} cannot be started: {error.strerror}"
    try:
        out, _ = process.communicate(timeout=settings.seconds)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return "", f"{words[0]} was not done after {settings.seconds:g} s"
    said = out[:MOST_READ].decode("utf-8", "replace").strip()
    return said, f"{words[0]} ended with {process.returncode}" if process.returncode else ""


DRIVER = SwitchDriver(
    title="A command of the owner's",
    keys={
        "set": "the program that switches, word by word; {state} becomes on or off",
        "get": "the program that reads back, word by word; without it the state is unknown",
    },
    put=put,
    look=look,
)
