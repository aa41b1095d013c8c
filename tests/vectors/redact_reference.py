"""Checks the cases of redact.json: no secret is in the expected text.

Redaction has no second implementation: its expected texts were written by hand. This
file checks that no 8 characters in a row of a secret that a case names are in its
expected text.

    python3 tests/vectors/redact_reference.py

exits with 1 where one is.
"""

import json
import sys

from reference.cases import cases


def check(case):
    """Returns what is wrong with a case, or None."""
    given, want = written(case["given"]), written(case.get("want"))
    for secret in case.get("secrets", []):
        if written(secret)[1:-1] not in given:
            return "a secret is not in what is given"
        for at in range(max(len(secret) - 7, 1)):
            if secret[at : at + 8] in want:
                return "a piece of a secret is in the expected text"
    return None


def written(value):
    return json.dumps(value, ensure_ascii=False)


def main():
    every, wrong = cases("redact.json"), 0
    for case in every:
        difference = check(case)
        if difference:
            wrong += 1
            print(f"{case['call']}: {case['name']}: {difference}")
    print(f"{len(every)} cases checked, {wrong} wrong")
    return 1 if wrong or not every else 0


if __name__ == "__main__":
    sys.exit(main())
