"""Generated files are as their sources are now."""

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def generated() -> dict[str, str]:
    """The text of each file, made anew."""
    spec = importlib.util.spec_from_file_location("update", ROOT / "scripts" / "update.py")
    assert spec is not None
    assert spec.loader is not None
    update = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(update)
    return {path: text() for path, text in update.GENERATED.items()}


@pytest.mark.parametrize(("path", "text"), generated().items(), ids=generated())
def test_a_generated_file_is_up_to_date(path: str, text: str) -> None:
    committed = ROOT / path
    assert committed.is_file(), f"{path} is missing: run `make update`"
    assert committed.read_text(encoding="utf-8") == text, f"{path} is stale: run `make update`"
