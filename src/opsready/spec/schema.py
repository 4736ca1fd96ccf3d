"""The published JSON Schema of `opsready.yaml`, for editors."""

from typing import Any

from opsready.spec.spec import OperationsSpec


def json_schema() -> dict[str, Any]:
    """Draft 2020-12. Only names are required: whatever a person leaves out is inferred."""
    schema = OperationsSpec.model_json_schema()
    for part in (schema, *schema["$defs"].values()):
        required = [key for key in part.get("required", ()) if key == "name"]
        part.pop("required", None)
        if required and part.get("title") != "Service":
            part["required"] = required
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "opsready.yaml"
    return schema
