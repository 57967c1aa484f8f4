// One decision: what was asked, the gates that it passed or failed, what would have it allowed.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Change, control, type Fix, type Fixes, type FullDecision, ofDecision, type PlannedCall, type Tried } from "../api";
import { adviceWord } from "../advice";
import { call } from "../cloud";
import { isDenied, outcome, settling, shortArn } from "../parts/came";
import { feed } from "../parts/feed";
import { Gates } from "../parts/gates";
import { Button, Field, Json, Problem, problemWord, Time, useAsked, Verdict, why } from "../parts/kit";
import { number, t } from "../settings";
import { byHandWord, knownWord, layerWord, nobodyWord, policyName, stageWord } from "../words";

export function Why({ id, event }: { id: string; event: string }): JSX.Element {
  return (
    <div class="page why">
      <h1>{t("Why", "判定原因")}</h1>
      <Find key={id} id={id} />
      {id === "" ? <Lately /> : <One key={`${id} ${event}`} id={id} event={event} />}
    </div>
  );
}

function Find({ id }: { id: string }): JSX.Element {
  const [wanted, setWanted] = useState(id);
  return (
    <form
      class="row tools"
      onSubmit={(event) => {
        event.preventDefault();
        location.hash = why(wanted.trim());
      }}
    >
      <Field
        label={t("Request ID", "请求 ID")}
        value={wanted}
        onInput={setWanted}
        hint={t("It stands in every answer of the cloud.", "云的每个响应中都有请求 ID。")}
      />
      <button type="submit" class="button">
        {t("Explain", "解释")}
      </button>
    </form>
  );
}

function Lately(): JSX.Element {
  const [, setVersion] = useState(feed.version);
  useEffect(() => feed.on(() => setVersion(feed.version)), []);
  const denied = feed.all().filter(isDenied).slice(-20).reverse();
  return (
    <section>
      <h2>{t("Denied lately", "最近被拒绝的调用")}</h2>
      {denied.length === 0 && <p class="nothing">{t("Nothing was.", "没有。")}</p>}
      <ul class="plainlist">
        {denied.map((decision) => (
          <li key={decision.event}>
            <Time at={decision.time} /> <a href={why(decision.request_id, decision.event)}>{decision.operation}</a>{" "}
            <span class="dim">{decision.caller}</span> <code>{settling(decision)?.action}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ id, event }: { id: string; event: string }): JSX.Element {
  const { value: decision, error } = useAsked(() => control<FullDecision>("GET", ofDecision(id, event)), [id, event]);
  if (decision === undefined) return <Problem text={error} />;
  return (
    <>
      <dl class="pairs head">
        <div>
          <dt>{t("Operation", "操作")}</dt>
          <dd>
            <strong>{decision.operation}</strong> <small>{decision.version}</small>
          </dd>
        </div>
        <div>
          <dt>{t("Caller", "调用者")}</dt>
          <dd>{decision.caller ?? nobodyWord(decision.stage)}</dd>
        </div>
        <div>
          <dt>{t("When, from where", "时间与来源")}</dt>
          <dd>
            {decision.time} {decision.source_ip ?? t("inside the cloud", "云内部")}
          </dd>
        </div>
        <div>
          <dt>{t("Answer", "响应")}</dt>
          <dd>
            {decision.status} {decision.code} <small>{t(`(${stageWord(decision.stage)})`, `（${stageWord(decision.stage)}）`)}</small>
            {decision.would_deny === true && (
              <p>
                <Verdict verdict={outcome(decision) ?? "ImplicitDeny"} />{" "}
                {t("Denials are only reported here: in the cloud this call would have been refused.", "此处只报告拒绝：在真实的云上，该调用会被拒绝。")}
              </p>
            )}
          </dd>
        </div>
        {decision.cause !== null && (
          <div>
            <dt>{t("Made for", "由以下调用引起")}</dt>
            <dd>
              <a href={why(decision.cause)}>{decision.cause}</a>
            </dd>
          </div>
        )}
      </dl>
      {decision.decided.length === 0 && (
        <p>{t("No policy was asked: it ended before, or the operation needs none.", "没有检查任何策略：调用在此之前已结束，或该操作无需授权。")}</p>
      )}
      {decision.decided.map((one, index) => (
        <section key={index} class="question">
          <h2>
            <code>{one.action}</code> {t("on", "作用于")} <code>{one.resource}</code> <Verdict verdict={one.verdict} />
          </h2>
          <p class="dim">
            {t(`Action known by: ${one.known.action}; resource by: ${one.known.resource}`, `操作来源：${knownWord(one.known.action)}；资源来源：${knownWord(one.known.resource)}`)}
          </p>
          <Gates explained={one} />
        </section>
      ))}
      {(decision.stage === "authorize" || decision.would_deny === true) && decision.decided.some((one) => one.verdict !== "Allow") && (
        <FixList id={id} event={decision.event} />
      )}
    </>
  );
}

function FixList({ id, event }: { id: string; event: string }): JSX.Element {
  const { value, error } = useAsked(() => control<Fixes>("GET", ofDecision(id, event, "/fixes")), [id, event]);
  if (value === undefined) return <Problem text={error} />;
  return (
    <section class="fixes">
      <h2>{t("What would have it allowed", "如何使其被允许")}</h2>
      {value.questions.map((question) => (
        <div key={question.question}>
          {question.impossible !== null && <p>{t(`No policy can allow it: ${question.impossible}`, `没有策略可以允许它：${adviceWord(question.impossible)}`)}</p>}
          {question.impossible === null && question.fixes.length === 0 && (
            <p>{t("No change is known that would allow it: neither of a policy, nor of an ACL, nor of block public access. Sign the call as somebody who may.", "没有已知的更改可以允许它：策略、ACL 和阻止公共访问都不行。请以有权限的身份签名后调用。")}</p>
          )}
          <ol class="plainlist">
            {question.fixes.map((fix, index) => (
              <li key={index}>
                <OneFix id={id} event={event} question={question.question} index={index} fix={fix} />
              </li>
            ))}
          </ol>
        </div>
      ))}
    </section>
  );
}

function changeWord(change: Change): string {
  const where = layerWord(change.layer);
  const name = policyName(change.policy?.name ?? "");
  switch (change.change) {
    case "add-statement":
      return t(`Add a statement to: ${where}`, `添加语句到：${where}`);
    case "replace-statement":
      return t(`Put this in the place of statement ${change.number} of ${name} (line ${change.line})`, `替换 ${name} 的第 ${change.number} 条语句（第 ${change.line} 行）`);
    case "remove-statement":
      return t(`Remove statement ${change.number} of ${name} (line ${change.line})`, `删除 ${name} 的第 ${change.number} 条语句（第 ${change.line} 行）`);
    case "set-key": {
      const values = (change.values ?? []).join(", ");
      return change.of === "resource"
        ? t(`Tag the resource, so that ${change.key} is ${values}`, `为资源设置标签，使 ${change.key} 为 ${values}`)
        : change.key?.toLowerCase() === "acs:sourceip"
          ? t(`Send the request from an address such as ${values}`, `从 ${values} 这样的地址发出请求`)
          : t(`Send the request with ${change.key} = ${values}`, `发出请求时使 ${change.key} = ${values}`);
    }
    case "setting":
      return settingWord(change);
    default:
      return change.change;
  }
}

const settingWord = ({ setting, level, name = "", value = "" }: Change): string => {
  if (setting === "acl")
    return level === "object"
      ? t(`Set the ACL of the object ${name} to ${value}: everybody is let in, without a signature`, `将 Object ${name} 的 ACL 设为 ${value}：所有人都可访问，无需签名`)
      : t(`Set the ACL of the bucket ${name} to ${value}: everybody is let in, without a signature`, `将 Bucket ${name} 的 ACL 设为 ${value}：所有人都可访问，无需签名`);
  return level === "account"
    ? t(`Switch off block public access for the account ${name}: it counts for every bucket of it`, `关闭账号 ${name} 的阻止公共访问：对其全部 Bucket 生效`)
    : t(`Switch off block public access for the bucket ${name}`, `关闭 Bucket ${name} 的阻止公共访问`);
};

function OneFix(props: { id: string; event: string; question: number; index: number; fix: Fix }): JSX.Element {
  const { id, event, question, index, fix } = props;
  const [tried, setTried] = useState<Tried>();
  const [applied, setApplied] = useState<PlannedCall[]>();
  const [error, setError] = useState<string>();
  const attempt = async (): Promise<void> => {
    try {
      setTried(await control<Tried>("POST", ofDecision(id, event, "/try"), { question, fix: index }));
      setError(undefined);
    } catch (problem) {
      setError(problemWord(problem));
    }
  };
  const apply = async (): Promise<void> => {
    try {
      const made: PlannedCall[] = [];
      for (const one of fix.calls ?? []) {
        const owner = { account: one.account, kind: "owner", name: "" } as const;
        const answer = await call(owner, `${one.product}.${one.operation}`, one.parameters, one.version);
        made.push({ ...one, answer: answer.ok ? "OK" : (answer.code ?? String(answer.status)), message: answer.message });
        if (!answer.ok) break;
      }
      setApplied(made);
      setError(undefined);
    } catch (problem) {
      setError(problemWord(problem));
    }
  };
  // What it opens besides for the same caller: calls that were tried, and what its patterns cover.
  const opened = [...fix.opens, ...fix.also_allows.filter((one) => !fix.opens.some((other) => other.action === one.action && other.resource === one.resource))];
  const more = opened.length;
  const shared = fix.shared_with ?? [];
  const done = applied !== undefined && applied.every((one) => one.answer === "OK");
  return (
    <article class="fix">
      <h3>
        {t(`Fix ${index + 1}`, `方案 ${index + 1}`)} {fix.wider && <small>{t("wider than needed", "范围大于所需")} </small>}
        <small>
          {more > 0
            ? t(`also opens ${number(more)} other ${more === 1 ? "call" : "calls"}`, `还会放开 ${number(more)} 个其他调用`)
            : fix.wider || shared.length > 0
              ? t("opens no other call that is known to this caller", "不会对该调用者放开其他已知操作")
              : t("opens nothing else that is known", "不会放开其他已知操作")}
        </small>
      </h3>
      {shared.length > 0 && (
        <p class="shared">
          <span aria-hidden="true">⚠</span>{" "}
          {t(
            `It counts for ${number(shared.length)} ${shared.length === 1 ? "other as well, who holds" : "others as well, who hold"} the same policy: ${names(shared)}. Try it to see whom it lets do the same.`,
            `同一策略也授予了另外 ${number(shared.length)} 个主体，更改对它们同样生效：${names(shared)}。可先试用，查看会对谁放开同一操作。`,
          )}
        </p>
      )}
      {fix.changes.map((change, at) => (
        <div key={at}>
          <p>{changeWord(change)}</p>
          {typeof change.statement === "object" && <Json value={change.statement} label={changeWord(change)} />}
        </div>
      ))}
      {more > 0 && (
        <details>
          <summary>{t("What else it opens", "还会放开什么")}</summary>
          <ul>
            {opened.slice(0, 200).map((other, at) => (
              <li key={at}>
                <code>{other.action}</code> <span class="dim">{other.resource}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {fix.by_hand !== undefined && <p class="hint">{byHandWord(fix.by_hand.code, fix.by_hand.why)}</p>}
      {fix.calls !== undefined && (
        <div class="row">
          <Button onClick={attempt}>{t("Try it in a fork", "在分叉中试用")}</Button>
          <Button onClick={apply} kind="main" disabled={done}>
            {t("Apply as the owner", "以主账号身份应用")}
          </Button>
        </div>
      )}
      <Problem text={error} />
      {tried !== undefined && (
        <div class="outcome" role="status">
          <p>
            {tried.allowed
              ? t("In a fork of this cloud, after these calls, the same request is allowed:", "在此云的分叉中执行以下调用后，同一请求被允许：")
              : t("In a fork of this cloud, after these calls, the same request is still denied:", "在此云的分叉中执行以下调用后，同一请求仍被拒绝：")}{" "}
            <Verdict verdict={tried.allowed ? "Allow" : (tried.decisions.find((one) => one.verdict !== "Allow")?.verdict ?? "ImplicitDeny")} />
          </p>
          {tried.also_for.length > 0 && (
            <p class="shared">
              <span aria-hidden="true">⚠</span> {t(`The same is then allowed to others who are denied now: ${names(tried.also_for)}.`, `以下目前被拒绝的主体也会被允许同一操作：${names(tried.also_for)}。`)}
            </p>
          )}
          <Calls calls={tried.calls} />
          {applied === undefined && <p class="hint">{t("Nothing was changed here.", "此处没有任何更改。")}</p>}
        </div>
      )}
      {applied !== undefined && (
        <div class="outcome" role="status">
          <p>
            {done
              ? t("Applied. Repeat the call: it counts at once.", "已应用。请重新发起调用，立即生效。")
              : applied.length > 1
                ? t("Not applied to its end: the last of these calls was refused, those before it were made.", "未全部应用：最后一个调用被拒绝，之前的调用已执行。")
                : t("Not applied: the call was refused.", "未应用：调用被拒绝。")}
          </p>
          <Calls calls={applied} />
        </div>
      )}
    </article>
  );
}

/** Principals by their names. */
const names = (arns: string[]): string => arns.slice(0, 12).map((arn) => shortArn(arn, 1)).join(", ") + (arns.length > 12 ? "…" : "");

export const Calls = ({ calls }: { calls: PlannedCall[] }): JSX.Element => (
  <ul class="plainlist calls">
    {calls.map((one, index) => (
      <li key={index}>
        <strong>
          {one.product}.{one.operation}
        </strong>{" "}
        {one.answer === "OK" ? (
          <span class="verdict yes">✓ OK</span>
        ) : (
          one.answer !== undefined && (
            <span class="verdict no">
              ✕ {one.answer} {one.message}
            </span>
          )
        )}
        <details>
          <summary>{t("Parameters", "参数")}</summary>
          <Json value={one.parameters} label={t("Parameters", "参数")} />
        </details>
      </li>
    ))}
  </ul>
);
