//! Findings: what is suspicious about a valid topology.

use keyrail::route::Finding;

/// See [`Finding`].
#[derive(Debug, uniffi::Record)]
pub struct FfiRouteFinding {
    /// The stable, dotted code.
    pub code: String,
    /// The rules concerned.
    pub rules: Vec<String>,
    /// The app concerned.
    pub app: Option<String>,
    /// The queue concerned.
    pub queue: Option<String>,
    /// The channel concerned.
    pub channel: Option<String>,
    /// A sentence that describes the finding to people.
    pub text: String,
}

impl From<&Finding> for FfiRouteFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            code: finding.code().into(),
            rules: finding.rules().into_iter().map(Into::into).collect(),
            app: finding.app().map(Into::into),
            queue: finding.queue().map(Into::into),
            channel: finding.channel().map(Into::into),
            text: finding.to_string(),
        }
    }
}
