"""A fenced flowchart in, its nodes and edges out."""

import pytest

from opsready.documents.markdown import Markdown
from opsready.documents.mermaid import Flowchart, flowchart


def chart(*lines: str, head: str = "graph TD") -> Flowchart:
    text = "```mermaid\n" + "\n".join([head, *lines]) + "\n```\n"
    (block,) = Markdown.parse("a.md", text).code_blocks
    found = flowchart(block)
    assert found is not None
    return found


def edges(*lines: str) -> list[tuple[str, str, str]]:
    return [(edge.source, edge.target, edge.label) for edge in chart(*lines).edges]


@pytest.mark.parametrize(
    ("node", "label", "shape"),
    [
        ("A", "A", "box"),
        ("A[Orders API]", "Orders API", "box"),
        ('A["Orders (v2)"]', "Orders (v2)", "box"),
        ("A(Orders)", "Orders", "round"),
        ("A([Orders])", "Orders", "stadium"),
        ("A[(PostgreSQL)]", "PostgreSQL", "cylinder"),
        ("A((Queue))", "Queue", "circle"),
        ("A{Paid?}", "Paid?", "choice"),
        ("A{{Bus}}", "Bus", "hexagon"),
        ("A[[Worker]]", "Worker", "routine"),
        ("A[Orders<br/>API]:::hot", "Orders API", "box"),
        ('A@{ shape: cyl, label: "Store" }', "Store", "cylinder"),
    ],
)
def test_a_node_has_a_label_and_a_shape(node: str, label: str, shape: str) -> None:
    found = chart(node).nodes
    assert [(n.id, n.label, n.shape, n.line) for n in found] == [("A", label, shape, 3)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("A --> B", [("A", "B", "")]),
        ("A-->B-->C", [("A", "B", ""), ("B", "C", "")]),
        ("A -->|reads| B", [("A", "B", "reads")]),
        ("A -- reads and writes --> B", [("A", "B", "reads and writes")]),
        ("A -. retries .-> B", [("A", "B", "retries")]),
        ("A -.-> B", [("A", "B", "")]),
        ("A ==> B", [("A", "B", "")]),
        ("A --- B", [("A", "B", "")]),
        ("A <--> B", [("A", "B", "")]),
        ("A & B --> C & D", [("A", "C", ""), ("A", "D", ""), ("B", "C", ""), ("B", "D", "")]),
        ("A[x] --> B[(y)]; B --> C", [("A", "B", ""), ("B", "C", "")]),
        ("orders-api --> orders-db", [("orders-api", "orders-db", "")]),
    ],
)
def test_an_edge_joins_two_nodes(line: str, expected: list[tuple[str, str, str]]) -> None:
    assert edges(line) == expected


def test_groups_styles_and_comments_are_no_nodes() -> None:
    found = chart(
        "%% a comment",
        "subgraph cluster",
        "  A --> B",
        "end",
        "classDef hot fill:#f00",
        "style A x",
    )
    assert [node.id for node in found.nodes] == ["A", "B"]


def test_a_label_that_comes_later_is_kept() -> None:
    found = chart("A --> B", "B[(Store)]")
    assert [(node.id, node.label) for node in found.nodes] == [("A", "A"), ("B", "Store")]


@pytest.mark.parametrize(
    "text", ["```mermaid\nsequenceDiagram\nA->>B: x\n```", "```\ngraph TD\nA-->B\n```"]
)
def test_other_diagrams_and_other_code_are_no_flowchart(text: str) -> None:
    (block,) = Markdown.parse("a.md", text).code_blocks
    assert flowchart(block) is None


@pytest.mark.parametrize(
    "line", ["[" * 5000, "A" + "(" * 5000, "A@{" * 3000, "A -- " * 3000, '["' * 3000]
)
def test_a_hostile_line_is_read_without_a_word(line: str) -> None:
    assert isinstance(chart(*[line] * 20), Flowchart)
