"""Writes the generated files anew: `make update`. Read the diff before you commit it."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from opsready.cli.main import COMMANDS, opsready
from opsready.facts.fact import Claim, Confidence, Fact, Facts
from opsready.facts.readers.observed import digest_of_code
from opsready.hats.wear import wear_hats
from opsready.pipeline import Options, Prepared, prepare
from opsready.review.catalog import CHECKS, LINTERS
from opsready.review.mandate import MANDATES
from opsready.review.page import page_of
from opsready.sources.read import read
from opsready.spec.schema import json_schema
from opsready.spec.spec import OperationsSpec, Spec

ROOT = Path(__file__).parent.parent
# Wide enough that no example of a command breaks, narrow enough for a page.
COLUMNS = 100
GOLDEN = "tests/hats/golden"
KINTO_PACK = f"{GOLDEN}/kinto.json"
# What `opsready observe` showed of Kinto 26.5.0, which names its metrics when it starts; the
# variables that it asked for are left out, for all its settings are among them.
KINTO_OBSERVED = f"{GOLDEN}/kinto_observed.json"
# Of no use to a hat, and long.
_UNUSED = (Claim.AT_RUN_TIME, Claim.COMPONENT, Claim.CRITERION, Claim.ENV_VAR)
# Where `make kinto` puts it.
KINTO = ROOT / ".cache" / "kinto"


def main() -> None:
    """Writes what differs, and names it on standard error."""
    for path, written in GENERATED.items():
        _write(path, written())
    if KINTO.is_dir():
        _write(KINTO_PACK, kinto_text(KINTO))
    for name, pack in PACKS.items():
        files = pack()
        for path, text in files.items():
            _write(f"{GOLDEN}/{name}/{path}", text)
        for path in golden(name).keys() - files.keys():
            (ROOT / GOLDEN / name / path).unlink()
            print(f"removed {GOLDEN}/{name}/{path}", file=sys.stderr)


def _write(path: str, text: str) -> None:
    target = ROOT / path
    if target.is_file() and target.read_text(encoding="utf-8") == text:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    print(f"wrote {path}", file=sys.stderr)


def golden(name: str) -> dict[str, str]:
    """The pack of this name as it was committed."""
    root = ROOT / GOLDEN / name
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}


def orders_pack() -> dict[str, str]:
    """What the hats add to the example, before anybody observed it."""
    return _written(prepare(ROOT / "examples" / "orders", Options(exclude=(".opsready",))))


def kinto_pack() -> dict[str, str]:
    """What they add to Kinto, from the spec that was decided on its tree: the tree itself is on a
    package index, and need not be there."""
    stored = json.loads((ROOT / KINTO_PACK).read_text(encoding="utf-8"))
    spec = Spec(OperationsSpec.model_validate(stored["spec"]))
    facts = Facts(tuple(_fact(**told) for told in stored["facts"]))
    return {a.path: a.text for a in wear_hats(spec, facts) if a.path not in stored["kept"]}


def _fact(claim: str, value: Any, path: str, line: int, confidence: str) -> Fact:
    return Fact(Claim(claim), value, path, line, "", Confidence(confidence))


def kinto_text(root: Path) -> str:
    """The spec that is decided on Kinto's tree, what that tree has of its own, and its facts."""
    prepared = prepare_kinto(root)
    stored = {
        "kept": sorted({a.path for a in prepared.artifacts} - _written(prepared).keys()),
        "spec": prepared.spec.operations.model_dump(mode="json", exclude_defaults=True),
        "facts": [_told(fact) for fact in prepared.facts if fact.claim not in _UNUSED],
    }
    return json.dumps(stored, indent=2, ensure_ascii=False) + "\n"


def _told(fact: Fact) -> dict[str, Any]:
    return {
        "claim": fact.claim,
        "value": fact.value,
        "path": fact.path,
        "line": fact.line,
        "confidence": fact.confidence,
    }


def prepare_kinto(root: Path) -> Prepared:
    """Kinto's tree with the spec of ours for it, and with what was observed of this very tree."""
    spec_file = ROOT / "examples" / "kinto" / "opsready.yaml"
    observed = json.loads((ROOT / KINTO_OBSERVED).read_text(encoding="utf-8"))
    code = observed.pop("code"), digest_of_code(read(root, (".opsready",)))
    text = (ROOT / KINTO_OBSERVED).read_text(encoding="utf-8").replace(*code)
    _write_observed(root / ".opsready" / "observed.json", text)
    return prepare(root, Options(spec_file=spec_file))


def _write_observed(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _written(prepared: Prepared) -> dict[str, str]:
    return {artifact.path: artifact.text for artifact in prepared.pack.written}


def schema_text() -> str:
    """The JSON Schema of `opsready.yaml`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def checks_text() -> str:
    """Every check in the order of the catalogue, with the sentence of its page."""
    return "\n".join(_checks()) + "\n"


def _checks() -> Iterator[str]:
    yield "# Checks"
    yield ""
    yield "Written by `make update` from the catalogue and the pages; `opsready explain ID` prints"
    yield "one. A *blocker* keeps a service from being ready; a *warning* and *advice* do not."
    yield ""
    yield "| id | mandate | severity | what is wrong |"
    yield "|---|---|---|---|"
    for check in CHECKS:
        page = page_of(check.find.__module__)
        sentence = " ".join((page.summary if page else check.title).split())
        cells = (f"`{check.id}`", check.mandate, str(check.severity), sentence)
        yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
    yield ""
    yield "## Linters"
    yield ""
    yield "Other people's tools, where they are installed; a finding's id is `<linter>/<rule>`."
    yield ""
    yield "| id | what it reads |"
    yield "|---|---|"
    for linter in LINTERS:
        yield f"| `{linter.id}` | {linter.title} |"
    yield ""
    yield "## Mandates"
    yield ""
    yield "| id | who answers | there must be no |"
    yield "|---|---|---|"
    for mandate in MANDATES.values():
        yield f"| {mandate.id} | {mandate.who} | {mandate.must_not} |"


def commands_text() -> str:
    """The `--help` of opsready and of each command."""
    return "\n".join(_commands()) + "\n"


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Written by `make update` from `--help`."
    settings = {**opsready.context_settings, "terminal_width": COLUMNS}
    top = click.Context(opsready, info_name="opsready", **settings)
    yield from _help("opsready", opsready.get_help(top))
    for name, (module, _) in COMMANDS.items():
        command = importlib.import_module(f"opsready.cli.commands.{module}").command
        yield from _command(command, name, top)


def _command(command: click.Command, name: str, parent: click.Context) -> Iterator[str]:
    """A command's help, and that of the commands below it."""
    context = click.Context(command, info_name=name, parent=parent)
    yield from _help(context.command_path, command.get_help(context))
    if isinstance(command, click.Group):
        for below, each in command.commands.items():
            yield from _command(each, below, context)


def _help(title: str, text: str) -> Iterator[str]:
    shown = (line.rstrip() for line in text.splitlines())
    yield from ("", f"## {title}", "", "```text", *shown, "```")


GENERATED: dict[str, Callable[[], str]] = {
    "docs/opsready.schema.json": schema_text,
    "docs/reference/checks.md": checks_text,
    "docs/reference/commands.md": commands_text,
}
"""What gives the text of each file, by its path below the root."""

PACKS: Mapping[str, Callable[[], dict[str, str]]] = {"orders": orders_pack, "kinto": kinto_pack}
"""What gives the files of each golden pack."""


if __name__ == "__main__":
    main()
