// What every page is made of.

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useId, useRef, useState } from "preact/hooks";
import { ControlError } from "../api";
import { t } from "../settings";
import { errorWord, verdictWord } from "../words";

/** Something that is asked for: not here yet, here, or what went wrong. */
export interface Asked<T> {
  value: T | undefined;
  error: string | undefined;
  again: () => void;
}

/** Asks when what it depends on changes; what comes too late is dropped. */
export function useAsked<T>(ask: () => Promise<T>, on: unknown[]): Asked<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<string>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let wanted = true;
    ask().then(
      (answer) => {
        if (!wanted) return;
        setValue(() => answer);
        setError(undefined);
      },
      (problem: unknown) => {
        if (wanted) setError(problemWord(problem));
      },
    );
    return () => {
      wanted = false;
    };
  }, [...on, turn]);
  return { value, error, again: () => setTurn((before) => before + 1) };
}

export const problemWord = (problem: unknown): string => {
  if (problem instanceof ControlError) {
    if (problem.status === 0) return t("The cloud does not answer.", "云没有响应。");
    if (problem.status === 403)
      return t(
        `Refused: ${problem.message}. Open the address that acslab printed, which carries the token.`,
        `被拒绝：${errorWord(problem.message)}。请打开 acslab 打印的带令牌的地址。`,
      );
    return errorWord(problem.message);
  }
  if (problem instanceof Error && problem.message === "signing")
    return t(
      "This browser signs only at 127.0.0.1, localhost or over https: open the console there.",
      "浏览器仅在 127.0.0.1、localhost 或 https 地址下可以签名，请从这些地址打开控制台。",
    );
  return problem instanceof Error ? problem.message : String(problem);
};

const kept = new Map<string, unknown>();

/** A state that is still there when somebody comes back from another page: kept for as long as this one is open. */
export function useKept<T>(name: string, start: T): [T, (next: T | ((before: T) => T)) => void] {
  const [value, setValue] = useState<T>(() => (kept.has(name) ? (kept.get(name) as T) : start));
  kept.set(name, value);
  return [value, setValue];
}

/** A verdict: a sign, a word and a colour, so that no colour alone carries it. */
export function Verdict({ verdict, short = false }: { verdict: string; short?: boolean }): JSX.Element {
  const allowed = verdict === "Allow";
  const word = short ? (allowed ? t("Allow", "允许") : t("Deny", "拒绝")) : verdictWord(verdict);
  return (
    <span class={`verdict ${allowed ? "yes" : verdict === "ExplicitDeny" ? "no" : "silent"}`}>
      <span aria-hidden="true">{allowed ? "✓" : verdict === "ExplicitDeny" ? "✕" : "∅"}</span> {word}
    </span>
  );
}

export function Problem({ text }: { text: string | undefined }): JSX.Element | null {
  return text === undefined ? null : (
    <p class="problem" role="alert">
      <span aria-hidden="true">⚠</span> {text}
    </p>
  );
}

export function Button(props: {
  onClick: () => void | Promise<void>;
  children: ComponentChildren;
  kind?: "main" | "plain" | "danger";
  disabled?: boolean;
  title?: string;
  pressed?: boolean;
}): JSX.Element {
  const [busy, setBusy] = useState(false);
  const here = useRef(true);
  useEffect(() => () => void (here.current = false), []);
  const click = (): void => {
    const done = props.onClick();
    if (done instanceof Promise) {
      setBusy(true);
      void done.finally(() => here.current && setBusy(false));
    }
  };
  return (
    <button
      type="button"
      class={`button ${props.kind ?? "plain"}`}
      onClick={click}
      disabled={props.disabled === true || busy}
      title={props.title}
      aria-busy={busy}
      aria-pressed={props.pressed}
    >
      {props.children}
    </button>
  );
}

export function Field(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  secret?: boolean;
  list?: string[];
  hint?: string;
  placeholder?: string;
}): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        {...(props.secret === true ? { type: "password" as const } : { type: "text" as const, list: props.list === undefined ? undefined : `${id}-list` })}
        value={props.value}
        placeholder={props.placeholder}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={props.hint === undefined ? undefined : `${id}-hint`}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      {props.list !== undefined && (
        <datalist id={`${id}-list`}>
          {props.list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      {props.hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {props.hint}
        </span>
      )}
    </div>
  );
}

export function Choice<T extends string>(props: {
  label: string;
  value: T;
  options: [T, string][];
  onChange: (value: T) => void;
  quiet?: boolean;
}): JSX.Element {
  const id = useId();
  return (
    <div class={props.quiet === true ? "field quiet" : "field"}>
      <label for={id}>{props.label}</label>
      <select id={id} value={props.value} onChange={(event) => props.onChange(event.currentTarget.value as T)}>
        {props.options.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A window before the page. Escape closes it; the keyboard stays inside. */
export function Dialog(props: { title: string; onClose: () => void; children: ComponentChildren }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // At once: whoever types on is in the window already.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      // While it is open, nothing behind it takes the focus.
      shown?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={props.onClose} onClose={props.onClose}>
      <header class="row">
        <h2 id={id}>{props.title}</h2>
        <Button onClick={props.onClose}>{t("Close", "关闭")}</Button>
      </header>
      {props.children}
    </dialog>
  );
}

/** JSON as people read it. */
export const Json = ({ value, label }: { value: unknown; label: string }): JSX.Element => (
  <pre class="json" tabIndex={0} role="region" aria-label={label}>
    {typeof value === "string" ? value : JSON.stringify(value, null, 2)}
  </pre>
);

/** Where a decision is explained. An id may have come again: with its event it is that decision, without one the last that had the id. */
export const why = (requestId: string, event?: string): string =>
  `#/why/${encodeURIComponent(requestId)}${event === undefined ? "" : `/${encodeURIComponent(event)}`}`;

/** A time without its day, which is today's most of the time; the whole of it as a title. */
export const Time = ({ at }: { at: string }): JSX.Element => (
  <time dateTime={at} title={at}>
    {at.slice(11, 19)}
  </time>
);
