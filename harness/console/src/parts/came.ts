// What a call came to, by its decision: the question that settled it, and the verdict.

import type { Brief, Decision } from "../api";

/** Was it refused by policies, or would have been where denials are reported alone? */
export const isDenied = (decision: Decision): boolean => decision.stage === "authorize" || decision.would_deny === true;

/**
 * Of what was asked the question that settled the call: the gravest of those that were denied, else the first. What is shown of a call is
 * shown of this one, verdict, action and resource together.
 */
export function settling(decision: Decision): Brief | undefined {
  if (!isDenied(decision)) return decision.decided[0];
  const denied = decision.decided.filter((one) => one.verdict !== "Allow");
  return denied.find((one) => one.verdict === "ExplicitDeny") ?? denied[0] ?? decision.decided[0];
}

/** What a call came to, or none where no policy was asked. */
export function outcome(decision: Decision): string | null {
  if (isDenied(decision)) {
    const verdict = settling(decision)?.verdict;
    return verdict === undefined || verdict === "Allow" ? "ImplicitDeny" : verdict;
  }
  return decision.decided.length > 0 ? "Allow" : null;
}

/** An ARN as people tell things apart: without its head, and without the account where there is but one. */
export function shortArn(arn: string, accounts: number): string {
  const [, before = "", account = "", rest = ""] = /^(.*?)acs:[^:]*:[^:]*:([^:]*):(.+)$/.exec(arn) ?? [];
  if (rest === "") return arn;
  return accounts > 1 && account !== "" && account !== "*" ? `${before}${account}:${rest}` : before + rest;
}

/** The account of an ARN. */
export const accountOf = (arn: string | null): string => /acs:[^:]*:[^:]*:(\d+):/.exec(arn ?? "")?.[1] ?? "";
