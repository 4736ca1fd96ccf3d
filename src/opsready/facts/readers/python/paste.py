"""Paste configuration: `[server:main]` of the file that `pserve` is given."""

import configparser
import re
from collections.abc import Iterator

from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.kinds import Kind
from opsready.sources.purpose import serves_users
from opsready.sources.source import Bundle, Source


def read(bundle: Bundle) -> Iterator[Fact]:
    """The command follows from the file; its port and its workers stand in it."""
    for source in bundle.of_kind(Kind.INI):
        if serves_users(source.path) and "[server:main]" in source.text:
            yield from _server(source)


def _server(source: Source) -> Iterator[Fact]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(source.text)
        server = dict(parser.items("server:main"))
    except configparser.Error:
        return
    use = _line_of(source, "use")
    told = {"command": f"pserve {source.path}"}
    quote = source.quote(use)
    yield Fact(Claim.START_COMMAND, told, source.path, use, quote, Confidence.DERIVED)
    for key, place in (("port", server.get("port", "")), ("listen", server.get("listen", ""))):
        found = re.search(r"(?:^|:)(\d{2,5})$", place.split()[0] if place.split() else "")
        if found:
            line = _line_of(source, key)
            yield Fact(Claim.PORT, int(found.group(1)), source.path, line, source.quote(line))
    workers = server.get("workers", "")
    if "gunicorn" in server.get("use", "") and workers.isdecimal():
        line = _line_of(source, "workers")
        count = {"count": int(workers)}
        yield Fact(Claim.WORKERS, count, source.path, line, source.quote(line))


def _line_of(source: Source, key: str) -> int:
    """The line of a key below `[server:main]`."""
    section = ""
    for number, text in enumerate(source.lines, 1):
        section = text.strip() if text.startswith("[") else section
        if section == "[server:main]" and re.match(rf"{key}\s*[=:]", text):
            return number
    return 1


READER = Reader("paste", read)
