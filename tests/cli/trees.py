"""Trees on disk for a command to be pointed at."""

import json
import sys
from pathlib import Path

SHOP = Path(__file__).parent.parent / "rehearsal" / "services" / "shop.py"


def plant(root: Path, files: dict[str, str | bytes]) -> Path:
    """Writes the files below a root; returns the root."""
    root.mkdir(exist_ok=True)
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def plant_shop(root: Path, faults: str = "", startup_s: float = 20) -> Path:
    """A service that runs, healthy but for its faults (see `services/shop.py`)."""
    spec = {
        "service": {"name": "shop"},
        "runtime": {"start": [sys.executable, "shop.py"], "stop_timeout_s": 5},
        "health": {"liveness": "/live", "readiness": "/ready", "startup_s": startup_s},
        "configuration": [
            {"name": "PORT", "rehearsal": "{port}"},
            {"name": "FAULTS", "rehearsal": faults},
        ],
        "journeys": [{"name": "list", "steps": [{"method": "GET", "path": "/orders"}]}],
    }
    # JSON is YAML, and quotes for us.
    return plant(root, {"shop.py": SHOP.read_bytes(), "opsready.yaml": json.dumps(spec)})
