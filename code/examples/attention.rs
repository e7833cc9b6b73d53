//! One head of attention, small enough to follow by hand.

use microgpt::attention::Head;

fn main() {
    let mut head = Head::default();
    head.remember(&[4.0, 0.0], &[1.0, 0.0]);
    head.remember(&[0.0, 4.0], &[0.0, 1.0]);
    head.remember(&[2.0, 2.0], &[5.0, 5.0]);

    for query in [[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]] {
        let weights = head.weights(&query);
        let answer = head.answer(&query);
        println!("{query:?} looks {weights:.3?} and gets {answer:.3?}");
    }
}
