// A decision drawn as the gates that it passes or fails, with the statement that settled it marked in its document.

import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { Explained, Explanation, Failure, Place, PolicyText, StatementRef, StatementTrace, Unit } from "../api";
import { colon, t } from "../settings";
import { attachedTo, layerWord, policyName, reasonWord } from "../words";
import { excerpt } from "./excerpt";
import { Gate, OwnGates } from "./gate";
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
        {explanation.steps.map((step, index) =>
          "asked" in step && step.asked.layer === "Resource" && explained.own ? (
            <OwnGates key={index} unit={step.asked} own={explained.own} settled={settled} />
          ) : (
            <Gate key={index} step={step} settledIn={explanation.decision.layer} />
          ),
        )}
        <li class={`gate end ${allowed ? "yes" : "no"}`}>
          <strong>{t("Verdict", "结论")}</strong>
          <Verdict verdict={explanation.decision.verdict} />
          {explanation.decision.layer !== "None" && <span>{layerWord(explanation.decision.layer)}</span>}
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

/** Something that is marked in a document, and what stands beside it. */
interface Mark {
  place: Place;
  word: string;
}

/** What of a statement that fits fitted, with the request's value beside it; of one that does not, what keeps it from fitting. */
function marksOf(trace: StatementTrace): Mark[] {
  if (trace.failed !== null) return [{ place: trace.failed.place, word: reasonWord(trace.failed.reason) }];
  const marks: Mark[] = [];
  const asked = (actual: string): string => t(`asked: ${actual}`, `请求：${actual}`);
  for (const element of [trace.action, trace.resource, trace.principal]) {
    if (element === null) continue;
    const fitting = element.patterns.find((pattern) => pattern.matches);
    // What is everything but something fits as a whole.
    marks.push({ place: element.element.startsWith("Not") || fitting === undefined ? element.place : fitting.place, word: asked(element.actual) });
  }
  for (const clause of trace.condition) {
    const fitting = clause.values.find((value) => value.matches);
    marks.push({ place: fitting?.place ?? clause.place, word: asked(clause.actual.length === 0 ? t("(not there)", "（没有）") : clause.actual.join(", ")) });
  }
  return marks;
}

/** The statement in its document, a caret under what settles it. */
function Excerpt({ text, trace }: { text: string; trace: StatementTrace }): JSX.Element {
  const label = useId();
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  // Places count bytes; what is shown counts characters.
  const range = ({ span }: Place): { start: number; end: number } => ({ start: decoder.decode(bytes.subarray(0, span.start)).length, end: decoder.decode(bytes.subarray(0, span.end)).length });
  const wanted = marksOf(trace);
  const { lines, marks, first, laidOut } = excerpt(text, range(trace.place), wanted.map((mark) => range(mark.place)));
  const at = (line: number): { mark: (typeof marks)[number]; word: string }[] => marks.flatMap((mark, index) => (mark.line === line ? [{ mark, word: wanted[index]?.word ?? "" }] : []));
  return (
    <div class="excerpt" tabIndex={0} role="region" aria-label={t("The policy document", "策略文档")} aria-describedby={label}>
      <span id={label} class="away">
        {laidOut ? t("The statement, laid out in lines.", "分行显示的语句。") : ""}
        {marks.map((mark, index) => t(` Line ${mark.line}: ${wanted[index]?.word}.`, `第 ${mark.line} 行：${wanted[index]?.word}。`)).join("")}
      </span>
      <pre>
        {lines.map((content, index) => {
          const number = first + index;
          const here = at(number);
          return (
            <div key={number} class={here.length > 0 ? "line here" : "line"}>
              <span class="number" aria-hidden="true">
                {number}
              </span>
              {content === "" ? " " : content}
              {here.map(({ mark, word }, which) => (
                <div key={which} class={trace.failed === null ? "caret fits" : "caret"} aria-hidden="true">
                  <span class="number" />
                  {" ".repeat(mark.column)}
                  {"^".repeat(Math.max(1, mark.width))} {word}
                </div>
              ))}
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
