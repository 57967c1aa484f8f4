// A module of the sources, for tests that need no browser.

import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The folder of the sources. */
export const src = resolve(dirname(fileURLToPath(import.meta.url)), "../src");

/** A module of the sources, in a language. */
export async function part(name, language = "en") {
  const built = await build({ entryPoints: [join(src, name)], bundle: true, format: "esm", write: false, logLevel: "silent", banner: { js: `const navigator = { language: ${JSON.stringify(language)} };` } });
  return import(`data:text/javascript;base64,${Buffer.from(built.outputFiles[0].contents).toString("base64")}`);
}
