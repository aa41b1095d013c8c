"""Reads the cases of a vectors file, as every runner does."""

import json
import pathlib

VECTORS = pathlib.Path(__file__).parent.parent


def cases(name: str) -> list[dict]:
    """The cases of all sections, with each `like` replaced by the document that it names."""
    file = json.loads((VECTORS / name).read_text("utf-8"))
    documents = file.get("documents", {})
    every = [case for section in file["sections"] for case in section["cases"]]
    for case in every:
        for member, value in case["given"].items():
            if isinstance(value, dict) and "like" in value:
                case["given"][member] = documents[value.pop("like")] | value
    return every
