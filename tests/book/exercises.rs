//! Each exercise's test fails with the stub and passes with the solution.

use std::panic::catch_unwind;

use anyhow::Result;
use checks::exercises::check;
use checks::{assert_none, reader, root};

#[allow(warnings, clippy::all, clippy::pedantic, reason = "tasks, unsolved")]
mod exercise {
    include!(concat!(env!("OUT_DIR"), "/exercises.rs"));
}

/// How a test ends that may return a `Result`.
trait Ending {
    fn ends_well(self) -> bool;
}

impl Ending for () {
    fn ends_well(self) -> bool {
        true
    }
}

impl<E> Ending for Result<(), E> {
    fn ends_well(self) -> bool {
        self.is_ok()
    }
}

/// Whether a test fails, as it must until somebody solves the exercise.
fn fails<E: Ending>(test: fn() -> E) -> bool {
    !catch_unwind(test).is_ok_and(Ending::ends_well)
}

#[test]
fn a_test_fails_by_a_panic_or_an_error() {
    assert!(!fails(|| ()));
    assert!(!fails(|| Ok::<(), ()>(())));
    assert!(fails(|| Err::<(), ()>(())));
    assert!(fails(|| assert_eq!(1, 2)));
}

#[test]
fn each_exercise_and_each_solution_stands_on_a_page() -> Result<()> {
    assert_none(&check(&reader::read(root())?)?);
    Ok(())
}
