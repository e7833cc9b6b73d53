//! Each operation on a tape: its value, its inputs, and the way back.

use microgpt::autograd::{Tape, Value};
use microgpt::scalar::Scalar;

/// The node, and an edge with its slope to each input.
fn slopes(tape: &Tape, value: Value<'_>) -> Vec<f64> {
    let inputs = tape.inputs(value.node());
    inputs.into_iter().map(|(_, slope)| slope).collect()
}

#[test]
fn each_operation_of_two_numbers_has_its_value_and_two_slopes() {
    let tape = Tape::default();
    let (x, y) = (tape.variable(3.0), tape.variable(4.0));
    for (result, value, wanted) in [
        (x + y, 7.0, [1.0, 1.0]),
        (x - y, -1.0, [1.0, -1.0]),
        (x * y, 12.0, [4.0, 3.0]),
        (x / y, 0.75, [0.25, -0.1875]),
    ] {
        assert_eq!(result.value(), value);
        let inputs = [(x.node(), wanted[0]), (y.node(), wanted[1])];
        assert_eq!(tape.inputs(result.node()), inputs);
    }
}

#[test]
fn each_function_of_one_number_has_its_value_and_its_slope() {
    let tape = Tape::default();
    let x = tape.variable(4.0);
    let e = libm::exp(4.0);
    for (result, value, slope) in [
        (-x, -4.0, -1.0),
        (x.exp(), e, e),
        (x.ln(), libm::log(4.0), 0.25),
        (x.powf(0.5), 2.0, 0.25),
        (x.powf(3.0), 64.0, 48.0),
        (x.relu(), 4.0, 1.0),
    ] {
        assert_eq!(result.value(), value);
        assert_eq!(tape.inputs(result.node()), [(x.node(), slope)]);
    }
}

#[test]
fn relu_has_no_slope_where_it_gives_0() {
    let tape = Tape::default();
    for number in [-2.0, 0.0] {
        let result = tape.variable(number).relu();
        assert_eq!((result.value(), slopes(&tape, result)), (0.0, vec![0.0]));
    }
}

#[test]
fn a_sum_has_an_edge_to_each_term_and_one_of_nothing_is_0() {
    let tape = Tape::default();
    let (x, y) = (tape.variable(3.0), tape.variable(4.0));
    let sum: Value = [Value::from(1.0), x, y, x].into_iter().sum();
    assert_eq!(sum.value(), 11.0);
    assert_eq!(slopes(&tape, sum), [1.0; 4]);
    let gradients = sum.backward();
    assert_eq!([gradients.wrt(x), gradients.wrt(y)], [2.0, 1.0]);
    let nothing: Value = [].into_iter().sum();
    assert_eq!((nothing.value(), nothing.node()), (0.0, 0));
}

#[test]
fn a_dot_product_has_an_edge_to_each_factor() {
    let tape = Tape::default();
    let xs = [3.0, 4.0].map(|x| tape.variable(x));
    let ys = [Value::from(10.0), tape.variable(5.0)];
    let dot = Value::dot(&xs, &ys);
    assert_eq!(dot.value(), 50.0);
    assert_eq!(slopes(&tape, dot), [10.0, 5.0, 3.0, 4.0]);
    let gradients = dot.backward();
    assert_eq!(xs.map(|x| gradients.wrt(x)), [10.0, 5.0]);
    assert_eq!(ys.map(|y| gradients.wrt(y)), [0.0, 4.0]);
    let constants = Value::dot(&[Value::from(2.0)], &[Value::from(3.0)]);
    assert_eq!((constants.value(), constants.node()), (6.0, 0));
}

#[test]
fn constants_take_no_room_and_get_no_gradient() {
    let tape = Tape::default();
    let two = Value::from(2.0);
    let five = two + Value::from(3.0);
    assert_eq!((five.value(), five.node()), (5.0, 0));
    assert_eq!(tape.size(), (1, 0));
    assert_eq!(five.backward().wrt(five), 0.0);
    let x = tape.variable(4.0);
    for product in [two * x, x * two] {
        assert_eq!(product.value(), 8.0);
        let gradients = product.backward();
        assert_eq!([gradients.wrt(x), gradients.wrt(two)], [2.0, 0.0]);
    }
}

#[test]
fn gradients_along_several_ways_add_up() {
    let tape = Tape::default();
    let (x, apart) = (tape.variable(3.0), tape.variable(7.0));
    let y = x * x;
    let z = y * x - y / x;
    let later = tape.variable(9.0);
    let gradients = z.backward();
    assert_eq!(gradients.wrt(x), 26.0); // x³ - x: 3x² - 1
    assert_eq!(gradients.wrt(y), 3.0 - 1.0 / 3.0);
    assert_eq!(gradients.wrt(z), 1.0);
    assert_eq!([gradients.wrt(apart), gradients.wrt(later)], [0.0, 0.0]);
}

#[test]
fn a_tape_tells_what_was_written_down() {
    let tape = Tape::default();
    let x = tape.variable(3.0);
    let y = x * x;
    assert_eq!((x.node(), y.node()), (1, 2));
    assert_eq!(tape.size(), (3, 2));
    assert_eq!(tape.inputs(0), []);
    assert_eq!(tape.inputs(x.node()), []);
    assert_eq!(tape.inputs(y.node()), [(1, 3.0), (1, 3.0)]);
    assert_eq!(tape.inputs(3), []);
}
