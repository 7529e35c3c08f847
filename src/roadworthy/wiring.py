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
from roadworthy.usecases.inspect import Inspected, InspectOptions, Progress, World
from roadworthy.usecases.inspect import inspect as inspect_image

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from roadworthy.adapters.advisory_store import Union
    from roadworthy.adapters.looker import LocalLooker
    from roadworthy.adapters.new_folder import NewFolder
    from roadworthy.adapters.statement_files import StatementFiles
    from roadworthy.adapters.workspace import Workspace
    from roadworthy.model.envelope import Envelope
    from roadworthy.network.policy import Policy
    from roadworthy.reports.report import Dossier
    from roadworthy.usecases._learning_seams import Outside, Traffic, Who
    from roadworthy.usecases.advisories import Updated, UpdateOptions
    from roadworthy.usecases.assess import Assessed, AssessOptions
    from roadworthy.usecases.compare import CompareOptions
    from roadworthy.usecases.evidence import Keys, ReadFile
    from roadworthy.usecases.inspect_many import Index
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


def update_advisories(options: "UpdateOptions", progress: Progress, *, workspace: str | None) -> "Updated":
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


def write_vex(options: "VexOptions", progress: Progress, *, workspace: str | None) -> bytes:
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


def assess(options: "AssessOptions", progress: Progress, *, workspace: str | None) -> "Assessed":
    """Assess a product on this machine."""
    from roadworthy.adapters import documents
    from roadworthy.codecs.ixit import MAX_BYTES as PAPER_BYTES
    from roadworthy.usecases.assess import Outside, assess_product

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


def looker() -> "LocalLooker":
    """Looks into images on this machine."""
    from roadworthy.adapters.looker import LocalLooker
    from roadworthy.adapters.sandbox import Limits

    return LocalLooker(Limits())


def new_folder(path: str, *, all_bits: bool) -> "NewFolder":
    """A folder to extract files into."""
    from roadworthy.adapters.new_folder import NewFolder

    return NewFolder(path, all_bits=all_bits)


def inspect(options: InspectOptions, progress: Progress, *, workspace: str | None) -> Inspected:
    """Inspect an image on this machine."""
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
    options: InspectOptions,
    progress: Progress,
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


def compare(options: "CompareOptions", progress: Progress, *, workspace: str | None) -> Inspected:
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


def _world(workspace: str | None, *, keep: bool) -> World:
    """What inspecting needs, on this machine."""
    from roadworthy.adapters import clock, own_files
    from roadworthy.adapters.analyst import LocalAnalyst
    from roadworthy.adapters.sandbox import Limits
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


def _read_profile(data: bytes, name: str) -> "Policy":
    """What a MUD file means."""
    from roadworthy.network.mud.meaning import policy_of
    from roadworthy.network.mud.reading import read_mud

    return policy_of(read_mud(data, name))
