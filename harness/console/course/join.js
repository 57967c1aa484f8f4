import { ask, attempt, element, pick, preferred, speak, token } from "./common.js";

async function list(code) {
  const { lessons } = await ask(`lessons?language=${code}`);
  element("lessons").replaceChildren(
    ...lessons.map((lesson) => {
      const item = document.createElement("li");
      item.textContent = `${lesson.title}${pick(` (${lesson.minutes} min)`, `（${lesson.minutes} 分钟）`)}`;
      return item;
    }),
  );
}

function turn(code) {
  speak(code);
  attempt(() => list(code));
}

element("language").addEventListener("change", (event) => turn(event.target.value));
element("form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const asked = { name: element("name").value, language: element("language").value };
    const { learner } = await ask(`join/${token()}`, "POST", asked);
    location.assign(`/_acslab/course/learn/${learner}`);
  });
});
turn(preferred());
