"""An image into which everything goes that lies around."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from opsready.documents.dockerfile import Dockerfile, Instruction
from opsready.review.check import Case, Check
from opsready.review.finding import Finding, Severity
from opsready.sources.purpose import serves_users


def find(case: Case) -> Iterator[Finding]:
    """One finding an image that copies its whole context, in a tree that leaves nothing out."""
    paths = {source.path for source in case.pack.bundle.sources}
    # A source distribution (it has PKG-INFO) leaves such files out of what it packs.
    if "PKG-INFO" in paths or any(path.endswith(".dockerignore") for path in paths):
        return
    for image in case.pack.documents(Dockerfile):
        copied = [each for each in image.all("COPY", "ADD") if _is_whole(each)]
        if copied and serves_users(image.path):
            beside = PurePosixPath(image.path).parent / ".env"
            secret = next((p for p in (beside.as_posix(), ".env") if p in paths), None)
            also = f"; `{secret}` is one of them" if secret else ""
            yield Finding(
                image.path,
                copied[0].line,
                f"`{copied[0].keyword} {copied[0].value.strip()}` takes the whole folder and no"
                " `.dockerignore` leaves anything out: the history of git, local settings and"
                f" secrets go into the image and stay in its layers{also}",
                "Add a `.dockerignore` that begins with `*` and lets in what the image needs"
                " (`!src/`, `!pyproject.toml`).",
            )


def _is_whole(instruction: Instruction) -> bool:
    words = instruction.value.split()
    if any(word.startswith("--from") for word in words):
        return False
    operands = [word for word in words if not word.startswith("--")]
    return bool(operands[:-1]) and operands[0] in {".", "./"}


CHECK = Check(
    id="build-context-unfiltered",
    mandate="OPS-2",
    severity=Severity.ADVICE,
    title="an image into which everything goes",
    find=find,
)
