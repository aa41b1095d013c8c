//! Converts arguments: from Python objects to the strings, pairs, secrets, times, statuses and
//! addresses of the core.

mod address;
mod bytes;
mod document;
mod number;
mod pairs;
mod secrets;
mod several;
mod text;
mod time;
mod variables;

pub(crate) use self::address::{Address, ClientAddress};
pub(crate) use self::bytes::Bytes;
pub(crate) use self::document::Document;
pub(crate) use self::number::{Latency, Status, saturating_int};
pub(crate) use self::pairs::{PAIR_COST, Pairs, QueryPairs, ScalarPairs, read_pairs};
pub(crate) use self::secrets::{NamedSecrets, SecretText, SecretTexts};
pub(crate) use self::several::{Names, Texts, read_argument, read_ordered};
pub(crate) use self::text::{Text, lone_surrogate, unicode, utf8};
pub(crate) use self::time::{Now, datetime};
pub(crate) use self::variables::Variables;
