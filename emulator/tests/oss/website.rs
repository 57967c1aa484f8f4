//! Websites, as the official clients set them and their own tests ask for them.

use crate::clients::{get, put};
use crate::kit::Client;
use crate::tools::{done, element, header, start, unsigned};

#[test]
fn a_website_of_rules_alone() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let website = |rules: &str| {
        let body = format!(
            "<WebsiteConfiguration><IndexDocument><Suffix></Suffix></IndexDocument><ErrorDocument><Key></Key></ErrorDocument><RoutingRules>{rules}</RoutingRules></WebsiteConfiguration>"
        );
        put(&owner, &[("website", "")], &body)
    };
    website("").refused(400, "InvalidArgument");
    done(&website(
        "<RoutingRule><RuleNumber>1</RuleNumber><Redirect><RedirectType>External</RedirectType><HostName>a.com</HostName></Redirect></RoutingRule>",
    ));
    let read = get(&owner, "website");
    assert_eq!((element(&read, "HostName").as_str(), read.text().contains("Document")), ("a.com", false));
}

/// Who signs sees the index of a folder too, which is the bucket's where folders have none of their own.
#[test]
fn a_folder_of_a_website_shows_an_index() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.put("photos", "index.html", "home"));
    done(&owner.put("photos", "a/index.html", "folder"));
    let website = |folders: &str| {
        let body = format!(
            "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix><SupportSubDir>{folders}</SupportSubDir></IndexDocument></WebsiteConfiguration>"
        );
        done(&put(&owner, &[("website", "")], &body));
    };
    website("False");
    assert_eq!(owner.on_object("GET", "photos", "a/").text(), "home");
    website("True");
    assert_eq!(owner.on_object("GET", "photos", "a/").text(), "folder");
    owner.on_object("GET", "photos", "b/").refused(404, "NoSuchKey");
    owner.on_object("GET", "photos", "a").refused(404, "NoSuchKey");
    // It is read as what it is.
    let user = owner.user("reader");
    owner.grant("reader", "Folder", &crate::kit::policy("Allow", "oss:GetObject", "acs:oss:*:*:photos/a/"));
    user.on_object("GET", "photos", "a/").refused(403, "AccessDenied");
}

#[test]
fn a_rule_that_mirrors_says_all_that_it_does() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    let rule = |redirect: &str| {
        let rule = format!(
            "<RoutingRule><RuleNumber>1</RuleNumber><Condition><HttpErrorCodeReturnedEquals>404</HttpErrorCodeReturnedEquals></Condition><Redirect><RedirectType>Mirror</RedirectType><MirrorURL>http://a.example/</MirrorURL>{redirect}</Redirect></RoutingRule>"
        );
        done(&put(
            &owner,
            &[("website", "")],
            &format!("<WebsiteConfiguration><RoutingRules>{rule}</RoutingRules></WebsiteConfiguration>"),
        ));
        get(&owner, "website")
    };
    let plain = rule("");
    let parts = ["PassQueryString", "MirrorPassQueryString", "MirrorFollowRedirect", "MirrorCheckMd5", "PassAll"];
    assert_eq!(parts.map(|part| element(&plain, part)), ["false", "false", "true", "false", "false"]);
    assert_eq!(element(&plain, "MirrorPassOriginalSlashes"), "false");
    assert_eq!(
        element(&rule("<MirrorPassOriginalSlashes>true</MirrorPassOriginalSlashes>"), "MirrorPassOriginalSlashes"),
        "true"
    );
    let alone = rule("<PassQueryString>true</PassQueryString>");
    assert_eq!(["PassQueryString", "MirrorPassQueryString"].map(|part| element(&alone, part)), ["true", "true"]);
    let other = rule("<PassQueryString>true</PassQueryString><MirrorPassQueryString>false</MirrorPassQueryString>");
    assert_eq!(element(&other, "PassQueryString"), "false");
    assert_eq!(element(&rule("<MirrorPassQueryString>true</MirrorPassQueryString>"), "PassQueryString"), "true");
}

#[test]
fn the_beginning_of_a_key_gives_way() {
    let emulator = start();
    let owner = Client::owner(&emulator);
    owner.make("photos");
    done(&owner.oss("PUT", Some("photos"), "", &[("acl", "")], &[("x-oss-acl", "public-read")], b""));
    let set = |condition: &str, redirect: &str| {
        let body = format!(
            "<WebsiteConfiguration><RoutingRules><RoutingRule><RuleNumber>1</RuleNumber><Condition>{condition}</Condition><Redirect><HostName>ex.com</HostName><Protocol>http</Protocol>{redirect}</Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>"
        );
        put(&owner, &[("website", "")], &body)
    };
    let begins = "<KeyPrefixEquals>old/</KeyPrefixEquals>";
    for (condition, redirect, location) in [
        (
            begins,
            "<ReplaceKeyPrefixWith>docs/</ReplaceKeyPrefixWith><EnableReplacePrefix>true</EnableReplacePrefix>",
            "docs/x",
        ),
        (begins, "<ReplaceKeyPrefixWith>docs/</ReplaceKeyPrefixWith>", "docs/x"),
        ("", "<ReplaceKeyPrefixWith>docs/</ReplaceKeyPrefixWith>", "docs/old/x"),
        (begins, "<EnableReplacePrefix>true</EnableReplacePrefix>", "x"),
        (begins, "<EnableReplacePrefix>false</EnableReplacePrefix>", "old/x"),
        (begins, "<ReplaceKeyWith>a/${key}.b</ReplaceKeyWith>", "a/old/x.b"),
        (begins, "<HttpRedirectCode>303</HttpRedirectCode>", "old/x"),
    ] {
        done(&set(condition, redirect));
        let sent = unsigned(&owner, "GET", "/photos/old/x", "");
        assert_eq!(header(&sent, "location"), format!("http://ex.com/{location}"), "{condition}{redirect}");
        assert_eq!(sent.status, if redirect.contains("303") { 303 } else { 302 });
    }
    // A rule makes no key that could not be one, however often it repeats what is visited.
    let repeated = |times: usize| format!("<ReplaceKeyWith>{}</ReplaceKeyWith>", "${key}".repeat(times));
    done(&set(begins, &repeated(170)));
    unsigned(&owner, "GET", &format!("/photos/old/{}", "x".repeat(1_000)), "").refused(404, "NoSuchKey");
    set(begins, &repeated(171)).refused(400, "InvalidArgument");
    let long = format!("<ReplaceKeyPrefixWith>{}</ReplaceKeyPrefixWith>", "a".repeat(1_024));
    set(begins, &long).refused(400, "InvalidArgument");
    let both = "<ReplaceKeyWith>a</ReplaceKeyWith><EnableReplacePrefix>true</EnableReplacePrefix>";
    set(begins, both).refused(400, "InvalidArgument");
    set(begins, "<HttpRedirectCode>200</HttpRedirectCode>").refused(400, "InvalidArgument");
}
