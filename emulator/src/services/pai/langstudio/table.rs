//! LangStudio as a product, and its operations, a file a family.

use super::super::locate;
use super::{chunks, deployments, flows, jobs, knowledge_bases, runtimes, snapshots, storage};
use crate::gateway::{
    ApiError, Call, Check, Form, Operation, Parameter, Product, Refused, Source, Style, forbidden_ram,
};
use crate::operation::Context;

/// LangStudio.
pub static LANGSTUDIO: Product = Product::new("PAILangStudio", "2024-07-10", &["pailangstudio.{region}.aliyuncs.com"])
    .style(Style::Roa)
    .refuses(refuse)
    .locates(&[], locate::locate);

/// A role that may not be passed on is refused in PAI's own words.
fn refuse(call: &Call<'_>, refused: &Refused<'_>) -> ApiError {
    match refused.request.action().as_str() {
        "ram:PassRole" => runtimes::role_not_passed(refused.request.resource().as_str()),
        _ => forbidden_ram(call, refused),
    }
}

pub(super) const WORKSPACE_ID: Parameter = Parameter::required("WorkspaceId", Form::Any);
pub(super) const ACCESSIBILITY: Parameter = Parameter::optional("Accessibility", Form::OneOf(&["PRIVATE", "PUBLIC"]));
pub(super) const DESCRIPTION: Parameter = Parameter::optional("Description", Form::Text(1024));
pub(super) const WORK_DIR: Parameter = Parameter::optional("WorkDir", Form::Own(storage::check, "oss://sample/work/"));

/// What operations of the console are known from.
pub(super) const CONSOLE: Source = Source::acslab("the console makes flows, and no operation for it is published");

/// An action of LangStudio: its granularity is the operation, so the resource is always `*`. What it is about has a place in a
/// workspace all the same.
pub(super) const fn action(names: &'static [&'static str], about: &'static str, context: Context) -> Check {
    Check::new(names, "*").about(about).context(context)
}

/// What an operation is about that names nothing but a workspace.
pub(super) const WORKSPACE: &str = "workspace/{WorkspaceId}";

/// The operations: those of flows are the console's, the others are public.
pub fn table() -> Vec<Operation> {
    [
        flows::rows(),
        snapshots::rows(),
        runtimes::rows(),
        deployments::rows(),
        knowledge_bases::rows(),
        jobs::rows(),
        chunks::rows(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_public_operations_are_there_and_performed() {
        let table = table();
        let public: Vec<_> = table.iter().filter(|row| matches!(row.source, Source::Documented(_))).collect();
        assert_eq!(public.len(), 28);
        assert!(table.iter().all(Operation::is_performed));
    }
}
