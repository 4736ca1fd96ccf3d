"""Who the service is, where it runs, who is woken."""

import re
from collections.abc import Iterator

from opsready.facts.fact import Claim, Facts
from opsready.spec.draft import Suggestion, follows, said

_TARGETS = {
    "ecs": "ecs",
    "fargate": "ecs",
    "kubernetes": "kubernetes",
    "helm": "kubernetes",
    "kustomize": "kubernetes",
}


def suggest(facts: Facts) -> Iterator[Suggestion]:
    """Name, owner, target, environments and paging."""
    yield from _service(facts)
    for fact in facts.of(Claim.DEPLOYS_WITH):
        target = _TARGETS.get(str(fact["tool"] or fact.value).lower())
        if target:
            yield follows(("target", "kind"), target, fact, f"the tree deploys with {fact.value}")
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


def slug(name: str) -> str:
    """A name as metrics and file names can carry it; a release number behind it is none of it."""
    name = re.sub(r"[-_ ]v?\d+(\.\d+)+$", "", name)
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "service"
