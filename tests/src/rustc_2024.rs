//! `rustc`, but with edition 2024 where skeptic asks for 2021.

use std::env;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let arguments = env::args_os().skip(1).map(|argument| {
        if argument == "--edition=2021" {
            "--edition=2024".into()
        } else {
            argument
        }
    });
    match Command::new(env!("REAL_RUSTC")).args(arguments).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{}: {error}", env!("REAL_RUSTC"));
            ExitCode::FAILURE
        }
    }
}
