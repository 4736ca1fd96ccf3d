"""The infrastructure plans, applies, takes a second release, and takes it back."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsready.hats.ecs import OURS, ROOTS
from opsready.rehearsal.probe import Probe, Rehearsal
from opsready.rehearsal.proof import Outcome, broke, held, not_run
from opsready.sources.kinds import Kind

if TYPE_CHECKING:  # what follows needs the extra [rehearse]; to name the probe does not
    from opsready.rehearsal.stage.cloud import Cloud
    from opsready.rehearsal.stage.terraform import Terraform

_FOLDER = "infrastructure"


def run(rehearsal: Rehearsal) -> Outcome:
    """On a copy of its own, against an emulator of its own, with the real provider."""
    from opsready.rehearsal.stage.cloud import REGION, Cloud
    from opsready.rehearsal.stage.terraform import find_terraform
    from opsready.rehearsal.stage.working_copy import copy_tree

    if not rehearsal.pack.of_kind(Kind.TERRAFORM):
        return not_run("; ".join(_nothing_to_try(rehearsal)))
    stage, target = rehearsal.stage, rehearsal.spec.operations.target
    terraform = find_terraform(stage, _FOLDER)
    tree = stage.directory / _FOLDER
    tree.mkdir()
    copy_tree(rehearsal.pack.bundle.root, tree, rehearsal.pack.written)
    for state in tree.rglob(
        "*.tfstate*"
    ):  # what a person's own Terraform knows is no start of ours
        state.unlink()
    region = target.region if target is not None and target.region else REGION
    with Cloud(stage, f"{_FOLDER}-cloud", region) as cloud:
        stage.worked_with({"terraform": terraform.version, **dict([cloud.tool])})
        if rehearsal.pack.source(OURS) is not None:
            return _ours(rehearsal, terraform, cloud)
        return _theirs(rehearsal, terraform, cloud)


def _nothing_to_try(rehearsal: Rehearsal) -> Iterator[str]:
    yield "there is no Terraform, in the tree or among what the hats write"
    yield from rehearsal.pack.why_not_written("infrastructure and pipeline")


def _ours(rehearsal: Rehearsal, terraform: "Terraform", cloud: "Cloud") -> Outcome:
    from opsready.rehearsal.stage.ecs_releases import Releases
    from opsready.rehearsal.stage.terraform_root import Fault
    from opsready.rehearsal.stage.trouble import CannotStage

    stage = rehearsal.stage
    folder = stage.directory / _FOLDER / ROOTS
    try:
        releases = Releases(
            terraform, cloud, folder, rehearsal.spec.operations, allow_exec=rehearsal.allow_exec
        )
    except Fault as fault:
        return broke(str(fault))
    try:
        releases.show(stage.say)
    except Fault as fault:
        return broke(str(fault), releases.evidence)
    except CannotStage as reason:
        return not_run(str(reason), releases.evidence)
    return held(releases.evidence)


def _theirs(rehearsal: Rehearsal, terraform: "Terraform", cloud: "Cloud") -> Outcome:
    """Never held: what was not written here has no release that could be taken back."""
    from opsready.rehearsal.stage.foreign_roots import ForeignRoots, roots_of
    from opsready.rehearsal.stage.terraform_root import Fault

    stage = rehearsal.stage
    folders = roots_of(rehearsal.pack)
    if not folders:
        return not_run("no folder of the tree has a provider or a backend: there are modules only")
    roots = ForeignRoots(terraform, cloud, allow_exec=rehearsal.allow_exec)
    stage.say(f"planning {', '.join(folder or '.' for folder in folders)}")
    try:
        roots.show(stage.directory / _FOLDER, folders)
    except Fault as fault:
        return broke(str(fault), roots.evidence)
    why = "; ".join(roots.unshown) or "it plans; how a release of it is made is not known here"
    return not_run(why, roots.evidence)


PROBE = Probe(
    "terraform_plans_and_applies",
    "the infrastructure is planned and applied, a second release changes only itself, and a "
    "rollback brings the first back",
    ("*.tf", "*.tfvars", "*.tftest.hcl", "*.tfvars.json", "monitoring/*"),
    ("service", "environments", "target"),
    run,
    beside=True,
)
