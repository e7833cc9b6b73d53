// ANCHOR: task
use std::collections::BTreeMap;

use microgpt::data;

// ANCHOR: stub
/// The pair of neighbouring letters that occurs most often, and how often.
fn commonest_pair(documents: &[&str]) -> Option<((char, char), usize)> {
    todo!("count all pairs")
}
// ANCHOR_END: stub

#[test]
fn a_large_model_would_make_a_token_of_it() {
    assert_eq!(commonest_pair(&["a", "b"]), None);
    assert_eq!(commonest_pair(&["jan", "ann"]), Some((('a', 'n'), 2)));
    let documents = data::documents(data::NAMES);
    let (pair, count) = commonest_pair(&documents).unwrap_or_default();
    assert_eq!((pair, count), (('a', 'n'), 5_438));
}
// ANCHOR_END: task
