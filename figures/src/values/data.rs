//! The names and the dice.

use std::collections::BTreeSet;

use microgpt::chance::Chance;

use super::Values;
use crate::run::Run;

/// What the chapters on data and dice say.
pub(super) fn record(values: &mut Values, run: &Run) {
    let documents = &run.documents;
    let different: BTreeSet<_> = documents.iter().collect();
    let trained_on: BTreeSet<_> = documents[..1000].iter().collect();
    values.count("num_docs", documents.len());
    values.count("different_names", different.len());
    values.count("different_names_in_1000", trained_on.len());
    let percent = 100.0 * 1000.0 / documents.len() as f64;
    values.round("percent_of_a_pass", percent, 1);
    let lengths = documents.iter().map(|name| name.len());
    values.count("longest_name", lengths.clone().max().unwrap_or_default());
    let letters: usize = lengths.sum();
    values.round("mean_length", letters as f64 / documents.len() as f64, 1);
    values.text("first_name", documents[0]);
    let uniform = Chance::seeded(42).uniform();
    values.round("first_uniform", uniform, 4);
}
