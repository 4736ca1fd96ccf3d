"""A role that may do everything to everything."""

from collections.abc import Iterator

from opsready.documents.terraform import Block, Hcl, read_json
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users

_POLICIES = ("aws_iam_policy", "aws_iam_role_policy", "aws_iam_user_policy")
_ADMINISTRATOR = ":policy/AdministratorAccess"
_REMEDY = (
    "List the actions that the plan and the service need, on the resources that they own; let the"
    " rights of the deploy be changed by a person, never by a deploy."
)


def find(case: Case) -> Iterator[Finding]:
    """Policy documents, policies written as JSON, and AWS's own policy for administrators."""
    terraform = case.pack.bundle.assembled(Terraform)
    for document in terraform.data("aws_iam_policy_document"):
        for statement in document.inner("statement") if serves_users(document.path) else ():
            if statement.plain("effect") in {None, "Allow"} and _is_all(statement):
                yield _finding(document.path, statement.line, document.address)
    for policy in terraform.resources(*_POLICIES):
        given = policy.get("policy")
        if given is not None and serves_users(policy.path):
            for each in (read_json(given) or given).elements("Statement"):
                if each.string("Effect") == "Allow" and _allows_all(each):
                    yield _finding(policy.path, each.line, policy.address)
    for attached in terraform.resources("aws_iam_role_policy_attachment"):
        text = attached.get("policy_arn")
        if text is not None and _ADMINISTRATOR in text.text and serves_users(attached.path):
            yield _finding(attached.path, text.line, attached.address)


def _is_all(statement: Block) -> bool:
    actions, resources = statement.get("actions"), statement.get("resources")
    # A condition, or who it is for, narrows a statement in ways that are not judged here.
    narrowed = statement.inner("condition", "principals")
    return _has_star(actions) and _has_star(resources) and not narrowed


def _allows_all(statement: Hcl) -> bool:
    narrowed = statement.get("Condition") or statement.get("Principal")
    return (
        _has_star(statement.get("Action")) and _has_star(statement.get("Resource")) and not narrowed
    )


def _has_star(value: Hcl | None) -> bool:
    return value is not None and any(each.value == "*" for each in value.walk())


def _finding(path: str, line: int, address: str) -> Finding:
    return Finding(
        path,
        line,
        f"`{address}` allows every action on every resource: whoever gets hold of the role, or a"
        " mistake in a plan, has the whole account",
        _REMEDY,
    )


CHECK = Check(
    id="rights-unlimited",
    mandate="OPS-1",
    severity=Severity.WARNING,
    title="a role that may do everything",
    find=find,
)
