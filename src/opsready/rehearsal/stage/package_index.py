"""Where this user's packages come from, for installations alone: nothing else on the stage sees
these settings, which may hold the password of an index.

uv reads no pip.conf. On a machine whose indexes stand there it would find nothing, so what pip
would use is said to uv in uv's own words (pip's and uv's documentation of settings).
"""

import configparser
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_PASSED_ON = ("PIP_", "UV_")
_PASSED_ON_EXACTLY = frozenset(
    {
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "all_proxy",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NETRC",
    }
)
# pip's option, uv's variable, and what stands between several values there.
_IN_UV = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "no-index": ("UV_NO_INDEX", " "),
}


def index_settings(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables with which an installation finds packages as this user's pip would."""
    ours = os.environ if environment is None else environment
    settings = {
        name: value
        for name, value in ours.items()
        if name.startswith(_PASSED_ON) or name in _PASSED_ON_EXACTLY
    }
    for option, value in _options(*_files_and_environment(ours)).items():
        variable, between = _IN_UV[option]
        settings.setdefault(variable, between.join(value.split()))
    if "UV_INDEX" in settings:
        # pip takes the best version of all indexes, uv by default the first index that knows it.
        settings.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return settings


def pip_configuration(environment: Mapping[str, str] | None = None) -> str:
    """What this user's pip would use, as the text of one pip.conf, for a pip that runs elsewhere;
    empty where nothing is configured."""
    found = _options(*_files_and_environment(environment))
    # Several values stand below each other (pip's documentation of its configuration file).
    lines = [f"{option} = " + "\n  ".join(value.split()) for option, value in found.items()]
    return "\n".join(["[global]", *lines, ""]) if lines else ""


def local_folders(environment: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """Folders and files of this machine that the configuration names: indexes and wheels that
    lie on its disk, certificates."""
    found = _options(*_files_and_environment(environment))
    named = (word.removeprefix("file://") for value in found.values() for word in value.split())
    paths = (Path(word) for word in named if word.startswith("/"))
    # Pages of an index name their packages relative to themselves, beside the folder `simple`.
    whole = (path.parent if path.name == "simple" else path for path in paths)
    return tuple(dict.fromkeys(path for path in whole if path.exists()))


def _files_and_environment(
    environment: Mapping[str, str] | None,
) -> tuple[list[str], Mapping[str, str]]:
    ours = os.environ if environment is None else environment
    return [str(path) for path in configuration_files(ours) if path.is_file()], ours


def configuration_files(environment: Mapping[str, str]) -> list[Path]:
    """Where pip looks, weakest first."""
    named = environment.get("PIP_CONFIG_FILE")
    if named == os.devnull:
        return []
    home = Path(environment.get("HOME", "~")).expanduser()
    own = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    system = (environment.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    files = [*(Path(folder) / "pip" / "pip.conf" for folder in system), Path("/etc/pip.conf")]
    files += [home / ".pip" / "pip.conf", own / "pip" / "pip.conf", Path(sys.prefix) / "pip.conf"]
    return [*files, Path(named)] if named else files


def _options(files: list[str], environment: Mapping[str, str]) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    for path in files:
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
    found = {
        option: value
        for section in ("global", "install")
        for option, value in _section(parser, section)
    }
    for option in _IN_UV:
        value = environment.get("PIP_" + option.upper().replace("-", "_"))
        if value:
            found[option] = value
    return found


def _section(parser: configparser.RawConfigParser, name: str) -> Iterator[tuple[str, str]]:
    if parser.has_section(name):
        for option, value in parser.items(name):
            if option.replace("_", "-") in _IN_UV:
                yield option.replace("_", "-"), value
