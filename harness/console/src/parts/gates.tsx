// A decision drawn as the gates that it passes or fails, with the statement that settled it marked in its document.

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { Explained, Explanation, Failure, PolicyText, StatementRef, StatementTrace, Step, Unit } from "../api";
import { colon, t } from "../settings";
import { layerWord, policyName, reasonWord, skipWord } from "../words";
import { excerpt } from "./excerpt";
import { Verdict } from "./kit";

const isSame = (a: StatementRef | null, b: StatementRef): boolean =>
  a !== null && a.layer === b.layer && a.node === b.node && a.policy === b.policy && a.statement === b.statement;

const units = (explanation: Explanation): Unit[] =>
  explanation.steps.flatMap((step) => ("asked" in step ? [step.asked] : []));

/** Near misses that are shown at most. */
const NEAR = 3;

export function Gates({ explained }: { explained: Explained }): JSX.Element {
  const { explanation, documents } = explained;
  const settled = explanation.decision.statement;
  const all = units(explanation).flatMap((unit) => unit.statements);
  const deciding = all.find((trace) => isSame(settled, trace.statement));
  // The cloud tells what comes near, the likeliest first; a statement may come near in several things.
  const misses = explained.near.map((miss) => all.find((trace) => isSame(miss.statement, trace.statement)));
  const near = [...new Set(misses)].filter((trace) => trace !== undefined).slice(0, NEAR);
  const allowed = explanation.decision.verdict === "Allow";
  return (
    <div class="gates">
      <ol class="way" aria-label={t("The gates of this decision", "本次判定经过的各层策略")}>
        {explanation.steps.map((step, index) => (
          <Gate key={index} step={step} settledIn={explanation.decision.layer} />
        ))}
        <li class={`gate end ${allowed ? "yes" : "no"}`}>
          <strong>{t("Verdict", "结论")}</strong>
          <Verdict verdict={explanation.decision.verdict} />
          <span>{layerWord(explanation.decision.layer)}</span>
        </li>
      </ol>
      {deciding !== undefined && (
        <section>
          <h3>{t("The statement that decides", "起决定作用的语句")}</h3>
          <Statement trace={deciding} documents={documents} open />
        </section>
      )}
      {(explained.elsewhere ?? []).length > 0 && (
        <section>
          <h3>{t("Near miss: another resource group", "差一点匹配：其他资源组")}</h3>
          <ul class="plainlist">
            {(explained.elsewhere ?? []).map((one, index) => (
              <li key={index}>{elsewhereWord(one)}</li>
            ))}
          </ul>
        </section>
      )}
      {near.length > 0 && (
        <section>
          <h3>{t("Near misses", "差一点匹配的语句")}</h3>
          {near.map((trace, index) => (
            <Statement key={index} trace={trace} documents={documents} open={index === 0 && deciding === undefined} />
          ))}
        </section>
      )}
      <Others traces={all.filter((trace) => trace !== deciding && !near.includes(trace))} documents={documents} />
      <Asked explanation={explanation} />
    </div>
  );
}

/** A policy that counts in another resource group than the one that was asked about, and what would have it count. */
function elsewhereWord(one: NonNullable<Explained["elsewhere"]>[number]): string {
  const policy = one.policy.type === "System" ? t(`System policy ${one.policy.name}`, `系统策略 ${one.policy.name}`) : t(`Custom policy ${one.policy.name}`, `自定义策略 ${one.policy.name}`);
  const through = one.group === null ? "" : t(` (of group ${one.group})`, `（来自用户组 ${one.group}）`);
  const here = one.wanted === null ? t("this is asked for the whole account", "而此请求针对整个账号") : t(`the resource is in ${one.wanted}`, `而该资源属于资源组 ${one.wanted}`);
  const would =
    one.wanted === null
      ? t("Attached for the account it would allow it.", "若在账号范围授予，则会允许。")
      : t(`Attached for ${one.wanted} it would allow it, or the resource has to move.`, `若为资源组 ${one.wanted} 授予，或将资源转入该资源组，则会允许。`);
  return t(`${policy}${through} is attached for resource group ${one.resource_group}; ${here}. ${would}`, `${policy}${through}仅在资源组 ${one.resource_group} 范围授予，${here}。${would}`);
}

function Gate({ step, settledIn }: { step: Step; settledIn: string }): JSX.Element {
  if ("skipped" in step) {
    return (
      <li class="gate skipped">
        <strong>{layerWord(step.skipped.layer)}</strong>
        <span>
          <span aria-hidden="true">↷</span> {t("not asked", "未检查")}
          {colon()}
          {skipWord(step.skipped.why)}
        </span>
      </li>
    );
  }
  const unit = step.asked;
  const kind = unit.verdict === "Allow" ? "yes" : unit.verdict === "ExplicitDeny" ? "no" : "silent";
  const counted = unit.statements.filter((trace) => trace.counts).length;
  return (
    <li class={`gate ${kind} ${unit.layer === settledIn ? "settles" : ""}`}>
      <strong>
        {layerWord(unit.layer)}
        {unit.layer === "Control" && ` ${unit.node + 1}`}
      </strong>
      <span>
        {kind === "yes" && <><span aria-hidden="true">✓</span> {t("allows", "允许")}</>}
        {kind === "no" && <><span aria-hidden="true">✕</span> {t("denies", "拒绝")}</>}
        {kind === "silent" && <><span aria-hidden="true">∅</span> {t("says nothing", "没有匹配的语句")}</>}
      </span>
      <small>
        {t(`${counted} of ${unit.statements.length} statements match`, `${unit.statements.length} 条语句中匹配 ${counted} 条`)}
      </small>
      {unit.layer === settledIn && <small class="mark">{t("decides", "起决定作用")}</small>}
    </li>
  );
}

const attachedTo = (attached: unknown): string => {
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

function Statement(props: { trace: StatementTrace; documents: PolicyText[]; open?: boolean }): JSX.Element {
  const { trace, documents } = props;
  // Its document is laid out when somebody looks at it.
  const [open, setOpen] = useState(props.open === true);
  const at = trace.statement;
  const document = documents.find((one) => one.layer === at.layer && one.node === at.node && one.policy === at.policy);
  return (
    <details class={`statement ${trace.counts ? trace.effect.toLowerCase() : "misses"}`} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class="effect">{trace.effect === "Allow" ? t("Allow", "允许") : t("Deny", "拒绝")}</span>{" "}
        <strong>{policyName(trace.policy.name)}</strong> <small>{attachedTo(trace.policy.attached)}</small>{" "}
        <small>{t(`statement ${at.statement + 1}, line ${trace.place.line}`, `第 ${at.statement + 1} 条语句，第 ${trace.place.line} 行`)}</small>
        {trace.sid !== null && <small> {trace.sid}</small>}
        <span class="says">
          {trace.counts ? t("matches", "匹配") : trace.failed === null ? "" : trace.failed.element + colon() + reasonWord(trace.failed.reason)}
        </span>
      </summary>
      {open && trace.failed !== null && <Wanted failure={trace.failed} />}
      {open && document !== undefined && <Excerpt text={document.text} trace={trace} />}
    </details>
  );
}

const list = (values: string[]): string => (values.length === 0 ? t("(not there)", "（没有）") : values.join(", "));

/** The value wanted beside the value had. */
const Wanted = ({ failure }: { failure: Failure }): JSX.Element => (
  <dl class="wanted">
    <div>
      <dt>{t("The policy wants", "策略要求")}</dt>
      <dd>
        <code>{list(failure.expected)}</code>
      </dd>
    </div>
    <div>
      <dt>{t("The request has", "请求实际为")}</dt>
      <dd>
        <code>{list(failure.actual)}</code>
      </dd>
    </div>
  </dl>
);

/** The statement in its document, a caret under what settles it. */
function Excerpt({ text, trace }: { text: string; trace: StatementTrace }): JSX.Element {
  const label = useId();
  const marked = trace.failed?.place.span ?? trace.place.span;
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  // Places count bytes; what is shown counts characters.
  const offset = (at: number): number => decoder.decode(bytes.subarray(0, at)).length;
  const { lines, line, column, width, first, laidOut } = excerpt(text, offset(trace.place.span.start), offset(trace.place.span.end), offset(marked.start), offset(marked.end));
  return (
    <div class="excerpt" tabIndex={0} role="region" aria-label={t("The policy document", "策略文档")} aria-describedby={label}>
      <span id={label} class="away">
        {laidOut ? t("The statement, laid out in lines.", "分行显示的语句。") : ""}
        {trace.failed === null
          ? t(`The statement begins in line ${line}.`, `语句从第 ${line} 行开始。`)
          : t(`Line ${line}: ${trace.failed.element}, ${reasonWord(trace.failed.reason)}.`, `第 ${line} 行：${trace.failed.element}，${reasonWord(trace.failed.reason)}。`)}
      </span>
      <pre>
        {lines.map((content, index) => {
          const number = first + index;
          return (
            <div key={number} class={number === line ? "line here" : "line"}>
              <span class="number" aria-hidden="true">
                {number}
              </span>
              {content === "" ? " " : content}
              {number === line && (
                <div class="caret" aria-hidden="true">
                  <span class="number" />
                  {" ".repeat(column)}
                  {"^".repeat(Math.max(1, width))} {trace.failed === null ? "" : reasonWord(trace.failed.reason)}
                </div>
              )}
            </div>
          );
        })}
      </pre>
    </div>
  );
}

/** Other statements that are listed at most. */
const LISTED = 200;

function Others({ traces, documents }: { traces: StatementTrace[]; documents: PolicyText[] }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (traces.length === 0) return null;
  const more = traces.length - LISTED;
  return (
    <details class="others" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t(`Every other statement (${traces.length})`, `其他全部语句（${traces.length}）`)}</summary>
      {open && traces.slice(0, LISTED).map((trace, index) => <Statement key={index} trace={trace} documents={documents} />)}
      {open && more > 0 && <p class="dim">{t(`and ${more} more`, `还有 ${more} 条`)}</p>}
    </details>
  );
}

/** What was asked, with the condition keys that came with it. */
const Asked = ({ explanation }: { explanation: Explanation }): JSX.Element => (
  <details class="asked">
    <summary>{t("What the request carries", "请求携带的条件键")}</summary>
    <dl class="pairs">
      {explanation.request.resource_group !== null && (
        <div>
          <dt>{t("Resource group", "资源组")}</dt>
          <dd>{explanation.request.resource_group}</dd>
        </div>
      )}
      {explanation.request.context.map(({ key, values }) => (
        <div key={key}>
          <dt>
            <code>{key}</code>
          </dt>
          <dd>
            <code>{values.join(", ")}</code>
          </dd>
        </div>
      ))}
    </dl>
  </details>
);
