"""AWS's stand-in: it answers on loopback alone, remembers, and forgets with its end."""

import importlib.util
import os
from pathlib import Path

import psutil
import pytest

from opsready.rehearsal.stage.cloud import Cloud
from opsready.rehearsal.stage.ports import accepts
from opsready.rehearsal.stage.stage import Stage
from opsready.rehearsal.stage.trouble import CannotStage
from tests.build import make_spec
from tests.rehearsal.build import make_tree

pytestmark = [pytest.mark.usefixtures("stages"), pytest.mark.xdist_group("cloud")]


def make_stage(root: Path) -> Stage:
    return Stage(make_spec(), make_tree(root), lambda _: None)


def addresses_of(cloud: Cloud) -> list[tuple[str, int]]:
    """Where it and its children listen."""
    assert cloud._process is not None
    connections = [c for one in cloud._process.family() for c in one.net_connections()]
    return [tuple(c.laddr) for c in connections if c.status == psutil.CONN_LISTEN]


def test_what_is_created_in_it_is_there_until_it_ends(tmp_path: Path) -> None:
    with make_stage(tmp_path) as stage:
        with Cloud(stage) as cloud:
            cloud.call("sqs", "create_queue", QueueName="orders")
            listed = cloud.call("sqs", "list_queues")["QueueUrls"]
            assert [url.rpartition("/")[2] for url in listed] == ["orders"]
            assert addresses_of(cloud) == [("127.0.0.1", cloud.port)]
        assert not accepts(cloud.port)
        with Cloud(stage, "another") as another:
            assert "QueueUrls" not in another.call("sqs", "list_queues")


def test_what_talks_to_it_is_given_all_that_it_may_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings of the user's own, a profile that is not there among them, reach nothing."""
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "the-users-own")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://192.0.2.1")
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    with make_stage(tmp_path) as stage, Cloud(stage, region="eu-west-1") as cloud:
        assert cloud.call("sts", "get_caller_identity")["ResponseMetadata"]["HTTPStatusCode"] == 200
        assert dict(cloud.environment) == {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{cloud.port}",
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
            "AWS_REGION": "eu-west-1",
            "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "2",
            "AWS_PAGER": "",
            "NO_PROXY": "127.0.0.1",
        }


def test_a_port_that_somebody_took_meanwhile_is_left_to_them(tmp_path: Path) -> None:
    with make_stage(tmp_path) as stage, Cloud(stage) as first:
        second = Cloud(stage, "second")
        second._port = first.port
        with second:
            assert second.port != first.port


def test_another_program_that_answers_in_its_place_is_not_taken_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opsready.rehearsal.stage.cloud.is_free", lambda _: True)
    with make_stage(tmp_path) as stage, Cloud(stage) as first:
        second = Cloud(stage, "second")
        second._port = first.port
        reason = f"moto did not start on port {first.port}: .*in use"
        with pytest.raises(CannotStage, match=reason):
            second.start()


def test_a_machine_without_it_is_told_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with make_stage(tmp_path) as stage, pytest.raises(CannotStage, match="moto is missing: pip"):
        Cloud(stage).start()
