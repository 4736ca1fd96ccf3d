"""Makes in the emulator of AWS what the tree's Terraform names, without applying it.

That the roots apply is another claim; here it is enough that each thing that somebody looks for is
there under the name that the files give it, and under no other.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from opsready.documents.terraform_text import Named, TerraformText
from opsready.rehearsal.stage.cloud import Cloud

_NETWORK = "10.0.0.0/16"
_SUBNETS = (("10.0.0.0/24", "a"), ("10.0.1.0/24", "b"))
_TARGETS = ("10.0.0.10", "10.0.1.10")
_STAND_IN = "rehearsal-only"
_IMAGE = "rehearsal.invalid/service@sha256:" + "1" * 64
_DEFAULT_PORT = 8000


@dataclass
class WrittenAccount:
    """`made` has the names of all that was made, by type, and `refused` says what could not be.
    `tasks` is how many tasks a service has that does not say so itself. Use `furnish` once;
    `services` are what `ecs create-service` was asked and answered."""

    cloud: Cloud
    text: TerraformText
    tasks: int
    made: dict[str, list[str]] = field(default_factory=dict)
    services: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _subnets: list[str] = field(default_factory=list)
    _network: str = ""
    _groups: dict[str, str] = field(default_factory=dict)
    _balancers: dict[str, str] = field(default_factory=dict)

    def furnish(self) -> None:
        """Everything, in an order in which one may name another."""
        self._lay_network()
        for service in self.text.resources("aws_ecs_service"):
            told = self.text.text(service, "desired_count") or ""
            self.tasks = int(told) if told.isdigit() else self.tasks
        for type, make in self._makers().items():
            for named in self.text.resources(type):
                self._make(type, named, make)

    def _make(self, type: str, named: Named, make: Callable[[Named], str | None]) -> None:
        """A name that the emulator does not take is noted, and the rest is made."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            name = make(named)
        except (BotoCoreError, ClientError, ValueError) as error:
            self.refused.append(f"{named.block.address}: {error}")
            return
        if name is not None:
            self.made.setdefault(type, []).append(name)

    @property
    def addresses(self) -> list[str]:
        """Under which load balancers are reached."""
        found = self.cloud.call("elbv2", "describe_load_balancers")["LoadBalancers"]
        return [balancer["DNSName"] for balancer in found]

    def tell(self, lines: list[str], at_ms: int) -> None:
        """What the service printed, as the log driver of ECS keeps it."""
        for group in self.made.get("aws_cloudwatch_log_group", ())[:1]:
            stream = {"logGroupName": group, "logStreamName": "service/service/1"}
            self.cloud.call("logs", "create_log_stream", **stream)
            events = [{"timestamp": at_ms, "message": line} for line in lines if line.strip()]
            if events:
                self.cloud.call("logs", "put_log_events", **stream, logEvents=events)

    def _makers(self) -> dict[str, Callable[[Named], str | None]]:
        return {
            "aws_cloudwatch_log_group": self._log_group,
            "aws_secretsmanager_secret": self._secret,
            "aws_prometheus_workspace": self._workspace,
            "aws_db_instance": self._database,
            "aws_elasticache_replication_group": self._cache,
            "aws_lb": self._load_balancer,
            "aws_lb_target_group": self._target_group,
            "aws_lb_listener": self._listener,
            "aws_ecs_cluster": self._cluster,
            "aws_ecs_task_definition": self._task_definition,
            "aws_ecs_service": self._service,
            "aws_appautoscaling_target": self._scaling,
        }

    def _lay_network(self) -> None:
        call, region = self.cloud.call, self.cloud.region
        self._network = call("ec2", "create_vpc", CidrBlock=_NETWORK)["Vpc"]["VpcId"]
        for block, zone in _SUBNETS:
            made = call(
                "ec2",
                "create_subnet",
                VpcId=self._network,
                CidrBlock=block,
                AvailabilityZone=f"{region}{zone}",
            )
            self._subnets.append(made["Subnet"]["SubnetId"])

    def _named(
        self, named: Named, attribute: str, service: str, operation: str, **given: Any
    ) -> str | None:
        """One call that makes a thing of a name; None where the name is not known."""
        name = self.text.text(named, attribute)
        if name is not None:
            filled = {key: name if value is None else value for key, value in given.items()}
            self.cloud.call(service, operation, **filled)
        return name

    def _log_group(self, named: Named) -> str | None:
        return self._named(named, "name", "logs", "create_log_group", logGroupName=None)

    def _secret(self, named: Named) -> str | None:
        return self._named(
            named, "name", "secretsmanager", "create_secret", Name=None, SecretString=_STAND_IN
        )

    def _workspace(self, named: Named) -> str | None:
        return self._named(named, "alias", "amp", "create_workspace", alias=None)

    def _database(self, named: Named) -> str | None:
        return self._named(
            named,
            "identifier",
            "rds",
            "create_db_instance",
            DBInstanceIdentifier=None,
            Engine=self.text.text(named, "engine") or "postgres",
            DBInstanceClass="db.t4g.small",
            AllocatedStorage=20,
            MultiAZ=self.text.text(named, "multi_az") == "true",
            MasterUsername="master",
            MasterUserPassword=_STAND_IN,
        )

    def _cache(self, named: Named) -> str | None:
        return self._named(
            named,
            "replication_group_id",
            "elasticache",
            "create_replication_group",
            ReplicationGroupId=None,
            ReplicationGroupDescription="cache",
            Engine="redis",
            CacheNodeType="cache.t4g.micro",
            NumCacheClusters=1,
        )

    def _load_balancer(self, named: Named) -> str | None:
        name = self.text.text(named, "name")
        if name is not None:
            asked = {"Name": name, "Subnets": self._subnets, "Scheme": "internal"}
            made = self.cloud.call("elbv2", "create_load_balancer", **asked)["LoadBalancers"][0]
            self._balancers[named.block.address] = made["LoadBalancerArn"]
        return name

    def _target_group(self, named: Named) -> str | None:
        """With as many targets as there are tasks, all healthy: so is the service."""
        name = self.text.text(named, "name")
        if name is None:
            return None
        path = self.text.text(named, "path", inner="health_check")
        made = self.cloud.call(
            "elbv2",
            "create_target_group",
            Name=name,
            Protocol="HTTP",
            Port=_DEFAULT_PORT,
            VpcId=self._network,
            TargetType="ip",
            **({"HealthCheckPath": path} if path else {}),
        )["TargetGroups"][0]
        arn = self._groups[named.block.address] = made["TargetGroupArn"]
        targets = [{"Id": _TARGETS[n % 2], "Port": _DEFAULT_PORT + n} for n in range(self.tasks)]
        self.cloud.call("elbv2", "register_targets", TargetGroupArn=arn, Targets=targets)
        return name

    def _listener(self, named: Named) -> str | None:
        """Its protocol decides whether it is asked for a certificate, of which there is none."""
        protocol, port = (self.text.text(named, name) for name in ("protocol", "port"))
        if not (protocol and port and self._balancers and self._groups):
            return None
        action = {"Type": "forward", "TargetGroupArn": next(iter(self._groups.values()))}
        certificate = [{"CertificateArn": self._certificate()}] if protocol == "HTTPS" else None
        self.cloud.call(
            "elbv2",
            "create_listener",
            LoadBalancerArn=next(iter(self._balancers.values())),
            Protocol=protocol,
            Port=int(port),
            DefaultActions=[action],
            **({"Certificates": certificate} if certificate else {}),
        )
        return f"{protocol} {port}"

    def _certificate(self) -> str:
        made = self.cloud.call("acm", "request_certificate", DomainName="rehearsal.invalid")
        return str(made["CertificateArn"])

    def _cluster(self, named: Named) -> str | None:
        return self._named(named, "name", "ecs", "create_cluster", clusterName=None)

    def _task_definition(self, named: Named) -> str | None:
        """With the secrets by name, as the service's own definition has them."""
        known = self.made.get("aws_secretsmanager_secret", ())
        secrets = [{"name": s.rpartition("/")[2], "valueFrom": s} for s in known]
        container = {"name": "service", "image": _IMAGE, "memory": 128, "secrets": secrets}
        return self._named(
            named,
            "family",
            "ecs",
            "register_task_definition",
            family=None,
            containerDefinitions=[container],
        )

    def _service(self, named: Named) -> str | None:
        name, cluster = (self.text.text(named, one) for one in ("name", "cluster"))
        clusters = self.made.get("aws_ecs_cluster", ())
        families = self.made.get("aws_ecs_task_definition", ())
        if name is None or not clusters or not families:
            return None
        group = next(iter(self._groups.values()), None)
        balancers = [{"targetGroupArn": group, "containerName": "service", "containerPort": 80}]
        asked = {
            "cluster": cluster or clusters[0],
            "serviceName": name,
            "taskDefinition": families[0],
            "desiredCount": self.tasks,
            "launchType": "FARGATE",
            "loadBalancers": balancers if group else [],
        }
        self.services.append((asked, self.cloud.call("ecs", "create_service", **asked)))
        return name

    def _scaling(self, named: Named) -> str | None:
        for asked, _ in self.services[:1]:
            resource = f"service/{asked['cluster']}/{asked['serviceName']}"
            bounds = [self.text.text(named, f"{end}_capacity") for end in ("min", "max")]
            with contextlib.suppress(TypeError, ValueError):
                self.cloud.call(
                    "application-autoscaling",
                    "register_scalable_target",
                    ServiceNamespace="ecs",
                    ResourceId=resource,
                    ScalableDimension="ecs:service:DesiredCount",
                    MinCapacity=int(bounds[0] or ""),
                    MaxCapacity=int(bounds[1] or ""),
                )
                return resource
        return None
