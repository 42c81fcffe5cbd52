//! Pictures of a workflow: its stages and moves as Mermaid, as DOT, or drawn as SVG. Pure: a
//! definition, a way to word labels and the stage a contact is in give a text.

mod color;
mod wrap;
mod lanes;
mod links;
mod routes;
mod layout;
mod labels;
mod mermaid;
mod dot;
mod svg;

use super::{Definition, Direction, Stage};
use crate::ids::StageId;
use crate::label::Localized;

words! {
    /// What a diagram is written as.
    pub enum Format {
        /// Text that Mermaid draws, a `stateDiagram-v2`.
        Mermaid = "mermaid",
        /// A picture on its own, for any background: no script, no style sheet, no reference.
        Svg = "svg",
        /// Text that Graphviz draws.
        Dot = "dot",
    }
}

/// Draws `definition` with the words that `label` finds; the stage `current`, if it has it, stands out.
///
/// ```
/// use stagebook::definition::{Definition, diagram::{Format, diagram}};
/// use stagebook::{ids::DefinitionHash, json};
/// let text = r#"{ "id": "sales", "version": 1, "initial": "new", "activityTypes": [],
///     "stages": [{ "id": "new" }, { "id": "won", "label": "Won!", "final": true }],
///     "transitions": [{ "id": "win", "from": "new", "to": "won" }] }"#;
/// let value = json::parse(text).map_err(|at| at.0)?.into_owned();
/// let sales = Definition::parse(value, DefinitionHash::new("sha256:0")).map_err(|_| 0_usize)?;
/// let drawn = diagram(&sales, Format::Mermaid, &|label| label.text("en").to_owned(), None);
/// assert!(drawn.contains("s0_new --> s1_won : win"));
/// # Ok::<(), usize>(())
/// ```
pub fn diagram(
    definition: &Definition,
    format: Format,
    label: &dyn Fn(&Localized) -> String,
    current: Option<&StageId>,
) -> String {
    let scene = Scene::of(definition, label, current);
    match format {
        Format::Mermaid => mermaid::write(&scene),
        Format::Svg => svg::write(&scene),
        Format::Dot => dot::write(&scene),
    }
}

/// Put before the name of what can't be taken any more, in every language.
const DISABLED: &str = "✕ ";

/// What there is to draw, in words, in the order of the stage path.
struct Scene<'a> {
    title: String,
    nodes: Vec<Node<'a>>,
    /// By node, then as they are offered; `"*"` and lists written out.
    moves: Vec<Move>,
    /// By transition, in the definition's order.
    names: Vec<String>,
}

struct Node<'a> {
    stage: &'a Stage,
    text: String,
    initial: bool,
    current: bool,
}

struct Move {
    from: usize,
    to: usize,
    transition: usize,
    backward: bool,
    disabled: bool,
}

impl<'a> Scene<'a> {
    fn of(
        definition: &'a Definition,
        label: &dyn Fn(&Localized) -> String,
        current: Option<&StageId>,
    ) -> Self {
        let stages = definition.stages();
        let order =
            crate::sort::places(stages.len(), &|a, b| stages[a].order.total_cmp(&stages[b].order));
        let mut nodes = Vec::with_capacity(stages.len());
        let mut place_of = vec![0; stages.len()];
        for (place, &at) in order.iter().enumerate() {
            let stage = &stages[at];
            place_of[at] = place;
            nodes.push(Node {
                stage,
                text: worded(&label(&stage.label), stage.id.as_str()),
                initial: at == definition.graph.initial(),
                current: current == Some(&stage.id),
            });
        }
        let name = |one: &super::Transition| {
            let name = worded(&label(&one.label), one.id.as_str());
            if one.disabled { [DISABLED, &name].concat() } else { name }
        };
        Self {
            title: worded(&label(definition.label()), definition.id().as_str()),
            moves: moves(definition, &order, &place_of),
            names: definition.transitions().iter().map(name).collect(),
            nodes,
        }
    }
}

fn moves(definition: &Definition, order: &[usize], place_of: &[usize]) -> Vec<Move> {
    let stages = definition.stages();
    let mut moves = Vec::new();
    for (from, &at) in order.iter().enumerate() {
        for &transition in definition.graph.leaving(at) {
            let Some(target) = definition.graph.target(transition) else {
                continue;
            };
            let direction = definition.direction(&stages[at].id, &stages[target].id);
            moves.push(Move {
                from,
                to: place_of[target],
                transition,
                backward: direction == Direction::Backward,
                disabled: definition.transitions()[transition].disabled,
            });
        }
    }
    moves
}

/// `text` on one line, without what no format can hold; `id` where nothing is left of it.
fn worded(text: &str, id: &str) -> String {
    let line = one_line(text);
    if line.is_empty() { one_line(id) } else { line }
}

fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut space = false;
    for c in text.chars() {
        let lost = matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}');
        if c.is_whitespace() || c.is_control() || lost {
            space = !line.is_empty();
            continue;
        }
        if space {
            line.push(' ');
            space = false;
        }
        line.push(c);
    }
    line
}

/// A name of node `place` that is a plain word in Mermaid and DOT: unique, and no keyword.
fn push_key(out: &mut String, scene: &Scene<'_>, place: usize) {
    out.push('s');
    push_number(out, place as i32);
    out.push('_');
    for c in scene.nodes[place].stage.id.as_str().chars() {
        out.push(if c.is_ascii_alphanumeric() { c } else { '_' });
    }
}

fn push_number(out: &mut String, number: i32) {
    if number < 0 {
        out.push('-');
    }
    let mut digits = [0; 10];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    for &digit in &digits[at..] {
        out.push(char::from(digit));
    }
}
