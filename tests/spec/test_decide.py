"""Facts and a person's word become the spec."""

from typing import Any

import pytest

from opsready.facts.fact import Claim, Confidence, Fact, Facts
from opsready.spec.decide import decide
from opsready.spec.load import BadSpec, load
from opsready.spec.origin import Basis
from opsready.spec.spec import Spec
from tests.build import make_bundle, make_fact


def decided(*facts: Fact, stated: str = "") -> Spec:
    files = {"opsready.yaml": stated} if stated else None
    return decide(Facts(facts), load(make_bundle(files)))


POSTGRESQL = make_fact(
    Claim.DEPENDENCY,
    {"kind": "postgresql", "name": "postgresql", "client": "psycopg"},
    "orders/db.py",
    4,
    "psycopg.connect(url)",
)
READYZ = make_fact(
    Claim.HEALTH_ROUTE, {"path": "/readyz", "covers": ["postgresql"]}, "orders/app.py", 9, "readyz"
)
HEALTHZ = make_fact(
    Claim.HEALTH_ROUTE, {"path": "/healthz", "covers": []}, "orders/app.py", 5, "healthz"
)


def test_a_value_that_code_says_carries_its_place() -> None:
    spec = decided(make_fact(Claim.PORT, 8080, "app.py", 7, "run(port=8080)"))
    assert spec.operations.runtime.port == 8080
    assert str(spec.origin("runtime.port")) == "stated: run(port=8080) (app.py:7)"


def test_what_nothing_says_is_assumed_with_a_reason() -> None:
    spec = decided()
    origin = spec.origin("health.timeout_s")
    assert spec.operations.health.timeout_s == 5
    assert origin is not None
    assert origin.basis is Basis.ASSUMED
    assert origin.why == "the operations stage asks for an answer in 5 seconds"


def test_a_person_wins_over_the_code_and_the_conflict_is_shown() -> None:
    fact = make_fact(Claim.PORT, 8080, "app.py", 7, "run(port=8080)")
    spec = decided(fact, stated="runtime:\n  port: 9000\n")
    assert spec.operations.runtime.port == 9000
    assert [(c.key, c.stated, c.inferred, c.origin.line) for c in spec.conflicts] == [
        ("runtime.port", "9000", "8080", 7)
    ]


def test_a_person_who_replaces_an_assumption_makes_no_conflict() -> None:
    spec = decided(stated="health:\n  timeout_s: 3\n")
    assert spec.operations.health.timeout_s == 3
    assert spec.conflicts == ()


def test_a_value_that_init_marked_stays_an_assumption_until_its_mark_goes() -> None:
    marked = decided(stated="health:\n  timeout_s: 5  # assumed: five seconds\n")
    owned = decided(stated="health:\n  timeout_s: 5\n")
    assert "health.timeout_s" in dict(marked.assumptions)
    assert "health.timeout_s" not in dict(owned.assumptions)


def test_a_list_that_a_person_wrote_is_whole_and_what_it_leaves_out_is_a_conflict() -> None:
    spec = decided(
        POSTGRESQL,
        stated="dependencies:\n  - name: ledger\n    kind: http\n    critical: true\n",
    )
    assert [d.name for d in spec.operations.dependencies] == ["ledger"]
    assert [(c.key, c.stated) for c in spec.conflicts] == [
        ("dependencies.postgresql", "not listed in opsready.yaml")
    ]
    assert "postgresql is down" not in [mode.name for mode in spec.operations.failure_modes]
    assert "postgresql is down" in [m.name for m in decided(POSTGRESQL).operations.failure_modes]


def test_what_a_person_leaves_open_in_an_item_is_inferred() -> None:
    spec = decided(POSTGRESQL, stated="dependencies:\n  - name: postgresql\n    critical: false\n")
    (dependency,) = spec.operations.dependencies
    assert (dependency.kind, dependency.critical) == ("postgresql", False)


def test_an_item_that_lacks_what_nothing_gives_is_answered_at_its_line() -> None:
    with pytest.raises(BadSpec) as refused:
        decided(stated="service:\n  name: shop\ndependencies:\n  - name: ledger\n")
    assert [str(c) for c in refused.value.complaints] == [
        "opsready.yaml:4: `dependencies.0.kind`: field required",
        "opsready.yaml:4: `dependencies.0.critical`: field required",
    ]


def test_readiness_is_the_route_that_verifies_and_liveness_the_one_that_touches_nothing() -> None:
    health = decided(HEALTHZ, READYZ).operations.health
    assert (health.readiness, health.liveness) == ("/readyz", "/healthz")


def test_a_single_health_route_is_readiness_alone() -> None:
    health = decided(HEALTHZ).operations.health
    assert (health.readiness, health.liveness) == ("/healthz", None)


def test_prose_alone_makes_no_dependency_where_code_was_read() -> None:
    prose = make_fact(
        Claim.DEPENDENCY, {"kind": "redis", "name": "redis"}, "docs/architecture.md", 3, "Redis"
    )
    assert [d.kind for d in decided(POSTGRESQL, prose).operations.dependencies] == ["postgresql"]
    assert [d.kind for d in decided(prose).operations.dependencies] == ["redis"]


def test_prose_says_how_critical_a_dependency_is() -> None:
    prose = make_fact(
        Claim.DEPENDENCY,
        {"kind": "postgresql", "critical": False, "when_down": "reads are served from the copy"},
        "docs/architecture.md",
        3,
        "PostgreSQL",
    )
    (dependency,) = decided(POSTGRESQL, prose).operations.dependencies
    assert (dependency.critical, dependency.when_down) == (False, "reads are served from the copy")


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        pytest.param(
            {"kind": "availability", "target": "99.9 %", "percent": 99.9, "window_days": 30},
            ("availability", 99.9, None, 30),
            id="a share of good answers",
        ),
        pytest.param(
            {"kind": "error_rate", "target": "1 %", "percent": 1, "window_days": 28},
            ("error-rate", 99.0, None, 28),
            id="an error rate is the share that may be bad",
        ),
        pytest.param(
            {"kind": "latency", "target": "p95 300 ms", "percent": 95, "threshold_s": 0.3},
            ("latency", 95.0, 0.3, 30),
            id="a percentile is the share that is quick enough, in the usual window",
        ),
    ],
)
def test_an_objective_becomes_an_slo(objective: dict[str, Any], expected: object) -> None:
    fact = make_fact(Claim.OBJECTIVE, objective, "docs/discovery.md", 8, "objective")
    (slo,) = decided(fact).operations.slos
    assert (slo.name, slo.objective_percent, slo.threshold_s, slo.window_days) == expected


def test_an_address_is_filled_in_for_a_rehearsal() -> None:
    url = make_fact(
        Claim.ENV_VAR, {"name": "DATABASE_URL", "secret": True, "default": None}, "config.py", 2
    )
    spec = decided(POSTGRESQL, url)
    (variable,) = spec.operations.configuration
    assert (variable.name, variable.rehearsal) == ("DATABASE_URL", "{postgresql}")


def test_a_scenario_whose_last_answer_is_an_error_is_no_critical_journey() -> None:
    fact = make_fact(
        Claim.JOURNEY,
        {"scenario": "unknown order", "method": "GET", "path": "/orders/9", "expects": 404},
        "features/orders.feature",
        4,
        "Scenario: unknown order",
    )
    (journey,) = decided(fact).operations.journeys
    assert (journey.fails, journey.critical, journey.steps[0].expects) == (True, False, 404)


def test_what_was_observed_is_surer_than_what_is_said() -> None:
    seen = make_fact(Claim.PORT, 8001, ".opsready/observed.json", 1, "", Confidence.OBSERVED)
    spec = decided(make_fact(Claim.PORT, 8000), seen)
    assert spec.operations.runtime.port == 8001


def test_a_service_that_prose_names_is_known_to_code_by_its_address() -> None:
    prose = make_fact(
        Claim.DEPENDENCY,
        {"kind": "http", "name": "payments"},
        "docs/architecture.md",
        3,
        "payments",
    )
    url = make_fact(Claim.ENV_VAR, {"name": "PAYMENTS_URL", "required": True}, "config.py", 2)
    known = {
        d.name: d.configured_by for d in decided(POSTGRESQL, prose, url).operations.dependencies
    }
    assert known == {"postgresql": [], "payments": ["PAYMENTS_URL"]}
    assert [d.name for d in decided(POSTGRESQL, prose).operations.dependencies] == ["postgresql"]


@pytest.mark.parametrize(
    ("command", "prepare", "start"),
    [
        pytest.param(
            "gunicorn shop:app", [], ["gunicorn", "shop:app"], id="one command is the start"
        ),
        pytest.param(
            "sh -c shop migrate && shop serve --port $PORT",
            [["shop", "migrate"]],
            ["shop", "serve", "--port", "$PORT"],
            id="what a chain runs before the service prepares it",
        ),
        pytest.param(
            """sh -c 'shop --port $PORT --allow='"'"'*'"'"''""",
            [],
            ["shop", "--port", "$PORT", "--allow=*"],
            id="a quote within the word that a shell is given",
        ),
        pytest.param(
            {"command": "shop serve", "host": "127.0.0.1", "host_option": "--host"},
            [],
            ["shop", "serve", "--host", "0.0.0.0"],
            id="what keeps to itself is told to listen to all",
        ),
        pytest.param(
            "sh -c shop serve | tee log",
            [],
            ["sh", "-c", "shop serve | tee log"],
            id="what only a shell understands is left to one",
        ),
        pytest.param(
            ["shop", "a && b"], [], ["shop", "a && b"], id="a list of arguments is taken as it is"
        ),
    ],
)
def test_a_start_command_is_split_as_a_shell_would(
    command: object, prepare: list[list[str]], start: list[str]
) -> None:
    told = command if isinstance(command, dict) else {"command": command}
    fact = make_fact(Claim.START_COMMAND, told, "Dockerfile", 9, "CMD")
    runtime = decided(fact).operations.runtime
    assert (runtime.prepare, runtime.start) == (prepare, start)


def test_a_server_for_development_is_the_last_resort() -> None:
    command = {"command": "python manage.py runserver", "development": True}
    runserver = make_fact(Claim.START_COMMAND, command, "manage.py", 3, "runserver")
    production = make_fact(
        Claim.START_COMMAND, "gunicorn shop.wsgi", "z/Procfile", 1, "web", Confidence.DERIVED
    )
    spec = decided(runserver, production)
    assert spec.operations.runtime.start == ["gunicorn", "shop.wsgi"]
    alone = decided(runserver).origin("runtime.start")
    assert alone is not None
    assert alone.why == "a server for development; nothing shows the one of production"


def test_a_connection_in_parts_is_filled_in_part_by_part() -> None:
    names = ["DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME", "DB_POOL_SIZE", "USER_NAME"]
    variables = [
        make_fact(Claim.ENV_VAR, {"name": name, "default": None}, "config.py", line)
        for line, name in enumerate(names, 1)
    ]
    configuration = decided(POSTGRESQL, *variables).operations.configuration
    assert {v.name: v.rehearsal for v in configuration} == {
        "DB_HOST": "{postgresql.host}",
        "DB_NAME": "{postgresql.database}",
        "DB_PASSWORD": "{postgresql.password}",
        "DB_POOL_SIZE": None,
        "DB_PORT": "{postgresql.port}",
        "DB_USER": "{postgresql.user}",
        "USER_NAME": None,
    }


def test_its_own_tests_are_installed_as_the_tree_declares_and_run_with_what_it_names() -> None:
    declared = {"runner": "pytest", "extras": ["test"], "groups": ["dev"], "requirements": []}
    spec = decided(make_fact(Claim.TESTS, declared, "pyproject.toml", 9, '"pytest",'))
    assert spec.operations.tests.install == [
        ["pip", "install", "--quiet", "--upgrade", "pip>=25.1"],
        ["pip", "install", "--quiet", "--group", "dev"],
        ["pip", "install", "--quiet", ".[test]"],
    ]
    assert spec.operations.tests.command == ["python", "-m", "pytest"]
    assert decided().operations.tests.command == []


def test_a_constraint_names_the_target_and_its_region() -> None:
    text = "AWS, region eu-central-1 only; ECS on Fargate"
    fact = make_fact(Claim.CONSTRAINT, text, "docs/discovery.md", 40, text)
    target = decided(fact).operations.target
    assert target is not None
    assert (target.kind, target.region) == ("ecs", "eu-central-1")
