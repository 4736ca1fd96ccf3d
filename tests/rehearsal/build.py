"""Builds the smallest tree, spec and stage of a service; a test names what it is about."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from opsready.hats.pack import Pack
from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Outcome
from opsready.rehearsal.stage.stage import Stage
from opsready.sources.read import read
from opsready.spec.spec import Spec
from tests.build import make_spec

SERVICES = Path(__file__).parent / "services"
SHOP = (SERVICES / "shop.py").read_text(encoding="utf-8")
DATABASE = {"name": "postgresql", "kind": "postgresql", "critical": True}
LIST_ORDERS = {"name": "list orders", "steps": [{"method": "GET", "path": "/orders"}]}


def make_tree(root: Path, files: dict[str, str] | None = None) -> Pack:
    """A tree on disk, of the shop where nothing is given, read into a pack."""
    for path, text in (files or {"shop.py": SHOP}).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return Pack(read(root))


def make_shop_spec(*faults: str, database: bool = False, **sections: Any) -> Spec:
    """The spec of the shop, with these faults and, if asked, a real database."""
    configuration = [
        {"name": "PORT", "rehearsal": "{port}"},
        {"name": "FAULTS", "rehearsal": ",".join(faults)},
    ]
    if database:
        sections.setdefault("dependencies", [DATABASE])
        configuration.append({"name": "DATABASE_URL", "secret": True, "rehearsal": "{postgresql}"})
    sections["configuration"] = [*configuration, *sections.get("configuration", ())]
    sections["runtime"] = {
        "start": [sys.executable, "shop.py"],
        "stop_timeout_s": 5,
        **sections.get("runtime", {}),
    }
    health = {"readiness": "/ready", "liveness": "/live", "startup_s": 20}
    sections["health"] = {**health, **sections.get("health", {})}
    sections.setdefault("journeys", [LIST_ORDERS])
    return make_spec(**sections)


def make_script_spec(*arguments: str, **sections: Any) -> Spec:
    """The spec of a service that is a Python script, listening where PORT says."""
    runtime = {"start": [sys.executable, *arguments], **sections.pop("runtime", {})}
    sections.setdefault("configuration", [{"name": "PORT", "rehearsal": "{port}"}])
    sections.setdefault("health", {"readiness": "/ready", "startup_s": 20})
    return make_spec(runtime=runtime, **sections)


def infrastructure(**changed: str) -> dict[str, str]:
    """The three roots of a hat, as small as they can be, by their paths in a tree; `changed` has
    other texts or files more, by their paths below the folder of the roots."""
    below = SERVICES / "infrastructure"
    files = {
        path.relative_to(below).as_posix(): path.read_text(encoding="utf-8")
        for pattern in ("*/*.tf", "envs/*.tfvars")
        for path in sorted(below.glob(pattern))
    }
    return {f"deploy/terraform/{path}": text for path, text in {**files, **changed}.items()}


def outcome_of(probe: Probe, spec: Spec, pack: Pack) -> Outcome:
    """What one probe says on a stage of its own."""
    with Stage(spec, pack, lambda _: None) as stage:
        return probe.run(Rehearsal(spec, pack, stage))


def git(root: Path, *arguments: str) -> str:
    """What git says; nobody's own settings count."""
    settings = ("user.name=a", "user.email=a@b", "commit.gpgsign=false", "init.defaultBranch=main")
    told = [part for setting in settings for part in ("-c", setting)]
    command = ["git", "-C", str(root), *told, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def commit(root: Path, message: str, tag: str = "") -> str:
    """The name of a commit of all that lies there."""
    if not (root / ".git").exists():
        git(root, "init", "-q")
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", message)
    if tag:
        git(root, "tag", "-a", "-m", tag, tag)
    return git(root, "rev-parse", "HEAD").strip()
