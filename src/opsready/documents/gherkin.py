"""A `.feature` file: its scenarios as they would be played."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from gherkin.errors import CompositeParserException, ParserError, ParserException
from gherkin.parser import Parser
from gherkin.token_scanner import TokenScanner

from opsready.documents.document import Unparsable

# The official parser takes about two seconds for this much; long feature files have 20,000.
CHARACTERS_AT_MOST = 1_000_000
# Rows of examples multiply the steps of their outline.
STEPS_AT_MOST = 50_000

_KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}
_PARAMETER = re.compile(r"<([^<>]+)>")
_Node = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One step. `kind` is given, when or then ("and" and "but" take that of the step before);
    `table` holds rows of cells, the header first."""

    kind: str
    text: str
    line: int
    doc_string: str | None = None
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A scenario with the steps of its backgrounds in front and the tags it inherits.

    A row of examples makes a scenario of its own, at the row's line; `outline` is then the name
    as written.
    """

    name: str
    line: int
    tags: tuple[str, ...]
    steps: tuple[Step, ...]
    outline: str | None = None


@dataclass(frozen=True)
class Feature:
    """One feature file; without a name where the file holds none."""

    NOUN: ClassVar[str] = "gherkin"

    path: str
    name: str = ""
    description: str = ""
    line: int = 1
    tags: tuple[str, ...] = ()
    scenarios: tuple[Scenario, ...] = ()

    @classmethod
    def parse(cls, path: str, text: str) -> Self:
        """Read it in whichever language its first line names."""
        if len(text) > CHARACTERS_AT_MOST:
            why = f"has {len(text):,} characters; a feature is read up to {CHARACTERS_AT_MOST:,}"
            raise Unparsable(path, 1, why)
        try:
            parsed: _Node = Parser().parse(TokenScanner(text))
        except ParserError as error:
            raise _unparsable(path, error) from None
        feature = parsed.get("feature")
        if feature is None:
            return cls(path)
        tags = _tags(feature)
        _refuse_endless(path, feature)
        return cls(
            path,
            feature["name"],
            feature["description"].strip(),
            feature["location"]["line"],
            tags,
            tuple(_scenarios(feature, tags, ())),
        )


def _unparsable(path: str, error: ParserError) -> Unparsable:
    """The first thing that is wrong, shortened: the parser quotes whole lines and all it hoped
    for."""
    first = error.errors[0] if isinstance(error, CompositeParserException) else error
    line = first.location["line"] if isinstance(first, ParserException) else 1
    why = re.sub(r"^\(\d+:\d+\): ", "", str(first))
    got = re.search(r", got '(.{0,60})", why, re.DOTALL)
    if got is not None:
        why = f"a line that Gherkin does not know here: `{got.group(1).rstrip(chr(39))}`"
    return Unparsable(path, line, f"is not Gherkin: {why}")


def _tags(node: _Node) -> tuple[str, ...]:
    return tuple(tag["name"] for tag in node["tags"])


def _refuse_endless(path: str, feature: _Node) -> None:
    steps = 0
    for child in _children(feature):
        rows = sum(len(examples["tableBody"]) for examples in child["examples"])
        steps += max(rows, 1) * len(child["steps"])
        if steps > STEPS_AT_MOST:
            why = f"expands to more than {STEPS_AT_MOST:,} steps through its examples"
            raise Unparsable(path, child["location"]["line"], why)


def _children(node: _Node) -> Iterator[_Node]:
    """The scenarios below a feature, those of its rules included."""
    for child in node["children"]:
        if "scenario" in child:
            yield child["scenario"]
        elif "rule" in child:
            yield from _children(child["rule"])


def _scenarios(
    node: _Node, tags: tuple[str, ...], background: tuple[_Node, ...]
) -> Iterator[Scenario]:
    for child in node["children"]:
        if "background" in child:
            background += tuple(child["background"]["steps"])
        elif "rule" in child:
            yield from _scenarios(child["rule"], tags + _tags(child["rule"]), background)
        else:
            yield from _played(child["scenario"], tags, background)


def _played(
    scenario: _Node, tags: tuple[str, ...], background: tuple[_Node, ...]
) -> Iterator[Scenario]:
    """The scenario itself, or one for each row of its examples."""
    tags += _tags(scenario)
    nodes = [*background, *scenario["steps"]]
    if not scenario["examples"]:
        steps = tuple(_steps(nodes, {}))
        yield Scenario(scenario["name"], scenario["location"]["line"], tags, steps)
    for examples in scenario["examples"]:
        names = [cell["value"] for cell in examples.get("tableHeader", {}).get("cells", ())]
        for row in examples["tableBody"]:
            cells = [cell["value"] for cell in row["cells"]]
            values = dict(zip(names, cells, strict=False))
            yield Scenario(
                _name_of_example(scenario["name"], values),
                row["location"]["line"],
                tags + _tags(examples),
                tuple(_steps(nodes, values)),
                scenario["name"],
            )


def _name_of_example(name: str, values: Mapping[str, str]) -> str:
    """Names that do not mention their parameters get them in brackets, to be told apart."""
    filled = _filled(name, values)
    return filled if filled != name else f"{name} ({', '.join(values.values())})"


def _steps(nodes: Sequence[_Node], values: Mapping[str, str]) -> Iterator[Step]:
    kind = ""
    for node in nodes:
        kind = _KINDS.get(node["keywordType"], kind)
        doc_string = node["docString"]["content"] if "docString" in node else None
        rows = node["dataTable"]["rows"] if "dataTable" in node else ()
        yield Step(
            kind,
            _filled(node["text"], values),
            node["location"]["line"],
            None if doc_string is None else _filled(doc_string, values),
            tuple(tuple(_filled(cell["value"], values) for cell in row["cells"]) for row in rows),
        )


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Parameters by their values; what is no parameter stays in its brackets."""
    return _PARAMETER.sub(lambda match: values.get(match[1], match[0]), text)
