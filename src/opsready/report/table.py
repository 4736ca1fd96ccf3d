"""Columns of text."""

from collections.abc import Iterator, Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A line for the head and one for each row; numbers lean right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    right = [
        any(row[place] for row in rows) and all(_is_figure(row[place]) for row in rows)
        for place in range(len(head))
    ]
    for row in (head, *rows):
        cells = (
            f"{cell:>{width}}" if leans else f"{cell:<{width}}"
            for cell, width, leans in zip(row, widths, right, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _is_figure(cell: str) -> bool:
    return cell[:1].isdigit() or cell in {"-", "none", ""}
