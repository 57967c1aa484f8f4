//! How things are written that serde would write otherwise, or not at all.

/// Something that is kept in a map by a part of itself.
pub(in crate::cloud) trait Keyed {
    /// That part.
    type Key: Ord;

    /// What it is kept by.
    fn key(&self) -> Self::Key;

    /// What it is called where it stands twice.
    fn called(&self) -> &str;
}

/// Implements [`Keyed`]: type, key, the expression that gives it, the one that names it.
macro_rules! keyed {
    ($($type:ty: $key:ty = |$it:ident| $of:expr, $called:expr;)+) => {
        $(impl Keyed for $type {
            type Key = $key;

            fn key(&self) -> Self::Key {
                let $it = self;
                $of
            }

            fn called(&self) -> &str {
                let $it = self;
                $called
            }
        })+
    };
}

use crate::cloud::directory::{CustomPolicy, DeletionTask, Group, MfaDevice, RecycledUser, Role, User, Version};
use crate::cloud::langstudio::{Deployment, Flow, Job, KnowledgeBase, Runtime, Snapshot};
use crate::cloud::pai::Workspace;
use crate::cloud::{ControlPolicy, Folder, Member, NameKey, OidcProvider, ResourceGroup, SamlProvider};

keyed! {
    User: NameKey = |it| NameKey::of(&it.name), &it.name;
    Group: NameKey = |it| NameKey::of(&it.name), &it.name;
    Role: NameKey = |it| NameKey::of(&it.name), &it.name;
    CustomPolicy: NameKey = |it| NameKey::of(&it.name), &it.name;
    MfaDevice: NameKey = |it| NameKey::of(&it.name), &it.name;
    Version: u32 = |it| it.number, it.document.text();
    RecycledUser: String = |it| it.user.id.clone(), &it.user.id;
    DeletionTask: String = |it| it.id.clone(), &it.id;
    OidcProvider: String = |it| it.name.clone(), &it.name;
    SamlProvider: String = |it| it.name.clone(), &it.name;
    ResourceGroup: String = |it| it.id.clone(), &it.id;
    Workspace: String = |it| it.id.clone(), &it.id;
    Flow: String = |it| it.id.clone(), &it.id;
    Snapshot: String = |it| it.id.clone(), &it.id;
    Runtime: String = |it| it.id.clone(), &it.id;
    Deployment: String = |it| it.id.clone(), &it.id;
    KnowledgeBase: String = |it| it.id.clone(), &it.id;
    Job: String = |it| it.id.clone(), &it.id;
    Folder: String = |it| it.id.clone(), &it.id;
    Member: String = |it| it.account.clone(), &it.account;
    ControlPolicy: String = |it| it.id.clone(), &it.id;
}

/// A secret, in full: whoever has the file has the keys.
pub(in crate::cloud) mod secret {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::signature::Secret;

    pub(in crate::cloud) fn serialize<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose())
    }

    pub(in crate::cloud) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
        String::deserialize(from).map(Secret::new)
    }
}

/// Several secrets.
pub(in crate::cloud) mod secrets {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::signature::Secret;

    pub(in crate::cloud) fn serialize<S: Serializer>(secrets: &[Secret], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(secrets.iter().map(Secret::expose))
    }

    pub(in crate::cloud) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Secret>, D::Error> {
        Ok(Vec::<String>::deserialize(from)?.into_iter().map(Secret::new).collect())
    }
}

/// A map as the list of its values, each of which knows its key. One key stands once.
pub(in crate::cloud) mod by_key {
    use std::collections::BTreeMap;
    use std::fmt;
    use std::marker::PhantomData;

    use serde::de::{Error, SeqAccess, Visitor};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Keyed;

    pub(in crate::cloud) fn serialize<S: Serializer, K, V: Serialize>(
        map: &BTreeMap<K, V>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(map.values())
    }

    pub(in crate::cloud) fn deserialize<'de, D: Deserializer<'de>, V: Keyed + Deserialize<'de>>(
        from: D,
    ) -> Result<BTreeMap<V::Key, V>, D::Error> {
        from.deserialize_seq(List(PhantomData))
    }

    struct List<V>(PhantomData<V>);

    impl<'de, V: Keyed + Deserialize<'de>> Visitor<'de> for List<V> {
        type Value = BTreeMap<V::Key, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut map = BTreeMap::new();
            while let Some(value) = list.next_element::<V>()? {
                if let Some(twice) = map.insert(value.key(), value) {
                    return Err(A::Error::custom(format_args!("`{}` stands twice", twice.called())));
                }
            }
            Ok(map)
        }
    }
}

/// A map as the list of its pairs, where a key is more than a text. One key stands once.
pub(in crate::cloud) mod pairs {
    use std::collections::BTreeMap;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::cloud) fn serialize<S: Serializer, K: Serialize, V: Serialize>(
        map: &BTreeMap<K, V>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(map)
    }

    pub(in crate::cloud) fn deserialize<'de, D, K, V>(from: D) -> Result<BTreeMap<K, V>, D::Error>
    where
        D: Deserializer<'de>,
        K: Deserialize<'de> + Ord,
        V: Deserialize<'de>,
    {
        let pairs = Vec::<(K, V)>::deserialize(from)?;
        let count = pairs.len();
        let map: BTreeMap<_, _> = pairs.into_iter().collect();
        if map.len() == count { Ok(map) } else { Err(D::Error::custom("one of the list stands twice")) }
    }
}
