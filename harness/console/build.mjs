// Builds the console into `built/`: a file of the page each, compressed. `node build.mjs --into FOLDER` builds elsewhere, to be compared.
//
// Three scripts that share nothing: the page, and beside it the editor and the graph's layout, which are loaded when a page needs them.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const at = process.argv.indexOf("--into");
const into = at < 0 ? join(here, "built") : process.argv[at + 1];

const script = (name, entry) => ({
  entryPoints: [{ in: join(here, "src", entry), out: name }],
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  charset: "utf8",
  jsx: "automatic",
  jsxImportSource: "preact",
  external: ["./editor.js", "./graph.js"],
  absWorkingDir: here,
  outdir: into,
  write: false,
  logLevel: "warning",
});

const built = await Promise.all([
  build(script("app", "app.tsx")),
  build(script("editor", "editor.ts")),
  build(script("graph", "graph.ts")),
  build({ ...script("app", "app.css"), loader: { ".css": "css" } }),
]);
const files = built.flatMap((one) => one.outputFiles).map((file) => [file.path.split(/[\\/]/).pop(), file.contents]);
files.push(["index.html", readFileSync(join(here, "src", "index.html"))]);

mkdirSync(into, { recursive: true });
for (const old of readdirSync(into)) rmSync(join(into, old));
let total = 0;
for (const [name, content] of files.sort()) {
  const packed = gzipSync(content, { level: 9 });
  // No time and no system in the head: the same sources give the same bytes wherever they are built.
  packed.fill(0, 4, 8);
  packed[9] = 255;
  writeFileSync(join(into, `${name}.gz`), packed);
  total += packed.length;
  console.log(`${name}: ${content.length} bytes, ${packed.length} compressed`);
}
console.log(`${total} bytes compressed in all`);
if (total > 400 * 1024) {
  console.error("error: the console is to be no larger than 400 KiB compressed");
  process.exit(1);
}
