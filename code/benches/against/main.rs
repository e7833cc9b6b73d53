//! Our whole process in turns with any other that trains on the same file.

#[path = "../measure/mod.rs"]
mod measure;

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};

use measure::{RUNS, median, program, ratios, seconds};

const USAGE: &str = "\
to run another program in turns with ours, whole processes:
  cargo bench -p microgpt --bench against -- PROGRAM ARGS [-- OUR ARGS]
Both begin in the folder `code`; `-- --samples 0` makes ours only train.";

/// No more turns are begun after so many seconds.
const ENOUGH: f64 = 120.0;

/// The seconds that a process takes, from start to end.
fn process(program: &Path, args: &[String]) -> Result<f64, Box<dyn Error>> {
    let name = program.display();
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null());
    let mut result = None;
    let seconds = seconds(|| result = Some(command.status()));
    match result {
        Some(Ok(status)) if status.success() => Ok(seconds),
        Some(Ok(status)) => Err(format!("{name}: {status}").into()),
        Some(Err(error)) => Err(format!("{name}: {error}").into()),
        None => Err("no process was started".into()),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut args: Vec<String> = env::args().skip(1).collect();
    args.pop_if(|last| last == "--bench"); // cargo's
    // An option first is meant for the other benchmark.
    let ask = args.split_first().filter(|ask| !ask.0.starts_with('-'));
    let Some((their_program, args)) = ask else {
        println!("{USAGE}");
        return Ok(());
    };
    let our_program = program()?;
    let mut parts = args.splitn(2, |arg| arg == "--");
    let (args, our_args) =
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    println!("turn    theirs, ms      ours, ms    theirs / ours");
    while ours.len() < RUNS && theirs.iter().sum::<f64>() < ENOUGH {
        theirs.push(process(Path::new(their_program), args)?);
        ours.push(process(&our_program, our_args)?);
        let turn = ours.len();
        row(&turn.to_string(), theirs[turn - 1], ours[turn - 1], None);
    }
    let ratio = median(&ratios(&theirs, &ours));
    row("median", median(&theirs), median(&ours), Some(ratio));
    Ok(())
}

/// Prints a line; without a ratio, that of the times.
fn row(name: &str, theirs: f64, ours: f64, ratio: Option<f64>) {
    let ratio = ratio.unwrap_or(theirs / ours);
    let [theirs, ours] = [theirs, ours].map(|seconds| seconds * 1e3);
    println!("{name:<6}{theirs:>12.2}{ours:>14.2}{ratio:>17.2}");
}
