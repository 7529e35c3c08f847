"""Shell scripts read, never run: which commands a script would start, as far as its text alone says.

The grammar is that of POSIX.1-2024, XCU 2 (Shell Command Language), as far as boot scripts use it. What
depends on the running system is not guessed: the command is kept and marked as not sure.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from roadworthy.inspection.inventory._tokens import Token, tokens, unquote

MAX_SCRIPT = 64 * 1024
"""A longer file is no boot script."""
MAX_CALLS = 5000
"""Commands taken from one script."""

_OPENERS = {"if": "if", "while": "loop", "until": "loop", "for": "loop", "{": "brace"}
_CLOSERS = {"fi": "if", "done": "loop", "esac": "case", "}": "brace"}
_MIDDLE = frozenset(("then", "else", "elif", "do", "!", "time"))
_FIRST_ARGUMENT = frozenset(("$1", "${1}", "${1:-}"))
_TEST_FLAGS = frozenset(("-x", "-f", "-e", "-s", "-r"))
_TEST_WORDS = 3
_FUNCTION = re.compile(r"[A-Za-z_][\w.-]{0,80}")
_ASKING = frozenset(
    ("false", "pidof", "pgrep", "grep", "which", "ps", "read", "cmp", "ping", "nvram_get", "uci")
)
"""Commands run for their answer, which only the running system gives. Others are taken to succeed."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of a ``case "$1"``: its labels, and those of the branches before it."""

    labels: frozenset[str]
    before: frozenset[str]

    def takes(self, argument: str) -> bool:
        """Whether the script goes here when it gets `argument`; ``*`` takes what no label before names."""
        return argument in self.labels or ("*" in self.labels and argument not in self.before)


@dataclass(frozen=True, slots=True)
class Call:
    """One simple command.

    Args:
        words: The command and its arguments, quotes kept.
        line: Where it begins, counted from 1.
        sure: Whether nothing stands in its way if its script or function runs.
        background: Whether it ends with ``&``.
        function: The function that it is part of; empty at the top.
        branches: The ``case "$1"`` branches that it stands in, outermost first.
    """

    words: tuple[str, ...]
    line: int
    sure: bool
    background: bool
    function: str
    branches: tuple[Branch, ...]

    def applies(self, argument: str) -> bool:
        """Whether it is reached when the script gets `argument`."""
        return all(branch.takes(argument) for branch in self.branches)


@dataclass(slots=True)
class _Block:
    """One open construct: its kind, and whether what follows in it surely runs."""

    kind: str
    sure: bool
    branch: Branch | None = None
    function: str = ""
    subject: str = ""
    seen: frozenset[str] = frozenset()


@dataclass(slots=True)
class Parser:
    """Turns tokens into calls. One object reads one script.

    Args:
        exists: Whether the image has a file at a path, for tests such as ``[ -x /usr/sbin/telnetd ]``.
        bodies: What was read: the commands of each function, and under the empty name those outside.
    """

    exists: Callable[[str], bool]
    bodies: dict[str, list[Call]] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)
    _count: int = 0
    _blocks: list[_Block] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _line: int = 0
    _link: str = ""  # the operator before the command: "", "&&", "||", "|"
    _truth: bool | None = True  # what the command before it came to, as far as its text says
    _patterns: list[str] | None = None  # labels being read, between `in` or `;;` and `)`
    _pending: str = ""  # function whose body comes next
    _skip: bool = False  # the next word belongs to a redirection
    _negated: bool = False  # the next command follows a ``!``

    def read(self, text: str) -> "Parser":
        """Read a whole script."""
        previous = ""
        for token in tokens(text[:MAX_SCRIPT]):
            if self._count >= MAX_CALLS:
                break
            self._take(token, previous)
            previous = token.text
        self._end("\n")
        return self

    def _take(self, token: Token, previous: str) -> None:
        if self._patterns is not None:
            self._pattern(token)
        elif token.kind == "redirect":
            self._skip = True
        elif token.kind == "word":
            self._word(token)
        elif token.text == "(":
            self._open_paren()
        elif token.text == ")":
            self._close_paren(previous)
        else:
            self._end(token.text)

    def _word(self, token: Token) -> None:
        if self._skip:
            self._skip = False
            return
        if not self._words:
            self._line = token.line
        self._words.append(token.text)
        if self._words[0] in _MIDDLE or (self._words[0] in _OPENERS and self._words[0] != "for"):
            self._keyword(self._words.pop(0))
        elif len(self._words) == _TEST_WORDS and self._words[0] == "case" and self._words[2] == "in":
            subject = self._words[1]
            self._words = []
            self._blocks.append(_Block("case", sure=True, subject=subject))
            self._patterns = []

    def _pattern(self, token: Token) -> None:
        if token.text == "esac":
            self._patterns = None
            self._close("case")
        elif token.text == ")" and self._patterns:
            self._branch([unquote(each) for each in self._patterns])
            self._patterns = None
        elif token.kind == "word" and self._patterns is not None:
            self._patterns.append(token.text)

    def _branch(self, labels: list[str]) -> None:
        block = self._blocks[-1]
        named = frozenset(each for label in labels for each in label.split("|"))
        block.sure = unquote(block.subject) in _FIRST_ARGUMENT
        block.branch = Branch(named, block.seen) if block.sure else None
        block.seen |= named

    def _keyword(self, word: str) -> None:
        if word in _OPENERS:
            kind = "function" if word == "{" and self._pending else _OPENERS[word]
            sure = kind == "function" or self._reached()
            self._blocks.append(_Block(kind, sure=sure, function=self._pending if kind == "function" else ""))
            if kind == "function":
                self._pending = ""
        elif word == "!":
            self._negated = True
            return
        elif self._blocks and word in ("then", "do", "else", "elif"):
            holds = word in ("then", "do") and self._truth is True
            self._blocks[-1].sure = self._blocks[-1].sure and holds
        self._truth, self._link, self._negated = True, "", False

    def _open_paren(self) -> None:
        words = self._words
        if words and words[0] == "function":
            words = words[1:]
        if len(words) == 1 and _FUNCTION.fullmatch(words[0]):
            self._pending = words[0]
            self.functions.add(words[0])
            self._words = []
        else:
            self._blocks.append(_Block("paren", sure=self._reached()))

    def _close_paren(self, previous: str) -> None:
        if previous == "(" and self._pending:
            return
        self._end("\n")
        self._close("paren")

    def _end(self, operator: str) -> None:
        """A command is complete."""
        words, self._words, self._skip = self._words, [], False
        if words:
            self._complete(words, operator)
        if operator == ";;":
            self._next_branch()
        if operator in ("&&", "||", "|"):
            self._link = operator
        elif words or operator != "\n":
            self._link, self._negated = "", False

    def _complete(self, words: list[str], operator: str) -> None:
        if words[0] in _CLOSERS:
            self._close(_CLOSERS[words[0]])
            self._truth = None
        elif words[0] == "function" and len(words) > 1:
            self._pending = words[1]
            self.functions.add(words[1])
            if words[-1] == "{":
                self._keyword("{")
        else:
            self._command(words, background=operator == "&")
            if words[0] == "for":
                self._blocks.append(_Block("loop", sure=self._reached()))
                self._truth = True

    def _next_branch(self) -> None:
        """Back to the innermost ``case``, whose next labels follow."""
        while self._blocks and self._blocks[-1].kind != "case":
            self._blocks.pop()
        self._patterns = [] if self._blocks else None

    def _command(self, words: list[str], *, background: bool) -> None:
        sure = self._reached()
        self._truth = self._test(words)
        functions = [block.function for block in self._blocks if block.function]
        function = functions[-1] if functions else ""
        self._count += 1
        self.bodies.setdefault(function, []).append(
            Call(
                words=tuple(words),
                line=self._line,
                sure=sure and all(block.sure for block in self._blocks),
                background=background,
                function=function,
                branches=tuple(block.branch for block in self._blocks if block.branch is not None),
            )
        )

    def _reached(self) -> bool:
        """Whether the operator before the next command lets it run."""
        if self._link == "&&":
            return self._truth is True
        return self._link != "||"

    def _test(self, words: list[str]) -> bool | None:
        """What a command comes to: True where its text settles it, None otherwise."""
        plain = [unquote(word) for word in words if word not in ("]", "]]")] or ["]"]
        if self._negated or plain[0] in _ASKING:
            return None
        if plain[0] not in ("[", "[[", "test"):
            return True
        if len(plain) == _TEST_WORDS and plain[1] in _TEST_FLAGS and self.exists(plain[2]):
            return True
        return None

    def _close(self, kind: str) -> None:
        """Close the innermost block of a kind, and what was left open inside it."""
        kinds = ("brace", "function") if kind == "brace" else (kind,)
        for at in range(len(self._blocks) - 1, -1, -1):
            if self._blocks[at].kind in kinds:
                del self._blocks[at:]
                return
