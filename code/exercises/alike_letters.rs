// ANCHOR: task
use microgpt::chance::Chance;
use microgpt::model::{Config, Gpt};
use microgpt::scalar::Scalar;

// ANCHOR: stub
/// The two different rows of `wte` with the largest cosine, and their cosine.
fn most_alike(model: &Gpt) -> (usize, usize, f64) {
    todo!("compare each row with each row after it")
}
// ANCHOR_END: stub

#[test]
fn i_and_w_begin_most_alike() {
    let chance = &mut Chance::seeded(42);
    let model = Gpt::new(Config::default(), chance);
    let (one, other, cosine) = most_alike(&model);
    assert_eq!((one, other), (8, 22)); // i and w
    assert_eq!(format!("{cosine:.3}"), "0.588");
}
// ANCHOR_END: task
