//! Analyzes conditions without a message.

pub mod conjunctions;
pub mod constraint;
pub mod texts;
pub mod values;
