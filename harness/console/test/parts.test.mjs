// Parts of the page that need no browser, as the sources make them.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { part, src } from "./part.mjs";

const marked = ({ lines, first, marks: [{ line, column, width }] }) => lines[line - first].slice(column, column + width);

test("a caret stands under what it is about, however the document is written", async () => {
  const { excerpt } = await part("parts/excerpt.ts");
  const statement = { Effect: "Allow", Action: ["oss:GetObject", "oss:PutObject"], Resource: ["acs:oss:*:*:a", "acs:oss:*:*:b", "acs:oss:*:*:ü\"{["], Condition: {} };
  for (const space of [undefined, 2]) {
    for (const Statement of [[statement], [{ Effect: "Deny", Action: "*", Resource: "*" }, statement], statement]) {
      const text = JSON.stringify({ Version: "1", Statement }, null, space);
      const whole = JSON.stringify(statement, null, space);
      const start = space === undefined ? text.lastIndexOf(whole) : text.lastIndexOf("{", text.indexOf('"Allow"'));
      const end = space === undefined ? start + whole.length : text.lastIndexOf("}", text.length - 2);
      for (const piece of ['"oss:PutObject"', '"acs:oss:*:*:b"', JSON.stringify('acs:oss:*:*:ü"{['), '"Condition"']) {
        const from = text.indexOf(piece, start);
        const shown = excerpt(text, { start, end }, [{ start: from, end: from + piece.length }]);
        assert.equal(marked(shown), piece, `${space} ${text}`);
        // What is marked is seen without scrolling far.
        assert.ok(Math.max(...shown.lines.map((line) => line.length)) <= 80, shown.lines.join("\n"));
      }
      // A value that has others in it is marked where it begins.
      const from = text.indexOf('["acs:oss', start) < 0 ? text.indexOf("[", text.indexOf('"Resource"', start)) : text.indexOf('["acs:oss', start);
      assert.equal(marked(excerpt(text, { start, end }, [{ start: from, end: text.indexOf("]", from) + 1 }]))[0], "[");
    }
  }
  // What is no JSON is shown as well.
  const broken = `{"Effect": "Allow", "Action": ${"x".repeat(100)} "Resource": "unended`;
  assert.equal(marked(excerpt(broken, { start: 0, end: broken.length }, [{ start: 0, end: 1 }])), "{");
});

test("a call is told by the question that settled it", async () => {
  const { isDenied, outcome, settling, shortArn } = await part("parts/came.ts");
  const asked = (action, verdict) => ({ action, resource: "*", verdict });
  const call = (stage, ...decided) => ({ stage, decided });
  const denied = call("authorize", asked("oss:GetObject", "Allow"), asked("oss:PutObject", "ImplicitDeny"), asked("oss:PutObjectAcl", "ExplicitDeny"));
  assert.deepEqual([settling(denied).action, outcome(denied)], ["oss:PutObjectAcl", "ExplicitDeny"]);
  const fine = call("perform", asked("oss:GetObject", "Allow"), asked("oss:PutObject", "Allow"));
  assert.deepEqual([settling(fine).action, outcome(fine), isDenied(fine)], ["oss:GetObject", "Allow", false]);
  // One of two names of an action suffices: the call was not refused.
  const either = call("perform", asked("pai:A", "ImplicitDeny"), asked("pai:B", "Allow"));
  assert.equal(outcome(either), "Allow");
  const reported = { ...call("perform", asked("ram:ListUsers", "ImplicitDeny")), would_deny: true };
  assert.deepEqual([outcome(reported), isDenied(reported)], ["ImplicitDeny", true]);
  assert.equal(outcome(call("describe")), null);
  assert.equal(shortArn("acs:ram::1234567890123456:user/alice", 1), "user/alice");
  assert.equal(shortArn("acs:ram::1234567890123456:user/alice", 2), "1234567890123456:user/alice");
  assert.equal(shortArn("acslab: acs:ram::1234567890123456:user/alice", 1), "acslab: user/alice");
  assert.equal(shortArn("acs:oss:*:*:photos/a.jpg", 1), "photos/a.jpg");
  assert.equal(shortArn("*", 1), "*");
});

test("what is of another cloud is shown apart, and an inner call under the call of its own cloud", async () => {
  // What a page has, as far as a module looks at it when it is loaded.
  Object.assign(globalThis, { location: { hash: "", pathname: "/" }, sessionStorage: { getItem: () => null } });
  const { rows } = await part("parts/feed.ts");
  const decision = (event, request_id, cause = null) => ({ event, request_id, cause, operation: event });
  const all = [decision("a.0.0", "in", "out"), decision("a.0.1", "out"), decision("a.1.2", "in", "out"), decision("a.1.3", "out"), decision("b.0.0", "out")];
  const shown = rows(all, () => true).map(({ decision, depth, inner, earlier }) => [decision.event, depth, inner, earlier]);
  assert.deepEqual(shown, [
    ["b.0.0", 0, 0, false],
    ["a.1.3", 0, 1, true],
    ["a.1.2", 1, 0, true],
    ["a.0.1", 0, 1, true],
    ["a.0.0", 1, 0, true],
  ]);
});

test("what is said in Chinese has its punctuation", async () => {
  const { readFileSync, readdirSync } = await import("node:fs");
  const files = [...readdirSync(src), ...readdirSync(join(src, "pages")).map((name) => `pages/${name}`), ...readdirSync(join(src, "parts")).map((name) => `parts/${name}`)];
  for (const name of files.filter((name) => /\.tsx?$/.test(name))) {
    for (const [index, line] of readFileSync(join(src, name), "utf8").split("\n").entries()) {
      if (/^\s*(\/\/|\*|\/\*)/.test(line)) continue;
      const found = /[\u4e00-\u9fff”“」][,:;?!()]|[,;?!(][\u4e00-\u9fff]/.exec(line.replace(/\[\\u[^\]]*\]/g, ""));
      assert.equal(found?.[0], undefined, `${name}:${index + 1}: ${line.trim()}`);
    }
  }
});

test("whatever is other in two states is told, and nothing that is not", async () => {
  // The page's settings ask for the language.
  Object.defineProperty(globalThis, "localStorage", { value: { getItem: (name) => (name === "acslab.language" ? "en" : null) }, configurable: true });
  const { changes } = await part("parts/changes.ts");
  const bucket = { region: "cn-hangzhou", acl: "private", policy: null, tags: {}, public_access_blocked: true };
  const user = { groups: [], policies: [], access_keys: { active: 1, inactive: 0 } };
  const trust = { Version: "1", Statement: [{ Effect: "Allow", Principal: { RAM: ["acs:ram::1:root"] }, Action: "sts:AssumeRole" }] };
  const role = { trust, policies: [], service_linked: null, max_session_duration: 3600 };
  const base = { account_id: "1", activated: [], users: { ann: user }, groups: {}, roles: { r: role }, policies: {}, buckets: { logs: bucket }, workspaces: {}, resource_groups: {}, permissions: {} };
  const guard = { name: "guard", type: "Custom" };
  const directory = (control_policies) => ({ control: "enabled", control_policies: {}, folders: {}, members: { dev: { folder: "root", type: "ResourceAccount", control_policies, administers: [] } } });
  const told = (change, from = {}) => {
    const state = (more) => ({ accounts: { shop: { ...base, ...more } } });
    return changes(state(from), state(change)).map((word) => `${word.come === null ? "~" : word.come ? "+" : "-"} ${word.text}`);
  };
  const one = (more) => ({ buckets: { logs: { ...bucket, ...more } } });
  assert.deepEqual(told({}), []);
  assert.deepEqual(told(one({ object_acls: { "k.txt": "public-read" } })), ["+ Bucket logs, ACL of object k.txt: public-read"]);
  assert.deepEqual(told(one({ object_tags: { k: { a: "b" } } })), ["+ Bucket logs, tags of object k a: b"]);
  const point = { origin: "internet", public_access_blocked: true, policy: trust };
  assert.deepEqual(told(one({ access_points: { ap: point } })).map((text) => text.slice(0, 44)), ["+ Bucket logs, access point ap network origin", "+ Bucket logs, access point ap block public a", "+ Bucket logs, access point ap policy: {\"Vers"].map((text) => text.slice(0, 44)));
  assert.deepEqual(told(one({ settings: { requestPayment: { name: "x" } } })).length, 1);
  assert.deepEqual(told({ users: { ann: { ...user, access_keys: { active: 0, inactive: 1 } } } }), ["~ RAM user ann, active access keys: 0, was 1"]);
  const other = { ...trust, Statement: [] };
  const [text] = told({ roles: { r: { ...role, trust: other } } });
  assert.ok(text.includes(JSON.stringify(other)) && text.includes(JSON.stringify(trust)), text);
  assert.deepEqual(told({ resource_directory: directory([]) }, { resource_directory: directory([guard]) }), ["- Resource directory member dev control policies: custom policy guard"]);
  assert.deepEqual(told({ security_preference: { manage_access_keys: true } }), ["+ Security preference users may manage their access keys: true"]);
});

test("what relates to itself does so once, and a role's identity provider is there", async () => {
  const { relations, mayAssume } = await part("parts/relations.ts");
  const trust = (Principal) => ({ Statement: [{ Effect: "Allow", Principal }] });
  const empty = { activated: [], users: {}, groups: {}, policies: {}, buckets: {}, workspaces: {}, resource_groups: {} };
  const roles = {
    ops: { trust: trust({ RAM: ["acs:ram::1:root"] }), policies: [], service_linked: null },
    ci: { trust: trust({ Federated: ["acs:ram::1:oidc-provider/github"] }), policies: [], service_linked: null },
  };
  const permissions = { "role/ops": [{ action: "sts:AssumeRole", resource: "acs:ram::1:role/ops", verdict: "Allow" }] };
  const state = { accounts: { company: { ...empty, account_id: "1", roles, permissions, identity_providers: { oidc: { github: {} } } } } };
  const graph = relations(state, mayAssume(state));
  assert.equal(graph.of.get("company/role:ops").filter((one) => one.kind === "assumes").length, 1);
  const told = graph.of.get("company/role:ci").map((one) => `${one.kind} ${one.to}`);
  assert.ok(told.includes("trusts company/identity-provider:github"), told.join());
});
