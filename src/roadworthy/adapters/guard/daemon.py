"""Daemon: the guard of one network at work: the machine that decides, tied to kernel, sockets and journal."""

import asyncio
import gc
import signal
import socket
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from roadworthy.adapters.guard import control, kernel, netlink_log, portal, wire
from roadworthy.adapters.guard.journal import Journal
from roadworthy.adapters.guard.resolver import Resolver
from roadworthy.model.errors import InputError, PolicyError, RoadworthyError
from roadworthy.network.guard.dns_reply import Code, Kind, Message, question
from roadworthy.network.guard.explaining import missing_rule
from roadworthy.network.guard.logged import Logged, read_logged
from roadworthy.network.guard.machine import Effect, Machine
from roadworthy.network.guard.neighbours import neighbour_of
from roadworthy.network.guard.status import status
from roadworthy.network.guard.tried import Tried
from roadworthy.network.mud.emission import emission_of
from roadworthy.network.network_file import Fail, Mode, Network
from roadworthy.network.nftables.ruleset import BRIDGE_TABLE, LOG_GROUP, PORTAL_PORT, TABLE, bridged
from roadworthy.network.packet import Packet
from roadworthy.network.policy import Side
from roadworthy.network.profile.wording import counted, describe
from roadworthy.network.switches.records import Ledger

TICK: Final = 5.0
AWAKE: Final = 15
COMPACT_AT: Final = 4 * 1024 * 1024
RESOLVE_EVERY: Final = 600.0
MOST_HEARD: Final = 1000
AT_ONCE: Final = 64
IN_THE_WAY: Final = "Is it this gateway's address? Have another resolver leave port 53 (dnsmasq: port=0)."
FIXED: Final = ("lan", "address", "upstream", "state", "fail", "portal")
"""Settings that a guard takes in when it starts."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a guard is set up with.

    Args:
        load: Reads the network anew.
        state: Folder of its state.
        ledger: Reads what the owners have switched, by their signed records; given what it read before.
        tell: Takes a line for whoever watches.
    """

    load: Callable[[], Network]
    state: Path
    ledger: Callable[[Ledger | None], Ledger]
    tell: Tell


@dataclass(slots=True)
class Daemon:
    """A guard at work; `run` is its life."""

    setting: Setting
    journal: Journal
    machine: Machine
    hindrance: str = ""
    fault: str = ""
    behind: bool = False
    unwritten: bool = False
    emitted: dict[str, str] = field(default_factory=dict)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _resolver: Resolver | None = None
    _resolved: float = 0.0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    # --- effects ---

    def do(self, effect: Effect) -> None:
        """Keep the records, then give the commands to the kernel, then cut what must be cut.

        Raises:
            PolicyError: It is not in force. It is tried again, with the whole table, at the next tick.
        """
        try:
            self.journal.append(effect.records)
        except OSError as error:
            self.unwritten = True
            self.complain(f"the journal cannot be written; a restart would not know this: {error.strerror}")
        try:
            kernel.apply(effect.commands)
        except PolicyError as error:
            self.complain(f"{error}; the whole table is loaded anew")
            self.load()
        self.cut(effect.cut)

    def cut(self, devices: Iterable[str]) -> None:
        """Put the running conversations of devices to the rules again."""
        for name in devices:
            device = self.machine.network.devices.get(name)  # gone, if a reload came between
            addresses = device.addresses if device else ()
            if addresses and not kernel.forget_conversations(addresses):
                self.complain("conversations that run go on: the program conntrack is not on this machine")

    def complain(self, what: str) -> None:
        """Tell of something that is wrong, once as long as it is the same."""
        if what != self.fault:
            self.setting.tell(what)
        self.fault = what

    def load(self) -> None:
        """Put the whole table into force: at once where one is, in steps where none is."""
        self.behind = True
        awake = _awake() if self.machine.network.fail is Fail.OPEN else ""
        stages = None if kernel.is_in_force(TABLE) else self.machine.stages()
        if stages is None:
            kernel.apply(self.machine.ruleset() + awake)
        else:
            kernel.put(replace(stages, identity=stages.identity + awake))
        self.behind = False

    # --- DNS ---

    def decide(self, who: str, query: Message) -> Code | None:
        """Whether a question may be asked."""
        device = self.machine.device_at(who)
        return None if device is None else self.machine.refused(device, query.question.name)

    async def release(self, who: str, message: Message) -> Code | None:
        """Open the way that an answer shows, before it goes."""
        device = self.machine.device_at(who)
        if device is None:
            return None
        effect = self.machine.answered(device, message, time.time())
        try:
            self.do(effect)
        except PolicyError:  # told; the way is not open, so the answer does not go
            return Code.SERVER_FAILURE
        told = effect.told
        if (
            told is not None
            and told.why
            and (told.code is not None or self.machine.mode(device) is Mode.ENFORCE)
        ):
            self.setting.tell(f"{device}: {message.question.name} opens nothing: {told.why}")
        return None if told is None else told.code

    async def _resolve_changing(self) -> None:
        """Ask for the hosts that bring changes to devices with change off, whose questions are refused."""
        if self._resolver is None or time.time() < self._resolved + RESOLVE_EVERY:
            return
        self._resolved = time.time()
        for name in self.machine.hosts_to_close():
            for kind in (Kind.A, Kind.AAAA):
                asked = question(name, kind)
                got = await self._resolver.ask(asked[0], asked[1])
                if got is not None:
                    self.do(self.machine.resolved(name, got[1], time.time()))

    # --- what is heard ---

    def hear_kernel(self, source: socket.socket) -> None:
        """Packets that the kernel tells of."""
        with suppress(BlockingIOError, OSError, PolicyError):  # told; and tried again at the next tick
            for _ in range(AT_ONCE):
                for each in read_logged(source.recv(1 << 18)):
                    self._deviated(each)

    def _deviated(self, logged: Logged) -> None:
        device = self.machine.by_number(logged.number)
        if device is None:
            return
        packet = self.machine.named(device, logged.packet)
        if logged.word == "cut" and packet.sender is Side.DEVICE:
            self.machine.tried.setdefault(device, Tried()).sent(packet.peer)
        says = self._says(device, logged, packet)
        stopped = logged.word != "new"
        effect = self.machine.deviated(device, says, time.time(), stopped=stopped)
        if effect.records:
            word = "stopped" if stopped else "seen, and let pass while learning"
            self.setting.tell(f"{device}: {word}: {says}")
        self.do(effect)

    def _says(self, device: str, logged: Logged, packet: Packet) -> str:
        if logged.word == "unbound":
            return f"It sends from {logged.own}, which is not known to be its own."
        says = describe(missing_rule(packet, self.machine.network.devices[device].surroundings))
        return f"while switched off: {says}" if logged.word == "cut" else says

    def hear_wire(self, source: socket.socket) -> None:
        """Frames in which somebody says who they are."""
        with suppress(BlockingIOError, OSError, PolicyError):  # told; and tried again at the next tick
            for _ in range(AT_ONCE):
                self._heard(source.recv(65_535))

    def _heard(self, frame: bytes) -> None:
        neighbour = neighbour_of(frame)
        if neighbour is not None:
            self.do(self.machine.seen(neighbour.mac, neighbour.address, time.time()))
            return
        emission = emission_of(frame)
        if emission is not None and emission.credible and emission.url:
            if self.emitted.pop(emission.mac, "") != emission.url:
                self.setting.tell(f"{emission.mac} tells the MUD URL {emission.url}")
            self.emitted[emission.mac] = emission.url
            if len(self.emitted) > MOST_HEARD:
                del self.emitted[next(iter(self.emitted))]

    # --- the owner, the operator ---

    async def answer(self, request: Mapping[str, object]) -> Mapping[str, object]:
        """Answer a request of the control socket."""
        name, device = str(request.get("do", "")), str(request.get("device", ""))
        if name in {"quarantine", "lift", "agree"} and device not in self.machine.network.devices:
            known = ", ".join(list(self.machine.network.devices)[:20])
            return {"error": f"{device!r} is no device of this network", "hint": f"Known are {known}."}
        begun = time.monotonic()
        try:
            done = self._do(name, device, request)
        except RoadworthyError as error:
            return {"error": str(error), "hint": error.hint}
        if done is None:
            return {"error": f"the guard does not know {name!r}", "hint": "Are both of one version?"}
        return {**done, "seconds": round(time.monotonic() - begun, 4)}

    def _do(self, name: str, device: str, request: Mapping[str, object]) -> Mapping[str, object] | None:
        if name == "status":
            return status(self.machine, hindrance=self.hindrance, emitted=self.emitted)
        if name == "switches":
            self._switch()
            lost = self.behind or not kernel.holds(TABLE)
            in_force = 0 if lost else self.machine.ledger.head.sequence
            return {"done": True, "sequence": in_force, "devices": self._seen_of_switched()}
        if name == "reload":
            self._reload()
        elif name == "quarantine":
            why, by = str(request.get("why", "")), str(request.get("by", ""))
            self.do(self.machine.quarantined(device, why, by, time.time()))
            self.setting.tell(f"{device}: in quarantine: {why}")
        elif name == "lift":
            self.do(self.machine.lifted(device))
            self.setting.tell(f"{device}: quarantine lifted")
        elif name == "agree":
            decided = Mode(str(request.get("mode", Mode.ENFORCE)))
            self.do(self.machine.agreed(device, decided))
            self.setting.tell(f"{device}: its owner decided: {decided}")
        else:
            return None
        return {"done": True}

    def _seen_of_switched(self) -> Mapping[str, object]:
        """What devices did and tried since their switches stand as they do."""
        found: dict[str, dict[str, object]] = {
            name: dict(each.told()) for name, each in self.machine.tried.items()
        }
        for name, device in self.machine.network.devices.items():
            standing = self.machine.standing(name)
            if standing.internet_off and not standing.lan_off:
                ends = [each for own in device.addresses for each in kernel.conversations(own)]
                near = sum(any(each in net for net in self.machine.network.local) for each in ends)
                found.setdefault(name, {})["local_flows"] = near
        return found

    def _switch(self) -> None:
        before = self.machine.ledger
        ledger = self.setting.ledger(before)
        if ledger.head == before.head:
            return
        for record in ledger.records[len(before.records) :]:
            self.setting.tell(f"{record.device}: record {record.sequence} of its owner: {record.act}")
        self.do(self.machine.switched(ledger))
        self._resolved = 0.0

    def _look_for_records(self) -> None:
        """For whoever could not tell of them."""
        try:
            self._switch()
        except RoadworthyError as error:
            self.complain(f"the owners' records do not hold, what held before stays in force: {error}")

    def _see_bridged(self, network: Network) -> None:
        self.hindrance = kernel.see_bridged(kernel.bridges_in(network.lan), bridged(network))
        if self.hindrance:
            self.setting.tell(self.hindrance)

    def _reload_on_signal(self) -> None:
        try:
            self._reload()
        except RoadworthyError as error:
            self.setting.tell(f"not read anew, what held before stays in force: {error}")

    def _reload(self) -> None:
        """Read network and profiles anew; what held before stays in force if that is not possible."""
        network, before = self.setting.load(), self.machine
        if changed := [each for each in FIXED if getattr(network, each) != getattr(before.network, each)]:
            hint = "End the guard, and start it again."
            raise InputError(f"network.toml changes {', '.join(changed)}", hint=hint)
        self.machine = Machine(network, before.memory, before.ledger, time.time())
        try:
            self.load()
        except RoadworthyError:
            self.machine = before
            raise
        self._see_bridged(network)
        old = before.network.devices
        self.cut([name for name, each in self.machine.network.devices.items() if old.get(name) != each])
        self.setting.tell(f"read anew: {counted(len(network.devices), 'device')}")

    def notice(self, address: str) -> portal.Notice | None:
        """What the portal tells a device."""
        device = self.machine.device_at(address)
        held = self.machine.memory.quarantines.get(device) if device is not None else None
        if device is None or held is None:
            return None
        hosts = self.machine.network.devices[device].update_hosts
        since = datetime.fromtimestamp(held.since, UTC).strftime("%Y-%m-%d %H:%M UTC")
        reaches = ", ".join(("this page", *hosts))
        return portal.Notice(device, held.why or "no reason was given", since, reaches)

    # --- life ---

    async def run(self) -> None:
        """Guard until told to stop."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload_on_signal)
        network = self.machine.network
        self._see_bridged(network)
        self.load()  # with its sign of life, before it says that it guards
        servers = await self._open(network)
        self.setting.tell(f"guarding {counted(len(network.devices), 'device')}")
        try:
            await self._live()
        finally:
            for server in servers:
                server.close()
            if self._resolver is not None:
                self._resolver.close()
            self._close(network)

    async def _open(self, network: Network) -> list[asyncio.AbstractServer]:
        loop = asyncio.get_running_loop()
        log = netlink_log.listen(LOG_GROUP)
        loop.add_reader(log, self.hear_kernel, log)
        for interface in network.lan:
            heard = wire.listen(interface)
            loop.add_reader(heard, self.hear_wire, heard)
        servers = [await control.serve(self.setting.state, self.answer)]
        if network.address is not None:
            where = str(network.address)
            self._resolver = Resolver(
                [(str(each), 53) for each in network.upstream], self.decide, self.release
            )
            try:
                servers.append(await portal.serve(where, PORTAL_PORT, self.notice, network.portal))
                await self._resolver.listen(where)
            except OSError as error:
                what = f"ports 53 and {PORTAL_PORT} of {where} cannot be had: {error.strerror or error}"
                raise InputError(what, hint=IN_THE_WAY) from error
        return servers

    async def _live(self) -> None:
        self._start(asyncio.to_thread(self.cut, self._enforced()))
        while not self._stop.is_set():
            try:
                self._tick()
            except (RoadworthyError, OSError) as error:
                self.complain(f"something cannot be done now, and is tried again: {error}")
            self._start(self._resolve_changing())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), TICK)

    def _enforced(self) -> list[str]:
        """Devices whose conversations from before this start are put to the rules."""
        return [name for name in self.machine.network.devices if self.machine.mode(name) is Mode.ENFORCE]

    def _tick(self) -> None:
        if self.behind or not kernel.holds(TABLE):
            self.setting.tell("the table is not in force as it should be; it is loaded anew")
            self.load()
        if self.machine.network.fail is Fail.OPEN:
            kernel.apply(_awake())
        self._look_for_records()
        self.do(self.machine.ticked(time.time()))
        if self.unwritten or self.journal.size > COMPACT_AT:
            self.journal.compact(self.machine.memory)
            self.unwritten = False

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _close(self, network: Network) -> None:
        with suppress(RoadworthyError, OSError):
            self.journal.compact(self.machine.memory)
        self.journal.close()
        (self.setting.state / control.FILE).unlink(missing_ok=True)
        if network.fail is Fail.OPEN:
            tables = (TABLE, BRIDGE_TABLE) if kernel.bridges_in(network.lan) else (TABLE,)
            kernel.apply("".join(f"table {each}\ndelete table {each}\n" for each in tables))
        else:
            self.setting.tell(f"stopped; what was in force stays so (nft delete table {TABLE} takes it away)")


def _awake() -> str:
    """A sign of life: without a fresh one, a network that fails open lets devices out."""
    element = f"element {TABLE} awake {{ 0x0 timeout {AWAKE}s }}"
    return f"add {element}\ndelete {element.replace(f' timeout {AWAKE}s', '')}\nadd {element}\n"


def run(setting: Setting) -> None:
    """Guard a network until told to stop.

    Raises:
        InputError: Something on this machine is missing, or in use.
        PolicyError: The kernel does not take the rules.
    """
    gc.disable()  # what is read now stays: to look through it again and again takes as long as to read it
    try:
        network = setting.load()
        journal = Journal(setting.state)
        machine = Machine(network, journal.memory, setting.ledger(None), time.time())
        gc.freeze()
    finally:
        gc.enable()
    asyncio.run(Daemon(setting, journal, machine).run())


def act(setting: Setting, request: Mapping[str, object]) -> Mapping[str, object]:
    """Do what a request asks where no guard runs: the table is loaded, and what changes is kept.

    Raises:
        InputError: Something on this machine is missing.
        PolicyError: The kernel does not take the rules.
    """
    network = setting.load()
    journal = Journal(setting.state)
    try:
        machine = Machine(network, journal.memory, setting.ledger(None), time.time())
        daemon = Daemon(setting, journal, machine)
        daemon.load()
        reply = asyncio.run(daemon.answer(request))
        journal.compact(machine.memory)
    finally:
        journal.close()
    return reply
