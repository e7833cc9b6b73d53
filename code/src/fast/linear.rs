// ANCHOR: dots
//! Linear layers and relu, forward and backward.

use std::iter::zip;

use super::lanes::{LANES, Lanes, one_by_one};

/// How many rows of a matrix are multiplied side by side.
const ROWS: usize = 4;

/// Returns the dot products of some rows with x.
///
/// `rows` is (R, in), and `x` is (in), for [`LANES`] positions.
#[inline(always)]
fn dots<const R: usize>(rows: &[f64], x: &[Lanes]) -> [Lanes; R] {
    let columns = x.len();
    debug_assert_eq!(rows.len(), R * columns);
    let mut sums = [Lanes::default(); R];
    for (i, &x) in x.iter().enumerate() {
        for (r, sum) in sums.iter_mut().enumerate() {
            *sum += x * rows[r * columns + i];
        }
    }
    sums
}
// ANCHOR_END: dots

// ANCHOR: linear
/// Computes y = W x.
///
/// `y` is (out), `w` is (out, in), and `x` is (in).
#[inline(always)]
pub fn linear(y: &mut [Lanes], w: &[f64], x: &[Lanes]) {
    debug_assert_eq!(w.len(), y.len() * x.len());
    let (ys, rest) = y.as_chunks_mut::<ROWS>();
    let (rows, last_rows) = w.split_at(ys.len() * ROWS * x.len());
    for (y, rows) in zip(ys, rows.chunks_exact(ROWS * x.len())) {
        *y = dots(rows, x);
    }
    for (y, row) in zip(rest, last_rows.chunks_exact(x.len())) {
        [*y] = dots(row, x);
    }
}
// ANCHOR_END: linear

// ANCHOR: add_columns
/// Adds the dot products of some columns with dy to dx.
///
/// `w` is (out, columns), and `dy` is (out).
#[inline(always)]
fn add_columns<const R: usize>(
    dx: &mut [Lanes; R],
    w: &[f64],
    columns: usize,
    first: usize,
    dy: &[Lanes],
) {
    let mut sums = *dx;
    for (o, &dy) in dy.iter().enumerate() {
        for (r, sum) in sums.iter_mut().enumerate() {
            // Forward: *sum += x * rows[r * columns + i];
            *sum += dy * w[o * columns + first + r];
        }
    }
    *dx = sums;
}
// ANCHOR_END: add_columns

// ANCHOR: linear_to_input
/// Adds Wᵀ dy to dx: the backward pass of y = W x to its input.
///
/// `dx` is (in), `w` is (out, in), and `dy` is (out). xᵢ goes into each yₒ
/// with the slope wₒᵢ, so dxᵢ = Σₒ wₒᵢ dyₒ.
#[inline(always)]
pub fn linear_to_input(dx: &mut [Lanes], w: &[f64], dy: &[Lanes]) {
    debug_assert_eq!(w.len(), dy.len() * dx.len());
    let columns = dx.len();
    let (dxs, rest) = dx.as_chunks_mut::<ROWS>();
    let first_of_rest = dxs.len() * ROWS;
    for (i, dx) in dxs.iter_mut().enumerate() {
        add_columns(dx, w, columns, i * ROWS, dy);
    }
    for (i, dx) in rest.as_chunks_mut().0.iter_mut().enumerate() {
        add_columns::<1>(dx, w, columns, first_of_rest + i, dy);
    }
}
// ANCHOR_END: linear_to_input

// ANCHOR: transpose
/// Turns eight numbers of eight positions into eight positions of eight
/// numbers.
///
/// `x` has at most [`LANES`] numbers; what is missing is filled up with 0.
#[inline(always)]
pub fn transpose(x: &[Lanes]) -> [Lanes; LANES] {
    let mut turned = [Lanes::default(); LANES];
    for (i, x) in x.iter().enumerate().take(LANES) {
        for (turned, &x) in zip(&mut turned, &x.0) {
            turned.0[i] = x;
        }
    }
    turned
}
// ANCHOR_END: transpose

// ANCHOR: add_to
/// Adds as many lanes as there are numbers.
#[inline(always)]
fn add_to(numbers: &mut [f64], lanes: Lanes) {
    if let Some(numbers) = numbers.as_mut_array::<LANES>() {
        *numbers = (Lanes(*numbers) + lanes).0;
    } else {
        for (number, lane) in zip(numbers, lanes.0) {
            *number += lane;
        }
    }
}
// ANCHOR_END: add_to

// ANCHOR: linear_to_weights
/// Adds dy xᵀ to dW: the backward pass of y = W x to its weights.
///
/// `dw` is (out, in), `dy` is (out), and `x` is (in). wₒᵢ is multiplied by xᵢ
/// at each position, so dwₒᵢ = Σₜ dyₒₜ xᵢₜ.
#[inline(always)]
pub fn linear_to_weights(dw: &mut [f64], dy: &[Lanes], x: &[Lanes]) {
    debug_assert_eq!(dw.len(), dy.len() * x.len());
    for (piece, xs) in x.chunks(LANES).enumerate() {
        let positions = transpose(xs);
        let rows = dw.chunks_exact_mut(x.len());
        for (row, dy) in zip(rows, dy) {
            let dw = &mut row[piece * LANES..][..xs.len()];
            let mut sums = Lanes::default();
            for (&x, dy) in zip(&positions, dy.0) {
                // Forward: *sum += x * rows[r * columns + i];
                sums += x * dy;
            }
            add_to(dw, sums);
        }
    }
}
// ANCHOR_END: linear_to_weights

// ANCHOR: relu
/// Computes relu in place: negative numbers become 0.
#[inline(always)]
pub fn relu(x: &mut [Lanes]) {
    for x in one_by_one(x.iter_mut()) {
        *x = x.map(|x| if x > 0.0 { x } else { 0.0 });
    }
}

/// Turns dy into dx in place: the backward pass of y = relu(x).
///
/// `d` and `y` are (n). Where y is 0 there is no gradient.
#[inline(always)]
pub fn relu_back(d: &mut [Lanes], y: &[Lanes]) {
    debug_assert_eq!(d.len(), y.len());
    for (d, &y) in one_by_one(zip(d, y)) {
        // Forward: if x > 0.0 { x } else { 0.0 }
        *d = d.zip(y, |dy, y| if y > 0.0 { dy } else { 0.0 });
    }
}
// ANCHOR_END: relu
