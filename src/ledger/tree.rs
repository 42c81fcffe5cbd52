//! The right edge of an RFC 6962 tree: all that appending and the root need, one hash for each
//! bit of the size that is set.

use super::hash::Hash;

record! {
    /// Roots of the perfect subtrees that make up the tree, largest first.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Edge {
        size: u64 = "size",
        peaks: Vec<Hash> = "peaks",
    }
}

impl Edge {
    /// Appends a leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        self.peaks.push(leaf);
        for _ in 0..self.size.trailing_ones() {
            let right = self.peaks.pop();
            if let (Some(left), Some(right)) = (self.peaks.pop(), right) {
                self.peaks.push(Hash::node(left, right));
            }
        }
        self.size += 1;
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree's root; of no leaves the hash of nothing.
    pub fn root(&self) -> Hash {
        let fold = |right: Hash, left: &Hash| Hash::node(*left, right);
        match self.peaks.split_last() {
            Some((last, rest)) => rest.iter().rev().fold(*last, fold),
            None => Hash::of(&[]),
        }
    }

    /// Whether what was read back can be an edge at all.
    pub fn is_sound(&self) -> bool {
        self.size.count_ones() as usize == self.peaks.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6962 §2.1, word for word.
    fn root_by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(&[]),
            [leaf] => *leaf,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(split);
                Hash::node(root_by_definition(left), root_by_definition(right))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_rfc_6962_at_every_size() {
        let mut edge = Edge::default();
        let mut leaves = Vec::new();
        assert_eq!(edge.root(), root_by_definition(&leaves));
        for n in 0..200_u32 {
            let leaf = Hash::leaf(&n.to_be_bytes());
            leaves.push(leaf);
            edge.push(leaf);
            assert_eq!(edge.root(), root_by_definition(&leaves), "size {n}");
            assert!(edge.is_sound() && edge.size() == u64::from(n) + 1);
        }
    }

    #[test]
    fn the_root_of_the_known_eight_leaves_is_the_published_one() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let mut edge = Edge::default();
        for leaf in leaves {
            edge.push(Hash::leaf(leaf));
        }
        let published = "sha256:5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";
        assert_eq!(edge.root().to_string(), published);
    }
}
