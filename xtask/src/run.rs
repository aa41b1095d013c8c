//! Runs the steps of a task. Prints a line when a step starts, and a line with its duration when
//! it ends. The output of a step is written to a log, and printed if the step fails.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};

use crate::repo::Repo;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const DIM: Style = Style::new().dimmed();

/// The output of a step, and whether it succeeded.
pub(crate) struct StepOutcome {
    pub(crate) output: String,
    result: Result<(), String>,
}

impl StepOutcome {
    /// Returns the output if the step succeeded.
    pub(crate) fn ok(self) -> Result<String, String> {
        self.result.map(|()| self.output)
    }
}

impl Repo {
    /// Runs a step and waits for it. `area` and `what` together name the step in the output.
    pub(crate) fn step(
        &self,
        area: &str,
        what: &str,
        command: &mut Command,
    ) -> Result<StepOutcome, String> {
        let start = Instant::now();
        print_start(area, what);
        let log = self.log_path(area, what)?;
        let (output, has_succeeded) = self.capture(command, &log).map_err(|error| {
            format!("{area}: {}: {error}", command.get_program().to_string_lossy())
        })?;
        print_end(area, what, has_succeeded, start.elapsed());
        if has_succeeded {
            return Ok(StepOutcome { output, result: Ok(()) });
        }
        if !self.verbose {
            anstream::println!("{}", output.trim_end());
        }
        let failure = format!("{area}: {what} failed, see {}", log.display());
        Ok(StepOutcome { output, result: Err(failure) })
    }

    fn log_path(&self, area: &str, what: &str) -> Result<std::path::PathBuf, String> {
        let folder = self.target.join("xtask/logs");
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let name = format!("{area}-{what}").replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        Ok(folder.join(format!("{name}.log")))
    }

    /// Runs a command, and returns its output and whether it succeeded. Its stdout
    /// and stderr use one pipe, so that their lines stay in order.
    fn capture(&self, command: &mut Command, log: &std::path::Path) -> io::Result<(String, bool)> {
        let (reader, writer) = io::pipe()?;
        let mut child =
            command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).spawn()?;
        // The command still has the write ends of the pipe. They are closed here, so that
        // reading ends when the child process ends.
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

fn print_start(area: &str, what: &str) {
    anstream::println!("{area:>8}  {DIM}{what} ...{DIM:#}");
}

fn print_end(area: &str, what: &str, has_succeeded: bool, time: Duration) {
    let (style, word) = if has_succeeded { (GOOD, "ok") } else { (BAD, "FAILED") };
    anstream::println!("{area:>8}  {what} {style}{word}{style:#} {DIM}{}{DIM:#}", seconds(time));
}

pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
