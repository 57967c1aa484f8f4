// The browser of the tests: one that is named, the machine's, else the one that the pinned package carries, unpacked with the libraries
// and fonts that it needs. Where the machine has no Chinese font it is given one: else every Chinese page would be boxes.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import woff2 from "wawoff2";

const here = dirname(fileURLToPath(import.meta.url));
const packed = join(here, "../node_modules/@sparticuz/chromium");
const font = join(here, "../node_modules/@fontsource-variable/noto-sans-sc");
const target = resolve(here, "../../../target");

/** What is to be started, and with which variables. */
export async function findChromium() {
  const known = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = process.env.ACSLAB_OWN_CHROMIUM ? undefined : known.find((path) => path !== undefined && existsSync(path));
  const own = found === undefined ? await unpacked(`chromium-${version(packed)}`, chromium) : undefined;
  const env = { ...process.env };
  if (own !== undefined) env.LD_LIBRARY_PATH = join(own, "lib");
  const folders = own === undefined ? [] : [join(own, "fonts")];
  if (!hasChinese()) folders.push(await unpacked(`noto-sans-sc-${version(font)}`, chinese));
  if (folders.length > 0) env.FONTCONFIG_FILE = configured(folders);
  return { executablePath: found ?? join(own, "chromium"), env };
}

const version = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;

function hasChinese() {
  try {
    return execFileSync("fc-list", [":lang=zh", "family"], { encoding: "utf8" }).trim() !== "";
  } catch {
    return false;
  }
}

/** A folder of the target that is filled once, by whoever comes first. */
async function unpacked(name, fill) {
  const folder = join(target, name);
  if (existsSync(folder)) return folder;
  const beside = `${folder}.${process.pid}`;
  mkdirSync(beside, { recursive: true });
  await fill(beside);
  try {
    renameSync(beside, folder);
  } catch (error) {
    // Somebody else was faster.
    rmSync(beside, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function chromium(folder) {
  const read = (name) => brotliDecompressSync(readFileSync(join(packed, "bin", name)));
  writeFileSync(join(folder, "chromium"), read("chromium.br"), { mode: 0o755 });
  for (const name of ["al2023.tar.br", "fonts.tar.br"]) execFileSync("tar", ["-xf", "-", "-C", folder], { input: read(name) });
}

/** The slices of a font for the web, as fonts that fontconfig knows. */
async function chinese(folder) {
  const files = join(font, "files");
  for (const name of readdirSync(files).filter((name) => name.endsWith("-wght-normal.woff2")))
    writeFileSync(join(folder, name.replace(/woff2$/, "ttf")), await woff2.decompress(readFileSync(join(files, name))));
}

/** A file that has fontconfig look into these folders besides where it usually looks. */
function configured(folders) {
  const file = join(target, "fonts.conf");
  const dirs = folders.map((folder) => `  <dir>${folder}</dir>`);
  const text = ['<?xml version="1.0"?>', '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">', "<fontconfig>", '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>', ...dirs, `  <cachedir>${join(target, "fonts-cache")}</cachedir>`, "</fontconfig>", ""].join("\n");
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, text);
  renameSync(beside, file);
  return file;
}
