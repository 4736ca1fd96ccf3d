"""The image definition builds."""

import re
import time

from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run
from opsready.sources.kinds import Kind

# Compiling what has no wheel takes minutes; a build that takes longer than this stops a release.
_BUILD_S = 1800
_LINES_READ = 60
_LINES_TOLD = 6
# What an engine prints that is installed in part: no answer about the definition either.
_ENGINE = re.compile(r"(?i)\b(runc|crun|conmon|fuse-overlayfs|newuidmap)\b.*(not found|no such)")
# What engines, package managers and downloaders print when another host cannot be reached: then
# the build shows nothing about the definition.
_UNREACHABLE = re.compile(
    r"(?i)no such host|name resolution|could not resolve|network is unreachable|i/o timeout"
    r"|dial tcp|connection (refused|timed out|reset)|tls handshake|failed to establish a new conn"
    r"|pinging container registry|short-name .* did not resolve|toomanyrequests|rate limit"
    r"|dns error|temporary failure|unable to connect|no route to host"
    r"|certificate.verify.failed|certificate signed by unknown authority"
)


def run(rehearsal: Rehearsal) -> Outcome:
    """Builds it in a copy of the tree, and takes the image away again."""
    dockerfile = _dockerfile(rehearsal)
    if dockerfile is None:
        return not_run("there is no Dockerfile, in the tree or among what the hats write")
    stage = rehearsal.stage
    engine = stage.engine()
    tag = f"localhost/opsready-rehearsal:{stage.name}"
    stage.say(f"building {dockerfile} with {engine.name}")
    started = time.monotonic()
    try:
        built = engine.build(stage.tree, dockerfile, tag, _BUILD_S)
        evidence = {
            "dockerfile": dockerfile,
            "engine": f"{engine.name} {engine.version}",
            "build_s": round(time.monotonic() - started, 1),
        }
        if built.exit_code == 0 and not built.fault:
            return held(evidence | {"image_bytes": engine.size_bytes(tag)})
    finally:
        engine.remove(tag)
    lines = [stage.secrets.hidden_in(line) for line in built.log.last_lines(_LINES_READ)]
    unreachable = next((line for line in lines if _UNREACHABLE.search(line)), None)
    if unreachable is not None:
        why = f"the build reaches for hosts that do not answer from here: {unreachable}"
        return not_run(why, evidence)
    engine_fault = next((line for line in lines if _ENGINE.search(line)), None)
    if engine_fault is not None:
        return not_run(f"{engine.name} lacks a part on this machine: {engine_fault}", evidence)
    told = " · ".join(lines[-_LINES_TOLD:])
    return broke(f"the build failed: {built.fault or told}", evidence)


def _dockerfile(rehearsal: Rehearsal) -> str | None:
    """The one nearest to the root; of two the plainer name."""
    found = [source.path for source in rehearsal.pack.of_kind(Kind.DOCKERFILE)]
    return min(found, key=lambda path: (path.count("/"), len(path), path), default=None)


PROBE = Probe(
    "image_builds",
    "the image definition builds",
    ("*", "!*.md", "!*.rst", "!*.feature", "!tests/*", "!docs/*", "!monitoring/*", "!deploy/*"),
    (),
    run,
)
