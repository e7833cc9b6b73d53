/// How likely the model writes these tokens, given the first.
fn probability(model: &Gpt, tokens: &[usize]) -> Result<f64, ForwardError> {
    let surprise: f64 = model.losses(tokens)?.iter().sum();
    Ok((-surprise).exp())
}
