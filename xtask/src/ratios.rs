//! Ratios: the times of other libraries in the benchmarks, divided by Keyrail's.
//!
//! Criterion writes a folder per benchmark, with its names in `benchmark.json` and its times in
//! `estimates.json`. The ratios are computed from the medians.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

use serde_json::Value;

/// Maps a group and an input to the names of the libraries and their medians in nanoseconds.
pub(crate) type Times = BTreeMap<(String, String), Vec<(String, f64)>>;

/// Prints a row for each input that Keyrail was measured with since `start`: Keyrail's median, and
/// the time of every other library as a multiple of it.
pub(crate) fn print(criterion: &Path, start: SystemTime) -> Result<(), String> {
    let times = read_since(criterion, start)?;
    anstream::println!(
        "\nmedian of keyrail, and the times of the other libraries as multiples of it"
    );
    for ((group, input), runs) in times {
        let Some((_, own)) = runs.iter().find(|(name, _)| name == "keyrail") else { continue };
        let others = runs.iter().filter(|(name, _)| name != "keyrail");
        let others: Vec<String> =
            others.map(|(name, time)| format!("{name} {:.2}x", time / own)).collect();
        let title = [group.as_str(), input.as_str()].join(" ");
        anstream::println!("{title:<26} {own:>10.1} ns   {}", others.join("   "));
    }
    Ok(())
}

/// Reads the last results of all benchmarks.
pub(crate) fn read(criterion: &Path) -> Result<Times, String> {
    read_since(criterion, SystemTime::UNIX_EPOCH)
}

fn read_since(criterion: &Path, start: SystemTime) -> Result<Times, String> {
    let mut times = Times::new();
    collect(criterion, start, &mut times)
        .map_err(|error| format!("{}: {error}", criterion.display()))?;
    Ok(times)
}

fn collect(folder: &Path, start: SystemTime, times: &mut Times) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let (names, estimates) = (path.join("benchmark.json"), path.join("estimates.json"));
        if path.ends_with("new") && names.is_file() && estimates.is_file() {
            if fs::metadata(&estimates)?.modified()? >= start {
                add(&fs::read(names)?, &fs::read(estimates)?, times);
            }
        } else if path.is_dir() {
            collect(&path, start, times)?;
        }
    }
    Ok(())
}

fn add(names: &[u8], estimates: &[u8], times: &mut Times) {
    let parse = |bytes| serde_json::from_slice::<Value>(bytes).unwrap_or_default();
    let (names, estimates) = (parse(names), parse(estimates));
    let name = |member: &str| names[member].as_str().unwrap_or_default().to_owned();
    if let Some(median) = estimates["median"]["point_estimate"].as_f64() {
        let key = (name("group_id"), name("value_str"));
        times.entry(key).or_default().push((name("function_id"), median));
    }
}

#[cfg(test)]
mod tests {
    use super::{Times, add};

    #[test]
    fn a_benchmark_is_identified_by_its_names() {
        let mut times = Times::new();
        let names =
            br#"{"group_id": "url/encode", "function_id": "keyrail", "value_str": "prose"}"#;
        add(names, br#"{"median": {"point_estimate": 12.5}}"#, &mut times);
        let key = ("url/encode".to_owned(), "prose".to_owned());
        assert_eq!(times[&key], [("keyrail".to_owned(), 12.5)]);
    }

    #[test]
    fn files_not_written_by_criterion_are_ignored() {
        let mut times = Times::new();
        add(b"{", b"{}", &mut times);
        assert!(times.is_empty());
    }
}
