"""A Mermaid flowchart: who talks to whom."""

import re
from dataclasses import dataclass

from opsready.documents.markdown import CodeBlock, Section

_HEAD = re.compile(r"^\s*(?:graph|flowchart(?:-elk)?)\b")
_IGNORED = re.compile(
    r"^\s*(?:%%|subgraph\b|end\s*$|direction\b|classDef\b|class\b|style\b|linkStyle\b|click\b|---)"
)
_NODE = re.compile(
    r"\s*(?P<id>\w+(?:[-.]\w+)*)\s*"
    r"(?:@\{(?P<fields>[^{}]*)\}"
    r"|\[\((?P<cylinder>.*?)\)\]|\(\[(?P<stadium>.*?)\]\)|\[\[(?P<routine>.*?)\]\]"
    r"|\(\((?P<circle>.*?)\)\)|\{\{(?P<hexagon>.*?)\}\}|\[(?P<box>\"[^\"]*\"|[^\]]*)\]"
    r"|\((?P<round>\"[^\"]*\"|[^)]*)\)|\{(?P<choice>[^}]*)\}|>(?P<flag>[^\]]*)\])?"
    r"(?::::\w+)?"
)
_FIELD = re.compile(r"(shape|label)\s*:\s*\"?([^\",]*)")
_STORES = {"cyl", "cylinder", "db", "database"}
_SHAPES = ("cylinder", "stadium", "routine", "circle", "hexagon", "box", "round", "choice", "flag")
_LINK = re.compile(
    r"\s*(?:[<xo]?(?:--|==|-\.)\s+(?P<worded>[^\s|>=.-][^|>]*?)\s+(?:-{2,}[>xo]?|={2,}[>xo]?|\.-+>?)"
    r"|[<xo]?(?:-{2,}[>xo]?|={2,}[>xo]?|-\.+->?)\s*(?:\|(?P<barred>[^|]*)\|)?)"
)
_MARKUP = re.compile(r"<br\s*/?>|</?\w+>|[`\"*]")
# A diagram that a person can take in has a few dozen lines; longer ones were generated.
LINES_AT_MOST = 2_000


@dataclass(frozen=True)
class Node:
    """A box of the chart. `label` is what stands in it; `shape` is "cylinder" for a store."""

    id: str
    label: str
    shape: str
    line: int


@dataclass(frozen=True)
class Edge:
    """An arrow from one node to another, by their ids, with the words on it."""

    source: str
    target: str
    label: str
    line: int


@dataclass(frozen=True)
class Flowchart:
    """All nodes, as first labelled, and all edges in the order of the text."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    section: Section

    def from_node(self, node: Node) -> list[Edge]:
        """The edges that leave a node."""
        return [edge for edge in self.edges if edge.source == node.id]

    def to_node(self, node: Node) -> list[Edge]:
        """The edges that lead to a node."""
        return [edge for edge in self.edges if edge.target == node.id]


def flowchart(block: CodeBlock) -> Flowchart | None:
    """The chart of a `mermaid` block; None for any other block, and for other kinds of diagram."""
    lines = block.text.splitlines()
    if block.language != "mermaid" or len(lines) > LINES_AT_MOST:
        return None
    start = next((n for n, line in enumerate(lines) if _HEAD.match(line)), None)
    if start is None:
        return None
    nodes: dict[str, Node] = {}
    edges: list[Edge] = []
    for number, line in enumerate(lines[start + 1 :], block.line + start + 1):
        if not _IGNORED.match(line):
            for statement in line.split(";"):
                _read(statement[:1000], number, nodes, edges)
    return Flowchart(tuple(nodes.values()), tuple(edges), block.section)


def _read(statement: str, line: int, nodes: dict[str, Node], edges: list[Edge]) -> None:
    """`A & B -->|label| C --> D`: groups of nodes with links between."""
    sources, offset = _group(statement, 0, line, nodes)
    while sources:
        link = _LINK.match(statement, offset)
        if link is None or link.end() == offset:
            return
        targets, offset = _group(statement, link.end(), line, nodes)
        label = _plain(link["worded"] or link["barred"] or "")
        edges.extend(Edge(a, b, label, line) for a in sources for b in targets)
        sources = targets


def _group(statement: str, offset: int, line: int, nodes: dict[str, Node]) -> tuple[list[str], int]:
    ids: list[str] = []
    while (match := _NODE.match(statement, offset)) is not None:
        ids.append(match["id"])
        node = _node(match, line)
        if match["id"] not in nodes or node.label != node.id:
            nodes[match["id"]] = node
        offset = match.end()
        joined = re.compile(r"\s*&").match(statement, offset)
        if joined is None:
            break
        offset = joined.end()
    return ids, offset


def _node(match: re.Match[str], line: int) -> Node:
    fields = {key: value.strip() for key, value in _FIELD.findall(match["fields"] or "")}
    shape = next((name for name in _SHAPES if match[name] is not None), "box")
    label = match[shape] or fields.get("label") or match["id"]
    if fields.get("shape") in _STORES:
        shape = "cylinder"
    return Node(match["id"], _plain(label), shape, line)


def _plain(label: str) -> str:
    return re.sub(r"\s+", " ", _MARKUP.sub(" ", label)).strip()
