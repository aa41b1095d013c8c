//! Formats of keys: declarations, parsing, patterns, sets, and properties of random formats.

mod declarations;
mod declared;
mod foreign;
mod laws;
mod patterns;
mod plan;
mod reading;
mod segments;
mod sets;
