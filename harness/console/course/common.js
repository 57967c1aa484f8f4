// What the pages of the course share: their texts, and how they ask.

const TEXTS = {
  course: ["The acslab course", "acslab 课程"],
  language: ["Language", "语言"],
  join: ["Join", "加入课程"],
  join_what: [
    "You get a cloud of your own, which nobody else sees. Keep the address of the page that follows: it is yours.",
    "你会得到一个自己的云，其他人看不到。请保存接下来页面的地址：它是你专属的。",
  ],
  name: ["Name", "姓名"],
  begin: ["Begin", "开始"],
  lessons: ["Lessons", "课程列表"],
  lesson: ["Lesson", "课程"],
  skip: ["Go to where calls are typed", "跳到输入调用处"],
  reading: ["What it is about", "课程内容"],
  next: ["Go on", "继续"],
  check: ["Check", "检查"],
  hint: ["Hint", "提示"],
  why: ["Why?", "为什么？"],
  solve: ["Show one way", "演示一种做法"],
  reset: ["Start anew", "重新开始"],
  files: ["Files", "文件"],
  files_what: [
    "Texts that you keep beside the lesson, such as a policy: `policy NAME > FILE` writes one, `PolicyDocument=@FILE` reads it.",
    "放在课程旁边的文本，例如一条策略：`policy 名称 > 文件` 写入，`PolicyDocument=@文件` 读取。",
  ],
  file: ["File", "文件名"],
  content: ["Text", "内容"],
  keep: ["Keep", "保存"],
  calling: ["Your cloud", "你的云"],
  how: [
    "Enter sends, Shift+Enter begins a line. `help` lists what can be typed.",
    "回车发送，Shift+回车换行。输入 `help` 查看可用命令。",
  ],
  call: ["Send", "发送"],
  class: ["The class", "班级"],
  join_link: ["The link to join", "加入链接"],
  join_link_what: ["Whoever opens it gets a cloud of their own.", "打开它的人会得到自己的云。"],
  standing: ["Where everybody stands", "学习进度"],
  place: ["Place", "位置"],
  tasks: ["Tasks", "任务"],
  whole: ["Lessons done", "完成课数"],
  calls: ["Calls", "调用次数"],
  quiet: ["Quiet for", "空闲"],
  reset_all: ["Start anew for all", "全部重新开始"],
  yes: ["Start anew", "重新开始"],
  no: ["Leave it", "取消"],
  gone: [
    "The course does not answer. It may have ended; this page tries again.",
    "课程服务没有响应，可能已经结束；本页会继续重试。",
  ],
};

/** What the course refuses with and a learner sees, in Chinese. */
const REFUSED = {
  "the class is full": "班级已满",
  "a name has 1 to 40 characters": "姓名为 1 到 40 个字符",
};

let language = "en";

/** A text of the page in its language. */
export const text = (name) => TEXTS[name][language === "zh" ? 1 : 0];
/** One of two texts. */
export const pick = (english, chinese) => (language === "zh" ? chinese : english);
export const element = (id) => document.getElementById(id);

/** Puts the page into a language. */
export function speak(code) {
  language = code;
  document.documentElement.lang = code === "zh" ? "zh-CN" : "en";
  for (const one of document.querySelectorAll("[data-text]")) coded(one, text(one.dataset.text));
  element("language").value = code;
  document.title = `acslab · ${document.querySelector("h1").textContent}`;
}

/** The language that the browser asks for. */
export const preferred = () => (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

/** Shows a text in which code stands between backticks; what can be typed is a button that puts it where it is typed. */
export function coded(into, shown, type) {
  into.replaceChildren(
    // A line of its own, set in, is code as well.
    ...shown.replace(/^( {4})((?:call|policy|aliyun) [^`\n]*)$/gm, "$1`$2`").split("`").map((piece, index) => {
      if (index % 2 === 0) return document.createTextNode(piece);
      const typed = type && /^(call|policy|aliyun) /.test(piece);
      const code = document.createElement(typed ? "button" : "code");
      if (typed) {
        code.type = "button";
        code.className = "code";
        code.addEventListener("click", () => type(piece));
      }
      code.textContent = piece;
      return code;
    }),
  );
}

/** The last part of the page's own address: what its link proves. */
export const token = () => location.pathname.split("/").filter(Boolean).at(-1);

/** Asks the course; what it refuses is thrown with what it says. */
export async function ask(path, method = "GET", body = undefined, raw = false) {
  let answer;
  try {
    answer = await fetch(`/_acslab/course/${path}`, {
      method,
      body: body === undefined ? undefined : raw ? body : JSON.stringify(body),
      headers: body === undefined || raw ? {} : { "content-type": "application/json" },
    });
  } catch {
    throw new Error(text("gone"));
  }
  const value = await answer.json();
  if (!answer.ok) throw new Error(REFUSED[value.error] ? pick(value.error, REFUSED[value.error]) : value.error);
  return value;
}

/** Does something, and says what went wrong. */
export async function attempt(act) {
  try {
    await act();
    element("error").textContent = "";
    return true;
  } catch (error) {
    element("error").textContent = error.message;
    return false;
  }
}
