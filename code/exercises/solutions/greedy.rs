/// The likeliest token, again and again, until `bos` or the end of the block.
fn greedy(model: &Gpt, bos: usize) -> Result<Vec<usize>, ForwardError> {
    let mut context = Context::new(model);
    let (mut text, mut token) = (Vec::new(), bos);
    while text.len() < model.config().block_size {
        let logits = context.read(token)?;
        let best = logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        token = best.map_or(bos, |(token, _)| token);
        if token == bos {
            break;
        }
        text.push(token);
    }
    Ok(text)
}
