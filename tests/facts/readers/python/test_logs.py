"""Logs as JSON."""

import pytest

from opsready.facts.fact import Claim
from opsready.facts.readers.python.logs import READER
from tests.facts.readers.python.stated import values

OWN = (
    "import json, logging\nclass Lines(logging.Formatter):\n"
    "    def format(self, record):\n        return json.dumps({'request_id': current()})\n"
)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import structlog\nstructlog.configure([structlog.processors.JSONRenderer()])\n",
         [("structlog", None)]),
        ("import structlog\nstructlog.processors.JSONRenderer()\n"
         "structlog.contextvars.bind_contextvars(request_id=1)\n", [("structlog", "request_id")]),
        ("from pythonjsonlogger.json import JsonFormatter\nJsonFormatter()\n",
         [("python-json-logger", None)]),
        ("CONFIG = {'formatters': {'j': {'()': 'pythonjsonlogger.jsonlogger.JsonFormatter'}}}\n",
         [("python-json-logger", None)]),
        (OWN + "handler.setFormatter(Lines())\n", [("Lines", "request_id")]),
        (OWN + "CONFIG = {'formatters': {'j': {'()': Lines}}}\n", [("Lines", "request_id")]),
        (OWN, []),
        ("import logging\nlogging.Formatter('%(message)s')\n", []),
        ("from loguru import logger\nlogger.add(out, serialize=True)\n", [("loguru", None)]),
        ("from loguru import logger\nlogger.add(out)\n", []),
    ],
)  # fmt: skip
def test_json_is_said_where_a_formatter_of_it_is_used(code: str, told: list[object]) -> None:
    found = values(READER, code, Claim.STRUCTURED_LOGS)
    assert [(value["by"], value["correlation"]) for value in found] == told


def test_a_file_of_logging_config_names_the_formatter() -> None:
    ini = "[formatter_json]\nclass = pythonjsonlogger.jsonlogger.JsonFormatter\n"
    [value] = values(READER, {"app.py": "", "logging.ini": ini}, Claim.STRUCTURED_LOGS)
    assert value == {"format": "json", "by": "python-json-logger", "correlation": None}
