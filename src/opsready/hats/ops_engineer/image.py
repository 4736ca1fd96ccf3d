"""The image definition: how the service becomes something that can be started anywhere."""

import json
import shlex
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise
from string import Template

from opsready.facts.fact import Facts
from opsready.hats.hat import Producer
from opsready.hats.pack import Artifact
from opsready.spec.spec import OperationsSpec, Spec

_HAT = "ops-engineer"
# The newest Python that all of a service's usual wheels exist for (2026-11).
_PYTHON = "3.12"
_MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"


def produce(spec: Spec, facts: Facts) -> Iterator[Artifact]:
    """A Dockerfile and its .dockerignore, for a Python service whose start command is known."""
    operations = spec.operations
    if operations.runtime.language != "python" or not operations.runtime.start:
        return
    yield Artifact("Dockerfile", _dockerfile(operations), _HAT, "the service must run anywhere")
    ignored = _template("dockerignore.txt").template
    yield Artifact(".dockerignore", ignored, _HAT, "secrets and history stay out of the image")


def _dockerfile(operations: OperationsSpec) -> str:
    return _template("Dockerfile.txt").substitute(
        python=_PYTHON,
        install=_install(operations),
        environment=_environment(operations),
        port=operations.runtime.port or 8000,
        healthcheck=_healthcheck(operations),
        start=_start(operations.runtime.start),
    )


def _template(name: str) -> Template:
    file = resources.files("opsready.hats.ops_engineer").joinpath("templates", name)
    return Template(file.read_text(encoding="utf-8"))


def _install(operations: OperationsSpec) -> str:
    """Requirements are copied first, so that a change of code does not install them anew."""
    rows = []
    for command in operations.runtime.install:
        files = [after for before, after in pairwise(command) if before == "-r"]
        rows.append(f"COPY {' '.join(files)} ./" if files else "COPY . .")
        quiet = [*command[:2], "--no-cache-dir", *command[2:]]
        rows.append(f"RUN {' '.join(_shell_word(word) for word in quiet)}")
    return "\n".join(rows)


def _shell_word(word: str) -> str:
    """As a shell must read it: brackets bare are a pattern. `.[extra]` names this folder, and
    hadolint takes it for a package without a version (DL3013); `./[extra]` is the same to pip."""
    local = f"./{word[1:]}" if word.startswith(".[") else word
    return local if "$" in local else shlex.quote(local)


def _environment(operations: OperationsSpec) -> str:
    if any(variable.name == _MULTIPROC for variable in operations.configuration):
        return f" \\\n    {_MULTIPROC}=/tmp/metrics"
    return ""


def _healthcheck(operations: OperationsSpec) -> str:
    """Liveness, not readiness: a container is not restarted because its database is down."""
    path = operations.health.liveness or operations.health.readiness
    if path is None:
        return "# No HEALTHCHECK: the code shows no health route."
    port = operations.runtime.port or 8000
    url = f"http://127.0.0.1:{port}{path}"
    timeout_s = f"{operations.health.timeout_s:g}"
    test = f"import urllib.request as u; u.urlopen('{url}', timeout={timeout_s})"
    flags = f"--interval=10s --timeout={timeout_s}s --start-period=30s --retries=3"
    return f"HEALTHCHECK {flags} \\\n    CMD {json.dumps(['python', '-c', test])}"


def _start(start: list[str]) -> str:
    """Variables need a shell, which then makes way for the service."""
    if any("$" in word for word in start) and start[0] not in {"sh", "bash"}:
        return json.dumps(["sh", "-c", "exec " + " ".join(start)])
    return json.dumps(start)


PRODUCER = Producer("image", produce)
