// Language and colours: what the reader chose, else what the browser says.

export type Language = "en" | "zh";
export type Theme = "system" | "light" | "dark";

const kept = (name: string): string | null => {
  try {
    return localStorage.getItem(`acslab.${name}`);
  } catch {
    return null;
  }
};

const keep = (name: string, value: string): void => {
  try {
    localStorage.setItem(`acslab.${name}`, value);
  } catch {
    // Then it holds for this page alone.
  }
};

const listeners = new Set<() => void>();

let language: Language = (kept("language") ?? navigator.language).startsWith("zh") ? "zh" : "en";
let theme: Theme = (kept("theme") as Theme | null) ?? "system";

export const currentLanguage = (): Language => language;
export const currentTheme = (): Theme => theme;

export function setLanguage(next: Language): void {
  language = next;
  keep("language", next);
  apply();
}

export function setTheme(next: Theme): void {
  theme = next;
  keep("theme", next);
  apply();
}

export function onSettings(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function apply(): void {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  for (const listener of listeners) listener();
}

/** A text in the language of the page. Both stand side by side, so that neither is forgotten. */
export const t = (en: string, zh: string): string => (language === "zh" ? zh : en);

/** What stands before what is told of something, and between two things that are told. */
export const colon = (): string => t(": ", "：");
export const semicolon = (): string => t("; ", "；");

/** A number as people write it. */
export const number = (value: number): string => value.toLocaleString(language === "zh" ? "zh-CN" : "en");
