// The lines of a statement in its document, and where in them something is.

/** Lines of a statement around what is shown of it at most. */
const LINES = 40;
/** A statement with a longer line is laid out: SDKs write a whole document on one line, of which nobody would see where the mark is. */
const LONG_LINE = 80;

export interface Mark {
  /** The number of the line, and where in it the mark begins and how long it is. */
  line: number;
  column: number;
  width: number;
}

export interface Shown {
  lines: string[];
  /** The number of the first of them. */
  first: number;
  /** What is marked, in the order it was asked for. */
  marks: Mark[];
  /** Are the lines not those of the document? */
  laidOut: boolean;
}

/** A range of a text. */
export interface Range {
  start: number;
  end: number;
}

/** Of a document: a statement, and what is marked in it; the first of that is always seen. */
export function excerpt(text: string, statement: Range, marked: Range[]): Shown {
  const { start, end } = statement;
  const begin = text.lastIndexOf("\n", start - 1) + 1;
  const after = text.indexOf("\n", end);
  const isLong = text
    .slice(begin, after < 0 ? text.length : after)
    .split("\n")
    .some((line) => line.length > LONG_LINE);
  if (!isLong) return { ...cut(text, statement, marked), laidOut: false };
  const { text: laid, at } = layOut(text.slice(start, end));
  const place = (position: number): number => at(Math.max(0, Math.min(position - start, end - start)));
  return { ...cut(laid, { start: 0, end: laid.length }, marked.map((one) => ({ start: place(one.start), end: place(one.end) }))), laidOut: true };
}

/** A piece of JSON with a line for each of its parts, and where in it a place of the piece is. What is no JSON stays readable as well. */
export function layOut(piece: string): { text: string; at: (position: number) => number } {
  let text = "";
  let depth = 0;
  /** Where in the text each place of the piece begins. */
  const places: number[] = [];
  const line = (): void => {
    text += `\n${"  ".repeat(depth)}`;
  };
  for (let index = 0; index < piece.length; ) {
    const character = piece[index] ?? "";
    if (/\s/.test(character)) {
      places[index] = text.length;
      index += 1;
      continue;
    }
    // A text or another value is one token, a sign is one of its own.
    const token = /^(?:"(?:[^"\\]|\\[\s\S])*"?|[^\s"{}[\],:]+|[\s\S])/.exec(piece.slice(index))?.[0] ?? character;
    const rest = piece.slice(index + token.length).trimStart();
    if (token === "}" || token === "]") {
      depth = Math.max(0, depth - 1);
      if (!/[{[]$/.test(text)) line();
    }
    for (let inside = 0; inside < token.length; inside += 1) places[index + inside] = text.length + inside;
    text += token;
    index += token.length;
    if (token === "{" || token === "[") {
      depth += 1;
      if (!/^[}\]]/.test(rest)) line();
    } else if (token === ",") line();
    else if (token === ":") text += " ";
  }
  // An end is behind the last that is before it: not where the next line begins.
  const at = (position: number): number => {
    if (position >= piece.length || position === 0) return position === 0 ? 0 : text.length;
    return places[position] ?? text.length;
  };
  return { text, at };
}

function cut(text: string, { start, end }: Range, marked: Range[]): Omit<Shown, "laidOut"> {
  const lineOf = (at: number): number => text.slice(0, at).split("\n").length;
  const all = text.split("\n");
  const here = lineOf(marked[0]?.start ?? start);
  let first = lineOf(start);
  let last = lineOf(Math.max(start, end - 1));
  if (last - first > LINES) {
    first = Math.max(first, here - LINES / 2);
    last = Math.min(last, here + LINES / 2);
  }
  const marks = marked.map((one) => {
    const line = lineOf(one.start);
    const column = one.start - (text.lastIndexOf("\n", one.start - 1) + 1);
    return { line, column, width: Math.min(one.end - one.start, (all[line - 1] ?? "").length - column) };
  });
  return { lines: all.slice(first - 1, last), first, marks: marks.filter((mark) => mark.line >= first && mark.line <= last) };
}
