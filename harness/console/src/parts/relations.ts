// Who and what there is in a state, and what stands between them.

import type { AccountState, State } from "../api";
import { t } from "../settings";

export type Kind = "account" | "user" | "group" | "role" | "service-role" | "system-policy" | "policy" | "bucket" | "workspace" | "service";

export interface Thing {
  id: string;
  kind: Kind;
  name: string;
  account: string;
}

export interface Relation {
  from: string;
  to: string;
  kind: "in" | "has" | "trusts" | "acts";
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
  })[kind];

export const relationWord = (kind: Relation["kind"]): string =>
  ({ in: t("is in", "属于"), has: t("has", "拥有"), trusts: t("trusts", "信任"), acts: t("acts as", "扮演") })[kind];

interface Trust {
  Statement?: { Effect?: string; Principal?: Record<string, string | string[]> }[] | { Effect?: string; Principal?: Record<string, string | string[]> };
}

/** Whom a trust policy names, by kind. */
function trusted(trust: unknown): [string, string][] {
  const statements = (trust as Trust | null)?.Statement ?? [];
  return (Array.isArray(statements) ? statements : [statements])
    .filter((statement) => statement.Effect === "Allow")
    .flatMap((statement) => Object.entries(statement.Principal ?? {}))
    .flatMap(([kind, names]): [string, string][] => (Array.isArray(names) ? names : [names]).map((name) => [kind, name]));
}

export function relations(state: State): Relations {
  const things = new Map<string, Thing>();
  const of = new Map<string, Relation[]>();
  const thing = (account: string, kind: Kind, name: string): string => {
    const id = kind === "service" || kind === "system-policy" ? `${kind}:${name}` : `${account}/${kind}:${name.toLowerCase()}`;
    if (!things.has(id)) things.set(id, { id, kind, name, account });
    return id;
  };
  const relate = (from: string, kind: Relation["kind"], to: string): void => {
    const relation = { from, to, kind };
    for (const end of [from, to]) {
      const known = of.get(end);
      if (known === undefined) of.set(end, [relation]);
      else known.push(relation);
    }
  };
  const ids = new Map(Object.entries(state.accounts).map(([name, account]) => [account.account_id, name]));
  for (const [name, account] of Object.entries(state.accounts)) one(name, account);

  function one(name: string, account: AccountState): void {
    const whole = thing(name, "account", name);
    const has = (who: string, policies: { name: string; type: string }[]): void => {
      for (const policy of policies) relate(who, "has", thing(name, policy.type === "System" ? "system-policy" : "policy", policy.name));
    };
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
      }
    }
    for (const policy of Object.keys(account.policies)) relate(thing(name, "policy", policy), "in", whole);
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
