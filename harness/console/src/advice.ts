// What the policy engine says in whole sentences, in Chinese: what is to be done about a finding, and why no policy can allow something.
//
// A sentence is found by its form: what stands in backticks is taken over. A test goes over every sentence in the engine's sources.

import { t } from "./settings";

/** English with `…` for what is in backticks, and its Chinese, where that stands as `$1`, `$2`. */
const ZH: [string, string][] = [
  ["did you mean …?", "是否想写 $1？"],
  ["did you mean …? letter case counts", "是否想写 $1？区分大小写"],
  ["write …", "请写成 $1"],
  ["write …, or …", "请写成 $1，或 $2"],
  ["write … and …", "请写成 $1 和 $2"],
  ["write …, or … for the one address", "请写成 $1；若只指这一个地址，请写 $2"],
  ["write all five fields, e.g. …", "请写全五段，例如 $1"],
  ["write the account's id", "请写账号 ID"],
  ["write the account's id, or …", "请写账号 ID，或 $1"],
  ["write the id of a region, such as …, or …", "请写地域 ID，例如 $1，或 $2"],
  ["write the UID of the user", "请写该用户的 UID"],
  ["write the UID of the account, …; its users and roles are named each", "请写账号的 UID $1；其用户和角色需分别写明"],
  ["write the UID of an account or a RAM user, …, or …", "请写账号或 RAM 用户的 UID，或 $1，或 $2"],
  ["write the value out", "请写出具体的值"],
  ["write the version in double quotes", "请把版本写在双引号中"],
  ["write it as … and four hexadecimal digits, or remove it", "请写成 $1 加四位十六进制数字，或删除它"],
  ["a published name is …", "公布的名称是 $1"],
  ["use …", "请使用 $1"],
  ["use … or …", "请使用 $1 或 $2"],
  ["use an operator such as …", "请使用 $1 这类运算符"],
  ["name …", "请写明 $1"],
  ["name … as well", "请同时写明 $1"],
  ["name the actions that are meant in …", "请在 $1 中写明所指的操作"],
  ["name the accounts and users by UID, or add a condition", "请用 UID 写明账号和用户，或添加条件"],
  ["name the services that are needed", "请写明需要的服务"],
  ["name the roles' ARNs", "请写明角色的 ARN"],
  ["name the role's ARN, or the service in a condition on …", "请写明角色的 ARN，或在条件 $1 中写明服务"],
  ["name the users or roles, or ask for an …", "请写明用户或角色，或要求 $1"],
  ["name the exact subjects", "请写明确切的主体"],
  ["name the modules that are meant as well, e.g. …, …, …, …", "请同时写明所指的模块，例如 $1、$2、$3、$4"],
  ["deny without a condition", "请不带条件地拒绝"],
  ["if that is not meant, add …", "如非本意，请添加 $1"],
  ["remove it", "请删除"],
  ["remove it, or make it say what is missing", "请删除，或让它写明所缺的内容"],
  ["remove one of the two, or narrow the Deny", "请删除其中一条，或缩小 Deny 的范围"],
  ["remove the action, or narrow the Deny", "请删除该操作，或缩小 Deny 的范围"],
  ["remove the comma", "请删除逗号"],
  ["leave out what changes permissions, or name the users, roles and policies that are meant", "请去掉会改变权限的操作，或写明所指的用户、角色和策略"],
  ["add a condition on …", "请添加条件 $1"],
  ["add a condition on …, e.g. …", "请添加条件 $1，例如 $2"],
  ["add …", "请添加 $1"],
  ["add … or …", "请添加 $1 或 $2"],
  ["add … or the ARNs that are meant", "请添加 $1 或所指的 ARN"],
  ["add … for any network", "如指任意网络，请添加 $1"],
  ["allow … on …, for one folder under a condition on …", "请在 $2 上允许 $1；若只针对一个目录，请加上条件 $3"],
  ["allow it in a statement of its own, on …", "请在单独的语句中允许它，资源写 $1"],
  ["deny it in a statement of its own, on …", "请在单独的语句中拒绝它，资源写 $1"],
  ["allow it in a statement of its own without the condition, or list with … and …", "请在单独的语句中不带该条件地允许它，或在列举时带上 $1 和 $2"],
  ["as it is, the statement never allows them", "目前该语句永远不会允许它们"],
  ["as it is, the condition does not narrow the Allow", "目前该条件没有缩小 Allow 的范围"],
  ["as it is, the statement never denies them", "目前该语句永远不会拒绝它们"],
  ["as it is, the Deny does not depend on the request", "目前该 Deny 与请求无关"],
  ["as it is, the statement never allows them; put these actions into a statement of their own", "目前该语句永远不会允许它们；请把这些操作放到单独的语句中"],
  ["as it is, the condition does not narrow the Allow; put these actions into a statement of their own", "目前该条件没有缩小 Allow 的范围；请把这些操作放到单独的语句中"],
  ["as it is, the statement never denies them; put these actions into a statement of their own", "目前该语句永远不会拒绝它们；请把这些操作放到单独的语句中"],
  ["as it is, the Deny does not depend on the request; put these actions into a statement of their own", "目前该 Deny 与请求无关；请把这些操作放到单独的语句中"],
  ["the bucket's hotlink protection looks at the Referer", "Referer 由 Bucket 的防盗链检查"],
  ["no policy looks at the type of a content", "没有策略会检查内容类型"],
  ["ARNs are compared with …", "ARN 用 $1 比较"],
  ["ARNs of Alibaba Cloud begin with …", "阿里云的 ARN 以 $1 开头"],
  ["one … stands for any number of characters", "一个 $1 就代表任意多个字符"],
  ["to test that a key is missing, use … with …", "要判断条件键不存在，请使用 $1 加 $2"],
  ["a negated operator is met when the key is missing; a positive one is not", "条件键不存在时，否定运算符视为满足，肯定运算符视为不满足"],
  ["with several request values, one fitting value is enough", "请求带有多个值时，有一个匹配即可"],
  ["RAM knows one version of the policy language", "RAM 的策略语言只有一个版本"],
  ["RAM has no policy variables, write the value out", "RAM 没有策略变量，请写出具体的值"],
  ["keep one of them", "请只保留其中一个"],
  ["split the statement", "请拆分该语句"],
  ["say who may assume the role, e.g. …", "请写明谁可以扮演该角色，例如 $1"],
  ["say who is meant, e.g. …", "请写明所指的主体，例如 $1"],
  ["… is no longer in the published grammar; name the resources that are meant", "公布的语法中已没有 $1；请写明所指的资源"],
  ["RAM has no …; name the principals that are meant", "RAM 没有 $1；请写明所指的主体"],
  ["a policy that is attached to its principal does not name it", "附加在主体上的策略不写主体"],
  ["a trust policy is about its role, remove the element", "信任策略针对其角色本身，请删除该元素"],
  ["a principal has no wildcards; … stands for all users and roles of an account", "授权主体不支持通配符；$1 代表账号的所有用户和角色"],
  ["an account is written …", "账号写作 $1"],
  ["a principal has no wildcards, name each service", "授权主体不支持通配符，请逐个写明服务"],
  ["save the document in UTF-8", "请以 UTF-8 保存文档"],
  ["save the file as UTF-8 without a byte order mark", "请以不带 BOM 的 UTF-8 保存文件"],
  ["mend those that are listed first", "请先修改列出的问题"],
  ["JSON has no comments, remove it", "JSON 没有注释，请删除"],
  ["JSON strings stand in double quotes", "JSON 的字符串写在双引号中"],
  ["text stands in double quotes", "文本写在双引号中"],
  ["member names stand in double quotes", "成员名写在双引号中"],
  ["in JSON a backslash is written …", "JSON 中反斜杠写作 $1"],
  ["join the values in one member, or remove one", "请把值合并到一个成员中，或删除其中一个"],
  // Why no policy can allow something.
  ["no request asks for this action: it is the name of an operation, which is authorized under another one", "没有请求会以它鉴权：这是 API 的名称，实际以另一个操作（Action）鉴权"],
  ["an account owner may not assume roles", "主账号不能扮演 RAM 角色"],
  ["the resource belongs to another account, and it has no policy of its own that could let the caller in", "资源属于其他账号，并且没有可以允许该调用者的资源策略"],
  ["a caller without a signature has no policies", "没有签名的调用者没有任何策略"],
];

const FORMS = new Map(ZH);

/** A sentence in Chinese, if it is known. */
export function chinese(sentence: string): string | undefined {
  const quoted: string[] = [];
  const form = sentence.replace(/`[^`]*`/g, (piece) => {
    quoted.push(piece);
    return "…";
  });
  // A list of names is as long as it is.
  const list = /…(?:, …)*(?: (?:and|or) (?:…|\d+ more))/.exec(form)?.[0];
  const short = list === undefined ? form : form.replace(list, "…");
  const known = FORMS.get(form) ?? (short === form ? undefined : FORMS.get(short));
  if (known === undefined) return undefined;
  const values = FORMS.has(form) ? quoted : [quoted.join("、") + (list?.endsWith(" more") === true ? " 等" : "")];
  return known.replace(/\$(\d)/g, (_, at: string) => values[Number(at) - 1] ?? "");
}

/** What the engine says, in the language of the page. */
export const adviceWord = (sentence: string): string => t(sentence, chinese(sentence) ?? sentence);
