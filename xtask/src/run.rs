//! Runs the commands that a chore is made of: a line as each starts, a line
//! with its time as it ends, its output in a log, shown whole if it fails.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};

use crate::repo::Repo;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const DIM: Style = Style::new().dimmed();

/// What a step printed, and whether it ended well.
pub(crate) struct Ran {
    pub(crate) output: String,
    what: Result<(), String>,
}

impl Ran {
    /// The output of a step that ended well.
    pub(crate) fn ok(self) -> Result<String, String> {
        self.what.map(|()| self.output)
    }
}

impl Repo {
    /// Runs one step and waits for it; `area` and `what` name it to the reader.
    pub(crate) fn step(
        &self,
        area: &str,
        what: &str,
        command: &mut Command,
    ) -> Result<Ran, String> {
        let start = Instant::now();
        started(area, what);
        let log = self.log_path(area, what)?;
        let (output, ended_well) = self.capture(command, &log).map_err(|error| {
            format!("{area}: {}: {error}", command.get_program().to_string_lossy())
        })?;
        ended(area, what, ended_well, start.elapsed());
        if ended_well {
            return Ok(Ran { output, what: Ok(()) });
        }
        if !self.verbose {
            anstream::println!("{}", output.trim_end());
        }
        Ok(Ran { output, what: Err(format!("{area}: {what} failed, see {}", log.display())) })
    }

    fn log_path(&self, area: &str, what: &str) -> Result<std::path::PathBuf, String> {
        let folder = self.target.join("xtask/logs");
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let name = format!("{area}-{what}").replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        Ok(folder.join(format!("{name}.log")))
    }

    /// Both streams go through one pipe, so that lines keep their order.
    fn capture(&self, command: &mut Command, log: &std::path::Path) -> io::Result<(String, bool)> {
        let (reader, writer) = io::pipe()?;
        let mut child =
            command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).spawn()?;
        // The command holds its ends of the pipe open: with them closed here,
        // reading ends when the child has ended.
        command.stdout(Stdio::null()).stderr(Stdio::null());

        let mut log = fs::File::create(log)?;
        let mut output = String::new();
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            let text = String::from_utf8_lossy(&line);
            log.write_all(&line)?;
            output.push_str(&text);
            if self.verbose {
                anstream::print!("{text}");
            }
            line.clear();
        }
        Ok((output, child.wait()?.success()))
    }
}

fn started(area: &str, what: &str) {
    anstream::println!("{area:>8}  {DIM}{what} ...{DIM:#}");
}

fn ended(area: &str, what: &str, well: bool, time: Duration) {
    let (style, word) = if well { (GOOD, "ok") } else { (BAD, "FAILED") };
    anstream::println!("{area:>8}  {what} {style}{word}{style:#} {DIM}{}{DIM:#}", seconds(time));
}

pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
