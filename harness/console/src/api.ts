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
  fits: boolean;
  actual: string;
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
  condition: { operator: string; key: string; met: boolean }[];
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
  text: string;
}

export interface FullDecision extends Omit<Decision, "decided"> {
  decided: (Brief & Explained)[];
}

export interface Change {
  change: string;
  layer: string;
  policy?: PolicyRef;
  line?: number;
  statement: unknown;
  key?: string;
  values?: string[];
  of?: "request" | "resource";
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
}

export interface Attachment {
  name: string;
  type: string;
  version?: string;
  resource_group?: string;
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
  buckets: Record<string, { region: string; acl: string; policy: unknown; tags: Record<string, string>; public_access_blocked: boolean }>;
  workspaces: Record<string, { members: Record<string, string[]> }>;
  resource_groups: Record<string, unknown>;
  permissions: Record<string, { action: string; resource: string; verdict: string; policy: string | null }[]>;
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

const PREFIX = "/_acslab/";
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

export function setToken(text: string): void {
  // The whole printed address may be given as well.
  token = /token=([0-9a-f]+)/.exec(text)?.[1] ?? text.trim();
  sessionStorage.setItem(KEPT, token);
}

/** Asks the control surface. */
export async function control<A>(method: string, path: string, body?: unknown): Promise<A> {
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

/** How long a stream that was refused stays away, in milliseconds: a browser does not ask again by itself then. */
const AWAY = 3_000;

/** What is told to who follows the decisions. */
export interface Follower {
  told: (decision: Decision) => void;
  /** So many were forgotten before they could be told. */
  missed: (forgotten: number) => void;
  connected: (yes: boolean) => void;
}

/** Follows the decisions from before and as they come. */
export function follow(latest: number, follower: Follower): () => void {
  let source: EventSource;
  let timer: number | undefined;
  /** Those that were told last: a stream that is begun anew tells them again. */
  const seen = new Set<string>();
  const begin = (): void => {
    source = new EventSource(`${PREFIX}decisions/stream?latest=${latest}`);
    source.onopen = () => follower.connected(true);
    source.onerror = () => {
      follower.connected(false);
      if (source.readyState === EventSource.CLOSED) timer = window.setTimeout(begin, AWAY);
    };
    source.onmessage = (event: MessageEvent<string>) => {
      const decision = JSON.parse(event.data) as Decision;
      if (seen.has(decision.request_id)) return;
      seen.add(decision.request_id);
      const [oldest] = seen;
      if (seen.size > latest && oldest !== undefined) seen.delete(oldest);
      follower.told(decision);
    };
    source.addEventListener("gap", (event: MessageEvent<string>) => follower.missed((JSON.parse(event.data) as { forgotten: number }).forgotten));
  };
  begin();
  return () => {
    window.clearTimeout(timer);
    source.close();
  };
}
