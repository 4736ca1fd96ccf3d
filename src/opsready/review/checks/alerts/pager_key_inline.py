"""The key of a pager, written into the configuration of Alertmanager."""

from collections.abc import Iterator

from opsready.documents.alertmanager import Alertmanager
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity


def find(case: Case) -> Iterator[Finding]:
    """One finding a key that is written out; its value is never shown."""
    for config in case.pack.documents(Alertmanager):
        for name, line in config.inline_keys:
            yield Finding(
                config.path,
                line,
                f"the secret `{name}` is written out here: whoever can read the repository, or "
                "ever could, has it",
                f"Make the value void at its provider, keep the new one in the secret store, and "
                f"name its file: `{name}_file`.",
            )


CHECK = Check(
    id="pager-key-inline",
    mandate="OPS-2",
    severity=Severity.BLOCKER,
    title="the key of a pager, written into a configuration",
    find=find,
)
