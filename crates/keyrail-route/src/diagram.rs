//! Diagrams: a topology, or the path of one message through it, in Mermaid.

use alloc::format;
use alloc::string::String;
use core::fmt::Write as _;

use unicode_normalization::char::is_combining_mark;

use crate::{Decision, RouteTable};

impl RouteTable {
    /// Returns the topology as a Mermaid flowchart: channels, rules in their order, queues,
    /// apps and webhooks. A dotted arrow is a fallback. Characters of an id that Mermaid could read
    /// as markup are written as numeric entities.
    ///
    /// ```
    /// use keyrail_route::RouteTable;
    /// let table = RouteTable::from_json(r#"{"queues": [{"id": "support", "app": "desk"}],
    ///                                       "apps": [{"id": "desk"}]}"#)?;
    /// assert_eq!(table.diagram(), "flowchart LR\n    queue0[\"support\"]\n    \
    ///     queue0 --> app0\n    app0([\"desk\"])\n");
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn diagram(&self) -> String {
        let mut chart = Chart::new();
        let topology = &self.topology;
        for (index, channel) in (0..).zip(&topology.channels.items) {
            chart.node("channel", index, "[/", &format!("{} ({})", channel.id, channel.kind), "/]");
            if let Some(queue) = channel.queue {
                chart.arrow(("channel", index), "-->", ("queue", queue));
            }
        }
        for rank in self.rules.ranks() {
            chart.node("rule", rank, "{{", self.rules.id(rank), "}}");
            if let Some(queue) = self.rules.queue(rank) {
                chart.arrow(("rule", rank), "-->", ("queue", queue));
            }
        }
        if let Some(queue) = topology.default_queue {
            chart.node("default", 0, "[/", "default", "/]");
            chart.arrow(("default", 0), "-->", ("queue", queue));
        }
        for (index, queue) in (0..).zip(&topology.queues.items) {
            chart.node("queue", index, "[", &queue.id, "]");
            if let Some(app) = queue.app {
                chart.arrow(("queue", index), "-->", ("app", app));
            }
            for fallback in &queue.fallback {
                chart.arrow(("queue", index), "-.->", ("queue", *fallback));
            }
        }
        for (index, app) in (0..).zip(&topology.apps.items) {
            chart.node("app", index, "([", &app.id, "])");
            for webhook in &app.webhooks {
                chart.arrow(("app", index), "-->", ("webhook", *webhook));
            }
        }
        for (index, webhook) in (0..).zip(&topology.webhooks.items) {
            chart.node("webhook", index, ">", &webhook.id, "]");
        }
        chart.0
    }
}

impl Decision {
    /// Returns the path of the message as a Mermaid flowchart. The path starts with what chose the
    /// queue. After that come the queue that the message fell back from (if any), the queue that
    /// takes the message, the app of that queue, and the webhooks. For an unrouted message, the
    /// flowchart contains only the code of the reason.
    ///
    /// ```
    /// # use keyrail_route::{Context, Message, RouteTable};
    /// # let table = RouteTable::from_json(r#"{"channels": [{"id": "c", "kind": "sms"}],
    /// #     "queues": [{"id": "support"}], "default_queue": "support"}"#)?;
    /// let decision = table.route(&Message::new("c")?, &Context::default())?;
    /// assert!(decision.trace_diagram().contains("by0 --> queue0"));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    pub fn trace_diagram(&self) -> String {
        let mut chart = Chart::new();
        let by = match (self.by(), self.rule()) {
            (_, Some(rule)) => format!("rule {rule}"),
            (Some(by), None) => by.as_str().into(),
            (None, None) => self.reason().code().into(),
        };
        chart.node("by", 0, "{{", &by, "}}");
        let mut last = ("by", 0);
        let queues = self.fell_back_from().into_iter().chain(self.queue());
        for (index, queue) in (0..).zip(queues) {
            chart.node("queue", index, "[", queue, "]");
            let arrow = if index == 0 { "-->" } else { "-.->" };
            chart.arrow(last, arrow, ("queue", index));
            last = ("queue", index);
        }
        if let Some(app) = self.app() {
            chart.node("app", 0, "([", app, "])");
            chart.arrow(last, "-->", ("app", 0));
        }
        for (index, webhook) in (0..).zip(self.webhooks()) {
            chart.node("webhook", index, ">", webhook, "]");
            chart.arrow(("app", 0), "-->", ("webhook", index));
        }
        chart.0
    }
}

/// A Mermaid flowchart that is being built.
struct Chart(String);

/// The kind of a node and its index among the nodes of that kind.
type Node = (&'static str, u32);

impl Chart {
    fn new() -> Self {
        Self("flowchart LR\n".into())
    }

    fn node(&mut self, kind: &str, index: u32, open: &str, label: &str, close: &str) {
        let label = escaped(label);
        let _ = writeln!(self.0, "    {kind}{index}{open}\"{label}\"{close}");
    }

    fn arrow(&mut self, (kind, index): Node, arrow: &str, (to_kind, to_index): Node) {
        let _ = writeln!(self.0, "    {kind}{index} {arrow} {to_kind}{to_index}");
    }
}

/// Escapes a label so that Mermaid finds neither its own markup nor Markdown in it. Characters that
/// could be markup are written as numeric entities.
fn escaped(label: &str) -> String {
    let is_letter = |character: char| character.is_alphanumeric() || is_combining_mark(character);
    let mut escaped = String::new();
    let (mut before, mut characters) = (None, label.chars().peekable());
    while let Some(character) = characters.next() {
        let is_first = before.is_none();
        let is_plain = match character {
            // A Markdown list starts with a number or a dash.
            '-' => !is_first,
            _ if character.is_numeric() => !is_first,
            ' ' | '.' | '/' | ':' | '(' | ')' => true,
            // Within a word, an underscore is not emphasis.
            '_' => {
                before.is_some_and(is_letter) && characters.peek().copied().is_some_and(is_letter)
            }
            _ => is_letter(character),
        };
        if is_plain {
            escaped.push(character);
        } else {
            // Writing to a String cannot fail.
            let _ = write!(escaped, "#{};", u32::from(character));
        }
        // Spaces at the start are ignored: a list may be indented.
        before = before.or((character != ' ').then_some(character)).map(|_| character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_in_a_label_is_escaped() {
        for (label, expected) in [
            ("support_team-2 (sms)", "support_team-2 (sms)"),
            ("نمستے नमस्ते é", "نمستے नमस्ते é"),
            ("_a_ b__c", "#95;a#95; b#95;#95;c"),
            ("1. one", "#49;. one"),
            ("٣. three", "#1635;. three"),
            ("- a - b", "#45; a - b"),
            ("  - a", "  #45; a"),
            ("* a +b", "#42; a #43;b"),
            ("%%a $b$ `c`", "#37;#37;a #36;b#36; #96;c#96;"),
            ("a\u{202e}b\n", "a#8238;b#10;"),
            (
                "[a]{b}|\"<&>#;\\~=",
                "#91;a#93;#123;b#125;#124;#34;#60;#38;#62;#35;#59;#92;#126;#61;",
            ),
        ] {
            assert_eq!(escaped(label), expected, "{label}");
        }
    }
}
