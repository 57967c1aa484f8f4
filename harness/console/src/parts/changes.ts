// Two authorization states compared, in words.

import type { AccountState, Attachment, State } from "../api";
import { colon, t } from "../settings";
import { serviceWord } from "../words";

export interface Word {
  come: boolean | null;
  text: string;
}

type Maps = Record<string, unknown>;

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const policyWord = (one: Attachment): string =>
  `${one.type === "System" ? t("system policy", "系统策略") : t("custom policy", "自定义策略")} ${one.name}${one.version === undefined ? "" : ` ${one.version}`}${
    one.resource_group === undefined ? "" : t(` for resource group ${one.resource_group}`, `（资源组 ${one.resource_group}）`)
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
    words.push({ come: true, text: t(`${kind} ${name} is new`, `新增${/^[A-Za-z]/.test(kind) ? " " : ""}${kind} ${name}`) });
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
    const [had, has] = [a.access_keys.active, b.access_keys.active];
    if (had !== has)
      words.push({ come: null, text: t(`${user} ${name}, active access keys: ${has}, was ${had}`, `${user} ${name} 的启用的访问密钥：${has} 个，此前为 ${had} 个`) });
    besides(`${user} ${name}`, a, b, ["groups", "policies", "access_keys", "user_id"], words);
  }, { groups: [], policies: [], access_keys: { active: 0, inactive: 0 } });
  const group = t("User group", "用户组");
  maps(before.groups, after.groups, group, words, (name, a, b) => attachments(`${group} ${name}`, a.policies, b.policies, words), { members: [], policies: [] });
  const role = t("RAM role", "RAM 角色");
  maps(before.roles, after.roles, role, words, (name, a, b) => {
    attachments(`${role} ${name}`, a.policies, b.policies, words);
    besides(`${role} ${name}`, a, b, a.trust === null ? ["policies", "service_linked", "max_session_duration"] : ["policies"], words);
  }, { trust: null, policies: [], service_linked: null, max_session_duration: 0 });
  const policy = t("Custom policy", "自定义策略");
  maps(before.policies, after.policies, policy, words, (name, a, b) => {
    if (a.default_version !== "" && a.default_version !== b.default_version)
      words.push({ come: null, text: t(`${policy} ${name}: ${b.default_version} is in force, not ${a.default_version}`, `${policy} ${name}：默认版本由 ${a.default_version} 改为 ${b.default_version}`) });
    besides(`${policy} ${name}`, a, b, ["default_version"], words);
  }, { default_version: "", versions: {} });
  const bucket = t("Bucket", "存储空间");
  maps(before.buckets, after.buckets, bucket, words, (name, a, b) => {
    // Of a new one what an account starts with says nothing.
    besides(`${bucket} ${name}`, a.region === "" ? { ...a, region: b.region, acl: "private", public_access_blocked: true } : a, b, [], words);
  }, { region: "", acl: "", policy: null, tags: {}, public_access_blocked: false });
  const workspace = t("Workspace", "工作空间");
  maps(before.workspaces, after.workspaces, workspace, words, (name, a, b) => {
    const members = (one: { members: Record<string, string[]> }): string[] => Object.entries(one.members).map(([who, roles]) => `${who}: ${roles.join(", ")}`);
    lists(members(a), members(b), (one) => t(`${workspace} ${name} has the member ${one}`, `${workspace} ${name} 新增成员 ${one}`), (one) => t(`${workspace} ${name} has not the member ${one} any more`, `${workspace} ${name} 移除成员 ${one}`), words);
  }, { members: {} });
  rest(before as unknown as Maps, after as unknown as Maps, words);
}

/** What the parts of a state are called. */
const PARTS: Record<string, () => string> = {
  account: () => t("account", "账号"),
  client_ids: () => t("client IDs", "客户端 ID"),
  days: () => t("days", "天数"),
  fingerprints: () => t("fingerprints", "证书指纹"),
  issuance_limit_hours: () => t("how old a token may be, in hours", "最早颁发时间限制（小时）"),
  issuer_url: () => t("issuer", "颁发者 URL"),
  locked: () => t("locked", "已锁定"),
  metadata_sha256: () => t("SHA-256 of the metadata", "元数据的 SHA-256"),
  with_domain: () => t("users are named with their domain", "用户名须带域名"),
  change_password: () => t("users may change their passwords", "允许用户修改密码"),
  idle_days_of_access_keys: () => t("days until an idle access key is disabled", "访问密钥闲置禁用天数"),
  idle_days_of_users: () => t("days until an idle user is disabled", "用户闲置禁用天数"),
  login_network_masks: () => t("networks to log on from", "登录掩码设置"),
  login_session_hours: () => t("hours that a logon holds", "登录会话的过期时间（小时）"),
  login_with_passkey: () => t("users may log on with a passkey", "允许使用通行密钥登录"),
  manage_access_keys: () => t("users may manage their access keys", "允许用户管理 AccessKey"),
  manage_mfa_devices: () => t("users may manage their MFA devices", "允许用户管理 MFA 设备"),
  manage_personal_ding_talk: () => t("users may bind their DingTalk accounts", "允许用户绑定钉钉账号"),
  manage_public_keys: () => t("users may manage their public keys", "允许用户管理公钥"),
  manage_service_credentials: () => t("users may manage service credentials", "允许用户管理服务凭证"),
  mfa_for_login: () => t("who needs MFA to log on", "登录时必须使用 MFA"),
  oidc: () => t("OIDC providers", "OIDC 身份提供商"),
  owner: () => t("account owner", "主账号"),
  risk_login: () => t("at a logon with a risk", "风险登录时"),
  saml: () => t("SAML providers", "SAML 身份提供商"),
  save_mfa_ticket: () => t("a logon with MFA is remembered for a week", "记住 MFA 验证状态 7 天"),
  user_id: () => t("user ID", "用户 ID"),
  user_sso: () => t("user-based SSO", "用户 SSO"),
  verification_types: () => t("means of verification", "验证方式"),
  access_key_policies: () => t("network policies of access keys", "访问密钥的网络策略"),
  access_points: () => t("access point", "接入点"),
  acl: () => "ACL",
  administers: () => t("administers", "委派管理的服务"),
  accessibility: () => t("seen by", "可见性"),
  console_mfa: () => t("a second factor at the console", "控制台登录需要 MFA"),
  console_password: () => t("password for the console", "控制台密码"),
  control: () => t("control policies count", "管控策略状态"),
  control_policies: () => t("control policies", "管控策略"),
  display_name: () => t("display name", "显示名称"),
  document: () => t("text", "策略内容"),
  entities: () => t("what is in it", "其中的资源"),
  effect_scope: () => t("binds", "生效范围"),
  folder: () => t("folder", "资源夹"),
  folders: () => t("folder", "资源夹"),
  identity_providers: () => t("identity providers", "身份提供商"),
  log_projects: () => t("log project", "日志项目"),
  max_session_duration: () => t("longest session in seconds", "最大会话时间（秒）"),
  members: () => t("member", "成员"),
  object_acls: () => t("ACL of object", "文件 ACL"),
  object_tags: () => t("tags of object", "文件标签"),
  origin: () => t("network origin", "网络来源"),
  policy: () => t("policy", "授权策略"),
  public_access_blocked: () => t("block public access", "阻止公共访问"),
  records: () => t("tags of records", "资源的标签"),
  region: () => t("region", "地域"),
  resource_directory: () => t("Resource directory", "资源目录"),
  resource_groups: () => t("Resource group", "资源组"),
  resources: () => t("resources", "资源"),
  retention: () => t("retention", "合规保留策略"),
  security_preference: () => t("Security preference", "安全设置"),
  service_linked: () => t("service-linked", "服务关联"),
  settings: () => t("settings", "设置"),
  strict_workspace_roles: () => t("workspace roles count where RAM allows as well", "工作空间角色仅在 RAM 也允许时生效"),
  system_policies: () => t("system policy", "系统策略"),
  tags: () => t("tags", "标签"),
  trust: () => t("trust policy", "信任策略"),
  versions: () => t("version", "版本"),
};

export const partWord = (name: string): string => PARTS[name]?.() ?? name;

/** Is there nothing to be told: not there, off, or empty all the way down? */
export const isNothing = (value: unknown): boolean =>
  value === undefined || value === null || value === false || value === 0 || value === "" || (typeof value === "object" && Object.values(value).every(isNothing));

/** Texts of policies and what is no map are told whole. */
export const isMap = (value: unknown): value is Maps => typeof value === "object" && value !== null && !Array.isArray(value) && !("Statement" in value);

const shown = (value: unknown): string => (value === undefined || value === null ? t("nothing", "无") : typeof value === "string" ? value : JSON.stringify(value));

/** Whatever is other in two things, but for what is told elsewhere: part by part, down to what is no map. */
function besides(what: string, before: object, after: object, told: string[], words: Word[]): void {
  const [a, b] = [before as Maps, after as Maps];
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!told.includes(name)) inside(`${what}${t(", ", "，")}${partWord(name)}`, a[name], b[name], words);
  }
}

function inside(what: string, before: unknown, after: unknown, words: Word[]): void {
  if (same(before ?? null, after ?? null)) return;
  const empty = (value: unknown): boolean => value === undefined || value === null;
  if (isMap(before ?? {}) && isMap(after ?? {}) && !(empty(before) && empty(after))) {
    const [a, b] = [(before ?? {}) as Maps, (after ?? {}) as Maps];
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) inside(`${what} ${partWord(name)}`, a[name], b[name], words);
    return;
  }
  if (Array.isArray(before ?? []) && Array.isArray(after ?? []) && !(empty(before) && empty(after))) {
    const one = (item: unknown): string => (isMap(item) && typeof item.name === "string" && typeof item.type === "string" ? policyWord(item as unknown as Attachment) : shown(item));
    lists(
      (before ?? []) as unknown[],
      (after ?? []) as unknown[],
      (item) => t(`${what}: ${one(item)}`, `${what}：${one(item)}`),
      (item) => t(`${what}: ${one(item)}`, `${what}：${one(item)}`),
      words,
    );
    return;
  }
  // What was not there was nothing: that goes without saying.
  if (empty(before)) {
    words.push({ come: true, text: t(`${what}: ${shown(after)}`, `${what}：${shown(after)}`) });
    return;
  }
  words.push({ come: null, text: t(`${what}: ${shown(after)}, was ${shown(before)}`, `${what}：${shown(after)}，此前为 ${shown(before)}`) });
}

/** What has words of its own, and what nothing follows from. */
const WORDED = new Set(["account_id", "activated", "users", "groups", "roles", "policies", "buckets", "workspaces", "permissions"]);

function rest(before: Maps, after: Maps, words: Word[]): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (!WORDED.has(name)) inside(partWord(name), before[name], after[name], words);
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
    words.push(...several.map((word) => (names.size > 1 ? { ...word, text: name + colon() + word.text } : word)));
  }
  return words;
}
