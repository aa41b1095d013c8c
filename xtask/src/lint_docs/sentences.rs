//! Checks that the documentation of each API starts with the same sentence in Rust and in the
//! bindings.
//!
//! Two differences are expected: the sentence of a property does not start with `Returns`, and
//! `None` is written as `nil` in Swift and `null` in Kotlin. `xtask/sentences.txt` lists the
//! sentences with other differences, and the reasons.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use syn::visit::{self, Visit};

use super::doc_line;

/// The types with a different name in a binding, and their names in Rust.
const TYPES: [(&str, &str); 14] = [
    ("ByteFinding", "Finding"),
    ("Format", "KeyFormat"),
    ("FormatSet", "KeyFormatSet"),
    ("KeyHint", "Hint"),
    ("OperationAccess", "Access"),
    ("PlatformOperation", "Operation"),
    ("Record", "KeyRecord"),
    ("RouteChange", "Change"),
    ("RouteFailure", "Failure"),
    ("RouteFinding", "Finding"),
    ("RouteMismatch", "Mismatch"),
    ("RuleFailure", "Failure"),
    ("Table", "RouteTable"),
    ("Template", "UrlTemplate"),
];

/// The name of a type and the name of its function or field, both in Rust's spelling. The name of
/// the type is empty for a function outside types.
type Name = (String, String);

/// The sentences of Rust's public functions and fields.
#[derive(Default)]
pub(super) struct Sentences {
    owner: String,
    rust: BTreeMap<Name, BTreeSet<String>>,
}

/// A documented function or property of a binding.
#[derive(Debug, PartialEq)]
struct Item {
    line: usize,
    name: Name,
    is_property: bool,
    sentence: String,
}

impl Sentences {
    /// Adds the sentences of a file of a crate.
    pub(super) fn add(&mut self, file: &syn::File) {
        self.owner.clear();
        self.visit_file(file);
    }

    fn insert(&mut self, attributes: &[syn::Attribute], name: &syn::Ident) {
        let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
        if !lines.is_empty() {
            let name = (self.owner.clone(), name.to_string());
            self.rust.entry(name).or_default().insert(first_sentence(&lines));
        }
    }

    /// Compares the first sentences in a binding's file with Rust's, and returns how many were
    /// compared. Adds a fault for each sentence that differs, unless it is in `allowed`.
    pub(super) fn compare(
        &self,
        path: &str,
        text: &str,
        allowed: &mut Allowed,
        faults: &mut String,
    ) -> usize {
        let (items, null) = match path.rsplit_once('.').map(|(_, ending)| ending) {
            Some("py" | "pyi") => (python(text), "None"),
            Some("swift") => (with_braces(text, &SWIFT), "nil"),
            Some("kt") => (with_braces(text, &KOTLIN), "null"),
            _ => return 0,
        };
        let mut compared = 0;
        for item in items {
            let Some(known) = self.rust.get(&item.name) else { continue };
            compared += 1;
            let mut known = known.iter().map(|sentence| adapted(sentence, item.is_property, null));
            if known.clone().any(|sentence| sentence == item.sentence) {
                continue;
            }
            let (owner, name) = &item.name;
            if allowed.take(path, &format!("{owner}.{name}")) {
                continue;
            }
            let (line, sentence) = (item.line, &item.sentence);
            let rust = known.next().unwrap_or_default();
            let _ = writeln!(
                faults,
                "{path}:{line}: {owner}.{name} differs from Rust\n  here: {sentence}\n  Rust: {rust}"
            );
        }
        compared
    }
}

impl<'ast> Visit<'ast> for Sentences {
    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let syn::Type::Path(path) = item.self_ty.as_ref() else { return };
        let Some(owner) = path.path.segments.last() else { return };
        self.owner = owner.ident.to_string();
        visit::visit_item_impl(self, item);
        self.owner.clear();
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if matches!(function.vis, syn::Visibility::Public(_)) {
            self.insert(&function.attrs, &function.sig.ident);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        if matches!(function.vis, syn::Visibility::Public(_)) {
            self.insert(&function.attrs, &function.sig.ident);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.owner = item.ident.to_string();
        for field in &item.fields {
            if let (syn::Visibility::Public(_), Some(name)) = (&field.vis, &field.ident) {
                self.insert(&field.attrs, name);
            }
        }
        self.owner.clear();
    }
}

/// The sentences that may differ from Rust. The key of an entry is the extension of the file and
/// the name of the API.
pub(super) struct Allowed {
    entries: BTreeMap<(String, String), bool>,
}

impl Allowed {
    /// Parses the list. A line consists of a file extension, a name, `:` and the reason.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut entries = BTreeMap::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let entry = line.split_once(": ").filter(|(_, reason)| !reason.is_empty());
            let entry = entry.and_then(|(entry, _)| entry.split_once(' '));
            let (ending, name) = entry.ok_or(format!("`{line}` is not `ENDING NAME: REASON`"))?;
            entries.insert((ending.to_owned(), name.to_owned()), false);
        }
        Ok(Self { entries })
    }

    /// Returns whether a sentence may differ, and marks its entry as used.
    fn take(&mut self, path: &str, name: &str) -> bool {
        let ending = path.rsplit('.').next().unwrap_or_default().replace("pyi", "py");
        let used = self.entries.get_mut(&(ending, name.to_owned()));
        used.map(|used| *used = true).is_some()
    }

    /// Returns the entries that were not needed.
    pub(super) fn unused(&self) -> impl Iterator<Item = String> {
        let unused = self.entries.iter().filter(|(_, used)| !**used);
        unused.map(|((ending, name), _)| format!("{ending} {name}"))
    }
}

/// Returns the first sentence of documentation, without the markup of links and code.
fn first_sentence<T: AsRef<str>>(lines: &[T]) -> String {
    let paragraph = lines.iter().map(|line| line.as_ref().trim());
    let paragraph = paragraph.skip_while(|line| line.is_empty());
    let paragraph: Vec<&str> = paragraph.take_while(|line| !line.is_empty()).collect();
    // Swift marks names of symbols with two backticks.
    let paragraph = paragraph.join(" ").replace("``", "`");
    let starts = |character: char| character.is_uppercase() || matches!(character, '`' | '[' | '(');
    let end = paragraph.match_indices(". ").find(|(at, _)| paragraph[at + 2..].starts_with(starts));
    without_marks(&paragraph[..end.map_or(paragraph.len(), |(at, _)| at + 1)])
}

/// Removes the backticks of code and the targets of links, and replaces each path by its last
/// name.
fn without_marks(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['`', '[']) {
        let (before, marked) = rest.split_at(at);
        plain.push_str(before);
        let (open, close) = if marked.starts_with('`') { ('`', '`') } else { ('[', ']') };
        let Some((inner, after)) = marked[1..].split_once(close) else {
            plain.push(open);
            rest = &marked[1..];
            continue;
        };
        plain.push_str(&last_name(inner.trim_matches('`')));
        rest = if open == '[' { without_target(after) } else { after };
    }
    plain + rest
}

/// Returns the last name of a path, in Rust's spelling. Returns other code unchanged.
fn last_name(code: &str) -> String {
    let path = code.split_once('(').map_or(code, |(path, _)| path);
    let is_path = |character: char| character.is_alphanumeric() || "_:./".contains(character);
    match path.rsplit([':', '.', '/']).next() {
        Some(last) if !last.is_empty() && path.chars().all(is_path) => {
            match last.starts_with(char::is_lowercase) {
                true => snake_case(last),
                false => last.to_owned(),
            }
        }
        _ => code.to_owned(),
    }
}

/// Returns what follows the target of a link, `(...)` or `[...]`. A text that does not start with a
/// target is returned unchanged.
fn without_target(after: &str) -> &str {
    for (open, close) in [('(', ')'), ('[', ']')] {
        let target = after.strip_prefix(open).and_then(|target| target.split_once(close));
        if let Some((_, after)) = target {
            return after;
        }
    }
    after
}

/// Returns the sentence that a binding should have if Rust has this sentence.
fn adapted(sentence: &str, is_property: bool, null: &str) -> String {
    let mut adapted = sentence.to_owned();
    if let Some(rest) = adapted.strip_prefix("Returns ").filter(|_| is_property) {
        let mut characters = rest.chars();
        let first = characters.next().into_iter().flat_map(char::to_uppercase);
        adapted = first.chain(characters).collect();
    }
    let words = adapted.split(' ').map(|word| match word.strip_prefix("None") {
        Some(rest) if !rest.starts_with(char::is_alphabetic) => format!("{null}{rest}"),
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn in_rust(owner: &str, name: &str) -> Name {
    let owner = TYPES.iter().find(|(binding, _)| *binding == owner).map_or(owner, |(_, rust)| rust);
    (owner.to_owned(), snake_case(name))
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_uppercase() {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

/// Reads a Python module, where documentation follows the signature of its function.
fn python(text: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let (mut owner, mut is_property) = (String::new(), false);
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let code = line.trim_start();
        if !line.starts_with([' ', '#', ')']) && !line.is_empty() {
            owner.clear();
        }
        if let Some(class) = line.strip_prefix("class ") {
            owner = class.split(['(', ':']).next().unwrap_or_default().to_owned();
        } else if code == "@property" {
            is_property = true;
        } else if let Some(function) = code.strip_prefix("def ") {
            let name = function.split('(').next().unwrap_or_default();
            // The signature may span several lines.
            let mut last = line;
            while !last.trim_end().ends_with(':') {
                let Some((_, next)) = lines.next() else { break };
                last = next;
            }
            if let Some(doc) = docstring(&mut lines) {
                let (name, sentence) = (in_rust(&owner, name), first_sentence(&doc));
                items.push(Item { line: number + 1, name, is_property, sentence });
            }
            is_property = false;
        }
    }
    items
}

/// Returns the lines of the docstring that follows, if there is one.
fn docstring<'t>(lines: &mut impl Iterator<Item = (usize, &'t str)>) -> Option<Vec<&'t str>> {
    const QUOTES: &str = "\"\"\"";
    let (_, first) = lines.next()?;
    let mut line = first.trim_start().strip_prefix(QUOTES)?;
    let mut doc = Vec::new();
    while !line.ends_with(QUOTES) {
        doc.push(line);
        line = lines.next()?.1;
    }
    doc.push(line.trim_end_matches(QUOTES));
    Some(doc)
}

/// The syntax of documentation, types and members in a language with braces.
struct Syntax {
    /// The start of each line of documentation. `None` if documentation is between `/**` and `*/`.
    doc_line: Option<&'static str>,
    modifiers: &'static [&'static str],
    types: &'static [&'static str],
    functions: &'static [&'static str],
    properties: &'static [&'static str],
}

const SWIFT: Syntax = Syntax {
    doc_line: Some("///"),
    modifiers: &["public", "static", "convenience", "final", "mutating", "override", "indirect"],
    types: &["class", "struct", "enum", "extension", "actor", "protocol"],
    functions: &["func"],
    properties: &["let", "var"],
};

const KOTLIN: Syntax = Syntax {
    doc_line: None,
    modifiers: &[
        "public",
        "private",
        "internal",
        "data",
        "sealed",
        "enum",
        "abstract",
        "open",
        "value",
        "override",
        "operator",
        "inline",
        "const",
        "suspend",
        "companion",
        "fun",
    ],
    types: &["class", "interface", "object"],
    functions: &["fun"],
    properties: &["val", "var"],
};

/// Reads a file of a language with braces, where documentation precedes a declaration.
fn with_braces(text: &str, syntax: &Syntax) -> Vec<Item> {
    let mut items = Vec::new();
    let (mut doc, mut owners, mut depth) = (Vec::new(), Vec::<(String, usize)>::new(), 0_usize);
    // The name of a type whose body has not begun.
    let mut header: Option<String> = None;
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let code = line.trim();
        match syntax.doc_line {
            Some(mark) => {
                if let Some(rest) = code.strip_prefix(mark) {
                    doc.push(rest.to_owned());
                    continue;
                }
            }
            None => {
                if let Some(first) = code.strip_prefix("/**") {
                    doc.clear();
                    let mut part = first;
                    loop {
                        let ends = part.strip_suffix("*/");
                        let line = ends.unwrap_or(part).trim();
                        doc.push(line.trim_start_matches('*').to_owned());
                        if ends.is_some() {
                            break;
                        }
                        let Some((_, next)) = lines.next() else { break };
                        part = next.trim();
                    }
                    continue;
                }
            }
        }
        if code.starts_with('@') && !code.contains(' ') {
            continue;
        }
        let declared = declaration(code, syntax);
        let is_type = matches!(declared, Some((Kind::Type, _)));
        if let (Some((kind, name)), false) = (&declared, is_type || doc.is_empty()) {
            let owner = owners.last().map_or("", |(owner, _)| owner);
            items.push(Item {
                line: number + 1,
                name: in_rust(owner, name),
                is_property: *kind == Kind::Property,
                sentence: first_sentence(&doc),
            });
        }
        doc.clear();
        let (opened, closed) = braces(code);
        if let Some((Kind::Type, name)) = declared {
            header = Some(name.to_owned());
        }
        if opened > closed {
            owners.extend(header.take().map(|name| (name, depth)));
        } else if is_type && code.matches('(').count() <= code.matches(')').count() {
            // A type without a body.
            header = None;
        }
        depth = (depth + opened).saturating_sub(closed);
        while owners.last().is_some_and(|(_, outer)| depth <= *outer) {
            owners.pop();
        }
    }
    items
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Type,
    Function,
    Property,
}

/// Returns the kind and the name of a line's declaration.
fn declaration<'c>(code: &'c str, syntax: &Syntax) -> Option<(Kind, &'c str)> {
    let mut words = code.split_whitespace().peekable();
    let mut kind = None;
    while let Some(word) = words.peek() {
        let known = [
            (syntax.types, Kind::Type),
            (syntax.functions, Kind::Function),
            (syntax.properties, Kind::Property),
        ];
        match known.iter().find(|(list, _)| list.contains(word)) {
            // The last keyword determines the kind, as in Swift's `class func` and Kotlin's
            // `fun interface`.
            Some((_, found)) => kind = Some(*found),
            None if syntax.modifiers.contains(word) => {}
            None => break,
        }
        words.next();
    }
    let mut name = words.next()?;
    if name.starts_with('<') {
        name = words.next()?;
    }
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let head = name.split(['(', ':', '=', '{', '<']).next().unwrap_or_default();
    let name = head.rsplit('.').next().unwrap_or(head);
    Some((kind?, name)).filter(|(_, name)| !name.is_empty() && name.chars().all(is_part))
}

/// Counts the braces of a line outside strings and comments.
fn braces(code: &str) -> (usize, usize) {
    let (mut opened, mut closed, mut in_string) = (0, 0, false);
    let mut characters = code.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '"' => in_string = !in_string,
            _ if in_string => {}
            '/' if characters.peek() == Some(&'/') => break,
            '{' => opened += 1,
            '}' => closed += 1,
            _ => {}
        }
    }
    (opened, closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(line: usize, name: (&str, &str), is_property: bool, sentence: &str) -> Item {
        let name = (name.0.to_owned(), name.1.to_owned());
        Item { line, name, is_property, sentence: sentence.to_owned() }
    }

    #[test]
    fn the_first_sentence_is_returned_without_markup() {
        let doc = [
            " Returns [`Self::mask`] or `a::b`, e.g. 2.5",
            " in all. `c` or nothing.",
            "",
            " More.",
        ];
        assert_eq!(first_sentence(&doc), "Returns mask or b, e.g. 2.5 in all.");
    }

    #[test]
    fn a_sentence_is_adapted_to_properties_and_to_the_null_of_a_language() {
        assert_eq!(adapted("Returns the app, or None.", true, "nil"), "The app, or nil.");
        assert_eq!(
            adapted("Returns the app, or None.", false, "null"),
            "Returns the app, or null."
        );
    }

    #[test]
    fn the_documentation_of_three_languages_is_read() {
        let swift = "public final class KeyHint {\n    /// The id.\n    public var keyId: String {\n        \"{\"\n    }\n}\n/// Encodes.\npublic func encode() {}\n";
        assert_eq!(
            with_braces(swift, &SWIFT),
            [
                item(3, ("Hint", "key_id"), true, "The id."),
                item(8, ("", "encode"), false, "Encodes.")
            ]
        );
        let kotlin = "class Key internal constructor() {\n    /**\n     * The id.\n     */\n    @Throws\n    val keyId: String get() = \"\"\n}\n";
        assert_eq!(with_braces(kotlin, &KOTLIN), [item(6, ("Key", "key_id"), true, "The id.")]);
        let python = "class Format:\n    @property\n    def key_id(\n        self,\n    ) -> str:\n        \"\"\"The id.\n\n        More.\n        \"\"\"\n\ndef encode() -> str:\n    \"\"\"Encodes.\"\"\"\n";
        assert_eq!(
            self::python(python),
            [
                item(3, ("KeyFormat", "key_id"), true, "The id."),
                item(11, ("", "encode"), false, "Encodes.")
            ]
        );
    }

    #[test]
    fn a_sentence_that_differs_is_a_fault_unless_it_is_allowed() {
        let mut sentences = Sentences::default();
        let rust = "impl Key { /// Returns the id.\n pub fn id(&self) {} }";
        sentences.add(&syn::parse_str(rust).expect("valid Rust"));
        let swift = "class Key {\n/// Its id.\nvar id: String\n}\n";
        let mut allowed = Allowed::read("").expect("an empty list");
        let mut faults = String::new();
        assert_eq!(sentences.compare("Key.swift", swift, &mut allowed, &mut faults), 1);
        let expected = "Key.swift:3: Key.id differs from Rust\n  here: Its id.\n  Rust: The id.\n";
        assert_eq!(faults, expected);

        let mut allowed =
            Allowed::read("swift Key.id: shorter\nkt Key.id: unused").expect("a list");
        faults.clear();
        sentences.compare("Key.swift", swift, &mut allowed, &mut faults);
        assert_eq!(faults, "");
        assert_eq!(allowed.unused().collect::<Vec<_>>(), ["kt Key.id"]);
        assert!(Allowed::read("swift Key.id").is_err());
    }
}
