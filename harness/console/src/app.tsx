// The frame: where one is, who one is, in which language and colours.

import { render } from "preact";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { checkToken, hasToken, onToken } from "./api";
import { Live } from "./pages/live";
import { Map } from "./pages/map";
import { Onboarding } from "./pages/onboarding";
import { Playground } from "./pages/playground";
import { Scenarios } from "./pages/scenarios";
import { State } from "./pages/state";
import { Why } from "./pages/why";
import { Boundary } from "./parts/boundary";
import { feed } from "./parts/feed";
import { Choice } from "./parts/kit";
import { Token, Who } from "./parts/who";
import { apply, currentLanguage, currentTheme, type Language, onSettings, setLanguage, setTheme, t, type Theme } from "./settings";

const pages = (): [string, string][] => [
  ["live", t("Live", "实时调用")],
  ["why", t("Why", "判定原因")],
  ["map", t("Map", "关系图")],
  ["playground", t("Playground", "策略演练")],
  ["state", t("State", "授权状态")],
  ["onboarding", t("LangStudio", "LangStudio 开通")],
  ["scenarios", t("Scenarios", "场景")],
];

/** Where the address says that one is: a page, and what stands behind it. */
function place(): [string, string] {
  const [, page = "", rest = ""] = /^#\/([a-z]*)\/?(.*)$/.exec(location.hash) ?? [];
  return [page === "" ? "live" : page, rest];
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function Page({ page, rest }: { page: string; rest: string }): JSX.Element {
  switch (page) {
    case "live":
      return <Live />;
    case "why": {
      const [id = "", event = ""] = rest.split("/");
      return <Why id={decoded(id)} event={decoded(event)} />;
    }
    case "map":
      return <Map at={decoded(rest)} />;
    case "playground":
      return <Playground link={rest} />;
    case "state":
      return <State />;
    case "onboarding":
      return <Onboarding />;
    case "scenarios":
      return <Scenarios name={decoded(rest)} />;
    default:
      return <p class="nothing">{t("There is no such page.", "没有这个页面。")}</p>;
  }
}

function App(): JSX.Element {
  const [[page, rest], setPlace] = useState(place);
  const [, turn] = useState(0);
  useEffect(() => {
    const moved = (): void => {
      setPlace(place());
      document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
    };
    addEventListener("hashchange", moved);
    const forget = onSettings(() => turn((n) => n + 1));
    const ask = onToken(() => turn((n) => n + 1));
    return () => {
      removeEventListener("hashchange", moved);
      forget();
      ask();
    };
  }, []);
  useEffect(() => {
    const name = pages().find(([known]) => known === page)?.[1] ?? "";
    document.title = `${name} · acslab`;
  });
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.querySelector<HTMLElement>("main")?.focus();
        }}
      >
        {t("To the content", "跳到内容")}
      </a>
      <header class="top">
        <strong class="name">acslab</strong>
        <nav aria-label={t("Pages", "页面")}>
          <ul>
            {pages().map(([name, word]) => (
              <li key={name}>
                <a href={`#/${name}`} aria-current={name === page ? "page" : undefined}>
                  {word}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="row settings">
          <Who />
          <Choice<Language>
            quiet
            label={t("Language", "语言")}
            value={currentLanguage()}
            onChange={setLanguage}
            options={[
              ["en", "English"],
              ["zh", "简体中文"],
            ]}
          />
          <Choice<Theme>
            quiet
            label={t("Colours", "配色")}
            value={currentTheme()}
            onChange={setTheme}
            options={[
              ["system", t("as the system", "跟随系统")],
              ["light", t("light", "浅色")],
              ["dark", t("dark", "深色")],
            ]}
          />
        </div>
      </header>
      <Connection />
      <main tabIndex={-1} id="main">
        {!hasToken() && <Token onGiven={() => undefined} />}
        <Boundary key={page}>
          <Page page={page} rest={rest} />
        </Boundary>
      </main>
    </>
  );
}

/** Says that the cloud is gone, and that it is there again. */
function Connection(): JSX.Element {
  const [connected, setConnected] = useState(feed.connected);
  useEffect(() => feed.on(() => setConnected(feed.connected)), []);
  useEffect(() => {
    // A cloud that was started again has another token.
    if (connected === true) checkToken().catch(() => undefined);
  }, [connected]);
  return (
    <div class="connection" role="status">
      {connected === false && (
        <p class="problem">
          <span aria-hidden="true">⚠</span>{" "}
          {t(
            "The cloud does not answer. This page shows what it knew, and goes on by itself once it is there again.",
            "云没有响应。页面显示此前的内容，恢复后会自动继续。",
          )}
        </p>
      )}
    </div>
  );
}

apply();
feed.start();
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
