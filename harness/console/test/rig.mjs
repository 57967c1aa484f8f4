// A served cloud and a browser before it, for the tests of the console.
//
// ACSLAB is the program, CHROMIUM the browser, where it is not the machine's. SCREENSHOTS is the folder that pictures go to.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, createHmac, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { findChromium } from "./chromium.mjs";

const here = dirname(fileURLToPath(import.meta.url));
export const root = resolve(here, "../../..");
export const program = process.env.ACSLAB ?? join(root, "target/debug/acslab");
const pictures = process.env.SCREENSHOTS ?? join(root, "target/console");

// What a test that fails leaves running would keep the whole run from ending.
const children = new Set();
const browsers = new Set();
after(async () => {
  for (const child of children) child.kill("SIGKILL");
  await Promise.all([...browsers].map((one) => one.close()));
});

/** A process that does not outlive the tests. */
export function start(...what) {
  const child = spawn(...what);
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** `acslab serve` at a free port; `stop()` ends it. */
export async function serve(...options) {
  const child = start(program, ["serve", ...(options.includes("--port") ? [] : ["--port", "0"]), ...options], { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
  const lines = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.startsWith("Ctrl-C")) break;
  }
  const text = lines.join("\n");
  const origin = /acslab serves (http:\S+)/.exec(text)[1];
  const address = /its console is (\S+)/.exec(text)[1];
  const keys = [...text.matchAll(/ACCESS_KEY_(ID|SECRET)=(\S+)/g)].map((found) => found[2]);
  const stop = () =>
    new Promise((done) => {
      child.once("exit", done);
      child.kill("SIGTERM");
    });
  return { origin, address, token: address.split("token=")[1], key: { id: keys[0], secret: keys[1] }, stop, port: new URL(origin).port };
}

/** Asks the control surface as a program on this machine does. */
export async function control(cloud, method, path, body) {
  const answer = await fetch(`${cloud.origin}/_acslab/${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  return { status: answer.status, ...(await answer.json()) };
}

export async function browser() {
  const launched = await chromium.launch({
    ...(await findChromium()),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  browsers.add(launched);
  return launched;
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A page of the console that fails its test by anything it complains of: an error, a violation of its security policy, a request elsewhere. */
export async function open(browser, cloud, { at = "", language = "en", width = 1280, theme = "light", motion = "no-preference", token = true } = {}) {
  const context = await browser.newContext({
    locale: language === "zh" ? "zh-CN" : "en-US",
    viewport: { width, height: 860 },
    colorScheme: theme,
    reducedMotion: motion,
    // Tests look into the page with scripts of their own, which its policy rightly forbids.
    bypassCSP: false,
  });
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    const expected = /status of (4|5)\d\d|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/.test(text);
    if (message.type() === "error" && !expected) complaints.push(`console: ${text}`);
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(cloud.origin) && !url.startsWith("data:") && !url.startsWith("blob:")) complaints.push(`asked ${url}`);
  });
  await page.goto(token ? cloud.address : `${cloud.origin}/_acslab/console/`);
  await page.locator("h1").first().waitFor();
  if (at !== "") await go(page, at);
  return {
    page,
    context,
    complaints,
    async close() {
      await context.close();
      assert.deepEqual(complaints, [], "the page complains");
    },
  };
}

export async function go(page, at) {
  await page.evaluate((hash) => (location.hash = hash), at);
  await page.locator("main h1").first().waitFor();
}

export async function picture(page, name) {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

/** What axe finds that is serious, as lines; WCAG 2.2 AA and below. */
export async function serious(page) {
  // Through the debugger: the page's own policy lets no script in.
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe });
  const run = `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }).then((found) => JSON.stringify(found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => one.id + ": " + one.nodes.map((node) => node.target.join(" ") + " " + (node.any[0]?.message ?? "")).join(" | "))))`;
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression: run, awaitPromise: true });
  if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
  await session.detach();
  return JSON.parse(result.value);
}

/** Takes on a principal in the dialog. */
export async function become(page, name) {
  await page.getByRole("button", { name: /Who I am|当前身份/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name, exact: true }).first().click();
  await dialog.waitFor({ state: "detached" });
}

/** Calls RAM as somebody, with a key from the control surface, as a program on this machine that knows the token. */
export async function signer(cloud, user) {
  const given = await fetch(`${cloud.origin}/_acslab/access-keys`, {
    method: "POST",
    headers: { "x-acslab-token": cloud.token },
    body: JSON.stringify(user === undefined ? {} : { user }),
  }).then((answer) => answer.json());
  const host = new URL(cloud.origin).host;
  return async (action, parameters) => {
    const query = Object.entries({ ...parameters, RegionId: "cn-hangzhou" })
      .map(([name, value]) => [name, value].map((one) => encodeURIComponent(one).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)).join("="))
      .sort()
      .join("&");
    const digest = createHash("sha256").update("").digest("hex");
    const headers = {
      host,
      "x-acs-action": action,
      "x-acs-content-sha256": digest,
      "x-acs-date": new Date().toISOString().replace(/\.\d+Z$/, "Z"),
      "x-acs-signature-nonce": randomUUID(),
      "x-acs-version": "2015-05-01",
    };
    const names = Object.keys(headers).sort();
    const canonical = ["POST", "/", query, names.map((name) => `${name}:${headers[name]}\n`).join(""), names.join(";"), digest].join("\n");
    const text = `ACS3-HMAC-SHA256\n${createHash("sha256").update(canonical).digest("hex")}`;
    const signature = createHmac("sha256", given.AccessKeySecret).update(text).digest("hex");
    const authorization = `ACS3-HMAC-SHA256 Credential=${given.AccessKeyId},SignedHeaders=${names.join(";")},Signature=${signature}`;
    const { host: _, ...sent } = headers;
    return fetch(`${cloud.origin}/?${query}`, { method: "POST", headers: { ...sent, authorization } }).then((answer) => answer.json());
  };
}

/** The address of a bucket or an object, signed by the owner for a method, as in OSS's query strings. */
export function signed(cloud, method, path, type = "", { sub = "", headers = {} } = {}) {
  const expires = Math.floor(Date.now() / 1000) + 600;
  const lines = Object.entries(headers).sort().map(([name, value]) => `${name}:${value}`);
  // Of a bucket itself the signature has the slash behind its name.
  const resource = /^\/[^/]+$/.test(path) ? `${path}/` : path;
  const text = [method, "", type, expires, ...lines, sub === "" ? resource : `${resource}?${sub}`].join("\n");
  const signature = createHmac("sha1", cloud.key.secret).update(text).digest("base64");
  const query = new URLSearchParams({ OSSAccessKeyId: cloud.key.id, Expires: expires, Signature: signature });
  return `${cloud.origin}${path}?${sub === "" ? "" : `${sub}&`}${query}`;
}

/** Calls OSS as the owner. */
export async function oss(cloud, method, path, { sub, headers = {}, body } = {}) {
  const type = body === undefined ? "" : "application/octet-stream";
  const answer = await fetch(signed(cloud, method, path, type, { sub, headers }), { method, body, headers: { ...headers, ...(type === "" ? {} : { "content-type": type }) } });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.text()}`);
}

/** From now on: gives how many milliseconds of its own time the longest task of the page's main thread took. */
export async function longestTask(browser, page) {
  await browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline", "__metadata"] });
  return async () => {
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
    const main = new Set(traceEvents.filter((one) => one.name === "thread_name" && one.args.name === "CrRendererMain").map((one) => `${one.pid}/${one.tid}`));
    const tasks = traceEvents.filter((one) => main.has(`${one.pid}/${one.tid}`) && one.ph === "X" && one.tdur !== undefined);
    assert.ok(tasks.length > 0, "nothing was traced");
    return Math.max(...tasks.map((one) => one.tdur)) / 1000;
  };
}
