// ANCHOR: task
use microgpt::chance::Chance;
use microgpt::forward::ForwardError;
use microgpt::model::{Config, Gpt};

// ANCHOR: stub
/// Among how many tokens the model seems to choose: e to the mean loss.
fn perplexity(_model: &Gpt, _texts: &[&[usize]]) -> Result<f64, ForwardError> {
    todo!("the mean of the losses, and then e to it")
}
// ANCHOR_END: stub

#[test]
fn a_model_without_knowledge_chooses_among_all_tokens() {
    let mut model =
        Gpt::new(Config::default(), &mut Chance::seeded(1));
    model.params_mut().fill(0.0);
    let texts: [&[usize]; 2] = [&[26, 4, 12, 12, 0, 26], &[26, 0, 26]];
    let choices = perplexity(&model, &texts).unwrap();
    assert!((choices - 27.0).abs() < 1e-9);
    assert!(perplexity(&model, &[&[26, 99]]).is_err());
}
// ANCHOR_END: task
