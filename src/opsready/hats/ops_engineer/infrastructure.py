"""The infrastructure: three Terraform roots and one file of values an environment."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from opsready.facts.fact import Facts
from opsready.hats.ecs import CACHES, DATABASES, ROOTS, deploys_to_ecs, why_not
from opsready.hats.hat import Producer
from opsready.hats.pack import Artifact, LeftOut
from opsready.spec.spec import Environment, OperationsSpec, Spec, Variable

_HAT = "ops-engineer"
_BECAUSE = {
    "bootstrap": "a deploy cannot make what it stands on, nor widen its own rights",
    "data": "what outlives every release is never changed by one",
    "service": "each release is the same description with other values",
}
_EVERY_INTERFACE = frozenset({"0.0.0.0", "::", "[::]", "*"})  # noqa: S104  written, not bound
_SCRATCH = {"PROMETHEUS_MULTIPROC_DIR": "/tmp/metrics"}  # noqa: S108  a path in the container
_IDENTIFIER = re.compile(r"[A-Za-z_][\w-]*")
# Limits of ECS on Fargate: seconds of a health check, of a start, and from SIGTERM to SIGKILL (its
# documentation of task definition parameters).
_HEALTH_S, _STARTUP_S, _STOP_S = (2, 60), (0, 300), (2, 120)


def produce(spec: Spec, facts: Facts) -> Iterator[Artifact]:
    """All of it for a Python service on ECS, nothing where the tree has Terraform of its own."""
    operations = spec.operations
    if not deploys_to_ecs(spec, facts):
        return
    for root, because in _BECAUSE.items():
        for name, text in _root(root, operations):
            yield Artifact(f"{ROOTS}/{root}/{name}", text, _HAT, because)
    for index, environment in enumerate(operations.environments):
        text = _values_file(operations, environment, index)
        because = f"what is true of {environment.name} alone stands in one place"
        yield Artifact(f"{ROOTS}/envs/{environment.name}.tfvars", text, _HAT, because)


def left_out(spec: Spec, facts: Facts) -> Iterator[LeftOut]:
    """Why nothing of it is written."""
    why = why_not(spec, facts)
    if why:
        yield LeftOut("infrastructure and pipeline", why)


def _root(root: str, operations: OperationsSpec) -> Iterator[tuple[str, str]]:
    """Each file of a root: most as they are, what depends on the service in `facts.tf` alone."""
    left_out = _left_out(operations)
    yield "facts.tf", _facts(root, operations)
    yield "settings.tf", "".join(_settings(left_out))
    yield "versions.tf", _templates().joinpath("versions.tf").read_text(encoding="utf-8")
    for file in _sorted(_templates() / root):
        if file.name.endswith(".tf") and file.name.removesuffix(".tf") not in left_out:
            yield file.name, file.read_text(encoding="utf-8")
    for file in _sorted(_templates() / root / "tests"):
        if file.name.endswith(".hcl") and file.name.partition(".")[0] not in left_out:
            yield f"tests/{file.name}", _test(file, operations)


def _left_out(operations: OperationsSpec) -> set[str]:
    """Parts that a spec does not ask for, by the names of their files."""
    kinds = {dependency.kind for dependency in operations.dependencies}
    wanted = {
        "database": bool(kinds & DATABASES.keys()),
        "cache": bool(kinds & CACHES.keys()),
        "metrics": operations.health.metrics is not None,
        "paging": operations.health.metrics is not None,
        "migration": bool(operations.migrations.command),
    }
    return {part for part, asked in wanted.items() if not asked}


def _settings(left_out: set[str]) -> Iterator[str]:
    for part in ("common", "database", "cache"):
        if part not in left_out:
            yield (_templates() / "settings" / f"{part}.tf").read_text(encoding="utf-8")


def _facts(root: str, operations: OperationsSpec) -> str:
    known = {"service": operations.service.name}
    if root == "data":
        known |= _facts_of_data(operations)
    if root == "service":
        known |= _facts_of_service(operations)
    return (
        "# What the code and opsready.yaml say of the service; the same in every environment.\n\n"
        f"locals {{\n{_assignments(known, '  ')}}}\n"
    )


def _facts_of_data(operations: OperationsSpec) -> dict[str, Any]:
    facts: dict[str, Any] = {"public": operations.target and operations.target.public}
    kinds = [dependency.kind for dependency in operations.dependencies]
    database = next((DATABASES[kind] for kind in kinds if kind in DATABASES), None)
    if database:
        names = ("database_engine", "database_version", "database_port")
        facts |= dict(zip(names, database, strict=True))
    else:
        facts["database_security_group_id"] = None
    cache = next((CACHES[kind] for kind in kinds if kind in CACHES), None)
    facts |= {"cache_port": cache} if cache else {"cache_security_group_id": None}
    facts |= {} if operations.health.metrics else {"paging": None}
    return facts | {"secrets": [variable.name for variable in _secrets(operations)]}


def _facts_of_service(operations: OperationsSpec) -> dict[str, Any]:
    health, port = operations.health, operations.runtime.port
    secrets = _secrets(operations)
    names = {variable.name for variable in secrets}
    alive = f"http://127.0.0.1:{port}{health.liveness or health.readiness}"
    timeout_s = _within(health.timeout_s, _HEALTH_S)
    ask = f"import urllib.request as u; u.urlopen('{alive}', timeout={timeout_s})"
    facts: dict[str, Any] = {
        "public": operations.target and operations.target.public,
        "port": port,
        "readiness_path": health.readiness or health.liveness,
        "health_timeout_s": timeout_s,
        "startup_s": _within(health.startup_s, _STARTUP_S),
        "stop_timeout_s": _within(operations.runtime.stop_timeout_s, _STOP_S),
        "liveness_command": ["CMD", "python", "-c", ask],
        "required_secrets": [variable.name for variable in secrets if variable.required],
        "required_configuration": [
            v.name for v in operations.configuration if v.required and v.name not in names
        ],
    }
    command = operations.migrations.command
    facts[_one("metrics_path", "collectors", health.metrics)] = health.metrics or []
    facts[_one("migration_command", "migration", command)] = command or ""
    return facts


def _one(where_known: str, otherwise: str, value: object) -> str:
    """What a part of the root reads, or what the others read in its place."""
    return where_known if value else otherwise


def _secrets(operations: OperationsSpec) -> list[Variable]:
    """What may not stand in a file: secrets, and the addresses of what the service talks to."""
    own = {variable.name: variable for variable in operations.configuration}
    addresses = {name for d in operations.dependencies for name in d.configured_by}
    found = {name: v for name, v in own.items() if v.secret or name in addresses}
    found |= {name: Variable(name=name, secret=True) for name in addresses - own.keys()}
    return [found[name] for name in sorted(found)]


def _values_file(operations: OperationsSpec, environment: Environment, index: int) -> str:
    """Values first, then what the code reads and nobody has said."""
    values = _values(operations, environment, index)
    unsaid = "".join(
        f"# {variable.name}{_told(variable)}\n" for variable in _unsaid(operations, values)
    )
    if unsaid:
        unsaid = (
            f"\n# The code reads these too; say in `configuration` what differs here:\n{unsaid}"
        )
    return (
        f"# Values of {environment.name}, for all three roots: the only file that knows it.\n"
        "# Secrets are not here: their values are kept in AWS Secrets Manager, by name.\n\n"
        f"{_assignments(values)}{unsaid}"
    )


def _values(operations: OperationsSpec, environment: Environment, index: int) -> dict[str, Any]:
    """Where a person approves, users depend on it: then a zone may fail, and data stay."""
    target, kinds = operations.target, {d.kind for d in operations.dependencies}
    assert target is not None
    firm = environment.approval
    values: dict[str, Any] = {
        "environment": environment.name,
        "region": target.region,
        "repository": target.repository,
        "tasks_min": environment.tasks_min,
        "tasks_max": environment.tasks_max,
        "cpu_units": target.cpu_units,
        "memory_mib": target.memory_mib,
        "log_retention_days": target.log_retention_days,
        "network": {
            "cidr": f"10.{20 + index}.0.0/16",
            "zones": 2,
            "nat_gateways": 2 if firm else 1,
        },
    }
    if kinds & DATABASES.keys():
        values["database"] = {
            "class": target.database_class,
            "storage_gib": 20,
            "multi_az": firm,
            "backup_days": 14 if firm else 1,
            "deletion_protection": firm,
        }
    if kinds & CACHES.keys():
        values["cache"] = {"class": target.cache_class, "replicas": 1 if firm else 0}
    values["configuration"] = _configuration(operations)
    return {name: value for name, value in values.items() if value is not None}


def _test(file: Traversable, operations: OperationsSpec) -> str:
    """Run with the values of the firmest environment; more for what only some services have."""
    firmest = max(operations.environments, key=lambda environment: environment.approval)
    values = _values(operations, firmest, operations.environments.index(firmest))
    values.setdefault("repository", "owner/name")
    secrets = [variable.name for variable in _secrets(operations)]
    runs = ["required_secrets"] if any(v.required for v in _secrets(operations)) else []
    runs += ["paging"] if operations.health.metrics else []
    if operations.target and operations.target.public:
        values["certificate_arn"] = "arn:aws:acm:xx-mock-1:000000000000:certificate/mock"
        runs.append("public")
    more = [_templates() / "service" / "tests" / f"{name}.txt" for name in runs]
    filled = {
        "@values@\n": _assignments(values, "  "),
        "@more_runs@\n": "".join(part.read_text(encoding="utf-8") for part in more),
        "@secret_arns@": json.dumps({name: f"arn:{name}" for name in secrets}),
        "@secret_versions@": _literal(dict.fromkeys(secrets, "1")),
    }
    text = file.read_text(encoding="utf-8")
    for mark, value in filled.items():
        text = text.replace(mark, value)
    return text


def _configuration(operations: OperationsSpec) -> dict[str, str]:
    """Only what is known of production; a value that a rehearsal invents is none."""
    secret = {variable.name for variable in _secrets(operations)}
    values = {
        variable.name: _known(variable, operations)
        for variable in operations.configuration
        if variable.name not in secret
    }
    return {name: value for name, value in sorted(values.items()) if value is not None}


def _known(variable: Variable, operations: OperationsSpec) -> str | None:
    if variable.name in _SCRATCH:
        return _SCRATCH[variable.name]
    if variable.name == "WEB_CONCURRENCY":
        return str(operations.runtime.workers)
    if variable.rehearsal == "{port}":
        return str(operations.runtime.port)
    if variable.default in _EVERY_INTERFACE or variable.name == "HOST":
        return "0.0.0.0"  # noqa: S104  the load balancer comes from outside of the container
    return None


def _unsaid(operations: OperationsSpec, values: Mapping[str, Any]) -> list[Variable]:
    said = {*values["configuration"], *(variable.name for variable in _secrets(operations))}
    return [variable for variable in operations.configuration if variable.name not in said]


def _told(variable: Variable) -> str:
    if variable.default is not None:
        return f": {json.dumps(variable.default)} where it is not set"
    return ": the service does not start without it" if variable.required else ""


def _within(seconds: float, limits: tuple[int, int]) -> int:
    return min(max(math.ceil(seconds), limits[0]), limits[1])


def _assignments(values: Mapping[str, Any], indent: str = "") -> str:
    """As `terraform fmt` leaves them: what stands on one line is aligned, the rest set apart."""
    plain = {name: value for name, value in values.items() if not isinstance(value, dict)}
    text = "".join(_aligned(plain, indent))
    for name, value in values.items():
        if isinstance(value, dict):
            inside = "".join(_aligned(value, indent + "  "))
            text += (
                f"\n{indent}{name} = {{\n{inside}{indent}}}\n"
                if inside
                else f"\n{indent}{name} = {{}}\n"
            )
    return text


def _aligned(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    names = {name: name if _IDENTIFIER.fullmatch(name) else json.dumps(name) for name in values}
    width = max(map(len, names.values()), default=0)
    for name, value in values.items():
        yield f"{indent}{names[name]:<{width}} = {_literal(value)}\n"


def _literal(value: Any) -> str:
    """JSON is HCL, but for the sign between a name and its value, and the marks of a template."""
    if value and isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_literal(each)}" for name, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _templates() -> Traversable:
    return resources.files("opsready.hats.ops_engineer").joinpath("templates", "terraform")


def _sorted(folder: Traversable) -> Iterable[Traversable]:
    return sorted((file for file in folder.iterdir() if file.is_file()), key=lambda file: file.name)


PRODUCER = Producer("infrastructure", produce, left_out)
