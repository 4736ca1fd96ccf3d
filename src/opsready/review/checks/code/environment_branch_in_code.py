"""Code that does something else in one environment than in the others."""

import ast
import re
from collections.abc import Iterator

from opsready.documents.environment_value import names_environment
from opsready.documents.python_module import PythonModule
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_MAY_BRANCH = re.compile(
    r"""["'](prod|production|prd|staging|stage|stg|uat|qa|preprod|live)["']""", re.I
)
_ENVIRONMENT_NAME = re.compile(
    r"(^|[._\W])(env|environ|environment|app_env|stage|deployment|deploy_env|runtime_env|flask_env"
    r"|django_env|node_env|\w+_env|\w+_environment)([._\W]|$)",
    re.IGNORECASE,
)


def find(case: Case) -> Iterator[Finding]:
    """Comparisons of the environment's name with the name of one."""
    for module in case.pack.documents(PythonModule):
        if serves_users(module.path) and _MAY_BRANCH.search(module.text):
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Compare):
                    yield from _comparison(module, node)


def _comparison(module: PythonModule, node: ast.Compare) -> Iterator[Finding]:
    sides = [node.left, *node.comparators]
    named = [word for side in sides for word in _words(side) if names_environment(word)]
    asks = any(_ENVIRONMENT_NAME.search(ast.unparse(side)) for side in sides if not _words(side))
    if named and asks:
        yield Finding(
            module.path,
            node.lineno,
            f"the code asks whether it runs in `{named[0]}`: what runs there is then never what"
            " was tried elsewhere",
            "Give the difference a name and a variable of its own (`PAYMENTS_URL`, `SEND_MAIL`),"
            " and set it in each environment's values.",
        )


def _words(node: ast.expr) -> list[str]:
    """The strings that are compared with, one or several."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return [word for each in node.elts for word in _words(each)]
    return []


CHECK = Check(
    id="environment-branch-in-code",
    mandate="OPS-2",
    severity=Severity.WARNING,
    title="code that behaves otherwise in one environment",
    find=find,
)
