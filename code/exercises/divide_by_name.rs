// ANCHOR: task
use std::collections::BTreeSet;

use microgpt::data;

// ANCHOR: stub
/// The documents to learn from, and those of about one name in `every`.
fn divide<'n>(
    documents: &[&'n str],
    every: usize,
) -> (Vec<&'n str>, Vec<&'n str>) {
    let place = documents.len() - documents.len() / every;
    let (rest, held_out) = documents.split_at(place); // by line: not good
    (rest.to_vec(), held_out.to_vec())
}
// ANCHOR_END: stub

#[test]
fn no_name_is_on_both_sides() {
    let documents = data::documents(data::NAMES);
    let (rest, held_out) = divide(&documents, 10);
    assert_eq!(rest.len() + held_out.len(), documents.len());
    let [rest, held_out] = [rest, held_out].map(BTreeSet::from_iter);
    assert!(rest.is_disjoint(&held_out));
    assert!((2_940..2_960).contains(&held_out.len()));
}
// ANCHOR_END: task
