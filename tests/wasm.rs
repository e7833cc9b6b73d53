//! The native and the WebAssembly build agree bit for bit.
//!
//! It needs Node and a standard library for WebAssembly. Where they are
//! missing, the test says so and passes, unless `REQUIRE_WASM` is set.

use std::env;
use std::io::{Write, stderr};
use std::path::Path;
use std::process::Command;

use agreement::Part;
use anyhow::{Result, anyhow, bail};
use checks::root;
use xtask::wasm::{REMEDY, Toolchain, printed};

/// The first number of a part that is not the expected one.
fn difference(expected: &[Part], numbers: &[u64]) -> Option<String> {
    let mut numbers = numbers.iter();
    for (name, bits) in expected {
        for (place, bits) in bits.iter().enumerate() {
            let found = numbers.next();
            if found != Some(bits) {
                return Some(format!("{name}, {place}: {found:?}, not {bits}"));
            }
        }
    }
    numbers.next().map(|bits| format!("one number too many: {bits}"))
}

#[test]
fn native_and_webassembly_agree_bit_for_bit() -> Result<()> {
    let node = printed(Command::new("node").arg("--version"));
    let (toolchain, missing) = match (Toolchain::find()?, node) {
        (Some(toolchain), Ok(_)) => (Some(toolchain), String::new()),
        (None, _) => (None, format!("no wasm32 std ({REMEDY})")),
        (_, Err(_)) => (None, "no node (Node.js)".to_owned()),
    };
    let Some(toolchain) = toolchain else {
        if env::var_os("REQUIRE_WASM").is_some() {
            bail!(missing);
        }
        // Not `eprintln!`, whose words are not seen when the test passes.
        return Ok(writeln!(stderr(), "skipped: {missing}")?);
    };
    let native = agreement::parts().map_err(|error| anyhow!("{error}"))?;
    let sizes: Vec<usize> = native.iter().map(|(_, bits)| bits.len()).collect();
    assert_eq!(sizes, [1000, 4192, 118, 100, 4192]);
    let variants = [("plain", ""), ("simd128", "-Ctarget-feature=+simd128")];
    for (variant, flags) in variants {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = target.with_file_name("wasm").join(variant);
        let module = toolchain.compile(root(), "agreement", flags, &folder)?;
        let script = root().join("tests/wasm/print.mjs");
        let lines = printed(Command::new("node").arg(script).arg(module))?;
        let numbers: Vec<u64> = lines
            .lines()
            .map(str::parse)
            .collect::<std::result::Result<_, _>>()?;
        let difference = difference(&native, &numbers);
        assert_eq!(difference, None, "{variant}");
    }
    Ok(())
}

#[test]
fn a_single_other_bit_is_found() {
    let expected = [("losses", vec![3, 4]), ("weights", vec![5])];
    assert_eq!(difference(&expected, &[3, 4, 5]), None);
    for numbers in [&[3, 4, 4][..], &[3, 4], &[3, 4, 5, 6]] {
        assert!(difference(&expected, numbers).is_some(), "{numbers:?}");
    }
}
