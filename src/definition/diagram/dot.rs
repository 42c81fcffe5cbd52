//! The diagram as Graphviz reads it. All texts are quoted strings, never HTML-like labels.

use super::color::Color;
use super::{Scene, push_key};

pub(super) fn write(scene: &Scene<'_>) -> String {
    let mut out = "digraph {\n  rankdir=LR\n  label=\"".to_owned();
    push_text(&mut out, &scene.title);
    out.push_str("\"\n  node [shape=box style=\"rounded,filled\" fillcolor=white]\n");
    out.push_str("  initial [shape=point fillcolor=black width=0.15]\n");
    for place in 0..scene.nodes.len() {
        push_node(&mut out, scene, place);
    }
    for one in &scene.moves {
        out.push_str("  ");
        push_key(&mut out, scene, one.from);
        out.push_str(" -> ");
        push_key(&mut out, scene, one.to);
        out.push_str(" [label=\"");
        push_text(&mut out, &scene.names[one.transition]);
        out.push('"');
        if one.disabled {
            out.push_str(" style=dashed color=gray fontcolor=gray");
        }
        out.push_str("]\n");
    }
    out.push_str("}\n");
    out
}

fn push_node(out: &mut String, scene: &Scene<'_>, place: usize) {
    let node = &scene.nodes[place];
    if node.initial {
        out.push_str("  initial -> ");
        push_key(out, scene, place);
        out.push('\n');
    }
    out.push_str("  ");
    push_key(out, scene, place);
    out.push_str(" [label=\"");
    push_text(out, &node.text);
    out.push_str("\" style=\"rounded,filled");
    if node.stage.disabled {
        out.push_str(",dashed");
    }
    if node.current {
        out.push_str(",bold");
    }
    out.push_str(if node.current { "\" penwidth=4" } else { "\"" });
    if let Color::Known(color) = Color::of(node.stage) {
        out.push_str(" fillcolor=\"");
        color.push(out);
        out.push_str("\" fontcolor=\"");
        out.push_str(color.ink());
        out.push('"');
    }
    if node.stage.final_ {
        out.push_str(" peripheries=2");
    }
    out.push_str("]\n");
}

/// Graphviz reads escapes after `\` and entities after `&`.
fn push_text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '&' => out.push_str("&amp;"),
            _ => out.push(c),
        }
    }
}
