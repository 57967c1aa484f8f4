// One decision: what was asked, the gates that it passed or failed, what would have it allowed.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Change, control, type Fix, type Fixes, type FullDecision, type PlannedCall, type Tried } from "../api";
import { call } from "../cloud";
import { feed } from "../parts/feed";
import { Gates } from "../parts/gates";
import { Button, Field, Json, Problem, problemWord, Time, useAsked, Verdict, why } from "../parts/kit";
import { number, t } from "../settings";
import { byHandWord, layerWord, stageWord } from "../words";

export function Why({ id }: { id: string }): JSX.Element {
  return (
    <div class="page why">
      <h1>{t("Why", "判定原因")}</h1>
      <Find id={id} />
      {id === "" ? <Lately /> : <One key={id} id={id} />}
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
  const denied = feed
    .all()
    .filter((decision) => decision.stage === "authorize")
    .slice(-20)
    .reverse();
  return (
    <section>
      <h2>{t("Denied lately", "最近被拒绝的调用")}</h2>
      {denied.length === 0 && <p class="nothing">{t("Nothing was.", "没有。")}</p>}
      <ul class="plainlist">
        {denied.map((decision) => (
          <li key={decision.request_id}>
            <Time at={decision.time} /> <a href={why(decision.request_id)}>{decision.operation}</a>{" "}
            <span class="dim">{decision.caller}</span> <code>{decision.decided[0]?.action}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ id }: { id: string }): JSX.Element {
  const { value: decision, error } = useAsked(() => control<FullDecision>("GET", `decisions/${encodeURIComponent(id)}`), [id]);
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
          <dd>{decision.caller ?? t("(the signature was refused)", "(签名被拒绝)")}</dd>
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
            {decision.status} {decision.code} <small>({stageWord(decision.stage)})</small>
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
        <p>{t("No policy was asked: it ended before, or the operation needs none.", "没有检查任何策略:调用在此之前已结束,或该操作无需授权。")}</p>
      )}
      {decision.decided.map((one, index) => (
        <section key={index} class="question">
          <h2>
            <code>{one.action}</code> {t("on", "作用于")} <code>{one.resource}</code> <Verdict verdict={one.verdict} />
          </h2>
          <p class="dim">
            {t(`Action known by: ${one.known.action}; resource by: ${one.known.resource}`, `操作来源:${one.known.action};资源来源:${one.known.resource}`)}
          </p>
          <Gates explained={one} />
        </section>
      ))}
      {decision.stage === "authorize" && decision.decided.some((one) => one.verdict !== "Allow") && <FixList id={id} />}
    </>
  );
}

function FixList({ id }: { id: string }): JSX.Element {
  const { value, error } = useAsked(() => control<Fixes>("GET", `decisions/${encodeURIComponent(id)}/fixes`), [id]);
  if (value === undefined) return <Problem text={error} />;
  return (
    <section class="fixes">
      <h2>{t("What would have it allowed", "如何使其被允许")}</h2>
      {value.questions.map((question) => (
        <div key={question.question}>
          {question.impossible !== null && <p>{t(`No policy can allow it: ${question.impossible}`, `没有策略可以允许它:${question.impossible}`)}</p>}
          <ol class="plainlist">
            {question.fixes.map((fix, index) => (
              <li key={index}>
                <OneFix id={id} question={question.question} index={index} fix={fix} />
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
  const name = change.policy?.name ?? "";
  switch (change.change) {
    case "add-statement":
      return t(`Add a statement to: ${where}`, `添加语句到:${where}`);
    case "replace-statement":
      return t(`Put this in the place of the statement of ${name} at line ${change.line}`, `替换 ${name} 第 ${change.line} 行的语句`);
    case "remove-statement":
      return t(`Remove the statement of ${name} at line ${change.line}`, `删除 ${name} 第 ${change.line} 行的语句`);
    case "set-key": {
      const values = (change.values ?? []).join(", ");
      return change.of === "resource"
        ? t(`Tag the resource, so that ${change.key} is ${values}`, `为资源设置标签,使 ${change.key} 为 ${values}`)
        : t(`Send the request with ${change.key} = ${values}`, `发出请求时使 ${change.key} = ${values}`);
    }
    default:
      return change.change;
  }
}

function OneFix(props: { id: string; question: number; index: number; fix: Fix }): JSX.Element {
  const { id, question, index, fix } = props;
  const [tried, setTried] = useState<Tried>();
  const [applied, setApplied] = useState<PlannedCall[]>();
  const [error, setError] = useState<string>();
  const attempt = async (): Promise<void> => {
    try {
      setTried(await control<Tried>("POST", `decisions/${encodeURIComponent(id)}/try`, { question, fix: index }));
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
  const more = fix.also_allows.length;
  return (
    <article class="fix">
      <h3>
        {t(`Fix ${index + 1}`, `方案 ${index + 1}`)} {fix.wider && <small>{t("wider than needed", "范围大于所需")} </small>}
        <small>
          {more === 0
            ? t("opens nothing else that is known", "不会放开其他已知操作")
            : t(`also opens ${number(more)} other ${more === 1 ? "call" : "calls"}`, `还会放开 ${number(more)} 个其他调用`)}
        </small>
      </h3>
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
            {fix.also_allows.slice(0, 200).map((other, at) => (
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
          <Button onClick={apply} kind="main">
            {t("Apply as the owner", "以主账号身份应用")}
          </Button>
        </div>
      )}
      <Problem text={error} />
      {tried !== undefined && (
        <div class="outcome" role="status">
          <p>
            {tried.allowed
              ? t("In a fork of this cloud, after these calls, the same request is allowed:", "在此云的分叉中执行以下调用后,同一请求被允许:")
              : t("In a fork of this cloud, after these calls, the same request is still denied:", "在此云的分叉中执行以下调用后,同一请求仍被拒绝:")}{" "}
            <Verdict verdict={tried.allowed ? "Allow" : (tried.decisions.find((one) => one.verdict !== "Allow")?.verdict ?? "ImplicitDeny")} />
          </p>
          <Calls calls={tried.calls} />
          <p class="hint">{t("Nothing was changed here.", "此处没有任何更改。")}</p>
        </div>
      )}
      {applied !== undefined && (
        <div class="outcome" role="status">
          <p>{t("Applied. Repeat the call: it counts at once.", "已应用。请重新发起调用,立即生效。")}</p>
          <Calls calls={applied} />
        </div>
      )}
    </article>
  );
}

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
