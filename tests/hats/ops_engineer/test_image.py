"""The image that the Ops Engineer writes."""

from typing import Any

from opsready.documents.dockerfile import Dockerfile
from opsready.facts.fact import Facts
from opsready.hats.ops_engineer.image import produce
from opsready.hats.pack import Pack
from tests.build import make_bundle, make_spec

SHOP: dict[str, Any] = {
    "runtime": {
        "language": "python",
        "install": [["pip", "install", "-r", "requirements.txt"]],
        "start": ["uvicorn", "shop:app", "--port", "8080"],
        "port": 8080,
    },
    "health": {"liveness": "/healthz", "readiness": "/readyz", "timeout_s": 5},
}


def dockerfile(**changes: Any) -> str:
    artifacts = {a.path: a.text for a in produce(make_spec(**{**SHOP, **changes}), Facts(()))}
    return artifacts["Dockerfile"]


def test_a_python_service_gets_an_image_in_two_stages() -> None:
    text = dockerfile()
    assert [line for line in text.splitlines() if line and not line.lstrip().startswith("#")] == [
        "ARG BASE=python:3.12-slim",
        "FROM ${BASE} AS build",
        "WORKDIR /app",
        "RUN python -m venv /venv",
        "ENV PATH=/venv/bin:$PATH",
        "COPY requirements.txt ./",
        "RUN pip install --no-cache-dir -r requirements.txt",
        "FROM ${BASE}",
        "RUN groupadd --system --gid 10001 app && useradd --system --uid 10001 --gid app "
        "--home-dir /app app",
        "WORKDIR /app",
        "COPY --from=build /venv /venv",
        "COPY --chown=root:app . .",
        "ENV PATH=/venv/bin:$PATH \\",
        "    PYTHONUNBUFFERED=1 \\",
        "    PYTHONDONTWRITEBYTECODE=1",
        "USER 10001:10001",
        "EXPOSE 8080",
        "HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \\",
        '    CMD ["python", "-c", "import urllib.request as u; '
        "u.urlopen('http://127.0.0.1:8080/healthz', timeout=5)\"]",
        "STOPSIGNAL SIGTERM",
        'CMD ["uvicorn", "shop:app", "--port", "8080"]',
    ]


def test_our_own_reader_of_dockerfiles_understands_it() -> None:
    read = Dockerfile.parse("Dockerfile", dockerfile())
    assert len(read.stages) == 2


def test_a_start_command_with_variables_gets_a_shell_that_makes_way() -> None:
    text = dockerfile(
        runtime={**SHOP["runtime"], "start": ["uvicorn", "shop:app", "--port", "$PORT"]}
    )
    assert 'CMD ["sh", "-c", "exec uvicorn shop:app --port $PORT"]' in text.splitlines()


def test_without_a_health_route_the_file_says_so() -> None:
    assert "# No HEALTHCHECK: the code shows no health route." in dockerfile(health={})


def test_metrics_of_several_workers_get_a_directory() -> None:
    text = dockerfile(configuration=[{"name": "PROMETHEUS_MULTIPROC_DIR"}])
    assert "    PROMETHEUS_MULTIPROC_DIR=/tmp/metrics" in text.splitlines()


def test_a_service_without_a_start_command_gets_no_image() -> None:
    spec = make_spec(runtime={"language": "python"})
    assert list(produce(spec, Facts(()))) == []


def test_a_dockerfile_that_is_there_is_kept() -> None:
    pack = Pack(make_bundle({"Dockerfile": "FROM scratch\n"}))
    merged = pack.merged_with(produce(make_spec(**SHOP), Facts(())))
    kept = merged.source("Dockerfile")
    assert kept is not None
    assert kept.text == "FROM scratch\n"
    assert [artifact.path for artifact in merged.written] == [".dockerignore"]


def test_what_a_shell_would_take_for_a_pattern_is_quoted() -> None:
    runtime = {**SHOP["runtime"], "install": [["pip", "install", ".[postgresql,web]", "x==1.2"]]}
    assert (
        "RUN pip install --no-cache-dir './[postgresql,web]' x==1.2"
        in dockerfile(runtime=runtime).splitlines()
    )
