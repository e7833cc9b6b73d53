//! Any bytes as an expression.
#![no_main]

#[path = "../properties/expression.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));
