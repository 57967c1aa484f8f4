//! Signatures of RPC 1.0, and what every signature shares: its time, and that it is taken once.

use acslab_emulator::signature::{Credentials, HmacMethod, rpc};
use jiff::SignedDuration;

use crate::kit::{self, Answer, Client, Raw, text};
use crate::tools::{ACCOUNT, FORM, WHO, get, owned, post, set, signed, string_to_sign, tampered};

#[test]
fn an_rpc_call_may_carry_its_parameters_anywhere() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let odd = [("SignatureType", ""), ("Comment", "A B*~/测试 a=b&c+d"), ("RegionId", "cn-hangzhou")];
    let pairs = [&WHO[..], &odd].concat();
    let all = |method| signed(&owner, method, &pairs, owner.now(), &kit::nonce());
    let is_owner = |answer: &Answer| assert_eq!(text(&answer.ok(), "/Arn"), format!("acs:ram::{ACCOUNT}:root"));
    is_owner(&get(&owner, &all("GET")));
    is_owner(&post(&owner, &[], &all("POST")));
    is_owner(&post(&owner, &all("POST"), &[]));
    let both = all("POST");
    is_owner(&post(&owner, &both[..5], &both[5..]));
    let kind = kit::headers(&[("content-type", "APPLICATION/X-WWW-Form-URLEncoded; charset=UTF-8")]);
    is_owner(&owner.send(&Raw::new("POST", "/").headers(kind).body(kit::encode(&all("POST")))));
    // A POST without a body and without a content type.
    is_owner(&owner.send(&Raw::new("POST", "/").query(kit::encode(&all("POST")))));
    // HMAC-SHA256 is served as well.
    let who = Credentials { access_key_id: &owner.key_id, secret: &owner.secret, security_token: None };
    let mut stronger = owned(&WHO);
    stronger.extend(rpc::sign("GET", &stronger, &who, HmacMethod::Sha256, owner.now(), &kit::nonce()));
    is_owner(&get(&owner, &stronger));
}

#[test]
fn a_blank_may_come_as_a_plus_and_of_several_values_the_last_counts() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let create = [("Action", "CreateUser"), ("Version", "2015-05-01"), ("Format", "JSON"), ("Comments", "a b")];
    let mut all =
        signed(&owner, "POST", &[&create[..], &[("UserName", "x"), ("UserName", "y")]].concat(), owner.now(), "n");
    let body = kit::encode(&all).replace("%20", "+");
    let answer = owner.send(&Raw::new("POST", "/").headers(kit::headers(&[("content-type", FORM)])).body(body));
    assert_eq!(text(&answer.ok(), "/User/UserName"), "y");
    assert_eq!(text(&answer.ok(), "/User/Comments"), "a b");
    // The body's value counts over the query's.
    all = signed(&owner, "POST", &[&create[..], &[("UserName", "q"), ("UserName", "b")]].concat(), owner.now(), "m");
    let at = all.iter().position(|(_, value)| value == "q").unwrap();
    let in_query = vec![all.remove(at)];
    assert_eq!(text(&post(&owner, &in_query, &all).ok(), "/User/UserName"), "b");
}

#[test]
fn every_part_of_an_rpc_signature_must_be_there() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    // What says how it is signed is no link of OSS, even without an action.
    tampered(&owner, |all| all.retain(|(old, _)| old != "Action")).refused(400, "MissingAction");
    for name in ["AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"] {
        let gone = tampered(&owner, |all| all.retain(|(old, _)| old != name));
        assert_eq!(
            gone.refused(400, &format!("Missing{name}")).message(),
            format!("{name} is mandatory for this action.")
        );
        let empty = tampered(&owner, |all| set(all, name, ""));
        empty.refused(400, &format!("Missing{name}"));
    }
    let wrong = |name: &str, value: &str| tampered(&owner, |all| set(all, name, value));
    wrong("SignatureMethod", "HMAC-MD5").refused(400, "InvalidSignatureMethod");
    wrong("SignatureVersion", "2.0").refused(400, "InvalidSignatureVersion");
    wrong("Timestamp", "yesterday").refused(400, "InvalidTimeStamp.Format");
    // The way of signing is looked at before the time.
    let both = |name: &str, value: &str| {
        let change = |all: &mut Vec<_>| {
            set(all, name, value);
            set(all, "Timestamp", "2020-01-02T03:04:06Z");
        };
        tampered(&owner, change)
    };
    both("SignatureMethod", "X").refused(400, "InvalidSignatureMethod");
    both("SignatureVersion", "9").refused(400, "InvalidSignatureVersion");
    wrong("AccessKeyId", "LTAI5tNobodysKey0000000001").refused(404, "InvalidAccessKeyId.NotFound");
    // Whatever is changed, taken away or added, the signature is another.
    wrong("Timestamp", "2026-01-02T03:04:06Z").refused(400, "SignatureDoesNotMatch");
    wrong("SignatureNonce", "other").refused(400, "SignatureDoesNotMatch");
    wrong("Extra", "").refused(400, "SignatureDoesNotMatch");
    wrong("Signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=").refused(400, "SignatureDoesNotMatch");
    tampered(&owner, |all| all.retain(|(name, _)| name != "Format")).refused(400, "SignatureDoesNotMatch");
    let other_method = signed(&owner, "POST", &WHO, owner.now(), &kit::nonce());
    get(&owner, &other_method).refused(400, "SignatureDoesNotMatch");
}

/// As JavaScript's `toISOString` writes it.
#[test]
fn the_time_of_an_rpc_call_may_have_a_fraction_of_a_second() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let stamped = |timestamp: &str| {
        let mut all = signed(&owner, "GET", &WHO, owner.now(), &kit::nonce());
        all.retain(|(name, _)| name != "Signature");
        set(&mut all, "Timestamp", timestamp);
        let signature = rpc::signature(&owner.secret, HmacMethod::Sha1, &string_to_sign(&all));
        all.push(("Signature".to_owned(), signature));
        get(&owner, &all)
    };
    stamped("2026-01-02T03:04:05.123Z").ok();
    stamped("2026-01-02T02:04:05.123Z").refused(400, "InvalidTimeStamp.Expired");
    stamped("2026-01-02T03:04:05.Z").refused(400, "InvalidTimeStamp.Format");
}

#[test]
fn a_wrong_secret_is_told_the_string_to_sign() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let forger = owner.with_key(&owner.key_id, "WrongSecret0000000000000000000", None);
    let all = signed(&forger, "GET", &WHO, owner.now(), &kit::nonce());
    let string_to_sign = string_to_sign(&all);
    let message = get(&owner, &all).refused(400, "SignatureDoesNotMatch").message();
    let begin = "Specified signature is not matched with our calculation. server string to sign is:";
    assert_eq!(message, format!("{begin}{string_to_sign}"));
    // Letter case counts.
    let folded = owner.secret.expose().to_lowercase();
    let all = signed(&owner.with_key(&owner.key_id, &folded, None), "GET", &WHO, owner.now(), &kit::nonce());
    get(&owner, &all).refused(400, "SignatureDoesNotMatch");
}

#[test]
fn a_request_is_taken_once() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let all = signed(&owner, "GET", &WHO, owner.now(), "once");
    get(&owner, &all).ok();
    let again = get(&owner, &all);
    assert_eq!(again.refused(400, "SignatureNonceUsed").message(), "Specified signature nonce was used already.");
    // The nonce of a request that was not signed right is not used up, and another key has nonces of its own.
    let forger = owner.with_key(&owner.key_id, "WrongSecret0000000000000000000", None);
    get(&owner, &signed(&forger, "GET", &WHO, owner.now(), "twice")).refused(400, "SignatureDoesNotMatch");
    get(&owner, &signed(&owner, "GET", &WHO, owner.now(), "twice")).ok();
    let alice = owner.user("alice");
    get(&alice, &signed(&alice, "GET", &WHO, alice.now(), "once")).ok();
    // V3 has the same rule, and the same memory.
    let raw = owner.acs3_request("POST", "2015-04-01", "GetCallerIdentity", "/", &[], "");
    owner.send(&raw).ok();
    owner.send(&raw).refused(400, "SignatureNonceUsed");
}

#[test]
fn a_request_is_as_old_or_as_early_as_a_quarter_of_an_hour() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    for (minutes, fine) in [(-16, false), (-14, true), (0, true), (14, true), (16, false)] {
        let at = owner.now() + SignedDuration::from_mins(minutes);
        let rpc = get(&owner, &signed(&owner, "GET", &WHO, at, &kit::nonce()));
        // V3 signs as of the same clock, moved before and back after.
        let clock = &cloud.gateway().cloud().clock;
        clock.advance(minutes * 60_000).unwrap();
        let raw = owner.acs3_request("POST", "2015-04-01", "GetCallerIdentity", "/", &[], "");
        clock.advance(-minutes * 60_000).unwrap();
        for answer in [rpc, owner.send(&raw)] {
            if fine {
                answer.ok();
            } else {
                let message = "Specified time stamp or date value is expired.";
                assert_eq!(answer.refused(400, "InvalidTimeStamp.Expired").message(), message, "{minutes}");
            }
        }
    }
}
