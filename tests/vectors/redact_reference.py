"""Checks that no secret is in the expected texts of redact.json.

Redaction has no second implementation: the expected texts were written by hand. This file
checks that the expected text of a case contains no 8 consecutive characters of a secret
that the case lists. Run it with

    python3 tests/vectors/redact_reference.py

It exits with 1 if a case is wrong.
"""

import json
import sys

from reference.cases import cases


def check(case):
    """Returns what is wrong with a case, or None."""
    given, want = as_json(case["given"]), as_json(case.get("want"))
    for secret in case.get("secrets", []):
        if as_json(secret)[1:-1] not in given:
            return "a secret is not in the input"
        for at in range(max(len(secret) - 7, 1)):
            if secret[at : at + 8] in want:
                return "a part of a secret is in the expected text"
    return None


def as_json(value):
    return json.dumps(value, ensure_ascii=False)


def main():
    all_cases, wrong = cases("redact.json"), 0
    for case in all_cases:
        difference = check(case)
        if difference:
            wrong += 1
            print(f"{case['call']}: {case['name']}: {difference}")
    print(f"{len(all_cases)} cases checked, {wrong} wrong")
    return 1 if wrong or not all_cases else 0


if __name__ == "__main__":
    sys.exit(main())
