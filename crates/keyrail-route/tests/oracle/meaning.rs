//! A reference implementation of routing. It works directly on the JSON documents. It is written to
//! be clear, not to be fast.

use std::net::IpAddr;

use serde_json::{Value, json};

/// Returns a member that is a list; empty if it is absent.
pub fn list<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    object[name].as_array().map_or(&[], Vec::as_slice)
}

fn declared<'a>(topology: &'a Value, section: &str, id: &str) -> Option<&'a Value> {
    list(topology, section).iter().find(|item| item["id"] == id)
}

/// Returns the canonical string of a value that is not a list. `exact` compares these strings.
fn canonical(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

/// Normalizes a string as these options require. Comparisons use the result instead of the string.
/// Of the non-ASCII characters, only those in the tests are supported.
fn normalized(text: &str, options: &Value) -> String {
    let is_on = |option: &str| options[option] == true;
    let mut out = String::new();
    for character in text.chars() {
        let character = match character {
            'ـ' | '\u{64e}' if is_on("normalize") => continue,
            '٣' | '३' | '３' if is_on("normalize") => '3',
            'Ａ' if is_on("normalize") => 'A',
            other => other,
        };
        out.push(match character {
            'A'..='Z' if is_on("ignore_case") => character.to_ascii_lowercase(),
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

/// Returns whether the keyword occurs as a whole word.
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
        ['\\', expected, rest @ ..] | [expected, rest @ ..] => {
            text.first() == Some(expected) && wildcard(rest, &text[1..])
        }
    }
}

fn subject(pattern: &[&str], tokens: &[&str]) -> bool {
    match (pattern, tokens) {
        ([], []) => true,
        ([">"], [_, ..]) => true,
        (["*", pattern @ ..], [_, tokens @ ..]) => subject(pattern, tokens),
        ([expected, pattern @ ..], [token, tokens @ ..]) => {
            expected == token && subject(pattern, tokens)
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

/// Returns whether a test of one attribute matches.
fn test_matches(operator: &str, attribute: &Value, test: &Value) -> bool {
    if operator == "exists" {
        return attribute.is_null() != (test == true);
    }
    if let Some(elements) = attribute.as_array() {
        return elements.iter().any(|element| test_matches(operator, element, test));
    }
    if attribute.is_null() {
        return false;
    }
    if operator == "range" {
        return attribute.as_f64().is_some_and(|number| in_range(number, test));
    }
    let options = if test.is_object() { test } else { &Value::Null };
    let operand = if test.is_object() { &test["value"] } else { test };
    let text = normalized(&canonical(attribute), options);
    if operator == "in" {
        let operands = operand.as_array().unwrap().iter();
        return operands
            .into_iter()
            .any(|operand| text == normalized(&canonical(operand), options));
    }
    let operand = normalized(&canonical(operand), options);
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

/// Returns whether a condition matches a message.
pub fn matches(condition: &Value, message: &Value) -> bool {
    let (operator, operand) = condition.as_object().unwrap().iter().next().unwrap();
    match operator.as_str() {
        "all" => operand.as_array().unwrap().iter().all(|condition| matches(condition, message)),
        "any" => operand.as_array().unwrap().iter().any(|condition| matches(condition, message)),
        "not" => !matches(operand, message),
        _ => {
            let tests = operand.as_object().unwrap();
            tests.iter().all(|(name, test)| test_matches(operator, &message[name], test))
        }
    }
}

/// The days of the week, starting with the day of 1970-01-01.
const DAYS: [&str; 7] = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];

/// Converts `hh:mm` to a number of minutes.
fn minutes(text: &str) -> i64 {
    text[..2].parse::<i64>().unwrap() * 60 + text[3..5].parse::<i64>().unwrap()
}

/// Returns whether the rule applies at the time. The `from` and the `until` of the rule must each
/// be the start of a day in January 1970.
fn is_open(rule: &Value, now_ms: i64) -> bool {
    let day = now_ms.div_euclid(86_400_000);
    let first_day = |member: &str| {
        rule[member].as_str().map(|text| i64::from(text[8..10].parse::<u8>().unwrap()) - 1)
    };
    if first_day("from").is_some_and(|from| day < from) {
        return false;
    }
    if first_day("until").is_some_and(|until| day >= until) {
        return false;
    }
    let Some(offset) = rule["hours"]["offset"].as_str() else { return true };
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let local = now_ms.div_euclid(60_000) + sign * minutes(&offset[1..]);
    let (day, minute) =
        (DAYS[local.div_euclid(1440).rem_euclid(7) as usize], local.rem_euclid(1440));
    list(&rule["hours"], "open").iter().any(|opening| {
        list(opening, "days").iter().any(|open_day| open_day == day)
            && minutes(opening["from"].as_str().unwrap()) <= minute
            && minute < minutes(opening["until"].as_str().unwrap())
    })
}

fn priority(rule: &Value) -> i64 {
    rule["priority"].as_i64().unwrap_or(0)
}

/// Returns the rule that wins. Of the rules that apply now and match the message, it has the
/// highest priority. If several rules have this priority, the one that is declared first wins. In a
/// session, only rules with `interrupts_session` are considered.
pub fn best_rule<'a>(
    topology: &'a Value,
    message: &Value,
    now_ms: i64,
    in_session: bool,
) -> Option<&'a Value> {
    let mut best: Option<&Value> = None;
    for rule in list(topology, "rules") {
        let is_better = best.is_none_or(|best| priority(rule) > priority(best));
        let is_eligible = !in_session || rule["interrupts_session"] == true;
        if is_better && is_eligible && is_open(rule, now_ms) && matches(&rule["when"], message) {
            best = Some(rule);
        }
    }
    best
}

fn event_matches(pattern: &str, event: Option<&str>) -> bool {
    match (pattern.strip_suffix('*'), event) {
        (Some(""), _) => true,
        (_, None) => false,
        (Some(start), Some(event)) => {
            event.strip_prefix(start).is_some_and(|rest| !rest.is_empty())
        }
        (None, Some(event)) => pattern == event,
    }
}

/// Returns the queue itself if it is available. Otherwise, tries each fallback in order, followed
/// by the fallback's own fallbacks. Returns the first available queue, or `None` if all are
/// unavailable.
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

/// Returns the decision as JSON, without its assignee, ordering key and table hash.
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
            if list(webhook, "events").iter().any(|p| event_matches(p.as_str().unwrap(), event)) {
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
