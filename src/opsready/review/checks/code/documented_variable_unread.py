"""A documented variable that no code reads."""

import re
from collections.abc import Iterator

from opsready.documents.variable_name import read_by_others
from opsready.facts.fact import Claim, Fact
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.kinds import Kind
from opsready.sources.source import Source

CHARACTERS_AT_MOST = 300_000
_KINDS_OF_DOCUMENTS = frozenset({Kind.MARKDOWN, Kind.GHERKIN, Kind.ENV_FILE, Kind.OBSERVED})


def find(case: Case) -> Iterator[Finding]:
    """Names that documents and sample files tell people to set, held against all other files."""
    code = [fact for fact in case.facts.of(Claim.ENV_VAR) if not _is_told(fact)]
    told: dict[str, list[Fact]] = {}
    for fact in case.facts.of(Claim.ENV_VAR):
        if _is_told(fact) and not read_by_others(str(fact["name"])):
            told.setdefault(str(fact["name"]), []).append(fact)
    read = {str(fact["name"]).upper() for fact in code}
    unread = [name for name in told if name.upper() not in read]
    if not unread or not any(fact.path.endswith(".py") for fact in code):
        return
    at_run_time = case.facts.made_at_run_time(Claim.ENV_VAR)
    if at_run_time:
        place = f"{at_run_time[0].path}:{at_run_time[0].line}"
        raise NotRun(f"names of some variables are made when the service runs ({place})")
    words = _Words([s for s in case.pack.bundle.sources if s.kind not in _KINDS_OF_DOCUMENTS])
    for name in unread:
        if not words.know(name):
            yield _finding(name, told[name], code)


class _Words:
    """The words of all files that are no documents, in small letters; long files were made by a
    program, and read no variables."""

    def __init__(self, sources: list[Source]) -> None:
        texts = [source.text for source in sources if len(source.text) < CHARACTERS_AT_MOST]
        self._words = {word for text in texts for word in re.findall(r"\w{3,}", text.lower())}

    def know(self, name: str) -> bool:
        """Whether a file names the variable, or what a settings class makes of it: its name in
        small letters, without a prefix, or nested with two underscores."""
        parts = name.lower().split("_")
        ends = {"_".join(parts[start:]) for start in range(max(1, len(parts) - 1))}
        return "__" in name or not self._words.isdisjoint(ends)


def _is_told(fact: Fact) -> bool:
    name = fact.path.rpartition("/")[2]
    return fact.is_prose or name.startswith(".env") or name.endswith(".env")


def _finding(name: str, told: list[Fact], code: list[Fact]) -> Finding:
    first, *others = told
    elsewhere = [Place(fact.path, fact.line, "documented here too") for fact in others]
    near = next(fact for fact in code if fact.path.endswith(".py"))
    nearest = Place(near.path, near.line, f"the code reads {near['name']} here")
    return Finding(
        first.path,
        first.line,
        f"`{name}` is documented, and no code reads it",
        f"Read `{name}` in the code, or take it out of the documents: whoever sets it in need"
        " believes that it works.",
        related=(*elsewhere, nearest),
        anchor=name,
    )


CHECK = Check(
    id="documented-variable-unread",
    mandate="OPS-5",
    severity=Severity.ADVICE,
    title="a documented variable that no code reads",
    find=find,
)
