//! Drawing: SVG that takes its colour from the text around it.
//!
//! All paint is `currentColor`; what must be told apart differs in width,
//! dashes, opacity or shape. Elements of the class `accent` may get one more
//! colour from the page. Places are rounded to a tenth, so that a picture is
//! the same bytes on every machine.

use std::fmt::Write;

/// The width of all pictures: so many characters of text as a column has.
pub const WIDTH: f64 = 600.0;
/// The size of text.
pub const TEXT: f64 = 18.0;
/// The size of the smallest text: on a phone, half of it is left.
pub const SMALL: f64 = 16.0;

/// A place: to the right, and down.
pub type Point = (f64, f64);

/// How a line is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    width: f64,
    opacity: f64,
    dashes: &'static str,
    accent: bool,
}

/// The line of an axis.
pub const THIN: Pen = Pen::new(1.0).opacity(0.5);
/// The line of a box or an arrow.
pub const LINE: Pen = Pen::new(1.5).opacity(0.8);
/// The line that a picture is about.
pub const STRONG: Pen = Pen::new(3.0);
/// A line to compare with.
pub const DASHED: Pen = Pen::new(1.5).opacity(0.8).dashes("7 5");

impl Pen {
    /// A solid line of a width.
    pub const fn new(width: f64) -> Self {
        Self { width, opacity: 1.0, dashes: "", accent: false }
    }

    /// The same, less visible.
    pub const fn opacity(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }

    /// The same, with the lengths of dashes and gaps.
    pub const fn dashes(self, dashes: &'static str) -> Self {
        Self { dashes, ..self }
    }

    /// The same in the page's second colour.
    pub const fn accent(self) -> Self {
        Self { accent: true, ..self }
    }

    fn attributes(self) -> String {
        let width = number(self.width);
        let mut text = format!(
            " fill=\"none\" stroke=\"currentColor\" stroke-width=\"{width}\""
        );
        if self.opacity < 1.0 {
            let _ = write!(text, " stroke-opacity=\"{}\"", self.opacity);
        }
        if !self.dashes.is_empty() {
            let _ = write!(text, " stroke-dasharray=\"{}\"", self.dashes);
        }
        text.push_str(class(self.accent));
        text
    }
}

fn class(accent: bool) -> &'static str {
    if accent { " class=\"accent\"" } else { "" }
}

/// A piece of text around a place.
#[derive(Clone, Debug)]
pub struct Label {
    at: Point,
    text: String,
    size: f64,
    anchor: &'static str,
    bold: bool,
    accent: bool,
}

impl Label {
    /// Text that begins at a place; its middle is at the place's height.
    pub fn new(at: Point, text: impl Into<String>) -> Self {
        let (text, size, anchor) = (text.into(), TEXT, "");
        Self { at, text, size, anchor, bold: false, accent: false }
    }

    /// The same with its middle at the place.
    pub fn middle(self) -> Self {
        Self { anchor: " text-anchor=\"middle\"", ..self }
    }

    /// The same ending at the place.
    pub fn end(self) -> Self {
        Self { anchor: " text-anchor=\"end\"", ..self }
    }

    /// The same in the smallest size.
    pub fn small(self) -> Self {
        Self { size: SMALL, ..self }
    }

    /// The same in bold type.
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// The same in the page's second colour.
    pub fn accent(self) -> Self {
        Self { accent: true, ..self }
    }
}

/// A picture that is being drawn.
#[derive(Clone, Debug)]
pub struct Drawing {
    height: f64,
    body: String,
}

impl Drawing {
    /// An empty picture.
    pub fn new(height: f64) -> Self {
        Self { height, body: String::new() }
    }

    fn element(&mut self, text: &str) {
        self.body.push_str(text);
        self.body.push('\n');
    }

    fn shape(&mut self, path: &str, attributes: &str) {
        self.element(&format!("<path d=\"{path}\"{attributes}/>"));
    }

    /// A straight line.
    pub fn line(&mut self, from: Point, to: Point, pen: Pen) {
        self.path([from, to], pen);
    }

    /// Straight lines from point to point.
    pub fn path(&mut self, points: impl IntoIterator<Item = Point>, pen: Pen) {
        self.shape(&steps(points, ""), &pen.attributes());
    }

    /// A line that leaves towards one point and arrives from another.
    pub fn curve(&mut self, points: [Point; 4], pen: Pen) {
        let [from, leave, arrive, to] = points.map(place);
        let path = format!("M{from}C{leave} {arrive} {to}");
        self.shape(&path, &pen.attributes());
    }

    /// The tip of an arrow that points from one place to another.
    pub fn tip(&mut self, from: Point, to: Point, pen: Pen) {
        let (x, y) = (to.0 - from.0, to.1 - from.1);
        let length = (x * x + y * y).sqrt();
        let (x, y) = (9.0 * x / length, 9.0 * y / length);
        let side = |s: f64| (to.0 - x - s * y / 2.0, to.1 - y + s * x / 2.0);
        self.path([side(1.0), to, side(-1.0)], Pen { dashes: "", ..pen });
    }

    /// A line with a tip at its end.
    pub fn arrow(&mut self, from: Point, to: Point, pen: Pen) {
        self.line(from, to, pen);
        self.tip(from, to, pen);
    }

    /// Faint dots.
    pub fn dots(&mut self, points: impl IntoIterator<Item = Point>) {
        let pen = Pen::new(3.0).opacity(0.35).attributes();
        let path = steps(points, "h0");
        self.shape(&path, &format!("{pen} stroke-linecap=\"round\""));
    }

    /// A disc.
    pub fn disc(&mut self, centre: Point, radius: f64, accent: bool) {
        let (x, y) = (number(centre.0), number(centre.1));
        let (r, class) = (number(radius), class(accent));
        self.element(&format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{class}/>"
        ));
    }

    /// A circle.
    pub fn circle(&mut self, centre: Point, radius: f64, pen: Pen) {
        let (x, y, r) = (number(centre.0), number(centre.1), number(radius));
        let pen = pen.attributes();
        self.element(&format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{pen}/>"
        ));
    }

    /// A filled box.
    pub fn bar(&mut self, corner: Point, size: Point, opacity: f64) {
        let fill = if opacity < 1.0 {
            format!(" fill-opacity=\"{opacity}\"")
        } else {
            String::new()
        };
        self.rect(corner, size, &fill);
    }

    /// Filled boxes, each with its corner and its size.
    pub fn bars(&mut self, boxes: &[(Point, Point)], opacity: f64) {
        let opacity = format!(" fill-opacity=\"{opacity}\"");
        self.shape(&outlines(boxes), &opacity);
    }

    /// The edges of boxes, each with its corner and its size.
    pub fn frames(&mut self, boxes: &[(Point, Point)], pen: Pen) {
        self.shape(&outlines(boxes), &pen.attributes());
    }

    /// The edge of a box, its corners a bit round.
    pub fn frame(&mut self, corner: Point, size: Point, pen: Pen) {
        self.rect(corner, size, &format!(" rx=\"4\"{}", pen.attributes()));
    }

    fn rect(&mut self, (x, y): Point, (w, h): Point, attributes: &str) {
        let (x, y) = (number(x), number(y));
        let size = format!("width=\"{}\" height=\"{}\"", number(w), number(h));
        self.element(&format!(
            "<rect x=\"{x}\" y=\"{y}\" {size}{attributes}/>"
        ));
    }

    /// Slanted lines that fill a box.
    pub fn hatch(&mut self, (x, y): Point, (w, h): Point, gap: f64, pen: Pen) {
        let mut path = String::new();
        let lines = (1..).map(|i| f64::from(i) * gap);
        for at in lines.take_while(|&at| at <= w + h) {
            let from = (x + (at - h).max(0.0), y + at.min(h));
            let to = (x + at.min(w), y + (at - w).max(0.0));
            path.push_str(&steps([from, to], ""));
        }
        self.shape(&path, &pen.attributes());
    }

    /// Text.
    pub fn text(&mut self, label: Label) {
        let Label { at: (x, y), text, size, anchor, bold, accent } = label;
        let (x, y) = (number(x), number(y + 0.35 * size));
        let size = if size == TEXT {
            String::new()
        } else {
            format!(" font-size=\"{}\"", number(size))
        };
        let bold = if bold { " font-weight=\"bold\"" } else { "" };
        let class = class(accent);
        let text = escape(&text);
        self.element(&format!(
            "<text x=\"{x}\" y=\"{y}\"{size}{anchor}{bold}{class}>{text}</text>"
        ));
    }

    /// The whole SVG file.
    pub fn finish(self, name: &str, title: &str, description: &str) -> String {
        let Self { height, body } = self;
        let (width, height) = (number(WIDTH), number(height));
        let ids = [
            format!("figure-{name}-title"),
            format!("figure-{name}-description"),
        ];
        let [title_id, description_id] = &ids;
        let (title, description) = (escape(title), escape(description));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" \
             aria-labelledby=\"{title_id} {description_id}\" \
             fill=\"currentColor\" stroke-linejoin=\"round\" \
             font-family=\"sans-serif\" font-size=\"{TEXT}\">\n\
             <title id=\"{title_id}\">{title}</title>\n\
             <desc id=\"{description_id}\">{description}</desc>\n\
             {body}</svg>\n"
        )
    }
}

/// Tenths, so that sums of rounded steps do not drift.
fn tenths(x: f64) -> i64 {
    (10.0 * x).round() as i64
}

/// A number of tenths, as short as it can be written.
fn short(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, part) = (tenths.abs() / 10, tenths.abs() % 10);
    match (whole, part) {
        (_, 0) => format!("{sign}{whole}"),
        (0, _) => format!("{sign}.{part}"),
        _ => format!("{sign}{whole}.{part}"),
    }
}

fn number(x: f64) -> String {
    short(tenths(x))
}

fn place((x, y): Point) -> String {
    format!("{} {}", number(x), number(y))
}

/// A path from point to point, with something drawn at each.
fn steps(points: impl IntoIterator<Item = Point>, mark: &str) -> String {
    let mut path = String::new();
    let mut before = None;
    for (x, y) in points {
        let (x, y) = (tenths(x), tenths(y));
        let (step, dx, dy) = match before {
            None => ("M", x, y),
            Some((left, top)) if mark.is_empty() => ("l", x - left, y - top),
            Some((left, top)) => ("m", x - left, y - top),
        };
        let gap = if dy < 0 { "" } else { " " };
        let _ = write!(path, "{step}{}{gap}{}{mark}", short(dx), short(dy));
        before = Some((x, y));
    }
    path
}

/// A path around each of some boxes.
fn outlines(boxes: &[(Point, Point)]) -> String {
    let outline = |&(corner, (w, h)): &(Point, Point)| {
        let (at, w, h, left) =
            (place(corner), number(w), number(h), number(-w));
        format!("M{at}h{w}v{h}h{left}z")
    };
    boxes.iter().map(outline).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let numbers = [0.0, -0.04, 0.5, -0.26, 12.0, 12.345].map(number);
        assert_eq!(numbers, ["0", "0", ".5", "-.3", "12", "12.3"]);
    }

    #[test]
    fn rounded_steps_do_not_drift() {
        let points = (0..4).map(|i| (f64::from(i) * 0.04, 1.0));
        assert_eq!(steps(points, ""), "M0 1l0 0l.1 0l0 0");
    }

    #[test]
    fn boxes_are_closed() {
        let boxes = [((1.0, 2.0), (3.0, 4.0)), ((0.0, 0.0), (0.5, 1.0))];
        assert_eq!(outlines(&boxes), "M1 2h3v4h-3zM0 0h.5v1h-.5z");
    }

    #[test]
    fn text_is_escaped() {
        let mut drawing = Drawing::new(10.0);
        drawing.text(Label::new((0.0, 0.0), "a < b & c"));
        let svg = drawing.finish("x", "1 < 2", "2 > 1");
        for part in ["a &lt; b &amp; c", "1 &lt; 2", "2 &gt; 1"] {
            assert!(svg.contains(part), "{part} is not in {svg}");
        }
    }

    #[test]
    fn a_hatch_stays_in_its_box() {
        let mut drawing = Drawing::new(10.0);
        drawing.hatch((10.0, 20.0), (4.0, 2.0), 3.0, LINE);
        assert!(drawing.body.contains("M11 22l2-2M14 22l0 0"));
    }
}
