//! The committed module is what the code is now, and its numbers are those of
//! the native build, bit for bit: in Node, in Chromium, and when it's built
//! again.
//!
//! What a machine lacks for one of these is reported as skipped, unless
//! `REQUIRE_WASM` (a toolchain, Node) or `REQUIRE_BROWSER` (Chromium) is set.

use std::env;
use std::fs;
use std::io::{Write, stderr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use agreement::Part;
use anyhow::{Context, Result, anyhow, bail, ensure};
use checks::machine::browsers;
use checks::root;
use sandbox::train::Run;
use tempfile::TempDir;
use xtask::wasm::{REMEDY, Toolchain, printed};

/// What the module's script and the module are called where they're run.
const NAMES: [&str; 2] = ["sandbox.mjs", "sandbox_bg.wasm"];

/// Reports what's missing, or fails if `variable` says that nothing may be.
fn skip(missing: &str, variable: &str) -> Result<()> {
    if env::var_os(variable).is_some() {
        bail!("{missing}");
    }
    // Not `eprintln!`: its words aren't shown when the test passes.
    Ok(writeln!(stderr(), "skipped: {missing}")?)
}

#[test]
fn the_committed_module_is_built_from_the_code_as_it_is() -> Result<()> {
    ensure!(
        xtask::is_fresh(root())?,
        "sandbox/module was built from older code. Run `cargo book module`, \
         and commit what it writes. (It needs `{REMEDY}`, once.)"
    );
    Ok(())
}

/// The lines that every build of the sandboxes must print: the bits of each
/// loss and of each weight, then the names.
fn native() -> Result<Vec<String>> {
    let mut run = Run::new("adam", 0.01)?;
    run.seek(1000)?;
    let losses = run.losses();
    let numbers = losses.iter().chain(run.model().params());
    let bits = numbers.map(|number| number.to_bits().to_string());
    let lines: Vec<_> = bits.chain(run.names(20, 0.5)?).collect();
    assert_eq!(lines.len(), 1000 + 4192 + 20);
    Ok(lines)
}

/// Fails at the first line that isn't as expected.
fn assert_same(lines: &[impl AsRef<str>]) -> Result<()> {
    let expected = native()?;
    for (place, expected) in expected.iter().enumerate() {
        let line = lines.get(place).map(AsRef::as_ref);
        assert_eq!(line, Some(expected.as_str()), "line {}", place + 1);
    }
    assert_eq!(lines.len(), expected.len());
    Ok(())
}

/// A folder with a module, and with what runs it.
fn folder(module: &[(String, Vec<u8>)]) -> Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for (name, (_, bytes)) in NAMES.iter().zip(module) {
        fs::write(folder.path().join(name), bytes)?;
    }
    for entry in fs::read_dir(root().join("tests/sandbox/page"))? {
        let entry = entry?;
        fs::copy(entry.path(), folder.path().join(entry.file_name()))?;
    }
    let names = root().join("src/names.txt");
    fs::copy(names, folder.path().join("names.txt"))?;
    Ok(folder)
}

/// The module that's committed.
fn committed() -> Result<Vec<(String, Vec<u8>)>> {
    let read = |name: &str| {
        let path = root().join("sandbox/module").join(name);
        Ok((name.to_owned(), fs::read(path)?))
    };
    xtask::FILES.into_iter().map(read).collect()
}

fn has_node() -> bool {
    printed(Command::new("node").arg("--version")).is_ok()
}

/// Runs a module under Node.
fn assert_same_in_node(module: &[(String, Vec<u8>)]) -> Result<()> {
    let folder = folder(module)?;
    let mut node = Command::new("node");
    node.args(["node.mjs", "names.txt"]).current_dir(folder.path());
    let lines = printed(&mut node)?;
    assert_same(&lines.lines().collect::<Vec<_>>())
}

#[test]
fn the_committed_module_agrees_with_the_native_build_in_node() -> Result<()> {
    if !has_node() {
        return skip("no node (Node.js)", "REQUIRE_WASM");
    }
    assert_same_in_node(&committed()?)
}

/// A browser that's stopped when the test is over.
struct Browser(Child);

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_committed_module_agrees_with_the_native_build_in_chromium() -> Result<()>
{
    let Some(chromium) = browsers().into_iter().next() else {
        return skip("no Chromium", "REQUIRE_BROWSER");
    };
    let folder = folder(&committed()?)?;
    let (sender, asked) = mpsc::channel();
    let url = xtask::serve_built(folder.path(), move |target, _| {
        let _ = sender.send(target.to_owned());
    })?;
    let profile = tempfile::tempdir()?;
    let _browser = Browser(
        Command::new(chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu"])
            .args(["--no-first-run", "--disable-background-networking"])
            .args(["--disable-component-update", "--disable-sync"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("{url}/index.html"))
            .stderr(Stdio::null())
            .spawn()?,
    );
    let mut lines = Vec::new();
    loop {
        let patience = Duration::from_mins(1);
        let target = asked.recv_timeout(patience).with_context(|| {
            format!("Chromium said no more after {} lines", lines.len())
        })?;
        if let Some(found) = target.strip_prefix("/found?") {
            lines.extend(found.split('&').map(str::to_owned));
        } else if target == "/done" {
            break;
        }
    }
    assert_same(&lines)
}

/// One build at a time: they share a folder.
static BUILD: Mutex<()> = Mutex::new(());

#[test]
fn a_module_that_is_built_here_behaves_the_same() -> Result<()> {
    let _one = BUILD.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(module) = xtask::build_module(root())? else {
        let missing = format!("no standard library for wasm32 ({REMEDY})");
        return skip(&missing, "REQUIRE_WASM");
    };
    // What the compiler read is what the manifest is about.
    let read = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name(
        "wasm/sandbox/wasm32-unknown-unknown/release/sandbox.d",
    );
    let read = fs::read_to_string(read)?;
    for path in read.split_whitespace().map(Path::new) {
        if path.extension().is_none_or(|end| end != "rs") {
            continue; // the module itself, and the names, which it leaves out
        }
        let path = path.strip_prefix(root())?;
        assert!(xtask::is_source(path), "{} isn't listed", path.display());
    }
    if !has_node() {
        return skip("no node (Node.js)", "REQUIRE_WASM");
    }
    assert_same_in_node(&module)
}

#[test]
fn the_committed_module_carries_neither_names_nor_paths() -> Result<()> {
    let [_, (_, module)] = &committed()?[..] else { bail!("two files") };
    let holds = |text: &str| {
        module.windows(text.len()).any(|part| part == text.as_bytes())
    };
    assert!(holds("is not in the alphabet"), "a sentence of the crate");
    assert!(!holds("\nkarai\n"), "the list of names");
    for place in ["/home/", "/root/", "/Users/", ":\\Users\\", ".cargo/"] {
        assert!(!holds(place), "{place}");
    }
    assert!(module.len() <= 400_000, "{} bytes", module.len());
    Ok(())
}

/// The first number of a part that isn't the expected one.
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

/// A long check: no page has the fast engine yet.
#[test]
fn the_fast_engine_agrees_in_webassembly_bit_for_bit() -> Result<()> {
    if env::var_os("LONG_CHECKS").is_none() {
        return Ok(writeln!(stderr(), "skipped: a check for LONG_CHECKS")?);
    }
    let Some(toolchain) = Toolchain::find()? else {
        return skip("no standard library for wasm32", "REQUIRE_WASM");
    };
    if !has_node() {
        return skip("no node (Node.js)", "REQUIRE_WASM");
    }
    let _one = BUILD.lock().unwrap_or_else(PoisonError::into_inner);
    let native = agreement::parts().map_err(|error| anyhow!("{error}"))?;
    let sizes: Vec<usize> = native.iter().map(|(_, bits)| bits.len()).collect();
    assert_eq!(sizes, [1000, 4192, 118, 100, 4192]);
    let variants = [("plain", ""), ("simd128", "-Ctarget-feature=+simd128")];
    for (variant, flags) in variants {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = target.with_file_name("wasm").join(variant);
        let module = toolchain.compile(root(), "agreement", flags, &folder)?;
        let script = root().join("tests/sandbox/print.mjs");
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
