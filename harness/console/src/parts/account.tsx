// An account's authorization state as a readable list: all that the state has of it.

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { AccountState, Attachment, Directory, Workspace } from "../api";
import { colon, number, semicolon, t } from "../settings";
import { serviceWord } from "../words";
import { isMap, isNothing, partWord } from "./changes";
import { Field, Json } from "./kit";

const policies = (list: Attachment[]): string =>
  list.length === 0 ? t("no policy", "无策略") : list.map((one) => one.name + (one.resource_group === undefined ? "" : ` (${one.resource_group})`)).join(", ");

/** Rows of a kind that are shown before somebody searches. */
const SHOWN = 200;

function Section<T>(props: { title: string; of: Record<string, T>; row: (value: T, name: string) => ComponentChildren }): JSX.Element | null {
  const all = Object.entries(props.of);
  const [words, setWords] = useState("");
  if (all.length === 0) return null;
  const found = all.filter(([name]) => name.toLowerCase().includes(words.toLowerCase()));
  return (
    <details open={all.length <= 20}>
      <summary>
        {props.title} ({number(all.length)})
      </summary>
      {all.length > 20 && <Field label={t("Search", "搜索")} value={words} onInput={setWords} />}
      <dl class="pairs">
        {found.slice(0, SHOWN).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{props.row(value, name)}</dd>
          </div>
        ))}
      </dl>
      {found.length > SHOWN && <p class="dim">{t(`and ${number(found.length - SHOWN)} more`, `还有 ${number(found.length - SHOWN)} 项`)}</p>}
    </details>
  );
}

/** A bucket with what can open it. */
function bucketLine(bucket: AccountState["buckets"][string], name: string): JSX.Element {
  const tags = (of: Record<string, string>): string => JSON.stringify(of);
  const objects = new Set([...Object.keys(bucket.object_acls ?? {}), ...Object.keys(bucket.object_tags ?? {})]);
  const points = Object.entries(bucket.access_points ?? {});
  return (
    <>
      {bucket.region}, ACL {bucket.acl}
      {Object.keys(bucket.tags).length > 0 && `, ${tags(bucket.tags)}`}
      {semicolon()}
      {bucket.public_access_blocked ? t("public access is blocked", "已阻止公共访问") : t("public access is not blocked", "未阻止公共访问")}
      {bucket.policy !== undefined && bucket.policy !== null && (
        <details>
          <summary>{t("Policy", "授权策略")}</summary>
          <Json value={bucket.policy} label={t(`Policy of ${name}`, `${name} 的授权策略`)} />
        </details>
      )}
      {points.map(([point, one]) => (
        <details key={point}>
          <summary>
            {t("Access point", "接入点")} {point}, {one.origin}
          </summary>
          <Json value={one} label={t(`Access point ${point}`, `接入点 ${point}`)} />
        </details>
      ))}
      {objects.size > 0 && (
        <details>
          <summary>{t(`Objects with an ACL or tags of their own (${number(objects.size)})`, `有自己的 ACL 或标签的文件（${number(objects.size)}）`)}</summary>
          <ul class="plainlist">
            {[...objects].slice(0, SHOWN).map((key) => (
              <li key={key}>
                <code>{key}</code>
                {bucket.object_acls?.[key] !== undefined && ` ACL ${bucket.object_acls[key]}`}
                {bucket.object_tags?.[key] !== undefined && ` ${tags(bucket.object_tags[key])}`}
              </li>
            ))}
          </ul>
        </details>
      )}
      <Besides of={bucket} told={["region", "acl", "tags", "public_access_blocked", "policy", "access_points", "object_acls", "object_tags"]} />
    </>
  );
}

/** What is written of a policy, folded. */
const Text = ({ title, of, value }: { title: string; of: string; value: unknown }): JSX.Element => (
  <details>
    <summary>{title}</summary>
    <Json value={value} label={`${of} ${title}`} />
  </details>
);

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === "string");

/** What else there is of something: in a line where it is short, else folded. So nothing of a state is missing here. */
function Besides({ of, told }: { of: object; told: string[] }): JSX.Element {
  const rest = Object.entries(of).filter(([name, value]) => !told.includes(name) && !isNothing(value));
  return (
    <>
      {rest.map(([name, value]) =>
        isMap(value) ? (
          <details key={name}>
            <summary>{partWord(name)}</summary>
            <div class="within">
              <Besides of={value} told={[]} />
            </div>
          </details>
        ) : typeof value === "object" && !isTexts(value) ? (
          <Text key={name} title={partWord(name)} of="" value={value} />
        ) : (
          <div key={name}>
            {partWord(name)}
            {value === true ? "" : colon() + (isTexts(value) ? value.join(", ") : String(value))}
          </div>
        ),
      )}
    </>
  );
}

const keysWord = ({ active, inactive }: { active: number; inactive: number }): string =>
  t(active === 1 ? "1 active access key" : `${active === 0 ? "no" : active} active access keys`, `${active} 个启用的访问密钥`) +
  (inactive === 0 ? "" : t(`, ${inactive} disabled`, `，${inactive} 个禁用的访问密钥`));

/** The resource directory: control policies with their texts, and where each is attached. */
function ResourceDirectory({ directory }: { directory: Directory }): JSX.Element {
  const attached = (list: Attachment[]): string => t("control policies", "管控策略") + colon() + policies(list);
  return (
    <>
      <p>
        {t("Control policies", "管控策略")}
        {colon()}
        {directory.control === "enabled" ? t("enabled", "已启用") : t("disabled: they count for nothing", "未启用，不生效")}
      </p>
      <Section
        title={t("Control policies", "管控策略")}
        of={directory.control_policies}
        row={(policy, of) => (
          <>
            {policy.effect_scope}
            <Text title={t("Text", "策略内容")} of={of} value={policy.document} />
          </>
        )}
      />
      <Section title={t("Folders", "资源夹")} of={directory.folders} row={(folder) => attached(folder.control_policies)} />
      <Section
        title={t("Members", "成员")}
        of={directory.members}
        row={(member) => (
          <>
            {t(`in ${member.folder}`, `位于 ${member.folder}`)}, {member.type}
            {semicolon()}
            {attached(member.control_policies)}
            <Besides of={member} told={["folder", "type", "control_policies"]} />
          </>
        )}
      />
      <Besides of={directory} told={["control", "control_policies", "folders", "members"]} />
    </>
  );
}

export function Account({ name, account }: { name: string; account: AccountState }): JSX.Element {
  return (
    <section class="card">
      <h2>
        {t("Account", "账号")} {name} <small>{account.account_id}</small>
      </h2>
      <p>
        {t("Activated:", "已开通：")} {account.activated.length === 0 ? t("nothing", "无") : account.activated.map(serviceWord).join(", ")}
      </p>
      {account.public_access_blocked === true && <p>{t("Public access to all buckets is blocked.", "已阻止所有 Bucket 的公共访问。")}</p>}
      <Section
        title={t("RAM users", "RAM 用户")}
        of={account.users}
        row={(user) => (
          <>
            {policies(user.policies)}
            {user.groups.length > 0 && t(`; in ${user.groups.join(", ")}`, `；所属用户组：${user.groups.join("、")}`)}
            {semicolon()}
            {keysWord(user.access_keys)}
            <Besides of={user} told={["policies", "groups", "access_keys"]} />
          </>
        )}
      />
      <Section title={t("User groups", "用户组")} of={account.groups} row={(group) => policies(group.policies) + semicolon() + t("members", "成员") + colon() + group.members.join(t(", ", "、"))} />
      <Section
        title={t("RAM roles", "RAM 角色")}
        of={account.roles}
        row={(role, of) => (
          <>
            {policies(role.policies)}
            {role.service_linked !== null && (
              <small>
                {" "}
                {t("service-linked role", "服务关联角色")} {role.service_linked}
              </small>
            )}
            <Text title={t("Trust policy", "信任策略")} of={of} value={role.trust} />
            <Besides of={role} told={["policies", "service_linked", "trust"]} />
          </>
        )}
      />
      <Section
        title={t("Custom policies", "自定义策略")}
        of={account.policies}
        row={(policy, of) => (
          <>
            {Object.entries(policy.versions).map(([version, text]) => (
              <Text key={version} title={version === policy.default_version ? `${version} ${t("in force", "默认版本")}` : version} of={of} value={text} />
            ))}
            <Besides of={policy} told={["default_version", "versions"]} />
          </>
        )}
      />
      <Section title={t("System policies that were published or replaced since", "此后发布或替换的系统策略")} of={account.system_policies ?? {}} row={(policy, of) => <Text title={policy.version} of={of} value={policy.text} />} />
      <Section title={t("Buckets", "存储空间（Bucket）")} of={account.buckets} row={bucketLine} />
      <Section title={t("Workspaces", "工作空间")} of={account.workspaces} row={inWorkspace} />
      <Section
        title={t("Resource groups", "资源组")}
        of={account.resource_groups}
        row={(group) => (
          <>
            {group.display_name}
            {semicolon()}
            {group.resources.length === 0 ? t("nothing is in it", "没有资源") : group.resources.join(", ")}
            <Besides of={group} told={["display_name", "resources"]} />
          </>
        )}
      />
      {account.resource_directory !== undefined && account.resource_directory !== null && (
        <details open>
          <summary>{t("Resource directory", "资源目录")}</summary>
          <ResourceDirectory directory={account.resource_directory} />
        </details>
      )}
      <Besides of={account} told={TOLD} />
    </section>
  );
}

/** What of an account is told above, and what is an answer to a question. */
/** Who is in a workspace, and what, with who sees it and who made it. */
function inWorkspace({ members, entities = {} }: Workspace): string {
  const people = Object.entries(members).map(([who, roles]) => `${who}: ${roles.join(", ")}`);
  const things = Object.entries(entities).map(([what, { accessibility, creator }]) => `${what}: ${accessibility} (${creator})`);
  return [...people, ...things].join("; ");
}

const TOLD = ["account_id", "activated", "public_access_blocked", "users", "groups", "roles", "policies", "system_policies", "buckets", "workspaces", "resource_groups", "resource_directory", "permissions"];
