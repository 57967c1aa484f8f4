// The authorization state as a readable page: now and at checkpoints, compared in words; the clock, quotas, sessions.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { control, state, type State as Whole } from "../api";
import { forgetKeys } from "../cloud";
import { Account } from "../parts/account";
import { changes } from "../parts/changes";
import { Button, Choice, Dialog, Field, Problem, problemWord, useAsked } from "../parts/kit";
import { stillThere } from "../parts/who";
import { Words } from "../parts/words-list";
import { number, t } from "../settings";

export function State(): JSX.Element {
  /** Counts up when all is to be looked at anew. */
  const [turn, setTurn] = useState(0);
  const again = (): void => setTurn((before) => before + 1);
  const now = useAsked(() => state(), [turn]);
  return (
    <div class="page">
      <h1>{t("Authorization state", "授权状态")}</h1>
      <div class="row tools">
        <Button onClick={again}>{t("Look again", "刷新")}</Button>
      </div>
      <Problem text={now.error} />
      <Checkpoints now={now.value} turn={turn} again={again} />
      <Clock turn={turn} again={again} />
      {Object.entries(now.value?.accounts ?? {}).map(([name, account]) => (
        <Account key={name} name={name} account={account} />
      ))}
      <Quotas turn={turn} />
      <Sessions turn={turn} />
    </div>
  );
}

/** A name that no checkpoint has yet. */
function freeName(from: string, all: Checkpoint[]): string {
  for (let number = 2; ; number += 1) {
    const name = `${from.slice(0, 60)}-${number}`;
    if (!all.some((one) => one.name === name)) return name;
  }
}

interface Checkpoint {
  name: string;
  time: string;
  bytes: number;
}

/** The moment that this page remembers by itself, beside the checkpoints. */
const REMEMBERED = "*";

/** What the cloud takes as a checkpoint's name. */
const isName = (name: string): boolean => /^[A-Za-z0-9._-]{1,64}$/.test(name);

/** What is to be done once somebody said that it is meant. */
interface Asking {
  what: string;
  label: string;
  act: () => Promise<void>;
}

function Checkpoints({ now, turn, again }: { now: Whole | undefined; turn: number; again: () => void }): JSX.Element {
  const list = useAsked(() => control<{ checkpoints: Checkpoint[] }>("GET", "checkpoints"), [turn]);
  const [asking, setAsking] = useState<Asking>();
  const [forking, setForking] = useState<{ from: string; name: string }>();
  const [name, setName] = useState("before");
  const [remembered, setRemembered] = useState<Whole>();
  const [chosen, setChosen] = useState("");
  const [words, setWords] = useState<ReturnType<typeof changes>>();
  const [error, setError] = useState<string>();
  const [done, setDone] = useState<string>();
  const act = async (what: () => Promise<unknown>, said: string): Promise<void> => {
    try {
      await what();
      setError(undefined);
      setDone(said);
      again();
    } catch (problem) {
      setError(problemWord(problem));
    }
  };
  const at = (checkpoint: string): string => `checkpoints/${encodeURIComponent(checkpoint)}`;
  const compare = async (): Promise<void> => {
    try {
      const before = chosen === REMEMBERED ? remembered : await state({ checkpoint: chosen });
      const after = await state();
      if (before !== undefined) setWords(changes(before, after));
      setError(undefined);
    } catch (problem) {
      setError(problemWord(problem));
    }
  };
  /** Another cloud stands there: keys and what was compared are of the one before. */
  const began = (): void => {
    forgetKeys();
    setWords(undefined);
    void stillThere();
  };
  const back = (checkpoint: string): Promise<void> =>
    act(async () => {
      await control("POST", `${at(checkpoint)}/restore`);
      began();
    }, t(`The cloud is as it was at ${checkpoint}.`, `云已恢复到检查点 ${checkpoint}。`));
  const checkpoints = list.value?.checkpoints ?? [];
  return (
    <section class="card">
      <h2>{t("Checkpoints", "检查点")}</h2>
      <div class="row">
        <Field label={t("Name", "名称")} value={name} onInput={setName} />
        <Button kind="main" onClick={() => act(() => control("PUT", at(name)), t(`Saved as ${name}.`, `已保存为 ${name}。`))} disabled={!isName(name)}>
          {t("Save this moment", "保存当前状态")}
        </Button>
        <Button
          onClick={() => {
            setRemembered(now);
            setChosen(REMEMBERED);
            setDone(t("Remembered by this page.", "已由本页面记住。"));
          }}
        >
          {t("Only remember it", "仅记住")}
        </Button>
        <Button
          kind="danger"
          onClick={() =>
            setAsking({
              what: t("Go back to the start? All that happened in this cloud since is lost, for everybody who uses it.", "恢复到启动时？此后云中发生的一切都会丢失，对所有使用者都是如此。"),
              label: t("Yes, back to the start", "确认恢复到启动时"),
              act: () =>
                act(async () => {
                  await control("POST", "reset");
                  began();
                }, t("The cloud is as it was at the start.", "云已恢复到启动时的状态。")),
            })
          }
        >
          {t("Back to the start", "恢复到启动时")}
        </Button>
      </div>
      {name !== "" && !isName(name) && (
        <p class="hint" role="status">
          {t("A checkpoint's name has 1 to 64 letters, digits, `-`, `_` and `.`.", "检查点名称由 1 到 64 个字母、数字、`-`、`_` 或 `.` 组成。")}
        </p>
      )}
      {asking !== undefined && (
        <Dialog title={asking.label} onClose={() => setAsking(undefined)}>
          <p>{asking.what}</p>
          <Button
            kind="danger"
            onClick={async () => {
              await asking.act();
              setAsking(undefined);
            }}
          >
            {asking.label}
          </Button>
        </Dialog>
      )}
      {forking !== undefined && (
        <Dialog title={t(`Fork of ${forking.from}`, `${forking.from} 的分叉`)} onClose={() => setForking(undefined)}>
          <Field label={t("Name of the fork", "分叉的名称")} value={forking.name} onInput={(name) => setForking({ ...forking, name })} />
          <Button
            kind="main"
            disabled={!isName(forking.name)}
            onClick={async () => {
              await act(() => control("POST", `${at(forking.from)}/fork`, { name: forking.name }), t(`Forked as ${forking.name}.`, `已分叉为 ${forking.name}。`));
              setForking(undefined);
            }}
          >
            {t("Make the fork", "创建分叉")}
          </Button>
        </Dialog>
      )}
      {checkpoints.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("Name", "名称")}</th>
              <th scope="col">{t("The cloud's time", "云时间")}</th>
              <th scope="col">{t("Bytes", "字节")}</th>
              <th scope="col">{t("Do", "操作")}</th>
            </tr>
          </thead>
          <tbody>
            {checkpoints.map((one) => (
              <tr key={one.name}>
                <td>{one.name}</td>
                <td>{one.time}</td>
                <td>{number(one.bytes)}</td>
                <td>
                  <div class="row">
                    <Button
                      onClick={() =>
                        setAsking({
                          what: t(`Go back to ${one.name}? What happened in this cloud since is lost, for everybody who uses it.`, `恢复到 ${one.name}？此后云中发生的一切都会丢失，对所有使用者都是如此。`),
                          label: t(`Yes, back to ${one.name}`, `确认恢复到 ${one.name}`),
                          act: () => back(one.name),
                        })
                      }
                    >
                      {t("Go back to it", "恢复")}
                    </Button>
                    <Button onClick={() => setForking({ from: one.name, name: freeName(one.name, checkpoints) })}>{t("Fork", "分叉")}</Button>
                    <Button
                      kind="danger"
                      onClick={() =>
                        setAsking({
                          what: t(`Delete ${one.name}? It cannot be gone back to then.`, `删除 ${one.name}？删除后无法再恢复到它。`),
                          label: t(`Yes, delete ${one.name}`, `确认删除 ${one.name}`),
                          act: () => act(() => control("DELETE", at(one.name)), t("Deleted.", "已删除。")),
                        })
                      }
                    >
                      {t("Delete", "删除")}
                    </Button>
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <div class="row">
        <Choice
          label={t("Compare with now", "与当前状态比较")}
          value={chosen}
          onChange={setChosen}
          options={[
            ["", t("choose a moment", "请选择")],
            ...(remembered === undefined ? [] : [[REMEMBERED, t("the moment remembered", "记住的状态")] as [string, string]]),
            ...checkpoints.map((one): [string, string] => [one.name, one.name]),
          ]}
        />
        <Button onClick={compare} disabled={chosen === ""}>
          {t("Compare", "比较")}
        </Button>
      </div>
      <Problem text={error ?? list.error} />
      {done !== undefined && <p role="status">{done}</p>}
      {words !== undefined && (
        <section aria-label={t("Differences", "差异")}>
          <h3>{t("What is other now", "与当前的差异")}</h3>
          <Words words={words} />
        </section>
      )}
    </section>
  );
}

/** Seconds that the clock may be moved by: to the ends of what it shows, and no further than a number says exactly. */
const SECONDS = /^-?\d{1,12}$/;

function Clock({ turn, again }: { turn: number; again: () => void }): JSX.Element {
  const time = useAsked(() => control<{ time: string; version: string }>("GET", "health"), [turn]);
  const [seconds, setSeconds] = useState("3600");
  const [error, setError] = useState<string>();
  const move = async (by: number): Promise<void> => {
    try {
      await control("POST", "clock", { advance_seconds: by });
      setError(undefined);
      again();
    } catch (problem) {
      setError(problemWord(problem));
    }
  };
  const isNumber = SECONDS.test(seconds.trim());
  return (
    <section class="card">
      <h2>{t("The cloud's clock", "云的时钟")}</h2>
      <p>
        <time class="clock">{time.value?.time}</time> <small>acslab {time.value?.version}</small>
      </p>
      <div class="row">
        <Field label={t("Seconds", "秒")} value={seconds} onInput={setSeconds} />
        <Button onClick={() => move(Number(seconds))} disabled={!isNumber}>
          {t("Move it", "拨动时钟")}
        </Button>
        <Button onClick={() => move(600)}>{t("Ten minutes", "十分钟")}</Button>
        <Button onClick={() => move(86400)}>{t("A day", "一天")}</Button>
      </div>
      {!isNumber && <p class="hint">{t("Whole seconds, such as 3600; with a minus it goes backwards.", "请输入整数秒数，例如 3600；负数表示向后拨动。")}</p>}
      <p class="hint">{t("Moved forward it ends sessions and what conditions allow for a time.", "向前拨动会使会话和限时条件到期。")}</p>
      <Problem text={error ?? time.error} />
    </section>
  );
}

function Quotas({ turn }: { turn: number }): JSX.Element {
  const quotas = useAsked(() => control<{ quotas: Record<string, number> }>("GET", "quotas"), [turn]);
  const [name, setName] = useState("");
  const [most, setMost] = useState("");
  const [error, setError] = useState<string>();
  const all = quotas.value?.quotas ?? {};
  const set = async (): Promise<void> => {
    try {
      await control("PUT", "quotas", { [name]: Number.parseInt(most, 10) });
      setError(undefined);
      quotas.again();
    } catch (problem) {
      setError(problemWord(problem));
    }
  };
  return (
    <section class="card">
      <h2>{t("Quotas", "配额")}</h2>
      <div class="row">
        <Field label={t("Quota", "配额")} value={name} onInput={setName} list={Object.keys(all)} />
        <Field label={t("At most", "上限")} value={most} onInput={setMost} />
        <Button onClick={set} disabled={all[name] === undefined || !/^\d{1,9}$/.test(most)}>
          {t("Set", "设置")}
        </Button>
      </div>
      {most !== "" && !/^\d{1,9}$/.test(most) && <p class="hint">{t("A quota is a number of up to nine digits.", "配额是最多九位的数字。")}</p>}
      <Problem text={error ?? quotas.error} />
      <details>
        <summary>{t("All quotas", "全部配额")}</summary>
        <dl class="pairs">
          {Object.entries(all).map(([quota, value]) => (
            <div key={quota}>
              <dt>{quota}</dt>
              <dd>{number(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}

interface Session {
  role: string;
  session: string;
  account: string;
  expires: string;
  session_policy: boolean;
}

function Sessions({ turn }: { turn: number }): JSX.Element {
  const { value, error } = useAsked(() => control<{ sessions: Session[]; count: number }>("GET", "sessions"), [turn]);
  return (
    <section class="card">
      <h2>
        {t("Sessions of roles", "角色会话")} ({number(value?.count ?? 0)})
      </h2>
      <Problem text={error} />
      <ul class="plainlist">
        {(value?.sessions ?? []).map((one, index) => (
          <li key={index}>
            <strong>{one.role}</strong> {one.session} <small>{one.account}</small> {t(`until ${one.expires.replace("T", " ").replace("Z", " UTC")}`, `到期：${one.expires.replace("T", " ").replace("Z", " UTC")}`)}
            {one.session_policy && <small> {t("with a session policy", "带会话策略")}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}
