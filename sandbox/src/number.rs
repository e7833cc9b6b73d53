//! Reading a number that was typed, and writing one.
//!
//! In a browser, the browser does both: Rust's own ways, with their tables of
//! powers, would be a third of the code that a page may load of ours.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::prelude::wasm_bindgen;

/// The number nearest to a decimal one; of any other text, not a number.
pub(crate) fn decimal(text: &str) -> f64 {
    // What a browser takes for a number beside: spaces, `0x10`, no text.
    let digit =
        |it| matches!(it, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    if text.is_empty() || !text.bytes().all(digit) {
        return f64::NAN;
    }
    read(text)
}

/// A number as a reader would write it.
pub(crate) fn written(number: f64) -> String {
    if number.is_finite() {
        return write(number);
    }
    let sentence = match number {
        f64::INFINITY => "inf",
        f64::NEG_INFINITY => "-inf",
        _ => "NaN",
    };
    sentence.to_owned()
}

#[cfg(not(target_arch = "wasm32"))]
fn read(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

#[cfg(not(target_arch = "wasm32"))]
fn write(number: f64) -> String {
    format!("{number:?}").trim_end_matches(".0").to_owned()
}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
extern "C" {
    /// The same: each browser has it, and a page need not load it.
    #[wasm_bindgen(js_name = Number)]
    fn read(text: &str) -> f64;

    /// The same, but that very large numbers and very small ones may have
    /// their exponent written in another way.
    #[wasm_bindgen(js_name = String)]
    fn write(number: f64) -> String;
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

    #[test]
    fn a_number_is_written_in_few_characters() {
        for (number, expected) in [
            (2.0, "2"),
            (-1.5, "-1.5"),
            (100.0, "100"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(written(number), expected);
        }
    }
}
