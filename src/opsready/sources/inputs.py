"""Finds the four inputs of the operations stage: discovery, behaviour, architecture, code.

A `.haiku/` tree has a place for each; where it lacks one, and in a plain repository, the places
are those that people commonly choose.
"""

import re
from collections.abc import Sequence

from opsready.sources.kinds import Kind
from opsready.sources.source import Source
from opsready.sources.units import Intent, StageInputs

_DISCOVERY = re.compile(
    r"(^|/)(discovery|requirements|product-brief|prd|problem-statement)([-_.\w]*)\.(md|rst)$"
    r"|(^|/)(discovery|requirements)/[^/]+\.(md|rst)$",
    re.IGNORECASE,
)
_BEHAVIOUR = re.compile(
    r"(^|/)(behaviou?r(al)?[-_ ]?spec\w*|acceptance[-_ ]?criteria)\.(md|rst)$", re.IGNORECASE
)
_ARCHITECTURE = re.compile(
    r"(^|/)architecture([-_.\w]*)\.(md|rst)$"
    r"|(^|/)architecture/[^/]+\.(md|rst)$"
    r"|(^|/)(adrs?|decisions|architecture-decisions)/[^/]+\.(md|rst)$"
    r"|(^|/)system[-_ ]?design\.(md|rst)$",
    re.IGNORECASE,
)
# Code that is about the service, not of it.
_NOT_THE_SERVICE = re.compile(
    r"(^|/)(\.[\w-]+|tests?|testing|docs?|examples?|samples?|benchmarks?|bench|e2e)/"
    r"|(^|/)(setup|conftest|noxfile|fabfile|tasks)\.py$|(^|/)test_[^/]+\.py$|_test\.(py|go)$"
    r"|\.(test|spec)\.[jt]sx?$",
    re.IGNORECASE,
)


def stage_inputs(sources: Sequence[Source], intents: Sequence[Intent]) -> StageInputs:
    """Each input from the intents where one has it, and else from the common places."""
    plain = [source for source in sources if ".haiku/" not in source.path]
    return StageInputs(
        discovery=_first(
            [path for intent in intents for path in intent.inputs.discovery],
            [source.path for source in plain if _DISCOVERY.search(source.path)],
        ),
        behaviour=_first(
            [path for intent in intents for path in intent.inputs.behaviour],
            [source.path for source in plain if _specifies_behaviour(source)],
        ),
        architecture=_first(
            [path for intent in intents for path in intent.inputs.architecture],
            [source.path for source in plain if _ARCHITECTURE.search(source.path)],
        ),
        code=code_of(plain),
    )


def intent_inputs(sources: Sequence[Source], intent: str, base: str) -> StageInputs:
    """The inputs in the places of the `.haiku/` layouts: `intent` is the intent's folder and
    `base` the folder that holds `.haiku/`, both ending in a slash unless empty."""
    own = [source for source in sources if source.path.startswith(intent)]
    project = f"{base}.haiku/knowledge/"
    return StageInputs(
        discovery=tuple(s.path for s in own if _is_note(s, "discovery")),
        behaviour=tuple(s.path for s in own if _specifies_behaviour(s)),
        architecture=tuple(
            source.path
            for source in sources
            if source.path.startswith((intent, project)) and _is_note(source, "architecture")
        ),
        code=code_of([s for s in sources if s.path.startswith(base) and ".haiku/" not in s.path]),
    )


def code_of(sources: Sequence[Source]) -> tuple[str, ...]:
    """The service's own code: tests, documentation, examples and packaging left out."""
    return tuple(
        source.path
        for source in sources
        if source.kind in {Kind.PYTHON, Kind.CODE} and not _NOT_THE_SERVICE.search(source.path)
    )


def _first(*choices: Sequence[str]) -> tuple[str, ...]:
    """The first choice that offers anything, each path once."""
    return next((tuple(dict.fromkeys(paths)) for paths in choices if paths), ())


def _specifies_behaviour(source: Source) -> bool:
    return source.kind is Kind.GHERKIN or bool(_BEHAVIOUR.search(source.path))


def _is_note(source: Source, about: str) -> bool:
    """`knowledge/DISCOVERY.md`, `stages/inception/discovery.md` and the like."""
    name = source.path.rpartition("/")[2].lower()
    return source.kind is Kind.MARKDOWN and name.startswith(about)
