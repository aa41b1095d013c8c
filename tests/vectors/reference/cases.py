"""Reads the cases of a vectors file in the same way as the runners."""

import json
import pathlib

VECTORS = pathlib.Path(__file__).parent.parent


def cases(name: str) -> list[dict]:
    """Returns all cases of a file.

    A value with the member `like` becomes a copy of the document that `like` names. The other
    members of the value are set in this copy.
    """
    file = json.loads((VECTORS / name).read_text("utf-8"))
    documents = file.get("documents", {})
    all_cases = [case for section in file["sections"] for case in section["cases"]]
    for case in all_cases:
        for member, value in case["given"].items():
            if isinstance(value, dict) and "like" in value:
                case["given"][member] = documents[value.pop("like")] | value
    return all_cases
