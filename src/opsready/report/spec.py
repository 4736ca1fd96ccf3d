"""The spec as JSON: values, origins, conflicts."""

from typing import Any

from opsready.spec.origin import Origin
from opsready.spec.spec import Spec


def spec_fields(spec: Spec) -> dict[str, Any]:
    """The fields of the JSON object."""
    return {
        "spec": spec.operations.model_dump(by_alias=True, exclude_none=True),
        "origins": {key: _origin(origin) for key, origin in spec.origins.items()},
        "assumptions": assumptions(spec),
        "conflicts": [
            {
                "key": conflict.key,
                "stated": conflict.stated,
                "inferred": conflict.inferred,
                **_origin(conflict.origin),
            }
            for conflict in spec.conflicts
        ],
    }


def assumptions(spec: Spec) -> list[dict[str, Any]]:
    """What nobody stated and nothing showed."""
    return [{"key": key, "why": origin.why} for key, origin in spec.assumptions]


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "basis": str(origin.basis),
        "why": origin.why,
        "path": origin.path,
        "line": origin.line,
    }
