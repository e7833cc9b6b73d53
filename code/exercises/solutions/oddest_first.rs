fn oddest_first(model: &Gpt, texts: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut sorted = texts.to_vec();
    // a text that the model cannot read is odder than all others
    let loss = |text: &Vec<usize>| model.loss(text).unwrap_or(f64::INFINITY);
    sorted.sort_by(|a, b| loss(b).total_cmp(&loss(a)));
    sorted
}
