//! Makes generated declarations internal, because only the handwritten API is public.
//!
//! UniFFI 0.32 makes all declarations public and has no option for this, so the modifiers are
//! changed in the generated text.

/// Makes the declarations of a Swift source internal, by removing their access modifiers.
pub(crate) fn swift(source: &str) -> String {
    let mut hidden = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        let code = line.trim_start();
        let indent = &line[..line.len() - code.len()];
        let (required, code) = match code.strip_prefix("required ") {
            Some(rest) => ("required ", rest),
            None => ("", code),
        };
        let code =
            ["public ", "open "].iter().find_map(|word| code.strip_prefix(word)).unwrap_or(code);
        hidden.extend([indent, required, code]);
    }
    hidden
}

/// Makes the top-level declarations of a Kotlin source `internal`. Members need no modifier.
///
/// Most top-level declarations start in the first column, and are recognized by their first word.
/// The others are functions, which come last in the source and have their names in backticks.
pub(crate) fn kotlin(source: &str) -> String {
    let declarations = source.lines().filter(|line| starts_declaration(line)).count();
    let mut seen = 0;
    let mut hidden = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        if starts_declaration(line) {
            seen += 1;
            hidden.push_str("internal ");
            hidden.push_str(line.strip_prefix("public ").unwrap_or(line));
        } else if seen == declarations {
            hidden.push_str(&line.replacen(" fun `", " internal fun `", 1));
        } else {
            hidden.push_str(line);
        }
    }
    hidden
}

fn starts_declaration(line: &str) -> bool {
    const WORDS: [&str; 13] = [
        "abstract",
        "class",
        "const",
        "data",
        "enum",
        "fun",
        "inline",
        "interface",
        "object",
        "open",
        "public",
        "sealed",
        "typealias",
    ];
    line.split_once(' ').is_some_and(|(word, _)| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    #[test]
    fn hiding_swift_removes_only_the_access_modifier() {
        let source = "// make it `public`.\npublic \nenum Rich {\n    required public init(x: Int) {\n}\nopen class A {}\n";
        let hidden =
            "// make it `public`.\n\nenum Rich {\n    required init(x: Int) {\n}\nclass A {}\n";
        assert_eq!(super::swift(source), hidden);
    }

    #[test]
    fn hiding_kotlin_affects_only_top_level_declarations() {
        let source = "open class A {\n    fun `a`() {\n}\npublic object B {\n} fun `b`() {\n    @Throws(A::class) fun `c`() {\n";
        let hidden = "internal open class A {\n    fun `a`() {\n}\ninternal object B {\n} internal fun `b`() {\n    @Throws(A::class) internal fun `c`() {\n";
        assert_eq!(super::kotlin(source), hidden);
    }
}
