"""What a reader tells of some files, short enough to stand beside them."""

from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from tests.build import make_bundle


def facts(reader: Reader, files: dict[str, str] | str) -> list[Fact]:
    """Path to text, or the text of one `app.py`."""
    return list(reader.read(make_bundle({"app.py": files} if isinstance(files, str) else files)))


def routes(reader: Reader, files: dict[str, str] | str) -> list[str]:
    """`GET /path`, each once, sorted."""
    found = [fact for fact in facts(reader, files) if fact.claim is Claim.ROUTE]
    return sorted({f"{fact['method']} {fact['path']}" for fact in found})


def left_open(reader: Reader, files: dict[str, str] | str) -> list[str]:
    """What is known of the routes that only a run would show, sorted."""
    open_ = [fact for fact in facts(reader, files) if fact.claim is Claim.AT_RUN_TIME]
    return sorted(str(fact["known"]) for fact in open_ if fact["claim"] == "route")


def health(reader: Reader, files: dict[str, str] | str) -> dict[str, list[str] | None]:
    """The kinds that each health route covers; None where that is not known."""
    found = [fact for fact in facts(reader, files) if fact.claim is Claim.HEALTH_ROUTE]
    return {fact["path"]: fact["covers"] for fact in found}
