//! URLs: percent-encoding ([`encode`], [`decode`], [`normalize`]), queries
//! ([`encode_query`], [`parse_query`]), RFC 6570 templates ([`UrlTemplate`])
//! and base URLs ([`BaseUrl`], [`BaseUrlTemplate`]).
//!
//! Every value is escaped for its position in the URL. The exception is a template expression with
//! the operator `+` or `#`, such as `{+path}`, which keeps reserved characters. In a base URL, a
//! value is rejected if it could change another part of the URL, such as the host, or if it
//! contains a dot segment, such as `..`.
//!
//! ```
//! use keyrail_url::BaseUrl;
//! let base = BaseUrl::from_template("https://{domain}.mehery.io/xms/", &[("domain", "abcorp")])?;
//! let url = base.join(&["api", "v1", "message", "send"])?;
//! assert_eq!(url, "https://abcorp.mehery.io/xms/api/v1/message/send");
//! # Ok::<(), keyrail_url::Error>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

extern crate alloc;

mod authority;
mod base;
mod base_template;
mod decode;
mod encode;
mod error;
mod expand;
mod expression;
mod fast_path;
mod normalize;
mod query;
mod segment;
mod set;
mod template;
mod value;
mod variables;

pub use base::{BaseUrl, MAX_URL};
pub use base_template::BaseUrlTemplate;
pub use decode::{decode, decode_batch, decode_bytes, decode_form};
pub use encode::{encode, encode_batch, encode_bytes, encode_into, encode_with};
pub use error::{Error, ErrorKind};
pub use normalize::normalize;
pub use query::{QueryPair, QueryValue, encode_query, parse_query};
pub use segment::check_segment;
pub use set::EncodeSet;
pub use template::{MAX_TEMPLATE, UrlTemplate};
pub use value::TemplateValue;
pub use variables::MAX_VARIABLES;
