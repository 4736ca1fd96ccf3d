"""Constants and texts, without running anything."""

import math
from typing import Any

import pytest

from tests.documents.python_sources import asked, code_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ask('/a')", "/a"),
        ("P = '/a'\nask(P + '/b')", "/a/b"),
        ("P = '/a'\nask(f'{P}/b/{1}')", "/a/b/1"),
        ("ask('/a/'.rstrip('/'))", "/a"),
        ("ask(str(5))", "5"),
        ("ask(f'{unknown}/b')", "…/b"),
        ("ask(unknown + unknown2 + '/b')", "…/b"),
        ("def f(prefix):\n    ask(prefix + '/b')", "…/b"),
        ("for p in ('/a', '/b'):\n    ask(p)", "…"),
        ("P = '/a'\nif dev:\n    P = '/b'\nask(P)", "…"),
        ("class R:\n    A = '/a'\nask(R.A)", "/a"),
        ("import enum\nclass R(enum.Enum):\n    A = '/a'\nask(R.A.value)", "/a"),
        ("ask(f'{x!r:>5}')", "…"),
        ("ask('a' * 3)", "…"),
    ],
)
def test_a_text_has_a_gap_where_only_a_run_would_tell(text: str, value: str) -> None:
    code = code_of(text)
    assert code.text(*asked(code)).text == value


@pytest.mark.parametrize(
    "text",
    [
        "import os\nask(os.environ.get('PREFIX', '/a'))",
        "import os\nask(os.getenv('PREFIX', default='/a'))",
        "import os\nP = os.environ.get('PREFIX') or '/a'\nask(P)",
        "from decouple import config\nask(config('PREFIX', default='/a'))",
        (
            "from pydantic_settings import BaseSettings\n"
            "class S(BaseSettings):\n    prefix: str = '/a'\ns = S()\nask(s.prefix)"
        ),
    ],
)
def test_a_default_that_the_environment_may_replace_is_not_sure(text: str) -> None:
    code = code_of(text)
    assert code.text(*asked(code)) == ("/a", False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ask([1, 2.5, -3])", (1, 2.5, -3)),
        ("A = (1, 2)\nask([*A, 60 * 5])", (1, 2, 300)),
        ("ask(('GET', 'POST'))", ("GET", "POST")),
        ("ask({'a': 1})", {"a": 1}),
        ("ask(float('inf'))", math.inf),
        ("from math import inf\nask((1, inf))", (1, math.inf)),
        ("ask(tuple([1]) + (2,))", (1, 2)),
        ("ask(1 / 0)", None),
        ("ask([1, unknown])", None),
        ("ask('a' + 1)", None),
        ("import os\nask(os.getenv('X', 'y'))", None),
        ("ask([i for i in range(3)])", None),
    ],
)
def test_a_constant_is_known_whole_or_not_at_all(text: str, value: Any) -> None:
    code = code_of(text)
    assert code.constant(*asked(code)) == value


def test_a_constant_is_followed_into_other_files() -> None:
    code = code_of({"app.py": "import paths\nask(paths.API)", "paths.py": "API = '/v' + '1'"})
    assert code.constant(*asked(code)) == "/v1"
