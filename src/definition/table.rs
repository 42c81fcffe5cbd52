//! A list that is also found in by id. The list's order is the definition's and is kept.

use super::model::{ActivityType, Stage, Transition};
use std::ops::Deref;

/// What has an id that is unique in its list.
pub(super) trait Named {
    fn name(&self) -> &str;
}

impl Named for Stage {
    fn name(&self) -> &str {
        self.id.as_str()
    }
}

impl Named for Transition {
    fn name(&self) -> &str {
        self.id.as_str()
    }
}

impl Named for ActivityType {
    fn name(&self) -> &str {
        self.id.as_str()
    }
}

#[derive(Clone, Debug)]
pub(super) struct Table<T> {
    items: Vec<T>,
    /// Places in `items`, by id; of equal ids the first in the list comes first.
    by_id: Vec<usize>,
}

impl<T: Named> Table<T> {
    pub(super) fn new(items: Vec<T>) -> Self {
        let by_id = crate::sort::places(items.len(), &|a, b| items[a].name().cmp(items[b].name()));
        Self { items, by_id }
    }

    /// The place of `id` in the list.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        let at = self.by_id.partition_point(|&place| self.items[place].name() < id);
        let place = *self.by_id.get(at)?;
        (self.items[place].name() == id).then_some(place)
    }

    pub(super) fn find(&self, id: &str) -> Option<&T> {
        self.place(id).map(|place| &self.items[place])
    }

    /// Places of items whose id an earlier item has already.
    pub(super) fn repeated(&self) -> impl Iterator<Item = usize> {
        (0..self.items.len()).filter(|&place| self.place(self.items[place].name()) != Some(place))
    }
}

impl<T> Deref for Table<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}
