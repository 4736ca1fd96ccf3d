"""The variables that a sample environment file tells people to set."""

from collections.abc import Iterator

from opsready.documents.env_file import EnvFile
from opsready.documents.secret import is_secret, names_secret
from opsready.facts.fact import Claim, Confidence, Fact
from opsready.facts.reader import Reader
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """Samples only: what a filled-in file holds is nobody's business but its owner's."""
    for document in bundle.documents(EnvFile):
        if not document.is_sample:
            continue
        for variable in document.variables:
            secret = names_secret(variable.name) or is_secret(variable.name, variable.value or "")
            default = None if secret else variable.value or None
            value = {"name": variable.name, "secret": secret, "default": default}
            quote = f"{variable.name}={'***' if secret else variable.value or ''}"
            yield Fact(
                Claim.ENV_VAR, value, document.path, variable.line, quote, Confidence.DERIVED
            )


READER = Reader("env_files", read)
