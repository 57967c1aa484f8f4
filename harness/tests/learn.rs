//! The course: lessons gone through in a terminal and at a desk, by right tries and by wrong ones, in both languages.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use acslab::course::{Desk, Files, parts, shipped};
use acslab::scenario::Language;

/// What `acslab learn` says to these lines, and its exit code.
fn learn_in(folder: &Path, arguments: &[&str], lines: &str) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
    command.arg("learn").args(arguments).current_dir(folder).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    running.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = running.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

fn learn(arguments: &[&str], lines: &str) -> String {
    let (out, err, code) = learn_in(Path::new("."), arguments, lines);
    assert_eq!((err.as_str(), code), ("", 0), "{out}");
    out
}

/// The texts are there, in this order.
fn in_order(text: &str, wanted: &[&str]) {
    let mut rest = text;
    for one in wanted {
        let at = rest
            .find(one)
            .unwrap_or_else(|| panic!("`{one}` is not there, or not after what comes before it:\n{text}"));
        rest = &rest[at + one.len()..];
    }
}

const FIRST: &str = "\
next
next
check
call Ram.CreateUser UserName=alice
check
call Ram.CreateAccessKey UserName=alice
next
next
next
why
aliyun ram AttachPolicyToUser --PolicyType System --PolicyName AliyunRAMFullAccess --UserName alice
check
call Ram.DetachPolicyFromUser PolicyType=System PolicyName=AliyunRAMFullAccess UserName=alice
call Ram.AttachPolicyToUser PolicyType=System PolicyName=AliyunRAMReadOnlyAccess UserName=alice
as alice
Ram.ListUsers
next
next
";

#[test]
fn a_lesson_is_done_by_wrong_tries_and_then_by_right_ones() {
    let text = learn(&["--terminal", "1", "--lang", "en"], FIRST);
    in_order(
        &text,
        &[
            "Lesson 1 of 16: The account owner and RAM users (6 minutes)",
            "owner> next\nowner calls Sts.GetCallerIdentity: 200",
            "Task: Make a RAM user with the name alice",
            "The task is still open.",
            "Not yet: 0 of 2 hold.\nThere is no RAM user with the name alice yet.\n\
             Tried in a copy of your cloud: owner calls Ram.GetUser: 404 EntityNotExist.User.",
            "Not yet: 1 of 2 hold.\nAlice has no access key.",
            "The key is kept: `as alice` calls with it.",
            "Done: all that the task asks for holds.",
            "alice calls Ram.ListUsers: 403 NoPermission",
            "owner> why\nNothing allows `ram:ListUsers` on `acs:ram:*:1234567890123456:user/*`.",
            "The least that would allow it:\n  add to the policies of the caller\n    {\"Effect\":\"Allow\",\"Action\":\"ram:ListUsers\"",
            // Too much is told at once, and by what it is allowed.
            "Somebody may do more now than look at RAM.",
            "Compared with before, `alice` may now `",
            "by statement 1 of `AliyunRAMFullAccess`.",
            "Not yet: 1 of 2 hold.\nSomebody may do more now than look at RAM.",
            "Done: all that the task asks for holds.",
            "alice> Ram.ListUsers\nalice calls Ram.ListUsers: 200",
            "You did 2 of 2 tasks yourself.",
        ],
    );
}

#[test]
fn the_same_in_chinese() {
    let text = learn(&["--terminal", "1", "--lang", "zh"], FIRST);
    in_order(
        &text,
        &[
            "第 1 课（共 16 课）：阿里云账号与 RAM 用户（约 6 分钟）",
            "owner 调用 Sts.GetCallerIdentity: 200",
            "任务：创建一个名为 alice 的 RAM 用户",
            "任务还未完成。",
            "还没有完成：2 项中有 0 项成立。\n还没有名为 alice 的 RAM 用户。\n在你的云的副本中试过：owner 调用 Ram.GetUser，结果 404 EntityNotExist.User。",
            "alice 没有访问密钥。",
            "完成：任务要求的全部成立。",
            "没有任何策略允许对 `acs:ram:*:1234567890123456:user/*` 执行 `ram:ListUsers`。",
            "能允许它的最小改动：",
            "现在有人能做的不只是查看 RAM，超出了要求。",
            "依据是策略 `AliyunRAMFullAccess` 的第 1 条语句。",
            "2 个任务中你独立完成了 2 个。",
        ],
    );
}

#[test]
fn the_language_is_that_of_the_environment() {
    let list = |variable: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
        let output = command.args(["learn", "--list"]).env_clear().env("LANG", variable).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let (english, chinese) = (list("en_US.UTF-8"), list("zh_CN.UTF-8"));
    assert_eq!((english.lines().count(), chinese.lines().count()), (16, 16));
    assert!(english.starts_with("  1  The account owner and RAM users (6 min)\n"), "{english}");
    assert!(chinese.starts_with("  1  阿里云账号与 RAM 用户 (6 分钟)\n"), "{chinese}");
}

#[test]
fn what_a_learner_mistypes_is_told_and_nothing_is_called() {
    let lines = "\
call
call Ram
call Ram.CreatUser UserName=alice
call Rom.CreateUser UserName=alice
call ram.GetUser alice
call Ram.GetUser UserName=alice as alice of nobody
call Ram.GetUser UserName=alice as alice
call Oss.GetObject Bucket=b
call Ram.CreateUser UserNam=alice
call Ram.CreatePolicy PolicyName=p PolicyDocument=@no-such-file
aliyun ram GetUser UserName alice
policy
policy Nothing
dance
lesson 70
help
";
    let text = learn(&["--terminal", "1", "--lang", "en"], lines);
    in_order(
        &text,
        &[
            "Write `call Product.Operation NAME=VALUE … as WHO`.",
            "`Ram` is no operation",
            "Ram has no operation `CreatUser`. Did you mean `Ram.CreateUser`?",
            "There is no product `Rom`. Did you mean `Ram`?",
            "`alice` is no parameter: write NAME=VALUE.",
            "`as alice of nobody` names nobody",
            "No access key of `alice` is known here.",
            "Oss.GetObject needs Key: it is in the address of the request.",
            // The cloud is asked all the same: it may know what the tables do not.
            "owner calls Ram.CreateUser: 400",
            "CreateUser has no parameter `UserNam`. Did you mean `UserName`?",
            "cannot read `no-such-file`: there is no such file",
            "`UserName` is no option: write --NAME VALUE.",
            "Write `policy NAME`, or `policy NAME > FILE`.",
            "There is no policy `Nothing`.",
            "There is no command `dance`. `help` lists them.",
            "There are lessons 1 to 16.",
            "call Product.Operation NAME=VALUE",
        ],
    );
}

#[test]
fn a_policy_is_written_into_a_file_edited_and_read_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "policy AliyunRAMReadOnlyAccess > look.json\n";
    let (text, ..) = learn_in(folder.path(), &["--terminal", "1"], lines);
    in_order(&text, &["Written to `look.json`."]);
    let document = std::fs::read_to_string(folder.path().join("look.json")).unwrap();
    assert!(document.contains("\"ram:List*\""), "{document}");
    let lines = "call Ram.CreatePolicy PolicyName=look PolicyDocument=@look.json\npolicy look\n\
                 call Ram.CreatePolicy PolicyName=typed PolicyDocument='{\n\"Version\": \"1\",\n\"Statement\": []}'\n";
    let (text, ..) = learn_in(folder.path(), &["--terminal", "1"], lines);
    in_order(&text, &["owner calls Ram.CreatePolicy: 200", "\"ram:List*\"", "… ", "400 MalformedPolicyDocument"]);
}

fn desk(lesson: usize, language: Language) -> Desk {
    let lessons = shipped().unwrap();
    Desk::open(Arc::clone(&lessons[lesson]), language, 1, Files::Desk(BTreeMap::new())).unwrap()
}

/// In whichever language, each lesson can be seen to its end by its own solutions, and shows then what it says that it shows.
#[test]
fn every_lesson_goes_to_its_end_by_its_solutions() {
    for number in 0..shipped().unwrap().len() {
        // In Chinese the hints are followed instead.
        for language in [Language::En] {
            let mut desk = desk(number, language);
            let mut said = String::new();
            while !desk.is_over() {
                assert!(!desk.page().is_empty());
                // What a call is given by one that comes with it is not known before.
                assert!(!desk.has_open_task() || !desk.page().contains("${"), "{}", desk.page());
                if desk.has_open_task() {
                    said += &desk.enter("solve").unwrap();
                    assert!(!desk.has_open_task(), "{said}");
                }
                said += &desk.enter("next").unwrap();
            }
            let elsewhere = language.pick("not what the lesson expects", "不是本课预期");
            assert!(!said.contains(elsewhere), "{said}");
            let progress = desk.progress();
            assert_eq!((progress.done.len(), progress.shown.len()), (0, progress.tasks), "{said}");
        }
    }
}

/// Tasks whose last hints leave something to be filled in.
const NOT_TO_BE_COPIED: &[&str] =
    &["the-key-has-leaked", "a-new-key", "a-group", "attach-the-custom-policy", "no-new-users", "deploy"];

/// Who follows the hints gets there, in either language.
#[test]
fn the_hints_lead_to_the_end_of_every_task() {
    for (number, lesson) in shipped().unwrap().iter().enumerate() {
        for language in Language::ALL {
            let mut desk = desk(number, language);
            for part in parts(lesson) {
                let Some(task) = part.task else {
                    desk.enter("next").unwrap();
                    continue;
                };
                while desk.hints().len() < task.hints.len() {
                    desk.enter("hint").unwrap();
                }
                let hints = desk.hints();
                let mut said = hints.join("\n");
                if NOT_TO_BE_COPIED.contains(&&*task.name) {
                    desk.enter("solve").unwrap();
                } else {
                    let last = hints.last().unwrap();
                    let calls = last.split('`').skip(1).step_by(2).filter(|code| code.starts_with("call "));
                    for call in calls {
                        said += &desk.enter(call).unwrap();
                    }
                }
                assert!(!desk.has_open_task(), "{} {}: {said}", lesson.name, task.name);
                desk.enter("next").unwrap();
            }
            assert!(desk.is_over());
        }
    }
}

#[test]
fn a_desk_starts_anew_in_a_new_cloud() {
    let mut desk = desk(0, Language::En);
    desk.enter("next").unwrap();
    desk.enter("call Ram.CreateUser UserName=alice").unwrap();
    desk.enter("call Ram.CreateAccessKey UserName=alice").unwrap();
    assert_eq!(desk.progress().done, ["make-alice"]);
    desk.enter("reset").unwrap();
    assert_eq!((desk.progress().done.len(), desk.progress().at), (0, 1));
    assert!(desk.enter("call Ram.GetUser UserName=alice").unwrap().contains("404 EntityNotExist.User"));
}

/// A browser's learner has no business on the disk.
#[test]
fn files_beside_a_desk_are_no_files_of_the_disk() {
    let mut desk = desk(0, Language::En);
    let said = desk.enter("call Ram.CreatePolicy PolicyName=p PolicyDocument=@/etc/hostname").unwrap();
    assert!(said.contains("there is no such file"), "{said}");
    let said = desk.enter("policy AliyunRAMReadOnlyAccess > ../x").unwrap();
    assert!(said.contains("Cannot write"), "{said}");
    let said = desk.enter("policy AliyunRAMReadOnlyAccess > look.json").unwrap();
    assert!(said.contains("Written"), "{said}");
    assert!(desk.enter("call Ram.CreatePolicy PolicyName=p PolicyDocument=@look.json").unwrap().contains(": 200"));
}

/// A lesson of one's own, in one language, as docs/course.md shows it.
fn own() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/course.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("```yaml\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

fn folder_with(lesson: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.yaml");
    std::fs::write(&path, lesson).unwrap();
    (folder, path)
}

#[test]
fn a_lesson_of_ones_own_is_one_file() {
    let (folder, _) = folder_with(&own());
    let lines = "next\nsolve\nnext\n";
    let (text, err, code) = learn_in(folder.path(), &["--terminal", "mine.yaml", "--lang", "zh"], lines);
    assert_eq!((err.as_str(), code), ("", 0));
    // It is in English only.
    in_order(&text, &["第 1 课（共 1 课）：", "bucket"]);
}

/// What `acslab run` says of a lesson that has rotted, at its task.
fn rotten(from: &str, to: &str) -> String {
    let lesson = own();
    assert!(lesson.contains(from), "{from}");
    let (folder, _) = folder_with(&lesson.replace(from, to));
    let mut command = Command::new(env!("CARGO_BIN_EXE_acslab"));
    let output =
        command.args(["run", "--accept", "mine.yaml"]).current_dir(folder.path()).env_clear().output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_lesson_that_has_rotted_fails_its_replay() {
    // The solution does not solve.
    let text =
        rotten("Bucket: diary-2026}, expect: success}\n    tries", "Bucket: diary-2027}, expect: success}\n    tries");
    in_order(&text, &["a-bucket, `it-is-there`", "expected success"]);
    // A wrong try is none any more.
    let text = rotten("Bucket: diary}, expect: success}", "Bucket: diary-2026}, expect: success}");
    in_order(&text, &["expected `it-is-there` not to hold after the try `without-the-year`", "everything holds"]);
    // Nothing is left to do.
    let text = rotten(
        "  - task: a-bucket",
        "  - {as: owner, call: Oss.PutBucket, with: {Bucket: diary-2026}, expect: success}\n  - task: a-bucket",
    );
    in_order(&text, &["expected something left to do", "all that it asks for holds already"]);
}

#[test]
fn a_number_is_where_the_course_begins() {
    let text = learn(&["--terminal", "5", "--lang", "en"], "lessons\nlesson 7\nlesson 17\n");
    in_order(&text, &["Lesson 5 of 16: Deny wins", "  1  ", " 16  ", "Lesson 7 of 16: ", "There are lessons 1 to 16."]);
    let text = learn(&["--terminal", "16", "--lang", "zh"], "next\n");
    in_order(&text, &["第 16 课（共 16 课）"]);
    // Named with others it is one of those alone.
    let text = learn(&["--terminal", "5", "6", "--lang", "en"], "");
    in_order(&text, &["Lesson 1 of 2: Deny wins"]);
}

#[test]
fn a_call_that_is_refused_inside_the_cloud_is_explained_by_what_refused() {
    let lines = "next\nnext\nnext\nsolve\nnext\nnext\ncheck\n";
    let text = learn(&["--terminal", "16", "--lang", "en"], lines);
    in_order(&text, &["bob calls eas.CreateService: 403", "`ram:CreateServiceLinkedRole`"]);
    assert!(!text.contains("`eas:CreateService` is allowed by statement"), "{text}");
}

#[test]
fn what_is_no_lesson_is_said() {
    let scenario = "title: A\nstory: B\nsteps:\n  - {as: owner, call: Ram.ListUsers, expect: success}\n";
    let (folder, _) = folder_with(scenario);
    let (_, err, code) = learn_in(folder.path(), &["--terminal", "mine.yaml"], "");
    assert_eq!(code, 2);
    in_order(&err, &["error: `mine.yaml` is a scenario and no lesson", "docs/course.md"]);
    let (_, err, code) = learn_in(folder.path(), &["--terminal", "nothing"], "");
    assert_eq!(code, 2);
    in_order(&err, &["error: no lesson is called `nothing`"]);
    let (_, err, code) = learn_in(folder.path(), &["--terminal", "other.yaml"], "");
    assert_eq!(code, 2);
    in_order(&err, &["error: cannot read `other.yaml`"]);
    let (folder, _) = folder_with("title: A\n");
    let (_, err, code) = learn_in(folder.path(), &["--terminal", "mine.yaml"], "");
    assert_eq!(code, 2);
    in_order(&err, &["a scenario lacks `story`", "2 mistakes in the lesson"]);
}

/// Of two calls that fail each is explained by itself, and not by an older refusal of somebody else.
#[test]
fn a_call_is_explained_by_what_came_of_it() {
    let lesson = "\
title: A reader
story: Somebody is refused, and somebody else fails otherwise.
lesson:
  minutes: 1
  title: {en: A reader}
  aim: {en: You see why.}
given:
  users: [pia]
  buckets: {press-files-of-us: {objects: {a.txt: news}}}
steps:
  - {prose: {en: Pia may read nothing yet.}, as: pia, call: Oss.GetObject, with: {Bucket: press-files-of-us, Key: a.txt}, expect: denied}
  - {prose: {en: The end.}, as: owner, call: Sts.GetCallerIdentity, expect: success}
";
    let (folder, _) = folder_with(lesson);
    let lines = "next\nwhy\ncall Oss.PutBucketAcl Bucket=press-files-of-us x-oss-acl=public-read\nwhy\n\
                 call Sts.AssumeRole RoleArn=acs:ram::1234567890123456:role/nope RoleSessionName=sess\nwhy\nquit\n";
    for (language, blocked, coded) in [
        ("en", "Block Public Access refuses `oss:PutBucketAcl`", "No policy refused it"),
        ("zh", "阻止公共访问拒绝了", "不是权限策略拒绝的"),
    ] {
        let (text, err, code) = learn_in(folder.path(), &["--terminal", "mine.yaml", "--lang", language], lines);
        assert_eq!((err.as_str(), code), ("", 0));
        let why = "> why\n";
        in_order(
            &text,
            &[
                why,
                "`oss:GetObject`",
                "Put public bucket acl is not allowed",
                blocked,
                why,
                blocked,
                "Roles may not",
                coded,
                why,
                coded,
            ],
        );
        let (_, after) = text.split_once("Put public bucket acl").unwrap();
        assert!(!after.contains("oss:GetObject"), "{after}");
    }
}
