//! Any bytes as documents.
#![no_main]

#[path = "../properties/tokenizer.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));
