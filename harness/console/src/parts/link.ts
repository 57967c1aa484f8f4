// What a page holds as a link: compressed, in the fragment of the address, which no browser sends anywhere.

const through = async (bytes: BlobPart, stream: ReadableWritablePair<Uint8Array<ArrayBuffer>, BufferSource>): Promise<Uint8Array> =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

/** The longest link that is read, and the most that it may hold. */
const LONGEST = 200_000;

export async function packed(value: unknown): Promise<string> {
  const bytes = await through(JSON.stringify(value), new CompressionStream("deflate-raw"));
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export async function unpacked(link: string): Promise<unknown> {
  if (link.length > LONGEST) throw new Error("too long");
  const text = atob(link.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw"))));
}
