"""Markdown in, its parts with their places out."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.markdown import CHARACTERS_AT_MOST, Markdown


def markdown(text: str, path: str = "page.md") -> Markdown:
    return Markdown.parse(path, text)


def test_sections_know_their_lines_and_the_headings_above_them() -> None:
    page = markdown("intro\n\n# Shop\n\n## SLOs *now*\ntext\n\n### Deep\n\n## Next\nend\n")
    assert [(s.level, s.line, s.end_line, s.path) for s in page.sections] == [
        (0, 1, 2, ()),
        (1, 3, 12, ("Shop",)),
        (2, 5, 9, ("Shop", "SLOs now")),
        (3, 8, 9, ("Shop", "SLOs now", "Deep")),
        (2, 10, 12, ("Shop", "Next")),
    ]
    assert page.title == "Shop"


def test_markup_goes_and_the_words_stay() -> None:
    page = markdown("The **p95** of `GET /x` is [low](slo.md), _see_ ![chart](c.png) &lt; 3.<br>Ok")
    assert [p.text for p in page.paragraphs] == ["The p95 of GET /x is low, see chart < 3. Ok"]


def test_a_paragraph_can_say_on_which_line_each_of_its_words_stands() -> None:
    (paragraph,) = markdown("one two\nthree\nfour five\n").paragraphs
    assert paragraph.text == "one two three four five"
    assert [paragraph.line_of(paragraph.text.index(word)) for word in ("two", "three", "five")] == [
        1,
        2,
        3,
    ]


ITEMS = """\
## Done
- [ ] plan runs
  in CI
- [x] `apply` waits
- plain

1. one
2. two
   - below
"""


def test_a_literal_may_go_on_in_the_next_line() -> None:
    (paragraph,) = markdown("run `terraform\nplan -out x\nfile` now\nthen wait\n").paragraphs
    assert paragraph.text == "run terraform plan -out x file now then wait"
    assert [paragraph.line_of(paragraph.text.index(word)) for word in ("plan", "file", "then")] == [
        2,
        3,
        4,
    ]
    assert paragraph.written == "run `terraform plan -out x file` now then wait"


def test_items_have_boxes_numbers_and_continuation_lines() -> None:
    page = markdown(ITEMS)
    assert [(i.text, i.line, i.done, i.number, i.depth) for i in page.items] == [
        ("plan runs in CI", 2, False, None, 1),
        ("apply waits", 4, True, None, 1),
        ("plain", 5, None, None, 1),
        ("one", 7, None, 1, 1),
        ("two", 8, None, 2, 1),
        ("below", 9, None, None, 2),
    ]
    assert {item.section.heading for item in page.items} == {"Done"}
    assert page.paragraphs == ()


def test_an_item_of_two_paragraphs_keeps_counting_lines() -> None:
    (item,) = markdown("- first\n  more\n\n  second\n").items
    assert (item.text, item.end_line) == ("first more second", 4)
    assert item.line_of(item.text.index("second")) == 4


def test_tables_give_each_row_its_line() -> None:
    page = markdown("# S\n\n| SLO | Target |\n|---|---|\n| `up` | 99.9 % |\n| p95 \\| p99 |\n")
    (table,) = page.tables
    assert table.header == ("SLO", "Target")
    assert [(row.cells, row.line) for row in table.rows] == [
        (("up", "99.9 %"), 5),
        (("p95 | p99", ""), 6),
    ]
    assert (table.line, table.section.heading, table.column("target")) == (3, "S", 1)


def test_a_row_without_end_is_left_out_of_its_table() -> None:
    page = markdown("| a |\n|---|\n| x |\n| " + "y" * 6_000 + " |\n| z |\n")
    assert [row.cells for row in page.tables[0].rows] == [("x",), ("z",)]


CODE = """\
a

```Bash title=x
ls
```

- item
  ```mermaid
  a --> b
  ```

text

    raw
"""


def test_code_keeps_its_text_and_the_line_of_its_first_line() -> None:
    assert [(c.language, c.info, c.text, c.line) for c in markdown(CODE).code_blocks] == [
        ("bash", "Bash title=x", "ls\n", 4),
        ("mermaid", "mermaid", "a --> b\n", 9),
        ("", "", "raw\n", 14),
    ]


def test_links_and_images_stand_on_their_own_lines() -> None:
    page = markdown("see [a](b.md)\nand ![c](d.png)\n\n| x |\n|---|\n| <https://e.org> |\n")
    assert [(link.text, link.target, link.line, link.is_image) for link in page.links] == [
        ("a", "b.md", 1, False),
        ("c", "d.png", 2, True),
        ("https://e.org", "https://e.org", 6, False),
    ]


def test_what_is_below_one_heading_can_be_read_alone() -> None:
    page = markdown("# A\n- 1\n## B\n- 2\n### C\n- 3\n## D\n- 4\n")
    section = page.section("^b$")
    assert section is not None
    assert [item.text for item in page.within(section).items] == ["2", "3"]
    assert page.section("missing") is None


def test_front_matter_keeps_the_lines_of_the_file() -> None:
    page = markdown("---\ntitle: Deploy\ninputs:\n  - a.md\n---\n\n# Deploy\n")
    assert page.front_matter is not None
    assert page.front_matter.plain() == {"title": "Deploy", "inputs": ["a.md"]}
    inputs = page.front_matter.elements("inputs")
    assert [(entry.text, entry.line) for entry in inputs] == [("a.md", 4)]
    assert page.sections[1].line == 7


def test_broken_front_matter_is_a_fault_and_the_text_is_read_all_the_same() -> None:
    page = markdown("---\ntitle: [a\nnext: b\n---\n# Deploy\n")
    assert page.front_matter is None
    assert [str(fault) for fault in page.faults] == [
        "page.md:3: front matter is not YAML: while parsing a flow sequence, "
        "did not find expected ',' or ']'"
    ]
    assert page.title == "Deploy"


def test_rules_around_a_text_are_no_front_matter() -> None:
    page = markdown("---\njust text\n---\nmore\n")
    assert (page.front_matter, page.faults) == (None, ())
    assert "more" in [paragraph.text for paragraph in page.paragraphs]


def test_comments_and_html_are_not_text() -> None:
    page = markdown("<!-- p95 under 1 ms -->\n\n<div>\np99 under 1 ms\n</div>\n\nreal\n")
    assert [paragraph.text for paragraph in page.paragraphs] == ["real"]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    unix = "---\na: 1\n---\n# T\n- x\n"
    assert markdown("\ufeff" + unix.replace("\n", "\r\n")) == markdown(unix)


@pytest.mark.parametrize(
    "text",
    [
        "> " * 50_000 + "deep",
        "- " * 50_000 + "deep",
        "[" * 50_000,
        "![" * 50_000,
        "*a **a " * 20_000,
        "`" * 50_000,
        "<" * 50_000,
        "|" * 20_000 + "\n" + "|-" * 20_000,
        "\x00" * 1000,
        "",
    ],
    ids=lambda text: repr(text[:6]),
)
def test_hostile_nesting_is_read_without_a_word(text: str) -> None:
    assert isinstance(markdown(text), Markdown)


def test_a_text_of_fifty_megabytes_is_refused_with_its_size() -> None:
    with pytest.raises(Unparsable) as refused:
        markdown("a\n" * 25_000_000)
    assert refused.value.why == (
        f"has 50,000,000 characters; Markdown is read up to {CHARACTERS_AT_MOST:,}"
    )


def test_inline_code_is_kept_with_its_line_in_text_and_in_tables() -> None:
    page = Markdown.parse("a.md", "# A\n\nRun `make up`\nor `make all`.\n\n|a|\n|-|\n|`x`|\n")
    assert [(code.text, code.line) for code in page.inline_code] == [
        ("make up", 3),
        ("make all", 4),
        ("x", 8),
    ]


def test_headings_are_linked_as_code_hosts_spell_them() -> None:
    page = Markdown.parse("a.md", "# Run-book: A & B\n\n## Queue grows\n\n## Queue grows\n")
    assert page.anchors == {"run-book-a--b", "queue-grows", "queue-grows-1"}
