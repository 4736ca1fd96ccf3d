"""A probe tries one claim by running something."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from opsready.hats.pack import Pack
from opsready.rehearsal.proof import Outcome, Rung
from opsready.spec.spec import Spec

if TYPE_CHECKING:  # a stage needs the extra [rehearse]; to name a probe does not
    from opsready.rehearsal.stage.stage import Stage

SERVICE_FILES = (
    *("*", "!*.md", "!*.rst", "!*.feature", "!tests/*", "!docs/*", "!monitoring/*"),
    *("!deploy/terraform/*", "!deploy/pipeline/*", "!.github/*"),
)
"""All that a running service may depend on: neither prose, nor test, watch, or what deploys it."""

WATCHED_FILES = tuple(glob for glob in SERVICE_FILES if glob != "!monitoring/*")
"""The same, and the rules and dashboards that are held against it."""

_FOR_PEOPLE = {"health": {"healthy"}}


@dataclass(frozen=True)
class Rehearsal:
    """What a probe is given: what should hold, and a stage to try it on, shared by all probes.
    `previous` is the release before this one, a commit or a folder, where somebody said so;
    `allow_exec` that the tree's Terraform may run programs of its own."""

    spec: Spec
    pack: Pack
    stage: "Stage"
    previous: str = ""
    allow_exec: bool = False


@dataclass(frozen=True)
class Probe:
    """`id` is the claim as a name, `claim` the same as a sentence.

    Its proof depends on the files that `reads` matches (globs in which `*` crosses folders; one
    with `!` takes away) and on the `sections` of the spec as it was decided. One that runs `beside`
    the others needs no service, and starts when they do. `rung` is what is behind its claim.
    """

    id: str
    claim: str
    reads: tuple[str, ...]
    sections: tuple[str, ...]
    run: Callable[[Rehearsal], Outcome]
    beside: bool = False
    rung: Rung = Rung.REHEARSED

    def depends_on(self, spec: Spec, pack: Pack) -> dict[str, str]:
        """What a proof would rest on now: each file and section with its sha256."""
        files = {
            source.path: source.digest for source in pack.bundle.sources if self._reads(source.path)
        }
        return dict(sorted(files.items())) | {
            f"opsready.yaml#{section}": _digest(spec, section) for section in self.sections
        }

    def _reads(self, path: str) -> bool:
        if path.startswith(".opsready/"):
            return False
        taken = [glob for glob in self.reads if not glob.startswith("!")]
        away = [glob[1:] for glob in self.reads if glob.startswith("!")]
        return _matches(path, taken) and not _matches(path, away)


def _matches(path: str, globs: list[str]) -> bool:
    return any(fnmatchcase(path, glob) for glob in globs)


def _digest(spec: Spec, section: str) -> str:
    """Of all that a machine acts on: sentences for people, with figures that each observation
    measures anew, do not void a proof."""
    value = spec.operations.model_dump(mode="json", by_alias=True, exclude=_FOR_PEOPLE)[section]
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
