"""The service provisions or deploys by itself, from its own code."""

import ast
import re
from collections.abc import Iterator

from opsready.documents.effect import effect_of
from opsready.documents.python_module import PythonModule
from opsready.documents.python_scope import Call
from opsready.documents.shell import read_shell
from opsready.documents.tool import Does
from opsready.facts.fact import Claim
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_STARTS = (
    "run",
    "call",
    "check_call",
    "check_output",
    "Popen",
    "system",
    "popen",
    "getoutput",
    "create_subprocess_exec",
    "create_subprocess_shell",
)
_CLOUD = re.compile(r"^(boto3|aioboto3|aiobotocore|botocore)\b")
_CLUSTER = re.compile(r"^(kubernetes|kubernetes_asyncio)\b")
# What makes or changes infrastructure, and no data in it.
_PROVISIONS = (
    "create_queue",
    "create_topic",
    "create_bucket",
    "create_stack",
    "update_stack",
    "create_function",
    "create_cluster",
    "run_instances",
    "create_db_instance",
    "create_load_balancer",
    "create_target_group",
    "create_role",
    "put_role_policy",
    "register_task_definition",
    "create_security_group",
    "create_repository",
)
_CLUSTER_CALL = re.compile(r"^(create|patch|replace|delete)_(namespaced|cluster|namespace)")
# Parts of a repository that are there to provision, and people's own tools.
_ASIDE = re.compile(
    r"(^|/)(infra(structure)?|deploy(ment)?s?|ops|scripts?|tools?|bin|terraform|k8s|kubernetes|cdk"
    r"|pulumi|migrations|management|cli|commands|provision\w*|operators?|spawners?)(/|\.py$)"
    r"|(^|/)[^/]*(deploy|orchestrat|provision|install|spawner)[^/]*(/|\.py$)"
    r"|(^|/)(setup|tasks|fabfile|manage|stack|__main__)\.py$"
)


def find(case: Case) -> Iterator[Finding]:
    """Deploying commands in the packages that serve requests, calls of a provider's interface in
    the modules that do: elsewhere in a package they may be what the product is for."""
    serving = {fact.path for fact in case.facts.of(Claim.ROUTE) if fact.path.endswith(".py")}
    packages = {_package(path) for path in serving}
    for module in case.pack.documents(PythonModule):
        path = module.path
        if _package(path) in packages and serves_users(path) and not _ASIDE.search(path):
            calls = _calls(module) if path in serving else ()
            for call, what in (*_commands(module), *calls):
                yield Finding(
                    path,
                    call.line,
                    f"{what} from the code that serves requests: whoever takes over the service"
                    " takes over the infrastructure, and no plan, review or record sees the change",
                    "Declare it in the infrastructure's own files and pass its name to the service;"
                    " what must be made per customer belongs to a worker with rights of its own.",
                )


def _package(path: str) -> str:
    """The top folder of a module's package, below `src/`; "" for a module at the root."""
    return path.removeprefix("src/").rpartition("/")[0].split("/")[0]


def _commands(module: PythonModule) -> Iterator[tuple[Call, str]]:
    if "subprocess" not in module.text and "os.system" not in module.text:
        return
    for call in module.calls(*_STARTS):
        text = _command_line(call.argument(0, "args", "cmd", "command"), call)
        for command in read_shell(module.path, text, call.line) if text else ():
            effect = effect_of(command)
            if effect is not None and effect.is_a(Does.DEPLOYS) and effect.tool != "script":
                yield call, f"`{effect.name}` is run"


def _command_line(node: ast.expr | None, call: Call) -> str:
    """The words that are known; an unknown one stands as a variable."""
    if isinstance(node, ast.List | ast.Tuple):
        return " ".join(_word(each) for each in node.elts)
    if call.tail == "create_subprocess_exec":
        return " ".join(_word(each) for each in call.node.args)
    return _word(node) if isinstance(node, ast.Constant | ast.JoinedStr) else ""


def _word(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_word(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "$unknown"


def _calls(module: PythonModule) -> Iterator[tuple[Call, str]]:
    origins = module.imports.values()
    if any(_CLOUD.match(origin) for origin in origins):
        for call in module.calls(*_PROVISIONS):
            yield call, f"`{call.tail}` makes a piece of infrastructure"
    if any(_CLUSTER.match(origin) for origin in origins):
        for scope in module.scopes:
            for call in scope.calls:
                if _CLUSTER_CALL.match(call.tail):
                    yield call, f"`{call.tail}` changes the cluster"


CHECK = Check(
    id="infrastructure-in-application",
    mandate="OPS-6",
    severity=Severity.BLOCKER,
    title="the service provisions or deploys by itself",
    find=find,
)
