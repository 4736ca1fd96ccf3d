"""What a runbook expects of the healthy service, held against what it says."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from opsready.hats.pack import Pack
from opsready.rehearsal.probe import Rehearsal
from opsready.rehearsal.probes.runbook_diagnosis_runs import PROBE
from opsready.rehearsal.proof import Outcome, Result
from opsready.rehearsal.stage.stage import Stage
from opsready.sources.read import read
from opsready.spec.spec import Spec
from tests.rehearsal.build import SHOP, make_shop_spec, make_tree

PAGE = "# {name}\n\n## Diagnosis\n\n{looks}\n\n## Remedy\n\n```sh\nreboot\n```\n"
ASKED = "curl --silent --output /dev/null --write-out '%{http_code}' \"$URL/ready\""


def look(command: str, expects: str = "") -> str:
    return f"```sh\n{command}\n```\n\n{expects}\n"


def page(name: str, *looks: str) -> str:
    return PAGE.format(name=name, looks="\n".join(looks))


@dataclass
class Room:
    """One started shop, and a tree whose runbooks a test writes."""

    root: Path
    spec: Spec
    stage: Stage

    def outcome(self, **pages: str) -> Outcome:
        folder = self.root / "docs" / "runbooks"
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.md"):
            old.unlink()
        for name, text in pages.items():
            (folder / f"{name}.md").write_text(text, encoding="utf-8")
        return PROBE.run(Rehearsal(self.spec, Pack(read(self.root)), self.stage))


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    root = tmp_path_factory.mktemp("shop")
    spec = make_shop_spec()
    with Stage(spec, make_tree(root, {"shop.py": SHOP}), lambda _: None) as stage:
        yield Room(root, spec, stage)


def entry(outcome: Outcome, name: str) -> dict[str, Any]:
    return next(each for each in outcome.evidence["entries"] if each["entry"] == name)


def test_a_page_that_says_what_the_service_says_is_rehearsed(room: Room) -> None:
    outcome = room.outcome(
        up=page("Up", look(ASKED, "Expect: `200`."), look(ASKED, "Expect: at most `299`."))
    )
    assert (outcome.result, outcome.why) == (Result.HELD, "")
    told = entry(outcome, "Up")
    assert (told["commands"], told["rehearsed"], told["rung"]) == (2, 2, "rehearsed")


def test_a_command_that_prints_something_else_is_found_at_its_line(room: Room) -> None:
    outcome = room.outcome(up=page("Up", look(ASKED, "Expect: `204`.")))
    assert (outcome.result, outcome.why) == (
        Result.BROKE,
        f"docs/runbooks/up.md:6 {ASKED}: `204` was expected, and it printed `200`",
    )


def test_a_route_that_is_not_there_is_found(room: Room) -> None:
    asks = 'curl --silent --fail --show-error "$URL/redy"'
    outcome = room.outcome(up=page("Up", look(asks, "Expect: `*`.")))
    assert outcome.result is Result.BROKE
    assert "it ended with 22: curl: (22)" in outcome.why


@pytest.mark.parametrize(
    ("command", "expects", "why"),
    [
        (f"{ASKED} | cat", "Expect: `200`.", "a pipe needs a shell"),
        (
            ASKED,
            "It should be fine.",
            "the page does not say what it prints, in words that a machine reads",
        ),
        (
            'curl "$WHERE/ready"',
            "Expect: `200`.",
            "`$WHERE` has no value: the page sets it nowhere",
        ),
        (
            "curl http://example.com/",
            "Expect: `200`.",
            "example.com is beyond this machine, or not the service",
        ),
        (
            "curl http://127.0.0.1:1/",
            "Expect: `200`.",
            "127.0.0.1:1 is beyond this machine, or not the service",
        ),
        (
            "kubectl get pods",
            "Expect: `a`.",
            "`kubectl` is not among the programs that are known to read only",
        ),
        (
            *("aws ecs list-tasks", "Expect: `a`."),
            "nothing here stands in for the account: no Terraform names its service",
        ),
        (
            "touch here",
            "Expect: nothing.",
            "`touch` is not among the programs that are known to read only",
        ),
        (
            *('N="$(touch here)"\ncurl "$URL/$N"', "Expect: `200`."),
            "`$N` has no value: `touch` is not among the programs that are known to read only",
        ),
    ],
)
def test_what_cannot_be_tried_here_leaves_its_entry_claimed(
    room: Room, command: str, expects: str, why: str
) -> None:
    outcome = room.outcome(
        well=page("Well", look(ASKED, "Expect: `200`.")),
        other=page("Other", look(command, expects)),
    )
    assert outcome.result is Result.NOT_RUN
    assert list(entry(outcome, "Other")["not_run"].values()) == [why]
    assert (entry(outcome, "Other")["rung"], entry(outcome, "Well")["rung"]) == (
        "claimed",
        "rehearsed",
    )
    assert outcome.evidence["open"] == outcome.why
    assert not (room.stage.directory / "keyboard" / "here").exists()


def test_without_a_runbook_or_a_command_there_is_nothing_to_try(room: Room) -> None:
    assert room.outcome().why == "the tree has no runbook"
    assert room.outcome(up=page("Up", "Look.")).why == "no runbook has a command in its diagnosis"


SERVICE_TF = """\
locals {
  name = "shop-live"
}
resource "aws_ecs_cluster" "it" {
  name = local.name
}
resource "aws_ecs_task_definition" "it" {
  family = local.name
}
resource "aws_lb" "it" {
  name = local.name
}
resource "aws_lb_target_group" "it" {
  name = local.name
  health_check {
    path = "/ready"
  }
}
resource "aws_ecs_service" "it" {
  name    = local.name
  cluster = local.name
}
"""
RUNNING = (
    "aws ecs describe-services --cluster {0} --services {0} --query 'services[0].runningCount'"
)
BALANCER = (
    "aws elbv2 describe-load-balancers --names shop-live "
    "--query 'LoadBalancers[0].DNSName' --output text"
)
COUNTED = (
    "aws cloudwatch list-metrics --namespace AWS/ApplicationELB --metric-name RequestCount "
    "--query 'length(Metrics)'"
)


def test_an_account_has_what_terraform_names_and_nothing_else(tmp_path: Path) -> None:
    """A service that is asked for by the name of another one is not there, whoever wrote it."""
    right = page(
        "Right",
        look(f'TOP="http://$({BALANCER})"'),
        look(ASKED.replace("$URL", "$TOP"), "Expect: `200`."),
        look(RUNNING.format("shop-live"), "Expect: at least `2`."),
        # No journey is known: that the service is ready was asked all the same.
        look(COUNTED, "Expect: at least `1`."),
    )
    wrong = page("Wrong", look(RUNNING.format("shop-prod"), "Expect: at least `2`."))
    files = {"shop.py": SHOP, "tf/main.tf": SERVICE_TF}
    files |= {"docs/runbooks/right.md": right, "docs/runbooks/wrong.md": wrong}
    spec = make_shop_spec(environments=[{"name": "live"}])
    pack = make_tree(tmp_path, files)
    with Stage(spec, pack, lambda _: None) as stage:
        outcome = PROBE.run(Rehearsal(spec, pack, stage))
    assert (outcome.result, entry(outcome, "Right")["rehearsed"]) == (Result.BROKE, 3)
    [why] = entry(outcome, "Wrong")["otherwise"].values()
    assert "ClusterNotFoundException" in why
