// ANCHOR: task
use microgpt::autograd::Tape;
use microgpt::scalar::Scalar;

// ANCHOR: stub
/// The hyperbolic tangent of any kind of number.
fn tanh<S: Scalar>(x: S) -> S {
    todo!("make it of `exp` and the operators")
}
// ANCHOR_END: stub

#[test]
fn tanh_squeezes_and_knows_its_slope() {
    let tape = Tape::default();
    for number in [-2.0, 0.0, 0.5] {
        let x = tape.variable(number);
        let y = tanh(x);
        let slope = 1.0 - number.tanh().powi(2);
        assert!((tanh(number) - number.tanh()).abs() < 1e-12);
        assert!((y.backward().wrt(x) - slope).abs() < 1e-12);
    }
}
// ANCHOR_END: task
