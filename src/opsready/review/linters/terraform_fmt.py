"""terraform fmt: the one form of Terraform's files. Of terraform nothing else is used here:
`validate` starts providers, so it belongs to a probe."""

from collections.abc import Iterator

from opsready.review.finding import Finding, Severity
from opsready.review.linter import Desk, Linter
from opsready.sources.read import BYTES_AT_MOST
from opsready.sources.source import Source

_ENDINGS = (".tf", ".tfvars", ".tftest.hcl", ".tfmock.hcl")
# A file of its own, and empty: without it the one of the user's home is read.
_SETTINGS = "settings.tfrc"
# 2 is for a file that is no HCL: the others are formatted all the same.
_ENDS_WITH = (0, 2)


def _reads(source: Source) -> bool:
    return source.path.endswith(_ENDINGS)


def _lint(desk: Desk) -> Iterator[Finding]:
    """It writes into the copies what it would have, so that the line can be told; its own `-diff`
    would start a program of the system."""
    copies = desk.copies(_name)
    settings = desk.folder / desk.put(_SETTINGS, "")
    desk.run(
        "fmt",
        "-recursive",
        "-list=false",
        "-no-color",
        ends_with=_ENDS_WITH,
        environment={"TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"},
    )
    for name, source in copies.items():
        formatted = (desk.folder / name).read_bytes().decode("utf-8", "replace")
        if formatted != source.text:
            yield Finding(
                source.path,
                _first_difference(source.text, formatted),
                "is not formatted as `terraform fmt` does it, from this line on",
                f"Run `terraform fmt {source.path}`.",
                check="terraform-fmt/unformatted",
                mandate="OPS-5",
                severity=Severity.ADVICE,
            )


def _name(source: Source) -> str:
    return "copy" + next(ending for ending in _ENDINGS if source.path.endswith(ending))


def _first_difference(old: str, new: str) -> int:
    before, after = old.split("\n"), new.split("\n")
    pairs = enumerate(zip(before, after, strict=False), start=1)
    return next((n for n, (left, right) in pairs if left != right), min(len(before), len(after)))


LINTER = Linter(
    id="terraform-fmt",
    title="the form of Terraform's files",
    program="terraform",
    reads=_reads,
    lint=_lint,
    get="terraform is one binary: https://developer.hashicorp.com/terraform/install",
    characters_at_most=BYTES_AT_MOST,
)
