//! The table, as text.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::process::Command;
use std::thread;

use pulp::Arch;

use crate::measure::{RUNS, median};

/// Lines that are printed at once, and kept.
#[derive(Default)]
pub struct Report {
    text: String,
}

impl Report {
    /// All lines.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// One more line.
    pub fn line(&mut self, line: &str) {
        println!("{line}");
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Where and how was measured.
    pub fn header(&mut self) {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let debug = cfg!(debug_assertions);
        let profile = if debug { "debug" } else { "release" };
        let instructions = format!("{:?}", Arch::new());
        let instructions = instructions.split('(').next().unwrap_or_default();
        self.line(&format!("processor: {}", processor()));
        self.line(&format!(
            "{OS} on {ARCH}, {instructions} instructions, {cores} cores, \
             profile {profile}"
        ));
        self.line(&format!("each number comes from {RUNS} runs, in turns"));
    }

    /// Begins a part of the table.
    pub fn title(&mut self, title: &str) {
        self.line("");
        self.line(&format!("{title:<48}{:>15}{:>15}", "median", "fastest"));
    }

    /// The median and the least of some seconds.
    pub fn times(&mut self, name: &str, unit: &str, seconds: &[f64]) {
        let scale = if unit == "ms" { 1e3 } else { 1e6 };
        let least = seconds.iter().copied().fold(f64::INFINITY, f64::min);
        let [median, least] = [median(seconds), least].map(|x| x * scale);
        let row = format!("  {name:<46}{median:>12.2} {unit}{least:>12.2}");
        self.line(&format!("{row} {unit}"));
    }

    /// A number without a unit.
    pub fn number(&mut self, name: &str, number: f64) {
        self.line(&format!("  {name:<46}{number:>12.2}"));
    }
}

/// The processor's name, as far as the system tells it.
fn processor() -> String {
    let linux = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(": ")?.1.to_owned())
    });
    let mac = || {
        let name = ["-n", "machdep.cpu.brand_string"];
        let output = Command::new("sysctl").args(name).output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    let name = linux.or_else(mac).unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "unknown".to_owned() } else { name.to_owned() }
}
