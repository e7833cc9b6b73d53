//! `cargo book`: builds the book and serves it.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

/// Builds the book, serves it, and reloads the page when a file changes.
#[derive(Parser)]
#[command(name = "cargo book", bin_name = "cargo book")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Args)]
struct Serve {
    /// Open the book in a browser
    #[arg(long)]
    open: bool,
    /// Listen at this port
    #[arg(long, short, default_value_t = 3000)]
    port: u16,
    /// Listen at this name or address
    #[arg(long, short = 'n', default_value = "localhost")]
    hostname: String,
}

#[derive(Subcommand)]
enum Command {
    /// Only build the book
    Build {
        /// Build into this folder [default: book]
        #[arg(long, short)]
        dest_dir: Option<PathBuf>,
    },
    /// Build the sandboxes' module again, to be committed
    Module,
    /// Answer mdBook as a preprocessor, on standard input and output
    Preprocess {
        #[command(subcommand)]
        question: Option<Question>,
    },
}

#[derive(Subcommand)]
enum Question {
    /// Whether this renderer is supported
    Supports {
        /// The renderer's name
        renderer: String,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    match arguments.command {
        None => {
            let Serve { open, port, hostname } = arguments.serve;
            xtask::serve(
                &xtask::find_root()?,
                &xtask::Options { hostname, port, open },
            )
        }
        Some(Command::Build { dest_dir }) => {
            let root = xtask::find_root()?;
            let sandbox = xtask::build_all(&root, dest_dir.as_deref())?;
            if let Some(remedy) = sandbox.remedy() {
                println!("{remedy}");
            }
            Ok(())
        }
        Some(Command::Module) => xtask::record_module(&xtask::find_root()?),
        // Every renderer can use what the preprocessor writes.
        Some(Command::Preprocess { question: Some(_) }) => Ok(()),
        Some(Command::Preprocess { question: None }) => {
            xtask::answer(std::io::stdin().lock(), std::io::stdout().lock())
        }
    }
}
