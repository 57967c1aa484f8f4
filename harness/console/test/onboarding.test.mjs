// The published onboarding, clicked through from a new account to a flow that is deployed.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { become, browser, control, go, open, picture, serve } from "./rig.mjs";

let cloud, chrome;
before(async () => {
  [cloud, chrome] = await Promise.all([serve(), browser()]);
});
after(async () => {
  await chrome?.close();
  await cloud?.stop();
});

/** The same way in each language: what the buttons are called. */
const words = {
  en: {
    owner: "owner of company",
    user: "RAM user alice",
    name: "User name",
    create: "Create a RAM user",
    authorize: "Authorize",
    sure: "Security verification: it is me",
    confirm: "Confirm authorization",
    activate: "Activate for free",
    pai: "Activate PAI",
    traces: "Authorize traces of models",
    workspace: "Create a workspace",
    member: "RAM user",
    add: "Add the member",
    bucket: "Create a bucket",
    flow: "Create a flow",
    runtime: "Create a runtime",
    wait: "Ten minutes pass",
    deploy: "Deploy",
    accept: "Confirm",
    ok: "succeeded",
  },
  zh: {
    owner: "company 的主账号",
    user: "RAM 用户 alice",
    name: "用户名称",
    create: "创建 RAM 用户",
    authorize: "授权",
    sure: "安全验证：本人操作",
    confirm: "确认授权",
    activate: "免费开通",
    pai: "开通 PAI",
    traces: "授权大模型链路追踪",
    workspace: "创建工作空间",
    member: "RAM 用户",
    add: "添加成员",
    bucket: "创建存储空间",
    flow: "新建应用流",
    runtime: "新建运行时",
    wait: "等待十分钟",
    deploy: "部署",
    accept: "确认部署",
    ok: "成功",
  },
};

for (const language of ["en", "zh"]) {
  test(`from a new account to a flow deployed, in ${language}`, async () => {
    await control(cloud, "POST", "reset");
    const w = words[language];
    const { page, close } = await open(chrome, cloud, { at: "#/onboarding", language });
    const press = (name, nth = 0) => page.getByRole("main").getByRole("button", { name, exact: true }).nth(nth).click();
    const came = (operation) => page.getByText(`${operation} ${w.ok}`).last().waitFor();

    await press(w.owner);
    await page.getByLabel(w.name).fill("alice");
    await press(w.create);
    await came("Ram.CreateUser");
    await press(w.authorize);
    const dialog = page.getByRole("dialog");
    assert.equal(await dialog.getByRole("button", { name: w.confirm }).isDisabled(), true, "first the verification");
    await dialog.getByLabel(w.sure).check();
    await picture(page, `onboarding-authorize-${language}`);
    await dialog.getByRole("button", { name: w.confirm }).click();
    await came("RamConsole.QuickAuthorization");
    await press(w.activate);
    await came("PaiConsole.ActivateForFree");
    await press(w.pai);
    await came("AIWorkSpace.CreateProductOrders");
    await press(w.traces);
    await came("PaiLLMTrace.CreateServiceIdentityRole");
    await press(w.workspace);
    await came("AIWorkSpace.CreateWorkspace");
    await page.getByLabel(w.member, { exact: true }).selectOption("alice");
    await press(w.add);
    await came("AIWorkSpace.CreateMember");
    await press(w.bucket);
    await came("Oss.PutBucket");

    // From here on as Alice, who has no policy of RAM at all.
    await become(page, w.user);
    await press(w.flow);
    await came("PAILangStudio.CreateFlow");
    await press(w.runtime);
    await came("PAILangStudio.CreateRuntime");
    await press(w.wait);
    await page.locator(".runtime-status", { hasText: "Running" }).waitFor();
    await press(w.deploy);
    await came("PAILangStudio.CreateDeployment");
    await page.locator(".deployment-status", { hasText: "WaitForConfirm" }).waitFor();
    await press(w.accept);
    await came("PAILangStudio.UpdateDeployment");
    await press(w.wait, 1);
    await page.locator(".deployment-status", { hasText: "Succeed" }).waitFor();
    await picture(page, `onboarding-deployed-${language}`);

    const { accounts } = await control(cloud, "POST", "state", {});
    const { roles, activated } = accounts.company;
    assert.ok("AliyunServiceRoleForPaiEas" in roles && "AliyunPAILangStudioDefaultRole" in roles, Object.keys(roles).join());
    assert.ok(["oss", "sls", "xtrace", "pai/cn-hangzhou"].every((service) => activated.includes(service)), activated.join());
    // What LangStudio did as its role stands under the call that it did it for.
    await go(page, "#/live");
    await page.getByLabel(language === "en" ? "Filter" : "筛选").fill("CreateDeployment");
    await page.locator("td.depth1").first().waitFor();
    await picture(page, `live-inner-${language}`);
    await close();
  });
}

test("a member is looked up as who one is, and a cloud that does not answer is said", async () => {
  await control(cloud, "POST", "reset");
  const { page, close } = await open(chrome, cloud, { at: "#/onboarding" });
  await page.getByRole("button", { name: "owner of company" }).click();
  await page.getByRole("button", { name: "Create a RAM user" }).click();
  await page.getByText("Ram.CreateUser succeeded").waitFor();
  await page.evaluate(() => sessionStorage.setItem("acslab.onboarding", JSON.stringify({ workspace: "1", runtime: "rt-1", deployment: "d-1" })));
  await page.reload();
  await go(page, "#/onboarding");
  await become(page, "RAM user alice");
  await page.getByLabel("RAM user", { exact: true }).selectOption("alice");
  await page.getByRole("button", { name: "Add the member" }).click();
  await page.getByText(/Ram.GetUser NoPermission/).waitFor();
  assert.equal((await control(cloud, "GET", "decisions?limit=1&operation=Ram.GetUser")).decisions[0].caller.split("/").at(-1), "alice");
  await page.route("**/_acslab/clock", (route) => route.abort("connectionrefused"));
  for (const nth of [0, 1]) {
    await page.getByRole("button", { name: "Ten minutes pass" }).nth(nth).click();
    await page.getByRole("alert").filter({ hasText: "The cloud does not answer." }).nth(nth).waitFor();
  }
  await close();
});

test("a RAM user may not authorize, and the page says why", async () => {
  await control(cloud, "POST", "reset");
  const { page, close } = await open(chrome, cloud, { at: "#/onboarding" });
  await page.getByRole("button", { name: "owner of company" }).click();
  await page.getByRole("button", { name: "Create a RAM user" }).click();
  await page.getByText("Ram.CreateUser succeeded").waitFor();
  await become(page, "RAM user alice");
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/Security verification/).check();
  await dialog.getByRole("button", { name: "Confirm authorization" }).click();
  await page.getByText(/RamConsole.QuickAuthorization NoPermission/).waitFor();
  await page.getByRole("button", { name: "Activate for free" }).click();
  await page.getByText("oss:ActivateProduct").waitFor();
  await page.locator(".came", { hasText: "RamConsole.QuickAuthorization" }).getByRole("link", { name: "why" }).click();
  await page.getByRole("heading", { name: "Why" }).waitFor();
  await close();
});
