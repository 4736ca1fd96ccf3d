"""A Prometheus that loads alert rules and names no Alertmanager."""

from collections.abc import Iterator

from opsready.documents.prometheus import Prometheus
from opsready.documents.rules import RuleFile
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a server that loads the tree's alerts and sends them nowhere."""
    files = [file for file in case.pack.documents(RuleFile) if file.alerts]
    for server in case.pack.documents(Prometheus):
        loaded = [file for file in files if server.loads(file.path)]
        if loaded and not server.tells and server.is_whole and serves_users(server.path):
            first = loaded[0].alerts[0]
            yield Finding(
                server.path,
                server.rule_files[0][1],
                "this server loads alert rules and names no Alertmanager: they fire, and nobody is "
                "told",
                "Add `alerting:` with the Alertmanager that it is to tell.",
                related=(Place(first.path, first.line, f"`{first.name}`"),),
            )


CHECK = Check(
    id="alerts-told-to-nobody",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a Prometheus that evaluates alerts and tells nobody",
    find=find,
)
