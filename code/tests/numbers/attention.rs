//! What heads remember and answer.

use microgpt::attention::{Head, slices};
use microgpt::chance::Chance;
use microgpt::model::{Config, Gpt, Matrix};

/// A head of size 4 that has read two tokens.
fn head() -> Head {
    let mut head = Head::default();
    head.remember(&[1.0, 0.0, 2.0, 0.0], &[1.0, 2.0, 3.0, 4.0]);
    head.remember(&[0.0, 3.0, 0.0, 1.0], &[10.0, 20.0, 30.0, 40.0]);
    head
}

#[test]
fn a_head_shows_what_it_has_read() {
    assert!(Head::<f64>::default().keys().is_empty());
    assert!(Head::<f64>::default().values().is_empty());
    assert_eq!(head().keys(), [1.0, 0.0, 2.0, 0.0, 0.0, 3.0, 0.0, 1.0]);
    assert_eq!(head().values(), [1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0]);
}

#[test]
fn a_score_is_the_dot_product_over_the_root_of_the_size() {
    assert_eq!(head().scores(&[2.0, 1.0, 3.0, 5.0]), [4.0, 4.0]);
    assert_eq!(head().scores(&[0.0, 2.0, 1.0, 0.0]), [1.0, 3.0]);
}

#[test]
fn weights_are_the_softmax_of_the_scores() {
    let weights = head().weights(&[0.0, 2.0, 1.0, 0.0]);
    let second = 1.0 / (1.0 + libm::exp(-2.0));
    let wanted = [1.0 - second, second];
    for (ours, wanted) in weights.iter().zip(wanted) {
        assert!((ours - wanted).abs() < 1e-15, "{weights:?}");
    }
}

#[test]
fn an_answer_is_the_weighted_mean_of_the_values() {
    assert_eq!(head().answer(&[0.0; 4]), [5.5, 11.0, 16.5, 22.0]);
    let answer = head().answer(&[0.0, 2.0, 1.0, 0.0]);
    let second = head().weights(&[0.0, 2.0, 1.0, 0.0])[1];
    for (j, ours) in answer.iter().enumerate() {
        let wanted = (1.0 + 9.0 * second) * (j + 1) as f64;
        assert!((ours - wanted).abs() < 1e-13, "{answer:?}");
    }
}

#[test]
fn each_head_gets_a_slice_of_equal_size() {
    let x = [1, 2, 3, 4, 5, 6];
    assert_eq!(slices(&x, 2).collect::<Vec<_>>(), [[1, 2, 3], [4, 5, 6]]);
    assert_eq!(slices(&x, 3).collect::<Vec<_>>(), [[1, 2], [3, 4], [5, 6]]);
}

/// The matrix times the vector.
fn times(matrix: Matrix<'_, f64>, x: &[f64]) -> Vec<f64> {
    let row = |row: &[f64]| row.iter().zip(x).map(|(w, x)| w * x).sum();
    matrix.rows().map(row).collect()
}

#[test]
fn a_layer_lets_each_head_remember_and_answer_its_slice() {
    let config = Config { n_embd: 6, n_head: 2, ..Config::default() };
    let model = Gpt::new(config, &mut Chance::seeded(42));
    let model = model.map(|weight| weight * 10.0);
    let layer = model.weights().layers[0];
    let mut heads = vec![Head::default(); 2];
    let mut alone = [Head::default(), Head::default()];
    for x in [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [2.0, 0.0, 1.0, 0.0, 1.0, 0.0]] {
        let [query, key, value] = [layer.attn_wq, layer.attn_wk, layer.attn_wv]
            .map(|matrix| times(matrix, &x));
        let mut answers = Vec::new();
        for (head, at) in alone.iter_mut().zip([0..3, 3..6]) {
            head.remember(&key[at.clone()], &value[at.clone()]);
            answers.extend(head.answer(&query[at]));
        }
        let wanted = times(layer.attn_wo, &answers);
        assert_eq!(layer.attention(&x, &mut heads), wanted);
    }
    for (head, alone) in heads.iter().zip(&alone) {
        assert_eq!(head.keys(), alone.keys());
        assert_eq!(head.values(), alone.values());
    }
}
