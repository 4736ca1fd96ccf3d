"""PromQL: text to nodes and back. Knows nothing of readiness."""

from opsready.promql.error import PromQLError, Refused
from opsready.promql.parse import parse
from opsready.promql.printer import pretty, print_expr

__all__ = ["PromQLError", "Refused", "parse", "pretty", "print_expr"]
