"""Units and pages in, completion criteria out."""

from opsready.facts.readers import criteria
from tests.build import make_bundle

UNIT = ".haiku/intents/pay/stages/operations/units/unit-01-deploy.md"


def test_the_criteria_of_units_and_of_pages_have_their_places() -> None:
    bundle = make_bundle(
        {
            UNIT: "---\ntitle: Deploy\n---\n## Completion Criteria\n"
            "- [ ] CI runs `terraform plan`\n",
            "docs/done.md": "# Orders\n\n## Acceptance criteria\n\n"
            "- p95 under 300 ms\n\n## Other\n\n- x\n",
        }
    )
    assert [(f.path, f.line, f.value, f.quote) for f in criteria.read(bundle)] == [
        (
            UNIT,
            5,
            {
                "text": "CI runs `terraform plan`",
                "done": False,
                "unit": "Deploy",
                "stage": "operations",
            },
            "- [ ] CI runs `terraform plan`",
        ),
        (
            "docs/done.md",
            5,
            {"text": "p95 under 300 ms", "done": None, "unit": None, "stage": None},
            "- p95 under 300 ms",
        ),
    ]
