//! Formulas: from TeX to `MathML`.

use pulldown_latex::config::{DisplayMode, RenderConfig};
use pulldown_latex::{Parser, ParserError, Storage};
use regex::Captures;

use crate::{reference, regex};

// A tag, a character by its name, or a bare sign.
regex!(PIECE, r"<[^>]*>|&#?\w+;|[[:punct:]]");
// An attribute that runs into the next one.
regex!(ATTRIBUTE, r#"(="[^"]*")(\w)"#);
// A percent sign that starts a comment.
regex!(COMMENT, r"(^|[^\\])(\\\\)*%");

/// Turns the formula `tex` into one line of `MathML` that stands in Markdown
/// as it is; `display` is for a formula on a line of its own.
///
/// # Errors
///
/// The formula is not understood; the message says why.
pub fn mathml(tex: &str, display: bool) -> Result<String, String> {
    let trouble = if tex.trim().is_empty() {
        Some("it is empty")
    } else if COMMENT.is_match(tex) {
        Some("`%` hides what follows; a percent sign is `\\%`")
    } else if tex.contains(r"\operatorname*") {
        Some(r"`\operatorname*` is not known; use `\operatorname`")
    } else {
        None
    };
    if let Some(trouble) = trouble {
        return Err(misread(tex, trouble));
    }
    let storage = Storage::new();
    let events: Vec<_> = Parser::new(tex, &storage)
        .collect::<Result<_, _>>()
        .map_err(|error| reason(&error, tex))?;
    let mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode: mode, ..RenderConfig::default() };
    let mut html = String::new();
    let events = events.into_iter().map(Ok::<_, std::fmt::Error>);
    pulldown_latex::push_mathml(&mut html, events, config)
        .map_err(|error| format!("`{tex}` cannot be written: {error}"))?;
    if html.contains("<merror") {
        return Err(misread(tex, "it holds an error"));
    }
    Ok(shield(&html))
}

/// The parser's reason, without its drawing.
fn reason(error: &ParserError, tex: &str) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or_default();
    misread(tex, first.strip_prefix("parsing error: ").unwrap_or(first))
}

fn misread(tex: &str, reason: &str) -> String {
    let tex = tex.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("the formula `{tex}` is not understood: {reason}")
}

/// Hides from Markdown whatever in the text between tags could mean something
/// to it (`*`, `|`, `'`, …), joins the lines, and puts the space between two
/// attributes that Markdown asks for.
fn shield(html: &str) -> String {
    let piece = |found: &Captures<'_>| match &found[0] {
        tag if tag.starts_with('<') => {
            ATTRIBUTE.replace_all(tag, "$1 $2").into_owned()
        }
        name if name.len() > 1 => name.to_owned(),
        sign => sign.chars().map(reference).collect(),
    };
    PIECE.replace_all(html, piece).replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::mathml;

    #[test]
    fn the_books_formulas_are_understood() {
        for tex in [
            r"\frac{a}{b}",
            r"\sum_{i=1}^{n} x_i",
            r"\sqrt{d_k}",
            r"\hat{v}_t = \frac{v_t}{1 - \beta_2^t}",
            r"\mathbf{x} \cdot \mathbf{w}, \mathbb{R}^{n \times m}",
            r"\text{loss} = -\frac1n \sum_t \ln p(x_t \mid x_{<t})",
            r"\operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d}}\right)V",
            r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
            r"f(x) = \begin{cases} x & x > 0 \\ 0 & \text{else} \end{cases}",
            r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}",
            r"\partial L / \partial w, \nabla L, \max(0, x), \exp x, x_i'",
            r"w \leftarrow w - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)",
            r"\underbrace{a + b}_{c} \in \{0, \dots, 26\}, 50\%",
        ] {
            for display in [false, true] {
                let html = mathml(tex, display).unwrap();
                assert!(html.starts_with("<math"), "{tex}");
                assert!(html.ends_with("</math>"), "{tex}");
                assert!(!html.contains('\n'), "{tex}");
            }
        }
    }

    #[test]
    fn a_formula_that_is_not_understood_is_named() {
        for tex in [
            r"\frac{1",
            r"\nosuchcommand x",
            r"x_1_2",
            r"\left( x",
            r"}",
            r"",
            r"50 % of x",
            r"\\%",
            r"\operatorname*{argmax}_x",
        ] {
            let message = mathml(tex, false).unwrap_err();
            assert!(message.contains(tex), "{message}");
            assert!(!message.contains('\n'), "{message}");
        }
    }

    #[test]
    fn markdown_sees_nothing_in_a_formula() {
        let tex = r"a * b | c_d [e] 'f' <g> \_ \& \Big( 50\% \$ \# h";
        let html = mathml(tex, false).unwrap();
        let tags = regex::Regex::new("<[^>]*>").unwrap();
        let text = tags.replace_all(&html, "");
        let text = text.replace("&#", "").replace(';', "");
        assert!(
            !text.contains(|sign: char| sign.is_ascii_punctuation()),
            "{text}"
        );
        // Markdown wants a space between two attributes.
        assert!(html.contains(r#"stretchy="true" minsize="#), "{html}");
    }
}
