//! A million steps: the memory does not grow, and the loss stays sane.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use checks::place::Place;
use serde_json::Value;

const STEPS: usize = 1_000_000;

/// The kilobytes of memory that a process has; only Linux tells.
fn memory(child: &Child) -> Result<u64> {
    let path = format!("/proc/{}/status", child.id());
    let status = fs::read_to_string(path)?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("no VmRSS")?.parse()?)
}

#[cfg(target_os = "linux")]
#[test]
fn a_million_steps_take_no_more_memory_and_give_a_sane_loss() -> Result<()> {
    if std::env::var_os("LONG_CHECKS").is_none() {
        eprintln!("skipped: a million steps: LONG_CHECKS is not set");
        return Ok(());
    }
    let place = Place::new()?;
    let steps = STEPS.to_string();
    let words = ["--steps", &steps, "--json", "--losses", "l", "--save", "m"];
    let begin = Instant::now();
    let mut command = place.command(&words);
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().context("no stdout")?;
    let end = begin + Duration::from_mins(10);
    let (mut losses, mut kilobytes) = (Vec::new(), Vec::new());
    for line in BufReader::new(stdout).lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let Some(loss) = line["loss"].as_f64() else { continue };
        losses.push(loss);
        if Instant::now() > end {
            child.kill()?;
            bail!("only {} steps in ten minutes", losses.len());
        }
        assert_eq!(line["step"], losses.len());
        if losses.len().is_multiple_of(10_000) && losses.len() < STEPS {
            kilobytes.push(memory(&child)?);
        }
    }
    assert!(child.wait()?.success());
    let seconds = begin.elapsed().as_secs_f64();
    assert_eq!(losses.len(), STEPS);
    let written = place.read("l")?;
    let same = written.lines().zip(&losses);
    let same = same.filter(|(line, loss)| line.parse() == Ok(**loss));
    assert_eq!((written.lines().count(), same.count()), (STEPS, STEPS));
    assert!(losses.iter().all(|loss| loss.is_finite() && *loss > 0.0));
    let last = &losses[STEPS - 10_000..];
    let mean = last.iter().sum::<f64>() / last.len() as f64;
    // the first of these was taken at step 50,000
    let most = kilobytes[4..].iter().max().context("none")?;
    let growth = most - kilobytes[4].min(*most);
    println!(
        "{STEPS} steps in {seconds:.1} s; {} kB of memory at step 50,000, \
         at most {most} kB later; the last losses have the mean {mean:.4}",
        kilobytes[4]
    );
    assert!(growth < 1_000, "{kilobytes:?}");
    assert!((1.9..2.4).contains(&mean), "{mean}");
    Ok(())
}
