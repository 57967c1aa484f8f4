//! What a learner asks for besides going through the lesson: calls, who is who, why something was refused, what a policy says.

use std::io;
use std::sync::Arc;

use acslab_emulator::Entry;

use super::called::{self, Called};
use super::desk::Desk;
use super::typed::{Typed, Word, read};
use super::{explain, task};
use crate::client::Key;
use crate::page::Page;
use crate::runner::Done;
use crate::scenario::{Caller, Language};

/// So many of the last calls, of whatever client, are looked at.
const LOOKED_AT: usize = 100;

impl Desk {
    pub(super) fn make(&mut self, called: Result<Called, String>) -> io::Result<String> {
        let Called { act, note } = match called {
            Ok(called) => called,
            Err(why) => return Ok(why),
        };
        let language = self.language;
        if let Some(why) = self.keyless(&act.caller) {
            return Ok(why);
        }
        self.calls += 1;
        let done = self.stage.call(&act);
        let mut page = Page::default();
        page.line(0, self.told(&done));
        let kept = self.keep(&act.caller, &done);
        note.into_iter().chain(kept).for_each(|line| page.line(0, line));
        if done.answer.as_ref().is_some_and(|answer| !answer.is_success()) {
            let refused = done.entry.as_ref().and_then(|entry| self.refused(entry));
            page.line(
                0,
                match refused.as_deref().and_then(explain::refusal) {
                    Some(decided) => explain::short(decided, language),
                    None => explain::otherwise(done.entry.as_deref(), language),
                },
            );
        }
        let told = self.look()?;
        if !told.is_empty() {
            page.line(0, "");
            page.line(0, told);
        }
        Ok(page.into_text().trim_end().to_owned())
    }

    pub(super) fn be(&mut self, words: &[Word]) -> String {
        let who: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        match called::read_caller(&who.join(" "), &self.around()) {
            Ok(caller) => {
                if let Some(why) = self.keyless(&caller) {
                    return why;
                }
                self.caller = caller;
                let who = self.caller();
                self.language.pick(format!("You call as {who} from now on."), format!("从现在起以 {who} 的身份调用。"))
            }
            Err(why) => why,
        }
    }

    /// What is said to somebody who would call without a key.
    fn keyless(&self, caller: &Caller) -> Option<String> {
        let Caller::Named { name, .. } = caller else { return None };
        self.stage.key(caller).is_none().then(|| self.language.pick(
            format!("No access key of `{name}` is known here. A RAM user gets one with `call Ram.CreateAccessKey UserName={name}`, a session with `call Sts.AssumeRole …`."),
            format!("这里没有 `{name}` 的访问密钥。RAM 用户用 `call Ram.CreateAccessKey UserName={name}` 创建，会话用 `call Sts.AssumeRole …` 获取。"),
        ))
    }

    pub(super) fn who(&self) -> String {
        let language = self.language;
        let mut page = Page::default();
        page.line(0, language.pick("Known by a key here:", "这里已知密钥的身份："));
        self.stage.callers().into_iter().for_each(|caller| page.line(1, caller));
        let endpoint = self.stage.endpoint();
        page.line(
            0,
            language.pick(
                format!("Your cloud answers other clients of the machine where the course runs at {endpoint}, with the owner's key:"),
                format!("在运行课程的那台机器上，其他客户端可以访问你的云：{endpoint}，使用主账号的密钥："),
            ),
        );
        if let Some(key) = self.stage.key(&Caller::Owner(self.stage.account().to_owned())) {
            page.line(1, format_args!("ALIBABA_CLOUD_ACCESS_KEY_ID={}", key.id));
            page.line(1, format_args!("ALIBABA_CLOUD_ACCESS_KEY_SECRET={}", key.secret.expose()));
        }
        page.into_text().trim_end().to_owned()
    }

    pub(super) fn why(&self) -> String {
        let language = self.language;
        let mut calls = self.stage.decisions(LOOKED_AT).into_iter().filter(|entry| entry.cause.is_none());
        let last = calls.find_map(|entry| match self.refused(&entry) {
            None if entry.status != 403 => None,
            refused => Some((entry, refused)),
        });
        let Some((entry, refused)) = last else {
            return language
                .pick("No policy has refused anything yet.", "到目前为止没有任何策略拒绝过请求。")
                .to_owned();
        };
        if let Some(decided) = refused.as_deref().and_then(explain::refusal) {
            return explain::full(decided, language).trim_end().to_owned();
        }
        let (product, name) = (&entry.operation.product.name, &entry.operation.name);
        let why = explain::otherwise(Some(&entry), language);
        language.pick(format!("`{product}.{name}`: {why}"), format!("`{product}.{name}`：{why}"))
    }

    /// What a policy refused in a call that failed: the call itself, or one that a service made for it.
    fn refused(&self, entry: &Arc<Entry>) -> Option<Arc<Entry>> {
        let failed = |entry: &Arc<Entry>| entry.status >= 400 && explain::refusal(entry).is_some();
        if entry.status < 400 || failed(entry) {
            return Some(Arc::clone(entry)).filter(failed);
        }
        let inner = |other: &Arc<Entry>| other.cause.as_ref() == Some(&entry.request_id) && failed(other);
        self.stage.decisions(LOOKED_AT).into_iter().find(inner)
    }

    /// `policy NAME`, and `policy NAME > FILE`.
    pub(super) fn policy(&mut self, words: &[Word]) -> io::Result<String> {
        let language = self.language;
        let words: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        let (name, file) = match words.as_slice() {
            [name] => (*name, None),
            [name, ">", file] => (*name, Some(*file)),
            _ => {
                return Ok(language
                    .pick(
                        "Write `policy NAME`, or `policy NAME > FILE`.",
                        "请写 `policy 策略名`，或 `policy 策略名 > 文件`。",
                    )
                    .to_owned());
            }
        };
        for kind in ["Custom", "System"] {
            let line = format!("Ram.GetPolicy PolicyType={kind} PolicyName='{name}' as owner");
            let Typed::Words(words) = read(&line) else { break };
            let Ok(Called { act, .. }) = called::call(&words, &self.around()) else { break };
            let done = self.stage.call(&act);
            let found =
                done.answer.as_ref().and_then(|answer| answer.fields.pointer("/DefaultPolicyVersion/PolicyDocument"));
            let Some(document) = found.and_then(serde_json::Value::as_str) else { continue };
            let pretty = serde_json::from_str::<serde_json::Value>(document)
                .map_or_else(|_| document.to_owned(), |value| format!("{value:#}"));
            return Ok(match file {
                None => pretty,
                Some(file) => match self.files.write(file, &pretty) {
                    Ok(()) => language.pick(format!("Written to `{file}`."), format!("已写入 `{file}`。")),
                    Err(why) => {
                        language.pick(format!("Cannot write `{file}`: {why}."), format!("无法写入 `{file}`：{why}。"))
                    }
                },
            });
        }
        Ok(language.pick(format!("There is no policy `{name}`."), format!("没有策略 `{name}`。")))
    }

    /// Keeps the key that an answer holds, and says under which name.
    pub(super) fn keep(&mut self, caller: &Caller, done: &Done) -> Option<String> {
        let fields = &done.answer.as_ref().filter(|answer| answer.is_success())?.fields;
        let key = Key::in_answer(fields)?;
        let account = match caller {
            Caller::Owner(account) | Caller::Named { account, .. } => account.clone(),
            Caller::Anonymous => self.stage.account().to_owned(),
        };
        let given =
            |name: &str| done.parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
        // A session is known by its role's name, unless somebody has that name.
        let name = match given("RoleArn") {
            Some(arn) => arn.rsplit('/').next()?.to_owned(),
            None => given("UserName")?.to_owned(),
        };
        let caller = Caller::Named { name, account };
        let shown = self.lesson.display_caller(&caller);
        self.stage.keep_key(caller, key);
        Some(self.language.pick(
            format!("The key is kept: `as {shown}` calls with it."),
            format!("密钥已保存：用 `as {shown}` 以该身份调用。"),
        ))
    }

    pub(super) fn told(&self, done: &Done) -> String {
        let what = task::what(&done.what, self.language);
        let Some(answer) = &done.answer else {
            let why = done.differences.first().map(|difference| difference.found.clone()).unwrap_or_default();
            return self.language.pick(format!("{what}: no answer, {why}"), format!("{what}：没有响应，{why}"));
        };
        let shown = crate::words::visible(&answer.readable());
        format!("{what}: {}\n{shown}", task::outcome(answer)).trim_end().to_owned()
    }
}

/// The commands, wherever the learner is.
pub(super) fn help(language: Language) -> &'static str {
    language.pick(
        "\
call Product.Operation NAME=VALUE … as WHO   make a call; JSON may stand as it is, or in quotes; @FILE is a file's text
aliyun ram CreateUser --UserName alice       the same as the CLI has it; --profile is who calls
as WHO        call as somebody from now on: owner, alice, alice of partner, anonymous
next          go on (an empty line does the same where there is no task)
task          read again what is asked
check         what of the task holds
hint          help, a step at a time
solve         see one way
why           why the last refusal was a refusal
policy NAME   the text of a policy; `policy NAME > FILE` writes it
who           who is known by a key, and how other clients reach your cloud
reset         start the lesson anew
lessons       the lessons; `lesson 3` turns to one",
        "\
call 产品.接口 参数=值 … as 调用者            发起调用；JSON 可直接写或加引号；@文件 表示文件内容
aliyun ram CreateUser --UserName alice       与命令行工具写法相同；--profile 指定调用者
as 调用者      之后以该身份调用：owner、alice、alice of partner、anonymous
next          继续（没有任务时直接回车也可以）
task          重新查看任务
check         检查任务哪些已成立
hint          逐步提示
solve         演示一种做法
why           解释最近一次拒绝的原因
policy 名称    查看策略内容；`policy 名称 > 文件` 写入文件
who           已知密钥的身份，以及其他客户端如何访问你的云
reset         重新开始本课
lessons       课程列表；`lesson 3` 进入某一课",
    )
}
