// Why, of what a bucket says itself: its policy, its ACL and block public access are a gate each.

import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { browser, control, go, open, oss, picture, serve } from "./rig.mjs";

const BLOCK = (on) => `<PublicAccessBlockConfiguration><BlockPublicAccess>${on}</BlockPublicAccess></PublicAccessBlockConfiguration>`;
const WORDS = {
  en: {
    gates: "The gates of this decision",
    none: "Bucket policy ∅ there is none",
    private: "ACL of the bucket: private ∅ lets in nobody else",
    open: /ACL of the bucket: public-read ✓ allows.*decides/,
    barred: "ACL of the bucket: public-read ∅ would allow, and is blocked",
    blocked: /Block public access ✕ on: takes away what is public/,
    unasked: "Block public access ∅ not asked: nothing here is public",
    off: "Block public access ∅ off",
    near: "Near misses",
    acl: "Set the ACL of the bucket photos to public-read",
    lift: "Switch off block public access for the bucket photos",
    attempt: "Try it in a fork",
    apply: "Apply as the owner",
    allowed: "the same request is allowed",
    applied: "Applied.",
  },
  zh: {
    gates: "本次判定经过的各层策略",
    none: "Bucket 授权策略 ∅ 没有",
    private: "Bucket ACL：private ∅ 不允许其他人",
    open: /Bucket ACL：public-read ✓ 允许.*起决定作用/,
    barred: "Bucket ACL：public-read ∅ 本可允许，但被阻止",
    blocked: /阻止公共访问 ✕ 已开启：公共授权不生效/,
    unasked: "阻止公共访问 ∅ 未检查：此处没有公共授权",
    off: "阻止公共访问 ∅ 未开启",
    near: "差一点匹配的语句",
    acl: "将 Bucket photos 的 ACL 设为 public-read",
    lift: "关闭 Bucket photos 的阻止公共访问",
    attempt: "在分叉中试用",
    apply: "以主账号身份应用",
    allowed: "同一请求被允许",
    applied: "已应用",
  },
};

let chrome;
before(async () => (chrome = await browser()));
after(async () => chrome?.close());

for (const [language, words] of Object.entries(WORDS)) {
  test(`a private bucket, a public one, and one that is public and blocked: ${language}`, async () => {
    const cloud = await serve("--open", "oss");
    await oss(cloud, "PUT", "/photos");
    await oss(cloud, "PUT", "/photos/a", { body: "x" });
    const { page, close } = await open(chrome, cloud, { language });
    const gates = page.getByRole("list", { name: words.gates });
    /** Asks for the object without a signature, and goes to why. */
    const ask = async (status) => {
      assert.equal((await fetch(`${cloud.origin}/photos/a`)).status, status);
      const { decisions } = await control(cloud, "GET", "decisions?limit=1");
      await go(page, `#/why/${decisions[0].request_id}`);
      await gates.waitFor();
      return (await gates.innerText()).replace(/\s+/g, " ");
    };

    await oss(cloud, "PUT", "/photos", { sub: "publicAccessBlock", body: BLOCK(false) });
    let way = await ask(403);
    for (const said of [words.none, words.private, words.unasked]) assert.ok(way.includes(said), `${said}: ${way}`);
    assert.equal(/No layer|结论 ∅ 隐式拒绝 无/.test(way), false, way);
    const fix = page.getByRole("article").filter({ hasText: words.acl });
    await fix.getByRole("button", { name: words.attempt }).click();
    await fix.getByText(words.allowed).waitFor();
    await fix.getByRole("button", { name: words.apply }).click();
    await fix.getByText(words.applied).waitFor();

    way = await ask(200);
    assert.match(way, words.open);
    assert.ok(way.includes(words.off), way);

    await oss(cloud, "PUT", "/photos", { sub: "publicAccessBlock", body: BLOCK(true) });
    way = await ask(403);
    assert.ok(way.includes(words.barred), way);
    assert.match(way, words.blocked);
    await page.getByText(words.near).waitFor();
    await page.locator(".statement.misses[open]").getByText("ACL public-read").waitFor();
    const lift = page.getByRole("article").filter({ hasText: words.lift });
    await picture(page, `why-blocked-${language}`);
    await lift.getByRole("button", { name: words.apply }).click();
    await lift.getByText(words.applied).waitFor();
    await ask(200);
    await close();
    await cloud.stop();
  });
}

test("where nothing would help, that is said", async () => {
  const cloud = await serve("--open", "oss");
  await oss(cloud, "PUT", "/photos");
  const { page, close } = await open(chrome, cloud);
  const answer = await fetch(`${cloud.origin}/photos`);
  assert.equal(answer.status, 403);
  const { decisions } = await control(cloud, "GET", "decisions?limit=1");
  await page.route("**/fixes*", (route) => route.fulfill({ json: { questions: [{ question: 0, action: "oss:ListObjects", resource: "*", impossible: null, fixes: [] }] } }));
  await go(page, `#/why/${decisions[0].request_id}`);
  await page.locator(".fixes").getByText("No change is known that would allow it").waitFor();
  await close();
  await cloud.stop();
});
