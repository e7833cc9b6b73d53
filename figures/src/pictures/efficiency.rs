//! How long training takes.

use anyhow::{Context, Result};

use super::Picture;
use crate::draw::{Drawing, Label};
use crate::plot::{decimal, list};

/// What the benchmarks printed.
const RECORDED: &str = include_str!("../../../code/benches/recorded.txt");

/// The engines, as the benchmarks call them and as the picture does.
const ENGINES: [(&str, &str); 4] = [
    ("tape", "tape"),
    ("by hand, with the tape's Adam", "backward by hand"),
    ("... with one division a weight", "+ one division a weight"),
    ("... with the processor's instructions: fast", "+ vector instructions"),
];

/// The median time of an engine for 1,000 steps, in milliseconds.
fn median(recorded: &str, engine: &str) -> Result<f64> {
    let table = recorded
        .split("\n\n")
        .find(|table| table.starts_with("1,000 steps"))
        .context("no table of 1,000 steps is recorded")?;
    let number = table
        .lines()
        .filter_map(|line| line.trim().strip_prefix(engine))
        .find(|rest| rest.starts_with("  "))
        .and_then(|rest| rest.split_whitespace().next())
        .with_context(|| format!("no time of {engine:?} is recorded"))?;
    Ok(number.parse()?)
}

/// The time of 1,000 steps by engine.
pub(super) fn speed() -> Result<Picture> {
    let times = ENGINES.map(|(engine, name)| {
        median(RECORDED, engine).map(|time| (name, time))
    });
    let times = times.into_iter().collect::<Result<Vec<_>>>()?;
    let most = times.iter().map(|(_, time)| *time).fold(0.0, f64::max);
    let mut drawing = Drawing::new(188.0);
    let mut sentences = Vec::new();
    for ((name, time), y) in times.iter().zip([22.0, 70.0, 118.0, 166.0]) {
        drawing.text(Label::new((222.0, y), *name).end());
        let length = 254.0 * time / most;
        drawing.bar((232.0, y - 16.0), (length, 32.0), 0.45);
        let text = format!("{} ms", decimal(*time, 2));
        drawing.text(Label::new((242.0 + length, y), text));
        sentences.push(format!("{name} {} ms", decimal(*time, 2)));
    }
    let mut lines = RECORDED.lines();
    let machine = lines.next().context("nothing is recorded")?;
    let system = lines.next().context("one line is recorded")?;
    let description = format!(
        "Bars, one for each engine, as long as the median time of 1,000 steps \
         of one document each: {}. A plus sign means: what is named before it, \
         and this. Measured on: {machine}; {system}.",
        list(&sentences),
    );
    let title = "The time of 1,000 training steps by engine";
    Ok(Picture::new("speed", title, description, drawing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_found_in_its_table_alone() -> Result<()> {
        let recorded = "tape  9 ms\n\n1,000 steps\n  tape   2.5 ms  2 ms\n  \
                        tape / fast  16\n\nother\n  fast  3 ms";
        assert_eq!(median(recorded, "tape")?, 2.5);
        assert!(median(recorded, "fast").is_err());
        assert!(median("nothing", "tape").is_err());
        Ok(())
    }
}
