//! Alias, password policy, security preference.

use serde_json::json;

use crate::kit::{self, Client};

#[test]
fn an_alias_is_set_changed_and_cleared() {
    let cloud = kit::builder().account("one", "1111111111111111").account("two", "2222222222222222").start().unwrap();
    let (one, two) = (Client::owner_of(&cloud, 0), Client::owner_of(&cloud, 1));
    let alias = |of: &Client<'_>| of.ram("GetAccountAlias", &[]).ok()["AccountAlias"].clone();
    let set = |of: &Client<'_>, alias: &str| of.ram("SetAccountAlias", &[("AccountAlias", alias)]);
    assert_eq!(alias(&one), "1111111111111111");
    set(&one, "my-company").ok();
    assert_eq!(alias(&one), "my-company");
    set(&one, "my-company").ok();
    set(&two, "my-company").refused(409, "EntityAlreadyExists.AccountAlias");
    set(&two, "1111111111111111").refused(409, "EntityAlreadyExists.AccountAlias");
    assert_eq!(alias(&two), "2222222222222222");
    set(&one, "other").ok();
    set(&two, "my-company").ok();
    one.ram("ClearAccountAlias", &[]).ok();
    assert_eq!(alias(&one), "1111111111111111");
    one.ram("ClearAccountAlias", &[]).ok();
    set(&two, "other").ok();
}

#[test]
fn an_alias_has_a_form() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let long = "a".repeat(33);
    for (alias, code) in [
        ("", "MissingAccountAlias"),
        ("ab", "InvalidParameter.AccountAlias.Length"),
        (long.as_str(), "InvalidParameter.AccountAlias.Length"),
        ("Company", "InvalidParameter.AccountAlias.Format"),
        ("-company", "InvalidParameter.AccountAlias.Format"),
        ("company-", "InvalidParameter.AccountAlias.Format"),
        ("my--company", "InvalidParameter.AccountAlias.Format"),
        ("my_company", "InvalidParameter.AccountAlias.Format"),
    ] {
        owner.ram("SetAccountAlias", &[("AccountAlias", alias)]).refused(400, code);
    }
}

#[test]
fn a_role_s_principal_name_carries_the_alias() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let document = kit::trust("Service", "ecs.aliyuncs.com");
    owner.ram("CreateRole", &[("RoleName", "r"), ("AssumeRolePolicyDocument", &document)]).ok();
    owner.ram("SetAccountAlias", &[("AccountAlias", "company")]).ok();
    let role = owner.ram("GetRole", &[("RoleName", "r")]).ok();
    assert_eq!(role["Role"]["RolePrincipalName"], "r@role.company.onaliyunservice.com");
}

#[test]
fn a_password_policy_is_changed_in_part() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let mut expected = json!({
        "MinimumPasswordLength": 8, "RequireLowercaseCharacters": false, "RequireUppercaseCharacters": false,
        "RequireNumbers": false, "RequireSymbols": false, "HardExpiry": false, "MaxPasswordAge": 0,
        "PasswordReusePrevention": 0, "MaxLoginAttemps": 0,
    });
    assert_eq!(owner.ram("GetPasswordPolicy", &[]).ok()["PasswordPolicy"], expected);
    let set = owner.ram("SetPasswordPolicy", &[("MinimumPasswordLength", "12"), ("RequireSymbols", "true")]).ok();
    expected["MinimumPasswordLength"] = json!(12);
    expected["RequireSymbols"] = json!(true);
    assert_eq!(set["PasswordPolicy"], expected);
    owner.ram("SetPasswordPolicy", &[("MaxLoginAttemps", "5"), ("RequireSymbols", "false")]).ok();
    expected["MaxLoginAttemps"] = json!(5);
    expected["RequireSymbols"] = json!(false);
    assert_eq!(owner.ram("GetPasswordPolicy", &[]).ok()["PasswordPolicy"], expected);
    for length in ["7", "33", "long"] {
        owner
            .ram("SetPasswordPolicy", &[("MinimumPasswordLength", length), ("RequireNumbers", "true")])
            .refused(400, "InvalidParameter.MinimumPasswordLength.Range");
    }
    owner
        .ram("SetPasswordPolicy", &[("RequireNumbers", "maybe")])
        .refused(400, "InvalidParameter.RequireNumbers.Format");
    owner.ram("SetPasswordPolicy", &[("MaxPasswordAge", "-1")]).refused(400, "InvalidParameter.MaxPasswordAge");
    assert_eq!(owner.ram("GetPasswordPolicy", &[]).ok()["PasswordPolicy"], expected);
}

#[test]
fn a_security_preference_is_changed_in_part() {
    let cloud = kit::start();
    let owner = Client::owner(&cloud);
    let mut expected = json!({
        "LoginProfilePreference": {
            "AllowUserToChangePassword": true, "EnableSaveMFATicket": false, "LoginNetworkMasks": "",
            "LoginSessionDuration": 6,
        },
        "AccessKeyPreference": {"AllowUserToManageAccessKeys": false},
        "MFAPreference": {"AllowUserToManageMFADevices": true},
        "PublicKeyPreference": {"AllowUserToManagePublicKeys": false},
    });
    let got = || owner.ram("GetSecurityPreference", &[]).ok()["SecurityPreference"].clone();
    assert_eq!(got(), expected);
    let masks = "10.0.0.0/8;192.168.0.1;2001:db8::/32";
    let all = [("AllowUserToManageAccessKeys", "true"), ("LoginNetworkMasks", masks), ("LoginSessionDuration", "24")];
    let set = owner.ram("SetSecurityPreference", &all).ok();
    expected["AccessKeyPreference"]["AllowUserToManageAccessKeys"] = json!(true);
    expected["LoginProfilePreference"]["LoginNetworkMasks"] = json!(masks);
    expected["LoginProfilePreference"]["LoginSessionDuration"] = json!(24);
    assert_eq!(set["SecurityPreference"], expected);
    let many = ["10.0.0.1"; 41].join(";");
    for (masks, suffix) in [("10.0.0.0/33", "Format"), ("office", "Format"), (many.as_str(), "Length")] {
        owner
            .ram("SetSecurityPreference", &[("LoginNetworkMasks", masks)])
            .refused(400, &format!("InvalidParameter.LoginNetworkMasks.{suffix}"));
    }
    owner
        .ram("SetSecurityPreference", &[("LoginSessionDuration", "25")])
        .refused(400, "InvalidParameter.LoginSessionDuration");
    assert_eq!(got(), expected);
    owner.ram("SetSecurityPreference", &[("LoginNetworkMasks", "")]).ok();
    expected["LoginProfilePreference"]["LoginNetworkMasks"] = json!("");
    assert_eq!(got(), expected);
}
