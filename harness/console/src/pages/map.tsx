// Who and what there is, expanded from one thing: never all at once.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { state, type State } from "../api";
import type { Placed } from "../graph";
import { GivesOrMay, OnBucket } from "../parts/may";
import { Button, Field, Problem, problemWord, useAsked } from "../parts/kit";
import { PathsToMore } from "../parts/paths";
import { assumable, isPrincipal, kindWord, mayAssume, type Relation, type Relations, relations, relationWord, type Thing } from "../parts/relations";
import { WhoMay } from "../parts/who-may";
import { number, t } from "../settings";
import { conditionWord } from "../words";

/** Neighbours that are drawn of one thing; the others are found by searching. */
const DRAWN = 12;
/** Things that are listed when nothing is searched for. */
const LISTED = 60;
const [WIDTH, HEIGHT] = [216, 44];

export function Map({ at }: { at: string }): JSX.Element {
  const { value, error, again } = useAsked(() => state(), []);
  // Who may assume which role is decided, not read: it comes a moment later.
  const roles = useMemo(() => (value === undefined ? { roles: [], more: 0 } : assumable(value)), [value]);
  const assumed = useAsked(async () => (roles.roles.length === 0 ? [] : mayAssume(await state({ actions: ["sts:AssumeRole"], resources: roles.roles }))), [roles]);
  const graph = useMemo(() => (value === undefined ? undefined : relations(value, assumed.value ?? [])), [value, assumed.value]);
  return (
    <div class="page map">
      <h1>{t("Map", "关系图")}</h1>
      <Problem text={error ?? assumed.error} />
      {roles.more > 0 && (
        <p class="hint">
          {t(
            `Who may assume a role is drawn for ${number(roles.roles.length)} roles; ${number(roles.more)} more were not asked about. "Who may?" tells it of any.`,
            `仅为 ${number(roles.roles.length)} 个角色绘制“可扮演”关系；还有 ${number(roles.more)} 个未查询。可用“谁可以？”查询任一角色。`,
          )}
        </p>
      )}
      {graph !== undefined && (
        <>
          <Find graph={graph} again={again} open={at === "" || !graph.things.has(at)} />
          {value !== undefined && graph.things.has(at) && <From key={at} whole={value} graph={graph} at={at} />}
        </>
      )}
    </div>
  );
}

const link = (id: string): string => `#/map/${encodeURIComponent(id)}`;

function Find({ graph, again, open }: { graph: Relations; again: () => void; open: boolean }): JSX.Element {
  const [words, setWords] = useState("");
  const found = [...graph.things.values()].filter((thing) => `${kindWord(thing.kind)} ${thing.name}`.toLowerCase().includes(words.toLowerCase()));
  return (
    <>
      <div class="row tools">
        <Field label={t("Begin from", "起点")} value={words} onInput={setWords} placeholder="alice" />
        <Button onClick={again}>{t("Look again", "刷新")}</Button>
        <span class="count">{t(`${number(graph.things.size)} things`, `共 ${number(graph.things.size)} 项`)}</span>
      </div>
      {(open || words !== "") && (
        <ul class="choices">
          {found.slice(0, LISTED).map((thing) => (
            <li key={thing.id}>
              <a class="button" href={link(thing.id)}>
                {thing.name} <small>{kindWord(thing.kind)}</small>
              </a>
            </li>
          ))}
          {found.length > LISTED && <li class="dim">{t(`and ${number(found.length - LISTED)} more`, `还有 ${number(found.length - LISTED)} 项`)}</li>}
        </ul>
      )}
    </>
  );
}

function From({ whole, graph, at }: { whole: State; graph: Relations; at: string }): JSX.Element {
  const [expanded, setExpanded] = useState<string[]>([at]);
  const [chosen, setChosen] = useState(at);
  const drawn = useMemo(() => {
    const ids = new Set<string>();
    for (const id of expanded) {
      ids.add(id);
      for (const relation of (graph.of.get(id) ?? []).slice(0, DRAWN)) ids.add(relation.from).add(relation.to);
    }
    return ids;
  }, [graph, expanded]);
  const choose = (id: string): void => {
    setChosen(id);
    if (!expanded.includes(id)) setExpanded([...expanded, id]);
  };
  const thing = graph.things.get(chosen);
  return (
    <div class="columns beside">
      <Drawing graph={graph} ids={drawn} expanded={expanded} chosen={chosen} choose={choose} />
      {thing !== undefined && <About whole={whole} graph={graph} thing={thing} choose={choose} />}
    </div>
  );
}

/** As much of a name as a box holds: a Chinese character is as wide as two others. */
function shorten(name: string): string {
  let room = 27;
  for (const [index, character] of [...name].entries()) {
    room -= character > "\u2e80" ? 2 : /[A-Z]/.test(character) ? 1.25 : 1;
    if (room < 0) return `${[...name].slice(0, index).join("")}…`;
  }
  return name;
}

function Drawing(props: { graph: Relations; ids: Set<string>; expanded: string[]; chosen: string; choose: (id: string) => void }): JSX.Element {
  const { graph, ids, expanded, chosen, choose } = props;
  const [placed, setPlaced] = useState<Placed>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    let wanted = true;
    const boxes = [...ids].map((id) => ({ id, width: WIDTH, height: HEIGHT }));
    const seen = new Set<string>();
    // What relates to itself is told beside the graph; that each neighbour is in the account would only cross everything.
    const isAccount = (id: string): boolean => graph.things.get(id)?.kind === "account";
    const isDrawn = ({ from, to, kind }: Relation): boolean => from !== to && (kind !== "in" || !isAccount(to) || expanded.includes(from) || expanded.includes(to));
    const edges = [...ids]
      .flatMap((id) => graph.of.get(id) ?? [])
      .filter((relation) => ids.has(relation.from) && ids.has(relation.to) && isDrawn(relation))
      .filter((relation) => {
        const name = `${relation.from} ${relation.kind} ${relation.to}`;
        return seen.has(name) ? false : seen.add(name) !== undefined;
      })
      .map((relation) => ({ from: relation.from, to: relation.to, label: relationWord(relation.kind) }));
    import("./graph.js" as string).then(
      ({ place }: typeof import("../graph")) => wanted && setPlaced(place(boxes, edges)),
      (problem: unknown) => setError(problemWord(problem)),
    );
    return () => {
      wanted = false;
    };
  }, [graph, ids, expanded]);
  const frame = useRef<HTMLDivElement>(null);
  /** Where in the frame the chosen box was seen last: it stays there when what is around it is laid out anew. */
  const seen = useRef<{ id: string; x: number; y: number } | undefined>(undefined);
  useLayoutEffect(() => {
    const box = placed?.boxes.get(chosen);
    const element = frame.current;
    if (box === undefined || element === null) return;
    const within = (wanted: number, room: number, size: number): number => Math.max(8, Math.min(wanted, room - size - 8));
    const before = seen.current?.id === chosen ? seen.current : { x: (element.clientWidth - WIDTH) / 2, y: (element.clientHeight - HEIGHT) / 2 };
    element.scrollLeft = box.x - within(before.x, element.clientWidth, WIDTH);
    element.scrollTop = box.y - within(before.y, element.clientHeight, HEIGHT);
  }, [placed, chosen]);
  const pick = (id: string): void => {
    const box = placed?.boxes.get(id);
    const element = frame.current;
    if (box !== undefined && element !== null) seen.current = { id, x: box.x - element.scrollLeft, y: box.y - element.scrollTop };
    choose(id);
  };
  if (placed === undefined) return <Problem text={error} />;
  const [width, height] = [Math.ceil(placed.width), Math.ceil(placed.height)];
  return (
    <div class="graph" ref={frame} tabIndex={0} role="group" aria-label={t("The graph; each box opens what is around it", "关系图：选择一个方框以展开其周围")}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 L8 4 L0 8 z" />
          </marker>
        </defs>
        {placed.edges.map((edge, index) => {
          const middle = edge.points[Math.floor(edge.points.length / 2)];
          return (
            <g key={index} aria-hidden="true">
              <path d={edge.points.map((point, at) => `${at === 0 ? "M" : "L"}${point.x} ${point.y}`).join(" ")} marker-end="url(#tip)" />
              {middle !== undefined && (
                <text class="label" x={middle.x} y={middle.y - 4} text-anchor="middle">
                  {edge.label}
                </text>
              )}
            </g>
          );
        })}
        {[...ids].map((id) => {
          const thing = graph.things.get(id);
          const box = placed.boxes.get(id);
          if (thing === undefined || box === undefined) return null;
          return (
            <g
              key={id}
              class={id === chosen ? "node chosen" : "node"}
              transform={`translate(${box.x} ${box.y})`}
              role="button"
              tabindex={0}
              aria-label={`${kindWord(thing.kind)} ${thing.name}`}
              aria-pressed={id === chosen}
              onClick={() => pick(id)}
              onKeyDown={(event) => {
                if (event.key !== "Enter" && event.key !== " ") return;
                event.preventDefault();
                pick(id);
              }}
            >
              <title>{thing.name}</title>
              <rect width={WIDTH} height={HEIGHT} rx="6" />
              <text class="kind" x="10" y="16">
                {kindWord(thing.kind)}
              </text>{" "}
              <text x="10" y="34">
                {shorten(thing.name)}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function About({ whole, graph, thing, choose }: { whole: State; graph: Relations; thing: Thing; choose: (id: string) => void }): JSX.Element {
  const all = graph.of.get(thing.id) ?? [];
  return (
    <section class="card">
      <h2>
        {thing.name} <small>{kindWord(thing.kind)}</small>
      </h2>
      <ul class="plainlist">
        {all.slice(0, 40).map((relation, index) => {
          const out = relation.from === thing.id;
          const other = graph.things.get(out ? relation.to : relation.from);
          if (other === undefined) return null;
          return (
            <li key={index}>
              <span class="dim">
                {out ? relationWord(relation.kind) : `← ${relationWord(relation.kind)}`}
                {relation.note !== undefined && ` (${conditionWord(relation.note)})`}
              </span>{" "}
              <Button onClick={() => choose(other.id)}>
                {other.name} <small>{kindWord(other.kind)}</small>
              </Button>
            </li>
          );
        })}
        {all.length > 40 && <li class="dim">{t(`and ${number(all.length - 40)} more`, `还有 ${number(all.length - 40)} 项`)}</li>}
      </ul>
      {WITH_GRANTS.includes(thing.kind) && <GivesOrMay key={`gives ${thing.id}`} whole={whole} thing={thing} who={arnOf(graph, thing)} />}
      {thing.kind === "bucket" && <OnBucket key={`on ${thing.id}`} thing={thing} />}
      <WhoMay key={`may ${thing.id}`} thing={thing} arn={arnOf(graph, thing)} />
      {isPrincipal(thing) && <PathsToMore key={`paths ${thing.id}`} who={arnOf(graph, thing)} />}
    </section>
  );
}

/** Who has permissions, and what gives them. */
const WITH_GRANTS = ["user", "role", "service-role", "group", "policy", "system-policy"];

const arnOf = (graph: Relations, thing: Thing): string =>
  `acs:ram::${graph.accounts.get(thing.account) ?? ""}:${thing.kind === "service-role" ? "role" : thing.kind}/${thing.name}`;
