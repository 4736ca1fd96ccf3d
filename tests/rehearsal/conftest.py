"""`stages`: a test that uses it must leave no process and no directory of a stage behind."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest


@pytest.fixture
def stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder in which stages are made, empty again in the end. Not below `tmp_path`: a
    database runs as another account and has to pass through."""
    assert tmp_path.is_dir(), "made before the folder for temporary files is another"
    folder = Path(tempfile.mkdtemp(prefix="stages-", dir=tempfile.gettempdir()))
    folder.chmod(0o711)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    try:
        yield folder
        assert processes_of(folder) == []
        assert [
            path.name for path in folder.iterdir() if path.name.startswith("opsready-stage-")
        ] == []
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def processes_of(folder: Path) -> list[str]:
    """Processes whose environment or folder names the folder, this one and its parents aside."""
    ours = {psutil.Process().pid, *(parent.pid for parent in psutil.Process().parents())}
    return [
        " ".join(process.cmdline())
        for process in psutil.process_iter()
        if process.pid not in ours and _names(process, str(folder))
    ]


def _names(process: psutil.Process, folder: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        told = [*process.environ().values(), process.cwd(), *process.cmdline()]
    except (psutil.Error, OSError):
        return False
    return any(folder in text for text in told)
