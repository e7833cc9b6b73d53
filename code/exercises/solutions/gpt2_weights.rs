/// The number of weights of a GPT-2 of these sizes.
fn gpt2_weights(config: &Config) -> usize {
    let all = config.num_params();
    let &Config { vocab_size, n_embd, n_layer, .. } = config;
    // query, key, value, output; into the hidden units, which are 4; out
    let biases = (4 + 4 + 1) * n_embd * n_layer;
    let norms = 2 * n_embd * (2 * n_layer + 1);
    all - vocab_size * n_embd + biases + norms
}
