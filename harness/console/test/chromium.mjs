// The browser of the tests: one that is named, the machine's, else the one that the pinned package carries, unpacked with the libraries
// and fonts that it needs.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const packed = join(here, "../node_modules/@sparticuz/chromium");
const target = resolve(here, "../../../target");

/** What is to be started, and with which variables. */
export function findChromium() {
  const known = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = process.env.ACSLAB_OWN_CHROMIUM ? undefined : known.find((path) => path !== undefined && existsSync(path));
  return found === undefined ? unpack() : { executablePath: found };
}

function unpack() {
  const { version } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8"));
  const folder = join(target, `chromium-${version}`);
  if (!existsSync(folder)) {
    const beside = `${folder}.${process.pid}`;
    mkdirSync(beside, { recursive: true });
    const read = (name) => brotliDecompressSync(readFileSync(join(packed, "bin", name)));
    writeFileSync(join(beside, "chromium"), read("chromium.br"), { mode: 0o755 });
    for (const name of ["al2023.tar.br", "fonts.tar.br"]) execFileSync("tar", ["-xf", "-", "-C", beside], { input: read(name) });
    try {
      renameSync(beside, folder);
    } catch (error) {
      // Somebody else was faster.
      rmSync(beside, { recursive: true });
      if (!existsSync(folder)) throw error;
    }
  }
  const env = { ...process.env, LD_LIBRARY_PATH: join(folder, "lib"), FONTCONFIG_PATH: join(folder, "fonts") };
  return { executablePath: join(folder, "chromium"), env };
}
