import { ask, attempt, coded, element, pick, speak, token } from "./common.js";

const mine = `learners/${token()}`;
let files = {};

/** Puts a call where it can be changed before it is sent. */
function type(line) {
  element("line").value = line;
  element("line").focus();
}

function say(typed, said) {
  const log = element("log");
  const lines = [];
  if (typed) {
    const line = document.createElement("p");
    line.className = "said typed";
    line.textContent = `${element("prompt").textContent} ${typed}`;
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

/** Sends a line, one at a time: what is typed meanwhile waits. */
let before = Promise.resolve();
function send(line) {
  before = before.then(() =>
    attempt(async () => {
      const { said, learner } = await ask(`${mine}/enter`, "POST", { line });
      // What comes next is read beside the log.
      say(line, said.endsWith(learner.page) ? said.slice(0, -learner.page.length).trimEnd() : said);
      show(learner);
    }),
  );
}

element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const line = element("line").value.trim();
  if (!line) return;
  element("line").value = "";
  send(line);
});
element("line").addEventListener("keydown", (event) => {
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
    element("log").replaceChildren();
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
  });
  // A server that was away may come back.
  if (!there) setTimeout(begin, 3000);
}
begin();
