//! The output of programs that print a structure.

use crate::generator::{Name, Node, Planted, Printer};
use crate::json;

pub fn snake(name: &Name) -> String {
    name.0.replace(' ', "_")
}

fn kebab(name: &Name) -> String {
    let words = name.0.split(' ').map(capital);
    words.collect::<Vec<_>>().join("-")
}

fn pascal(name: &Name) -> String {
    name.0.split(' ').map(capital).collect()
}

fn camel(name: &Name) -> String {
    let pascal = pascal(name);
    pascal[..1].to_lowercase() + &pascal[1..]
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// The syntax in which a language prints structures.
struct Style {
    name: fn(&Name) -> String,
    /// The text before and after the fields of a record, with `@` for the name of its type.
    record: (&'static str, &'static str),
    sign: &'static str,
    separator: &'static str,
    list: (&'static str, &'static str),
    text: fn(&str) -> String,
    nothing: &'static str,
    flags: [&'static str; 2],
    /// The text before and after a string in an optional field.
    some: Option<(&'static str, &'static str)>,
    /// Whether names are written like strings.
    quotes_names: bool,
}

fn plain(text: &str) -> String {
    text.into()
}

fn double(text: &str) -> String {
    serde_json::to_string(text).expect("the string was not converted to JSON")
}

fn single(text: &str) -> String {
    match (text.contains('\''), text.contains('"')) {
        (true, false) => format!("\"{}\"", text.replace('\\', "\\\\")),
        _ => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
    }
}

const SWIFT: Style = Style {
    name: camel,
    record: ("@(", ")"),
    sign: ": ",
    separator: ", ",
    list: ("[", "]"),
    text: double,
    nothing: "nil",
    flags: ["false", "true"],
    some: Some(("Optional(", ")")),
    quotes_names: false,
};
const PYTHON: Style = Style {
    name: snake,
    record: ("{", "}"),
    text: single,
    nothing: "None",
    flags: ["False", "True"],
    some: None,
    quotes_names: true,
    ..SWIFT
};
const KOTLIN: Style = Style { sign: "=", text: plain, nothing: "null", some: None, ..SWIFT };
const RUST: Style = Style {
    name: snake,
    record: ("@ { ", " }"),
    nothing: "None",
    some: Some(("Some(", ")")),
    ..SWIFT
};
const GO: Style = Style {
    name: pascal,
    record: ("{", "}"),
    sign: ":",
    separator: " ",
    text: plain,
    nothing: "<nil>",
    some: None,
    ..SWIFT
};

impl Style {
    fn record(&self, type_name: &str, fields: &[(Name, Node)]) -> String {
        let field = |(name, node): &(Name, Node)| {
            let printed = (self.name)(name);
            let printed = if self.quotes_names { (self.text)(&printed) } else { printed };
            format!("{printed}{}{}", self.sign, self.node(&pascal(name), node))
        };
        let fields: Vec<String> = fields.iter().map(field).collect();
        let (open, close) = self.record;
        format!("{}{}{close}", open.replace('@', type_name), fields.join(self.separator))
    }

    fn list(&self, items: impl Iterator<Item = String>) -> String {
        let (open, close) = self.list;
        format!("{open}{}{close}", items.collect::<Vec<_>>().join(self.separator))
    }

    fn node(&self, type_name: &str, node: &Node) -> String {
        match node {
            Node::Secret(text) | Node::Text(text) => {
                let text = (self.text)(text);
                match self.some {
                    // Some fields are optional.
                    Some((open, close))
                        if type_name.len().is_multiple_of(2) && type_name != "Part" =>
                    {
                        format!("{open}{text}{close}")
                    }
                    _ => text,
                }
            }
            Node::Within(text, secret) => (self.text)(&text.replacen('@', secret, 1)),
            Node::Secrets(texts) => self.list(texts.iter().map(|text| (self.text)(text))),
            Node::Digits(number) | Node::Number(number) => number.to_string(),
            Node::Flag(flag) => self.flags[usize::from(*flag)].into(),
            Node::Nothing => self.nothing.into(),
            Node::Record(fields) => self.record(type_name, fields),
            Node::List(nodes) => self.list(nodes.iter().map(|node| self.node("Part", node))),
        }
    }
}

impl Printer {
    pub fn print(self, planted: &Planted) -> String {
        let fields = &planted.0;
        let json = || json::value(fields).to_string();
        let wrap = |text: String| serde_json::json!({"message": text, "next": 1}).to_string();
        match self {
            Self::Json => json(),
            Self::SpacedJson => Style {
                record: ("{", "}"),
                name: snake,
                quotes_names: true,
                nothing: "null",
                some: None,
                ..SWIFT
            }
            .record("", fields),
            Self::PrettyJson => serde_json::to_string_pretty(&json::value(fields)).expect("JSON"),
            Self::JsonInJson => wrap(json()),
            Self::JsonInJsonInJson => wrap(wrap(json())),
            Self::PythonDict => PYTHON.record("", fields),
            Self::PythonClass => {
                Style { record: ("@(", ")"), sign: "=", quotes_names: false, ..PYTHON }
                    .record("Call", fields)
            }
            Self::SwiftStruct => SWIFT.record("Call", fields),
            Self::SwiftDictionary => {
                Style { record: ("[", "]"), quotes_names: true, ..SWIFT }.record("", fields)
            }
            Self::SwiftDump => {
                let mut out = String::from("▿ App.Call\n");
                dump(fields, 1, &mut out);
                out
            }
            Self::KotlinClass => KOTLIN.record("Call", fields),
            Self::KotlinMap => {
                Style { name: snake, record: ("{", "}"), ..KOTLIN }.record("", fields)
            }
            Self::RustDebug => RUST.record("Call", fields),
            Self::RustPretty => pretty("Call", fields, 1),
            Self::RustMap => {
                Style { record: ("{", "}"), quotes_names: true, ..RUST }.record("", fields)
            }
            Self::GoValue => GO.record("", fields),
            Self::GoMap => Style { name: snake, record: ("map[", "]"), ..GO }.record("", fields),
            Self::GoSyntax => Style {
                record: ("main.@{", "}"),
                separator: ", ",
                text: double,
                list: ("[]string{", "}"),
                nothing: "nil",
                ..GO
            }
            .record("Call", fields),
            Self::Yaml => {
                let mut out = String::new();
                yaml(fields, 0, &mut out);
                out
            }
            Self::YamlFlow => {
                Style { name: snake, record: ("{", "}"), some: None, nothing: "null", ..SWIFT }
                    .record("", fields)
            }
            Self::Toml => {
                let mut out = String::new();
                toml(fields, "", &mut out);
                out
            }
            Self::TomlInline => format!(
                "call = {}",
                Style {
                    name: snake,
                    record: ("{ ", " }"),
                    sign: " = ",
                    nothing: "\"\"",
                    some: None,
                    ..SWIFT
                }
                .record("", fields)
            ),
            Self::Query => format!("GET https://h.example/p?{} HTTP/1.1", query(fields)),
            Self::QueryInQuery => {
                let inner = format!("https://h.example/p?{}", query(fields));
                format!("https://o.example/?next={}&page=2", percent(&inner))
            }
            Self::Headers => lines(fields, |name, text| format!("{name}: {text}\r\n")),
            Self::Curl => lines(fields, |name, text| format!("-H '{name}: {text}' ")),
            Self::PythonPairs => {
                let pair =
                    |name: &str, text: &str| format!("({}, {}), ", single(name), single(text));
                format!("[{}]", lines(fields, pair))
            }
            Self::GoHeader => format!(
                "map[{}]",
                lines(fields, |name, text| format!("{name}:[{text}] ")).trim_end()
            ),
            Self::Har => {
                let pair = |name: &str, text: &str| {
                    format!("{{\"name\": {}, \"value\": {}}}, ", double(name), double(text))
                };
                format!("{{\"headers\": [{}]}}", lines(fields, pair).trim_end_matches(", "))
            }
        }
    }
}

fn text_of(node: &Node) -> &str {
    match node {
        Node::Secret(text) | Node::Text(text) => text,
        _ => unreachable!("a flat structure contains a value that is not a string"),
    }
}

fn lines(fields: &[(Name, Node)], line: impl Fn(&str, &str) -> String) -> String {
    fields.iter().map(|(name, node)| line(&kebab(name), text_of(node))).collect()
}

fn percent(text: &str) -> String {
    let escape = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

fn query(fields: &[(Name, Node)]) -> String {
    let pair = |(name, node): &(Name, Node)| format!("{}={}", snake(name), percent(text_of(node)));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// Returns the structure as Rust's `{:#?}` prints it.
fn pretty(type_name: &str, fields: &[(Name, Node)], depth: usize) -> String {
    let indent = "    ".repeat(depth);
    let mut out = format!("{type_name} {{\n");
    for (name, node) in fields {
        let value = match node {
            Node::Record(fields) => pretty(&pascal(name), fields, depth + 1),
            Node::Secrets(texts) => {
                let items: String =
                    texts.iter().map(|text| format!("{indent}    {},\n", double(text))).collect();
                format!("[\n{items}{indent}]")
            }
            Node::Secret(text) if name.0.len().is_multiple_of(2) => {
                format!("Some(\n{indent}    {},\n{indent})", double(text))
            }
            other => RUST.node("x", other),
        };
        out += &format!("{indent}{}: {value},\n", snake(name));
    }
    out + &"    ".repeat(depth - 1) + "}"
}

/// Appends the fields as Swift's `dump` prints them.
fn dump(fields: &[(Name, Node)], depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (name, node) in fields {
        let name = camel(name);
        match node {
            Node::Record(fields) => {
                *out += &format!("{indent}▿ {name}: App.Part\n");
                dump(fields, depth + 1, out);
            }
            Node::Secret(text) | Node::Text(text) => {
                let text = double(text);
                *out += &format!("{indent}▿ {name}: Optional({text})\n{indent}  - some: {text}\n");
            }
            other => *out += &format!("{indent}- {name}: {}\n", SWIFT.node("x", other)),
        }
    }
}

fn yaml(fields: &[(Name, Node)], depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (name, node) in fields {
        let value = match node {
            Node::Record(fields) => {
                *out += &format!("{indent}{}:\n", snake(name));
                yaml(fields, depth + 1, out);
                continue;
            }
            Node::Nothing => "null".into(),
            other => SWIFT.node("x", other),
        };
        *out += &format!("{indent}{}: {value}\n", snake(name));
    }
}

fn toml(fields: &[(Name, Node)], path: &str, out: &mut String) {
    for (name, node) in fields {
        match node {
            Node::Record(_) | Node::Nothing => {}
            other => *out += &format!("{} = {}\n", snake(name), SWIFT.node("x", other)),
        }
    }
    for (name, node) in fields {
        if let Node::Record(fields) = node {
            let path = format!("{path}{}", snake(name));
            *out += &format!("\n[{path}]\n");
            toml(fields, &format!("{path}."), out);
        }
    }
}
