"""The fixtures and constants of the tests, and a count of the conformance cases."""

import json
import pathlib
from typing import Any

import pytest

import keyrail

ROOT = pathlib.Path(__file__).resolve().parents[3]

NOW_MS = 1_793_534_400_000
"""2026-11-01T12:00:00Z."""

WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PEPPER_SECRET = "Xr5u4dH7qLw0ZbN3gT9e"


@pytest.fixture(scope="session")
def key() -> keyrail.key.ApiKey:
    """A key whose record is in the deployment."""
    format = keyrail.key.Format.keyrail()
    return format.generate("live", bytes(range(format.entropy_len)))


@pytest.fixture(scope="session")
def secrets() -> dict[str, str | list[str]]:
    """The secrets that are passed with the deployment."""
    return {
        "webhook:desk-hook": [WEBHOOK_SECRET],
        "webhook:crm-hook": WEBHOOK_SECRET,
        "pepper:p1": PEPPER_SECRET,
    }


@pytest.fixture(scope="session")
def deployment(key: keyrail.key.ApiKey) -> dict[str, Any]:
    """A deployment with two apps, and with the digest of the key under a pepper."""
    digest = key.digest(keyrail.key.Pepper("p1", PEPPER_SECRET))
    return {
        "version": 1,
        "platform": "mehery",
        "variables": {"domain": "abcorp"},
        "keys": [
            {
                "id": "desk-key",
                "app": "desk",
                "digests": [{"key_id": key.id, "digest": str(digest)}],
                "scope": "read_write",
                "created_at": "2026-10-01T00:00:00Z",
                "expires_at": "2027-01-30T00:00:00Z",
                "allow_ips": ["203.0.113.0/24"],
            }
        ],
        "topology": {
            "channels": [{"id": "wa-main", "kind": "whatsapp", "queue": "support"}],
            "queues": [
                {"id": "support", "app": "desk", "fallback": ["overflow"]},
                {"id": "sales", "app": "crm"},
                {"id": "overflow", "app": "desk"},
            ],
            "apps": [
                {"id": "desk", "webhooks": ["desk-hook"]},
                {"id": "crm", "webhooks": ["crm-hook"]},
            ],
            "webhooks": [
                {"id": "desk-hook", "url": "https://desk.example/hook", "events": ["message.*"]},
                {"id": "crm-hook", "url": "https://crm.example/in", "events": ["*"]},
            ],
            "rules": [
                {
                    "id": "refunds",
                    "priority": 10,
                    "when": {
                        "all": [
                            {"exact": {"channel": "wa-main"}},
                            {"contains": {"text": "refund"}},
                        ]
                    },
                    "queue": "sales",
                }
            ],
            "default_queue": "support",
        },
    }


@pytest.fixture(scope="session")
def gateway(
    deployment: dict[str, Any], secrets: dict[str, str | list[str]]
) -> keyrail.Gateway:
    """A gateway for the deployment."""
    return keyrail.Gateway.from_json(json.dumps(deployment), secrets)


_conformance_cases = 0


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Counts the conformance cases that were run."""
    global _conformance_cases
    is_case = "test_conformance.py::test_case[" in report.nodeid
    _conformance_cases += is_case and report.when == "call" and not report.skipped


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the number of conformance cases."""
    if _conformance_cases:
        terminalreporter.ensure_newline()
        terminalreporter.write_line(f"conformance: {_conformance_cases} cases")
