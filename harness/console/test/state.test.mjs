// State shows all that a state has: each field of it is named by the sources of the control surface.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { browser, open, picture, root, serve } from "./rig.mjs";

let cloud, chrome;
before(async () => {
  [cloud, chrome] = await Promise.all([serve(), browser()]);
});
after(async () => {
  await chrome?.close();
  await cloud?.stop();
});

let count = 0;
/** A value that is nowhere else. */
const one = (what) => `${what}-${++count}`;
const document = (what) => ({ Version: "1", Statement: [{ Effect: "Allow", Action: one(what), Resource: one(what) }] });
const attachment = (what) => ({ name: one(what), type: "Custom", version: "v1", resource_group: one("for") });

const FULL = {
  account_id: "1234567890123456",
  activated: [one("service")],
  users: {
    [one("user")]: {
      user_id: one("id"),
      groups: [one("group")],
      policies: [attachment("policy")],
      access_keys: { active: 3, inactive: 7 },
      access_key_policies: [document("network")],
      console_password: true,
      console_mfa: true,
      tags: { [one("tag")]: one("value") },
    },
  },
  groups: { [one("group")]: { members: [one("member")], policies: [attachment("policy")] } },
  roles: {
    [one("role")]: { trust: document("trust"), policies: [attachment("policy")], service_linked: one("linked"), max_session_duration: 4711, tags: { [one("tag")]: one("value") } },
  },
  policies: { [one("custom")]: { default_version: "v2", versions: { v1: document("old"), v2: document("new") }, tags: { [one("tag")]: one("value") } } },
  system_policies: { [one("system")]: { version: one("version"), text: document("system") } },
  access_key_policies: { account: [document("network")], owner: [document("network")] },
  resource_groups: { [one("resourcegroup")]: { display_name: one("display"), tags: { [one("tag")]: one("value") }, resources: [one("resource")] } },
  identity_providers: {
    oidc: { [one("oidc")]: { issuer_url: one("issuer"), client_ids: [one("client")], fingerprints: [one("finger")], issuance_limit_hours: 5813 } },
    saml: { [one("saml")]: { metadata_sha256: one("sha") } },
    user_sso: { with_domain: true, metadata_sha256: one("sha") },
  },
  security_preference: {
    change_password: true,
    manage_access_keys: true,
    manage_mfa_devices: true,
    manage_public_keys: true,
    manage_personal_ding_talk: true,
    manage_service_credentials: true,
    save_mfa_ticket: true,
    mfa_for_login: one("mfa"),
    risk_login: one("risk"),
    login_with_passkey: true,
    login_network_masks: one("mask"),
    login_session_hours: 6521,
    idle_days_of_users: 7331,
    idle_days_of_access_keys: 8443,
    verification_types: [one("verification")],
  },
  resource_directory: {
    control: "enabled",
    control_policies: { [one("control")]: { effect_scope: one("scope"), document: document("control") } },
    folders: { [one("folder")]: { control_policies: [{ name: one("attached"), type: "Custom" }] } },
    members: { [one("membername")]: { folder: one("in"), type: one("kind"), control_policies: [{ name: one("attached"), type: "Custom" }], administers: [one("administers")] } },
  },
  public_access_blocked: true,
  buckets: {
    [one("bucket")]: {
      region: one("region"),
      acl: one("acl"),
      policy: document("bucketpolicy"),
      public_access_blocked: true,
      access_points: { [one("point")]: { origin: one("origin"), policy: document("point"), public_access_blocked: true } },
      tags: { [one("tag")]: one("value") },
      object_acls: { [one("object")]: one("acl") },
      object_tags: { [one("object")]: { [one("tag")]: one("value") } },
      retention: { days: 9551, locked: true },
      settings: { referer: one("setting") },
    },
  },
  log_projects: { [one("project")]: { policy: document("project"), tags: { [one("tag")]: one("value") } } },
  records: { [one("record")]: { [one("tag")]: one("value") } },
  workspaces: { [one("workspace")]: { members: { [one("user/member")]: [one("workspacerole")] }, entities: { [one("entity")]: { accessibility: one("seen"), creator: one("user/maker") } } } },
  strict_workspace_roles: true,
  permissions: {},
};

/** The texts and numbers of a state, and the names in it that somebody gave. */
function* told(value) {
  if (typeof value === "string" || typeof value === "number") yield String(value);
  else if (typeof value === "object" && value !== null)
    for (const [name, inner] of Object.entries(value)) {
      if (/-\d+$/.test(name)) yield name;
      yield* told(inner);
    }
}

/** Flags have no value of their own: their words stand there. */
const FLAGS = ["Public access to all buckets is blocked", "password for the console", "users may change their passwords", "users may log on with a passkey", "a logon with MFA is remembered", "users are named with their domain", "locked", "enabled", "7 disabled"];

test("each field that a state can have is on the page", async () => {
  const sources = ["model", "stores", "preference"].map((name) => readFileSync(join(root, `emulator/src/control/state/${name}.rs`), "utf8")).join("\n");
  const fields = [...sources.matchAll(/^ {4}pub (\w+):/gm)].map(([, name]) => name);
  assert.ok(fields.length > 60, `${fields.length}`);
  // Whole states, what answers a question, and what is called `type` outside.
  const other = ["accounts", "kind", "action", "resource", "verdict", "conditions"];
  const text = JSON.stringify(FULL);
  assert.deepEqual(fields.filter((name) => !other.includes(name) && !text.includes(`"${name}"`)), [], "the state of this test lacks fields");

  const { page, close } = await open(chrome, cloud);
  await page.route("**/_acslab/state", (route) => route.fulfill({ json: { accounts: { company: FULL } } }));
  await page.evaluate(() => (location.hash = "#/state"));
  await page.getByRole("heading", { name: /company/ }).waitFor();
  const shown = await page.locator("main").evaluate((main) => main.textContent);
  const missing = [...new Set(told(FULL))].filter((value) => !["Custom", "1", "Allow", "v1", "3", "7"].includes(value) && !shown.includes(value) && !shown.includes(value.replace("4711", "4,711")));
  assert.deepEqual(missing, []);
  assert.deepEqual(FLAGS.filter((flag) => !shown.includes(flag)), []);
  await picture(page, "state-full");
  await close();
});
