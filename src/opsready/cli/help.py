"""What `--help` shows below the options."""


def examples(*lines: str) -> str:
    """An epilog with one example a line, which click would otherwise run together."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
