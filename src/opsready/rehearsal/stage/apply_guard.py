"""What may be planned and applied here: only what cannot reach beyond loopback.

Twice: the files are read before any command runs, since a plan already asks providers; and the
plan itself is read before it is applied, since it knows what modules and expressions came to.
"""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from opsready.documents.document import Unparsable
from opsready.documents.terraform import Block, TerraformFile
from opsready.rehearsal.stage.cloud import CREDENTIAL
from opsready.rehearsal.stage.terraform import PROVIDER
from opsready.rehearsal.stage.trouble import CannotStage

BUILT_IN = "terraform.io/builtin/terraform"
# All that a provider block may say: where the provider is sent is not among it, nor who it is.
_HARMLESS = frozenset(
    {
        *("region", "default_tags", "ignore_tags", "max_retries", "retry_mode", "alias", "version"),
        *("s3_use_path_style", "allowed_account_ids", "forbidden_account_ids"),
        *("skip_credentials_validation", "skip_metadata_api_check", "skip_region_validation"),
        *(
            "skip_requesting_account_id",
            "s3_us_east_1_regional_endpoint",
            "token_bucket_rate_limiter_capacity",
        ),
    }
)
_HARMLESS_OF_BACKEND = frozenset(
    {
        *("bucket", "key", "region", "encrypt", "use_lockfile", "dynamodb_table", "kms_key_id"),
        *("acl", "workspace_key_prefix", "use_path_style", "max_retries"),
    }
)
_BACKENDS = ("s3", "local")
# Data sources that run a program or ask a host of their own choice (their providers' pages).
_REACHING = frozenset({"external", "http"})
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
# What would lead the provider to another account or another host.
_LEADING = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE")


class Refused(CannotStage):
    """It is not run, because of where it could reach; says nothing about the tree."""


def admit_environment(environment: Mapping[str, str]) -> None:
    """Only our emulator, by our credentials. Raises Refused."""
    for name in environment:
        if name in _LEADING or (name.startswith("AWS_ENDPOINT_URL_")):
            raise Refused(f"refused: {name} is set")
    endpoint = environment.get("AWS_ENDPOINT_URL", "")
    if not is_loopback(endpoint):
        raise Refused(f"refused: AWS_ENDPOINT_URL is not on loopback: {endpoint or 'not set'}")
    if any(environment.get(name) != CREDENTIAL for name in _KEYS):
        raise Refused("refused: credentials that are not the rehearsal's own")


def admit_files(root: Path, *, allow_exec: bool = False) -> None:
    """The files of a root with its tests, which apply too, and of the modules beside it that they
    call. Raises Refused."""
    for file in _files(root, set(), ("*.tf", "*.tftest.hcl", "tests/*.tftest.hcl")):
        for block in _blocks(file):
            for reason in _reasons(block, allow_exec):
                raise Refused(f"refused: {file.name}:{block.line} {reason}")


def admit_plan(plan: Mapping[str, Any], *, allow_exec: bool = False) -> None:
    """The JSON of a plan, before it is applied. Raises Refused."""
    configuration = plan.get("configuration", {})
    for provider in configuration.get("provider_config", {}).values():
        name = provider.get("full_name", provider.get("name", ""))
        if name not in {PROVIDER, BUILT_IN} and not allow_exec:
            raise Refused(f"refused: provider {name}: only hashicorp/aws is known to stay here")
        strange = sorted(provider.get("expressions", {}).keys() - _HARMLESS)
        if strange:
            raise Refused(f"refused: the provider is told {', '.join(strange)}")
    for change in plan.get("resource_changes", ()):
        if change.get("provider_name") not in {PROVIDER, BUILT_IN} and not allow_exec:
            raise Refused(f"refused: {change['address']} is of {change.get('provider_name')}")
    for resource in _planned(configuration.get("root_module", {})):
        if resource.get("provisioners") and not allow_exec:
            raise Refused(f"refused: {resource['address']} has a provisioner")


def is_loopback(url: str) -> bool:
    """Whether a URL names loopback by number: a name could resolve to anything."""
    try:
        return ipaddress.ip_address(urlsplit(url).hostname or "").is_loopback
    except ValueError:
        return False


def _reasons(block: Block, allow_exec: bool) -> Iterator[str]:
    if block.type == "provider":
        yield from _of_provider(block, allow_exec)
    elif block.type == "terraform":
        yield from _of_settings(block, allow_exec)
    elif block.type == "data" and block.resource_type in _REACHING and not allow_exec:
        yield f"data source {block.resource_type} reaches out of Terraform"
    for call in _calls(block):
        source = str(call.plain("source") or "")
        if not source.startswith(("./", "../")):
            yield f"module {source or 'of no source'} comes from elsewhere"
    if not allow_exec and any(inner.type == "provisioner" for inner in block.walk()):
        yield f"{block.address} has a provisioner"


def _of_provider(block: Block, allow_exec: bool) -> Iterator[str]:
    name = block.labels[0] if block.labels else ""
    if name != "aws":
        if not allow_exec:
            yield f"provider {name}: only hashicorp/aws is known to stay here"
        return
    said = {*block.attributes, *(inner.type for inner in block.blocks)}
    strange = sorted(said - _HARMLESS)
    if strange:
        yield f"the provider is told {', '.join(strange)}"


def _of_settings(block: Block, allow_exec: bool) -> Iterator[str]:
    for backend in block.inner("backend", "cloud"):
        kind = backend.labels[0] if backend.labels else backend.type
        if kind not in _BACKENDS:
            yield f"state is kept in {kind}"
        if kind == "s3":
            strange = sorted(backend.attributes.keys() - _HARMLESS_OF_BACKEND)
            if strange:
                yield f"the backend is told {', '.join(strange)}"
    for providers in () if allow_exec else block.inner("required_providers"):
        for name in providers.attributes:
            source = providers.attributes[name].value.string("source") or f"hashicorp/{name}"
            if source not in {"hashicorp/aws", PROVIDER, BUILT_IN}:
                yield f"provider {source}: only hashicorp/aws is known to stay here"


def _files(root: Path, seen: set[Path], globs: Sequence[str] = ("*.tf",)) -> Iterator[Path]:
    """Its own files, then those of local modules; JSON syntax is refused unread."""
    if root in seen or not root.is_dir():
        return
    seen.add(root)
    for file in sorted((*root.glob("*.json"), *root.glob("tests/*.json"))):
        if file.name.endswith((".tf.json", ".tftest.json")):
            raise Refused(f"refused: {file.name} is in JSON, which is not read here")
    for file in sorted(file for glob in globs for file in root.glob(glob)):
        yield file
        for call in (call for block in _blocks(file) for call in _calls(block)):
            yield from _files((root / str(call.plain("source") or "")).resolve(), seen)


def _calls(block: Block) -> list[Block]:
    """The modules that a block calls: itself, or that of a test's `run`."""
    return [block] if block.type == "module" else block.inner("module")


def _blocks(file: Path) -> Iterator[Block]:
    try:
        yield from TerraformFile.parse(file.name, file.read_text(encoding="utf-8")).blocks
    except (Unparsable, UnicodeDecodeError, OSError):
        return  # Terraform does not read it either, and says so itself


def _planned(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from module.get("resources", ())
    for call in module.get("module_calls", {}).values():
        yield from _planned(call.get("module", {}))
