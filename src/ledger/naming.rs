//! Whose log some lines are, found from the lines themselves: what two of them say alike, so that one
//! that was changed, be it the first, is told from the others.

use crate::ids::{ReplicaId, Seq};

/// A log's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The book.
    pub book: String,
    /// The replica.
    pub replica: ReplicaId,
}

impl Name {
    /// Book and replica.
    pub fn parts(&self) -> (&str, &str) {
        (&self.book, self.replica.as_str())
    }

    fn is(&self, book: &str, replica: &ReplicaId) -> bool {
        self.replica == *replica && self.book == book
    }
}

impl From<(&str, &str)> for Name {
    fn from((book, replica): (&str, &str)) -> Self {
        Self { book: book.to_owned(), replica: replica.into() }
    }
}

/// Which name a log has.
#[derive(Debug, Default)]
pub(super) struct Naming {
    /// What the first line said, or what was agreed on.
    pub(super) name: Option<Name>,
    first: Seq,
    /// The first other thing that was said, and where.
    rival: Option<(Name, Seq)>,
    /// Whether two lines said the same.
    pub(super) agreed: bool,
}

impl Naming {
    /// A name that is known from elsewhere.
    pub(super) fn sure(name: Name) -> Self {
        Self { name: Some(name), agreed: true, ..Self::default() }
    }

    /// Whether a line that says so can be of this log.
    pub(super) fn knows(&self, book: &str, replica: &ReplicaId) -> bool {
        let rival = self.rival.as_ref().map(|(rival, _)| rival);
        let known = self.name.iter().chain(rival.filter(|_| !self.agreed));
        self.name.is_none() || known.into_iter().any(|name| name.is(book, replica))
    }

    /// Takes in what the line at `seq` says. Gives the line that is found to be a stranger.
    pub(super) fn hear(&mut self, book: &str, replica: &ReplicaId, seq: Seq) -> Option<Seq> {
        let given = || Name { book: book.to_owned(), replica: replica.clone() };
        let Some(name) = &self.name else {
            (self.name, self.first) = (Some(given()), seq);
            return None;
        };
        let same = name.is(book, replica);
        if self.agreed || same {
            let rival = self.rival.take().map(|(_, seq)| seq);
            self.agreed = true;
            return if same { rival } else { Some(seq) };
        }
        match &self.rival {
            Some((rival, _)) if rival.is(book, replica) => Some(self.decide(false)),
            Some(_) => Some(seq),
            None => {
                self.rival = Some((given(), seq));
                None
            }
        }
    }

    /// Where two lines said different things and no third one decided, the first and the other.
    pub(super) fn undecided(&self) -> Option<(Seq, Seq)> {
        let rival = self.rival.as_ref().filter(|_| !self.agreed);
        rival.map(|(_, seq)| (self.first, *seq))
    }

    /// Keeps the first line's name or takes the other. Gives who was the stranger.
    pub(super) fn decide(&mut self, for_first: bool) -> Seq {
        self.agreed = true;
        match self.rival.take() {
            Some((_, seq)) if for_first => seq,
            Some((rival, _)) => {
                self.name = Some(rival);
                self.first
            }
            None => self.first,
        }
    }
}
