"""Drivers of power: what one is, what it is told, and what is to be made of its answer.

A driver sets a plug and reads it back. What it was told and what it answered are two things, and a plug may
lie; so a driver gives a `Reading`, and `observed` says what that shows and what not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final, NoReturn, Protocol

from roadworthy.model.errors import InputError
from roadworthy.network.switches.switch import Observed, Switch
from roadworthy.network.switches.ways_round import UNPROVEN

DRIVER: Final = "driver"
DEFAULT_SECONDS: Final = 5.0
LONGEST_SECONDS: Final = 60.0
IDLE_WATTS: Final = 1.0
"""Below it a plug's meter tells nothing: cheap ones show some tenths of a watt with nothing behind them."""
COMMON: Final[Mapping[str, str]] = {
    DRIVER: "which driver; `roadworthy explain` lists them",
    "timeout": f"seconds to wait for an answer, at most {LONGEST_SECONDS:g}; {DEFAULT_SECONDS:g} without it",
    "idle-watts": f"watts that the meter shows with nothing running; {IDLE_WATTS:g} without it",
}
"""Keys that every driver takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The table ``[devices.NAME.power]`` of network.toml.

    Args:
        values: Its keys.
        where: Its place, for errors: ``network.toml: devices.camera.power``.
        folder: Folder of network.toml; paths in it are relative to that.
        known: Keys that the driver takes.
    """

    values: Mapping[str, object]
    where: str
    folder: str = ""
    known: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str, default: str | None = None) -> str:
        """A text of one line. Raises `InputError` where it is none, or is not there and has no default."""
        value = self.values.get(key, default)
        if value is None:
            self.refuse(key, "is needed", f"It is {self.known.get(key, 'a text')}.")
        if not isinstance(value, str) or not value.isprintable():
            self.refuse(key, "is no text of one line", "Put it in quotation marks.")
        return value

    def number(self, key: str, default: float, *, most: float) -> float:
        """A number above 0. Raises `InputError` where it is none, or is more than `most`."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= most:
            self.refuse(key, f"is no number above 0 and up to {most:g}", f"Leave it out for {default:g}.")
        return float(value)

    def flag(self, key: str) -> bool:
        """True or false; false where it is not there. Raises `InputError` where it is neither."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.refuse(key, "is neither true nor false", "Write true or false, without quotation marks.")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, at least one. Raises `InputError` where it is none."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
            self.refuse(key, "is no list of texts", 'Write ["…", "…"].')
        return tuple(str(each) for each in value)

    def file(self, key: str) -> str:
        """The path of a file, seen from here; empty where it is not there."""
        name = self.text(key, "")
        return str(PurePosixPath(self.folder) / name) if name else ""

    @property
    def seconds(self) -> float:
        """How long to wait for an answer."""
        return self.number("timeout", DEFAULT_SECONDS, most=LONGEST_SECONDS)

    @property
    def idle_watts(self) -> float:
        """What the meter may show although nothing runs."""
        return self.number("idle-watts", IDLE_WATTS, most=1000)

    def check(self) -> None:
        """Look at the keys that every driver takes. Raises `InputError` for one with a mistake."""
        _ = self.seconds, self.idle_watts

    def refuse(self, key: str, what: str, hint: str) -> NoReturn:
        """Say what is wrong with a key. Raises `InputError`, always."""
        raise InputError(f"{self.where}.{key} {what}", hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a driver saw.

    Args:
        on: What the plug says; None where it says nothing that counts.
        evidence: Its words, with where they came from.
        watts: What its meter shows; None without one.
        fault: Why there is no answer; empty if there is one.
    """

    on: bool | None = None
    evidence: str = ""
    watts: float | None = None
    fault: str = ""


class Put(Protocol):
    """Switches, and reads back."""

    def __call__(self, settings: Settings, *, on: bool) -> Reading:
        """What was read back. Raises `InputError` for a mistake in the settings."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchDriver:
    """One way to cut and give power.

    Args:
        title: What it drives.
        keys: Its keys in ``[devices.NAME.power]`` with what they mean, beside those in `COMMON`.
        put: Switches on or off, reads back, and gives what it read. It does not raise for a plug that does
            not answer, but says so in the reading.
        look: Only reads.
    """

    title: str
    keys: Mapping[str, str]
    put: Put
    look: Callable[[Settings], Reading]


def settings_of(values: Mapping[str, object], driver: SwitchDriver, *, where: str, folder: str) -> Settings:
    """The settings for a driver.

    Args:
        values: The table.
        driver: Whose.
        where: Its place, for errors.
        folder: Folder of network.toml.

    Raises:
        InputError: A key is unknown; names it.
    """
    known = {**COMMON, **driver.keys}
    settings = Settings(values=values, where=where, folder=folder, known=known)
    for key in values:
        if key not in known:
            settings.refuse(key, "is unknown", f"Known are {', '.join(sorted(known))}.")
    return settings


def observed(reading: Reading, *, when: datetime, idle_watts: float = IDLE_WATTS) -> Observed:
    """What a reading shows of the power switch.

    A meter is believed before words: where a plug says off and power flows, the device is on. A meter that
    shows nothing does not show that the plug is off: the device may be asleep.

    Args:
        reading: What the driver saw.
        when: When that was.
        idle_watts: What the meter may show although nothing runs.
    """
    said = reading.evidence or "nothing was said"
    on = reading.on
    if reading.fault:
        said = f"no answer: {reading.fault}" + (f" ({reading.evidence})" if reading.evidence else "")
    if reading.watts is not None:
        said = f"{said}; its meter shows {reading.watts:g} W"
        if on is False and reading.watts > idle_watts:
            on = True
            said = f"it says off, and power flows: {said}"
        elif on is False:
            said = f"{said}: nothing runs"
    return Observed(
        switch=Switch.POWER,
        on=None if reading.fault and on is not True else on,
        evidence=said,
        when=when,
        unproven=UNPROVEN[Switch.POWER],
    )
