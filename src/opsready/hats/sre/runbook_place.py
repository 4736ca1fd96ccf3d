"""Where runbooks are followed: the names that the Ops Engineer's Terraform gives, and the figures
of the environment that a person approves."""

import re
import shlex
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from opsready.hats.ecs import CACHES, DATABASES
from opsready.spec.spec import Dependency, Environment, OperationsSpec

# Names of load balancers have 32 letters at most, as in load_balancer.tf.
_LETTERS_OF_A_LOAD_BALANCER = 32
_LOAD_BALANCER = 'aws elbv2 describe-load-balancers --names "{name}" --query'
_TARGET_GROUP = 'aws elbv2 describe-target-groups --names "{name}" --query'
_DIMENSION = (
    "Metrics[].Dimensions[] | [?Name=='LoadBalancer' && starts_with(Value, 'app/{name}/')].Value"
    " | [0]"
)
_ALWAYS = ("AWS_REGION", "ENVIRONMENT", "SERVICE", "CLUSTER")
_USED = re.compile(r"\$\{?([A-Z][A-Z_]+)")


@dataclass(frozen=True)
class Place:
    """The environment and the stores of one service."""

    operations: OperationsSpec

    @property
    def environment(self) -> Environment:
        """The last that a person approves, which is where users are; else the last."""
        known = self.operations.environments
        return next((each for each in reversed(known) if each.approval), known[-1])

    @property
    def database(self) -> Dependency | None:
        """The first database that the data root makes."""
        return self._first(DATABASES)

    @property
    def cache(self) -> Dependency | None:
        """The first cache that it makes."""
        return self._first(CACHES)

    @property
    def is_public(self) -> bool:
        """Whether the internet reaches it, so that the load balancer has a certificate."""
        return self.operations.target is not None and self.operations.target.public

    @property
    def secrets(self) -> list[str]:
        """Variables that are kept in Secrets Manager, secrets proper before addresses."""
        named = [v for v in self.operations.configuration if v.secret]
        addresses = {name for d in self.operations.dependencies for name in d.configured_by}
        own = sorted(v.name for v in named if v.name not in addresses)
        found = own + sorted(addresses | ({v.name for v in named} - set(own)))
        return [name for name in found if name.isidentifier()]

    def variables_for(self, text: str) -> str:
        """The assignments of all that a text uses, in an order in which a shell can make them."""
        known = dict(self._variables())
        wanted = set(_ALWAYS)
        todo = [*_ALWAYS, *_USED.findall(text)]
        while todo:
            name = todo.pop()
            if name in known:
                wanted.add(name)
                todo += [n for n in _USED.findall(known[name]) if n not in wanted]
        lines = []
        for name, value in known.items():
            if name in wanted:
                lines.append(f"{'export ' if name == 'AWS_REGION' else ''}{name}={value}")
        return "\n".join(lines)

    def _variables(self) -> Iterator[tuple[str, str]]:
        target = self.operations.target
        region = target.region if target else None
        where = f"the region of {self.environment.name}"
        yield "AWS_REGION", shlex.quote(region) if region else f'"${{AWS_REGION:?{where}}}"'
        others = [e.name for e in self.operations.environments if e != self.environment]
        said = f" # or {', '.join(others)}" if others else ""
        yield "ENVIRONMENT", f"{shlex.quote(self.environment.name)}{said}"
        yield "SERVICE", f'"{self._prefix}-$ENVIRONMENT"'
        yield "CLUSTER", '"$SERVICE" # or the one that `existing_cluster` names'
        yield "DATABASE", '"$SERVICE"'
        yield "CACHE", '"$SERVICE"'
        scheme, name = "https" if self.is_public else "http", self._load_balancer
        asked = _LOAD_BALANCER.format(name=name)
        yield "URL", f"\"{scheme}://$({asked} 'LoadBalancers[0].DNSName' --output text)\""
        yield "LOAD_BALANCER_ARN", _printed(f"{asked} 'LoadBalancers[0].LoadBalancerArn'")
        metrics = "aws cloudwatch list-metrics --namespace AWS/ApplicationELB --metric-name"
        chosen = _DIMENSION.format(name=name)
        yield "LOAD_BALANCER", _printed(f'{metrics} RequestCount --query "{chosen}"')
        group = _TARGET_GROUP.format(name=name)
        yield "TARGET_GROUP", _printed(f"{group} 'TargetGroups[0].TargetGroupArn'")
        workspaces = (
            "aws amp list-workspaces --alias \"$SERVICE\" --query 'workspaces[0].workspaceId'"
        )
        yield "WORKSPACE", _printed(workspaces)
        yield "SINCE", "\"$(date -u -d '15 minutes ago' +%Y-%m-%dT%H:%M:%SZ)\""
        yield "SINCE_MS", "\"$(date -u -d '15 minutes ago' +%s000)\""
        yield "NOW", '"$(date -u +%Y-%m-%dT%H:%M:%SZ)"'

    @property
    def _prefix(self) -> str:
        return re.sub(r"[^a-z0-9-]+", "-", self.operations.service.name.lower())

    @property
    def _load_balancer(self) -> str:
        full = f"{self._prefix}-{self.environment.name}"
        short = full[:_LETTERS_OF_A_LOAD_BALANCER].removesuffix("-")
        return "$SERVICE" if short == full else short

    def _first(self, kinds: Collection[str]) -> Dependency | None:
        return next((d for d in self.operations.dependencies if d.kind in kinds), None)


def _printed(command: str) -> str:
    return f'"$({command} --output text)"'
