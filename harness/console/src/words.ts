// The cloud's own words in both languages, and what the policy engine's codes mean.

import { t } from "./settings";

export const verdictWord = (verdict: string): string =>
  ({
    Allow: t("Allowed", "允许"),
    ExplicitDeny: t("Denied explicitly", "显式拒绝"),
    ImplicitDeny: t("Denied: nothing allows it", "隐式拒绝"),
    Malformed: t("No action on such a resource", "不是有效的操作或资源"),
  })[verdict] ?? verdict;

export const layerWord = (layer: string): string =>
  ({
    Owner: t("Account owner", "阿里云账号（主账号）"),
    Control: t("Control policies", "管控策略"),
    Session: t("Session policy", "会话策略"),
    Identity: t("Identity policies: account", "身份策略：账号范围"),
    IdentityResourceGroup: t("Identity policies: resource group", "身份策略：资源组范围"),
    Resource: t("The resource's own policy", "基于资源的策略"),
    Trust: t("Trust policy of the role", "角色信任策略"),
    Default: t("The operation's default", "操作的默认规则"),
    None: t("No layer", "无"),
  })[layer] ?? layer;

/** What a policy that is part of something else goes by. */
export const policyName = (name: string): string =>
  ({
    "bucket policy": t(name, "Bucket 授权策略"),
    "session policy": t(name, "会话策略"),
    "trust policy": t(name, "角色信任策略"),
    "access point policy": t(name, "接入点授权策略"),
    "project policy": t(name, "Project 授权策略"),
  })[name] ?? name;

/** What a policy is attached to. */
export const attachedTo = (attached: unknown): string => {
  if (typeof attached !== "object" || attached === null) return "";
  const [kind = "", name = ""] = Object.entries(attached)[0] ?? [];
  const word = {
    User: t("user", "用户"),
    Group: t("group", "用户组"),
    Role: t("role", "角色"),
    Target: t("on", "位于"),
    Bucket: t("bucket", "Bucket"),
    Project: t("project", "项目"),
    Trust: t("of role", "角色"),
    WorkspaceRole: t("workspace role", "工作空间角色"),
  }[kind];
  return `${word ?? kind} ${String(name)}`;
};

/** How an action or a resource is known. */
export const knownWord = (mark: string): string =>
  ({
    documented: t("documented", "官方文档"),
    inferred: t("inferred", "由已公布的内容推断"),
    default: t("default", "默认规则（未公布）"),
  })[mark] ?? mark;

/** What the control surface says is wrong, in Chinese where a page can come upon it; else in its own words. */
const ERRORS: [RegExp, string][] = [
  [/^the control surface does this for no web page but the console.*$/, "控制接口只对持有令牌的控制台执行此操作"],
  [/^no request `(.+)` is remembered$/, "没有保留请求 `$1` 的记录"],
  [/^request `(.+)` was of an acslab that has ended$/, "请求 `$1` 属于已经结束的 acslab 进程"],
  [/^request `(.+)` is not remembered any more$/, "请求 `$1` 的记录已不再保留"],
  [/^there is no scenario `(.+)`$/, "没有场景 `$1`"],
  [/^there is no account `(.+)`$/, "没有账号 `$1`"],
  [/^account (.+) has no user `(.+)`$/, "账号 $1 没有用户 `$2`"],
  [/^account (.+) has no role `(.+)`$/, "账号 $1 没有角色 `$2`"],
  [/^there is no checkpoint `(.+)`$/, "没有检查点 `$1`"],
  [/^there is a checkpoint `(.+)` already$/, "已有检查点 `$1`"],
  [/^too many such requests are answered already; try again$/, "同类请求过多，请稍后重试"],
  [/^this call cannot be asked again by itself$/, "此调用无法单独重新判定"],
  [/^longer than (\d+) bytes$/, "超过 $1 字节"],
];

export function errorWord(message: string): string {
  const known = ERRORS.find(([pattern]) => pattern.test(message));
  return known === undefined ? message : t(message, message.replace(known[0], known[1]));
}

export const skipWord = (why: string): string =>
  ({
    "owner-needs-none": t("the owner of an account needs no policy for what is its own", "主账号对自己的资源无需任何策略"),
    "owner-may-not-assume": t("the owner of an account may not assume roles", "主账号不能扮演 RAM 角色"),
    "control-spares-owner": t("control policies do not bind the owner", "管控策略不约束主账号"),
    "control-spares-service-linked-roles": t("control policies do not bind service-linked roles", "管控策略不约束服务关联角色"),
    "trust-decides-alone": t("only the trust policy decides here", "此处仅由信任策略决定"),
    "no-identity": t("the caller belongs to no account", "调用者不属于任何账号"),
    "foreign-resource": t("identity policies do not reach another account's resources", "身份策略不适用于其他账号的资源"),
    "account-scope-settled": t("the account scope has settled it", "账号范围已得出结论"),
    "gate-decides-alone": t("the access point is asked for itself", "接入点策略单独判定"),
  })[why] ?? why;

export const reasonWord = (reason: string): string =>
  ({
    "action-differs": t("names another action", "操作不匹配"),
    "action-excluded": t("NotAction names this action", "NotAction 排除了该操作"),
    "service-differs": t("names a resource of another service", "资源属于其他云服务"),
    "region-differs": t("names another region", "地域不匹配"),
    "other-account": t("names another account", "账号不匹配"),
    "resource-differs": t("names another resource", "资源不匹配"),
    "resource-excluded": t("NotResource names this resource", "NotResource 排除了该资源"),
    "no-such-resource": t(
      "names a resource, and the operation has none: it asks for `*`",
      "策略写了具体资源，而该操作不支持资源级授权，请求的资源是 `*`",
    ),
    "principal-differs": t("names another principal", "授权主体不匹配"),
    "owner-not-meant": t("`*` without a condition leaves out the bucket's owner", "不带条件的 `*` 不包含 Bucket 拥有者"),
    "public-access-blocked": t("is public, and public access is blocked", "该语句是公共授权，而阻止公共访问已开启"),
    "service-acts-for-other": t("the service acts for another account", "云服务代表的是其他账号"),
    "foreign-provider": t("the identity provider is another account's", "身份提供商属于其他账号"),
    "key-missing": t("the request does not carry the condition key", "请求中没有该条件键"),
    "key-present": t("the request carries the condition key", "请求中带有该条件键"),
    "key-unknown": t("the product never fills the condition key", "该云服务从不提供此条件键"),
    "value-differs": t("wants another value", "条件值不匹配"),
    "value-excluded": t("excludes this value", "条件值被排除"),
    "value-unreadable": t("the request's value is not of the operator's type", "请求的值不符合运算符的类型"),
    "malformed-value": t("the policy's value is not of the operator's type", "策略中的值不符合运算符的类型"),
    "not-a-principal": t("the entry means nobody in such a policy", "此类策略中该写法不代表任何主体"),
    "unusable-statement": t("the statement cannot be used", "该语句不可用"),
  })[reason] ?? reason;

export const stageWord = (stage: string): string =>
  ({
    route: t("it names no operation", "未找到对应的操作"),
    locate: t("it was not looked at who calls", "未检查调用者身份"),
    authenticate: t("at the signature", "身份验证"),
    describe: t("at the parameters", "参数检查"),
    authorize: t("at the policies", "权限判定"),
    perform: t("performed", "执行"),
  })[stage] ?? stage;

/** Who called: nobody who signs, or somebody of whom it is not known. */
export const nobodyWord = (stage: string): string =>
  stage === "route"
    ? t("(not looked at: no operation is named so)", "（未检查：没有这样的操作）")
    : stage === "locate"
    ? t("(not looked at: what the call addresses is not there)", "（未检查：调用的目标不存在）")
    : t("(the signature was refused)", "（签名被拒绝）");

export const byHandWord = (code: string, why: string): string =>
  ({
    "system-policy": t(why, "系统策略不能修改：请改用自定义策略"),
    "control-policy": t(why, "管控策略需在资源目录中修改"),
    "session-policy": t(why, "需要由扮演角色者传入其他会话策略"),
    "resource-group": t(why, "需要在资源组范围授予策略"),
    request: t(why, "需要以不同的方式发出请求"),
    tags: t(why, "需要为资源设置标签"),
    principal: t(why, "无法为该调用者附加策略"),
    resource: t(why, "该策略是资源的一部分，需随资源修改"),
  })[code] ?? why;

/** On which conditions an answer hangs, as the control surface says it: `if acs:MFAPresent unless acs:SourceIp NotIpAddress 10.0.0.0/8`. */
export const conditionWord = (conditions: string): string =>
  t(
    conditions,
    conditions
      .replace(/^if /, "条件为 ")
      .replace(/^unless /, "除非 ")
      .replaceAll(" unless ", "，除非 ")
      .replaceAll(" and ", " 且 ")
      .replaceAll(" or ", " 或 ")
      .replace(/(^|\s)not (?=\S)/g, "$1非 "),
  );

/** What a service that is activated is called. */
export const serviceWord = (service: string): string => {
  const [name = "", region] = service.split("/");
  const word = {
    oss: t("Object Storage Service (OSS)", "对象存储 OSS"),
    sls: t("Simple Log Service (SLS)", "日志服务 SLS"),
    xtrace: t("Managed Service for OpenTelemetry", "可观测链路 OpenTelemetry 版"),
    pai: t("Platform for AI (PAI)", "人工智能平台 PAI"),
    dataworks: t("DataWorks", "大数据开发治理平台 DataWorks"),
    maxcompute: t("MaxCompute", "云原生大数据计算服务 MaxCompute"),
  }[name];
  return region === undefined ? (word ?? service) : `${word ?? name} · ${region}`;
};
