//! Declared formats, whatever is declared: what is generated is read, fits its
//! pattern, and no near miss of it does.

mod declarations;
mod declared;
mod foreign;
mod laws;
mod patterns;
mod plan;
mod reading;
mod segments;
mod sets;
