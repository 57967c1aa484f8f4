// What the program carries is what the sources make, within its bounds; the types of the sources hold.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const console_ = resolve(dirname(fileURLToPath(import.meta.url)), "..");

test("the built files are what the sources make", () => {
  const into = mkdtempSync(join(tmpdir(), "acslab-console-"));
  try {
    execFileSync(process.execPath, [join(console_, "build.mjs"), "--into", into], { stdio: "inherit" });
    const built = join(console_, "built");
    assert.deepEqual(readdirSync(built).sort(), readdirSync(into).sort());
    for (const name of readdirSync(built)) {
      // What is compressed may be compressed otherwise by another Node; what comes out may not.
      const [ours, anew] = [built, into].map((folder) => gunzipSync(readFileSync(join(folder, name))));
      assert.ok(ours.equals(anew), `${name} is not what the sources make: npm run build`);
    }
  } finally {
    rmSync(into, { recursive: true });
  }
});

test("the types hold", () => {
  execFileSync(process.execPath, [join(console_, "node_modules/typescript/bin/tsc"), "--noEmit"], { cwd: console_, stdio: "inherit" });
});

test("every dependency is pinned, and nothing in the page comes from elsewhere", () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(console_, "package.json"), "utf8"));
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  const page = gunzipSync(readFileSync(join(console_, "built/index.html.gz"))).toString();
  assert.doesNotMatch(page, /<script(?![^>]*src=)|https?:|style=|onload/);
});

test("all that is in the program for browsers is small", () => {
  const folders = [join(console_, "built"), join(console_, "course")];
  const sizes = folders.flatMap((folder) => readdirSync(folder).map((name) => statSync(join(folder, name)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`${Math.round(total / 1024)} KiB in all`);
  assert.ok(total <= 400 * 1024, `${total} bytes`);
});
