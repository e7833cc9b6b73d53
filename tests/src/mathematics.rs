//! What the sandboxes must not do themselves: mathematics. All of it stands in
//! the crate that the book tells; theirs only asks it and hands over.
//!
//! Sums and differences may pass: indices and counts need them.

use anyhow::{Result, anyhow};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{
    Attribute, BinOp, Expr, ExprBinary, ExprCall, ExprLit, ExprMethodCall,
    ImplItemFn, Item, ItemFn, Lit, LitFloat, Macro, Meta, Path, Signature,
    Token, UsePath,
};
use xtask::Problem;

/// Functions that compute; `checked_mul` and its like are `mul`.
const FUNCTIONS: [&str; 35] = [
    "acos",
    "asin",
    "atan",
    "atan2",
    "cbrt",
    "cos",
    "cosh",
    "div",
    "div_ceil",
    "div_euclid",
    "exp",
    "exp2",
    "exp_m1",
    "hypot",
    "isqrt",
    "ln",
    "ln_1p",
    "log",
    "log10",
    "log2",
    "midpoint",
    "mul",
    "mul_add",
    "pow",
    "powf",
    "powi",
    "recip",
    "rem",
    "rem_euclid",
    "shl",
    "shr",
    "sin",
    "sqrt",
    "tan",
    "tanh",
];

/// What may stand before the name of a function of whole numbers.
const WAYS: [&str; 4] =
    ["checked_", "overflowing_", "saturating_", "wrapping_"];

/// A file that may be named in `#[path]`: the book shows it.
const SHOWN: &str = "../../code/examples/";

/// A function that may compute after all: its file, its name, and why.
pub type Exception = (&'static str, &'static str, &'static str);

/// All mathematics in the Rust files of a folder and of those below it, tests
/// apart, and each exception that is none.
///
/// # Errors
///
/// A file cannot be read, or is not Rust.
pub fn check(
    root: &std::path::Path,
    folder: &str,
    exceptions: &[Exception],
) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    let mut used = Vec::new();
    for (file, text) in crate::reader::rust_files_below(root, folder)? {
        let parsed = syn::parse_file(&text)
            .map_err(|error| anyhow!("{file}: {error}"))?;
        let mut reader = Reader::default();
        reader.visit_file(&parsed);
        for Found { line, function, what } in reader.found {
            let excepts =
                |(of, name, _): &&Exception| *of == file && *name == function;
            if let Some(exception) = exceptions.iter().find(excepts) {
                used.push(exception);
                continue;
            }
            let place = match function.as_str() {
                "" => String::new(),
                name => format!(" in `{name}`"),
            };
            let message = format!("mathematics: {what}{place}");
            problems.push(Problem { file: file.clone(), line, message });
        }
    }
    for exception in exceptions.iter().filter(|it| !used.contains(it)) {
        let message = format!("`{}` needs no exception", exception.1);
        let file = exception.0.to_owned();
        problems.push(Problem { file, line: 1, message });
    }
    problems.sort();
    problems.dedup();
    Ok(problems)
}

/// Something that computes: its line, the function that it stands in, and it.
struct Found {
    line: usize,
    function: String,
    what: String,
}

/// Walks through a file.
#[derive(Default)]
struct Reader {
    /// The function that is being read; empty outside of all.
    function: String,
    found: Vec<Found>,
}

impl Reader {
    fn add(&mut self, span: Span, what: impl Into<String>) {
        let (line, what) = (span.start().line, what.into());
        let function = self.function.clone();
        self.found.push(Found { line, function, what });
    }

    /// Reads a function, whose name counts within it.
    fn within(&mut self, signature: &Signature, read: impl FnOnce(&mut Self)) {
        let name = signature.ident.to_string();
        let outer = std::mem::replace(&mut self.function, name);
        read(self);
        self.function = outer;
    }

    /// A number that is made up here.
    fn number(&mut self, literal: &Lit) {
        let made_up = match literal {
            Lit::Float(number) if !is_zero(number) => number.to_string(),
            Lit::Int(number) if number.suffix().starts_with('f') => {
                number.to_string()
            }
            _ => return,
        };
        self.add(literal.span(), format!("`{made_up}`"));
    }

    /// Reads what stands in a macro or an attribute: expressions, or else
    /// just tokens.
    fn arguments(&mut self, tokens: &TokenStream) {
        let list = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(list) = list.parse2(tokens.clone()) {
            let function = self.function.clone();
            let mut inner = Reader { function, found: Vec::new() };
            list.iter().for_each(|argument| inner.visit_expr(argument));
            self.found.append(&mut inner.found);
        } else {
            self.tokens(tokens.clone());
        }
    }

    /// Reads tokens that no grammar is known for. A star after nothing that
    /// could be a number is none between two.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut after_operand = false;
        for token in tokens {
            let is_operand = !matches!(token, TokenTree::Punct(_));
            match token {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Punct(sign)
                    if "/%".contains(sign.as_char())
                        || (sign.as_char() == '*' && after_operand) =>
                {
                    self.add(sign.span(), format!("`{sign}`"));
                }
                TokenTree::Ident(name) if computes(&name.to_string()) => {
                    self.add(name.span(), format!("`{name}`"));
                }
                TokenTree::Literal(literal) => self.number(&Lit::new(literal)),
                _ => {}
            }
            after_operand = is_operand;
        }
    }
}

impl<'a> Visit<'a> for Reader {
    fn visit_item(&mut self, item: &'a Item) {
        if !attributes(item).iter().any(is_test) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, function: &'a ItemFn) {
        let read = |it: &mut Self| visit::visit_item_fn(it, function);
        self.within(&function.sig, read);
    }

    fn visit_impl_item_fn(&mut self, function: &'a ImplItemFn) {
        let read = |it: &mut Self| visit::visit_impl_item_fn(it, function);
        self.within(&function.sig, read);
    }

    fn visit_expr_binary(&mut self, binary: &'a ExprBinary) {
        if let Some(sign) = sign(&binary.op) {
            self.add(binary.op.span(), format!("`{sign}`"));
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        let name = call.method.to_string();
        if computes(&name) || name == "product" {
            self.add(call.method.span(), format!("`{name}`"));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        // A path of several parts is found wherever it stands.
        if let Expr::Path(function) = &*call.func
            && let Some(name) = function.path.get_ident()
            && computes(&name.to_string())
        {
            self.add(name.span(), format!("`{name}`"));
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_path(&mut self, path: &'a Path) {
        let names = path.segments.iter().map(|part| &part.ident);
        let last = names.clone().skip(1).last();
        let libm = names.filter(|name| *name == "libm");
        let function = last.filter(|name| computes(&name.to_string()));
        if let Some(name) = libm.chain(function).next() {
            self.add(name.span(), format!("`{name}`"));
        }
        visit::visit_path(self, path);
    }

    fn visit_use_path(&mut self, path: &'a UsePath) {
        if path.ident == "libm" {
            self.add(path.ident.span(), "`libm`");
        }
        visit::visit_use_path(self, path);
    }

    fn visit_lit(&mut self, literal: &'a Lit) {
        self.number(literal);
    }

    fn visit_attribute(&mut self, attribute: &'a Attribute) {
        match &attribute.meta {
            Meta::List(list) => self.arguments(&list.tokens),
            Meta::NameValue(pair)
                if pair.path.is_ident("path")
                    && !text(&pair.value).starts_with(SHOWN) =>
            {
                self.add(pair.span(), "code from elsewhere");
            }
            _ => {}
        }
    }

    fn visit_macro(&mut self, call: &'a Macro) {
        if call.path.is_ident("include") {
            self.add(call.span(), "code from elsewhere");
        }
        self.arguments(&call.tokens);
    }
}

/// Whether a function of this name computes.
fn computes(name: &str) -> bool {
    let plain = WAYS.iter().find_map(|way| name.strip_prefix(way));
    FUNCTIONS.contains(&plain.unwrap_or(name))
}

fn is_zero(number: &LitFloat) -> bool {
    number.base10_parse::<f64>().is_ok_and(|number| number == 0.0)
}

/// The sign of an operator that computes more than a sum or a difference.
fn sign(operator: &BinOp) -> Option<&'static str> {
    match operator {
        BinOp::Mul(_) => Some("*"),
        BinOp::MulAssign(_) => Some("*="),
        BinOp::Div(_) => Some("/"),
        BinOp::DivAssign(_) => Some("/="),
        BinOp::Rem(_) => Some("%"),
        BinOp::RemAssign(_) => Some("%="),
        BinOp::Shl(_) => Some("<<"),
        BinOp::ShlAssign(_) => Some("<<="),
        BinOp::Shr(_) => Some(">>"),
        BinOp::ShrAssign(_) => Some(">>="),
        _ => None,
    }
}

/// Whether an item with this attribute is only there in tests.
fn is_test(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else { return false };
    list.path.is_ident("cfg") && list.tokens.to_string() == "test"
}

/// What stands over an item that can hold expressions.
fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// A text that stands as an expression.
fn text(expression: &Expr) -> String {
    match expression {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => text.value(),
        _ => String::new(),
    }
}
