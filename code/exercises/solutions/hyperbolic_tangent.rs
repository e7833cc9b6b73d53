/// The hyperbolic tangent of any kind of number.
fn tanh<S: Scalar>(x: S) -> S {
    let one = S::from(1.0);
    let grown = (x + x).exp();
    (grown - one) / (grown + one)
}
