"""A runbook that asks the service for a route that it does not serve."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from opsready.documents.dockerfile import Dockerfile
from opsready.documents.route_path import route_pattern
from opsready.documents.runbook import Runbooks
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_LOCAL = re.compile(r"^https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::(\d+))?(/[^\s'\"|;)]*)?")


def find(case: Case) -> Iterator[Finding]:
    """One finding a `curl` of this machine, where routes and port of the service are known."""
    routes = case.facts.routes_served
    ports = {str(f.value) for f in case.facts.of(Claim.PORT)}
    images = [d for d in case.pack.documents(Dockerfile) if serves_users(d.path)]
    if not routes or case.facts.made_at_run_time(Claim.ROUTE) or len(images) > 1:
        return
    served = [route_pattern(str(fact["path"])) for fact in routes]
    served += [route_pattern(str(fact["path"])) for fact in case.facts.of(Claim.METRICS_ROUTE)]
    for entry in case.pack.bundle.assembled(Runbooks).entries:
        for command in entry.commands:
            for word in command.operands if command.program in {"curl", "wget", "http"} else ():
                asked = _LOCAL.match(word)
                path = urlsplit(asked[2] or "/").path if asked else ""
                ours = asked is not None and (asked[1] or "80") in ports
                if ours and "$" not in path and not any(p.fullmatch(path) for p in served):
                    yield Finding(
                        entry.path,
                        command.line,
                        f'the entry "{entry.name}" asks for `{path}`, which no route of the code '
                        "serves",
                        "Ask for a route that there is: a 404 at night looks like the fault.",
                    )


CHECK = Check(
    id="runbook-asks-missing-route",
    mandate="SRE-3",
    severity=Severity.WARNING,
    title="a diagnosis that asks a route that is not served",
    find=find,
)
