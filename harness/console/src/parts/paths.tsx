// Paths to more: by which steps somebody comes to be somebody else, or to administer the account.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { control, state } from "../api";
import { t } from "../settings";
import { Button, Problem, problemWord } from "./kit";

type Step =
  | { step: "assume-role" | "rewrite-trust" | "new-role"; role: string }
  | { step: "create-access-key" | "login" | "new-user"; user: string }
  | { step: "attach-administrator"; to: string }
  | { step: "attach-new"; policy: string; to: string }
  | { step: "forge"; role: string; provider: string }
  | { step: "rewrite-policy" | "new-policy"; policy: string }
  | { step: "set-version"; policy: string; version: string }
  | { step: "detach"; from: string; policy: string }
  | { step: "join-group" | "leave-group"; user: string; group: string }
  | { step: "run-as"; role: string; service: string; action: string };

interface Path {
  goal: { become: string } | { administer: string };
  steps: (Step & { by: string })[];
}

interface Found {
  paths: Path[];
  /** Of whom not all paths were gone: too many begin with a loss. */
  incomplete: string[];
}

/** `user/alice` of an ARN. */
const named = (arn: string): string => arn.split(":").slice(4).join(":");

const goalWord = (goal: Path["goal"]): string =>
  "become" in goal ? t(`comes to be ${named(goal.become)}`, `可以成为 ${named(goal.become)}`) : t(`comes to administer account ${goal.administer}`, `可以成为账号 ${goal.administer} 的管理员`);

function stepWord(step: Step): string {
  switch (step.step) {
    case "assume-role":
      return t(`assumes ${named(step.role)}`, `扮演 ${named(step.role)}`);
    case "rewrite-trust":
      return t(`has ${named(step.role)} trust everybody of the account`, `让 ${named(step.role)} 信任整个账号`);
    case "new-role":
      return t(`makes ${named(step.role)}, which everybody of the account may assume, and services that run code`, `创建整个账号和运行代码的云服务都可以扮演的 ${named(step.role)}`);
    case "login":
      return t(`logs on as ${named(step.user)} with a password of its own`, `为 ${named(step.user)} 设置密码并登录`);
    case "new-user":
      return t(`makes ${named(step.user)}`, `创建 ${named(step.user)}`);
    case "create-access-key":
      return t(`makes a key for ${named(step.user)}`, `为 ${named(step.user)} 创建 AccessKey`);
    case "attach-administrator":
      return t(`attaches AdministratorAccess to ${step.to}`, `为 ${step.to} 授予 AdministratorAccess`);
    case "new-policy":
      return t(`makes policy ${step.policy}, which allows everything`, `创建允许一切的策略 ${step.policy}`);
    case "attach-new":
      return t(`attaches ${step.policy} to ${step.to}`, `为 ${step.to} 授予 ${step.policy}`);
    case "forge":
      return t(`gives ${named(step.provider)} metadata of its own, and assumes ${named(step.role)} with an assertion that it signs`, `更换 ${named(step.provider)} 的元数据，并用自己签名的断言扮演 ${named(step.role)}`);
    case "rewrite-policy":
      return t(`gives policy ${step.policy} a version that allows everything`, `为策略 ${step.policy} 创建允许一切的版本`);
    case "set-version":
      return t(`puts version ${step.version} of policy ${step.policy} in force`, `将策略 ${step.policy} 的版本 ${step.version} 设为默认版本`);
    case "detach":
      return t(`takes policy ${step.policy} from ${step.from}`, `解除 ${step.from} 的策略 ${step.policy}`);
    case "leave-group":
      return t(`takes ${named(step.user)} out of group ${step.group}`, `将 ${named(step.user)} 移出用户组 ${step.group}`);
    case "join-group":
      return t(`puts ${named(step.user)} into group ${step.group}`, `把 ${named(step.user)} 加入用户组 ${step.group}`);
    case "run-as":
      return t(`passes ${named(step.role)} to ${step.service}, which runs code of its own (${step.action})`, `把 ${named(step.role)} 交给 ${step.service} 运行自己的代码（${step.action}）`);
  }
}

/** For one principal; searched when it is asked for. */
export function PathsToMore({ who }: { who: string }): JSX.Element {
  const [found, setFound] = useState<Found>();
  const [error, setError] = useState<string>();
  const ask = async (): Promise<void> => {
    try {
      setFound(await control<Found>("POST", "paths", { state: await state(), from: who }));
      setError(undefined);
    } catch (problem) {
      setError(problemWord(problem));
    }
  };
  return (
    <section>
      <h3>{t("Paths to more", "提权路径")}</h3>
      <Button onClick={ask}>{t("What can it come to?", "它可以取得什么？")}</Button>
      <Problem text={error} />
      {found !== undefined && (
        <ul class="plainlist paths" aria-live="polite">
          {found.paths.length === 0 && found.incomplete.length === 0 && <li class="dim">{t("Nothing beyond what it is.", "没有更多。")}</li>}
          {found.incomplete.length > 0 && <li>{t("Not all ways were tried: there may be more.", "并未尝试所有路径，可能还有更多。")}</li>}
          {found.paths.slice(0, 40).map((path, index) => (
            <li key={index}>
              <strong>{goalWord(path.goal)}</strong>
              <ol>
                {path.steps.map((step, number) => (
                  <li key={number}>
                    {named(step.by)} {stepWord(step)}
                  </li>
                ))}
              </ol>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
