// Who and what there is in a state, and what stands between them.

import type { AccountState, State } from "../api";
import { t } from "../settings";
import { serviceWord } from "../words";

export type Kind = "account" | "user" | "group" | "role" | "service-role" | "system-policy" | "policy" | "bucket" | "workspace" | "service" | "activation" | "identity-provider";

export interface Thing {
  id: string;
  kind: Kind;
  name: string;
  account: string;
}

/** Is it somebody who calls? */
export const isPrincipal = (thing: Thing): boolean => ["user", "role", "service-role"].includes(thing.kind);

export interface Relation {
  from: string;
  to: string;
  kind: "in" | "has" | "trusts" | "assumes" | "acts";
  /** On what it hangs. */
  note?: string;
}

/** Somebody that may assume a role: trusted by it, and let do so by its own policies. */
export interface MayAssume {
  /** The account, and `user/alice` or `role/ops` in it. */
  account: string;
  who: string;
  /** The role's ARN. */
  role: string;
  conditions: string | null;
}

export interface Relations {
  things: Map<string, Thing>;
  /** By either end. */
  of: Map<string, Relation[]>;
  /** The ids of accounts, by their names. */
  accounts: Map<string, string>;
}

export const kindWord = (kind: Kind): string =>
  ({
    account: t("account", "账号"),
    user: t("RAM user", "RAM 用户"),
    group: t("user group", "用户组"),
    role: t("RAM role", "RAM 角色"),
    "service-role": t("service role", "服务角色"),
    "system-policy": t("system policy", "系统策略"),
    policy: t("custom policy", "自定义策略"),
    bucket: t("bucket", "存储空间"),
    workspace: t("workspace", "工作空间"),
    service: t("service", "云服务"),
    activation: t("activated service", "已开通的云服务"),
    "identity-provider": t("identity provider", "身份提供商"),
  })[kind];

export const relationWord = (kind: Relation["kind"]): string =>
  ({ in: t("is in", "属于"), has: t("has", "拥有"), trusts: t("trusts", "信任"), assumes: t("may assume", "可扮演"), acts: t("acts as", "扮演") })[kind];

interface Trust {
  Statement?: { Effect?: string; Principal?: Record<string, string | string[]> }[] | { Effect?: string; Principal?: Record<string, string | string[]> };
}

/** Questions that are asked at most to know who may assume what: who there is, for each role. */
const QUESTIONS = 20_000;

/** The roles that somebody might assume, as ARNs: those that trust principals of accounts. And how many there are beyond what is asked. */
export function assumable(state: State): { roles: string[]; more: number } {
  const accounts = Object.values(state.accounts);
  const principals = accounts.reduce((sum, account) => sum + Object.keys(account.users).length + Object.keys(account.roles).length, 0);
  const roles = accounts.flatMap((account) =>
    Object.entries(account.roles)
      .filter(([, role]) => trusted(role.trust).some(([kind]) => kind === "RAM"))
      .map(([name]) => `acs:ram::${account.account_id}:role/${name}`),
  );
  const most = Math.max(1, Math.floor(QUESTIONS / Math.max(1, principals)));
  return { roles: roles.slice(0, most), more: Math.max(0, roles.length - most) };
}

/** Who may assume them, of a state that was asked about `sts:AssumeRole` on roles. */
export const mayAssume = (asked: State): MayAssume[] =>
  Object.entries(asked.accounts).flatMap(([account, { permissions }]) =>
    Object.entries(permissions).flatMap(([who, answers]) =>
      answers.filter((one) => one.verdict === "Allow").map((one) => ({ account, who, role: one.resource, conditions: one.conditions ?? null })),
    ),
  );

/** Whom a trust policy names, by kind. */
function trusted(trust: unknown): [string, string][] {
  const statements = (trust as Trust | null)?.Statement ?? [];
  return (Array.isArray(statements) ? statements : [statements])
    .filter((statement) => statement.Effect === "Allow")
    .flatMap((statement) => Object.entries(statement.Principal ?? {}))
    .flatMap(([kind, names]): [string, string][] => (Array.isArray(names) ? names : [names]).map((name) => [kind, name]));
}

export function relations(state: State, assumes: readonly MayAssume[] = []): Relations {
  const things = new Map<string, Thing>();
  const of = new Map<string, Relation[]>();
  const thing = (account: string, kind: Kind, name: string): string => {
    const id = kind === "service" || kind === "system-policy" ? `${kind}:${name}` : `${account}/${kind}:${name.toLowerCase()}`;
    if (!things.has(id)) things.set(id, { id, kind, name, account });
    return id;
  };
  const relate = (from: string, kind: Relation["kind"], to: string): void => {
    const relation = { from, to, kind };
    // What relates to itself does so once.
    for (const end of new Set([from, to])) {
      const known = of.get(end);
      if (known === undefined) of.set(end, [relation]);
      else known.push(relation);
    }
  };
  const ids = new Map(Object.entries(state.accounts).map(([name, account]) => [account.account_id, name]));
  for (const [name, account] of Object.entries(state.accounts)) one(name, account);
  for (const { account, who, role, conditions } of assumes) {
    const [, kind, named = ""] = /^(user|role)\/(.+)$/.exec(who) ?? [];
    const [, owner = "", roleName = ""] = /^acs:ram::(\d+):role\/(.+)$/.exec(role) ?? [];
    const other = ids.get(owner);
    if (kind === undefined || other === undefined) continue;
    const kindOf = (account: string, name: string): Kind =>
      things.has(`${account}/service-role:${name.toLowerCase()}`) ? "service-role" : "role";
    const from = thing(account, kind === "user" ? "user" : kindOf(account, named), named);
    const relation: Relation = { from, to: thing(other, kindOf(other, roleName), roleName), kind: "assumes" };
    if (conditions !== null) relation.note = conditions;
    // Before the rest: of many neighbours the first are drawn.
    for (const end of new Set([relation.from, relation.to])) of.set(end, [relation, ...(of.get(end) ?? [])]);
  }

  function one(name: string, account: AccountState): void {
    const whole = thing(name, "account", name);
    const has = (who: string, policies: { name: string; type: string }[]): void => {
      for (const policy of policies) relate(who, "has", thing(name, policy.type === "System" ? "system-policy" : "policy", policy.name));
    };
    for (const service of account.activated) relate(whole, "has", thing(name, "activation", serviceWord(service)));
    for (const group of Object.keys(account.groups)) relate(thing(name, "group", group), "in", whole);
    for (const [group, value] of Object.entries(account.groups)) has(thing(name, "group", group), value.policies);
    for (const [user, value] of Object.entries(account.users)) {
      const id = thing(name, "user", user);
      relate(id, "in", whole);
      for (const group of value.groups) relate(id, "in", thing(name, "group", group));
      has(id, value.policies);
    }
    const roleKind = (role: string): Kind => {
      const value = account.roles[role];
      const service = value !== undefined && (value.service_linked !== null || trusted(value.trust).some(([kind]) => kind === "Service"));
      return service ? "service-role" : "role";
    };
    for (const [role, value] of Object.entries(account.roles)) {
      const id = thing(name, roleKind(role), role);
      relate(id, "in", whole);
      has(id, value.policies);
      for (const [kind, who] of trusted(value.trust)) {
        if (kind === "Service") {
          const service = thing(name, "service", who.split("@").at(-1) ?? who);
          relate(id, "trusts", service);
          relate(service, "acts", id);
          continue;
        }
        const [, , , owner = "", rest = ""] = who.split(":");
        const other = ids.get(owner);
        if (other === undefined) continue;
        const [what = "", named = ""] = rest.split("/");
        if (what === "root") relate(id, "trusts", thing(other, "account", other));
        else if (what === "user") relate(id, "trusts", thing(other, "user", named));
        else if (what === "role") relate(id, "trusts", thing(other, roleKind(named), named));
        else if (kind === "Federated") relate(id, "trusts", thing(other, "identity-provider", named));
      }
    }
    for (const policy of Object.keys(account.policies)) relate(thing(name, "policy", policy), "in", whole);
    for (const kind of ["oidc", "saml"] as const)
      for (const provider of Object.keys(account.identity_providers?.[kind] ?? {})) relate(thing(name, "identity-provider", provider), "in", whole);
    for (const bucket of Object.keys(account.buckets)) relate(thing(name, "bucket", bucket), "in", whole);
    for (const [workspace, value] of Object.entries(account.workspaces)) {
      const id = thing(name, "workspace", workspace);
      relate(id, "in", whole);
      for (const member of Object.keys(value.members)) {
        const [, kind, named = ""] = /^(user|role)\/(.+)$/.exec(member) ?? [];
        if (kind !== undefined) relate(thing(name, kind === "user" ? "user" : roleKind(named), named), "in", id);
      }
    }
  }
  return { things, of, accounts: new Map([...ids].map(([id, name]) => [name, id])) };
}
