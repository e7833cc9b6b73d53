/// The matrix, row and column of a weight, in a model of one layer.
fn find(model: &Gpt, index: usize) -> Option<(&'static str, usize, usize)> {
    let weights = model.weights();
    let layer = weights.layers.first()?;
    let mut rest = index;
    for (name, matrix) in [
        ("wte", weights.wte),
        ("wpe", weights.wpe),
        ("lm_head", weights.lm_head),
        ("attn_wq", layer.attn_wq),
        ("attn_wk", layer.attn_wk),
        ("attn_wv", layer.attn_wv),
        ("attn_wo", layer.attn_wo),
        ("mlp_fc1", layer.mlp_fc1),
        ("mlp_fc2", layer.mlp_fc2),
    ] {
        let columns = matrix.row(0)?.len();
        if rest < matrix.rows().len() * columns {
            return Some((name, rest / columns, rest % columns));
        }
        rest -= matrix.rows().len() * columns;
    }
    None
}
