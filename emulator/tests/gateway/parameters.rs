//! Parameters: what is wrong with one is told before anything else.

use acslab_emulator::{Form, Need, Parameter, Style};

use crate::kit::{self, Client, policy};
use crate::tools::ACCOUNT;

#[test]
fn parameters_before_permissions_and_permissions_before_existence() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let alice = owner.user("alice");
    alice.ram("GetUser", &[]).refused(400, "MissingUserName");
    alice.ram("GetUser", &[("UserName", "a b")]).refused(400, "InvalidParameter.UserName.InvalidChars");
    alice.ram("GetUser", &[("UserName", "nobody")]).refused(403, "NoPermission");
    owner.grant("alice", "Read", &policy("Allow", "ram:GetUser", "*"));
    alice.ram("GetUser", &[("UserName", "nobody")]).refused(404, "EntityNotExist.User");
}

/// What is wrong with a parameter in each way that its form knows, and the code for it.
fn wrong_values(parameter: &Parameter) -> Vec<(String, String)> {
    let long = |most: usize| "x".repeat(most + 1);
    let values = match &parameter.form {
        Form::Any | Form::Own(..) | Form::Json(_) | Form::Shaped(_) | Form::Header(_) => Vec::new(),
        Form::Text(most) => vec![(long(*most), ".Length")],
        Form::Name(_, most) => {
            vec![(long(*most), ".Length"), ("a b".to_owned(), ".InvalidChars"), ("测".to_owned(), ".InvalidChars")]
        }
        Form::OneOf(_) | Form::Word(_) => vec![("Nothing".to_owned(), "")],
        Form::Boolean => vec![("maybe".to_owned(), ".Format")],
        Form::Integer(least, most) => {
            let beyond = [least.checked_sub(1), most.checked_add(1)].into_iter().flatten();
            let beyond = beyond.map(|number| (number.to_string(), ""));
            beyond.chain([("soon".to_owned(), ".Format"), ("1.5".to_owned(), ".Format")]).collect()
        }
        Form::Document(_) => vec![(" ".repeat(1 << 20), ".Length")],
        // No native row has one.
    };
    let named = |suffix: &str| format!("InvalidParameter.{}{suffix}", parameter.name);
    let mut values: Vec<_> = values.into_iter().map(|(value, suffix)| (value, named(suffix))).collect();
    if let Form::Document(_) = parameter.form {
        values.push(("{}".to_owned(), "MalformedPolicyDocument".to_owned()));
    }
    if parameter.need == Need::Required {
        values.push((String::new(), format!("Missing{}", parameter.name)));
    }
    values
}

#[test]
fn every_parameter_of_every_operation_is_checked() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let mut checked = 0;
    for row in acslab_emulator::operations().filter(|row| row.product.style == Style::Rpc && row.is_performed()) {
        for parameter in &row.parameters {
            let others =
                row.parameters.iter().filter(|other| other.need == Need::Required && other.name != parameter.name);
            let others: Vec<_> = others.map(|other| (&*other.name, other.sample())).collect();
            for (value, code) in wrong_values(parameter) {
                let mut all: Vec<_> = others.iter().map(|(name, sample)| (*name, sample.as_ref())).collect();
                all.push((&*parameter.name, &value));
                let answer = owner.rpc(&row.product.version, &row.name, &all);
                assert_eq!(
                    (answer.status, answer.code()),
                    (400, code),
                    "{}: {} = {value:.40}",
                    row.name,
                    parameter.name
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 600, "{checked}");
}

#[test]
fn a_marker_that_was_never_given_out_is_refused_wherever_there_are_pages() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = policy("Allow", "*", "*");
    owner.ram("CreateUser", &[("UserName", "sample")]).ok();
    owner.ram("CreateGroup", &[("GroupName", "sample")]).ok();
    owner.ram("CreatePolicy", &[("PolicyName", "sample"), ("PolicyDocument", &document)]).ok();
    let mut pages = 0;
    for row in acslab_emulator::operations().filter(|row| row.parameters.iter().any(|one| one.name == "Marker")) {
        let sample = |one: &Parameter| match &*one.name {
            "UserPrincipalName" => format!("sample@{ACCOUNT}.onaliyun.com").into(),
            "GroupName" | "UserName" | "PolicyName" => "sample".into(),
            "PolicyType" => "Custom".into(),
            _ => one.sample(),
        };
        let needed = row.parameters.iter().filter(|one| one.need == Need::Required || one.name.starts_with("User"));
        let needed: Vec<_> = needed.map(|one| (&*one.name, sample(one))).collect();
        for marker in ["?", "/w=="] {
            let mut all: Vec<_> = needed.iter().map(|(name, value)| (*name, value.as_ref())).collect();
            all.push(("Marker", marker));
            let answer = owner.rpc(&row.product.version, &row.name, &all);
            assert_eq!((answer.status, answer.code()), (400, "InvalidParameter.Marker".to_owned()), "{}", row.name);
        }
        pages += 1;
    }
    assert!(pages >= 12, "{pages}");
}
