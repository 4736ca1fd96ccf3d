"""Paste configuration."""

from opsready.facts.fact import Claim
from opsready.facts.readers.python.paste import READER
from tests.build import make_bundle
from tests.facts.readers.python.stated import values


def test_the_server_section_gives_command_port_and_workers() -> None:
    text = "[server:main]\nuse = egg:gunicorn\nlisten = 127.0.0.1:6543\nworkers = 2\n"
    facts = READER.read(make_bundle({"shop.ini": text}))
    assert [(fact.claim, fact.value, fact.line) for fact in facts] == [
        (Claim.START_COMMAND, {"command": "pserve shop.ini"}, 2),
        (Claim.PORT, 6543, 3),
        (Claim.WORKERS, {"count": 2}, 4),
    ]


def test_a_port_that_is_filled_in_later_is_not_known() -> None:
    text = "[server:main]\nuse = egg:waitress\nport = %(http_port)s\n"
    assert values(READER, {"shop.ini": text}, Claim.PORT) == []


def test_other_files_of_sections_are_no_servers() -> None:
    assert list(READER.read(make_bundle({"tox.ini": "[tox]\nport = 80\n"}))) == []
