"""The image definition: how the service becomes something that can be started anywhere."""

import json
import re
import shlex
from collections.abc import Iterator
from importlib import resources
from itertools import pairwise
from string import Template

from opsready.facts.fact import Claim, Facts
from opsready.hats.hat import Producer
from opsready.hats.pack import Artifact, LeftOut
from opsready.hats.start import start_lacks
from opsready.spec.spec import OperationsSpec, Spec

_HAT = "ops-engineer"
# The newest Python that all of a service's usual wheels exist for (2026-11), and those in use.
_PYTHON = 12
_IN_USE = range(9, 15)
_BOUND = re.compile(r"(>=|<=|==|~=|!=|>|<|\^)\s*v?3\.(\d+)(\.\d+)?")
_EXACTLY = re.compile(r"^\s*3\.(\d+)(\.\d+)?\s*$")
_MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"
_METRICS = "/tmp/metrics"  # noqa: S108  a path in the image

# setuptools-scm and pbr take it from these where there is no git.
_VERSION = """\
# The project takes its version from git, which stays out of the image: the build may give it one.
ARG VERSION=0.0.0
ENV SETUPTOOLS_SCM_PRETEND_VERSION=$VERSION PBR_VERSION=$VERSION"""


def produce(spec: Spec, facts: Facts) -> Iterator[Artifact]:
    """A Dockerfile and its .dockerignore, for a Python service whose start command is known."""
    operations = spec.operations
    if _why_not(spec, facts):
        return
    yield Artifact(
        "Dockerfile", _dockerfile(operations, facts), _HAT, "the service must run anywhere"
    )
    ignored = _template("dockerignore.txt").template
    yield Artifact(".dockerignore", ignored, _HAT, "secrets and history stay out of the image")


def left_out(spec: Spec, facts: Facts) -> Iterator[LeftOut]:
    """Why it is not written, where the tree has none."""
    why = _why_not(spec, facts)
    if why and not facts.of(Claim.IMAGE_BASE):
        yield LeftOut("image", why)


def _why_not(spec: Spec, facts: Facts) -> str:
    language = spec.operations.runtime.language or "not known"
    if language != "python":
        return f"it is written for Python, and the language is {language}"
    lack = start_lacks(spec, facts)
    return f"nothing says {lack}: state it in opsready.yaml" if lack else ""


def _dockerfile(operations: OperationsSpec, facts: Facts) -> str:
    version, why = _python(facts)
    return _template("Dockerfile.txt").substitute(
        python=version,
        why=why,
        install=_install(operations, facts),
        environment=_environment(operations),
        scratch=f"RUN mkdir -m 1777 {_METRICS}\n" if _counts_in_files(operations) else "",
        expose=f"EXPOSE {operations.runtime.port}\n" if operations.runtime.port else "",
        healthcheck=_healthcheck(operations),
        start=_start(operations.runtime.start),
    )


def _template(name: str) -> Template:
    file = resources.files("opsready.hats.ops_engineer").joinpath("templates", name)
    return Template(file.read_text(encoding="utf-8"))


def _python(facts: Facts) -> tuple[str, str]:
    """The version, and what in the tree asks for it: `.python-version`, else the newest that
    suits the bounds and of which wheels are usual."""
    for fact in facts.of(Claim.LANGUAGE):
        exactly = _EXACTLY.match(fact.quote)
        if exactly:
            return f"3.{exactly[1]}", f"as {fact.path} says"
        bounds = _BOUND.findall(fact.quote)
        suited = [minor for minor in _IN_USE if all(_suits(minor, *bound) for bound in bounds)]
        if bounds and suited:
            usual = [minor for minor in suited if minor <= _PYTHON]
            return f"3.{max(usual, default=suited[0])}", f"which suits {fact.path}"
    return f"3.{_PYTHON}", "an assumption: nothing in the tree says which"


def _suits(minor: int, operator: str, told: str, patch: str) -> bool:
    """Whether 3.`minor` keeps a bound. A patch release that is excluded excludes nothing here;
    `~=3.10` is open to 3.11, `~=3.10.2` is not (PEP 440)."""
    bound = int(told)
    match "==" if operator == "~=" and patch else operator:
        case ">=" | "~=" | "^":
            return minor >= bound
        case "<":
            return minor < bound
        case "<=":
            return minor <= bound
        case ">":
            return minor > bound
        case "==":
            return minor == bound
    return True


def _install(operations: OperationsSpec, facts: Facts) -> str:
    """Requirements are copied first, so that a change of code does not install them anew."""
    from_git = any(fact["version_from"] == "git" for fact in facts.of(Claim.MANIFEST))
    rows = [_VERSION] if from_git else []
    for command in operations.runtime.install:
        files = [after for before, after in pairwise(command) if before == "-r"]
        rows.append(_copy(files))
        quiet = [*command[:2], "--no-cache-dir", *command[2:]]
        rows.append(f"RUN {' '.join(_shell_word(word) for word in quiet)}")
    return "\n".join(rows)


def _shell_word(word: str) -> str:
    """As a shell must read it: brackets bare are a pattern. `.[extra]` names this folder, and
    hadolint takes it for a package without a version (DL3013); `./[extra]` is the same to pip."""
    local = f"./{word[1:]}" if word.startswith(".[") else word
    return local if "$" in local else shlex.quote(local)


def _copy(files: list[str]) -> str:
    """A requirements file that lies in a folder may name others beside it."""
    folders = sorted({file.rpartition("/")[0] for file in files if "/" in file})
    if not files:
        return "COPY . ."
    if folders:
        return "\n".join(f"COPY {folder} {folder}" for folder in folders)
    return f"COPY {' '.join(files)} ./"


def _environment(operations: OperationsSpec) -> str:
    return f" \\\n    {_MULTIPROC}={_METRICS}" if _counts_in_files(operations) else ""


def _counts_in_files(operations: OperationsSpec) -> bool:
    """Workers add up their numbers in files, which must be gone when the container is."""
    return any(variable.name == _MULTIPROC for variable in operations.configuration)


def _healthcheck(operations: OperationsSpec) -> str:
    """Liveness, not readiness: a container is not restarted because its database is down."""
    path = operations.health.liveness or operations.health.readiness
    if path is None:
        return "# No HEALTHCHECK: the code shows no health route."
    port = operations.runtime.port
    if port is None:
        return "# No HEALTHCHECK: nothing says on which port it listens."
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


PRODUCER = Producer("image", produce, left_out)
