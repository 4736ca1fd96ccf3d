"""The provider that is started once a root: commands attach to it, or start their own."""

from pathlib import Path

import pytest

from opsready.rehearsal.stage.stage import Stage
from opsready.rehearsal.stage.standing_provider import standing_provider
from opsready.rehearsal.stage.terraform import PROVIDER, Terraform
from tests.build import make_spec
from tests.rehearsal.build import make_tree

pytestmark = pytest.mark.usefixtures("stages")

LISTENS = """\
#!/bin/sh
[ "$1" = -debug ] && [ "$AWS_REGION" = here ] || exit 1
echo "Provider started. To attach, set:"
echo "	TF_REATTACH_PROVIDERS='{\\"aws\\":{\\"Pid\\":1}}'"
exec sleep 60
"""


def make_root(folder: Path, program: str) -> Path:
    """As `terraform init` leaves one."""
    file = folder / ".terraform/providers" / PROVIDER / "5.100.0/linux_amd64/terraform-provider-aws"
    file.parent.mkdir(parents=True)
    file.write_text(program)
    file.chmod(0o755)
    return folder


def make_terraform(stage: Stage) -> Terraform:
    return Terraform("/usr/bin/terraform", "1.11.4", None, stage.directory, stage.name)


def test_commands_attach_to_it_until_it_is_closed(tmp_path: Path) -> None:
    root = make_root(tmp_path / "root", LISTENS)
    with Stage(make_spec(), make_tree(tmp_path / "tree"), lambda _: None) as stage:
        provider = standing_provider(make_terraform(stage), root, {"AWS_REGION": "here"})
        assert provider.environment == {"TF_REATTACH_PROVIDERS": '{"aws":{"Pid":1}}'}
        provider.close()
        assert provider.environment == {}


@pytest.mark.parametrize(
    "program",
    ["#!/bin/sh\nexit 1\n", "#!/nowhere\n", ""],
    ids=["ends", "cannot be started", "is not there"],
)
def test_where_it_does_not_stand_each_command_starts_its_own(tmp_path: Path, program: str) -> None:
    root = make_root(tmp_path / "root", program) if program else tmp_path
    with Stage(make_spec(), make_tree(tmp_path / "tree"), lambda _: None) as stage:
        provider = standing_provider(make_terraform(stage), root, {})
        assert provider.environment == {}
        provider.close()
