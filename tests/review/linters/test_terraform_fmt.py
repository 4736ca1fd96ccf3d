"""terraform fmt, the real one."""

import shutil

import pytest

from opsready.review.linters.terraform_fmt import LINTER
from tests.review.linters.asked import ask, found

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform")
GOOD = 'variable "image" {\n  type    = string\n  default = "x"\n}\n'
BAD = GOOD.replace("type    =", "type =")


def test_a_file_in_another_form_is_advice_at_the_first_line_that_differs() -> None:
    [finding] = ask(LINTER, {"deploy/main.tf": BAD, "deploy/good.tf": GOOD}).findings
    assert (finding.path, finding.line, str(finding.severity)) == ("deploy/main.tf", 2, "advice")
    assert (finding.check, finding.mandate) == ("terraform-fmt/unformatted", "OPS-5")
    assert finding.message == "is not formatted as `terraform fmt` does it, from this line on"
    assert finding.remedy == "Run `terraform fmt deploy/main.tf`."


@pytest.mark.parametrize("path", ["a/b.tf", "envs/staging.tfvars", "tests/a.tftest.hcl", "-x.tf"])
def test_every_kind_of_its_files_is_judged(path: str) -> None:
    moved = path.replace("tests/", "checks/")  # test data is left out
    assert [place for place, *_ in found(LINTER, {moved: "a=1\n"})] == [moved]


def test_a_file_that_is_no_hcl_costs_no_other_file() -> None:
    files = {"a.tf": "variable {{{", "b.tf": BAD, "c.tf": 'resource "x" {\n', "d.tf": ""}
    assert found(LINTER, files) == [("b.tf", 2, "terraform-fmt/unformatted", "advice")]
