"""The code of a tree as one: its calls, its classes, and what a function calls in turn."""

from tests.documents.python_sources import code_of


def reached(files: dict[str, str] | str, function: str) -> list[str]:
    """Names of what a function calls, its own calls first; unknown ones are left out."""
    code = code_of(files)
    start = next(f for m in code.modules for f in m.functions() if f.short_name == function)
    return [meaning.dotted for _, meaning in code.reached(start) if meaning.dotted]


def test_calls_are_followed_into_functions_of_other_files() -> None:
    files = {
        "app.py": "from db import check\ndef health():\n    return check()\n",
        "db.py": "import a\ndef check():\n    return deeper()\ndef deeper():\n    a.ping()\n",
    }
    assert reached(files, "health") == ["db.check", "db.deeper", "a.ping"]


def test_functions_that_are_handed_on_and_injected_count_as_called() -> None:
    text = (
        "import asyncio\nfrom fastapi import Depends\nimport a\n"
        "def check():\n    a.one()\n"
        "def session():\n    a.two()\n"
        "async def health(s=Depends(session)):\n    await asyncio.to_thread(check)\n"
    )
    assert reached(text, "health") == ["asyncio.to_thread", "a.two", "a.one"]


def test_calls_in_functions_inside_a_function_are_its_own() -> None:
    text = (
        "import a\ndef health():\n    def run():\n        a.ping()\n    return lambda: a.pong()\n"
    )
    assert reached(text, "health") == ["a.ping", "a.pong"]


def test_functions_that_call_each_other_end() -> None:
    text = "def one():\n    two()\ndef two():\n    one()\n"
    assert reached(text, "one") == ["app.two", "app.one"]


def test_calls_are_found_by_exact_name_whatever_they_were_imported_as() -> None:
    code = code_of(
        {
            "app.py": "from redis import Redis as R\nR()\nclass Redis: ...\nRedis()\n",
            "tests/test_app.py": "from redis import Redis\nRedis()\n",
        }
    )
    found = [(call.scope.path, call.line) for call, _ in code.calls_to("redis.Redis")]
    assert found == [("app.py", 2)]


def test_what_the_application_imports_is_known_by_its_first_word() -> None:
    code = code_of({"app.py": "import redis.asyncio\nfrom .x import y\n", "tests/t.py": "import z"})
    assert code.imported == {"redis"}


def test_a_loop_over_a_list_that_the_code_shows_stands_for_each_of_its_elements() -> None:
    code = code_of(
        "A = (one, two)\nfor each in A:\n    ask(each)\nfor other in found():\n    ask(other)\n"
    )
    calls = list(code.calls("ask"))
    shown = [[e.id for e, _ in code.each(c.node.args[0], c.scope)] for c in calls]  # type: ignore[attr-defined]
    assert shown == [["one", "two"], ["other"]]


def test_what_all_callers_pass_made_the_parameter() -> None:
    text = "import a\ndef wire(app):\n    ask(app)\nx = a.App()\nwire(x)\n"
    code = code_of(text)
    call = next(code.calls("ask"))
    made = code.maker(call.node.args[0], call.scope)
    assert made is not None and made.lineno == 4
