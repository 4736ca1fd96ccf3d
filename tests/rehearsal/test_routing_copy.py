"""A copy of a routing tells loopback and nobody else, whatever the file says."""

import json
from pathlib import Path

from opsready.documents.alertmanager import Alertmanager
from opsready.rehearsal.routing_copy import copy_of

GOLDEN = Path(__file__).parents[1] / "hats" / "golden" / "orders" / "monitoring" / "alertmanager"
DESK = "http://127.0.0.1:1"
EVERYTHING = """\
global: {smtp_smarthost: "mail.example:25", http_config: {proxy_url: "http://proxy.example"}}
templates: [/etc/alertmanager/*.tmpl]
route:
  receiver: all
  group_wait: 5m
  routes: [{receiver: all, continue: true, mute_time_intervals: [nights], group_by: ["..."]}]
time_intervals: [{name: nights, time_intervals: [{}]}]
receivers:
  - name: all
    pagerduty_configs: [{routing_key: abc, url: "https://events.example", severity: critical}]
    slack_configs: [{api_url: "https://chat.example", channel: "#shop"}]
    webhook_configs: [{url: "https://hook.example", http_config: {proxy_url: "http://p.example"}}]
    sns_configs: [{topic_arn: "arn:aws:sns:x:1:t", api_url: "https://sns.example", subject: s}]
    opsgenie_configs: [{api_key: abc, api_url: "https://genie.example"}]
    email_configs: [{to: "team@example.org"}]
    telegram_configs: [{bot_token: abc, chat_id: 1, api_url: "https://chat.example"}]
    victorops_configs: [{api_key: abc, routing_key: team}]
  - name: nobody
"""


def url(*parts: str) -> str:
    return "/".join([DESK, *parts])


def test_every_address_and_key_of_the_copy_is_the_rehearsals_own() -> None:
    routing = Alertmanager.parse("alertmanager.yml", EVERYTHING)
    copied = copy_of(routing, url, "made-up", Path("/stage/key"), Path("/stage/templates"))
    text = json.dumps(copied.config)
    assert "example" not in text
    assert "abc" not in text
    assert copied.replaced == ("all: email", "all: telegram", "all: victorops")
    everyone, nobody = copied.config["receivers"]
    assert nobody == {"name": "nobody"}
    assert everyone["pagerduty_configs"] == [
        {
            "severity": "critical",
            "url": f"{DESK}/pagerduty/all",
            "routing_key_file": "/stage/key",
        }
    ]
    assert everyone["slack_configs"] == [{"channel": "#shop", "api_url": f"{DESK}/slack/all"}]
    assert [each["url"] for each in everyone["webhook_configs"]] == [
        f"{DESK}/webhook/all",
        f"{DESK}/email/all",
        f"{DESK}/telegram/all",
        f"{DESK}/victorops/all",
        f"{DESK}/seen/all",
    ]


def test_groups_are_told_at_once_and_no_time_mutes_them() -> None:
    routing = Alertmanager.parse("alertmanager.yml", EVERYTHING)
    copied = copy_of(routing, url, "made-up", Path("/stage/key"), Path("/stage/templates"))
    hurried = {"group_wait": "300ms", "group_interval": "1s", "repeat_interval": "1h"}
    assert copied.config["route"] == {
        "receiver": "all",
        **hurried,
        "routes": [{"receiver": "all", "continue": True, "group_by": ["..."], **hurried}],
    }


def test_the_rendering_for_amazon_is_told_like_any_other() -> None:
    text = (GOLDEN / "amp.yml").read_text(encoding="utf-8")
    copied = copy_of(
        Alertmanager.parse("amp.yml", text), url, "made-up", Path("/k"), Path("/stage/templates")
    )
    assert "${" not in json.dumps(copied.config)
    pager, tickets, _ = copied.config["receivers"]
    assert pager["pagerduty_configs"][0]["routing_key_file"] == "/k"
    assert tickets["sns_configs"][0]["api_url"] == f"{DESK}/sns/orders-tickets"
