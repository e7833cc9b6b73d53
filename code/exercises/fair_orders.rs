// ANCHOR: task
use std::collections::BTreeMap;

use microgpt::chance::Chance;

// ANCHOR: stub
/// How often each order of three cards comes up in 6,000 shuffles.
fn orders(seed: u64) -> BTreeMap<[u8; 3], usize> {
    todo!("shuffle and count")
}
// ANCHOR_END: stub

#[test]
fn each_order_comes_up_about_as_often() {
    let counts = orders(42);
    assert_eq!(counts.len(), 6);
    assert_eq!(counts.values().sum::<usize>(), 6_000);
    assert!(counts.values().all(|count| (900..1_100).contains(count)));
    assert_eq!(orders(42), counts);
    assert_ne!(orders(43), counts);
}
// ANCHOR_END: task
