//! What a request fills in of condition keys.

use std::sync::Arc;

use smallvec::SmallVec;

use super::key::{ConditionKey, Key};
use super::value::Value;

/// The condition keys of a request, with their values.
#[derive(Debug, Clone, Default)]
pub struct Context {
    entries: SmallVec<[Entry; 2]>,
    product_keys: Option<Arc<[Box<str>]>>,
}

#[derive(Debug, Clone)]
struct Entry {
    key: Key,
    values: Values,
}

impl Entry {
    fn bytes_elsewhere(&self) -> usize {
        let list = if let Values::Many(values) = &self.values { values.capacity() * size_of::<Value>() } else { 0 };
        let texts: usize = self.values.as_slice().iter().map(Value::bytes_elsewhere).sum();
        self.key.bytes_elsewhere() + list + texts
    }
}

/// Nearly every key has one value, which then lies beside it.
#[derive(Debug, Clone)]
enum Values {
    One(Value),
    Many(Vec<Value>),
}

impl Values {
    #[inline]
    fn as_slice(&self) -> &[Value] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

impl FromIterator<Value> for Values {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        let mut values: Vec<Value> = values.into_iter().collect();
        match (values.len(), values.pop()) {
            (1, Some(value)) => Self::One(value),
            (_, last) => {
                values.extend(last);
                Self::Many(values)
            }
        }
    }
}

impl Context {
    /// Makes room for so many keys, all in all.
    pub(crate) fn reserve(&mut self, keys: usize) {
        self.entries.reserve_exact(keys.saturating_sub(self.entries.len()));
    }

    /// Sets a key to one value.
    #[inline]
    pub(crate) fn insert(&mut self, key: Key, value: Value) {
        self.set(key, Values::One(value));
    }

    /// Sets keys of which no two are the same: each is sought among those that were there before.
    pub(crate) fn insert_each(&mut self, keys: impl IntoIterator<Item = (Key, Value)>) {
        let before = self.entries.len();
        for (key, value) in keys {
            match self.entries.iter_mut().take(before).find(|entry| entry.key.is(&key)) {
                Some(entry) => entry.values = Values::One(value),
                None => self.entries.push(Entry { key, values: Values::One(value) }),
            }
        }
    }

    /// Sets a key to several values; none at all is as if the key were missing.
    pub(crate) fn insert_many(&mut self, key: Key, values: impl IntoIterator<Item = Value>) {
        self.set(key, values.into_iter().collect());
    }

    /// Says which keys the product can fill at all.
    pub(crate) fn set_product_keys(&mut self, keys: Arc<[Box<str>]>) {
        self.product_keys = Some(keys);
    }

    fn set(&mut self, key: Key, values: Values) {
        if let Some(at) = self.entries.iter().position(|entry| entry.key.is(&key)) {
            self.entries.remove(at);
        }
        if !values.as_slice().is_empty() {
            self.entries.push(Entry { key, values });
        }
    }

    /// How many bytes it takes elsewhere. The keys of a product are shared and do not count.
    pub(crate) fn bytes_elsewhere(&self) -> usize {
        let spilled = if self.entries.spilled() { self.entries.capacity() * size_of::<Entry>() } else { 0 };
        spilled + self.entries.iter().map(Entry::bytes_elsewhere).sum::<usize>()
    }

    /// The values under a policy's key; empty if the key is missing.
    #[inline]
    pub fn values(&self, key: &ConditionKey) -> &[Value] {
        self.entries.iter().find(|entry| key.is(&entry.key)).map_or(&[], |entry| entry.values.as_slice())
    }

    /// Whether the product can fill the key.
    pub(crate) fn may_carry(&self, key: &ConditionKey) -> bool {
        self.product_keys.as_ref().is_none_or(|known| known.iter().any(|known| key.is_among(known)))
    }

    /// All keys with their values, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Value])> {
        self.entries.iter().map(|entry| (entry.key.as_str(), entry.values.as_slice()))
    }
}
