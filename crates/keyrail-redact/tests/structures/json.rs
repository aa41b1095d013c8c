//! JSON: converts a structure to JSON, and checks that redaction changed only the secrets in
//! it.

use serde_json::{Map, Value, json};

use crate::generator::{Name, Node, Planted, Printer};
use crate::print::snake;

pub fn value(fields: &[(Name, Node)]) -> Value {
    let members = fields.iter().map(|(name, node)| (snake(name), node_value(node)));
    Value::Object(members.collect::<Map<_, _>>())
}

fn node_value(node: &Node) -> Value {
    match node {
        Node::Secret(text) | Node::Text(text) => json!(text),
        Node::Secrets(texts) => json!(texts),
        Node::Within(text, secret) => json!(text.replacen('@', secret, 1)),
        Node::Digits(number) | Node::Number(number) => json!(number),
        Node::Flag(flag) => json!(flag),
        Node::Nothing => Value::Null,
        Node::Record(fields) => value(fields),
        Node::List(nodes) => nodes.iter().map(node_value).collect(),
    }
}

/// Returns whether each single secret is masked and everything except the secrets is unchanged.
pub fn is_same(planted: &Planted, printer: Printer, redacted: &Value) -> bool {
    let inner = |text: &Value| {
        text["message"].as_str().and_then(|text| serde_json::from_str::<Value>(text).ok())
    };
    let redacted = match printer {
        Printer::JsonInJson => inner(redacted),
        Printer::JsonInJsonInJson => inner(redacted).as_ref().and_then(inner),
        _ => Some(redacted.clone()),
    };
    redacted.is_some_and(|redacted| fields_are_same(&planted.0, &redacted))
}

fn fields_are_same(fields: &[(Name, Node)], redacted: &Value) -> bool {
    redacted.as_object().is_some_and(|object| object.len() == fields.len())
        && fields.iter().all(|(name, node)| node_is_same(node, &redacted[snake(name)]))
}

fn node_is_same(node: &Node, redacted: &Value) -> bool {
    match node {
        Node::Secret(_) | Node::Digits(_) | Node::Within(..) => {
            redacted.as_str().is_some_and(|text| text.contains('•'))
        }
        Node::Secrets(secrets) => {
            redacted.as_array().is_some_and(|list| list.len() == secrets.len())
        }
        Node::Record(fields) => fields_are_same(fields, redacted),
        Node::List(nodes) => redacted.as_array().is_some_and(|list| {
            list.len() == nodes.len()
                && nodes.iter().zip(list).all(|(node, redacted)| node_is_same(node, redacted))
        }),
        other => node_value(other) == *redacted,
    }
}
