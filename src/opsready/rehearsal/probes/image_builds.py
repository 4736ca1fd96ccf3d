"""The image definition builds, and what it builds can be run as production runs it."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run
from opsready.rehearsal.stage.package_index import local_folders, pip_configuration
from opsready.rehearsal.stage.trouble import DidNotStart
from opsready.sources.kinds import Kind

if TYPE_CHECKING:
    from opsready.rehearsal.stage.base_image import Base
    from opsready.rehearsal.stage.engine import Engine
    from opsready.rehearsal.stage.image import Image, Shown
    from opsready.rehearsal.stage.process import Process

# Compiling what has no wheel takes minutes; a build that takes longer than this stops a release.
_BUILD_S = 1800
_LINES_READ = 60
_LINES_TOLD = 6


def run(rehearsal: Rehearsal) -> Outcome:
    """Builds it in a copy of the tree, runs it, and takes the image away again."""
    from opsready.rehearsal.stage.base_image import base_of

    dockerfile = _dockerfile(rehearsal)
    if dockerfile is None:
        return not_run("there is no Dockerfile, in the tree or among what the hats write")
    stage = rehearsal.stage
    engine = stage.engine()
    tag = f"localhost/opsready-rehearsal:{stage.name}"
    base = base_of((stage.tree / dockerfile).read_text(encoding="utf-8"), engine)
    evidence: dict[str, Any] = {
        "dockerfile": dockerfile,
        "engine": f"{engine.name} {engine.version}",
        "base": base.to_json(),
    }
    stage.say(f"building {dockerfile} with {engine.name}")
    started = time.monotonic()
    try:
        built = _built(rehearsal, engine, dockerfile, tag, base)
        evidence["build_s"] = round(time.monotonic() - started, 1)
        if built.exit_code != 0 or built.fault:
            return _failed(rehearsal, base, built, evidence)
        evidence["image_bytes"] = engine.size_bytes(tag)
        if not engine.runs:
            return not_run(f"it builds, and {engine.name} runs no images", evidence)
        return _ran(rehearsal, engine, tag, base, evidence)
    finally:
        engine.remove(tag)


def _dockerfile(rehearsal: Rehearsal) -> str | None:
    """The one nearest to the root; of two the plainer name."""
    found = [source.path for source in rehearsal.pack.of_kind(Kind.DOCKERFILE)]
    return min(found, key=lambda path: (path.count("/"), len(path), path), default=None)


def _built(
    rehearsal: Rehearsal, engine: "Engine", dockerfile: str, tag: str, base: "Base"
) -> "Process":
    """Steps find packages where this user's pip does; none of that is in the image."""
    from opsready.rehearsal.stage.engine import Build

    stage = rehearsal.stage
    mounts: Mapping[Path, str] = {path: str(path) for path in local_folders()}
    configuration = pip_configuration()
    if configuration:
        settings = stage.directory / "pip.conf"
        settings.write_text(configuration, encoding="utf-8")
        mounts = {**mounts, settings: "/etc/pip.conf"}
    return engine.build(Build(stage.tree, dockerfile, tag, base.arguments, mounts), _BUILD_S)


def _failed(
    rehearsal: Rehearsal,
    base: "Base",
    built: "Process",
    evidence: dict[str, Any],
) -> Outcome:
    from opsready.rehearsal.stage.engine import of_this_machine

    hidden = rehearsal.stage.secrets
    lines = [hidden.hidden_in(line) for line in built.log.last_lines(_LINES_READ)]
    elsewhere = of_this_machine(lines)
    if elsewhere is not None:
        return not_run(elsewhere, evidence)
    told = built.fault or " · ".join(lines[-_LINES_TOLD:])
    if base.stands_in:
        why = f"the build failed on {base.used}, which stands in for {base.named}: {told}"
        return not_run(why, evidence)
    return broke(f"the build failed: {told}", evidence)


def _ran(
    rehearsal: Rehearsal, engine: "Engine", tag: str, base: "Base", evidence: dict[str, Any]
) -> Outcome:
    from opsready.rehearsal.stage.image import Image

    image = Image(rehearsal.stage, engine, tag)
    try:
        image.prepare()
    except DidNotStart as failure:
        return broke(str(failure), evidence)
    try:
        shown = image.tried()
    except DidNotStart as failure:
        return _did_not_start(image, base, failure, evidence)
    evidence |= shown.figures
    faults = list(shown.faults)
    health = rehearsal.spec.operations.health
    if not image.has_health_check and (health.liveness or health.readiness):
        faults.append("it has no health check, and the code has a route for one")
    unexpected = [played for played in shown.served if not played.is_as_expected]
    if not shown.answers or unexpected:
        faults += _by_being_read_only(image, shown)
    return broke("; ".join(faults), evidence) if faults else held(evidence)


def _did_not_start(
    image: "Image", base: "Base", failure: DidNotStart, evidence: dict[str, Any]
) -> Outcome:
    """Once more with files that it may write: then that is what it needs."""
    try:
        image.tried(read_only=False)
    except DidNotStart:
        if base.stands_in:
            why = f"it does not start on {base.used}, which stands in for {base.named}: {failure}"
            return not_run(why, evidence)
        return broke(f"it does not start: {failure}", evidence)
    why = f"it writes to its own files, and does not start where it must not: {failure}"
    return broke(why, evidence)


def _by_being_read_only(image: "Image", shown: "Shown") -> list[str]:
    """What it can do only where it may write to its own files. A request that fails there too
    is not the image's fault."""
    writable = image.tried(read_only=False)
    if writable.answers and not shown.answers:
        return ["it writes to its own files, and is not ready where it must not"]
    good = {str(played.step) for played in writable.served if played.is_as_expected}
    lost = [played for played in shown.served if not played.is_as_expected]
    return [
        f"it writes to its own files, and where it must not: {played.journey}: {played}"
        for played in lost
        if str(played.step) in good
    ][:1]


PROBE = Probe(
    "image_builds",
    "the image builds, and runs: not as root, healthy, stopped by a signal, its files read-only",
    ("*", "!*.md", "!*.rst", "!*.feature", "!tests/*", "!docs/*", "!monitoring/*", "!deploy/*"),
    ("runtime", "health", "dependencies", "configuration", "journeys"),
    run,
)
