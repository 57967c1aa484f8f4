// The editor as a part of a page; it is loaded when first needed.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { control } from "../api";
import type { Editor as Running, Finding, Name, Of } from "../editor";
import { adviceWord } from "../advice";
import { about, type Told, titleWord } from "../purpose";
import { saying, whyWord } from "../rules";
import { colon, t } from "../settings";
import { Problem, problemWord } from "./kit";

interface Report {
  findings: {
    rule: string;
    severity: string;
    message: string;
    why: string;
    help: string | null;
    line: number;
    column: number;
    span: { start: number; end: number };
  }[];
}

async function names(of: Of, prefix: string, action: string): Promise<Name[]> {
  try {
    const query = new URLSearchParams({ of, prefix, action });
    const { names: found } = await control<{ names: Told[] }>("GET", `policies/names?${query}`);
    return found.map((one) => ({ name: one.name, detail: one.class === undefined ? titleWord(one.name, one.title) : "", about: about(one) }));
  } catch {
    return [];
  }
}

/** How long after the last key what is written is looked at, in milliseconds. */
export const PAUSE = 250;

/** The text is the editor's own from its beginning on; another text is another editor, told by its `key`. */
export function Editor(props: { text: string; kind: string; label: string; onChange: (text: string) => void }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const running = useRef<Running | null>(null);
  const [report, setReport] = useState<Report["findings"]>([]);
  const [error, setError] = useState<string>();
  const latest = useRef(props);
  latest.current = props;

  useEffect(() => {
    let wanted = true;
    import("./editor.js" as string).then(
      ({ edit }: typeof import("../editor")) => {
        if (!wanted || box.current === null) return;
        running.current = edit({
          parent: box.current,
          text: latest.current.text,
          label: latest.current.label,
          changed: (text) => latest.current.onChange(text),
          names,
        });
      },
      (problem: unknown) => setError(problemWord(problem)),
    );
    return () => {
      wanted = false;
      running.current?.destroy();
      running.current = null;
    };
  }, []);

  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(() => {
      control<Report>("POST", "policies/lint", { kind: props.kind, text: props.text }).then(
        ({ findings }) => {
          if (!wanted) return;
          setReport(findings);
          setError(undefined);
          const marks: Finding[] = findings.map((one) => ({
            from: one.span.start,
            to: one.span.end,
            severity: one.severity === "error" ? "error" : one.severity === "warning" ? "warning" : "info",
            message: `${saying(one.rule, one.message)}${t(". ", "。")}${whyWord(one.rule, one.why)}${one.help === null ? "" : `\n${adviceWord(one.help)}`}`,
          }));
          running.current?.setFindings(marks);
        },
        (problem: unknown) => wanted && setError(problemWord(problem)),
      );
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [props.text, props.kind]);

  return (
    <>
      <div class="editor" ref={box} />
      <Problem text={error} />
      <ul class="plainlist findings" aria-live="polite" aria-label={t("What is wrong", "检查结果")}>
        {report.slice(0, 20).map((one, index) => (
          <li key={index}>
            <span class={`verdict ${one.severity === "error" ? "no" : "silent"}`}>
              <span aria-hidden="true">{one.severity === "error" ? "✕" : "!"}</span>{" "}
              {one.severity === "error" ? t("error", "错误") : one.severity === "warning" ? t("warning", "警告") : t("note", "提示")}
            </span>{" "}
            {t(`line ${one.line}`, `第 ${one.line} 行`)}
            {colon()}
            {saying(one.rule, one.message)} <small>{one.rule}</small>
            {one.help !== null && <small> — {adviceWord(one.help)}</small>}
          </li>
        ))}
      </ul>
    </>
  );
}
