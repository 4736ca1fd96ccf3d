"""What a reader says of a few files, without the lines that say it."""

from typing import Any

from opsready.facts.fact import Claim
from opsready.facts.reader import Reader
from tests.build import make_bundle


def values(reader: Reader, files: dict[str, str] | str, claim: Claim) -> list[Any]:
    """The values of one claim; a text alone is `app.py`."""
    tree = {"app.py": files} if isinstance(files, str) else files
    return [fact.value for fact in reader.read(make_bundle(tree)) if fact.claim is claim]


def names(reader: Reader, files: dict[str, str] | str) -> list[str]:
    """The names of the metrics."""
    return [value["name"] for value in values(reader, files, Claim.METRIC)]


def unnamed(reader: Reader, files: dict[str, str] | str) -> list[str]:
    """What is known of metrics whose names a run alone would tell."""
    return [value["known"] for value in values(reader, files, Claim.AT_RUN_TIME)]
