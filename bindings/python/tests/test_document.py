"""The JSON Schemas of the documents."""

import json
from typing import Literal

import keyrail
import pytest

KINDS = (
    "deployment",
    "topology",
    "fixtures",
    "key-record",
    "policy",
    "key-format",
    "key-format-set",
    "mask-policy",
    "platform",
    "scheme",
    "trust",
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_document_has_a_schema(kind: str) -> None:
    schema = json.loads(keyrail.json_schema(kind))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:keyrail:{kind}:1"


def test_an_unknown_kind_of_document_is_rejected() -> None:
    with pytest.raises(ValueError, match="deployment, topology, fixtures"):
        keyrail.json_schema("topologies")  # type: ignore[arg-type]
