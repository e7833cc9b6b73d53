//! `cargo book` with a crate for the sandboxes. A stand-in takes the place of
//! each compiler, so no test needs one for WebAssembly.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// The smallest module, and another one, which holds a section with a name.
const MODULE: &[u8] = b"\0asm\x01\0\0\0";
const OTHER: &[u8] = b"\0asm\x01\0\0\0\0\x03\x01aa";

/// A compiler that only says where its libraries are.
const RUSTC: &str = "#!/bin/sh\necho \"$ROOT/library\"\n";

/// A cargo that has a module ready, or an error; and the glue for it.
const CARGO: &str = "#!/bin/sh
verb=$1
while [ \"$1\" != --target-dir ]; do shift; done
if [ \"$verb\" = run ]; then
  mkdir -p \"$5\"
  cp \"$4\" \"$5/sandbox_bg.wasm\"
  echo '/* glue */ let a;' > \"$5/sandbox.js\"
elif [ -e \"$ROOT/module\" ]; then
  mkdir -p \"$2/wasm32-unknown-unknown/release\"
  cp \"$ROOT/module\" \"$2/wasm32-unknown-unknown/release/sandbox.wasm\"
else
  echo 'error: no such number' >&2
  exit 1
fi
";

/// A small book with a widget and a crate for it.
struct Book(TempDir);

impl Book {
    /// With a standard library for WebAssembly, or without.
    fn new(has_library: bool) -> Self {
        let book = Self(TempDir::new().unwrap());
        book.write("book.toml", "[book]\ntitle = 'small'\n");
        book.write("src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n");
        book.write("src/one.md", "# One\n\n{{widget train line}}\n");
        let svg = "<svg><title>A line</title></svg>\n";
        book.write("src/figures/line.svg", svg);
        book.write("sandbox/src/lib.rs", "");
        book.write("module", MODULE);
        for (name, script) in [("rustc", RUSTC), ("cargo", CARGO)] {
            book.write(&format!("tools/{name}"), script);
            let executable = fs::Permissions::from_mode(0o755);
            let path = book.path(&format!("tools/{name}"));
            fs::set_permissions(path, executable).unwrap();
        }
        if has_library {
            book.write("library/std", "");
        }
        book
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// `cargo book` with these arguments.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let path = env::var_os("PATH").unwrap_or_default();
        let tools = [self.path("tools")].into_iter();
        let path = env::join_paths(tools.chain(env::split_paths(&path)));
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env("ROOT", self.0.path())
            .env("PATH", path.unwrap())
            .env("CARGO", self.path("tools/cargo"))
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("WASM_RUSTC")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Takes the toolchain away, and an earlier build.
    fn without_toolchain(&self) {
        fs::remove_dir_all(self.path("library")).unwrap();
        fs::remove_dir_all(self.path("src/sandbox/built")).unwrap();
    }

    fn build(&self) -> Output {
        self.command(&["build"]).output().unwrap()
    }

    /// The page as it was built.
    fn page(&self) -> String {
        fs::read_to_string(self.path("book/one.html")).unwrap()
    }

    /// When the module was written.
    fn written(&self) -> SystemTime {
        let module = self.path("src/sandbox/built/wasm/sandbox_bg.wasm");
        fs::metadata(module).unwrap().modified().unwrap()
    }

    fn has_module(&self) -> bool {
        self.path("src/sandbox/built/wasm/sandbox_bg.wasm").exists()
    }
}

#[test]
fn the_sandboxes_are_built_with_the_book_and_once() {
    let book = Book::new(true);
    let output = book.build();
    assert!(output.status.success(), "{output:?}");
    assert!(book.page().contains("<gpt-train class=\"widget\">"));
    assert!(book.path("book/sandbox/built/wasm/sandbox.js").exists());
    assert!(book.path("book/sandbox/built/wasm/sandbox_bg.wasm").exists());
    let print = fs::read_to_string(book.path("book/print.html")).unwrap();
    assert!(print.contains("With JavaScript and WebAssembly"), "{print}");

    let first = book.written();
    assert!(book.build().status.success());
    assert_eq!(book.written(), first);
    book.write("module", OTHER);
    assert!(book.build().status.success());
    assert_ne!(book.written(), first);
}

#[test]
fn without_a_library_figures_take_the_place_of_the_sandboxes() {
    let book = Book::new(true);
    assert!(book.build().status.success());
    assert!(book.has_module());
    fs::remove_dir_all(book.path("library")).unwrap();
    let output = book.build();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let remedy = "To bring them back: rustup target add wasm32-unknown";
    assert!(said.contains(remedy), "{said}");
    assert!(!book.has_module(), "what the code was must not be run");
    let page = book.page();
    assert!(page.contains("<title>A line</title>"), "{page}");
    assert!(page.contains("With JavaScript and WebAssembly"), "{page}");
    assert!(!page.contains("<gpt-"), "{page}");
}

#[test]
fn a_compiler_named_in_the_environment_takes_the_place_of_the_installed_one() {
    let book = Book::new(false);
    let mut command = book.command(&["build"]);
    assert!(command.env("WASM_RUSTC", "other").status().unwrap().success());
    assert!(book.has_module());
}

#[test]
fn a_committed_module_is_used_as_long_as_the_code_is_what_it_was_built_from() {
    let book = Book::new(true);
    assert!(book.build().status.success());
    assert!(book.command(&["module"]).status().unwrap().success());
    book.without_toolchain();

    let output = book.build();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    assert!(book.has_module());
    assert!(book.page().contains("<gpt-train"));

    for (file, text) in [
        ("sandbox/src/lib.rs", &b"fn a() {}"[..]),
        ("sandbox/src/more.rs", b""),
        ("code/src/lib.rs", b""),
        ("Cargo.lock", b"other"),
        ("sandbox/module/sandbox_bg.wasm", OTHER),
        ("sandbox/module/manifest.toml", b"nonsense"),
    ] {
        let path = book.path(file);
        let before = fs::read(&path).ok();
        book.write(file, text);
        let output = book.build();
        assert!(output.status.success(), "{output:?}");
        assert!(!output.stdout.is_empty(), "{file}");
        assert!(!book.has_module(), "{file}");
        match before {
            Some(before) => fs::write(path, before).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
        book.build();
        assert!(book.has_module(), "{file}");
    }
}

#[test]
fn a_changed_crate_is_built_again_and_the_committed_module_stays() {
    let book = Book::new(true);
    assert!(book.command(&["module"]).status().unwrap().success());
    book.write("module", OTHER);
    book.write("sandbox/src/lib.rs", "fn a() {}");
    assert!(book.build().status.success());
    let read = |name: &str| fs::read(book.path(name)).unwrap();
    assert_eq!(read("src/sandbox/built/wasm/sandbox_bg.wasm"), OTHER);
    assert_eq!(read("sandbox/module/sandbox_bg.wasm"), MODULE);
}

#[test]
fn without_a_toolchain_no_module_can_be_recorded() {
    let book = Book::new(false);
    let output = book.command(&["module"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    let expected = "to change that: rustup target add wasm32-unknown-unknown";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn mdbook_gets_the_sandboxes_too() {
    let book = Book::new(true);
    let root = serde_json::json!(book.0.path());
    let question = format!(
        r#"[{{"root": {root}, "config": {{"book": {{"src": "src"}}}},
        "renderer": "html", "mdbook_version": "0.5.4"}}, {{"items": []}}]"#
    );
    let mut child =
        book.command(&["preprocess"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(question.as_bytes()).unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert!(book.has_module());
}

#[test]
fn sandboxes_that_do_not_compile_are_reported() {
    let book = Book::new(true);
    assert!(book.build().status.success());
    fs::remove_file(book.path("module")).unwrap();
    let output = book.build();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    let expected = "error: the sandboxes can't be built: error: no such number";
    assert!(error.starts_with(expected), "{error}");
    assert!(!book.has_module(), "what the code was must not be run");
}

/// A server that stops with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Saves the crate's source, for which a module or an error is ready.
fn save(folder: &Path) {
    fs::write(folder.join("sandbox/src/lib.rs"), "").unwrap();
}

#[test]
fn a_running_server_builds_the_sandboxes_once_for_a_change_and_stays() {
    let book = Book::new(true);
    let settings = "[book]\n[build]\nextra-watch-dirs = ['sandbox']\n";
    book.write("book.toml", settings);
    let arguments = ["--hostname", "127.0.0.1", "--port", "0"];
    let mut server = Server(book.command(&arguments).spawn().unwrap());
    let stdout = server.0.stdout.take().unwrap();
    let mut lines = BufReader::new(stdout).lines().map(Result::unwrap);
    let mut next = || lines.next().unwrap();
    assert!(next().starts_with("The book is at "));

    book.write("module", OTHER);
    save(book.0.path());
    assert!(next().starts_with("Built again"));
    let built = fs::read(book.path("src/sandbox/built/wasm/sandbox_bg.wasm"));
    assert_eq!(built.unwrap(), OTHER);

    // Were the new files a change, it would build again by now, and say so.
    sleep(Duration::from_millis(500));
    fs::remove_file(book.path("module")).unwrap();
    save(book.0.path());
    assert_eq!(next(), "The last good book stays.");

    book.write("module", MODULE);
    save(book.0.path());
    assert!(next().starts_with("Built again"));
    assert!(book.page().contains("<gpt-train"));
}
