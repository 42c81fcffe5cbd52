//! Labels of lines, where there is room for one that touches nothing else. What finds none is told
//! by the line's title alone.

use super::Scene;
use super::layout::{HIGH, Layout, Line, Point, RING, Slot, WIDE};
use super::links::Link;
use super::wrap::wrap;

/// Size of the letters, and distance of lines.
pub(super) const SIZE: i32 = 11;
pub(super) const LEADING: i32 = 13;

/// Beyond so many lines there is no room to speak of.
const MOST: usize = 400;
/// Labels narrower than this say nothing.
const LEAST: i32 = 44;

#[derive(Clone, Copy, Debug)]
struct Area {
    from: Point,
    to: Point,
}

impl Area {
    fn of(corner: Point, size: Point) -> Self {
        Self { from: corner, to: Point { x: corner.x + size.x, y: corner.y + size.y } }
    }

    fn meets(&self, other: &Self) -> bool {
        self.from.x < other.to.x
            && other.from.x < self.to.x
            && self.from.y < other.to.y
            && other.from.y < self.to.y
    }
}

pub(super) struct Label {
    pub(super) corner: Point,
    pub(super) size: Point,
    pub(super) lines: Vec<String>,
}

/// By link: its label.
pub(super) fn labels(scene: &Scene<'_>, layout: &Layout) -> Vec<Option<Label>> {
    if layout.links.len() > MOST {
        return layout.links.iter().map(|_| None).collect();
    }
    let ringed = |corner: &Point| Area {
        from: Point { x: corner.x - RING, y: corner.y - RING },
        to: Point { x: corner.x + WIDE + RING, y: corner.y + HIGH + RING },
    };
    let mut taken: Vec<Area> = layout.boxes.iter().map(ringed).collect();
    for line in &layout.lines {
        taken.extend(line.points.windows(2).map(|pair| around(pair[0], pair[1])));
    }
    let mut labels = Vec::with_capacity(layout.links.len());
    for (link, line) in layout.links.iter().zip(&layout.lines) {
        let text = text(scene, link);
        let label = match text.is_empty() {
            true => None,
            false => label(&text, line, &taken, layout.size),
        };
        taken.extend(label.iter().map(|label| Area::of(label.corner, label.size)));
        labels.push(label);
    }
    labels
}

/// What a straight line covers, with its breadth.
fn around(a: Point, b: Point) -> Area {
    Area {
        from: Point { x: a.x.min(b.x) - 1, y: a.y.min(b.y) - 1 },
        to: Point { x: a.x.max(b.x) + 1, y: a.y.max(b.y) + 1 },
    }
}

/// The names of its transitions, each once; not one that only says from where to where.
fn text(scene: &Scene<'_>, link: &Link) -> String {
    let stages = [link.from, link.to].map(|place| scene.nodes[place].stage.id.as_str());
    let obvious = stages.join("-");
    let mut text = String::new();
    for (nth, &transition) in link.transitions.iter().enumerate() {
        let name = &scene.names[transition];
        let told = link.transitions[..nth].iter().any(|&other| scene.names[other] == *name);
        if told || *name == obvious {
            continue;
        }
        if !text.is_empty() {
            text.push_str(" / ");
        }
        text.push_str(name);
    }
    text
}

fn label(text: &str, line: &Line, taken: &[Area], size: Point) -> Option<Label> {
    line.slots.iter().find_map(|slot| {
        let found = fit(text, slot, size)?;
        let area = Area::of(found.corner, found.size);
        (!taken.iter().any(|one| one.meets(&area))).then_some(found)
    })
}

/// The label in `slot`, if that is wide enough and inside the picture.
fn fit(text: &str, slot: &Slot, size: Point) -> Option<Label> {
    let x = slot.corner.x.max(2);
    let wide = slot.size.x.min(size.x - 2 - slot.corner.x) - (x - slot.corner.x);
    let most = (slot.size.y / LEADING) as usize;
    if wide < LEAST {
        return None;
    }
    let wrapped = wrap(text, SIZE, wide, most);
    let high = wrapped.lines.len() as i32 * LEADING;
    let aligned = |room: i32, end: i32| room * (end + 1) / 2;
    Some(Label {
        corner: Point {
            x: x + aligned(wide - wrapped.width, slot.across),
            y: (slot.corner.y + aligned(slot.size.y - high, slot.down)).min(size.y - high).max(0),
        },
        size: Point { x: wrapped.width, y: high },
        lines: wrapped.lines,
    })
}
