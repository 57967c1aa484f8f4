// Every call as it happens.

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Decision } from "../api";
import { accountOf, isDenied, outcome, settling, shortArn } from "../parts/came";
import { Button, Choice, Field, Time, useKept, Verdict, why } from "../parts/kit";
import { feed, type Row, rows } from "../parts/feed";
import { number, t } from "../settings";
import { stageWord } from "../words";

/** The height of a row, which the style sheet gives: in a narrow window a call has three lines. */
const [ROW, THREE_LINES] = [36, 84];
const NARROW = "(max-width: 44rem)";

/** Is the window narrow? */
function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const look = (): void => setNarrow(query.matches);
    query.addEventListener("change", look);
    return () => query.removeEventListener("change", look);
  }, []);
  return narrow;
}
/** Rows beyond the edges of what is seen that are made as well. */
const MORE = 12;

type Kind = "all" | "denied" | "allowed" | "failed";

const kindFits = (decision: Decision, kind: Kind): boolean => {
  switch (kind) {
    case "all":
      return true;
    case "denied":
      return isDenied(decision);
    case "allowed":
      return decision.status < 400;
    case "failed":
      return decision.status >= 400;
  }
};

const texts = new WeakMap<Decision, string>();

/** What a filter looks through; made once for each decision. */
function textOf(decision: Decision): string {
  const known = texts.get(decision);
  if (known !== undefined) return known;
  const { operation, caller, code, request_id, decided } = decision;
  const text = [operation, caller, code, request_id, ...decided.flatMap((one) => [one.action, one.resource, one.policy?.name])].join(" ").toLowerCase();
  texts.set(decision, text);
  return text;
}

export function Live(): JSX.Element {
  const [, setVersion] = useState(feed.version);
  const [words, setWords] = useKept("live.words", "");
  const [kind, setKind] = useKept<Kind>("live.kind", "all");
  const [product, setProduct] = useKept("live.product", "");
  useEffect(() => feed.on(() => setVersion(feed.version)), []);
  const version = feed.version;
  const products = useMemo(
    () => [...new Set([...feed.all().map((decision) => decision.operation.split(".")[0] ?? ""), ...(product === "" ? [] : [product])])].sort(),
    [version, product],
  );
  const accounts = useMemo(() => new Set(feed.all().map((decision) => accountOf(decision.caller)).filter((one) => one !== "")).size, [version]);
  const shown = useMemo(() => {
    const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== "");
    return rows(feed.all(), (decision) => {
      if (!kindFits(decision, kind)) return false;
      if (product !== "" && !decision.operation.startsWith(`${product}.`)) return false;
      return wanted.length === 0 || wanted.every((word) => textOf(decision).includes(word));
    });
  }, [version, words, kind, product]);
  return (
    <div class="page live">
      <h1>{t("Live", "实时调用")}</h1>
      <div class="row tools">
        <Field label={t("Filter", "筛选")} value={words} onInput={setWords} placeholder="alice oss:GetObject" />
        <Choice<Kind>
          label={t("Show", "显示")}
          value={kind}
          onChange={setKind}
          options={[
            ["all", t("all calls", "全部调用")],
            ["denied", t("denied by policies", "被策略拒绝")],
            ["failed", t("all that failed", "全部失败")],
            ["allowed", t("what succeeded", "成功")],
          ]}
        />
        <Choice
          label={t("Product", "云产品")}
          value={product}
          onChange={setProduct}
          options={[["", t("all", "全部")], ...products.map((one): [string, string] => [one, one])]}
        />
        <Button onClick={() => feed.pause(!feed.paused)} pressed={feed.paused}>
          {feed.paused ? t("Go on", "继续") : t("Pause", "暂停")}
        </Button>
        <Button onClick={() => feed.clear()}>{t("Clear", "清空")}</Button>
        <span class="count">
          {feed.paused
            ? t(`paused, ${number(feed.missed)} waiting`, `已暂停，${number(feed.missed)} 条待显示`)
            : t(`${number(shown.length)} calls`, `${number(shown.length)} 次调用`)}
        </span>
      </div>
      {feed.forgotten > 0 && (
        <p class="hint" role="status">
          {t(
            `${number(feed.forgotten)} calls are missing: the cloud had forgotten them before they could be shown.`,
            `缺少 ${number(feed.forgotten)} 次调用：云在显示之前已不再保留它们。`,
          )}
        </p>
      )}
      {shown.length === 0 ? <Nothing /> : <Table rows={shown} accounts={accounts} />}
    </div>
  );
}

const Nothing = (): JSX.Element => (
  <p class="nothing">
    {t("No call yet that fits. Whatever calls this cloud is shown here as it happens.", "还没有符合条件的调用。任何对此云的调用都会实时显示在这里。")}
  </p>
);

/** Only what is seen is made, however many there are. */
function Table({ rows, accounts }: { rows: Row[]; accounts: number }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => setHeight(element.clientHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const each = useNarrow() ? THREE_LINES : ROW;
  const first = Math.max(0, Math.floor(top / each) - MORE);
  const last = Math.min(rows.length, Math.ceil((top + height) / each) + MORE);
  return (
    <div
      class="scroll"
      ref={box}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      tabIndex={0}
      role="region"
      aria-label={t("Calls, newest first", "调用列表，最新的在最前")}
    >
      {/* Laid out as a grid in a narrow window, it is still a table to who reads it aloud. */}
      <table role="table" aria-rowcount={rows.length + 1}>
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">{t("Time", "时间")}</th>
            <th scope="col" role="columnheader">{t("Decision", "判定")}</th>
            <th scope="col" role="columnheader">{t("Operation", "操作")}</th>
            <th scope="col" role="columnheader">{t("Caller", "调用者")}</th>
            <th scope="col" role="columnheader">{t("Action and resource", "权限操作与资源")}</th>
            <th scope="col" role="columnheader">{t("Answer", "响应")}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {first > 0 && <Space height={first * each} />}
          {rows.slice(first, last).map((row, index) => (
            <Line key={row.decision.event} row={row} index={first + index + 2} accounts={accounts} />
          ))}
          {last < rows.length && <Space height={(rows.length - last) * each} />}
        </tbody>
      </table>
    </div>
  );
}

const Space = ({ height }: { height: number }): JSX.Element => (
  <tr aria-hidden="true" class="space">
    <td colSpan={6} style={{ height: `${height}px` }} />
  </tr>
);

const callerWord = (caller: string | null, stage: string, accounts: number): string =>
  caller === null ? (stage === "locate" ? t("(not looked at)", "（未检查）") : t("(signature refused)", "（签名被拒绝）")) : caller === "*" ? t("(nobody)", "（匿名）") : shortArn(caller, accounts);

function Line({ row, index, accounts }: { row: Row; index: number; accounts: number }): JSX.Element {
  const { decision, depth } = row;
  const asked = settling(decision);
  const came = outcome(decision);
  const rest = decision.decided.length - 1;
  return (
    <tr role="row" aria-rowindex={index} class={`${decision.status >= 400 ? "failed" : ""} ${row.earlier ? "earlier" : ""}`}>
      <td role="cell">
        <Time at={decision.time} />
      </td>
      <td role="cell">
        {came === null ? <span class="dim">{stageWord(decision.stage)}</span> : <Verdict verdict={came} short />}{" "}
        {decision.would_deny === true && <small>{t("reported only", "仅报告")}</small>}
        <small class="status">{decision.status}</small>
      </td>
      <td role="cell" class={`depth${Math.min(depth, 3)}`}>
        {depth > 0 && (
          <span class="inner">
            <span aria-hidden="true">↳</span>
            <span class="away">{t("inner call:", "内部调用：")}</span>
          </span>
        )}
        <a href={why(decision.request_id, decision.event)}>{decision.operation}</a>
        {row.inner > 0 && <small> {t(`+${row.inner} inner`, `+${row.inner} 个内部调用`)}</small>}
        {!decision.performed && <small> {t("not performed", "未执行")}</small>}
        {row.earlier && (
          <small title={t("Before the cloud was started again, reset, or put back to a checkpoint", "云重新启动、重置或恢复到检查点之前")}>
            {" "}
            {t("earlier cloud", "此前的云")}
          </small>
        )}
      </td>
      <td role="cell" title={decision.caller ?? ""}>{callerWord(decision.caller, decision.stage, accounts)}</td>
      <td role="cell" title={asked === undefined ? "" : `${asked.action} ${asked.resource}`}>
        {asked !== undefined && (
          <>
            <code>{asked.action}</code> <span class="dim resource">{shortArn(asked.resource, accounts)}</span>
            {rest > 0 && <small> +{rest}</small>}
          </>
        )}
      </td>
      <td role="cell">
        {decision.status} {decision.code}
      </td>
    </tr>
  );
}
