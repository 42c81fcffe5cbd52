//! The diagram as a picture of its own: presentation attributes alone, which any content security
//! policy lets pass, no `id`, so that many fit into one page, and `currentColor`, so that it can be
//! read on any background.

use super::color::Color;
use super::labels::{self, Label, labels};
use super::layout::{HIGH, Point, RING, WIDE, layout};
use super::links::Link;
use super::wrap::wrap;
use super::{DISABLED, Node, Scene, push_number};

/// Letters of stages, distance of their lines, and how many fit into a box.
const SIZE: i32 = 13;
const LEADING: i32 = 16;
const LINES: usize = 3;
/// Between a box's side and its text.
const INSET: i32 = 10;
/// Breadth of the current stage's ring, which has a space to its box, so that it shows around any colour.
const BROAD: i32 = 4;
/// How far an arrow ends from a box.
const TIP: i32 = 2;
/// How far a line bends before a corner.
const BEND: i32 = 8;

pub(super) fn write(scene: &Scene<'_>) -> String {
    let mut layout = layout(scene);
    let labels = labels(scene, &layout);
    let mut out = Out(String::with_capacity(4096));
    out.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"");
    out.size("width", layout.size.x);
    out.size("height", layout.size.y);
    out.raw(" viewBox=\"0 0 ");
    out.number(layout.size.x);
    out.raw(" ");
    out.number(layout.size.y);
    out.raw("\" font-family=\"system-ui, sans-serif\" text-anchor=\"middle\"");
    out.raw(" fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n<title>");
    out.text(&scene.title);
    for node in scene.nodes.iter().filter(|node| node.current) {
        out.raw(": ");
        out.text(&node.text);
    }
    out.raw("</title>\n<desc>");
    out.summary(scene, &layout.links);
    out.raw("</desc>\n<g stroke=\"currentColor\" stroke-width=\"1.5\">\n");
    for (place, link) in layout.links.iter().enumerate() {
        let points = &mut layout.lines[place].points;
        stop_short(points, if scene.nodes[link.to].current { RING } else { TIP });
        out.link(scene, link, points);
    }
    out.raw("</g>\n<g fill=\"currentColor\"");
    out.size("font-size", labels::SIZE);
    out.raw(">\n");
    for label in labels.iter().flatten() {
        out.label(label);
    }
    out.raw("</g>\n<g stroke=\"currentColor\"");
    out.size("font-size", SIZE);
    out.raw(">\n");
    for (place, node) in scene.nodes.iter().enumerate() {
        out.node(node, layout.boxes[place]);
    }
    out.raw("</g>\n</svg>\n");
    out.0
}

struct Out(String);

impl Out {
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    fn number(&mut self, number: i32) {
        push_number(&mut self.0, number);
    }

    fn size(&mut self, name: &str, number: i32) {
        self.attribute(name);
        self.number(number);
        self.raw("\"");
    }

    fn quoted(&mut self, name: &str, text: &str) {
        self.attribute(name);
        self.text(text);
        self.raw("\"");
    }

    fn attribute(&mut self, name: &str) {
        self.raw(" ");
        self.raw(name);
        self.raw("=\"");
    }

    /// Escaped; what XML can't hold becomes a replacement character.
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.raw("&amp;"),
                '<' => self.raw("&lt;"),
                '>' => self.raw("&gt;"),
                '"' => self.raw("&quot;"),
                '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => self.0.push('\u{fffd}'),
                _ => self.0.push(c),
            }
        }
    }

    /// The moves in words: what the picture says to whoever does not see it.
    fn summary(&mut self, scene: &Scene<'_>, links: &[Link]) {
        let mut from = None;
        for link in links {
            if from == Some(link.from) {
                self.raw(", ");
            } else {
                self.raw(if from.is_some() { "; " } else { "" });
                self.text(&scene.nodes[link.from].text);
                self.raw(" → ");
            }
            self.raw(if link.disabled { DISABLED } else { "" });
            self.text(&scene.nodes[link.to].text);
            from = Some(link.from);
        }
    }

    fn link(&mut self, scene: &Scene<'_>, link: &Link, points: &[Point]) {
        self.raw("<g");
        self.quoted("data-from", scene.nodes[link.from].stage.id.as_str());
        self.quoted("data-to", scene.nodes[link.to].stage.id.as_str());
        self.raw(if link.backward { " stroke-opacity=\"0.6\"" } else { "" });
        self.raw("><title>");
        self.text(&scene.nodes[link.from].text);
        self.raw(" → ");
        self.text(&scene.nodes[link.to].text);
        for &transition in &link.transitions {
            self.raw("\n");
            self.text(&scene.names[transition]);
        }
        self.raw("</title><path");
        self.raw(if link.disabled { " stroke-dasharray=\"4 4\"" } else { "" });
        self.raw(" d=\"");
        self.curve(points);
        self.raw("\"/><path d=\"");
        self.head(points);
        self.raw("\"/></g>\n");
    }

    fn point(&mut self, command: &str, x: i32, y: i32) {
        self.raw(command);
        self.number(x);
        self.raw(" ");
        self.number(y);
    }

    /// A line through `points` with round corners.
    fn curve(&mut self, points: &[Point]) {
        self.point("M", points[0].x, points[0].y);
        for three in points.windows(3) {
            let (before, corner, after) = (three[0], three[1], three[2]);
            let bend = BEND.min(length(before, corner) / 2).min(length(corner, after) / 2);
            let (a, b) = (toward(corner, before), toward(corner, after));
            self.point("L", corner.x + a.x * bend, corner.y + a.y * bend);
            self.point("Q", corner.x, corner.y);
            self.point(" ", corner.x + b.x * bend, corner.y + b.y * bend);
        }
        let end = points[points.len() - 1];
        self.point("L", end.x, end.y);
    }

    /// The arrow's head, at the end.
    fn head(&mut self, points: &[Point]) {
        let end = points[points.len() - 1];
        let back = toward(end, points[points.len() - 2]);
        let (x, y) = (end.x + back.x * 7, end.y + back.y * 7);
        self.point("M", x + back.y * 4, y + back.x * 4);
        self.point("L", end.x, end.y);
        self.point("L", x - back.y * 4, y - back.x * 4);
    }

    fn label(&mut self, label: &Label) {
        self.lines(&label.lines, label.corner, label.size, labels::LEADING);
    }

    fn node(&mut self, node: &Node<'_>, corner: Point) {
        let stage = node.stage;
        self.raw("<g");
        self.quoted("data-stage", stage.id.as_str());
        if node.current {
            self.raw(" aria-current=\"step\"");
            self.quoted("aria-label", &node.text);
        }
        self.raw("><title>");
        self.text(&node.text);
        self.raw("</title>");
        let color = Color::of(stage);
        let (fill, ink) = match color {
            Color::Known(rgb) if !stage.disabled => (Some(rgb), rgb.ink()),
            _ => (None, "currentColor"),
        };
        self.rect(corner, 0, 10);
        self.size("stroke-width", 1);
        self.raw(if stage.disabled { " stroke-dasharray=\"4 4\"" } else { "" });
        if let Some(rgb) = fill {
            self.attribute("fill");
            rgb.push(&mut self.0);
            self.raw("\"");
        }
        self.raw("/>");
        if node.current {
            let out = RING - BROAD / 2;
            self.rect(corner, -out, 10 + out);
            self.size("stroke-width", BROAD);
            self.raw("/>");
        }
        if let Color::Css(text) = color {
            self.stripe(corner, text);
        }
        if stage.final_ {
            self.rect(corner, 5, 6);
            self.quoted("stroke", ink);
            self.raw("/>");
        }
        if node.initial {
            self.raw("<circle r=\"4\"");
            self.size("cx", corner.x + 10);
            self.size("cy", corner.y + 10);
            self.quoted("fill", ink);
            self.raw(" stroke=\"none\"/>");
        }
        self.raw("<g stroke=\"none\"");
        self.quoted("fill", ink);
        self.raw(">");
        let size = Point { x: WIDE, y: HIGH };
        let lines = wrap(&node.text, SIZE, WIDE - 2 * INSET, LINES).lines;
        self.lines(&lines, corner, size, LEADING);
        self.raw("</g></g>\n");
    }

    fn rect(&mut self, corner: Point, inside: i32, round: i32) {
        self.raw("<rect");
        self.size("x", corner.x + inside);
        self.size("y", corner.y + inside);
        self.size("width", WIDE - 2 * inside);
        self.size("height", HIGH - 2 * inside);
        self.size("rx", round);
    }

    /// A colour whose brightness only the browser knows stands beside the text.
    fn stripe(&mut self, corner: Point, color: &str) {
        self.raw("<path stroke-width=\"5\" d=\"");
        self.point("M", corner.x + 6, corner.y + 18);
        self.point("L", corner.x + 6, corner.y + HIGH - 18);
        self.raw("\"");
        self.quoted("stroke", color);
        self.raw("/>");
    }

    /// Lines in the middle of an area that cuts off whatever a font makes of them.
    fn lines(&mut self, lines: &[String], corner: Point, size: Point, leading: i32) {
        self.raw("<svg overflow=\"hidden\"");
        self.size("x", corner.x);
        self.size("y", corner.y);
        self.size("width", size.x);
        self.size("height", size.y);
        self.raw(">");
        let first = (size.y - lines.len() as i32 * leading) / 2 + leading * 3 / 4;
        for (nth, line) in lines.iter().enumerate() {
            self.raw("<text unicode-bidi=\"plaintext\"");
            self.size("x", size.x / 2);
            self.size("y", first + nth as i32 * leading);
            self.raw(">");
            self.text(line);
            self.raw("</text>");
        }
        self.raw("</svg>");
    }
}

/// Ends the line `by` pixels before its end.
fn stop_short(points: &mut [Point], by: i32) {
    let last = points.len() - 1;
    let back = toward(points[last], points[last - 1]);
    points[last].x += back.x * by;
    points[last].y += back.y * by;
}

fn length(a: Point, b: Point) -> i32 {
    (a.x - b.x).abs() + (a.y - b.y).abs()
}

/// The direction from `a` to `b`, which lie on a line across or down.
fn toward(a: Point, b: Point) -> Point {
    Point { x: (b.x - a.x).signum(), y: (b.y - a.y).signum() }
}
