// The playground's editor: what it says of an action and of a condition key, and what it completes, in both languages.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { browser, open, picture, serve } from "./rig.mjs";

let cloud, chrome;
before(async () => {
  [cloud, chrome] = await Promise.all([serve(), browser()]);
});
after(async () => {
  await chrome?.close();
  await cloud?.stop();
});

const TEXT = `{"Version": "1", "Statement": [{"Effect": "Allow",
 "Action": ["oss:PutObject", "ram:CreateUser", "ecs:RunInstances"],
 "Resource": "*",
 "Condition": {"IpAddress": {"acs:SourceIp": "10.0.0.0/8"}}}]}`;

const HOVER = {
  en: {
    "oss:PutObject": [/^oss:PutObject\nObject Storage Service\n/, /changes: object|creates: object/, /Access level: write/, /needed by: Oss\.PutObject, /, /acs:oss:/],
    "ram:CreateUser": [/creates: user/, /Access level: write/, /needed by: Ram\.CreateUser, Ims\.CreateUser/, /published on the pages on RAM authorization of/],
    "ecs:RunInstances": [/creates: instances/, /needed by: Ecs\.RunInstances/],
    "acs:SourceIp": [/^acs:SourceIp\nthe address that the request comes from\nIP address, every request carries it$/],
  },
  zh: {
    "oss:PutObject": [/^oss:PutObject\n对象存储 OSS\n/, /：文件/, /访问级别：写入/, /需要此操作的 API：Oss\.PutObject, /],
    "ram:CreateUser": [/创建：用户/, /访问级别：写入/, /API：Ram\.CreateUser, Ims\.CreateUser/, /已在访问控制的 RAM 鉴权页面公布/],
    "ecs:RunInstances": [/创建：实例/, /云服务器 ECS/],
    "acs:SourceIp": [/^acs:SourceIp\n请求的来源 IP 地址\nIP 地址，每个请求都携带$/],
  },
};

for (const [language, wanted] of Object.entries(HOVER)) {
  test(`hover and completion: ${language}`, async () => {
    const { page, close } = await open(chrome, cloud, { at: "#/playground", language });
    const content = page.locator(".editor .cm-content").first();
    await content.click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(TEXT);
    for (const [name, forms] of Object.entries(wanted)) {
      const about = page.locator(".cm-about").filter({ hasText: name });
      // What moves under a mouse that rests is not hovered: the mouse comes again.
      for (let tries = 0; (await about.count()) === 0; tries += 1) {
        assert.ok(tries < 10, `nothing is said of ${name}`);
        await page.mouse.move(5, 5);
        await page.locator(".cm-about").waitFor({ state: "detached" });
        await content.locator("span", { hasText: `"${name}"` }).last().hover();
        await about.waitFor({ timeout: 3000 }).catch(() => undefined);
      }
      const said = await about.innerText();
      for (const form of forms) assert.match(said, form);
      const lines = said.split("\n");
      assert.equal(new Set(lines).size, lines.length, `nothing stands there twice: ${said}`);
      if (language === "zh") assert.doesNotMatch(said, /Service\n|needed|published/);
      if (name === "oss:PutObject") await picture(page, `playground-hover-${language}`);
    }
    await page.mouse.move(5, 5);
    await page.locator(".cm-about").waitFor({ state: "detached" });
    // Completion of resources, by the action beside it, and of condition keys.
    for (const [before, typed, after, offered] of [
      ['{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ram:GetUser", "Resource": "', "acs:ram", '"}]}', "acs:ram:*:{account}:user/{name}"],
      ['{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "oss:ListObjects", "Resource": "*", "Condition": {"StringLike": {"', "oss:P", '": "a"}}}]}', "oss:Prefix"],
    ]) {
      await content.click();
      await page.keyboard.press("Control+A");
      await page.keyboard.insertText(before + after);
      for (let left = 0; left < after.length; left += 1) await page.keyboard.press("ArrowLeft");
      await page.keyboard.type(typed);
      await page.locator(".cm-tooltip-autocomplete li").filter({ hasText: offered.split("{")[0] }).first().waitFor();
      await page.keyboard.press("Escape");
    }
    await close();
  });
}
