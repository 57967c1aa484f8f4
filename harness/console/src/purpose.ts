// What an action or a condition key is for, and how that is known, in the words of the editor's hover.

import { colon, t } from "./settings";

/** What the control surface knows of a name. */
export interface Told {
  name: string;
  title?: string | null;
  known?: "published" | "operation";
  operations?: string[];
  more_operations?: number;
  does?: string | null;
  access?: string | null;
  access_by_name?: boolean;
  source?: string | null;
  resources?: string[];
  any_resource?: boolean;
  escalates?: boolean;
  class?: string;
  presence?: string;
}

/** What services are called in Chinese, by the codes of their actions. */
const TITLES: Record<string, string> = {
  actiontrail: "操作审计",
  arms: "应用实时监控服务",
  cms: "云监控",
  cr: "容器镜像服务",
  cs: "容器服务 Kubernetes 版",
  dataworks: "大数据开发治理平台 DataWorks",
  eas: "人工智能平台 PAI 模型在线服务",
  ecs: "云服务器 ECS",
  fc: "函数计算",
  ims: "身份管理",
  kms: "密钥管理服务",
  log: "日志服务",
  oss: "对象存储 OSS",
  pai: "人工智能平台 PAI",
  pailangstudio: "人工智能平台 PAI LangStudio",
  ram: "访问控制",
  rds: "云数据库 RDS",
  resourcemanager: "资源管理",
  slb: "负载均衡",
  sts: "安全令牌服务",
  tag: "标签服务",
  vpc: "专有网络",
};

/** What a service is called; in Chinese only where that is known. */
export const titleWord = (name: string, title: string | null | undefined): string => {
  const code = (name.split(":")[0] ?? "").toLowerCase();
  return t(title ?? "", TITLES[code] ?? (code.startsWith("pai") ? `人工智能平台 PAI（${code}）` : ""));
};

/** Names of things that operations are about, as Alibaba Cloud's Chinese pages have them. */
const THINGS: Record<string, string> = {
  access: "访问",
  account: "账号",
  acl: "ACL",
  alias: "别名",
  bucket: "Bucket",
  cluster: "集群",
  dataset: "数据集",
  deployment: "部署",
  disk: "云盘",
  disks: "云盘",
  flow: "应用流",
  function: "函数",
  group: "用户组",
  groups: "用户组",
  image: "镜像",
  images: "镜像",
  instance: "实例",
  instances: "实例",
  job: "任务",
  jobs: "任务",
  key: "密钥",
  keys: "密钥",
  lifecycle: "生命周期",
  logging: "日志转存",
  member: "成员",
  object: "文件",
  objects: "文件",
  policy: "策略",
  policies: "策略",
  project: "项目",
  role: "角色",
  roles: "角色",
  runtime: "运行时",
  secret: "凭据",
  security: "安全",
  service: "服务",
  snapshot: "快照",
  tag: "标签",
  tagging: "标签",
  tags: "标签",
  user: "用户",
  users: "用户",
  version: "版本",
  versioning: "版本控制",
  versions: "版本",
  workspace: "工作空间",
  workspaces: "工作空间",
};

const VERBS: Record<string, [en: string, zh: string]> = {
  create: ["creates", "创建"],
  get: ["reads", "查看"],
  list: ["lists", "列举"],
  update: ["changes", "修改"],
  delete: ["deletes", "删除"],
};

/** The words of a name: `PutBucketACL` is put, bucket, acl. */
const words = (name: string): string[] => name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z\d]+/g) ?? [name];

/** Verbs that a name begins with: of these the rest is what it is about. */
const BEGINS = /^(abort|add|append|apply|assume|attach|authorize|bind|cancel|check|close|complete|create|deactivate|delete|describe|detach|disable|do|enable|get|head|import|init|initiate|invoke|list|modify|open|pass|post|publish|put|query|read|reboot|release|remove|restore|resume|revoke|run|send|set|start|stop|submit|tag|unbind|untag|update|upload|write)$/i;

/** "creates a thing", by the operation's kind and the words of its name. */
export function purposeWord(name: string, does: string | null | undefined): string {
  const all = words(name.split(":")[1] ?? name);
  const about = BEGINS.test(all[0] ?? "") ? all.slice(1) : all;
  const [en, zh] = VERBS[does ?? ""] ?? ["", ""];
  if (en === "" || about.length === 0) return "";
  const spelt = about.map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase()));
  return t(`${en}${colon()}${spelt.join(" ")}`, `${zh}${colon()}${spelt.map((word) => THINGS[word] ?? word).join(" ")}`);
}

const sourceWord = (source: string, title: string): string =>
  ({
    page: t(`published on the pages on RAM authorization${title === "" ? "" : ` of ${title}`}`, `已在${title === "" ? "" : `${title}的`} RAM 鉴权页面公布`),
    meta: t("published in the product's API metadata", "已在云产品的 API 元数据中公布"),
    name: t("published by its name", "已公布名称"),
    text: t("named in a description of the API", "API 说明中提到"),
    skills: t("used in a published policy", "用于已公布的策略"),
    default: t("nothing is published: taken from the operation's name", "未公布：由 API 名称得知"),
  })[source] ?? "";

const presenceWord = (presence: string): string =>
  ({
    always: t("every request carries it", "每个请求都携带"),
    depends: t("some requests carry it", "部分请求携带"),
    unreliable: t("nobody can rely on it", "不可依赖"),
  })[presence] ?? presence;

const classWord = (name: string): string =>
  ({
    string: t("text", "文本"),
    number: t("number", "数值"),
    date: t("point in time", "日期时间"),
    bool: t("true or false", "布尔值"),
    ip: t("IP address", "IP 地址"),
  })[name] ?? name;

/** What condition keys are; those of a tag end with a slash. */
const KEYS: Record<string, () => string> = {
  "acs:AccessId": () => t("the AccessKey ID that signed", "签名所用的 AccessKey ID"),
  "acs:CurrentTime": () => t("when the request arrives", "请求到达的时间"),
  "acs:MFAPresent": () => t("whether the caller logged on with MFA", "登录时是否使用了多因素认证（MFA）"),
  "acs:PrincipalARN": () => t("the ARN of the caller", "调用者的 ARN"),
  "acs:PrincipalRDId": () => t("the resource directory of the caller's account", "调用者账号所在的资源目录 ID"),
  "acs:PrincipalRDPath": () => t("where in its resource directory the caller's account is", "调用者账号在资源目录中的路径"),
  "acs:Region": () => t("the region that is asked about", "请求的地域"),
  "acs:RequestTag/": () => t("a tag that the request puts", "请求要添加的标签"),
  "acs:ResourceGroupId": () => t("the resource group of the resource", "资源所属的资源组 ID"),
  "acs:ResourceTag/": () => t("a tag of the resource", "资源上的标签"),
  "acs:SecureTransport": () => t("whether the request came over HTTPS", "请求是否使用 HTTPS"),
  "acs:SourceIp": () => t("the address that the request comes from", "请求的来源 IP 地址"),
  "acs:SourceVpc": () => t("the VPC that the request comes from", "请求来自的 VPC"),
  "acs:TagKeys": () => t("the keys of the tags that the request names", "请求中的标签键"),
  "acs:UserAgent": () => t("the client's own name", "客户端的 User-Agent"),
  "acs:VpcSourceIp": () => t("the address within the VPC that the request comes from", "请求在 VPC 内的来源 IP 地址"),
  "acs:Service": () => t("the service that the role is handed to", "角色所传递给的云服务"),
  "ecs:AssociatePublicIpAddress": () => t("whether the instance gets a public address", "实例是否分配公网 IP"),
  "ecs:CommandRunAs": () => t("as which user of the system the command runs", "以哪个系统用户运行命令"),
  "ecs:ImageOwnerId": () => t("whose image it is", "镜像所属账号"),
  "ecs:ImagePlatform": () => t("the image's operating system", "镜像的操作系统"),
  "ecs:ImageSource": () => t("where the image comes from", "镜像来源"),
  "ecs:InstanceType": () => t("the instance type", "实例规格"),
  "ecs:InstanceTypeFamily": () => t("the family of the instance type", "实例规格族"),
  "ecs:IsDiskByokEncrypted": () => t("whether a data disk is encrypted with a key of one's own", "数据盘是否使用自带密钥加密"),
  "ecs:IsDiskEncrypted": () => t("whether a data disk is encrypted", "数据盘是否加密"),
  "ecs:IsSystemDiskByokEncrypted": () => t("whether the system disk is encrypted with a key of one's own", "系统盘是否使用自带密钥加密"),
  "ecs:IsSystemDiskEncrypted": () => t("whether the system disk is encrypted", "系统盘是否加密"),
  "ecs:LoginAsNonRoot": () => t("whether one logs on as another user than root", "是否以非 root 用户登录"),
  "ecs:NotSpecifySecurityGroupId": () => t("whether no security group is named", "是否未指定安全组"),
  "ecs:PasswordCustomized": () => t("whether a password is set", "是否自定义密码"),
  "ecs:PasswordInherit": () => t("whether the image's password is kept", "是否沿用镜像密码"),
  "ecs:SecurityEnhancementStrategy": () => t("whether security hardening is installed", "是否开启安全加固"),
  "ecs:SecurityGroupIpProtocols": () => t("the protocols that the rule opens", "安全组规则的协议"),
  "ecs:SecurityGroupSourceCidrIps": () => t("the networks that the rule lets in", "安全组规则的来源网段"),
  "ecs:SecurityHardeningMode": () => t("whether metadata is asked for in hardened mode alone", "是否仅加固模式访问元数据"),
  "ecs:tag/": () => t("a tag of the resource", "资源上的标签"),
  "kms:RecoveryWindowInDays": () => t("how many days a deletion can be taken back", "删除前的等待天数"),
  "kms:tag/": () => t("a tag of the key or secret", "密钥或凭据上的标签"),
  "log:TLSVersion": () => t("the version of TLS", "TLS 版本"),
  "oss:AccessPointNetworkOrigin": () => t("from where the access point may be used", "接入点的网络来源"),
  "oss:BucketTag/": () => t("a tag of the bucket", "Bucket 的标签"),
  "oss:DataAccessPointAccount": () => t("the account of the access point", "接入点所属账号"),
  "oss:DataAccessPointArn": () => t("the access point that the request comes by", "请求所用接入点的 ARN"),
  "oss:Delimiter": () => t("the delimiter of the list that is asked for", "列举时的 delimiter"),
  "oss:ExistingObjectTag/": () => t("a tag that the object has", "文件已有的标签"),
  "oss:Prefix": () => t("the prefix of the list that is asked for", "列举时的 prefix"),
  "oss:RequestObjectTag/": () => t("a tag that the request gives the object", "请求为文件设置的标签"),
  "oss:object-remaining-retention-days": () => t("how many days the object stays locked", "文件剩余的保留天数"),
  "oss:x-oss-acl": () => t("the ACL that the request gives the bucket", "请求为 Bucket 设置的 ACL"),
  "oss:x-oss-object-acl": () => t("the ACL that the request gives the object", "请求为文件设置的 ACL"),
  "pai:Accessibility": () => t("whether the thing is private or public in its workspace", "对象在工作空间中私有还是公开"),
  "pai:EntityAccessType": () => t("whether the caller made the thing", "调用者是否为对象的创建者"),
  "ram:ServiceNames": () => t("the services that the role's trust policy names", "角色信任策略中的云服务"),
  "ram:TrustedPrincipalTypes": () => t("what kinds of principals the role's trust policy names", "角色信任策略中的主体类型"),
  "sts:ExternalId": () => t("the external ID that comes with the request", "请求携带的 ExternalId"),
  "sts:SourceIdentity": () => t("the source identity that comes with the request", "请求携带的 SourceIdentity"),
  "ram:ServiceName": () => t("the service that the service-linked role is for", "服务关联角色对应的云服务"),
};

export const keyWord = (name: string): string => {
  const found = Object.keys(KEYS).find((key) => key.toLowerCase() === name.toLowerCase() || (key.endsWith("/") && name.toLowerCase().startsWith(key.toLowerCase())));
  return found === undefined ? "" : (KEYS[found]?.() ?? "");
};

/** All that is told of a name, a line each. */
export function about(one: Told): string {
  const title = titleWord(one.name, one.title);
  const lines: string[] = [];
  if (one.class !== undefined) {
    lines.push(keyWord(one.name), `${classWord(one.class)}${t(", ", "，")}${presenceWord(one.presence ?? "")}`);
    return lines.filter((line) => line !== "").join("\n");
  }
  lines.push(title, purposeWord(one.name, one.does));
  if (one.access != null)
    lines.push(
      t("Access level", "访问级别") +
        colon() +
        (one.does === "list" ? t("list", "列出") : one.access === "read" ? t("read", "读取") : t("write", "写入")) +
        (one.escalates === true ? t(", permission management: whoever has it can gain more", "，权限管理：拥有者可借此获得更多权限") : "") +
        (one.access_by_name === true ? t(" (told by the name)", "（由名称得知）") : ""),
    );
  else if (one.escalates === true) lines.push(t("whoever has it can gain more", "拥有者可借此获得更多权限"));
  if (one.operations !== undefined && one.operations.length > 0) {
    const more = one.more_operations ?? 0;
    lines.push(t("needed by", "需要此操作的 API") + colon() + one.operations.join(", ") + (more > 0 ? t(` and ${more} more`, ` 等，另有 ${more} 个`) : ""));
  }
  lines.push(sourceWord(one.source ?? (one.known === "operation" ? "default" : "name"), title));
  if (one.any_resource === true) lines.push(t("acts on *", "资源为 *"));
  lines.push(...(one.resources ?? []));
  return lines.filter((line) => line !== "").join("\n");
}
