"""The pipeline: how a commit becomes a release, step by step, and how a release is taken back."""

import shlex
from collections.abc import Iterator
from importlib import resources

from opsready.facts.fact import Facts
from opsready.hats.ecs import WORKFLOW, deploys_to_ecs, pipeline_is_ours, why_no_pipeline
from opsready.hats.hat import Producer
from opsready.hats.pack import Artifact, LeftOut
from opsready.spec.spec import OperationsSpec, Spec

_HAT = "ops-engineer"
FOLDER = "deploy/pipeline"
# In the order in which a deploy runs them; `field` is what they read JSON with.
_SCRIPTS = {
    "test": "what fails without an account is never built",
    "build": "one image a commit, named by digest",
    "plan": "what is approved is what is applied",
    "migrate": "the schema goes before the release that needs it",
    "apply": "the saved plan and nothing else",
    "verify": "a deploy is done when users are served by it",
    "rollback": "a bad release is taken back without a person",
    "record": "every run can be looked up, and the next rollback reads it",
    "field": "the scripts read JSON with what every machine has",
}
_FIRST_MIGRATION = """
# A first deploy has had nothing to migrate in: the tasks wait for their schema meanwhile.
if [[ -f "$out/first_deploy" ]]; then
    bash deploy/pipeline/migrate
    rm "$out/first_deploy"
fi
"""
_MIGRATE_STEP = "      - run: bash deploy/pipeline/migrate\n"


def produce(spec: Spec, facts: Facts) -> Iterator[Artifact]:
    """The scripts and the workflow that calls them, for ECS, where no other pipeline deploys."""
    operations = spec.operations
    if not pipeline_is_ours(spec, facts):
        return
    for name, because in _SCRIPTS.items():
        if name != "migrate" or operations.migrations.command:
            yield Artifact(f"{FOLDER}/{name}", _script(name, operations), _HAT, because)
    because = "the same steps in the same order for every release, each with the least rights"
    yield Artifact(WORKFLOW, _workflow(operations), _HAT, because)


def left_out(spec: Spec, facts: Facts) -> Iterator[LeftOut]:
    """Why it is not written where the infrastructure is."""
    why = why_no_pipeline(spec.operations, facts)
    if why and deploys_to_ecs(spec, facts):
        yield LeftOut("pipeline", why)


def _script(name: str, operations: OperationsSpec) -> str:
    filled = {
        "service": operations.service.name,
        "own_tests": "\n".join(_own_tests(operations)),
        "first_migration": _FIRST_MIGRATION if operations.migrations.command else "",
    }
    return _filled(_template("pipeline", name), filled).rstrip("\n") + "\n"


def _own_tests(operations: OperationsSpec) -> Iterator[str]:
    """Installed as the image installs it, into an environment of the tests' own."""
    tests = operations.tests
    if not tests.command:
        yield 'echo "test: opsready.yaml names no tests of the service: state tests.command"'
        return
    yield 'python3 -m venv "$out/venv"'
    yield 'PATH="$PWD/$out/venv/bin:$PATH"'
    for words in (*operations.runtime.install, *tests.install, tests.command):
        yield shlex.join(words)


def _workflow(operations: OperationsSpec) -> str:
    names = [environment.name for environment in operations.environments]
    text = _filled(
        _template("workflow", "deploy.yml"), {"first": names[0], "places": ", ".join(names)}
    )
    step = _MIGRATE_STEP if operations.migrations.command else ""
    after = "build"
    for name in names:
        filled = {"environment": name, "after": after, "migrate_step": step}
        text += _filled(_template("workflow", "environment.yml"), filled)
        after = f"deploy-{name}"
    return text


def _template(folder: str, name: str) -> str:
    file = resources.files("opsready.hats.ops_engineer").joinpath("templates", folder, name)
    return file.read_text(encoding="utf-8")


def _filled(text: str, values: dict[str, str]) -> str:
    """Shell and workflows are full of dollars and braces: a name stands between at signs."""
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


PRODUCER = Producer("pipeline", produce, left_out)
