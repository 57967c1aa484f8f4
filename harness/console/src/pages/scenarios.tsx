// Scenarios, replayed in a cloud of their own and looked at step by step.

import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { control, type Decision, type FullDecision, type State as Whole } from "../api";
import { changes } from "../parts/changes";
import { Gates } from "../parts/gates";
import { Button, Field, Json, Problem, useAsked, Verdict } from "../parts/kit";
import { Words } from "../parts/words-list";
import { number, t } from "../settings";

interface Listed {
  name: string;
  title: string;
  story: string;
}

interface Step {
  name: string | null;
  which: string;
  given: boolean;
  what: string;
  parameters: [string, string][];
  request: { method: string; target: string; body: string } | null;
  answer: { status: number; text: string } | null;
  decision: FullDecision | null;
  inner: Decision[];
  differences: { expected: string; found: string }[];
  state: Whole;
}

interface Recording extends Listed {
  state: Whole;
  steps: Step[];
}

export function Scenarios({ name }: { name: string }): JSX.Element {
  return (
    <div class="page">
      <h1>{t("Scenarios", "场景")}</h1>
      {name === "" ? <List /> : <Replay key={name} name={name} />}
    </div>
  );
}

function List(): JSX.Element {
  const { value, error } = useAsked(() => control<{ scenarios: Listed[]; mistakes: string[] }>("GET", "scenarios"), []);
  const [words, setWords] = useState("");
  const all = value?.scenarios ?? [];
  const found = all.filter((one) => `${one.name} ${one.title} ${one.story}`.toLowerCase().includes(words.toLowerCase()));
  return (
    <>
      <Field label={t("Search", "搜索")} value={words} onInput={setWords} />
      <Problem text={error} />
      {value !== undefined && all.length === 0 && (
        <p class="nothing">
          {t("No scenario is there. `acslab serve --scenarios PATH` names files or folders.", "没有场景。可用 `acslab serve --scenarios PATH` 指定文件或文件夹。")}
        </p>
      )}
      {(value?.mistakes ?? []).map((mistake, index) => (
        <Problem key={index} text={mistake} />
      ))}
      <ul class="plainlist">
        {found.map((one) => (
          <li key={one.name}>
            <a href={`#/scenarios/${encodeURIComponent(one.name)}`}>{one.title}</a> <small>{one.name}</small>
            <p class="hint">{one.story}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Replay({ name }: { name: string }): JSX.Element {
  const { value, error } = useAsked(() => control<Recording>("POST", "scenarios/replay", { name }), [name]);
  const [at, setAt] = useState(0);
  const step = value?.steps[at];
  const before = at === 0 ? value?.state : value?.steps[at - 1]?.state;
  const words = useMemo(() => (before === undefined || step === undefined ? [] : changes(before, step.state)), [before, step]);
  if (value === undefined) return error === undefined ? <p role="status">{t("Being replayed…", "正在回放……")}</p> : <Problem text={error} />;
  const last = value.steps.length - 1;
  return (
    <>
      <p>
        <a href="#/scenarios">{t("All scenarios", "全部场景")}</a>
      </p>
      <h2>{value.title}</h2>
      <p>{value.story}</p>
      <div class="columns scenario">
        <nav aria-label={t("Steps", "步骤")}>
          <ol class="plainlist">
            {value.steps.map((one, index) => (
              <li key={index}>
                <button type="button" class="button steplink" aria-current={index === at ? "step" : undefined} onClick={() => setAt(index)}>
                  <span aria-hidden="true">{one.differences.length > 0 ? "✕" : (one.answer?.status ?? 200) >= 400 ? "⊘" : "✓"}</span> {index + 1}. {one.name ?? one.what}
                  {one.given && <small> {t("given", "前提")}</small>}
                </button>
              </li>
            ))}
          </ol>
        </nav>
        {step !== undefined && (
          <section aria-live="polite">
            <div class="row">
              <Button onClick={() => setAt(Math.max(0, at - 1))} disabled={at === 0}>
                {t("Back", "上一步")}
              </Button>
              <Button onClick={() => setAt(Math.min(last, at + 1))} disabled={at === last} kind="main">
                {t("Forward", "下一步")}
              </Button>
              <span class="count">
                {number(at + 1)} / {number(value.steps.length)}
              </span>
            </div>
            <h3>{step.name ?? step.what}</h3>
            <p>{step.what}</p>
            {step.differences.map((one, index) => (
              <Problem key={index} text={t(`expected ${one.expected}, found ${one.found}`, `预期 ${one.expected},实际 ${one.found}`)} />
            ))}
            {step.parameters.length > 0 && (
              <details open>
                <summary>{t("Parameters", "参数")}</summary>
                <dl class="pairs">
                  {step.parameters.map(([parameter, given]) => (
                    <div key={parameter}>
                      <dt>{parameter}</dt>
                      <dd>
                        <code>{given}</code>
                      </dd>
                    </div>
                  ))}
                </dl>
              </details>
            )}
            {step.request !== null && (
              <details>
                <summary>{t("Request", "请求")}</summary>
                <Json value={`${step.request.method} ${step.request.target}\n\n${step.request.body}`} label={t("Request", "请求")} />
              </details>
            )}
            {step.answer !== null && (
              <details open>
                <summary>
                  {t("Answer", "响应")} {step.answer.status}
                </summary>
                <Json value={step.answer.text} label={t("Answer", "响应")} />
              </details>
            )}
            {step.decision?.decided.map((decided, index) => (
              <details key={index} open={decided.verdict !== "Allow"}>
                <summary>
                  {t("Decision", "判定")}: <code>{decided.action}</code> <Verdict verdict={decided.verdict} />
                </summary>
                <Gates explained={decided} />
              </details>
            ))}
            {step.inner.length > 0 && (
              <details>
                <summary>{t(`Inner calls (${step.inner.length})`, `内部调用(${step.inner.length})`)}</summary>
                <ul class="plainlist">
                  {step.inner.map((one) => (
                    <li key={one.request_id}>
                      {one.operation} <span class="dim">{one.caller}</span> {one.status} {one.code}
                    </li>
                  ))}
                </ul>
              </details>
            )}
            <h3>{t("What it changed", "状态变化")}</h3>
            <Words words={words} />
          </section>
        )}
      </div>
    </>
  );
}
