"""What lies in an account before the first deploy: a bucket for the state, a network, secrets."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsready.rehearsal.stage.cloud import Cloud

_NETWORK = "10.0.0.0/16"
_SUBNETS = (("10.0.0.0/24", "a"), ("10.0.1.0/24", "b"))
_VALUE = "rehearsal-only"


@dataclass(frozen=True)
class Ground:
    """Where the state lies, and each secret's variable with its ARN. Stands for what the bootstrap
    and data roots leave, which no deploy applies."""

    bucket: str
    secrets: dict[str, str]

    def renew(self, cloud: "Cloud", variable: str) -> None:
        """The secret gets another version, as a rotation gives it."""
        arn = self.secrets[variable]
        cloud.call("secretsmanager", "put_secret_value", SecretId=arn, SecretString=_VALUE)


def lay_ground(cloud: "Cloud", service: str, environment: str, secrets: Sequence[str]) -> Ground:
    """Made by requests of our own, not by Terraform: that the roots apply is another claim."""
    bucket = f"{service}-{environment}-state"
    place = {"LocationConstraint": cloud.region}
    cloud.call("s3", "create_bucket", Bucket=bucket, CreateBucketConfiguration=place)
    network = cloud.call("ec2", "create_vpc", CidrBlock=_NETWORK)["Vpc"]["VpcId"]
    subnets = [
        cloud.call(
            "ec2",
            "create_subnet",
            VpcId=network,
            CidrBlock=block,
            AvailabilityZone=f"{cloud.region}{zone}",
        )["Subnet"]["SubnetId"]
        for block, zone in _SUBNETS
    ]
    groups = [_group(cloud, network, name) for name in ("clients", "database", "cache")]
    arns = {variable: _secret(cloud, service, environment, variable) for variable in secrets}
    published = {
        "vpc_id": network,
        "private_subnet_ids": subnets,
        "load_balancer_subnet_ids": subnets,
        "client_security_group_id": groups[0],
        "database_security_group_id": groups[1],
        "cache_security_group_id": groups[2],
        "secret_arns": arns,
        "paging": _paging(cloud, service, environment),
    }
    name = f"/{service}/{environment}/data"
    cloud.call("ssm", "put_parameter", Name=name, Type="String", Value=json.dumps(published))
    return Ground(bucket, arns)


def _group(cloud: "Cloud", network: str, name: str) -> str:
    group: str = cloud.call(
        "ec2", "create_security_group", GroupName=name, Description=name, VpcId=network
    )["GroupId"]
    return group


def _paging(cloud: "Cloud", service: str, environment: str) -> dict[str, str]:
    """What alerting stands on; nobody is told of anything here."""
    names = ("pages", "tickets", "deadman")
    topics = {name: cloud.call("sns", "create_topic", Name=name)["TopicArn"] for name in names}
    return {
        "pager_key_arn": _secret(cloud, service, f"{environment}-paging", "routing_key"),
        "pager_key_field": "routing_key",
        **{f"{name}_topic_arn": arn for name, arn in topics.items()},
    }


def _secret(cloud: "Cloud", service: str, environment: str, variable: str) -> str:
    name = f"{service}/{environment}/{variable}"
    arn: str = cloud.call("secretsmanager", "create_secret", Name=name, SecretString=_VALUE)["ARN"]
    return arn
