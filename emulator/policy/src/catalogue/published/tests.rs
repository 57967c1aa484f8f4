use super::super::Names;
use super::*;

#[test]
fn every_line_of_the_data_is_of_a_known_form() {
    for file in FILES {
        let mut in_service = false;
        for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', ' '])) {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            in_service |= word == "service";
            assert!(in_service, "{line}");
            let known =
                matches!(word, "service" | "also" | "arn" | "on" | "operation" | "alternative" | "key" | "escalates:");
            assert!(known && !rest.is_empty(), "{line}");
        }
    }
}

#[test]
fn services_are_read_and_consistent() {
    let catalogue = Catalogue::published();
    assert!(catalogue.codes().count() > 120);
    for code in catalogue.codes() {
        let service = catalogue.service(code).unwrap();
        assert_eq!(service.code(), code);
        assert_eq!(code, code.to_ascii_lowercase());
        assert!(!service.title().is_empty(), "{code}");
        for pair in service.actions().windows(2) {
            assert!(!pair[0].name().eq_ignore_ascii_case(pair[1].name()), "{code}:{} twice", pair[0].name());
        }
        for action in service.actions() {
            assert_eq!(service.action(action.name()).map(KnownAction::name), Some(action.name()));
            let shapes = action.resources();
            assert!(
                !shapes.is_published() || shapes.has_all() || !shapes.arns().is_empty(),
                "{code}:{}",
                action.name()
            );
            assert!(service.operation(action.name()).is_none(), "{code}:{} is an action", action.name());
        }
    }
    // A kind of resource that no `arn` line declares would vanish: each `on` line keeps as many as it names.
    for file in FILES {
        for block in blocks(file) {
            let declared: Vec<&str> = block
                .lines()
                .filter_map(|line| line.strip_prefix("arn "))
                .filter_map(|line| line.split(' ').next())
                .collect();
            for line in block.lines().filter_map(|line| line.strip_prefix("on ")) {
                for kind in line.split_once(':').unwrap().0.split([',', ' ']).filter(|kind| !["", "|"].contains(kind)) {
                    let kind = kind.trim_end_matches("/*");
                    assert!(["?", "*"].contains(&kind) || declared.contains(&kind), "{kind} in {line}");
                }
            }
        }
    }
}

/// A code stands in one place, and what stands for another one is none itself.
#[test]
fn codes_are_listed_once() {
    let catalogue = Catalogue::published();
    let mut codes: Vec<&str> = catalogue.all_codes().collect();
    assert!(codes.len() > 500);
    codes.sort_unstable();
    for pair in codes.windows(2) {
        assert_ne!(pair[0], pair[1]);
    }
    for code in codes {
        assert!(catalogue.has_code(code) && catalogue.has_code(&code.to_ascii_uppercase()), "{code}");
        assert_eq!(code, code.to_ascii_lowercase());
        let own = catalogue.code_of(code).unwrap_or(code);
        assert_eq!(own, code, "`{code}` is a code and a word for `{own}`");
    }
    assert!(!catalogue.has_code("ack") && !catalogue.has_code(""));
}

#[test]
fn what_is_known_of_some_actions() {
    let catalogue = Catalogue::published();
    let oss = catalogue.service("OSS").unwrap();
    assert_eq!((oss.title(), oss.names()), ("Object Storage Service", Names::Complete));
    let get = oss.action("getobject").unwrap();
    assert_eq!(get.name(), "GetObject");
    assert_eq!(get.resources().arns().first().unwrap().to_string(), "acs:oss:*:*:<bucket>/<object>");
    assert_eq!(oss.operation("HeadObject"), Some(&["GetObject"][..]));
    assert!(oss.action("HeadObject").is_none());
    assert_eq!(catalogue.carries("oss:prefix", oss, get), Carried::Never);
    assert_eq!(catalogue.carries("oss:Prefix", oss, oss.action("ListObjects").unwrap()), Carried::May);
    assert_eq!(catalogue.carries("acs:ResourceTag/team", oss, get), Carried::Never);
    assert_eq!(catalogue.carries("oss:BucketTag/team", oss, get), Carried::May);
    assert_eq!(catalogue.carries("oss:SomethingNew", oss, get), Carried::Unknown);

    let ecs = catalogue.service("ecs").unwrap();
    assert_eq!(catalogue.carries("oss:Prefix", ecs, ecs.action("StopInstance").unwrap()), Carried::Never);
    assert_eq!(catalogue.carries("acs:ResourceTag/team", ecs, ecs.action("StopInstance").unwrap()), Carried::May);
    assert_eq!(catalogue.carries("acs:ResourceTag/team", ecs, ecs.action("DescribeDisks").unwrap()), Carried::Never);
    assert_eq!(catalogue.carries("acs:Service", ecs, ecs.action("StopInstance").unwrap()), Carried::Never);

    let ram = catalogue.service("ram").unwrap();
    assert!(ram.action("PassRole").unwrap().escalates());
    assert!(!ram.action("ListUsers").unwrap().escalates());
    let slb = catalogue.service("slb").unwrap();
    assert_eq!(slb.names(), Names::Operations);
    assert_eq!(catalogue.service("ots").unwrap().names(), Names::Partial);
    // A tag key of another service may be filled, and so may what nobody lists.
    assert_eq!(catalogue.carries("ecs:tag/team", slb, slb.action("SetBackendServers").unwrap()), Carried::Unknown);

    let dsw = catalogue.service("paidsw").unwrap();
    assert_eq!(dsw.alternative("CreateInstance").unwrap().len(), 2);
    assert_eq!(catalogue.code_of("sls"), Some("log"));
    assert_eq!(catalogue.code_of("pai-dlc"), Some("paidlc"));
    assert_eq!(catalogue.code_of("ack"), Some("cs"));
    assert_eq!(catalogue.code_of("Bailian"), Some("sfm"));
    assert_eq!(catalogue.code_of("nothing"), None);
    assert!(catalogue.services_with("DescribeInstances").iter().any(|service| service.code() == "ecs"));
    assert_eq!(catalogue.key("acs:sourceip"), Some((KeyClass::Ip, Presence::Always)));
    assert_eq!(catalogue.key("acs:Service"), Some((KeyClass::String, Presence::Depends)));
    assert_eq!(catalogue.key("pai:Accessibility"), Some((KeyClass::String, Presence::Unreliable)));
    assert!(catalogue.keys_like("acs:SourceIP4").contains(&"acs:SourceIp"));
    assert!(catalogue.bucket_policies_lack("acs:PrincipalArn"));
}

#[test]
fn patterns_meet_where_a_text_fits_both() {
    for (one, other, both) in [
        ("oss:Get*", "oss:*Object", true),
        ("oss:Get*", "oss:Put*", false),
        ("*", "ram:GetUser", true),
        ("oss:Get?", "oss:Gets", true),
        ("oss:GetObject", "OSS:getobject", true),
        ("a*b", "a", false),
        ("", "*", true),
    ] {
        assert_eq!((patterns_meet(one, other), patterns_meet(other, one)), (both, both), "{one} {other}");
    }
}
