"""Gaps of the emulator: each is still there, and explains no more than itself."""

from pathlib import Path
from typing import Any

import jmespath
import pytest
from botocore.exceptions import ClientError

from opsready.rehearsal.stage.cloud import Cloud
from opsready.rehearsal.stage.cloud_gaps import (
    Gap,
    changes,
    explaining,
    gaps,
    targets,
    unexplained,
    withheld,
)
from opsready.rehearsal.stage.stage import Stage
from tests.build import make_spec
from tests.rehearsal.build import make_tree


def make_change(
    address: str, actions: list[str], before: Any = None, after: Any = None, mode: str = "managed"
) -> dict[str, Any]:
    change = {"actions": actions, "before": before, "after": after, "after_unknown": {}}
    return {"address": address, "type": address.split(".")[0], "mode": mode, "change": change}


def filled(value: Any, kept: dict[str, Any]) -> Any:
    """`{name}` stands for what an earlier answer gave."""
    if isinstance(value, dict):
        return {name: filled(each, kept) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, kept) for each in value]
    return value.format(**kept) if isinstance(value, str) else value


def answer_of(cloud: Cloud, gap: Gap) -> tuple[str, Any]:
    """What the last call of a gap's test ends with: an error's code, or what it looks for."""
    kept: dict[str, Any] = {}
    for step in gap.shown_by:
        service, operation = step["call"].split(".")
        try:
            answer = cloud.call(service, operation, **filled(step.get("with", {}), kept))
        except ClientError as error:
            assert step is gap.shown_by[-1], error
            return "error", error.response["Error"]["Code"]
        kept |= {name: jmespath.search(path, answer) for name, path in step.get("keep", {}).items()}
    return "find", jmespath.search(gap.shown_by[-1]["find"], answer)


@pytest.mark.xdist_group("cloud")
@pytest.mark.usefixtures("stages")
def test_every_gap_is_still_there(tmp_path: Path) -> None:
    """One that is mended is to be taken out of the data file: then more is shown."""
    with Stage(make_spec(), make_tree(tmp_path), lambda _: None) as stage, Cloud(stage) as cloud:
        for gap in gaps():
            last = gap.shown_by[-1]
            expected = ("error", last["error"]) if "error" in last else ("find", None)
            assert answer_of(cloud, gap) == expected, gap.id


def test_a_gap_says_all_that_is_asked_of_it() -> None:
    for gap in gaps():
        assert gap.effect in {"withheld", "subtracted"}
        assert gap.withholds is not bool(gap.attributes)
        assert gap.resources and gap.action and gap.why and gap.moto and gap.shown_by


def test_what_is_withheld_is_left_out_of_the_targets() -> None:
    plan = {
        "resource_changes": [
            make_change("aws_lb.service", ["create"]),
            make_change("aws_appautoscaling_target.tasks", ["create"]),
            make_change("data.aws_vpc.this", ["read"], mode="data"),
        ]
    }
    assert targets(plan) == ["-target=aws_lb.service"]
    assert {a: gap.id for a, gap in withheld(plan).items()} == {
        "aws_appautoscaling_target.tasks": "autoscaling-tags"
    }
    assert targets({"resource_changes": plan["resource_changes"][:1]}) == []


@pytest.mark.parametrize(
    ("change", "explained"),
    [
        (make_change("aws_appautoscaling_target.tasks", ["create"]), True),
        (make_change("aws_appautoscaling_target.tasks", ["delete"]), False),
        (
            make_change(
                "aws_ecs_service.service",
                ["update"],
                {"health_check_grace_period_seconds": 0, "name": "a"},
                {"health_check_grace_period_seconds": 60, "name": "a"},
            ),
            True,
        ),
        (
            make_change(
                "aws_ecs_service.service",
                ["update"],
                {"health_check_grace_period_seconds": 0, "desired_count": 1},
                {"health_check_grace_period_seconds": 60, "desired_count": 2},
            ),
            False,
        ),
        (make_change("aws_ecs_service.service", ["create"]), False),
        (make_change("aws_lb.service", ["update"], {"name": "a"}, {"name": "b"}), False),
    ],
    ids=["withheld", "taken away", "forgiven", "more than forgiven", "new", "no gap"],
)
def test_a_gap_explains_itself_and_no_more(change: dict[str, Any], explained: bool) -> None:
    assert (list(unexplained([change])) == []) is explained
    assert bool(explaining([change])) is explained


def test_what_is_only_read_or_stays_is_no_change() -> None:
    plan = {
        "resource_changes": [
            make_change("aws_lb.a", ["no-op"]),
            make_change("data.aws_vpc.b", ["read"], mode="data"),
            make_change("aws_lb.c", ["delete", "create"]),
        ]
    }
    assert [change["address"] for change in changes(plan)] == ["aws_lb.c"]
