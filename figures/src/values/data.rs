//! The names and the dice.

use std::collections::{BTreeMap, BTreeSet};

use microgpt::chance::Chance;

use super::Values;
use crate::run::Run;

/// How most names end.
pub(super) const VOWELS_AND_N: [char; 6] = ['a', 'e', 'i', 'o', 'u', 'n'];

/// What the chapters on data and dice say.
pub(super) fn record(values: &mut Values, run: &Run) {
    let documents = &run.documents;
    let different: BTreeSet<_> = documents.iter().collect();
    let trained_on: BTreeSet<_> = documents[..1000].iter().collect();
    values.count("num_docs", documents.len());
    values.count("different_names", different.len());
    values.count("different_names_in_1000", trained_on.len());
    values.count("names_twice_in_1000", 1000 - trained_on.len());
    values.count("unseen_lines", documents.len() - 1000);
    let percent = 100.0 * 1000.0 / documents.len() as f64;
    values.round("percent_of_a_pass", percent, 1);
    values.count("listed_twice", documents.len() - different.len());
    let predictions = |documents: &[&str]| -> usize {
        documents.iter().map(|name| name.len() + 1).sum()
    };
    values.count("predictions_in_a_pass", predictions(documents));
    values.count("predictions_in_1000", predictions(&documents[..1000]));
    let soft = documents.iter().filter(|name| name.ends_with(VOWELS_AND_N));
    let percent = 100.0 * soft.count() as f64 / documents.len() as f64;
    values.round("percent_vowel_or_n", percent, 0);
    let lengths = documents.iter().map(|name| name.len());
    let [shortest, longest] = [lengths.clone().min(), lengths.clone().max()];
    values.count("shortest_name", shortest.unwrap_or_default());
    values.count("longest_name", longest.unwrap_or_default());
    let mut counts = BTreeMap::new();
    lengths.clone().for_each(|length| *counts.entry(length).or_insert(0) += 1);
    let most = counts.iter().max_by_key(|(_, count)| **count);
    let (&length, &count) = most.unwrap_or((&0, &0));
    values.count("commonest_length", length);
    values.count("names_of_commonest_length", count);
    let letters: usize = lengths.sum();
    values.round("mean_length", letters as f64 / documents.len() as f64, 1);
    values.text("first_name", documents[0]);
    let uniform = Chance::seeded(42).uniform();
    values.round("first_uniform", uniform, 4);
}
