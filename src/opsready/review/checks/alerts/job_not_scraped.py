"""A rule on a scrape job that the server does not have."""

import difflib
from collections.abc import Iterator

from opsready.documents.expression import Expression
from opsready.documents.prometheus import Prometheus
from opsready.documents.rules import RuleFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a use of `job="…"` that no job of the servers that load the rule has."""
    servers = case.pack.documents(Prometheus)
    for file in case.pack.documents(RuleFile):
        loading = [server for server in servers if server.loads(file.path)]
        jobs = {job.name for server in loading for job in server.jobs}
        plain = all(s.is_whole and all(job.is_plain for job in s.jobs) for s in loading)
        if not jobs or not plain:
            continue
        for rule, asked in ((r, job) for r in file.rules for job in _jobs(r.expression)):
            if asked not in jobs:
                known = ", ".join(f"`{name}`" for name in sorted(jobs))
                near = difflib.get_close_matches(asked, sorted(jobs), 1)
                yield Finding(
                    rule.path,
                    rule.expression.line,
                    f"`{rule.name}` asks for the job `{asked}`, and the server that loads it "
                    f"scrapes {known}",
                    f"Write `{near[0]}`." if near else f"Scrape `{asked}`, or correct the name.",
                    related=tuple(Place(s.path, s.jobs[0].line, "the jobs") for s in loading),
                )


def _jobs(expression: Expression) -> Iterator[str]:
    """The jobs that it selects by name."""
    for use in expression.selectors:
        for matcher in use.selector.matchers:
            if matcher.label == "job" and matcher.op == "=" and matcher.value:
                yield matcher.value


CHECK = Check(
    id="job-not-scraped",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="an alert on a job that nobody scrapes",
    find=find,
)
