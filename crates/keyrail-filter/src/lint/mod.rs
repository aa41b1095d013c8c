//! What can be said of conditions without a message.

pub mod constraint;
pub mod dnf;
pub mod texts;
pub mod values;
