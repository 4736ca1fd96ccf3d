"""The image that the Ops Engineer writes."""

from typing import Any

import pytest

from opsready.documents.dockerfile import Dockerfile
from opsready.facts.fact import Facts
from opsready.facts.gather import gather
from opsready.hats.ops_engineer.image import left_out, produce
from opsready.hats.pack import Pack
from opsready.spec.decide import decide
from opsready.spec.load import Stated
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
        'VOLUME ["/tmp"]',
        "USER 10001:10001",
        "EXPOSE 8080",
        "HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \\",
        '    CMD ["python", "-c", "import urllib.request as u; '
        "u.urlopen('http://127.0.0.1:8080/healthz', timeout=5)\"]",
        "STOPSIGNAL SIGTERM",
        'CMD ["uvicorn", "shop:app", "--port", "8080"]',
    ]


@pytest.mark.parametrize(
    ("files", "version", "why"),
    [
        ({"pyproject.toml": 'requires-python = ">=3.11"'}, "3.12", "which suits pyproject.toml"),
        ({"pyproject.toml": 'requires-python = ">=3.13"'}, "3.13", "which suits pyproject.toml"),
        ({"pyproject.toml": "requires-python = '>=3.9, <3.12'"}, "3.11", "which suits pyproject."),
        ({"pyproject.toml": 'requires-python = "~=3.10"'}, "3.12", "which suits pyproject.toml"),
        ({"pyproject.toml": 'requires-python = "~=3.10.2"'}, "3.10", "which suits pyproject.toml"),
        ({"pyproject.toml": 'requires-python = "==3.10.*"'}, "3.10", "which suits pyproject.toml"),
        ({"setup.py": "setup(name='shop', python_requires='<=3.10')"}, "3.10", "which suits setup"),
        ({".python-version": "3.11.9\n"}, "3.11", "as .python-version says"),
        ({".python-version": "pypy3.10\n"}, "3.12", "an assumption: nothing in the tree says"),
        ({}, "3.12", "an assumption: nothing in the tree says which"),
    ],
)
def test_the_version_of_python_is_the_one_that_the_tree_asks_for(
    files: dict[str, str], version: str, why: str
) -> None:
    tree = {"shop.py": "from fastapi import FastAPI\napp = FastAPI()\n"}
    tree |= {
        path: f"[project]\nname = 'shop'\n{text}\n" if path.endswith("toml") else text
        for path, text in files.items()
    }
    facts = gather(make_bundle(tree))
    text = next(a.text for a in produce(make_spec(**SHOP), facts) if a.path == "Dockerfile")
    assert f"ARG BASE=python:{version}-slim\n" in text
    assert f" Python {version}: {why}" in text


def test_requirements_in_a_folder_stay_in_their_folder() -> None:
    install = [["pip", "install", "-r", "requirements/production.txt"]]
    lines = dockerfile(runtime={**SHOP["runtime"], "install": install}).splitlines()
    at = lines.index("COPY requirements requirements")
    assert lines[at + 1] == "RUN pip install --no-cache-dir -r requirements/production.txt"


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
    assert "RUN mkdir -m 1777 /tmp/metrics" in text.splitlines()


def test_a_service_without_a_start_command_gets_no_image() -> None:
    spec = make_spec(runtime={"language": "python"})
    assert list(produce(spec, Facts(()))) == []


def test_a_server_for_development_is_nothing_that_users_get() -> None:
    code = "from flask import Flask\napp = Flask('a')\nif __name__ == '__main__':\n    app.run()\n"
    facts = gather(make_bundle({"shop.py": code}))
    spec = decide(facts, Stated())
    assert list(produce(spec, facts)) == []
    assert [str(left) for left in left_out(spec, facts)] == [
        "image: nothing says runtime.start (the code shows `python shop.py` alone, a server for "
        "development): state it in opsready.yaml"
    ]


def test_no_port_is_invented() -> None:
    text = dockerfile(runtime={**SHOP["runtime"], "port": None})
    assert "EXPOSE" not in text
    assert "# No HEALTHCHECK: nothing says on which port it listens." in text.splitlines()


@pytest.mark.parametrize(
    ("files", "is_told"),
    [
        ({"pyproject.toml": "[build-system]\nrequires = ['setuptools-scm']\n[project]\n"}, True),
        ({"pyproject.toml": "[build-system]\nrequires = ['hatch-vcs']\n[project]\n"}, True),
        ({"setup.py": "setup(setup_requires=['pbr'], pbr=True)\n"}, True),
        ({"pyproject.toml": "[project]\nversion = '1'\n"}, False),
        ({"setup.py": "setup(use_scm_version=True)\n", "PKG-INFO": "Version: 1\n"}, False),
    ],
)
def test_a_version_that_git_gives_is_given_without_git(
    files: dict[str, str], is_told: bool
) -> None:
    facts = gather(make_bundle({"shop.py": "x = 1\n", **files}))
    text = next(a.text for a in produce(make_spec(**SHOP), facts) if a.path == "Dockerfile")
    told = "ENV SETUPTOOLS_SCM_PRETEND_VERSION=$VERSION PBR_VERSION=$VERSION\n"
    assert (told in text) is is_told


def test_what_an_installation_may_read_is_in_the_build_context() -> None:
    """A README that pyproject.toml names, and one that setup.py opens."""
    ignored = [a for a in produce(make_spec(**SHOP), Facts(())) if a.path == ".dockerignore"]
    assert "*.md" not in ignored[0].text.splitlines()


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
