//! What a topology means, written for clarity alone, on the JSON documents
//! themselves.

use std::net::IpAddr;

use serde_json::{Value, json};

/// A list of the document; one that is absent is empty.
pub fn list<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    object[name].as_array().map_or(&[], Vec::as_slice)
}

fn declared<'a>(topology: &'a Value, section: &str, id: &str) -> Option<&'a Value> {
    list(topology, section).iter().find(|item| item["id"] == id)
}

/// The text by which `exact` knows a value that is not a list.
fn canonical(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

/// A text as the options want it compared, for the few characters outside
/// ASCII that the tests use.
fn alike(text: &str, options: &Value) -> String {
    let is_on = |option: &str| options[option] == true;
    let mut out = String::new();
    for character in text.chars() {
        let normal = match character {
            'ـ' | '\u{64e}' if is_on("normalize") => continue,
            '٣' | '३' | '３' if is_on("normalize") => '3',
            'Ａ' if is_on("normalize") => 'A',
            other => other,
        };
        out.push(match normal {
            'A'..='Z' if is_on("ignore_case") => normal.to_ascii_lowercase(),
            'Ａ' if is_on("ignore_case") => 'ａ',
            'É' if is_on("ignore_case") => 'é',
            'Σ' | 'ς' if is_on("ignore_case") => 'σ',
            other => other,
        });
    }
    out
}

fn is_word_character(character: char) -> bool {
    character == '_' || character == '\u{64e}' || character.is_alphanumeric()
}

fn contains_word(text: &str, keyword: &str) -> bool {
    text.match_indices(keyword).any(|_| true)
        && (0..text.len()).any(|at| {
            text.is_char_boundary(at)
                && text[at..].starts_with(keyword)
                && !text[..at].chars().next_back().is_some_and(is_word_character)
                && !text[at + keyword.len()..].chars().next().is_some_and(is_word_character)
        })
}

fn wildcard(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => (0..=text.len()).any(|at| wildcard(rest, &text[at..])),
        ['\\', wanted, rest @ ..] | [wanted, rest @ ..] => {
            text.first() == Some(wanted) && wildcard(rest, &text[1..])
        }
    }
}

fn subject(pattern: &[&str], tokens: &[&str]) -> bool {
    match (pattern, tokens) {
        ([], []) => true,
        ([">"], [_, ..]) => true,
        (["*", pattern @ ..], [_, tokens @ ..]) => subject(pattern, tokens),
        ([wanted, pattern @ ..], [token, tokens @ ..]) => {
            wanted == token && subject(pattern, tokens)
        }
        _ => false,
    }
}

fn bits(address: IpAddr) -> Vec<bool> {
    let bytes = match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    };
    bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> (7 - bit) & 1 == 1)).collect()
}

fn in_network(text: &str, network: &str) -> bool {
    let (start, length) = network.split_once('/').unwrap();
    let (Ok(address), start) = (text.parse(), start.parse().unwrap()) else { return false };
    let (address, start, length) = (bits(address), bits(start), length.parse::<usize>().unwrap());
    address.len() == start.len() && address[..length] == start[..length]
}

fn in_range(number: f64, range: &Value) -> bool {
    let bound = |name: &str| range[name].as_f64();
    bound("gt").is_none_or(|bound| number > bound)
        && bound("gte").is_none_or(|bound| number >= bound)
        && bound("lt").is_none_or(|bound| number < bound)
        && bound("lte").is_none_or(|bound| number <= bound)
}

/// Whether one test of one attribute holds.
fn test_holds(operator: &str, attribute: &Value, written: &Value) -> bool {
    if operator == "exists" {
        return attribute.is_null() != (written == true);
    }
    if let Some(elements) = attribute.as_array() {
        return elements.iter().any(|element| test_holds(operator, element, written));
    }
    if attribute.is_null() {
        return false;
    }
    if operator == "range" {
        return attribute.as_f64().is_some_and(|number| in_range(number, written));
    }
    let options = if written.is_object() { written } else { &Value::Null };
    let operand = if written.is_object() { &written["value"] } else { written };
    let text = alike(&canonical(attribute), options);
    if operator == "in" {
        let operands = operand.as_array().unwrap().iter();
        return operands.into_iter().any(|operand| text == alike(&canonical(operand), options));
    }
    let operand = alike(&canonical(operand), options);
    if operator == "exact" {
        return text == operand;
    }
    if !attribute.is_string() {
        return false;
    }
    match operator {
        "prefix" => text.starts_with(&operand),
        "suffix" => text.ends_with(&operand),
        "contains" if options["word"] == true => contains_word(&text, &operand),
        "contains" => text.contains(&operand),
        "wildcard" => {
            let characters = |text: &str| text.chars().collect::<Vec<_>>();
            wildcard(&characters(&operand), &characters(&text))
        }
        "subject" => {
            let tokens = |text| str::split(text, '.').collect::<Vec<_>>();
            !tokens(&text).contains(&"") && subject(&tokens(&operand), &tokens(&text))
        }
        "cidr" => in_network(&text, &operand),
        _ => panic!("{operator}"),
    }
}

pub fn holds(condition: &Value, message: &Value) -> bool {
    let (operator, of) = condition.as_object().unwrap().iter().next().unwrap();
    match operator.as_str() {
        "all" => of.as_array().unwrap().iter().all(|condition| holds(condition, message)),
        "any" => of.as_array().unwrap().iter().any(|condition| holds(condition, message)),
        "not" => !holds(of, message),
        _ => {
            let tests = of.as_object().unwrap();
            tests.iter().all(|(name, operand)| test_holds(operator, &message[name], operand))
        }
    }
}

const DAYS: [&str; 7] = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];

/// Minutes of `hh:mm`.
fn minutes(text: &str) -> i64 {
    text[..2].parse::<i64>().unwrap() * 60 + text[3..5].parse::<i64>().unwrap()
}

/// Whether the rule holds at the time; whole seconds in UTC are enough here.
fn is_open(rule: &Value, now_ms: i64) -> bool {
    // In the tests, instants are written so that texts compare as they do.
    let day = now_ms.div_euclid(86_400_000);
    let instant = |member: &str| {
        rule[member].as_str().map(|text| i64::from(text[8..10].parse::<u8>().unwrap()) - 1)
    };
    if instant("from").is_some_and(|from| day < from) {
        return false;
    }
    if instant("until").is_some_and(|until| day >= until) {
        return false;
    }
    let Some(offset) = rule["hours"]["offset"].as_str() else { return true };
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let local = now_ms.div_euclid(60_000) + sign * minutes(&offset[1..]);
    let (day, minute) =
        (DAYS[local.div_euclid(1440).rem_euclid(7) as usize], local.rem_euclid(1440));
    list(&rule["hours"], "open").iter().any(|opening| {
        list(opening, "days").iter().any(|of| of == day)
            && minutes(opening["from"].as_str().unwrap()) <= minute
            && minute < minutes(opening["until"].as_str().unwrap())
    })
}

fn priority(rule: &Value) -> i64 {
    rule["priority"].as_i64().unwrap_or(0)
}

/// The best rule that holds: the largest priority, among equals the first.
pub fn best_rule<'a>(
    topology: &'a Value,
    message: &Value,
    now_ms: i64,
    interrupting: bool,
) -> Option<&'a Value> {
    let mut best: Option<&Value> = None;
    for rule in list(topology, "rules") {
        let better = best.is_none_or(|best| priority(rule) > priority(best));
        let counts = !interrupting || rule["interrupts_session"] == true;
        if better && counts && is_open(rule, now_ms) && holds(&rule["when"], message) {
            best = Some(rule);
        }
    }
    best
}

fn asks_for(pattern: &str, event: Option<&str>) -> bool {
    match (pattern.strip_suffix('*'), event) {
        (Some(""), _) => true,
        (_, None) => false,
        (Some(start), Some(event)) => {
            event.strip_prefix(start).is_some_and(|rest| !rest.is_empty())
        }
        (None, Some(event)) => pattern == event,
    }
}

fn available(
    topology: &Value,
    queue: &str,
    unavailable: &[&str],
    tried: &mut Vec<String>,
) -> Option<String> {
    if tried.iter().any(|tried| tried == queue) {
        return None;
    }
    tried.push(queue.into());
    if !unavailable.contains(&queue) {
        return Some(queue.into());
    }
    let fallbacks = list(declared(topology, "queues", queue)?, "fallback");
    fallbacks.iter().find_map(|next| available(topology, next.as_str()?, unavailable, tried))
}

/// The members of the decision as JSON.
pub fn decide(
    topology: &Value,
    message: &Value,
    now_ms: i64,
    session: Option<&str>,
    unavailable: &[&str],
) -> Value {
    let channel = declared(topology, "channels", message["channel"].as_str().unwrap()).unwrap();
    let rule = best_rule(topology, message, now_ms, session.is_some());
    let (first, by, code) = if let Some(rule) = rule {
        (rule["queue"].as_str().unwrap(), "rule", "route.matched")
    } else if let Some(queue) = session {
        (queue, "session", "route.session")
    } else if let Some(queue) = channel["queue"].as_str() {
        (queue, "channel", "route.channel")
    } else if let Some(queue) = topology["default_queue"].as_str() {
        (queue, "default", "route.default")
    } else {
        return json!({"kind": "unrouted", "queue": null, "app": null, "webhooks": [], "rule": null,
                      "by": null, "fell_back_from": null, "code": "route.no_queue"});
    };
    let rule = rule.map(|rule| &rule["id"]);
    let found = available(topology, first, unavailable, &mut Vec::new());
    let queue = found.as_deref().unwrap_or(first);
    let app = declared(topology, "queues", queue).unwrap()["app"].as_str();
    let declared_app = app.map(|app| declared(topology, "apps", app).unwrap());
    let is_disabled = declared_app.is_some_and(|app| app["disabled"] == true);
    let mut webhooks = Vec::new();
    if let (Some(app), Some(_), false) = (declared_app, &found, is_disabled) {
        for id in list(app, "webhooks") {
            let webhook = declared(topology, "webhooks", id.as_str().unwrap()).unwrap();
            let event = message["event"].as_str();
            if list(webhook, "events").iter().any(|p| asks_for(p.as_str().unwrap(), event)) {
                webhooks.push(id.clone());
            }
        }
    }
    let (kind, code) = match (&found, app) {
        (None, _) => ("held", "route.unavailable"),
        (Some(_), None) => ("held", "route.no_app"),
        (Some(_), Some(_)) if is_disabled => ("held", "route.app_disabled"),
        (Some(_), Some(_)) if webhooks.is_empty() => ("held", "route.no_webhook"),
        (Some(_), Some(_)) => ("routed", code),
    };
    let fell_back_from = (queue != first).then_some(first);
    json!({"kind": kind, "queue": queue, "app": app, "webhooks": webhooks, "rule": rule, "by": by,
           "fell_back_from": fell_back_from, "code": code})
}
