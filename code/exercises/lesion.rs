// ANCHOR: task
use microgpt::chance::Chance;
use microgpt::forward::ForwardError;
use microgpt::model::{Config, Gpt};
use std::ops::Range;

// ANCHOR: stub
/// How much the loss of a text grows when some weights are set to 0.
fn lesion(
    _model: &Gpt,
    _weights: Range<usize>,
    _text: &[usize],
) -> Result<f64, ForwardError> {
    todo!("the loss of a copy, less that of the model")
}
// ANCHOR_END: stub

#[test]
fn only_what_took_part_is_missed() -> Result<(), ForwardError> {
    let chance = &mut Chance::seeded(42);
    let model = Gpt::new(Config::default(), chance);
    let z = 25 * 16..26 * 16; // its row of wte
    assert_eq!(lesion(&model, z, &[26, 0, 26])?, 0.0);
    let without_head = lesion(&model, 688..1120, &[26, 0, 26])?;
    let own = model.loss(&[26, 0, 26])?;
    assert!((own + without_head - 27.0_f64.ln()).abs() < 1e-12);
    Ok(())
}
// ANCHOR_END: task
