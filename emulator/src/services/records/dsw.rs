//! What DSW makes of what a call names, and what it shows of an instance besides: what it has of a machine, and what happened to it.

use serde_json::{Map, Value, json};

use crate::cloud::iso8601;
use crate::gateway::{ApiError, Call};
use crate::operation::{Draft, Looked};

/// What an instance's image is called: that of its address, or of its id.
pub(super) fn names(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let image = if draft.text("ImageUrl").is_empty() { draft.text("ImageId") } else { draft.text("ImageUrl") };
    let name = image.rsplit('/').next().unwrap_or_default().to_owned();
    if draft.text("ImageName").is_empty() && !name.is_empty() {
        draft.fields.insert("ImageName".to_owned(), json!(name));
    }
    Ok(())
}

/// An instance has an image and something to run on (INFERRED: from the shortest calls that are seen). CHOICE: the words.
pub(super) fn whole(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let has = |names: [&str; 2]| names.iter().any(|name| !draft.text(name).is_empty());
    let lacks = |what: &str| Err(ApiError::bad_request("ValidationError", format!("{what} is required")));
    if !has(["ImageId", "ImageUrl"]) {
        return lacks("ImageId or ImageUrl");
    }
    if has(["EcsSpec", "ResourceId"]) { Ok(()) } else { lacks("EcsSpec or ResourceId") }
}

/// The memory that an instance asks for in a quota: `16GB`.
fn requested<'f>(fields: &'f Map<String, Value>, name: &str) -> Option<&'f str> {
    fields.get("RequestedResource")?.get(name)?.as_str()
}

/// Memory without a unit is taken by the call, and no machine comes of it (seen in an issue).
fn has_no_unit(fields: &Map<String, Value>) -> bool {
    requested(fields, "Memory").is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

/// An instance that asks for such memory comes to nothing.
pub(super) fn memory(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    if has_no_unit(&draft.fields) {
        draft.course = Some("create-failing");
    }
    Ok(())
}

/// Nor does it when it is started again.
pub(super) fn memory_again(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    if draft.record.is_some_and(|record| has_no_unit(&record.fields)) {
        draft.course = Some("start-failing");
    }
    Ok(())
}

/// A machine: its type, thousandths of processors and of accelerators, memory in GB, the accelerator and its memory in GB.
type Machine = (&'static str, u64, u64, u64, &'static str, u64);

/// Those that ListEcsSpecs shows, with what it does not show.
const MACHINES: [Machine; 2] =
    [("ecs.c6.large", 2000, 0, 4, "", 0), ("ecs.gn6v-c8g1.2xlarge", 8000, 1000, 32, "NVIDIA V100", 16)];

/// What lists are narrowed down by, which no answer shows, and the events.
pub(super) fn show(looked: Looked<'_>, view: &mut Map<String, Value>) {
    let fields = &looked.record.fields;
    let mut machine = Map::new();
    let known = looked.record.text("EcsSpec").and_then(|spec| MACHINES.iter().find(|(name, ..)| *name == spec));
    if let Some((_, cpu, gpu, memory, kind, gpu_memory)) = known {
        machine.extend(
            [("Cpu", cpu), ("Gpu", gpu), ("Memory", memory), ("GpuMemory", gpu_memory)]
                .map(|(name, of)| (name.to_owned(), json!(of))),
        );
        machine.insert("GpuType".to_owned(), json!(kind));
    }
    for (field, name, unit) in [("Cpu", "CPU", 1000.0), ("Gpu", "GPU", 1000.0), ("Memory", "Memory", 1.0)] {
        let digits =
            requested(fields, name).map(|text| text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic()));
        if let Some(number) = digits.and_then(|digits| digits.trim().parse::<f64>().ok()) {
            machine.insert(field.to_owned(), json!(number * unit));
        }
    }
    if let Some(kind) = requested(fields, "GPUType") {
        machine.insert("GpuType".to_owned(), json!(kind));
    }
    view.extend(machine);
    let id = &looked.record.key;
    let mut events = vec![format!("{} Instance {id} is created", iso8601(looked.record.created))];
    if has_no_unit(fields) {
        // CHOICE: the words.
        let failed = looked.record.reached(looked.now).filter(|(state, _)| *state == "Failed");
        let memory = requested(fields, "Memory").unwrap_or_default();
        events.extend(failed.map(|(_, at)| {
            format!("{} Instance {id} failed: the memory {memory} is less than what a machine starts with", iso8601(at))
        }));
    }
    view.insert("EventCount".to_owned(), json!(events.len()));
    view.insert("Events".to_owned(), json!(events));
}

#[cfg(test)]
mod tests {
    use super::super::products::products;
    use super::*;

    #[test]
    fn the_machines_are_those_that_are_listed() {
        let dsw = products().iter().find(|shipped| shipped.name == "pai-dsw").unwrap().product();
        let listed = dsw.says("ListEcsSpecs").unwrap().always.iter().map(|spec| {
            let text = |name: &str| spec.get(name).and_then(Value::as_str).unwrap_or_default();
            let number = |name: &str| spec[name].as_u64().unwrap();
            (text("InstanceType"), 1000 * number("CPU"), 1000 * number("GPU"), number("Memory"), text("GPUType"))
        });
        let known = MACHINES.map(|(name, cpu, gpu, memory, kind, _)| (name, cpu, gpu, memory, kind));
        assert_eq!(listed.collect::<Vec<_>>(), known);
    }
}
