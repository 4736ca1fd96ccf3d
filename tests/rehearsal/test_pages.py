"""The page of a probe: what a user reads who meets its id."""

import subprocess
import sys
from pathlib import Path

import pytest

from opsready.rehearsal.catalog import PROBES
from opsready.rehearsal.probe import Probe
from opsready.rehearsal.probes import readiness_follows_dependency as readiness
from opsready.rehearsal.probes import sigterm_loses_nothing as sigterm
from opsready.rehearsal.stage.process import PROCESSES_AT_MOST
from opsready.review.page import Page, page_of
from opsready.spec.spec import OperationsSpec
from tests.build import make_spec

every_probe = pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)


def page_beside(probe: Probe) -> Page:
    found = page_of(probe.run.__module__)
    assert found is not None
    return found


@every_probe
def test_the_id_is_the_name_of_its_module_and_of_its_page(probe: Probe) -> None:
    assert probe.id == probe.run.__module__.rpartition(".")[2] == page_beside(probe).title


@every_probe
def test_a_page_says_what_holds_what_breaks_and_what_is_not_run(probe: Probe) -> None:
    shown = page_beside(probe)
    assert shown.headings == ["Holds", "Breaks", "Not run"]
    assert all(shown.section(heading).startswith("- ") for heading in shown.headings)
    sentence = shown.summary.split("\n\n")[0]
    assert sentence.lower() == f"{probe.claim}."


@every_probe
def test_a_proof_depends_on_sections_that_the_spec_has(probe: Probe) -> None:
    assert set(probe.sections) <= set(OperationsSpec.model_fields)
    assert make_spec().operations.service.name == "shop"


def test_the_figures_of_a_page_are_those_of_the_probe() -> None:
    text = {probe.id: page_beside(probe).text for probe in PROBES}
    assert f"{PROCESSES_AT_MOST} processes" in text["service_starts_healthy"]
    page = text["readiness_follows_dependency"]
    assert f"Within {readiness.NOT_READY_WITHIN_S:g} seconds readiness stops" in page
    assert f"Within {readiness.READY_AGAIN_WITHIN_S:g} seconds of the dependency's return" in page
    assert f"within {sigterm.RACE_S * 1000:g} ms" in text["sigterm_loses_nothing"]


def test_probes_are_listed_without_the_tools_that_they_need(tmp_path: Path) -> None:
    """The extra [rehearse] is missing: ids and pages can be shown all the same."""
    blocked = "\n".join(
        f"sys.modules[{name!r}] = None" for name in ("psutil", "prometheus_client", "uv", "httpx")
    )
    script = (
        f"import sys\n{blocked}\n"
        "from pathlib import Path\n"
        "from opsready.rehearsal.catalog import PROBES\n"
        "from opsready.rehearsal.rehearse import rehearse, Selection\n"
        "from opsready.hats.pack import Pack\n"
        "from opsready.sources.source import Bundle\n"
        "from opsready.spec.spec import OperationsSpec, Spec\n"
        "spec = Spec(OperationsSpec.model_validate({'service': {'name': 'shop'}}))\n"
        "pack = Pack(Bundle(Path(sys.argv[1]), ()))\n"
        "journal = rehearse(spec, pack, Selection((PROBES[0].id,)))\n"
        "print(journal.proofs[0].result, journal.proofs[0].why)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "not_run psutil is missing: pip install 'opsready[rehearse]'\n"
