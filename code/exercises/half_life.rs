// ANCHOR: task
use microgpt::adam::{BETA1, BETA2};

// ANCHOR: stub
/// After how many further steps less than half of a gradient is left.
fn half_life(_beta: f64) -> u32 {
    todo!("each step keeps one part of it")
}
// ANCHOR_END: stub

#[test]
fn the_size_is_remembered_longer_than_the_direction() {
    assert_eq!(half_life(BETA1), 5);
    assert_eq!(half_life(BETA2), 69);
    assert_eq!(half_life(0.0), 1);
}
// ANCHOR_END: task
