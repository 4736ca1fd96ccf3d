"""What an expression stands for, followed from binding to binding and from file to file."""

import pytest

from tests.documents.python_sources import asked, code_of


def named(files: dict[str, str] | str, path: str = "app.py") -> str:
    code = code_of(files)
    return code.dotted(*asked(code, path))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import redis\nask(redis.Redis)", "redis.Redis"),
        ("import redis as r\nask(r.Redis)", "redis.Redis"),
        ("from redis.asyncio import Redis\nask(Redis.from_url)", "redis.asyncio.Redis.from_url"),
        ("import redis\nx = redis.Redis()\nask(x.ping)", "redis.Redis().ping"),
        ("import os\ne = os.environ\nask(e.get)", "os.environ.get"),
        ("ask(len)", "builtins.len"),
        ("ask(unheard_of)", ""),
        ("ask([1].append)", "list().append"),
        ("import a\nasync def f():\n    ask(await a.connect())", "a.connect()"),
        ("import a\nx = None or a.B()\nask(x)", "a.B()"),
        ("import a\nx = a.B() if a.c else None\nask(x)", "a.B()"),
        ("import a\nwith a.connect() as c:\n    ask(c.execute)", "a.connect().execute"),
        ("import a\nP = {'x': a.B}\nask(P['x'])", "a.B"),
        ("import a\nP = (a.B, a.C)\nask(P[1])", "a.C"),
        ("from a import *\nask(B)", ""),
    ],
)
def test_a_name_is_followed_to_where_it_comes_from(text: str, name: str) -> None:
    assert named(text) == name


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        ("x: Redis", "redis.Redis().ping"),
        ("x: 'Redis'", "redis.Redis().ping"),
        ("x: Redis | None", "redis.Redis().ping"),
        ("x: Optional[Redis]", "redis.Redis().ping"),
        ("x: Annotated[Redis, Depends(pool)]", "redis.Redis.from_url().ping"),
        ("x=Depends(pool)", "redis.Redis.from_url().ping"),
        ("x: Pool", "redis.Redis.from_url().ping"),
        ("x: Redis | str", ""),
        ("x", ""),
    ],
)
def test_a_parameter_is_what_its_annotation_or_its_injection_says(
    parameter: str, name: str
) -> None:
    text = (
        "from typing import Annotated, Optional\n"
        "from fastapi import Depends\n"
        "from redis import Redis\n"
        "def pool():\n    return Redis.from_url('redis://')\n"
        "Pool = Annotated[Redis, Depends(pool)]\n"
        f"def health({parameter}):\n    ask(x.ping)\n"
    )
    assert named(text) == name


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"app.py": "from db import pool\nask(pool)", "db.py": "import a\npool = a.P()"}, "a.P()"),
        ({"app.py": "import db\nask(db.pool)", "db.py": "import a\npool = a.P()"}, "a.P()"),
        (
            {
                "src/shop/__init__.py": "from .db import pool",
                "src/shop/db.py": "import a\npool = a.P()",
                "app.py": "import shop\nask(shop.pool)",
            },
            "a.P()",
        ),
        ({"app.py": "from db import *\nask(pool)", "db.py": "import a\npool = a.P()"}, "a.P()"),
        (
            {"app.py": "from db import make\nask(make())", "db.py": "import a\nmake = a.P"},
            "a.P()",
        ),
        ({"app.py": "from db import gone\nask(gone)", "db.py": ""}, "db.gone"),
    ],
    ids=["from", "module", "re-export", "star", "callable", "missing"],
)
def test_a_name_is_followed_into_other_files(files: dict[str, str], name: str) -> None:
    assert named(files) == name


def test_a_relative_import_means_the_package_of_the_file() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/db/__init__.py": "import a\npool = a.P()",
        "shop/api/__init__.py": "",
        "shop/api/health.py": "from ..db import pool\nask(pool)",
    }
    assert named(files, "shop/api/health.py") == "a.P()"


@pytest.mark.parametrize("line", ["from shop import db", "from . import db", "import shop.db"])
def test_a_package_that_imports_its_own_module_means_the_module(line: str) -> None:
    files = {
        "shop/__init__.py": f"{line}\nask(db.pool)"
        if "from" in line
        else f"{line}\nask(shop.db.pool)",
        "shop/db.py": "import a\npool = a.P()",
    }
    assert named(files, "shop/__init__.py") == "a.P()"


def test_a_package_that_puts_something_else_under_the_name_of_a_module_means_that() -> None:
    files = {
        "shop/__init__.py": "from .db import db\n",
        "shop/db.py": "import a\ndb = a.P()",
        "app.py": "from shop import db\nask(db)",
    }
    assert named(files) == "a.P()"


def test_two_services_of_one_tree_each_have_their_own_module_of_a_name() -> None:
    files = {
        "one/app/__init__.py": "",
        "one/app/db.py": "import a\npool = a.One()",
        "one/app/main.py": "from app.db import pool\nask(pool)",
        "two/app/__init__.py": "",
        "two/app/db.py": "import a\npool = a.Two()",
        "two/app/main.py": "from app.db import pool\nask(pool)",
    }
    assert [named(files, f"{service}/app/main.py") for service in ("one", "two")] == [
        "a.One()",
        "a.Two()",
    ]


def test_a_file_beside_its_importer_does_not_hide_a_library_of_the_same_name() -> None:
    files = {"app/redis.py": "Redis = 1", "app/health.py": "import redis\nask(redis.Redis)"}
    assert named(files, "app/health.py") == "redis.Redis"


def test_a_function_gives_what_it_returns_or_what_its_annotation_says() -> None:
    text = (
        "import a\n"
        "def made() -> object:\n    x = a.B()\n    return x\n"
        "def said() -> a.C:\n    return whatever()\n"
        "ask((made().go, said().go))\n"
    )
    code = code_of(text)
    pair, scope = asked(code)
    assert [code.dotted(each, scope) for each in pair.elts] == ["a.B().go", "a.C().go"]  # type: ignore[attr-defined]


def test_an_attribute_is_what_the_class_stores_in_itself() -> None:
    text = (
        "import redis\n"
        "class Cache:\n"
        "    def __init__(self, url):\n"
        "        self._redis = redis.Redis.from_url(url)\n"
        "    def answers(self):\n"
        "        ask(self._redis.ping)\n"
    )
    assert named(text) == "redis.Redis.from_url().ping"


def test_an_attribute_is_found_in_a_parent_class_and_a_property_is_its_result() -> None:
    text = (
        "import a\n"
        "class Base:\n"
        "    @property\n"
        "    def client(self):\n"
        "        return a.Client()\n"
        "class Child(Base):\n"
        "    def go(self):\n"
        "        ask(self.client.send)\n"
    )
    assert named(text) == "a.Client().send"


def test_a_field_of_a_dataclass_is_an_instance_of_its_type() -> None:
    files = {
        "db.py": "class Database:\n    def ping(self):\n        pass\n",
        "app.py": (
            "from dataclasses import dataclass\nfrom db import Database\n"
            "@dataclass\nclass Orders:\n    primary: Database\n"
            "def health(orders: Orders):\n    ask(orders.primary.ping)\n"
        ),
    }
    assert named(files) == "db.Database.ping"


def test_what_is_kept_on_the_state_of_an_application_is_found_by_its_key() -> None:
    files = {
        "main.py": "import redis\ndef start(app):\n    app.state.cache = redis.Redis()\n",
        "app.py": "def health(request):\n    ask(request.app.state.cache.ping)\n",
    }
    assert named(files) == "redis.Redis().ping"


def test_what_two_places_keep_differently_under_one_key_is_unknown() -> None:
    files = {
        "main.py": "import a\ndef f(app):\n    app.state.db = a.X()\n    app.state.db = a.Y()\n",
        "app.py": "def health(request):\n    ask(request.app.state.db)\n",
    }
    assert named(files) == ""


def test_a_name_that_is_bound_again_stands_for_what_was_bound_last_before_it() -> None:
    text = (
        "import a\n"
        "def build():\n    return a.Router()\n"
        "def start():\n"
        "    build = a.first()\n"
        "    build = a.second()\n"
        "    ask(build)\n"
        "    build = a.third()\n"
    )
    assert named(text) == "a.second()"


def test_a_name_that_is_bound_to_a_call_of_itself_is_followed() -> None:
    text = (
        "import a\n"
        "def router():\n    return a.Router()\n"
        "def start():\n"
        "    from app import router\n"
        "    router = router()\n"
        "    ask(router.include)\n"
    )
    assert named(text) == "a.Router().include"


@pytest.mark.parametrize(
    "text",
    [
        "x = x\nask(x)",
        "def f():\n    return f()\nask(f())",
        "class A(A):\n    pass\nask(A().b)",
        "a = b\nb = a\nask(a.c)",
        "import app\nask(app.app.app)",
        "from app import x\nask(x)",
        "from app import *\nask(x)",
        "ask(x" + ".a()" * 300 + ")",
        "def f(x: 'f'):\n    ask(x)",
    ],
)
def test_what_refers_to_itself_ends(text: str) -> None:
    assert isinstance(named(text), str)


def test_ancestors_are_named_nearest_first_through_other_files() -> None:
    code = code_of(
        {
            "base.py": "from pydantic_settings import BaseSettings\nclass Base(BaseSettings): 0\n",
            "app.py": "from base import Base\nclass Settings(Base): ...\n",
        }
    )
    settings = next(code.classes("pydantic_settings.BaseSettings"))
    assert list(code.names.ancestors(settings)) == ["base.Base", "pydantic_settings.BaseSettings"]


def test_modules_that_import_everything_of_each_other_come_to_an_end() -> None:
    """Followed anew each time, eight modules would be followed in 8 ** STEPS_AT_MOST ways."""
    modules = [f"shop/m{number}.py" for number in range(8)]
    everything = "".join(f"from shop.m{number} import *\n" for number in range(8))
    files = dict.fromkeys(modules, everything)
    files["shop/m7.py"] += "import redis\nPool = redis.ConnectionPool\n"
    assert named({**files, "app.py": "from shop.m0 import *\nask(nothing)"}) == ""
    assert named({**files, "app.py": "from shop.m7 import *\nask(Pool)"}) == "redis.ConnectionPool"
