//! What an emulator starts with: accounts that can be told apart, a clock that can be shown, and by which clock requests are dated.
#![allow(clippy::expect_used, reason = "a test that cannot go on fails")]

mod kit;

use acslab_emulator::cloud::Service;
use acslab_emulator::signature::{Credentials, HmacMethod, OssResource, SignedView, oss_v1, oss_v4, rpc};
use acslab_emulator::{Builder, Clock, Emulator, Signers, StartError};
use jiff::{SignedDuration, Timestamp};
use kit::{Answer, Client, Raw, headers, nonce};
use serde_json::json;

fn refused(builder: Builder) -> String {
    let error = builder.start().expect_err("refused");
    assert!(!matches!(error, StartError::Io(_)), "{error:?}");
    error.to_string()
}

#[test]
fn accounts_that_cannot_be_told_apart_are_refused() {
    let two = |first: (&str, &str), second: (&str, &str)| {
        refused(kit::builder().account(first.0, first.1).account(second.0, second.1))
    };
    assert_eq!(
        two(("a", "2000000000000001"), ("b", "2000000000000001")),
        "the accounts `a` and `b` cannot both have the id 2000000000000001"
    );
    assert_eq!(
        two(("a", "2000000000000001"), ("a", "2000000000000002")),
        "an account cannot be called `a`: that is what the account 2000000000000001 goes by"
    );
    // A request for the state names accounts by name or id.
    assert_eq!(
        two(("a", "2000000000000001"), ("2000000000000001", "2000000000000002")),
        "an account cannot be called `2000000000000001`: that is what the account 2000000000000001 goes by"
    );
    assert_eq!(
        two(("2000000000000002", "2000000000000001"), ("b", "2000000000000002")),
        "an account cannot be called `b`: that is what the account 2000000000000001 goes by"
    );
    for bad in ["", "1", "200000000000000x", "20000000000000011"] {
        let why = format!("the account `a` cannot have the id `{bad}`: an id has 16 digits");
        assert_eq!(refused(kit::builder().account("a", bad)), why);
    }
    assert_eq!(refused(kit::builder().account("", "2000000000000001")), "the account 2000000000000001 has no name");
    let cloud = kit::builder().account("a", "2000000000000001").account("b", "2000000000000002").start().expect("both");
    let named: Vec<_> = cloud.accounts().iter().map(|account| account.name.as_str()).collect();
    assert_eq!(named, ["a", "b"]);
    let cloud = &cloud.gateway().cloud();
    assert!(
        cloud.open_account("c", "2000000000000001").is_err() && cloud.open_account("a", "3000000000000001").is_err()
    );
    assert_eq!(cloud.accounts().len(), 2);
}

#[test]
fn a_clock_that_cannot_be_shown_is_refused() {
    let why = "the clock goes from 1970-01-01T00:00:00Z to 9998-12-31T23:59:59Z";
    for at in [Timestamp::MIN, Timestamp::MAX, Timestamp::from_second(-1).expect("a time")] {
        assert_eq!(refused(Emulator::builder().clock(Clock::fixed(at))), why);
    }
    let cloud = kit::start();
    let advance = |seconds: i64| -> Answer {
        let body = json!({ "advance_seconds": seconds }).to_string();
        Raw::new("POST", "/_acslab/clock").body(body).send(cloud.address())
    };
    for seconds in [i64::MAX, i64::MIN, 252_000_000_000, -252_000_000_000] {
        let answer = advance(seconds);
        assert_eq!((answer.status, answer.json()), (400, json!({ "error": why })), "{seconds}");
    }
    // Twice what once can be done.
    assert_eq!(advance(200_000_000_000).ok()["time"], "8363-10-02T22:37:25Z");
    assert_eq!(advance(200_000_000_000).status, 400);
    assert_eq!(advance(-200_000_000_000).ok()["time"], kit::MOMENT);
}

/// One request of each way to sign, dated by that clock.
fn in_every_style(client: &Client<'_>, at: Timestamp) -> Vec<(&'static str, Answer)> {
    let credentials = || Credentials {
        access_key_id: &client.key_id,
        secret: &client.secret,
        security_token: client.token.as_deref(),
    };
    let host = client.host();
    let mut parameters = vec![
        ("Action".to_owned(), "GetCallerIdentity".to_owned()),
        ("Version".to_owned(), kit::STS.to_owned()),
        ("Format".to_owned(), "JSON".to_owned()),
    ];
    parameters.extend(rpc::sign("GET", &parameters, &credentials(), HmacMethod::Sha1, at, &nonce()));
    let rpc = Raw::new("GET", "/").query(kit::encode(&parameters)).headers(headers(&[("host", &host)]));

    let named = [("host", host.as_str()), ("x-acs-version", kit::STS), ("x-acs-action", "GetCallerIdentity")];
    let mut acs3 = Raw::new("POST", "/").headers(headers(&named));
    let query = acs3.parsed_query();
    let view = SignedView { method: "POST", path: "/", query: &query, headers: &acs3.headers, body: b"" };
    let added = acslab_emulator::signature::acs3::sign(&view, &credentials(), at, &nonce()).expect("signed");
    acs3.headers.extend(added);

    let named = [("host", host.as_str()), ("accept", "application/json"), ("x-acs-version", "2021-02-04")];
    let mut roa = Raw::new("GET", "/api/v1/workspaces").headers(headers(&named));
    let view = SignedView { method: "GET", path: &roa.path, query: &query, headers: &roa.headers, body: b"" };
    let method = HmacMethod::Sha1;
    let added = acslab_emulator::signature::roa::sign(&view, &credentials(), method, at, &nonce()).expect("signed");
    roa.headers.extend(added);

    let resource = OssResource { bucket: Some("photos"), key: "" };
    let oss = || Raw::new("GET", "/photos/").headers(headers(&[("host", &host)]));
    let (mut v1, mut v4) = (oss(), oss());
    let view = SignedView { method: "GET", path: "/photos/", query: &query, headers: &v1.headers, body: b"" };
    let added = oss_v1::sign(&view, &resource, &credentials(), at).expect("signed");
    v1.headers.extend(added);
    let signing = oss_v4::Signing { region: "cn-hangzhou", at, additional_headers: &[] };
    let view = SignedView { method: "GET", path: "/photos/", query: &query, headers: &v4.headers, body: b"" };
    let added = oss_v4::sign(&view, &resource, &credentials(), &signing).expect("signed");
    v4.headers.extend(added);

    let presigned = |parameters: String| oss().query(parameters);
    let view = SignedView { method: "GET", path: "/photos/", query: &query, headers: &headers(&[]), body: b"" };
    let v1_url = oss_v1::presign(&view, &resource, &credentials(), at + SignedDuration::from_mins(1)).to_string();
    let v4_url = oss_v4::presign(&view, &resource, &credentials(), &signing, 60).to_string();
    let all = [
        ("RPC", rpc),
        ("V3", acs3),
        ("ROA", roa),
        ("OSS V1", v1),
        ("OSS V4", v4),
        ("OSS V1 URL", presigned(v1_url)),
        ("OSS V4 URL", presigned(v4_url)),
    ];
    all.into_iter().map(|(style, raw)| (style, client.send(&raw))).collect()
}

/// The bucket that is asked for: one that is not there is told before anybody is asked who they are.
fn make_bucket(client: &Client<'_>, at: Timestamp) {
    let host = client.host();
    let mut raw = Raw::new("PUT", "/photos/").headers(headers(&[("host", &host)]));
    let query = raw.parsed_query();
    let view = SignedView { method: "PUT", path: "/photos/", query: &query, headers: &raw.headers, body: b"" };
    let who =
        Credentials { access_key_id: &client.key_id, secret: &client.secret, security_token: client.token.as_deref() };
    let signing = oss_v4::Signing { region: "cn-hangzhou", at, additional_headers: &[] };
    let added = oss_v4::sign(&view, &OssResource { bucket: Some("photos"), key: "" }, &who, &signing).expect("signed");
    raw.headers.extend(added);
    assert_eq!(client.send(&raw).status, 200);
}

const STALE: [&str; 3] = ["InvalidTimeStamp.Expired", "RequestTimeTooSkewed", "AccessDenied"];

/// SDKs sign by the machine's clock whatever the cloud's is: what was moved is none of theirs.
#[test]
fn a_clock_that_was_moved_locks_nobody_out() {
    let opened = |clock| {
        let builder = Emulator::builder().clock(clock).open(Service::Oss).open(Service::Pai("cn-hangzhou".to_owned()));
        builder.signers(Signers::Machine).start().expect("an emulator")
    };
    let year = 365 * 86_400_000;
    for clock in [Clock::fixed(kit::MOMENT.parse().expect("a moment")), Clock::real()] {
        let cloud = opened(clock);
        let owner = Client::owner(&cloud);
        make_bucket(&owner, Timestamp::now());
        let mut forward = 0;
        for moved in [0, 3_600_000, -year, 20 * year] {
            cloud.gateway().cloud().clock.advance(moved).expect("a time");
            forward += moved;
            for (style, answer) in in_every_style(&owner, Timestamp::now()) {
                // A presigned URL ends by how far the clock was moved forward: that is how one is seen to end.
                let ended = forward > 0 && style.ends_with("URL") && answer.code() == "AccessDenied";
                assert!(ended || answer.status == 200, "{style} {moved}: {}", answer.text());
            }
            // One that says when it was made, and that this was after the moves, is as good as any.
            for (style, answer) in in_every_style(&owner, Timestamp::now() + SignedDuration::from_secs(2)) {
                assert!(style != "OSS V4 URL" || answer.status == 200, "{moved}: {}", answer.text());
            }
            for (style, answer) in in_every_style(&owner, Timestamp::now() - SignedDuration::from_mins(20)) {
                assert!(STALE.contains(&answer.code().as_str()), "{style} {moved}: {}", answer.text());
            }
        }
    }
}

/// In a test that stands still, nothing depends on the machine's clock.
#[test]
fn a_fixed_clock_is_the_signers_too() {
    let cloud = kit::builder().open(Service::Oss).open(Service::Pai("cn-hangzhou".to_owned())).start().expect("one");
    let owner = Client::owner(&cloud);
    make_bucket(&owner, owner.now());
    for moved in [0, 7_200_000] {
        cloud.gateway().cloud().clock.advance(moved).expect("a time");
        for (style, answer) in in_every_style(&owner, owner.now()) {
            assert!(answer.status == 200, "{style}: {}", answer.text());
        }
        for (style, answer) in in_every_style(&owner, owner.now() - SignedDuration::from_mins(20)) {
            assert!(STALE.contains(&answer.code().as_str()), "{style}: {}", answer.text());
        }
    }
}

/// Sessions end by the cloud's clock, so that a test of their renewal need not wait: the shortest lasts as long as a request may
/// be old.
#[test]
fn a_session_ends_by_the_clouds_clock() {
    let cloud = Emulator::builder().start().expect("an emulator");
    let owner = Client::owner(&cloud);
    let trusted = kit::trust("RAM", "acs:ram::1234567890123456:root");
    owner.ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &trusted)]).ok();
    let user = owner.user("worker");
    owner.attach("worker", "System", "AdministratorAccess");
    let session = user.assume("acs:ram::1234567890123456:role/r", &[("DurationSeconds", "900")]);
    let asked = |client: &Client<'_>| {
        let mut all = in_every_style(client, Timestamp::now());
        all.swap_remove(0).1
    };
    asked(&session).ok();
    cloud.gateway().cloud().clock.advance(901_000).expect("a time");
    asked(&session).refused(400, "InvalidSecurityToken.Expired");
    asked(&user).ok();
}
