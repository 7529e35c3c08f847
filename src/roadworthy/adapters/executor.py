"""The executor: pieces of work side by side, on any `concurrent.futures.Executor`.

Each image is analysed in a confined process of its own; what is left here waits for those processes, so that
threads suffice.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TypeVar

from roadworthy.model.errors import InputError

T = TypeVar("T")

MAX_JOBS = 64


@contextmanager
def threads(jobs: int) -> Iterator[Executor]:
    """So many threads. Work that has not begun is given up when the block is left.

    Raises:
        InputError: It is no number of jobs.
    """
    if not 1 <= jobs <= MAX_JOBS:
        raise InputError(f"{jobs} is no number of jobs", hint=f"Give a number from 1 to {MAX_JOBS}.")
    pool = ThreadPoolExecutor(jobs, "image")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def run(tasks: Sequence[Callable[[], T]], executor: Executor) -> Iterator[tuple[int, T]]:
    """The results as they come, each with the position of its task. An exception of a task is raised."""
    positions = {executor.submit(task): position for position, task in enumerate(tasks)}
    for future in as_completed(positions):
        yield positions[future], future.result()
