"""Wiring: builds the adapters from settings and hands them to the use cases. The only file that knows both.

Adapters are imported where they are needed: a command pays for the libraries that it uses, and for no others.
"""

# ruff: noqa: PLC0415 -- see above

import threading
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from roadworthy.catalogue import Catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from roadworthy.adapters.advisory_store import Union
    from roadworthy.adapters.guard.daemon import Setting as GuardSetting
    from roadworthy.adapters.https_server import Answering, HttpsServer
    from roadworthy.adapters.looker import LocalLooker
    from roadworthy.adapters.new_folder import NewFolder
    from roadworthy.adapters.statement_files import StatementFiles
    from roadworthy.adapters.workspace import Workspace
    from roadworthy.model.envelope import Envelope
    from roadworthy.network.policy import Policy
    from roadworthy.reports.report import Dossier
    from roadworthy.usecases._learning_seams import Outside, Traffic, Who
    from roadworthy.usecases._switch_seen import Code
    from roadworthy.usecases.advisories import Updated, UpdateOptions
    from roadworthy.usecases.assess import Assessed, AssessOptions
    from roadworthy.usecases.compare import CompareOptions
    from roadworthy.usecases.evidence import Keys, ReadFile
    from roadworthy.usecases.fetched_profiles import Get
    from roadworthy.usecases.guard_at_work import Guard
    from roadworthy.usecases.guard_report import Filing
    from roadworthy.usecases.guarding import Outside as GuardOutside
    from roadworthy.usecases.inspect import Inspected, InspectOptions, Progress, World
    from roadworthy.usecases.inspect_many import Index
    from roadworthy.usecases.served_profiles import Shelf
    from roadworthy.usecases.switching import Outside as SwitchingOutside
    from roadworthy.usecases.vex import VexOptions


def catalogue() -> Catalogue:
    """Everything that is installed."""
    from roadworthy.adapters.extensions import discover

    return discover()


def write(data: bytes, output: str | None) -> None:
    """Write to a file, whole or not at all, or to stdout if there is no path."""
    from roadworthy.adapters import output as out

    out.write(data, output)


def make_folder(path: str) -> None:
    """Make a folder, if it is not there."""
    from roadworthy.adapters import output as out

    out.make_folder(path)


def spare(inputs: "Sequence[str]", output: str | None) -> None:
    """Make sure that an output would not replace an input; raises `PolicyError` if it would."""
    from roadworthy.adapters import output as out

    out.spare(filter(None, inputs), [output])


def open_workspace(workspace: str | None) -> "Workspace":
    """The workspace in a folder; where the system keeps such data if None."""
    from roadworthy.adapters.workspace import Workspace
    from roadworthy.adapters.workspace_folder import default_folder

    return Workspace(default_folder() if workspace is None else workspace)


def advisories(workspace: str | None) -> "Union":
    """The advisories at hand: those that were imported, and those that come with Roadworthy."""
    from roadworthy.adapters.advisory_store import FILE, AdvisoryStore, Union
    from roadworthy.adapters.snapshot import packaged
    from roadworthy.adapters.workspace_folder import default_folder

    folder = Path(workspace) if workspace is not None else default_folder()
    return Union((AdvisoryStore(folder / FILE), *packaged()))


def update_advisories(options: "UpdateOptions", progress: "Progress", *, workspace: str | None) -> "Updated":
    """Import feeds into the workspace."""
    from roadworthy.adapters import clock, feed_files
    from roadworthy.adapters.advisory_store import FILE, AdvisoryStore
    from roadworthy.adapters.download import fetch
    from roadworthy.adapters.workspace_folder import default_folder
    from roadworthy.usecases.advisories import Outside, update

    folder = Path(workspace) if workspace is not None else default_folder()
    outside = Outside(
        store=AdvisoryStore(folder / FILE),
        clock=clock.now,
        fetch=lambda address: str(fetch(address, folder / "feeds", progress.step)),
        files=feed_files.files_in,
        contents=feed_files.contents,
        dated=feed_files.dated,
    )
    return update(options, outside=outside, catalogue=catalogue(), progress=progress)


def statements(workspace: str | None) -> "StatementFiles":
    """The statements in a workspace; where the system keeps such data if None."""
    from roadworthy.adapters.statement_files import StatementFiles
    from roadworthy.adapters.workspace_folder import default_folder

    return StatementFiles(Path(workspace) if workspace is not None else default_folder())


def write_vex(options: "VexOptions", progress: "Progress", *, workspace: str | None) -> bytes:
    """Statements about an image, as a document."""
    from roadworthy.adapters import documents
    from roadworthy.usecases import vex

    return vex.write(
        options,
        world=_world(workspace, keep=False),
        starts_with=documents.starts_with,
        catalogue=catalogue(),
        progress=progress,
    )


def assess(options: "AssessOptions", progress: "Progress", *, workspace: str | None) -> "Assessed":
    """Assess a product on this machine."""
    from roadworthy.adapters import documents
    from roadworthy.codecs.ixit import MAX_BYTES as PAPER_BYTES
    from roadworthy.usecases.assess import Outside, assess_product
    from roadworthy.usecases.inspect import InspectOptions

    def inspected(image: str, moment: "datetime") -> "Envelope":
        chosen = InspectOptions(image=image, as_of=moment, keep=options.keep)
        return inspect(chosen, progress, workspace=workspace).dossier.envelopes[0]

    world = _world(workspace, keep=options.keep)
    outside = Outside(
        read=world.read,
        starts_with=documents.starts_with,
        papers=partial(documents.papers, limit=PAPER_BYTES),
        inspect=inspected,
        clock=world.clock,
        file=world.file,
        tool_digest=world.tool_digest,
    )
    return assess_product(options, outside=outside, catalogue=catalogue())


def now() -> "datetime":
    """The time, UTC."""
    from roadworthy.adapters import clock

    return clock.now()


def key_files() -> "Keys":
    """Keys in files."""
    from roadworthy.adapters import keys

    return keys


def read_file() -> "ReadFile":
    """Reads the files that the user names."""
    from roadworthy.adapters import documents

    return documents.read


def guarding() -> "GuardOutside":
    """What guarding needs on this machine."""
    from roadworthy.adapters import documents
    from roadworthy.adapters.guard.journal import remembered
    from roadworthy.usecases.guarding import Outside

    return Outside(read=documents.read, remember=remembered)


def run_guard(file: str, tell: "Callable[[str], None]") -> None:
    """Guard a network on this machine until told to stop."""
    from roadworthy.adapters.guard import daemon

    daemon.run(_guard_setting(file, tell))


def guard(file: str) -> "Guard":
    """The guard of a network, as others reach it."""
    import time

    from roadworthy.adapters.guard import control, daemon, journal
    from roadworthy.network.guard.machine import Machine
    from roadworthy.network.guard.status import status
    from roadworthy.usecases.guard_at_work import Guard

    setting = _guard_setting(file, lambda _: None)
    network = setting.load()

    def recall() -> "Mapping[str, object]":
        memory = journal.recall(setting.state)
        machine = Machine(network, memory, setting.ledger(None), time.time())
        return status(machine, hindrance="", emitted={})

    return Guard(
        network=network,
        ask=partial(control.ask, setting.state),
        act=partial(daemon.act, setting),
        recall=recall,
    )


def filing(workspace: str | None) -> "Filing":
    """Files evidence in a workspace."""
    from roadworthy.adapters import clock, own_files
    from roadworthy.usecases.guard_report import Filing

    return Filing(
        file=lambda envelope: open_workspace(workspace).put(envelope),
        clock=clock.now,
        tool_digest=own_files.digest,
    )


def _guard_setting(file: str, tell: "Callable[[str], None]") -> "GuardSetting":
    from roadworthy.adapters import documents
    from roadworthy.adapters.guard.daemon import Setting
    from roadworthy.adapters.switch_ledger import SwitchLedger
    from roadworthy.usecases.guarding import beside, load

    state = Path(beside(file, load(file, documents.read).state))
    return Setting(
        load=partial(load, file, documents.read),
        state=state,
        ledger=SwitchLedger(state).read,
        tell=tell,
    )


def looker() -> "LocalLooker":
    """Looks into images on this machine."""
    from roadworthy.adapters.looker import LocalLooker
    from roadworthy.adapters.sandbox import Limits

    return LocalLooker(Limits())


def new_folder(path: str, *, all_bits: bool) -> "NewFolder":
    """A folder to extract files into."""
    from roadworthy.adapters.new_folder import NewFolder

    return NewFolder(path, all_bits=all_bits)


def inspect(options: "InspectOptions", progress: "Progress", *, workspace: str | None) -> "Inspected":
    """Inspect an image on this machine."""
    from roadworthy.usecases.inspect import inspect as inspect_image

    world = _world(workspace, keep=options.keep)
    return inspect_image(options, world=world, catalogue=catalogue(), progress=progress)


def images(given: "Sequence[str]") -> tuple[str, ...]:
    """The images that are meant by files and folders."""
    from roadworthy.adapters.images import expand

    return expand(given)


def is_folder(path: str | None) -> bool:
    """Whether a path means a folder."""
    from roadworthy.adapters import images as places

    return places.is_folder(path)


def inspect_many(
    images: "Sequence[str]",
    options: "InspectOptions",
    progress: "Progress",
    *,
    jobs: int,
    folder: str | None,
    suffix: str,
    write: "Callable[[Dossier], bytes]",
    workspace: str | None,
) -> "Index":
    """Inspect images side by side on this machine; reports go into a folder, or nowhere if it is None."""
    from roadworthy.adapters import executor, output
    from roadworthy.usecases import inspect_many as many

    def place(name: str) -> str:
        return "" if folder is None else f"{folder.rstrip('/') or '/'}/{name}"

    def put(dossier: "Dossier", name: str) -> str:
        path = place(name)
        if path:
            output.write(write(dossier), path)
        return path

    names = many.file_names(images, suffix)
    if folder is not None:
        read = filter(None, (*images, options.sign, options.waivers, options.baseline, *options.sbom))
        output.spare(read, (place(name) for name in names))
        output.make_folder(folder)
    with executor.threads(jobs) as pool:
        return many.inspect_many(
            images,
            options,
            world=_world(workspace, keep=options.keep),
            catalogue=catalogue(),
            run_all=partial(executor.run, executor=pool),
            write=put,
            names=names,
            progress=progress,
        )


def compare(options: "CompareOptions", progress: "Progress", *, workspace: str | None) -> "Inspected":
    """Compare two images, or reports of them, on this machine."""
    from roadworthy.adapters import documents
    from roadworthy.usecases.compare import compare as compare_images

    return compare_images(
        options,
        world=_world(workspace, keep=options.keep),
        starts_with=documents.starts_with,
        catalogue=catalogue(),
        progress=progress,
    )


def _sign(envelope: "Envelope", path: str) -> "Envelope":
    """Sign with the key in a file."""
    from roadworthy.adapters import keys
    from roadworthy.codecs import signing

    return signing.sign(envelope, keys.read_private(path))


def _world(workspace: str | None, *, keep: bool) -> "World":
    """What inspecting needs, on this machine."""
    from roadworthy.adapters import clock, own_files
    from roadworthy.adapters.analyst import LocalAnalyst
    from roadworthy.adapters.sandbox import Limits
    from roadworthy.usecases.inspect import World
    from roadworthy.usecases.vex import counting

    if keep:  # loading the store takes long, and can be done while the worker works
        threading.Thread(target=import_module, args=("roadworthy.adapters.workspace",), daemon=True).start()
    return World(
        analyst=LocalAnalyst(Limits()),
        clock=clock.now,
        tool_digest=own_files.digest,
        sign=_sign,
        file=lambda envelope: open_workspace(workspace).put(envelope),
        read=read_file(),
        advisories=advisories(workspace),
        statements=lambda: counting(statements(workspace)),
    )


def profile_outside(workspace: str | None) -> "Outside":
    """What learning, deriving and comparing profiles need, on this machine."""
    from roadworthy.adapters import documents
    from roadworthy.codecs.envelope import decode
    from roadworthy.codecs.plain import MAX_BYTES
    from roadworthy.usecases._learning_seams import Outside
    from roadworthy.usecases.inspect import InspectOptions
    from roadworthy.usecases.inspect import inspect as inspect_image

    world = _world(workspace, keep=False)

    def inspected(image: str, moment: "datetime | None") -> "Envelope":
        if documents.starts_with(image, b"{"):
            return decode(world.read(image, limit=MAX_BYTES))
        chosen = InspectOptions(image=image, as_of=moment, keep=False)
        done = inspect_image(chosen, world=world, catalogue=catalogue(), progress=_Still())
        return done.dossier.envelopes[0]

    return Outside(
        read_traffic=_read_traffic,
        read=world.read,
        is_document=lambda path: documents.starts_with(path, b"{"),
        inspected=inspected,
        write_profile=_write_profile,
        read_profile=_read_profile,
        clock=world.clock,
        file=world.file,
        sign=world.sign,
        tool_digest=world.tool_digest,
    )


class _Still:
    """Nobody watches."""

    def step(self, stage: str, done: int, total: int) -> None:
        """Say nothing."""


def _read_traffic(files: "Sequence[str]", device: str, addresses: "Sequence[str]") -> "Traffic":
    """The flows of a device in captures and logs."""
    from roadworthy.adapters.capture_files import read_flows
    from roadworthy.usecases._learning_seams import Traffic

    found = read_flows(files, device=device, addresses=addresses)
    return Traffic(flows=found.flows, captures=found.captures, problems=found.problems)


def captured(path: str) -> bytes:
    """The bytes of a capture, unpacked, or of another file."""
    from roadworthy.adapters.capture_files import content

    return content(Path(path))


def mud_fetcher(authorities: "Sequence[str]", *, allow_private: bool) -> "Get":
    """Fetches MUD files and signatures."""
    from roadworthy.adapters.mud_fetch import Limits, MudFetcher

    return MudFetcher(authorities, Limits(allow_private=allow_private))


def mud_shelf(folder: str) -> "Callable[[], Shelf]":
    """What is served out of a folder, as it is now."""
    from roadworthy.adapters.mud_folder import MudFolder
    from roadworthy.usecases.served_profiles import shelve

    return MudFolder(folder, shelve)


def https_server(listen: str, certificate: str, key: str, answer: "Answering") -> "HttpsServer":
    """A server that listens."""
    from roadworthy.adapters.https_server import HttpsServer

    return HttpsServer(listen, certificate=certificate, key=key, answer=answer)


def profiles_in(places: "Sequence[str]") -> "tuple[tuple[str, bool], ...]":
    """The files that are meant by files and folders, each with whether it was named itself."""
    from roadworthy.adapters.mud_folder import files_in

    return tuple(each for place in places for each in files_in(place))


def _write_profile(policy: "Policy", who: "Who", moment: "datetime") -> bytes:
    """A MUD file."""
    from roadworthy.network.mud.file import About
    from roadworthy.network.mud.spelling import mud_of
    from roadworthy.network.mud.writing import write_mud

    about = About(
        mud_url=who.mud_url,
        last_update=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        mfg_name=who.maker,
        model_name=who.model,
        systeminfo=who.model,
    )
    return write_mud(mud_of(policy, about))


def switching(network: str, workspace: str | None = None) -> "SwitchingOutside":
    """What switching the devices of a network needs, on this machine."""
    from roadworthy.adapters import clock, documents, keys, own_files
    from roadworthy.adapters.guard import control
    from roadworthy.adapters.switch_ledger import SwitchLedger
    from roadworthy.model.errors import RoadworthyError
    from roadworthy.network.mud.reading import MOST_BYTES
    from roadworthy.network.network_file import read_network
    from roadworthy.network.policy import Policy
    from roadworthy.usecases.switching import NETWORK_BYTES
    from roadworthy.usecases.switching import Outside as SwitchingOutside

    folder = Path(network).parent

    def profile(path: str) -> Policy:
        try:
            return _read_profile(documents.read(str(folder / path), limit=MOST_BYTES), path)
        except RoadworthyError:  # the owner switches whatever state the profiles are in
            return Policy()

    read = read_network(documents.read(network, limit=NETWORK_BYTES), network, profile)
    return SwitchingOutside(
        network=read,
        name=network,
        folder=str(folder),
        book=SwitchLedger(folder / read.state),
        keys=keys,
        drivers={name: each.object for name, each in catalogue().switch_drivers.items()},
        clock=clock.now,
        tell_guard=partial(control.ask, folder / read.state, {"do": "switches"}),
        file=lambda envelope: open_workspace(workspace).put(envelope),
        tool_digest=own_files.digest,
    )


def code_seen(before: str, after: str, workspace: str | None) -> "Code":
    """What a device ran and runs, by its images or their inspections; empty paths for what nobody knows."""
    from roadworthy.inspection.comparison import side_of
    from roadworthy.network.switches.other_ways import uplinks_in
    from roadworthy.usecases._switch_seen import Code

    inspected = profile_outside(workspace).inspected
    first, last = (inspected(each, None) if each else None for each in (before, after))
    newest = last or first
    return Code(
        before=first.subject.digest if first else "",
        after=last.subject.digest if last else "",
        uplinks=uplinks_in(side_of(newest).body.inventory) if newest else (),
    )


def _read_profile(data: bytes, name: str) -> "Policy":
    """What a MUD file means."""
    from roadworthy.network.mud.meaning import policy_of
    from roadworthy.network.mud.reading import read_mud

    return policy_of(read_mud(data, name))
