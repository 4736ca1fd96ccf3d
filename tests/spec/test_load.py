"""What a person writes in `opsready.yaml`, and how bad values are answered."""

import pytest

from opsready.spec.load import BadSpec, load
from tests.build import make_bundle


def complaints(text: str) -> list[str]:
    with pytest.raises(BadSpec) as refused:
        load(make_bundle({"opsready.yaml": text}))
    return [str(complaint) for complaint in refused.value.complaints]


def test_no_file_states_nothing() -> None:
    assert load(make_bundle({"README.md": "# Shop\n"})).values == {}


def test_each_value_is_known_with_its_line() -> None:
    stated = load(
        make_bundle({"opsready.yaml": "service:\n  name: shop\nruntime:\n  port: 9000\n"})
    )
    assert {steps: (v.value, v.line) for steps, v in stated.values.items()} == {
        ("service", "name"): ("shop", 2),
        ("runtime", "port"): (9000, 4),
    }


def test_an_item_of_a_list_is_known_by_its_name() -> None:
    text = "dependencies:\n  - name: ledger\n    kind: http\n    critical: true\n"
    stated = load(make_bundle({"opsready.yaml": text}))
    assert stated.lists == {"dependencies": ("ledger",)}
    assert stated.values["dependencies", "ledger", "critical"].value is True


def test_a_part_of_a_spec_is_enough() -> None:
    text = "dependencies:\n  - name: ledger\n"
    assert load(make_bundle({"opsready.yaml": text})).lists == {"dependencies": ("ledger",)}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        pytest.param(
            "runtime:\n  prot: 8000\n",
            "opsready.yaml:2: `runtime.prot` is not a key of the spec; here may stand: files, "
            "framework, install, language, port, prepare, start, stop_timeout_s, workers",
            id="an unknown key names those that may stand there",
        ),
        pytest.param(
            "runtime:\n  workers: 0\n",
            "opsready.yaml:2: `runtime.workers`: input should be greater than or equal to 1, not 0",
            id="a figure out of range",
        ),
        pytest.param(
            "slos:\n  - name: up\n    kind: availability\n    objective_percent: 100\n",
            "opsready.yaml:4: `slos.0.objective_percent`: input should be less than 100, not 100",
            id="an objective of 100 leaves no budget",
        ),
        pytest.param(
            "slos:\n  - name: up\n    kind: uptime\n",
            "opsready.yaml:3: `slos.0.kind`: input should be 'availability', 'latency' or "
            "'error_rate', not 'uptime'",
            id="an unknown kind",
        ),
        pytest.param(
            "runtime:\n  port: 8000\n  workers: 2\n  port: 9000\n",
            "opsready.yaml:4: `port` stands twice (first in line 2); keep one",
            id="two values of one key",
        ),
        pytest.param(
            "journeys:\n  - name: buy\n  - name: buy\n",
            "opsready.yaml:3: `buy` stands twice in `journeys` (first in line 2); names must "
            "differ",
            id="two items of one name",
        ),
        pytest.param(
            "- service\n",
            "opsready.yaml:1: must be a mapping of sections such as `service:` and `health:`",
            id="a list instead of sections",
        ),
        pytest.param(
            "service: [\n",
            "opsready.yaml:2: is not YAML: while parsing a flow node, did not find expected node "
            "content",
            id="no YAML at all",
        ),
        pytest.param(
            "environments: 5\n",
            "opsready.yaml:1: `environments`: input should be a valid list, not 5",
            id="a number instead of a list",
        ),
    ],
)
def test_a_bad_value_is_answered_with_its_line_and_what_is_allowed(text: str, answer: str) -> None:
    assert complaints(text) == [answer]


def test_every_bad_value_is_named_at_once() -> None:
    assert len(complaints("runtime:\n  workers: 0\n  port: 70000\nhealth:\n  depth: 1\n")) == 3
