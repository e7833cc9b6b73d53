// ANCHOR: places
//! A matrix's numbers, in the list of all weights or in that of all gradients.

use crate::model::Place;

impl Place {
    /// Returns the matrix, as its rows one after the other.
    #[inline(always)]
    pub(super) fn of(self, list: &[f64]) -> &[f64] {
        &list[self.range()]
    }

    /// Returns the matrix, to be changed.
    #[inline(always)]
    pub(super) fn of_mut(self, list: &mut [f64]) -> &mut [f64] {
        &mut list[self.range()]
    }
}
// ANCHOR_END: places
