//! The native and the WebAssembly build agree bit for bit.
//!
//! It needs Node and a standard library for WebAssembly. Where they are
//! missing, the test says so and passes, unless `REQUIRE_WASM` is set.

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::Command;

use agreement::Part;
use checks::root;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const TARGET: &str = "wasm32-unknown-unknown";

/// A command without the stand-in that compiles the snippets.
fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_remove("RUSTC");
    command
}

/// What a command prints.
fn printed(command: &mut Command) -> Result<String> {
    let output =
        command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?}:\n{said}").into());
    }
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

/// What the environment needs so that cargo can build for WebAssembly:
/// nothing, or another compiler and the linker; or else what is missing.
fn toolchain() -> Result<std::result::Result<Vec<(String, PathBuf)>, String>> {
    if printed(command("node").arg("--version")).is_err() {
        return Ok(Err("no node (Node.js)".to_owned()));
    }
    let says = |words: &[&str]| -> Result<PathBuf> {
        let words = ["--print"].iter().chain(words);
        Ok(printed(command("rustc").args(words))?.into())
    };
    let library = says(&["target-libdir", "--target", TARGET])?;
    if fs::read_dir(library).is_ok_and(|files| files.count() > 0) {
        return Ok(Ok(Vec::new()));
    }
    let Some(compiler) = env::var_os("WASM_RUSTC") else {
        let missing = format!("no wasm32 std (rustup target add {TARGET})");
        return Ok(Err(missing));
    };
    let tools = says(&["sysroot"])?.join("lib/rustlib");
    let tools = tools.join(says(&["host-tuple"])?).join("bin");
    let target = TARGET.to_uppercase().replace('-', "_");
    Ok(Ok(vec![
        ("RUSTC".to_owned(), compiler.into()),
        (format!("CARGO_TARGET_{target}_LINKER"), tools.join("rust-lld")),
    ]))
}

/// Builds the run for WebAssembly, in a folder of its own; where the module is.
fn build(
    toolchain: &[(String, PathBuf)],
    folder: &str,
    flags: &str,
) -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm");
    let target = target.join(folder);
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = command(program);
    cargo
        .args(["rustc", "--offline", "--quiet", "--package", "agreement"])
        .args(["--release", "--config", "profile.release.lto=true"])
        .args(["--crate-type", "cdylib", "--target", TARGET, "--target-dir"])
        .arg(&target)
        .current_dir(root())
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("RUSTFLAGS", flags)
        .envs(toolchain.iter().cloned());
    printed(&mut cargo)?;
    Ok(target.join(TARGET).join("release/agreement.wasm"))
}

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
    let toolchain = match toolchain()? {
        Ok(toolchain) => toolchain,
        Err(missing) if env::var_os("REQUIRE_WASM").is_some() => {
            return Err(missing.into());
        }
        // Not `eprintln!`, whose words are not seen when the test passes.
        Err(missing) => return Ok(writeln!(stderr(), "skipped: {missing}")?),
    };
    let native = agreement::parts()?;
    let sizes: Vec<usize> = native.iter().map(|(_, bits)| bits.len()).collect();
    assert_eq!(sizes, [1000, 4192, 118, 100, 4192]);
    let variants = [("plain", ""), ("simd128", "-Ctarget-feature=+simd128")];
    for (variant, flags) in variants {
        let module = build(&toolchain, variant, flags)?;
        let script = root().join("tests/wasm/print.mjs");
        let lines = printed(command("node").arg(script).arg(module))?;
        let numbers: std::result::Result<Vec<u64>, _> =
            lines.lines().map(str::parse).collect();
        let difference = difference(&native, &numbers?);
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
