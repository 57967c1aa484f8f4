// The decisions as they come: kept to a bound, inner calls under the call that caused them, told on at a pace that people follow.

import { type Decision, eventName } from "../api";
import { follow } from "../follow";

/** Decisions that are kept; then the oldest go. */
const KEPT = 12_000;
/** How often, in milliseconds, what came is told on. */
const PACE = 120;

export interface Row {
  decision: Decision;
  /** How deep under the call that caused it. */
  depth: number;
  /** How many inner calls are under it. */
  inner: number;
  /** Was it of a cloud that is no more: of another process, or before a reset or a step back? */
  earlier: boolean;
}

/** Those before the page was opened that are asked for. */
const BEFORE = 500;

export class Feed {
  /** Oldest first. */
  private kept: Decision[] = [];
  private waiting: Decision[] = [];
  private timer: number | undefined;
  private started = false;
  private readonly listeners = new Set<() => void>();
  paused = false;
  connected: boolean | undefined;
  /** How many calls the cloud had forgotten before they could be told. */
  forgotten = 0;
  /** Counts up with each change. */
  version = 0;

  start(): void {
    if (this.started) return;
    this.started = true;
    follow(BEFORE, {
      told: (decision) => {
        this.waiting.push(decision);
        if (this.timer === undefined) this.timer = window.setTimeout(() => this.flush(), PACE);
      },
      missed: (forgotten) => {
        this.forgotten += forgotten;
        this.tell();
      },
      connected: (yes) => {
        if (this.connected === yes) return;
        this.connected = yes;
        this.tell();
      },
    });
  }

  get missed(): number {
    return this.paused ? this.waiting.length : 0;
  }

  pause(yes: boolean): void {
    this.paused = yes;
    if (yes) this.tell();
    else this.flush();
  }

  clear(): void {
    this.kept = [];
    this.waiting = [];
    this.forgotten = 0;
    this.tell();
  }

  all(): readonly Decision[] {
    return this.kept;
  }

  on(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private flush(): void {
    this.timer = undefined;
    if (!this.paused) {
      for (const decision of this.waiting) this.kept.push(decision);
      this.waiting = [];
      if (this.kept.length > KEPT) this.kept.splice(0, this.kept.length - KEPT);
    } else if (this.waiting.length > KEPT) {
      this.waiting.splice(0, this.waiting.length - KEPT);
    }
    this.tell();
  }

  private tell(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

/** One for the whole page: it goes on while other pages are looked at. */
export const feed = new Feed();

/** The cloud that a decision was made in, by its event. */
const cloudOf = (decision: Decision): string => {
  const { process, cloud } = eventName(decision.event);
  return `${process}.${cloud}`;
};

/** What of the decisions is shown, newest first, inner calls under the call that caused them in the order that they were made. */
export function rows(all: readonly Decision[], fits: (decision: Decision) => boolean): Row[] {
  // The same ids come again in another cloud: a call and what it caused are of one.
  const named = (id: string, of: Decision): string => `${cloudOf(of)} ${id}`;
  const known = new Set<string>();
  for (const decision of all) known.add(named(decision.request_id, decision));
  const latest = all.at(-1);
  const current = latest === undefined ? "" : cloudOf(latest);
  const inner = new Map<string, Decision[]>();
  const outer: Decision[] = [];
  for (const decision of all) {
    const cause = decision.cause === null ? undefined : named(decision.cause, decision);
    if (cause !== undefined && known.has(cause)) {
      const siblings = inner.get(cause);
      if (siblings === undefined) inner.set(cause, [decision]);
      else siblings.push(decision);
    } else outer.push(decision);
  }
  const shown: Row[] = [];
  const add = (decision: Decision, depth: number): void => {
    const below = inner.get(named(decision.request_id, decision)) ?? [];
    shown.push({ decision, depth, inner: below.length, earlier: cloudOf(decision) !== current });
    for (const one of below) add(one, depth + 1);
  };
  const anyFits = (decision: Decision): boolean =>
    fits(decision) || (inner.get(named(decision.request_id, decision)) ?? []).some(anyFits);
  for (let index = outer.length - 1; index >= 0; index -= 1) {
    const decision = outer[index];
    if (decision !== undefined && anyFits(decision)) add(decision, 0);
  }
  return shown;
}
