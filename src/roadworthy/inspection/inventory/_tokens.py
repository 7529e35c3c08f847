"""The tokens of a shell script (POSIX.1-2024, XCU 2.3 Token Recognition), in bounded time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""
    (?P<blank>(?:[ \t\r]|\\\r?\n)++)
  | (?P<newline>\n)
  | (?P<comment>\#[^\n]*+)
  | (?P<heredoc>\d?<<-?[ \t]*+(?P<quote>['"]?)(?P<mark>\w{1,40})(?P=quote))
  | (?P<redirect>\d?(?:>>|>&|<&|<>|>\||&>|>|<)[ \t]*+)
  | (?P<op>;;|&&|\|\||[;&|()])
  | (?P<word>(?:
        [^\s'"`\\;&|()<>$]
      | \\[^\n]
      | '[^']{0,4000}+'
      | "(?:[^"\\]|\\[\s\S]){0,4000}+"
      | `[^`]{0,1000}+`
      | \$\((?:[^()]|\([^()]{0,200}\)){0,500}\)
      | \$\{[^}\n]{0,200}\}
      | \$
    )++)
  | (?P<other>[\s\S])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``word``, ``op``, ``newline`` or ``redirect``, with its text and its line from 1."""

    kind: str
    text: str
    line: int


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a script; here-documents and comments are left out."""
    at, line, waiting = 0, 1, []
    while match := _TOKEN.match(text, at):
        kind = "heredoc" if match["heredoc"] else str(match.lastgroup)
        at = match.end()
        if kind == "heredoc":
            waiting.append(match["mark"])
        elif kind in ("word", "op", "newline", "redirect"):
            yield Token(kind, match[0], line)
        line += match[0].count("\n")
        if kind == "newline":
            end = at
            for mark in waiting:
                end = _after_document(text, end, mark)
            line += text.count("\n", at, end)
            at, waiting = end, []


def _after_document(text: str, at: int, mark: str) -> int:
    end = re.compile(rf"^\t*{re.escape(mark)}[ \t\r]*$", re.MULTILINE).search(text, at)
    return len(text) if end is None else end.end()


def unquote(word: str) -> str:
    """A word without the quotes that the shell would remove (XCU 2.6.7)."""
    return re.sub(r"""(?<!\\)['"]|\\(?=.)""", "", word)
