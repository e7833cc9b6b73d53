//! The book as a text: literate rules, module order, pages, links.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use checks::fixture::Fixture;
use checks::literate::Coverage;
use checks::reader::Fence;
use checks::{
    assert_none, assert_recorded, exercises, literate, modules, pages, prose,
    reader, root, site,
};
use xtask::Problem;

#[test]
fn the_listings_of_each_file_are_that_file() -> Result<()> {
    let (problems, coverage) = literate::check(&reader::read(root())?)?;
    for file in &coverage {
        println!("{file}");
    }
    // Past the test harness, which hides what a passing test prints.
    writeln!(std::io::stdout(), "{}", Coverage::total(&coverage))?;
    assert_none(&problems);
    Ok(())
}

#[test]
fn no_module_uses_a_later_one() -> Result<()> {
    assert_none(&modules::check(root())?);
    Ok(())
}

#[test]
fn the_pages_are_as_the_book_needs_them() -> Result<()> {
    assert_none(&pages::check(&reader::read(root())?)?);
    Ok(())
}

#[test]
fn the_chapters_are_as_a_reader_needs_them() -> Result<()> {
    let book = reader::read(root())?;
    let mut problems = prose::check(&book)?;
    problems.extend(prose::lessons(&book));
    assert_none(&problems);
    Ok(())
}

#[test]
fn each_page_describes_itself_by_its_first_paragraph() -> Result<()> {
    assert_recorded("theme/head.hbs", &xtask::head(root())?)
}

/// Lines of mdBook's template, and what stands in our place for them.
///
/// mdBook gives all pages the description of the book: ours have their own.
/// Its button of the sidebar is a label, which the keyboard does not reach;
/// that one is left for readers without scripts. Its bar of buttons and its
/// search are no regions that a screen reader could go to, and the search has
/// no name. Its scripts stand within the page, where the policy lets nothing
/// run: ours are files.
const TEMPLATE: [(&str, &str); 12] = [
    (
        r#"        <meta name="description" content="{{ description }}">
"#,
        "",
    ),
    (
        r#"<label id="mdbook-sidebar-toggle" class="icon-button" for="mdbook-sidebar-toggle-anchor" title="Toggle Table of Contents" aria-label="Toggle Table of Contents" aria-controls="mdbook-sidebar">
                            {{fa "solid" "bars"}}
                        </label>"#,
        r#"<button id="mdbook-sidebar-toggle" class="icon-button" type="button" title="Toggle Table of Contents" aria-label="Toggle Table of Contents" aria-controls="mdbook-sidebar">
                            {{fa "solid" "bars"}}
                        </button>
                        <noscript>
                            <label class="icon-button" for="mdbook-sidebar-toggle-anchor" title="Toggle Table of Contents">
                                {{fa "solid" "bars"}}
                            </label>
                        </noscript>"#,
    ),
    (
        r#"<div id="mdbook-menu-bar" class="menu-bar sticky">"#,
        r#"<div id="mdbook-menu-bar" class="menu-bar sticky" role="banner">"#,
    ),
    (
        r#"<div id="mdbook-search-wrapper" class="hidden">"#,
        r#"<div id="mdbook-search-wrapper" class="hidden" role="search">"#,
    ),
    (
        r#"placeholder="Search this book ...""#,
        r#"placeholder="Search this book ..." aria-label="Search this book""#,
    ),
    (
        r#"        <script>
            const path_to_root = "{{ path_to_root }}";
            const default_light_theme = "{{ default_theme }}";
            const default_dark_theme = "{{ preferred_dark_theme }}";
        {{#if search_js}}
            window.path_to_searchindex_js = "{{ resource "searchindex.js" }}";
        {{/if}}
        </script>
"#,
        r#"        <script src="{{ resource "theme/start.js" }}" data-root="{{ path_to_root }}" data-light="{{ default_theme }}" data-dark="{{ preferred_dark_theme }}"{{#if search_js}} data-searchindex="{{ resource "searchindex.js" }}"{{/if}}></script>
"#,
    ),
    (
        r#"        <!-- Work around some values being stored in localStorage wrapped in quotes -->
        <script>
            try {
                let theme = localStorage.getItem('mdbook-theme');
                let sidebar = localStorage.getItem('mdbook-sidebar');

                if (theme.startsWith('"') && theme.endsWith('"')) {
                    localStorage.setItem('mdbook-theme', theme.slice(1, theme.length - 1));
                }

                if (sidebar.startsWith('"') && sidebar.endsWith('"')) {
                    localStorage.setItem('mdbook-sidebar', sidebar.slice(1, sidebar.length - 1));
                }
            } catch (e) { }
        </script>

        <!-- Set the theme before any content is loaded, prevents flash -->
        <script>
            const default_theme = window.matchMedia("(prefers-color-scheme: dark)").matches ? default_dark_theme : default_light_theme;
            let theme;
            try { theme = localStorage.getItem('mdbook-theme'); } catch(e) { }
            if (theme === null || theme === undefined) { theme = default_theme; }
            const html = document.documentElement;
            html.classList.remove('{{ default_theme }}')
            html.classList.add(theme);
            html.classList.add("js");
        </script>

"#,
        "",
    ),
    (
        r#"        <script>
            let sidebar = null;
            const sidebar_toggle = document.getElementById("mdbook-sidebar-toggle-anchor");
            if (document.body.clientWidth >= 1080) {
                try { sidebar = localStorage.getItem('mdbook-sidebar'); } catch(e) { }
                sidebar = sidebar || 'visible';
            } else {
                sidebar = 'hidden';
                sidebar_toggle.checked = false;
            }
            if (sidebar === 'visible') {
                sidebar_toggle.checked = true;
            } else {
                html.classList.remove('sidebar-visible');
            }
        </script>

"#,
        r#"        <script src="{{ resource "theme/sidebar.js" }}"></script>

"#,
    ),
    (
        r"                <!-- Apply ARIA attributes after the sidebar and the sidebar toggle button are added to the DOM -->
                <script>
                    document.getElementById('mdbook-sidebar-toggle').setAttribute('aria-expanded', sidebar === 'visible');
                    document.getElementById('mdbook-sidebar').setAttribute('aria-hidden', sidebar !== 'visible');
                    Array.from(document.querySelectorAll('#mdbook-sidebar a')).forEach(function(link) {
                        link.setAttribute('tabIndex', sidebar === 'visible' ? 0 : -1);
                    });
                </script>

",
        "",
    ),
    (
        r#"        <script>
            const wsProtocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
            const wsAddress = wsProtocol + "//" + location.host + "/" + "{{{live_reload_endpoint}}}";
            const socket = new WebSocket(wsAddress);
            socket.onmessage = function (event) {
                if (event.data === "reload") {
                    socket.close();
                    location.reload();
                }
            };

            window.onbeforeunload = function() {
                socket.close();
            }
        </script>
"#,
        r#"        <script src="{{ resource "theme/reload.js" }}" data-endpoint="{{{live_reload_endpoint}}}"></script>
"#,
    ),
    (
        r"        {{#if playground_copyable}}
        <script>
            window.playground_copyable = true;
        </script>
        {{/if}}

",
        "",
    ),
    (
        r#"        {{#each additional_js}}
        <script src="{{ resource this}}"></script>
        {{/each}}

        {{#if is_print}}
        {{#if mathjax_support}}
        <script>
        window.addEventListener('load', function() {
            MathJax.Hub.Register.StartupHook('End', function() {
                window.setTimeout(window.print, 100);
            });
        });
        </script>
        {{else}}
        <script>
        window.addEventListener('load', function() {
            window.setTimeout(window.print, 100);
        });
        </script>
        {{/if}}
        {{/if}}

"#,
        r#"        <script src="{{ resource "theme/access.js" }}"></script>
        {{#if is_print}}
        <script src="{{ resource "theme/print.js" }}"></script>
        {{/if}}

"#,
    ),
];

/// A file of mdBook's own theme.
fn mdbooks(file: &str) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let mut init = mdbook_driver::MDBook::init(folder.path());
    init.copy_theme(true).build()?;
    Ok(std::fs::read_to_string(folder.path().join("theme").join(file))?)
}

#[test]
fn the_template_of_a_page_is_mdbooks_but_for_a_few_places() -> Result<()> {
    let mut wanted = mdbooks("index.hbs")?;
    for (theirs, ours) in TEMPLATE {
        assert_eq!(wanted.matches(theirs).count(), 1, "{theirs}");
        wanted = wanted.replace(theirs, ours);
    }
    assert_recorded("theme/index.hbs", &wanted)
}

/// What follows `start` in a line of highlight.js, up to `end`.
fn between<'a>(line: &'a str, start: &str, end: &str) -> Option<&'a str> {
    line.split_once(start)?.1.split_once(end).map(|(inner, _)| inner)
}

/// highlight.js has a line for each of its languages. Most of them are on no
/// page, but each reader would load them all.
#[test]
fn the_highlighter_is_mdbooks_with_the_languages_of_the_pages() -> Result<()> {
    let book = reader::read(root())?;
    let fences = book.chapters.iter().flat_map(|chapter| &chapter.fences);
    let mut used: BTreeSet<&str> = fences.map(Fence::language).collect();
    let theirs = mdbooks("highlight.js")?;
    let is_used = |line: &&str, used: &BTreeSet<&str>| {
        let Some(name) = between(line, "registerLanguage(\"", "\"") else {
            return true;
        };
        let aliases = between(line, "aliases:[", "]").unwrap_or_default();
        let mut names = aliases.split(',').map(|it| it.trim_matches('"'));
        used.contains(name) || names.any(|it| used.contains(it))
    };
    // A session of the shell has lines of bash within it.
    let outer = theirs.lines().filter(|line| is_used(line, &used));
    let inner = outer.filter_map(|line| between(line, "subLanguage:\"", "\""));
    used.extend(inner.collect::<Vec<_>>());
    let lines = theirs.lines().filter(|line| is_used(line, &used));
    let wanted = lines.collect::<Vec<_>>().join("\n") + "\n";
    assert_recorded("theme/highlight.js", &wanted)
}

#[test]
fn the_rendered_book_has_no_dead_link_and_loads_nothing_from_elsewhere()
-> Result<()> {
    let folder = tempfile::tempdir()?;
    assert_none(&site::check(&reader::read(root())?, folder.path())?);
    assert_none(&site::check_policy(folder.path(), xtask::POLICY)?);
    Ok(())
}

#[test]
fn what_the_policy_forbids_within_a_page_is_found() -> Result<()> {
    let meta = "<meta http-equiv=Content-Security-Policy content=ours>";
    for (page, expected) in [
        (format!("{meta}<script src=a.js></script><p style=''>"), ""),
        ("<p>".to_owned(), "a.html:1: the policy does not come first"),
        (format!("<link>{meta}"), "a.html:1: the policy does not come first"),
        (meta.replace("ours", "other"), "a.html:1: the policy does not"),
        (format!("{meta}\n<script>1</script>"), "a.html:2: a script stands"),
        (format!("{meta}\n<style></style>"), "a.html:2: a style sheet stands"),
        (format!("{meta}\n<p onclick=a()>"), "a.html:2: `onclick` is a script"),
    ] {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("a.html"), &page)?;
        let problems = site::check_policy(folder.path(), "ours")?;
        let told = problems.iter().map(ToString::to_string);
        let told = told.collect::<Vec<_>>().join("\n");
        assert!(told.starts_with(expected), "{page}\n{told}");
        assert_eq!(told.is_empty(), expected.is_empty(), "{page}\n{told}");
    }
    Ok(())
}

/// Everything that is wrong in the source of a small book.
fn in_source(root: &Path) -> Result<Vec<Problem>> {
    let book = reader::read(root)?;
    let mut problems = literate::check(&book)?.0;
    problems.extend(modules::check(root)?);
    problems.extend(pages::check(&book)?);
    problems.extend(prose::check(&book)?);
    problems.extend(exercises::check(&book)?);
    Ok(problems)
}

/// Everything that is wrong in a small book when it is rendered.
fn in_site(root: &Path) -> Result<Vec<Problem>> {
    let folder = tempfile::tempdir()?;
    site::check(&reader::read(root)?, folder.path())
}

#[test]
fn the_small_good_book_has_no_problem() -> Result<()> {
    let fixture = Fixture::good()?;
    assert_none(&in_source(fixture.root())?);
    assert_none(&in_site(fixture.root())?);
    Ok(())
}

/// A passage of the small book, what replaces it, and a problem that this
/// makes: the beginning of its line.
type Case = (&'static str, &'static str, &'static str, &'static str);

fn assert_found(
    cases: &[Case],
    check: fn(&Path) -> Result<Vec<Problem>>,
) -> Result<()> {
    for (file, passage, by, expected) in cases {
        let fixture = Fixture::broken(file, passage, by)?;
        let problems = check(fixture.root())?;
        let lines: Vec<String> =
            problems.iter().map(ToString::to_string).collect();
        assert!(
            lines.iter().any(|line| line.starts_with(expected)),
            "{file}: `{passage}` as `{by}` should give\n{expected}\nbut gave\n{}",
            lines.join("\n")
        );
    }
    Ok(())
}

const LISTINGS: [Case; 24] = [
    (
        "src/sums.md",
        "{{#include ../code/src/lib.rs:sums}}",
        "{{#include ../code/src/sums.rs:add}}",
        "src/sums.md:11: `add` of code/src/sums.rs is shown a second time",
    ),
    (
        "src/sums.md",
        "The library has a module.",
        "```rust\n{{#include ../code/src/lib.rs:sums}}\n```",
        "src/sums.md:13: `sums` is declared before its first listing",
    ),
    (
        "code/examples/sums.rs",
        "fn main",
        "// ANCHOR: main\nfn main",
        "code/examples/sums.rs:5: `main` has no end",
    ),
    (
        "src/sums.md",
        "examples/sums.rs}}\n```",
        "examples/sums.rs:main}}\n```",
        "src/sums.md:24: ../code/examples/sums.rs has no anchor `main`",
    ),
    (
        "src/sums.md",
        "sums.rs:sum}}",
        "sums.rs:add}}",
        "code/src/sums.rs:13: no page shows the anchor `sum`",
    ),
    (
        "src/sums.md",
        "sums.rs:sum}}",
        "sums.rs:add}}",
        "src/sums.md:17: `add` of code/src/sums.rs is shown a second time",
    ),
    (
        "code/src/sums.rs",
        "// ANCHOR_END: add\n",
        "",
        "code/src/sums.rs:12: `sum` starts inside `add`",
    ),
    (
        "code/src/sums.rs",
        "// ANCHOR_END: sum\n",
        "",
        "code/src/sums.rs:13: `sum` has no end",
    ),
    (
        "code/src/sums.rs",
        "// ANCHOR: sum\n",
        "// ANCHOR: add\n",
        "code/src/sums.rs:13: a second anchor named `add`",
    ),
    (
        "code/src/sums.rs",
        "// ANCHOR: sum\n",
        "const N: u8 = 0;\n// ANCHOR: sum\n",
        "src/sums.md:17: the listing `sum` is out of order: code/src/sums.rs:13 goes on with `const N: u8 = 0;`, the page with `/// Σ n, in edition 2024.`",
    ),
    (
        "code/src/sums.rs",
        "// ANCHOR_END: sum\n",
        "// ANCHOR_END: sum\nconst N: u8 = 0;\n",
        "code/src/sums.rs:28: no page shows `const N: u8 = 0;`",
    ),
    (
        "src/sums.md",
        "sums.rs:add}}",
        "sums.rs:sum}}\n```\n\n```rust\n{{#include ../code/src/sums.rs:add}}",
        "src/sums.md:5: the listing `sum` is out of order: code/src/sums.rs:2 goes on with `//! Adds.`, the page with `/// Σ n, in edition 2024.`",
    ),
    (
        "code/src/sums.rs",
        "}\n// ANCHOR_END: add",
        "// ANCHOR_END: add\n}",
        "src/sums.md:5: `add` of sums.rs is not whole items: cannot parse string into token stream",
    ),
    (
        "src/products.md",
        "lib.rs:products}}",
        "lib.rs:sums}}",
        "src/products.md:11: no listing declares `products`",
    ),
    (
        "code/src/lib.rs",
        "// ANCHOR_END: sums\n// ANCHOR: products\n",
        "",
        "src/products.md:11: `products` is declared in src/sums.md",
    ),
    (
        "src/sums.md",
        "{{#include ../code/examples/sums.rs}}",
        "",
        "code/examples/sums.rs:1: no page shows this example",
    ),
    (
        "src/products.md",
        "```rust\nuse ",
        "```rust,no_run\n{{#include ../code/examples/sums.rs}}\n```\n\n```rust\nuse ",
        "src/products.md:21: code/examples/sums.rs is shown a second time",
    ),
    (
        "src/sums.md",
        "```rust,no_run",
        "```rust,no_run\n{{#include ../code/examples/sums.rs}}\n```\n\n```rust,no_run",
        "src/sums.md:27: `sums` is a second example",
    ),
    (
        "src/sums.md",
        "```text\n{{#include ../tests/snapshots/example_sums.snap:4:}}\n```",
        "",
        "src/sums.md:23: no {{#include ../tests/snapshots/example_sums.snap:4:}}",
    ),
    (
        "src/sums.md",
        "$ cargo run --release --example sums",
        "$ cargo test",
        "src/sums.md:23: no `$ cargo run` comes before its output",
    ),
    (
        "src/sums.md",
        "```rust,no_run\n{{#include ../code/examples/sums.rs}}\n```",
        "",
        "src/sums.md:5: the chapter has listings, but no example",
    ),
    (
        "src/products.md",
        "```rust\n{{#include ../code/src/products/twice.rs:twice}}\n```",
        "",
        "code/src/products/twice.rs:1: no page shows the anchor `twice`",
    ),
    (
        "code/src/products/twice.rs",
        "    product(a, 2)\n}\n// ANCHOR_END: twice\n",
        "    product(a, 2)\n// ANCHOR_END: twice\n}\n",
        "src/products.md:29: `twice` of products/twice.rs is not whole items",
    ),
    (
        "src/products.md",
        "products/thrice.rs:thrice}}\n```\n\n```rust\n{{#include ../code/src/products.rs:rooms}}",
        "products.rs:rooms}}\n```\n\n```rust\n{{#include ../code/src/products/thrice.rs:thrice}}",
        "src/products.md:33: `products/thrice` is declared before its first",
    ),
];

#[test]
fn a_listing_that_breaks_the_literate_rules_is_found() -> Result<()> {
    assert_found(&LISTINGS, in_source)
}

/// What the reader types as the top of an example: a module of `lab/`.
fn with_an_experiment() -> Result<Fixture> {
    let fixture = Fixture::good()?;
    fs::create_dir_all(fixture.root().join("lab/src"))?;
    fixture.edit(
        "lab/src/products.rs",
        "",
        "// ANCHOR: one\nuse microgpt::products::product;\n// ANCHOR_END: one\n\
         // ANCHOR: two\npub fn two() {}\n// ANCHOR_END: two\n",
    )?;
    fixture.edit(
        "code/examples/products.rs",
        "fn main() {",
        "// ANCHOR: main\nfn main() {",
    )?;
    fixture.edit(
        "code/examples/products.rs",
        "}\n",
        "}\n// ANCHOR_END: main\n",
    )?;
    let part =
        |path| format!("```rust,no_run\n{{{{#include ../{path}}}}}\n```\n");
    let parts = [
        part("lab/src/products.rs:one"),
        part("lab/src/products.rs:two"),
        part("code/examples/products.rs:main"),
    ];
    let whole = part("code/examples/products.rs");
    fixture.edit("src/products.md", &whole, &parts.concat())?;
    Ok(fixture)
}

#[test]
fn an_experiment_is_shown_as_a_part_of_its_example() -> Result<()> {
    assert_none(&in_source(with_an_experiment()?.root())?);
    for (file, passage, by, expected) in [
        (
            "lab/src/products.rs",
            "// ANCHOR: two",
            "const N: u8 = 0;\n// ANCHOR: two",
            "the listing `two` is out of order",
        ),
        (
            "lab/src/products.rs",
            "// ANCHOR: two\npub fn two() {}\n// ANCHOR_END: two\n",
            "// ANCHOR: two\n// ANCHOR: three\n",
            "`three` starts inside `two`",
        ),
        (
            "src/products.md",
            "```rust,no_run\n{{#include ../lab/src/products.rs:two}}\n```\n",
            "",
            "no page shows the anchor `two`",
        ),
        (
            "code/examples/products.rs",
            "// ANCHOR: main",
            "const N: u8 = 0;\n// ANCHOR: main",
            "above its first anchor it has more than imports",
        ),
        (
            "code/examples/products.rs",
            "// ANCHOR_END: main",
            "// ANCHOR_END: main\nconst N: u8 = 0;",
            "no page shows `const N: u8 = 0;`",
        ),
        (
            "src/products.md",
            "../lab/src/products.rs:two",
            "../lab/src/products.rs",
            "is neither a listing",
        ),
    ] {
        let fixture = with_an_experiment()?;
        fixture.edit(file, passage, by)?;
        let problems = in_source(fixture.root())?;
        let found = problems.iter().any(|it| it.message.contains(expected));
        assert!(found, "{expected}: {problems:#?}");
    }
    Ok(())
}

const MODULES: [Case; 12] = [
    (
        "code/src/sums.rs",
        "    a + b",
        "    crate::products::product(a, 1) + b",
        "code/src/sums.rs:9: `sums` uses the later module `products`",
    ),
    (
        "code/src/sums.rs",
        "/// a + b",
        "use crate::{products::product, self as whole};\n/// a + b",
        "code/src/sums.rs:7: `sums` uses the later module `products`",
    ),
    (
        "code/src/sums.rs",
        "/// a + b",
        "use super::products::product;\n/// a + b",
        "code/src/sums.rs:7: `sums` uses the later module `products`",
    ),
    (
        "code/src/sums.rs",
        "    a + b",
        "    assert!(crate::products::product(a, 1) > b);\n    a + b",
        "code/src/sums.rs:9: `sums` uses the later module `products`",
    ),
    (
        "code/src/sums.rs",
        "/// a + b",
        "mod inner {\n    use super::super::products::product;\n}\n/// a + b",
        "code/src/sums.rs:8: `sums` uses the later module `products`",
    ),
    (
        "code/src/sums.rs",
        "/// assert_eq!",
        "/// use microgpt::products::product;\n/// assert_eq!",
        "code/src/sums.rs:17: `sums` uses the later module `products`",
    ),
    (
        "code/src/lib.rs",
        "pub mod products;\n",
        "",
        "code/src/products.rs:1: no module declares `products`",
    ),
    (
        "code/src/products.rs",
        "pub mod twice;\n",
        "",
        "code/src/products/twice.rs:1: no module declares `products/twice`",
    ),
    (
        "code/src/products.rs",
        "pub mod twice;\nmod thrice;\n",
        "mod thrice;\npub mod twice;\n",
        "code/src/products/thrice.rs:4: `products/thrice` uses the later module `products/twice`",
    ),
    (
        "code/src/products/twice.rs",
        "use super::product;",
        "use super::{product, thrice::*};",
        "code/src/products/twice.rs:4: `products/twice` uses the later module `products/thrice`",
    ),
    (
        "code/src/products/twice.rs",
        "    product(a, 2)",
        "    crate::products::thrice::thrice(a)",
        "code/src/products/twice.rs:8: `products/twice` uses the later module `products/thrice`",
    ),
    (
        "code/src/sums.rs",
        "/// a + b",
        "use crate::{products::{twice::twice}};\n/// a + b",
        "code/src/sums.rs:7: `sums` uses the later module `products`",
    ),
];

#[test]
fn a_module_that_uses_a_later_one_is_found() -> Result<()> {
    assert_found(&MODULES, in_source)
}

const PAGES: [Case; 21] = [
    (
        "src/welcome.md",
        "```rust\nassert_eq!(1 + 1, 2);",
        "```rust,compile_fail\nfn main() { 1 }",
        "src/welcome.md:8: the compiler's message does not follow",
    ),
    (
        "src/sums.md",
        "examples/sums.rs}}",
        "examples/summs.rs}}",
        "src/sums.md:24: ../code/examples/summs.rs cannot be read: No such file or directory (os error 2)",
    ),
    (
        "src/sums.md",
        "sums.rs:sum}}",
        "sums.rs:summ}}",
        "src/sums.md:18: ../code/src/sums.rs has no anchor `summ`",
    ),
    (
        "book.toml",
        "default-theme",
        "default-them",
        "book.toml:10: unknown field `default-them`",
    ),
    (
        "src/sums.md",
        "{{value total}}",
        "{{value totals}}",
        "src/sums.md:27: no value `totals` is recorded in tests/snapshots/values.snap",
    ),
    ("src/sums.md", "It prints", "TODO: It prints", "src/sums.md:27: a `TODO`"),
    (
        "src/welcome.md",
        "```rust",
        "```rust,ignore",
        "src/welcome.md:8: no check knows fences of the kind `rust,ignore`",
    ),
    (
        "src/welcome.md",
        "```rust",
        "```rust,should_panic",
        "src/welcome.md:8: no check knows fences of the kind `rust,should_panic`",
    ),
    (
        "src/welcome.md",
        "```rust",
        "```",
        "src/welcome.md:8: no check knows fences of the kind ``",
    ),
    (
        "src/welcome.md",
        "```rust",
        "```ruby",
        "src/welcome.md:8: no check knows fences of the kind `ruby`",
    ),
    (
        "src/sums.md",
        "{{#include ../code/src/lib.rs:sums}}",
        "{{#include ../code/src/lib.rs:sums}}\nfn a() {}",
        "src/sums.md:11: an include stands alone in its fence",
    ),
    (
        "src/sums.md",
        "```rust\n{{#include ../code/src/lib.rs:sums}}\n```",
        "> ```rust\n> {{#include ../code/src/lib.rs:sums}}\n> ```",
        "src/sums.md:11: an include inside a list or a quote breaks the page",
    ),
    (
        "src/sums.md",
        "```rust\n{{#include ../code/src/lib.rs:sums}}",
        "```rust,no_run\n{{#include ../code/src/lib.rs:sums}}",
        "src/sums.md:11: a listing is ```rust",
    ),
    (
        "src/sums.md",
        "```rust\n{{#include ../code/src/lib.rs:sums}}",
        "```rust\n{{#include ../code/src/lib.rs}}",
        "src/sums.md:11: `../code/src/lib.rs` is neither a listing",
    ),
    (
        "src/sums.md",
        "```rust\n{{#include ../code/src/lib.rs:sums}}",
        "```text\n{{#include ../code/src/lib.rs:sums}}",
        "src/sums.md:11: `../code/src/lib.rs:sums` is neither a listing",
    ),
    (
        "src/sums.md",
        "```rust,no_run",
        "```rust",
        "src/sums.md:23: an example is ```rust,no_run",
    ),
    (
        "src/sums.md",
        "sums.snap:4:}}",
        "sums.snap}}",
        "src/sums.md:33: `../tests/snapshots/example_sums.snap` does not end in `:4:`",
    ),
    (
        "src/sums.md",
        "sums.snap:4:}}",
        "sums.snap:5:}}",
        "src/sums.md:33: `../tests/snapshots/example_sums.snap:5:` does not end in `:4:`",
    ),
    (
        "tests/snapshots/example_sums.snap",
        "source: ",
        "expression: output\nsource: ",
        "src/sums.md:33: the header of `example_sums.snap` is not three lines long",
    ),
    (
        "src/extra.md",
        "",
        "# Extra",
        "src/extra.md:1: SUMMARY.md does not name this page",
    ),
    (
        "src/SUMMARY.md",
        "- [Sums](sums.md)\n",
        "",
        "src/sums.md:1: SUMMARY.md does not name this page",
    ),
];

#[test]
fn a_page_that_is_not_as_it_should_be_is_found() -> Result<()> {
    assert_found(&PAGES, in_source)
}

const PROSE: [Case; 16] = [
    (
        "code/src/sums.rs",
        "    a + b",
        "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n    a + b",
        "src/sums.md:5: a listing of 29 lines, over 25",
    ),
    (
        "src/sums.md",
        "## Running it",
        "### Running it",
        "src/sums.md:21: h3 follows h1",
    ),
    (
        "src/sums.md",
        "## Running it",
        "# Running it",
        "src/sums.md:21: a second",
    ),
    (
        "src/sums.md",
        "# Sums",
        "## Sums",
        "src/sums.md:1: the first heading is h2, not h1",
    ),
    (
        "src/welcome.md",
        "(sums.md)",
        "(http://example.org)",
        "src/welcome.md:3: `http://example.org` is no address",
    ),
    (
        "src/welcome.md",
        "(sums.md)",
        "(https:/example.org/a)",
        "src/welcome.md:3: `https:/example.org/a` is no address",
    ),
    (
        "src/welcome.md",
        "(sums.md)",
        "(https://example)",
        "src/welcome.md:3: `https://example` is no address",
    ),
    (
        "src/welcome.md",
        "multiplies",
        "mutliplies",
        "src/welcome.md:3: `mutliplies`: multiplies?",
    ),
    (
        "src/welcome.md",
        "multiplies",
        "has behavior",
        "src/welcome.md:3: `behavior`: behaviour?",
    ),
    (
        "src/welcome.md",
        "This book",
        "> [!NOTE]\n> a\n\n> [!TIP]\n> b\n\n> [!TIP]\n> c\n\n> [!NOTE]\n> \
         d\n\n> [!NOTE]\n> e\n\n> [!NOTE]\n> f\n\nThis book",
        "src/welcome.md:1: 6 notes, over 5",
    ),
    (
        "src/products.md",
        "../code/exercises/square.rs:task",
        "../code/exercises/square.rs:stub",
        "src/products.md:61: `../code/exercises/square.rs:stub` is neither",
    ),
    (
        "src/products.md",
        "```rust,no_run\n{{#include ../code/exercises/square.rs:task}}\n```",
        "Nothing.",
        "code/exercises/square.rs:1: no page shows this exercise",
    ),
    (
        "src/whole.md",
        "```rust,no_run\n{{#include ../code/exercises/solutions/square.rs}}\n```",
        "Nothing.",
        "code/exercises/solutions/square.rs:1: no page shows this exercise",
    ),
    (
        "code/exercises/square.rs",
        "products::product",
        "powers::product",
        "src/products.md:61: `square` uses the later `powers`",
    ),
    (
        "src/products.md",
        "## Exercises",
        "```rust,no_run\n{{#include ../code/exercises/square.rs:task}}\n```\n\n\
         ## Exercises",
        "src/products.md:65: `square` is shown a second time",
    ),
    (
        "src/products.md",
        "```rust,no_run\n{{#include ../code/exercises/square",
        "```rust\n{{#include ../code/exercises/square",
        "src/products.md:61: an exercise is ```rust,no_run",
    ),
];

#[test]
fn a_page_that_its_reader_would_miss_something_in_is_found() -> Result<()> {
    assert_found(&PROSE, in_source)
}

#[test]
fn a_chapter_with_few_checkpoints_or_exercises_is_found() -> Result<()> {
    let fixture = Fixture::good()?;
    let problems = prose::lessons(&reader::read(fixture.root())?);
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(lines[0], "src/welcome.md:1: 0 checkpoints, not 4");
    assert_eq!(lines[4], "src/products.md:1: 1 exercises, not 2 to 4");
    Ok(())
}

const SITE: [Case; 15] = [
    (
        "src/welcome.md",
        "(sums.md)",
        "(summs.md)",
        "src/welcome.md:3: `summs.html` leads to no page or file",
    ),
    (
        "src/welcome.md",
        "#running-it",
        "#running",
        "src/welcome.md:4: `sums.html#running` leads to no `id` of sums.html",
    ),
    (
        "src/welcome.md",
        "[first chapter](sums.md)",
        "<a href=\"sum.html\">first</a>",
        "src/welcome.md:3: `sum.html` leads to no page or file",
    ),
    (
        "src/welcome.md",
        "plus.svg",
        "minus.svg",
        "src/welcome.md:6: `minus.svg` leads to no page or file",
    ),
    (
        "src/welcome.md",
        "![A plus sign]",
        "![]",
        "src/welcome.md:6: the image `plus.svg` has no alternative text",
    ),
    (
        "src/welcome.md",
        "![A plus sign](plus.svg)",
        "<img src=\"plus.svg\">",
        "src/welcome.md:6: the image `plus.svg` has no alternative text",
    ),
    (
        "src/welcome.md",
        "![A plus sign](plus.svg)",
        "![A plus](https://example.org/plus.svg)",
        "src/welcome.md:6: `https://example.org/plus.svg` is on another host",
    ),
    (
        "src/welcome.md",
        "![A plus sign](plus.svg)",
        "<script src=\"https://example.org/a.js\"></script>",
        "src/welcome.md:6: `https://example.org/a.js` is on another host",
    ),
    (
        "src/welcome.md",
        "![A plus sign](plus.svg)",
        "<link rel=\"stylesheet\" href=\"//example.org/a.css\">",
        "src/welcome.md:6: `//example.org/a.css` is on another host",
    ),
    (
        "src/welcome.md",
        "![A plus sign](plus.svg)",
        "<iframe src=\"http://example.org\"></iframe>",
        "src/welcome.md:6: `http://example.org` is on another host",
    ),
    (
        "src/welcome.md",
        "![A plus sign](plus.svg)",
        "<p style=\"background: url('https://example.org/a.png')\">a</p>",
        "src/welcome.md:6: `background: url('https://example.org/a.png')` is on another host",
    ),
    (
        "src/welcome.md",
        "![A plus sign](plus.svg)",
        "<style>\n@import \"https://example.org/a.css\";\n</style>",
        r#"src/welcome.md:7: `@import "https://example.org/a.css";` is on another host"#,
    ),
    (
        "src/a.css",
        "",
        "a {\n  src: url(https://example.org/a.woff2);\n}\n",
        "src/a.css:2: `src: url(https://example.org/a.woff2);` is on another host",
    ),
    (
        "src/plus.svg",
        "<path",
        "<image href=\"https://example.org/a.png\"/><path",
        "src/plus.svg:1: `https://example.org/a.png` is on another host",
    ),
    (
        "src/sums.md",
        "It prints",
        "<b id=\"running-it\">It</b> prints",
        "src/sums.md:27: the id `running-it` comes twice on the page",
    ),
];

#[test]
fn what_is_wrong_on_a_rendered_page_is_found() -> Result<()> {
    assert_found(&SITE, in_site)
}

#[test]
fn a_page_with_few_words_is_found() -> Result<()> {
    let fixture = Fixture::good()?;
    let words = "So it goes on. ".repeat(100);
    fixture.edit("src/whole.md", &words, "So it goes on.")?;
    let problems = in_source(fixture.root())?;
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        ["src/whole.md:1: only 11 words: a chapter has 300 or more"]
    );
    Ok(())
}
