// Who I am: the account owner or any principal that the page signs as.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type AccountState, giveToken, hasToken, state } from "../api";
import { type Answer, call, giveKey, type Person } from "../cloud";
import { t } from "../settings";
import { Button, Dialog, Field, Problem, problemWord, useAsked, why } from "./kit";

const KEPT = "acslab.who";

let current: Person | undefined = (() => {
  const kept = sessionStorage.getItem(KEPT);
  try {
    return kept === null ? undefined : (JSON.parse(kept) as Person);
  } catch {
    return undefined;
  }
})();
const listeners = new Set<() => void>();

export function become(person: Person | undefined): void {
  current = person;
  if (person === undefined || person.kind === "key") sessionStorage.removeItem(KEPT);
  else sessionStorage.setItem(KEPT, JSON.stringify(person));
  for (const listener of listeners) listener();
}

/** Another cloud stands there: whoever is no more is signed as no longer. */
export async function stillThere(): Promise<void> {
  if (current === undefined || current.kind === "key") return;
  const { account, kind, name } = current;
  const of = (await state().catch(() => undefined))?.accounts;
  if (of === undefined) return;
  const known = of[account];
  const names = kind === "user" ? known?.users : known?.roles;
  if (known === undefined || (kind !== "owner" && !Object.hasOwn(names ?? {}, name))) become(undefined);
}

/** Who the page signs as, and a turn whenever that changes. */
export function useWho(): Person | undefined {
  const [, turn] = useState(0);
  useEffect(() => {
    const listener = (): void => turn((before) => before + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return current;
}

export const whoWord = (person: Person): string =>
  ({
    owner: t(`owner of ${person.account}`, `${person.account} 的主账号`),
    user: t(`RAM user ${person.name}`, `RAM 用户 ${person.name}`),
    role: t(`session of ${person.name}`, `角色 ${person.name} 的会话`),
    key: t(`key ${person.name}`, `密钥 ${person.name}`),
  })[person.kind];

export function Who(): JSX.Element {
  const who = useWho();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <span class="dim">{t("Who I am:", "当前身份：")}</span> {who === undefined ? t("nobody", "未选择") : whoWord(who)}
      </Button>
      {open && <Choose onClose={() => setOpen(false)} />}
    </>
  );
}

function Choose({ onClose }: { onClose: () => void }): JSX.Element {
  const { value, error, again } = useAsked(() => state(), []);
  const [words, setWords] = useState("");
  const [trouble, setTrouble] = useState<string>();
  const take = async (person: Person): Promise<void> => {
    try {
      const answer: Answer = await call(person, "Sts.GetCallerIdentity");
      if (!answer.ok) throw new Error(`${answer.code}: ${answer.message}`);
      become(person);
      onClose();
    } catch (problem) {
      setTrouble(problemWord(problem));
    }
  };
  // Accounts that were made in a resource directory stand behind the others: nobody holds a key of their owners.
  const all = Object.entries(value?.accounts ?? {});
  const made = (of: AccountState): string[] => Object.entries(of.resource_directory?.members ?? {}).flatMap(([name, one]) => (one.type === "ResourceAccount" ? [name] : []));
  const members = new Set(all.flatMap(([, of]) => made(of)));
  const accounts = [...all.filter(([name]) => !members.has(name)), ...all.filter(([name]) => members.has(name))];
  const has = (name: string): boolean => name.toLowerCase().includes(words.toLowerCase());
  return (
    <Dialog title={t("Who I am", "当前身份")} onClose={onClose}>
      <p class="hint">
        {t(
          "The page signs as that principal and calls the cloud as everybody does. It has no powers of its own.",
          "控制台以该身份签名并像其他客户端一样调用云，自身没有任何特权。",
        )}
      </p>
      {!hasToken() && <Token onGiven={again} />}
      <Problem text={error ?? trouble} />
      <Field label={t("Search", "搜索")} value={words} onInput={setWords} />
      {accounts.map(([account, of]) => (
        <Account key={account} account={account} of={of} member={members.has(account)} has={has} take={take} />
      ))}
      <OwnKey take={take} />
    </Dialog>
  );
}

/** How many of a kind are listed before somebody searches. */
const LISTED = 50;

function Account(props: {
  account: string;
  of: AccountState;
  member: boolean;
  has: (name: string) => boolean;
  take: (person: Person) => Promise<void>;
}): JSX.Element {
  const { account, of, member, has, take } = props;
  const list = (kind: "user" | "role", names: string[]): JSX.Element[] =>
    names
      .filter(has)
      .slice(0, LISTED)
      .map((name) => (
        <li key={kind + name}>
          <Button onClick={() => take({ account, kind, name })}>{whoWord({ account, kind, name })}</Button>
        </li>
      ));
  return (
    <section>
      <h3>
        {account} <small>{of.account_id}</small>
      </h3>
      <ul class="choices">
        <li>
          {member ? (
            <small>{t("a member of a resource directory: its owner has no access key", "资源目录成员：其主账号没有访问密钥")}</small>
          ) : (
            <Button onClick={() => take({ account, kind: "owner", name: "" })} kind="main">
              {t("Account owner", "阿里云账号（主账号）")}
            </Button>
          )}
        </li>
        {list("user", Object.keys(of.users))}
        {list("role", Object.keys(of.roles))}
      </ul>
    </section>
  );
}

function OwnKey({ take }: { take: (person: Person) => Promise<void> }): JSX.Element {
  const [id, setId] = useState("");
  const [secret, setSecret] = useState("");
  const [token, setTokenText] = useState("");
  const use = (): Promise<void> => {
    const person: Person = { account: "", kind: "key", name: id.trim() };
    giveKey(person, token.trim() === "" ? { id: id.trim(), secret: secret.trim() } : { id: id.trim(), secret: secret.trim(), token: token.trim() });
    return take(person);
  };
  return (
    <details>
      <summary>{t("By an access key of one's own", "使用自己的访问密钥")}</summary>
      <Field label="AccessKey ID" value={id} onInput={setId} />
      <Field label="AccessKey Secret" value={secret} onInput={setSecret} secret />
      <Field label={t("Security token, of a session", "SecurityToken（临时凭证）")} value={token} onInput={setTokenText} secret />
      <Button onClick={use} disabled={id.trim() === "" || secret.trim() === ""}>
        {t("Use it", "使用")}
      </Button>
    </details>
  );
}

/** Asked of whoever opened the console without the printed address. */
export function Token({ onGiven }: { onGiven: () => void }): JSX.Element {
  const [text, setText] = useState("");
  const [trouble, setTrouble] = useState<string>();
  const give = async (): Promise<void> => {
    try {
      if (await giveToken(text)) onGiven();
      else setTrouble(t("This is not the token of this cloud. It is another at each start.", "这不是此云的令牌。每次启动时令牌都不同。"));
    } catch (problem) {
      setTrouble(problemWord(problem));
    }
  };
  return (
    <div class="token">
      <p>
        {t(
          "This page has no token: it can look, and change nothing. The address that acslab prints has it.",
          "此页面没有令牌：只能查看，不能更改。acslab 打印的地址中包含令牌。",
        )}
      </p>
      <Problem text={trouble} />
      <div class="row">
        <Field label={t("Address or token", "地址或令牌")} value={text} onInput={setText} />
        <Button onClick={give} disabled={text.trim() === ""}>
          {t("Use it", "使用")}
        </Button>
      </div>
    </div>
  );
}

/** What a call came to, in a line. */
export function Came({ operation, answer }: { operation: string; answer: Answer | undefined }): JSX.Element | null {
  if (answer === undefined) return null;
  return (
    <p class={answer.ok ? "came yes" : "came no"} role="status">
      <span aria-hidden="true">{answer.ok ? "✓" : "✕"}</span> <strong>{operation}</strong>{" "}
      {answer.ok ? t("succeeded", "成功") : `${answer.code ?? answer.status}: ${answer.message ?? ""}`}{" "}
      {answer.requestId !== null && <a href={why(answer.requestId)}>{t("why", "原因")}</a>}
    </p>
  );
}
