//! Versions, and what a key stands for.

use super::*;

fn put(objects: &mut Objects, key: &str, versioning: Versioning) -> VersionId {
    objects.put(key, Object::default(), versioning).0.version
}

fn delete(objects: &mut Objects, key: &str, versioning: Versioning) -> Option<VersionId> {
    objects.delete(key, versioning, Timestamp::UNIX_EPOCH).marker
}

fn all(objects: &Objects) -> Vec<(String, bool, bool)> {
    let listed = objects.versions("", None);
    listed.map(|(key, one)| (key.to_owned(), one.latest, matches!(one.version, Version::Marker(_)))).collect()
}

#[test]
fn versions_come_and_go() {
    let mut objects = Objects::default();
    let old = put(&mut objects, "k", Versioning::Never);
    assert!(old.is_null());
    let one = put(&mut objects, "k", Versioning::Enabled);
    let marker = delete(&mut objects, "k", Versioning::Enabled).unwrap();
    assert!(objects.get("k").is_none() && matches!(objects.find("k", None), Found::Marker(_)));
    assert!(matches!(objects.find("k", Some(VersionId::default())), Found::Object(_)));
    assert_eq!(all(&objects), [("k".into(), true, true), ("k".into(), false, false), ("k".into(), false, false)]);
    // Without the marker the version before is shown again.
    assert!(objects.delete_version("k", marker).is_some());
    assert_eq!(objects.get("k").map(|object| object.version), Some(one));
    assert!(objects.delete_version("k", one).is_some());
    assert_eq!(objects.get("k").map(|object| object.version), Some(old));
    assert!(objects.delete_version("k", VersionId::default()).is_some());
    assert!(objects.is_empty() && objects.delete_version("k", one).is_none());
    assert_eq!((objects.statistics().markers, objects.statistics().count()), (0, 0));
}

#[test]
fn what_is_called_null_is_there_once() {
    let mut objects = Objects::default();
    put(&mut objects, "k", Versioning::Never);
    let named = put(&mut objects, "k", Versioning::Enabled);
    put(&mut objects, "k", Versioning::Suspended);
    assert_eq!(all(&objects).len(), 2);
    let marker = delete(&mut objects, "k", Versioning::Suspended).unwrap();
    assert!(marker.is_null() && all(&objects).len() == 2);
    put(&mut objects, "k", Versioning::Suspended);
    assert_eq!(all(&objects), [("k".into(), true, false), ("k".into(), false, false)]);
    assert_eq!(objects.delete_version("k", VersionId::default()).map(|gone| gone.id().is_null()), Some(true));
    assert_eq!(objects.get("k").map(|object| object.version), Some(named));
}

#[test]
fn a_list_goes_on_behind_a_version() {
    let mut objects = Objects::default();
    let ids: Vec<_> = (0..4).map(|_| put(&mut objects, "k", Versioning::Enabled)).collect();
    put(&mut objects, "j", Versioning::Enabled);
    put(&mut objects, "l", Versioning::Enabled);
    let rest: Vec<_> = objects.versions("k", Some(ids[2])).map(|(key, one)| (key, one.version.id())).collect();
    assert_eq!(rest[..2], [("k", ids[1]), ("k", ids[0])]);
    assert_eq!((rest[2].0, rest.len()), ("l", 3));
}
