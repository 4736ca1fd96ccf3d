"""A page is read by its headings; what stands in a fence belongs to its example."""

import pytest

from opsready.review.page import Page, page, page_of

TEXT = """\
# a-check

What is wrong.

## Why

Because.

## Bad

````markdown docs/a.md
# Title

## Not a section

```sh
## neither
```
````

## What to do

Mend it.
"""


def test_headings_inside_fences_are_no_sections() -> None:
    shown = Page(TEXT)
    assert (shown.title, shown.summary) == ("a-check", "What is wrong.")
    assert shown.headings == ["Why", "Bad", "What to do"]
    assert "## neither" in shown.section("Bad")
    assert shown.section("What to do") == "Mend it."


def test_a_section_that_is_missing_is_empty() -> None:
    assert Page(TEXT).section("Good") == ""


def test_a_module_without_a_page_has_none() -> None:
    assert page_of("opsready.review.catalog") is None


def test_an_unknown_id_has_no_page() -> None:
    with pytest.raises(KeyError):
        page("no-such-check")
