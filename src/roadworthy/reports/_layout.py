"""Lines of a character screen: styled spans of visible text, broken where they do not fit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from roadworthy.reports._text import cut, spans, visible, width


class Style(Enum):
    """How a span looks: parameters of SGR (ECMA-48 §8.3.117), in the colours of the user's theme."""

    PLAIN = ""
    BOLD = "1"
    DIM = "2"
    UNDERLINED = "1;4"
    ALARM = "1;97;41"
    BOLD_RED = "1;31"
    BOLD_YELLOW = "1;33"
    BOLD_BLUE = "1;34"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"
    BLUE = "34"
    MAGENTA = "35"
    CYAN = "36"
    BRIGHT_BLUE = "94"


@dataclass(frozen=True, slots=True)
class Span:
    """Visible text in one style. Made by `span`, which makes it visible."""

    text: str
    style: Style = Style.PLAIN


Line = tuple[Span, ...]
BLANK_LINE: Final[Line] = ()


def span(text: str, style: Style = Style.PLAIN) -> Span:
    """A span of untrusted text."""
    return Span(visible(text), style)


def prose(text: str, style: Style = Style.PLAIN) -> Line:
    """A paragraph as spans; what stands in backquotes is code."""
    return tuple(span(part, Style.CYAN if code else style) for code, part in spans(text))


def line_width(line: Iterable[Span]) -> int:
    """Columns that a line takes."""
    return sum(width(each.text) for each in line)


def padded(line: Line, columns: int) -> Line:
    """The same line, filled up with blanks to a width."""
    missing = columns - line_width(line)
    return (*line, Span(" " * missing)) if missing > 0 else line


@dataclass(slots=True)
class _Wrapped:
    """Lines under construction."""

    columns: int
    lines: list[list[Span]] = field(default_factory=lambda: [[]])
    used: int = 0

    def word(self, text: str, style: Style) -> None:
        """Put a word, or the blank between words, where it fits; break it where no line could hold it."""
        if text == " " and not self.used:
            return
        while self.used + width(text) > self.columns:
            if text == " ":
                return
            if self.used:
                self._next()
                continue
            head, text = cut(text, self.columns)
            self._put(head, style)
            if not text:
                return
        self._put(text, style)

    def _put(self, text: str, style: Style) -> None:
        line = self.lines[-1]
        if line and line[-1].style is style:
            line[-1] = Span(line[-1].text + text, style)
        else:
            line.append(Span(text, style))
        self.used += width(text)

    def _next(self) -> None:
        line = self.lines[-1]
        if line and line[-1].text.endswith(" "):
            line[-1] = Span(line[-1].text.rstrip(" "), line[-1].style)
        self.lines.append([])
        self.used = 0


def wrapped(line: Iterable[Span], columns: int) -> list[Line]:
    """A paragraph broken at its blanks, so that no line is wider; at least one line.

    Where two spans meet without a blank between them, the line may break too.
    """
    state = _Wrapped(max(columns, 1))
    for each in line:
        for number, word in enumerate(each.text.split(" ")):
            if number:
                state.word(" ", each.style)
            if word:
                state.word(word, each.style)
    return [tuple(each) for each in state.lines]


def hung(first: Line, line: Iterable[Span], columns: int) -> Iterator[Line]:
    """A paragraph behind a label: further lines stand under the first one's text."""
    indent = line_width(first)
    for number, each in enumerate(wrapped(line, columns - indent)):
        yield (*(first if number == 0 else (Span(" " * indent),)), *each)


def shares(amounts: Sequence[float], cells: int) -> list[int]:
    """So many cells, dealt out by largest remainder; whoever has anything gets one, while they suffice."""
    total = sum(amounts)
    if not total:
        return [0] * len(amounts)
    something = [1 if amount > 0 and len(amounts) <= cells else 0 for amount in amounts]
    free = cells - sum(something)
    exact = [amount / total * free for amount in amounts]
    dealt = [each + int(share) for each, share in zip(something, exact, strict=True)]
    by_remainder = sorted(range(len(amounts)), key=lambda at: (int(exact[at]) - exact[at], at))
    for at in by_remainder[: cells - sum(dealt)]:
        dealt[at] += 1
    return dealt
