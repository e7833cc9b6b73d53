// ANCHOR: task
use microgpt::chance::Chance;
use microgpt::model::{Config, Gpt};

// ANCHOR: stub
/// The matrix, row and column of a weight, in a model of one layer.
fn find(model: &Gpt, index: usize) -> Option<(&'static str, usize, usize)> {
    todo!("take from the front, matrix by matrix")
}
// ANCHOR_END: stub

#[test]
fn weights_are_found_by_their_index() {
    let chance = &mut Chance::seeded(42);
    let model = Gpt::new(Config::default(), chance);
    assert_eq!(find(&model, 0), Some(("wte", 0, 0)));
    assert_eq!(find(&model, 433), Some(("wpe", 0, 1)));
    assert_eq!(find(&model, 1_000), Some(("lm_head", 19, 8)));
    assert_eq!(find(&model, 2_200), Some(("mlp_fc1", 3, 8)));
    assert_eq!(find(&model, 4_191), Some(("mlp_fc2", 15, 63)));
    assert_eq!(find(&model, 4_192), None);
}
// ANCHOR_END: task
