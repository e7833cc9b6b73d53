//! Whole small books, built, and broken by hand.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// A small book in which everything is used once.
fn book() -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in [
        (
            "book.toml",
            "[book]\ntitle = 'small'\n\
             [output.html.playground]\nrunnable = false\n",
        ),
        ("src/SUMMARY.md", "# Summary\n\n- [One](one.md)\n"),
        (
            "src/one.md",
            "# One\n\nIt has {{value weights}} weights, $x_1$ of them.\n\n\
             ```rust\n{{#include ../code/src/a.rs:all}}\n```\n",
        ),
        ("code/src/a.rs", "// ANCHOR: all\nfn a() {}\n// ANCHOR_END: all\n"),
        (
            "tests/snapshots/values.snap",
            "---\nsource: a\n---\nweights = 4,192\n",
        ),
    ] {
        write(&folder, name, text);
    }
    folder
}

fn write(folder: &TempDir, name: &str, text: &str) {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The book's build must fail, and say this.
fn fails_with(folder: &TempDir, expected: &str) {
    let error = xtask::build(folder.path(), None).unwrap_err();
    let message = format!("{error:#}");
    assert!(message.contains(expected), "{message}");
}

#[test]
fn a_sound_book_is_built_in_full() {
    let folder = book();
    assert_eq!(xtask::problems(folder.path()).unwrap(), []);
    xtask::build(folder.path(), None).unwrap();
    let page = folder.path().join("book/one.html");
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("It has 4,192 weights, <math"), "{page}");
    assert!(page.contains("file\">src/a.rs</span> starts here"), "{page}");
    assert!(page.contains("fn a() {}"), "{page}");
    assert!(!page.contains("setInterval"), "{page}");
}

#[test]
fn only_a_page_with_a_widget_loads_the_script_and_the_style() {
    let folder = book();
    let summary = "# Summary\n\n- [One](one.md)\n- [Two](below/two.md)\n";
    write(&folder, "src/SUMMARY.md", summary);
    let page = "# Two\n\nHere: `{{widget}}`.\n\n{{ widget train line }}\n";
    write(&folder, "src/below/two.md", page);
    let svg = "<svg><title>A line</title></svg>\n";
    write(&folder, "src/figures/line.svg", svg);
    write(&folder, "src/sandbox/sandbox.js", "");
    let head = xtask::head(folder.path()).unwrap();
    write(&folder, "theme/head.hbs", &head);
    xtask::build(folder.path(), None).unwrap();
    for (page, times) in [
        ("index.html", 0),
        ("one.html", 0),
        ("below/two.html", 1),
        ("print.html", 0),
    ] {
        let text = folder.path().join("book").join(page);
        let text = fs::read_to_string(text).unwrap();
        for loaded in [
            "<link rel=\"stylesheet\" href=\"../sandbox/built/sandbox.css\">",
            "<script type=\"module\" src=\"../sandbox/built/sandbox.js\">",
        ] {
            assert_eq!(text.matches(loaded).count(), times, "{page}");
        }
        assert_eq!(text.matches("sandbox.js").count(), times, "{page}");
    }
}

#[test]
fn a_book_is_built_where_it_is_wanted() {
    let folder = book();
    let other = folder.path().join("elsewhere");
    xtask::build(folder.path(), Some(&other)).unwrap();
    assert!(other.join("one.html").is_file());
    assert!(!folder.path().join("book").exists());
}

#[test]
fn an_unknown_key_stops_the_build() {
    let folder = book();
    write(&folder, "book.toml", "[output.html]\nnonsense = true\n");
    fails_with(&folder, "book.toml:2: unknown field `nonsense`");
    write(&folder, "book.toml", "[book]\ntitel = 'small'\n");
    fails_with(&folder, "book.toml:2: unknown field `titel`");
    assert_eq!(xtask::problems(folder.path()).unwrap().len(), 1);
}

#[test]
fn a_missing_anchor_stops_the_build() {
    let folder = book();
    write(&folder, "code/src/a.rs", "fn a() {}\n");
    fails_with(&folder, "src/one.md:6: ../code/src/a.rs has no anchor `all`");
    // It can still be looked at.
    xtask::load_unchecked(folder.path()).unwrap();
    assert_eq!(xtask::problems(folder.path()).unwrap().len(), 1);
}

#[test]
fn an_unknown_value_stops_the_build() {
    let folder = book();
    fs::remove_file(folder.path().join(xtask::VALUES)).unwrap();
    fails_with(&folder, "src/one.md:3: no value `weights` is recorded");
}

#[test]
fn a_bad_formula_stops_the_build() {
    let folder = book();
    write(&folder, "src/one.md", "# One\n\n$\\nosuch$\n");
    fails_with(&folder, "src/one.md:3: the formula `\\nosuch`");
}

#[test]
fn a_missing_chapter_stops_the_build_and_is_not_made_up() {
    let folder = book();
    write(&folder, "src/SUMMARY.md", "# Summary\n\n- [Two](two.md)\n");
    fails_with(&folder, "two.md");
    assert!(!folder.path().join("src/two.md").exists());
}

#[test]
fn a_warning_of_mdbook_stops_the_build() {
    let folder = book();
    write(&folder, "src/one.md", "# One\n\n<div>\n\nnever closed\n");
    fails_with(&folder, "div");
}

#[test]
fn a_folder_without_a_book_is_told() {
    let folder = TempDir::new().unwrap();
    fails_with(&folder, "book.toml cannot be read");
}

#[test]
fn recorded_values_are_read_and_checked() {
    let folder = book();
    let values = xtask::values(folder.path()).unwrap();
    assert_eq!(values.get("weights").map(String::as_str), Some("4,192"));

    for (line, expected) in [
        ("weights: 1", "values.snap:4: `weights: 1` is not NAME = VALUE"),
        ("a = 1\na = 2", "values.snap:5: `a` is recorded twice"),
    ] {
        let text = format!("---\nsource: a\n---\n{line}\n");
        write(&folder, xtask::VALUES, &text);
        let error = xtask::values(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with(expected), "{error}");
    }
    assert!(xtask::values(Path::new("nowhere")).unwrap().is_empty());
}
