//! Maps. Each kind of map that is compiled costs kilobytes of WebAssembly for every pair of types it
//! is used with, so there are two whose code hardly depends on them: [`Map`], small and in order,
//! and [`Hashed`], of any size, by text.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::rc::Rc;

/// A small map in the order of its keys: a sorted list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<K, V>(Vec<(K, V)>);

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Map<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0.binary_search_by(|(known, _)| known.borrow().cmp(key))
    }

    /// The value at `key`.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|place| &self.0[place].1)
    }

    /// The value at `key`, to be changed.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|place| &mut self.0[place].1)
    }

    /// Whether there is a value at `key`.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// Sets the value at `key`.
    pub fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(place) => self.0[place].1 = value,
            Err(place) => self.0.insert(place, (key, value)),
        }
    }

    /// Takes out the value at `key`.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|place| self.0.remove(place).1)
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }
}

impl<K, V> Map<K, V> {
    /// Keys and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        let mut map = Self::new();
        items.into_iter().for_each(|(key, value)| map.insert(key, value));
        map
    }
}

/// A map of any size by text. Items come as they were added, until one is removed.
#[derive(Clone, Debug)]
pub struct Hashed<V> {
    places: HashMap<Rc<str>, usize>,
    items: Vec<(Rc<str>, V)>,
}

impl<V> Default for Hashed<V> {
    fn default() -> Self {
        Self { places: HashMap::new(), items: Vec::new() }
    }
}

impl<V> Hashed<V> {
    /// The value at `key`.
    pub fn get(&self, key: &str) -> Option<&V> {
        self.places.get(key).map(|&place| &self.items[place].1)
    }

    /// The value at `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.places.get(key).map(|&place| &mut self.items[place].1)
    }

    /// Whether there is a value at `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.places.contains_key(key)
    }

    /// Sets the value at `key`.
    pub fn insert(&mut self, key: &str, value: V) {
        match self.places.get(key) {
            Some(&place) => self.items[place].1 = value,
            None => drop(self.add(key, value)),
        }
    }

    /// The value at `key`; the one that `make` gives where there was none.
    pub fn get_or_insert_with(&mut self, key: &str, make: impl FnOnce() -> V) -> &mut V {
        let place = match self.places.get(key) {
            Some(&place) => place,
            None => self.add(key, make()),
        };
        &mut self.items[place].1
    }

    fn add(&mut self, key: &str, value: V) -> usize {
        let (key, place) = (Rc::<str>::from(key), self.items.len());
        self.places.insert(key.clone(), place);
        self.items.push((key, value));
        place
    }

    /// Takes out the value at `key`.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        let place = self.places.remove(key)?;
        let (_, value) = self.items.swap_remove(place);
        if let Some((moved, _)) = self.items.get(place) {
            self.places.insert(moved.clone(), place);
        }
        Some(value)
    }

    /// Takes out everything.
    pub fn clear(&mut self) {
        self.places.clear();
        self.items.clear();
    }

    /// Takes out everything, to be used.
    pub fn drain(&mut self) -> impl Iterator<Item = (Rc<str>, V)> {
        self.places.clear();
        std::mem::take(&mut self.items).into_iter()
    }

    /// Keys and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.items.iter().map(|(key, value)| (&**key, value))
    }

    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|(key, _)| &**key)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// Texts, each once, as they were added.
pub type Texts = Hashed<()>;

impl Texts {
    /// Adds a text; whether it was not there.
    pub fn note(&mut self, text: &str) -> bool {
        let new = !self.contains_key(text);
        if new {
            self.add(text, ());
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn both_maps_hold_what_was_put_last(steps in prop::collection::vec(("[a-d]{1,2}", any::<Option<u8>>()), 0..60)) {
            let (mut map, mut hashed, mut expected) = (Map::new(), Hashed::default(), BTreeMap::new());
            for (key, value) in steps {
                match value {
                    Some(value) => {
                        map.insert(key.clone(), value);
                        hashed.insert(&key, value);
                        expected.insert(key, value);
                    }
                    None => {
                        let gone = expected.remove(&key);
                        prop_assert_eq!(map.remove(&key), gone);
                        prop_assert_eq!(hashed.remove(&key), gone);
                    }
                }
            }
            prop_assert!(map.iter().eq(expected.iter()));
            prop_assert_eq!(hashed.len(), expected.len());
            for (key, value) in &expected {
                prop_assert_eq!(hashed.get(key), Some(value));
            }
        }
    }
}
