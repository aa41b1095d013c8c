"""The audit log: checkpoints, entries, and the verification of a log."""

import base64
import hashlib
import hmac
import re

from reference.common import Rejected

START = bytes(32)
LAST_NUMBER = 2**63 - 1
ID = re.compile("[^\x00-\x1f\x7f-\x9f]+")


def encode(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text, length):
    """Returns the bytes of a text in base64url without padding. Raises ValueError unless their
    number is `length`.
    """
    if not re.fullmatch("[A-Za-z0-9_-]*", text) or len(text) != -(-length * 4 // 3):
        raise ValueError("not base64url of this length")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:
        raise ValueError("trailing bits")
    return data


def is_id(text):
    return len(text.encode()) <= 256 and ID.fullmatch(text) is not None


def keys_of(given):
    keys = {}
    for number, key in enumerate(given["keys"]):
        if number == 64:
            raise Rejected("access.too_many_audit_keys")
        if not is_id(key["id"]):
            raise Rejected("access.malformed_id")
        if key["id"] in keys:
            raise Rejected("access.duplicate_audit_key")
        if len(key["secret"].encode()) < 32:
            raise Rejected("access.audit_secret_too_short")
        keys[key["id"]] = key["secret"].encode()
    if not keys:
        raise Rejected("access.no_audit_key")
    return keys


class Checkpoint:
    def __init__(self, text):
        version = re.match("v([1-9][0-9]*):", text)
        if version and version[1] != "1":
            raise Rejected("access.newer_schema")
        match = re.fullmatch("(0|[1-9][0-9]{0,18}):([^:]*):(.*)", text, re.DOTALL)
        if not match or not is_id(match[3]) or int(match[1]) > LAST_NUMBER:
            raise Rejected("access.malformed_checkpoint")
        self.text, self.number, self.writer = text, int(match[1]), match[3]
        try:
            self.code = decode(match[2], 32)
        except ValueError:
            raise Rejected("access.malformed_checkpoint") from None
        if self.number == 0 and self.code != START:
            raise Rejected("access.malformed_checkpoint")


def checkpoint(given):
    read = Checkpoint(given["text"])
    return {"writer": read.writer, "number": read.number}


def code_of(entry, secret):
    message = b"keyrail.audit.1\0" + decode(entry["previous"], 32) + decode(entry["commitment"], 32)
    message += entry["number"].to_bytes(8, "big") + entry["key_id"].encode() + b"\0"
    return hmac.digest(secret, message + entry["writer"].encode(), "sha256")


def commitment_of(payload):
    salt = decode(payload["salt"], 16)
    return encode(hashlib.sha256(salt + payload["text"].encode()).digest())


def append(given):
    keys, after = keys_of(given), Checkpoint(given["after"])
    key_id, secret = next(iter(keys.items()))
    entropy = bytes.fromhex(given["entropy"])
    if after.number == LAST_NUMBER:
        raise Rejected("access.too_many_entries")
    if len(entropy) < 16:
        raise Rejected("access.salt_too_short")
    payload = {"salt": encode(entropy[:16]), "text": given["payload"]}
    entry = {
        "schema": 1,
        "writer": after.writer,
        "number": after.number + 1,
        "key_id": key_id,
        "previous": encode(after.code),
        "commitment": commitment_of(payload),
    }
    return entry | {"code": encode(code_of(entry, secret)), "payload": payload}


def fault_of(keys, last, entry):
    """Returns the code of the fault in the entry after a checkpoint, or None if the entry is
    correct.
    """
    if entry["writer"] != last.writer:
        return "access.audit_writer"
    if entry["number"] <= last.number:
        return "access.audit_order"
    if entry["number"] > last.number + 1:
        return "access.audit_missing"
    if entry["key_id"] not in keys:
        return "access.audit_key"
    if encode(code_of(entry, keys[entry["key_id"]])) != entry["code"]:
        return "access.audit_changed"
    if entry["previous"] != encode(last.code):
        return "access.audit_link"
    if "payload" in entry and commitment_of(entry["payload"]) != entry["commitment"]:
        return "access.audit_payload"
    return None


def checkpoint_fault(reached, until):
    """Returns the code of the fault if the reached checkpoint contradicts `until`, or None."""
    if until is None:
        return None
    if reached.writer != until.writer:
        return "access.audit_writer"
    if reached.number == until.number and reached.code != until.code:
        return "access.audit_checkpoint"
    return None


def verify(given):
    keys, last = keys_of(given), Checkpoint(given["from"])
    until = Checkpoint(given["until"]) if "until" in given else None
    index = erased = 0
    code = checkpoint_fault(last, until)
    if code is None and until is not None and until.number < last.number:
        code = "access.audit_checkpoint"
    for entry in given["entries"] if code is None else []:
        reached = Checkpoint(f"{entry['number']}:{entry['code']}:{entry['writer']}")
        code = fault_of(keys, last, entry) or checkpoint_fault(reached, until)
        if code is not None:
            break
        last, index, erased = reached, index + 1, erased + ("payload" not in entry)
    if code is None and until is not None and last.number < until.number:
        code = "access.audit_truncated"
    fault = code and {"code": code, "index": index, "number": last.number + 1}
    return {"checkpoint": last.text, "erased": erased, "fault": fault}


def erase(given):
    entry = {"schema": 1} | given["entry"]
    return {member: entry[member] for member in entry if member != "payload"}


CALLS = {
    "access.checkpoint": checkpoint,
    "access.audit_append": append,
    "access.audit_verify": verify,
    "access.audit_erase": erase,
}
