// Changes as a list: a sign, a word and a colour each.

import type { JSX } from "preact";
import { t } from "../settings";
import type { Word } from "./changes";

export const Words = ({ words }: { words: Word[] }): JSX.Element =>
  words.length === 0 ? (
    <p class="dim">{t("No difference.", "没有差异。")}</p>
  ) : (
    <ul class="plainlist changes">
      {words.map((word, index) => (
        <li key={index} class={word.come === null ? "" : word.come ? "come" : "gone"}>
          <span aria-hidden="true">{word.come === null ? "~" : word.come ? "+" : "−"}</span>{" "}
          <span class="away">{word.come === null ? t("changed:", "更改：") : word.come ? t("new:", "新增：") : t("gone:", "移除：")}</span>
          {word.text}
        </li>
      ))}
    </ul>
  );
