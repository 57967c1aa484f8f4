// The control API: all that this page knows of the cloud comes from here, or from the cloud's own operations.

export interface PolicyRef {
  name: string;
  kind: string;
  version: string | null;
  attached: unknown;
}

export interface Known {
  action: string;
  resource: string;
}

export interface Brief {
  action: string;
  resource: string;
  verdict: string;
  layer: string;
  policy: PolicyRef | null;
  known: Known;
}

/** A decision as `GET decisions` shows it. */
export interface Decision {
  request_id: string;
  event: string;
  cause: string | null;
  time: string;
  operation: string;
  version: string;
  performed: boolean;
  caller: string | null;
  source_ip: string | null;
  stage: string;
  decided: Brief[];
  status: number;
  code: string | null;
  warning?: string;
  /** It would have been refused, and was reported alone. */
  would_deny?: boolean;
}

export interface Place {
  span: { start: number; end: number };
  line: number;
  column: number;
}

export interface Failure {
  element: string;
  reason: string;
  expected: string[];
  actual: string[];
  place: Place;
}

export interface StatementRef {
  layer: string;
  node: number;
  policy: number;
  statement: number;
}

interface ElementTrace {
  element: string;
  place: Place;
  fits: boolean;
  actual: string;
  /** Each pattern by itself: whether it matches, negation aside. */
  patterns: { pattern: string; place: Place; matches: boolean }[];
}

export interface StatementTrace {
  statement: StatementRef;
  policy: PolicyRef;
  effect: string;
  sid: string | null;
  place: Place;
  counts: boolean;
  failed: Failure | null;
  principal: ElementTrace | null;
  action: ElementTrace;
  resource: ElementTrace | null;
  condition: { operator: string; key: string; place: Place; met: boolean; actual: string[]; values: { expected: string; place: Place; matches: boolean }[] }[];
}

export interface Unit {
  layer: string;
  node: number;
  verdict: string;
  settled_by: StatementRef | null;
  statements: StatementTrace[];
}

export type Step = { asked: Unit } | { skipped: { layer: string; why: string } };

export interface Settled {
  verdict: string;
  layer: string;
  statement: StatementRef | null;
}

export interface Explanation {
  decision: Settled;
  request: { action: string; resource: string; resource_group: string | null; context: { key: string; values: string[] }[] };
  steps: Step[];
}

export interface PolicyText {
  layer: string;
  node: number;
  policy: number;
  reference: PolicyRef;
  text: string;
}

/** A decision with its reasons. */
export interface Explained {
  explanation: Explanation;
  documents: PolicyText[];
  /** What of the policies nearly fits, the likeliest first. */
  near: { statement: StatementRef; kind: string; text: string }[];
  /** What the caller holds for another resource group, and would allow it there. */
  elsewhere?: { policy: { name: string; type: string }; group: string | null; resource_group: string; wanted: string | null }[];
  /** What a bucket says itself, of a question about one. */
  own?: Own | null;
  text: string;
}

/** What each of a bucket's own policies is, by its place; the ACL that counted; whether public access was blocked, where anything could be public. */
export interface Own {
  policies: ("bucket-policy" | "acl" | "access-point-policy" | "block")[];
  acl: { value: string; of: "bucket" | "object" } | null;
  public_access_blocked: boolean | null;
}

export interface FullDecision extends Omit<Decision, "decided"> {
  decided: (Brief & Explained)[];
}

export interface Change {
  change: string;
  layer: string;
  policy?: PolicyRef;
  line?: number;
  /** Which statement of the policy, from 1. */
  number?: number;
  statement: unknown;
  key?: string;
  values?: string[];
  of?: "request" | "resource";
  /** A setting that is no policy: of what, and its value then. */
  setting?: "block-public-access" | "acl";
  level?: "account" | "bucket" | "object";
  name?: string;
  value?: string;
}

export interface PlannedCall {
  account: string;
  product: string;
  version: string;
  operation: string;
  parameters: Record<string, string>;
  answer?: string;
  message?: string | null;
}

export interface NewlyAllowed {
  action: string;
  resource: string;
}

export interface Fix {
  changes: Change[];
  wider: boolean;
  also_allows: NewlyAllowed[];
  /** What a statement covers besides, or no longer denies, in its own patterns. */
  opens: NewlyAllowed[];
  /** Others that hold what it edits. */
  shared_with?: string[];
  calls?: PlannedCall[];
  by_hand?: { code: string; why: string };
}

export interface Fixes {
  questions: { question: number; action: string; resource: string; impossible: string | null; fixes: Fix[] }[];
}

export interface Tried {
  calls: PlannedCall[];
  decisions: Brief[];
  allowed: boolean;
  also_allows: NewlyAllowed[];
  /** Others who are let do the same by it, and are not now. */
  also_for: string[];
}

export interface Attachment {
  name: string;
  type: string;
  version?: string;
  resource_group?: string;
}

export interface Directory {
  control: string;
  control_policies: Record<string, { effect_scope: string; document: unknown }>;
  folders: Record<string, { control_policies: Attachment[] }>;
  members: Record<string, { folder: string; type: string; control_policies: Attachment[]; administers: string[] }>;
}

export interface AccountState {
  account_id: string;
  activated: string[];
  users: Record<string, { groups: string[]; policies: Attachment[]; access_keys: { active: number; inactive: number } }>;
  groups: Record<string, { members: string[]; policies: Attachment[] }>;
  roles: Record<
    string,
    { trust: unknown; policies: Attachment[]; service_linked: string | null; max_session_duration: number }
  >;
  policies: Record<string, { default_version: string; versions: Record<string, unknown> }>;
  buckets: Record<string, { region: string; acl: string; policy: unknown; tags: Record<string, string>; public_access_blocked: boolean; object_acls?: Record<string, string>; object_tags?: Record<string, Record<string, string>>; access_points?: Record<string, { origin: string; policy?: unknown; public_access_blocked: boolean }> }>;
  workspaces: Record<string, Workspace>;
  system_policies?: Record<string, { version: string; text: unknown }>;
  resource_groups: Record<string, { display_name: string; tags: Record<string, string>; resources: string[] }>;
  /** Of the account that manages it. */
  resource_directory?: Directory | null;
  public_access_blocked?: boolean;
  identity_providers?: { oidc?: Record<string, unknown>; saml?: Record<string, unknown> };
  permissions: Record<string, { action: string; resource: string; verdict: string; policy: string | null; conditions?: string | null }[]>;
}

/** Who is in a workspace, and what. */
export interface Workspace {
  members: Record<string, string[]>;
  entities?: Record<string, { accessibility: string; creator: string }>;
}

export interface State {
  accounts: Record<string, AccountState>;
}

/** What went wrong with a question to the control surface. */
export class ControlError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export const PREFIX = "/_acslab/";
const KEPT = "acslab.token";

/** The token that the printed address carries. It is kept for this tab alone, and out of the address. */
let token = takeToken();

function takeToken(): string | null {
  const found = /(?:^#|&)token=([0-9a-f]+)/.exec(location.hash);
  if (found?.[1] !== undefined) {
    history.replaceState(null, "", location.pathname + "#/live");
    sessionStorage.setItem(KEPT, found[1]);
    return found[1];
  }
  return sessionStorage.getItem(KEPT);
}

export const hasToken = (): boolean => token !== null;

const listeners = new Set<() => void>();

/** Tells when there is a token, and when it turns out to be none: the cloud was started again and has another. */
export function onToken(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

const isKnown = async (): Promise<boolean> => (await ask<{ known: boolean }>("GET", "console/token")).known;

/** Takes a token, if it is the one of this cloud. */
export async function giveToken(text: string): Promise<boolean> {
  // The whole printed address may be given as well.
  const given = /token=([0-9a-f]+)/.exec(text)?.[1] ?? text.trim();
  if (!/^[0-9a-f]+$/.test(given)) return false;
  const before = token;
  token = given;
  let known = false;
  try {
    known = await isKnown();
  } finally {
    if (!known) token = before;
  }
  if (known) {
    sessionStorage.setItem(KEPT, given);
    for (const listener of listeners) listener();
  }
  return known;
}

/** Keeps no token that is none: whoever sits before the page is asked for the right one again. */
export async function checkToken(): Promise<void> {
  if (token === null) return;
  const asked = token;
  if ((await isKnown()) || token !== asked) return;
  token = null;
  sessionStorage.removeItem(KEPT);
  for (const listener of listeners) listener();
}

/** Asks the control surface. */
export async function control<A>(method: string, path: string, body?: unknown): Promise<A> {
  try {
    return await ask<A>(method, path, body);
  } catch (problem) {
    if (problem instanceof ControlError && problem.status === 403) await checkToken().catch(() => undefined);
    throw problem;
  }
}

async function ask<A>(method: string, path: string, body?: unknown): Promise<A> {
  const headers: Record<string, string> = {};
  if (token !== null) headers["x-acslab-token"] = token;
  if (body !== undefined) headers["content-type"] = "application/json";
  const init: RequestInit = { method, headers };
  if (body !== undefined) init.body = JSON.stringify(body);
  let answer: Response;
  try {
    answer = await fetch(PREFIX + path, init);
  } catch {
    throw new ControlError(0, "unreachable");
  }
  const text = await answer.text();
  let read: unknown;
  try {
    read = text === "" ? {} : JSON.parse(text);
  } catch {
    throw new ControlError(answer.status, text.slice(0, 200));
  }
  if (!answer.ok) throw new ControlError(answer.status, (read as { error?: string }).error ?? answer.statusText);
  return read as A;
}

export const state = (query: Record<string, unknown> = {}): Promise<State> => control<State>("POST", "state", query);

/** How a decision is named for good: another process, how many clouds stood in its place before, and a number that counts up through all. */
export interface EventName {
  process: string;
  cloud: string;
  number: number;
}

export function eventName(event: string): EventName {
  const [process = "", cloud = "", number = ""] = event.split(".");
  return { process, cloud, number: Number(number) };
}

/** Asks for a decision, or for a part of it. A request id may have come again since: the event tells which is meant. */
export const ofDecision = (requestId: string, event: string, part = ""): string =>
  `decisions/${encodeURIComponent(requestId)}${part}${event === "" ? "" : `?event=${encodeURIComponent(event)}`}`;
