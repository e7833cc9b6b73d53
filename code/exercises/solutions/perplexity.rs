/// Among how many tokens the model seems to choose: e to the mean loss.
fn perplexity(model: &Gpt, texts: &[&[usize]]) -> Result<f64, ForwardError> {
    let mut sum = 0.0;
    for text in texts {
        sum += model.loss(text)?;
    }
    Ok(f64::exp(sum / texts.len() as f64))
}
