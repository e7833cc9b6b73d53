// ANCHOR: task
use microgpt::chance::Chance;
use microgpt::forward::{Context, ForwardError};
use microgpt::generation::Temperature;
use microgpt::model::{Config, Gpt};

// ANCHOR: stub
/// The likeliest token, again and again, until `bos` or the end of the block.
fn greedy(model: &Gpt, bos: usize) -> Result<Vec<usize>, ForwardError> {
    let logits = Context::new(model).read(bos)?;
    todo!("which of the {} logits is the largest?", logits.len())
}
// ANCHOR_END: stub

#[test]
fn greedy_is_what_the_coldest_dice_do() {
    let cold = Temperature::try_from(1e-308).unwrap();
    for seed in 0..5 {
        let mut chance = Chance::seeded(seed);
        let model = Gpt::new(Config::default(), &mut chance);
        let drawn = model.generate(26, cold, &mut chance).unwrap();
        assert_eq!(greedy(&model, 26), Ok(drawn));
    }
}
// ANCHOR_END: task
