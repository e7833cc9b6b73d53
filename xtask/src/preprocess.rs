//! Our mdBook preprocessor: recorded values, figures, formulas, captions, and
//! terms that lead to the glossary.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_driver::book::{Book, BookItem};
use mdbook_preprocessor::PreprocessorContext;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::sandbox::{WIDGETS, sandbox, scripts};
use crate::{
    GLOSSARY, Materials, Problem, SOURCE, chapters, line_of, maths, none_of,
    reference, regex, shown,
};

regex!(LISTING, r"^\{\{#include\s+(?:\.\./)+(code|lab)/([^:}\s]+)[^}]*\}\}$");
regex!(OUTPUT, r"^\{\{#include\s+(?:\.\./)+tests/snapshots/(\w+)[^}]*\}\}$");
regex!(OPENING, r"\\?\{\{\s*#?");
regex!(VALUE, r"^\{\{\s*value\s+([^\s{}]+)\s*\}\}");
regex!(FIGURE, r"^\{\{\s*figure\s+([^\s{}]+)\s*\}\}$");
regex!(WIDGET, r"^\{\{\s*widget\s+(\w+)\s+([^\s{}]+)(?:\s+(\w+))?\s*\}\}$");
regex!(PROGRAM, r"^\{\{\s*program\s*\}\}$");
regex!(TITLE, r"<title[^>]*>([^<]*)</title>");
regex!(THOUSANDS, r"([0-9]),([0-9])");

/// The preprocessor, as mdBook sees it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Preprocessor;

impl Preprocessor {
    /// Its name in `book.toml`.
    pub const NAME: &'static str = "microgpt";
}

impl mdbook_preprocessor::Preprocessor for Preprocessor {
    fn name(&self) -> &str {
        Self::NAME
    }

    fn run(
        &self,
        context: &PreprocessorContext,
        mut book: Book,
    ) -> Result<Book> {
        scripts(&context.root.join(&context.config.book.src))?;
        let materials =
            Materials::read(&context.root, &context.config.book.src)?;
        let mut preprocess = Preprocess::new(&materials);
        let mut problems = Vec::new();
        book.for_each_mut(|item| {
            if let BookItem::Chapter(chapter) = item
                && let Some(path) = &chapter.source_path
            {
                let file = shown(&context.config.book.src.join(path));
                let (text, found) = preprocess.page(&file, &chapter.content);
                chapter.content = text;
                problems.extend(found);
            }
        });
        none_of(&problems)?;
        Ok(book)
    }
}

/// Whether a page has a widget, and so needs the script that wakes it.
pub(crate) fn has_widget(text: &str) -> bool {
    text.lines().any(|line| WIDGET.is_match(line.trim_end()))
}

/// Answers mdBook's preprocessor protocol: the book comes in as JSON and goes
/// out as JSON.
///
/// # Errors
///
/// The input is not mdBook's, the book has a problem, or the output is gone.
pub fn answer(
    input: impl std::io::Read,
    output: impl std::io::Write,
) -> Result<()> {
    use mdbook_preprocessor::Preprocessor as _;
    let (context, book) = mdbook_preprocessor::parse_input(input)?;
    let source = context.root.join(&context.config.book.src);
    let sandbox = sandbox(&context.root, &source)?;
    if let Some(remedy) = sandbox.remedy() {
        // mdBook reads what's printed, and passes this on.
        eprintln!("{remedy}");
    }
    let book = Preprocessor.run(&context, book)?;
    serde_json::to_writer(output, &book)
        .context("the book cannot be handed back to mdbook")
}

/// Each unknown value, figure or term, bad formula and misplaced include of
/// the book.
///
/// # Errors
///
/// What the pages draw on cannot be read.
pub fn text_problems(book: &MDBook) -> Result<Vec<Problem>> {
    let materials = Materials::read(&book.root, &book.config.book.src)?;
    let mut preprocess = Preprocess::new(&materials);
    Ok(chapters(book)
        .flat_map(|(file, chapter)| preprocess.page(&file, &chapter.content).1)
        .collect())
}

/// Rewrites the pages of one book, which must come in reading order: a
/// listing's caption says whether its file starts there, and a term is bold
/// where it is defined, once in the book.
pub struct Preprocess<'a> {
    materials: &'a Materials,
    started: BTreeSet<String>,
    defined: BTreeSet<String>,
}

impl<'a> Preprocess<'a> {
    /// Begins a book whose pages draw on `materials`.
    #[must_use]
    pub fn new(materials: &'a Materials) -> Self {
        let (started, defined) = (BTreeSet::new(), BTreeSet::new());
        Self { materials, started, defined }
    }

    /// Rewrites one page. Where something is wrong the text stays as it is,
    /// and a problem says so.
    pub fn page(&mut self, file: &str, text: &str) -> (String, Vec<Problem>) {
        let mut page = Page { text, edits: Vec::new(), problems: Vec::new() };
        self.read(&mut page);
        if !file.ends_with(GLOSSARY) {
            self.terms(&mut page);
        }
        page.edits.sort_by_key(|(range, _)| range.start);
        let mut new = String::with_capacity(text.len() * 2);
        let mut end = 0;
        for (range, replacement) in page.edits {
            new.push_str(&text[end..range.start]);
            new.push_str(&replacement);
            end = range.end;
        }
        new.push_str(&text[end..]);
        let located = |(offset, message)| Problem {
            file: file.to_owned(),
            line: line_of(text, offset),
            message,
        };
        let mut problems: Vec<_> =
            page.problems.into_iter().map(located).collect();
        problems.sort();
        problems.dedup();
        (new, problems)
    }

    /// Walks the page as Markdown, so that code is left alone.
    fn read(&mut self, page: &mut Page<'_>) {
        let (mut nested, mut image) = (0, 0);
        let mut block = None;
        // What `fill_in` leaves alone: code, and formulas, which are done.
        let mut closed = Vec::new();
        for (event, range) in
            Parser::new_ext(page.text, options()).into_offset_iter()
        {
            match event {
                Event::Start(tag) if nests(tag.to_end()) => nested += 1,
                Event::End(tag) if nests(tag) => nested -= 1,
                Event::Start(Tag::Image { .. }) => image += 1,
                Event::End(TagEnd::Image) => image -= 1,
                Event::Start(Tag::CodeBlock(kind)) => {
                    let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                    block = Some((fenced, String::new()));
                }
                Event::End(TagEnd::CodeBlock) => {
                    if let Some((true, body)) = block.take() {
                        self.caption(page, &range, body.trim(), nested > 0);
                    }
                    closed.push(range);
                }
                Event::Text(text) => match &mut block {
                    Some((_, body)) => body.push_str(&text),
                    None => page.no_dollar(range),
                },
                Event::Start(Tag::HtmlBlock) => page.no_dollar(range),
                Event::Code(_) => closed.push(range),
                Event::InlineMath(tex) => {
                    closed.push(range.clone());
                    self.formula(page, range, &tex, false, image > 0);
                }
                Event::DisplayMath(tex) => {
                    closed.push(range.clone());
                    self.formula(page, range, &tex, true, image > 0);
                }
                _ => {}
            }
        }
        self.fill_in(page, &closed);
    }

    /// Puts a caption around a fence that is one include: of the program,
    /// which says its file, or of a recorded output.
    fn caption(
        &mut self,
        page: &mut Page<'_>,
        fence: &Range<usize>,
        body: &str,
        nested: bool,
    ) {
        if nested && body.starts_with("{{#") {
            let message = "an include inside a list or a quote breaks the page";
            return page.problem(fence.start, message);
        }
        let (class, caption) = if let Some(found) = LISTING.captures(body) {
            let path = match &found[1] {
                // The reader types an experiment as an example.
                "lab" => found[2].replacen("src/", "examples/", 1),
                _ => found[2].to_owned(),
            };
            if path.starts_with("benches/") {
                return page.surround(fence, "output", "Measured");
            }
            let file = self.place(&path);
            // A task is a file of its own, though its page shows an anchor.
            let is_part = body.contains(".rs:");
            let caption = if !is_part || path.starts_with("exercises/") {
                file
            } else if self.started.insert(path) {
                format!("{file} starts here")
            } else {
                format!("{file} continues")
            };
            ("listing", caption)
        } else if let Some(found) = OUTPUT.captures(body) {
            let caption = match &found[1] {
                "dependencies" => "<span class=\"file\">Cargo.toml</span>",
                name if name.starts_with("error_") => "The compiler says",
                _ => "Output",
            };
            ("output", caption.to_owned())
        } else {
            return;
        };
        page.surround(fence, class, &caption);
    }

    /// A file as the reader knows it, with a link to all of it.
    fn place(&self, path: &str) -> String {
        let path = match path.rsplit_once('/') {
            Some(("exercises" | "exercises/solutions", name)) => {
                format!("tests/{name}")
            }
            _ => path.to_owned(),
        };
        let file = format!("<span class=\"file\">{path}</span>");
        if path.starts_with("src/") && self.materials.has_source {
            let id = source_id(&path);
            return format!("<a href=\"{SOURCE}#{id}\">{file}</a>");
        }
        file
    }

    /// Writes a formula as `MathML`.
    fn formula(
        &self,
        page: &mut Page<'_>,
        range: Range<usize>,
        tex: &str,
        display: bool,
        in_image: bool,
    ) {
        if in_image {
            let message = "a picture's description cannot hold a formula";
            return page.problem(range.start, message);
        }
        let result =
            self.filled(tex).and_then(|tex| maths::mathml(&tex, display));
        match result {
            Ok(html) if display => {
                let html = format!("<span class=\"formula\">{html}</span>");
                page.edits.push((range, html));
            }
            Ok(html) => page.edits.push((range, html)),
            Err(message) => page.problem(range.start, message),
        }
    }

    /// The formula `tex` with its recorded values filled in.
    fn filled(&self, tex: &str) -> Result<String, String> {
        let mut filled = String::with_capacity(tex.len());
        let mut rest = tex;
        while let Some(at) = rest.find("{{") {
            filled.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(found) = VALUE.captures(rest) {
                // TeX sets a space behind a comma, except in braces.
                let value = self.value(&found[1])?;
                filled.push_str(&THOUSANDS.replace_all(value, "$1{,}$2"));
                rest = &rest[found[0].len()..];
            } else {
                filled.push('{');
                rest = &rest[1..];
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// Fills in the recorded values, outside of the `closed` ranges.
    fn fill_in(&self, page: &mut Page<'_>, closed: &[Range<usize>]) {
        for opening in OPENING.find_iter(page.text) {
            let start = opening.start();
            let whole = opening.as_str();
            if whole.starts_with('\\')
                || whole.ends_with('#')
                || closed.iter().any(|range| range.contains(&start))
            {
                continue;
            }
            let rest = &page.text[start..];
            let line = rest.lines().next().unwrap_or_default();
            let is_alone = page.text[..start].rsplit('\n').next() == Some("");
            if let Some(block) = self.block(line).filter(|_| is_alone) {
                match block {
                    Ok(block) => {
                        page.edits.push((start..start + line.len(), block));
                    }
                    Err(message) => page.problem(start, message),
                }
                continue;
            }
            let Some(found) = VALUE.captures(rest) else {
                let message = format!(
                    "`{line}` is not {{{{value NAME}}}}, nor {{{{figure \
                     NAME}}}}, {{{{widget NAME FIGURE}}}} or {{{{program}}}} \
                     on a line of its own"
                );
                page.problem(start, message);
                continue;
            };
            match self.value(&found[1]) {
                Ok(value) => {
                    let range = start..start + found[0].len();
                    page.edits.push((range, literal(value)));
                }
                Err(message) => page.problem(start, message),
            }
        }
    }

    /// What a line of its own stands for: a figure, a widget, or the whole
    /// program.
    fn block(&self, line: &str) -> Option<Result<String, String>> {
        let line = line.trim_end();
        if PROGRAM.is_match(line) {
            return Some(Ok(self.program()));
        }
        if let Some(found) = WIDGET.captures(line) {
            let part = found.get(3).map(|part| part.as_str());
            return Some(self.widget(&found[1], &found[2], part));
        }
        Some(self.figure(&FIGURE.captures(line)?[1]))
    }

    /// A drawing, with its title below.
    fn figure(&self, name: &str) -> Result<String, String> {
        let unknown = || format!("no figure `{name}` is drawn in src/figures");
        let svg = self.materials.figures.get(name).ok_or_else(unknown)?;
        let title = TITLE.captures(svg).and_then(|title| title.get(1));
        Ok(format!(
            "<figure class=\"drawing\">\n{}\n\
             <figcaption>{}</figcaption>\n</figure>",
            svg.trim_end(),
            title.map_or("", |title| title.as_str())
        ))
    }

    /// A widget, within which stands what is seen where it cannot run: a
    /// figure, and a sentence about what could be done here. Without a module
    /// to run there is nothing around them.
    fn widget(
        &self,
        name: &str,
        figure: &str,
        part: Option<&str>,
    ) -> Result<String, String> {
        let known = WIDGETS.iter().find(|(known, _)| *known == name);
        let (_, sentence) =
            known.ok_or_else(|| format!("there is no widget `{name}`"))?;
        let inside = format!(
            "{}\n<p class=\"needs\">{sentence}</p>",
            self.figure(figure)?
        );
        if !self.materials.has_sandbox {
            return Ok(inside);
        }
        let part =
            part.map_or(String::new(), |part| format!(" data-part=\"{part}\""));
        let tag = name.replace('_', "-");
        Ok(format!(
            "<gpt-{tag} class=\"widget\"{part}>\n{inside}\n</gpt-{tag}>"
        ))
    }

    /// Each file of the program under a heading of its own.
    fn program(&self) -> String {
        let section = |(path, code): &(String, String)| {
            let id = source_id(path);
            format!("## {path} {{ #{id} }}\n\n```rust\n{code}\n```\n\n")
        };
        self.materials.program.iter().map(section).collect()
    }

    /// Lets each bold term lead to the glossary.
    fn terms(&mut self, page: &mut Page<'_>) {
        if self.materials.glossary.is_none() {
            return;
        }
        let mut term: Option<(Range<usize>, String)> = None;
        for (event, range) in
            Parser::new_ext(page.text, options()).into_offset_iter()
        {
            match event {
                Event::Start(Tag::Strong) => {
                    term = Some((range, String::new()));
                }
                Event::Text(part) | Event::Code(part) => {
                    if let Some((_, term)) = &mut term {
                        term.push_str(&part);
                    }
                }
                Event::SoftBreak => {
                    if let Some((_, term)) = &mut term {
                        term.push(' ');
                    }
                }
                Event::End(TagEnd::Strong) => {
                    if let Some((range, term)) = term.take() {
                        self.term(page, range, &term);
                    }
                }
                _ => {}
            }
        }
    }

    fn term(&mut self, page: &mut Page<'_>, range: Range<usize>, term: &str) {
        let Some(id) = self.materials.explained(term) else {
            let message =
                format!("the bold term `{term}` is not in the glossary");
            return page.problem(range.start, message);
        };
        if !self.defined.insert(id.to_owned()) {
            let message = format!("the term `{term}` is bold a second time");
            return page.problem(range.start, message);
        }
        page.edits.push((range.start..range.start, "[".to_owned()));
        let link = format!("]({GLOSSARY}#{id})");
        page.edits.push((range.end..range.end, link));
    }

    fn value(&self, name: &str) -> Result<&str, String> {
        self.materials.values.get(name).map(String::as_str).ok_or_else(|| {
            format!("no value `{name}` is recorded in {}", crate::VALUES)
        })
    }
}

/// One page while it is read: what shall be replaced, what is wrong.
struct Page<'t> {
    text: &'t str,
    edits: Vec<(Range<usize>, String)>,
    problems: Vec<(usize, String)>,
}

impl Page<'_> {
    fn problem(&mut self, offset: usize, message: impl Into<String>) {
        self.problems.push((offset, message.into()));
    }

    /// Puts a figure with a caption around a fence.
    fn surround(&mut self, fence: &Range<usize>, class: &str, caption: &str) {
        let before = format!(
            "<figure class=\"{class}\">\n\
             <figcaption>{caption}</figcaption>\n\n"
        );
        self.edits.push((fence.start..fence.start, before));
        let after = "\n\n</figure>\n\n".to_owned();
        self.edits.push((fence.end..fence.end, after));
    }

    /// A dollar sign that is left in the text is a formula gone wrong.
    fn no_dollar(&mut self, range: Range<usize>) {
        let part = &self.text[range.clone()];
        let is_code = |tag| part.trim_start().starts_with(tag);
        if ["<!--", "<script", "<style"].into_iter().any(is_code) {
            return;
        }
        for (at, _) in part.match_indices('$') {
            let before = &self.text[..range.start + at];
            let slashes = before.len() - before.trim_end_matches('\\').len();
            if slashes.is_multiple_of(2) {
                let message = "a dollar sign that opens or closes no \
                               formula; a literal one is `\\$`";
                self.problem(range.start + at, message);
            }
        }
    }
}

/// mdBook's own options, as far as they change what is code, and formulas.
#[must_use]
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_GFM
        | Options::ENABLE_MATH
}

/// Where the page of the whole program shows a file: `src-data`.
fn source_id(path: &str) -> String {
    path.trim_end_matches(".rs").replace('/', "-")
}

/// Whether each line of what stands in `tag` carries a prefix or an indent.
fn nests(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Item
            | TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionListDefinition
    )
}

/// `value` such that neither Markdown nor HTML sees more in it than text.
fn literal(value: &str) -> String {
    let mut literal = String::with_capacity(value.len());
    for character in value.chars() {
        if "\\`*_{}[]<>|$~#!&\"'".contains(character) {
            literal.push_str(&reference(character));
        } else {
            literal.push(character);
        }
    }
    literal
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// What the pages of these tests draw on.
    fn materials() -> Materials {
        let pairs = |pairs: &[(&str, &str)]| {
            let owned =
                |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
            pairs.iter().map(owned).collect::<BTreeMap<_, _>>()
        };
        let svg = "<svg>\n<title id=\"t\">A line</title>\n</svg>\n";
        Materials {
            values: pairs(&[("weights", "4,192"), ("odd", "a*b_c|<d>")]),
            figures: pairs(&[("line", svg)]),
            glossary: Some(pairs(&[
                ("token", "token"),
                ("kv cache", "kv-cache"),
            ])),
            has_source: true,
            has_sandbox: false,
            program: vec![("src/lib.rs".to_owned(), "mod a;".to_owned())],
        }
    }

    /// A page rewritten, and the lines of its problems.
    fn page(text: &str) -> (String, Vec<String>) {
        let (text, found) =
            Preprocess::new(&materials()).page("src/a.md", text);
        (text, found.iter().map(Problem::to_string).collect())
    }

    /// A page without problems, rewritten.
    fn sound(text: &str) -> String {
        let (new, found) = page(text);
        assert_eq!(found, [""; 0], "{text}");
        new
    }

    #[test]
    fn a_value_is_filled_in() {
        assert_eq!(sound("It has {{value weights}}."), "It has 4,192.");
        assert_eq!(sound("| {{ value weights }} |"), "| 4,192 |");
        assert_eq!(sound("{{value odd}}"), "a&#42;b&#95;c&#124;&#60;d&#62;");
        assert!(sound("$n = {{value weights}}$").contains("192</mn>"));
        assert!(sound("$e^{{{value weights}}}$").contains("192</mn>"));
    }

    #[test]
    fn code_and_what_is_escaped_stay_as_they_are() {
        for text in [
            "`{{value no}}` and ``$x$``",
            "```rust\n$x$ {{value no}}\n```",
            "~~~~text\n```\n$x$ {{value no}}\n```\n~~~~",
            "text\n\n    $indented$ {{value no}}\n",
            "- a list\n\n  ```console\n  $ cargo add libm\n  ```\n",
            "it costs \\$5 or \\$6",
            "\\{{value no}}",
            "{{#include a.md}} and \\{{#include b.md}}",
            "<!-- $5 -->",
        ] {
            assert_eq!(sound(text), text);
        }
    }

    #[test]
    fn a_formula_becomes_one_line_wherever_it_stands() {
        for text in [
            "so $a * b$ is",
            "- so $x_i$ is\n- $y_i$",
            "> so\n> $$ x_i\n> \\cdot 2 $$\n> is",
            "| a | $P(a \\mid b)$ |\n|---|---|\n| $c$ | d |",
            "# With $x$",
            "word[^1]\n\n[^1]: $x$",
        ] {
            let new = sound(text);
            assert!(new.contains("<math"), "{new}");
            assert!(!new.contains('$'), "{new}");
            assert!(new.lines().count() <= text.lines().count(), "{new}");
        }
        let new = sound("$$\n\\frac{a}{b}\n$$");
        assert!(new.starts_with("<span class=\"formula\"><math"), "{new}");
        assert_eq!(new.lines().count(), 1);
    }

    #[test]
    fn a_caption_tells_where_a_file_starts() {
        let fence = "```rust\n{{#include ../code/src/data.rs:read}}\n```\n";
        let new = sound(&format!("{fence}\ntext\n\n{fence}"));
        let captions: Vec<_> = new
            .lines()
            .filter(|line| line.starts_with("<figcaption>"))
            .collect();
        assert_eq!(
            captions,
            [
                "<figcaption><a href=\"source.md#src-data\">\
                 <span class=\"file\">src/data.rs</span></a> \
                 starts here</figcaption>",
                "<figcaption><a href=\"source.md#src-data\">\
                 <span class=\"file\">src/data.rs</span></a> \
                 continues</figcaption>",
            ]
        );
        assert!(new.contains("</figcaption>\n\n```rust\n"), "{new}");
        assert!(new.contains("```\n\n</figure>\n\n"), "{new}");
        assert_eq!(new.matches(fence.trim()).count(), 2);
        let new =
            sound("```rust\n{{#include ../code/src/fast/adam.rs:a}}\n```\n");
        let room = "source.md#src-fast-adam\"><span class=\"file\">\
                    src/fast/adam.rs</span></a> starts here</figcaption>";
        assert!(new.contains(room), "{new}");
    }

    #[test]
    fn an_example_and_an_output_are_captioned_and_the_rest_is_not() {
        let new = sound(
            "```rust,no_run\n{{#include ../code/examples/data.rs}}\n```\n",
        );
        assert!(new.contains(">examples/data.rs</span></figcaption>"));
        let new = sound(
            "```rust,no_run\n{{#include ../code/examples/data.rs:main}}\n```\n",
        );
        assert!(new.contains(">examples/data.rs</span> starts here</fig"));
        let new =
            sound("```rust,no_run\n{{#include ../lab/src/data.rs:a}}\n```\n");
        assert!(new.contains(">examples/data.rs</span> starts here</fig"));
        let new =
            sound("```text\n{{#include ../code/benches/recorded.txt}}\n```\n");
        assert!(new.contains("<figcaption>Measured</figcaption>"), "{new}");
        let new =
            sound("```text\n{{#include ../tests/snapshots/a.snap:4:}}\n```\n");
        assert!(new.starts_with("<figure class=\"output\">"), "{new}");
        let new = sound(
            "```text\n{{#include ../tests/snapshots/error_a.snap:4:}}\n```\n",
        );
        assert!(new.contains(">The compiler says</figcaption>"), "{new}");
        let new =
            sound("```rust\n{{#include ../code/exercises/a.rs:task}}\n```\n");
        assert!(new.contains(">tests/a.rs</span></figcaption>"), "{new}");
        let snippet = "```rust\nlet x = 1;\n```\n";
        assert_eq!(sound(snippet), snippet);
    }

    #[test]
    fn a_widget_holds_the_figure_that_stands_for_it() {
        let figure = "<figure class=\"drawing\">\n<svg>";
        let text = "{{widget train line attention}}\n";
        let new = sound(text);
        assert!(new.starts_with(figure), "{new}");
        assert!(new.contains("<p class=\"needs\">"), "{new}");
        let materials = Materials { has_sandbox: true, ..materials() };
        let (new, problems) =
            Preprocess::new(&materials).page("src/a.md", text);
        assert_eq!(problems, []);
        let opening = "<gpt-train class=\"widget\" data-part=\"attention\">";
        assert!(new.starts_with(&format!("{opening}\n{figure}")), "{new}");
        assert!(new.ends_with("</p>\n</gpt-train>\n"), "{new}");
    }

    #[test]
    fn a_figure_stands_in_the_page_with_its_title_below() {
        let new = sound("before\n\n{{figure line}}\n\nafter\n");
        assert_eq!(
            new,
            "before\n\n<figure class=\"drawing\">\n<svg>\n\
             <title id=\"t\">A line</title>\n</svg>\n\
             <figcaption>A line</figcaption>\n</figure>\n\nafter\n"
        );
    }

    #[test]
    fn the_program_stands_file_by_file() {
        let new = sound("{{program}}\n");
        let heading = "## src/lib.rs { #src-lib }\n\n```rust\nmod a;\n```";
        assert!(new.starts_with(heading), "{new}");
    }

    #[test]
    fn a_bold_term_leads_to_the_glossary() {
        let new = sound("So **tokens** are *it*.");
        assert_eq!(new, "So [**tokens**](glossary.md#token) are *it*.");
        let new = sound("a **KV\ncache**");
        assert_eq!(new, "a [**KV\ncache**](glossary.md#kv-cache)");
    }

    #[test]
    fn each_problem_names_its_line() {
        for (text, expected) in [
            ("a\n\n{{value no}}", "src/a.md:3: no value `no` is recorded"),
            ("a\n$x + {{value no}}$", "src/a.md:2: no value `no`"),
            ("{{valeu x}}", "src/a.md:1: `{{valeu x}}` is not {{value NAME}}"),
            ("{{value weights", "src/a.md:1: `{{value weights` is not"),
            ("a\n\nb $\\nosuch$ c", "src/a.md:3: the formula `\\nosuch`"),
            ("a\n\n{{figure no}}", "src/a.md:3: no figure `no` is drawn"),
            ("a\n{{widget no line}}", "src/a.md:2: there is no widget `no`"),
            ("{{widget train no}}", "src/a.md:1: no figure `no` is drawn"),
            ("see {{widget train line}}", "src/a.md:1: `{{widget train"),
            ("{{widget train}}", "src/a.md:1: `{{widget train}}` is not"),
            ("see {{figure line}} x", "src/a.md:1: `{{figure line}} x`"),
            ("see {{figure line}}", "src/a.md:1: `{{figure line}}` is not"),
            ("> {{figure line}}", "src/a.md:1: `{{figure line}}` is not"),
            ("a\n**x**", "src/a.md:2: the bold term `x` is not in"),
            (
                "**token**\n\n**Tokens**",
                "src/a.md:3: the term `Tokens` is bold a second time",
            ),
            ("costs $5", "src/a.md:1: a dollar sign"),
            ("a\n$ x $\nb", "src/a.md:2: a dollar sign"),
            ("<div>\n$x$\n</div>", "src/a.md:2: a dollar sign"),
            ("![of $x$](a.svg)", "src/a.md:1: a picture's description"),
            (
                "- a\n\n  ```rust\n  {{#include ../code/src/a.rs}}\n  ```\n",
                "src/a.md:3: an include inside a list or a quote",
            ),
            (
                "> ```text\n> {{#include ../tests/snapshots/a.snap}}\n> ```\n",
                "src/a.md:1: an include inside a list or a quote",
            ),
        ] {
            let (_, found) = page(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].starts_with(expected), "{found:?}");
        }
    }
}
