"""A label or annotation whose template Prometheus cannot expand."""

import re
from collections.abc import Iterator

from opsready.documents.alert_template import fault_of
from opsready.documents.rulebook import RuleBook
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity

# Helm and Jinja escape what is Prometheus's: such a file is not what Prometheus loads.
_OF_A_GENERATOR = re.compile(r"\{\{-?\s*[`\"']\{\{|\{%|\{\{-?\s*\.Values|\{\{\s*'\{\{|\[\[")


def find(case: Case) -> Iterator[Finding]:
    """One finding a text that cannot be expanded."""
    for alert in case.pack.bundle.assembled(RuleBook).alerts:
        if any(_OF_A_GENERATOR.search(text) for _, text in alert.texts):
            continue
        for name, text in alert.texts:
            fault = fault_of(text)
            if fault:
                yield Finding(
                    alert.path,
                    alert.line_of(name),
                    f"`{name}` of `{alert.name}` cannot be expanded: {fault}",
                    "Mend the template: `promtool check rules` refuses it, and a page shows the "
                    "error in place of the text.",
                )


CHECK = Check(
    id="template-refused",
    mandate="SRE-4",
    severity=Severity.WARNING,
    title="a text of an alert that Prometheus cannot expand",
    find=find,
)
