// What is in the playground as a scenario file, which `acslab run` replays: the verdict of the page is what it expects.

import { t } from "../settings";

/** As much of the playground as a scenario has. */
interface Asked {
  policies: readonly { kind: string; name: string; text: string }[];
  request: { principal: string; action: string; resource: string };
}

/** The account that a scenario has when it names none. */
const USER = /^acs:ram::1234567890123456:user\/([A-Za-z0-9._-]{1,64})$/;
const policyName = (name: string): string => name.replace(/[^A-Za-z0-9-]/g, "-");

const document = (text: string): unknown => {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" ? read : undefined;
  } catch {
    return undefined;
  }
};

/** JSON is YAML; `$${` is a `${` that stands for nothing. */
const yaml = (value: unknown): string => JSON.stringify(value).replaceAll("${", "$$${");

/** Why no scenario can be written, if none can: a scenario expects a verdict, so there has to be one. */
export const unsayable = (verdict: string | undefined): string | undefined => (verdict === undefined ? t("there is no verdict", "还没有结论") : undefined);

/**
 * A file that asks the same question of the same policies, of whichever kinds, by the control surface. Where they are the identity policies of one
 * user they are given to that user besides, and the snapshot tells what that user may do.
 */
export function scenario(desk: Asked, question: object, verdict: string, keys: Record<string, string[]>): string {
  const { action, principal, resource } = desk.request;
  const user = USER.exec(principal)?.[1];
  const named = desk.policies.map((policy) => policyName(policy.name));
  const isOwn = desk.policies.every((policy) => policy.kind === "Identity" && document(policy.text) !== undefined) && new Set(named).size === named.length && !named.includes("");
  const single = Object.values(keys).every((values) => values.length === 1);
  const lines = [
    `title: ${yaml(`Does a policy allow ${action}`)}`,
    "story: >",
    "  Written in the playground: these policies are asked, and say what they said there.",
    "",
  ];
  if (user !== undefined && isOwn) {
    lines.push("given:", "  users:", `    ${yaml(user)}:`);
    for (const [index, policy] of desk.policies.entries()) lines.push(`      - name: ${yaml(named[index])}`, `        document: ${yaml(document(policy.text))}`);
    lines.push("");
  }
  lines.push(
    "steps:",
    `  - name: ${yaml(`${action} is asked`)}`,
    "    http:",
    "      method: POST",
    "      url: /_acslab/policies/evaluate",
    `      body: ${yaml(question)}`,
    `    expect: {success: {decision.verdict: ${verdict}}}`,
    "",
  );
  if (user !== undefined && isOwn && single) {
    const when = Object.entries(keys).map(([key, values]) => `${yaml(key)}: ${yaml(values[0] ?? "")}`);
    lines.push("compare:", "  permissions:", `    - of: ${yaml(user)}`, `      actions: [${yaml(action)}]`, `      on: [${yaml(resource === "" ? "*" : resource)}]`);
    if (when.length > 0) lines.push(`      when: {${when.join(", ")}}`);
    lines.push("");
  }
  return lines.join("\n");
}

/** Gives somebody a file. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = window.document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
