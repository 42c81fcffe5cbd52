//! Moves from one stage to the same other one, as one line.

use super::Move;

pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Transitions, in the order in which they are offered.
    pub(super) transitions: Vec<usize>,
    pub(super) backward: bool,
    /// Whether none of them can be taken any more.
    pub(super) disabled: bool,
}

/// The links of `moves`, by origin and end.
pub(super) fn links(moves: &[Move]) -> Vec<Link> {
    let by_ends = |a: usize, b: usize| {
        let ends = |at: usize| (moves[at].from, moves[at].to);
        ends(a).cmp(&ends(b))
    };
    let mut links: Vec<Link> = Vec::new();
    for at in crate::sort::places(moves.len(), &by_ends) {
        let one = &moves[at];
        match links.last_mut() {
            Some(link) if link.from == one.from && link.to == one.to => {
                link.transitions.push(one.transition);
                link.disabled &= one.disabled;
            }
            _ => links.push(Link {
                from: one.from,
                to: one.to,
                transitions: vec![one.transition],
                backward: one.backward,
                disabled: one.disabled,
            }),
        }
    }
    links
}
