//! A written topology as typed values: what is built of them must be the table
//! that is read.

use keyrail_core::{EventPattern, Network, Timestamp};
use keyrail_route::RouteTable;
use keyrail_route::build::{
    App, Bounds, Channel, Choices, Condition, Day, Hours, Keyword, Operand, Queue, Rule, Text,
    Webhook,
};
use serde_json::Value;

use crate::meaning::list;

pub fn table(topology: &Value) -> RouteTable {
    let mut builder = RouteTable::builder();
    for channel in list(topology, "channels") {
        let typed = Channel::new(text(&channel["id"]), text(&channel["kind"]));
        builder.channel(optional(typed, &channel["queue"], Channel::queue));
    }
    for queue in list(topology, "queues") {
        let typed = optional(Queue::new(text(&queue["id"])), &queue["app"], Queue::app);
        builder.queue(each(typed, &queue["fallback"], Queue::fallback));
    }
    for app in list(topology, "apps") {
        let typed = App::new(text(&app["id"])).disabled(app["disabled"] == true);
        builder.app(each(typed, &app["webhooks"], App::webhook));
    }
    for webhook in list(topology, "webhooks") {
        let typed = Webhook::new(text(&webhook["id"]), text(&webhook["url"]));
        builder.webhook(each(typed, &webhook["events"], |webhook, event| {
            webhook.event(EventPattern::parse(&event).unwrap())
        }));
    }
    if let Some(queue) = topology["default_queue"].as_str() {
        builder.default_queue(queue);
    }
    builder.rules(list(topology, "rules").iter().map(rule));
    builder.build().unwrap_or_else(|error| panic!("{error} {topology}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn optional<T>(typed: T, value: &Value, with: impl Fn(T, String) -> T) -> T {
    match value.as_str() {
        Some(name) => with(typed, name.to_owned()),
        None => typed,
    }
}

fn each<T>(typed: T, names: &Value, with: impl Fn(T, String) -> T) -> T {
    let names = names.as_array().into_iter().flatten();
    names.fold(typed, |typed, name| with(typed, text(name).to_owned()))
}

fn rule(rule: &Value) -> Rule<'_> {
    let at = |member: &str| rule[member].as_str().map(|time| Timestamp::parse(time).unwrap());
    let mut typed = Rule::new(text(&rule["id"]), condition(&rule["when"]), text(&rule["queue"]))
        .priority(rule["priority"].as_i64().unwrap_or(0))
        .interrupts_session(rule["interrupts_session"] == true);
    if let Some(from) = at("from") {
        typed = typed.from(from);
    }
    if let Some(until) = at("until") {
        typed = typed.until(until);
    }
    if rule["hours"].is_object() {
        typed = typed.hours(hours(&rule["hours"]));
    }
    typed
}

fn hours(hours: &Value) -> Hours {
    const DAYS: [(&str, Day); 7] = [
        ("mon", Day::Mon),
        ("tue", Day::Tue),
        ("wed", Day::Wed),
        ("thu", Day::Thu),
        ("fri", Day::Fri),
        ("sat", Day::Sat),
        ("sun", Day::Sun),
    ];
    let day = |day: &Value| DAYS.iter().find(|(word, _)| day == word).unwrap().1;
    let typed = Hours::offset(text(&hours["offset"]));
    list(hours, "open").iter().fold(typed, |typed, open| {
        let days: Vec<Day> = list(open, "days").iter().map(day).collect();
        typed.open(days, text(&open["from"]), text(&open["until"]))
    })
}

fn condition(written: &Value) -> Condition<'_> {
    let (operator, operand) = written.as_object().unwrap().iter().next().unwrap();
    let conditions = || operand.as_array().unwrap().iter().map(condition);
    let tests = || operand.as_object().unwrap().iter();
    macro_rules! tests {
        ($operand:expr) => {
            tests().map(|(name, operand)| (name.as_str(), with_options(operand, $operand)))
        };
    }
    let a_text = |value| Text::from(text(value));
    match operator.as_str() {
        "all" => Condition::all(conditions()),
        "any" => Condition::any(conditions()),
        "not" => Condition::not(condition(operand)),
        "exact" => Condition::exact(tests!(scalar)),
        "in" => Condition::one_of(tests!(choices)),
        "prefix" => Condition::prefix(tests!(a_text)),
        "suffix" => Condition::suffix(tests!(a_text)),
        "wildcard" => Condition::wildcard(tests!(a_text)),
        "subject" => Condition::subject(tests!(a_text)),
        "contains" => Condition::contains(tests!(|value| Keyword::from(text(value)))),
        "range" => Condition::range(tests().map(|(name, range)| (name.as_str(), bounds(range)))),
        "exists" => {
            Condition::exists(tests().map(|(name, exists)| (name.as_str(), exists == true)))
        }
        "cidr" => Condition::cidr(
            tests().map(|(name, network)| (name.as_str(), Network::parse(text(network)).unwrap())),
        ),
        other => panic!("{other}"),
    }
}

fn scalar(value: &Value) -> Operand<'_> {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap().into(),
        Value::Number(number) => number.as_i64().unwrap().into(),
        value => text(value).into(),
    }
}

fn choices(values: &Value) -> Choices<'_> {
    values.as_array().unwrap().iter().map(scalar).collect()
}

fn bounds(range: &Value) -> Bounds {
    let tests = range.as_object().unwrap().iter();
    tests.fold(Bounds::default(), |bounds, (name, number)| {
        let number = number.as_f64().unwrap();
        match name.as_str() {
            "gt" => bounds.gt(number),
            "gte" => bounds.gte(number),
            "lt" => bounds.lt(number),
            _ => bounds.lte(number),
        }
    })
}

/// What takes options beside its value.
trait Options: Sized {
    fn ignore_case(self) -> Self;
    fn normalize(self) -> Self;
    fn word(self) -> Self;
}

macro_rules! options {
    ($($type:ident: $word:expr;)*) => {$(
        impl Options for $type<'_> {
            fn ignore_case(self) -> Self {
                $type::ignore_case(self)
            }

            fn normalize(self) -> Self {
                $type::normalize(self)
            }

            fn word(self) -> Self {
                $word(self)
            }
        }
    )*};
}

options! {
    Operand: core::convert::identity;
    Choices: core::convert::identity;
    Text: core::convert::identity;
    Keyword: Keyword::word;
}

fn with_options<'v, T: Options>(written: &'v Value, operand: impl Fn(&'v Value) -> T) -> T {
    if !written.is_object() {
        return operand(written);
    }
    let mut typed = operand(&written["value"]);
    if written["ignore_case"] == true {
        typed = typed.ignore_case();
    }
    if written["normalize"] == true {
        typed = typed.normalize();
    }
    if written["word"] == true {
        typed = typed.word();
    }
    typed
}
