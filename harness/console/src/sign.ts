// Requests signed in the browser, as anybody's client signs them: ACS3-HMAC-SHA256, and OSS V4.

export interface Key {
  id: string;
  secret: string;
  token?: string;
}

export interface Unsigned {
  method: string;
  /** As it goes on the request line. */
  path: string;
  query: [string, string | null][];
  headers: Record<string, string>;
  body: string;
}

const encoder = new TextEncoder();

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const sha256 = async (text: string): Promise<string> => hex(await crypto.subtle.digest("SHA-256", encoder.encode(text)));

async function hmac(key: BufferSource, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return crypto.subtle.sign("HMAC", imported, encoder.encode(text));
}

/** Percent-encoded as the cloud wants it: all but letters, digits and `-_.~`. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export const target = (request: Unsigned): string => {
  const query = request.query.map(([name, value]) => (value === null ? encode(name) : `${encode(name)}=${encode(value)}`));
  return request.path + (query.length > 0 ? `?${query.join("&")}` : "");
};

const sorted = (names: string[]): string[] => [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** Can this browser sign here? It does at addresses of this machine, and over TLS. */
export const canSign = (): boolean => globalThis.crypto?.subtle !== undefined;

/** The headers of a request to an API of the cloud. */
export async function acs3(request: Unsigned, key: Key, host: string, now = new Date()): Promise<Record<string, string>> {
  const headers: Record<string, string> = { ...request.headers, host };
  const digest = await sha256(request.body);
  headers["x-acs-content-sha256"] = digest;
  headers["x-acs-date"] = now.toISOString().replace(/\.\d+Z$/, "Z");
  headers["x-acs-signature-nonce"] = hex(crypto.getRandomValues(new Uint8Array(16)).buffer);
  if (key.token !== undefined) headers["x-acs-security-token"] = key.token;
  const signed = sorted(Object.keys(headers).filter((name) => name === "host" || name === "content-type" || name.startsWith("x-acs-")));
  const query = request.query.map(([name, value]): [string, string] => [encode(name), encode(value ?? "")]);
  query.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : 1));
  const canonical = [
    request.method,
    request.path,
    query.map(([name, value]) => `${name}=${value}`).join("&"),
    signed.map((name) => `${name}:${(headers[name] ?? "").trim()}\n`).join(""),
    signed.join(";"),
    digest,
  ].join("\n");
  const signature = hex(await hmac(encoder.encode(key.secret), `ACS3-HMAC-SHA256\n${await sha256(canonical)}`));
  delete headers["host"];
  headers["authorization"] =
    `ACS3-HMAC-SHA256 Credential=${key.id},SignedHeaders=${signed.join(";")},Signature=${signature}`;
  return headers;
}

/** The headers of a request to OSS. */
export async function oss4(request: Unsigned, key: Key, region: string, now = new Date()): Promise<Record<string, string>> {
  const at = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const day = at.slice(0, 8);
  const headers: Record<string, string> = { ...request.headers };
  headers["x-oss-content-sha256"] = "UNSIGNED-PAYLOAD";
  headers["x-oss-date"] = at;
  if (key.token !== undefined) headers["x-oss-security-token"] = key.token;
  const signed = sorted(Object.keys(headers).filter((name) => ["content-type", "content-md5"].includes(name) || name.startsWith("x-oss-")));
  const query = request.query.map(([name, value]) => (value === null ? encode(name) : `${encode(name)}=${encode(value)}`));
  const canonical = [
    request.method,
    request.path,
    sorted(query).join("&"),
    signed.map((name) => `${name}:${(headers[name] ?? "").trim()}\n`).join(""),
    "",
    "UNSIGNED-PAYLOAD",
  ].join("\n");
  const scope = `${day}/${region}/oss/aliyun_v4_request`;
  const text = `OSS4-HMAC-SHA256\n${at}\n${scope}\n${await sha256(canonical)}`;
  let derived: ArrayBuffer = encoder.encode(`aliyun_v4${key.secret}`).buffer;
  for (const part of [day, region, "oss", "aliyun_v4_request"]) derived = await hmac(derived, part);
  headers["authorization"] = `OSS4-HMAC-SHA256 Credential=${key.id}/${scope},Signature=${hex(await hmac(derived, text))}`;
  return headers;
}
