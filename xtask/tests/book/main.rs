//! `cargo book`, as it is run.

mod build;
mod command;
#[cfg(unix)]
mod sandbox;
