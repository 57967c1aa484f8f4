//! A call that a learner types: `call Ram.GetUser UserName=alice as owner`, or as the CLI has it, `aliyun ram GetUser --UserName alice`.

use std::collections::BTreeSet;

use super::files::Files;
use super::typed::Word;
use crate::catalogue::{self, Lookup, Operation, Style};
use crate::scenario::{Account, Act, Argument, Call, Caller, Language};

/// A call, read.
#[derive(Debug)]
pub(super) struct Called {
    pub(super) act: Act,
    /// What is odd in it, for the learner.
    pub(super) note: Option<String>,
}

/// What reading a call needs to know.
#[derive(Debug)]
pub(super) struct Around<'a> {
    pub(super) language: Language,
    /// Who calls where the line names nobody.
    pub(super) caller: &'a Caller,
    /// The accounts, the default one first.
    pub(super) accounts: &'a [Account],
    pub(super) files: &'a Files,
}

/// Reads `call Product.Operation NAME=VALUE … as WHO`. The error is for the learner.
pub(super) fn call(words: &[Word], around: &Around<'_>) -> Result<Called, String> {
    let language = around.language;
    let Some((name, rest)) = words.split_first() else {
        return Err(language
            .pick(
                "Write `call Product.Operation NAME=VALUE … as WHO`.",
                "请写成 `call 产品.接口 参数=值 … as 调用者`。",
            )
            .to_owned());
    };
    let operation = find(&name.text, language)?;
    let mut caller = around.caller.clone();
    let mut given = Vec::new();
    let mut rest = rest.iter();
    while let Some(word) = rest.next() {
        if !word.quoted && word.text == "as" {
            let who: Vec<_> = rest.by_ref().map(|word| word.text.as_str()).collect();
            caller = read_caller(&who.join(" "), around)?;
        } else if let Some((name, value)) = word.text.split_once('=') {
            given.push((name.to_owned(), value.to_owned(), word.quoted));
        } else {
            let word = &word.text;
            return Err(language.pick(
                format!("`{word}` is no parameter: write NAME=VALUE."),
                format!("`{word}` 不是参数，请写成 参数=值。"),
            ));
        }
    }
    finish(operation, given, caller, around)
}

/// Options of the CLI that say where and how, and nothing that the cloud is asked.
const OPTIONS: &[&str] = &["region", "endpoint", "version", "insecure", "force", "secure", "profile", "method"];
/// Those that stand alone.
const BARE: &[&str] = &["insecure", "force", "secure"];

/// What the commands of ossutil call, which is what `aliyun oss` is.
const OSSUTIL: &[(&str, &str)] = &[
    ("ls", "`call Oss.GetService`, `call Oss.GetBucket Bucket=BUCKET`"),
    ("mb", "`call Oss.PutBucket Bucket=BUCKET`"),
    ("rb", "`call Oss.DeleteBucket Bucket=BUCKET`"),
    ("cp", "`call Oss.PutObject Bucket=BUCKET Key=KEY Body=TEXT`, `call Oss.GetObject Bucket=BUCKET Key=KEY`"),
    ("cat", "`call Oss.GetObject Bucket=BUCKET Key=KEY`"),
    ("rm", "`call Oss.DeleteObject Bucket=BUCKET Key=KEY`"),
    ("stat", "`call Oss.GetBucketInfo Bucket=BUCKET`, `call Oss.HeadObject Bucket=BUCKET Key=KEY`"),
];

fn ossutil(command: &str, language: Language) -> String {
    let calls = OSSUTIL.iter().find(|(known, _)| *known == command).map(|(_, calls)| *calls);
    let calls = calls.unwrap_or("`call Oss.OPERATION Bucket=BUCKET`");
    language.pick(
        format!("`aliyun oss` is ossutil, with commands of its own. Here its calls are typed: {calls}."),
        format!("`aliyun oss` 就是 ossutil，有自己的命令。这里请直接写它发出的调用：{calls}。"),
    )
}

/// Reads `aliyun PRODUCT OPERATION --NAME VALUE …`.
pub(super) fn aliyun(words: &[Word], around: &Around<'_>) -> Result<Called, String> {
    let language = around.language;
    let (Some(product), Some(operation)) = (words.first(), words.get(1)) else {
        return Err(language
            .pick("Write `aliyun PRODUCT OPERATION --NAME VALUE …`.", "请写成 `aliyun 产品 接口 --参数 值 …`。")
            .to_owned());
    };
    let found = find(&format!("{}.{}", product.text, operation.text), language);
    let operation =
        found.map_err(|why| if product.text == "oss" { ossutil(&operation.text, language) } else { why })?;
    let mut caller = around.caller.clone();
    let mut given = Vec::new();
    let mut rest = words.iter().skip(2);
    while let Some(word) = rest.next() {
        if !word.quoted && word.text == "as" {
            let who: Vec<_> = rest.by_ref().map(|word| word.text.as_str()).collect();
            caller = read_caller(&who.join(" "), around)?;
            continue;
        }
        let Some(option) = word.text.strip_prefix("--") else {
            let word = &word.text;
            return Err(language.pick(
                format!("`{word}` is no option: write --NAME VALUE."),
                format!("`{word}` 不是选项，请写成 --参数 值。"),
            ));
        };
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, Some((value.to_owned(), word.quoted))),
            None if BARE.contains(&option) => (option, None),
            None => (option, rest.next().map(|value| (value.text.clone(), value.quoted))),
        };
        match (name, value) {
            ("profile", Some((who, _))) => caller = read_caller(&who, around)?,
            (name, _) if OPTIONS.contains(&name) => {}
            (name, Some((value, quoted))) => given.push((name.to_owned(), value, quoted)),
            (name, None) => {
                return Err(language.pick(format!("`--{name}` has no value."), format!("`--{name}` 缺少值。")));
            }
        }
    }
    finish(operation, given, caller, around)
}

/// Somebody: `owner`, `alice`, `alice of partner`, `anonymous`.
pub(super) fn read_caller(text: &str, around: &Around<'_>) -> Result<Caller, String> {
    let language = around.language;
    let (name, account) = match text.split_once(" of ") {
        Some((name, account)) => (name.trim(), Some(account.trim())),
        None => (text.trim(), None),
    };
    let owned = around.accounts.iter().find(|known| known.owner.as_deref() == Some(name));
    let account = account.or(owned.map(|known| known.alias.as_str()));
    let default = around.accounts.first().map_or("", |account| account.alias.as_str());
    let account = account.unwrap_or(default);
    let well_formed = !name.is_empty() && !name.contains(' ');
    if !well_formed || !around.accounts.iter().any(|known| known.alias == account) {
        let accounts: Vec<_> = around.accounts.iter().map(|account| account.alias.as_str()).collect();
        let accounts = accounts.join(", ");
        return Err(language.pick(
            format!("`as {text}` names nobody: write `as owner`, `as alice` or `as anonymous`, and `of ACCOUNT` where there are several accounts ({accounts})."),
            format!("`as {text}` 没有指明调用者：请写 `as owner`、`as alice` 或 `as anonymous`；有多个账号时加 `of 账号`（{accounts}）。"),
        ));
    }
    Ok(match name {
        "anonymous" => Caller::Anonymous,
        "owner" => Caller::Owner(account.to_owned()),
        _ if owned.is_some_and(|known| known.alias == account) => Caller::Owner(account.to_owned()),
        name => Caller::Named { name: name.to_owned(), account: account.to_owned() },
    })
}

/// The operation of a name, whose product may be in any letter case.
fn find(text: &str, language: Language) -> Result<&'static Operation, String> {
    let (name, version) = match text.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (text, None),
    };
    let Some((product, operation)) = name.split_once('.') else {
        return Err(language.pick(
            format!("`{text}` is no operation: write the product, a dot and the operation, such as `Ram.CreateUser`."),
            format!("`{text}` 不是接口：请写 产品.接口，例如 `Ram.CreateUser`。"),
        ));
    };
    let spelt = catalogue::native().map(|known| &*known.product.name).find(|known| known.eq_ignore_ascii_case(product));
    let product = spelt.unwrap_or(product);
    match catalogue::find(product, operation, version) {
        Lookup::Found(operation) => Ok(operation),
        Lookup::NoProduct { choices } => {
            let near = choices.near.map(|near| meant(&near, language)).unwrap_or_default();
            Err(language
                .pick(format!("There is no product `{product}`.{near}"), format!("没有产品 `{product}`。{near}")))
        }
        Lookup::NoOperation { near } => {
            let near = near.map(|near| meant(&format!("{product}.{near}"), language));
            let near = near.unwrap_or_else(|| beginning(product, operation, language));
            Err(language.pick(
                format!("{product} has no operation `{operation}`.{near}"),
                format!("{product} 没有接口 `{operation}`。{near}"),
            ))
        }
        Lookup::NoVersion { versions } => {
            let forms = versions.join(", ");
            Err(language.pick(
                format!("It has no such version; it has {forms}."),
                format!("该接口没有这个版本，现有版本：{forms}。"),
            ))
        }
        Lookup::Versions(versions) => {
            let forms: Vec<_> = versions.iter().map(|version| format!("`{name}@{version}`")).collect();
            let forms = forms.join(", ");
            Err(language.pick(
                format!("There are several versions of it; write one of {forms}."),
                format!("该接口有多个版本，请写其中之一：{forms}。"),
            ))
        }
    }
}

/// So many operations are named that begin as it was written.
const NAMED: usize = 4;

/// What begins with a name that is not whole.
fn beginning(product: &str, written: &str, language: Language) -> String {
    let start = written.to_ascii_lowercase();
    let of_product = catalogue::native().filter(|row| row.product.name == product);
    let begins = of_product.map(|row| &*row.name).filter(|name| name.to_ascii_lowercase().starts_with(&start));
    let names: BTreeSet<&str> = begins.collect();
    if start.is_empty() || names.is_empty() {
        return String::new();
    }
    let named: Vec<_> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > NAMED { language.pick(" and others", "等") } else { "" };
    language
        .pick(format!(" {}{more} begin so.", named.join(", ")), format!("以它开头的有 {}{more}。", named.join("、")))
}

fn meant(near: &str, language: Language) -> String {
    language.pick(format!(" Did you mean `{near}`?"), format!("是不是 `{near}`？"))
}

fn finish(
    operation: &'static Operation,
    given: Vec<(String, String, bool)>,
    caller: Caller,
    around: &Around<'_>,
) -> Result<Called, String> {
    let language = around.language;
    for needed in catalogue::address_parameters(operation) {
        if !given.iter().any(|(name, ..)| name == needed) {
            let full = catalogue::full_name(operation);
            return Err(language.pick(
                format!("{full} needs {needed}: it is in the address of the request."),
                format!("{full} 需要参数 {needed}：它是请求地址的一部分。"),
            ));
        }
    }
    let known = catalogue::parameters(operation);
    let free = |given: &[(String, String, bool)]| {
        let others = known.iter().copied().filter(|known| given.iter().all(|(name, ..)| name != known));
        others.collect::<Vec<_>>()
    };
    let mut unknown = given.iter().filter(|(name, ..)| !known.contains(&name.as_str()));
    let slip = unknown.find_map(|(name, ..)| Some((name, crate::words::slip(name, free(&given))?)));
    let note = slip.map(|(name, near)| {
        language.pick(
            format!("{} has no parameter `{name}`. Did you mean `{near}`?", operation.name),
            format!("{} 没有参数 `{name}`，是不是 `{near}`？", operation.name),
        )
    });
    let mut parameters = Vec::new();
    for (name, value, quoted) in given {
        let value = match value.strip_prefix('@') {
            Some(file) => around.files.read(file).map_err(|why| {
                language
                    .pick(format!("cannot read `{file}`: {why}"), format!("无法读取 `{file}`：文件不存在或无法打开。"))
            })?,
            None => value,
        };
        parameters.push((name, argument(value, quoted, operation.product.style)));
    }
    Ok(Called { act: Act::calling(caller, Call::plain(operation, parameters)), note })
}

/// A value as the product takes it: JSON where it speaks JSON or XML, else the text as it was typed.
fn argument(text: String, quoted: bool, style: Style) -> Argument {
    if style == Style::Rpc {
        return Argument::text(text);
    }
    let structured = text.trim_start().starts_with(['{', '[']);
    let plain = style != Style::Oss && !quoted && matches!(text.as_str(), "true" | "false");
    match serde_json::from_str(&text) {
        Ok(value) if structured || plain => Argument::Plain(value),
        _ => Argument::text(text),
    }
}
