// The authorization state as a readable page: now and at checkpoints, compared in words; the clock, quotas, sessions.

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { type AccountState, type Attachment, control, state, type State as Whole } from "../api";
import { forgetKeys } from "../cloud";
import { changes } from "../parts/changes";
import { type Asked, Button, Choice, Field, Json, Problem, problemWord, Time, useAsked } from "../parts/kit";
import { Words } from "../parts/words-list";
import { number, t } from "../settings";
import { serviceWord } from "../words";

export function State(): JSX.Element {
  const now = useAsked(() => state(), []);
  return (
    <div class="page">
      <h1>{t("Authorization state", "授权状态")}</h1>
      <div class="row tools">
        <Button onClick={now.again}>{t("Look again", "刷新")}</Button>
      </div>
      <Problem text={now.error} />
      <Checkpoints now={now} />
      <Clock />
      {Object.entries(now.value?.accounts ?? {}).map(([name, account]) => (
        <Account key={name} name={name} account={account} />
      ))}
      <Quotas />
      <Sessions />
    </div>
  );
}

interface Checkpoint {
  name: string;
  time: string;
  bytes: number;
}

/** The moment that this page remembers by itself, beside the checkpoints. */
const REMEMBERED = "*";

function Checkpoints({ now }: { now: Asked<Whole> }): JSX.Element {
  const list = useAsked(() => control<{ checkpoints: Checkpoint[] }>("GET", "checkpoints"), []);
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
      list.again();
      now.again();
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
  const back = (checkpoint: string): Promise<void> =>
    act(async () => {
      await control("POST", `${at(checkpoint)}/restore`);
      forgetKeys();
    }, t(`The cloud is as it was at ${checkpoint}.`, `云已恢复到检查点 ${checkpoint}。`));
  const checkpoints = list.value?.checkpoints ?? [];
  return (
    <section class="card">
      <h2>{t("Checkpoints", "检查点")}</h2>
      <div class="row">
        <Field label={t("Name", "名称")} value={name} onInput={setName} />
        <Button kind="main" onClick={() => act(() => control("PUT", at(name)), t(`Saved as ${name}.`, `已保存为 ${name}。`))} disabled={name === ""}>
          {t("Save this moment", "保存当前状态")}
        </Button>
        <Button
          onClick={() => {
            setRemembered(now.value);
            setChosen(REMEMBERED);
            setDone(t("Remembered by this page.", "已由本页面记住。"));
          }}
        >
          {t("Only remember it", "仅记住")}
        </Button>
        <Button
          kind="danger"
          onClick={() =>
            act(async () => {
              await control("POST", "reset");
              forgetKeys();
            }, t("The cloud is as it was at the start.", "云已恢复到启动时的状态。"))
          }
        >
          {t("Back to the start", "恢复到启动时")}
        </Button>
      </div>
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
                    <Button onClick={() => back(one.name)}>{t("Go back to it", "恢复")}</Button>
                    <Button onClick={() => act(() => control("POST", `${at(one.name)}/fork`, { name: `${one.name}-2` }), t(`Forked as ${one.name}-2.`, `已分叉为 ${one.name}-2。`))}>
                      {t("Fork", "分叉")}
                    </Button>
                    <Button kind="danger" onClick={() => act(() => control("DELETE", at(one.name)), t("Deleted.", "已删除。"))}>
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

function Clock(): JSX.Element {
  const time = useAsked(() => control<{ time: string; version: string }>("GET", "health"), []);
  const [seconds, setSeconds] = useState("3600");
  const [error, setError] = useState<string>();
  const move = async (by: number): Promise<void> => {
    try {
      await control("POST", "clock", { advance_seconds: by });
      setError(undefined);
      time.again();
    } catch (problem) {
      setError(problemWord(problem));
    }
  };
  const by = Number.parseInt(seconds, 10);
  return (
    <section class="card">
      <h2>{t("The cloud's clock", "云的时钟")}</h2>
      <p>
        <time class="clock">{time.value?.time}</time> <small>acslab {time.value?.version}</small>
      </p>
      <div class="row">
        <Field label={t("Seconds", "秒")} value={seconds} onInput={setSeconds} />
        <Button onClick={() => move(by)} disabled={Number.isNaN(by)}>
          {t("Move it", "拨动时钟")}
        </Button>
        <Button onClick={() => move(600)}>{t("Ten minutes", "十分钟")}</Button>
        <Button onClick={() => move(86400)}>{t("A day", "一天")}</Button>
      </div>
      <p class="hint">{t("Moved forward it ends sessions and what conditions allow for a time.", "向前拨动会使会话和限时条件到期。")}</p>
      <Problem text={error ?? time.error} />
    </section>
  );
}

const policies = (list: Attachment[]): string =>
  list.length === 0 ? t("no policy", "无策略") : list.map((one) => one.name + (one.resource_group === undefined ? "" : ` (${one.resource_group})`)).join(", ");

/** Rows of a kind that are shown before somebody searches. */
const SHOWN = 200;

function Section<T>(props: { title: string; of: Record<string, T>; row: (value: T, name: string) => ComponentChildren }): JSX.Element | null {
  const all = Object.entries(props.of);
  const [words, setWords] = useState("");
  if (all.length === 0) return null;
  const found = all.filter(([name]) => name.toLowerCase().includes(words.toLowerCase()));
  return (
    <details open={all.length <= 20}>
      <summary>
        {props.title} ({number(all.length)})
      </summary>
      {all.length > 20 && <Field label={t("Search", "搜索")} value={words} onInput={setWords} />}
      <dl class="pairs">
        {found.slice(0, SHOWN).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{props.row(value, name)}</dd>
          </div>
        ))}
      </dl>
      {found.length > SHOWN && <p class="dim">{t(`and ${number(found.length - SHOWN)} more`, `还有 ${number(found.length - SHOWN)} 项`)}</p>}
    </details>
  );
}

function Account({ name, account }: { name: string; account: AccountState }): JSX.Element {
  return (
    <section class="card">
      <h2>
        {t("Account", "账号")} {name} <small>{account.account_id}</small>
      </h2>
      <p>
        {t("Activated:", "已开通:")} {account.activated.length === 0 ? t("nothing", "无") : account.activated.map(serviceWord).join(", ")}
      </p>
      <Section title={t("RAM users", "RAM 用户")} of={account.users} row={(user) => `${policies(user.policies)}${user.groups.length > 0 ? t(`; in ${user.groups.join(", ")}`, `;所属用户组:${user.groups.join(", ")}`) : ""}; ${t(`${user.access_keys.active} active access keys`, `${user.access_keys.active} 个启用的访问密钥`)}`} />
      <Section title={t("User groups", "用户组")} of={account.groups} row={(group) => `${policies(group.policies)}; ${t("members", "成员")}: ${group.members.join(", ")}`} />
      <Section
        title={t("RAM roles", "RAM 角色")}
        of={account.roles}
        row={(role, of) => (
          <>
            {policies(role.policies)}
            {role.service_linked !== null && <small> {t("service-linked role", "服务关联角色")}</small>}
            <details>
              <summary>{t("Trust policy", "信任策略")}</summary>
              <Json value={role.trust} label={t(`Trust policy of ${of}`, `${of} 的信任策略`)} />
            </details>
          </>
        )}
      />
      <Section
        title={t("Custom policies", "自定义策略")}
        of={account.policies}
        row={(policy, of) => (
          <details>
            <summary>{policy.default_version}</summary>
            <Json value={policy.versions[policy.default_version]} label={of} />
          </details>
        )}
      />
      <Section title={t("Buckets", "存储空间(Bucket)")} of={account.buckets} row={(bucket) => `${bucket.region}, ACL ${bucket.acl}${Object.keys(bucket.tags).length > 0 ? `, ${JSON.stringify(bucket.tags)}` : ""}`} />
      <Section title={t("Workspaces", "工作空间")} of={account.workspaces} row={(one) => Object.entries(one.members).map(([who, roles]) => `${who}: ${roles.join(", ")}`).join("; ")} />
    </section>
  );
}

function Quotas(): JSX.Element {
  const quotas = useAsked(() => control<{ quotas: Record<string, number> }>("GET", "quotas"), []);
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
        <Button onClick={set} disabled={all[name] === undefined || !/^\d+$/.test(most)}>
          {t("Set", "设置")}
        </Button>
      </div>
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

function Sessions(): JSX.Element {
  const { value, error } = useAsked(() => control<{ sessions: Session[]; count: number }>("GET", "sessions"), []);
  return (
    <section class="card">
      <h2>
        {t("Sessions of roles", "角色会话")} ({number(value?.count ?? 0)})
      </h2>
      <Problem text={error} />
      <ul class="plainlist">
        {(value?.sessions ?? []).map((one, index) => (
          <li key={index}>
            <strong>{one.role}</strong> {one.session} <small>{one.account}</small> {t("until", "到期")} <Time at={one.expires} />
            {one.session_policy && <small> {t("with a session policy", "带会话策略")}</small>}
          </li>
        ))}
      </ul>
    </section>
  );
}
