//! Principal components: the directions in which points differ most.
//!
//! Pearson, *On Lines and Planes of Closest Fit to Systems of Points in
//! Space*, 1901; the eigenvectors by Jacobi's rotations, 1846.

use crate::run::mean;

/// Points seen along the two directions in which they differ most.
#[derive(Clone, Debug, PartialEq)]
pub struct Components {
    /// The place of each point along both directions.
    pub points: Vec<[f64; 2]>,
    /// The share of the variance that each direction keeps.
    pub shares: [f64; 2],
}

/// Finds the two principal components of some rows of equal length.
///
/// An eigenvector has no sign of its own: the largest of its numbers, by
/// size, is made positive.
pub fn components(rows: &[&[f64]]) -> Components {
    let columns = rows.first().map_or(0, |row| row.len());
    let column = |j: usize| rows.iter().map(|row| row[j]).collect::<Vec<f64>>();
    let means: Vec<f64> = (0..columns).map(|j| mean(&column(j))).collect();
    let centre = |row: &&[f64]| {
        row.iter().zip(&means).map(|(x, mean)| x - mean).collect()
    };
    let centred: Vec<Vec<f64>> = rows.iter().map(centre).collect();
    let product = |i: usize, j: usize| {
        centred.iter().map(|row| row[i] * row[j]).sum::<f64>()
    };
    let line = |i| (0..columns).map(|j| product(i, j)).collect();
    let (values, vectors) = eigen((0..columns).map(line).collect());
    let total: f64 = values.iter().sum();
    let axes = [0, 1].map(|k| positive(&vectors[k]));
    let along = |row: &Vec<f64>| axes.each_ref().map(|axis| dot(row, axis));
    let points = centred.iter().map(along).collect();
    Components { points, shares: [0, 1].map(|k| values[k] / total) }
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// A vector or its opposite: the one whose largest number is positive.
fn positive(vector: &[f64]) -> Vec<f64> {
    let larger = |max: f64, x: &f64| if x.abs() > max.abs() { *x } else { max };
    let sign = vector.iter().fold(0.0, larger).signum();
    vector.iter().map(|x| sign * x).collect()
}

/// The eigenvalues of a symmetric matrix, the largest first, each with its
/// vector of length 1.
fn eigen(mut matrix: Vec<Vec<f64>>) -> (Vec<f64>, Vec<Vec<f64>>) {
    let n = matrix.len();
    let unit = |i| (0..n).map(|j| f64::from(u8::from(i == j))).collect();
    let mut vectors: Vec<Vec<f64>> = (0..n).map(unit).collect();
    // each sweep squares what is left beside the diagonal: few are needed
    for _ in 0..20 {
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut matrix, &mut vectors, p, q);
            }
        }
    }
    let mut pairs: Vec<(f64, Vec<f64>)> = vectors
        .into_iter()
        .enumerate()
        .map(|(i, vector)| (matrix[i][i], vector))
        .collect();
    pairs.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    pairs.into_iter().unzip()
}

/// Turns two axes so that the entry (p, q) becomes 0.
fn rotate(
    matrix: &mut [Vec<f64>],
    vectors: &mut [Vec<f64>],
    p: usize,
    q: usize,
) {
    if matrix[p][q] == 0.0 {
        return;
    }
    let theta = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
    let root = (theta * theta + 1.0).sqrt();
    let t = theta.signum() / (theta.abs() + root);
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    let turn = |x: f64, y: f64| (c * x - s * y, s * x + c * y);
    for row in &mut *matrix {
        (row[p], row[q]) = turn(row[p], row[q]);
    }
    for lines in [matrix, vectors] {
        for k in 0..lines[p].len() {
            let (x, y) = turn(lines[p][k], lines[q][k]);
            (lines[p][k], lines[q][k]) = (x, y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvectors_are_only_stretched() {
        let matrix = vec![
            vec![4.0, 1.0, -2.0],
            vec![1.0, 2.0, 0.5],
            vec![-2.0, 0.5, 3.0],
        ];
        let (values, vectors) = eigen(matrix.clone());
        assert!(values.is_sorted_by(|a, b| a >= b));
        for (value, vector) in values.iter().zip(&vectors) {
            assert!((dot(vector, vector) - 1.0).abs() < 1e-12);
            for (row, x) in matrix.iter().zip(vector) {
                assert!((dot(row, vector) - value * x).abs() < 1e-12);
            }
        }
        assert!((values.iter().sum::<f64>() - 9.0).abs() < 1e-12);
    }

    #[test]
    fn points_on_a_line_need_one_direction() {
        let rows = [[0.0, 1.0, 5.0], [3.0, 5.0, 5.0], [-3.0, -3.0, 5.0]];
        let rows = rows.each_ref().map(|row| &row[..]);
        let Components { points, shares } = components(&rows);
        assert!((shares[0] - 1.0).abs() < 1e-12);
        for (point, place) in points.iter().zip([0.0, 5.0, -5.0]) {
            assert!((point[0] - place).abs() < 1e-12);
            assert!(point[1].abs() < 1e-12);
        }
    }

    #[test]
    fn the_largest_number_of_an_axis_is_positive() {
        assert_eq!(positive(&[0.6, -0.8]), [-0.6, 0.8]);
        assert_eq!(positive(&[0.8, -0.6]), [0.8, -0.6]);
    }
}
