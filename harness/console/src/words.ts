// The cloud's own words in both languages, and what the policy engine's codes mean.

import { t } from "./settings";

export const verdictWord = (verdict: string): string =>
  ({
    Allow: t("Allowed", "允许"),
    ExplicitDeny: t("Denied explicitly", "显式拒绝"),
    ImplicitDeny: t("Denied: nothing allows it", "隐式拒绝"),
  })[verdict] ?? verdict;

export const layerWord = (layer: string): string =>
  ({
    Owner: t("Account owner", "阿里云账号(主账号)"),
    Control: t("Control policies", "管控策略"),
    Session: t("Session policy", "会话策略"),
    Identity: t("Identity policies: account", "身份策略:账号范围"),
    IdentityResourceGroup: t("Identity policies: resource group", "身份策略:资源组范围"),
    Resource: t("The resource's own policy", "基于资源的策略"),
    Trust: t("Trust policy of the role", "角色信任策略"),
    Default: t("The operation's default", "操作的默认规则"),
    None: t("No layer", "无"),
  })[layer] ?? layer;

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
      "策略写了具体资源,而该操作不支持资源级授权,请求的资源是 `*`",
    ),
    "principal-differs": t("names another principal", "授权主体不匹配"),
    "owner-not-meant": t("`*` without a condition leaves out the bucket's owner", "不带条件的 `*` 不包含 Bucket 拥有者"),
    "public-access-blocked": t("is public, and public access is blocked", "该语句是公共授权,而阻止公共访问已开启"),
    "service-acts-for-other": t("the service acts for another account", "云服务代表的是其他账号"),
    "foreign-provider": t("the identity provider is another account's", "身份提供商属于其他账号"),
    "key-missing": t("the request does not carry the condition key", "请求中没有该条件键"),
    "key-present": t("the request carries the condition key", "请求中带有该条件键"),
    "key-unknown": t("the product never fills the condition key", "该云服务从不提供此条件键"),
    "value-differs": t("wants another value", "条件值不匹配"),
    "value-excluded": t("excludes this value", "条件值被排除"),
    "value-unreadable": t("the request's value is not of the operator's type", "请求的值不符合运算符的类型"),
    "malformed-value": t("the policy's value is not of the operator's type", "策略中的值不符合运算符的类型"),
  })[reason] ?? reason;

export const stageWord = (stage: string): string =>
  ({
    authenticate: t("at the signature", "身份验证"),
    describe: t("at the parameters", "参数检查"),
    authorize: t("at the policies", "权限判定"),
    perform: t("performed", "执行"),
  })[stage] ?? stage;

export const byHandWord = (code: string, why: string): string =>
  ({
    "system-policy": t(why, "系统策略不能修改:请改用自定义策略"),
    "control-policy": t(why, "管控策略需在资源目录中修改"),
    "session-policy": t(why, "需要由扮演角色者传入其他会话策略"),
    "resource-group": t(why, "需要在资源组范围授予策略"),
    request: t(why, "需要以不同的方式发出请求"),
    tags: t(why, "需要为资源设置标签"),
    principal: t(why, "无法为该调用者附加策略"),
    resource: t(why, "该策略是资源的一部分,需随资源修改"),
  })[code] ?? why;

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
