// The map tells what somebody may do at a click, what a group or a policy gives, and who may do what on a bucket.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, go, open, oss, picture, serious, serve, signer } from "./rig.mjs";

let cloud, chrome;
before(async () => {
  [cloud, chrome] = await Promise.all([serve("--open", "oss"), browser()]);
  const owner = await signer(cloud);
  await owner("CreateUser", { UserName: "alice" });
  await owner("CreateGroup", { GroupName: "devs" });
  await owner("AddUserToGroup", { UserName: "alice", GroupName: "devs" });
  const photos = {
    Version: "1",
    Statement: [
      { Effect: "Allow", Action: "oss:Get*", Resource: "*", Condition: { IpAddress: { "acs:SourceIp": "10.0.0.0/8" } } },
      { Effect: "Deny", Action: "oss:GetObject", Resource: "acs:oss:*:*:secret/*" },
    ],
  };
  await owner("CreatePolicy", { PolicyName: "photos", PolicyDocument: JSON.stringify(photos) });
  await owner("AttachPolicyToGroup", { PolicyType: "Custom", PolicyName: "photos", GroupName: "devs" });
  await owner("AttachPolicyToUser", { PolicyType: "System", PolicyName: "AliyunRAMReadOnlyAccess", UserName: "alice" });
  await oss(cloud, "PUT", "/pictures");
});
after(async () => {
  await chrome?.close();
  await cloud?.stop();
});

const WORDS = {
  en: {
    may: "Effective permissions",
    gives: "What it gives",
    on: "Who may do what on it",
    read: "may read objects",
    deny: "Deny",
    if: "if acs:SourceIp IpAddress",
    by: "photos group devs · statement 2,",
    ask: "Who may?",
    actions: "Actions",
    pattern: "is a pattern: name one action",
    none: "No action on such a resource",
  },
  zh: {
    may: "有效权限",
    gives: "授予的权限",
    on: "谁可以做什么",
    read: "可读取文件",
    deny: "拒绝",
    if: "条件为 acs:SourceIp IpAddress",
    by: "photos 用户组 devs · 第 2 条语句",
    ask: "谁可以？",
    actions: "操作（Action）",
    pattern: "是通配写法",
    none: "不是有效的操作或资源",
  },
};

for (const [language, words] of Object.entries(WORDS)) {
  test(`effective permissions at a click: ${language}`, async () => {
    const { page, close } = await open(chrome, cloud, { at: "#/map/company%2Fuser%3Aalice", language });
    const section = (name) => page.locator("section.grants", { has: page.getByRole("heading", { name }) });
    const mine = section(words.may);
    await mine.getByText("oss:Get*", { exact: true }).first().waitFor();
    await mine.getByText("ram:Get*").first().waitFor({ state: "attached" });
    await mine.getByText(words.if).first().waitFor();
    const denied = mine.locator("li", { hasText: "acs:oss:*:*:secret/*" });
    await denied.getByText(words.deny).first().waitFor();
    // The statement is there, in its policy, by the group that has it.
    await denied.getByText(words.by).click();
    await denied.getByText('"Effect": "Deny"').waitFor();
    await picture(page, `map-may-${language}`);
    assert.deepEqual(await serious(page), []);

    await go(page, "#/map/company%2Fgroup%3Adevs");
    await section(words.gives).getByText("oss:Get*", { exact: true }).first().waitFor();
    assert.equal(await section(words.gives).getByText("ram:Get*").count(), 0);
    await go(page, "#/map/company%2Fpolicy%3Aphotos");
    await section(words.gives).getByText("oss:Get*", { exact: true }).first().waitFor();
    await go(page, "#/map/system-policy%3AAliyunRAMReadOnlyAccess");
    await section(words.gives).getByText("ram:Get*").first().waitFor({ state: "attached" });

    await go(page, "#/map/company%2Fbucket%3Apictures");
    const read = section(words.on).locator("details", { hasText: words.read });
    await read.getByText("user/alice").waitFor();
    await read.getByText(words.if.split(" ").slice(0, 2).join(" ")).first().waitFor();
    await picture(page, `map-bucket-${language}`);

    // One action is asked about, and what is none is said to be none.
    await page.getByLabel(words.actions, { exact: true }).fill("oss:*");
    await page.getByRole("button", { name: words.ask }).click();
    await page.getByText(words.pattern).waitFor();
    await page.getByLabel(words.actions, { exact: true }).fill("nonsense");
    await page.getByRole("button", { name: words.ask }).click();
    await page.locator(".may").getByText(words.none).first().waitFor();
    assert.equal(await page.getByText("Malformed").count(), 0);
    await close();
  });
}
