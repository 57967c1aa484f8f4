// Live and Why: a denied call found as it happens, explained, fixed and passed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { become, browser, control, go, longestTask, open, picture, serious, serve, signer } from "./rig.mjs";

let cloud, chrome;
before(async () => {
  [cloud, chrome] = await Promise.all([serve(), browser()]);
});
after(async () => {
  await chrome?.close();
  await cloud?.stop();
});

test("a denied call is found live, explained, fixed in a fork, fixed, and passes", async () => {
  const { page, close } = await open(chrome, cloud);
  await become(page, "Account owner");
  await go(page, "#/onboarding");
  await page.getByLabel("User name").fill("alice");
  await page.getByRole("button", { name: "Create a RAM user" }).click();
  await page.getByText("Ram.CreateUser succeeded").waitFor();
  await become(page, "RAM user alice");
  await page.getByLabel("Bucket", { exact: true }).fill("alices");
  await page.getByRole("button", { name: "Create a RAM user" }).click();
  await page.getByText(/Ram.CreateUser NoPermission/).waitFor();

  await go(page, "#/live");
  await page.getByLabel("Show").selectOption("denied");
  const row = page.getByRole("row").filter({ hasText: "Ram.CreateUser" });
  await row.getByText("Deny").waitFor();
  await picture(page, "live-denied");
  await row.getByRole("link", { name: "Ram.CreateUser" }).click();

  const gates = page.getByRole("list", { name: "The gates of this decision" });
  await gates.getByText("Denied: nothing allows it").waitFor();
  assert.equal(await gates.getByText("Identity policies: account").count(), 1);
  const fix = page.getByRole("article").first();
  await fix.getByRole("button", { name: "Try it in a fork" }).click();
  await fix.getByText("the same request is allowed").waitFor();
  await picture(page, "why-tried");
  // Nothing was changed: the cloud says the same as before.
  const state = await control(cloud, "POST", "state", {});
  assert.deepEqual(Object.keys(state.accounts.company.policies), []);
  await fix.getByRole("button", { name: "Apply as the owner" }).click();
  await fix.getByText("Applied.").waitFor();

  await go(page, "#/onboarding");
  await page.getByLabel("User name").fill("bob");
  await page.getByRole("button", { name: "Create a RAM user" }).click();
  await page.getByText("Ram.CreateUser succeeded").waitFor();
  await close();
});

test("the statement that denies is marked in its document, and a near miss with what it wants", async () => {
  const { page, close } = await open(chrome, cloud);
  await become(page, "Account owner");
  const deny = { Version: "1", Statement: [{ Effect: "Allow", Action: "ram:*", Resource: "*" }, { Effect: "Deny", Action: "ram:ListUsers", Resource: "*" }] };
  const owner = await signer(cloud);
  await owner("CreateUser", { UserName: "carol" });
  await owner("CreatePolicy", { PolicyName: "careful", PolicyDocument: JSON.stringify(deny, null, 2) });
  await owner("AttachPolicyToUser", { UserName: "carol", PolicyType: "Custom", PolicyName: "careful" });
  await become(page, "RAM user carol");
  await go(page, "#/live");
  const carol = await signer(cloud, "carol");
  await carol("ListUsers", {});
  const { decisions } = await control(cloud, "GET", "decisions?limit=1");
  await go(page, `#/why/${decisions[0].request_id}`);
  await page.getByText("The statement that decides").waitFor();
  const statement = page.locator(".statement.deny").first();
  await statement.getByText("careful").waitFor();
  // What of it fitted is marked, with the request's value beside it.
  assert.match(await statement.locator(".line.here").first().innerText(), /"ram:ListUsers"[\s\S]*\^{15} asked: ram:ListUsers/);
  assert.match(await statement.locator(".line.here").nth(1).innerText(), /"\*"[\s\S]*\^{3} asked: acs:ram:/);
  await picture(page, "why-deny");

  const narrow = { Version: "1", Statement: [{ Effect: "Allow", Action: "ram:GetUser", Resource: "acs:ram:*:*:user/dave" }, { Effect: "Allow", Action: "ram:GetUser", Resource: "acs:ram:*:*:user/Carol" }] };
  await owner("CreateUser", { UserName: "erin" });
  await owner("CreatePolicy", { PolicyName: "narrow", PolicyDocument: JSON.stringify(narrow, null, 2) });
  await owner("AttachPolicyToUser", { UserName: "erin", PolicyType: "Custom", PolicyName: "narrow" });
  const erin = await signer(cloud, "erin");
  await erin("GetUser", { UserName: "carol" });
  const { decisions: later } = await control(cloud, "GET", "decisions?limit=1&operation=Ram.GetUser");
  await go(page, `#/why/${later[0].request_id}`);
  await page.getByText("Near misses").waitFor();
  // In the order of the cloud: what differs in letter case alone, though it stands behind another one.
  const miss = page.locator(".statement.misses").first();
  await miss.getByText("acs:ram:*:*:user/Carol", { exact: true }).waitFor();
  assert.match(await miss.locator(".wanted").innerText(), /user\/carol/);
  assert.match(await miss.locator(".line.here").innerText(), /"acs:ram:\*:\*:user\/Carol"[\s\S]*\^{20}/);
  await picture(page, "why-near-miss");
  await close();
});

test("ten thousand decisions stay fluent: no frame over 100 ms", async () => {
  const { page, close } = await open(chrome, cloud);
  // The time that the page itself takes, whatever else this machine does meanwhile.
  const trace = await longestTask(chrome, page);
  const before = (await control(cloud, "GET", "decisions?limit=1")).decisions[0].request_id;
  // Unsigned calls are refused and remembered like any others.
  const url = `${cloud.origin}/?Action=ListUsers&Version=2015-05-01&Format=JSON`;
  for (let sent = 0; sent < 10_000; sent += 50) await Promise.all(Array.from({ length: 50 }, () => fetch(url).then((answer) => answer.text())));
  const { decisions } = await control(cloud, "GET", "decisions?limit=1");
  assert.notEqual(decisions[0].request_id, before);
  await page.getByRole("link", { name: "Ram.ListUsers" }).first().waitFor();
  await page.waitForFunction(() => Number(/[\d,]+/.exec(document.querySelector(".count").textContent)[0].replaceAll(",", "")) >= 10_000);
  await page.getByLabel("Filter").fill("listusers");
  await page.locator(".scroll").evaluate((box) => (box.scrollTop = box.scrollHeight));
  await page.waitForTimeout(500);
  const longest = await trace();
  console.log(`the longest task took ${Math.round(longest)} ms`);
  assert.ok(longest < 100, `a task took ${longest} ms`);
  assert.ok((await page.locator("tbody tr").count()) < 80, "only what is seen is made");
  await close();
});

test("a stream that is refused is asked for again, and what is missing is said", async () => {
  const { page, close } = await open(chrome, cloud);
  let asked = 0;
  await page.route("**/decisions/stream*", (route) => {
    asked += 1;
    if (asked === 1) return route.fulfill({ status: 503, body: "{}" });
    if (asked === 2) return route.fulfill({ contentType: "text/event-stream", body: 'retry: 100\n\nevent: gap\ndata: {"forgotten": 1234}\n\n' });
    return route.continue();
  });
  await page.reload();
  await page.getByText("1,234 calls are missing").waitFor();
  // Afterwards it goes on, and tells nothing twice.
  await fetch(`${cloud.origin}/?Action=GetGroup&Version=2015-05-01`);
  await page.getByRole("link", { name: "Ram.GetGroup" }).waitFor();
  assert.ok(asked >= 3, String(asked));
  assert.equal(await page.getByRole("link", { name: "Ram.GetGroup" }).count(), 1);
  await close();
});

test("a cloud that is reset or started again is followed, and what was before is another's", async () => {
  const first = await serve();
  const { page, close } = await open(chrome, first);
  const ask = (cloud, action) => fetch(`${cloud.origin}/?Action=${action}&Version=2015-05-01`);
  for (let asked = 0; asked < 3; asked += 1) await ask(first, "ListUsers");
  const link = (name) => page.getByRole("link", { name, exact: true });
  await link("Ram.ListUsers").nth(2).waitFor();
  // The same ids come again.
  assert.equal((await fetch(`${first.origin}/_acslab/reset`, { method: "POST" })).status, 200);
  for (let asked = 0; asked < 3; asked += 1) await ask(first, "ListRoles");
  await link("Ram.ListRoles").nth(2).waitFor();
  const old = page.getByRole("row").filter({ hasText: "Ram.ListUsers" }).first();
  await old.getByText("earlier cloud").waitFor();
  // The row leads to the call that it shows, and not to the one that has its id now.
  await link("Ram.ListUsers").last().click();
  await page.locator(".pairs.head").getByText("Ram.ListUsers").waitFor();
  await go(page, "#/live");
  await first.stop();
  await page.locator(".connection").getByText("does not answer").waitFor();
  const again = await serve("--port", first.port);
  for (let asked = 0; asked < 5; asked += 1) await ask(again, "ListGroups");
  await link("Ram.ListGroups").nth(4).waitFor();
  await link("Ram.ListUsers").last().click();
  await page.getByText("was of an acslab that has ended").waitFor();
  // Its token is another: the old one is not kept, and asked for.
  await page.getByText("has no token").waitFor();
  await page.getByLabel("Address or token").fill("0123456789abcdef0123456789abcdef");
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByText("This is not the token of this cloud").waitFor();
  await page.getByLabel("Address or token").fill(again.address);
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByText("has no token").waitFor({ state: "detached" });
  await become(page, "Account owner");
  await close();
  await again.stop();
});

test("many tabs follow one stream, and go on when the one that holds it is closed", async () => {
  const { page, context, close } = await open(chrome, cloud);
  const tabs = [page];
  for (let opened = 1; opened < 9; opened += 1) {
    const tab = await context.newPage();
    await tab.goto(`${cloud.origin}/_acslab/console/`);
    await tab.getByRole("heading", { name: "Live" }).waitFor();
    tabs.push(tab);
  }
  const ask = (action) => fetch(`${cloud.origin}/?Action=${action}&Version=2015-05-01`);
  await ask("GetSecurityPreference");
  for (const tab of tabs) await tab.getByRole("link", { name: "Ram.GetSecurityPreference", exact: true }).first().waitFor();
  await tabs.shift().close();
  await ask("GetPasswordPolicy");
  for (const tab of tabs) {
    await tab.getByRole("link", { name: "Ram.GetPasswordPolicy", exact: true }).first().waitFor();
    assert.equal(await tab.getByRole("link", { name: "Ram.GetPasswordPolicy", exact: true }).count(), 1);
  }
  await close();
});

test("what is only reported is found among the denied, with the mode and its fixes", async () => {
  const reporting = await serve("--would-deny");
  const owner = await signer(reporting);
  await owner("CreateUser", { UserName: "bob" });
  await (await signer(reporting, "bob"))("ListUsers", {});
  const { page, close } = await open(chrome, reporting);
  await page.getByLabel("Show").selectOption("denied");
  const row = page.getByRole("row").filter({ hasText: "Ram.ListUsers" });
  await row.getByText("Deny").waitFor();
  await row.getByText("reported only").waitFor();
  // Who it was is read in the row, and what somebody chose is still there after a look elsewhere.
  await row.getByText("user/bob", { exact: true }).waitFor();
  await row.getByRole("link").click();
  await page.getByText("would have been refused").waitFor();
  await page.getByRole("article").first().getByRole("button", { name: "Try it in a fork" }).waitFor();
  await go(page, "#/live");
  assert.equal(await page.getByLabel("Show").inputValue(), "denied");
  await go(page, "#/why");
  await page.getByRole("heading", { name: "Denied lately" }).waitFor();
  await page.getByRole("link", { name: "Ram.ListUsers" }).waitFor();
  assert.equal(await page.getByLabel("Request ID").inputValue(), "");
  await close();
  await reporting.stop();
});

test("a policy on one line is laid out, and a fix says for whom else it counts", async () => {
  const { page, close } = await open(chrome, cloud);
  const owner = await signer(cloud);
  for (const UserName of ["fay", "gus"]) await owner("CreateUser", { UserName });
  await owner("CreateGroup", { GroupName: "devs" });
  for (const UserName of ["fay", "gus"]) await owner("AddUserToGroup", { UserName, GroupName: "devs" });
  const resources = ["a", "b", "devs"].map((name) => `acs:ram:*:*:group/${name}`);
  const office = { Version: "1", Statement: [{ Effect: "Allow", Action: "ram:GetGroup", Resource: resources }, { Effect: "Deny", Action: "ram:GetGroup", Resource: "acs:ram:*:*:group/*" }] };
  await owner("CreatePolicy", { PolicyName: "office", PolicyDocument: JSON.stringify(office) });
  await owner("AttachPolicyToGroup", { PolicyType: "Custom", PolicyName: "office", GroupName: "devs" });
  await owner("AttachPolicyToUser", { UserName: "gus", PolicyType: "System", PolicyName: "AdministratorAccess" });
  await (await signer(cloud, "fay"))("GetGroup", { GroupName: "devs" });
  const { decisions } = await control(cloud, "GET", "decisions?limit=1&operation=Ram.GetGroup");
  await go(page, `#/why/${decisions[0].request_id}`);
  // Of a document in one line each of the two has its caret.
  const here = page.locator(".statement.deny").first().locator(".line.here");
  assert.match(await here.first().innerText(), /"ram:GetGroup"[\s\S]*\^{14} asked: ram:GetGroup/);
  assert.match(await here.nth(1).innerText(), /group\/\*"[\s\S]*\^ asked: acs:ram:\*:1234567890123456:group\/devs/);
  const fix = page.getByRole("article").filter({ hasText: "Remove statement 2 of office" });
  await fix.getByText("who holds the same policy: user/gus").waitFor();
  assert.equal(await fix.getByText("opens nothing else that is known").count(), 0);
  await fix.getByRole("button", { name: "Try it in a fork" }).click();
  await fix.getByText("allowed to others who are denied now: user/gus").waitFor();
  await picture(page, "why-shared");
  await fix.getByRole("button", { name: "Apply as the owner" }).click();
  await fix.getByText("Applied. Repeat the call").waitFor();
  assert.equal(await fix.getByRole("button", { name: "Apply as the owner" }).isDisabled(), true);
  // A fix that was made elsewhere meanwhile is not said to be applied.
  await (await signer(cloud, "fay"))("ListGroups", {});
  const { decisions: later } = await control(cloud, "GET", "decisions?limit=1&operation=Ram.ListGroups");
  await go(page, `#/why/${later[0].request_id}`);
  const grant = page.getByRole("article").first();
  await grant.getByText("Add a statement").waitFor();
  const { questions } = await control(cloud, "GET", `decisions/${later[0].request_id}/fixes`);
  const made = questions[0].fixes[0].calls.find((call) => call.operation === "CreatePolicy");
  await owner("CreatePolicy", made.parameters);
  await grant.getByRole("button", { name: "Apply as the owner" }).click();
  await grant.getByText("Not applied: the call was refused.").waitFor();
  await close();
});

test("paused, nothing moves, and what came is there afterwards", async () => {
  const { page, close } = await open(chrome, cloud);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Clear" }).click();
  await fetch(`${cloud.origin}/?Action=GetRole&Version=2015-05-01`);
  await page.getByText(/paused, [1-9]\d* waiting/).waitFor();
  assert.equal(await page.getByRole("link", { name: "Ram.GetRole" }).count(), 0);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByRole("link", { name: "Ram.GetRole" }).waitFor();
  await close();
});

test("in a narrow window each call can be read whole", async () => {
  for (const [width, language] of [
    [420, "en"],
    [360, "zh"],
  ]) {
    const { page, close } = await open(chrome, cloud, { width, language });
    await page.locator(".scroll tbody tr[aria-rowindex]").nth(9).waitFor();
    const rows = await page.locator(".scroll tbody tr[aria-rowindex]").evaluateAll((all) =>
      all.slice(0, 10).map((row) => ({ height: row.getBoundingClientRect().height, cells: [...row.cells].map((cell) => [cell.innerText, cell.scrollWidth - cell.clientWidth, getComputedStyle(cell).display]) })),
    );
    for (const { height, cells } of rows) {
      assert.equal(height, 84);
      // Time, verdict, operation, action.
      for (const at of [0, 1, 2, 4]) assert.ok(cells[at][1] <= 0 && cells[at][2] !== "none", `${width}: ${JSON.stringify(cells[at])}`);
    }
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no scrolling aside");
    // As many rows are made as are seen, wherever one scrolls to.
    await page.locator(".scroll").evaluate((box) => (box.scrollTop = box.scrollHeight));
    await page.locator(".scroll tbody tr[aria-rowindex]").last().waitFor();
    assert.ok((await page.locator(".scroll tbody tr[aria-rowindex]").count()) < 60);
    await picture(page, `live-narrow-${width}-${language}`);
    assert.deepEqual(await serious(page), []);
    await close();
  }
});
