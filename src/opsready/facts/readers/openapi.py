"""The routes that an interface description promises."""

from collections.abc import Iterator

from opsready.documents.openapi import OpenApi
from opsready.facts.fact import Claim, Fact
from opsready.facts.reader import Reader
from opsready.sources.purpose import Purpose, purpose_of
from opsready.sources.source import Bundle


def read(bundle: Bundle) -> Iterator[Fact]:
    """Every operation of every description but those of tests and examples."""
    for document in bundle.documents(OpenApi):
        if purpose_of(document.path) in {Purpose.TRIAL, Purpose.EXAMPLE}:
            continue
        for operation in document.operations:
            value = {
                "method": operation.method,
                "path": operation.path,
                "operation": operation.id,
                "statuses": list(operation.statuses),
            }
            quote = f"{operation.method} {operation.path}"
            yield Fact(Claim.ROUTE, value, document.path, operation.line, quote)


READER = Reader("openapi", read)
