"""One Python file: what is bound, called and stored in it, and what is no Python at all."""

import sysconfig
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsready.documents.document import Unparsable
from opsready.documents.python_module import PythonModule
from opsready.documents.python_scope import How, Scope

STDLIB = Path(sysconfig.get_path("stdlib"))


def module(text: str, path: str = "app/main.py") -> PythonModule:
    return PythonModule.parse(path, text)


def bound(scope: Scope, name: str) -> list[How]:
    return [binding.how for binding in scope.names[name]]


def test_every_way_to_bind_a_name_is_told_apart() -> None:
    scope = module(
        "import redis\n"
        "LIMIT: int = 5\n"
        "names = []\n"
        "names += ['a']\n"
        "for name in names:\n"
        "    pass\n"
        "with open('x') as handle:\n"
        "    pass\n"
        "def serve(port=8000):\n"
        "    pass\n"
    ).scope
    assert {name: bound(scope, name) for name in scope.names} == {
        "redis": [How.IMPORTED],
        "LIMIT": [How.ASSIGNED],
        "names": [How.ASSIGNED, How.ADDED],
        "name": [How.ELEMENT],
        "handle": [How.ENTERED],
        "serve": [How.DEFINED],
    }
    assert bound(scope.inner[0], "port") == [How.PARAMETER]


def test_imports_keep_their_origin_and_relative_ones_their_dots() -> None:
    text = "import a.b\nimport c.d as e\nfrom .. import f\nfrom .g import h as i\nfrom j import *\n"
    assert module(text).imports == {
        "a": "a.b",
        "e": "c.d",
        "f": "..f",
        "i": ".g.h",
        "*": "j.*",
    }


def test_a_call_is_found_by_the_last_word_of_its_callee_and_by_what_that_was_imported_as() -> None:
    text = (
        "from fastapi import APIRouter as Router\nimport fastapi\nRouter()\nfastapi.APIRouter()\n"
    )
    assert [call.line for call in module(text).calls("APIRouter")] == [4, 3]


def test_a_call_knows_the_function_and_the_class_in_which_it_stands() -> None:
    call = next(
        module("class Shop:\n    def open(self):\n        return connect()\n").calls("connect")
    )
    assert (call.scope.name, call.scope.owner.name if call.scope.owner else "") == (
        "Shop.open",
        "Shop",
    )


def test_a_name_of_a_class_body_is_not_seen_from_its_methods() -> None:
    text = "url = 1\nclass A:\n    url = 2\n    def f(self):\n        return url\n"
    method = module(text).scopes[2]
    found = method.look_up("url")
    assert found is not None and found[1].name == ""


def test_global_binds_in_the_module() -> None:
    text = "pool = None\ndef start():\n    global pool\n    pool = connect()\n"
    assert bound(module(text).scope, "pool") == [How.ASSIGNED, How.ASSIGNED]


def test_names_of_a_comprehension_are_its_own() -> None:
    assert "p" not in module("[add(p) for p in paths]\n").scope.names


def test_assignments_to_attributes_and_items_are_found_by_their_key() -> None:
    stores = module("app.state.redis = connect()\napp['db'] = pool\n").stores
    assert {key: [store.target.lineno for store in found] for key, found in stores.items()} == {
        "redis": [1],
        "db": [2],
    }


def test_strings_are_kept_but_docstrings_are_not() -> None:
    text = '"""About."""\nX = "kept"\ndef f():\n    """About f."""\n    return "too"\n'
    assert [string.value for string in module(text).strings] == ["kept", "too"]


def test_a_function_gives_what_it_returns_and_what_it_yields() -> None:
    text = "def a():\n    yield 1\n    return 2\n\nb = lambda: 3\n"
    scopes = module(text).scopes
    assert [len(scope.gives) for scope in scopes] == [0, 2, 1]


def test_a_line_is_quoted_without_its_indentation_and_form_feeds_are_no_line_ends() -> None:
    read = module("a = 1\n\x0c\n    b = 2 if a else 3\n".replace("    b", "b"))
    assert (read.quote(1), read.quote(3), read.quote(99)) == ("a = 1", "b = 2 if a else 3", "")


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("def f(:\n", 1, "is not Python as "),
        ("x = 1\nprint 'hello'\n", 2, "Missing parentheses"),
        ("a = 1\nb = '\0'\n", 2, "null byte"),
        ("(" * 100_000, 1, "too many nested parentheses"),
        ("-" * 100_000 + "1", 1, "nested deeper than Python itself reads"),
        ("a" + ".b" * 100_000, 1, "nested deeper than Python itself reads"),
        ("+".join(["1"] * 100_000), 1, "nested deeper than Python itself reads"),
        ("if a:\n pass\n" + "elif b:\n pass\n" * 5_000, 1, "nested deeper"),
        ("x = '\ud800'\n", 1, "surrogates not allowed"),
        ("1" * 10_000, 1, "Exceeds the limit"),
    ],
    ids=lambda value: str(value)[:12].encode("ascii", "replace").decode(),
)
def test_what_is_no_python_is_refused_with_its_line(text: str, line: int, why: str) -> None:
    with pytest.raises(Unparsable) as refused:
        module(text)
    assert refused.value.line == line
    assert why in refused.value.why


def test_a_long_chain_of_elif_is_walked() -> None:
    text = "if a:\n pass\n" + "elif b:\n go()\n" * 300
    assert len(list(module(text).calls("go"))) == 300


@given(st.text(alphabet="abcdef()[]{}:=,.'\"\n \t@*lambdifeory0#\\"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read = module(text)
    except Unparsable:
        return
    assert read.scopes[0].node is read.tree


@pytest.mark.parametrize("folder", ["asyncio", "json", "unittest", "email", "http"])
def test_the_standard_library_is_read(folder: str) -> None:
    for path in sorted((STDLIB / folder).glob("*.py")):
        read = PythonModule.parse(path.name, path.read_text(encoding="utf-8"))
        assert all(scope.line <= text_lines(read) for scope in read.scopes)


def text_lines(read: PythonModule) -> int:
    return read.text.count("\n") + 1
