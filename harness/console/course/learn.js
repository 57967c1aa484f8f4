import { ask, attempt, coded, element, pick, speak, token } from "./common.js";

const mine = `learners/${token()}`;
let files = {};

/** Puts a call where it can be changed before it is sent. */
function type(line) {
  element("line").value = line;
  element("line").focus();
}

/** What was said, kept for this tab: a reload shows it again. */
const KEPT = `acslab.course.${token()}`;
const transcript = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
/** How often the teacher began this lesson anew for this learner, as far as this page knows. */
let anew;

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(transcript.slice(-100)));
  } catch {
    // Then a reload shows less.
  }
}

function clear() {
  element("log").replaceChildren();
  transcript.length = 0;
  keep();
}

function say(typed, said) {
  const prompt = element("prompt").textContent;
  transcript.push([prompt, typed, said]);
  keep();
  print(prompt, typed, said);
}

function print(prompt, typed, said) {
  const log = element("log");
  const lines = [];
  if (typed) {
    const line = document.createElement("p");
    line.className = "said typed";
    line.textContent = `${prompt} ${typed}`;
    lines.push(line);
  }
  if (said) {
    const answer = document.createElement("div");
    answer.className = "said";
    coded(answer, said, type);
    lines.push(answer);
  }
  log.append(...lines);
  while (log.childElementCount > 200) log.firstElementChild.remove();
  log.scrollTop = log.scrollHeight;
}

function show(learner) {
  element("title").textContent = learner.title;
  speak(learner.language);
  element("aim").textContent = learner.aim;
  coded(element("page"), learner.page, type);
  element("hints").replaceChildren(
    ...learner.hints.map((hint) => {
      const shown = document.createElement("p");
      coded(shown, hint, type);
      return shown;
    }),
  );
  element("prompt").textContent = `${learner.caller}>`;
  const { at, of, done, shown, tasks } = learner.progress;
  const place = Math.min(at, of);
  element("progress").textContent = pick(
    `${learner.name}: part ${place} of ${of}, ${done.length} of ${tasks} tasks done, ${shown.length} shown`,
    `${learner.name}：第 ${place}/${of} 部分，完成任务 ${done.length}/${tasks}，演示 ${shown.length}`,
  );
  files = learner.files ?? {};
  element("names").replaceChildren(
    ...Object.keys(files).map((name) => {
      const option = document.createElement("option");
      option.value = name;
      return option;
    }),
  );
  element("lesson").value = String(learner.lesson);
}

async function list(code, chosen) {
  const { lessons } = await ask(`lessons?language=${code}`);
  element("lesson").replaceChildren(
    ...lessons.map((lesson) => {
      const option = document.createElement("option");
      option.value = String(lesson.number);
      option.textContent = `${lesson.number}. ${lesson.title}`;
      return option;
    }),
  );
  element("lesson").value = String(chosen);
}

/** Says it where the teacher began the lesson anew: what stands above is of a cloud that is no more. */
function began(learner) {
  if (anew !== undefined && learner.anew !== anew) {
    say(
      "",
      pick(
        "— Your teacher started the lesson anew, in a new cloud. What stands above was in the old one. —",
        "—— 老师已用全新的云重新开始本课，以上内容属于原来的云。 ——",
      ),
    );
  }
  anew = learner.anew;
}

/** Sends a line, one at a time: what is typed meanwhile waits. One that did not come through stands there to be sent again. */
let before = Promise.resolve();
function send(line) {
  before = before.then(async () => {
    const sent = await attempt(async () => {
      const { said, learner } = await ask(`${mine}/enter`, "POST", { line });
      began(learner);
      // What comes next is read beside the log.
      say(line, said.endsWith(learner.page) ? said.slice(0, -learner.page.length).trimEnd() : said);
      show(learner);
    });
    if (!sent && element("line").value === "") element("line").value = line;
  });
}

/** Lines that were sent, the last one last; and which of them stands in the box. */
const sent = [];
let recalled = 0;
function recall(by) {
  const at = Math.max(0, Math.min(sent.length, recalled + by));
  if (at === recalled) return;
  recalled = at;
  element("line").value = sent[at] ?? "";
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const line = element("line").value.trim();
  if (!line) return;
  element("line").value = "";
  sent.push(line);
  recalled = sent.length;
  send(line);
});
element("line").addEventListener("keydown", (event) => {
  // As in a shell, where the box has one line.
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (by !== undefined && !event.target.value.includes("\n") && !event.isComposing) {
    event.preventDefault();
    recall(by);
  }
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    element("form").requestSubmit();
  }
});
for (const button of document.querySelectorAll("[data-word]")) {
  button.addEventListener("click", () => send(button.dataset.word));
}
element("lesson").addEventListener("change", (event) =>
  attempt(async () => {
    show(await ask(`${mine}/lesson`, "POST", { number: Number(event.target.value) }));
    clear();
  }),
);
element("language").addEventListener("change", (event) =>
  attempt(async () => {
    const learner = await ask(`${mine}/language`, "POST", { language: event.target.value });
    await list(learner.language, learner.lesson);
    show(learner);
  }),
);
element("file").addEventListener("change", () => {
  const kept = files[element("file").value];
  if (kept !== undefined) element("content").value = kept;
});
element("keep").addEventListener("click", () =>
  attempt(async () => {
    const name = encodeURIComponent(element("file").value);
    show(await ask(`${mine}/files/${name}`, "PUT", element("content").value, true));
  }),
);

async function begin() {
  const there = await attempt(async () => {
    const learner = await ask(mine);
    await list(learner.language, learner.lesson);
    show(learner);
    anew = learner.anew;
    element("log").replaceChildren();
    for (const [prompt, typed, said] of transcript) print(prompt, typed, said);
  });
  // A server that was away may come back.
  if (!there) setTimeout(begin, 3000);
}
begin();
