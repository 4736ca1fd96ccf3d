"""A host or an account of one environment in the service's code."""

from collections.abc import Iterator

from opsready.documents.environment_value import environment_values
from opsready.documents.python_module import PythonModule
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import is_of_one_environment, serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a string. A module named after an environment is its values file."""
    for module in case.pack.documents(PythonModule):
        if not serves_users(module.path) or is_of_one_environment(module.path):
            continue
        if next(environment_values(module.text), None) is None:
            continue
        for constant in module.strings:
            value = next(environment_values(str(constant.value)), None)
            if value is not None:
                yield Finding(
                    module.path,
                    constant.lineno,
                    f"{value.what} belongs to one environment and is part of the code: the very"
                    " same build cannot run anywhere else",
                    "Read it from a variable of the environment, and set that in each"
                    " environment's own values.",
                )


CHECK = Check(
    id="environment-value-in-code",
    mandate="OPS-2",
    severity=Severity.WARNING,
    title="a value of one environment in the code",
    find=find,
)
