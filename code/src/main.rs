// ANCHOR: imports
//! The command line: trains a GPT, keeps it, and lets it babble or judge.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::error::Error;
use std::fmt::Write as Text;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::iter::zip;
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::sync::atomic::{AtomicBool, Ordering};
// ANCHOR_END: imports

// ANCHOR: crates
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use indicatif::{
    ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressState,
    ProgressStyle,
};
use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::checkpoint::{self, Checkpoint, CheckpointError};
use microgpt::data::{self, fingerprint};
use microgpt::engine::{Engine, OnTape};
use microgpt::fast::{Fast, FastAdam};
use microgpt::files::{WholeFile, folder};
use microgpt::forward::ForwardError;
use microgpt::generation::{GenerationError, Temperature};
use microgpt::guards::{self, ConfigError, DataError, EngineKind};
use microgpt::model::{Config, Gpt};
use microgpt::start::Start;
use microgpt::tokenizer::{Tokenizer, UnknownChar};
use microgpt::training::{Optimizer, Schedule, Session, Step, TrainingError};
use plotters::prelude::*;
use serde_json::json;
// ANCHOR_END: crates

// ANCHOR: numbers
/// Reads a size: a whole number, at least 1.
fn size(text: &str) -> Result<usize, &'static str> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("it must be a whole number, at least 1"),
    }
}

/// Reads a number that may be 0.
fn count(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "it must be a whole number, from 0 to 2^64 - 1")
}
// ANCHOR_END: numbers

// ANCHOR: sizes
#[derive(Args)]
struct Sizes {
    /// How many numbers describe a token
    #[arg(long, value_name = "N", default_value = "16", value_parser = size)]
    n_embd: usize,
    /// How many layers there are, one after the other
    #[arg(long, value_name = "N", default_value = "1", value_parser = size)]
    n_layer: usize,
    /// How many attention heads a layer has; they divide n-embd
    #[arg(long, value_name = "N", default_value = "4", value_parser = size)]
    n_head: usize,
    /// How many tokens the model can read
    #[arg(long, value_name = "N", default_value = "16", value_parser = size)]
    block_size: usize,
}
// ANCHOR_END: sizes

// ANCHOR: config
impl Sizes {
    /// The sizes of a model for a tokenizer.
    fn config(&self, tokenizer: &Tokenizer) -> Config {
        Config {
            vocab_size: tokenizer.vocab_size(),
            n_embd: self.n_embd,
            n_layer: self.n_layer,
            n_head: self.n_head,
            block_size: self.block_size,
        }
    }
}
// ANCHOR_END: config

// ANCHOR: rate
/// Reads a learning rate: a finite number, at least 0.
fn rate(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(number) if (0.0..=f64::MAX).contains(&number) => Ok(number),
        _ => Err("it must be a finite number, at least 0"),
    }
}
// ANCHOR_END: rate

// ANCHOR: schedule
#[derive(Args)]
struct Plan {
    /// How many steps to take [default: 1000]
    #[arg(long, value_name = "N", value_parser = size)]
    steps: Option<usize>,
    /// How many documents a step learns from
    #[arg(long, value_name = "N", default_value = "1", value_parser = size)]
    batch: usize,
    /// How fast to learn, at first
    #[arg(long, value_name = "X", default_value = "0.01", value_parser = rate)]
    learning_rate: f64,
}

impl Plan {
    fn schedule(&self) -> Schedule {
        let &Self { steps, batch, learning_rate } = self;
        Schedule {
            steps: steps.unwrap_or(Schedule::default().steps),
            batch,
            learning_rate,
        }
    }
}
// ANCHOR_END: schedule

// ANCHOR: means
/// How gradients are found.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Means {
    /// On a tape, to be understood
    Tape,
    /// By hand, to be fast; the numbers agree but for rounding
    Fast,
}

impl Means {
    fn kind(self) -> EngineKind {
        match self {
            Self::Tape => EngineKind::Tape,
            Self::Fast => EngineKind::Fast,
        }
    }
}
// ANCHOR_END: means

// ANCHOR: machine
#[derive(Args)]
struct Machine {
    /// How to find gradients
    #[arg(long, value_name = "NAME", default_value = "fast")]
    engine: Means,
    /// How many threads share the documents of a step
    #[arg(long, value_name = "N", default_value = "1", value_parser = size)]
    threads: usize,
}
// ANCHOR_END: machine

// ANCHOR: saving
#[derive(Args)]
struct Saving {
    /// A file to keep the model and its training in
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// After how many steps to save again [default: at the end only]
    #[arg(long, value_name = "N", requires = "save", value_parser = size)]
    save_every: Option<usize>,
    /// A file of --save: go on where it was, to its last step or --steps
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "batch", "learning_rate", "engine", "seed", "n_embd", "n_layer",
            "n_head", "block_size",
        ]
    )]
    resume: Option<PathBuf>,
}
// ANCHOR_END: saving

// ANCHOR: output
#[derive(Args)]
struct Output {
    /// A file to write the losses to, one a line
    #[arg(long, value_name = "FILE")]
    losses: Option<PathBuf>,
    /// A file to draw the losses in, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Print results only: no counts, no progress
    #[arg(long)]
    quiet: bool,
    /// Print a JSON object a line, for programs: all that there is to tell
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
}
// ANCHOR_END: output

// ANCHOR: options
#[derive(Args)]
struct Options {
    /// A text file with one document a line [default: 32,033 first names]
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    #[command(flatten)]
    plan: Plan,
    #[command(flatten)]
    machine: Machine,
    /// Where the random numbers begin
    #[arg(long, value_name = "N", default_value = "42", value_parser = count)]
    seed: u64,
    #[command(flatten)]
    sizes: Sizes,
    #[command(flatten)]
    saving: Saving,
    #[command(flatten)]
    output: Output,
}
// ANCHOR_END: options

// ANCHOR: sampling
#[derive(Args)]
struct Sampling {
    /// How daring the samples are: near 0 only the likeliest letters
    #[arg(long, value_name = "X", default_value = "0.5")]
    temperature: Temperature,
}
// ANCHOR_END: sampling

// ANCHOR: train_options
#[derive(Args)]
struct Train {
    #[command(flatten)]
    options: Options,
    /// How many documents to sample after training
    #[arg(long, value_name = "N", default_value = "20", value_parser = count)]
    samples: u64,
    #[command(flatten)]
    sampling: Sampling,
}
// ANCHOR_END: train_options

// ANCHOR: generate
#[derive(Args)]
struct Generate {
    /// A file of --save
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// How many documents to sample
    #[arg(long, value_name = "N", default_value = "20", value_parser = count)]
    count: u64,
    #[command(flatten)]
    sampling: Sampling,
    /// Where the random numbers begin [default: where the training left them]
    #[arg(long, value_name = "N", value_parser = count)]
    seed: Option<u64>,
    /// How each document begins
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        allow_hyphen_values = true
    )]
    prompt: String,
    /// Print a JSON object a line, for programs
    #[arg(long)]
    json: bool,
}
// ANCHOR_END: generate

// ANCHOR: document
/// Reads a document as a data file is read: trimmed, one line, not blank.
fn document(text: &str) -> Result<String, &'static str> {
    match guards::documents(text).as_deref() {
        Ok([document]) => Ok((*document).to_owned()),
        Ok(_) => Err("it must be a single line"),
        Err(_) => Err("it must not be blank"),
    }
}
// ANCHOR_END: document

// ANCHOR: loss
#[derive(Args)]
struct Loss {
    /// The documents to judge
    #[arg(required = true, value_name = "DOC", value_parser = document)]
    documents: Vec<String>,
    /// A file of --save to judge by; without it, a model is trained first
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "data", "steps", "batch", "learning_rate", "engine", "threads",
            "seed", "n_embd", "n_layer", "n_head", "block_size", "save",
            "save_every", "resume", "losses", "plot",
        ]
    )]
    model: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}
// ANCHOR_END: loss

// ANCHOR: command
#[derive(Subcommand)]
enum Command {
    /// Train, then sample new documents (this is the default)
    #[command(allow_negative_numbers = true)]
    Train(Train),
    /// Sample new documents from a model that was saved
    #[command(allow_negative_numbers = true)]
    Generate(Generate),
    /// Tell how much each letter of a document surprises a model
    #[command(allow_negative_numbers = true)]
    Loss(Loss),
    /// Print what lets a shell complete the options
    Completions {
        /// Which shell
        shell: Shell,
    },
}
// ANCHOR_END: command

// ANCHOR: cli
/// A GPT that learns names, small enough to understand whole
#[derive(Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    allow_negative_numbers = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    train: Train,
}
// ANCHOR_END: cli

// ANCHOR: usage
/// Options that do not fit each other, the data or the machine.
#[derive(Debug, thiserror::Error)]
enum Usage {
    #[error("the tape works with one thread, not with {0}")]
    Threads(usize),
    #[error("a batch of {0} is more than all {1} documents")]
    Batch(usize, usize),
    #[error("the prompt has {0} letters, and the model reads {1} at most")]
    Prompt(usize, usize),
    #[error("cannot write {0}: another option names it too")]
    Twice(String),
    #[error(transparent)]
    Config(#[from] ConfigError),
}
// ANCHOR_END: usage

// ANCHOR: misfit
/// Why a training cannot go on from a file.
#[derive(Debug, thiserror::Error)]
enum Misfit {
    #[error("it holds a model, and no training to go on with")]
    Untrained,
    #[error("it learns from other documents than {0}")]
    Documents(String),
    #[error("it has taken {0} steps already, more than {1}")]
    Steps(usize, usize),
    #[error("there is no engine {0:?}")]
    Engine(String),
}
// ANCHOR_END: misfit

// ANCHOR: failure
/// What can go wrong on the way; each message names the value at fault.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Usage(#[from] Usage),
    #[error("{0}: {1}")]
    File(String, Box<dyn Error>),
    #[error("{0:?}: {1}")]
    Document(String, UnknownChar),
    #[error("{0}: {1}")]
    Resume(String, Misfit),
    #[error("cannot write {0}: {1}")]
    Write(String, io::Error),
    #[error(transparent)]
    Training(#[from] TrainingError),
    #[error(transparent)]
    Generation(#[from] GenerationError),
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
    #[error("stopped after step {0} of {1}; {2}")]
    Stopped(usize, usize, String),
}
// ANCHOR_END: failure

// ANCHOR: code
impl Failure {
    /// The code to end with: 2 for wrong usage, 130 for Ctrl-C, else 1.
    fn code(&self) -> u8 {
        match self {
            Self::Usage(_)
            | Self::Document(..)
            | Self::Resume(_, Misfit::Steps(..)) => 2,
            Self::Stopped(..) => 130,
            _ => 1,
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.into())
    }
}

impl From<ForwardError> for Failure {
    fn from(error: ForwardError) -> Self {
        Self::Training(error.into())
    }
}
// ANCHOR_END: code

// ANCHOR: visible
/// A text in which nothing commands a terminal.
fn visible(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}
// ANCHOR_END: visible

// ANCHOR: create
fn name(path: &Path) -> String {
    visible(&path.display().to_string())
}

impl Failure {
    /// Tells which file something is wrong with.
    fn in_file(path: &Path, error: impl Into<Box<dyn Error>>) -> Self {
        Self::File(name(path), error.into())
    }
}

/// Begins a file, if it can be written.
fn create(path: &Path) -> Result<WholeFile, Failure> {
    WholeFile::create(path).map_err(|error| Failure::Write(name(path), error))
}

/// Where a file is or will be, whatever it is called.
fn place(path: &Path) -> Option<PathBuf> {
    let new = || {
        let folder = fs::canonicalize(folder(path)).ok()?;
        Some(folder.join(path.file_name()?))
    };
    fs::canonicalize(path).ok().or_else(new)
}
// ANCHOR_END: create

// ANCHOR: places
impl Options {
    /// Sees that no file is to be written over another that is named.
    fn check_places(&self) -> Result<(), Failure> {
        let Output { losses, plot, .. } = &self.output;
        let Saving { save, resume, .. } = &self.saving;
        let data = &self.data;
        let others = [
            (losses, vec![data, resume, plot, save]),
            (plot, vec![data, resume, save]),
            (save, vec![data]), // a training may be saved where it was
        ];
        for (path, others) in others {
            let Some(path) = path else { continue };
            let here = place(path);
            let mut others = others.into_iter().flatten();
            if here.is_some() && others.any(|other| place(other) == here) {
                return Err(Usage::Twice(name(path)).into());
            }
        }
        Ok(())
    }
}
// ANCHOR_END: places

// ANCHOR: stop
/// Whether somebody has asked the program to stop, with Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

/// From now on, the first Ctrl-C asks and the second stops at once.
fn listen() {
    // not if `nohup` or a script had it ignore one: it must go on
    let set = ctrlc::try_set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            process::exit(130);
        }
    });
    // then each signal does what it did before
    let _ = set;
}

fn is_stopped() -> bool {
    STOP.load(Ordering::Relaxed)
}
// ANCHOR_END: stop

// ANCHOR: losses
/// The losses of a run, one a line.
struct Losses {
    file: WholeFile,
    written: io::Result<()>,
}

impl Losses {
    /// Adds one. If the disk is full, the list ends, and not the training.
    fn add(&mut self, loss: f64) {
        if self.written.is_ok() {
            self.written = writeln!(self.file, "{loss}");
        }
    }

    fn finish(self) -> io::Result<()> {
        self.written?;
        self.file.finish()
    }
}
// ANCHOR_END: losses

// ANCHOR: curve
/// The losses of a run in a picture: the mean of each hundredth of its steps.
struct Curve {
    file: WholeFile,
    steps: usize,
    sums: Vec<[f64; 2]>,
}

impl Curve {
    fn new(file: WholeFile, steps: usize) -> Self {
        Self { file, steps, sums: vec![[0.0, 0.0]; steps.min(100)] }
    }

    fn add(&mut self, step: usize, loss: f64) {
        let places = self.sums.len() as u128;
        let place = (step as u128 - 1) * places / self.steps as u128;
        let [sum, count] = &mut self.sums[place as usize];
        *sum += loss;
        *count += 1.0;
    }
}
// ANCHOR_END: curve

// ANCHOR: points
impl Curve {
    /// Where the curve goes through: steps and losses.
    fn points(&self) -> Vec<(f64, f64)> {
        let width = self.steps as f64 / self.sums.len() as f64;
        let points = self.sums.iter().enumerate();
        // a training that goes on has none at the beginning
        let points = points.filter(|(_, [_, count])| *count > 0.0);
        points
            .map(|(place, [sum, count])| {
                ((place as f64 + 0.5) * width, sum / count)
            })
            .collect()
    }
}
// ANCHOR_END: points

// ANCHOR: svg
impl Curve {
    /// The curve as a picture.
    fn svg(&self) -> Result<String, Box<dyn Error>> {
        let mut svg = String::new();
        let points = self.points();
        let top = points.iter().map(|point| point.1).fold(0.0, f64::max);
        let area = SVGBackend::with_string(&mut svg, (800, 500));
        let area = area.into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .margin(20)
            .x_label_area_size(40)
            .y_label_area_size(50)
            .build_cartesian_2d(0.0..self.steps as f64, 0.0..1.05 * top)?;
        let mut mesh = chart.configure_mesh();
        let mesh = mesh.x_desc("step").y_desc("mean loss");
        mesh.light_line_style(WHITE).x_label_formatter(&f64::to_string);
        mesh.draw()?;
        chart.draw_series(LineSeries::new(points, BLUE.stroke_width(2)))?;
        area.present()?;
        drop((chart, area));
        Ok(svg)
    }
}
// ANCHOR_END: svg

// ANCHOR: draw
impl Curve {
    /// Draws the curve in its file.
    fn draw(mut self) -> io::Result<()> {
        let svg = self.svg();
        let svg = svg.map_err(|error| io::Error::other(error.to_string()))?;
        self.file.write_all(svg.as_bytes())?;
        self.file.finish()
    }
}
// ANCHOR_END: draw

// ANCHOR: style
/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// As microgpt.py prints
    Plain,
    /// Results only
    Quiet,
    /// A JSON object a line
    Json,
}

impl Output {
    fn style(&self) -> Style {
        match (self.json, self.quiet) {
            (true, _) => Style::Json,
            (_, true) => Style::Quiet,
            _ => Style::Plain,
        }
    }
}
// ANCHOR_END: style

// ANCHOR: sample_line
/// Prints a sample.
fn print_sample(
    out: &mut impl Write,
    style: Style,
    number: u64,
    text: &str,
) -> io::Result<()> {
    if style == Style::Json {
        writeln!(out, "{}", json!({ "sample": number, "text": text }))
    } else {
        writeln!(out, "sample {number:2}: {}", visible(text))
    }
}
// ANCHOR_END: sample_line

// ANCHOR: progress
/// How many losses the mean on the screen is of.
const RECENT: usize = 100;

/// A bar that shows on a terminal only, and leaves when training ends.
struct Progress {
    bar: ProgressBar,
    recent: VecDeque<f64>,
}
// ANCHOR_END: progress

// ANCHOR: bar
impl Progress {
    fn new(first: usize, steps: usize, output: &Output) -> Self {
        let hidden = ProgressDrawTarget::hidden();
        let bar = ProgressBar::with_draw_target(Some(steps as u64), hidden);
        let template = "{wide_bar} {pos}/{len}  {msg}  {rate}  {eta} left";
        let look = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", |state: &ProgressState, text: &mut dyn Text| {
                let _ = write!(text, "{:.0} steps/s", state.per_sec());
            });
        let bar = bar.with_style(look).with_finish(ProgressFinish::AndClear);
        // the steps before are not this run's: it counts them in silence
        bar.set_position(first as u64);
        bar.reset_eta();
        if output.style() == Style::Plain {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        Self { bar, recent: VecDeque::with_capacity(RECENT) }
    }
}
// ANCHOR_END: bar

// ANCHOR: tell
impl Progress {
    /// Shows a step, and the mean of the last losses.
    fn tell(&mut self, step: usize, loss: f64) {
        if self.bar.is_hidden() {
            return;
        }
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(loss);
        let sum: f64 = self.recent.iter().sum();
        let mean = sum / self.recent.len() as f64;
        self.bar.set_message(format!("loss {mean:.4}"));
        self.bar.set_position(step as u64);
    }
}
// ANCHOR_END: tell

// ANCHOR: text
impl Options {
    /// The text to learn from: the data file, or else the names.
    fn text(&self) -> Result<Cow<'static, str>, Failure> {
        match &self.data {
            Some(path) => guards::read(path)
                .map(Cow::Owned)
                .map_err(|error| self.in_data(error)),
            None => Ok(Cow::Borrowed(data::NAMES)),
        }
    }

    fn data_name(&self) -> String {
        self.data.as_deref().map_or("the built-in names".to_owned(), name)
    }

    fn in_data(&self, error: DataError) -> Failure {
        Failure::File(self.data_name(), error.into())
    }
}
// ANCHOR_END: text

// ANCHOR: open
/// Reads a checkpoint from a file.
fn open(path: &Path) -> Result<Checkpoint<'static>, Failure> {
    let read = || {
        let about = fs::metadata(path)?;
        if !about.is_file() {
            return Err(io::Error::other("it is not a file"));
        }
        Ok((File::open(path)?, about.len()))
    };
    let (file, length) = read().map_err(|error| {
        let error = CheckpointError::Unreadable(error);
        Failure::in_file(path, error)
    })?;
    let checkpoint = Checkpoint::read(file, length);
    checkpoint.map_err(|error| Failure::in_file(path, error))
}
// ANCHOR_END: open

// ANCHOR: encode
/// The tokens of a document; a failure names it.
fn encode(
    tokenizer: &Tokenizer,
    document: &str,
) -> Result<Vec<usize>, Failure> {
    let tokens = tokenizer.encode(document);
    tokens.map_err(|unknown| Failure::Document(document.into(), unknown))
}
// ANCHOR_END: encode

// ANCHOR: rule
/// Adam as an engine has it.
enum Rule {
    Tape(Adam),
    Fast(FastAdam),
}

impl Means {
    fn optimizer(self, adam: Adam) -> Rule {
        match self {
            Self::Tape => Rule::Tape(adam),
            Self::Fast => Rule::Fast(adam.into()),
        }
    }
}
// ANCHOR_END: rule

// ANCHOR: state
impl Optimizer for Rule {
    fn step(&mut self, rate: f64, params: &mut [f64], gradients: &[f64]) {
        match self {
            Self::Tape(adam) => adam.step(rate, params, gradients),
            Self::Fast(adam) => adam.step(rate, params, gradients),
        }
    }
}

impl AsRef<Adam> for Rule {
    fn as_ref(&self) -> &Adam {
        match self {
            Self::Tape(adam) => adam,
            Self::Fast(adam) => adam.as_ref(),
        }
    }
}
// ANCHOR_END: state

// ANCHOR: fits
/// What a run learns with, and what it has learned.
struct State {
    run: checkpoint::Run<Rule>,
    engine: Means,
}

/// Sees whether there is memory to learn from the documents.
fn fits(
    config: &Config,
    engine: Means,
    documents: &[&str],
) -> Result<(), ConfigError> {
    let lengths = documents.iter().map(|text| text.chars().count());
    let longest = lengths.max().map_or(1, |letters| letters + 1);
    config.fits(engine.kind().bytes(config, longest))
}
// ANCHOR_END: fits

// ANCHOR: start
impl Options {
    /// Shuffles the documents and builds a model that knows nothing.
    fn start(&self, documents: &mut Vec<&str>) -> Result<State, Failure> {
        let (engine, seed) = (self.machine.engine, self.seed);
        let tokenizer = Tokenizer::new(documents);
        let config = self.sizes.config(&tokenizer);
        fits(&config, engine, documents)?;
        config.check()?;
        let start = Start::with(tokenizer, documents.clone(), config, seed);
        documents.clone_from(&start.documents);
        let (kind, schedule) = (engine.kind(), self.plan.schedule());
        let adam = engine.optimizer(Adam::default());
        let run = checkpoint::Run::begin(start, seed, kind, schedule, adam);
        Ok(State { run, engine })
    }
}
// ANCHOR_END: start

// ANCHOR: prolong
impl Options {
    /// Lets a training go on to the last step that was asked for, if any was.
    fn prolong<O>(&self, session: &mut Session<O>) -> Result<(), Misfit> {
        let steps = &mut session.schedule.steps;
        *steps = self.plan.steps.unwrap_or(*steps);
        if session.steps > *steps {
            return Err(Misfit::Steps(session.steps, *steps));
        }
        Ok(())
    }
}
// ANCHOR_END: prolong

// ANCHOR: resume
impl Options {
    /// Shuffles the documents as before, and takes up what was saved.
    fn resume(
        &self,
        path: &Path,
        documents: &mut [&str],
    ) -> Result<State, Failure> {
        let failed = |misfit| Failure::Resume(name(path), misfit);
        let run = open(path)?.run();
        let mut run = run.ok_or_else(|| failed(Misfit::Untrained))?;
        Chance::seeded(run.seed).shuffle(documents);
        let alphabet = Tokenizer::new(documents).alphabet();
        let same = alphabet == run.tokenizer.alphabet();
        if !same || run.documents != fingerprint(documents) {
            return Err(failed(Misfit::Documents(self.data_name())));
        }
        self.prolong(&mut run.session).map_err(failed)?;
        let unknown = |_| failed(Misfit::Engine(run.engine.clone()));
        let engine = Means::from_str(&run.engine, false).map_err(unknown)?;
        fits(run.session.model.config(), engine, documents)?;
        let run = run.with(|adam| engine.optimizer(adam));
        Ok(State { run, engine })
    }
}
// ANCHOR_END: resume

// ANCHOR: check
impl Options {
    /// Sees that a training can be done and kept as it was asked for.
    fn check(&self, state: &State, documents: usize) -> Result<(), Failure> {
        let session = &state.run.session;
        let batch = session.schedule.batch;
        let threads = self.machine.threads;
        if batch > documents {
            return Err(Usage::Batch(batch, documents).into());
        }
        if state.engine == Means::Tape && threads > 1 {
            return Err(Usage::Threads(threads).into());
        }
        self.check_places()?;
        if let Some(path) = &self.saving.save {
            let kept = Checkpoint::check(session.model.config());
            kept.map_err(|error| Failure::in_file(path, error))?;
            create(path)?; // a trial: dropped, and with it removed
        }
        Ok(())
    }
}
// ANCHOR_END: check

// ANCHOR: run
/// One run: what it was told, what it reads, and what it has learned.
struct Run<'t> {
    options: &'t Options,
    documents: Vec<&'t str>,
    state: State,
    losses: Option<Losses>,
    curve: Option<Curve>,
    last: Option<f64>,
    has_warned: bool,
}
// ANCHOR_END: run

// ANCHOR: new
impl<'t> Run<'t> {
    /// Begins a run, or goes on with one.
    fn new(options: &'t Options, text: &'t str) -> Result<Self, Failure> {
        let documents = guards::documents(text);
        let mut documents = documents.map_err(|e| options.in_data(e))?;
        let state = match &options.saving.resume {
            Some(path) => options.resume(path, &mut documents)?,
            None => options.start(&mut documents)?,
        };
        options.check(&state, documents.len())?;
        let Output { losses, plot, .. } = &options.output;
        let losses = losses.as_deref().map(create).transpose()?;
        let losses = losses.map(|file| Losses { file, written: Ok(()) });
        let plot = plot.as_deref().map(create).transpose()?;
        let steps = state.run.session.schedule.steps;
        let curve = plot.map(|file| Curve::new(file, steps));
        let (last, has_warned) = (None, false);
        Ok(Self { options, documents, state, losses, curve, last, has_warned })
    }
}
// ANCHOR_END: new

// ANCHOR: save
impl Run<'_> {
    /// Saves the model and its training, if a file was named.
    fn save(&self) -> Result<(), Failure> {
        let Some(path) = &self.options.saving.save else {
            return Ok(());
        };
        let bytes = self.state.run.checkpoint().to_bytes();
        let bytes = bytes.map_err(io::Error::other);
        let written = bytes.and_then(|bytes| {
            let mut file = WholeFile::create(path)?;
            file.write_all(&bytes)?;
            file.finish()
        });
        written.map_err(|error| Failure::Write(name(path), error))
    }
}
// ANCHOR_END: save

// ANCHOR: on_the_way
impl Run<'_> {
    /// Whether it is time to save.
    fn is_due(&self, step: usize) -> bool {
        let every = self.options.saving.save_every;
        every.is_some_and(|every| step.is_multiple_of(every))
    }

    /// Saves while training goes on, which it does even if that fails.
    fn save_on_the_way(&mut self, step: usize) {
        let saved = self.save();
        let has_warned = self.has_warned;
        self.has_warned = saved.is_err();
        if let (Err(failure), false) = (saved, has_warned) {
            let warning = format!("warning: step {step}: {failure}");
            let _ = writeln!(io::stderr(), "{warning}; training goes on");
        }
    }
}
// ANCHOR_END: on_the_way

// ANCHOR: record
impl Run<'_> {
    /// Tells the loss of a step wherever it was asked for.
    fn record(
        &mut self,
        step: Step,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let Step { number: step, loss } = step;
        self.last = Some(loss);
        if let Some(losses) = &mut self.losses {
            losses.add(loss);
        }
        if let Some(curve) = &mut self.curve {
            curve.add(step, loss);
        }
        if self.options.output.json {
            writeln!(out, "{}", json!({ "step": step, "loss": loss }))?;
        }
        Ok(())
    }
}
// ANCHOR_END: record

// ANCHOR: encoded
impl Run<'_> {
    /// The tokens of all documents that there will be a turn for.
    fn encoded(&self) -> Result<Vec<Vec<usize>>, Failure> {
        let checkpoint::Run { session, tokenizer, .. } = &self.state.run;
        let Schedule { steps, batch, .. } = session.schedule;
        let used = self.documents.iter().take(steps.saturating_mul(batch));
        used.map(|document| encode(tokenizer, document)).collect()
    }
}
// ANCHOR_END: encoded

// ANCHOR: steps
impl Run<'_> {
    /// Takes the steps that are left, until somebody asks to stop.
    fn take_steps(
        &mut self,
        engine: &mut dyn Engine,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let encoded = self.encoded()?;
        let Session { steps, schedule, .. } = self.state.run.session;
        let mut turns = self.state.run.session.turns(&encoded);
        let output = &self.options.output;
        let mut progress = Progress::new(steps, schedule.steps, output);
        while !self.state.run.session.is_done() && !is_stopped() {
            let session = &mut self.state.run.session;
            let step = session.step_with(engine, &mut turns)?;
            self.record(step, out)?;
            progress.tell(step.number, step.loss);
            if self.is_due(step.number) {
                progress.bar.suspend(|| self.save_on_the_way(step.number));
            }
        }
        Ok(())
    }
}
// ANCHOR_END: steps

// ANCHOR: train
impl Run<'_> {
    /// Trains with the engine that was asked for.
    fn train(&mut self, out: &mut impl Write) -> Result<(), Failure> {
        match self.state.engine {
            Means::Tape => self.take_steps(&mut OnTape::default(), out),
            Means::Fast => {
                let fast = Fast::new(*self.state.run.session.model.config());
                let mut fast = fast.threads(self.options.machine.threads);
                self.take_steps(&mut fast, out)
            }
        }
    }
}
// ANCHOR_END: train

// ANCHOR: put
impl Run<'_> {
    /// Puts the files about the losses in their places.
    fn put_files(&mut self) -> Result<(), Failure> {
        let Output { losses, plot, .. } = &self.options.output;
        let failed = |path: &Option<PathBuf>, error| {
            Failure::Write(path.as_deref().map_or(String::new(), name), error)
        };
        let list = self.losses.take().map_or(Ok(()), Losses::finish);
        let curve = self.curve.take().map_or(Ok(()), Curve::draw);
        list.map_err(|error| failed(losses, error))?;
        curve.map_err(|error| failed(plot, error))
    }
}
// ANCHOR_END: put

// ANCHOR: go_on
impl Run<'_> {
    /// Fails if somebody has asked to stop.
    fn go_on(&self) -> Result<(), Failure> {
        if !is_stopped() {
            return Ok(());
        }
        let kept = match &self.options.saving.save {
            Some(path) => format!("saved in {}", name(path)),
            None => "without --save the model is not kept".to_owned(),
        };
        let Session { steps, schedule, .. } = &self.state.run.session;
        Err(Failure::Stopped(*steps, schedule.steps, kept))
    }
}
// ANCHOR_END: go_on

// ANCHOR: learn
impl Run<'_> {
    /// Trains, and puts the files in their places.
    fn learn(&mut self, out: &mut impl Write) -> Result<(), Failure> {
        listen();
        let trained = self.train(out);
        if let Ok(()) | Err(Failure::Print(_)) = &trained {
            // what was learned is good, even if the telling of it failed, and
            // no file waits for another
            let (saved, put) = (self.save(), self.put_files());
            saved.and(put)?;
        }
        trained?;
        self.go_on()
    }
}
// ANCHOR_END: learn

// ANCHOR: sample
impl Run<'_> {
    /// One text that the model draws.
    fn sample(
        &mut self,
        fast: &mut Fast,
        temperature: Temperature,
    ) -> Result<String, Failure> {
        let State { run, engine } = &mut self.state;
        let checkpoint::Run { session, tokenizer, chance, .. } = run;
        let (bos, model) = (tokenizer.bos(), &session.model);
        let tokens = match engine {
            Means::Tape => model.generate(bos, temperature, chance)?,
            Means::Fast => fast.generate(model, bos, temperature, chance)?,
        };
        Ok(tokenizer.decode(&tokens))
    }
}
// ANCHOR_END: sample

// ANCHOR: counts
impl Run<'_> {
    /// Prints what the run has before it.
    fn print_counts(&self, out: &mut impl Write) -> io::Result<()> {
        let docs = self.documents.len();
        let model = &self.state.run.session.model;
        let (vocab, params) = (model.config().vocab_size, model.params().len());
        let json = json!({
            "num_docs": docs, "vocab_size": vocab, "num_params": params
        });
        match self.options.output.style() {
            Style::Quiet => Ok(()),
            Style::Json => writeln!(out, "{json}"),
            Style::Plain => {
                writeln!(out, "num docs: {docs}")?;
                writeln!(out, "vocab size: {vocab}")?;
                writeln!(out, "num params: {params}")
            }
        }
    }
}
// ANCHOR_END: counts

// ANCHOR: keeps
impl Options {
    /// Whether a file is to be kept, for which no reader is needed.
    fn keeps(&self) -> bool {
        let Output { losses, plot, .. } = &self.output;
        [&self.saving.save, losses, plot].into_iter().any(Option::is_some)
    }
}
// ANCHOR_END: keeps

// ANCHOR: begin
impl Run<'_> {
    /// Learns, and prints what microgpt.py prints before the samples.
    fn begin(&mut self, out: &mut impl Write) -> Result<(), Failure> {
        let told = self.print_counts(out);
        if !self.options.keeps() {
            told?;
        }
        self.learn(out)?;
        let steps = self.state.run.session.schedule.steps;
        if self.options.output.style() == Style::Plain {
            if let Some(last) = self.last {
                writeln!(out, "step {steps:4} / {steps:4} | loss {last:.4}")?;
            }
            writeln!(out, "--- inference (new, hallucinated names) ---")?;
        }
        Ok(())
    }
}
// ANCHOR_END: begin

// ANCHOR: babble
/// Trains and samples; prints what microgpt.py prints.
fn train(train: &Train, out: &mut impl Write) -> Result<(), Failure> {
    let Train { options, samples, sampling } = train;
    let text = options.text()?;
    let mut run = Run::new(options, &text)?;
    run.begin(out)?;
    let mut fast = Fast::new(*run.state.run.session.model.config());
    for number in 1..=*samples {
        run.go_on()?;
        let text = run.sample(&mut fast, sampling.temperature)?;
        print_sample(out, options.output.style(), number, &text)?;
    }
    Ok(())
}
// ANCHOR_END: babble

// ANCHOR: report
/// Prints the loss of a document, as a whole and letter by letter.
fn report(
    tokenizer: &Tokenizer,
    tokens: &[usize],
    losses: &[f64],
    out: &mut impl Write,
) -> io::Result<()> {
    let document = visible(&tokenizer.decode(tokens));
    let mean = losses.iter().sum::<f64>() / losses.len() as f64;
    writeln!(out, "{document}: loss {mean:.4}")?;
    for (loss, &token) in zip(losses, &tokens[1..]) {
        let letter = visible(&tokenizer.decode(&[token]));
        let letter = if letter.is_empty() { "end" } else { &letter };
        writeln!(out, "{letter:>5} {loss:.4}")?;
    }
    if losses.len() + 1 < tokens.len() {
        writeln!(out, "      (the block ends here)")?;
    }
    Ok(())
}
// ANCHOR_END: report

// ANCHOR: judge
/// Prints the losses of some documents.
fn judge(
    model: &Gpt,
    tokenizer: &Tokenizer,
    documents: &[Vec<usize>],
    style: Style,
    out: &mut impl Write,
) -> Result<(), Failure> {
    for tokens in documents {
        let losses = model.losses(tokens)?;
        if style == Style::Json {
            let document = tokenizer.decode(tokens);
            let line = json!({ "document": document, "losses": losses });
            writeln!(out, "{line}")?;
        } else {
            report(tokenizer, tokens, &losses, out)?;
        }
    }
    Ok(())
}
// ANCHOR_END: judge

// ANCHOR: loss_of
/// Trains, or opens a model, and lets it judge some documents.
fn loss(options: &Loss, out: &mut impl Write) -> Result<(), Failure> {
    let Loss { documents, model, options } = options;
    let style = options.output.style();
    let encoded = |tokenizer: &Tokenizer| {
        let tokens = documents.iter().map(|text| encode(tokenizer, text));
        tokens.collect::<Result<Vec<_>, _>>()
    };
    if let Some(path) = model {
        let Checkpoint { model, tokenizer, .. } = open(path)?;
        let documents = encoded(&tokenizer)?;
        return judge(&model, &tokenizer, &documents, style, out);
    }
    let text = options.text()?;
    let mut run = Run::new(options, &text)?;
    let documents = encoded(&run.state.run.tokenizer)?;
    run.learn(out)?;
    let checkpoint::Run { session, tokenizer, .. } = &run.state.run;
    judge(&session.model, tokenizer, &documents, style, out)
}
// ANCHOR_END: loss_of

// ANCHOR: prompt
/// The tokens of a prompt, if the model can read so many.
fn prompt(
    tokenizer: &Tokenizer,
    prompt: &str,
    room: usize,
) -> Result<Vec<usize>, Failure> {
    let tokens = tokenizer.ids(prompt);
    let tokens =
        tokens.map_err(|unknown| Failure::Document(prompt.into(), unknown))?;
    if tokens.len() > room {
        return Err(Usage::Prompt(tokens.len(), room).into());
    }
    Ok(tokens)
}
// ANCHOR_END: prompt

// ANCHOR: generate_from
/// Opens a model and samples.
fn generate(options: &Generate, out: &mut impl Write) -> Result<(), Failure> {
    let Checkpoint { model, tokenizer, training } = open(&options.model)?;
    let config = *model.config();
    let fits = config.fits(EngineKind::Fast.bytes(&config, config.block_size));
    fits.map_err(|error| Failure::in_file(&options.model, error))?;
    let prompt = prompt(&tokenizer, &options.prompt, config.block_size)?;
    let mut chance = match (options.seed, training) {
        (None, Some(training)) => training.chance,
        (seed, _) => Chance::seeded(seed.unwrap_or(42)).into(),
    };
    let style = if options.json { Style::Json } else { Style::Plain };
    let (bos, heat) = (tokenizer.bos(), options.sampling.temperature);
    let mut fast = Fast::new(config);
    for number in 1..=options.count {
        let rest = fast.complete(&model, bos, &prompt, heat, &mut chance);
        let rest =
            rest.map_err(|error| Failure::in_file(&options.model, error))?;
        let text = options.prompt.clone() + &tokenizer.decode(&rest);
        print_sample(out, style, number, &text)?;
    }
    Ok(())
}
// ANCHOR_END: generate_from

// ANCHOR: run_train
/// Prints a script for a shell.
fn complete(shell: Shell, out: &mut impl Write) -> Result<(), Failure> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    clap_complete::generate(shell, &mut command, "microgpt", &mut script);
    Ok(out.write_all(&script)?)
}

fn run(cli: &Cli, out: &mut impl Write) -> Result<(), Failure> {
    match &cli.command {
        None => train(&cli.train, out),
        Some(Command::Train(options)) => train(options, out),
        Some(Command::Generate(options)) => generate(options, out),
        Some(Command::Loss(options)) => loss(options, out),
        Some(Command::Completions { shell }) => complete(*shell, out),
    }
}
// ANCHOR_END: run_train

// ANCHOR: complain
/// Prints one line to stderr and ends with the code that fits.
fn complain(message: &str, code: u8) -> ExitCode {
    let _ = writeln!(io::stderr(), "{message}");
    ExitCode::from(code)
}

/// Tells what is wrong with the command line, and what clap advises.
fn misuse(error: &clap::Error) -> ExitCode {
    let text = error.to_string();
    let end = text.find("\n\nUsage:").or(text.find("\n\nFor more"));
    let text = text[..end.unwrap_or(text.len())].replace("\n\n", ";\n");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    complain(&visible(&lines.join(" ")), 2)
}
// ANCHOR_END: complain

// ANCHOR: end
/// Ends with the code that fits, and a line on stderr if something went wrong.
fn end(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Print(error)) if error.kind() == ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure @ Failure::Stopped(..)) => {
            complain(&failure.to_string(), failure.code())
        }
        Err(failure) => complain(&format!("error: {failure}"), failure.code()),
    }
}
// ANCHOR_END: end

// ANCHOR: main
fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => return misuse(&error),
        Err(help) => return end(help.print().map_err(Failure::from)),
    };
    end(run(&cli, &mut io::stdout().lock()))
}
// ANCHOR_END: main
