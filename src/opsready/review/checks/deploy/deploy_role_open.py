"""A role that a pipeline takes without a key, and that takes it from more than the deploy."""

import re
from collections.abc import Iterable, Iterator

from opsready.documents.terraform import Block, Hcl, read_json
from opsready.documents.terraform_tree import Known, Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

# Who signs the tokens of a code host's jobs.
_ISSUERS = re.compile(r"token\.actions\.githubusercontent\.com|gitlab\.com")
_FEDERATED = "AssumeRoleWithWebIdentity"
_REMEDY = (
    "Demand the environment in the subject, `repo:<owner>/<name>:environment:<environment>`, with"
    " `StringEquals`: then the approval of the environment stands before the role."
)


def find(case: Case) -> Iterator[Finding]:
    """Policy documents, and policies written as JSON."""
    terraform = case.pack.bundle.assembled(Terraform)
    for document in terraform.data("aws_iam_policy_document"):
        if serves_users(document.path):
            for statement in document.inner("statement"):
                yield from _statement(statement, terraform)
    for role in terraform.resources("aws_iam_role"):
        given = role.get("assume_role_policy")
        if given is not None and serves_users(role.path):
            policy = read_json(given) or given
            for each in policy.elements("Statement"):
                yield from _json(role, each, terraform)


def _statement(statement: Block, terraform: Terraform) -> Iterator[Finding]:
    actions = statement.get("actions")
    principals = " ".join(_text(p.get("identifiers")) for p in statement.inner("principals"))
    if actions is None or _FEDERATED not in actions.text:
        return
    conditions = [c for c in statement.inner("condition") if _names_subject(c, terraform)]
    if not conditions:
        if _is_code_host(statement.path, principals, terraform):
            yield _finding(statement.path, statement.line, None)
        return
    for condition in conditions:
        values = condition.get("values")
        given = list(values.value) if values and isinstance(values.value, list) else []
        yield from _open(given, condition.path, terraform, str(condition.plain("test")))


def _names_subject(condition: Block, terraform: Terraform) -> bool:
    variable = condition.get("variable")
    return variable is not None and _text(variable).rstrip('"').endswith(":sub")


def _json(role: Block, statement: Hcl, terraform: Terraform) -> Iterator[Finding]:
    if _FEDERATED not in _text(statement.get("Action")):
        return
    condition = statement.get("Condition")
    tests = condition.value if condition is not None and isinstance(condition.value, dict) else {}
    asked = [
        (test, value)
        for test, node in tests.items()
        if isinstance(node.value, dict)
        for key, value in node.value.items()
        if key.rstrip('"').endswith(":sub")
    ]
    if not asked and _is_code_host(role.path, _text(statement.get("Principal")), terraform):
        yield _finding(role.path, statement.line, None)
    for test, value in asked:
        given = value.value if isinstance(value.value, list) else [value]
        yield from _open(given, role.path, terraform, test)


def _text(value: Hcl | None) -> str:
    """What a value says, in HCL or as it stood in a JSON text."""
    if value is None:
        return ""
    inner = (each.value for each in value.walk() if isinstance(each.value, str))
    return " ".join([value.text, *inner])


def _is_code_host(path: str, principal: str, terraform: Terraform) -> bool:
    """Whether the tokens are those of a code host, as far as what is referred to says."""
    texts = [principal]
    for name in re.findall(r"local\.\w+", principal):
        known = terraform.what(Hcl(None, 1, name, is_plain=False), path)
        texts += [each.value.text for each in known]
    whole = " ".join(texts)
    providers = terraform.named(Hcl(None, 1, whole, is_plain=False), path)
    urls = [str(k.value.value) for block in providers for k in terraform.of(block, "url")]
    return any(map(_ISSUERS.search, (whole, *urls)))


def _open(given: Iterable[Hcl], path: str, terraform: Terraform, test: str) -> Iterator[Finding]:
    for value in given:
        for known in terraform.what(value, path) or [Known(value, path)]:
            subject = known.value.value if isinstance(known.value.value, str) else ""
            if _whose(subject):
                yield _finding(known.path, known.line, subject, likes="Like" in test)


def _whose(subject: str) -> str:
    """Who may take the role by a subject with a star in it; "" where it names a place."""
    head, _, rest = subject.partition(":")
    repository, _, claim = rest.partition(":")
    if head not in {"repo", "project_path", "*"} or "*" not in subject:
        return ""
    if "*" in repository.replace("${", "") or head == "*":
        return "jobs of any repository"
    if re.fullmatch(r"\*|ref:\*|ref:refs/(heads/)?\*|ref_type:branch:ref:\*", claim):
        return "jobs of any branch"
    return "jobs of any environment" if re.fullmatch(r"environment:\*", claim) else ""


def _finding(path: str, line: int, subject: str | None, *, likes: bool = True) -> Finding:
    if not likes:
        return Finding(
            path,
            line,
            f"the star in `{subject}` is compared letter by letter, so nobody can take this role;"
            f" with `StringLike`, which it is written for, {_whose(subject or '')} could",
            _REMEDY,
        )
    how = f"the subject `{subject}` lets" if subject else "without a condition on `sub` it lets"
    who = _whose(subject) if subject else "jobs of any repository of the code host"
    return Finding(
        path,
        line,
        f"{how} {who} take this role: whoever can push there deploys past review and approval",
        _REMEDY,
    )


CHECK = Check(
    id="deploy-role-open",
    mandate="OPS-1",
    severity=Severity.WARNING,
    title="a deploy role that more than the deploy can take",
    find=find,
)
