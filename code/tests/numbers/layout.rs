//! The order of the matrices in the list of weights.

use microgpt::chance::Chance;
use microgpt::model::{Config, Gpt};

#[test]
fn the_matrices_follow_each_other_under_their_names() {
    let config = Config { n_layer: 2, ..Config::default() };
    let layout = config.layout();
    let mut names = Vec::new();
    let mut end = 0;
    for (name, place) in layout.named() {
        assert_eq!(place.start, end, "{name}");
        end = place.range().end;
        names.push(name);
    }
    assert_eq!(end, config.num_params());
    assert_eq!(names.len(), 3 + 2 * 6);
    assert_eq!(names[..4], ["wte", "wpe", "lm_head", "layer0.attn_wq"]);
    assert_eq!(names[14], "layer1.mlp_fc2");
}

#[test]
fn a_window_shows_the_numbers_of_its_place() {
    let model = Gpt::new(Config::default(), &mut Chance::seeded(42));
    let (weights, layout) = (model.weights(), model.config().layout());
    for ((name, matrix), (_, place)) in weights.named().zip(layout.named()) {
        let numbers: Vec<f64> = matrix.rows().flatten().copied().collect();
        assert_eq!(numbers, model.params()[place.range()], "{name}");
        assert_eq!(matrix.rows().len(), place.rows, "{name}");
    }
}
