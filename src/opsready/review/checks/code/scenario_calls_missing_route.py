"""A scenario that calls a route which no code serves."""

from collections.abc import Iterator

from opsready.documents.request import leads_to
from opsready.facts.fact import Claim, Fact
from opsready.review.check import Case, Check, NotRun
from opsready.review.finding import Finding, Place, Severity

# Scenarios that expect these are about routes which are not there.
_ABOUT_ABSENCE = frozenset({404, 405})
_ANY_METHOD = frozenset({"", "*", "ANY", "ALL", "NONE"})


def find(case: Case) -> Iterator[Finding]:
    """Requests of scenarios, held against the routes of the code and of its API description."""
    asked = list(_asked(case))
    if not asked:
        return
    routes = [fact for fact in case.facts.of(Claim.ROUTE) if fact["status"] not in _ABOUT_ABSENCE]
    _refuse_to_guess(case, routes)
    told: set[tuple[str, str, str]] = set()
    for fact, method, path in asked:
        serving = [route for route in routes if leads_to(str(route["path"]), path)]
        is_new = (fact.path, method, path) not in told
        if is_new and not any(_answers(route, method) for route in serving):
            told.add((fact.path, method, path))
            yield _finding(fact, method, path, serving or _near(path, routes))


def _asked(case: Case) -> Iterator[tuple[Fact, str, str]]:
    """Scenario, method and path of each request, played or spoken of."""
    for fact in case.facts.of(Claim.JOURNEY):
        for step in fact["steps"] or [fact.value]:
            if step.get("path") and step.get("expects") not in _ABOUT_ABSENCE:
                yield fact, str(step["method"]), str(step["path"])


def _refuse_to_guess(case: Case, routes: list[Fact]) -> None:
    """A list of routes that is not whole proves nothing."""
    at_run_time = case.facts.made_at_run_time(Claim.ROUTE)
    if at_run_time:
        place = f"{at_run_time[0].path}:{at_run_time[0].line}"
        raise NotRun(f"some routes are made when the service runs ({place})")
    other = [fact for fact in case.facts.of(Claim.LANGUAGE) if str(fact.value) != "python"]
    if other:
        raise NotRun(f"routes in {other[0].value} are not read")
    if not any(fact.path.endswith(".py") for fact in routes):
        raise NotRun("no route of the code is known")


def _answers(route: Fact, method: str) -> bool:
    served = str(route["method"] or "").upper()
    return (
        served in _ANY_METHOD | {method}
        or method == "OPTIONS"
        or (method == "HEAD" and served == "GET")
    )


def _near(path: str, routes: list[Fact]) -> list[Fact]:
    """Routes below the same first word, which are where a reader would look."""
    first = path.strip("/").partition("/")[0]
    return [route for route in routes if first and f"/{first}" in str(route["path"])]


def _finding(fact: Fact, method: str, path: str, near: list[Fact]) -> Finding:
    served = sorted({f"{route['method']} {route['path']}" for route in near})
    known = f"; it serves {', '.join(served[:3])}" if served else ""
    return Finding(
        fact.path,
        fact.line,
        f"the scenario calls `{method} {path}`, which no code serves{known}",
        "Mend the scenario, or serve the route.",
        related=tuple(
            Place(route.path, route.line, f"serves {route['method']} {route['path']}")
            for route in near[:3]
        ),
        anchor=f"{method} {path}",
    )


CHECK = Check(
    id="scenario-calls-missing-route",
    mandate="OPS-5",
    severity=Severity.ADVICE,
    title="a scenario that calls a missing route",
    find=find,
)
