//! Conditions as typed values, without a JSON document.

mod condition;
mod operand;

pub use self::condition::Condition;
pub use self::operand::{Bounds, Choices, Keyword, Operand, Text};
