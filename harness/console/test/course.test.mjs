// The course in a real browser: a learner's desk by keyboard, two learners, the teacher's page, both languages, axe.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join as path } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { browser as launch, program, root, start } from "./rig.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.SCREENSHOTS ?? path(root, "target/console");
let course, browser, join, teach;
const outside = [];

before(async () => {
  course = start(program, ["learn", "--port", "0", "--lang", "en"]);
  for await (const line of createInterface({ input: course.stdout })) {
    join = /^to learn {2}(.*)$/.exec(line)?.[1] ?? join;
    teach = /^to teach {2}(.*)$/.exec(line)?.[1] ?? teach;
    if (join && teach) break;
  }
  browser = await launch();
  mkdirSync(pictures, { recursive: true });
});
after(async () => {
  await browser?.close();
  course?.kill();
});

async function page(options = {}) {
  const context = await browser.newContext({ locale: "en-US", ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (error) => page.faults.push(String(error)));
  page.on("console", (said) => said.type() === "error" && page.faults.push(said.text()));
  page.on("request", (request) => new URL(request.url()).hostname === "127.0.0.1" || outside.push(request.url()));
  return page;
}

/** What axe finds serious. */
async function serious(page) {
  // The page's own policy lets no script in; axe is run beside it.
  const found = await page.evaluate(`${axe}; axe.run()`);
  return found.violations.filter((one) => ["serious", "critical"].includes(one.impact)).map((one) => `${one.id}: ${one.nodes[0].html}`);
}

async function joined(name, options) {
  const one = await page(options);
  await one.goto(join);
  await one.getByRole("textbox").fill(name);
  await one.keyboard.press("Enter");
  await one.waitForURL("**/learn/*");
  await one.locator("#page:not(:empty)").waitFor();
  return one;
}

async function type(one, line) {
  await one.locator("#line").fill(line);
  const answered = one.waitForResponse("**/enter");
  await one.keyboard.press("Enter");
  await answered;
}

test("a lesson is done by a wrong try and by right ones, with the keyboard alone", async () => {
  const one = await joined("Alice");
  assert.deepEqual(await serious(one), []);
  await type(one, "next");
  await one.getByText("Task: Make a RAM user").waitFor();
  await type(one, "check");
  await one.getByText("There is no RAM user with the name alice yet.").waitFor();
  await type(one, "hint");
  await type(one, "hint");
  await type(one, "hint");
  // What a hint says can be put where it is typed.
  await one.locator("#hints").getByRole("button", { name: "call Ram.CreateUser UserName=alice" }).focus();
  await one.keyboard.press("Enter");
  assert.equal(await one.locator("#line").inputValue(), "call Ram.CreateUser UserName=alice");
  await type(one, "call Ram.CreateUser UserName=alice");
  await type(one, "call Ram.CreateAccessKey UserName=alice");
  await one.getByText("Done: all that the task asks for holds.").waitFor();
  assert.deepEqual(await serious(one), []);
  await one.screenshot({ path: path(pictures, "course-learn-en.png"), fullPage: true });
  assert.deepEqual(one.faults, []);
});

test("two learners do not see each other, and the teacher sees both", async () => {
  const bob = await joined("包博", { locale: "zh-CN", colorScheme: "dark", viewport: { width: 390, height: 800 } });
  await bob.getByRole("heading", { name: "阿里云账号与 RAM 用户" }).waitFor();
  assert.equal(await bob.evaluate(() => document.documentElement.lang), "zh-CN");
  assert.deepEqual(await serious(bob), []);
  await type(bob, "call Ram.GetUser UserName=alice");
  await bob.getByText("404 EntityNotExist.User").first().waitFor();
  assert.ok(await bob.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "a narrow window needs no scrolling aside");
  await bob.screenshot({ path: path(pictures, "course-learn-zh-dark.png"), fullPage: true });
  const teacher = await page();
  await teacher.goto(teach);
  await teacher.getByRole("rowheader", { name: "Alice" }).waitFor();
  await teacher.getByRole("rowheader", { name: "包博" }).waitFor();
  assert.deepEqual(await serious(teacher), []);
  await teacher.screenshot({ path: path(pictures, "course-teach-en.png"), fullPage: true });
  await teacher.getByRole("button", { name: "Start anew: Alice" }).click();
  assert.deepEqual(await serious(teacher), []);
  await teacher.locator("#yes").click();
  await teacher.getByRole("row", { name: /Alice 1 – –/ }).waitFor();
  for (const [width, one] of [[320, bob], [320, teacher], [600, teacher]]) {
    await one.setViewportSize({ width, height: 800 });
    assert.ok(await one.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `no scrolling aside at ${width}`);
  }
  // Whose lesson was begun anew is told so with the next answer.
  await teacher.getByRole("button", { name: "Start anew: 包博" }).click();
  await teacher.locator("#yes").click();
  await teacher.getByRole("row", { name: /包博 1 – –/ }).waitFor();
  await type(bob, "call Ram.ListUsers");
  await bob.getByText("老师已用全新的云重新开始本课").waitFor();
  // A reload shows what was said, and the arrow what was typed.
  await bob.reload();
  await bob.getByText("老师已用全新的云重新开始本课").waitFor();
  assert.deepEqual([...bob.faults, ...teacher.faults], []);
});

test("a server that stops is said", async () => {
  const one = await joined("Carol");
  const gone = new Promise((resolve) => course.once("exit", resolve));
  course.kill("SIGINT");
  await gone;
  await one.locator("#line").fill("next");
  await one.keyboard.press("Enter");
  await one.getByRole("alert").getByText("The course does not answer.").waitFor();
  // What was typed is not lost.
  assert.equal(await one.locator("#line").inputValue(), "next");
  assert.deepEqual(outside, []);
});
