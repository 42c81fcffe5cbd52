//! The diagram as Mermaid's `stateDiagram-v2`. Mermaid has no quoting that holds for all texts, but
//! it takes any character by its number, `#35;`; all that might mean something to it is written so.

use super::{Scene, push_key, push_number};

pub(super) fn write(scene: &Scene<'_>) -> String {
    let mut out = "stateDiagram-v2\n    direction LR\n".to_owned();
    for (place, node) in scene.nodes.iter().enumerate() {
        out.push_str("    state \"");
        push_text(&mut out, &node.text);
        out.push_str("\" as ");
        push_key(&mut out, scene, place);
        out.push('\n');
    }
    for (place, node) in scene.nodes.iter().enumerate() {
        if node.initial {
            out.push_str("    [*] --> ");
            push_key(&mut out, scene, place);
            out.push('\n');
        }
    }
    for one in &scene.moves {
        out.push_str("    ");
        push_key(&mut out, scene, one.from);
        out.push_str(" --> ");
        push_key(&mut out, scene, one.to);
        out.push_str(" : ");
        push_text(&mut out, &scene.names[one.transition]);
        out.push('\n');
    }
    for (place, node) in scene.nodes.iter().enumerate() {
        if node.stage.final_ {
            out.push_str("    ");
            push_key(&mut out, scene, place);
            out.push_str(" --> [*]\n");
        }
    }
    out.push_str("    classDef current stroke-width:4px,font-weight:bold\n");
    out.push_str("    classDef disabled stroke-dasharray:5 5,opacity:0.6\n");
    for (place, node) in scene.nodes.iter().enumerate() {
        if node.current {
            push_class(&mut out, scene, place, " current\n");
        }
        if node.stage.disabled {
            push_class(&mut out, scene, place, " disabled\n");
        }
    }
    out
}

fn push_class(out: &mut String, scene: &Scene<'_>, place: usize, class: &str) {
    out.push_str("    class ");
    push_key(out, scene, place);
    out.push_str(class);
}

/// Letters, digits, spaces and what is not ASCII as they are. `ﬂ` and `¶` are what Mermaid itself
/// puts in the place of `&` and `;` while it parses.
fn push_text(out: &mut String, text: &str) {
    for c in text.chars() {
        if c == ' ' || c.is_ascii_alphanumeric() || !(c.is_ascii() || matches!(c, 'ﬂ' | '¶')) {
            out.push(c);
        } else {
            out.push('#');
            push_number(out, c as i32);
            out.push(';');
        }
    }
}
