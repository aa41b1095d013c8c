//! Keyrail and its peers, side by side in one run.
//!
//! The benchmarks are in one file a domain; `README.md` says what each
//! compares and with which command.
