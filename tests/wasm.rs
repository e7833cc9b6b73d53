//! The native and the WebAssembly build agree bit for bit.
//!
//! It needs Node and a standard library for WebAssembly. Where they are
//! missing, the test says so and passes, unless `REQUIRE_WASM` is set.

use std::env;
use std::fs;
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::Command;

use agreement::Part;
use anyhow::{Result, anyhow, bail, ensure};
use checks::root;
use xtask::Sandbox;
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

/// Says what is missing, or fails if nothing may be.
fn skip(missing: &str) -> Result<()> {
    if env::var_os("REQUIRE_WASM").is_some() {
        bail!("{missing}");
    }
    // Not `eprintln!`, whose words are not seen when the test passes.
    Ok(writeln!(stderr(), "skipped: {missing}")?)
}

#[test]
fn native_and_webassembly_agree_bit_for_bit() -> Result<()> {
    let node = printed(Command::new("node").arg("--version"));
    let (toolchain, missing) = match (Toolchain::find()?, node) {
        (Some(toolchain), Ok(_)) => (Some(toolchain), String::new()),
        (None, _) => (None, format!("no wasm32 std ({REMEDY})")),
        (_, Err(_)) => (None, "no node (Node.js)".to_owned()),
    };
    let Some(toolchain) = toolchain else { return skip(&missing) };
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

/// The modules in a folder that hold a text.
fn holding(folder: &Path, text: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut modules = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let bytes = fs::read(&path)?;
        modules += usize::from(bytes.starts_with(b"\0asm"));
        if bytes.windows(text.len()).any(|part| part == text.as_bytes()) {
            found.push(path);
        }
    }
    ensure!(modules > 0, "there is no module in {}", folder.display());
    Ok(found)
}

#[test]
fn no_module_tells_a_reader_where_packages_lie_on_this_machine() -> Result<()> {
    let book = tempfile::tempdir()?;
    if xtask::build_all(root(), Some(book.path()))? != Sandbox::Built {
        return skip(REMEDY);
    }
    let folder = book.path().join("sandbox/built/wasm");
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = env::home_dir().map(|home| home.join(".cargo"));
    for place in [cargo, home].into_iter().flatten() {
        let found = holding(&folder, &place.to_string_lossy())?;
        assert!(found.is_empty(), "{found:?}");
    }
    // What holds a sentence of the crate is found.
    assert!(!holding(&folder, "is not in the alphabet")?.is_empty());
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
