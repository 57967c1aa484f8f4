// One gate of a decision: a layer of policies, or what a bucket says itself, taken apart.

import type { JSX } from "preact";
import type { Own, StatementRef, StatementTrace, Step, Unit } from "../api";
import { colon, t } from "../settings";
import { layerWord, reasonWord, skipWord } from "../words";

type Kind = "yes" | "no" | "silent";

/** Every gate looks alike: what it is, what it says, by how much, and whether it settles the request. */
function Shown(props: { name: string; kind: Kind; says?: string; small?: string; settles?: boolean }): JSX.Element {
  const { name, kind, says, small, settles = false } = props;
  const usual = { yes: t("allows", "允许"), no: t("denies", "拒绝"), silent: t("says nothing", "没有匹配的语句") }[kind];
  return (
    <li class={`gate ${kind} ${settles ? "settles" : ""}`}>
      <strong>{name}</strong>
      <span>
        <span aria-hidden="true">{{ yes: "✓", no: "✕", silent: "∅" }[kind]}</span> {says ?? usual}
      </span>
      {small !== undefined && <small>{small}</small>}
      {settles && <small class="mark">{t("decides", "起决定作用")}</small>}
    </li>
  );
}

const matching = (statements: StatementTrace[]): string => {
  const counted = statements.filter((trace) => trace.counts).length;
  return t(`${counted} of ${statements.length} statements match`, `${statements.length} 条语句中匹配 ${counted} 条`);
};

export function Gate({ step, settledIn }: { step: Step; settledIn: string }): JSX.Element {
  if ("skipped" in step) {
    return (
      <li class="gate skipped">
        <strong>{layerWord(step.skipped.layer)}</strong>
        <span>
          <span aria-hidden="true">↷</span> {t("not asked", "未检查")}
          {colon()}
          {skipWord(step.skipped.why)}
        </span>
      </li>
    );
  }
  const unit = step.asked;
  const kind = unit.verdict === "Allow" ? "yes" : unit.verdict === "ExplicitDeny" ? "no" : "silent";
  const name = layerWord(unit.layer) + (unit.layer === "Control" ? ` ${unit.node + 1}` : "");
  return <Shown name={name} kind={kind} small={matching(unit.statements)} settles={unit.layer === settledIn} />;
}

/** What statements come to by themselves: a Deny outweighs an Allow. */
const comesTo = (statements: StatementTrace[]): Kind => {
  const counted = statements.filter((trace) => trace.counts);
  if (counted.some((trace) => trace.effect === "Deny")) return "no";
  return counted.length > 0 ? "yes" : "silent";
};

const isBlocked = (trace: StatementTrace): boolean => trace.failed?.reason === "public-access-blocked";

/** The bucket's policy, the ACL, and block public access: three things, though one layer of the engine. */
export function OwnGates({ unit, own, settled }: { unit: Unit; own: Own; settled: StatementRef | null }): JSX.Element {
  const of = (kind: Own["policies"][number]): StatementTrace[] => unit.statements.filter((trace) => own.policies[trace.statement.policy] === kind);
  const settles = (kind: Own["policies"][number]): boolean => settled !== null && settled.layer === unit.layer && own.policies[settled.policy] === kind;
  const barred = unit.statements.filter(isBlocked);
  const block = of("block");
  const kind = own.policies.includes("access-point-policy") ? "access-point-policy" : "bucket-policy";
  const policy = of(kind);
  const acl = of("acl");
  const isPublic = own.acl !== null && own.acl.value !== "private";
  return (
    <>
      {block.length === 0 && (
        <Shown
          name={kind === "bucket-policy" ? t("Bucket policy", "Bucket 授权策略") : t("Access point policy", "接入点授权策略")}
          kind={comesTo(policy)}
          {...(own.policies.includes(kind) ? { small: matching(policy) } : { says: t("there is none", "没有") })}
          settles={settles(kind)}
        />
      )}
      {own.acl !== null && (
        <Shown
          name={own.acl.of === "object" ? t(`ACL of the object: ${own.acl.value}`, `Object ACL：${own.acl.value}`) : t(`ACL of the bucket: ${own.acl.value}`, `Bucket ACL：${own.acl.value}`)}
          kind={comesTo(acl)}
          says={
            comesTo(acl) === "yes"
              ? t("allows", "允许")
              : acl.some(isBlocked)
                ? t("would allow, and is blocked", "本可允许，但被阻止")
                : isPublic || own.acl.of === "object"
                  ? t("says nothing of this", "不涉及此操作")
                  : t("lets in nobody else", "不允许其他人")
          }
          settles={settles("acl")}
        />
      )}
      <Shown
        name={t("Block public access", "阻止公共访问")}
        kind={block.length > 0 || barred.length > 0 ? "no" : "silent"}
        says={
          block.length > 0
            ? t("on: denies what would open it to the public", "已开启：拒绝会使其公开的操作")
            : barred.length > 0
              ? t("on: takes away what is public", "已开启：公共授权不生效")
              : own.public_access_blocked === true
                ? t("on: nothing public would allow this", "已开启：没有会允许此请求的公共授权")
                : own.public_access_blocked === false
                  ? t("off", "未开启")
                  : t("not asked: nothing here is public", "未检查：此处没有公共授权")
        }
        {...(barred.length > 0 ? { small: `${reasonWord("public-access-blocked")} (${barred.length})` } : {})}
        settles={settles("block")}
      />
    </>
  );
}
