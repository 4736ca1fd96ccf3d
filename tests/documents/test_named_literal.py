"""Strings in Python code under the names that it gives them."""

from opsready.documents.named_literal import named_literals
from opsready.documents.python_module import PythonModule

CODE = """\
'''PASSWORD = "in a docstring"'''
KEY: str = "a"
self.token = "b"
settings["secret"] = "c"
DATABASES = {"default": {"PASSWORD": "d"}}
connect(password="e", port=1)
Field(examples=[{"password": "shown"}], description="x")
def f(password="default"): ...
NUMBER = 1
"""


def test_every_string_that_has_a_name() -> None:
    found = named_literals(PythonModule.parse("a.py", CODE))
    assert sorted((v.line, v.name, v.value, v.owner) for v in found) == [
        (2, "KEY", "a", ""),
        (3, "token", "b", ""),
        (4, "secret", "c", ""),
        (5, "PASSWORD", "d", "key"),
        (6, "password", "e", "call"),
    ]
