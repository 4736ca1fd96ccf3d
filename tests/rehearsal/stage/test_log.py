"""A log keeps its beginning and its end, and counts the rest."""

from opsready.rehearsal.stage.log import HEAD_BYTES, LINE_CHARACTERS, TAIL_BYTES, Log


def log_of(*chunks: bytes) -> Log:
    log = Log()
    for chunk in chunks:
        log.add(chunk)
    return log


def test_lines_are_kept_in_order_across_chunks() -> None:
    log = log_of(b"starting\nlis", b"tening\n\nready\n")
    assert log.first_lines(2) == ["starting", "listening"]
    assert log.last_lines(2) == ["listening", "ready"]


def test_a_flood_is_counted_and_not_kept() -> None:
    log = log_of(b"first\n", *[b"x" * 1023 + b"\n"] * 10_000, b"last\n")
    assert log.printed_bytes == 6 + 10_000 * 1024 + 5
    assert len(log._head) == HEAD_BYTES
    assert sum(map(len, log._tail)) < TAIL_BYTES + 1024
    assert log.first_lines(1) == ["first"]
    assert log.last_lines(1) == ["last"]


def test_a_line_without_end_is_cut() -> None:
    assert log_of(b"y" * 5000).last_lines(1) == ["y" * LINE_CHARACTERS]


def test_what_is_no_text_cannot_steer_a_terminal() -> None:
    assert log_of(b"\x1b[31mred\x1b[0m \xff\n").last_lines(1) == [" [31mred [0m \ufffd"]
