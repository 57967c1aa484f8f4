// What somebody may do by all policies in force, what a group or a policy gives, and who may do what on a bucket: told at once.

import type { JSX } from "preact";
import { control, type PolicyRef, state, type State } from "../api";
import { colon, number, t } from "../settings";
import { attachedTo, conditionWord, layerWord, policyName } from "../words";
import { Json, Problem, useAsked } from "./kit";
import { isPrincipal, type Thing } from "./relations";
import { hangsWord } from "./who-may";

interface Grant {
  service: string;
  title: string | null;
  allows: boolean;
  negated: boolean;
  action: string;
  known: string[];
  resources: string[];
  conditions: string[];
  layer: string;
  resource_group: string | null;
  statement: { policy: PolicyRef; number: number; line: number; text: string };
}

/** Services that are open from the start, and lines of one that are shown. */
const [OPEN, LINES, NAMED] = [3, 60, 8];

export function GivesOrMay({ whole, thing, who }: { whole: State; thing: Thing; who: string }): JSX.Element {
  const { value, error } = useAsked(() => control<{ grants: Grant[] }>("POST", "may", { state: whole, who }), [whole, who]);
  const services = new Map<string, Grant[]>();
  for (const grant of value?.grants ?? []) services.set(grant.service, [...(services.get(grant.service) ?? []), grant]);
  return (
    <section class="grants">
      <h3>{isPrincipal(thing) ? t("Effective permissions", "有效权限") : t("What it gives", "授予的权限")}</h3>
      <Problem text={error} />
      {value === undefined && error === undefined && <p class="dim">{t("Being looked up…", "正在查询…")}</p>}
      {value !== undefined && services.size === 0 && <p>{t("Nothing: no policy allows it anything.", "无：没有策略允许任何操作。")}</p>}
      {[...services].map(([service, grants], index) => (
        <details key={service} open={index < OPEN}>
          <summary>
            <strong>{service === "*" ? t("all services", "所有服务") : service}</strong> {t(grants[0]?.title ?? "", "")} <small>({number(grants.length)})</small>
          </summary>
          <ul class="plainlist">
            {grants.slice(0, LINES).map((grant, at) => (
              <li key={at}>
                <One grant={grant} />
              </li>
            ))}
            {grants.length > LINES && <li class="dim">{t(`and ${number(grants.length - LINES)} more`, `还有 ${number(grants.length - LINES)} 项`)}</li>}
          </ul>
        </details>
      ))}
    </section>
  );
}

const few = (all: string[]): string => all.slice(0, NAMED).join(", ") + (all.length > NAMED ? t(` and ${number(all.length - NAMED)} more`, ` 等 ${number(all.length)} 个`) : "");

/** One action of one statement: what, on what, on which condition, by which statement. */
function One({ grant }: { grant: Grant }): JSX.Element {
  const { policy, number: at, line, text } = grant.statement;
  const covers = grant.known.length > 1 || (grant.known[0] ?? grant.action) !== grant.action;
  let statement: unknown = text;
  try {
    statement = JSON.parse(text);
  } catch {
    // It stands in a document that could not be read whole: it is shown as it is written.
  }
  return (
    <>
      <span class={`verdict ${grant.allows ? "yes" : "no"}`}>
        <span aria-hidden="true">{grant.allows ? "✓" : "✕"}</span> {grant.allows ? t("Allow", "允许") : t("Deny", "拒绝")}
      </span>{" "}
      {grant.negated && t("all but ", "除外：")}
      <code>{grant.action}</code>
      {grant.resources.length > 0 && (
        <>
          {" "}
          {t("on", "作用于")} <code>{few(grant.resources)}</code>
        </>
      )}
      {grant.conditions.map((condition, index) => (
        <small key={index} class="hangs">
          {" "}
          {conditionWord(`if ${condition}`)}
        </small>
      ))}
      {grant.resource_group !== null && <small> {t(`in resource group ${grant.resource_group} alone`, `仅限资源组 ${grant.resource_group}`)}</small>}
      <details>
        <summary>
          <small>
            {policyName(policy.name)} {attachedTo(policy.attached)} · {t(`statement ${at}, line ${line}`, `第 ${at} 条语句，第 ${line} 行`)}
            {grant.layer !== "Identity" && ` · ${layerWord(grant.layer)}`}
          </small>
        </summary>
        {covers && (
          <p class="dim">
            {t(`${number(grant.known.length)} known actions`, `${number(grant.known.length)} 个已知操作`)}
            {colon()}
            {few(grant.known)}
          </p>
        )}
        <Json value={statement} label={t(`Statement ${at} of ${policy.name}`, `${policy.name} 的第 ${at} 条语句`)} />
      </details>
    </>
  );
}

/** What is done to a bucket, by an action that stands for it. */
const ON_BUCKET: [string, () => string, "objects" | "bucket"][] = [
  ["oss:GetObject", () => t("may read objects", "可读取文件"), "objects"],
  ["oss:PutObject", () => t("may write objects", "可写入文件"), "objects"],
  ["oss:ListObjects", () => t("may list objects", "可列举文件"), "bucket"],
  ["oss:PutBucketPolicy", () => t("may change its policy", "可修改授权策略"), "bucket"],
  ["oss:DeleteBucket", () => t("may delete it", "可删除 Bucket"), "bucket"],
];

/** Who may do what on a bucket. */
export function OnBucket({ thing }: { thing: Thing }): JSX.Element {
  const { value, error } = useAsked(async () => {
    const asked = (["objects", "bucket"] as const).map((on) =>
      state({
        actions: ON_BUCKET.filter((one) => one[2] === on).map(([action]) => action),
        resources: [`acs:oss:*:*:${thing.name}${on === "objects" ? "/*" : ""}`],
      }),
    );
    const accounts = (await Promise.all(asked)).flatMap((one) => Object.entries(one.accounts));
    const rows = accounts.flatMap(([account, { permissions }]) => Object.entries(permissions).flatMap(([who, all]) => all.map((one) => ({ ...one, who: account === thing.account ? who : `${who} (${account})` }))));
    // Who may on a condition alone is told with it.
    return rows.filter((one) => one.verdict === "Allow" || (one.conditions ?? null) !== null);
  }, [thing.id]);
  return (
    <section class="grants">
      <h3>{t("Who may do what on it", "谁可以做什么")}</h3>
      <Problem text={error} />
      {value !== undefined &&
        ON_BUCKET.map(([action, word]) => {
          const those = value.filter((one) => one.action === action);
          return (
            <details key={action} open={those.length > 0 && those.length <= NAMED}>
              <summary>
                {word()} <code>{action}</code> <small>({number(those.length)})</small>
              </summary>
              <ul class="plainlist">
                <li>
                  {t("the account owner", "主账号（账号所有者）")}
                </li>
                {those.slice(0, LINES).map((one, index) => (
                  <li key={index}>
                    <strong>{one.who}</strong> {one.policy !== null && <small>{one.policy}</small>}
                    {one.conditions !== null && one.conditions !== undefined && <small class="hangs"> {hangsWord(one.verdict, one.conditions)}</small>}
                  </li>
                ))}
                {those.length > LINES && <li class="dim">{t(`and ${number(those.length - LINES)} more`, `还有 ${number(those.length - LINES)} 项`)}</li>}
              </ul>
            </details>
          );
        })}
    </section>
  );
}
