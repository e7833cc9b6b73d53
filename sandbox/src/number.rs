//! Reading a number that was typed.
//!
//! In a browser, the browser reads it: Rust's own reading, with its table of
//! powers, would be a sixth of what a page loads of ours.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// The number nearest to a decimal one; of any other text, not a number.
pub(crate) fn decimal(text: &str) -> f64 {
    // What a browser takes for a number beside: spaces, `0x10`, no text.
    let digits = |it: char| it.is_ascii_digit() || "+-.eE".contains(it);
    if text.is_empty() || !text.chars().all(digits) {
        return f64::NAN;
    }
    read(text)
}

#[cfg(not(target_arch = "wasm32"))]
fn read(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
extern "C" {
    /// The same: each browser has it, and a page need not load it.
    #[wasm_bindgen(js_name = Number)]
    fn read(text: &str) -> f64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_number_is_read_and_nothing_else() {
        assert_eq!(decimal("0.5"), 0.5);
        assert_eq!(decimal("-1.5e3"), -1500.0);
        for text in ["", " ", " 1", "0x10", "inf", "Infinity", "NaN", "1.2.3"] {
            assert!(decimal(text).is_nan(), "{text}");
        }
    }
}
