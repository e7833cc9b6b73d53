//! `cargo book` itself, run on a small book.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A small book.
fn book() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    write(folder.path(), "book.toml", "[book]\ntitle = 'small'\n");
    write(folder.path(), "src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n");
    write(folder.path(), "src/one.md", "# One\n\nThe first text.\n");
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

/// `cargo book` with these arguments, in this folder.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A server that stops with the test.
struct Server(Child, String);

impl Server {
    fn start(folder: &Path) -> Self {
        let arguments = ["--hostname", "127.0.0.1", "--port", "0"];
        let mut child = command(folder, &arguments).spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line
            .split_once("http://")
            .and_then(|(_, rest)| rest.split_once(' '))
            .map_or_else(|| panic!("{line}"), |(address, _)| address);
        let address = address.to_owned();
        Self(child, address)
    }

    /// The whole answer to a request.
    fn ask(&self, method: &str, target: &str) -> String {
        let mut stream = TcpStream::connect(&self.1).unwrap();
        let request =
            format!("{method} {target} HTTP/1.0\r\nHost: {}\r\n\r\n", self.1);
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Waits until `target` has this text.
    fn wait_for(&self, target: &str, text: &str) {
        let start = Instant::now();
        while !self.ask("GET", target).contains(text) {
            assert!(start.elapsed() < Duration::from_secs(30), "{text}");
            sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_book_is_served() {
    let folder = book();
    let server = Server::start(folder.path());
    let page = server.ask("GET", "/one.html");
    assert!(page.contains("200 OK"), "{page}");
    assert!(page.contains("text/html; charset=utf-8"), "{page}");
    assert!(page.contains("The first text."), "{page}");
    assert!(page.ends_with("<script src=\"/-/reload.js\"></script>\n"));
    let script = server.ask("GET", "/-/reload.js");
    assert!(script.contains("text/javascript; charset=utf-8"), "{script}");
    assert!(script.contains("location.reload"), "{script}");

    let away = server.ask("GET", "/../book.toml");
    assert!(away.contains("404"), "{away}");
    assert!(!away.contains("title = 'small'"), "{away}");
    assert!(server.ask("POST", "/").contains("405"));
    assert!(!server.ask("HEAD", "/one.html").contains("The first"));
}

#[test]
fn a_change_is_shown_and_a_mistake_keeps_the_last_good_book() {
    let folder = book();
    let mut server = Server::start(folder.path());
    let version = server.ask("GET", "/-/version");

    write(folder.path(), "src/one.md", "# One\n\nThe second text.\n");
    server.wait_for("/one.html", "The second text.");
    assert_ne!(server.ask("GET", "/-/version"), version);

    write(folder.path(), "src/one.md", "# One\n\nCosts $5.\n");
    let mut line = String::new();
    let stderr = server.0.stderr.take().unwrap();
    let mut stderr = BufReader::new(stderr);
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("error: src/one.md:3: a dollar"), "{line}");
    server.wait_for("/one.html", "The second text.");

    write(folder.path(), "src/one.md", "# One\n\nThe third text.\n");
    server.wait_for("/one.html", "The third text.");
}

#[test]
fn a_book_that_cannot_be_built_is_not_served() {
    let folder = book();
    write(folder.path(), "src/one.md", "# One\n\n{{#include no.rs}}\n");
    let output = command(folder.path(), &["--port", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    let expected = "error: src/one.md:3: no.rs cannot be read: ";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn mdbook_can_ask_for_the_preprocessor() {
    let folder = book();
    let supports = ["preprocess", "supports", "html"];
    let output = command(folder.path(), &supports).output().unwrap();
    assert!(output.status.success());

    let root = serde_json::json!(folder.path());
    let question = format!(
        r##"[{{"root": {root}, "config": {{"book": {{"src": "src"}}}},
        "renderer": "html", "mdbook_version": "0.5.4"}},
        {{"items": [{{"Chapter": {{"name": "One", "content": "# One\n\n$x$",
        "number": null, "sub_items": [], "path": "one.md",
        "source_path": "one.md", "parent_names": []}}}}]}}]"##
    );
    let answer = preprocess(&folder, &question);
    let book: serde_json::Value =
        serde_json::from_slice(&answer.stdout).unwrap();
    let content = &book["items"][0]["Chapter"]["content"];
    let content = content.as_str().unwrap();
    assert!(content.contains("<math"), "{content}");

    let answer = preprocess(&folder, &question.replace("$x$", "$5"));
    assert_eq!(answer.status.code(), Some(1));
    assert!(answer.stdout.is_empty());
    let error = String::from_utf8(answer.stderr).unwrap();
    assert!(error.starts_with("error: src/one.md:3: a dollar"), "{error}");

    let answer = preprocess(&folder, "nonsense");
    assert_eq!(answer.status.code(), Some(1));
}

fn preprocess(folder: &TempDir, question: &str) -> std::process::Output {
    let mut child = command(folder.path(), &["preprocess"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(question.as_bytes()).unwrap();
    drop(stdin);
    child.wait_with_output().unwrap()
}

#[test]
fn the_environment_says_where_a_page_can_be_edited() {
    let folder = book();
    let output = command(folder.path(), &["build"])
        .env(
            "MDBOOK_OUTPUT__HTML__EDIT_URL_TEMPLATE",
            "https://example.org/edit/main/{path}",
        )
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let page = folder.path().join("book/one.html");
    let page = fs::read_to_string(page).unwrap();
    let link = "href=\"https://example.org/edit/main/src/one.md\"";
    assert!(page.contains(link), "{page}");
}
