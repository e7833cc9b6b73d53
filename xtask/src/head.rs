//! What each page says of itself in its head: a description, and the tags
//! that a link to it is shown with elsewhere.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use crate::policy::POLICY;
use crate::preprocess::has_widget;
use crate::{Materials, Preprocess, chapters, load_unchecked};

/// What a page with a widget loads; `print.html`, which has them all, does not.
const SANDBOX: &str = "\
    <link rel=\"stylesheet\" href=\"{{ path_to_root }}sandbox/built/sandbox.css\">\n\
    <script type=\"module\" src=\"{{ path_to_root }}sandbox/built/sandbox.js\">\
    </script>\n";

/// The text of `theme/head.hbs` for the book at `root`: a part for each page,
/// chosen by its path while the page is rendered.
///
/// A page is described by its first paragraph.
///
/// # Errors
///
/// The book cannot be loaded.
pub fn head(root: &Path) -> Result<String> {
    let book = load_unchecked(root)?;
    let materials = Materials::read(root, &book.config.book.src)?;
    let mut preprocess = Preprocess::new(&materials);
    let mut head = format!(
        "{{{{! Recorded from the pages' first paragraphs by cargo test. }}}}\n\
         {{{{! `mdbook serve` puts a script of its own within the page. }}}}\n\
         {{{{#unless live_reload_endpoint}}}}\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"{POLICY}\">\n\
         {{{{/unless}}}}\n\
         <meta property=\"og:type\" content=\"article\">\n\
         <meta property=\"og:site_name\" content=\"{{{{ book_title }}}}\">\n\
         <meta property=\"og:title\" content=\"{{{{ chapter_title }}}}\">\n",
    );
    for (index, (file, chapter)) in chapters(&book).enumerate() {
        let Some(path) = &chapter.path else { continue };
        let (text, _) = preprocess.page(&file, &chapter.content);
        let text = attribute(&first_paragraph(&text));
        let has_widget = has_widget(&chapter.content);
        let sandbox = if has_widget { SANDBOX } else { "" };
        let mut paths = vec![crate::shown(path)];
        if index == 0 {
            paths.push("index.md".to_owned());
        }
        for path in paths {
            write!(
                head,
                "{{{{#if (eq path \"{path}\")}}}}\n\
                 <meta name=\"description\" content=\"{text}\">\n\
                 <meta property=\"og:description\" content=\"{text}\">\n\
                 {sandbox}{{{{/if}}}}\n"
            )?;
        }
    }
    Ok(head)
}

/// The first paragraph of a page, as plain text.
fn first_paragraph(page: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for event in Parser::new(page) {
        match event {
            Event::Start(Tag::Paragraph) => inside = true,
            Event::End(TagEnd::Paragraph) => break,
            Event::Text(part) | Event::Code(part) if inside => {
                text.push_str(&part);
            }
            Event::SoftBreak | Event::HardBreak if inside => text.push(' '),
            _ => {}
        }
    }
    text
}

/// A text as it stands in an attribute of a Handlebars template.
fn attribute(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('{', "&#123;")
}
