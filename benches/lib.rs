//! Benchmarks of Keyrail and comparable libraries, which are measured in the same run.
//!
//! There is one file per domain. `README.md` describes the comparisons and the commands.
