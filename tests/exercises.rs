//! Each exercise's test fails with the stub and passes with the solution.

use anyhow::Result;
use checks::exercises::check;
use checks::{assert_none, reader, root};

#[allow(warnings, clippy::all, clippy::pedantic, reason = "tasks, unsolved")]
mod exercise {
    include!(concat!(env!("OUT_DIR"), "/exercises.rs"));
}

#[test]
fn each_exercise_and_each_solution_stands_on_a_page() -> Result<()> {
    assert_none(&check(&reader::read(root())?)?);
    Ok(())
}
