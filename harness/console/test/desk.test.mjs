// State, Playground, Scenarios and Map: what they show, and what they do with what is wrong.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { become, browser, control, go, open, picture, program, root, serve, signer } from "./rig.mjs";

let cloud, chrome;
before(async () => {
  [cloud, chrome] = await Promise.all([serve(), browser()]);
});
after(async () => {
  await chrome?.close();
  await cloud?.stop();
});

test("two moments are compared in words, and a checkpoint is gone back to", async () => {
  const { page, close } = await open(chrome, cloud, { at: "#/state" });
  await page.getByLabel("Name", { exact: true }).fill("before");
  await page.getByRole("button", { name: "Save this moment" }).click();
  await page.getByText("Saved as before.").waitFor();
  const owner = await signer(cloud);
  await owner("CreateUser", { UserName: "alice" });
  await owner("AttachPolicyToUser", { UserName: "alice", PolicyType: "System", PolicyName: "AliyunOSSReadOnlyAccess" });
  await page.getByLabel("Compare with now").selectOption("before");
  await page.getByRole("button", { name: "Compare" }).click();
  const differences = page.getByRole("region", { name: "Differences" });
  await differences.getByText("RAM user alice is new").waitFor();
  await differences.getByText("RAM user alice has system policy AliyunOSSReadOnlyAccess").waitFor();
  await picture(page, "state-compared");
  await page.getByRole("button", { name: "Go back to it" }).click();
  // One slip does not take away what everybody did.
  assert.ok("alice" in (await control(cloud, "POST", "state", {})).accounts.company.users);
  await page.getByRole("dialog").getByRole("button", { name: "Yes, back to before" }).click();
  await page.getByText("The cloud is as it was at before.").waitFor();
  assert.equal(await differences.count(), 0, "what was compared is of another cloud");
  assert.deepEqual((await control(cloud, "POST", "state", {})).accounts.company.users, {});
  for (const [offered, name] of [["before-2", "mine"], ["before-2", ""], ["before-3", ""]]) {
    await page.getByRole("button", { name: "Fork", exact: true }).first().click();
    const field = page.getByRole("dialog").getByLabel("Name of the fork");
    assert.equal(await field.inputValue(), offered);
    if (name !== "") await field.fill(name);
    await page.getByRole("button", { name: "Make the fork" }).click();
    await page.getByRole("cell", { name: name || offered, exact: true }).waitFor();
  }
  // What is no name is said before it is asked.
  await page.getByLabel("Name", { exact: true }).fill("坏/名 字");
  await page.getByText("A checkpoint's name has 1 to 64 letters").waitFor();
  assert.equal(await page.getByRole("button", { name: "Save this moment" }).isDisabled(), true);
  for (const bad of ["1e9", "1.5", "99999999999999999999"]) {
    await page.getByLabel("Seconds").fill(bad);
    assert.equal(await page.getByRole("button", { name: "Move it" }).isDisabled(), true, bad);
  }
  // The clock and a quota by hand.
  const time = await page.locator(".clock").innerText();
  await page.getByRole("button", { name: "A day" }).click();
  await page.waitForFunction((old) => document.querySelector(".clock").textContent !== old, time);
  await page.getByLabel("Quota", { exact: true }).fill("Users");
  await page.getByLabel("At most").fill("3");
  await page.getByRole("button", { name: "Set", exact: true }).click();
  await page.waitForTimeout(300);
  assert.equal((await control(cloud, "GET", "quotas")).quotas.Users, 3);
  await close();
});

test("what the linter finds is said in Chinese, whatever rule found it", async () => {
  const rules = JSON.parse(execFileSync(program, ["lint", "--rules", "--format", "json"], { encoding: "utf8" }));
  const said = readFileSync(join(root, "harness/console/src/rules.ts"), "utf8");
  assert.ok(rules.length > 60);
  for (const { id } of rules) assert.match(said, new RegExp(`^  "?${id}"?: \\[`, "m"), id);
  const { page, close } = await open(chrome, cloud, { at: "#/playground", language: "zh" });
  await page.locator(".editor .cm-content").first().click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText('{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}');
  await page.locator(".findings").getByText("允许一切").first().waitFor();
  await close();
});

test("a policy is edited: linted, completed, judged as one types, and shared by a link", async () => {
  const { page, close } = await open(chrome, cloud, { at: "#/playground" });
  const verdict = page.getByRole("heading", { name: /^Verdict/ });
  await verdict.getByText("Allowed").waitFor();
  const editor = page.locator(".editor .cm-content").first();
  await editor.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText('{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:ListObjects", "Resource": "acs:oss:*:*:photos/*"}]}');
  await verdict.getByText("Denied: nothing allows it").waitFor();
  await page.locator(".findings").getByText("resource-never-matches").waitFor();
  await picture(page, "playground-lint");
  // Completion from the catalogue.
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText('{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "", "Resource": "*"}]}');
  for (let left = 0; left < '", "Resource": "*"}]}'.length; left += 1) await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("oss:GetObj");
  await page.locator(".cm-tooltip-autocomplete").getByText("oss:GetObject", { exact: true }).waitFor();
  await picture(page, "playground-completion");
  await page.locator(".cm-tooltip-autocomplete").getByText("oss:GetObject", { exact: true }).click();
  await verdict.getByText("Allowed").waitFor();
  // A second version beside it.
  await page.getByRole("button", { name: "Compare with a second version" }).click();
  await page.getByText("Both allow the same.").waitFor();
  await page.locator(".editor .cm-content").nth(1).click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText('{"Version": "1", "Statement": [{"Effect": "Allow", "Action": ["oss:GetObject", "oss:PutObject"], "Resource": "*"}]}');
  await page.getByText("Only the second allows").waitFor();
  await picture(page, "playground-diff");
  await page.getByRole("button", { name: "Share by a link" }).click();
  await page.getByText(/The link is in/).waitFor();
  const address = page.url();
  assert.match(address, /#\/playground\/[\w-]{100,}/);
  const other = await open(chrome, cloud);
  await go(other.page, new URL(address).hash);
  await other.page.getByText("Only the second allows").waitFor();
  await go(other.page, "#/playground/nonsense!");
  await other.page.getByText("This link cannot be read.").waitFor();
  await other.close();
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as a scenario" }).click()]);
  const text = readFileSync(await download.path(), "utf8");
  assert.match(text, /title: "Does a policy allow oss:GetObject"[\s\S]*document: \{"Version":"1"/);
  await close();
});

test("only what counts together is offered, what is asked is saved, and each policy is compared with a second version", async () => {
  const { page, close } = await open(chrome, cloud, { at: "#/playground" });
  const verdict = page.getByRole("heading", { name: /^Verdict/ });
  await verdict.getByText("Allowed").waitFor();
  const add = page.getByLabel("Add a policy");
  const kinds = () => add.locator("option").allInnerTexts();
  const [save, compare] = ["Save as a scenario", "Compare with a second version"].map((name) => page.getByRole("button", { name }));
  const all = ["choose a kind", "Identity policy", "Identity policy, in the resource's group", "Session policy", "Control policy", "Bucket policy", "Trust policy"];
  assert.deepEqual(await kinds(), all);
  /** Saves what is there, and replays it: the verdict of the page is what the scenario expects. */
  const replayed = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), save.click()]);
    const folder = mkdtempSync(join(tmpdir(), "playground-"));
    const file = join(folder, `${name}.yaml`);
    await download.saveAs(file);
    const text = readFileSync(file, "utf8");
    // In CI nothing is accepted that has no snapshot yet.
    const { CI, ...env } = process.env;
    execFileSync(program, ["run", file], { cwd: folder, env, stdio: "pipe" });
    // It does expect that verdict: with another one it fails.
    const other = text.replace(/decision.verdict: \w+/, (said) => (said.endsWith("Allow") ? "decision.verdict: ImplicitDeny" : "decision.verdict: Allow"));
    writeFileSync(file, other);
    assert.throws(() => execFileSync(program, ["run", file], { cwd: folder, stdio: "pipe" }), /./, name);
    rmSync(folder, { recursive: true });
    return text;
  };

  // What is attached in the resource's group counts beside what is attached in the account.
  const action = page.getByLabel("Action", { exact: true });
  await action.fill("oss:DeleteObject");
  await verdict.getByText("Denied: nothing allows it").waitFor();
  await add.selectOption("Identity policy, in the resource's group");
  await verdict.getByText("Allowed").waitFor();
  assert.match(await replayed("group"), /resource_group[\s\S]*decision.verdict: Allow/);
  await page.getByRole("button", { name: "Take it away" }).click();
  await action.fill("oss:GetObject");
  await verdict.getByText("Allowed").waitFor();

  // A key with two values, and a caller who is no user.
  const keys = page.getByLabel("Condition keys, KEY=VALUE a line");
  await keys.fill("acs:SourceIp=10.0.0.1\nacs:SourceIp=10.0.0.2");
  await page.getByLabel("Caller").fill("acs:ram::1234567890123456:role/ops");
  await page.waitForTimeout(600);
  assert.match(await replayed("role"), /"acs:SourceIp":\["10.0.0.1","10.0.0.2"\]/);
  await keys.fill("");
  await page.getByLabel("Caller").fill("acs:ram::1234567890123456:user/bob");
  await page.waitForTimeout(600);
  const text = await replayed("bob");
  assert.match(text, /users:\n {4}"bob":[\s\S]*expect: \{success: \{decision.verdict: Allow\}\}[\s\S]*- of: "bob"/);
  assert.doesNotMatch(text, /alice/);

  // Of a session's policies there is one, and a bucket's or a trust policy.
  await add.selectOption("Session policy");
  await page.getByRole("button", { name: /^session-2/ }).waitFor();
  await page.waitForTimeout(600);
  assert.match(await replayed("session"), /"session":/);
  assert.deepEqual(await kinds(), all.filter((kind) => kind !== "Session policy"));
  await add.selectOption("Bucket policy");
  assert.deepEqual(await kinds(), all.slice(0, 3).concat("Control policy"));
  await page.waitForTimeout(600);
  assert.match(await replayed("bucket"), /"bucket":/);
  // The one that is there may become the other.
  assert.deepEqual(await page.getByLabel("Kind").locator("option").allInnerTexts(), ["Identity policy", "Identity policy, in the resource's group", "Control policy", "Bucket policy", "Trust policy"]);

  // The policy that is shown is compared, a bucket's for the caller; both say what they say to the request.
  await compare.click();
  await page.getByText("Both allow the same.").waitFor();
  await page.getByText("As far as they speak of acs:ram::1234567890123456:user/bob.").waitFor();
  await page.locator(".versions .cm-content").nth(1).click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText('{"Version": "1", "Statement": [{"Effect": "Deny", "Principal": ["*"], "Action": "oss:*", "Resource": "*"}]}');
  await page.getByText("Only the first allows").waitFor();
  await page.locator(".says", { hasText: "The first version says" }).getByText("Allowed").waitFor();
  await page.locator(".says", { hasText: "The second version says" }).getByText("Denied explicitly").waitFor();
  const boxes = await page.locator(".versions > div").evaluateAll((both) => both.map((one) => one.getBoundingClientRect().left));
  assert.ok(boxes[1] > boxes[0], "side by side");
  await picture(page, "playground-two-versions");
  // Of another one that is shown nothing is compared until somebody asks.
  await page.getByRole("button", { name: /^mine/ }).click();
  assert.equal(await page.locator(".versions").count(), 0);
  await page.getByRole("button", { name: "Take it away" }).click();
  await page.getByRole("button", { name: /^bucket-3/ }).click();
  await page.locator(".versions").waitFor();
  // What is no policy has no verdict, and nothing to save.
  await page.locator(".versions .cm-content").first().click();
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText("{");
  await page.getByText(/cannot save it as a scenario: there is no verdict/).waitFor();
  assert.equal(await save.isDisabled(), true);

  // Nor does a link bring what is not offered.
  const packed = await page.evaluate(async () => {
    const policy = { kind: "Session", name: "s", text: "{}" };
    const bytes = new TextEncoder().encode(JSON.stringify({ policies: [policy, policy], request: {}, other: null }));
    const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const packed = new Uint8Array(await new Response(stream).arrayBuffer());
    return btoa(String.fromCharCode(...packed)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  });
  await go(page, `#/playground/${packed}`);
  await page.getByText("This link holds no policies that go together.").waitFor();
  await close();
});

test("a key that was typed is still known after the cloud begins anew", async () => {
  const fresh = await serve();
  const { page, close } = await open(chrome, fresh, { at: "#/state" });
  await page.getByRole("button", { name: /Who I am/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("By an access key of one's own").click();
  await dialog.getByLabel("AccessKey ID").fill(fresh.key.id);
  await dialog.getByLabel("AccessKey Secret").fill(fresh.key.secret);
  await dialog.getByText("By an access key of one's own").locator("..").getByRole("button", { name: "Use it" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByLabel("Name", { exact: true }).fill("typed");
  await page.getByRole("button", { name: "Save this moment" }).click();
  await page.getByText("Saved as typed.").waitFor();
  await page.getByRole("button", { name: "Go back to it" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Yes, back to typed" }).click();
  await page.getByText("The cloud is as it was at typed.").waitFor();
  await go(page, "#/onboarding");
  await page.getByLabel("User name").fill("dora");
  await page.getByRole("button", { name: "Create a RAM user" }).click();
  await page.getByText("Ram.CreateUser succeeded").waitFor();
  await close();
  await fresh.stop();
});

test("a policy of 100 KB is edited", async () => {
  const { page, close } = await open(chrome, cloud, { at: "#/playground" });
  await page.locator(".editor .cm-content").first().click();
  await page.keyboard.press("Control+A");
  const long = JSON.stringify({ Version: "1", Statement: Array.from({ length: 950 }, (_, index) => ({ Effect: "Allow", Action: "oss:GetObject", Resource: `acs:oss:*:*:bucket-number-${index}/*` })) }, null, 1);
  assert.ok(long.length > 100_000, String(long.length));
  // As it comes from the clipboard.
  await page.locator(".editor .cm-content").first().evaluate((content, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    content.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, long);
  await page.locator(".findings").getByText(/6144|longer|characters/).first().waitFor();
  await page.getByRole("heading", { name: /^Verdict/ }).getByText("Denied").waitFor();
  await page.keyboard.type(" ");
  await close();
});

test("a scenario is gone through step by step", async () => {
  const { page, close } = await open(chrome, cloud, { at: "#/scenarios" });
  await page.getByLabel("Search").fill("owner-authorizes");
  await page.getByRole("main").getByRole("link").first().click();
  const steps = page.getByRole("navigation", { name: "Steps" });
  await steps.getByRole("button").first().waitFor();
  const count = await steps.getByRole("button").count();
  assert.ok(count >= 3);
  for (let step = 1; step < count; step += 1) {
    await page.getByRole("button", { name: "Forward" }).click();
    await page.getByText(`${step + 1} / ${count}`).waitFor();
  }
  assert.equal(await page.getByRole("button", { name: "Forward" }).isDisabled(), true);
  await picture(page, "scenario-last");
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByText(`${count - 1} / ${count}`).waitFor();
  await go(page, "#/scenarios/no-such-scenario");
  await page.getByText("there is no scenario `no-such-scenario`").waitFor();
  await close();
});

test("the map of two thousand principals begins from one", async () => {
  await control(cloud, "PUT", "quotas", { Users: 3000, Groups: 100 });
  const owner = await signer(cloud);
  await owner("CreateGroup", { GroupName: "everybody" });
  await owner("AttachPolicyToGroup", { GroupName: "everybody", PolicyType: "System", PolicyName: "AliyunOSSReadOnlyAccess" });
  for (let made = 0; made < 2000; made += 20)
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const UserName = `user-${made + index}`;
        await owner("CreateUser", { UserName });
        if ((made + index) % 10 === 0) await owner("AddUserToGroup", { UserName, GroupName: "everybody" });
      }),
    );
  const { page, close } = await open(chrome, cloud, { at: "#/map" });
  await page.getByText(/2,00\d things/).waitFor();
  await page.getByLabel("Begin from").fill("everybody");
  await page.getByRole("link", { name: /everybody/ }).click();
  await page.locator(".node").first().waitFor();
  assert.ok((await page.locator(".node").count()) < 30, "never a hairball");
  await page.locator(".node", { hasText: "AliyunOSSReadOnlyAccess" }).click();
  await page.getByRole("heading", { name: "AliyunOSSReadOnlyAccess system policy" }).waitFor();
  await picture(page, "map-everybody");
  await page.getByLabel("Actions").fill("oss:GetObject");
  await page.getByRole("button", { name: "Who may?" }).click();
  await page.locator(".may").getByText("user/user-0", { exact: true }).waitFor();
  await close();
});

test("the map asks about the thing that is shown, tells on what an answer hangs, and who may assume what", async () => {
  const owner = await signer(cloud);
  for (const UserName of ["dora", "eric"]) await owner("CreateUser", { UserName });
  await owner("AttachPolicyToUser", { UserName: "dora", PolicyType: "System", PolicyName: "AliyunSTSAssumeRoleAccess" });
  const trust = { Version: "1", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: ["acs:ram::1234567890123456:root"] } }] };
  await owner("CreateRole", { RoleName: "keeper", AssumeRolePolicyDocument: JSON.stringify(trust) });
  const few = { Version: "1", Statement: [{ Effect: "Allow", Action: "ram:ListUsers", Resource: "*", Condition: { Bool: { "acs:MFAPresent": "true" } } }] };
  await owner("CreatePolicy", { PolicyName: "with-mfa", PolicyDocument: JSON.stringify(few) });
  await owner("AttachPolicyToUser", { UserName: "eric", PolicyType: "Custom", PolicyName: "with-mfa" });
  const { page, close } = await open(chrome, cloud, { at: "#/map/company%2Fuser%3Adora" });
  // Of these two thousand users few roles can be asked about, and this one is.
  await page.locator(".node", { hasText: "keeper" }).waitFor();
  await page.locator("svg .label", { hasText: "may assume" }).first().waitFor();
  await picture(page, "map-assumes");
  await page.getByLabel("Actions").fill("ram:ListUsers");
  await page.getByRole("button", { name: "Who may?" }).click();
  await page.locator(".may").getByText("user/dora", { exact: true }).waitFor();
  // What is chosen stays in sight, and its card begins anew.
  const account = page.locator(".node", { hasText: "company" });
  await account.click();
  await page.getByRole("heading", { name: "company account" }).waitFor();
  assert.equal(await page.locator(".may").count(), 0);
  assert.equal(await page.getByLabel("Actions").inputValue(), "ram:GetUser");
  await page.waitForTimeout(500);
  const [box, frame] = await Promise.all([page.locator(".node.chosen").boundingBox(), page.locator(".graph").boundingBox()]);
  assert.ok(box.x >= frame.x && box.x + box.width <= frame.x + frame.width && box.y >= frame.y && box.y + box.height <= frame.y + frame.height, JSON.stringify([box, frame]));
  await go(page, "#/map/company%2Fuser%3Aeric");
  await page.getByRole("heading", { name: /eric/ }).waitFor();
  await page.getByLabel("Actions").fill("ram:ListUsers");
  await page.getByRole("button", { name: "Who may?" }).click();
  await page.locator(".may .hangs").getByText("allowed if acs:MFAPresent").waitFor();
  await close();
});

test("the map tells by which steps somebody comes to more", async () => {
  const owner = await signer(cloud);
  await owner("CreateUser", { UserName: "climber" });
  const may = { Version: "1", Statement: [{ Effect: "Allow", Action: "ram:AttachPolicyToUser", Resource: "*" }] };
  await owner("CreatePolicy", { PolicyName: "climbing", PolicyDocument: JSON.stringify(may) });
  await owner("AttachPolicyToUser", { UserName: "climber", PolicyType: "Custom", PolicyName: "climbing" });
  for (const [language, asked, step] of [
    ["en", "What can it come to?", "user/climber attaches AdministratorAccess to user/climber"],
    ["zh", "它可以取得什么？", "user/climber 为 user/climber 授予 AdministratorAccess"],
  ]) {
    const { page, close } = await open(chrome, cloud, { at: "#/map/company%2Fuser%3Aclimber", language });
    await page.getByRole("button", { name: asked }).click();
    await page.locator(".paths").getByText(step).first().waitFor();
    if (language === "en") await picture(page, "map-paths");
    await close();
  }
});

test("who I am: a role, an own key, and a key that is none", async () => {
  const owner = await signer(cloud);
  const trust = { Version: "1", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: ["ecs.aliyuncs.com"] } }] };
  await owner("CreateRole", { RoleName: "worker", AssumeRolePolicyDocument: JSON.stringify(trust) });
  const { page, close } = await open(chrome, cloud);
  await become(page, "session of worker");
  await page.getByText("session of worker").waitFor();
  assert.match((await control(cloud, "GET", "decisions?limit=1")).decisions[0].caller, /assumed-role\/worker\/console/);
  await page.getByRole("button", { name: /Who I am/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("By an access key of one's own").click();
  await dialog.getByLabel("AccessKey ID").fill("LTAI5tNobody");
  await dialog.getByLabel("AccessKey Secret").fill("guessed");
  await dialog.getByRole("button", { name: "Use it" }).click();
  await dialog.getByText(/InvalidAccessKeyId/).waitFor();
  await dialog.getByLabel("AccessKey ID").fill(cloud.key.id);
  await dialog.getByLabel("AccessKey Secret").fill(cloud.key.secret);
  await dialog.getByRole("button", { name: "Use it" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText(`key ${cloud.key.id}`).waitFor();
  await close();
});
