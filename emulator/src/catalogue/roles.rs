//! Which operations are given a role, and so need `ram:PassRole` for it.

use crate::operation::{Asked, Call, Check, Known, Mark, Product, Refuse, Refused, Text, Texts};
use crate::wire::ApiError;

/// A line an operation; the file says what stands in it.
const TABLE: &str = include_str!("../../catalogue/roles.txt");

/// The checks of the roles that an operation passes on.
pub(super) fn passed(product: &Product, operation: &str) -> Vec<Check> {
    let version = format!("{}@{}", product.name.to_ascii_lowercase(), product.version);
    let rows = TABLE.lines().filter_map(|line| line.strip_prefix(version.as_str())?.strip_prefix(' '));
    let of_operation = |row: &str| {
        let words: Vec<_> = row.split(' ').collect();
        let [operations, parameter, service, known] = words.as_slice().try_into().ok()?;
        operations.split(',').any(|pattern| fits(pattern, operation)).then(|| check(parameter, service, known))
    };
    rows.filter_map(of_operation).collect()
}

fn fits(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

fn check(parameter: &str, service: &str, known: &str) -> Check {
    let mark = if known == "inferred" { Mark::Inferred } else { Mark::Documented };
    Check {
        actions: Texts::from_iter(["ram:PassRole".to_owned()]),
        resource: Text::Borrowed("acs:ram:*:{each}"),
        asked: Asked::Roles(Text::Owned(parameter.to_owned())),
        keys: vec![(Text::Borrowed("acs:Service"), Text::Owned(service.to_owned()))],
        refuse: WORDS.iter().find(|(of, _)| *of == service).map(|(_, refuse)| *refuse),
        known: Known { action: mark, resource: mark },
        ..Check::new(&[], "*")
    }
}

/// How products refuse a role, by the service that it would be passed to, where they have words of their own for it.
const WORDS: &[(&str, Refuse)] = &[("pai.aliyuncs.com", role_check_failed), ("ecs.aliyuncs.com", pass_role_forbidden)];

/// ECS's refusal (error codes of AttachInstanceRamRole and RunInstances).
fn pass_role_forbidden(_: &Call<'_>, _: &Refused<'_>) -> ApiError {
    let message = "The RAM user does not have the privilege to pass a role.";
    ApiError::forbidden("InvalidUser.PassRoleForbidden", message)
}

/// PAI's refusal of a role that the caller may not pass on (seen in an issue of DLC's CreateJob). INFERRED: the code, and that the
/// other modules of PAI answer so too.
fn role_check_failed(_: &Call<'_>, _: &Refused<'_>) -> ApiError {
    ApiError::bad_request("4001", "check permission for ram role failed, error code: 4001, error message: NoPermission")
}
