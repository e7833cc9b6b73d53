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

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use indicatif::{ProgressBar, ProgressFinish, ProgressState, ProgressStyle};
use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::checkpoint::{Checkpoint, CheckpointError, Training};
use microgpt::data::{self, DataError, fingerprint};
use microgpt::fast::{Fast, FastAdam};
use microgpt::files::{WholeFile, folder};
use microgpt::forward::ForwardError;
use microgpt::generation::{GenerationError, Temperature};
use microgpt::model::{Config, ConfigError, Gpt};
use microgpt::tokenizer::{Tokenizer, UnknownChar};
use microgpt::training::{
    Engine, OnTape, Optimizer, Schedule, TrainingError, sound, step,
};
use plotters::prelude::*;
use serde_json::json;
// ANCHOR_END: imports

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
        Schedule { steps: steps.unwrap_or(1000), batch, learning_rate }
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
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Roughly the bytes that learning from a text of `tokens` tokens takes.
    fn bytes(self, config: &Config, tokens: usize) -> Option<usize> {
        match self {
            Self::Tape => config.tape_bytes(tokens),
            Self::Fast => Fast::bytes(config, tokens),
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
    /// Print a JSON object a line, for programs: all counts, steps, results
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
    /// How many documents to sample after training
    #[arg(long, value_name = "N", default_value = "20", value_parser = count)]
    samples: u64,
    /// How daring the samples are: near 0 only the likeliest letters
    #[arg(long, value_name = "X", default_value = "0.5")]
    temperature: Temperature,
}
// ANCHOR_END: options

// ANCHOR: generate
#[derive(Args)]
struct Generate {
    /// A file of --save
    #[arg(long, value_name = "FILE")]
    model: PathBuf,
    /// How many documents to sample
    #[arg(long, value_name = "N", default_value = "20", value_parser = count)]
    count: u64,
    /// How daring the samples are: near 0 only the likeliest letters
    #[arg(long, value_name = "X", default_value = "0.5")]
    temperature: Temperature,
    /// Where the random numbers begin [default: where the training left them]
    #[arg(long, value_name = "N", value_parser = count)]
    seed: Option<u64>,
    /// How each document begins
    #[arg(long, value_name = "TEXT", default_value = "")]
    prompt: String,
    /// Print a JSON object a line, for programs
    #[arg(long)]
    json: bool,
}
// ANCHOR_END: generate

// ANCHOR: command
/// Reads a document as a data file is read: trimmed, one line, not blank.
fn document(text: &str) -> Result<String, &'static str> {
    match data::documents(text).as_deref() {
        Ok([document]) => Ok((*document).to_owned()),
        Ok(_) => Err("it must be a single line"),
        Err(_) => Err("it must not be blank"),
    }
}

#[derive(Subcommand)]
enum Command {
    /// Train, then sample new documents (this is the default)
    #[command(allow_negative_numbers = true)]
    Train(Options),
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
            "save_every", "resume", "losses", "plot", "samples",
            "temperature",
        ]
    )]
    model: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
}
// ANCHOR_END: loss

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
    options: Options,
}
// ANCHOR_END: cli

// ANCHOR: failure
/// What can go wrong on the way; each message names the value at fault.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("{0}: {1}")]
    Data(String, DataError),
    #[error("the tape works with one thread, not with {0}")]
    Threads(usize),
    #[error("a batch of {0} is more than all {1} documents")]
    Batch(usize, usize),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{0:?}: {1}")]
    Document(String, UnknownChar),
    #[error("the prompt has {0} letters, and the model reads {1} at most")]
    Prompt(usize, usize),
    #[error("{0}: {1}")]
    Checkpoint(String, CheckpointError),
    #[error("{0}: {1}")]
    Resume(String, Misfit),
    #[error("cannot write {0}: {1}")]
    Write(String, io::Error),
    #[error(transparent)]
    Training(#[from] TrainingError),
    #[error(transparent)]
    Forward(#[from] ForwardError),
    #[error(transparent)]
    Generation(#[from] GenerationError),
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
    #[error("stopped after step {0} of {1}; {2}")]
    Stopped(usize, usize, String),
}
// ANCHOR_END: failure

// ANCHOR: misfit
/// Why a training cannot go on from a checkpoint.
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

// ANCHOR: code
impl Failure {
    /// The code to end with: 2 for options that do not fit, 130 for Ctrl-C, 1
    /// for the rest.
    fn code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Threads(_) | Self::Batch(..) => 2,
            Self::Stopped(..) => 130,
            _ => 1,
        }
    }
}
// ANCHOR_END: code

// ANCHOR: places
fn name(path: &Path) -> String {
    path.display().to_string()
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

impl Options {
    /// Sees that no file is to be written over another that is named too.
    ///
    /// A training may be saved where it was.
    fn check_places(&self) -> Result<(), Failure> {
        let Output { losses, plot, .. } = &self.output;
        let Saving { save, resume, .. } = &self.saving;
        let data = &self.data;
        let others = [
            (losses, vec![data, resume, plot, save]),
            (plot, vec![data, resume, save]),
            (save, vec![data]),
        ];
        for (path, others) in others {
            let Some(path) = path else { continue };
            let here = place(path);
            let mut others = others.into_iter().flatten();
            if here.is_some() && others.any(|other| place(other) == here) {
                let message = "another option names this file too";
                let error = io::Error::other(message);
                return Err(Failure::Write(name(path), error));
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
    let set = ctrlc::set_handler(|| {
        if STOP.swap(true, Ordering::Relaxed) {
            process::exit(130);
        }
    });
    // without a handler, the first stops at once
    let _ = set;
}

fn is_stopped() -> bool {
    STOP.load(Ordering::Relaxed)
}
// ANCHOR_END: stop

// ANCHOR: curve
/// The losses of a run in a picture: the mean of each hundredth of its steps.
struct Curve {
    file: WholeFile,
    steps: usize,
    sums: Vec<(f64, u32)>,
}

impl Curve {
    fn new(file: WholeFile, steps: usize) -> Self {
        Self { file, steps, sums: vec![(0.0, 0); steps.min(100)] }
    }

    fn add(&mut self, step: usize, loss: f64) {
        let places = self.sums.len() as u128;
        let place = (step as u128 - 1) * places / self.steps as u128;
        let (sum, count) = &mut self.sums[place as usize];
        *sum += loss;
        *count += 1;
    }

    /// Where the curve goes through: steps and losses.
    fn points(&self) -> Vec<(f64, f64)> {
        let width = self.steps as f64 / self.sums.len() as f64;
        let points = self.sums.iter().enumerate();
        let points = points.filter(|(_, (_, count))| *count > 0);
        let points = points.map(|(place, (sum, count))| {
            ((place as f64 + 0.5) * width, sum / f64::from(*count))
        });
        points.collect()
    }
}
// ANCHOR_END: curve

// ANCHOR: draw
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
        writeln!(out, "sample {number:2}: {text}")
    }
}
// ANCHOR_END: sample_line

// ANCHOR: bar
/// How many losses the mean on the screen is of.
const RECENT: usize = 100;

/// A bar that shows on a terminal only, and leaves when training ends.
struct Progress {
    bar: ProgressBar,
    recent: VecDeque<f64>,
}

impl Progress {
    fn new(schedule: Schedule, first: usize, style: Style) -> Self {
        let bar = match style {
            Style::Plain => ProgressBar::new(schedule.steps as u64),
            Style::Quiet | Style::Json => ProgressBar::hidden(),
        };
        let template = "{wide_bar} {pos}/{len}  {msg}  {rate}  {eta} left";
        let look = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .with_key("rate", |state: &ProgressState, text: &mut dyn Text| {
                let _ = write!(text, "{:.0} steps/s", state.per_sec());
            });
        let bar = bar.with_style(look).with_finish(ProgressFinish::AndClear);
        bar.set_position(first as u64);
        bar.reset_eta();
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
            Some(path) => data::read(path)
                .map(Cow::Owned)
                .map_err(|error| Failure::Data(self.data_name(), error)),
            None => Ok(Cow::Borrowed(data::NAMES)),
        }
    }

    fn data_name(&self) -> String {
        let path = self.data.as_deref();
        path.map_or("names".to_owned(), |path| path.display().to_string())
    }
}
// ANCHOR_END: text

// ANCHOR: open
/// Reads a checkpoint from a file.
fn open(path: &Path) -> Result<Checkpoint, Failure> {
    let failed = |error| Failure::Checkpoint(path.display().to_string(), error);
    let read = || {
        let file = File::open(path)?;
        let about = file.metadata()?;
        if about.is_file() {
            Ok((file, about.len()))
        } else {
            Err(io::Error::other("it is not a file"))
        }
    };
    let unreadable = |error| failed(CheckpointError::Unreadable(error));
    let (file, length) = read().map_err(unreadable)?;
    Checkpoint::read(file, length).map_err(failed)
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

// ANCHOR: state
/// A model, its alphabet, and where its training is.
type State = (Gpt, Tokenizer, Training, Means);

/// Sees whether there is memory to learn from the documents.
fn fits(
    config: &Config,
    engine: Means,
    documents: &[&str],
) -> Result<(), ConfigError> {
    let lengths = documents.iter().map(|text| text.chars().count());
    let longest = lengths.max().map_or(1, |letters| letters + 1);
    config.fits(engine.bytes(config, longest))
}
// ANCHOR_END: state

// ANCHOR: start
impl Options {
    /// Shuffles the documents and builds a model that knows nothing.
    fn start(&self, documents: &mut [&str]) -> Result<State, Failure> {
        let mut chance = Chance::seeded(self.seed);
        chance.shuffle(documents);
        let tokenizer = Tokenizer::new(documents);
        let engine = self.machine.engine;
        let config = self.sizes.config(&tokenizer);
        fits(&config, engine, documents)?;
        let model = Gpt::new(config, &mut chance)?;
        let training = Training {
            seed: self.seed,
            schedule: self.plan.schedule(),
            engine: engine.name(),
            documents: fingerprint(documents),
            adam: Adam::default(),
            chance: chance.into(),
        };
        Ok((model, tokenizer, training, engine))
    }
}
// ANCHOR_END: start

// ANCHOR: resume
impl Options {
    /// Shuffles the documents as before, and takes up what was saved.
    fn resume(
        &self,
        path: &Path,
        documents: &mut [&str],
    ) -> Result<State, Failure> {
        let failed = |misfit| Failure::Resume(name(path), misfit);
        let Checkpoint { model, tokenizer, training } = open(path)?;
        let mut training = training.ok_or_else(|| failed(Misfit::Untrained))?;
        Chance::seeded(training.seed).shuffle(documents);
        if training.documents != fingerprint(documents) {
            return Err(failed(Misfit::Documents(self.data_name())));
        }
        let all = self.plan.steps.unwrap_or(training.schedule.steps);
        let steps = training.adam.steps();
        if steps > all {
            return Err(failed(Misfit::Steps(steps, all)));
        }
        training.schedule.steps = all;
        let unknown = |_| failed(Misfit::Engine(training.engine.clone()));
        let engine = Means::from_str(&training.engine, false);
        let engine = engine.map_err(unknown)?;
        fits(model.config(), engine, documents)?;
        Ok((model, tokenizer, training, engine))
    }
}
// ANCHOR_END: resume

// ANCHOR: run
/// One run: what it was told, what it reads, and what it has learned.
struct Run<'t> {
    options: &'t Options,
    documents: Vec<&'t str>,
    model: Gpt,
    tokenizer: Tokenizer,
    training: Training,
    engine: Means,
    losses: Option<WholeFile>,
    curve: Option<Curve>,
    has_warned: bool,
}
// ANCHOR_END: run

// ANCHOR: new
impl<'t> Run<'t> {
    /// Sees that nothing stands in the way of a run.
    fn new(options: &'t Options, text: &'t str) -> Result<Self, Failure> {
        let failed = |error| Failure::Data(options.data_name(), error);
        let mut documents = data::documents(text).map_err(failed)?;
        let (model, tokenizer, training, engine) = match &options.saving.resume
        {
            Some(path) => options.resume(path, &mut documents)?,
            None => options.start(&mut documents)?,
        };
        let threads = options.machine.threads;
        if engine == Means::Tape && threads > 1 {
            return Err(Failure::Threads(threads));
        }
        let Schedule { steps, batch, .. } = training.schedule;
        if batch > documents.len() {
            return Err(Failure::Batch(batch, documents.len()));
        }
        options.check_places()?;
        let Output { losses, plot, .. } = &options.output;
        // a trial: what cannot be saved is not to be trained
        options.saving.save.as_deref().map(create).transpose()?;
        let losses = losses.as_deref().map(create).transpose()?;
        let plot = plot.as_deref().map(create).transpose()?;
        let curve = plot.map(|file| Curve::new(file, steps));
        Ok(Self {
            options,
            documents,
            model,
            tokenizer,
            training,
            engine,
            losses,
            curve,
            has_warned: false,
        })
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
        let checkpoint = Checkpoint {
            model: self.model.clone(),
            tokenizer: self.tokenizer.clone(),
            training: Some(self.training.clone()),
        };
        let bytes = checkpoint.to_bytes();
        let bytes =
            bytes.map_err(|error| Failure::Checkpoint(name(path), error))?;
        let mut file = create(path)?;
        let written = file.write_all(&bytes).and_then(|()| file.finish());
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
        if let Err(failure) = &saved
            && !self.has_warned
        {
            let warning = format!("warning: step {step}: {failure}");
            let _ = writeln!(io::stderr(), "{warning}; training goes on");
        }
        self.has_warned = saved.is_err();
    }
}
// ANCHOR_END: on_the_way

// ANCHOR: record
impl Run<'_> {
    /// Tells the loss of a step wherever it was asked for.
    fn record(
        &mut self,
        step: usize,
        loss: f64,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let Output { losses: path, json, .. } = &self.options.output;
        if let (Some(file), Some(path)) = (&mut self.losses, path) {
            let written = writeln!(file, "{loss}");
            written.map_err(|error| Failure::Write(name(path), error))?;
        }
        if let Some(curve) = &mut self.curve {
            curve.add(step, loss);
        }
        if *json {
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
        let Schedule { steps, batch, .. } = self.training.schedule;
        let used = self.documents.iter().take(steps.saturating_mul(batch));
        used.map(|document| encode(&self.tokenizer, document)).collect()
    }
}

/// The document that is the first of a step: they take turns.
fn turn(documents: usize, batch: usize, done: usize) -> usize {
    (done as u128 * batch as u128 % documents as u128) as usize
}
// ANCHOR_END: encoded

// ANCHOR: steps
impl Run<'_> {
    /// Takes the steps that are left, or until somebody asks to stop. Returns
    /// the last loss.
    fn take_steps<E: Engine, O: Optimizer + Clone + Into<Adam>>(
        &mut self,
        engine: &mut E,
        optimizer: &mut O,
        out: &mut impl Write,
    ) -> Result<Option<f64>, Failure> {
        let (first, schedule) =
            (self.training.adam.steps(), self.training.schedule);
        let encoded = self.encoded()?;
        let begin = turn(encoded.len(), schedule.batch, first);
        let mut turns = encoded.iter().map(Vec::as_slice).cycle().skip(begin);
        let mut progress =
            Progress::new(schedule, first, self.options.output.style());
        let mut last = None;
        for done in first..schedule.steps {
            if is_stopped() {
                break;
            }
            let texts: Vec<_> = turns.by_ref().take(schedule.batch).collect();
            let rate = schedule.at(done);
            let loss = step(&mut self.model, engine, optimizer, rate, &texts)?;
            let (step, loss) = sound(&self.model, done + 1, loss, schedule)?;
            self.record(step, loss, out)?;
            progress.tell(step, loss);
            last = Some(loss);
            if self.is_due(step) {
                self.training.adam = optimizer.clone().into();
                progress.bar.suspend(|| self.save_on_the_way(step));
            }
        }
        Ok(last)
    }
}
// ANCHOR_END: steps

// ANCHOR: train
impl Run<'_> {
    /// Trains with an engine and an optimizer that remembers as Adam does.
    fn train_with<E, O>(
        &mut self,
        engine: &mut E,
        out: &mut impl Write,
    ) -> Result<Option<f64>, Failure>
    where
        E: Engine,
        O: Optimizer + Clone + From<Adam> + Into<Adam>,
    {
        let mut optimizer = O::from(self.training.adam.clone());
        let result = self.take_steps(engine, &mut optimizer, out);
        self.training.adam = optimizer.into();
        result
    }

    /// Trains with the engine that was asked for.
    fn train(&mut self, out: &mut impl Write) -> Result<Option<f64>, Failure> {
        match self.engine {
            Means::Tape => {
                self.train_with::<_, Adam>(&mut OnTape::default(), out)
            }
            Means::Fast => {
                let fast = Fast::new(*self.model.config());
                let mut fast = fast.threads(self.options.machine.threads);
                self.train_with::<_, FastAdam>(&mut fast, out)
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
        if let (Some(file), Some(path)) = (self.losses.take(), losses) {
            let failed = |error| Failure::Write(name(path), error);
            file.finish().map_err(failed)?;
        }
        if let (Some(curve), Some(path)) = (self.curve.take(), plot) {
            let failed = |error| Failure::Write(name(path), error);
            curve.draw().map_err(failed)?;
        }
        Ok(())
    }
}
// ANCHOR_END: put

// ANCHOR: learn
impl Run<'_> {
    /// Trains, and puts the files in their places. Returns the last loss.
    fn learn(&mut self, out: &mut impl Write) -> Result<Option<f64>, Failure> {
        listen();
        let trained = self.train(out);
        if let Err(Failure::Write(..) | Failure::Print(_)) = &trained {
            // what was learned is good, only the telling of it failed
            self.save()?;
        }
        let last = trained?;
        self.save()?;
        self.put_files()?;
        self.go_on()?;
        Ok(last)
    }

    /// Fails if somebody has asked to stop.
    fn go_on(&self) -> Result<(), Failure> {
        if !is_stopped() {
            return Ok(());
        }
        let kept = match &self.options.saving.save {
            Some(path) => format!("saved in {}", name(path)),
            None => "without --save nothing is kept".to_owned(),
        };
        let steps = self.training.schedule.steps;
        Err(Failure::Stopped(self.training.adam.steps(), steps, kept))
    }
}
// ANCHOR_END: learn

// ANCHOR: sample
impl Run<'_> {
    /// One text that the model draws.
    fn sample(&mut self, fast: &mut Fast) -> Result<String, Failure> {
        let bos = self.tokenizer.bos();
        let temperature = self.options.temperature;
        let (model, chance) = (&self.model, &mut self.training.chance);
        let tokens = match self.engine {
            Means::Tape => model.generate(bos, temperature, chance)?,
            Means::Fast => fast.generate(model, bos, temperature, chance)?,
        };
        Ok(self.tokenizer.decode(&tokens))
    }
}
// ANCHOR_END: sample

// ANCHOR: babble
impl Run<'_> {
    /// Trains and samples; prints what microgpt.py prints.
    fn babble(mut self, out: &mut impl Write) -> Result<(), Failure> {
        let style = self.options.output.style();
        self.print_counts(style, out)?;
        let last = self.learn(out)?;
        if let (Some(last), Style::Plain) = (last, style) {
            let steps = self.training.schedule.steps;
            writeln!(out, "step {steps:4} / {steps:4} | loss {last:.4}")?;
        }
        if style == Style::Plain {
            writeln!(out, "--- inference (new, hallucinated names) ---")?;
        }
        let mut fast = Fast::new(*self.model.config());
        for number in 1..=self.options.samples {
            self.go_on()?;
            let text = self.sample(&mut fast)?;
            print_sample(out, style, number, &text)?;
        }
        Ok(())
    }

    fn print_counts(
        &self,
        style: Style,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let num_docs = self.documents.len();
        let vocab_size = self.tokenizer.vocab_size();
        let num_params = self.model.params().len();
        match style {
            Style::Plain => writeln!(
                out,
                "num docs: {num_docs}\nvocab size: {vocab_size}\n\
                 num params: {num_params}"
            ),
            Style::Quiet => Ok(()),
            Style::Json => writeln!(
                out,
                "{}",
                json!({
                    "num_docs": num_docs,
                    "vocab_size": vocab_size,
                    "num_params": num_params,
                })
            ),
        }
    }
}
// ANCHOR_END: babble

// ANCHOR: report
/// Prints the loss of a document, as a whole and letter by letter.
fn report(
    model: &Gpt,
    tokenizer: &Tokenizer,
    document: &str,
    style: Style,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let tokens = encode(tokenizer, document)?;
    let losses = model.losses(&tokens)?;
    let mean = losses.iter().sum::<f64>() / losses.len() as f64;
    if style == Style::Json {
        let all =
            json!({ "document": document, "loss": mean, "losses": losses });
        return Ok(writeln!(out, "{all}")?);
    }
    writeln!(out, "{document}: loss {mean:.4}")?;
    for (loss, &token) in zip(&losses, &tokens[1..]) {
        let letter = tokenizer.decode(&[token]);
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
/// Trains, or opens a model, and reports on some documents.
fn judge(loss: &Loss, out: &mut impl Write) -> Result<(), Failure> {
    let Loss { documents, model, options } = loss;
    let text;
    let (model, tokenizer) = if let Some(path) = model {
        let Checkpoint { model, tokenizer, .. } = open(path)?;
        (model, tokenizer)
    } else {
        text = options.text()?;
        let mut run = Run::new(options, &text)?;
        for document in documents {
            encode(&run.tokenizer, document)?;
        }
        run.learn(out)?;
        (run.model, run.tokenizer)
    };
    let style = options.output.style();
    let mut documents = documents.iter();
    documents.try_for_each(|document| {
        report(&model, &tokenizer, document, style, out)
    })
}
// ANCHOR_END: judge

// ANCHOR: generate_from
/// Opens a model and samples.
fn generate(options: &Generate, out: &mut impl Write) -> Result<(), Failure> {
    let Checkpoint { model, tokenizer, training } = open(&options.model)?;
    let config = *model.config();
    config.fits(Fast::bytes(&config, config.block_size))?;
    let mut begun = encode(&tokenizer, &options.prompt)?;
    begun.pop(); // it has not ended
    if begun.len() > config.block_size + 1 {
        let letters = begun.len() - 1;
        return Err(Failure::Prompt(letters, config.block_size));
    }
    let mut chance = match (options.seed, training) {
        (None, Some(training)) => training.chance,
        (seed, _) => Chance::seeded(seed.unwrap_or(42)).into(),
    };
    let style = if options.json { Style::Json } else { Style::Plain };
    let mut fast = Fast::new(config);
    for number in 1..=options.count {
        let temperature = options.temperature;
        let rest = fast.complete(&model, &begun, temperature, &mut chance)?;
        let text = options.prompt.clone() + &tokenizer.decode(&rest);
        print_sample(out, style, number, &text)?;
    }
    Ok(())
}
// ANCHOR_END: generate_from

// ANCHOR: run_train
/// Trains and samples.
fn train(options: &Options, out: &mut impl Write) -> Result<(), Failure> {
    let text = options.text()?;
    Run::new(options, &text)?.babble(out)
}

/// Prints a script for a shell.
fn complete(shell: Shell, out: &mut impl Write) -> Result<(), Failure> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    clap_complete::generate(shell, &mut command, "microgpt", &mut script);
    Ok(out.write_all(&script)?)
}

fn run(cli: &Cli, out: &mut impl Write) -> Result<(), Failure> {
    match &cli.command {
        None => train(&cli.options, out),
        Some(Command::Train(options)) => train(options, out),
        Some(Command::Generate(options)) => generate(options, out),
        Some(Command::Loss(loss)) => judge(loss, out),
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

/// Tells what is wrong with the command line: clap's first paragraph.
fn misuse(error: &clap::Error) -> ExitCode {
    let text = error.to_string();
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let lines: Vec<&str> = paragraph.lines().map(str::trim).collect();
    complain(&lines.join(" "), 2)
}
// ANCHOR_END: complain

// ANCHOR: main
fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => return misuse(&error),
        Err(help) => {
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
    };
    match run(&cli, &mut io::stdout().lock()) {
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
// ANCHOR_END: main
