//! How fast the run of microgpt.py is, on the tape and without it.
//!
//! `cargo bench -p microgpt` prints the table; with `-- --record` it also
//! becomes `benches/recorded.txt`.

mod growth;
#[path = "../measure/mod.rs"]
mod measure;
mod report;

use std::array;
use std::env;
use std::fs;
use std::io;
use std::process::{Command, Stdio};
use std::time::Instant;

use measure::{RUNS, median, program, ratios, seconds};
use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::data;
use microgpt::engine::{Engine, OnTape};
use microgpt::fast::{Fast, FastAdam};
use microgpt::forward::ForwardError;
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};
use microgpt::training::{Optimizer, Schedule, Session};
use report::Report;

const RECORD: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/benches/recorded.txt");

fn main() -> io::Result<()> {
    if !env::args().any(|argument| argument == "--bench") {
        println!("run by `cargo bench`"); // and not by `cargo test`
        return Ok(());
    }
    let mut report = Report::default();
    let start = Start::new();
    report.header();
    thousand_steps(&mut report, &start);
    whole(&mut report)?;
    generation(&mut report, &start);
    batch(&mut report, &start);
    growth::tables(&mut report, &start.texts);
    if env::args().any(|argument| argument == "--record") {
        fs::write(RECORD, report.text())?;
    }
    Ok(())
}

/// All that there is before the first step.
struct Start {
    bos: usize,
    model: Gpt,
    texts: Vec<Vec<usize>>,
    engine: Fast,
}

impl Start {
    /// Reads, shuffles, finds the alphabet, draws weights, gets memory.
    fn new() -> Self {
        let names = data::documents(data::NAMES);
        let start = microgpt::start::Start::new(names, Config::default(), 42);
        Self {
            bos: start.tokenizer.bos(),
            texts: start.texts(1000).expect("tokens"),
            model: start.model,
            engine: Fast::new(Config::default()),
        }
    }
}

/// The seconds that training a copy of the model takes.
fn training<E: Engine, O: Optimizer>(
    model: &Gpt,
    engine: &mut E,
    optimizer: O,
    texts: &[Vec<usize>],
    schedule: Schedule,
) -> f64 {
    let mut session = Session::new(model.clone(), optimizer, schedule);
    seconds(|| session.train_with(engine, texts).expect("all steps"))
}

/// The seconds of each work, the works in turn: A B A B …
fn in_turns<const N: usize>(
    mut works: [&mut dyn FnMut() -> f64; N],
) -> [Vec<f64>; N] {
    let mut times = array::from_fn(|_| Vec::new());
    for _ in 0..RUNS {
        for (work, times) in works.iter_mut().zip(&mut times) {
            times.push(work());
        }
    }
    times
}

/// An engine or an optimizer, and the seconds it has worked.
struct Timed<T>(T, f64);

impl<E: Engine> Engine for Timed<E> {
    fn gradients(
        &mut self,
        model: &Gpt,
        texts: &[&[usize]],
    ) -> Result<(f64, &[f64]), ForwardError> {
        let start = Instant::now();
        let result = self.0.gradients(model, texts);
        self.1 += start.elapsed().as_secs_f64();
        result
    }
}

impl<O: Optimizer> Optimizer for &mut Timed<O> {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        let start = Instant::now();
        self.0.step(rate, params, gradients);
        self.1 += start.elapsed().as_secs_f64();
    }
}

/// The run of microgpt.py, and the parts of it.
fn thousand_steps(report: &mut Report, Start { model, texts, .. }: &Start) {
    let schedule = Schedule::default();
    let (mut gradients, mut steps, mut rest) = (vec![], vec![], vec![]);
    let [tape, plain, adam, fast, _, before] = in_turns([
        &mut || {
            let (mut tape, adam) = (OnTape::default(), Adam::default());
            training(model, &mut tape, adam, texts, schedule)
        },
        &mut || {
            let mut fast = Fast::new(*model.config()).plain();
            training(model, &mut fast, Adam::default(), texts, schedule)
        },
        &mut || {
            let mut fast = Fast::new(*model.config()).plain();
            let adam = FastAdam::default().plain();
            training(model, &mut fast, adam, texts, schedule)
        },
        &mut || {
            let mut fast = Fast::new(*model.config());
            let adam = FastAdam::default();
            training(model, &mut fast, adam, texts, schedule)
        },
        &mut || {
            let mut fast = Timed(Fast::new(*model.config()), 0.0);
            let mut adam = Timed(FastAdam::default(), 0.0);
            let all = training(model, &mut fast, &mut adam, texts, schedule);
            gradients.push(fast.1);
            steps.push(adam.1);
            rest.push(all - fast.1 - adam.1);
            all
        },
        &mut || seconds(|| Start::new().engine),
    ]);
    report.title("1,000 steps, one document each");
    report.times("tape", "ms", &tape);
    report.times("by hand, with the tape's Adam", "ms", &plain);
    report.times("... with one division a weight", "ms", &adam);
    report.times("... with the processor's instructions: fast", "ms", &fast);
    report.number("tape / fast, turn by turn", median(&ratios(&tape, &fast)));
    report.times("fast: gradients", "ms", &gradients);
    report.times("fast: Adam", "ms", &steps);
    report.times("fast: the rest", "ms", &rest);
    report.times("before the first step", "ms", &before);
}

/// The command line's whole process.
fn whole(report: &mut Report) -> io::Result<()> {
    let program = program()?;
    let [times] = in_turns([&mut || {
        let mut command = Command::new(&program);
        command.args(["--samples", "0"]).stdout(Stdio::null());
        seconds(|| assert!(command.status().expect("a process").success()))
    }]);
    report.times("whole process: microgpt --samples 0", "ms", &times);
    Ok(())
}

/// Texts of a model that has learned.
fn generation(report: &mut Report, Start { bos, model, texts, .. }: &Start) {
    const TEXTS: usize = 200;
    let (adam, schedule) = (FastAdam::default(), Schedule::default());
    let mut session = Session::new(model.clone(), adam, schedule);
    let mut fast = Fast::new(*model.config());
    session.train_with(&mut fast, texts).expect("all steps");
    let model = session.model;
    let warmth = Temperature::try_from(0.5).expect("a temperature");
    let per_letter = |text: &mut dyn FnMut(&mut Chance<_>) -> Vec<usize>| {
        let mut chance = Chance::seeded(1);
        let mut letters = 0;
        let seconds = seconds(|| {
            letters = (0..TEXTS).map(|_| text(&mut chance).len()).sum();
        });
        seconds / letters as f64
    };
    let [plain, fast] = in_turns([
        &mut || {
            per_letter(&mut |chance| {
                model.generate(*bos, warmth, chance).expect("a text")
            })
        },
        &mut || {
            per_letter(&mut |chance| {
                fast.generate(&model, *bos, warmth, chance).expect("a text")
            })
        },
    ]);
    report.title("generation, a letter");
    report.times("without a tape: Gpt::generate", "µs", &plain);
    report.times("fast: Fast::generate", "µs", &fast);
    report.number("ratio, turn by turn", median(&ratios(&plain, &fast)));
}

/// Sixteen documents a step.
fn batch(report: &mut Report, Start { model, texts, .. }: &Start) {
    let schedule = Schedule { steps: 125, batch: 16, ..Schedule::default() };
    let documents = (schedule.steps * schedule.batch) as f64;
    let work = |threads| {
        move || {
            let mut fast = Fast::new(*model.config()).threads(threads);
            let adam = FastAdam::default();
            training(model, &mut fast, adam, texts, schedule) / documents
        }
    };
    let [one, two] = in_turns([&mut work(1), &mut work(2)]);
    report.title("batches of 16, a document");
    report.times("fast, one thread", "µs", &one);
    report.times("fast, two threads", "µs", &two);
    report.number("ratio, turn by turn", median(&ratios(&one, &two)));
}
