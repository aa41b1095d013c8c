//! The engine, which reads a text, whole or in chunks, and checks one sign after another. A sign is
//! a character such as `:` or `=`; every credential contains a sign or is next to one.

use crate::rules::{After, List, Rules, Span, Verdict};
use crate::scan::{Scan, Signs};
use crate::scan_cache::ScanCache;
use crate::value_scanner::{Terminator, ValueScanner};
use crate::view::{Incomplete, View};

/// Receives the findings, ordered by position.
pub(crate) trait Sink {
    /// Receives a credential.
    fn found(&mut self, span: Span);
    /// Extends the last credential to this index.
    fn extend(&mut self, end: usize);
}

/// The position up to which a text was read, and the state at this position.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    state: State,
    /// The index up to which the result is final.
    pub at: usize,
    /// The end of the text that the last verdict covers. The rules do not read backwards beyond
    /// this index.
    lower_bound: usize,
    cache: ScanCache,
}

#[derive(Clone, Debug)]
enum State {
    Text,
    /// Within a value that is longer than the window.
    Value(ValueScanner, After),
    /// At the end of a value, after which other values may follow.
    List(List),
}

impl Engine {
    pub(crate) fn new() -> Self {
        Self { state: State::Text, at: 0, lower_bound: 0, cache: ScanCache::default() }
    }

    /// Reads as far as the available bytes allow.
    pub(crate) fn run(
        &mut self,
        (rules, scan): (&Rules, &Scan),
        bytes: &[u8],
        is_last: bool,
        sink: &mut dyn Sink,
    ) {
        let mut signs = Signs::new();
        loop {
            let view = View {
                bytes,
                lower_bound: self.lower_bound,
                is_last,
                is_url: false,
                outer: None,
                prefixes: Some(&rules.prefixes),
            };
            let step = match &mut self.state {
                State::Text => self.next_verdict((rules, scan), &view, &mut signs),
                State::List(list) => {
                    rules.next_in(&view.for_sign(self.at), self.at, *list).map(Some)
                }
                State::Value(scanner, after) => {
                    let (end, is_end) = resume_scan(scanner, &view, self.at);
                    self.at = end;
                    self.lower_bound = end;
                    sink.extend(end);
                    if !is_end {
                        return;
                    }
                    self.state = match *after {
                        After::Text => State::Text,
                        After::List(list) => State::List(list),
                        After::Authority(level) => State::Value(
                            ValueScanner::new(Terminator::Authority { level }),
                            After::Text,
                        ),
                    };
                    continue;
                }
            };
            match step {
                Err(Incomplete) | Ok(None) => return,
                Ok(Some(verdict)) => self.apply(verdict, sink),
            }
        }
    }

    /// Returns the verdict for the next sign that a rule matches, or `None` if the available text
    /// contains no such sign.
    fn next_verdict(
        &mut self,
        (rules, scan): (&Rules, &Scan),
        view: &View<'_>,
        signs: &mut Signs,
    ) -> Result<Option<Verdict>, Incomplete> {
        let mut index = self.at;
        while let Some(sign) = signs.next_sign((scan, &rules.filter), view.bytes, index) {
            index = sign + 1;
            if !rules.is_candidate(view.bytes, sign) {
                continue;
            }
            match rules.classify_sign(view, sign, &mut self.cache) {
                Ok(Verdict::Nothing) => {}
                Ok(verdict) => return Ok(Some(verdict)),
                Err(Incomplete) => {
                    self.at = sign;
                    return Err(Incomplete);
                }
            }
        }
        self.at = view.bytes.len();
        Ok(None)
    }

    /// Reports the credential of a verdict, if there is one, and moves to the end of the text that
    /// the verdict covers.
    fn apply(&mut self, verdict: Verdict, sink: &mut dyn Sink) {
        let to_list = |list: Option<List>| list.map_or(State::Text, State::List);
        let (end, state) = match verdict {
            Verdict::Nothing => (self.at, State::Text),
            Verdict::Pass(end, list) => (end, to_list(list)),
            Verdict::Found(span, list) => {
                let end = span.end;
                sink.found(span);
                (end, to_list(list))
            }
            Verdict::Beyond(span, scanner, after) => {
                let end = span.end;
                sink.found(span);
                (end, State::Value(scanner, after))
            }
        };
        self.at = end;
        self.state = state;
        self.lower_bound = self.lower_bound.max(end);
    }

    /// Shifts all positions, because the first `by` bytes were dropped.
    pub(crate) fn rebase(&mut self, by: usize) {
        self.at -= by;
        self.lower_bound = self.lower_bound.saturating_sub(by);
        self.cache.rebase(by);
        if let State::List(List { value: Some(start), .. }) = &mut self.state {
            start.at -= by;
        }
    }
}

/// Continues the scan of a value. Returns how far the value is known to extend, and whether
/// it ends there.
fn resume_scan(scanner: &mut ValueScanner, view: &View<'_>, index: usize) -> (usize, bool) {
    let mut at = index;
    loop {
        match scanner.step(view, at) {
            Ok(Some(next)) => at = next,
            Ok(None) => {
                return scanner.end(view, at).map_or((at, false), |end| (end, true));
            }
            Err(Incomplete) => return (at, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use crate::steps;
    use keyrail_key::KeyFormat;

    use crate::Redactor;

    /// Strings that, if they are repeated, could make a redactor read the same bytes many times.
    const HOSTILE: [&str; 70] = [
        "eyJ.eyJ.",
        "eyJ0eXAiOiJKV1Qi",
        "eyJ0eXAiOiJKV1Qi.",
        "eyJ0eXAiOiJKV1Qi ",
        ":",
        "=",
        "://",
        "://a:",
        "://a@",
        "://a_",
        "\"",
        "\\",
        "\\\"",
        "%25",
        "%",
        "%3A",
        "\\u003d",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----MIICdgIBADANBgkqhkiG9w0B\n",
        "-----",
        "kr_",
        "kr_live_",
        "kr_live_a ",
        "kr_live_••••••••",
        "•",
        "token",
        "token=",
        "token=.",
        "token:\"",
        "token=[",
        "token=[\"a\",",
        "token=a(",
        "Authorization: ",
        "Authorization: Bearer a, ",
        "Cookie: a, b: c",
        "\"x-api-key\",",
        "Bearer ",
        "x-api-key ",
        "://eyJ0eXAiOiJKV1Qi",
        "://token=[a",
        "://token:a/",
        "token=-----BEGIN PRIVATE KEY-----",
        "\"x-api-key\",\"a",
        "authorization=a b=\"",
        "token:\n",
        "token:\n\"",
        "token:\n\"a\":",
        "token:\n[[[\n\"a\"",
        "token:\\n\\\"",
        "token:\\n\\\"token:\\n\\'token:\\n\\`",
        "token:\\n\\\"token:\\n\\\\\"token:\\n\\\\\\\"",
        "\"token\"\n:",
        "\"x-api-key\"\n,",
        "token=[\n",
        "\u{1b}[0m",
        "\u{1b}[0;0;0",
        "token\u{1b}[0m=",
        "token: a = ",
        "token: a|",
        "token: a = \"",
        "token=Some(\n",
        "token=Some([",
        "a(\n",
        "token:[]a{",
        "token1=",
        "token[0]",
        "('token', ",
        "bearer ",
    ];

    const PIECES: [&str; 49] = [
        "token",
        "api_key",
        "x-api-key",
        "pwd",
        "app-id",
        "x_api%5Fid",
        "Cookie",
        "secret",
        "a",
        "é",
        "abcdefgh",
        "kr_live_",
        "kr_",
        "npm_",
        "whsec_",
        "eyJ0eXAiOiJKV1Qi.a.b",
        "Bearer ",
        "-----BEGIN PRIVATE KEY-----",
        "://",
        "@",
        ":",
        "=",
        ",",
        "\"",
        "\\\"",
        "'",
        " ",
        "]",
        "[",
        "%22",
        "%3A",
        "%3D",
        "\\u003d",
        "\\x22",
        "\n",
        "\r\n",
        "\\n",
        "%0A",
        "\u{1b}[0m",
        "\\u001b[35m",
        "Some(",
        ")",
        "(",
        "{",
        "[]string{",
        "1",
        "key",
        "bearer ",
        " = ",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn the_prefilter_does_not_change_the_result(parts in vec(select(&PIECES[..]), 0..14)) {
            let npm = KeyFormat::github("npm").unwrap();
            let redactor = Redactor::new([KeyFormat::keyrail(), npm]).unwrap();
            let text = parts.concat();
            prop_assert_eq!(redactor.clone().without_prefilter().redact(&text), redactor.redact(&text));
        }
    }

    #[test]
    fn the_prefilter_passes_everything_that_the_rules_match() {
        const PREFIXES: [&str; 10] =
            ["", "x", "my_", "db-", "a.b.", "X", "\"", "'x_", "?a=1&", "\u{1b}[0m"];
        const ENDINGS: [&str; 24] = [
            "",
            "1",
            "10",
            "2024",
            "12345678",
            "_",
            "-",
            ".",
            "_2",
            "-10",
            "[0]",
            "[]",
            "\"",
            "'",
            "\\\"",
            "%22",
            "\\u0022",
            "**",
            " ",
            "\t",
            "\u{1b}[0m",
            "1\"",
            "_3]",
            "\"]",
        ];
        const SIGNS: [&str; 18] = [
            ":", "=", "==", ":=", "=>", "+=", "??=", "||=", "::=", "!=", "!==", " ->", " <>",
            "%3D", "%3A", "\\u003d", "%253D", ":**",
        ];
        let redactor = Redactor::new([KeyFormat::keyrail()]).unwrap();
        let slow = redactor.clone().without_prefilter();
        let names = keyrail_core::CREDENTIAL_NAMES.iter().chain(keyrail_core::CREDENTIAL_HEADERS);
        let spellings = |name: &&str| {
            let separated = name.chars().flat_map(|letter| [letter, '-']).collect::<String>();
            let joined = name.replace(['_', '-'], "");
            [String::from(*name), name.to_ascii_uppercase(), joined, separated]
        };
        let names: Vec<String> = names.flat_map(spellings).chain(["sig".into()]).collect();
        for name in &names {
            for (prefix, ending) in PREFIXES.iter().flat_map(|a| ENDINGS.map(|b| (a, b))) {
                for sign in SIGNS {
                    let text = [prefix, name.as_str(), ending, sign, " \"Hx7Kq2Vn9TzR\""].concat();
                    assert_eq!(slow.redact(&text), redactor.redact(&text), "{text:?}");
                }
            }
        }
    }

    /// Text before and after incomplete keys in hostile input.
    const BEFORE: [&str; 4] = ["", "-p", ".", "a"];
    const AFTER: [&str; 9] =
        ["", "*", "1*", ".*", "a.", "1234567*", "\u{2022}a", "-----BEGIN PRIVATE KEY-----", "%2A"];

    fn declared(prefix: &str, environments: &str, segments: &str) -> KeyFormat {
        KeyFormat::from_json(&alloc::format!(
            r#"{{"prefix": "{prefix}", {environments} "segments": [{segments}]}}"#
        ))
        .unwrap()
    }

    /// Returns sets of formats, each with the number of formats to test.
    fn format_sets() -> Vec<(Vec<KeyFormat>, usize)> {
        const SECRET: &str = r#"{"name": "s", "alphabet": "base62", "length": 32}"#;
        const LONG: &str = r#"{"name": "s", "alphabet": "base62", "length": 400}"#;
        const PUBLIC: &str = r#"{"name": "id", "alphabet": "base62", "length": {"min": 1, "max": 64},
            "secret": false}"#;
        let two = [PUBLIC, SECRET].join(",");
        let hundreds = (0..200).map(|n| declared(&alloc::format!("k{n}"), "", SECRET)).collect();
        Vec::from([
            (Vec::from([KeyFormat::keyrail(), KeyFormat::jwt()]), 1),
            (Vec::from([KeyFormat::github("ghp").unwrap()]), 1),
            (Vec::from([KeyFormat::github("npm").unwrap()]), 1),
            (Vec::from([declared("ab", r#""environments": ["live", "test"],"#, &two)]), 1),
            (Vec::from([declared("ab", "", LONG)]), 1),
            (hundreds, 2),
        ])
    }

    /// Returns the possible starts of a format's keys: the prefix alone and with an
    /// environment.
    fn heads(format: &KeyFormat) -> Vec<String> {
        let Some(head) = format.head() else { return Vec::new() };
        let separator = format.separators().next().unwrap_or_default();
        let longer = format.environments().take(1).map(|name| [head, name, separator].concat());
        core::iter::once(String::from(head)).chain(longer).collect()
    }

    /// Returns the number of bytes that are read to redact `text`, repeated to `size` bytes.
    fn steps_of(redactor: &Redactor, text: &str, size: usize) -> u64 {
        let text: Vec<u8> = text.bytes().cycle().take(size).collect();
        steps::of(|| drop(redactor.redact_bytes(&text)))
    }

    /// Checks that the redactor reads a number of bytes that is linear in the text's length.
    fn check(redactor: &Redactor, text: &str) {
        const SIZE: usize = 1 << 15;
        let (once, four_times) =
            (steps_of(redactor, text, SIZE), steps_of(redactor, text, 4 * SIZE));
        assert!(four_times <= 5 * once + 100_000, "{text:?}: {once}, then {four_times}");
        assert!(once <= 40 * SIZE as u64, "{text:?}: {} steps per byte", once / SIZE as u64);
    }

    #[test]
    fn work_is_linear_in_the_input() {
        let redactor = Redactor::new([KeyFormat::keyrail(), KeyFormat::jwt()]).unwrap();
        HOSTILE.iter().for_each(|text| check(&redactor, text));
    }

    #[test]
    fn work_is_linear_for_input_with_incomplete_keys() {
        for (formats, count) in format_sets() {
            let redactor = Redactor::new(formats.clone()).unwrap();
            for head in formats.iter().take(count).flat_map(heads) {
                for (before, after) in
                    BEFORE.iter().flat_map(|before| AFTER.map(|after| (before, after)))
                {
                    check(&redactor, &[before, &*head, after].concat());
                }
            }
        }
    }

    #[test]
    fn a_byte_by_byte_stream_has_bounded_work_and_buffering() {
        const SIZE: usize = 12 << 10;
        let redactor = Redactor::new([KeyFormat::keyrail()]).unwrap();
        for text in HOSTILE {
            let mut held_back = 0;
            let steps = steps::of(|| {
                let mut stream = redactor.stream();
                for byte in text.bytes().cycle().take(SIZE) {
                    stream.push([byte]);
                    held_back = held_back.max(stream.held_back());
                }
            });
            assert!(steps <= 120 * SIZE as u64, "{text:?}: {} steps per byte", steps / SIZE as u64);
            assert!(held_back <= 11 << 10, "{text:?}: {held_back}");
        }
    }
}
