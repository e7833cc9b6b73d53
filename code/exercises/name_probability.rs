// ANCHOR: task
use microgpt::chance::Chance;
use microgpt::forward::{Context, ForwardError};
use microgpt::layers::softmax;
use microgpt::model::{Config, Gpt};

// ANCHOR: stub
/// How likely the model writes these tokens, given the first.
fn probability(model: &Gpt, tokens: &[usize]) -> Result<f64, ForwardError> {
    todo!("surprises add up, and e undoes a logarithm")
}
// ANCHOR_END: stub

#[test]
fn a_name_of_one_letter_has_two_factors() {
    let chance = &mut Chance::seeded(42);
    let model = Gpt::new(Config::default(), chance);
    let mut context = Context::new(&model);
    let letter = softmax(&context.read(26).unwrap())[4];
    let end = softmax(&context.read(4).unwrap())[26];
    let whole = probability(&model, &[26, 4, 26]).unwrap();
    assert!((whole - letter * end).abs() < 1e-12);
}
// ANCHOR_END: task
