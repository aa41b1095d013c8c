#!/usr/bin/env python3
"""Writes the data that `cargo run --example journey` processes.

    python3 examples/journey/data/make.py

It uses only the standard library, and every run writes the same bytes: there are no random
numbers, and everything is derived from names. This script computes keys and digests itself,
as the documentation of `keyrail-key` describes. So the example also tests the crates. Every secret
in secrets.json contains the words "test only". In the signing secrets, these words are encoded in
base64.

It writes these files in its folder:
  deployments/*.json  one deployment per platform
  secrets.json        the secrets of the deployments: signing secrets and a pepper
  requests.jsonl      the HTTP requests of apps, one per line
  messages.jsonl      a day of a multichannel inbox, one message per line

The messages are in inbox.py.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import zlib

from inbox import day

HERE = pathlib.Path(__file__).resolve().parent
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


# Keys and digests


def seed(label):
    """Derives 32 bytes from a label, instead of random bytes."""
    return hashlib.sha256(b"keyrail journey, a test: " + label.encode()).digest()


def characters(label, alphabet, count):
    """Derives characters of an alphabet from a label, for foreign keys."""
    blocks = b"".join(seed(f"{label} {i}") for i in range(1 + count // 32))
    return "".join(alphabet[byte % len(alphabet)] for byte in blocks[:count])


def base62(number):
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = ALPHABET[digit] + digits
    return digits.rjust(6, "0")


def with_checksum(body):
    return body + base62(zlib.crc32(body.encode()))


def keyrail_key(label, environment="test"):
    """Derives a key of Keyrail's own format from a label."""
    stream, block = "", 0
    while len(stream) < 12 + 27:
        prefix = b"keyrail-key-v1\0kr\0" + environment.encode() + b"\0"
        block_bytes = hmac.digest(seed(label), prefix + block.to_bytes(4, "big"), "sha256")
        stream += "".join(ALPHABET[byte % 62] for byte in block_bytes if byte < 248)
        block += 1
    return with_checksum(f"kr_{environment}_{stream[:12]}_{stream[12:39]}")


def key_id(key):
    return key[8:20]


def wrong_secret(key, label):
    """Returns a well-formed key with the id of another key, but a different secret."""
    return with_checksum(key[:21] + keyrail_key(label)[21:48])


def wrong_checksum(key):
    return key[:-1] + ("0" if key[-1] != "0" else "1")


def hex_key(label):
    """Derives 40 hexadecimal digits, as in SwellSign's only example."""
    return seed(label).hex()[:40]


def jwt_like_key(label):
    """Derives three dot-separated parts, as in Azeer's only sample. The signature is not real."""
    part = lambda value: b64url(json.dumps(value, separators=(",", ":")).encode())
    header = part({"alg": "HS256", "typ": "JWT"})
    return f"{header}.{part({'sub': label, 'use': 'keyrail-journey-test'})}.{b64url(seed(label))}"


def vchatcloud_key(label):
    """Derives four groups of six characters and 14 digits, as in VChatCloud's samples."""
    text = characters(label, ALPHABET, 24)
    return "-".join([text[i : i + 6] for i in range(0, 24, 6)] + ["20261101000000"])


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def digest(key, pepper=None):
    if pepper is None:
        return "sha256:" + b64url(hashlib.sha256(key.encode()).digest())
    name, secret = pepper
    return f"hmac-sha256:{name}:" + b64url(hmac.digest(secret.encode(), key.encode(), "sha256"))


def own(key, pepper=None):
    """Returns a stored digest of a key of Keyrail's format, with the key's id."""
    return {"key_id": key_id(key), "digest": digest(key, pepper)}


def foreign(key):
    """Returns a stored digest of a key of another format, without an id."""
    return {"digest": digest(key)}


def record(name, app, scope, digests, **more):
    return {"id": name, "app": app, "scope": scope, "digests": digests, **more}


def signing_secret(label):
    text = f"test only, not a secret: {label}"
    return "whsec_" + base64.b64encode(text.encode()).decode()


# The five deployments

PEPPER = ("p1", "test only, not a secret: the pepper of the journey")

# MeherY
DESK = keyrail_key("mehery desk")
DESK_BEFORE = keyrail_key("mehery desk, before it was rotated")
DESK_2025 = keyrail_key("mehery desk, of last year")
BOARD = keyrail_key("mehery board, reads only")
CRM = keyrail_key("mehery crm")
LEDGER_LOST = keyrail_key("mehery ledger, lost and revoked")
LATAM_NEXT = keyrail_key("mehery latam, from noon on")
# Sceyt
CHAT = keyrail_key("sceyt chat server")
MODERATION = keyrail_key("sceyt moderation, of the summer")
REPORTS = keyrail_key("sceyt reports, reads only")
# Azeer
SHOP = jwt_like_key("azeer shop")
SHOP_READ = jwt_like_key("azeer dashboard, reads only")
AGENCY = jwt_like_key("azeer agency, its contract is over")
# VChatCloud
STAGE = vchatcloud_key("vchatcloud stage")
STAGE_BEFORE = vchatcloud_key("vchatcloud stage, before it was issued again")
STAGE_TOKEN = jwt_like_key("vchatcloud token")
# SwellSign
CONTRACTS = hex_key("swellsign contracts")
CONTRACTS_60 = hex_key("swellsign contracts, of sixty days ago")
AUDITOR = hex_key("swellsign auditor, reads only")

ANY_OF = lambda operator, attribute, words: {"any": [{operator: {attribute: w}} for w in words]}

MEHERY = {
    "version": 1,
    "platform": "mehery",
    "variables": {"domain": "abcorp"},
    "keys": [
        record("desk-main", "desk", "read_write", [own(DESK, PEPPER), own(DESK_BEFORE)],
               created_at="2026-10-01T00:00:00Z", expires_at="2026-12-30T00:00:00Z",
               allow_ips=["203.0.113.0/24", "2001:db8:7::/48"]),
        record("desk-2025", "desk", "read_write", [own(DESK_2025)],
               created_at="2025-08-03T00:00:00Z", expires_at="2026-11-01T00:00:00Z"),
        record("board", "desk", "read", [own(BOARD)], created_at="2026-09-01T00:00:00Z"),
        record("crm-sync", "crm", "read_write", [own(CRM)], created_at="2026-09-01T00:00:00Z"),
        record("ledger-lost", "ledger", "read_write", [own(LEDGER_LOST)],
               created_at="2026-09-01T00:00:00Z", revoked={"at": "2026-10-30T16:20:00Z"}),
        record("latam-next", "latam", "read_write", [own(LATAM_NEXT)],
               created_at="2026-10-30T00:00:00Z", not_before="2026-11-02T12:00:00Z"),
    ],
    "topology": {
        "channels": [
            {"id": "wa360:main", "kind": "whatsapp", "queue": "support"},
            {"id": "wacfb:latam", "kind": "whatsapp", "queue": "latam"},
            {"id": "tg:main", "kind": "telegram", "queue": "support"},
            {"id": "fb:page", "kind": "facebook", "queue": "social"},
            {"id": "ig:shop", "kind": "instagram", "queue": "social"},
            {"id": "sms:in", "kind": "sms"},
            {"id": "email:desk", "kind": "email", "queue": "support"},
            {"id": "web:shop", "kind": "web", "queue": "sales"},
            {"id": "tw:brand", "kind": "twitter", "queue": "archive"},
        ],
        "queues": [
            {"id": "support", "app": "desk", "fallback": ["overflow"]},
            {"id": "vip", "app": "desk", "fallback": ["support"]},
            {"id": "latam", "app": "latam", "fallback": ["support"]},
            {"id": "billing", "app": "ledger", "fallback": ["overflow"]},
            {"id": "trust", "app": "ledger"},
            {"id": "sales", "app": "crm", "fallback": ["support"]},
            {"id": "consent", "app": "crm"},
            {"id": "social", "app": "community"},
            {"id": "overflow", "app": "desk"},
            {"id": "archive"},
        ],
        "apps": [
            {"id": "desk", "webhooks": ["desk-hook", "desk-archive"]},
            {"id": "latam", "webhooks": ["latam-hook"]},
            {"id": "ledger", "webhooks": ["ledger-hook"]},
            {"id": "crm", "webhooks": ["crm-hook"]},
            {"id": "community", "webhooks": ["community-hook"]},
        ],
        "webhooks": [
            {"id": "desk-hook", "url": "https://desk.example/hooks/inbox", "events": ["message.*", "session.*"]},
            {"id": "desk-archive", "url": "https://archive.example/in?tenant=abcorp", "events": ["message.document", "message.voice"]},
            {"id": "latam-hook", "url": "https://latam.example/entrada", "events": ["message.*"]},
            {"id": "ledger-hook", "url": "https://ledger.example/v2/messages", "events": ["message.text", "message.document"]},
            {"id": "crm-hook", "url": "https://crm.example/in", "events": ["*"]},
            {"id": "community-hook", "url": "https://community.example/hook", "events": ["comment.*", "message.text"]},
        ],
        "rules": [
            {"id": "opt-out", "priority": 100, "queue": "consent",
             "when": {"all": [{"exact": {"channel": "sms:in"}}, ANY_OF("exact", "text", ["STOP", "STOPP", "ALTO", "रोकें", "停止"])]}},
            {"id": "fraud", "priority": 90, "queue": "trust",
             "when": ANY_OF("contains", "text", ["chargeback", "not my payment", "धोखाधड़ी", "詐欺", "احتيال", "fraude", "Betrug"])},
            {"id": "vip", "priority": 50, "queue": "vip",
             "when": {"any": [{"exact": {"tier": "gold"}}, {"contains": {"labels": "vip"}}]}},
            {"id": "invoices", "priority": 20, "queue": "billing",
             "when": {"all": [{"exact": {"channel": "email:desk"}},
                              {"any": [{"prefix": {"subject": "Invoice "}}, {"prefix": {"subject": "Re: Invoice "}}]}]}},
            {"id": "refunds", "priority": 10, "queue": "billing",
             "when": ANY_OF("contains", "text", ["refund", "रिफ़ंड", "返金", "استرداد", "reembolso", "Rückerstattung", "rembours", "환불", "iade"])},
            {"id": "order-number", "queue": "support", "when": {"prefix": {"text": "#"}}},
            {"id": "spanish", "queue": "latam",
             "when": {"all": [{"exact": {"language": "es"}}, {"not": {"prefix": {"channel": "fb:"}}}, {"not": {"prefix": {"channel": "ig:"}}}]}},
            {"id": "back-again", "queue": "sales",
             "when": {"all": [{"exact": {"channel": "sms:in"}}, {"exact": {"returning": True}}]}},
            {"id": "third-reminder", "queue": "billing", "when": {"exact": {"reminder": 3}}},
        ],
    },
}


def small(platform, variables, keys, apps, default):
    """Returns a deployment with one queue and one webhook per app."""
    return {
        "version": 1,
        "platform": platform,
        "variables": variables,
        "keys": keys,
        "topology": {
            "channels": [{"id": f"{platform}:in", "kind": "in_app"}],
            "queues": [{"id": queue, "app": app} for app, queue in apps],
            "apps": [{"id": app, "webhooks": [f"{app}-hook"]} for app, _ in apps],
            "webhooks": [{"id": f"{app}-hook", "url": f"https://{app}.{platform}-customer.example/hook", "events": ["*"]} for app, _ in apps],
            "rules": [],
            "default_queue": default,
        },
    }


SCEYT = small("sceyt", {"apiUrl": "sceyt.example", "appId": "a1b2c3d4e5"}, [
    record("chat-server", "chat", "read_write", [own(CHAT)],
           created_at="2026-10-12T08:00:00Z", allow_ips=["198.51.100.24"]),
    record("moderation-summer", "moderation", "read_write", [own(MODERATION)],
           created_at="2026-06-01T00:00:00Z", expires_at="2026-09-01T00:00:00Z"),
    record("reports", "chat", "read", [own(REPORTS)], created_at="2026-10-12T08:00:00Z"),
], [("chat", "rooms"), ("moderation", "flagged")], "rooms")

AZEER = small("azeer", {}, [
    record("shop", "shop", "read_write", [foreign(SHOP)], created_at="2026-02-01T00:00:00Z"),
    record("dashboard", "shop", "read", [foreign(SHOP_READ)], created_at="2026-02-01T00:00:00Z"),
    record("agency", "agency", "read_write", [foreign(AGENCY)],
           created_at="2026-02-01T00:00:00Z", expires_at="2026-11-02T09:10:00Z"),
], [("shop", "orders"), ("agency", "campaigns")], "orders")

VCHATCLOUD = small("vchatcloud", {}, [
    record("stage", "stage", "read_write", [foreign(STAGE)],
           created_at="2026-11-01T00:00:00Z", allow_ips=["192.0.2.0/25"]),
    record("stage-before", "stage", "read_write", [foreign(STAGE_BEFORE)],
           created_at="2026-05-01T00:00:00Z", revoked={"at": "2026-11-01T00:00:00Z"}),
], [("stage", "live-show"), ("backstage", "crew")], "live-show")

SWELLSIGN = small("swellsign", {"host": "api.swellsign-customer.example"}, [
    record("contracts-90", "contracts", "read_write", [foreign(CONTRACTS)],
           created_at="2026-10-05T00:00:00Z", expires_at="2027-01-03T00:00:00Z"),
    record("contracts-60", "contracts", "read_write", [foreign(CONTRACTS_60)],
           created_at="2026-09-03T00:00:00Z", expires_at="2026-11-02T00:00:00Z"),
    record("auditor-30", "auditor", "read", [foreign(AUDITOR)],
           created_at="2026-10-20T00:00:00Z", expires_at="2026-11-19T00:00:00Z",
           allow_ips=["2001:db8:40::/44"]),
], [("contracts", "signing"), ("auditor", "evidence")], "signing")

DEPLOYMENTS = {d["platform"]: d for d in [MEHERY, SCEYT, AZEER, VCHATCLOUD, SWELLSIGN]}


def secrets():
    """Returns the secrets by deployment: one signing secret per webhook, two for a webhook whose
    secret is being rotated, and a pepper.
    """
    named = {}
    for name, deployment in DEPLOYMENTS.items():
        hooks = [webhook["id"] for webhook in deployment["topology"]["webhooks"]]
        named[name] = {f"webhook:{hook}": [signing_secret(f"{name} {hook}")] for hook in hooks}
    named["mehery"]["webhook:ledger-hook"].append(signing_secret("mehery ledger-hook, before"))
    named["mehery"]["pepper:p1"] = [PEPPER[1]]
    return named


# Requests


def requests():
    """Returns tuples of note, deployment, time, operation, headers and other members."""
    x = lambda key: [["x-api-key", key]]
    bearer = lambda key: [["Authorization", f"Bearer {key}"]]
    swell = lambda key: [["Authorization", f"x-api-key {key}"]]
    pair = lambda key, token=STAGE_TOKEN: [["API_KEY", key], ["X-AUTH-TOKEN", token]]
    office, office6, elsewhere = "203.0.113.17", "2001:db8:7::17", "198.51.100.200"
    return [
        ("the desk's own key, its own queue", "mehery", "07:58:02", "message.send", x(DESK), {"queue": "support", "ip": office}),
        ("the name in another case, over IPv6", "mehery", "08:01:44", "session.routing", [["X-API-KEY", DESK]], {"queue": "vip", "ip": office6}),
        ("the key before the rotation is still valid", "mehery", "08:05:10", "message.push", x(DESK_BEFORE), {"queue": "overflow", "ip": office}),
        ("the id of a valid key with another secret", "mehery", "08:17:31", "message.send", x(wrong_secret(DESK, "guess")), {"queue": "support", "ip": office}),
        ("a key that this deployment did not issue", "mehery", "08:17:32", "message.send", x(keyrail_key("nobody's")), {"queue": "support", "ip": office}),
        ("a mistyped key: the checksum is wrong", "mehery", "08:17:40", "message.send", x(wrong_checksum(DESK)), {"queue": "support", "ip": office}),
        ("last year's key", "mehery", "08:30:00", "message.send", x(DESK_2025), {"queue": "support", "ip": office}),
        ("a key that was lost, and revoked", "mehery", "08:31:00", "message.send", x(LEDGER_LOST), {"queue": "billing", "ip": office}),
        ("a key that is not valid before noon", "mehery", "08:32:00", "message.send", x(LATAM_NEXT), {"queue": "latam", "ip": office}),
        ("a duplicate header", "mehery", "08:40:12", "message.send", x(DESK) + x(DESK), {"queue": "support", "ip": office}),
        ("two spellings of one header", "mehery", "08:40:13", "message.send", x(DESK) + [["x_api_key", CRM]], {"queue": "support", "ip": office}),
        ("two keys in one header", "mehery", "08:40:14", "message.send", [["x-api-key", f"{DESK}, {CRM}"]], {"queue": "support", "ip": office}),
        ("no key", "mehery", "08:41:00", "message.send", [["content-type", "application/json"]], {"queue": "support", "ip": office}),
        ("a valid key from another network", "mehery", "08:44:19", "message.send", x(DESK), {"queue": "support", "ip": elsewhere}),
        ("a valid key from an unknown address", "mehery", "08:44:20", "message.send", x(DESK), {"queue": "support"}),
        ("the CRM writes into the desk's queue", "mehery", "09:02:00", "message.send", x(CRM), {"queue": "support", "ip": office}),
        ("the CRM has two queues and names none", "mehery", "09:02:30", "message.push", x(CRM), {"ip": office}),
        ("the CRM in its own queue", "mehery", "09:03:00", "message.push", x(CRM), {"queue": "sales", "ip": office}),
        ("the board may read", "mehery", "09:10:00", "config.channels", x(BOARD), {"ip": office}),
        ("the board may not write", "mehery", "09:10:05", "message.send", x(BOARD), {"queue": "support", "ip": office}),
        ("the key that was not valid before noon, after noon", "mehery", "12:00:00", "message.send", x(LATAM_NEXT), {"queue": "latam", "ip": office}),

        ("the chat server from its only address", "sceyt", "07:00:00", "message.send", [["Platform-Api-Key", CHAT]], {"ip": "198.51.100.24", "variables": {"id": "c-7711"}}),
        ("the same key from the next address", "sceyt", "07:00:04", "message.send", [["Platform-Api-Key", CHAT]], {"ip": "198.51.100.25", "variables": {"id": "c-7711"}}),
        ("a key that expired after the summer", "sceyt", "07:05:00", "message.delete", [["Platform-Api-Key", MODERATION]], {"variables": {"id": "c-7711", "messageId": "m-1"}}),
        ("the id of a valid key with another secret", "sceyt", "07:06:00", "message.list", [["Platform-Api-Key", wrong_secret(CHAT, "guess 2")]], {"ip": "198.51.100.24", "variables": {"id": "c-7711"}}),
        ("a key of another customer", "sceyt", "07:06:01", "message.list", [["Platform-Api-Key", keyrail_key("another customer")]], {"ip": "198.51.100.24", "variables": {"id": "c-7711"}}),
        ("reports may read", "sceyt", "07:10:00", "message.list", [["Platform-Api-Key", REPORTS]], {"variables": {"id": "ünïcode/room"}}),
        ("reports may not write", "sceyt", "07:10:02", "message.send", [["Platform-Api-Key", REPORTS]], {"variables": {"id": "c-7711"}}),
        ("a duplicate header with the same value", "sceyt", "07:12:00", "message.list", [["Platform-Api-Key", REPORTS], ["platform-api-key", REPORTS]], {"variables": {"id": "c-7711"}}),
        ("a message into the moderators' queue", "sceyt", "07:14:00", "message.send", [["Platform-Api-Key", CHAT]], {"queue": "flagged", "ip": "198.51.100.24", "variables": {"id": "c-7711"}}),

        ("the documented form", "azeer", "09:00:00", "message.send", bearer(SHOP), {"ip": "192.0.2.80"}),
        ("the bare key, without a scheme word", "azeer", "09:00:30", "message.send", [["authorization", SHOP]], {"ip": "192.0.2.80"}),
        ("another scheme", "azeer", "09:01:00", "message.send", [["Authorization", f"Basic {SHOP}"]], {"ip": "192.0.2.80"}),
        ("a key with one letter changed", "azeer", "09:02:00", "message.send", bearer(SHOP[:-1] + ("A" if SHOP[-1] != "A" else "B")), {"ip": "192.0.2.80"}),
        ("the dashboard reads", "azeer", "09:05:00", "agent.get", bearer(SHOP_READ), {"ip": "192.0.2.81"}),
        ("the dashboard writes", "azeer", "09:05:09", "message.send", bearer(SHOP_READ), {"ip": "192.0.2.81"}),
        ("the agency, a second before its key expires", "azeer", "09:09:59", "message.send", bearer(AGENCY), {"ip": "192.0.2.90"}),
        ("the agency, at the exact time of expiry", "azeer", "09:10:00", "message.send", bearer(AGENCY), {"ip": "192.0.2.90"}),
        ("a duplicate header", "azeer", "09:12:00", "message.send", bearer(SHOP) + bearer(SHOP_READ), {"ip": "192.0.2.80"}),
        ("a message into the agency's queue", "azeer", "09:13:00", "message.send", bearer(SHOP), {"queue": "campaigns", "ip": "192.0.2.80"}),
        ("an operation without a published path", "azeer", "09:14:00", "webhook.list", bearer(SHOP), {"ip": "192.0.2.80"}),

        ("key and token", "vchatcloud", "10:00:00", "room.list", pair(STAGE), {"token_verified": True, "ip": "192.0.2.10"}),
        ("lower-case names, as many clients send them", "vchatcloud", "10:00:03", "room.get", [["x-auth-token", STAGE_TOKEN], ["api_key", STAGE]], {"token_verified": True, "ip": "192.0.2.10", "variables": {"roomId": "AbCdEfGhIj-KlMnOpQrSt-20261101000000"}}),
        ("the token request needs only the key", "vchatcloud", "10:00:05", "token.issue", [["API_KEY", STAGE]], {"ip": "192.0.2.10"}),
        ("the key without its token", "vchatcloud", "10:01:00", "room.list", [["API_KEY", STAGE]], {"ip": "192.0.2.10"}),
        ("a duplicate header with another spelling", "vchatcloud", "10:01:10", "room.list", pair(STAGE) + [["API-KEY", STAGE]], {"token_verified": True, "ip": "192.0.2.10"}),
        ("a token that was not verified", "vchatcloud", "10:01:20", "room.list", pair(STAGE, "total.garbage"), {"ip": "192.0.2.10"}),
        ("the key before the re-issue", "vchatcloud", "10:02:00", "room.list", pair(STAGE_BEFORE), {"token_verified": True, "ip": "192.0.2.10"}),
        ("an unknown key", "vchatcloud", "10:03:00", "room.list", pair(vchatcloud_key("nobody's")), {"token_verified": True, "ip": "192.0.2.10"}),
        ("from the other half of the network", "vchatcloud", "10:04:00", "room.list", pair(STAGE), {"token_verified": True, "ip": "192.0.2.200"}),
        ("a message into the crew's queue", "vchatcloud", "10:05:00", "notice.send", pair(STAGE), {"token_verified": True, "queue": "crew", "ip": "192.0.2.10", "variables": {"roomId": "AbCdEfGhIj-KlMnOpQrSt-20261101000000"}}),

        ("the documented form", "swellsign", "11:00:00", "key.status", swell(CONTRACTS), {"ip": "198.51.100.7"}),
        ("the scheme word in another case", "swellsign", "11:00:01", "key.status", [["authorization", f"X-API-Key   {CONTRACTS}"]], {"ip": "198.51.100.7"}),
        ("the scheme word is missing", "swellsign", "11:01:00", "key.status", [["Authorization", CONTRACTS]], {"ip": "198.51.100.7"}),
        ("a key that expired after sixty days", "swellsign", "11:02:00", "key.status", swell(CONTRACTS_60), {"ip": "198.51.100.7"}),
        ("an unknown key", "swellsign", "11:03:00", "key.status", swell(hex_key("nobody's")), {"ip": "198.51.100.7"}),
        ("the auditor in its network", "swellsign", "11:04:00", "key.status", swell(AUDITOR), {"ip": "2001:db8:4f::1"}),
        ("the auditor in another network", "swellsign", "11:05:00", "key.status", swell(AUDITOR), {"ip": "2001:db8:50::1"}),
        ("the auditor may not write", "swellsign", "11:06:00", "webhook.create", swell(AUDITOR), {"ip": "2001:db8:4f::1"}),
        ("a duplicate header", "swellsign", "11:07:00", "key.status", swell(CONTRACTS) + swell(CONTRACTS), {"ip": "198.51.100.7"}),
        ("quotes around the key", "swellsign", "11:08:00", "key.status", [["Authorization", f'x-api-key "{CONTRACTS}"']], {"ip": "198.51.100.7"}),
    ]


def request_lines():
    for note, deployment, time, operation, headers, more in requests():
        line = {"deployment": deployment, "at": f"2026-11-02T{time}Z", "note": note, "operation": operation, "headers": headers}
        yield line | more


# Writing


def pretty(value, indent=0, width=110):
    """Returns JSON in which every value that fits on one line is on one line."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or len(flat) + indent <= width:
        return flat
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        items = [f"{json.dumps(k)}: {pretty(v, indent + 2, width)}" for k, v in value.items()]
        opening, closing = "{", "}"
    else:
        items = [pretty(v, indent + 2, width) for v in value]
        opening, closing = "[", "]"
    return f"{opening}\n{inner}" + f",\n{inner}".join(items) + f"\n{' ' * indent}{closing}"


def write(name, text):
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def lines(objects):
    return "".join(json.dumps(o, ensure_ascii=False) + "\n" for o in objects)


def main():
    for name, deployment in DEPLOYMENTS.items():
        write(f"deployments/{name}.json", pretty(deployment) + "\n")
    write("secrets.json", pretty(secrets()) + "\n")
    write("requests.jsonl", lines(request_lines()))
    write("messages.jsonl", lines(day(pasted_key=CRM)))


if __name__ == "__main__":
    main()
