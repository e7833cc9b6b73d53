//! What both benchmarks share: a stopwatch, turns and medians, and the program.

use std::env;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// How often everything is measured.
pub const RUNS: usize = 15;

/// The seconds that some work takes.
pub fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    let result = black_box(work());
    let seconds = start.elapsed().as_secs_f64();
    drop(result);
    seconds
}

/// The number in the middle.
pub fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// How many times as long the first took, turn by turn.
pub fn ratios(first: &[f64], second: &[f64]) -> Vec<f64> {
    first.iter().zip(second).map(|(first, second)| first / second).collect()
}

/// Builds the command line, optimized, and returns where it is.
pub fn program() -> io::Result<PathBuf> {
    // A benchmark is target/release/deps/NAME.
    let bench = env::current_exe()?;
    let target = bench.ancestors().nth(3).unwrap_or(Path::new("target"));
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--package", "microgpt-cli"])
        .arg("--target-dir")
        .arg(target)
        .status()?;
    if !status.success() {
        return Err(io::Error::other("microgpt cannot be built"));
    }
    let name = format!("microgpt{}", env::consts::EXE_SUFFIX);
    Ok(target.join("release").join(name))
}
