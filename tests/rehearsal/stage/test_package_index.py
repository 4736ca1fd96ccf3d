"""pip's settings, said to uv."""

from pathlib import Path

import pytest

from opsready.rehearsal.stage.package_index import (
    configuration_files,
    index_settings,
    local_folders,
    pip_configuration,
)


def home_with(tmp_path: Path, text: str) -> dict[str, str]:
    path = tmp_path / ".config" / "pip" / "pip.conf"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return {"HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path / "none")}


@pytest.mark.parametrize(
    ("conf", "variables"),
    [
        ("[global]\nindex-url = https://a/simple", {"UV_DEFAULT_INDEX": "https://a/simple"}),
        ("[install]\nfind-links = /wheels /more", {"UV_FIND_LINKS": "/wheels,/more"}),
        (
            "[global]\nextra-index-url = file:///a\n    file:///b",
            {"UV_INDEX": "file:///a file:///b", "UV_INDEX_STRATEGY": "unsafe-best-match"},
        ),
        ("[global]\ntrusted_host = a.example", {"UV_INSECURE_HOST": "a.example"}),
        ("[global]\nno-index = true", {"UV_NO_INDEX": "true"}),
        ("[list]\nindex-url = https://a/simple", {}),
        ("not a configuration", {}),
    ],
)
def test_what_pip_reads_from_a_file_is_said_in_variables_of_uv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, conf: str, variables: dict[str, str]
) -> None:
    environment = home_with(tmp_path, conf)
    only = [tmp_path / ".config" / "pip" / "pip.conf"]
    monkeypatch.setattr(
        "opsready.rehearsal.stage.package_index.configuration_files", lambda _: only
    )
    assert index_settings(environment) == variables


def test_a_variable_of_pip_beats_its_file_and_one_of_uv_beats_both(tmp_path: Path) -> None:
    environment = home_with(tmp_path, "[global]\nindex-url = https://file/simple\n")
    environment["PIP_INDEX_URL"] = "https://pip/simple"
    assert index_settings(environment)["UV_DEFAULT_INDEX"] == "https://pip/simple"
    environment["UV_DEFAULT_INDEX"] = "https://uv/simple"
    assert index_settings(environment)["UV_DEFAULT_INDEX"] == "https://uv/simple"


def test_proxies_and_certificates_are_passed_on_and_credentials_of_others_are_not() -> None:
    given = {
        "HTTPS_PROXY": "http://proxy:3128",
        "SSL_CERT_FILE": "/ca.pem",
        "PIP_CONFIG_FILE": "/dev/null",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI",
        "GITHUB_TOKEN": "ghp_x",
    }
    settings = index_settings(given)
    assert settings == {
        "HTTPS_PROXY": "http://proxy:3128",
        "SSL_CERT_FILE": "/ca.pem",
        "PIP_CONFIG_FILE": "/dev/null",
    }


def test_a_configuration_file_that_is_named_is_the_strongest() -> None:
    files = configuration_files({"HOME": "/home/anna", "PIP_CONFIG_FILE": "/named.conf"})
    assert files[-1] == Path("/named.conf")
    assert Path("/home/anna/.config/pip/pip.conf") in files
    assert configuration_files({"PIP_CONFIG_FILE": "/dev/null"}) == []


def test_a_pip_that_runs_elsewhere_is_told_all_that_this_one_knows(tmp_path: Path) -> None:
    index, wheels = tmp_path / "index" / "simple", tmp_path / "wheels"
    index.mkdir(parents=True)
    wheels.mkdir()
    conf = f"[global]\nextra-index-url = file://{index} https://a/simple\nfind-links = /nowhere\n"
    environment = home_with(tmp_path, conf) | {"PIP_FIND_LINKS": str(wheels)}
    text = pip_configuration(environment)
    assert f"\nextra-index-url = file://{index}\n  https://a/simple\n" in text
    assert f"\nfind-links = {wheels}\n" in text
    assert {index.parent, wheels} <= set(local_folders(environment))
    assert Path("/nowhere") not in local_folders(environment)


def test_where_nothing_is_configured_no_file_is_made() -> None:
    assert pip_configuration({"PIP_CONFIG_FILE": "/dev/null"}) == ""
    assert local_folders({"PIP_CONFIG_FILE": "/dev/null"}) == ()
