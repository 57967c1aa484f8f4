// The layout of a graph, loaded when the map needs it.

import { graphlib, layout } from "@dagrejs/dagre";

export interface Box {
  id: string;
  width: number;
  height: number;
}

export interface Edge {
  from: string;
  to: string;
  label: string;
}

export interface Placed {
  width: number;
  height: number;
  boxes: Map<string, { x: number; y: number }>;
  edges: { from: string; to: string; label: string; points: { x: number; y: number }[] }[];
}

/** Places boxes in layers from left to right; the same graph always looks the same. */
export function place(boxes: Box[], edges: Edge[]): Placed {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 18, ranksep: 110, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const box of boxes) graph.setNode(box.id, { width: box.width, height: box.height });
  for (const [index, edge] of edges.entries()) graph.setEdge(edge.from, edge.to, { text: edge.label }, String(index));
  layout(graph);
  const placed: Placed["boxes"] = new Map();
  for (const box of boxes) {
    const node = graph.node(box.id) as unknown as { x: number; y: number };
    placed.set(box.id, { x: node.x - box.width / 2, y: node.y - box.height / 2 });
  }
  const drawn = edges.map((edge, index) => {
    const found = graph.edge(edge.from, edge.to, String(index)) as unknown as { points?: { x: number; y: number }[] } | undefined;
    return { ...edge, points: found?.points ?? [] };
  });
  const whole = graph.graph() as { width?: number; height?: number };
  return { width: whole.width ?? 0, height: whole.height ?? 0, boxes: placed, edges: drawn };
}
