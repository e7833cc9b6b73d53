//! Compiles a package for WebAssembly, where a toolchain is found that can.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// What we compile for: a browser, or Node.
const TARGET: &str = "wasm32-unknown-unknown";

/// How a package is compiled, whatever the workspace says: small, for it
/// travels to each reader. What trains is as fast as it would be otherwise.
pub(crate) const PROFILE: [&str; 5] = [
    "opt-level=\"z\"",
    "package.microgpt.opt-level=\"s\"",
    "lto=true",
    "codegen-units=1",
    "panic=\"abort\"",
];

/// For loops over many numbers: two at a time.
pub(crate) const FLAGS: &str = "-Ctarget-feature=+simd128";

/// What gives the installed toolchain what it needs.
pub const REMEDY: &str = "rustup target add wasm32-unknown-unknown";

/// A compiler and a standard library for WebAssembly.
#[derive(Debug, Clone)]
pub struct Toolchain {
    /// What the environment needs, so that cargo uses it.
    variables: Vec<(String, PathBuf)>,
}

impl Toolchain {
    /// The installed toolchain, if it has a standard library for WebAssembly;
    /// else the one whose compiler `WASM_RUSTC` names; else none.
    ///
    /// # Errors
    ///
    /// The installed compiler cannot be asked.
    pub fn find() -> Result<Option<Self>> {
        let library = rustc(&["target-libdir", "--target", TARGET])?;
        if fs::read_dir(library).is_ok_and(|files| files.count() > 0) {
            return Ok(Some(Self { variables: Vec::new() }));
        }
        let Some(compiler) = env::var_os("WASM_RUSTC") else {
            return Ok(None);
        };
        let tools = rustc(&["sysroot"])?.join("lib/rustlib");
        let tools = tools.join(rustc(&["host-tuple"])?).join("bin");
        let target = TARGET.to_uppercase().replace('-', "_");
        let linker = format!("CARGO_TARGET_{target}_LINKER");
        Ok(Some(Self {
            variables: vec![
                ("RUSTC".to_owned(), compiler.into()),
                (linker, tools.join("rust-lld")),
            ],
        }))
    }

    /// Compiles a package of the workspace at `root` as one module, with these
    /// flags for the compiler; where the module is. All that comes of it lies
    /// in `folder`, so that a second time is short.
    ///
    /// # Errors
    ///
    /// It does not compile; the message is the compiler's.
    pub fn compile(
        &self,
        root: &Path,
        package: &str,
        flags: &str,
        folder: &Path,
    ) -> Result<PathBuf> {
        let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut cargo = command(program);
        cargo
            .args(["rustc", "--quiet", "--package", package, "--release"])
            .args(["--crate-type", "cdylib", "--target", TARGET])
            .arg("--target-dir")
            .arg(folder)
            .current_dir(root)
            .env("CARGO_ENCODED_RUSTFLAGS", encoded(root, flags))
            .envs(self.variables.iter().cloned());
        for setting in PROFILE {
            cargo.arg("--config").arg(format!("profile.release.{setting}"));
        }
        printed(&mut cargo)?;
        let name = package.replace('-', "_");
        Ok(folder.join(TARGET).join(format!("release/{name}.wasm")))
    }
}

/// Writes the files of a module that a page can load, into the folder `to`.
/// The program that does it is built in `folder`.
///
/// # Errors
///
/// It doesn't compile, or the module isn't one.
pub(crate) fn glue(
    root: &Path,
    module: &Path,
    to: &Path,
    folder: &Path,
) -> Result<()> {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = command(program);
    cargo.args(["run", "--quiet", "--package", "glue", "--target-dir"]);
    cargo.args([folder, Path::new("--"), module, to]).current_dir(root);
    printed(&mut cargo).map(drop)
}

/// The flags for the compiler, in cargo's way, for which a space is no end: the
/// given ones, and that a message must not tell a reader where on this machine
/// the sources are.
fn encoded(root: &Path, flags: &str) -> OsString {
    let home = env::home_dir();
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
    let places = [home, cargo, Some(root.to_owned())];
    let mut all: Vec<OsString> = flags.split(' ').map(Into::into).collect();
    for place in places.into_iter().flatten() {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(place);
        flag.push("=");
        all.push(flag);
    }
    all.retain(|flag| !flag.is_empty());
    all.join(OsStr::new("\x1f"))
}

/// What the installed compiler says of itself.
fn rustc(words: &[&str]) -> Result<PathBuf> {
    let says = printed(command("rustc").arg("--print").args(words))?;
    Ok(says.into())
}

/// A command without the stand-in that a test may have for the compiler.
fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_remove("RUSTC");
    command
}

/// What a command prints.
///
/// # Errors
///
/// It cannot be run, or fails: the message is then what it says.
pub fn printed(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.output().with_context(|| format!("{program} cannot be run"))?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}
