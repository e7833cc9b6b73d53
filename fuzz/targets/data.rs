//! Any bytes as a data file.
#![no_main]

#[path = "../properties/data.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));
