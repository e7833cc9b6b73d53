/// How much the loss of a text grows when some weights are set to 0.
fn lesion(
    model: &Gpt,
    weights: Range<usize>,
    text: &[usize],
) -> Result<f64, ForwardError> {
    let mut copy = model.clone();
    copy.params_mut()[weights].fill(0.0);
    Ok(copy.loss(text)? - model.loss(text)?)
}
