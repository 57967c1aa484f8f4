// Calls of the cloud's own operations, as some principal, through the same gateway as everybody's.

import { control } from "./api";
import { acs3, canSign, type Key, oss4, target, type Unsigned } from "./sign";

export const REGION = "cn-hangzhou";

/** Somebody to act as. */
export interface Person {
  account: string;
  kind: "owner" | "user" | "role" | "key";
  name: string;
}

export interface Answer {
  ok: boolean;
  status: number;
  requestId: string | null;
  code: string | null;
  message: string | null;
  fields: Record<string, unknown>;
}

type Value = string | number | boolean | object;
export type Parameters = Record<string, Value>;

/** How an operation is called: RPC by its name, ROA by method and path, OSS by method and sub-resource. */
type Way = { version: string } & ({ rpc: true } | { method: string; path: string } | { oss: string; sub?: string; acl?: string });

const LANGSTUDIO = "2024-07-10";
const WORKSPACE = "2021-02-04";
const at = (version: string, method: string, path: string): Way => ({ version, method, path });
const named = (version: string): Way => ({ version, rpc: true });

/** The operations that this page calls by itself. */
const WAYS: Record<string, Way> = {
  "RamConsole.QuickAuthorization": named("2015-05-01-console"),
  "PaiConsole.ActivateForFree": named("2024-07-10-console"),
  "AIWorkSpace.ListProductAuthorizations": at(WORKSPACE, "GET", "/api/v1/productauthorizations"),
  "AIWorkSpace.CreateProductOrders": at(WORKSPACE, "POST", "/api/v1/productorders"),
  "AIWorkSpace.CreateWorkspace": at(WORKSPACE, "POST", "/api/v1/workspaces"),
  "AIWorkSpace.ListWorkspaces": at(WORKSPACE, "GET", "/api/v1/workspaces"),
  "AIWorkSpace.CreateMember": at(WORKSPACE, "POST", "/api/v1/workspaces/{WorkspaceId}/members"),
  "PaiLLMTrace.CreateServiceIdentityRole": at("2024-03-11", "POST", "/api/v1/PAILLMTrace/ServiceIdentityRole"),
  "PAILangStudio.CreateFlow": at(LANGSTUDIO, "POST", "/api/v1/langstudio/flows"),
  "PAILangStudio.CreateRuntime": at(LANGSTUDIO, "POST", "/api/v1/langstudio/runtimes"),
  "PAILangStudio.GetRuntime": at(LANGSTUDIO, "GET", "/api/v1/langstudio/runtimes/{RuntimeId}"),
  "PAILangStudio.CreateDeployment": at(LANGSTUDIO, "POST", "/api/v1/langstudio/deployments"),
  "PAILangStudio.GetDeployment": at(LANGSTUDIO, "GET", "/api/v1/langstudio/deployments/{DeploymentId}"),
  "PAILangStudio.UpdateDeployment": at(LANGSTUDIO, "PUT", "/api/v1/langstudio/deployments/{DeploymentId}"),
  "Oss.PutBucket": { version: "2019-05-17", oss: "PUT" },
  "Oss.PutBucketPolicy": { version: "2019-05-17", oss: "PUT", sub: "policy" },
  "Oss.DeleteBucketPolicy": { version: "2019-05-17", oss: "DELETE", sub: "policy" },
  "Oss.DeletePublicAccessBlock": { version: "2019-05-17", oss: "DELETE", sub: "publicAccessBlock" },
  "Oss.DeleteBucketPublicAccessBlock": { version: "2019-05-17", oss: "DELETE", sub: "publicAccessBlock" },
  "Oss.PutBucketAcl": { version: "2019-05-17", oss: "PUT", sub: "acl", acl: "x-oss-acl" },
  "Oss.PutObjectAcl": { version: "2019-05-17", oss: "PUT", sub: "acl", acl: "x-oss-object-acl" },
  "Oss.GetObject": { version: "2019-05-17", oss: "GET" },
};

const way = (operation: string, version?: string): Way => {
  const known = WAYS[operation];
  if (known !== undefined) return known;
  return named(version ?? (operation.startsWith("Sts.") ? "2015-04-01" : "2015-05-01"));
};

const text = (value: Value): string => (typeof value === "object" ? JSON.stringify(value) : String(value));

function build(operation: string, parameters: Parameters, version?: string): { request: Unsigned; oss: boolean } {
  const how = way(operation, version);
  const name = operation.split(".")[1] ?? operation;
  if ("oss" in how) {
    const { Bucket = "", Key = "", Body = "", Acl = "" } = parameters;
    const key = text(Key).split("/").map(encodeURIComponent).join("/");
    const headers: Record<string, string> = Body === "" ? {} : { "content-type": "application/octet-stream" };
    if (how.acl !== undefined) headers[how.acl] = text(Acl);
    const query: [string, null][] = how.sub === undefined ? [] : [[how.sub, null]];
    return { request: { method: how.oss, path: Bucket === "" ? "/" : `/${text(Bucket)}/${key}`, query, headers, body: text(Body) }, oss: true };
  }
  const headers: Record<string, string> = { "x-acs-action": name, "x-acs-version": how.version, accept: "application/json" };
  if ("rpc" in how) {
    const form = Object.entries({ RegionId: REGION, ...parameters });
    const body = form.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(text(value))}`).join("&");
    headers["content-type"] = "application/x-www-form-urlencoded";
    return { request: { method: "POST", path: "/", query: [], headers, body }, oss: false };
  }
  headers["x-acs-region-id"] = REGION;
  let path = how.path;
  const rest: [string, Value][] = [];
  for (const [key, value] of Object.entries(parameters)) {
    if (path.includes(`{${key}}`)) path = path.replace(`{${key}}`, encodeURIComponent(text(value)));
    else rest.push([key, value]);
  }
  const reads = how.method === "GET" || how.method === "DELETE";
  if (!reads) headers["content-type"] = "application/json; charset=utf-8";
  const query = reads ? rest.map(([key, value]): [string, string] => [key, text(value)]) : [];
  const body = reads ? "" : JSON.stringify(Object.fromEntries(rest));
  return { request: { method: how.method, path, query, headers, body }, oss: false };
}

/** Keys that were taken or typed, for as long as the page is open. */
const keys = new Map<string, Key>();
const label = (person: Person): string => JSON.stringify(person);

export function giveKey(person: Person, key: Key): void {
  keys.set(label(person), key);
}

/** Forgets the keys that were taken: they are taken again. Those that were typed nobody else has. */
export function forgetKeys(): void {
  for (const whose of keys.keys()) if ((JSON.parse(whose) as Person).kind !== "key") keys.delete(whose);
}

/** The key of a person: one that is known, else one that the control surface gives to who has the token. */
async function keyOf(person: Person): Promise<Key> {
  const known = keys.get(label(person));
  if (known !== undefined) return known;
  let key: Key;
  if (person.kind === "role") {
    type Session = { Credentials: { AccessKeyId: string; AccessKeySecret: string; SecurityToken: string } };
    const { Credentials } = await control<Session>("POST", "role-sessions", {
      account: person.account,
      role: person.name,
      session: "console",
    });
    key = { id: Credentials.AccessKeyId, secret: Credentials.AccessKeySecret, token: Credentials.SecurityToken };
  } else {
    const body = person.kind === "user" ? { account: person.account, user: person.name } : { account: person.account };
    const given = await control<{ AccessKeyId: string; AccessKeySecret: string }>("POST", "access-keys", body);
    key = { id: given.AccessKeyId, secret: given.AccessKeySecret };
  }
  keys.set(label(person), key);
  return key;
}

const text1 = (fields: Record<string, unknown>, ...names: string[]): string | null => {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === "string" || typeof value === "number") return String(value);
  }
  return null;
};

/** The elements of OSS's short documents: an error's code, a policy. */
function readXml(body: string): Record<string, unknown> {
  const root = new DOMParser().parseFromString(body, "application/xml").documentElement;
  return Object.fromEntries([...root.children].map((child) => [child.tagName, child.textContent ?? ""]));
}

/** Calls an operation as a person. */
export async function call(person: Person, operation: string, parameters: Parameters = {}, version?: string): Promise<Answer> {
  if (!canSign()) throw new Error("signing");
  const { request, oss } = build(operation, parameters, version);
  for (let again = false; ; again = true) {
    const key = await keyOf(person);
    const headers = oss ? await oss4(request, key, REGION) : await acs3(request, key, location.host);
    const init: RequestInit = { method: request.method, headers, cache: "no-store" };
    if (request.body !== "") init.body = request.body;
    const answer = await fetch(target(request), init);
    const body = await answer.text();
    let fields: Record<string, unknown> = {};
    try {
      if (body.startsWith("{")) fields = JSON.parse(body) as Record<string, unknown>;
      else if (body.startsWith("<")) fields = readXml(body);
    } catch {
      fields = {};
    }
    const code = answer.ok ? null : text1(fields, "Code", "code", "errorCode");
    // The cloud was reset or went back to a checkpoint since: the key may be another now.
    if (!again && code !== null && /^InvalidAccessKeyId|^InvalidSecurityToken/.test(code) && person.kind !== "key") {
      keys.delete(label(person));
      continue;
    }
    return {
      ok: answer.ok,
      status: answer.status,
      requestId: text1(fields, "RequestId", "requestId") ?? answer.headers.get("x-oss-request-id"),
      code,
      message: answer.ok ? null : text1(fields, "Message", "message", "errorMessage"),
      fields,
    };
  }
}
