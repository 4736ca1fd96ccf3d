"""A value that one environment is given and another is not."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.environment_value import names_environment
from opsready.documents.terraform import Attribute, TerraformFile
from opsready.documents.terraform_tree import Terraform
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Place, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding a variable, or an entry of a map, that a values file lacks and another has."""
    terraform = case.pack.bundle.assembled(Terraform)
    groups: dict[str, list[TerraformFile]] = defaultdict(list)
    for file in terraform.values_files:
        if serves_users(file.path) and names_environment(_stem(file.path)):
            groups[PurePosixPath(file.path).parent.as_posix()].append(file)
    needed = _without_default(terraform)
    for files in groups.values():
        for name in dict.fromkeys(name for file in files for name in file.attributes):
            have = [file for file in files if name in file.attributes]
            lack = [file for file in files if name not in file.attributes]
            if lack and name in needed:
                first = have[0].attributes[name]
                yield from (_finding(file, f"`{name}`", have[0], first.line) for file in lack)
            yield from _entries(name, have)


def _without_default(terraform: Terraform) -> set[str]:
    """The variables that somebody must give: Terraform asks for them, and a pipeline fails."""
    blocks = [b for file in terraform.files for b in file.of_type("variable") if b.labels]
    given = {block.labels[0] for block in blocks if "default" in block.attributes}
    return {block.labels[0] for block in blocks} - given


def _entries(name: str, files: list[TerraformFile]) -> Iterator[Finding]:
    """The entries of a map of plain texts, such as the variables of a container."""
    maps = [(file, _texts(file.attributes[name])) for file in files]
    if not all(found for _, found in maps):
        return
    for key in dict.fromkeys(key for _, found in maps for key in found):
        have = [(file, found[key]) for file, found in maps if key in found]
        for file, found in maps:
            if key not in found:
                yield _finding(file, f"`{key}` of `{name}`", *have[0])


def _texts(attribute: Attribute) -> dict[str, int]:
    """The keys of a map in capitals, as variables of the environment are written."""
    value = attribute.value.value
    if not isinstance(value, dict):
        return {}
    return {key: each.line for key, each in value.items() if key.isupper()}


def _finding(file: TerraformFile, what: str, other: TerraformFile, line: int) -> Finding:
    place = _stem(file.path)
    return Finding(
        file.path,
        1,
        f"{what} is set for {_stem(other.path)} and not for {place}: what was tried there is not"
        f" what runs in {place}",
        f"Set it in `{file.path}`, or give the variable a default that holds for all.",
        related=(Place(other.path, line, "it is set here"),),
    )


def _stem(path: str) -> str:
    return PurePosixPath(path).name.removesuffix(".tfvars").removesuffix(".auto")


CHECK = Check(
    id="variable-missing-in-environment",
    mandate="OPS-2",
    severity=Severity.WARNING,
    title="a value that one environment has and another lacks",
    find=find,
)
