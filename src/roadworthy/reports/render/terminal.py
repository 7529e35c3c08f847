r"""Text for a terminal: colours where they are wanted, wrapped to its width.

What it is: UTF-8 text. Control characters, and all others that cannot be seen, are spelled out (`\x1b`), so
that a name inside an image cannot repaint the screen. The only control sequences are the colours, and they
come only when asked for.

How it can be wrong: a terminal whose font draws some characters wider than Unicode says shows ragged columns.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from roadworthy.model.evidence import Evidence
from roadworthy.model.outcome import Outcome, Severity
from roadworthy.reports._layout import (
    BLANK_LINE,
    Line,
    Span,
    Style,
    hung,
    line_width,
    padded,
    prose,
    shares,
    span,
    wrapped,
)
from roadworthy.reports._text import bytes_for_people, share_for_people, visible_lines
from roadworthy.reports.blocks import (
    Bar,
    Block,
    Canvas,
    Code,
    Document,
    Facts,
    Figure,
    Heading,
    Item,
    Rendering,
    Table,
    Text,
    Treemap,
)

MIN_COLUMNS: Final = 40
CHAPTER: Final = 2  # level of a heading
MIN_CELL: Final = 8
GAP: Final = 2
MAX_LEGEND: Final = 16
LABEL: Final = 8
SEVERITIES: Final = {
    Severity.CRITICAL: Style.ALARM,
    Severity.HIGH: Style.BOLD_RED,
    Severity.MEDIUM: Style.BOLD_YELLOW,
    Severity.LOW: Style.BOLD_BLUE,
    Severity.INFO: Style.BOLD,
}
BADGES: Final = {
    Outcome.PASS: ("✓", "yes", Style.GREEN),
    Outcome.FAIL: ("✗", "no", Style.RED),
    Outcome.UNKNOWN: ("?", "unknown", Style.YELLOW),
    Outcome.ERROR: ("!", "failed", Style.MAGENTA),
    Outcome.NOT_APPLICABLE: ("-", "does not arise", Style.DIM),
}
PALETTE: Final = (Style.BLUE, Style.CYAN, Style.MAGENTA, Style.YELLOW, Style.GREEN, Style.BRIGHT_BLUE)
DRAWN: Final = {
    Outcome.FAIL: "█",
    Outcome.ERROR: "▞",
    Outcome.UNKNOWN: "░",
    Outcome.PASS: "▒",
    Outcome.NOT_APPLICABLE: "·",
}
PATTERNS: Final = "█▓▒▚▞▤"
NOBODY_KNOWS: Final = ("░", Style.DIM)


def render(document: Document, canvas: Canvas) -> bytes:
    """The document as UTF-8 text with line feeds."""
    columns = max(canvas.columns, MIN_COLUMNS)
    lines: list[Line] = []
    before: Block | None = None
    for block in document.blocks:
        if before is not None and not _belongs(before, block):
            lines.append(BLANK_LINE)
        lines.extend(_draw(block, columns))
        before = block
    return "".join(f"{_encoded(each, colour=canvas.colour)}\n" for each in lines).encode()


def _belongs(before: Block, block: Block) -> bool:
    """Whether nothing should part two blocks."""
    if isinstance(before, Heading):
        return before.level > CHAPTER
    return isinstance(before, Item) and isinstance(block, Item) and not (_long(before) or _long(block))


def _encoded(line: Line, *, colour: bool) -> str:
    if not colour:
        return "".join(each.text for each in line).rstrip(" ")
    return "".join(
        f"\x1b[{each.style.value}m{each.text}\x1b[0m" if each.style.value and each.text else each.text
        for each in line
    ).rstrip(" ")


def _draw(block: Block, columns: int) -> Iterator[Line]:
    match block:
        case Heading():
            yield from _heading(block, columns)
        case Text(text):
            yield from wrapped(prose(text), columns)
        case Facts(items):
            yield from _facts(items, columns)
        case Table() | Treemap():
            yield from _table(block if isinstance(block, Table) else block.table, columns)
        case Code(text):
            yield from ((Span("    "), Span(line, Style.CYAN)) for line in visible_lines(text))
        case Figure():
            yield from _figure(block, columns)
        case Item():
            yield from _item(block, columns)


def _heading(block: Heading, columns: int) -> Iterator[Line]:
    if block.level == 1:
        yield from wrapped((span(block.text, Style.BOLD),), columns)
        yield (Span("━" * columns, Style.DIM),)
    elif block.level == CHAPTER:
        title = wrapped((span(block.text, Style.BOLD),), columns)
        yield from title[:-1]
        rule = "─" * (columns - line_width(title[-1]) - 1)
        yield (*title[-1], Span(f" {rule}" if rule else "", Style.DIM))
    else:
        yield from wrapped((span(block.text, Style.UNDERLINED),), columns)


def _facts(items: Sequence[tuple[str, str]], columns: int) -> Iterator[Line]:
    names = [span(name, Style.DIM) for name, _ in items]
    indent = min(max((line_width((name,)) for name in names), default=0) + GAP, columns // 3)
    for name, (_, value) in zip(names, items, strict=True):
        if line_width((name,)) + GAP > indent:
            yield from wrapped((name,), columns)
            yield from hung((Span(" " * indent),), (span(value),), columns)
        else:
            yield from hung(padded((name,), indent), (span(value),), columns)


def _table(table: Table, columns: int) -> Iterator[Line]:
    rows = [tuple(span(cell) for cell in row) for row in table.rows]
    head = tuple(span(title, Style.DIM) for title in table.columns)
    widths = _widths([head, *rows], columns)
    if widths is None:
        yield from _stacked(table, columns)
    else:
        for row in (head, *rows):
            yield from _row(row, widths)
    if table.caption:
        yield from wrapped((span(table.caption, Style.DIM),), columns)


def _widths(rows: Sequence[Sequence[Span]], columns: int) -> list[int] | None:
    """How wide each column may be: the widest give way first; None where the table cannot fit."""
    natural = [max(line_width((cell,)) for cell in column) for column in zip(*rows, strict=True)]
    room = columns - GAP * (len(natural) - 1)
    if sum(min(each, MIN_CELL) for each in natural) > room:
        return None
    while sum(natural) > room:
        widest = max(natural)
        second = max((each for each in natural if each < widest), default=MIN_CELL)
        many = natural.count(widest)
        less = max(second, widest - -(-(sum(natural) - room) // many), MIN_CELL)
        if less == widest:
            return None
        natural = [less if each == widest else each for each in natural]
    return natural


def _row(row: Sequence[Span], widths: Sequence[int]) -> Iterator[Line]:
    cells = [wrapped((cell,), columns) for cell, columns in zip(row, widths, strict=True)]
    for at in range(max(map(len, cells), default=0)):
        line: list[Span] = []
        for cell, columns in zip(cells, widths, strict=True):
            line += [*padded(cell[at] if at < len(cell) else (), columns), Span(" " * GAP)]
        yield tuple(line)


def _stacked(table: Table, columns: int) -> Iterator[Line]:
    for number, row in enumerate(table.rows):
        if number:
            yield BLANK_LINE
        filled = [pair for pair in zip(table.columns, row, strict=True) if pair[1]]
        yield from _facts(filled, columns)


def _figure(figure: Figure, columns: int) -> Iterator[Line]:
    drawn = _kinds(figure.bars)
    cells = shares([bar.amount for bar in figure.bars], columns)
    counted = zip(figure.bars, cells, strict=True)
    yield tuple(Span(drawn[bar.kind][0] * count, drawn[bar.kind][1]) for bar, count in counted)
    yield from _flowing([_entry(bar, figure, drawn[bar.kind]) for bar in figure.bars[:MAX_LEGEND]], columns)
    if len(figure.bars) > MAX_LEGEND:
        yield (Span(f"and {len(figure.bars) - MAX_LEGEND} more", Style.DIM),)


def _entry(bar: Bar, figure: Figure, drawn: tuple[str, Style]) -> Line:
    amount = f"{bar.amount:g}"
    if figure.unit == "bytes":
        total = sum(each.amount for each in figure.bars)
        amount = f"{bytes_for_people(bar.amount)}, {share_for_people(bar.amount, total)}"
    return Span(drawn[0], drawn[1]), span(f" {bar.label} "), span(amount, Style.DIM)


def _flowing(entries: Iterable[Line], columns: int) -> Iterator[Line]:
    """Entries side by side, as many as fit on each line."""
    line: Line = ()
    for entry in entries:
        if line and line_width((*line, *entry)) + GAP > columns:
            yield line
            line = ()
        line = (*line, Span(" " * GAP), *entry) if line else entry
        if line_width(line) > columns:
            yield from wrapped(line, columns)
            line = ()
    if line:
        yield line


def _kinds(bars: Sequence[Bar]) -> dict[str, tuple[str, Style]]:
    """Pattern and colour of each kind, outcomes in their own."""
    drawn = {outcome.value: (DRAWN[outcome], badge[2]) for outcome, badge in BADGES.items()}
    drawn[""] = NOBODY_KNOWS
    others = dict.fromkeys(bar.kind for bar in bars if bar.kind not in drawn)
    for number, kind in enumerate(others):
        drawn[kind] = (PATTERNS[number % len(PATTERNS)], PALETTE[number % len(PALETTE)])
    return drawn


def _long(item: Item) -> bool:
    return item.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)


def _item(item: Item, columns: int) -> Iterator[Line]:
    mark, word, style = BADGES[item.outcome]
    if item.outcome is Outcome.FAIL:
        badge: Line = (
            Span(f"{mark} ", style),
            Span(f" {item.severity.upper()} ", SEVERITIES[item.severity]),
            Span(" "),
        )
    else:
        badge = (Span(f"{mark} ", style), Span(word, style), Span("  "))
    yield from hung(badge, prose(item.title, Style.BOLD), columns)
    labelled = partial(_labelled, columns=columns)
    yield from labelled("", prose(item.text))
    yield from labelled("do", prose(item.remedy))
    yield from labelled("who", prose(item.acts))
    yield from _places(item.evidence, columns)
    for point in item.further:
        yield from labelled("also", prose(point.text))
        yield from _places(point.evidence, columns)
    yield from labelled("id", (span(item.id, Style.DIM),))


def _labelled(label: str, line: Line, *, columns: int) -> Iterator[Line]:
    if line_width(line):
        yield from hung(padded((Span("  "), Span(label, Style.DIM)), LABEL), line, columns)


def _places(evidence: Sequence[Evidence], columns: int) -> Iterator[Line]:
    for number, each in enumerate(evidence):
        yield from _labelled("where" if number == 0 else "", (span(each.place, Style.DIM),), columns=columns)
        if each.excerpt:
            yield from _labelled("", (Span("│ ", Style.DIM), span(each.excerpt, Style.CYAN)), columns=columns)


RENDERING: Final = Rendering(
    title="Text for a terminal", media_type="text/plain; charset=utf-8", suffix=".txt", render=render
)
