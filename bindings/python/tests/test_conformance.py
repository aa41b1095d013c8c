"""Runs the conformance tests: the cases of `tests/vectors/*.json`, with the public package.

Each case is one test. An unknown call or member of a case is a failure, and so is a
missing, unknown or empty file.
"""

import datetime
import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from conftest import ROOT

import keyrail
from keyrail import access, header, key, platform, redact, route, url, webhook

DOMAINS = ("url", "key", "redact", "header", "access", "route", "webhook", "platform", "gateway")
VECTORS = ROOT / "tests" / "vectors"

Json = Any
Pairs = Sequence[Sequence[str]]


def cases_of(domain: str) -> list[dict[str, Json]]:
    """Returns the cases of a domain. The list is empty if the file is missing."""
    path = VECTORS / f"{domain}.json"
    if not path.exists():
        return []
    file = json.loads(path.read_text(encoding="utf-8"))
    assert file["domain"] == domain
    cases = [case for section in file["sections"] for case in section["cases"]]
    for case in cases:
        for member, value in case["given"].items():
            if isinstance(value, dict) and "like" in value:
                case["given"][member] = file["documents"][value.pop("like")] | value
    return cases


CASES = [(domain, case) for domain in DOMAINS for case in cases_of(domain)]


def json_of(configuration: Json) -> str:
    """Returns a configuration as JSON. A string is returned unchanged."""
    if isinstance(configuration, str):
        return configuration
    return json.dumps(configuration, ensure_ascii=False)


def revealed_pairs(headers: Sequence[tuple[str, keyrail.HeaderValue]]) -> Json:
    return [[name, value.reveal()] for name, value in headers]


def body_text(body: bytes | None) -> str | None:
    return None if body is None else body.decode()


def pairs(lists: Pairs) -> list[tuple[str, str]]:
    return [(name, value) for name, value in lists]


def from_hex(digits: str) -> bytes:
    return bytes.fromhex(digits)


def body_bytes(body: str | None) -> bytes | None:
    return None if body is None else body.encode()


# url


def encode_set_of(set: Json) -> Any:
    match set:
        case {"keep": characters, **others} if not others:
            return url.EncodeSet.keeping(characters)
    return set


def url_encode(text: str, **given: Json) -> Json:
    options = {f"encode_{name}": encode_set_of(value) for name, value in given.items()}
    return url.encode(text, **options)


def url_encode_bytes(bytes: str) -> Json:
    return url.encode_bytes(from_hex(bytes))


def url_decode_bytes(text: str) -> Json:
    return url.decode_bytes(text).hex()


def url_decode_batch(texts: list[str]) -> Json:
    return [
        {"code": item.code, "offset": item.offset} if isinstance(item, keyrail.UrlError) else item
        for item in url.decode_batch(texts)
    ]


def url_expand(template: str, variables: Json) -> Json:
    return url.Template(template).expand(pairs(variables))


def url_expand_strict(template: str, variables: Json) -> Json:
    return url.Template(template).expand_strict(pairs(variables))


def url_variables(template: str) -> Json:
    return url.Template(template).variables


def url_base_url(url: str, allow_loopback: bool = False) -> Json:
    return str(keyrail.url.BaseUrl(url, allow_loopback))


def url_from_template(template: str, variables: Pairs) -> Json:
    return str(url.BaseUrl.from_template(template, pairs(variables)))


def url_join(url: str, segments: list[str], allow_loopback: bool = False) -> Json:
    return keyrail.url.BaseUrl(url, allow_loopback).join(segments)


# key


def pepper_of(pepper: dict[str, str] | None) -> key.Pepper | None:
    return None if pepper is None else key.Pepper(**pepper)


def format_of(format: Json) -> key.Format:
    if isinstance(format, str):
        return key.Format.built_in(format)
    return key.Format.from_json(json.dumps(format, ensure_ascii=False))


def redactor_of(formats: Json = ("keyrail",), ascii: bool = False) -> redact.Redactor:
    return redact.Redactor([format_of(format) for format in formats], ascii=ascii)


def key_generate(environment: str | None, entropy: str, format: Json = "keyrail") -> Json:
    return format_of(format).generate(environment, from_hex(entropy)).reveal()


def parsed_key_members(parsed: key.ApiKey) -> Json:
    return {
        "format": parsed.format,
        "environment": parsed.environment,
        "id": parsed.id,
        "mask": parsed.mask(),
    }


def key_parse(text: str, format: Json = "keyrail") -> Json:
    return parsed_key_members(format_of(format).parse(text))


def key_format(format: Json) -> Json:
    declared = format_of(format)
    return {
        "name": declared.name,
        "environments": declared.environments,
        "entropy_bits": round(declared.entropy_bits, 2),
        "pattern": declared.pattern(),
    }


def key_hint(format: Json, text: str) -> Json:
    return format_of(format).hint(text)


def key_pattern(format: Json) -> Json:
    return format_of(format).pattern()


def key_gitleaks_rule(format: Json) -> Json:
    return format_of(format).gitleaks_rule()


def key_github_partner_pattern(format: Json) -> Json:
    return format_of(format).github_partner_pattern()


def key_set_parse(formats: Json, text: str) -> Json:
    document = {"version": 1, "formats": formats}
    formats = key.FormatSet.from_json(json.dumps(document, ensure_ascii=False))
    return parsed_key_members(formats.parse(text))


def key_mask(text: str, policy: Json, format: Json = "keyrail") -> Json:
    return format_of(format).parse(text).mask(key.MaskPolicy(**policy))


def key_mask_policy(policy: Json) -> Json:
    parsed = key.MaskPolicy.from_json(json_of(policy))
    return {"start": parsed.start, "end": parsed.end, "ascii": parsed.ascii}


def key_digest(text: str, pepper: dict[str, str] | None = None, format: Json = None) -> Json:
    if format is not None:
        return str(format_of(format).parse(text).digest(pepper_of(pepper)))
    return str(key.Digest.of(text, pepper_of(pepper)))


def key_digest_import(hex: str) -> Json:
    return str(key.Digest.import_hex(hex))


def key_digest_import_base64(base64: str) -> Json:
    return str(key.Digest.import_base64(base64))


def key_digest_import_hmac(hmac: str, pepper_id: str) -> Json:
    return str(key.Digest.import_hmac(hmac, pepper_id))


def key_digest_import_salted(hash: str, salt: str, position: Any) -> Json:
    return str(key.Digest.import_salted(hash, bytes.fromhex(salt), position))


def key_verify(text: str, digest: str, pepper: dict[str, str] | None = None) -> Json:
    return key.Digest(digest).verify(text, pepper_of(pepper))


def redact_redact(text: str, **given: Json) -> Json:
    redactor = redactor_of(**given)
    once = redactor.redact(text)
    assert redactor.redact(once) == once, "redacting twice changes the result"
    assert redactor.redact_bytes(text.encode()) == once.encode(), "redact_bytes differs from redact"
    return once


def redact_redact_bytes(bytes: str, **given: Json) -> Json:
    return redactor_of(**given).redact_bytes(from_hex(bytes)).hex()


def redact_redact_batch(texts: list[str], **given: Json) -> Json:
    return redactor_of(**given).redact_batch(texts)


def redact_stream(chunks: list[str], **given: Json) -> Json:
    stream = redactor_of(**given).stream()
    return "".join([*map(stream.push, chunks), stream.finish()])


def redact_find(text: str, **given: Json) -> Json:
    members = "start end kind format confidence"
    return [
        {member: getattr(finding, member) for member in members.split()}
        for finding in redactor_of(**given).find(text)
    ]


# header


def scheme_of(scheme: Json) -> header.Scheme:
    if isinstance(scheme, list):
        return header.Scheme.any_of([scheme_of(alternative) for alternative in scheme])
    if not isinstance(scheme, str) or scheme.lstrip().startswith("{"):
        return header.Scheme.from_json(json_of(scheme))
    match scheme.split(" "):
        case ["token68", *words]:
            return scheme_of(" ".join(words)).with_token68()
        case ["bare_authorization"]:
            return header.Scheme.bare_authorization()
        case ["x_api_key"]:
            return header.Scheme.x_api_key()
        case ["bearer"]:
            return header.Scheme.bearer()
        case ["authorization", word]:
            return header.Scheme.authorization(word)
        case ["header", name]:
            return header.Scheme.header(name)
        case ["pair", key_header, token_header]:
            return header.Scheme.pair(key_header, token_header)
        case [name]:
            return platform.get(name).scheme
        case [name, which]:
            return platform.get(name).schemes[which]
    raise ValueError("unknown scheme")


def header_extract(scheme: Json, headers: Pairs) -> Json:
    credentials = scheme_of(scheme).extract(pairs(headers))
    token = credentials.token
    return {
        "key": credentials.key.reveal(),
        "token": None if token is None else token.reveal(),
        "app_id": credentials.app_id,
        "variant": credentials.variant,
    }


def header_strip_credentials(scheme: Json, headers: Pairs) -> Json:
    return [list(pair) for pair in scheme_of(scheme).strip_credentials(pairs(headers))]


def header_apply(scheme: Json, credentials: dict[str, str]) -> Json:
    return revealed_pairs(scheme_of(scheme).apply(header.Credentials(**credentials)))


def header_challenge(scheme: Json, realm: str, error: Json = None) -> Json:
    return scheme_of(scheme).challenge(realm, error)


def header_problem(scheme: Json, headers: Pairs, realm: str) -> Json:
    with pytest.raises(keyrail.HeaderError) as raised:
        scheme_of(scheme).extract(pairs(headers))
    return rendered_problem(header.problem(raised.value), scheme, realm)


def header_render(scheme: Json, status: int, code: str, detail: str, realm: str) -> Json:
    return rendered_problem(keyrail.Problem(status, code, detail), scheme, realm)


def rendered_problem(problem: keyrail.Problem, scheme: Json, realm: str) -> Json:
    response = header.render(problem, scheme_of(scheme), realm)
    assert json.loads(response.body or b"{}")["detail"] == problem.detail
    return problem_response_members(response)


def problem_response_members(response: keyrail.Response) -> Json:
    body = json.loads(response.body or b"{}")
    assert body["status"] == response.status
    return {
        "status": response.status,
        "headers": revealed_pairs(response.headers),
        "title": body["title"],
        "code": body["code"],
    }


def header_client_ip(peer: str, trust: Json, headers: Pairs) -> Json:
    return header.client_ip(peer, pairs(headers), header.Trust.from_json(json_of(trust)))


# access


def grant_members(grant: access.Grant) -> Json:
    members: Json = {"record": grant.record, "app": grant.app, "scope": grant.scope}
    optional: Json = {"owner": grant.owner, "name": grant.name, "metadata": grant.metadata}
    if grant.digest is not None:
        members["digest"] = grant.digest
    if grant.consumption is not None:
        optional["consumption"] = consumption_members(grant.consumption)
    if grant.upgrade is not None:
        optional["upgrade"] = change_members(grant.upgrade)
    return members | {name: value for name, value in optional.items() if value}


def millis(time: datetime.datetime) -> int:
    return round(time.timestamp() * 1000)


def record_of(record: Json) -> access.Record:
    return access.Record.from_json(json_of(record))


def access_record(record: Json) -> Json:
    return json.loads(record_of(record).to_json())


def access_find_digest(record: Json, text: str, peppers: list[Json] | None = None) -> Json:
    named = [key.Pepper(**pepper) for pepper in peppers or []]
    return record_of(record).find_digest(text, named)


def access_upgrade(record: Json, text: str, now: int, peppers: list[Json] | None = None) -> Json:
    named = [key.Pepper(**pepper) for pepper in peppers or []]
    change = record_of(record).upgrade(text, named, now)
    return None if change is None else change_members(change)


def access_peppers_in_use(records: list[Json]) -> Json:
    return access.peppers_in_use([record_of(record) for record in records])


def access_status(record: Json, now: int) -> Json:
    return record_of(record).status(now)


def access_authorize(
    record: Json,
    access: Json,
    now: int,
    ip: str | None = None,
    operation: str | None = None,
    queue: str | None = None,
    environment: str | None = None,
    key: str | None = None,
    owner_permissions: Json = None,
    limits: Json = None,
) -> Json:
    parsed = record_of(record)
    digest = None
    if key is not None:
        digest = parsed.find_digest(key)
        assert digest is not None
    return grant_members(
        parsed.authorize(
            access,
            now,
            ip,
            operation=operation,
            queue=queue,
            environment=environment,
            digest=digest,
            owner_permissions=permissions_of(owner_permissions),
            limits=states_of(limits),
        )
    )


def access_authorize_batch(record: Json, requests: Json) -> Json:
    parsed = record_of(record)
    convert = {
        "now_ms": lambda now: ("now", now),
        "key": lambda key: ("digest", parsed.find_digest(key)),
        "owner_permissions": lambda given: ("owner_permissions", permissions_of(given)),
        "limits": lambda given: ("limits", states_of(given)),
    }
    mappings: Json = [
        dict(convert.get(name, lambda value, name=name: (name, value))(value) for name, value in given.items())
        for given in requests
    ]
    return [result_members(result) for result in parsed.authorize_batch(mappings)]


def result_members(result: access.Grant | keyrail.KeyrailError) -> Json:
    if isinstance(result, access.Grant):
        return grant_members(result)
    members: Json = {"code": result.code}
    if isinstance(result, keyrail.AccessDenied) and result.consumption is not None:
        members["consumption"] = consumption_members(result.consumption)
    return members


def permissions_of(permissions: Json) -> access.Permissions | None:
    return None if permissions is None else access.Permissions(**permissions)


def policy_of(policy: Json) -> access.Policy:
    if isinstance(policy, str):
        return access.Policy.preset(policy)
    return access.Policy.from_json(json_of(policy))


def actor_of(actor: Json) -> access.Actor:
    if "record" not in actor:
        return access.Actor(actor["id"], role=actor["role"])
    record = record_of(actor["record"])
    digest = record.find_digest(actor["key"]) if "key" in actor else None
    assert (digest is None) == ("key" not in actor)
    return access.Actor.key(record, digest)


def change_members(change: access.Change) -> Json:
    return {
        "base_version": change.base_version,
        "any_version": change.applies_to_any_version,
        "patch": json.loads(change.patch),
        "event": json.loads(change.event.to_json()),
    }


def issued_members(issued: access.Issued) -> Json:
    assert issued.record.to_json() == issued.change.record.to_json()
    assert issued.event == issued.change.event
    return {**change_members(issued.change), "key": issued.key.reveal()}


def pepper_of(pepper: Json) -> key.Pepper | None:
    return None if pepper is None else key.Pepper(**pepper)


def access_limit(limit: Json) -> Json:
    read = access.Limit.from_json(limit)
    members: Json = {"name": read.name, "of": read.of, "cost": read.cost}
    if (rate := read.rate) is not None:
        numbers = {"units": rate.units, "per_seconds": rate.per_seconds, "burst": rate.burst}
        members["rate"] = numbers
    if (quota := read.quota) is not None:
        members["quota"] = {"units": quota.units, "per": quota.per}
        if quota.day is not None:
            members["quota"]["day"] = quota.day
    assert json.loads(read.to_json()) == members
    return members


def access_consume(limits: list[Json], now: int) -> Json:
    pairs = [(access.Limit.from_json(it["limit"]), state_of(it.get("state"))) for it in limits]
    return consumption_members(access.consume(pairs, now))


def state_of(numbers: list[int] | None) -> access.LimitState | None:
    return None if numbers is None else access.LimitState(*numbers)


def states_of(states: Json) -> dict[str, access.LimitState | None] | None:
    return None if states is None else {id: state_of(state) for id, state in states.items()}


def outcome_members(outcome: access.LimitOutcome) -> Json:
    def numbers_of(state: access.LimitState | None) -> Json:
        return None if state is None else [state.at, state.count]

    members = {
        "name": outcome.name,
        "exceeded": outcome.is_exceeded,
        "remaining": outcome.remaining,
        "old": numbers_of(outcome.old_state),
        "new": numbers_of(outcome.new_state),
        "next_at_ms": outcome.next_at and millis(outcome.next_at),
    }
    return members if outcome.id is None else members | {"id": outcome.id}


def consumption_members(consumption: access.Consumption) -> Json:
    assert bool(consumption) == consumption.is_allowed
    assert (consumption.problem is None) == consumption.is_allowed
    return {
        "allowed": consumption.is_allowed,
        "limits": [outcome_members(outcome) for outcome in consumption.limits],
        "retry_at_ms": consumption.retry_at and millis(consumption.retry_at),
        "retry_after_seconds": consumption.retry_after_seconds,
        "headers": [list(header) for header in consumption.headers],
    }


def access_checkpoint(text: str) -> Json:
    checkpoint = access.Checkpoint(text)
    assert str(checkpoint) == text
    return {"writer": checkpoint.writer, "number": checkpoint.number}


def access_audit_entry(entry: Json) -> Json:
    return json.loads(access.AuditEntry.from_json(entry).to_json())


def access_audit_erase(entry: Json) -> Json:
    return json.loads(access.AuditEntry.from_json(entry).erase().to_json())


def chain_of(keys: list[Json]) -> access.AuditChain:
    return access.AuditChain([(named["id"], named["secret"]) for named in keys])


def access_audit_append(keys: list[Json], after: str, payload: str, entropy: str) -> Json:
    entry = chain_of(keys).append(access.Checkpoint(after), payload, from_hex(entropy))
    return json.loads(entry.to_json())


def access_audit_verify(keys: list[Json], entries: list[Json], **checkpoints: str) -> Json:
    read = [access.AuditEntry.from_json(entry) for entry in entries]
    until = access.Checkpoint(checkpoints["until"]) if "until" in checkpoints else None
    report = chain_of(keys).verify(access.Checkpoint(checkpoints["from"]), read, until)
    fault = report.fault
    assert report.is_intact == (fault is None)
    members = fault and {"code": fault.code, "index": fault.index, "number": fault.number}
    return {"checkpoint": str(report.checkpoint), "erased": report.erased, "fault": members}


def access_policy(policy: Json) -> Json:
    parsed = policy_of(policy)
    return {"roles": parsed.roles, "authority": parsed.authority}


def access_issue(
    policy: Json,
    entropy: str,
    new: Json,
    actor: Json,
    now: int,
    format: Json = "keyrail",
    pepper: Json = None,
) -> Json:
    arguments = dict(new)
    if "not_before" in new:
        arguments["not_before"] = datetime.datetime.fromisoformat(
            new["not_before"].replace("Z", "+00:00")
        )
    if "limits" in new:
        arguments["limits"] = [access.Limit.from_json(limit) for limit in new["limits"]]
    return issued_members(
        policy_of(policy).issue(
            format_of(format),
            from_hex(entropy),
            actor=actor_of(actor),
            now=now,
            pepper=pepper_of(pepper),
            **arguments,
        )
    )


def access_reissue(
    policy: Json,
    record: Json,
    entropy: str,
    actor: Json,
    now: int,
    format: Json = "keyrail",
    pepper: Json = None,
    **options: Json,
) -> Json:
    return issued_members(
        policy_of(policy).reissue(
            record_of(record),
            format_of(format),
            from_hex(entropy),
            actor=actor_of(actor),
            now=now,
            pepper=pepper_of(pepper),
            **options,
        )
    )


def access_rotate(
    policy: Json,
    record: Json,
    entropy: str,
    actor: Json,
    now: int,
    format: Json = "keyrail",
    pepper: Json = None,
    **options: Json,
) -> Json:
    return issued_members(
        policy_of(policy).rotate(
            record_of(record),
            format_of(format),
            from_hex(entropy),
            actor=actor_of(actor),
            now=now,
            pepper=pepper_of(pepper),
            **options,
        )
    )


def access_change(
    policy: Json,
    operation: str,
    record: Json,
    actor: Json,
    now: int,
    stored: Json = None,
    **arguments: Json,
) -> Json:
    parsed = record_of(record)
    if "key" in arguments:
        arguments["digest"] = parsed.find_digest(arguments.pop("key"))
        assert arguments["digest"] is not None
    if "limits" in arguments:
        arguments["limits"] = [access.Limit.from_json(limit) for limit in arguments["limits"]]
    operate = getattr(policy_of(policy), operation)
    change = operate(parsed, **arguments, actor=actor_of(actor), now=now)
    members = change_members(change)
    if stored is not None:
        members["applied"] = json.loads(change.apply_to(record_of(stored)).to_json())
        members["rebased"] = change_members(change.rebase(record_of(stored)))
    return members


def access_expiry_alerts(
    records: list[Json], since_ms: int, now: int, days: list[int] | None = None
) -> Json:
    parsed = [record_of(record) for record in records]
    chosen = {} if days is None else {"days": days}
    return [
        {
            "id": alert.id,
            "record": alert.record,
            "days": alert.days,
            "due_ms": millis(alert.due),
            "expires_at_ms": millis(alert.expires_at),
        }
        for alert in access.expiry_alerts(parsed, since_ms, now, **chosen)
    ]


# route


def route_table(topology: Json) -> Json:
    return isinstance(table_of(topology), route.Table)


def decision_members(decision: route.Decision) -> Json:
    members = "kind queue app webhooks rule by fell_back_from code reason"
    return {member: getattr(decision, member) for member in members.split()}


def table_of(topology: Json) -> route.Table:
    return route.Table.from_json(json_of(topology))


def route_route(topology: Json, message: Json, **host: Json) -> Json:
    return decision_members(table_of(topology).route(message, **host))


def decision_members_or_code(found: route.Decision | keyrail.KeyrailError) -> Json:
    return decision_members(found) if isinstance(found, route.Decision) else {"code": found.code}


def route_handed_on(topology: Json, message: Json, **host: Json) -> Json:
    return handed_on(table_of(topology).route(message, **host))


def handed_on(decision: route.Decision) -> Json:
    assign = decision.assign
    return {
        "assign": None
        if assign is None
        else {"team": assign.team, "agent": assign.agent, "skills": assign.skills},
        "ordering_key": decision.ordering_key,
    }


def route_batch(topology: Json, messages: Json, **host: Json) -> Json:
    return [decision_members_or_code(it) for it in table_of(topology).route_batch(messages, **host)]


def members_of(it: object, names: str) -> dict[str, Json]:
    return {name: getattr(it, name) for name in names.split()}


def failure_members(failure: route.Failure | None) -> Json:
    names = "attribute operator expected found wrong_type negated"
    return None if failure is None else members_of(failure, names)


def route_explain(topology: Json, message: Json, **given: Json) -> Json:
    explanation = table_of(topology).explain(message, **given)
    return {
        "decision": decision_members(explanation.decision),
        "rules": [
            {
                **members_of(rule, "id priority outcome near_miss"),
                "failure": failure_members(rule.failure),
            }
            for rule in explanation.rules
        ],
        "more": explanation.more,
    }


def route_lint(topology: Json) -> Json:
    names = "code rules app queue channel text"
    return [members_of(finding, names) for finding in table_of(topology).lint()]


def route_diff(old: Json, new: Json, samples: Json, **host: Json) -> Json:
    return [
        {
            "sample": change.sample,
            "old": decision_members_or_code(change.old),
            "new": decision_members_or_code(change.new),
        }
        for change in route.diff(table_of(old), table_of(new), samples, **host)
    ]


def route_diagram(topology: Json) -> Json:
    return table_of(topology).diagram()


def route_trace_diagram(topology: Json, message: Json, **host: Json) -> Json:
    table = table_of(topology)
    return table.trace_diagram(table.route(message, **host))


def route_verify(topology: Json, fixtures: Json) -> Json:
    return [
        {"fixture": mismatch.fixture, "found": decision_members_or_code(mismatch.found)}
        for mismatch in table_of(topology).verify(json_of(fixtures))
    ]


def route_bytes(
    topology: Json, message: Json, flip: int | None = None, cut: int = 0, **host: Json
) -> Json:
    data = bytearray(table_of(topology).to_bytes())
    if flip is not None:
        data[flip] ^= 1
    return decision_members(route.Table.from_bytes(data[: len(data) - cut]).route(message, **host))


def route_from_bytes(bytes: str) -> Json:
    return isinstance(route.Table.from_bytes(from_hex(bytes)), route.Table)


def route_may_write(topology: Json, app: str, queue: str) -> Json:
    return table_of(topology).may_write(app, queue)


def route_queues_of(topology: Json, app: str) -> Json:
    return table_of(topology).queues_of(app)


# webhook


def webhook_sign(
    secrets: Json, id: str, timestamp_ms: int, body: str, header_names: Json = "standard"
) -> Json:
    signer = webhook.Signer(secrets, header_names)
    return revealed_pairs(signer.sign(id, timestamp_ms, body.encode()))


def webhook_verify(
    secrets: Json,
    headers: Pairs,
    body: str,
    now: int,
    tolerance_s: int = 300,
    header_names: Json = "standard",
) -> Json:
    verifier = webhook.Verifier(secrets, tolerance_s, header_names)
    verified = verifier.verify(pairs(headers), body.encode(), now)
    return {"id": verified.id, "timestamp_ms": verified.timestamp_ms}


def webhook_problem(**given: Json) -> Json:
    with pytest.raises(keyrail.WebhookError) as raised:
        webhook_verify(**given)
    return problem_response_members(header.problem(raised.value).response())


def webhook_generate_secret(entropy: str) -> Json:
    return webhook.generate_secret(bytes.fromhex(entropy)).reveal()


def webhook_generate_private_key(entropy: str) -> Json:
    return webhook.generate_private_key(bytes.fromhex(entropy)).reveal()


def webhook_public_key(text: str) -> Json:
    return webhook.public_key(text)


def webhook_is_public_address(ip: str) -> Json:
    return webhook.is_public_address(ip)


def webhook_standard_secret(text: str) -> Json:
    return keyrail.Secret.standard(text).reveal()


def webhook_check_target(url: str, allow_loopback: bool = False) -> Json:
    webhook.check_target(url, allow_loopback)
    return True


def retry_policy_of(policy: Json | None) -> webhook.RetryPolicy:
    if policy is None:
        return webhook.RetryPolicy.standard()
    return webhook.RetryPolicy.from_json(json_of(policy))


def webhook_retry_policy(policy: Json | None = None) -> Json:
    read = retry_policy_of(policy)
    members = {
        "delays_seconds": read.delays_seconds,
        "jitter_percent": read.jitter_percent,
        "deadline_seconds": read.deadline_seconds,
    }
    assert members == json.loads(read.to_json())
    return {"policy": members, "attempts": read.attempts}


def described_delivery(state: webhook.DeliveryState) -> Json:
    """Returns all that can be read from a state."""
    failure = state.last_failure
    return {
        "json": json.loads(state.to_json()),
        "id": state.id,
        "endpoint": state.endpoint,
        "policy": json.loads(state.policy.to_json()),
        "started_at_ms": millis(state.started_at),
        "deadline_ms": millis(state.deadline),
        "attempts": state.attempts,
        "next_at_ms": state.next_at and millis(state.next_at),
        "delivered_at_ms": state.delivered_at and millis(state.delivered_at),
        "dead_at_ms": state.dead_at and millis(state.dead_at),
        "dead_reason": state.dead_reason,
        "last_failure": failure and described_failure(failure),
    }


def described_failure(failure: webhook.DeliveryFailure) -> Json:
    return {
        "at_ms": millis(failure.at),
        "status": failure.status,
        "no_response": failure.no_response_reason,
        "body": failure.body,
    }


def delivery_of(
    now: int,
    state: Json | None = None,
    policy: Json | None = None,
    id: str = "msg_1",
    endpoint: str = "desk-hook",
) -> webhook.DeliveryState:
    """Reads or starts the delivery of a case."""
    if state is not None:
        return webhook.DeliveryState.from_json(json_of(state))
    return webhook.DeliveryState.start(id, endpoint, retry_policy_of(policy), now)


def delivery_outcome(step: Json) -> webhook.DeliveryOutcome:
    if "no_response" in step:
        outcome = webhook.DeliveryOutcome.no_response(step["no_response"])
    else:
        outcome = webhook.DeliveryOutcome.response(step["status"], step.get("retry_after"))
    if "body" in step:
        outcome = outcome.with_body(step["body"].encode(), redact.Redactor())
    return outcome


def settled_members(settled: webhook.Settled) -> Json:
    members = {
        "kind": settled.kind,
        "at_ms": settled.at and millis(settled.at),
        "reason": settled.reason,
        "parked_until_ms": settled.parked_until and millis(settled.parked_until),
        "disables_endpoint": settled.disables_endpoint or None,
    }
    return {name: value for name, value in members.items() if value is not None}


def delivery_attempt(state: webhook.DeliveryState, step: Json) -> webhook.Settled:
    """Applies a step to a delivery."""
    if "give_up" in step:
        return state.give_up(step["give_up"], step["now_ms"])
    if "postpone_ms" in step:
        return state.postpone(step["postpone_ms"], step["now_ms"])
    return state.settle(delivery_outcome(step), step["now_ms"], step.get("jitter", 0))


def webhook_deliver(steps: list[Json], now: int = 0, **given: Json) -> Json:
    """Applies steps to a delivery. Its state is written and read after each step."""
    state = delivery_of(now, **given)
    results = []
    for step in steps:
        settled = delivery_attempt(state, step)
        results.append(settled_members(settled))
        state = webhook.DeliveryState.from_json(settled.state.to_json())
        assert state == settled.state
    return {"results": results, "end": described_delivery(state)}


def webhook_delivery_state(state: Json) -> Json:
    return described_delivery(webhook.DeliveryState.from_json(json_of(state)))


def webhook_delivery_request(secrets: Json, body: str, now: int, **given: Json) -> Json:
    state = delivery_of(now, **given)
    return revealed_pairs(state.request(webhook.Signer(secrets), body.encode(), now))


def health_policy_of(policy: Json | None) -> webhook.HealthPolicy:
    if policy is None:
        return webhook.HealthPolicy.standard()
    return webhook.HealthPolicy.from_json(json_of(policy))


def webhook_health_policy(policy: Json | None = None) -> Json:
    read = health_policy_of(policy)
    members = {
        "warn_after_seconds": read.warn_after_seconds,
        "disable_after_seconds": read.disable_after_seconds,
        "disable_after_dead": read.disable_after_dead,
    }
    assert members == json.loads(read.to_json())
    return members


def described_health(health: webhook.EndpointHealth) -> Json:
    """Returns all that can be read from a health."""
    return {
        "json": json.loads(health.to_json()),
        "endpoint": health.endpoint,
        "version": health.version,
        "failing_since_ms": health.failing_since and millis(health.failing_since),
        "dead": health.dead,
        "warned_at_ms": health.warned_at and millis(health.warned_at),
        "parked_until_ms": health.parked_until and millis(health.parked_until),
        "is_disabled": health.is_disabled,
        "disabled_at_ms": health.disabled_at and millis(health.disabled_at),
        "disabled_reason": health.disabled_reason,
    }


def described_activity(activity: webhook.EndpointActivity) -> Json:
    """Returns all that can be read from an activity."""
    return {
        "json": json.loads(activity.to_json()),
        "attempts": activity.attempts,
        "successes": activity.successes,
        "dead": activity.dead,
        "success_rate": activity.success_rate,
        "since_ms": activity.since and millis(activity.since),
        "until_ms": activity.until and millis(activity.until),
        "p50_ms": activity.p50_ms,
        "p95_ms": activity.p95_ms,
        "p99_ms": activity.p99_ms,
        "max_ms": activity.max_ms,
        "failures": [described_failure(failure) for failure in activity.failures],
    }


def webhook_endpoint_health(health: Json) -> Json:
    return described_health(webhook.EndpointHealth.from_json(json_of(health)))


def webhook_endpoint_activity(activities: list[Json]) -> Json:
    merged = webhook.EndpointActivity()
    for activity in activities:
        merged.merge(webhook.EndpointActivity.from_json(json_of(activity)))
    return described_activity(merged)


class EndpointRun:
    """The deliveries, the health and the activities of an endpoint. The health and the activities
    are written and read after each step."""

    def __init__(self, health: Json, endpoint: str, policy: Json, retry_policy: Json) -> None:
        if health is None:
            self.health = webhook.EndpointHealth(endpoint)
        else:
            self.health = webhook.EndpointHealth.from_json(json_of(health))
        self.policy = health_policy_of(policy)
        self.retry_policy = retry_policy_of(retry_policy)
        self.deliveries: dict[str, webhook.DeliveryState] = {}
        self.workers: dict[int, webhook.EndpointActivity] = {}

    def step(self, step: Json) -> Json:
        settled = change = None
        if step.get("disable"):
            change = self.health.disable(step["now_ms"])
        elif step.get("enable"):
            change = self.health.enable()
        else:
            settled = self.attempt(step)
            if settled is not None:
                change = self.record(settled, step)
        if change is not None:
            self.health = webhook.EndpointHealth.from_json(change.health.to_json())
            assert self.health == change.health
        return {
            "result": settled and settled_members(settled),
            "status": self.health.status(step["now_ms"]),
            "is_changed": change is not None and change.is_changed,
            "events": change.events if change else [],
        }

    def attempt(self, step: Json) -> webhook.Settled | None:
        id, endpoint = step.get("delivery", "msg_1"), step.get("endpoint", "desk-hook")
        if id not in self.deliveries:
            now = step["now_ms"]
            state = webhook.DeliveryState.start(id, endpoint, self.retry_policy, now)
            self.deliveries[id] = state
        if step.get("hold"):
            return self.health.hold(self.deliveries[id], step["now_ms"])
        return delivery_attempt(self.deliveries[id], step)

    def record(self, settled: webhook.Settled, step: Json) -> webhook.HealthChange:
        self.deliveries[settled.state.id] = settled.state
        worker = step.get("worker", 0)
        activity = self.workers.get(worker) or webhook.EndpointActivity()
        activity.record(settled, step.get("latency_ms", 0))
        self.workers[worker] = webhook.EndpointActivity.from_json(activity.to_json())
        return self.health.record(settled, self.policy)


def webhook_endpoint(
    steps: list[Json],
    now: int,
    health: Json | None = None,
    endpoint: str = "desk-hook",
    policy: Json | None = None,
    retry_policy: Json | None = None,
) -> Json:
    """Applies steps to an endpoint."""
    run = EndpointRun(health, endpoint, policy, retry_policy)
    results = [run.step(step) for step in steps]
    merged = webhook.EndpointActivity()
    for activity in run.workers.values():
        merged.merge(activity)
    return {
        "results": results,
        "health": described_health(run.health),
        "activity": described_activity(merged),
        "report": json.loads(merged.report(run.health, now)),
    }


def receive_policy_of(policy: Json | None) -> webhook.ReceivePolicy:
    if policy is None:
        return webhook.ReceivePolicy.standard()
    return webhook.ReceivePolicy.from_json(json_of(policy))


def webhook_receive_policy(policy: Json | None = None) -> Json:
    read = receive_policy_of(policy)
    members = {"lease_seconds": read.lease_seconds, "remember_seconds": read.remember_seconds}
    assert members == json.loads(read.to_json())
    return members


def receive_members(result: webhook.ReceiveResult) -> Json:
    members = {"kind": result.kind, "status": result.status}
    return members | ({"until_ms": millis(result.until)} if result.until else {})


def described_claim(claim: webhook.DeliveryClaim) -> Json:
    """Returns all that can be read from a claim."""
    at = claim.leased_until or claim.ended_at
    return {
        "json": json.loads(claim.to_json()),
        "id": claim.id,
        "version": claim.version,
        "timestamp_ms": claim.timestamp and millis(claim.timestamp),
        "state": claim.state,
        "state_ms": at and millis(at),
        "expires_at_ms": millis(claim.expires_at),
    }


def webhook_delivery_claim(claim: Json) -> Json:
    return described_claim(webhook.DeliveryClaim.from_json(json_of(claim)))


def webhook_receiver(
    secrets: Json,
    headers: Pairs,
    body: str,
    now: int,
    tolerance_s: int = 300,
    policy: Json | None = None,
) -> Json:
    verifier = webhook.Verifier(secrets, tolerance_s)
    receiver = webhook.Receiver(verifier, receive_policy_of(policy))
    verified = receiver.verify(pairs(headers), body.encode(), now)
    return receive_members(receiver.claim(verified, None, now))


def webhook_receive(
    steps: list[Json], policy: Json | None = None, claim: Json | None = None
) -> Json:
    """Applies steps to the stored claim of a delivery. The claim is written and read after each
    step."""
    read = receive_policy_of(policy)
    stored = claim and webhook.DeliveryClaim.from_json(json_of(claim))
    results: list[Json] = []
    for step in steps:
        now = step["now_ms"]
        if step.get("finish"):
            results.append(None)
            changed = stored.finish(now)
        elif step.get("release"):
            results.append(None)
            changed = stored.release(now)
        else:
            result = read.claim(step.get("id", "msg_1"), step.get("timestamp_ms"), stored, now)
            results.append(receive_members(result))
            changed = result.claim
        if changed is not None:
            stored = webhook.DeliveryClaim.from_json(changed.to_json())
            assert stored == changed
    return {"results": results, "claim": stored and described_claim(stored)}


def webhook_scheme_of(scheme: Json) -> webhook.Scheme:
    if isinstance(scheme, str) and not scheme.startswith("{"):
        return webhook.Scheme.named(scheme)
    return webhook.Scheme.from_json(json_of(scheme))


def webhook_scheme(scheme: Json) -> Json:
    webhook_scheme_of(scheme)
    return json.loads(webhook.Scheme.document(scheme)) if isinstance(scheme, str) else True


def webhook_scheme_sign(
    scheme: Json,
    secret: str,
    body: str,
    now: int,
    headers: Pairs = (),
    method: str = "POST",
    url: str = "https://desk.example/hook",
) -> Json:
    read = webhook_scheme_of(scheme)
    return revealed_pairs(read.sign(secret, method, url, pairs(headers), body.encode(), now))


def webhook_scheme_verify(
    scheme: Json,
    secrets: Json,
    headers: Pairs,
    body: str,
    now: int,
    method: str = "POST",
    url: str = "https://desk.example/hook",
) -> Json:
    read = webhook_scheme_of(scheme)
    verified = read.verify(secrets, method, url, pairs(headers), body.encode(), now)
    return {
        "id": verified.id,
        "is_id_signed": verified.is_id_signed,
        "timestamp_ms": None if verified.timestamp is None else millis(verified.timestamp),
        "covered": verified.covered,
    }


# platform


def platform_members(known: platform.Platform) -> Json:
    return {
        "name": known.name,
        "schemes": list(known.schemes),
        "operations": known.operations,
    }


def platform_get(name: str) -> Json:
    return platform_members(platform.get(name))


def platform_from_json(platform: Json) -> Json:
    return platform_members(keyrail.platform.from_json(json_of(platform)))


def platform_of(platform: Json) -> platform.Platform:
    if isinstance(platform, str):
        return keyrail.platform.get(platform)
    return keyrail.platform.from_json(json_of(platform))


def platform_document(name: str) -> Json:
    return platform_members(platform.from_json(platform.document(name)))


def platform_base(platform: Json) -> Json:
    known = platform_of(platform)
    return {"template": known.base, "variables": known.variables}


def platform_base_url(platform: Json, variables: Pairs = ()) -> Json:
    return str(platform_of(platform).base_url(pairs(variables)))


def platform_is_unusual(platform: Json, part: str, text: str) -> Json:
    return platform_of(platform).is_unusual(part, text)


def platform_facts(platform: Json) -> Json:
    known = platform_of(platform)
    expiry, webhook = known.expiry, known.webhook
    return {
        "scopes": [[scope.name, scope.access] for scope in known.scopes],
        "expiry": None
        if expiry is None
        else "never"
        if expiry.never
        else {"days": expiry.days, "custom": expiry.custom},
        "webhook": None
        if webhook is None
        else {
            "token_header": webhook.token_header,
            "types": webhook.types,
            "events": webhook.events,
            "statuses": webhook.statuses,
        },
        "errors": [list(error) for error in known.errors],
        "token": None if known.token is None else known.token.operation,
    }


def platform_operation(platform: Json, operation: str) -> Json:
    known = platform_of(platform).operation(operation)
    members = "method path base access body limits scheme variables".split()
    assert known.name == operation
    return {"queue": known.uses_queue, **{member: getattr(known, member) for member in members}}


def platform_request(
    platform: Json,
    operation: str,
    variables: Pairs = (),
    query: Pairs = (),
    headers: Pairs = (),
    body: str | None = None,
    form: Pairs | None = None,
    credentials: dict[str, str] | None = None,
    scheme: str | None = None,
) -> Json:
    return request_members(
        platform_of(platform).request(
            operation,
            variables=pairs(variables),
            query=pairs(query),
            headers=pairs(headers),
            body=body_bytes(body),
            form=None if form is None else pairs(form),
            credentials=None if credentials is None else header.Credentials(**credentials),
            scheme=scheme,
        )
    )


def platform_read_response(
    platform: Json, operation: str, status: int, headers: Pairs, body: str, now: int
) -> Json:
    outcome = platform_of(platform).read_response(
        operation, status=status, headers=pairs(headers), body=body.encode(), now=now
    )
    assert outcome.ok == (outcome.failure is None) == (outcome.answer is not None)
    if outcome.answer is None:
        assert outcome.failure is not None and outcome.failure.status == status
        members = "kind code message retry_after_ms".split()
        return {"ok": False, **{member: getattr(outcome.failure, member) for member in members}}
    assert outcome.answer.status == status
    page = outcome.answer.page
    members = "count current previous next first last".split()
    return {
        "ok": True,
        "data": outcome.answer.data,
        "message": outcome.answer.message,
        "page": None if page is None else {member: getattr(page, member) for member in members},
    }


def platform_token_session(
    platform: Json, key: str, steps: Sequence[dict[str, Json]], variables: Pairs = ()
) -> Json:
    """Performs the steps in order. The result of a step that fails is the error's code, and the
    session continues.
    """
    session = keyrail.platform.TokenSession(platform_of(platform), key, pairs(variables))
    results: list[Json] = []
    last: header.Credentials | None = None
    for step in steps:
        try:
            poll = session_step(session, step, last)
        except keyrail.PlatformError as error:
            results.append({"error": error.code})
            continue
        if poll is None:
            results.append("ok")
            continue
        members = (poll.credentials, poll.request, poll.until_ms)
        if poll.kind == "ready":
            assert poll.credentials is not None and members[1:] == (None, None)
            last = poll.credentials
            token = None if last.token is None else last.token.reveal()
            results.append({"ready": [last.key.reveal(), token]})
        elif poll.kind == "send":
            assert poll.request is not None and members[::2] == (None, None)
            request = poll.request
            results.append({"send": [request.method, request.url, revealed_pairs(request.headers)]})
        else:
            assert poll.kind == "waiting" and members[:2] == (None, None)
            results.append({"waiting": poll.until_ms})
    return results


def session_step(
    session: platform.TokenSession, step: dict[str, Json], last: header.Credentials | None
) -> platform.TokenPoll | None:
    match step:
        case {"do": "poll", "now_ms": now_ms, **others} if not others:
            return session.poll(now_ms)
        case {"do": "receive", "headers": headers, "body": body, "status": status, "now_ms": now}:
            session.receive(status=status, headers=pairs(headers), body=body.encode(), now=now)
        case {"do": "on_no_response", "now_ms": now_ms, **others} if not others:
            session.on_no_response(now_ms)
        case {"do": "refused", **others} if not others:
            assert last is not None
            session.refused(last)
        case {"do": "accepted", **others} if not others:
            assert last is not None
            session.accepted(last)
        case {"do": "reissue", **others} if not others:
            session.reissue()
        case {"do": "rotate_key", "key": key, **others} if not others:
            session.rotate_key(key)
        case _:
            raise ValueError("unknown step")
    return None


def request_members(request: keyrail.Request) -> Json:
    return {
        "method": request.method,
        "url": request.url,
        "headers": revealed_pairs(request.headers),
        "body": body_text(request.body),
    }


# gateway


def gateway_from_json(deployment: Json, secrets: Json) -> Json:
    return isinstance(keyrail.Gateway.from_json(json_of(deployment), secrets), keyrail.Gateway)


def gateway_inbound(deployment: Json, secrets: Json, body: str, **call: Json) -> Json:
    gateway = keyrail.Gateway.from_json(json_of(deployment), secrets)
    inbound = gateway.inbound(body=body.encode(), **call)
    return {
        "decision": decision_members(inbound.decision),
        "deliveries": [
            {
                "webhook": delivery.webhook,
                "idempotency_key": delivery.idempotency_key,
                **request_members(delivery.request),
            }
            for delivery in inbound.deliveries
        ],
        "audit": json.loads(inbound.audit.to_json()),
    }


def gateway_handed_on(deployment: Json, secrets: Json, body: str, **call: Json) -> Json:
    gateway = keyrail.Gateway.from_json(json_of(deployment), secrets)
    return handed_on(gateway.inbound(body=body.encode(), **call).decision)


def gateway_outbound(deployment: Json, secrets: Json, headers: Pairs, **call: Json) -> Json:
    gateway = keyrail.Gateway.from_json(json_of(deployment), secrets)
    permissions = permissions_of(call.pop("owner_permissions", None))
    if "records" in call:
        call["records"] = [record_of(record) for record in call["records"]]
    call["limits"] = states_of(call.get("limits"))
    outbound = gateway.outbound(headers=pairs(headers), owner_permissions=permissions, **call)
    members = outbound_members(outbound)
    # The consumption of a granted request is in the grant.
    if outbound.consumption is not None and outbound.grant is None:
        members["consumption"] = consumption_members(outbound.consumption)
    return members


def response_members(response: keyrail.Response) -> Json:
    body = json.loads(response.body or b"{}")
    members = {
        "status": response.status,
        "headers": revealed_pairs(response.headers),
        "code": body.get("code"),
    }
    if "violated-policies" in body:
        members |= {"type": body["type"], "violated": body["violated-policies"]}
    return members


def outbound_members(outbound: keyrail.Outbound) -> Json:
    response = outbound.response
    assert outbound.activity == (outbound.audit if outbound.audit.record else None)
    return {
        "accepted": outbound.accepted,
        "grant": None if outbound.grant is None else grant_members(outbound.grant),
        "queue": outbound.queue,
        "denial": None if outbound.denial is None else outbound.denial.code,
        "response": None if response is None else response_members(response),
        "audit": json.loads(outbound.audit.to_json()),
    }


def gateway_identify(deployment: Json, secrets: Json, headers: Pairs, **call: Json) -> Json:
    gateway = keyrail.Gateway.from_json(json_of(deployment), secrets)
    identity = gateway.identify(pairs(headers), **call)
    members: Json = {"key_id": identity.key_id, "digests": identity.digests}
    return members | ({"limit_ids": identity.limit_ids} if identity.limit_ids else {})


def access_unused_alerts(
    uses: list[Json], since_ms: int, now: int, days: list[int] | None = None
) -> Json:
    pairs = [(record_of(it["record"]), it.get("last_use_ms")) for it in uses]
    chosen = {} if days is None else {"days": days}
    return [
        {
            "id": alert.id,
            "record": alert.record,
            "days": alert.days,
            "due_ms": millis(alert.due),
            "unused_since_ms": millis(alert.unused_since),
        }
        for alert in access.unused_alerts(pairs, since_ms, now, **chosen)
    ]


def access_touch(now: int, stored_ms: int | None = None) -> Json:
    touched = access.touch(stored_ms, now)
    return touched and millis(touched)


def access_touch_last_uses(
    last_uses: Json | None = None,
    touches: list[Json] | None = None,
    digest: str | None = None,
    record: Json | None = None,
) -> Json:
    uses = access.LastUses()
    if last_uses is not None:
        uses = access.LastUses.from_json(json_of(last_uses))
    stored = []
    for touch in touches or []:
        changed = uses.touch(touch["digest"], touch["now_ms"])
        stored.append(changed is not None)
        uses = changed or uses
    read = None if record is None else record_of(record)
    at = None if digest is None else uses.of(digest)
    current = None if read is None else uses.of_current(read)
    replaced = None if read is None else uses.of_replaced(read)
    return {
        "last_uses": json.loads(uses.to_json()),
        "stored": stored,
        "at_ms": at and millis(at),
        "current_ms": current and millis(current),
        "replaced_ms": replaced and millis(replaced),
    }


def access_last_uses(last_uses: Json) -> Json:
    return json.loads(access.LastUses.from_json(json_of(last_uses)).to_json())


def access_limit_state(state: Json) -> Json:
    return json.loads(access.LimitState.from_json(json_of(state)).to_json())


def access_usage(usage: Json) -> Json:
    return json.loads(access.Usage.from_json(json_of(usage)).to_json())


def access_count_usage(
    epoch: str, operations: list[str], requests: list[Json], remove_before_ms: int | None = None
) -> Json:
    counter = access.UsageCounter(epoch, operations)
    for it in requests:
        counter.count(it.get("record"), it.get("operation"), it["outcome"], it["now_ms"])
    if remove_before_ms is not None:
        counter.usage()  # `remove_before` only removes what `usage` has returned before.
        counter.remove_before(remove_before_ms)
    return json.loads(counter.usage().to_json())


def access_merge_usage(steps: list[Json], record: str | None = None) -> Json:
    usage = access.Usage()
    for step in steps:
        if "merge" in step:
            usage.merge(access.Usage.from_json(json_of(step["merge"])))
        if "close_before_ms" in step:
            usage.close_before(step["close_before_ms"])
        if "remove_before_ms" in step:
            usage.remove_before(step["remove_before_ms"])
    counts = usage.counts() if record is None else usage.counts_of(record)
    described = [
        {
            "day_ms": millis(it.day),
            "record": it.record,
            "operation": it.operation,
            "outcome": it.outcome,
            "count": it.count,
        }
        for it in counts
    ]
    return {"usage": json.loads(usage.to_json()), "late": usage.late, "counts": described}


CALLS: dict[str, Callable[..., Json]] = {
    "url.encode": url_encode,
    "url.encode_bytes": url_encode_bytes,
    "url.encode_batch": url.encode_batch,
    "url.decode": url.decode,
    "url.decode_bytes": url_decode_bytes,
    "url.decode_form": url.decode_form,
    "url.decode_batch": url_decode_batch,
    "url.normalize": url.normalize,
    "url.encode_query": url.encode_query,
    "url.parse_query": url.parse_query,
    "url.template.expand": url_expand,
    "url.template.expand_strict": url_expand_strict,
    "url.template.variables": url_variables,
    "url.base_url": url_base_url,
    "url.base_url.from_template": url_from_template,
    "url.base_url.join": url_join,
    "key.generate": key_generate,
    "key.parse": key_parse,
    "key.format": key_format,
    "key.hint": key_hint,
    "key.pattern": key_pattern,
    "key.gitleaks_rule": key_gitleaks_rule,
    "key.github_partner_pattern": key_github_partner_pattern,
    "key.set.parse": key_set_parse,
    "key.mask": key_mask,
    "key.mask_policy": key_mask_policy,
    "key.digest": key_digest,
    "key.digest.import": key_digest_import,
    "key.digest.import_base64": key_digest_import_base64,
    "key.digest.import_hmac": key_digest_import_hmac,
    "key.digest.import_salted": key_digest_import_salted,
    "key.verify": key_verify,
    "redact.redact": redact_redact,
    "redact.redact_bytes": redact_redact_bytes,
    "redact.redact_batch": redact_redact_batch,
    "redact.stream": redact_stream,
    "redact.find": redact_find,
    "header.extract": header_extract,
    "header.apply": header_apply,
    "header.challenge": header_challenge,
    "header.problem": header_problem,
    "header.render": header_render,
    "header.client_ip": header_client_ip,
    "header.strip_credentials": header_strip_credentials,
    "access.authorize": access_authorize,
    "access.authorize_batch": access_authorize_batch,
    "access.change": access_change,
    "access.expiry_alerts": access_expiry_alerts,
    "access.unused_alerts": access_unused_alerts,
    "access.touch": access_touch,
    "access.last_uses": access_last_uses,
    "access.touch_last_uses": access_touch_last_uses,
    "access.limit_state": access_limit_state,
    "access.usage": access_usage,
    "access.count_usage": access_count_usage,
    "access.merge_usage": access_merge_usage,
    "access.find_digest": access_find_digest,
    "access.issue": access_issue,
    "access.peppers_in_use": access_peppers_in_use,
    "access.limit": access_limit,
    "access.consume": access_consume,
    "access.checkpoint": access_checkpoint,
    "access.audit_entry": access_audit_entry,
    "access.audit_erase": access_audit_erase,
    "access.audit_append": access_audit_append,
    "access.audit_verify": access_audit_verify,
    "access.policy": access_policy,
    "access.record": access_record,
    "access.reissue": access_reissue,
    "access.rotate": access_rotate,
    "access.status": access_status,
    "access.upgrade": access_upgrade,
    "route.table": route_table,
    "route.route": route_route,
    "route.handed_on": route_handed_on,
    "route.route_batch": route_batch,
    "route.explain": route_explain,
    "route.lint": route_lint,
    "route.diff": route_diff,
    "route.diagram": route_diagram,
    "route.trace_diagram": route_trace_diagram,
    "route.verify": route_verify,
    "route.bytes": route_bytes,
    "route.from_bytes": route_from_bytes,
    "route.may_write": route_may_write,
    "route.queues_of": route_queues_of,
    "webhook.sign": webhook_sign,
    "webhook.verify": webhook_verify,
    "webhook.problem": webhook_problem,
    "webhook.generate_secret": webhook_generate_secret,
    "webhook.generate_private_key": webhook_generate_private_key,
    "webhook.public_key": webhook_public_key,
    "webhook.is_public_address": webhook_is_public_address,
    "webhook.standard_secret": webhook_standard_secret,
    "webhook.check_target": webhook_check_target,
    "webhook.scheme": webhook_scheme,
    "webhook.scheme_sign": webhook_scheme_sign,
    "webhook.scheme_verify": webhook_scheme_verify,
    "webhook.retry_policy": webhook_retry_policy,
    "webhook.health_policy": webhook_health_policy,
    "webhook.receive_policy": webhook_receive_policy,
    "webhook.receive": webhook_receive,
    "webhook.receiver": webhook_receiver,
    "webhook.delivery_claim": webhook_delivery_claim,
    "webhook.endpoint": webhook_endpoint,
    "webhook.endpoint_health": webhook_endpoint_health,
    "webhook.endpoint_activity": webhook_endpoint_activity,
    "webhook.deliver": webhook_deliver,
    "webhook.delivery_state": webhook_delivery_state,
    "webhook.delivery_request": webhook_delivery_request,
    "platform.get": platform_get,
    "platform.from_json": platform_from_json,
    "platform.document": platform_document,
    "platform.base": platform_base,
    "platform.base_url": platform_base_url,
    "platform.is_unusual": platform_is_unusual,
    "platform.facts": platform_facts,
    "platform.operation": platform_operation,
    "platform.request": platform_request,
    "platform.read_response": platform_read_response,
    "platform.token_session": platform_token_session,
    "gateway.from_json": gateway_from_json,
    "gateway.inbound": gateway_inbound,
    "gateway.handed_on": gateway_handed_on,
    "gateway.outbound": gateway_outbound,
    "gateway.identify": gateway_identify,
}


def equal_as_json(result: Json, want: Json) -> bool:
    """Returns whether two values are equal as JSON: true differs from 1, a tuple equals a list."""
    return json.dumps(result, sort_keys=True) == json.dumps(want, sort_keys=True)


@pytest.mark.parametrize(
    ("domain", "case"),
    CASES,
    ids=[f"{domain}: {case['name']}" for domain, case in CASES],
)
def test_case(domain: str, case: dict[str, Json]) -> None:
    assert ("want" in case) != ("error" in case)
    assert case["call"].startswith(f"{domain}.")
    call = CALLS[case["call"]]
    given = {"now" if name == "now_ms" else name: value for name, value in case["given"].items()}
    if "want" in case:
        result = call(**given)
        assert equal_as_json(result, case["want"]), result
        return
    want = case["error"]
    assert want.keys() <= {"code", "offset", "header", "faults"}
    with pytest.raises(keyrail.KeyrailError) as raised:
        call(**given)
    error = raised.value
    assert error.code == want["code"]
    if "offset" in want:
        assert error.offset == want["offset"]
    if "header" in want:
        assert error.header == want["header"]
    if "faults" in want:
        assert isinstance(error, keyrail.ConfigError)
        faults = [[fault.code, fault.pointer] for fault in error.faults]
        assert faults == want["faults"]


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_domain_has_a_file_with_unique_case_names(domain: str) -> None:
    names = [case["name"] for case in cases_of(domain)]
    assert names, "the file is missing or empty"
    assert len(names) == len(set(names))


def test_every_file_belongs_to_a_known_domain() -> None:
    assert {path.stem for path in VECTORS.glob("*.json")} <= set(DOMAINS)


def test_every_call_is_covered() -> None:
    assert {case["call"] for _, case in CASES} == set(CALLS)
