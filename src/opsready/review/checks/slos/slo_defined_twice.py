"""One objective that two files give different targets or windows."""

from collections.abc import Iterator

from opsready.documents.openslo import SloFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.purpose import is_of_one_environment


def find(case: Case) -> Iterator[Finding]:
    """One finding an objective that repeats an earlier one's name with other figures."""
    known: dict[tuple[str | None, str], object] = {}
    for file in case.pack.documents(SloFile):
        for slo in file.slos if not is_of_one_environment(file.path) else ():
            first = known.setdefault((slo.service, slo.name), slo)
            if first is slo or not isinstance(first, type(slo)):
                continue
            if slo.dialect == "openslo" and first.path == slo.path:
                continue  # several objectives of one OpenSLO
            if (slo.target_ratio, slo.window_s) != (first.target_ratio, first.window_s):
                yield Finding(
                    slo.path,
                    slo.target_line or slo.line,
                    f"the objective `{slo.name}` is {_figures(slo.target_ratio, slo.window_s)} "
                    f"here, and {_figures(first.target_ratio, first.window_s)} elsewhere",
                    "Let one file say it.",
                    related=(Place(first.path, first.target_line or first.line, "elsewhere"),),
                )


def _figures(target: float | None, window_s: float | None) -> str:
    share = "without a target" if target is None else f"{round(target * 100, 10):g} %"
    return share if window_s is None else f"{share} over {window_s / 86_400:g} days"


CHECK = Check(
    id="slo-defined-twice",
    mandate="DONE-4",
    severity=Severity.WARNING,
    title="one objective with two targets",
    find=find,
)
