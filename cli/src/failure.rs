//! What can go wrong, in one sentence that names the value at fault, and how
//! the program ends.

use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use microgpt::forward::ForwardError;
use microgpt::generation::GenerationError;
use microgpt::guards::ConfigError;
use microgpt::tokenizer::UnknownChar;
use microgpt::training::TrainingError;

/// Why the program ends without the result that was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
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

/// Options that don't fit each other, the data or the machine.
#[derive(Debug, thiserror::Error)]
pub enum Usage {
    #[error("the tape engine uses one thread, not {0}")]
    Threads(usize),
    #[error("a batch of {0} is larger than the {1} documents available")]
    Batch(usize, usize),
    #[error("the prompt has {0} letters, but the model reads at most {1}")]
    Prompt(usize, usize),
    #[error("cannot write {0}: another option uses the same file")]
    Twice(String),
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// Why a run cannot be resumed from a file.
#[derive(Debug, thiserror::Error)]
pub enum Misfit {
    #[error("it contains a model but no training state to resume")]
    Untrained,
    #[error("it was trained on documents other than {0}")]
    Documents(String),
    #[error("it has already taken {0} steps, more than the {1} requested")]
    Steps(usize, usize),
    #[error("there is no engine {0:?}")]
    Engine(String),
}

impl Failure {
    /// Returns a failure that names the file at fault.
    pub fn in_file(path: &Path, error: impl Into<Box<dyn Error>>) -> Self {
        Self::File(name(path), error.into())
    }

    /// Returns a failure that names the file that couldn't be written.
    pub fn in_writing(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Write(name(path), error)
    }

    /// Returns the exit code: 2 for wrong usage, 130 for Ctrl-C, else 1.
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

/// Returns the name of a file, fit to be printed.
pub fn name(path: &Path) -> String {
    visible(&path.display().to_string())
}

/// Returns a text with no terminal control characters: samples and file names
/// may hold some that clear the screen, or worse.
pub fn visible(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// Returns the exit code, after a line on stderr if something went wrong.
pub fn end(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        // A reader like `head` has seen enough.
        Err(Failure::Print(error)) if error.kind() == ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure @ Failure::Stopped(..)) => {
            complain(&failure.to_string(), failure.code())
        }
        Err(failure) => complain(&format!("error: {failure}"), failure.code()),
    }
}

/// Reports what is wrong with the command line, and clap's tip, on one line.
pub fn misuse(error: &clap::Error) -> ExitCode {
    let text = error.to_string();
    let end = text.find("\n\nUsage:").or(text.find("\n\nFor more"));
    let text = text[..end.unwrap_or(text.len())].replace("\n\n", ";\n");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    complain(&visible(&lines.join(" ")), 2)
}

/// Prints one line to stderr and returns the exit code.
fn complain(message: &str, code: u8) -> ExitCode {
    let _ = writeln!(io::stderr(), "{message}");
    ExitCode::from(code)
}
