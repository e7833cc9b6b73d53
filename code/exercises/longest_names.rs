// ANCHOR: task
use microgpt::data;

// ANCHOR: stub
/// All documents that have as many characters as the longest, in order.
fn longest<'a>(documents: &[&'a str]) -> Vec<&'a str> {
    todo!("find the longest")
}
// ANCHOR_END: stub

#[test]
fn there_may_be_several() {
    assert_eq!(longest(&["ava", "emma", "zoë", "noah"]), ["emma", "noah"]);
    assert_eq!(longest(&["zoé", "ann"]), ["zoé", "ann"]);
}

#[test]
fn the_longest_of_all_begin_alike() {
    let names = longest(&data::documents(data::NAMES));
    assert!(names.iter().all(|name| name.starts_with("muhammad")));
    assert_eq!(names.len(), 2);
}
// ANCHOR_END: task
