"""Feed damaged files and images to every parser, for a while, and then print what came of it.

Seeds are the corpus in fuzz/corpus/, the examples of the checks, and the bare headers of all formats. Each
case is damaged anew and must come to its end in bounded time and memory, and raise nothing but what the
seams allow. Every target runs in processes of its own, as many at a time as there are processors. A case
that breaks one is kept in its corpus, one for each place in the code.
"""

import argparse
import faulthandler
import multiprocessing
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, ForkProcess
from pathlib import Path
from types import FrameType
from typing import Final

from fuzz_corpus import Case, keep
from fuzz_targets import Target, context, targets, toolbox
from fuzz_wounds import damaged

MEMORY: Final = 1024**3
SLOW_SECONDS: Final = 5.0
HUNG_SECONDS: Final = 60
BREAKS: Final = 5


class TooSlow(BaseException):
    """A case did not end in time. No `Exception`: nothing on the way may take it for one of a parser."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one target: cases run, seconds of computing, the slowest, and what broke where."""

    cases: int
    seconds: float
    slowest: float
    broken: dict[str, Case]


@dataclass(frozen=True, slots=True)
class Running:
    """A target at work."""

    target: Target
    process: ForkProcess
    results: Connection


def main(arguments: Sequence[str]) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=60, help="for all targets together")
    parser.add_argument("targets", nargs="*", help="only those whose name contains one of these")
    parser.add_argument("--seed", type=int, default=0, help="for other cases")
    options = parser.parse_args(arguments)
    chosen = [
        each for each in targets() if not options.targets or any(w in each.name for w in options.targets)
    ]
    context(), toolbox()  # once, before the processes part
    processors = len(os.sched_getaffinity(0))
    share = options.seconds * processors / max(1, len(chosen))
    print(f"{len(chosen)} targets, {share:.1f} s each on {processors} processors; --seed {options.seed}")
    print(f"{'target':32} {'seeds':>5} {'cases':>8} {'a second':>8} {'slowest':>8}  broken")
    return 1 if fuzz(chosen, share, options.seed, processors) else 0


def fuzz(chosen: Sequence[Target], share: float, seed: int, processors: int) -> int:
    """Run all targets; how many places broke."""
    processes = multiprocessing.get_context("fork")
    todo, running, broken = list(reversed(chosen)), list[Running](), 0
    while todo or running:
        while todo and len(running) < processors:
            running.append(start(processes, todo.pop(), share, seed))
        ready = wait([each.results for each in running])
        for each in [each for each in running if each.results in ready]:
            running.remove(each)
            broken += tell(each)
    return broken


def start(processes: ForkContext, target: Target, share: float, seed: int) -> Running:
    """Let a target run in a process of its own."""
    results, sender = processes.Pipe(duplex=False)
    process = processes.Process(target=work, args=(target, share, seed, sender))
    process.start()
    sender.close()
    return Running(target, process, results)


def tell(running: Running) -> int:
    """Print what came of a target and keep the cases; how many places broke."""
    try:
        result: Result = running.results.recv()
    except EOFError:
        result = Result(0, 0, 0, {"the process died; what it printed says where": {}})
    running.process.join()
    rate = result.cases / (result.seconds or 1)
    print(
        f"{running.target.name:32} {len(running.target.seeds):5} {result.cases:8} {rate:8.0f}"
        f" {result.slowest:6.2f} s  {len(result.broken) or '-'}",
        flush=True,
    )
    for place, case in sorted(result.broken.items()):
        path = keep(running.target.name, case) if case else "no case"
        print(f"  BROKEN {place}\n         {path}", flush=True)
    return len(result.broken)


def work(target: Target, share: float, seed: int, results: Connection) -> None:
    """Run cases until the time is up, in the process of the target."""
    limit = MEMORY + mapped()
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.signal(signal.SIGPROF, too_slow)
    chance = random.Random(f"{seed} {target.name}")  # noqa: S311 -- no secret
    began, used, cases, slowest = time.monotonic(), time.process_time(), 0, 0.0
    broken: dict[str, Case] = {}
    fresh = list(target.seeds)
    while time.monotonic() < began + share and len(broken) < BREAKS:
        case = fresh.pop() if fresh else wounded(chance, target.seeds)
        before = time.process_time()
        place = verdict(target, case)
        slowest = max(slowest, time.process_time() - before)
        cases += 1
        if place:
            broken.setdefault(place, case)
    results.send(Result(cases, time.process_time() - used, slowest, broken))


def mapped() -> int:
    """How much address space the process takes already."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()


def wounded(chance: random.Random, seeds: Sequence[Case]) -> Case:
    """One of the seeds, with some of its files damaged."""
    case = chance.choice(seeds)
    hurt = chance.choice(sorted(case))
    return {path: damaged(chance, data) if path == hurt else data for path, data in case.items()}


def too_slow(_signal: int, _frame: FrameType | None) -> None:
    """Raised where the code is when its time is up."""
    raise TooSlow


def verdict(target: Target, case: Case) -> str:
    """Where and how it broke; empty if it did not."""
    faulthandler.dump_traceback_later(HUNG_SECONDS, exit=True)
    signal.setitimer(signal.ITIMER_PROF, SLOW_SECONDS)
    try:
        target.run(case)
    except (Exception, TooSlow) as error:  # noqa: BLE001 -- this is what is looked for
        frames = [
            each for each in traceback.extract_tb(error.__traceback__) if each.name != too_slow.__name__
        ]
        frame = frames[-1]
        return f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {str(error)[:200]}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
