//! Steps of Adam, worked out by hand.

use microgpt::adam::Adam;
use microgpt::fast::FastAdam;
use microgpt::training::Optimizer;

/// The gradients of three steps for three weights.
const GRADIENTS: [[f64; 3]; 3] =
    [[0.5, -2.0, 0.0], [0.25, 3.0, 0.0], [-1.0, 0.125, 1e-9]];

fn near(ours: f64, wanted: f64) -> bool {
    (ours - wanted).abs() <= 1e-13 * wanted.abs()
}

/// Weight, m and v after all steps, from the formulas as sums over the past.
fn by_hand(weight: usize) -> [f64; 3] {
    let mut param = 1.0;
    let (mut m, mut v) = (0.0, 0.0);
    for t in 1..=GRADIENTS.len() {
        (m, v) = (0.0, 0.0);
        for (age, row) in GRADIENTS[..t].iter().rev().enumerate() {
            let g = row[weight];
            m += 0.15 * g * libm::pow(0.85, age as f64);
            v += 0.01 * g * g * libm::pow(0.99, age as f64);
        }
        let m_hat = m / (1.0 - libm::pow(0.85, t as f64));
        let v_hat = v / (1.0 - libm::pow(0.99, t as f64));
        param -= 0.1 * m_hat / (libm::sqrt(v_hat) + 1e-8);
    }
    [param, m, v]
}

#[test]
fn three_steps_are_what_the_formulas_say() {
    let mut adam = Adam::default();
    let mut params = [1.0; 3];
    for gradients in GRADIENTS {
        adam.step(0.1, &mut params, &gradients);
    }
    for (weight, &param) in params.iter().enumerate() {
        let wanted = by_hand(weight);
        let ours = [param, adam.m[weight], adam.v[weight]];
        for (ours, wanted) in ours.into_iter().zip(wanted) {
            assert!(near(ours, wanted), "weight {weight}: {ours} {wanted}");
        }
    }
}

#[test]
fn the_means_are_corrected_by_how_full_they_are() {
    let mut adam = Adam::default();
    assert_eq!(adam.corrections(), [0.0, 0.0]);
    assert_eq!(adam.corrected(0), None);
    adam.step(0.1, &mut [1.0; 3], &GRADIENTS[0]);
    adam.step(0.1, &mut [1.0; 3], &GRADIENTS[1]);
    let [m, v] = adam.corrections();
    assert!(near(m, 1.0 - 0.85 * 0.85) && near(v, 1.0 - 0.99 * 0.99));
    let [m_hat, v_hat] = adam.corrected(1).unwrap();
    assert!(near(m_hat, adam.m[1] / m) && near(v_hat, adam.v[1] / v));
    assert_eq!(adam.corrected(3), None);
}

#[test]
fn a_weight_that_never_had_a_gradient_stays() {
    let mut params = [1.0, 1.0];
    Adam::default().step(0.1, &mut params, &[0.0, 1e-8]);
    assert_eq!(params[0], 1.0);
    // Its gradient is as small as what keeps the division finite.
    assert!(near(params[1], 0.95), "{}", params[1]);
}

#[test]
fn the_quick_one_does_the_same_with_the_processor_s_instructions_or_without() {
    let mut adam = Adam::default();
    let mut quick = [FastAdam::default(), FastAdam::default().plain()];
    let mut params = [1.0; 3];
    let mut quick_params = [[1.0; 3]; 2];
    for gradients in GRADIENTS {
        adam.step(0.1, &mut params, &gradients);
        for (quick, params) in quick.iter_mut().zip(&mut quick_params) {
            quick.step(0.1, params, &gradients);
        }
        let [best, plain] = quick_params;
        assert_eq!(best.map(f64::to_bits), plain.map(f64::to_bits));
        for (ours, wanted) in best.into_iter().zip(params) {
            assert!(near(ours, wanted), "{ours} {wanted}");
        }
    }
}

#[test]
fn adam_goes_on_where_it_was_whichever_of_both_it_is() {
    let mut whole = (Adam::default(), [1.0; 3]);
    let mut first = (Adam::default(), [1.0; 3]);
    for (step, row) in GRADIENTS.iter().enumerate() {
        whole.0.step(0.1, &mut whole.1, row);
        if step < 2 {
            first.0.step(0.1, &mut first.1, row);
        }
    }
    let Adam { steps, m, v, .. } = first.0.clone();
    let resumed = Adam { steps, m, v, ..Adam::default() };
    let mut second = (resumed, first.1);
    assert_eq!((first.0.steps, &second.0), (2, &first.0));
    second.0.step(0.1, &mut second.1, &GRADIENTS[2]);
    assert_eq!((second.0.steps, &second), (3, &whole));

    let mut fast = FastAdam::from(first.0.clone());
    let mut params = first.1;
    fast.step(0.1, &mut params, &GRADIENTS[2]);
    for (ours, wanted) in params.into_iter().zip(whole.1) {
        assert!(near(ours, wanted), "{ours} {wanted}");
    }
    // What each of them lends, to be saved, is what it has.
    assert_eq!(AsRef::<Adam>::as_ref(&fast).steps, 3);
    assert_eq!(AsRef::<Adam>::as_ref(&first.0), &first.0);
    assert_eq!(Adam::from(fast).steps, 3);
    assert_eq!(Adam::from(FastAdam::from(first.0.clone())), first.0);
}
