"""Variables of the environment: where code reads them, and where their values end up."""

import pytest

from tests.documents.python_sources import asked, code_of

Read = tuple[str, str | None, bool]


def read(files: dict[str, str] | str) -> list[Read]:
    """Name, default and whether it is required, of every variable."""
    variables = code_of(files).variables
    return [(v.name.text, v.default.text if v.default else None, v.required) for v in variables]


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("import os\nos.environ['A']", [("A", None, True)]),
        ("import os\nos.environ.get('A')", [("A", None, False)]),
        ("import os\nos.environ.get('A', 'x')", [("A", "x", False)]),
        ("from os import environ as e, getenv\nge = getenv('A', 5)\ne['B']",
         [("A", "5", False), ("B", None, True)]),
        ("import os\n'A' in os.environ", [("A", None, False)]),
        ("import os\nNAME = 'A'\nos.getenv(NAME)", [("A", None, False)]),
        ("import os\nos.getenv('A', f'{x}/y')", [("A", "…/y", False)]),
        ("import os\nos.getenv(f'{x}_URL')", [("…_URL", None, False)]),
        ("from decouple import config\nconfig('A')\nconfig('B', default=True, cast=bool)",
         [("A", None, True), ("B", "True", False)]),
        ("from starlette.config import Config\nc = Config('.env')\n"
         "c('A')\nc('B', cast=int, default=3)",
         [("A", None, True), ("B", "3", False)]),
        ("import environ\nenv = environ.Env()\nenv('A')\nenv.int('B', default=3)\nenv.read_env()",
         [("A", None, True), ("B", "3", False)]),
        ("from environs import Env\nenv = Env()\nenv.str('A', 'x')", [("A", "x", False)]),
        ("def f(request):\n    return request.environ['wsgi.input']", []),
        ("settings = {}\nsettings.get('A')", []),
    ],
)  # fmt: skip
def test_every_common_way_to_read_the_environment(text: str, variables: list[Read]) -> None:
    assert read(text) == variables


def test_a_variable_that_the_code_tests_for_or_sets_itself_is_not_required() -> None:
    text = (
        "import os\n"
        "if 'A' in os.environ:\n    os.environ['A']\n"
        "os.environ['B'] = '1'\nos.environ['B']\n"
    )
    assert [(name, required) for name, _, required in read(text)] == [
        ("A", False),
        ("A", False),
        ("B", False),
    ]


def test_the_callers_of_a_wrapper_name_the_variables() -> None:
    files = {
        "env.py": (
            "import os\n"
            "def setting(name, default=None):\n    return os.environ.get(name, default)\n"
            "def needed(name):\n    return os.environ[name]\n"
        ),
        "app.py": "from env import setting, needed\nsetting('A', 'x')\nsetting('B')\nneeded('C')\n",
    }
    assert read(files) == [("A", "x", False), ("B", None, False), ("C", None, True)]


@pytest.mark.parametrize(
    ("body", "variables"),
    [
        ("    url: str", [("URL", None, True)]),
        ("    url: str = 'x'", [("URL", "x", False)]),
        ("    url: str | None = None", [("URL", None, False)]),
        ("    url: str = Field(...)", [("URL", None, True)]),
        ("    url: str = Field(default='x', min_length=1)", [("URL", "x", False)]),
        ("    urls: list[str] = Field(default_factory=list)", [("URLS", None, False)]),
        ("    url: str = Field(alias='A')", [("A", None, True)]),
        ("    url: str = Field('x', validation_alias='A')", [("A", "x", False)]),
        ("    url: str = Field(validation_alias=AliasChoices('A', 'B'))",
         [("A", None, False), ("B", None, False)]),
        ("    model_config = SettingsConfigDict(env_prefix='SHOP_')\n    url: str",
         [("SHOP_URL", None, True)]),
        ("    class Config:\n        env_prefix = 'shop_'\n    url: str",
         [("SHOP_URL", None, True)]),
        ("    model_config = {'env_prefix': 'shop_', 'case_sensitive': True}\n    url: str",
         [("shop_url", None, True)]),
        ("    model_config = SettingsConfigDict(env_nested_delimiter='__')\n    db: Database",
         [("DB__URL", None, True)]),
        ("    db: Database = Database()", []),
        ("    name: ClassVar[str] = 'x'\n    _hidden: int = 1\n    plain = 2", []),
    ],
)  # fmt: skip
def test_a_field_of_settings_is_a_variable(body: str, variables: list[Read]) -> None:
    text = (
        "from typing import ClassVar\n"
        "from pydantic import AliasChoices, BaseModel, Field\n"
        "from pydantic_settings import BaseSettings, SettingsConfigDict\n"
        "class Database(BaseModel):\n    url: str\n"
        f"class Settings(BaseSettings):\n{body}\n"
    )
    assert read(text) == variables


def test_fields_of_a_parent_take_the_prefix_of_the_class_that_is_used() -> None:
    text = (
        "from pydantic_settings import BaseSettings\n"
        "class Base(BaseSettings):\n    url: str\n"
        "class Shop(Base):\n    model_config = {'env_prefix': 'SHOP_'}\n    port: int = 80\n"
    )
    assert read(text) == [("SHOP_PORT", "80", False), ("SHOP_URL", None, True)]


def test_a_secret_type_says_so() -> None:
    text = (
        "from pydantic import SecretStr\nfrom pydantic_settings import BaseSettings\n"
        "class S(BaseSettings):\n    a: SecretStr | None = None\n    b: str = ''\n"
    )
    assert [v.is_secret_type for v in code_of(text).variables] == [True, False]


def test_tests_and_examples_read_nothing_that_production_needs() -> None:
    files = {
        "tests/test_a.py": "import os\nos.environ['A']",
        "examples/b.py": "import os\nos.environ['B']",
        "migrations/env.py": "import os\nos.environ['C']",
    }
    assert read(files) == [("C", None, True)]


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("import os\nask(os.environ['A'])", ("A",)),
        ("import os\nurl = os.getenv('A')\nask(f'http://{url}/x')", ("A",)),
        ("import os\ndef f(url):\n    ask(url)\nf(os.environ['A'])", ("A",)),
        ("import os\ndef g():\n    return os.environ['A']\nask(g())", ("A",)),
        (
            "import os\nclass D:\n    def __init__(self, url):\n        self.url = url\n"
            "    def go(self):\n        ask(self.url)\nD(os.environ['A'])",
            ("A",),
        ),
        (
            "from dataclasses import dataclass\nimport os\n@dataclass\nclass D:\n    url: str\n"
            "    def go(self):\n        ask(self.url)\nD(url=os.environ['A'])",
            ("A",),
        ),
        (
            "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    url: str\n"
            "s = S()\nask(str(s.url))",
            ("URL",),
        ),
        (
            "import os\ndef clean(url):\n    return url.strip()\nclean(os.environ['B'])\n"
            "ask(clean(os.environ['A']))",
            ("A",),
        ),
        ("ask('http://x')", ()),
    ],
)
def test_a_value_is_followed_back_to_its_variable(text: str, variables: tuple[str, ...]) -> None:
    code = code_of(text)
    assert code.variables_behind(*asked(code)) == variables


def test_an_address_is_led_by_the_variable_with_which_it_begins() -> None:
    text = "import os\nask(os.environ['A'] + '/x/' + os.environ['B'])"
    code = code_of(text)
    assert code.variables_leading(*asked(code)) == ("A",)
