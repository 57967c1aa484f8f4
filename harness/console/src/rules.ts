// What each rule of the linter looks for, and why that matters, in Chinese. In English the linter says it itself.

import { t } from "./settings";

const ZH: Record<string, readonly [string, string]> = {
  "too-long": ["策略文档过长", "云端对每类策略文档的长度都有限制"],
  "invalid-utf8": ["内容不是 UTF-8 编码", "策略文档必须是 UTF-8"],
  "invalid-json": ["文本不是 JSON", "策略文档必须是 JSON"],
  comment: ["文档中留有注释", "云端会拒绝这样的文档"],
  "trailing-comma": ["多余的逗号", "这样的文档不是 JSON"],
  "missing-comma": ["缺少逗号", "这样的文档不是 JSON"],
  "trailing-text": ["文档之后还有内容", "这样的文档不是 JSON"],
  "too-deep": ["嵌套过深", "任何策略都不需要这么深的嵌套"],
  "duplicate-member": ["成员重复", "JSON 解析器只会保留其中一个，另一个会被悄悄丢弃"],
  "wrong-type": ["值的类型不对", "策略语法要求另一种类型"],
  "unknown-element": ["语法中没有这个元素", "元素名称是固定的，并且区分大小写"],
  "missing-element": ["缺少必需的元素", "策略语法要求有这个元素"],
  "conflicting-elements": ["两个元素互相排斥", "策略语法只允许其中一个"],
  "unsupported-version": ['版本不是 "1"', "RAM 的策略语言只有一个版本，写成字符串"],
  "invalid-effect": ["效果既不是 Allow 也不是 Deny", "区分大小写"],
  empty: ["列表或文本为空", "这样写没有任何含义"],
  "invalid-action": ["操作不是 service:Name 的形式", "它不会匹配任何请求"],
  "invalid-resource": ["资源不是 ARN", "它不会匹配任何请求"],
  "invalid-principal": ["授权主体的形式不正确", "它不会匹配任何调用者"],
  "unknown-operator": ["没有这个条件运算符", "运算符是固定的，并且区分大小写"],
  "unsupported-operator": ["其他云的运算符", "RAM 没有 IfExists、Null，也没有集合运算符"],
  "invalid-condition-key": ["条件键不是 service:Name 的形式", "任何请求都不会带有它"],
  "invalid-condition-value": ["值不是该运算符所比较的类型", "条件无法判断"],
  variable: ["策略变量", "RAM 没有策略变量"],
  "source-vpc-required": ["只有 acs:SourceIp，没有 acs:SourceVpc", "VPC 可能从允许的地址访问 Bucket，所以 OSS 要求两者都写"],
  "repeated-stars": ["连续多个 *", "OSS 会拒绝这样的 Bucket Policy"],
  "field-too-long": ["语句中的某个字段过长", "OSS 每个字段最多 4095 字节"],
  "no-region": ["地域 ID 的位置写的是别的内容", "地域用 ID 表示，例如 cn-hangzhou，不能用 Endpoint 中的写法；这一项不匹配任何资源"],
  "no-account": ["账号 ID 的位置写的是别的内容", "账号用 16 位数字 ID 表示，不能用名称或别名；这里不属于任何账号"],
  "allow-not-action": ["Allow 用 NotAction 排除操作", "它授予了所有服务的其余全部操作，包括以后才会有的操作"],
  "pai-namespace": ["误以为 pai: 包含 PAI 的各个模块", "PAI 的每个模块有自己的代码（paidataset、paidlc、eas 等），代码之间没有包含关系"],
  "role-case": ["Bucket Policy 中的角色名含大写字母", "OSS 看到的角色名是小写的，并且逐字比较：没有会话叫这个名字"],
  "principal-nobody": ["Bucket Policy 中的主体没有对应任何人", "OSS 会保存它，但没有请求与之匹配：应填写账号或 RAM 用户的 UID，或 arn:sts:: 开头的会话"],
  "public-bucket": ["所有人都被允许，包括匿名访问", "该语句没有条件：知道 Bucket 名称的人都可以这样做"],
  "folder-not-listed": ["允许对对象执行所有 OSS 操作，但不能列举其 Bucket", "ListObjects 检查的是 Bucket，不是其中的对象：只授权目录无法查看目录内容"],
  "condition-key-never-present": ["该操作的请求从不带有这个条件键", "肯定运算符永远不会满足，否定运算符则与请求无关"],
  "unknown-condition-key": ["没有这个条件键", "任何请求都不会带有它：肯定运算符永远不会满足"],
  "tag-without-key": ["标签条件没有写标签键", "标签键是条件键的一部分，写在斜杠之后"],
  "deny-on-unreliable-key": ["Deny 依赖某些调用方式不会设置的条件键", "没有该键时 Deny 不生效，而且没有任何提示"],
  "negation-without-key": ["Allow 用否定运算符检查可能缺失的条件键", "不带该键的请求满足否定运算符，因此会被允许"],
  "bucket-list-tag": ["列举 Bucket 依赖 Bucket 标签", "ListBuckets 不针对某个 Bucket：只有请求自己带上标签才会被允许，而控制台不会带"],
  "unknown-service": ["操作或资源中的服务不是 RAM 代码", "RAM 使用的代码往往不是产品名称；用其他代码则什么也匹配不到"],
  "unknown-action": ["该服务没有这个操作", "这一项不会匹配任何请求"],
  "wrong-service": ["该操作属于另一个服务", "代码之间没有包含关系：操作只在自己的服务下匹配"],
  "operation-name": ["这是以另一个名称鉴权的 API 的名称", "策略中写的是操作（Action），并非每个 API 都有同名的操作"],
  "renamed-action": ["较新的文档对该操作使用另一个名称", "该 API 可能只以新名称鉴权"],
  "action-case": ["操作的大小写与公布的不同", "多数情况下忽略大小写，但例外情况没有公布"],
  "shadowed-statement": ["另一条语句已经包含这条语句", "去掉这条语句不会有任何变化；也许本意并非如此"],
  "useless-allow": ["同一文档中的 Deny 收回了所允许的内容", "显式 Deny 优先于所有 Allow"],
  "redundant-action": ["同一列表中的另一项已经包含这个操作", "去掉这一项不会有任何变化"],
  "full-access": ["允许一切", "拥有该策略的人就是账号的管理员"],
  "privilege-escalation": ["持有者可以借助该操作给自己任意权限", "能够授权、修改策略版本、为他人创建密钥或修改角色信任策略的人，不受策略其余部分的约束"],
  "pass-any-role": ["可以把任意角色交给服务", "以某个角色启动任务的人会使用该角色的权限，也可能是管理员的权限"],
  "assume-any-role": ["可以扮演任意角色", "信任该账号的所有角色都被打开，包括以后创建的角色"],
  "resource-never-matches": ["语句中的资源都不是该操作所作用的资源", "操作和资源必须同时匹配；这一项不起作用"],
  "no-resource-level": ["该操作不支持资源级授权，而语句写了具体资源", "这类操作针对 * 鉴权，具体资源永远不会匹配"],
  "resource-unused": ["语句中没有操作作用于该资源", "这一项不起作用"],
  "short-arn": ["资源的 ARN 少于五段", "它匹配什么没有公布"],
  "trusts-account": ["信任整个账号", "该账号中可以调用 sts:AssumeRole 的所有用户和角色都能扮演该角色"],
  "trust-action": ["信任策略写了扮演角色以外的操作", "扮演角色时只检查 sts:AssumeRole"],
  "oidc-wide-subject": ["身份提供商的主体匹配过宽", "能够取得这类主体令牌的人（例如来自代码库的 fork）都能扮演该角色"],
  "oidc-no-subject": ["信任身份提供商的任意主体", "该提供商为此受众签发的所有令牌都能打开该角色"],
  "oidc-no-audience": ["信任身份提供商的任意受众", "为其他应用签发的令牌也能打开该角色"],
  "saml-no-recipient": ["没有检查 SAML 断言的接收方", "为其他接收方签发的断言也能打开该角色"],
  "service-name": ["不是阿里云的服务主体", "服务主体以 .aliyuncs.com 结尾；其他名称永远不会扮演角色"],
  "wildcard-in-equals": ["在精确比较的运算符中使用通配符", "* 和 ? 只在 StringLike 和 StringNotLike 中是通配符"],
  "operator-class": ["运算符与条件键的值类型不符", "比较会失败，或者比较的是文本而不是含义"],
  "host-bits": ["地址段的地址不是该段的起始地址", "前缀之外的位会被忽略：实际范围比看上去更大"],
  "any-address": ["地址段包含所有地址", "这样的条件没有任何限制作用"],
  "policy-variable": ["策略变量", "RAM 没有策略变量：${...} 按字面比较"],
  blank: ["资源或值的首尾有空格", "空格与其他字符一样参与比较，因此永远匹配不到所指的内容"],
  "langstudio-tag": ["LangStudio 的 Bucket 标签写法不同", "标签精确比较：LangStudio 的 Bucket 带有 Product = PaiLangStudio"],
};

// What a finding says: in Chinese the rule's own words, before those of the linter, which name the place and the value.
export function saying(rule: string, message: string): string {
  const known = ZH[rule];
  if (known === undefined) return message;
  // Of the linter's own sentence what it quotes of the document: what it expects instead is no part of it.
  const own = message.split(/, expected |, e\.g\. |; what /)[0] ?? message;
  const quoted = [...new Set(own.match(/`[^`]+`/g) ?? [])];
  return t(message, quoted.length === 0 ? known[0] : `${known[0]}：${quoted.join("、")}`);
}

/** The place that a message ends with: `(line 1, column 28, Statement)`. */
const PLACE = / \(line (\d+), column (\d+)(?:, ([^()]+))?\)/;

// Why a document is none at all: its first fault.
export function malformedWord(rule: string | undefined, why: string): string {
  const place = PLACE.exec(why);
  if (rule === undefined) return why.replace(/^no system policy is called (`.+`)$/, (_, name: string) => t(why, `没有系统策略 ${name}`));
  const where = place === null ? "" : `（第 ${place[1]} 行，第 ${place[2]} 列${place[3] === undefined ? "" : `，${place[3]}`}）`;
  return t(why, saying(rule, why.split(PLACE)[0] ?? why) + where);
}

// Why it matters.
export function whyWord(rule: string, why: string): string {
  return t(why, ZH[rule]?.[1] ?? why);
}
