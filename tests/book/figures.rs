//! The figures of the book are those that the crate computes today.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::Result;
use checks::{assert_recorded, is_recording, root};
use figures::pictures::Picture;
use roxmltree::{Document, Node};

#[test]
fn the_values_in_the_sentences_are_recorded() -> Result<()> {
    let values = figures::values::values()?.to_string();
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../snapshots");
    settings.bind(|| insta::assert_snapshot!("values", values));
    Ok(())
}

/// All pictures, drawn once.
fn pictures() -> &'static [Picture] {
    static PICTURES: OnceLock<Vec<Picture>> = OnceLock::new();
    PICTURES.get_or_init(|| {
        figures::pictures::pictures().expect("all pictures can be drawn")
    })
}

fn folder() -> PathBuf {
    root().join("src/figures")
}

#[test]
fn the_pictures_are_recorded() -> Result<()> {
    for Picture { name, svg, .. } in pictures() {
        assert_recorded(&format!("src/figures/{name}.svg"), svg)?;
    }
    Ok(())
}

#[test]
fn no_picture_is_left_that_nobody_draws() -> Result<()> {
    let drawn: BTreeSet<_> = pictures()
        .iter()
        .map(|picture| format!("{}.svg", picture.name))
        .collect();
    assert_eq!(drawn.len(), pictures().len(), "two pictures have one name");
    for entry in fs::read_dir(folder())? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if drawn.contains(&name) {
            continue;
        }
        let file = entry.path();
        if is_recording() {
            fs::remove_file(&file)?;
        } else {
            panic!("nobody draws {}", file.display());
        }
    }
    Ok(())
}

/// Sizes and paints that a picture must not have, and what it lacks.
fn problems(
    Picture { name, title, description, svg }: &Picture,
) -> Vec<String> {
    let mut problems = Vec::new();
    if svg.len() > 25_000 {
        problems.push(format!("{} bytes are too many", svg.len()));
    }
    if svg.lines().any(|line| line.trim().is_empty()) {
        problems.push("a blank line would end it in Markdown".to_owned());
    }
    let document = match Document::parse(svg) {
        Ok(document) => document,
        Err(error) => {
            problems.push(error.to_string());
            return problems;
        }
    };
    let root = document.root_element();
    let ids = [("title", title), ("description", description)];
    for (part, text) in ids {
        let id = format!("figure-{name}-{part}");
        let named =
            root.children().find(|node| node.attribute("id") == Some(&id));
        if named.and_then(|node| node.text()) != Some(text) || text.is_empty() {
            problems.push(format!("no {id}"));
        }
    }
    let label = format!("figure-{name}-title figure-{name}-description");
    if root.attribute("aria-labelledby") != Some(&label) {
        problems.push("its title and description are not its label".to_owned());
    }
    for (attribute, wanted) in
        [("role", true), ("viewBox", true), ("width", false), ("height", false)]
    {
        if root.has_attribute(attribute) != wanted {
            problems.push(format!("the root's {attribute}"));
        }
    }
    for node in document.descendants().filter(Node::is_element) {
        problems.extend(element_problems(node));
    }
    problems
}

/// What a page could refuse to show, or would show in a colour of its own.
fn element_problems(node: Node) -> Vec<String> {
    let element = node.tag_name().name();
    let known = ["svg", "title", "desc", "path", "rect", "circle", "text"];
    let mut problems = Vec::new();
    if !known.contains(&element) {
        problems.push(format!("the element {element}"));
    }
    for attribute in node.attributes() {
        let (name, value) = (attribute.name(), attribute.value());
        let allowed = match name {
            "fill" | "stroke" => ["currentColor", "none"].contains(&value),
            "class" => ["picture", "accent"].contains(&value),
            "id" => ["title", "desc"].contains(&element),
            "style" | "href" | "color" | "filter" | "mask" => false,
            _ => !name.starts_with("on") && !value.contains("url("),
        };
        if !allowed {
            problems.push(format!("{name}=\"{value}\""));
        }
    }
    problems
}

#[test]
fn a_picture_takes_its_colours_from_the_page_and_says_what_it_shows() {
    for picture in pictures() {
        let problems = problems(picture);
        assert!(problems.is_empty(), "{}: {problems:#?}", picture.name);
    }
}

/// A picture broken by one replacement.
fn broken(from: &str, to: &str) -> Picture {
    let picture = pictures()[0].clone();
    assert!(picture.svg.contains(from), "{from} is not in the picture");
    let svg = picture.svg.replacen(from, to, 1);
    Picture { svg, ..picture }
}

#[test]
fn a_broken_picture_is_refused() {
    for (from, to, problem) in [
        ("stroke=\"currentColor\"", "stroke=\"#000\"", "stroke=\"#000\""),
        ("class=\"accent\"", "class=\"red\"", "class=\"red\""),
        ("<path ", "<path style=\"fill:red\" ", "style=\"fill:red\""),
        ("<path ", "<path onclick=\"f()\" ", "onclick=\"f()\""),
        ("<path ", "<path filter=\"url(#a)\" ", "filter=\"url(#a)\""),
        ("<path ", "<path id=\"a\" ", "id=\"a\""),
        ("</svg>", "<script/></svg>", "the element script"),
        ("</svg>", "<image/></svg>", "the element image"),
        ("viewBox=", "width=\"600\" viewBox=", "the root's width"),
        ("role=\"img\"", "", "the root's role"),
        ("</title>\n", "</title>\n\n", "a blank line"),
        ("<title ", "<desc ", "expected 'desc' tag"),
        ("</desc>", ".</desc>", "no figure-slope-description"),
        ("aria-labelledby=\"figure", "aria-labelledby=\"f", "not its label"),
    ] {
        let problems = problems(&broken(from, to)).join("\n");
        assert!(problems.contains(problem), "{to} for {from}: {problems}");
    }
    let svg = format!("{}<!--{}-->\n", pictures()[0].svg, "x".repeat(25_000));
    let large = Picture { svg, ..pictures()[0].clone() };
    assert!(problems(&large).join("").contains("bytes are too many"));
}
