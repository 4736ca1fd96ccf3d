"""reStructuredText in, the same parts as of Markdown out."""

from opsready.documents.markdown import Markdown
from opsready.documents.restructured import as_markdown

PAGE = """\
====
Shop
====

See `the docs <https://e.org/x>`_ and ``GET /v1``.

Settings
--------

#. Install it::

       pip install shop

#. Run :command:`shop`

.. code-block:: bash
   :linenos:

   $ export A=1
   $ shop start

.. note::

   Needs PostgreSQL.
"""


def test_every_line_stays_where_it_was() -> None:
    assert as_markdown(PAGE).count("\n") == PAGE.count("\n")


def test_headings_lists_links_and_code_become_parts() -> None:
    page = Markdown.parse("README.rst", PAGE)
    assert [(s.level, s.line, s.heading) for s in page.sections[1:]] == [
        (1, 2, "Shop"),
        (2, 7, "Settings"),
    ]
    assert [(i.number, i.text, i.line) for i in page.items] == [
        (1, "Install it:", 10),
        (2, "Run shop", 14),
    ]
    assert [(c.language, c.text, c.line) for c in page.code_blocks] == [
        ("", "pip install shop\n", 12),
        ("bash", "$ export A=1\n$ shop start\n", 19),
    ]
    assert [(link.target, link.line) for link in page.links] == [("https://e.org/x", 5)]
    assert [p.text for p in page.paragraphs] == ["See the docs and GET /v1.", "Needs PostgreSQL."]
