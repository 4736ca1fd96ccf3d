"""`.haiku/` trees of either layout; the real intents are held against a plain second reading."""

import re
from pathlib import Path

import pytest
import yaml

from opsready.documents.gherkin import Feature
from opsready.sources.read import read
from opsready.sources.source import Bundle
from opsready.sources.units import Intent, Unit
from tests.build import make_bundle

REAL = Path(__file__).parents[3] / "shared" / "inputs" / "haiku"
INTENTS = {
    "add-oauth-login": "add-oauth-login",
    "feedback-service": "universal-feedback-model-and-review-recovery",
}

needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real intents are not at hand")


@pytest.fixture(scope="module", params=sorted(INTENTS))
def bundle(request: pytest.FixtureRequest) -> Bundle:
    return read(REAL / request.param)


def front_of(text: str) -> dict[str, object]:
    found = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    return dict(yaml.safe_load(found.group(1))) if found else {}


def criteria_of(text: str) -> list[tuple[int, bool | None, str]]:
    """Line, box and words of each bullet below the heading, read line by line."""
    found = []
    below = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("## "):
            below = line == "## Completion Criteria"
        elif below and (match := re.match(r"- (?:\[([ x])\] )?(.*)$", line)):
            found.append((number, None if match[1] is None else match[1] == "x", match[2]))
    return found


@needs_real
def test_every_file_of_a_real_intent_is_read(bundle: Bundle) -> None:
    files = {p.relative_to(bundle.root).as_posix() for p in bundle.root.rglob("*") if p.is_file()}
    assert {source.path for source in bundle.sources} == files
    assert len(bundle.intents) == 1


@needs_real
def test_every_unit_of_a_real_intent_is_read_without_loss(bundle: Bundle) -> None:
    (intent,) = bundle.intents
    files = sorted(bundle.root.rglob("units/*.md"))
    assert sorted(unit.path for unit in intent.units) == [
        file.relative_to(bundle.root).as_posix() for file in files
    ]
    for unit in intent.units:
        text = (bundle.root / unit.path).read_text(encoding="utf-8")
        front = front_of(text)
        assert unit.frontmatter == front
        assert unit.title == front["title"]
        assert unit.type == front["type"]
        assert list(unit.depends_on) == front["depends_on"]
        assert list(unit.inputs) == front.get("inputs", [])
        assert f"/stages/{unit.stage}/units/" in unit.path
        assert [(c.line, c.done, c.text) for c in unit.criteria] == criteria_of(text)
        assert {c.path for c in unit.criteria} == {unit.path}


@needs_real
def test_the_intent_itself_is_read_without_loss(bundle: Bundle) -> None:
    (intent,) = bundle.intents
    front = front_of((bundle.root / intent.path / "intent.md").read_text(encoding="utf-8"))
    assert (intent.slug, intent.layout) == (INTENTS[bundle.root.name], "1.x")
    assert intent.frontmatter == front
    assert intent.title == front["title"]
    assert list(intent.stages) == front["stages"]


@needs_real
def test_every_scenario_of_a_real_intent_is_read(bundle: Bundle) -> None:
    texts = {s.path: s.text for s in bundle.sources if s.path.endswith(".feature")}
    counted = {
        path: len(re.findall(r"^\s*Scenario(?: Outline)?:", text, re.MULTILINE))
        for path, text in texts.items()
    }
    read_ones = bundle.documents(Feature)
    assert {feature.path: len(feature.scenarios) for feature in read_ones} == counted
    assert bundle.unparsable() == []


@needs_real
def test_the_real_intents_have_and_lack_these_inputs() -> None:
    small, large = (read(REAL / name).intents[0] for name in sorted(INTENTS))
    assert small.inputs.missing() == ["behaviour spec", "architecture", "code"]
    assert large.inputs.missing() == ["code"]
    assert [path.rpartition("/")[2] for path in large.inputs.architecture] == ["ARCHITECTURE.md"]
    assert len(large.inputs.behaviour) == 7


@needs_real
def test_an_input_that_a_real_unit_names_and_nobody_wrote_is_listed() -> None:
    unread = read(REAL / "feedback-service").unread
    assert [(one.path.rpartition("/")[2], one.line, one.why) for one in unread] == [
        (
            "unit-02-migration-compat.md",
            10,
            "names `knowledge/DATA-CONTRACTS.md`, which does not exist",
        )
    ]


UNIT = ".haiku/intents/pay/stages/operations/units/unit-01-deploy.md"
INTENT = {".haiku/intents/pay/intent.md": "---\ntitle: Payments\nstages: [operations]\n---\n"}


def intent_of(files: dict[str, str]) -> Intent:
    (intent,) = make_bundle({**INTENT, **files}).intents
    return intent


def unit_of(text: str, files: dict[str, str] | None = None) -> Unit:
    (unit,) = intent_of({**(files or {}), UNIT: text}).units
    return unit


def test_the_later_layout_has_no_state_and_keeps_what_we_do_not_know() -> None:
    intent = intent_of({UNIT: "---\ntitle: Deploy\napprovals: {sre: {at: x}}\nnew: 1\n---\n"})
    assert (intent.title, intent.layout, intent.path) == ("Payments", "4+", ".haiku/intents/pay")
    assert intent.units[0].frontmatter == {
        "title": "Deploy",
        "approvals": {"sre": {"at": "x"}},
        "new": 1,
    }


def test_an_intent_may_lie_right_below_the_folder_as_the_engine_documents_it() -> None:
    bundle = make_bundle(
        {".haiku/pay/intent.md": "# Payments\n", ".haiku/pay/knowledge/DISCOVERY.md": ""}
    )
    assert [(i.slug, i.path, i.title, i.inputs.discovery) for i in bundle.intents] == [
        ("pay", ".haiku/pay", "Payments", (".haiku/pay/knowledge/DISCOVERY.md",))
    ]


def test_criteria_keep_their_continuation_lines_literals_and_enumerations() -> None:
    unit = unit_of(
        "# Deploy\n\n## Completion Criteria\n\n"
        "- [ ] runs `terraform plan`\n  in CI\n"
        "- [x] Runbook covers:\n  - restart\n  - failover\n"
        "* plain\n"
        "\n## Notes\n- no criterion\n"
    )
    assert [(c.line, c.done, c.text) for c in unit.criteria] == [
        (5, False, "runs `terraform plan` in CI"),
        (7, True, "Runbook covers: restart; failover"),
        (10, None, "plain"),
    ]


def test_without_the_heading_everything_with_a_box_is_a_criterion() -> None:
    unit = unit_of("# Deploy\n- [ ] one\n- note\n")
    assert [c.text for c in unit.criteria] == ["one"]


def test_inputs_and_references_are_found_from_wherever_they_were_written() -> None:
    files = {
        ".haiku/intents/pay/knowledge/DISCOVERY.md": "",
        ".haiku/knowledge/ARCHITECTURE.md": "",
        ".haiku/intents/pay/features/a.feature": "Feature: a\n",
        ".haiku/intents/pay/features/b.feature": "Feature: b\n",
        "docs/slo.md": "",
    }
    unit = unit_of(
        "---\ninputs: [knowledge/DISCOVERY.md, .haiku/knowledge/ARCHITECTURE.md]\nrefs: features/\n"
        "---\n# Deploy\n\n## References\n"
        "- [SLOs](docs/slo.md#now) and `../../../knowledge/DISCOVERY.md`\n"
        "- <https://example.org/a.md>\n",
        files,
    )
    assert unit.inputs == (
        "knowledge/DISCOVERY.md",
        ".haiku/knowledge/ARCHITECTURE.md",
        "features/",
    )
    assert unit.references == ("docs/slo.md", "../../../knowledge/DISCOVERY.md")
    assert unit.reads == (
        ".haiku/intents/pay/knowledge/DISCOVERY.md",
        ".haiku/knowledge/ARCHITECTURE.md",
        ".haiku/intents/pay/features/a.feature",
        ".haiku/intents/pay/features/b.feature",
        "docs/slo.md",
    )


def test_a_reference_out_of_the_tree_is_refused_and_never_read(tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("# secret\n")
    root = tmp_path / "tree"
    (root / UNIT).parent.mkdir(parents=True)
    (root / UNIT).write_text(
        "---\ninputs:\n  - ../outside.md\n  - ../../etc/passwd\n  - /etc/passwd\n  - gone.md\n---\n"
    )
    bundle = read(root)
    assert bundle.units[0].reads == ()
    assert [source.path for source in bundle.sources] == [UNIT]
    assert [(one.path, one.line, one.why) for one in bundle.unread] == [
        (UNIT, 3, "names `../outside.md`, which leads out of the tree: refused"),
        (UNIT, 4, "names `../../etc/passwd`, which leads out of the tree: refused"),
        (UNIT, 5, "names `/etc/passwd`, which leads out of the tree: refused"),
        (UNIT, 6, "names `gone.md`, which does not exist"),
    ]


@pytest.mark.parametrize(
    "front",
    [
        "inputs: 3",
        "inputs: {a: b}",
        "inputs:",
        "inputs: [{path: a b}, [x], null]",
        "depends_on: 1.5",
        "- list",
        "title: [1]",
    ],
)
def test_front_matter_of_any_shape_is_read_as_far_as_it_goes(front: str) -> None:
    assert unit_of(f"---\n{front}\n---\n# Deploy\n## Completion Criteria\n- x\n").criteria


def test_broken_front_matter_is_listed_and_the_criteria_are_read() -> None:
    bundle = make_bundle({**INTENT, UNIT: "---\ntitle: [\n---\n## Completion Criteria\n- x\n"})
    assert [c.text for c in bundle.units[0].criteria] == ["x"]
    assert [(one.path, one.line) for one in bundle.unparsable()] == [(UNIT, 3)]
