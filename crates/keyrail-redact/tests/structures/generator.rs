//! Generators of structures that contain credentials and other values.

use proptest::prelude::*;
use proptest::sample::select;

use crate::secrets;

/// Returns a configuration with 200 cases, unless `PROPTEST_CASES` is set.
pub fn config() -> ProptestConfig {
    ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() }
}

/// A format in which programs print structures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Printer {
    Json,
    SpacedJson,
    PrettyJson,
    JsonInJson,
    JsonInJsonInJson,
    PythonDict,
    PythonClass,
    SwiftStruct,
    SwiftDictionary,
    SwiftDump,
    KotlinClass,
    KotlinMap,
    RustDebug,
    RustPretty,
    RustMap,
    GoValue,
    GoMap,
    GoSyntax,
    Yaml,
    YamlFlow,
    Toml,
    TomlInline,
    Query,
    QueryInQuery,
    Headers,
    Curl,
    PythonPairs,
    GoHeader,
    Har,
}

impl Printer {
    pub fn is_json(self) -> bool {
        matches!(
            self,
            Self::Json
                | Self::SpacedJson
                | Self::PrettyJson
                | Self::JsonInJson
                | Self::JsonInJsonInJson
        )
    }

    /// Returns whether the printer prints strings without quotes.
    pub fn is_bare(self) -> bool {
        matches!(
            self,
            Self::KotlinClass
                | Self::KotlinMap
                | Self::GoValue
                | Self::GoMap
                | Self::Headers
                | Self::Curl
                | Self::GoHeader
                | Self::Query
                | Self::QueryInQuery
        )
    }

    /// Returns whether the printer prints only names and strings.
    pub fn is_flat(self) -> bool {
        matches!(
            self,
            Self::Query
                | Self::QueryInQuery
                | Self::Headers
                | Self::Curl
                | Self::PythonPairs
                | Self::GoHeader
                | Self::Har
        )
    }

    pub fn is_headers(self) -> bool {
        matches!(self, Self::Headers | Self::Curl | Self::PythonPairs | Self::GoHeader | Self::Har)
    }

    /// Returns whether the printer can print a list of records.
    fn has_records_in_lists(self) -> bool {
        use Printer::*;
        !matches!(self, Yaml | YamlFlow | Toml | TomlInline | SwiftDump | RustPretty | GoSyntax)
    }

    /// Returns whether the printer can print a list of secrets.
    fn has_lists(self) -> bool {
        !self.is_flat() && self != Self::SwiftDump
    }
}

/// A value in a structure.
#[derive(Clone, Debug)]
pub enum Node {
    Secret(String),
    Secrets(Vec<String>),
    /// A credential that is a number.
    Digits(u64),
    /// A credential that replaces the first `@` in a larger string.
    Within(&'static str, String),
    Text(String),
    Number(u64),
    Flag(bool),
    Nothing,
    Record(Vec<(Name, Node)>),
    List(Vec<Node>),
}

/// A name as words separated by spaces.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name(pub &'static str);

/// A structure with planted credentials. The root of the structure is a record.
#[derive(Clone, Debug)]
pub struct Planted(pub Vec<(Name, Node)>);

/// Names whose value is a credential.
const CREDENTIALS: [&str; 22] = [
    "api key",
    "password",
    "access token",
    "client secret",
    "secret",
    "token",
    "db password",
    "x api key",
    "private key",
    "refresh token",
    "passphrase",
    "pwd",
    "session key",
    "webhook secret",
    "aws secret access key",
    "bot token 10",
    "api key 2",
    "password 24",
    "passwd",
    "encryption key",
    "github token",
    "user password",
];
const PLURALS: [&str; 4] = ["api keys", "passwords", "secrets", "credentials"];
const HEADERS: [&str; 9] = [
    "x api key",
    "x auth token",
    "platform api key",
    "x verify token",
    "private token",
    "x amz security token",
    "password",
    "x access token",
    "apikey",
];
/// Names whose value is not a credential.
const NEIGHBOURS: [&str; 16] = [
    "signature",
    "user",
    "status",
    "path",
    "note",
    "count",
    "max tokens",
    "token count",
    "tokens used",
    "region",
    "kind",
    "size",
    "created at",
    "keyboard",
    "author",
    "api keys total",
];
/// Names of records.
const RECORDS: [&str; 5] = ["request", "config", "meta", "data", "auth info"];
/// Names of credentials whose value may be a structure.
const OUTER: [&str; 4] = ["credentials", "token", "secrets", "api credentials"];

fn names(list: &'static [&'static str]) -> impl Strategy<Value = Name> {
    select(list).prop_map(Name)
}

/// Strings that are printed in quotes. A word replaces the `@` in each string.
const QUOTED: [&str; 12] = [
    "@",
    "the @",
    "a, @",
    "@: b",
    "it is @",
    "/v1/@",
    "{@}",
    "[@]",
    "@ (2)",
    "50% @",
    "https://h.example/@?a=b",
    "é @",
];
/// Strings that are printed without quotes. A word replaces the `@` in each string.
const BARE: [&str; 3] = ["@", "/v1/@", "v1.@"];

fn text(printer: Printer) -> impl Strategy<Value = Node> {
    let forms: &'static [&'static str] = if printer.is_bare() { &BARE } else { &QUOTED };
    (select(forms), 100_u32..1_000)
        .prop_map(|(form, number)| Node::Text(form.replace('@', &format!("keep{number}x"))))
}

fn neighbour(printer: Printer) -> BoxedStrategy<Node> {
    if printer.is_flat() {
        return text(printer).boxed();
    }
    prop_oneof![
        4 => text(printer),
        2 => (70_000_u64..80_000).prop_map(Node::Number),
        1 => any::<bool>().prop_map(Node::Flag),
        1 => Just(Node::Nothing),
    ]
    .boxed()
}

fn field(printer: Printer, depth: u32) -> BoxedStrategy<(Name, Node)> {
    let credentials: &'static [&'static str] =
        if printer.is_headers() { &HEADERS } else { &CREDENTIALS };
    let is_query = matches!(printer, Printer::Query | Printer::QueryInQuery);
    // The signature in a URL is a credential.
    let neighbours: &'static [&'static str] = if is_query { &NEIGHBOURS[1..] } else { &NEIGHBOURS };
    let leaf = prop_oneof![
        3 => (names(credentials), secrets::secret(printer).prop_map(Node::Secret)),
        3 => (names(neighbours), neighbour(printer)),
    ];
    if printer.is_flat() {
        return leaf.boxed();
    }
    let special = prop_oneof![
        // Constants under a credential's name, which are not secrets.
        (names(credentials), prop_oneof![Just(Node::Nothing), any::<bool>().prop_map(Node::Flag)]),
        (names(credentials), (10_000_000_u64..99_999_999).prop_map(Node::Digits)),
        (names(&["cookie", "authorization"]), Just(Node::Nothing)),
    ];
    let within = prop_oneof![
        (names(&["authorization", "proxy authorization"]), select(&["Bearer @", "Basic @"][..])),
        (names(&NEIGHBOURS), select(&["postgres://app:@@db/x", "https://h/?a=b&token=@"][..])),
    ];
    let within = (within, secrets::simple())
        .prop_map(|((name, text), secret)| (name, Node::Within(text, secret)));
    let key =
        (names(&NEIGHBOURS), secrets::key()).prop_map(|(name, key)| (name, Node::Within("@", key)));
    let list = prop::collection::vec(neighbour(printer), 1..3).prop_map(Node::List);
    let plural = prop::collection::vec(secrets::secret(printer), 1..3).prop_map(Node::Secrets);
    let lists = match printer.has_lists() {
        true => prop_oneof![(names(&PLURALS), plural), (names(&NEIGHBOURS), list)].boxed(),
        false => leaf.clone().boxed(),
    };
    if depth == 0 {
        return prop_oneof![6 => leaf, 1 => special, 1 => lists, 1 => within, 1 => key].boxed();
    }
    let inner = record(printer, depth - 1).prop_map(Node::Record);
    let inner = match printer.has_records_in_lists() {
        true => {
            let list = prop::collection::vec(inner.clone(), 1..3).prop_map(Node::List);
            prop_oneof![2 => inner, 1 => list].boxed()
        }
        false => inner.boxed(),
    };
    let outer = prop_oneof![2 => names(&RECORDS), 1 => names(&OUTER)];
    prop_oneof![6 => leaf, 1 => special, 1 => lists, 1 => within, 1 => key, 3 => (outer, inner)]
        .boxed()
}

fn record(printer: Printer, depth: u32) -> BoxedStrategy<Vec<(Name, Node)>> {
    prop::collection::vec(field(printer, depth), 1..5)
        .prop_map(|fields| {
            let mut unique: Vec<(Name, Node)> = Vec::new();
            for (name, node) in fields {
                if unique.iter().all(|(other, _)| *other != name) {
                    unique.push((name, node));
                }
            }
            unique
        })
        .boxed()
}

/// Generates structures, with up to three levels of nested records if the printer can print
/// them.
pub fn structure(printer: Printer) -> impl Strategy<Value = Planted> {
    record(printer, if printer.is_flat() { 0 } else { 3 }).prop_map(Planted)
}

impl Planted {
    /// Returns the secrets that are in the printed text.
    pub fn secrets(&self) -> Vec<String> {
        let mut all = Vec::new();
        self.for_each(&mut |node| match node {
            Node::Secret(secret) => all.push(secret.clone()),
            Node::Secrets(secrets) => all.extend(secrets.iter().cloned()),
            Node::Digits(number) => all.push(number.to_string()),
            Node::Within(_, secret) => {
                all.push(secret.rsplit('_').next().unwrap_or_default().into())
            }
            _ => {}
        });
        all
    }

    /// Returns parts of the values that are not secrets. These parts must remain in the redacted
    /// text.
    pub fn neighbours(&self) -> Vec<String> {
        let mut all = Vec::new();
        self.for_each(&mut |node| match node {
            Node::Text(text) => {
                let start = text.find("keep").expect("a string does not contain `keep`");
                all.push(text[start..start + 8].into());
            }
            Node::Number(number) => all.push(number.to_string()),
            _ => {}
        });
        all
    }

    fn for_each(&self, visit: &mut impl FnMut(&Node)) {
        self.0.iter().for_each(|(_, node)| node.for_each(visit));
    }
}

impl Node {
    fn for_each(&self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        match self {
            Self::Record(fields) => fields.iter().for_each(|(_, node)| node.for_each(visit)),
            Self::List(nodes) => nodes.iter().for_each(|node| node.for_each(visit)),
            _ => {}
        }
    }
}
