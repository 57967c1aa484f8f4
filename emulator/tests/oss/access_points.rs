//! Access points: made, listed, deleted; what goes through them.

use crate::kit::{Answer, Client, policy};
use crate::tools::{detail, done, element, elements, start};

const HERE: &[(&str, &str)] = &[("accessPoint", "")];
const OFF: &[u8] =
    b"<PublicAccessBlockConfiguration><BlockPublicAccess>false</BlockPublicAccess></PublicAccessBlockConfiguration>";

fn create(client: &Client<'_>, name: &str, origin: &str) -> Answer {
    let body = format!(
        "<CreateAccessPointConfiguration><AccessPointName>{name}</AccessPointName>{origin}</CreateAccessPointConfiguration>"
    );
    client.oss("PUT", Some("photos"), "", HERE, &[], body.as_bytes())
}

fn from_internet(client: &Client<'_>, name: &str) -> String {
    element(done(&create(client, name, "<NetworkOrigin>internet</NetworkOrigin>")), "Alias")
}

fn named(client: &Client<'_>, method: &str, query: &[(&str, &str)], name: &str, body: &str) -> Answer {
    client.oss(method, Some("photos"), "", query, &[("x-oss-access-point-name", name)], body.as_bytes())
}

#[test]
fn an_access_point_from_its_making_to_its_end() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    owner.make("prints");
    let made = create(&owner, "way-in", "<NetworkOrigin>internet</NetworkOrigin>");
    assert_eq!(element(done(&made), "AccessPointArn"), "acs:oss:cn-hangzhou:1234567890123456:accesspoint/way-in");
    let alias = element(&made, "Alias");
    assert!(alias.starts_with("way-in-") && alias.ends_with("-ossalias"), "{alias}");
    create(&owner, "way-in", "<NetworkOrigin>internet</NetworkOrigin>").refused(409, "AccessPointAlreadyExists");
    let vpc = "<NetworkOrigin>vpc</NetworkOrigin><VpcConfiguration><VpcId>vpc-1</VpcId></VpcConfiguration>";
    done(&create(&owner, "a-vpc", vpc));
    let one = named(&owner, "GET", HERE, "way-in", "");
    for (name, value) in [
        ("AccessPointName", "way-in"),
        ("Bucket", "photos"),
        ("AccountId", "1234567890123456"),
        ("NetworkOrigin", "internet"),
        ("CreationDate", "1767323045"),
        ("Alias", &alias),
        ("Status", "enable"),
        ("PublicEndpoint", &format!("{alias}.oss-cn-hangzhou.aliyuncs.com")),
        ("BlockPublicAccess", "false"),
    ] {
        assert_eq!(element(&one, name), value, "{name}");
    }
    assert_eq!(element(&named(&owner, "GET", HERE, "a-vpc", ""), "VpcId"), "vpc-1");
    assert_eq!(elements(&owner.on_bucket("GET", "photos", HERE), "AccessPointName"), ["a-vpc", "way-in"]);
    assert!(elements(&owner.on_bucket("GET", "prints", HERE), "AccessPointName").is_empty());
    let page = |token: &str| {
        let query = [("accessPoint", ""), ("max-keys", "1"), ("continuation-token", token)];
        owner.oss("GET", None, "", &query[..if token.is_empty() { 2 } else { 3 }], &[], b"")
    };
    assert_eq!(
        (elements(&page(""), "AccessPointName"), element(&page(""), "IsTruncated")),
        (vec!["a-vpc".to_owned()], "true".into())
    );
    let next = element(&page(""), "NextContinuationToken");
    assert_eq!(
        (elements(&page(&next), "AccessPointName"), element(&page(&next), "IsTruncated")),
        (vec!["way-in".to_owned()], "false".into())
    );
    for (name, origin) in [
        ("ab", "<NetworkOrigin>internet</NetworkOrigin>"),
        ("-ab", "<NetworkOrigin>internet</NetworkOrigin>"),
        ("Abc", "<NetworkOrigin>internet</NetworkOrigin>"),
        ("abc-ossalias", "<NetworkOrigin>internet</NetworkOrigin>"),
        ("abcdefghijklmnopqrst", "<NetworkOrigin>internet</NetworkOrigin>"),
        ("abc", "<NetworkOrigin>vpc</NetworkOrigin>"),
        ("abc", "<NetworkOrigin>moon</NetworkOrigin>"),
    ] {
        create(&owner, name, origin).refused(400, "InvalidArgument");
    }
    create(&owner, "abc", "").refused(400, "MalformedXML");
    let gone = |name: &str| named(&owner, "DELETE", HERE, name, "");
    assert_eq!(gone("way-in").status, 204);
    let again = gone("way-in");
    again.refused(404, "NoSuchAccessPoint");
    assert_eq!(again.message(), "Accesspoint not found");
    named(&owner, "GET", HERE, "way-in", "").refused(404, "NoSuchAccessPoint");
    owner.at(&format!("{alias}.oss-cn-hangzhou.aliyuncs.com")).through(&alias, "GET", "a").refused(404, "NoSuchBucket");
}

#[test]
fn its_policy() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    from_internet(&owner, "way-in");
    let at = |method: &str, body: &str| named(&owner, method, &[("accessPointPolicy", "")], "way-in", body);
    at("GET", "").refused(404, "NoSuchAccessPointPolicy");
    let text = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:*","Principal":["*"],"Resource":"acs:oss:*:*:accesspoint/way-in"}]}"#;
    at("PUT", &text[1..]).refused(400, "InvalidPolicyDocument");
    done(&at("PUT", text));
    assert_eq!(at("GET", "").text(), text);
    assert_eq!(at("DELETE", "").status, 204);
    at("GET", "").refused(404, "NoSuchAccessPointPolicy");
    let block = [("publicAccessBlock", ""), ("x-oss-access-point-name", "way-in")];
    let on =
        b"<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>";
    done(&owner.oss("PUT", Some("photos"), "", &block, &[], on));
    assert_eq!(element(&owner.on_bucket("GET", "photos", &block), "BlockPublicAccess"), "true");
    at("PUT", text).refused(403, "AccessDenied");
    assert_eq!(owner.on_bucket("DELETE", "photos", &block).status, 204);
    done(&at("PUT", text));
    let none = [("publicAccessBlock", ""), ("x-oss-access-point-name", "none")];
    owner.on_bucket("GET", "photos", &none).refused(404, "NoSuchAccessPoint");
    // Another action than that of the bucket's own block.
    let user = owner.nobody("alice");
    owner.grant("alice", "Block", &policy("Allow", "oss:PutBucketPublicAccessBlock", "*"));
    user.oss("PUT", Some("photos"), "", &block, &[], OFF).refused(403, "AccessDenied");
    assert_eq!(user.oss("PUT", Some("photos"), "", &[("publicAccessBlock", "")], &[], OFF).status, 200);
}

#[test]
fn both_must_allow_what_goes_through() {
    let emulator = start();
    let (owner, partner) = (Client::owner(&emulator), Client::owner_of(&emulator, 1));
    owner.make("photos");
    done(&owner.put("photos", "a", "content"));
    let alias = from_internet(&owner, "way-in");
    let (user, host) = (owner.nobody("alice"), format!("{alias}.oss-cn-hangzhou.aliyuncs.com"));
    let get = |client: &Client<'_>| client.at(&host).through(&alias, "GET", "a");
    let on_point = |effect: &str, action: &str| {
        let text = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"{effect}","Action":"{action}","Principal":["*"],"Resource":["acs:oss:cn-hangzhou:1234567890123456:accesspoint/way-in","acs:oss:cn-hangzhou:1234567890123456:accesspoint/way-in/object/*"]}}]}}"#
        );
        done(&named(&owner, "PUT", &[("accessPointPolicy", "")], "way-in", &text));
    };
    // Neither allows; the bucket alone; the access point alone; both; the access point denies.
    get(&user).refused(403, "AccessDenied");
    owner.grant("alice", "Read", &policy("Allow", "oss:Get*", "acs:oss:*:*:photos/*"));
    assert_eq!(user.on_object("GET", "photos", "a").status, 200, "the bucket itself is open");
    get(&user).refused(403, "AccessDenied");
    on_point("Allow", "oss:GetObject");
    get(&partner).refused(403, "AccessDenied");
    assert_eq!(get(&user).text(), "content");
    let asked: Vec<_> =
        emulator.gateway().trail().latest(1)[0].decided.iter().map(|one| one.resource().to_owned()).collect();
    let (bucket, point) = (
        "acs:oss:cn-hangzhou:1234567890123456:photos/a",
        "acs:oss:cn-hangzhou:1234567890123456:accesspoint/way-in/object/a",
    );
    assert_eq!(asked, [bucket, point]);
    on_point("Deny", "oss:GetObject");
    let refused = get(&user);
    refused.refused(403, "AccessDenied");
    assert_eq!(detail(&refused), "0003-00000101");
    assert_eq!(get(&owner).status, 200, "everyone is not the owner, where there is no condition");
    // The bucket delegates by the keys of the access point; then its policy decides about strangers.
    on_point("Allow", "oss:*");
    for (key, value) in [
        ("oss:DataAccessPointArn", "acs:oss:oss-cn-hangzhou:1234567890123456:accesspoint/way-in"),
        ("oss:DataAccessPointAccount", "1234567890123456"),
        ("oss:AccessPointNetworkOrigin", "internet"),
    ] {
        let delegation = |value: &str| {
            let text = format!(
                r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"oss:*","Principal":["*"],"Resource":["acs:oss:*:*:photos","acs:oss:*:*:photos/*"],"Condition":{{"StringEquals":{{"{key}":["{value}"]}}}}}}]}}"#
            );
            done(&owner.oss("PUT", Some("photos"), "", &[("policy", "")], &[], text.as_bytes()));
        };
        delegation("other");
        get(&partner).refused(403, "AccessDenied");
        delegation(value);
        assert_eq!(get(&partner).text(), "content", "{key}");
        partner.on_object("GET", "photos", "a").refused(403, "AccessDenied");
    }
    // Nobody comes without a signature.
    let mut unsigned = partner.at(&host).request_through(&alias, "GET", "a");
    unsigned.headers.remove("authorization");
    partner.send(&unsigned).refused(403, "AccessDenied");
    // The same way by path.
    assert_eq!(partner.oss("GET", Some(&alias), "a", &[], &[], b"").text(), "content");
    // One for a VPC is none for whoever comes from none.
    let vpc = "<NetworkOrigin>vpc</NetworkOrigin><VpcConfiguration><VpcId>vpc-1</VpcId></VpcConfiguration>";
    let inner = element(done(&create(&owner, "a-vpc", vpc)), "Alias");
    owner.oss("GET", Some(&inner), "a", &[], &[], b"").refused(403, "AccessDenied");
}
