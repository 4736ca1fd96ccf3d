"""Who answers for the service, and who is woken."""

import re
from collections.abc import Iterator

from opsready.documents.document import Unparsable
from opsready.documents.markdown import Markdown
from opsready.documents.sentences import sentences
from opsready.documents.yaml_tree import Yaml, parse_yaml
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.kinds import Kind
from opsready.sources.source import Bundle, Source

_OWNER = re.compile(
    r"^\W*(?:service |code )?(?:owner|owners|owned by|owning team|maintained by|team|responsible)"
    r"\W*?(?:[:|]|\s[—–-]\s|(?<=by))\s*(?P<name>[^.;|]{2,60})",
    re.IGNORECASE,
)
_OWNER_TITLE = re.compile(r"^(owner|owned by|owning team|team|responsible)$", re.IGNORECASE)
_NOBODY = re.compile(r"^(none|n/?a|tbd|todo|unknown|nobody|open|\W*)$", re.IGNORECASE)
_PROVIDERS = {
    "pagerduty": r"pager ?duty",
    "opsgenie": r"ops ?genie",
    "victorops": r"victorops|splunk on-call",
    "grafana-oncall": r"grafana on-?call",
    "incident-io": r"incident\.io",
    "squadcast": r"squadcast",
    "xmatters": r"xmatters",
    "zenduty": r"zenduty",
    "betterstack": r"better ?stack|better uptime",
    "rootly": r"rootly",
}
_PROVIDER = re.compile(
    "|".join(
        rf"(?P<{name.replace('-', '_')}>\b(?:{words})\b)" for name, words in _PROVIDERS.items()
    ),
    re.IGNORECASE,
)
_WAKES = re.compile(
    r"\b(pag(?:e|es|ed|ing)|on-?call|rout(?:e|es|ed|ing)|alert\w*|escalat\w*|notif\w+|wak(?:e|es)"
    r"|rotation|schedule|incidents?)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(not|no|never|without|instead of|rather than|e\.g|such as|could|might|or)\b|n't\b|\?\s*$",
    re.IGNORECASE,
)


def read(bundle: Bundle) -> Iterator[Fact]:
    """Owners as CODEOWNERS, catalogues and notes name them; providers that notes say page."""
    for source in bundle.sources:
        if source.path.rpartition("/")[2] == "CODEOWNERS":
            yield from _code_owner(source)
        elif source.path.rpartition("/")[2] in {"catalog-info.yaml", "catalog-info.yml"}:
            yield from _catalogue_owner(source)
    for source in bundle.of_kind(Kind.HAIKU_SETTINGS):
        yield from _paging_of_settings(source)
    for page in bundle.design_notes():
        yield from _of_page(bundle, page)


def _code_owner(source: Source) -> Iterator[Fact]:
    """Who owns all of it: the pattern `*`."""
    for number, line in enumerate(source.lines, 1):
        words = line.split()
        if len(words) > 1 and words[0] in {"*", "/", "/*", "**"}:
            yield Fact(Claim.OWNER, {"name": words[1]}, source.path, number, source.quote(number))


def _catalogue_owner(source: Source) -> Iterator[Fact]:
    """Backstage's catalogue entry."""
    tree = _yaml(source)
    owner = tree.get("spec", "owner") if tree is not None else None
    if owner is not None and isinstance(owner.value, str):
        value = {"name": owner.value.rpartition("/")[2].removeprefix("group:")}
        yield Fact(Claim.OWNER, value, source.path, owner.line, source.quote(owner.line))


def _paging_of_settings(source: Source) -> Iterator[Fact]:
    """`stack.alerting[].provider` of a `.haiku/settings.yml`; "none" is none."""
    tree = _yaml(source)
    for entry in tree.elements("stack", "alerting") if tree is not None else ():
        provider = entry.get("provider")
        if provider is not None and provider.text not in {"", "none", "prometheus-alertmanager"}:
            value = {"provider": provider.text}
            quote = source.quote(provider.line)
            yield Fact(Claim.PAGING, value, source.path, provider.line, quote)


def _of_page(bundle: Bundle, page: Markdown) -> Iterator[Fact]:
    for table in page.tables:
        for row in [cells for cells in table.rows if len(cells.cells) > 1]:
            if _OWNER_TITLE.match(row.cells[0]) and not _NOBODY.match(row.cells[1]):
                value = {"name": _without_remarks(row.cells[1])}
                quote = bundle.quote(page.path, row.line)
                yield Fact(Claim.OWNER, value, page.path, row.line, quote)
    for sentence in sentences(page):
        owner = _OWNER.match(sentence.text)
        if owner and not _NOBODY.match(owner["name"]):
            line = sentence.line_of()
            value = {"name": _without_remarks(owner["name"])}
            yield Fact(Claim.OWNER, value, page.path, line, bundle.quote(page.path, line))
        provider = _PROVIDER.search(sentence.text)
        if provider and _WAKES.search(sentence.text) and not _NOT.search(sentence.text):
            line = sentence.line_of(provider.start())
            value = {"provider": str(provider.lastgroup).replace("_", "-")}
            yield Fact(Claim.PAGING, value, page.path, line, bundle.quote(page.path, line))


def _without_remarks(name: str) -> str:
    """ "Team Checkout" of "Team Checkout (six engineers), team-checkout"."""
    return re.split(r"\s*[,(]", name.strip())[0] or name.strip()


def _yaml(source: Source) -> Yaml | None:
    """A settings file of no noun of its own; a broken one says nothing here."""
    try:
        return parse_yaml(source.path, source.text)
    except Unparsable:
        return None


READER = Reader("ownership", read)
