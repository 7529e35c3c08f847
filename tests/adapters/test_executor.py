"""Work side by side: all results come, as they are ready, and no more at once than asked for."""

import threading
from functools import partial

import pytest

from roadworthy.adapters.executor import run, threads
from roadworthy.model.errors import InputError


def test_all_results_come_with_their_positions() -> None:
    with threads(3) as pool:
        assert dict(run([partial(pow, 2, n) for n in range(20)], pool)) == {n: 2**n for n in range(20)}


def test_what_is_ready_first_comes_first() -> None:
    released = threading.Event()

    def slow() -> str:
        released.wait(10)
        return "slow"

    with threads(2) as pool:
        results = run([slow, lambda: "fast"], pool)
        assert next(results) == (1, "fast")
        released.set()
        assert next(results) == (0, "slow")


@pytest.mark.parametrize("jobs", [1, 2])
def test_no_more_run_at_once_than_asked_for(jobs: int) -> None:
    running, most, lock = 0, 0, threading.Lock()
    together = threading.Barrier(jobs, timeout=10)

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait()
        with lock:
            running -= 1

    with threads(jobs) as pool:
        assert len(list(run([work] * 4, pool))) == 4
    assert most == jobs


def test_what_has_not_begun_is_given_up() -> None:
    begun: list[int] = []
    never = threading.Event()

    def broken() -> None:
        raise KeyError

    def work(number: int) -> None:
        begun.append(number)
        never.wait(0.5)  # so that the next one has no time to begin

    tasks: list[partial[None]] = [partial(broken), *(partial(work, number) for number in range(100))]
    with pytest.raises(KeyError), threads(1) as pool:
        list(run(tasks, pool))
    assert len(begun) <= 1


@pytest.mark.parametrize("jobs", [0, -1, 65])
def test_a_number_of_jobs_that_is_none_is_refused(jobs: int) -> None:
    with pytest.raises(InputError, match="is no number of jobs"), threads(jobs):
        pass
