"""Every diagnosis command of every runbook says of the healthy service what the page expects."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from opsready.documents.markdown import Markdown
from opsready.documents.runbook import Entry, Runbooks
from opsready.documents.terraform_tree import Terraform
from opsready.documents.trial import Trial, settings, trials
from opsready.documents.typed import Typed
from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, Rung, broke, held, not_run

if TYPE_CHECKING:  # what it needs is in the extra [rehearse]
    from opsready.rehearsal.stage.keyboard import Keyboard, Variables

_NAMED_AT_MOST = 3
# CloudWatch's name for how long answers take.
_A_TIME = "TargetResponseTime"


@dataclass
class Looked:
    """What came of one entry: how many of its commands said what they should, and of the others
    what they said, or why they were not run."""

    entry: Entry
    commands: int = 0
    rehearsed: int = 0
    otherwise: dict[str, str] = field(default_factory=dict)
    not_run: dict[str, str] = field(default_factory=dict)

    @property
    def rung(self) -> Rung:
        """An entry is rehearsed as a whole, or it is what somebody wrote."""
        whole = self.commands and self.rehearsed == self.commands
        return Rung.REHEARSED if whole else Rung.CLAIMED

    def to_json(self) -> dict[str, Any]:
        """For the evidence; a criterion finds its entry in it."""
        return {
            "entry": self.entry.name,
            "path": self.entry.path,
            "line": self.entry.line,
            "rung": str(self.rung),
            "commands": self.commands,
            "rehearsed": self.rehearsed,
            "otherwise": self.otherwise,
            "not_run": self.not_run,
        }


def run(rehearsal: Rehearsal) -> Outcome:
    """Reads every page, types what reads, and compares."""
    bundle = rehearsal.pack.bundle
    books = bundle.assembled(Runbooks)
    if not books.entries:
        return not_run("the tree has no runbook")
    pages = {page.path: page for page in books.pages}
    todo = [(entry, trials(entry, _lines(rehearsal, entry))) for entry in books.entries]
    if not any(found for _, found in todo):
        return not_run("no runbook has a command in its diagnosis")
    from opsready.rehearsal.call_room import CallRoom

    terraform = bundle.assembled(Terraform)
    asks_account = any(_asks_account(trial) for _, found in todo for trial in found)
    operations = rehearsal.spec.operations
    with CallRoom(rehearsal.stage, terraform, operations, asks_account) as room:
        looked = [_look(room.keyboard, pages[each.path], each, found) for each, found in todo]
    evidence: dict[str, Any] = {
        "stands_in": room.stands_in,
        "commands": sum(one.commands for one in looked),
        "rehearsed": sum(one.rehearsed for one in looked),
        "entries": [one.to_json() for one in looked],
    }
    return _judged(looked, evidence)


def _lines(rehearsal: Rehearsal, entry: Entry) -> list[str]:
    source = rehearsal.pack.source(entry.path)
    return source.text.split("\n") if source is not None else []


def _asks_account(trial: Trial) -> bool:
    return any(typed.program == "aws" for typed in trial.commands)


def _look(keyboard: "Keyboard", page: Markdown, entry: Entry, found: list[Trial]) -> Looked:
    """A page's variables are set as it sets them, once, above what uses them."""
    looked = Looked(entry, sum(len(trial.commands) for trial in found))
    variables = keyboard.set([each for each in settings(page) if each.line <= entry.end_line])
    for trial in found:
        for typed, why, wrong in _tried(keyboard, trial, variables):
            if wrong:
                looked.otherwise[f"{entry.path}:{typed.line} {typed.text}"] = wrong
            elif why:
                looked.not_run[f"{entry.path}:{typed.line} {typed.text}"] = why
            else:
                looked.rehearsed += 1
    return looked


def _tried(
    keyboard: "Keyboard", trial: Trial, variables: "Variables"
) -> Iterator[tuple[Typed, str, str]]:
    """Each command, why it was not run, and what it said otherwise; of several in one block the
    last prints what is expected."""
    from opsready.rehearsal.stage.keyboard import NotTyped, short

    for typed in trial.commands:
        is_last = typed is trial.commands[-1]
        if is_last and trial.expects is None:
            yield typed, "the page does not say what it prints, in words that a machine reads", ""
            continue
        try:
            printed = keyboard.type(typed, variables)
        except NotTyped as reason:
            yield typed, str(reason), ""
            continue
        if printed.code != 0:
            yield typed, "", f"it ended with {printed.code}: {short(printed.text)}"
        elif is_last and trial.expects is not None:
            wrong = trial.expects.why_not(printed.text, variables.values)
            if wrong and _A_TIME in typed.text:
                yield typed, f"how long an answer takes here is this machine's: {wrong}", ""
            else:
                yield typed, "", wrong
        else:
            yield typed, "", ""


def _judged(looked: list[Looked], evidence: dict[str, Any]) -> Outcome:
    wrong = [f"{where}: {why}" for one in looked for where, why in one.otherwise.items()]
    if wrong:
        return broke(_told(wrong), evidence)
    claimed = [one for one in looked if one.rung is Rung.CLAIMED and one.commands]
    if claimed:
        first = next(f"{where}: {why}" for where, why in claimed[0].not_run.items())
        whole = sum(1 for one in looked if one.rung is Rung.REHEARSED)
        why = f"{whole} of {len(looked)} entries were rehearsed whole; {first}"
        return not_run(why, {**evidence, "open": why})
    silent = [one.entry.name for one in looked if not one.commands]
    if silent:
        why = f"no command in the diagnosis of {', '.join(silent[:_NAMED_AT_MOST])}"
        return not_run(why, {**evidence, "open": why})
    return held(evidence)


def _told(wrong: list[str]) -> str:
    more = len(wrong) - _NAMED_AT_MOST
    return "; ".join(wrong[:_NAMED_AT_MOST]) + (f"; and {more} more" if more > 0 else "")


PROBE = Probe(
    "runbook_diagnosis_runs",
    "each command of each runbook's diagnosis prints of the healthy service what the page expects",
    ("*", "!tests/*", "!monitoring/*"),
    (
        *("service", "runtime", "health", "dependencies", "configuration", "journeys"),
        *("environments", "target"),
    ),
    run,
)
