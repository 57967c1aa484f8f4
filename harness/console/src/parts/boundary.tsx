// A page that fails takes nothing else with it.

import { Component, type ComponentChildren, type JSX } from "preact";
import { t } from "../settings";
import { Button, Problem } from "./kit";

interface Held {
  error: string | undefined;
}

export class Boundary extends Component<{ children: ComponentChildren }, Held> {
  override state: Held = { error: undefined };

  override componentDidCatch(error: unknown): void {
    this.setState({ error: error instanceof Error ? error.message : String(error) });
  }

  override render(): JSX.Element {
    const { error } = this.state;
    if (error === undefined) return <>{this.props.children}</>;
    return (
      <>
        <Problem text={t(`This page failed: ${error}`, `页面出错：${error}`)} />
        <Button onClick={() => this.setState({ error: undefined })}>{t("Again", "重试")}</Button>
      </>
    );
  }
}
