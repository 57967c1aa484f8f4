// Who may do an action on a resource, or whether this one may.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { state } from "../api";
import { number, t } from "../settings";
import { conditionWord } from "../words";
import { Button, Field, Problem, problemWord, Verdict } from "./kit";
import { isPrincipal, type Thing } from "./relations";

interface May {
  who: string;
  verdict: string;
  policy: string | null;
  conditions: string | null;
}

/** On what an answer hangs: an allow that holds only so, a denial that would be none. */
export const hangsWord = (verdict: string, conditions: string): string =>
  verdict === "Allow" ? conditionWord(conditions) : t(`allowed ${conditions}`, `满足时允许：${conditionWord(conditions)}`);

/** What a principal may do, or who may do something on a thing. */
export function WhoMay({ thing, arn }: { thing: Thing; arn: string }): JSX.Element {
  const principal = isPrincipal(thing);
  const role = thing.kind.endsWith("role");
  const start = thing.kind === "bucket" ? `acs:oss:*:*:${thing.name}/*` : role ? arn : "*";
  const [action, setAction] = useState(thing.kind === "bucket" ? "oss:GetObject" : role ? "sts:AssumeRole" : "ram:GetUser");
  const [resource, setResource] = useState(start);
  const [all, setAll] = useState(!principal || role);
  const [found, setFound] = useState<May[]>();
  const [error, setError] = useState<string>();
  const ask = async (): Promise<void> => {
    const pattern = action.split(/[\s,]+/).find((one) => one.includes("*") || one.includes("?"));
    if (pattern !== undefined) {
      setFound(undefined);
      setError(t(`\`${pattern}\` is a pattern: name one action after the other, such as oss:GetObject.`, `\`${pattern}\` 是通配写法：请逐个写明操作，例如 oss:GetObject。`));
      return;
    }
    try {
      const of = await state({ accounts: [thing.account], actions: action.split(/[\s,]+/).filter((one) => one !== ""), resources: [resource === "" ? "*" : resource] });
      const permissions = of.accounts[thing.account]?.permissions ?? {};
      const own = `${thing.kind === "user" ? "user" : "role"}/${thing.name}`;
      const rows = Object.entries(permissions)
        .filter(([who]) => all || who.toLowerCase() === own.toLowerCase())
        .flatMap(([who, answers]) => answers.map((answer) => ({ who: `${who}${answers.length > 1 ? ` · ${answer.action}` : ""}`, verdict: answer.verdict, policy: answer.policy, conditions: answer.conditions ?? null })));
      // Who may comes first.
      setFound(rows.sort((a, b) => Number(b.verdict === "Allow") - Number(a.verdict === "Allow")));
      setError(undefined);
    } catch (problem) {
      setError(problemWord(problem));
    }
  };
  return (
    <section>
      <h3>{t("Ask for one action", "查询某个操作")}</h3>
      <Field label={t("Actions", "操作（Action）")} value={action} onInput={setAction} />
      <Field label={t("Resource", "资源（Resource）")} value={resource} onInput={setResource} />
      <label class="row">
        <input type="checkbox" checked={all} onChange={(event) => setAll(event.currentTarget.checked)} /> {t("everybody's, not only this one's", "查看所有主体，而不仅是此主体")}
      </label>
      <Button onClick={ask} kind="main">
        {t("Who may?", "谁可以？")}
      </Button>
      <Problem text={error} />
      {found !== undefined && (
        <ul class="plainlist may" aria-live="polite">
          {found.length === 0 && <li class="dim">{t("Nobody is there.", "没有主体。")}</li>}
          {found.slice(0, 100).map((one, index) => (
            <li key={index}>
              <strong>{one.who}</strong> <Verdict verdict={one.verdict} /> {one.policy !== null && <small>{one.policy}</small>}
              {one.conditions !== null && <small class="hangs"> {hangsWord(one.verdict, one.conditions)}</small>}
            </li>
          ))}
          {found.length > 100 && <li class="dim">{t(`and ${number(found.length - 100)} more`, `还有 ${number(found.length - 100)} 项`)}</li>}
        </ul>
      )}
    </section>
  );
}
