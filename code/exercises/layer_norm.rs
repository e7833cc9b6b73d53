// ANCHOR: task
use microgpt::layers::rmsnorm;
use microgpt::scalar::Scalar;

// ANCHOR: stub
/// x without its mean, brought to standard size.
fn layer_norm<S: Scalar>(x: &[S]) -> Vec<S> {
    todo!("half of it is there already")
}
// ANCHOR_END: stub

#[test]
fn mean_and_size_become_standard() {
    let x = layer_norm(&[11.0, 12.0, 13.0, 16.0]);
    let size = (f64::dot(&x, &x) / 4.0).sqrt();
    assert!(x.iter().sum::<f64>().abs() < 1e-9);
    assert!((size - 1.0).abs() < 1e-4);
    assert_ne!(x, rmsnorm(&[11.0, 12.0, 13.0, 16.0]));
}
// ANCHOR_END: task
