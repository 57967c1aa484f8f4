// Two authorization states compared, in words.

import type { AccountState, Attachment, State } from "../api";
import { t } from "../settings";
import { serviceWord } from "../words";

export interface Word {
  come: boolean | null;
  text: string;
}

type Maps = Record<string, unknown>;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const policyWord = (one: Attachment): string =>
  `${one.type === "System" ? t("system policy", "系统策略") : t("custom policy", "自定义策略")} ${one.name}${one.version === undefined ? "" : ` ${one.version}`}${
    one.resource_group === undefined ? "" : t(` for resource group ${one.resource_group}`, `(资源组 ${one.resource_group})`)
  }`;

/** Two lists: what came and what went. */
function lists<T>(before: T[], after: T[], come: (one: T) => string, gone: (one: T) => string, words: Word[]): void {
  const has = (list: T[], one: T): boolean => list.some((other) => same(other, one));
  for (const one of before) if (!has(after, one)) words.push({ come: false, text: gone(one) });
  for (const one of after) if (!has(before, one)) words.push({ come: true, text: come(one) });
}

/** Two maps by name: what came, what went, and for each that stayed what is other. */
function maps<T>(before: Record<string, T>, after: Record<string, T>, kind: string, words: Word[], inside: (name: string, a: T, b: T) => void, empty: T): void {
  for (const [name, value] of Object.entries(before)) {
    const other = after[name];
    if (other === undefined) words.push({ come: false, text: t(`${kind} ${name} is gone`, `${kind} ${name} 已删除`) });
    else if (!same(value, other)) inside(name, value, other);
  }
  for (const [name, value] of Object.entries(after)) {
    if (before[name] !== undefined) continue;
    words.push({ come: true, text: t(`${kind} ${name} is new`, `新增${kind} ${name}`) });
    inside(name, empty, value);
  }
}

const attachments = (who: string, before: Attachment[], after: Attachment[], words: Word[]): void =>
  lists(
    before,
    after,
    (one) => t(`${who} has ${policyWord(one)} attached`, `${who} 被授予${policyWord(one)}`),
    (one) => t(`${who} has ${policyWord(one)} no more`, `${who} 不再拥有${policyWord(one)}`),
    words,
  );

const NONE: AccountState = {
  account_id: "",
  activated: [],
  users: {},
  groups: {},
  roles: {},
  policies: {},
  buckets: {},
  workspaces: {},
  resource_groups: {},
  permissions: {},
};

function account(before: AccountState, after: AccountState, words: Word[]): void {
  lists(
    before.activated,
    after.activated,
    (one) => t(`${serviceWord(one)} is activated`, `${serviceWord(one)} 已开通`),
    (one) => t(`${serviceWord(one)} is not activated any more`, `${serviceWord(one)} 不再是开通状态`),
    words,
  );
  const user = t("RAM user", "RAM 用户");
  maps(before.users, after.users, user, words, (name, a, b) => {
    attachments(`${user} ${name}`, a.policies, b.policies, words);
    lists(
      a.groups,
      b.groups,
      (group) => t(`${user} ${name} is in group ${group}`, `${user} ${name} 加入用户组 ${group}`),
      (group) => t(`${user} ${name} left group ${group}`, `${user} ${name} 离开用户组 ${group}`),
      words,
    );
    const keys = b.access_keys.active - a.access_keys.active;
    if (keys !== 0)
      words.push({ come: keys > 0, text: t(`${user} ${name} has ${b.access_keys.active} active access keys`, `${user} ${name} 有 ${b.access_keys.active} 个启用的访问密钥`) });
  }, { groups: [], policies: [], access_keys: { active: 0, inactive: 0 } });
  const group = t("User group", "用户组");
  maps(before.groups, after.groups, group, words, (name, a, b) => attachments(`${group} ${name}`, a.policies, b.policies, words), { members: [], policies: [] });
  const role = t("RAM role", "RAM 角色");
  maps(before.roles, after.roles, role, words, (name, a, b) => {
    attachments(`${role} ${name}`, a.policies, b.policies, words);
    if (a.trust !== null && !same(a.trust, b.trust))
      words.push({ come: null, text: t(`The trust policy of ${name} changed: ${JSON.stringify(b.trust)}`, `${name} 的信任策略已更改:${JSON.stringify(b.trust)}`) });
  }, { trust: null, policies: [], service_linked: null, max_session_duration: 0 });
  const policy = t("Custom policy", "自定义策略");
  maps(before.policies, after.policies, policy, words, (name, a, b) => {
    if (a.default_version !== "" && a.default_version !== b.default_version)
      words.push({ come: null, text: t(`${policy} ${name}: ${b.default_version} is in force, not ${a.default_version}`, `${policy} ${name}:默认版本由 ${a.default_version} 改为 ${b.default_version}`) });
  }, { default_version: "", versions: {} });
  const bucket = t("Bucket", "存储空间");
  maps(before.buckets, after.buckets, bucket, words, (name, a, b) => {
    if (a.region === "") return;
    const both: [string, unknown, unknown][] = [
      [t("policy", "授权策略"), a.policy, b.policy],
      ["ACL", a.acl, b.acl],
      [t("tags", "标签"), a.tags, b.tags],
      [t("block public access", "阻止公共访问"), a.public_access_blocked, b.public_access_blocked],
    ];
    for (const [what, from, to] of both)
      if (!same(from, to)) words.push({ come: null, text: t(`${bucket} ${name}, ${what}: ${JSON.stringify(to)}, was ${JSON.stringify(from)}`, `${bucket} ${name} 的${what}:${JSON.stringify(to)},此前为 ${JSON.stringify(from)}`) });
  }, { region: "", acl: "", policy: null, tags: {}, public_access_blocked: false });
  const workspace = t("Workspace", "工作空间");
  maps(before.workspaces, after.workspaces, workspace, words, (name, a, b) => {
    const members = (one: { members: Record<string, string[]> }): string[] => Object.entries(one.members).map(([who, roles]) => `${who}: ${roles.join(", ")}`);
    lists(members(a), members(b), (one) => t(`${workspace} ${name} has the member ${one}`, `${workspace} ${name} 新增成员 ${one}`), (one) => t(`${workspace} ${name} has not the member ${one} any more`, `${workspace} ${name} 移除成员 ${one}`), words);
  }, { members: {} });
  rest(before as unknown as Maps, after as unknown as Maps, words);
}

/** What has no words of its own is told as it stands. */
const WORDED = new Set([...Object.keys(NONE), "system_policies"]);

function rest(before: Maps, after: Maps, words: Word[]): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (WORDED.has(name) && name !== "resource_groups") continue;
    if (!same(before[name], after[name])) words.push({ come: null, text: `${name}: ${JSON.stringify(after[name] ?? null)}` });
  }
}

/** What is other in the second of two states. */
export function changes(before: State, after: State): Word[] {
  const words: Word[] = [];
  const names = new Set([...Object.keys(before.accounts), ...Object.keys(after.accounts)]);
  for (const name of names) {
    const [a, b] = [before.accounts[name], after.accounts[name]];
    const several: Word[] = [];
    if (a === undefined) several.push({ come: true, text: t(`Account ${name} is new`, `新增账号 ${name}`) });
    if (b === undefined) several.push({ come: false, text: t(`Account ${name} is gone`, `账号 ${name} 已删除`) });
    else account(a ?? NONE, b, several);
    words.push(...several.map((word) => (names.size > 1 ? { ...word, text: `${name}: ${word.text}` } : word)));
  }
  return words;
}
