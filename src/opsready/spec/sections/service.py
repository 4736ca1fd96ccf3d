"""Who the service is, where it runs, who is woken."""

import re
from collections.abc import Iterator

from opsready.facts.fact import Claim, Fact, Facts
from opsready.spec.draft import Suggestion, follows, said

_TARGETS = {
    "ecs": "ecs",
    "fargate": "ecs",
    "kubernetes": "kubernetes",
    "helm": "kubernetes",
    "kustomize": "kubernetes",
}

_NAMED_TARGETS = (
    (re.compile(r"\b(ECS|Fargate)\b"), "ecs"),
    (re.compile(r"\b(Kubernetes|EKS|GKE|AKS|OpenShift)\b"), "kubernetes"),
)
# The regions of AWS, as they are written: a continent, a direction, a number.
_REGION = re.compile(r"\b(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:north|south|east|west|central)\w*-\d\b")


def suggest(facts: Facts) -> Iterator[Suggestion]:
    """Name, owner, target, environments and paging."""
    yield from _service(facts)
    for fact in facts.of(Claim.DEPLOYS_WITH):
        target = _TARGETS.get(str(fact["tool"] or fact.value).lower())
        if target:
            yield follows(("target", "kind"), target, fact, f"the tree deploys with {fact.value}")
    for fact in facts.of(Claim.CONSTRAINT):
        yield from _constrained(fact)
    for fact in facts.of(Claim.ENVIRONMENT):
        name = str(fact["name"] or fact.value)
        yield said(("environments", name, "name"), name, fact)
        approval = name.startswith("prod")
        why = "a person approves what users get" if approval else "not production"
        yield follows(("environments", name, "approval"), approval, fact, why)
    for fact in facts.of(Claim.PAGING):
        yield said(("paging", "provider"), str(fact["provider"] or fact.value).lower(), fact)


def _service(facts: Facts) -> Iterator[Suggestion]:
    name = facts.first(Claim.SERVICE_NAME)
    if name is not None:
        written = str(name["name"] or name.value)
        yield said(("service", "name"), slug(written), name)
    owner = facts.first(Claim.OWNER)
    if owner is not None:
        yield said(("service", "owner"), str(owner["name"] or owner.value), owner)


def _constrained(fact: Fact) -> Iterator[Suggestion]:
    """Where it must run, as a constraint says."""
    text = str(fact["text"] or fact.value)
    target = next((kind for words, kind in _NAMED_TARGETS if words.search(text)), None)
    if target is not None:
        yield said(("target", "kind"), target, fact)
        region = _REGION.search(text)
        if region is not None:
            yield said(("target", "region"), region[0], fact)


def slug(name: str) -> str:
    """A name as metrics and file names can carry it; a release number behind it is none of it."""
    name = re.sub(r"[-_ ]v?\d+(\.\d+)+$", "", name)
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "service"
