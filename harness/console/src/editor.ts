// The editor of policy documents, loaded when a page needs one: JSON, with what is wrong marked as one types, and names completed.
//
// It stands in a shadow root: there its styles are sheets of their own, which a strict security policy allows.

import { autocompletion, closeBrackets, closeBracketsKeymap, type CompletionContext, completionKeymap, type CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** What is wrong at a place, which counts bytes. */
export interface Finding {
  from: number;
  to: number;
  severity: "error" | "warning" | "info";
  message: string;
}

/** A name that may be meant, and what is known of it. */
export interface Name {
  name: string;
  detail: string;
  about: string;
}

export type Of = "action" | "resource" | "key";

export interface Options {
  parent: HTMLElement;
  text: string;
  label: string;
  changed: (text: string) => void;
  /** The names of a kind that begin with something; the action of the statement tells resources and keys. */
  names: (of: Of, prefix: string, action: string) => Promise<Name[]>;
}

export interface Editor {
  setFindings: (findings: Finding[]) => void;
  destroy: () => void;
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--link)" },
  { tag: tags.string, color: "var(--yes)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--silent)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "var(--ground)", fontSize: "13px", height: "100%" },
  ".cm-content": { caretColor: "var(--text)", fontFamily: "ui-monospace, Consolas, monospace", minHeight: "12rem" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { color: "var(--dim)", backgroundColor: "var(--raised)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--mark) !important" },
  ".cm-tooltip": { color: "var(--text)", backgroundColor: "var(--raised)", border: "1px solid var(--strong-line)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { color: "var(--on-main)", backgroundColor: "var(--main)" },
  ".cm-completionDetail": { color: "inherit" },
  ".cm-about": { padding: ".3rem .6rem", maxWidth: "30rem", whiteSpace: "pre-line" },
});

/** Where in a policy a string stands: which element it belongs to, and the first action of its statement. */
function placeOf(state: EditorState, at: number): { of: Of; from: number; to: number; action: string } | null {
  let node = syntaxTree(state).resolveInner(at, -1);
  if (node.name !== "String" && node.name !== "PropertyName") return null;
  const [from, to] = [node.from + 1, Math.max(node.from + 1, node.to - (state.sliceDoc(node.to - 1, node.to) === '"' && node.to - 1 > node.from ? 1 : 0))];
  const isName = node.name === "PropertyName";
  const elements: string[] = [];
  let statement: string | null = null;
  for (let up = node.parent; up !== null; up = up.parent) {
    if (up.name === "Property") {
      const name = up.firstChild;
      if (name !== null) elements.push(state.sliceDoc(name.from + 1, name.to - 1));
      if (elements.at(-1) === "Statement") break;
    }
    if (up.name === "Object") statement = state.sliceDoc(up.from, up.to);
  }
  // The statement is the outermost object but the document itself.
  const action = /"(?:Not)?Action"\s*:\s*\[?\s*"([^"]*)"/.exec(statement ?? "")?.[1] ?? "";
  const under = (name: string): boolean => elements.includes(name);
  if (!isName && (elements[0] === "Action" || elements[0] === "NotAction")) return { of: "action", from, to, action };
  if (!isName && (elements[0] === "Resource" || elements[0] === "NotResource")) return { of: "resource", from, to, action };
  if (isName && under("Condition") && elements.length >= 3) return { of: "key", from, to, action };
  return null;
}

/** From places in bytes to places in the text. */
function positions(text: string, findings: Finding[]): Diagnostic[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const ascii = bytes.length === text.length;
  const at = (place: number): number => (ascii ? Math.min(place, text.length) : decoder.decode(bytes.subarray(0, place)).length);
  return findings.map((one) => ({ from: at(one.from), to: Math.max(at(one.from), at(one.to)), severity: one.severity, message: one.message }));
}

export function edit(options: Options): Editor {
  const root = options.parent.attachShadow({ mode: "open" });
  const inner = document.createElement("div");
  root.append(inner);

  const complete = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const place = placeOf(context.state, context.pos);
    if (place === null) return null;
    const names = await options.names(place.of, context.state.sliceDoc(place.from, context.pos), place.action);
    if (names.length === 0) return null;
    return {
      from: place.from,
      options: names.map((one) => ({ label: one.name, detail: one.detail, info: one.about })),
      validFor: (text) => !text.endsWith(":") && !text.includes('"'),
    };
  };

  const about = hoverTooltip(async (view, at) => {
    const place = placeOf(view.state, at);
    if (place === null || place.of === "resource") return null;
    const name = view.state.sliceDoc(place.from, place.to);
    if (name === "" || /[*?]/.test(name)) return null;
    const found = (await options.names(place.of, name, place.action)).find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (found === undefined) return null;
    return {
      pos: place.from,
      end: place.to,
      create: () => {
        const dom = document.createElement("div");
        dom.className = "cm-about";
        dom.textContent = [found.name, found.about].filter((line) => line !== "").join("\n");
        return { dom };
      },
    };
  });

  const view = new EditorView({
    root,
    parent: inner,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        json(),
        syntaxHighlighting(colours),
        lintGutter(),
        about,
        autocompletion({ override: [complete] }),
        // Tab leaves the editor: the keyboard alone suffices.
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": options.label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.changed(update.state.doc.toString());
        }),
        theme,
      ],
    }),
  });
  return {
    setFindings: (findings) => view.dispatch(setDiagnostics(view.state, positions(view.state.doc.toString(), findings))),
    destroy: () => view.destroy(),
  };
}
