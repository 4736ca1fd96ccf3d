"""Our reading of a tree of routes against amtool's, on random trees."""

import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from opsready.documents.alertmanager import Alertmanager

AMTOOL = shutil.which("amtool")
LABELS = {"severity": ["page", "ticket", ""], "service": ["orders", "mail"], "slo": ["a", "b"]}
TREES, QUESTIONS = 30, 6


def random_matcher(chance: random.Random) -> str:
    label = chance.choice(list(LABELS))
    op = chance.choice(["=", "=", "=", "!=", "=~", "!~"])
    values = [value for value in LABELS[label] if value]
    value = "|".join(values) if "~" in op and chance.random() < 0.5 else chance.choice(values)
    if "~" in op and chance.random() < 0.3:
        value = value[0] + ".*"
    return f'{label}{op}"{value}"'


def random_route(chance: random.Random, depth: int, names: list[str]) -> dict[str, Any]:
    names.append(f"r{len(names)}")
    route: dict[str, Any] = {"receiver": names[-1]}
    if depth:
        asked = chance.randint(0, 2)
        route["matchers"] = [random_matcher(chance) for _ in range(asked)]
        if chance.random() < 0.3:  # the older spellings
            route["match"] = {"service": chance.choice(LABELS["service"])}
            route["match_re"] = {"slo": chance.choice(["a|b", "a.*", "[b-z]"])}
        route["continue"] = chance.random() < 0.4
    below = chance.randint(0, 3) if depth < 3 else 0
    route["routes"] = [random_route(chance, depth + 1, names) for _ in range(below)]
    return route


def random_labels(chance: random.Random) -> dict[str, str]:
    drawn = {label: chance.choice(values) for label, values in LABELS.items()}
    return {label: value for label, value in drawn.items() if value and chance.random() < 0.8}


@pytest.mark.skipif(AMTOOL is None, reason="amtool is not installed")
def test_an_alert_goes_where_amtool_says(tmp_path: Path) -> None:
    assert AMTOOL is not None
    chance = random.Random(4)
    file = tmp_path / "alertmanager.yml"
    different = []
    for _ in range(TREES):
        names: list[str] = []
        route = random_route(chance, 0, names)
        text = json.dumps({"route": route, "receivers": [{"name": name} for name in names]})
        file.write_text(text, encoding="utf-8")
        ours = Alertmanager.parse("alertmanager.yml", text)
        for _ in range(QUESTIONS):
            labels = random_labels(chance)
            command = [AMTOOL, "config", "routes", "test", f"--config.file={file}"]
            words = [f"{label}={value}" for label, value in labels.items()]
            told = subprocess.run([*command, *words], capture_output=True, text=True, check=True)
            theirs = told.stdout.strip().split(",")
            if (mine := [receiver.name for receiver in ours.told(labels)]) != theirs:
                different.append((route, labels, mine, theirs))
    assert different == []
