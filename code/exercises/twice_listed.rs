// ANCHOR: task
use microgpt::data;

// ANCHOR: stub
/// The documents that occur more than once, each named once, sorted.
fn repeated<'a>(documents: &[&'a str]) -> Vec<&'a str> {
    todo!("sort a copy, or count in a map")
}
// ANCHOR_END: stub

#[test]
fn a_name_for_everybody_is_listed_twice() {
    assert_eq!(repeated(&["ava", "jo", "ava", "jo", "ava"]), ["ava", "jo"]);
    let documents = data::documents(data::NAMES);
    let repeated = repeated(&documents);
    assert_eq!(repeated.len(), 2_539);
    assert_eq!(documents.len() - repeated.len(), 29_494);
}
// ANCHOR_END: task
