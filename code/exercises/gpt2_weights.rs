// ANCHOR: task
use microgpt::model::Config;

// ANCHOR: stub
/// The number of weights of a GPT-2 of these sizes.
fn gpt2_weights(config: &Config) -> usize {
    let all = config.num_params();
    todo!("from {all}: one table less, biases and norms more")
}
// ANCHOR_END: stub

#[test]
fn the_sizes_of_gpt2_have_the_weights_that_are_told_of_them() {
    let count = |n_layer, n_embd| {
        let (vocab_size, block_size) = (50_257, 1024);
        let n_head = n_embd / 64;
        let config = Config { vocab_size, n_embd, n_layer, n_head, block_size };
        gpt2_weights(&config)
    };
    assert_eq!(count(12, 768), 124_439_808);
    assert_eq!(count(24, 1024), 354_823_168);
    assert_eq!(count(36, 1280), 774_030_080);
    assert_eq!(count(48, 1600), 1_557_611_200);
}
// ANCHOR_END: task
