//! Compiles every listing of the book where it is, and runs the snippets.
//!
//! Each Rust fence is a test, named after its page and line: the fence on line
//! 31 of `src/data.md`, chapter 2, is `ch02_data_line_31`. If one fails, the
//! compiler's message is above.

use std::process::ExitCode;

use anyhow::Result;
use checks::programs::{Program, programs};
use checks::{reader, root};
use libtest_mimic::{Arguments, Trial};

fn trial(program: Program) -> Trial {
    let name = format!("{}_line_{}", program.chapter, program.line);
    Trial::test(name, move || {
        program.test(
            env!("CARGO_MANIFEST_DIR"),
            env!("OUT_DIR"),
            env!("TARGET"),
        );
        Ok(())
    })
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::from_args();
    let programs = programs(&reader::read(root())?);
    let trials = programs.into_iter().map(trial).collect();
    Ok(libtest_mimic::run(&arguments, trials).exit_code())
}
