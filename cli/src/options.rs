//! The commands and their options, as they are typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use microgpt::generation::Temperature;
use microgpt::guards::{self, EngineKind};
use microgpt::model::Config;
use microgpt::tokenizer::Tokenizer;
use microgpt::training::Schedule;

/// The seed of microgpt.py.
pub const SEED: u64 = 42;

/// How many documents are sampled unless another number is given.
const SAMPLES: u64 = 20;

/// A GPT that learns names, small enough to understand completely
#[derive(Parser)]
#[command(
    name = "microgpt",
    version,
    args_conflicts_with_subcommands = true,
    allow_negative_numbers = true
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub train: Train,
}

// Negative numbers are allowed so that `--steps -1` reaches our own check,
// whose message is better.
#[derive(Subcommand)]
pub enum Command {
    /// Train, then sample new documents (the default)
    #[command(allow_negative_numbers = true)]
    Train(Train),
    /// Sample new documents from a saved model
    #[command(allow_negative_numbers = true)]
    Generate(Generate),
    /// Show how much each letter of a document surprises a model
    #[command(allow_negative_numbers = true)]
    Loss(Loss),
    /// Print a shell completion script
    Completions {
        /// Which shell
        shell: Shell,
    },
}

#[derive(Args)]
pub struct Train {
    #[command(flatten)]
    pub options: Options,
    /// How many documents to sample after training
    #[arg(long, value_name = "N", value_parser = count)]
    #[arg(default_value_t = SAMPLES)]
    pub samples: u64,
    #[command(flatten)]
    pub sampling: Sampling,
}

#[derive(Args)]
pub struct Generate {
    /// A file written by --save
    #[arg(long, value_name = "FILE")]
    pub model: PathBuf,
    /// How many documents to sample
    #[arg(long, value_name = "N", value_parser = count)]
    #[arg(default_value_t = SAMPLES)]
    pub count: u64,
    #[command(flatten)]
    pub sampling: Sampling,
    /// Random seed [default: go on from the random state in the file]
    #[arg(long, value_name = "N", value_parser = count)]
    pub seed: Option<u64>,
    /// How each document begins
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        allow_hyphen_values = true
    )]
    pub prompt: String,
    /// Print one JSON object per line
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub struct Loss {
    /// The documents to judge
    #[arg(required = true, value_name = "DOC", value_parser = document)]
    pub documents: Vec<String>,
    /// Use a model saved with --save; without this, one is trained first
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "data", "steps", "batch", "learning_rate", "engine", "threads",
            "seed", "n_embd", "n_layer", "n_head", "block_size", "save",
            "save_every", "resume", "losses", "plot",
        ]
    )]
    pub model: Option<PathBuf>,
    #[command(flatten)]
    pub options: Options,
}

#[derive(Args)]
pub struct Sampling {
    /// How adventurous the samples are; near 0 only the most likely letters
    /// are chosen
    #[arg(long, value_name = "X", default_value = "0.5")]
    pub temperature: Temperature,
}

/// What every training run can be told.
#[derive(Args)]
pub struct Options {
    /// A text file with one document per line [default: 32,033 first names]
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    #[command(flatten)]
    pub plan: Plan,
    #[command(flatten)]
    pub machine: Machine,
    /// Random seed
    #[arg(long, value_name = "N", default_value_t = SEED, value_parser = count)]
    pub seed: u64,
    #[command(flatten)]
    pub sizes: Sizes,
    #[command(flatten)]
    pub saving: Saving,
    #[command(flatten)]
    pub output: Output,
}

#[derive(Args)]
pub struct Plan {
    #[arg(long, value_name = "N", value_parser = size)]
    #[arg(help = format!("How many steps to take [default: {}]", plan().steps))]
    pub steps: Option<usize>,
    /// How many documents each step learns from
    #[arg(long, value_name = "N", value_parser = size)]
    #[arg(default_value_t = plan().batch)]
    batch: usize,
    /// Initial learning rate
    #[arg(long, value_name = "X", value_parser = rate)]
    #[arg(default_value_t = plan().learning_rate)]
    learning_rate: f64,
}

fn plan() -> Schedule {
    Schedule::default()
}

impl Plan {
    /// Returns the schedule of a run that begins.
    pub fn schedule(&self) -> Schedule {
        let &Self { steps, batch, learning_rate } = self;
        let steps = steps.unwrap_or(plan().steps);
        Schedule { steps, batch, learning_rate }
    }
}

#[derive(Args)]
pub struct Machine {
    /// How to compute gradients
    #[arg(long, value_name = "NAME", default_value = "fast")]
    pub engine: Means,
    /// How many threads share the documents of a step
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = size)]
    pub threads: usize,
}

/// How gradients are computed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Means {
    /// On the tape: slower, but easy to follow
    Tape,
    /// With hand-written kernels: agrees with the tape up to rounding
    Fast,
}

impl From<Means> for EngineKind {
    fn from(means: Means) -> Self {
        match means {
            Means::Tape => Self::Tape,
            Means::Fast => Self::Fast,
        }
    }
}

#[derive(Args)]
pub struct Sizes {
    /// How many numbers represent each token
    #[arg(long, value_name = "N", value_parser = size)]
    #[arg(default_value_t = sizes().n_embd)]
    n_embd: usize,
    /// How many layers the model has
    #[arg(long, value_name = "N", value_parser = size)]
    #[arg(default_value_t = sizes().n_layer)]
    n_layer: usize,
    /// How many attention heads each layer has; must divide n-embd
    #[arg(long, value_name = "N", value_parser = size)]
    #[arg(default_value_t = sizes().n_head)]
    n_head: usize,
    /// How many tokens the model can read
    #[arg(long, value_name = "N", value_parser = size)]
    #[arg(default_value_t = sizes().block_size)]
    block_size: usize,
}

fn sizes() -> Config {
    Config::default()
}

impl Sizes {
    /// Returns the sizes of a model that uses a tokenizer.
    pub fn config(&self, tokenizer: &Tokenizer) -> Config {
        let &Self { n_embd, n_layer, n_head, block_size } = self;
        let vocab_size = tokenizer.vocab_size();
        Config { vocab_size, n_embd, n_layer, n_head, block_size }
    }
}

#[derive(Args)]
pub struct Saving {
    /// Save the model and its training state to this file
    #[arg(long, value_name = "FILE")]
    pub save: Option<PathBuf>,
    /// Save every N steps [default: only at the end]
    #[arg(long, value_name = "N", requires = "save", value_parser = size)]
    pub save_every: Option<usize>,
    /// Resume from a file written by --save, up to its last step or --steps
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "batch", "learning_rate", "engine", "seed", "n_embd", "n_layer",
            "n_head", "block_size",
        ]
    )]
    pub resume: Option<PathBuf>,
}

#[derive(Args)]
pub struct Output {
    /// Write the losses to this file, one per line
    #[arg(long, value_name = "FILE")]
    pub losses: Option<PathBuf>,
    /// Plot the losses to this SVG file
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
    /// Print results only: no counts, no progress
    #[arg(long)]
    quiet: bool,
    /// Print one JSON object per line, with everything there is to report
    #[arg(long, conflicts_with = "quiet")]
    json: bool,
}

impl Output {
    /// Returns how results are printed.
    pub fn style(&self) -> Style {
        match (self.json, self.quiet) {
            (true, _) => Style::Json,
            (_, true) => Style::Quiet,
            _ => Style::Plain,
        }
    }
}

/// How results are printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As microgpt.py prints them.
    Plain,
    /// Results only.
    Quiet,
    /// One JSON object per line.
    Json,
}

impl Options {
    /// Returns whether the run writes a file, which is worth having even if
    /// nobody reads what it prints.
    pub fn keeps(&self) -> bool {
        let Output { losses, plot, .. } = &self.output;
        [&self.saving.save, losses, plot].into_iter().any(Option::is_some)
    }
}

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

/// Reads a learning rate: a finite number, at least 0.
fn rate(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        // Not-a-number is in no range, and infinity is above `f64::MAX`.
        Ok(number) if (0.0..=f64::MAX).contains(&number) => Ok(number),
        _ => Err("it must be a finite number, at least 0"),
    }
}

/// Reads a document the way a line of a data file is read: trimmed, one line,
/// not blank.
fn document(text: &str) -> Result<String, &'static str> {
    match guards::documents(text).as_deref() {
        Ok([document]) => Ok((*document).to_owned()),
        Ok(_) => Err("it must be a single line"),
        Err(_) => Err("it must not be blank"),
    }
}
