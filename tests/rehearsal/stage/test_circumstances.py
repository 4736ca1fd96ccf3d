"""What a step presupposes of its surroundings is brought about, and undone again."""

from pathlib import Path

import pytest

from opsready.rehearsal.stage.circumstances import arrange, restore
from opsready.rehearsal.stage.ports import accepts
from opsready.rehearsal.stage.stage import Stage
from opsready.spec.spec import Step
from tests.rehearsal.build import make_shop_spec, make_tree

pytestmark = pytest.mark.usefixtures("stages")

CACHE = {"name": "redis", "kind": "redis", "critical": False}
PAYMENTS = {"name": "payments", "kind": "http", "critical": False}


def step(**around: object) -> Step:
    return Step.model_validate({"method": "GET", "path": "/orders", **around})


def test_parts_are_stopped_and_told_and_in_the_end_all_is_well_again(tmp_path: Path) -> None:
    spec = make_shop_spec(dependencies=[CACHE, PAYMENTS])
    with Stage(spec, make_tree(tmp_path), lambda _: None) as stage:
        stage.service()
        redis, payments = stage.backings.all

        def up() -> list[bool]:
            return [accepts(int(one.address["port"])) for one in (redis, payments)]

        assert arrange(stage, step(down=["redis"])) == ""
        assert up() == [False, True]
        assert arrange(stage, step(down=["payments"])) == ""
        assert up() == [True, False]
        assert arrange(stage, step(answers={"payments": 503})) == ""
        assert up() == [True, True]
        assert payments.answer_all_with(503)
        restore(stage)
        assert up() == [True, True]


@pytest.mark.parametrize(
    ("around", "why"),
    [
        ({"down": ["kafka"]}, "nothing on this machine stands in for kafka"),
        ({"answers": {"redis": 503}}, "redis cannot be told what to answer"),
    ],
)
def test_what_cannot_be_brought_about_is_said(
    tmp_path: Path, around: dict[str, object], why: str
) -> None:
    spec = make_shop_spec(dependencies=[CACHE])
    with Stage(spec, make_tree(tmp_path), lambda _: None) as stage:
        assert arrange(stage, step(**around)) == why
