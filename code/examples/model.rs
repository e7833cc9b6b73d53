// ANCHOR: show
//! Counts the weights of the model, part by part.

use microgpt::chance::Chance;
use microgpt::model::{Config, Gpt, Matrix};

/// The beginning of a row.
fn show(matrix: Matrix<'_, f64>, row: usize) -> String {
    let row = matrix.row(row).unwrap_or_default();
    let numbers = row.iter().take(4).map(|number| format!("{number:.3}"));
    numbers.collect::<Vec<_>>().join(", ") + ", ..."
}
// ANCHOR_END: show

// ANCHOR: parts
/// The matrices of a model with one layer, by name.
fn parts(model: &Gpt) -> [(&str, Matrix<'_, f64>); 9] {
    let weights = model.weights();
    let layer = weights.layers[0];
    [
        ("wte", weights.wte),
        ("wpe", weights.wpe),
        ("lm_head", weights.lm_head),
        ("attn_wq", layer.attn_wq),
        ("attn_wk", layer.attn_wk),
        ("attn_wv", layer.attn_wv),
        ("attn_wo", layer.attn_wo),
        ("mlp_fc1", layer.mlp_fc1),
        ("mlp_fc2", layer.mlp_fc2),
    ]
}
// ANCHOR_END: parts

// ANCHOR: main
fn main() {
    let model = Gpt::new(Config::default(), &mut Chance::seeded(42));
    for (name, matrix) in parts(&model) {
        let numbers = matrix.rows().flatten().count();
        let rows = matrix.rows().len();
        println!("{name:8} {rows:2} x {:2} = {numbers:4}", numbers / rows);
    }
    println!("num params: {}", model.params().len());
    println!("a is {}", show(model.weights().wte, 0));
}
// ANCHOR_END: main
