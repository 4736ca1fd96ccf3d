"""A bundle of texts: what it quotes, parses and calls a note."""

from opsready.documents.document import Unparsable
from opsready.documents.markdown import Markdown
from opsready.sources.source import Bundle
from tests.build import make_bundle, make_source


def test_a_quote_is_one_line_without_its_secrets() -> None:
    key = "AKIA" + "Z7QK3M5N8P2R4T6V"
    source = make_source(
        "a.md", f"# A\n  use postgres://shop:hunter2@db/x and {key}.  \n" + "x" * 999
    )
    assert source.quote(2) == "use postgres://shop:***@db/x and ***."
    assert (source.quote(0), source.quote(9), len(source.quote(3))) == ("", "", 300)


def test_a_document_is_parsed_when_first_asked_for_and_once() -> None:
    bundle = make_bundle({"a.md": "# A\n"})
    assert bundle.documents(Markdown)[0] is bundle.document("a.md", Markdown)
    assert bundle.document("b.md", Markdown) is None


def test_what_is_broken_in_whole_or_in_part_is_listed_once_it_was_asked_for() -> None:
    bundle = make_bundle({"a.md": "---\na: [\n---\n# A\n", "b.md": "x" * 2_000_001})
    assert bundle.unparsable() == []
    assert [page.path for page in bundle.documents(Markdown)] == ["a.md"]
    assert [(one.path, one.line) for one in bundle.unparsable()] == [("a.md", 3), ("b.md", 1)]
    assert not any(isinstance(page, Unparsable) for page in bundle.notes())


def test_notes_describe_the_service_and_nothing_else() -> None:
    bundle = make_bundle(
        dict.fromkeys(
            [
                "README.md",
                "docs/architecture.md",
                "docs/changelog.rst",
                "CHANGELOG.md",
                "CONTRIBUTING.md",
                "SECURITY.md",
                ".github/PULL_REQUEST_TEMPLATE.md",
                "tests/README.md",
                "examples/demo/README.md",
                ".haiku/intents/pay/knowledge/DISCOVERY.md",
                ".haiku/intents/pay/stages/operations/feedback/01-x.md",
                ".haiku/studios/software/STAGE.md",
            ],
            "# A\n",
        )
    )
    assert [page.path for page in bundle.notes()] == [
        ".haiku/intents/pay/knowledge/DISCOVERY.md",
        "README.md",
        "docs/architecture.md",
    ]


def test_sources_that_take_the_place_of_others_are_parsed_anew() -> None:
    bundle = make_bundle({"a.md": "# A\n", "b.md": "# B\n"})
    assert [page.title for page in bundle.documents(Markdown)] == ["A", "B"]
    changed: Bundle = bundle.with_sources([make_source("a.md", "# New\n")])
    assert [page.title for page in changed.documents(Markdown)] == ["New", "B"]
    assert changed.source("a.md") != bundle.source("a.md")
