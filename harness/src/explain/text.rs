//! What a text without any body says of a refusal, and what one around a body adds to it.

use acslab_policy::catalogue::{Catalogue, KnownAction};

use super::codes::code;
use super::dialog;
use super::facts::{Fact, Facts, is_ec};
use super::known::known;
use super::messages::message;
use super::refusal::{Form, Refusal, says_refused};
use super::{operation, resource, situation};
use crate::import::{Command, lines};
use crate::words::beginning;

/// What a text says; none of one that says nothing.
pub(super) fn of_text(text: &str) -> Option<Refusal> {
    let text = text.trim();
    let mut refusal = told(text);
    refusal.code = refusal.code.or_else(|| words(text).find(|word| is_code(word)).map(str::to_owned));
    let said = said(text).collect::<Vec<_>>().join("\n");
    refusal.message = refusal.message.or_else(|| Some(short(said.trim())).filter(|said| !said.is_empty()));
    refusal.told = Some(short(&said));
    let says = is_strong(&refusal, text)
        || refusal.action.is_some()
        || known(&refusal).is_some()
        || refusal.code.as_deref().is_some_and(is_code);
    says.then_some(refusal)
}

/// Does it tell an error of the cloud, and not just words that may be of one?
pub(super) fn is_strong(refusal: &Refusal, text: &str) -> bool {
    let mut facts = Facts::default();
    facts.labels(text);
    let code = facts.get(Fact::Code);
    let labelled = code.is_some()
        && (facts.get(Fact::RequestId).is_some() || facts.get(Fact::Message).is_some() || code.is_some_and(is_code));
    let named = refusal.action.is_some() || refusal.resource.is_some();
    let refused = |more: bool| more && says_refused(text);
    refusal.ec.is_some()
        || labelled && refusal.code.is_some()
        || refused(refusal.request_id.is_some() && (refusal.code.is_some() || named))
        || refused(refusal.action.is_some() && refusal.resource.is_some())
        || refused(named && refusal.code.as_deref().is_some_and(is_code))
        || message(text).is_some()
        || known(refusal).is_some()
}

/// What tells an error with a request's id, though none of its words is known.
pub(super) fn of_error(text: &str) -> Option<Refusal> {
    const WORDS: [&str; 4] = ["error", "exception", "failed", "failure"];
    let lower = text.to_lowercase();
    let mut refusal = told(text);
    let is_error = refusal.request_id.is_some() && WORDS.iter().any(|word| lower.contains(word));
    let said = said(text).collect::<Vec<_>>().join("\n");
    refusal.message = refusal.message.or_else(|| Some(short(said.trim())));
    refusal.told = Some(short(&said));
    is_error.then_some(Refusal { line: 1, ..refusal })
}

/// Adds what a text around a refusal says and the refusal itself does not.
pub(super) fn complete(refusal: &mut Refusal, around: &str) {
    // A decoded message has no message of its own.
    let open = refusal.message.is_none() && refusal.form != Form::Diagnostic;
    let mut more = told(around);
    if !open {
        more.message = None;
    } else if more.message.is_none() {
        more.message = said(around).map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
    }
    refusal.fill(more);
    if refusal.action.is_none() {
        refusal.action = operation::action(around, refusal.host.as_deref());
    }
}

/// The lines of a text that are no command, nor go on with one: a command may have a secret in it.
fn said(text: &str) -> impl Iterator<Item = &str> {
    let mut goes_on = false;
    text.lines().filter(move |line| {
        let command = goes_on || Command::of_line(line).is_some();
        goes_on = command && line.trim_end().ends_with(['\\', '`', '^']);
        !command
    })
}

/// What labels, names and addresses in a text tell.
fn told(text: &str) -> Refusal {
    let mut facts = Facts::default();
    facts.labels(text);
    let mut refusal = dialog::told(text);
    refusal.fill(facts.refusal(Form::Text));
    refusal.ec = refusal.ec.or_else(|| ec_in(text).map(str::to_owned));
    let (resource, action) = resource::named(text);
    refusal.action = refusal.action.or(action).or_else(|| of_operation(text));
    refusal.fill(situation::told(text));
    let known = message(text);
    refusal.action = refusal.action.or_else(|| known.and_then(|known| known.action).map(str::to_owned));
    if let Some((bucket, key)) = resource::object(text) {
        let object = Refusal { resource: Some(resource::of_object(&bucket, &key)), ..Refusal::default() };
        refusal.fill(object);
    }
    refusal.action = refusal.action.or_else(|| operation::action(text, refusal.host.as_deref()));
    refusal.resource = refusal.resource.or(resource);
    refusal.parameters = parameters(text);
    if refusal.resource.is_none() && refusal.action.as_deref() == Some("oss:ListBuckets") {
        refusal.resource = Some("acs:oss:*:*:*".to_owned());
    }
    refusal
}

/// What commands name of things and regions, and the id that Terraform tells: `Resource i-1 StopInstance Failed!!!`.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        lines(text).iter().filter_map(|line| Command::of_line(line)).flat_map(|command| command.things()).collect();
    let failed = text.split_once(" Failed!!!").and_then(|(before, _)| {
        let mut words = before.rsplit(' ');
        let (_, id, label) = (words.next()?, words.next()?, words.next()?);
        (label == "Resource" && !id.is_empty() && !id.starts_with("alicloud_"))
            .then(|| ("Id".to_owned(), id.to_owned()))
    });
    all.extend(failed);
    all
}

/// The action of the operation that OSS's newer SDKs name: `operation error HeadObject: …`.
fn of_operation(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("operation error ")?;
    let name = words(rest).next()?;
    let oss = Catalogue::published().service("oss")?;
    let action = oss.operation(name).and_then(|actions| actions.first().copied());
    let action = action.or_else(|| oss.action(name).map(KnownAction::name))?;
    Some(format!("oss:{action}"))
}

/// The words of a text, without what stands around them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')))
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty())
}

/// The first detail code, whatever stands at its sides: `EC:0003-00000201`, `0003-00000201错误`.
pub(super) fn ec_in(text: &str) -> Option<&str> {
    text.match_indices('-').find_map(|(at, _)| {
        let word = text.get(at.checked_sub(4)?..at + 9)?;
        let apart = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-');
        let bytes = text.as_bytes();
        let alone = apart(at.checked_sub(5).and_then(|at| bytes.get(at))) && apart(bytes.get(at + 9));
        (is_ec(word) && alone && (word.starts_with("00") || code(word).is_some())).then_some(word)
    })
}

/// Codes of the access-denied family, and those that are taken for one.
pub(super) fn is_code(word: &str) -> bool {
    const CODES: &[&str] = &[
        "NoPermission",
        "AccessDenied",
        "Forbidden",
        "Forbidden.RAM",
        "NotAuthorized",
        "Inactive",
        "UserDisable",
        "AccessForbidden",
        "Unauthorized",
        "EntityNotExist.Role",
        "InvalidAccessKeyId",
        "InvalidAccessKeyId.NotFound",
        "MalformedPolicyDocument",
        "ServiceRoleNotExistsError",
        "CloudConfigServiceRoleNotExisted",
        "StatusForbidden",
        "SignatureDoesNotMatch",
    ];
    CODES.contains(&word) || word.starts_with("Forbidden.") || word.starts_with("NoPermission.")
}

/// A text as a message: its first lines.
fn short(text: &str) -> String {
    const LONGEST: usize = 2000;
    beginning(text, LONGEST).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Form, Refusal, complete, ec_in, of_operation};

    #[test]
    fn a_command_is_no_message() {
        let around = "$ aliyun ram GetUser --access-key-secret s3cret \\\n  --UserName alice\n\nIt is refused.\n";
        let mut refusal = Refusal { code: Some("NoPermission".to_owned()), form: Form::Json, ..Refusal::default() };
        complete(&mut refusal, around);
        assert_eq!(refusal.message.as_deref(), Some("It is refused."));
        let error = "Error: oss: service returned error: StatusCode=403, ErrorCode=AccessDenied, RequestId=65A1B2C3D4E5F60718293A4B";
        let alone =
            super::of_text(&format!("$ aliyun oss cp a oss://b --access-key-secret s3cret\n{error}\n")).unwrap();
        for text in [alone.message, alone.told] {
            assert!(text.is_some_and(|text| text.contains("AccessDenied") && !text.contains("s3cret")));
        }
    }

    #[test]
    fn a_detail_code_wherever_it_stands() {
        for text in [
            "AccessDenied EC:0003-00000201",
            "0003-00000201错误",
            "ec=0003-00000201.",
            "（0003-00000201）",
            "0003-00000201",
        ] {
            assert_eq!(ec_in(text), Some("0003-00000201"), "{text}");
        }
        for text in ["10003-00000201", "0003-000002011", "6A2B3C4D-0000-4000-8000-000000000001", "2026-00000001", "-"] {
            assert_eq!(ec_in(text), None, "{text}");
        }
    }

    #[test]
    fn an_operation_asks_for_an_action() {
        for (operation, action) in
            [("HeadObject", "oss:GetObject"), ("PutObject", "oss:PutObject"), ("ListObjectsV2", "oss:ListObjects")]
        {
            assert_eq!(of_operation(&format!("operation error {operation}: no")).as_deref(), Some(action));
        }
    }
}
