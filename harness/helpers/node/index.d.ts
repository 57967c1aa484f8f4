/** The cloud does not start, or did not do what it was asked for. */
export class AcslabError extends Error {}

/** The name of a system policy, a file that ends in .json, or a document. */
export type Policy = string | Record<string, unknown>;

/** What an account is to be, where it is not to be any. */
export interface AccountOptions {
  name?: string;
  /** The services that are open in it from the start. */
  open?: string[];
}

/** Somebody with a key: an account's owner, or a RAM user. */
export class Identity {
  readonly accountId: string;
  readonly name: string;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly region: string;
  readonly endpoint: string;
  /** The variables that SDKs, command lines and Terraform read. */
  readonly environment: Record<string, string>;
}

/** A fresh account; as an identity, its owner. */
export class Account extends Identity {
  readonly cloud: Cloud;
  user(name: string, ...policies: Policy[]): Promise<Identity>;
  decisions(narrowed?: Record<string, string>): Promise<unknown[]>;
  denials(): Promise<string[]>;
  close(): Promise<void>;
}

/** A running `acslab serve`. */
export class Cloud {
  constructor(endpoint: string);
  readonly endpoint: string;
  static start(...options: string[]): Promise<Cloud>;
  stop(): Promise<void>;
  account(options?: AccountOptions): Promise<Account>;
  control(method: string, path: string, body?: unknown): Promise<any>;
}

export function findProgram(): string;
export function sharedCloud(): Promise<Cloud>;
export function withAccount(test: (account: Account) => unknown): () => Promise<void>;
export function withAccount(options: AccountOptions, test: (account: Account) => unknown): () => Promise<void>;
