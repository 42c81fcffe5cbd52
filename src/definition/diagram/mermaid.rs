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

/// Letters, digits, spaces and what is not ASCII as they are. While it draws, Mermaid keeps `&` as
/// `ﬂ°` and `;` as `¶ß`, and would take those of a text for its own; and it reads `direction TB` as
/// a statement even where it stands in quotes.
fn push_text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            ' ' if after_direction(out) => out.push_str("#32;"),
            'ﬂ' => out.push_str("fl"),
            '¶' => out.push_str("¶\u{200b}"),
            ' ' | 'a'..='z' | 'A'..='Z' | '0'..='9' | '\u{80}'.. => out.push(c),
            _ => {
                out.push('#');
                push_number(out, c as i32);
                out.push(';');
            }
        }
    }
}

fn after_direction(out: &str) -> bool {
    const WORD: &[u8] = b"direction";
    let start = out.len().saturating_sub(WORD.len());
    out.as_bytes()[start..].eq_ignore_ascii_case(WORD)
}
