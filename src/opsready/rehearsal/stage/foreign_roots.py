"""Terraform that opsready did not write: each root goes as far as it can without an account."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opsready.documents.terraform import TerraformFile
from opsready.hats.pack import Pack
from opsready.rehearsal.stage.apply_guard import Refused
from opsready.rehearsal.stage.cloud import Cloud
from opsready.rehearsal.stage.cloud_gaps import changes
from opsready.rehearsal.stage.terraform import Terraform
from opsready.rehearsal.stage.terraform_root import Fault, Root
from opsready.rehearsal.stage.trouble import CannotStage
from opsready.sources.purpose import serves_users

# Each takes a quarter of a minute; what a service stands on has fewer roots than this.
ROOTS_AT_MOST = 6
_LOCAL_STATE = 'terraform {\n  backend "local" {}\n}\n'


def roots_of(pack: Pack) -> list[str]:
    """Folders that Terraform is called in: they have a provider or a backend."""
    found = {
        document.path.rpartition("/")[0]
        for document in pack.documents(TerraformFile)
        if document.path.endswith(".tf") and serves_users(document.path) and _is_root(document)
    }
    return sorted(found)


class ForeignRoots:
    """`evidence` has a line a root; `unshown` why one did not come to its end."""

    def __init__(self, terraform: Terraform, cloud: Cloud, *, allow_exec: bool) -> None:
        self.evidence: dict[str, Any] = {"roots": {}}
        self.unshown: list[str] = []
        self._terraform = terraform
        self._cloud = cloud
        self._allow_exec = allow_exec

    def show(self, tree: Path, folders: list[str]) -> None:
        """Raises Fault where a root is wrong by itself."""
        for folder in folders[:ROOTS_AT_MOST]:
            root = Root(self._terraform, tree / folder, self._cloud.environment, self._allow_exec)
            shown: dict[str, Any] = {}
            self.evidence["roots"][folder or "."] = shown
            try:
                shown.update(self._steps(root))
            except (CannotStage, Refused) as reason:
                self.unshown.append(f"{folder or '.'}: {reason}")
            finally:
                root.close()
        for folder in folders[ROOTS_AT_MOST:]:
            self.unshown.append(f"{folder}: more than {ROOTS_AT_MOST} roots")

    def _steps(self, root: Root) -> Iterator[tuple[str, Any]]:
        """State stays in a file beside it, so that nobody's backend is asked."""
        ran = self._terraform.run(root.folder, "fmt", "-check", "-no-color")
        yield "formatted", ran.exit_code == 0
        (root.folder / "rehearsal_override.tf").write_text(_LOCAL_STATE, encoding="utf-8")
        root.init("-reconfigure")
        root.start_provider()
        root.run("validate")
        yield "valid", True
        try:
            plan = root.plan("rehearsal", ["-lock=false", *_values(root.folder)])
        except Fault as fault:
            raise CannotStage(f"it plans nothing on an emulator: {fault}") from None
        root.admit(plan)
        yield "planned", len(changes(plan.json))


def _is_root(document: TerraformFile) -> bool:
    settings = [block for block in document.of_type("terraform") if block.inner("backend", "cloud")]
    return bool(settings or document.of_type("provider"))


def _values(folder: Path) -> list[str]:
    """A file of values beside the root that Terraform does not read by itself; of several the
    last by name, since `production` comes after `dev`."""
    beside = [folder, folder / "envs", folder / "environments", folder.parent / "envs"]
    found = [path for place in beside for path in sorted(place.glob("*.tfvars"))]
    own = [path for path in found if path.name != "terraform.tfvars" and ".auto." not in path.name]
    return [f"-var-file={own[-1].resolve()}"] if own else []
