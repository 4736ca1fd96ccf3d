"""Runbooks: a page for each alert and each common failure, with commands to copy as they are."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from opsready.facts.fact import Facts
from opsready.hats.ecs import why_not
from opsready.hats.hat import Producer
from opsready.hats.pack import Artifact, LeftOut
from opsready.hats.sre.alert import ALERTING, RUNBOOKS, WatchedAlert
from opsready.hats.sre.runbook_entries import RunbookEntry, common_fills, runbook_entries
from opsready.hats.sre.runbook_place import Place
from opsready.hats.sre.watch import Watch, watch_of
from opsready.spec.spec import OperationsSpec, Spec

_HAT = "sre"
_HAIKU = ".haiku/knowledge/RUNBOOK.md"
_PIECE = re.compile(r"^@piece:([a-z-]+)@\n+", re.MULTILINE)
_LINK = re.compile(r"\]\(([a-z0-9-]+)\.md\)")
# Parts of an entry as H·AI·K·U's own template names them.
_HAIKU_HEADINGS = {
    "Diagnosis": "Diagnostic steps",
    "Remedy": "Remediation steps",
    "Check that it worked": "Verification",
    "Escalation": "Escalation criteria",
    "Undo": "Rollback procedure",
}


def produce(spec: Spec, facts: Facts) -> Iterator[Artifact]:
    """One file an entry and an index; in a `.haiku/` project all of it once more, in one page."""
    if why_not(spec, facts):
        return
    watch, place = watch_of(spec, facts), Place(spec.operations)
    entries = runbook_entries(watch, place)
    common = common_fills(watch, place)
    pages = {entry.name: _page(entry, watch, place, common) for entry in entries}
    for entry in entries:
        because = "whoever is paged has a next step, and knows what each should print"
        yield Artifact(
            f"{RUNBOOKS}/{entry.name}.md", _with_variables(pages[entry.name], place), _HAT, because
        )
    index = _index(entries, spec.operations)
    yield Artifact(f"{RUNBOOKS}/README.md", index, _HAT, "what is searched at night is found")
    if _is_haiku(facts):
        text = _haiku_page(entries, pages, place)
        yield Artifact(_HAIKU, text, _HAT, "the stage's own template asks for it there")


def _page(entry: RunbookEntry, watch: Watch, place: Place, common: Mapping[str, str]) -> str:
    """The entry's words, filled; its variables still to come."""
    there = _pieces_there(place.operations, place)
    text = _PIECE.sub(
        lambda found: _template("pieces", found[1]) + "\n" if found[1] in there else "",
        _template("entries", entry.template),
    )
    fills = {**common, **entry.fills, "symptom": _symptom(entry, watch)}
    for name, value in fills.items():
        text = text.replace(f"@{name}@", value)
    return re.sub(r"\n{3,}", "\n\n", text)


def _pieces_there(operations: OperationsSpec, place: Place) -> frozenset[str]:
    """The looks for which the service has what they look at."""
    health = operations.health
    needed = {
        "alive": health.liveness,
        "metrics": health.metrics,
        "workspace": health.metrics,
        "collector": health.metrics,
        "rules": health.metrics,
        "database": place.database,
        "database-events": place.database,
        "database-certificate": place.database,
        "renew-database-certificate": place.database,
        "cache": place.cache,
    }
    return frozenset(name for name in _piece_names() if needed.get(name, True))


def _symptom(entry: RunbookEntry, watch: Watch) -> str:
    """As the pager shows it; what is seen otherwise."""
    if not entry.alerts:
        return entry.symptom or "No alert leads here yet."
    rows = "".join(_row(alert) for alert in entry.alerts)
    table = f"| the pager shows | and says | who is told |\n|---|---|---|\n{rows}"
    shown = " and ".join(dict.fromkeys(f"`{alert.dashboard}`" for alert in entry.alerts))
    return f"{table}\nRules are in `{ALERTING}`; what led there is drawn in {shown}."


def _row(alert: WatchedAlert) -> str:
    told = {"page": "whoever is on call", "ticket": "a ticket", "none": "nobody, while it fires"}
    return f"| `{alert.name}` | {alert.summary.replace('|', '/')} | {told[alert.severity]} |\n"


def _with_variables(text: str, place: Place) -> str:
    """Set once, above everything that uses them."""
    block = f"## Variables\n\n```sh\n{place.variables_for(text)}\n```\n\n"
    return text.replace("## Diagnosis\n", f"{block}## Diagnosis\n", 1)


def _index(entries: Sequence[RunbookEntry], operations: OperationsSpec) -> str:
    text = _template("", "index")
    rows = (f"| [{e.title}]({e.name}.md) | {_leads(e)} |\n" for e in entries)
    minutes = str(operations.paging.escalation_minutes)
    for name, value in {
        "service": operations.service.name,
        "minutes": minutes,
        "rows": "".join(rows),
    }.items():
        text = text.replace(f"@{name}@", value)
    return text


def _leads(entry: RunbookEntry) -> str:
    return ", ".join(f"`{alert.name}`" for alert in entry.alerts) or entry.symptom


def _is_haiku(facts: Facts) -> bool:
    """Whether anything that is known was read below `.haiku/`."""
    return any(fact.path.startswith(".haiku/") for fact in facts)


def _haiku_page(entries: Sequence[RunbookEntry], pages: Mapping[str, str], place: Place) -> str:
    """The same entries in one page; links lead to its own headings."""
    titles = {entry.name: entry.title for entry in entries}
    bodies = [_one_lower(pages[entry.name], entry, titles) for entry in entries]
    head = _template("", "haiku").replace("@service@", place.operations.service.name)
    whole = "\n".join(bodies)
    return head.replace("@variables@", place.variables_for(whole)) + "\n" + whole


def _one_lower(text: str, entry: RunbookEntry, titles: Mapping[str, str]) -> str:
    lines = text.rstrip("\n").split("\n")
    lines[0] = f"## {entry.title}"
    for number, line in enumerate(lines[1:], 1):
        if line.startswith("## "):
            heading = line.removeprefix("## ")
            lines[number] = f"### {_HAIKU_HEADINGS.get(heading, heading)}"
    linked = _LINK.sub(
        lambda found: f"](#{_anchor(titles.get(found[1], found[1]))})", "\n".join(lines)
    )
    return linked.replace("](#escalation)", "](#escalation-criteria)") + "\n"


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@cache
def _template(folder: str, name: str) -> str:
    root = resources.files("opsready.hats.sre").joinpath("templates", "runbooks")
    return root.joinpath(folder, f"{name}.md").read_text(encoding="utf-8")


@cache
def _piece_names() -> tuple[str, ...]:
    root = resources.files("opsready.hats.sre").joinpath("templates", "runbooks", "pieces")
    return tuple(
        sorted(f.name.removesuffix(".md") for f in root.iterdir() if f.name.endswith(".md"))
    )


def left_out(spec: Spec, facts: Facts) -> Iterator[LeftOut]:
    """A page without the names of what it is about would be no help."""
    why = why_not(spec, facts)
    if why:
        yield LeftOut(RUNBOOKS, why)


PRODUCER = Producer("runbooks", produce, left_out)
