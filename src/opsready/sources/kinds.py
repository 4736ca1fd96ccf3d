"""Names the kind of each file, from its path first and its first lines where that is not enough."""

import re
from enum import StrEnum
from pathlib import PurePosixPath

from opsready.documents.alertmanager import Alertmanager
from opsready.documents.compose import ComposeFile
from opsready.documents.dashboard import Dashboard
from opsready.documents.dockerfile import Dockerfile
from opsready.documents.document import Document
from opsready.documents.env_file import EnvFile
from opsready.documents.gherkin import Feature
from opsready.documents.gitlab_ci import GitlabCi
from opsready.documents.kubernetes import Manifest
from opsready.documents.makefile import Makefile
from opsready.documents.markdown import Markdown
from opsready.documents.module_list import GoModule, JavaBuild
from opsready.documents.observed import Observed
from opsready.documents.openapi import OpenApi
from opsready.documents.openslo import SloFile
from opsready.documents.package_json import PackageJson
from opsready.documents.procfile import Procfile
from opsready.documents.prometheus import Prometheus
from opsready.documents.pyproject import Pyproject
from opsready.documents.python_module import PythonModule
from opsready.documents.routing_tests import RoutingTests
from opsready.documents.rule_tests import RuleTests
from opsready.documents.rules import RuleFile
from opsready.documents.shell import ShellScript
from opsready.documents.terraform import TerraformFile
from opsready.documents.workflow import Workflow


class Kind(StrEnum):
    """What a text is. A kind without a noun is read as plain text."""

    PYTHON = "python"
    PYPROJECT = "pyproject"
    REQUIREMENTS = "requirements"
    PROCFILE = "procfile"
    PACKAGE_JSON = "package_json"
    GO_MOD = "go_mod"
    JAVA_BUILD = "java_build"
    DOCKERFILE = "dockerfile"
    DOCKERIGNORE = "dockerignore"
    COMPOSE = "compose"
    KUBERNETES = "kubernetes"
    TERRAFORM = "terraform"
    TFVARS = "tfvars"
    WORKFLOW = "workflow"
    GITLAB_CI = "gitlab_ci"
    SHELL = "shell"
    MAKEFILE = "makefile"
    RULES = "rules"
    RULE_TESTS = "rule_tests"
    PROMETHEUS = "prometheus"
    ALERTMANAGER = "alertmanager"
    ROUTING_TESTS = "routing_tests"
    OPENSLO = "openslo"
    DASHBOARD = "dashboard"
    OPENAPI = "openapi"
    GHERKIN = "gherkin"
    MARKDOWN = "markdown"
    ENV_FILE = "env_file"
    INI = "ini"
    HAIKU_SETTINGS = "haiku_settings"
    OBSERVED = "observed"
    SPEC = "spec"
    YAML = "yaml"
    JSON = "json"
    TOML = "toml"
    CODE = "code"
    TEXT = "text"


NOUNS: dict[Kind, type[Document]] = {
    Kind.GHERKIN: Feature,
    Kind.MARKDOWN: Markdown,
    Kind.PYTHON: PythonModule,
    Kind.DOCKERFILE: Dockerfile,
    Kind.COMPOSE: ComposeFile,
    Kind.KUBERNETES: Manifest,
    Kind.TERRAFORM: TerraformFile,
    Kind.TFVARS: TerraformFile,
    Kind.WORKFLOW: Workflow,
    Kind.GITLAB_CI: GitlabCi,
    Kind.SHELL: ShellScript,
    Kind.MAKEFILE: Makefile,
    Kind.PROCFILE: Procfile,
    Kind.ENV_FILE: EnvFile,
    Kind.OPENAPI: OpenApi,
    Kind.PACKAGE_JSON: PackageJson,
    Kind.PYPROJECT: Pyproject,
    Kind.GO_MOD: GoModule,
    Kind.JAVA_BUILD: JavaBuild,
    Kind.OBSERVED: Observed,
    Kind.RULES: RuleFile,
    Kind.RULE_TESTS: RuleTests,
    Kind.PROMETHEUS: Prometheus,
    Kind.ALERTMANAGER: Alertmanager,
    Kind.ROUTING_TESTS: RoutingTests,
    Kind.OPENSLO: SloFile,
    Kind.DASHBOARD: Dashboard,
}
"""The noun that reads each kind; a kind that is missing here is plain text."""

_NAMES = {
    "pyproject.toml": Kind.PYPROJECT,
    "procfile": Kind.PROCFILE,
    "package.json": Kind.PACKAGE_JSON,
    "go.mod": Kind.GO_MOD,
    "pom.xml": Kind.JAVA_BUILD,
    "build.gradle": Kind.JAVA_BUILD,
    "build.gradle.kts": Kind.JAVA_BUILD,
    ".dockerignore": Kind.DOCKERIGNORE,
    ".gitlab-ci.yml": Kind.GITLAB_CI,
    "makefile": Kind.MAKEFILE,
    "opsready.yaml": Kind.SPEC,
}
_ENDINGS = {
    ".py": Kind.PYTHON,
    ".feature": Kind.GHERKIN,
    ".tf": Kind.TERRAFORM,
    ".tfvars": Kind.TFVARS,
    ".sh": Kind.SHELL,
    ".bash": Kind.SHELL,
    ".mk": Kind.MAKEFILE,
    ".ini": Kind.INI,
    ".cfg": Kind.INI,
    ".toml": Kind.TOML,
    ".txt": Kind.TEXT,
    ".rst": Kind.MARKDOWN,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".js": Kind.CODE,
    ".mjs": Kind.CODE,
    ".ts": Kind.CODE,
    ".tsx": Kind.CODE,
    ".go": Kind.CODE,
    ".java": Kind.CODE,
    ".kt": Kind.CODE,
    ".rb": Kind.CODE,
    ".rs": Kind.CODE,
    ".cs": Kind.CODE,
}
_COMPOSE = re.compile(r"^(docker-)?compose([.-][\w.-]+)?\.ya?ml$")
_DOCKERFILE = re.compile(r"^(dockerfile|containerfile)([.-].+)?$|\.dockerfile$", re.IGNORECASE)
_REQUIREMENTS = re.compile(r"^requirements[\w.-]*\.(txt|in)$|/requirements/[^/]+\.(txt|in)$")
_LOCKS = re.compile(r"(^|[.-])lock(\.(json|ya?ml|hcl))?$|^npm-shrinkwrap\.json$")
_TOP_KEY = re.compile(r"^[\"']?([A-Za-z_]\w*)[\"']?[ \t]*:(?:[ \t]+(\S+))?", re.MULTILINE)
_RULES_BELOW = re.compile(r"^[ \t]+(?:- )?rules:", re.MULTILINE)
_IMAGE_BELOW = re.compile(r"^[ \t]+(?:image|build):", re.MULTILINE)
# `{{ .Values.x }}` and `{{- if` are Helm's: YAML only once rendered.
_HELM = re.compile(r"\{\{-?\s*(?:\.|if |range |include |with |define |template |toYaml )")


def kind_of(path: str, text: str) -> Kind:
    """The kind of the file at `path` (relative, forward slashes)."""
    name = PurePosixPath(path).name.lower()
    by_place = _kind_by_place(path, name)
    if by_place is not None:
        return by_place
    ending = PurePosixPath(name).suffix
    if ending in {".yaml", ".yml"}:
        return _kind_of_yaml(path, text)
    if ending in {".rule", ".rules"} and _RULES_BELOW.search(text):
        return Kind.RULES
    if ending == ".json":
        return _kind_of_json(text)
    if ending == "" and text.startswith("#!"):
        return _kind_of_script(text.splitlines()[0])
    return _ENDINGS.get(ending, Kind.TEXT)


def _kind_by_place(path: str, name: str) -> Kind | None:
    if path.endswith(".opsready/observed.json"):
        return Kind.OBSERVED
    if path.endswith(".haiku/settings.yml"):
        return Kind.HAIKU_SETTINGS
    if ".github/workflows/" in path and name.endswith((".yml", ".yaml")):
        return Kind.WORKFLOW
    if ".github/actions/" in path and name in {"action.yml", "action.yaml"}:
        return Kind.WORKFLOW
    if name in _NAMES:
        return _NAMES[name]
    if _LOCKS.search(name):
        return Kind.TEXT
    if _COMPOSE.match(name):
        return Kind.COMPOSE
    if _DOCKERFILE.search(name):
        return Kind.DOCKERFILE
    if _REQUIREMENTS.search("/" + path.lower()) or _REQUIREMENTS.match(name):
        return Kind.REQUIREMENTS
    if name.startswith(".env") or name.endswith(".env"):
        return Kind.ENV_FILE
    return None


def _kind_of_yaml(path: str, text: str) -> Kind:
    """What a YAML says it is by the keys at its left margin."""
    if "/templates/" in "/" + path and _HELM.search(text):
        return Kind.TEXT
    keys: dict[str, str] = {}
    for key, value in _TOP_KEY.findall(text):
        keys.setdefault(key, value)
    if {"apiVersion", "kind"} <= keys.keys():
        if keys["apiVersion"].startswith(("openslo", "sloth.slok.dev", "pyrra.dev")):
            return Kind.OPENSLO
        return Kind.RULES if keys["kind"] == "PrometheusRule" else Kind.KUBERNETES
    if keys.keys() & {"openapi", "swagger"}:
        return Kind.OPENAPI
    if {"rule_files", "tests"} <= keys.keys():
        return Kind.RULE_TESTS
    if {"routing", "tests"} <= keys.keys():
        return Kind.ROUTING_TESTS
    if {"route", "receivers"} <= keys.keys() or "alertmanager_config" in keys:
        return Kind.ALERTMANAGER
    if {"scrape_configs", "global"} <= keys.keys() or {
        "scrape_configs",
        "rule_files",
    } <= keys.keys():
        return Kind.PROMETHEUS
    if "groups" in keys and _RULES_BELOW.search(text):
        return Kind.RULES
    if "slos" in keys and keys.get("version", "").strip("\"'").startswith("prometheus/"):
        return Kind.OPENSLO  # the dialect of Sloth
    if "services" in keys and _IMAGE_BELOW.search(text):
        return Kind.COMPOSE
    return Kind.YAML


def _kind_of_json(text: str) -> Kind:
    head = text[:4000]
    if '"panels"' in text and re.search(r'"(schemaVersion|targets|templating)"', text):
        return Kind.DASHBOARD
    if re.search(r'"(openapi|swagger)"\s*:', head):
        return Kind.OPENAPI
    return Kind.JSON


def _kind_of_script(shebang: str) -> Kind:
    if "python" in shebang:
        return Kind.PYTHON
    return Kind.SHELL if re.search(r"\b(ba|da|z|k)?sh\b", shebang) else Kind.TEXT
