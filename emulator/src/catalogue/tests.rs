//! Every line of the catalogue is read, and every operation found again.

use crate::operation::{Form, Shaped};
use crate::wire::{Arguments, HttpRequest};
use http::{HeaderName, HeaderValue};
use std::collections::HashSet;
use std::sync::Arc;

use super::names::Line;
use super::packed::products;
use super::{entries, line, named, notation, operation_of};
use crate::operation::{Access, Bounded, Mark, Shape};

/// Every line of every product, one product after the other.
fn lines() -> impl Iterator<Item = Line> {
    products().iter().flat_map(entries)
}

fn operation(product: &str, version: &str, name: &str) -> Option<crate::operation::Operation> {
    operation_of(&line(product, version, name)?)
}

#[test]
fn every_line_can_be_read() {
    let mut faults = Vec::new();
    let mut count = 0;
    for line in lines() {
        count += 1;
        let entry = line.entry();
        let written = |word: &str| entry.line().split('\t').any(|field| field.split(' ').next() == Some(word));
        let unread = [
            ("in", entry.parameters().is_empty()),
            ("body", entry.body().is_none()),
            ("out", entry.answer().is_none()),
            ("at", entry.at().is_none()),
        ];
        let unread = unread.iter().filter(|(word, nothing)| *nothing && written(word)).map(|(word, _)| *word);
        faults.extend(unread.map(|word| format!("{} {}: {word}", line.product().name, entry.name)));
    }
    assert!(count > 40_000, "{count}");
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_type_of_a_product_can_be_read_and_is_there_under_the_names_that_are_used() {
    fn used<'b>(of: &'b Bounded, names: &mut HashSet<&'b str>) {
        match &of.shape {
            Shape::Named(name) => drop(names.insert(name)),
            Shape::List(of) | Shape::Map(of) => used(of, names),
            Shape::Fields(fields) => fields.iter().for_each(|field| used(&field.of, names)),
            _ => {}
        }
    }
    for product in products() {
        for line in &entries(product) {
            let answer = line.entry().answer();
            let mut names = HashSet::new();
            if let Some(answer) = &answer {
                used(answer, &mut names);
            }
            for name in names {
                assert!(line.shape(name).is_some(), "{} {}: #{name}", product.name, line.entry().name);
            }
        }
    }
    assert_eq!(notation::shape("#"), None);
}

#[test]
fn every_operation_is_found_by_its_names_and_needs_something() {
    let mut faults = Vec::new();
    let mut rows = 0;
    for product in products() {
        for line in entries(product) {
            let name = line.entry().name.to_owned();
            assert!(named(product.version, &name.to_ascii_uppercase()).any(|place| place == line.place), "{name}");
            let Some(row) = operation_of(&line) else {
                faults.push(format!("{} {name} is no row", product.name));
                continue;
            };
            rows += 1;
            if matches!(&row.access, Access::Checks(checks) if checks.is_empty()) {
                faults.push(format!("{} {name} needs nothing", product.name));
            }
        }
    }
    assert!(rows > 40_000, "{rows}");
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_sample_of_a_parameter_passes_its_check() {
    let (mut faults, mut in_headers) = (Vec::new(), 0);
    for line in products().iter().flat_map(entries) {
        let Some(row) = operation_of(&line) else { continue };
        for parameter in &row.parameters {
            let sample = parameter.sample();
            let mut http = HttpRequest::action("Sample", "2026-01-01", &[]);
            let mut arguments = Arguments::new([(&*parameter.name, &*sample)].into_iter().collect());
            if matches!(parameter.form, Form::Header(_)) {
                arguments = Arguments::default();
                let (name, value) = (HeaderName::from_bytes(parameter.name.as_bytes()), HeaderValue::from_str(&sample));
                let (Ok(name), Ok(value)) = (name, value) else {
                    faults.push(format!("{} {} {sample} is no header", row.full_name(), parameter.name));
                    continue;
                };
                http.headers.insert(name, value);
                in_headers += 1;
            }
            if let Err(error) = parameter.check(&arguments, &http) {
                faults.push(format!("{} {} {sample}: {}", row.full_name(), parameter.name, error.message()));
            }
        }
    }
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
    assert!(in_headers > 100, "{in_headers}");
}

/// The trail counts what it keeps: the shapes that an operation names are most of some.
#[test]
fn the_shapes_that_an_operation_names_are_counted() {
    let mut named = products().iter().flat_map(entries).filter_map(|line| operation_of(&line)).filter_map(|row| {
        let shaped = row.parameters.iter().find_map(|parameter| match &parameter.form {
            Form::Shaped(shaped) | Form::Header(shaped) if !shaped.names.is_empty() => Some(Arc::clone(shaped)),
            _ => None,
        });
        Some((row, shaped?.names.len()))
    });
    let (row, names) = named.next().expect("one that names a shape");
    let mut without = row.clone();
    for parameter in &mut without.parameters {
        if let Form::Shaped(shaped) | Form::Header(shaped) = &mut parameter.form {
            *shaped = Arc::new(Shaped { names: Arc::default(), ..Shaped::clone(shaped) });
        }
    }
    assert!(row.bytes() >= without.bytes() + names * size_of::<Bounded>(), "{}", row.full_name());
}

#[test]
fn what_is_published_and_what_is_not_is_told() {
    let checks = |product, version, name| match operation(product, version, name).unwrap().access {
        Access::Checks(checks) => {
            checks.iter().map(|check| (check.to_string(), check.known.to_string())).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    let one = |said: &str, known: &str| (said.to_owned(), known.to_owned());
    assert_eq!(
        checks("ecs", "2014-05-26", "CreateDisk"),
        [
            one("ecs:CreateDisk on acs:ecs:{region}:{account}:disk/*", "documented"),
            one(
                "ecs:CreateDisk on acs:ecs:{region}:{account}:snapshot/{SnapshotId|*} when SnapshotId is given",
                "documented"
            ),
        ]
    );
    assert_eq!(
        checks("Ecs", "2014-05-26", "StopInstance"),
        [one("ecs:StopInstance on acs:ecs:{region}:{account}:instance/{InstanceId|*}", "documented")]
    );
    assert_eq!(
        checks("aas", "2015-07-01", "CreateAccessKeyForAccount"),
        [one("aas:CreateAccessKeyForAccount on acs:aas:{region}:{account}:*", "by default")]
    );
    assert_eq!(operation("Ecs", "2014-05-26", "NoSuchThing").map(|row| row.name), None);
    assert_eq!(operation("Ecs", "2014-05-27", "StopInstance").map(|row| row.name), None);
    assert!(Mark::Documented < Mark::Inferred && Mark::Inferred < Mark::Default);
}
