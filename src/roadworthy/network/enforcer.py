"""Enforcer: makes of a network and its profiles what a gateway can load; one file in ``enforcers/`` each."""

from collections.abc import Callable
from dataclasses import dataclass

from roadworthy.model.problem import Problem
from roadworthy.network.live import Live
from roadworthy.network.network_file import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforcer:
    """One target.

    Args:
        title: What it is, in a few words.
        suffix: Of the file that it makes, e.g. ``.nft``.
        compile: Gives that file's text; pure, and the same for the same network.
        unheld: What of this network it cannot hold; each with the way out.
    """

    title: str
    suffix: str
    compile: Callable[[Network, Live], str]
    unheld: Callable[[Network], tuple[Problem, ...]]
