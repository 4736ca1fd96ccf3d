"""What a workspace's Alertmanager was given is what it says it has."""

import json

from opsready.rehearsal.stage.alert_definitions import AlertDefinitions

PATH = "/workspaces/ws-1/alertmanager/definition"


def test_a_definition_is_kept_until_it_is_deleted() -> None:
    kept = AlertDefinitions()
    assert kept.answer("GET", "/workspaces/ws-1", b"") is None
    assert (kept.answer("GET", PATH, b"") or (0,))[0] == 404
    assert kept.answer("POST", PATH, b'{"data": "YQ=="}') == (
        202,
        b'{"status": {"statusCode": "ACTIVE"}}',
    )
    status, body = kept.answer("GET", PATH, b"") or (0, b"{}")
    told = json.loads(body)["alertManagerDefinition"]
    assert (status, told["status"], told["data"]) == (200, {"statusCode": "ACTIVE"}, "YQ==")
    assert (kept.answer("GET", PATH.replace("ws-1", "ws-2"), b"") or (0,))[0] == 404
    assert kept.answer("DELETE", PATH, b"") == (202, b"{}")
    assert (kept.answer("GET", PATH, b"") or (0,))[0] == 404
