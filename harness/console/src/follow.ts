// Follows the decisions, one stream for all tabs.
//
// A browser has six connections to a host: a stream a tab, and the seventh tab would not load. So one tab holds the stream, for as long as
// it holds a lock, and tells the others over a channel; when it closes, the browser gives the lock to another tab, which goes on from the last
// event that it was told. A tab that is hidden still has all that came. A browser has locks where it trusts the address, as it
// has what signs; elsewhere each tab has a stream of its own.

import { control, type Decision, eventName, PREFIX } from "./api";

/** How long a stream that was refused stays away, in milliseconds: a browser does not ask again by itself then. */
const AWAY = 3_000;
/** The lock, and the channel. */
const NAME = "acslab.decisions";

/** What is told to who follows the decisions. */
export interface Follower {
  told: (decision: Decision) => void;
  /** So many were forgotten before they could be told. */
  missed: (forgotten: number) => void;
  connected: (yes: boolean) => void;
}

type Told = { decision: Decision } | { missed: number } | { connected: boolean };

/** Tells a follower what comes, each decision once and in order. */
class Ear {
  /** The last that was told. */
  last: string | undefined;

  constructor(private readonly follower: Follower) {}

  hear(told: Told): void {
    if ("connected" in told) this.follower.connected(told.connected);
    else if ("missed" in told) this.follower.missed(told.missed);
    else if (this.isNew(told.decision)) {
      this.last = told.decision.event;
      this.follower.told(told.decision);
    }
  }

  private isNew(decision: Decision): boolean {
    if (this.last === undefined) return true;
    const [before, now] = [eventName(this.last), eventName(decision.event)];
    return before.process !== now.process || now.number > before.number;
  }
}

/** Holds the stream and hands on what it says, until it is ended. */
function hold(latest: number, ear: Ear, say: (told: Told) => void): () => void {
  let source: EventSource;
  let timer: number | undefined;
  const begin = (): void => {
    // A browser that reconnects says by itself what it saw; a stream that is begun anew has to be told.
    const from = ear.last === undefined ? `latest=${latest}` : `after=${encodeURIComponent(ear.last)}`;
    source = new EventSource(`${PREFIX}decisions/stream?${from}`);
    source.onopen = () => say({ connected: true });
    source.onerror = () => {
      say({ connected: false });
      if (source.readyState === EventSource.CLOSED) timer = window.setTimeout(begin, AWAY);
    };
    source.onmessage = (event: MessageEvent<string>) => say({ decision: JSON.parse(event.data) as Decision });
    source.addEventListener("gap", (event: MessageEvent<string>) => say({ missed: (JSON.parse(event.data) as { forgotten: number }).forgotten }));
  };
  begin();
  return () => {
    window.clearTimeout(timer);
    source.close();
  };
}

/** Follows the decisions from before and as they come, for as long as the page is there. */
export function follow(latest: number, follower: Follower): void {
  const ear = new Ear(follower);
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) {
    hold(latest, ear, (told) => ear.hear(told));
    return;
  }
  const channel = new BroadcastChannel(NAME);
  const lead = (): Promise<never> => {
    channel.onmessage = null;
    hold(latest, ear, (told) => {
      ear.hear(told);
      channel.postMessage(told);
    });
    // For as long as the page is there.
    return new Promise(() => undefined);
  };
  void locks.request(NAME, { ifAvailable: true }, (lock) => {
    if (lock !== null) return lead();
    void before(latest, ear, channel);
    void locks.request(NAME, lead);
    return undefined;
  });
}

/** What happened before, for a page that holds no stream: asked once, while what comes meanwhile waits. */
async function before(latest: number, ear: Ear, channel: BroadcastChannel): Promise<void> {
  const waiting: Told[] = [];
  channel.onmessage = (event: MessageEvent<Told>) => void waiting.push(event.data);
  const mine = channel.onmessage;
  const read = async (): Promise<Decision[]> => {
    for (;;) {
      try {
        return (await control<{ decisions: Decision[] }>("GET", `decisions?limit=${latest}`)).decisions;
      } catch {
        ear.hear({ connected: false });
        await new Promise((done) => window.setTimeout(done, AWAY));
      }
    }
  };
  const decisions = await read();
  ear.hear({ connected: true });
  for (const decision of decisions.reverse()) ear.hear({ decision });
  for (const told of waiting) ear.hear(told);
  // It may hold the stream itself by now.
  if (channel.onmessage === mine) channel.onmessage = (event: MessageEvent<Told>) => ear.hear(event.data);
}
