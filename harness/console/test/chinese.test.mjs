// Chinese throughout: every sentence that the policy engine has is known in it, and every code.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./rig.mjs";
import { part } from "./part.mjs";

const engine = join(root, "emulator/policy/src");
const sources = (folder) => readdirSync(join(engine, folder)).filter((name) => name.endsWith(".rs")).map((name) => readFileSync(join(engine, folder, name), "utf8").split("#[cfg(test)]")[0]);

/** The text that a literal of Rust is, with a word in the place of what is filled in. */
const literal = (written) => {
  const text = JSON.parse(`"${written.replace(/\\\n\s*/g, "")}"`).replaceAll("{{", "(").replaceAll("}}", ")");
  // Within backticks it is a part of what is quoted, else a quotation of its own.
  return text.split("`").map((piece, index) => piece.replace(/\{[\w.]*\}/g, index % 2 === 0 ? "\u0001" : "x")).join("`").replaceAll("\u0001", "`x`");
};

const LITERAL = String.raw`"((?:[^"\\]|\\[\s\S])*)"`;

/** What is said by `.help(…)`, and by whatever makes such a text. */
function helps() {
  const found = new Set();
  const take = (text, pattern) => {
    for (const [, written] of text.matchAll(new RegExp(pattern, "g"))) found.add(literal(written));
  };
  for (const text of [...sources("lint"), ...sources("document"), ...sources("json")]) {
    take(text, String.raw`\.help\(\s*(?:format!\(\s*)?${LITERAL}`);
    take(text, String.raw`help: Some\(${LITERAL}`);
    take(text, String.raw`missing\("\w+", [\w.]+, ${LITERAL}`);
    // Texts that are chosen first: in `let help = …;`, and in functions that give one.
    for (const [block] of text.matchAll(/let help = [\s\S]*?;\n/g)) take(block, String.raw`(?:=|=>|\(|\|\||Some\()\s*(?:format!\(\s*)?${LITERAL}`);
    for (const name of ["unsupported_help", "element_help", "principal_help", "meant", "mended", "consequence"])
      for (const [block] of text.matchAll(new RegExp(String.raw`fn ${name}\([^{]*?(?:String|&'static str|Option<&'static str>) \{[\s\S]*?\n    ?\}\n`, "g"))) take(block, LITERAL);
    for (const [, block] of text.matchAll(/const NOT_KEYS[^=]*= \[([\s\S]*?)\];/g)) take(block, String.raw`, ${LITERAL}\)`);
  }
  // What is compared with, and pieces of names, are no sentences.
  return [...found].filter((sentence) => / /.test(sentence) && !/^[`/]/.test(sentence) || /^`(NotResource|x)` is/.test(sentence));
}

const isChinese = (text) => /[\u4e00-\u9fff]/.test(text) && !/[A-Za-z]{3,}/.test(text.replace(/`[^`]*`/g, "").replace(/JSON|UTF-8|BOM|Allow|Deny|ARN|RAM|UID|Bucket|Action|Referer|API/g, ""));

test("what the linter advises", async () => {
  const { chinese } = await part("advice.ts");
  const all = helps();
  assert.ok(all.length >= 75, `${all.length}`);
  assert.deepEqual(all.filter((sentence) => !isChinese(chinese(sentence) ?? "")), []);
  // What is quoted is taken over, one or several.
  assert.equal(chinese("did you mean `a:B`, `c:D` or 4 more?"), "是否想写 `a:B`、`c:D` 等？");
  assert.equal(chinese("write `1`, or `2` for the one address"), "请写成 `1`；若只指这一个地址，请写 `2`");
});

test("why no policy can allow something", async () => {
  const { chinese } = await part("advice.ts");
  const body = /\nfn impossible[\s\S]*?\n\}\n/.exec(sources("remedy").join("\n"))[0];
  const all = [...body.matchAll(new RegExp(String.raw`Some\(\s*${LITERAL}`, "g"))].map(([, written]) => literal(written));
  assert.equal(all.length, 4);
  assert.deepEqual(all.filter((sentence) => !isChinese(chinese(sentence) ?? "")), []);
});

test("what is wrong with a document", async () => {
  const { saying, malformedWord, whyWord } = await part("rules.ts", "zh");
  const rules = sources("lint").flatMap((text) => [...text.matchAll(/(?:Rule::\w+\(\s*|^ {4}\w+ [A-Z_]+ )"([a-z][a-z-]+)"/gm)].map(([, id]) => id));
  assert.ok(rules.length > 60, `${rules.length}`);
  assert.deepEqual([...new Set(rules)].filter((id) => saying(id, "-") === "-" || whyWord(id, "-") === "-"), []);
  // Of a message only what is in the document.
  assert.equal(saying("unknown-operator", "`IpAdress` is no condition operator, expected one such as `StringEquals`"), "没有这个条件运算符：`IpAdress`");
  assert.equal(
    malformedWord("invalid-json", "`[` is never closed, expected `]` at the end (line 1, column 28, Statement)"),
    "文本不是 JSON：`[`（第 1 行，第 28 列，Statement）",
  );
  assert.equal(malformedWord(undefined, "no system policy is called `Nothing`"), "没有系统策略 `Nothing`");
});

/** The codes of an enum in a file of Rust, as they are sent: in kebab case. */
const codes = (text, name) => {
  const body = new RegExp(String.raw`pub enum ${name} \{([\s\S]*?)\n\}`).exec(text)[1];
  return [...body.matchAll(/^ {4}([A-Z]\w+)(?=[,({ ])/gm)].map(([, variant]) => variant);
};
const kebab = (name) => name.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

test("reasons, layers, stages, verdicts and what is done by hand", async () => {
  const words = await part("words.ts", "zh");
  const read = (path) => readFileSync(join(root, path), "utf8");
  for (const [word, all] of [
    [words.reasonWord, codes(read("emulator/policy/src/reason.rs"), "Reason").map(kebab)],
    [words.skipWord, codes(read("emulator/policy/src/sequence.rs"), "Skip").map(kebab)],
    [words.layerWord, codes(read("emulator/policy/src/layers.rs"), "Layer")],
    [words.verdictWord, codes(read("emulator/src/control/state/model.rs"), "Effective")],
    [(code) => words.byHandWord(code, code), [...read("emulator/src/control/fixes/answer.rs").matchAll(/\("([a-z-]+)", "/g)].map(([, code]) => code)],
  ]) {
    assert.ok(all.length >= 4, all.join());
    assert.deepEqual(all.filter((code) => !/[\u4e00-\u9fff]/.test(word(code))), []);
  }
});

test("what condition keys are, and what actions do", async () => {
  const data = join(root, "emulator/policy/data");
  const files = [join(data, "keys.txt"), ...readdirSync(join(data, "actions")).map((name) => join(data, "actions", name))];
  const keys = [...new Set(files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(/^key (\S+:\S+) /gm)].map(([, key]) => key)))];
  assert.ok(keys.length > 50, `${keys.length}`);
  for (const language of ["en", "zh"]) {
    const { keyWord } = await part("purpose.ts", language);
    assert.deepEqual(keys.filter((key) => keyWord(key) === "" || /[\u4e00-\u9fff]/.test(keyWord(key)) !== (language === "zh")), []);
  }
  const [en, zh] = [await part("purpose.ts", "en"), await part("purpose.ts", "zh")];
  assert.equal(en.purposeWord("oss:PutBucketLifecycle", "update"), "changes: bucket lifecycle");
  assert.equal(zh.purposeWord("ram:CreateUser", "create"), "创建：用户");
  assert.equal(en.purposeWord("ecs:DescribeInstances", "list"), "lists: instances");
  assert.equal(zh.titleWord("oss:GetObject", "Object Storage Service"), "对象存储 OSS");
});

test("scenarios of every day, of LangStudio and of mistakes have their titles and stories in Chinese", () => {
  const folders = ["everyday", "langstudio", "permission-bugs"].map((name) => join(root, "scenarios", name));
  const files = folders.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(".yaml")).map((name) => join(folder, name)));
  assert.ok(files.length >= 60, `${files.length}`);
  const lacks = (text, field) => !/[\u4e00-\u9fff]/.test(new RegExp(`^${field}: (.*)$`, "m").exec(text)?.[1] ?? "");
  assert.deepEqual(files.filter((file) => ["title_zh", "story_zh"].some((field) => lacks(readFileSync(file, "utf8"), field))), []);
});
