//! `cargo xtask lint-docs`: checks the documentation.
//!
//! There are four rules: the documentation of at least 90% of the public functions starts with a
//! verb; a function that returns a `Result` has the heading `# Errors`; an API has the same first
//! sentence in Rust and in the bindings; and no file contains a phrase of `xtask/banned.txt`.

mod sentences;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};

use self::sentences::{Allowed, Sentences};
use crate::repo::Repo;

/// The minimum percentage of public functions whose documentation starts with a verb.
const MIN_VERBS: usize = 90;

/// The verbs that start the documentation of a function, in alphabetical order.
const VERBS: [&str; 98] = [
    "Accepts",
    "Adds",
    "Allows",
    "Appends",
    "Applies",
    "Authorizes",
    "Builds",
    "Caches",
    "Canonicalizes",
    "Checks",
    "Chooses",
    "Clears",
    "Collects",
    "Compares",
    "Compiles",
    "Computes",
    "Converts",
    "Copies",
    "Counts",
    "Creates",
    "Decides",
    "Declares",
    "Decodes",
    "Derives",
    "Describes",
    "Disables",
    "Draws",
    "Drops",
    "Enables",
    "Encodes",
    "Ends",
    "Escapes",
    "Expands",
    "Explains",
    "Extracts",
    "Feeds",
    "Finds",
    "Finishes",
    "Formats",
    "Generates",
    "Hashes",
    "Hides",
    "Identifies",
    "Ignores",
    "Inserts",
    "Interns",
    "Issues",
    "Iterates",
    "Joins",
    "Keeps",
    "Limits",
    "Lists",
    "Loads",
    "Looks",
    "Marks",
    "Masks",
    "Matches",
    "Measures",
    "Moves",
    "Names",
    "Normalizes",
    "Opens",
    "Orders",
    "Parses",
    "Passes",
    "Prints",
    "Produces",
    "Pushes",
    "Reads",
    "Receives",
    "Records",
    "Redacts",
    "Rejects",
    "Removes",
    "Renders",
    "Replaces",
    "Reports",
    "Requests",
    "Requires",
    "Resolves",
    "Returns",
    "Routes",
    "Runs",
    "Selects",
    "Serializes",
    "Sets",
    "Signs",
    "Skips",
    "Splits",
    "Starts",
    "Takes",
    "Tells",
    "Tests",
    "Tries",
    "Uses",
    "Validates",
    "Verifies",
    "Writes",
];

/// The file name extensions of the files that are checked.
const TEXTS: [&str; 7] = ["kt", "md", "py", "pyi", "rs", "swift", "toml"];

/// The list of banned phrases. Apart from this list, only the changelog may contain them.
const BANNED: &str = "xtask/banned.txt";

/// The list of the sentences in the bindings that may differ from Rust's.
const ALLOWED: &str = "xtask/sentences.txt";

/// The folders of the bindings' public APIs.
const BINDINGS: [&str; 3] = [
    "bindings/kotlin/src/main/",
    "bindings/python/python/keyrail/",
    "bindings/swift/Sources/Keyrail/",
];

/// Checks the documentation of the repository.
pub(crate) fn run(repo: &Repo) -> Result<(), String> {
    let files = tracked_files(repo)?;
    let mut functions = Functions::default();
    let mut sentences = Sentences::default();
    let mut faults = String::new();
    let banned = read(repo, BANNED)?;
    let banned: Vec<String> = banned
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_lowercase)
        .collect();
    for path in &files {
        let is_text = Path::new(path)
            .extension()
            .is_some_and(|ending| TEXTS.iter().any(|text| ending.eq_ignore_ascii_case(text)));
        if !is_text || path.ends_with("CHANGELOG.md") {
            continue;
        }
        let text = read(repo, path)?;
        for (line, phrase) in find_banned(&text, &banned) {
            let _ = writeln!(faults, "{path}:{line}: `{phrase}` is banned by {BANNED}");
        }
        if path.starts_with("crates/") && path.contains("/src/") && path.ends_with(".rs") {
            let file = syn::parse_file(&text).map_err(|error| format!("{path}: {error}"))?;
            functions.path = path.clone();
            functions.visit_file(&file);
            sentences.add(&file);
        }
    }
    let mut allowed =
        Allowed::read(&read(repo, ALLOWED)?).map_err(|error| format!("{ALLOWED}: {error}"))?;
    let mut compared = 0;
    for path in files.iter().filter(|path| BINDINGS.iter().any(|folder| path.starts_with(folder))) {
        compared += sentences.compare(path, &read(repo, path)?, &mut allowed, &mut faults);
    }
    for entry in allowed.unused() {
        let _ = writeln!(faults, "{ALLOWED}: {entry} does not differ, or does not exist");
    }
    faults.push_str(&functions.without_errors);
    let (verbs, all) = (functions.verbs, functions.all);
    if all == 0 {
        return Err("no public function was found".into());
    }
    if verbs * 100 < all * MIN_VERBS {
        faults.push_str(&functions.without_verb);
        let _ = writeln!(faults, "at least {MIN_VERBS}% have to start with a verb");
    }
    anstream::println!(
        "    lint  {verbs} of {all} public functions are documented with a verb first; \
         {compared} sentences of the bindings compared"
    );
    match faults.is_empty() {
        true => Ok(()),
        false => Err(format!("lint-docs:\n{faults}")),
    }
}

fn tracked_files(repo: &Repo) -> Result<Vec<String>, String> {
    let output = repo.command("git").args(["ls-files", "-z"]).output();
    let output = output.map_err(|error| format!("git ls-files: {error}"))?;
    let list = String::from_utf8(output.stdout).map_err(|error| format!("git: {error}"))?;
    Ok(list.split_terminator('\0').map(String::from).collect())
}

fn read(repo: &Repo, path: &str) -> Result<String, String> {
    fs::read_to_string(repo.path(path)).map_err(|error| format!("{path}: {error}"))
}

/// Returns the banned phrases in a text, with their line numbers. A phrase may continue on
/// the next line of a comment.
fn find_banned<'a>(text: &str, banned: &'a [String]) -> Vec<(usize, &'a str)> {
    let mut flat = String::new();
    let mut starts = Vec::new();
    for line in text.lines() {
        starts.push(flat.len());
        flat.push_str(line.trim_start().trim_start_matches(['/', '!', '*', '#']).trim());
        flat.push(' ');
    }
    let flat = flat.to_lowercase();
    let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let mut found = Vec::new();
    for phrase in banned {
        for (at, _) in flat.match_indices(phrase.as_str()) {
            let (before, after) = (&flat[..at], &flat[at + phrase.len()..]);
            if !is_word(before.chars().next_back()) && !is_word(after.chars().next()) {
                found.push((starts.partition_point(|start| *start <= at), phrase.as_str()));
            }
        }
    }
    found.sort_unstable();
    found
}

/// The results for the documentation of the public functions.
#[derive(Default)]
struct Functions {
    path: String,
    all: usize,
    verbs: usize,
    without_verb: String,
    without_errors: String,
}

impl Functions {
    fn check(&mut self, attributes: &[syn::Attribute], signature: &syn::Signature) {
        let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
        let Some(first) = lines.first() else { return };
        let (path, name) = (&self.path, &signature.ident);
        self.all += 1;
        let word = first.split_whitespace().next().unwrap_or_default();
        let word = word.trim_end_matches(|character: char| !character.is_alphabetic());
        if VERBS.binary_search(&word).is_ok() {
            self.verbs += 1;
        } else {
            let _ = writeln!(self.without_verb, "{path}: `{name}` starts with `{word}`");
        }
        let has_errors = lines.iter().any(|line| line.trim() == "# Errors");
        if returns_result(signature) && !has_errors {
            let _ = writeln!(self.without_errors, "{path}: `{name}` has no heading `# Errors`");
        }
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        if matches!(function.vis, syn::Visibility::Public(_)) {
            self.check(&function.attrs, &function.sig);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if matches!(function.vis, syn::Visibility::Public(_)) {
            self.check(&function.attrs, &function.sig);
        }
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        if matches!(item.vis, syn::Visibility::Public(_)) {
            visit::visit_item_trait(self, item);
        }
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        self.check(&function.attrs, &function.sig);
    }
}

fn doc_line(attribute: &syn::Attribute) -> Option<String> {
    let syn::Meta::NameValue(meta) = &attribute.meta else { return None };
    if !meta.path.is_ident("doc") {
        return None;
    }
    match &meta.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

fn returns_result(signature: &syn::Signature) -> bool {
    let syn::ReturnType::Type(_, returned) = &signature.output else { return false };
    let syn::Type::Path(path) = returned.as_ref() else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == "Result")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_sorted() {
        assert!(VERBS.is_sorted());
    }

    #[test]
    fn a_banned_phrase_is_found_across_lines_and_only_as_whole_words() {
        let banned = ["tick tock".to_owned(), "house".to_owned()];
        let text = "/// A key, tick\n/// tock.\nfn warehouse() {}\n";
        assert_eq!(find_banned(text, &banned), [(1, "tick tock")]);
    }

    #[test]
    fn functions_are_counted_by_their_documentation() {
        let file = syn::parse_str::<syn::File>(
            "/// Reads.\n///\n/// # Errors\n///\n/// None.\npub fn a() -> Result<(), ()> {}\n\
             /// What is read.\npub fn b() -> Result<(), ()> {}\nfn private() {}",
        );
        let mut functions = Functions { path: "p".into(), ..Functions::default() };
        functions.visit_file(&file.expect("valid Rust"));
        assert_eq!((functions.verbs, functions.all), (1, 2));
        assert_eq!(functions.without_errors, "p: `b` has no heading `# Errors`\n");
        assert_eq!(functions.without_verb, "p: `b` starts with `What`\n");
    }
}
