"""What is said of a text that is not PromQL, or that is PromQL we do not evaluate."""

_LONGEST_QUOTE = 40  # characters of the text that a message repeats
_CONTEXT = 80  # characters shown on either side of a fault: a line of a terminal, about


def shown(text: str) -> str:
    """A piece of the text, cut to what a message can hold."""
    return text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + "…"


class PromQLError(ValueError):
    """A fault in the text of an expression.

    `position` and `end` are character offsets into `text`; `line` and `column` count from 1.
    """

    def __init__(self, message: str, text: str, position: int, end: int | None = None) -> None:
        super().__init__(message, text, position, end)
        self.message = message
        self.text = text
        self.position = position
        self.end = position + 1 if end is None else end

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"

    @property
    def line(self) -> int:
        return self.text.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int:
        return self.position - self._line_start() + 1

    def caret(self) -> str:
        """The line at fault and, under it, carets below the offending text."""
        line_start = self._line_start()
        line_end = self.text.find("\n", self.position)
        line_end = len(self.text) if line_end < 0 else line_end
        first = max(line_start, self.position - _CONTEXT)
        last = min(line_end, self.position + _CONTEXT)
        before = "…" * (first > line_start) + self.text[first : self.position]
        shown = before + self.text[self.position : last] + "…" * (last < line_end)
        indent = "".join("\t" if letter == "\t" else " " for letter in before)
        return f"{shown}\n{indent}{'^' * max(1, min(self.end, last) - self.position)}"

    def _line_start(self) -> int:
        return self.text.rfind("\n", 0, self.position) + 1


class Refused(PromQLError):
    """The text is PromQL, but of a kind that we do not evaluate: experimental, or removed."""
