//! A training that is kept, stopped and gone on with, by real processes.
//!
//! They are stopped and starved with tools that Linux has.

#![cfg(target_os = "linux")]

mod faults;
mod kills;
mod output;
mod python;
mod resuming;
mod signals;

use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use checks::place::{FAILURE, Place, Run, USAGE, program};
use microgpt::checkpoint::Checkpoint;
use serde_json::Value;

/// Reads a checkpoint; it must be a good one.
fn load(path: &Path) -> Result<Checkpoint<'static>> {
    let bytes = fs::read(path)?;
    Checkpoint::from_bytes(&bytes).context(path.display().to_string())
}

/// How many steps the training in a file has taken.
fn steps_in(path: &Path) -> Result<usize> {
    let training = load(path)?.training.context("no training")?;
    Ok(training.adam.steps)
}

/// The step and the loss that a line of `--json` tells, if it tells one.
fn step_in(line: &str) -> Result<Option<(usize, f64)>> {
    let line: Value = serde_json::from_str(line)?;
    let step = line["step"].as_u64().map(|step| step as usize);
    Ok(step.zip(line["loss"].as_f64()))
}

/// All steps and losses that `--json` printed.
fn steps_of(stdout: &str) -> Result<Vec<(usize, f64)>> {
    let steps = stdout.lines().filter_map(|line| step_in(line).transpose());
    steps.collect()
}

/// All names that were printed.
fn names_of(stdout: &str) -> Vec<&str> {
    let lines = stdout.lines();
    lines.filter(|line| line.starts_with("sample ")).collect()
}

/// A process that is at work, and is killed if the test ends before it.
struct Worker {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    fn start(command: &mut Command) -> Result<Self> {
        let command = command.stdout(Stdio::piped()).stdin(Stdio::null());
        let mut child = command.spawn()?;
        let stdout = child.stdout.take().context("no stdout")?;
        Ok(Self { child, lines: BufReader::new(stdout).lines() })
    }

    fn line(&mut self) -> Result<Option<String>> {
        Ok(self.lines.next().transpose()?)
    }

    /// Reads lines until one tells this step.
    fn reach(&mut self, wanted: usize) -> Result<()> {
        while let Some(line) = self.line()? {
            if step_in(&line)?.is_some_and(|(step, _)| step >= wanted) {
                return Ok(());
            }
        }
        bail!("it ended before step {wanted}")
    }

    /// All lines that are left; waits until they end.
    fn rest(&mut self) -> Result<Vec<String>> {
        Ok(self.lines.by_ref().collect::<Result<_, _>>()?)
    }

    /// Waits for the end of the lines; the last of them told a step, which is
    /// this one unless any is left.
    fn last_step(&mut self, reached: usize) -> Result<usize> {
        let rest = self.rest()?;
        let last = rest.last().map(|line| step_in(line)).transpose()?;
        let step = last.map_or(Some(reached), |last| Some(last?.0));
        step.context("it told something else")
    }

    /// Sends a signal.
    fn signal(&self, name: &str) -> Result<()> {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args([name, &id]).status()?;
        ensure!(status.success(), "kill {name}: {status}");
        Ok(())
    }

    /// Waits for its end, but not for ever.
    fn wait(&mut self, seconds: u64) -> Result<ExitStatus> {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(seconds) {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            sleep(Duration::from_millis(5));
        }
        bail!("it has not ended after {seconds} s")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a command whose output nobody reads; it must end quietly.
fn unread(place: &Place, words: &[&str]) -> Result<()> {
    let mut command = place.command(words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    drop(child.stdout.take());
    let run = Run::try_from(child.wait_with_output()?)?;
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{words:?}");
    Ok(())
}

/// Waits until something is so.
fn until(what: &str, mut is: impl FnMut() -> bool) -> Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_mins(1) {
        if is() {
            return Ok(());
        }
        sleep(Duration::from_millis(5));
    }
    bail!("waited too long: {what}")
}

/// Says that a check was left out.
fn skip(what: &str, why: &str) {
    eprintln!("skipped: {what}: {why}");
}

/// Starts a command that a signal can reach, even in the background.
const DEFAULT_SIGNALS: [&str; 2] = ["env", "--default-signal=INT,TERM,HUP"];
