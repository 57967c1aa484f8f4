// Policies that nobody has, judged as one types.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { control, type Explained, type Settled } from "../api";
import { Editor, PAUSE } from "../parts/editor";
import { Gates } from "../parts/gates";
import { Button, Choice, Field, Problem, problemWord, useKept, Verdict } from "../parts/kit";
import { packed, unpacked } from "../parts/link";
import { download, scenario, unsayable } from "../parts/scenario";
import { malformedWord } from "../rules";
import { colon, number, t } from "../settings";

type Kind = "Identity" | "Group" | "Session" | "Control" | "Bucket" | "Trust";

/** What the document of a policy of a kind is: one that is attached in a resource group is an identity policy as any. */
const documentKind = (kind: Kind): Exclude<Kind, "Group"> => (kind === "Group" ? "Identity" : kind);

interface Policy {
  kind: Kind;
  name: string;
  text: string;
}

interface Asked {
  principal: string;
  action: string;
  resource: string;
  context: string;
}

interface Desk {
  policies: Policy[];
  request: Asked;
  /** The second version of one of the policies, if there is one, and of which. */
  other: string | null;
  of: number;
}

const kinds = (): [Kind, string][] => [
  ["Identity", t("Identity policy", "身份策略")],
  ["Group", t("Identity policy, in the resource's group", "身份策略（授权范围为资源所在的资源组）")],
  ["Session", t("Session policy", "会话策略")],
  ["Control", t("Control policy", "管控策略")],
  ["Bucket", t("Bucket policy", "Bucket Policy（存储空间授权策略）")],
  ["Trust", t("Trust policy", "信任策略")],
];

const one = (statement: object): string => JSON.stringify({ Version: "1", Statement: [statement] }, null, 2);

/** What a new policy of a kind begins as. */
const DRAFTS: Record<Kind, string> = {
  Identity: one({ Effect: "Allow", Action: "oss:GetObject", Resource: "acs:oss:*:*:photos/*" }),
  Group: one({ Effect: "Allow", Action: "oss:*", Resource: "*" }),
  Session: one({ Effect: "Allow", Action: "oss:Get*", Resource: "*" }),
  Control: one({ Effect: "Allow", Action: "*", Resource: "*" }),
  Bucket: one({ Effect: "Allow", Principal: ["*"], Action: "oss:GetObject", Resource: "acs:oss:*:1234567890123456:photos/*", Condition: { Bool: { "acs:SecureTransport": "true" } } }),
  Trust: one({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { RAM: ["acs:ram::1234567890123456:root"] } }),
};

const START: Desk = {
  policies: [{ kind: "Identity", name: "mine", text: DRAFTS.Identity }],
  request: {
    principal: "acs:ram::1234567890123456:user/alice",
    action: "oss:GetObject",
    resource: "acs:oss:*:1234567890123456:photos/a.jpg",
    context: "",
  },
  other: null,
  of: 0,
};

/** Does a policy of a kind find a place beside others? A request meets one policy of a session, and a bucket's or a role's. */
function fits(kind: Kind, beside: readonly Policy[]): boolean {
  const resource: Kind[] = ["Bucket", "Trust"];
  const rivals: Kind[] = kind === "Session" ? ["Session"] : resource.includes(kind) ? resource : [];
  return !beside.some((policy) => rivals.includes(policy.kind));
}

/** A desk, if that is what somebody else's link holds. */
function read(value: unknown): Desk {
  const desk = value as Partial<Desk>;
  const text = (field: unknown): string => (typeof field === "string" ? field : "");
  const known = new Set<string>(Object.keys(DRAFTS));
  const policies = (Array.isArray(desk.policies) ? desk.policies : [])
    .filter((policy) => known.has(policy?.kind))
    .map((policy) => ({ kind: policy.kind, name: text(policy.name), text: text(policy.text) }));
  if (policies.length === 0) throw new Error("no policies");
  if (policies.some((policy, index) => !fits(policy.kind, policies.slice(0, index)))) throw new Error("too many of a kind");
  const { principal, action, resource, context } = (desk.request ?? {}) as Partial<Asked>;
  return {
    policies,
    request: { principal: text(principal), action: text(action), resource: text(resource), context: text(context) },
    other: typeof desk.other === "string" ? desk.other : null,
    of: typeof desk.of === "number" && policies[desk.of] !== undefined ? desk.of : 0,
  };
}

interface Judged extends Explained {
  decision: Settled;
  malformed?: { name: string; rule?: string; why: string }[];
}

interface Example {
  action: string;
  like: string[];
  resource: string;
  any_resource: boolean;
  context: [string, string][];
}

interface Difference {
  gained: Example[];
  lost: Example[];
  complete: boolean;
  /** Of policies that name principals: whom they were compared for. */
  principal?: string | null;
  malformed?: { name: string; rule?: string; why: string }[];
}

/** The same desk with the second version in the place of the first. */
const withOther = (desk: Desk, other: string): Desk => ({ ...desk, policies: desk.policies.map((policy, index) => (index === desk.of ? { ...policy, text: other } : policy)) });

/** `key=value` a line, a key with several values on several lines. */
function context(text: string): Record<string, string[]> {
  const keys: Record<string, string[]> = {};
  for (const line of text.split("\n")) {
    const at = line.indexOf("=");
    if (at > 0) (keys[line.slice(0, at).trim()] ??= []).push(line.slice(at + 1).trim());
  }
  return keys;
}

/** Lines that say no key. */
const unread = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "" && line.indexOf("=") < 1);

function question(desk: Desk): object {
  const of = (kind: Kind): { name: string; text: string }[] =>
    desk.policies.filter((policy) => policy.kind === kind).map(({ name, text }) => ({ name, text }));
  const [session, bucket, trust] = [of("Session")[0], of("Bucket")[0], of("Trust")[0]];
  return {
    policies: {
      identity: of("Identity"),
      ...(of("Group").length === 0 ? {} : { resource_group: of("Group") }),
      control: of("Control"),
      ...(session === undefined ? {} : { session }),
      ...(bucket === undefined ? {} : { bucket }),
      ...(trust === undefined ? {} : { trust }),
    },
    request: {
      principal: desk.request.principal,
      action: desk.request.action,
      resource: desk.request.resource === "" ? "*" : desk.request.resource,
      context: context(desk.request.context),
    },
  };
}

export function Playground({ link }: { link: string }): JSX.Element {
  const [desk, setDesk] = useKept<Desk>("playground.desk", START);
  const [shown, setShown] = useKept("playground.shown", 0);
  /** The link that was opened last: what was written since is not thrown away when somebody comes back to it. */
  const [opened, setOpened] = useKept("playground.link", "");
  const [judged, setJudged] = useState<Judged>();
  const [second, setSecond] = useState<Judged>();
  const [difference, setDifference] = useState<Difference>();
  const [error, setError] = useState<string>();
  const [said, setSaid] = useState<string>();
  /** Counts up when what is edited comes from elsewhere. */
  const [loads, setLoads] = useState(0);

  useEffect(() => {
    if (link === "" || link === opened) return;
    unpacked(link).then(
      (value) => {
        try {
          setDesk(read(value));
          setOpened(link);
          setShown(0);
          setLoads((before) => before + 1);
        } catch {
          setError(t("This link holds no policies that go together.", "此链接中没有可以一起使用的策略。"));
        }
      },
      () => setError(t("This link cannot be read.", "无法读取此链接。")),
    );
  }, [link]);

  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(async () => {
      try {
        const answer = await control<Judged>("POST", "policies/evaluate", question(desk));
        if (wanted) {
          setJudged(answer);
          setError(undefined);
        }
      } catch (problem) {
        if (wanted) setError(problemWord(problem));
      }
      const first = desk.policies[desk.of];
      if (desk.other === null || first === undefined) return;
      try {
        const body = { kind: documentKind(first.kind), principal: desk.request.principal, old: [{ name: "a", text: first.text }], new: [{ name: "b", text: desk.other }] };
        const answers = await Promise.all([control<Difference>("POST", "policies/diff", body), control<Judged>("POST", "policies/evaluate", question(withOther(desk, desk.other)))]);
        if (!wanted) return;
        setDifference(answers[0]);
        setSecond(answers[1]);
      } catch (problem) {
        if (wanted) setError(problemWord(problem));
      }
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [desk]);

  const current = desk.policies[Math.min(shown, desk.policies.length - 1)];
  const others = desk.policies.filter((policy) => policy !== current);
  const compared = desk.other === null ? undefined : desk.policies[desk.of];
  const comparing = compared !== undefined && compared === current;
  const verdict = judged?.malformed === undefined ? judged?.decision.verdict : undefined;
  const unsaid = unsayable(verdict);
  const change = (part: Partial<Policy>): void =>
    setDesk((before) => ({ ...before, policies: before.policies.map((policy, index) => (index === shown ? { ...policy, ...part } : policy)) }));
  const ask = (part: Partial<Asked>): void => setDesk((before) => ({ ...before, request: { ...before.request, ...part } }));
  const add = (kind: Kind): void => {
    setDesk({ ...desk, policies: [...desk.policies, { kind, name: `${kind.toLowerCase()}-${desk.policies.length + 1}`, text: DRAFTS[kind] }] });
    setShown(desk.policies.length);
  };
  const save = (): void => {
    if (verdict !== undefined) download("playground.yaml", scenario(desk, question(desk), verdict, context(desk.request.context)));
  };
  const share = async (): Promise<void> => {
    const link = await packed(desk);
    const address = `${location.origin}${location.pathname}#/playground/${link}`;
    setOpened(link);
    history.replaceState(null, "", address);
    try {
      await navigator.clipboard.writeText(address);
      setSaid(t("The link is in the clipboard, and in the address bar.", "链接已复制到剪贴板，也在地址栏中。"));
    } catch {
      setSaid(t("The link is in the address bar.", "链接在地址栏中。"));
    }
  };
  return (
    <div class="page">
      <h1>{t("Playground", "策略演练")}</h1>
      <div class="row tools">
        <Button onClick={share}>{t("Share by a link", "以链接分享")}</Button>
        <Button onClick={save} disabled={unsaid !== undefined}>
          {t("Save as a scenario", "另存为场景")}
        </Button>
        <Button
          onClick={() => {
            setDesk({ ...desk, other: comparing ? null : (current?.text ?? ""), of: Math.min(shown, desk.policies.length - 1) });
            setLoads(loads + 1);
          }}
          pressed={comparing}
        >
          {t("Compare with a second version", "与第二个版本比较")}
        </Button>
      </div>
      {unsaid !== undefined && <p class="hint">{t(`This page cannot save it as a scenario: ${unsaid}.`, `本页无法将其另存为场景：${unsaid}。`)}</p>}
      {said !== undefined && <p role="status">{said}</p>}
      <div class="columns">
        <section>
          <h2>{t("Policies", "权限策略")}</h2>
          <div class="tabs">
            {desk.policies.map((policy, index) => (
              <Button key={index} onClick={() => setShown(index)} pressed={index === shown}>
                {policy.name} <small>{kinds().find(([kind]) => kind === policy.kind)?.[1]}</small>
              </Button>
            ))}
          </div>
          {current !== undefined && (
            <>
              <div class="row">
                <Field label={t("Name", "名称")} value={current.name} onInput={(name) => change({ name })} />
                <Choice<Kind> label={t("Kind", "类型")} value={current.kind} options={kinds().filter(([kind]) => fits(kind, others))} onChange={(kind) => change({ kind })} />
                {desk.policies.length > 1 && (
                  <Button
                    kind="danger"
                    onClick={() => {
                      const rest = desk.policies.filter((_, index) => index !== shown);
                      setDesk({ ...desk, policies: rest, ...(desk.of === shown ? { other: null, of: 0 } : { of: desk.of - (desk.of > shown ? 1 : 0) }) });
                      setShown(0);
                      setLoads(loads + 1);
                    }}
                  >
                    {t("Take it away", "移除")}
                  </Button>
                )}
              </div>
              <div class={comparing ? "versions" : ""}>
                <div>
                  <Editor key={`${loads}-${shown}`} text={current.text} kind={documentKind(current.kind)} label={t("Policy document", "策略文档")} onChange={(text) => change({ text })} />
                  {comparing && <Says title={t("The first version says", "第一个版本的结论")} judged={judged} />}
                </div>
                {comparing && desk.other !== null && (
                  <div>
                    <h2>{t(`The second version of ${current.name}`, `${current.name} 的第二个版本`)}</h2>
                    <Editor key={`other-${loads}-${shown}`} text={desk.other} kind={documentKind(current.kind)} label={t("Second version", "第二个版本")} onChange={(other) => setDesk((before) => ({ ...before, other }))} />
                    <Says title={t("The second version says", "第二个版本的结论")} judged={second} />
                  </div>
                )}
              </div>
            </>
          )}
          <div class="row">
            <Choice<Kind | "">
              label={t("Add a policy", "添加策略")}
              value=""
              options={[["", t("choose a kind", "选择类型")], ...kinds().filter(([kind]) => fits(kind, desk.policies))]}
              onChange={(kind) => kind !== "" && add(kind)}
            />
          </div>
        </section>
        <section>
          <h2>{t("Request", "请求")}</h2>
          <Field label={t("Caller", "调用者")} value={desk.request.principal} onInput={(principal) => ask({ principal })} />
          <Suggested of="action" label={t("Action", "操作（Action）")} value={desk.request.action} action="" onInput={(action) => ask({ action })} />
          <Suggested of="resource" label={t("Resource", "资源（Resource）")} value={desk.request.resource} action={desk.request.action} onInput={(resource) => ask({ resource })} />
          <Context value={desk.request.context} onInput={(text) => ask({ context: text })} />
          <Problem text={error} />
          <Outcome judged={judged} />
          {comparing && difference !== undefined && <Differences difference={difference} />}
        </section>
      </div>
    </div>
  );
}

/** A field that is completed from the catalogue. */
function Suggested(props: { of: string; label: string; value: string; action: string; onInput: (value: string) => void }): JSX.Element {
  const [list, setList] = useState<string[]>([]);
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(() => {
      const query = new URLSearchParams({ of: props.of, prefix: props.of === "action" ? props.value : "", action: props.action });
      control<{ names: { name: string }[] }>("GET", `policies/names?${query}`).then(
        ({ names }) => wanted && setList(names.map((name) => name.name)),
        () => undefined,
      );
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [props.value, props.action]);
  return <Field label={props.label} value={props.value} onInput={props.onInput} list={list} />;
}

function Context({ value, onInput }: { value: string; onInput: (text: string) => void }): JSX.Element {
  return (
    <div class="field">
      <label for="context">{t("Condition keys, KEY=VALUE a line", "条件键，每行一个 KEY=VALUE")}</label>
      <textarea id="context" rows={3} value={value} spellcheck={false} placeholder="acs:SourceIp=10.0.0.1" onInput={(event) => onInput(event.currentTarget.value)} />
      {unread(value).length > 0 && (
        <span class="hint" role="status">
          {t(`No KEY=VALUE, and so left out: ${unread(value).join(", ")}`, `不是 KEY=VALUE，已忽略：${unread(value).join("、")}`)}
        </span>
      )}
    </div>
  );
}

function Outcome({ judged }: { judged: Judged | undefined }): JSX.Element | null {
  if (judged === undefined) return null;
  if (judged.malformed !== undefined) {
    return (
      <div aria-live="polite">
        {judged.malformed.map((misfit, index) => (
          <Problem key={index} text={t(`${misfit.name} is no policy: ${misfit.why}`, `${misfit.name} 不是有效的策略：${malformedWord(misfit.rule, misfit.why)}`)} />
        ))}
      </div>
    );
  }
  return (
    <>
      <h2 aria-live="polite">
        {t("Verdict", "结论")}
        {colon()}
        <Verdict verdict={judged.decision.verdict} />
      </h2>
      <Gates explained={judged} />
    </>
  );
}

/** What one of two versions says to the request. */
const Says = ({ title, judged }: { title: string; judged: Judged | undefined }): JSX.Element => (
  <p class="says" aria-live="polite">
    {title}
    {colon()}
    {judged === undefined ? "" : judged.malformed === undefined ? <Verdict verdict={judged.decision.verdict} /> : t("it is no policy", "不是有效的策略")}
  </p>
);

function Differences({ difference }: { difference: Difference }): JSX.Element {
  if (difference.malformed !== undefined) return <Problem text={t("One of the two versions is no policy.", "两个版本之一不是有效的策略。")} />;
  const list = (examples: Example[]): JSX.Element => (
    <ul>
      {examples.map((example, index) => (
        <li key={index}>
          <code>{example.action}</code> {t("on", "作用于")} <code>{example.any_resource ? t("any resource", "任意资源") : example.resource}</code>
          {example.context.map(([key, value]) => (
            <small key={key}>
              {" "}
              {key} = {value}
            </small>
          ))}
          {example.like.length > 0 && <small> {t(`and ${number(example.like.length)} like it`, `以及 ${number(example.like.length)} 个同类操作`)}</small>}
        </li>
      ))}
    </ul>
  );
  const none = difference.gained.length === 0 && difference.lost.length === 0;
  return (
    <section class="card" aria-live="polite">
      <h2>{t("The two versions", "两个版本的差异")}</h2>
      {difference.principal != null && <p class="hint">{t(`As far as they speak of ${difference.principal}.`, `仅就 ${difference.principal} 而言。`)}</p>}
      {none && <p>{t("Both allow the same.", "两者允许的内容相同。")}</p>}
      {difference.gained.length > 0 && (
        <>
          <h3 class="come">+ {t("Only the second allows", "仅第二个版本允许")}</h3>
          {list(difference.gained)}
        </>
      )}
      {difference.lost.length > 0 && (
        <>
          <h3 class="gone">− {t("Only the first allows", "仅第一个版本允许")}</h3>
          {list(difference.lost)}
        </>
      )}
      {!difference.complete && <p class="hint">{t("There may be more: not every combination was looked at.", "可能还有更多：未检查所有组合。")}</p>}
    </section>
  );
}
