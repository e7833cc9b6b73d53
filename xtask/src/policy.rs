//! What a page of the book may run and load.

/// The Content-Security-Policy of each page, and of what `cargo book` serves:
/// the book itself and its WebAssembly, no script or style sheet that stands
/// within a page, and nothing from another host.
///
/// mdBook writes the alignment of a table's cells, and where `print.html`
/// breaks its pages, as attributes, so `style="…"` may be; `<style>` may not.
pub const POLICY: &str = "default-src 'none'; \
    script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; style-src-attr 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    worker-src 'self'; frame-src 'self'; base-uri 'self'; form-action 'none'";
