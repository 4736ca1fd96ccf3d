"""What a hat declares is what it does, and what its brief says."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from opsready.hats.catalog import HATS
from opsready.hats.hat import Hat
from opsready.pipeline import Options, Prepared, prepare
from opsready.review.mandate import MANDATES
from opsready.review.page import Page, page_of
from opsready.spec.spec import OperationsSpec, Spec

ORDERS = Path(__file__).parents[2] / "examples" / "orders"
# The folder's own notes are of the machine on which somebody ran it.
AS_COMMITTED = Options(exclude=(".opsready",))

every_hat = pytest.mark.parametrize("hat", HATS, ids=lambda hat: hat.id)


def brief_of(hat: Hat) -> Page:
    found = page_of(hat.brief)
    assert found is not None, f"{hat.id} has no brief.md"
    return found


@pytest.fixture(scope="module")
def orders() -> Prepared:
    return prepare(ORDERS, AS_COMMITTED)


def written(hat: Hat, spec: Spec, orders: Prepared) -> Iterator[tuple[str, str]]:
    """Producer and path of all that the hat writes for the example."""
    for producer in hat.producers:
        for artifact in producer.produce(spec, orders.facts):
            yield producer.id, artifact.path


@every_hat
def test_a_hat_writes_only_where_it_declares(hat: Hat, orders: Prepared) -> None:
    paths = list(written(hat, orders.spec, orders))
    assert [one for one in paths if not hat.may_write(one[1])] == []


@every_hat
def test_a_hat_that_writes_writes_all_that_it_declares(hat: Hat, orders: Prepared) -> None:
    paths = [path for _, path in written(hat, orders.spec, orders)]
    missing = [glob for glob in hat.produces if not any(fnmatchcase(p, glob) for p in paths)]
    assert not hat.producers or missing == []


@every_hat
def test_an_artifact_names_the_hat_that_wrote_it(hat: Hat, orders: Prepared) -> None:
    made = [a for producer in hat.producers for a in producer.produce(orders.spec, orders.facts)]
    assert {artifact.hat for artifact in made} <= {hat.id}


@every_hat
def test_a_hat_reads_only_what_it_declares(hat: Hat, orders: Prepared) -> None:
    asked: set[str] = set()

    class Watched(OperationsSpec):
        def __getattribute__(self, name: str) -> object:
            if name in OperationsSpec.model_fields:
                asked.add(name)
            return super().__getattribute__(name)

    sections = {name: getattr(orders.spec.operations, name) for name in OperationsSpec.model_fields}
    watched = Watched.model_construct(**sections)
    asked.clear()
    list(written(hat, Spec(watched, orders.spec.origins), orders))
    assert asked <= set(hat.reads)


@every_hat
def test_what_a_hat_reads_are_sections_of_the_spec(hat: Hat) -> None:
    assert set(hat.reads) <= OperationsSpec.model_fields.keys()


def test_every_mandate_is_some_hats() -> None:
    hats = [mandate for hat in HATS for mandate in hat.mandates]
    assert sorted(hats) == sorted(id for id in MANDATES if not id.startswith("DONE"))


@every_hat
def test_a_brief_says_what_the_hat_declares(hat: Hat) -> None:
    brief = brief_of(hat)
    assert brief.title == hat.id
    assert brief.headings == [
        "Reads",
        "Writes",
        "Must not happen",
        "In this order",
        "Done when",
    ]
    reads, writes = brief.section("Reads"), brief.section("Writes")
    assert [section for section in hat.reads if f"`{section}`" not in reads] == []
    assert [glob for glob in hat.produces if f"`{glob}`" not in writes] == []
    assert [id for id in hat.mandates if id not in brief.section("Must not happen")] == []
