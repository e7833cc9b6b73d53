//! The command line: trains a GPT, saves it, samples from it, and lets it
//! judge documents.

mod failure;
mod files;
mod generate;
mod judge;
mod options;
mod progress;
mod record;
mod save;
mod start;
mod stop;
mod train;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use clap_complete::Shell;

use failure::Failure;
use options::{Cli, Command};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => return failure::misuse(&error),
        Err(help) => return failure::end(help.print().map_err(Failure::from)),
    };
    failure::end(run(&cli, &mut io::stdout().lock()))
}

/// Carries out the command.
fn run(cli: &Cli, out: &mut impl Write) -> Result<(), Failure> {
    match &cli.command {
        None => train::train(&cli.train, out),
        Some(Command::Train(options)) => train::train(options, out),
        Some(Command::Generate(options)) => generate::generate(options, out),
        Some(Command::Loss(options)) => judge::loss(options, out),
        Some(Command::Completions { shell }) => complete(*shell, out),
    }
}

/// Prints a completion script.
fn complete(shell: Shell, out: &mut impl Write) -> Result<(), Failure> {
    let mut script = Vec::new();
    let mut command = Cli::command();
    clap_complete::generate(shell, &mut command, "microgpt", &mut script);
    Ok(out.write_all(&script)?)
}
