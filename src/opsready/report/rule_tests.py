"""What came of rule tests: text for people, fields for JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from opsready.alerting.cases import Seen
from opsready.alerting.coverage import Coverage
from opsready.alerting.groups import Rule
from opsready.alerting.history import Episode
from opsready.alerting.unit_tests import Mismatch, UnitTestResult, labels_shown
from opsready.documents.document import Unparsable
from opsready.promql.labels import labels_of, write_series
from opsready.promql.literals import format_duration, format_number

_STEPS_SHOWN = 120  # as many letters as fit beside the labels on a wide terminal
_LISTED_AT_MOST = 20


@dataclass(frozen=True)
class FileResult:
    """A test file with what came of it; `faults` are why it, or a rule file of it, is refused."""

    path: str
    results: tuple[UnitTestResult, ...] = ()
    faults: tuple[Unparsable, ...] = ()

    @property
    def passed(self) -> bool:
        return not self.faults and all(result.passed for result in self.results)


def rule_tests_text(files: Sequence[FileResult], coverage: Coverage, *, times: bool) -> str:
    """Failures first, each with its difference and timeline; then what no test asks about."""
    lines = [_headline(files)]
    for file in files:
        lines += ["", *_of_file(file, times=times)]
    lines += _of_coverage(coverage)
    return "\n".join(lines)


def _headline(files: Sequence[FileResult]) -> str:
    results = [result for file in files for result in file.results]
    failed = sum(not result.passed for result in results)
    refused = sum(bool(file.faults) for file in files)
    tests = f"{len(results)} {'test' if len(results) == 1 else 'tests'}"
    if failed or refused:
        unread = f", {refused} of {len(files)} files cannot be run" if refused else ""
        return f"FAILED: {failed} of {tests}{unread}"
    return f"PASSED: {tests} in {len(files)} {'file' if len(files) == 1 else 'files'}"


def _of_file(file: FileResult, *, times: bool) -> Iterator[str]:
    yield f"{file.path}: {'passed' if file.passed else 'FAILED'}"
    for fault in file.faults:
        first, *more = fault.why.splitlines()
        yield f"  {fault.path}:{fault.line}: {first}"
        yield from (f"    {line}" for line in more)
    for result in file.results:
        yield from failure_text(file.path, result)
        for remark in result.remarks:
            place = f"{remark.path or file.path}:{remark.line}"
            yield f"  {place}: test `{result.test.name}`: {remark.why}"
        if result.passed and times:
            yield f"  test `{result.test.name}`"
            yield from _timeline(result)


def failure_text(path: str, result: UnitTestResult) -> Iterator[str]:
    """What differs in a test, and the timeline of its alerts; nothing where it passed."""
    for mismatch in result.mismatches:
        yield from _of_mismatch(path, result, mismatch)
    if not result.passed:
        yield from _timeline(result)


def _of_mismatch(path: str, result: UnitTestResult, mismatch: Mismatch) -> Iterator[str]:
    at = "" if mismatch.at_ms is None else f" at {_duration(mismatch.at_ms)}"
    yield f"  {path}:{mismatch.line}: test `{result.test.name}`: {_name(mismatch)}{at}"
    for line in mismatch.why.splitlines():
        yield f"    {line}"
    yield from _difference(mismatch.expected, mismatch.got)


def _name(mismatch: Mismatch) -> str:
    return {
        "alert": f"alert {mismatch.name}",
        "expr": f"`{mismatch.name}`",
        "rule": f"rule {mismatch.name} fails",
        "test": "cannot be run",
    }[mismatch.about]


def _difference(expected: Sequence[Seen], got: Sequence[Seen]) -> Iterator[str]:
    """Equal ones left out; those of the same labels side by side; then the nearest."""
    missing, surplus = list(expected), list(got)
    for one in expected:
        if one in surplus and not _is_odd(one):
            missing.remove(one)
            surplus.remove(one)
    for one in list(missing):
        nearest = max(surplus, key=lambda other: _alike(one, other), default=None)
        if nearest is None or not _alike(one, nearest):
            continue
        missing.remove(one)
        surplus.remove(nearest)
        yield f"    {_labels(nearest)}"
        yield from _between("label", one.labels, nearest.labels)
        yield from _between("annotation", one.annotations or {}, nearest.annotations or {})
        if one.value != nearest.value or _is_odd(one):
            yield f"      value: expected {_number(one.value)}, got {_number(nearest.value)}"
    yield from (f"    expected, and missing: {_whole(one)}" for one in missing)
    yield from (f"    not expected: {_whole(one)}" for one in surplus)


def _is_odd(one: Seen) -> bool:
    return one.value is not None and one.value != one.value


def _alike(one: Seen, other: Seen) -> int:
    """How many labels two share, all of them counted most."""
    if one.labels == other.labels:
        return 1_000_000
    shared = set(one.labels.items()) & set(other.labels.items())
    return len({name for name, _ in shared} - {"alertname", "__name__"})


def _between(what: str, expected: Mapping[str, str], got: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*expected, *got}):
        wanted, found = expected.get(name), got.get(name)
        if wanted != found:
            yield f"      {what} {name}:"
            yield f"        expected {_quoted(wanted)}"
            yield f"        got      {_quoted(found)}"


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else f'"{text}"'


def _labels(one: Seen) -> str:
    if one.value is not None:
        return write_series(labels_of(one.labels))
    return one.labels.get("alertname", "") + labels_shown(one.labels)


def _whole(one: Seen) -> str:
    if one.value is not None:
        return f"{_labels(one)} {_number(one.value)}"
    notes = ", ".join(f'{name}="{text}"' for name, text in sorted((one.annotations or {}).items()))
    return f"{_labels(one)} {notes}".strip()


def _number(value: float | None) -> str:
    return "nothing" if value is None else format_number(value)


def _duration(ms: int) -> str:
    return format_duration(ms) if ms else "0s"


def _timeline(result: UnitTestResult) -> Iterator[str]:
    """When each alert was pending, fired and was gone; as letters where they fit."""
    if result.grid is None:
        return
    if not result.episodes:
        yield "    timeline: no alert was pending or firing"
        return
    grid = result.grid
    yield f"    timeline, every {_duration(grid.step_ms)} from 0s to " + _duration(
        grid.end_ms - grid.start_ms
    )
    of_alert: dict[tuple[str, str], list[Episode]] = {}
    for episode in result.episodes:
        key = episode.alert, labels_shown(dict(episode.labels))
        of_alert.setdefault(key, []).append(episode)
    for (name, labels), episodes in list(of_alert.items())[:_LISTED_AT_MOST]:
        yield f"      {name}{labels}"
        if grid.count <= _STEPS_SHOWN:
            yield "        " + _letters(result, episodes)
        yield from (f"        {_told(result, e)}" for e in episodes[:_LISTED_AT_MOST])
        if len(episodes) > _LISTED_AT_MOST:
            yield f"        and {len(episodes) - _LISTED_AT_MOST} times more"
    if len(of_alert) > _LISTED_AT_MOST:
        yield f"      and {len(of_alert) - _LISTED_AT_MOST} alerts more"


def _letters(result: UnitTestResult, episodes: Sequence[Episode]) -> str:
    """A letter an evaluation: `.` nothing, `p` pending, `F` firing."""
    assert result.grid is not None
    letters = []
    for at_ms in result.grid.times.tolist():
        now = next((e for e in episodes if _covers(e, at_ms)), None)
        fires = now is not None and now.firing_at_ms is not None and at_ms >= now.firing_at_ms
        letters.append("." if now is None else "F" if fires else "p")
    return "".join(letters)


def _covers(episode: Episode, at_ms: int) -> bool:
    ends = episode.resolved_at_ms
    return episode.pending_at_ms <= at_ms and (ends is None or at_ms < ends)


def _told(result: UnitTestResult, episode: Episode) -> str:
    def since(ms: int) -> str:
        return _duration(ms - result.test.start_ms)

    parts = [f"pending {since(episode.pending_at_ms)}"]
    if episode.firing_at_ms is not None:
        parts = [f"fires {since(episode.firing_at_ms)}"]
        if episode.firing_at_ms != episode.pending_at_ms:
            parts.insert(0, f"pending {since(episode.pending_at_ms)}")
    if episode.resolved_at_ms is not None:
        word = "gone" if episode.firing_at_ms is None else "resolved"
        parts.append(f"{word} {since(episode.resolved_at_ms)}")
    return ", ".join(parts)


def _of_coverage(coverage: Coverage) -> Iterator[str]:
    if not coverage.rules:
        return
    asked = len(coverage.rules) - len(coverage.untested)
    yield ""
    yield (
        f"coverage: {asked} of {len(coverage.rules)} rules are asked about "
        f"({coverage.percent:.0f} %)"
    )
    yield from _listed("no test asks about", coverage.untested)
    yield from _listed("only its silence is tested:", coverage.never_firing)


def _listed(what: str, rules: Sequence[Rule]) -> Iterator[str]:
    for rule in rules[:_LISTED_AT_MOST]:
        yield f"  {rule.path}:{rule.line}: {what} {rule.name}"
    if len(rules) > _LISTED_AT_MOST:
        yield f"  and {len(rules) - _LISTED_AT_MOST} more: {what} them"


# JSON


def rule_tests_fields(files: Sequence[FileResult], coverage: Coverage) -> dict[str, Any]:
    """The fields of the JSON object; times in seconds from the start of a test."""
    return {
        "files": [_fields_of_file(file) for file in files],
        "coverage": {
            "rules": len(coverage.rules),
            "percent": round(coverage.percent, 1),
            "untested": [_fields_of_rule(rule) for rule in coverage.untested],
            "never_firing": [_fields_of_rule(rule) for rule in coverage.never_firing],
        },
    }


def _fields_of_file(file: FileResult) -> dict[str, Any]:
    return {
        "path": file.path,
        "passed": file.passed,
        "tests": len(file.results),
        "failures": [
            *({"path": f.path, "line": f.line, "why": f.why} for f in file.faults),
            *(
                _fields_of_mismatch(result, mismatch)
                for result in file.results
                for mismatch in result.mismatches
            ),
        ],
        "remarks": [
            {
                "test": result.test.name,
                "path": remark.path or file.path,
                "line": remark.line,
                "why": remark.why,
            }
            for result in file.results
            for remark in result.remarks
        ],
        "alerts": [
            _fields_of_episode(result, episode)
            for result in file.results
            for episode in result.episodes
        ],
    }


def _fields_of_mismatch(result: UnitTestResult, mismatch: Mismatch) -> dict[str, Any]:
    found: dict[str, Any] = {"test": result.test.name, "line": mismatch.line}
    if mismatch.at_ms is not None:
        found["time"] = mismatch.at_ms / 1000
    if mismatch.about != "test":
        found[mismatch.about] = mismatch.name
    if mismatch.why:
        found["why"] = mismatch.why
    if mismatch.about in ("alert", "expr"):
        found["expected"] = [_fields_of_seen(one) for one in mismatch.expected]
        found["got"] = [_fields_of_seen(one) for one in mismatch.got]
    return found


def _fields_of_seen(one: Seen) -> dict[str, Any]:
    labels = dict(sorted(one.labels.items()))
    if one.value is not None:
        # JSON has no NaN and no infinity, so that a value is a text, as in Prometheus's API.
        return {"labels": labels, "value": format_number(one.value)}
    return {"labels": labels, "annotations": dict(sorted((one.annotations or {}).items()))}


def _fields_of_episode(result: UnitTestResult, episode: Episode) -> dict[str, Any]:
    def since(ms: int | None) -> float | None:
        return None if ms is None else (ms - result.test.start_ms) / 1000

    return {
        "test": result.test.name,
        "alert": episode.alert,
        "labels": dict(episode.labels),
        "pending_at": since(episode.pending_at_ms),
        "firing_at": since(episode.firing_at_ms),
        "resolved_at": since(episode.resolved_at_ms),
    }


def _fields_of_rule(rule: Rule) -> dict[str, Any]:
    return {"rule": rule.name, "path": rule.path, "line": rule.line}
