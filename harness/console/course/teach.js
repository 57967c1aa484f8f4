import { ask, attempt, element, pick, preferred, speak, text, token } from "./common.js";

const mine = `class/${token()}`;

/** Asks before a learner's work is thrown away. */
function sure(question, then) {
  element("asking").textContent = question;
  const dialog = element("sure");
  element("yes").onclick = () => {
    dialog.close();
    then();
  };
  element("no").onclick = () => dialog.close();
  dialog.showModal();
}

function reset(learner) {
  const question = learner
    ? pick(`Start the lesson anew for ${learner.name}, in a new cloud?`, `让 ${learner.name} 用全新的云重新开始本课？`)
    : pick("Start the lesson anew for everybody, in new clouds?", "让所有人用全新的云重新开始本课？");
  sure(question, () =>
    attempt(async () => show(await ask(`${mine}/reset`, "POST", learner ? { learner: learner.number } : {}))),
  );
}

function row(learner) {
  const cells = learner.busy
    ? ["…", "…", "…", "…", "…", "…"]
    : [
        learner.lesson,
        learner.of ? `${Math.min(learner.at, learner.of)} / ${learner.of}` : "–",
        learner.tasks ? `${learner.done} / ${learner.tasks}` : "–",
        learner.lessons_done,
        learner.calls,
        pick(`${Math.floor(learner.quiet_seconds / 60)} min`, `${Math.floor(learner.quiet_seconds / 60)} 分钟`),
      ];
  const line = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  name.textContent = learner.name;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text("reset");
  button.setAttribute("aria-label", `${text("reset")}: ${learner.name}`);
  button.dataset.learner = learner.number;
  button.addEventListener("click", () => reset(learner));
  const last = document.createElement("td");
  last.append(button);
  line.append(
    name,
    ...cells.map((cell) => {
      const shown = document.createElement("td");
      shown.textContent = String(cell);
      return shown;
    }),
    last,
  );
  return line;
}

function show({ learners, most, join }) {
  element("join").textContent = `${location.origin}/_acslab/course/join/${join}`;
  element("count").textContent = pick(`${learners.length} of ${most} learners`, `${learners.length} / ${most} 名学员`);
  // The button that is at hand stays at hand.
  const held = document.activeElement?.dataset?.learner;
  element("learners").replaceChildren(...learners.map(row));
  if (held) document.querySelector(`[data-learner="${held}"]`)?.focus();
}

async function look() {
  if (!document.hidden) await attempt(async () => show(await ask(mine)));
  setTimeout(look, 2000);
}

element("language").addEventListener("change", (event) => {
  speak(event.target.value);
  attempt(async () => show(await ask(mine)));
});
element("all").addEventListener("click", () => reset(undefined));
speak(preferred());
look();
