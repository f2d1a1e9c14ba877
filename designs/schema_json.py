"""`schema.json`: the format of a design file for editors that check TOML while one types.

`python -m designs.schema_json` writes it anew; a test holds the file equal to the models.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from designs.generators import GENERATORS
from designs.schema import DesignFile

PATH = Path(__file__).resolve().parent / "schema.json"


def schema_text() -> str:
    """The JSON schema of `design.toml`, as the file holds it."""
    schema = DesignFile.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "twinboard design file, schema 1"
    schema["$defs"]["NetworkTable"] |= {"allOf": _arguments_by_generator()}
    schema["$defs"]["NetworkTable"]["properties"]["generator"] = {
        "enum": list(GENERATORS),
        "description": "The name of a topology.",
    }
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=True) + "\n"


def _arguments_by_generator() -> list[Mapping[str, object]]:
    return [
        {
            "if": {"properties": {"generator": {"const": name}}, "required": ["generator"]},
            "then": {"properties": {"arguments": model.model_json_schema()}},
        }
        for name, model in GENERATORS.items()
    ]


if __name__ == "__main__":
    PATH.write_text(schema_text(), encoding="utf-8")
