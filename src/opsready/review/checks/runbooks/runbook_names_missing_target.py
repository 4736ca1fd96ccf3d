"""A runbook that runs a make target that does not exist."""

import difflib
from collections.abc import Iterator

from opsready.documents.makefile import Makefile
from opsready.documents.runbook import Runbooks
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a `make` in an entry, where the tree has one Makefile at its root."""
    made = next((m for m in case.pack.documents(Makefile) if "/" not in m.path), None)
    source = case.pack.source(made.path) if made else None
    if made is None or source is None or "include " in source.text or "%" in source.text:
        return
    known = {target.name for target in made.targets}
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        for command in entry.commands:
            named = command.operands if command.program == "make" and not command.host else ()
            if command.has("-C", "-f", "--directory", "--file"):
                continue
            for name in named:
                if "=" not in name and "$" not in name and name not in known:
                    near = difflib.get_close_matches(name, sorted(known), 1)
                    yield Finding(
                        entry.path,
                        command.line,
                        f'the entry "{entry.name}" runs `make {name}`, and the Makefile has no '
                        "such target",
                        f"Write `make {near[0]}`."
                        if near
                        else "Add the target, or correct its name.",
                        related=(Place(made.path, 1, "the Makefile"),),
                    )


CHECK = Check(
    id="runbook-names-missing-target",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a runbook that runs a make target that does not exist",
    find=find,
)
