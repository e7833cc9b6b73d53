// ANCHOR: imports
//! The command line: trains a GPT, then lets it babble or judge.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::iter::zip;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use microgpt::adam::Adam;
use microgpt::chance::Chance;
use microgpt::data::{self, DataError};
use microgpt::fast::{Fast, FastAdam};
use microgpt::forward::ForwardError;
use microgpt::generation::{GenerationError, Temperature};
use microgpt::model::{Config, ConfigError, Gpt};
use microgpt::tokenizer::{Tokenizer, UnknownChar};
use microgpt::training::{
    Engine, OnTape, Optimizer, Schedule, TrainingError, train,
};
use rand_mt::Mt;
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
    /// How many steps to take
    #[arg(long, value_name = "N", default_value = "1000", value_parser = size)]
    steps: usize,
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
        Schedule { steps, batch, learning_rate }
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

impl Machine {
    /// Roughly the bytes that learning from a text of `tokens` tokens takes.
    fn bytes(&self, config: &Config, tokens: usize) -> Option<usize> {
        match self.engine {
            Means::Tape => config.tape_bytes(tokens),
            Means::Fast => Fast::bytes(config, tokens),
        }
    }
}
// ANCHOR_END: machine

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
    /// A file to write the losses to, one a line
    #[arg(long, value_name = "FILE")]
    losses: Option<PathBuf>,
    /// How many documents to sample after training
    #[arg(long, value_name = "N", default_value = "20", value_parser = count)]
    samples: u64,
    /// How daring the samples are: near 0 only the likeliest letters
    #[arg(long, value_name = "X", default_value = "0.5")]
    temperature: Temperature,
}
// ANCHOR_END: options

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
    /// Train, then tell how much each letter of a document is a surprise
    #[command(allow_negative_numbers = true)]
    Loss {
        /// The documents to judge
        #[arg(required = true, value_name = "DOC", value_parser = document)]
        documents: Vec<String>,
        #[command(flatten)]
        options: Options,
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
    #[error("cannot write {0}: {1}")]
    Losses(String, io::Error),
    #[error(transparent)]
    Training(#[from] TrainingError),
    #[error(transparent)]
    Forward(#[from] ForwardError),
    #[error(transparent)]
    Generation(#[from] GenerationError),
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
}
// ANCHOR_END: failure

// ANCHOR: code
impl Failure {
    /// The code to end with: 2 for options that do not fit, 1 for the rest.
    fn code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Threads(_) | Self::Batch(..) => 2,
            _ => 1,
        }
    }
}
// ANCHOR_END: code

// ANCHOR: losses
/// A file that appears when it is whole: written beside its place, and renamed.
struct LossFile {
    path: PathBuf,
    partial: PathBuf,
    file: BufWriter<File>,
}

impl Drop for LossFile {
    /// Removes what is half-written. After the rename there is nothing.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.partial);
    }
}
// ANCHOR_END: losses

// ANCHOR: create
impl LossFile {
    /// Finds out whether the file can be written, before anything is trained.
    fn create(path: &Path) -> io::Result<Self> {
        let path = fs::canonicalize(path).unwrap_or(path.to_owned());
        let mut partial = path.clone().into_os_string();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let old = fs::metadata(&path).ok();
        if old.as_ref().is_some_and(|old| !old.is_file()) {
            return Err(io::Error::other("it is not a file"));
        }
        if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
            return Err(ErrorKind::PermissionDenied.into());
        }
        let file = File::create_new(&partial).map_err(|error| {
            io::Error::other(format!("{}: {error}", partial.display()))
        })?;
        Ok(Self { path, partial, file: BufWriter::new(file) })
    }
}
// ANCHOR_END: create

// ANCHOR: write
impl LossFile {
    /// Writes all losses, one a line, and puts the file in its place.
    fn write(mut self, losses: &[f64]) -> io::Result<()> {
        for loss in losses {
            writeln!(self.file, "{loss}")?;
        }
        self.file.flush()?;
        if let Ok(old) = fs::metadata(&self.path) {
            fs::set_permissions(&self.partial, old.permissions())?;
        }
        fs::rename(&self.partial, &self.path)
    }
}
// ANCHOR_END: write

// ANCHOR: loss_file
impl Options {
    /// The file for the losses, if one was named.
    fn loss_file(&self) -> Result<Option<LossFile>, Failure> {
        let Some(path) = &self.losses else {
            return Ok(None);
        };
        let failed = |error| Failure::Losses(path.display().to_string(), error);
        let place = |path: &Path| fs::canonicalize(path).ok();
        let data = self.data.as_deref().and_then(place);
        if data.is_some() && data == place(path) {
            return Err(failed(io::Error::other("it is the data file")));
        }
        LossFile::create(path).map(Some).map_err(failed)
    }
}
// ANCHOR_END: loss_file

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

// ANCHOR: run
/// One run: what it was told, what it reads, and what it has learned.
struct Run<'t> {
    options: &'t Options,
    documents: Vec<&'t str>,
    tokenizer: Tokenizer,
    chance: Chance<Mt>,
    model: Gpt,
    file: Option<LossFile>,
}
// ANCHOR_END: run

// ANCHOR: new
impl<'t> Run<'t> {
    /// Shuffles the documents and builds a model that knows nothing.
    fn new(options: &'t Options, text: &'t str) -> Result<Self, Failure> {
        let failed = |error| Failure::Data(options.data_name(), error);
        let mut documents = data::documents(text).map_err(failed)?;
        let (batch, all) = (options.plan.batch, documents.len());
        if batch > all {
            return Err(Failure::Batch(batch, all));
        }
        let mut chance = Chance::seeded(options.seed);
        chance.shuffle(&mut documents);
        let tokenizer = Tokenizer::new(&documents);
        let config = options.sizes.config(&tokenizer);
        let lengths = documents.iter().map(|text| text.chars().count());
        let longest = lengths.max().map_or(1, |letters| letters + 1);
        config.fits(options.machine.bytes(&config, longest))?;
        let model = Gpt::new(config, &mut chance)?;
        let file = options.loss_file()?;
        Ok(Self { options, documents, tokenizer, chance, model, file })
    }
}
// ANCHOR_END: new

// ANCHOR: encode
impl Run<'_> {
    /// The tokens of a document; a failure names it.
    fn encode(&self, document: &str) -> Result<Vec<usize>, Failure> {
        let tokens = self.tokenizer.encode(document);
        tokens.map_err(|unknown| Failure::Document(document.into(), unknown))
    }
}

/// A bar that shows on a terminal only, and leaves when training ends.
fn progress_bar(steps: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(steps as u64)
        .with_style(style)
        .with_finish(ProgressFinish::AndClear)
}
// ANCHOR_END: encode

// ANCHOR: train
impl Run<'_> {
    /// Trains the model and returns the losses.
    fn train_with<E: Engine, O: Optimizer>(
        &mut self,
        engine: &mut E,
        optimizer: &mut O,
    ) -> Result<Vec<f64>, Failure> {
        let schedule = self.options.plan.schedule();
        let used = schedule.steps.saturating_mul(schedule.batch);
        let used = self.documents.iter().take(used);
        let encoded = used.map(|document| self.encode(document));
        let encoded = encoded.collect::<Result<Vec<_>, _>>()?;
        let bar = progress_bar(schedule.steps);
        let model = &mut self.model;
        let training = train(model, engine, optimizer, &encoded, schedule);
        let losses = training.map(|result| {
            let (step, loss) = result?;
            bar.set_position(step as u64);
            bar.set_message(format!("loss {loss:.4}"));
            Ok(loss)
        });
        losses.collect()
    }
}
// ANCHOR_END: train

// ANCHOR: engines
impl Run<'_> {
    /// Trains with the engine that was asked for.
    fn train(&mut self) -> Result<Vec<f64>, Failure> {
        let &Machine { engine, threads } = &self.options.machine;
        match engine {
            Means::Tape => {
                self.train_with(&mut OnTape::default(), &mut Adam::default())
            }
            Means::Fast => {
                let mut fast = Fast::new(*self.model.config()).threads(threads);
                self.train_with(&mut fast, &mut FastAdam::default())
            }
        }
    }
}
// ANCHOR_END: engines

// ANCHOR: learn
impl Run<'_> {
    /// Trains; the losses go to their file, if one was named.
    fn learn(&mut self) -> Result<Vec<f64>, Failure> {
        let losses = self.train()?;
        if let Some(file) = self.file.take() {
            let name = file.path.display().to_string();
            let failed = |error| Failure::Losses(name, error);
            file.write(&losses).map_err(failed)?;
        }
        Ok(losses)
    }
}
// ANCHOR_END: learn

// ANCHOR: sample
impl Run<'_> {
    /// One text that the model draws.
    fn sample(&mut self, fast: &mut Fast) -> Result<String, Failure> {
        let Self { options, model, chance, .. } = self;
        let bos = self.tokenizer.bos();
        let temperature = options.temperature;
        let tokens = match options.machine.engine {
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
        writeln!(out, "num docs: {}", self.documents.len())?;
        writeln!(out, "vocab size: {}", self.tokenizer.vocab_size())?;
        writeln!(out, "num params: {}", self.model.params().len())?;
        let losses = self.learn()?;
        let steps = losses.len();
        if let Some(last) = losses.last() {
            writeln!(out, "step {steps:4} / {steps:4} | loss {last:.4}")?;
        }
        writeln!(out, "--- inference (new, hallucinated names) ---")?;
        let mut fast = Fast::new(*self.model.config());
        for number in 1..=self.options.samples {
            let text = self.sample(&mut fast)?;
            writeln!(out, "sample {number:2}: {text}")?;
        }
        Ok(())
    }
}
// ANCHOR_END: babble

// ANCHOR: report
impl Run<'_> {
    /// Prints the loss of a document, as a whole and letter by letter.
    fn report(
        &self,
        document: &str,
        tokens: &[usize],
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let losses = self.model.losses(tokens)?;
        let mean = losses.iter().sum::<f64>() / losses.len() as f64;
        writeln!(out, "{document}: loss {mean:.4}")?;
        for (loss, &token) in zip(&losses, &tokens[1..]) {
            let letter = self.tokenizer.decode(&[token]);
            let letter = if letter.is_empty() { "end" } else { &letter };
            writeln!(out, "{letter:>5} {loss:.4}")?;
        }
        if losses.len() + 1 < tokens.len() {
            writeln!(out, "      (the block ends here)")?;
        }
        Ok(())
    }
}
// ANCHOR_END: report

// ANCHOR: judge
impl Run<'_> {
    /// Trains and reports on some documents.
    fn judge(
        mut self,
        documents: &[String],
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let tokens = documents.iter().map(|document| self.encode(document));
        let tokens = tokens.collect::<Result<Vec<_>, _>>()?;
        self.learn()?;
        for (document, tokens) in zip(documents, &tokens) {
            self.report(document, tokens, out)?;
        }
        Ok(())
    }
}
// ANCHOR_END: judge

// ANCHOR: start
fn run(cli: &Cli, out: &mut impl Write) -> Result<(), Failure> {
    let (options, documents) = match &cli.command {
        Some(Command::Loss { documents, options }) => {
            (options, Some(documents))
        }
        Some(Command::Train(options)) => (options, None),
        None => (&cli.options, None),
    };
    let &Machine { engine, threads } = &options.machine;
    if engine == Means::Tape && threads > 1 {
        return Err(Failure::Threads(threads));
    }
    let text = options.text()?;
    let run = Run::new(options, &text)?;
    match documents {
        Some(documents) => run.judge(documents, out),
        None => run.babble(out),
    }
}
// ANCHOR_END: start

// ANCHOR: complain
/// Prints one line to stderr and ends with the code that fits.
fn complain(message: &str, code: u8) -> ExitCode {
    let _ = writeln!(io::stderr(), "error: {message}");
    ExitCode::from(code)
}

/// Tells what is wrong with the command line: clap's first paragraph.
fn misuse(error: &clap::Error) -> ExitCode {
    let text = error.to_string();
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let lines: Vec<&str> = paragraph.lines().map(str::trim).collect();
    let line = lines.join(" ");
    complain(line.trim_start_matches("error: "), 2)
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
        Err(failure) => complain(&failure.to_string(), failure.code()),
    }
}
// ANCHOR_END: main
