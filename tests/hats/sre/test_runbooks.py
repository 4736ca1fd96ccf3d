"""A page for each alert and each common failure, whole, and with names that the Terraform gives."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from opsready.documents.markdown import Markdown
from opsready.documents.runbook import Entry, Role, Runbooks
from opsready.documents.trial import trials
from opsready.documents.typed import read_typed
from opsready.facts.fact import Claim, Facts
from opsready.hats.pack import Artifact
from opsready.hats.sre.runbooks import produce
from opsready.hats.sre.watch import watch_of
from opsready.spec.spec import Spec
from tests.build import make_fact, make_spec

GOLDEN = Path(__file__).parents[1] / "golden"
FOLDER = "docs/operations/runbooks"
WHOLE = [
    *(Role.SYMPTOM, Role.DIAGNOSIS, Role.REMEDY),
    *(Role.VERIFICATION, Role.ESCALATION, Role.ROLLBACK),
]


def shop(**sections: Any) -> Spec:
    known: dict[str, Any] = {
        "service": {"name": "shop", "owner": "team shop"},
        "runtime": {"language": "python", "start": ["gunicorn", "shop:app"], "port": 8000},
        "health": {"readiness": "/ready", "liveness": "/live", "metrics": "/metrics"},
        "environments": [{"name": "test"}, {"name": "live", "approval": True, "tasks_min": 3}],
        "target": {"kind": "ecs", "region": "eu-north-1"},
        "paging": {"escalation_minutes": 20},
    }
    return make_spec(**{**known, **sections})


def pages(spec: Spec, facts: Facts | None = None) -> dict[str, Artifact]:
    """What is written, by the name of the file."""
    return {a.path.removeprefix(f"{FOLDER}/"): a for a in produce(spec, facts or Facts(()))}


@cache
def entries(name: str) -> tuple[tuple[Entry, list[str]], ...]:
    """The entries of a golden pack, each with the lines of its page."""
    found = []
    for path in sorted((GOLDEN / name).rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        page = Markdown.parse(path.relative_to(GOLDEN / name).as_posix(), text)
        found += [(e, text.split("\n")) for e in Runbooks.assemble([page]).entries]
    return tuple(found)


def test_a_service_without_stores_has_the_entries_that_come_to_any() -> None:
    written = pages(shop())
    always = {"restart.md", "bad-release.md", "budget-spent.md", "certificate-rotation.md"}
    assert always <= written.keys()
    alerts = {a.runbook.rpartition("/")[2] for a in watch_of(shop(), Facts(())).alerts}
    assert written.keys() - alerts - always == {"README.md"}


def test_each_store_and_each_dependency_has_its_own() -> None:
    dependencies = [
        {"name": "db", "kind": "postgresql", "critical": True, "configured_by": ["DB_URL"]},
        {"name": "cache", "kind": "redis", "critical": False, "configured_by": ["CACHE_URL"]},
        {"name": "Mail Sender", "kind": "http", "critical": False},
    ]
    before, after = pages(shop()), pages(shop(dependencies=dependencies))
    assert sorted(after.keys() - before.keys()) == [
        *("cache-down.md", "cache-flush.md", "database-failover.md", "db-down.md"),
        *("mail-sender-down.md", "secret-rotation.md"),
    ]


def test_variables_are_set_once_from_the_target_and_only_those_that_are_used() -> None:
    text = pages(shop())["restart.md"].text
    assert text[text.index("## Variables") : text.index("## Diagnosis")] == (
        "## Variables\n\n```sh\nexport AWS_REGION=eu-north-1\nENVIRONMENT=live # or test\n"
        'SERVICE="shop-$ENVIRONMENT"\n'
        'CLUSTER="$SERVICE" # or the one that `existing_cluster` names\n'
        'URL="http://$(aws elbv2 describe-load-balancers --names "$SERVICE" '
        "--query 'LoadBalancers[0].DNSName' --output text)\"\n"
        "SINCE_MS=\"$(date -u -d '15 minutes ago' +%s000)\"\n```\n\n"
    )


def test_a_region_that_nobody_names_is_asked_for() -> None:
    text = pages(shop(target={"kind": "ecs"}))["restart.md"].text
    assert 'export AWS_REGION="${AWS_REGION:?the region of live}"' in text


def test_figures_are_those_of_the_spec() -> None:
    text = pages(shop())["restart.md"].text
    assert "Expect: at least `3`." in text
    assert "After two restarts, or 20 minutes, without improvement page team shop" in text


def test_what_the_internet_reaches_has_a_certificate_of_its_own() -> None:
    inside = pages(shop())["certificate-rotation.md"].text
    public = pages(shop(target={"kind": "ecs", "public": True}))["certificate-rotation.md"].text
    assert "Expect: `HTTP 80`." in inside
    assert ("Expect: `HTTPS 443`." in public, 'URL="https://' in public) == (True, True)


def test_nothing_is_written_for_a_place_whose_names_nobody_knows() -> None:
    assert pages(shop(target={"kind": "kubernetes"})) == {}


def test_a_haiku_project_has_the_same_entries_in_its_templates_headings() -> None:
    facts = Facts((make_fact(Claim.COMPONENT, path=".haiku/knowledge/ARCHITECTURE.md"),))
    written = pages(shop(), facts)
    page = Markdown.parse(
        ".haiku/knowledge/RUNBOOK.md", written.pop(".haiku/knowledge/RUNBOOK.md").text
    )
    headings = [s.heading for s in page.sections if s.level == 3][:6]
    assert headings == [
        *("Symptom", "Diagnostic steps", "Remediation steps"),
        *("Verification", "Escalation criteria", "Rollback procedure"),
    ]
    assert len(Runbooks.assemble([page]).entries) == len(written) - 1
    links = {link.target for link in page.links}
    assert links <= {f"#{anchor}" for anchor in page.anchors}


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_every_entry_is_whole_and_looks_before_it_mends(name: str) -> None:
    for entry, _ in entries(name):
        assert [part.role for part in entry.parts] == WHOLE, entry.path


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_every_look_says_what_to_expect_in_words_that_a_machine_reads(name: str) -> None:
    for entry, lines in entries(name):
        looks = trials(entry, lines)
        assert len(looks) >= 3, entry.path
        for look in looks:
            assert look.expects is not None, f"{entry.path}:{look.line}"
            assert [t.beyond for t in look.commands] == [""], f"{entry.path}:{look.line}"


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_every_variable_is_set_on_its_page_and_nothing_is_left_to_fill_in(name: str) -> None:
    for path in sorted((GOLDEN / name / FOLDER).glob("*.md")):
        text = path.read_text(encoding="utf-8")
        page = Markdown.parse(path.name, text)
        typed = [t for block in page.code_blocks for t in read_typed(block.text)]
        unset = {n for t in typed for n in t.uses} - {t.name for t in typed} - {"task", "NEW_VALUE"}
        assert (path.name, unset, re.findall(r"@[a-z_:-]+@", text)) == (path.name, set(), [])


@pytest.mark.parametrize("name", ["orders", "kinto"])
def test_every_link_leads_to_a_page(name: str) -> None:
    folder = GOLDEN / name / FOLDER
    for path in sorted(folder.glob("*.md")):
        page = Markdown.parse(path.name, path.read_text(encoding="utf-8"))
        for link in page.links:
            target, _, anchor = link.target.partition("#")
            assert not target or (folder / target).is_file(), f"{path.name}: {link.target}"
            assert not anchor or anchor in page.anchors, f"{path.name}: {link.target}"


def test_what_a_spec_says_is_text_and_no_command() -> None:
    """A path or a name from elsewhere cannot do anything when its page is followed."""
    strange = shop(
        health={"readiness": '/$(reboot)"', "liveness": "/live"},
        dependencies=[
            {
                "name": "db",
                "kind": "postgresql",
                "critical": True,
                "when_down": "# nothing\n\n## works.",
                "configured_by": ["$(reboot)"],
            }
        ],
    )
    written = {name: artifact.text for name, artifact in pages(strange).items()}
    assert '"$URL/\\$(reboot)\\""' in written["restart.md"]
    assert "What users see: # nothing ## works." in written["db-down.md"]
    assert not any("$(reboot)" in text.replace("\\$(reboot)", "") for text in written.values())
