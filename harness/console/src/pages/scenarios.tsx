// Scenarios, replayed in a cloud of their own and looked at step by step.

import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { control, type Decision, type FullDecision, type State as Whole } from "../api";
import { changes } from "../parts/changes";
import { Gates } from "../parts/gates";
import { Button, Field, Json, Problem, useAsked, useKept, Verdict } from "../parts/kit";
import { Words } from "../parts/words-list";
import { colon, number, t } from "../settings";

interface Listed {
  name: string;
  title: string;
  story: string;
  /** Where it has them: lessons, and many others. */
  title_zh?: string | null;
  story_zh?: string | null;
}

const titleOf = (one: Listed): string => t(one.title, one.title_zh ?? one.title);
const storyOf = (one: Listed): string => t(one.story, one.story_zh ?? one.story);

/** Scenarios that are listed before somebody searches. */
const LISTED = 60;

interface Step {
  name: string | null;
  which: string;
  given: boolean;
  what: string;
  /** The same in parts; null where there are none. */
  did: Did | null;
  /** The row of a table that it is of, by its values. */
  case: string | null;
  circumstances: [string, string][];
  /** What was expected, in short. */
  expect: string | null;
  /** How many times it was done; what the last time came to stands here. */
  tries: number;
  parameters: [string, string][];
  request: { method: string; target: string; body: string } | null;
  answer: { status: number; text: string } | null;
  decision: FullDecision | null;
  inner: Decision[];
  differences: { expected: string; found: string }[];
  state: Whole;
}

interface Did {
  kind: string;
  who?: string;
  what?: string | null;
  seconds?: number;
  exit?: number | null;
}

/** What a step does, in words of the language. */
function didWord(step: Step): string {
  const { did } = step;
  if (did === null) return step.what;
  const who = did.who === "owner" ? t("owner", "账号所有者") : did.who === "anonymous" ? t("anonymous", "匿名") : (did.who ?? "");
  const what = did.what ?? "";
  const words: Record<string, string> = {
    calls: t(`${who} calls ${what}`, `${who} 调用 ${what}`),
    sends: t(`${who} sends ${what}`, `${who} 发送 ${what}`),
    runs: t(`${who} runs a program`, `${who} 运行程序`),
    checkpoint: t(`checkpoint ${what} is made`, `保存检查点 ${what}`),
    back: t(`back to checkpoint ${what}`, `回到检查点 ${what}`),
    waits: t(`the clock moves by ${did.seconds ?? 0} seconds`, `时钟拨动 ${did.seconds ?? 0} 秒`),
    clock: t(`the clock is set to ${what}`, `时钟设为 ${what}`),
    keys: t(`the keys of ${what} are known`, `登记 ${what} 的密钥`),
    session: t(`a session of ${what} is taken`, `取得角色 ${what} 的会话`),
    "workspace-roles": t("workspace roles are read in another way", "改变工作空间角色的判定方式"),
    "system-policies": t(`system policies move: ${what}`, `系统策略换版本：${what}`),
    permissions: what === "" ? t("who may do what, and could not in the beginning", "对比开始时，谁的权限变了") : t(`who may do what, and could not at checkpoint ${what}`, `对比检查点 ${what}，谁的权限变了`),
    reads: t("the learner reads", "学习者阅读"),
    task: t(`the task ${what}`, `任务 ${what}`),
  };
  return words[did.kind] ?? step.what;
}

const GIVEN = "given ";

/** A step as the list has it: its name or what it does, and which row of a table, from where and how often. */
function stepWord(step: Step): string {
  const named = step.given && step.name?.startsWith(GIVEN) === true ? t(step.name, `前提：${step.name.slice(GIVEN.length)}`) : step.name;
  const more = [...(step.case === null ? [] : [step.case]), ...(step.case === null ? circumstances(step) : []), ...(step.tries > 1 ? [timesWord(step.tries)] : [])];
  return more.length === 0 ? (named ?? didWord(step)) : t(`${named ?? didWord(step)} (${more.join(", ")})`, `${named ?? didWord(step)}（${more.join("，")}）`);
}

const circumstances = (step: Step): string[] => step.circumstances.map(([name, value]) => `${name} ${value}`);

const timesWord = (tries: number): string => t(`${tries} times`, `共 ${tries} 次`);

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
  const [words, setWords] = useKept("scenarios.words", "");
  const all = value?.scenarios ?? [];
  const found = all.filter((one) => `${one.name} ${one.title} ${one.story} ${one.title_zh ?? ""} ${one.story_zh ?? ""}`.toLowerCase().includes(words.toLowerCase()));
  return (
    <>
      <Field label={t("Search", "搜索")} value={words} onInput={setWords} />
      <Problem text={error} />
      {value === undefined && error === undefined && <p role="status">{t("Being read…", "正在读取……")}</p>}
      {value !== undefined && all.length === 0 && (
        <p class="nothing">
          {t("No scenario is there. `acslab serve --scenarios PATH` names files or folders.", "没有场景。可用 `acslab serve --scenarios PATH` 指定文件或文件夹。")}
        </p>
      )}
      {(value?.mistakes ?? []).map((mistake, index) => (
        <Problem key={index} text={mistake} />
      ))}
      <ul class="plainlist">
        {found.slice(0, LISTED).map((one) => (
          <li key={one.name}>
            <a href={`#/scenarios/${encodeURIComponent(one.name)}`}>{titleOf(one)}</a> <small>{one.name}</small>
            <p class="hint">{storyOf(one)}</p>
          </li>
        ))}
        {found.length > LISTED && <li class="dim">{t(`and ${number(found.length - LISTED)} more: search for them`, `还有 ${number(found.length - LISTED)} 个，请搜索`)}</li>}
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
      <h2>{titleOf(value)}</h2>
      <p>{storyOf(value)}</p>
      <div class="columns scenario">
        <nav aria-label={t("Steps", "步骤")}>
          <ol class="plainlist">
            {value.steps.map((one, index) => (
              <li key={index}>
                <button type="button" class="button steplink" aria-current={index === at ? "step" : undefined} onClick={() => setAt(index)}>
                  <span aria-hidden="true">{one.differences.length > 0 ? "✕" : (one.answer?.status ?? 200) >= 400 ? "⊘" : "✓"}</span> {index + 1}. {stepWord(one)}
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
            <h3>{stepWord(step)}</h3>
            <p>
              {didWord(step)}
              {step.tries > 1 && t(`, ${timesWord(step.tries)}: this is the last time, and what all of them changed`, `，${timesWord(step.tries)}：这里是最后一次的响应，状态变化则是全部的`)}
            </p>
            {step.expect !== null && (
              <p>
                {t("Expected", "预期")}
                {colon()}
                <code>{step.expect}</code>
              </p>
            )}
            {step.circumstances.length > 0 && (
              <dl class="pairs">
                {step.circumstances.map(([circumstance, value]) => (
                  <div key={circumstance}>
                    <dt>{circumstance}</dt>
                    <dd>
                      <code>{value}</code>
                    </dd>
                  </div>
                ))}
              </dl>
            )}
            {step.differences.map((one, index) => (
              <Problem key={index} text={t(`expected ${one.expected}, found ${one.found}`, `预期 ${one.expected}，实际 ${one.found}`)} />
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
                  {step.did?.kind === "runs" ? t(`Exit code ${step.did.exit ?? "-"}`, `退出码 ${step.did.exit ?? "-"}`) : `${t("Answer", "响应")} ${step.answer.status}`}
                </summary>
                <Json value={step.answer.text} label={t("Answer", "响应")} />
              </details>
            )}
            {step.decision?.decided.map((decided, index) => (
              <details key={index} open={decided.verdict !== "Allow"}>
                <summary>
                  {t("Decision", "判定")}
                  {colon()}
                  <code>{decided.action}</code> <Verdict verdict={decided.verdict} />
                </summary>
                <Gates explained={decided} />
              </details>
            ))}
            {step.inner.length > 0 && (
              <details>
                <summary>{t(`Inner calls (${step.inner.length})`, `内部调用（${step.inner.length}）`)}</summary>
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
