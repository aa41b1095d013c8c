//! Draws `benches/routing-growth.svg`, a plot of routing times by the number of rules. The times
//! are the medians that the last run of the bench `route` measured with cold messages (see
//! `benches/route.rs`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use plotters::prelude::*;

use crate::ratios::{self, Times};
use crate::repo::Repo;

const PICTURE: &str = "benches/routing-growth.svg";
const SIZE: (u32, u32) = (860, 480);
const FONT: &str = "sans-serif";
/// The minimum vertical distance between the labels at the ends of the lines.
const LABEL_HEIGHT: i32 = 17;

/// The name in the bench, the label in the plot, and the colour of each library. The colours
/// can be distinguished with all kinds of colour vision.
const LINES: [(&str, &str, RGBColor); 5] = [
    ("keyrail", "keyrail", RGBColor(0, 114, 178)),
    ("keyrail from JSON", "keyrail, from JSON", RGBColor(86, 180, 233)),
    ("quamina", "quamina, from JSON", RGBColor(213, 94, 0)),
    ("matchit", "matchit, exact paths", RGBColor(0, 158, 115)),
    ("HashMap", "HashMap, the minimum", RGBColor(120, 120, 120)),
];

/// Maps the name of a library to its points: a number of rules and a median in nanoseconds.
type Growth = BTreeMap<String, Vec<(f64, f64)>>;

/// Draws the plot from existing measurements.
pub(crate) fn draw(repo: &Repo) -> Result<(), String> {
    let growth = read(&repo.target.join("criterion/route"))?;
    let picture = picture(&growth).map_err(|error| format!("{PICTURE}: {error}"))?;
    let path = repo.path(PICTURE);
    fs::write(&path, picture).map_err(|error| format!("{}: {error}", path.display()))
}

fn read(criterion: &Path) -> Result<Growth, String> {
    let mut growth = Growth::new();
    let times = if criterion.is_dir() { ratios::read(criterion)? } else { Times::new() };
    for ((_, input), runs) in times {
        let Some(rules) = input.strip_suffix(" cold") else { continue };
        let rules = rules.parse().map_err(|_| format!("invalid number of rules: {input}"))?;
        for (name, time) in runs {
            growth.entry(name).or_default().push((rules, time));
        }
    }
    for points in growth.values_mut() {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    match growth.is_empty() {
        true => Err("no measurements: run `cargo xtask bench route/`".into()),
        false => Ok(growth),
    }
}

fn picture(growth: &Growth) -> Result<String, Box<dyn std::error::Error + '_>> {
    let points = || growth.values().flatten();
    let bounds = |of: fn(&(f64, f64)) -> f64| {
        let low = points().map(of).fold(f64::INFINITY, f64::min);
        let high = points().map(of).fold(0.0, f64::max);
        10_f64.powf(low.log10().floor())..10_f64.powf(high.log10().ceil())
    };
    let mut text = String::new();
    {
        let area = SVGBackend::with_string(&mut text, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .caption("Time per routing decision, by the number of rules", (FONT, 20))
            .margin(16)
            .margin_right(170)
            .x_label_area_size(48)
            .y_label_area_size(64)
            .build_cartesian_2d(
                bounds(|(rules, _)| *rules).log_scale(),
                bounds(|(_, time)| *time).log_scale(),
            )?;
        chart
            .configure_mesh()
            .max_light_lines(0)
            .bold_line_style(BLACK.mix(0.1))
            .label_style((FONT, 14))
            .x_desc("number of rules (each compares three fields)")
            .y_desc("median, nanoseconds")
            .x_label_formatter(&grouped)
            .y_label_formatter(&grouped)
            .draw()?;
        let mut labels = Vec::new();
        for (name, label, color) in LINES {
            let Some(points) = growth.get(name) else { continue };
            let width = if name.starts_with("keyrail") { 3 } else { 2 };
            chart
                .draw_series(LineSeries::new(points.iter().copied(), color.stroke_width(width)))?;
            let dot = |point: &(f64, f64)| Circle::new(*point, 3, color.filled());
            chart.draw_series(points.iter().map(dot))?;
            if let Some(last) = points.last() {
                labels.push((chart.backend_coord(last), label, color));
            }
        }
        for ((x, y), label, color) in separated(labels) {
            area.draw(&Text::new(label, (x + 10, y - 7), (FONT, 14).into_font().color(&color)))?;
        }
        area.present()?;
    }
    Ok(text)
}

type Label = ((i32, i32), &'static str, RGBColor);

/// Moves labels down so that they do not overlap, and returns them from top to bottom.
fn separated(mut labels: Vec<Label>) -> Vec<Label> {
    labels.sort_by_key(|((_, y), ..)| *y);
    let mut next = i32::MIN;
    for ((_, y), ..) in &mut labels {
        *y = next.max(*y);
        next = *y + LABEL_HEIGHT;
    }
    labels
}

/// Formats a number with commas between groups of thousands.
fn grouped(number: &f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Growth, grouped, picture, separated};
    use plotters::style::RED;

    #[test]
    fn thousands_are_grouped() {
        let all = [1.0, 10.0, 999.0, 1_000.0, 1_000_000.0].map(|number| grouped(&number));
        assert_eq!(all, ["1", "10", "999", "1,000", "1,000,000"]);
    }

    #[test]
    fn labels_do_not_overlap() {
        let labels = vec![((0, 30), "c", RED), ((0, 10), "a", RED), ((0, 12), "b", RED)];
        let positions: Vec<_> =
            separated(labels).iter().map(|((_, y), label, _)| (*label, *y)).collect();
        assert_eq!(positions, [("a", 10), ("b", 27), ("c", 44)]);
    }

    #[test]
    fn a_plot_labels_its_lines() {
        let line = vec![(10.0, 100.0), (1_000_000.0, 400.0)];
        let growth = Growth::from([("keyrail".into(), line)]);
        let picture = picture(&growth).unwrap();
        assert!(picture.starts_with("<svg"));
        assert!(picture.contains("keyrail") && picture.contains("1,000,000"));
        assert!(!picture.contains("quamina"));
    }
}
