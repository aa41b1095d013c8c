"""The JSON Schemas of the documents."""

import json
from pathlib import Path

import keyrail
import pytest

STUB = (Path(keyrail.__file__).parent / "_keyrail.pyi").read_text("utf-8")


def kinds() -> list[str]:
    """Returns the kinds of documents that are listed in the error for an unknown kind."""
    with pytest.raises(ValueError, match="document must be one of: ") as raised:
        keyrail.json_schema("topologies")  # type: ignore[arg-type]
    return str(raised.value).removeprefix("document must be one of: ").split(", ")


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_document_has_a_schema(kind: str) -> None:
    schema = json.loads(keyrail.json_schema(kind))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:keyrail:{kind}:1"


def test_the_stub_lists_every_kind_of_document() -> None:
    listed = STUB.split("_DocumentKind: TypeAlias = Literal[")[1].split("]")[0]
    assert json.loads(f"[{listed.strip().rstrip(',')}]") == kinds()
