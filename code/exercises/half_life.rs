// ANCHOR: task
use microgpt::adam::Adam;

// ANCHOR: stub
/// After how many further steps less than half of a gradient is left.
fn half_life(_beta: f64) -> u32 {
    todo!("each step keeps one part of it")
}
// ANCHOR_END: stub

#[test]
fn the_size_is_remembered_longer_than_the_direction() {
    let Adam { beta1, beta2, .. } = Adam::default();
    assert_eq!(half_life(beta1), 5);
    assert_eq!(half_life(beta2), 69);
    assert_eq!(half_life(0.0), 1);
}
// ANCHOR_END: task
