//! Proofs over the tree (RFC 6962 §2.1): that an entry is in a log, and that a log extends an earlier
//! size of itself. A proof is some subtrees' roots, so the leaves pass by once and none is kept.

use super::hash::Hash;
use super::tree::Edge;
use std::ops::Range;

/// Makes one proof of the leaf hashes of a log, in their order.
#[derive(Debug)]
pub struct Prover {
    /// The subtrees whose roots the proof is, the smallest first. None has a leaf in common with another.
    parts: Vec<(Range<u64>, Edge)>,
    next: u64,
}

impl Prover {
    /// Of a proof that entry `index` is among `size`; none if it is not.
    pub fn inclusion(index: u64, size: u64) -> Option<Self> {
        let mut parts = Vec::new();
        let mut tree = 0..size;
        while index < size && tree.end - tree.start > 1 {
            let (left, right) = halves(&tree);
            let (with, without) = if index < left.end { (left, right) } else { (right, left) };
            parts.push(without);
            tree = with;
        }
        (index < size).then(|| Self::of(parts))
    }

    /// Of a proof that `size` entries begin with the first `from` of them; none if they are fewer, or
    /// none: every log begins with nothing.
    pub fn consistency(from: u64, size: u64) -> Option<Self> {
        let mut parts = Vec::new();
        let (mut tree, mut is_known) = (0..size, true);
        while from != 0 && from < tree.end {
            let (left, right) = halves(&tree);
            if from <= left.end {
                parts.push(right);
                tree = left;
            } else {
                parts.push(left);
                tree = right;
                is_known = false;
            }
        }
        if !is_known {
            parts.push(tree);
        }
        (1..=size).contains(&from).then(|| Self::of(parts))
    }

    fn of(parts: Vec<Range<u64>>) -> Self {
        let parts = parts.into_iter().rev().map(|part| (part, Edge::default()));
        Self { parts: parts.collect(), next: 0 }
    }

    /// Takes the next leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        if let Some((_, edge)) = self.parts.iter_mut().find(|(part, _)| part.contains(&self.next)) {
            edge.push(leaf);
        }
        self.next += 1;
    }

    /// The proof, once all leaves have passed.
    pub fn path(&self) -> Vec<Hash> {
        self.parts.iter().map(|(_, edge)| edge.root()).collect()
    }
}

/// A tree of two leaves or more: on the left as many as fill a perfect one, but not all.
fn halves(tree: &Range<u64>) -> (Range<u64>, Range<u64>) {
    let middle = tree.start + (tree.end - tree.start).next_power_of_two() / 2;
    (tree.start..middle, middle..tree.end)
}

/// The root to which a proof of inclusion leads; none of one that can't be (RFC 9162 §2.1.3.2).
pub fn root_of(index: u64, size: u64, leaf: Hash, path: &[Hash]) -> Option<Hash> {
    let (mut node, mut last, mut root) = (index, size.checked_sub(1)?, leaf);
    if index > last {
        return None;
    }
    for sibling in path {
        if last == 0 {
            return None;
        }
        if node % 2 == 1 || node == last {
            root = Hash::node(*sibling, root);
            climb(&mut node, &mut last, 0);
        } else {
            root = Hash::node(root, *sibling);
        }
        (node, last) = (node / 2, last / 2);
    }
    (last == 0).then_some(root)
}

/// Whether `path` proves that the tree of `size` leaves with the root `to` begins with that of
/// `from_size` leaves and the root `from` (RFC 9162 §2.1.4.2). Of the empty tree nothing is proven.
pub fn extends(from_size: u64, size: u64, from: Hash, to: Hash, path: &[Hash]) -> bool {
    if from_size == size {
        return size > 0 && path.is_empty() && from == to;
    }
    if from_size == 0 || from_size > size {
        return false;
    }
    let (mut node, mut last) = (from_size - 1, size - 1);
    climb(&mut node, &mut last, 1);
    let (begin, rest) = match path.split_first() {
        // A perfect tree is a node of the other: its root is known and not in the proof.
        _ if from_size.is_power_of_two() => (from, path),
        Some((first, rest)) => (*first, rest),
        None => return false,
    };
    let (mut old, mut new) = (begin, begin);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            old = Hash::node(*sibling, old);
            new = Hash::node(*sibling, new);
            climb(&mut node, &mut last, 0);
        } else {
            new = Hash::node(new, *sibling);
        }
        (node, last) = (node / 2, last / 2);
    }
    old == from && new == to && last == 0
}

/// Goes up while the lowest bit of `node` is `bit`.
fn climb(node: &mut u64, last: &mut u64, bit: u64) {
    while *node % 2 == bit && *node != 0 {
        (*node, *last) = (*node / 2, *last / 2);
    }
}
