//! The operation that a text around an error names, and the action that it asks for: a request's address, what tools write of a call
//! that failed, the frames of an SDK in a trace.

use acslab_policy::catalogue::Catalogue;

use crate::catalogue::{has_operation, of_products};
use crate::words::beginning;

/// How much of a text is looked at.
const FURTHEST: usize = 64 << 10;

/// How far before a version the name of an SDK begins.
const NEAR: usize = 128;

/// The action of the operation that is named; the product is told beside it, or by the host that answered.
pub(super) fn action(text: &str, host: Option<&str>) -> Option<String> {
    let text = beginning(text, FURTHEST);
    let product = recommended(text).or_else(|| host.and_then(code));
    let named = addressed(text).into_iter().chain(text.lines().flat_map(in_frame)).chain(dotted(text));
    let mut told =
        named.chain(product.into_iter().flat_map(|product| failed(text).map(move |name| (product.clone(), name))));
    told.find_map(|(product, name)| asked(&product, name))
}

/// The RAM code by which the actions of a host's product begin, as far as the host tells it: `ecs-cn-hangzhou.aliyuncs.com`.
pub(super) fn code(host: &str) -> Option<String> {
    let first = host.trim_start_matches("https://").trim_start_matches("http://").strip_suffix(".aliyuncs.com")?;
    let first = first.split('.').next()?;
    let known = |name: &&str| Catalogue::published().has_code(name);
    // The longest that is one: `r-kvstore`, `sts-vpc`, `ecs-cn-hangzhou`.
    let ends = first.match_indices('-').map(|(at, _)| at).rev();
    let mut names = std::iter::once(first.len()).chain(ends).filter_map(|end| first.get(..end));
    names.find(known).map(str::to_owned)
}

/// The action that an operation of a product asks for first.
fn asked(product: &str, name: &str) -> Option<String> {
    let name = plain(name);
    if name.len() < 4 || !has_operation(product, &name) {
        return None;
    }
    let operation = of_products(&[product.to_owned()]).find(|operation| operation.name.eq_ignore_ascii_case(&name))?;
    let action = operation.access.checks().first()?.names().next().map(|(action, _)| action.to_owned());
    action.filter(|action| action.contains(':') && !action.contains('{'))
}

/// An operation's name without what an SDK makes of it: `describe_instances_with_options`, `getObjectAsync`.
fn plain(name: &str) -> String {
    let folded = name.replace('_', "").to_ascii_lowercase();
    let ends = ["withoptionsasync", "withoptions", "async"];
    ends.iter().find_map(|end| folded.strip_suffix(end)).unwrap_or(&folded).to_owned()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// `product=Ecs` in the address of a page that helps.
fn recommended(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("&product=").or_else(|| text.split_once("\\u0026product="))?;
    let name = rest.split(|c: char| !is_word(c) && c != '-').next().unwrap_or_default();
    (!name.is_empty()).then(|| name.to_owned())
}

/// `https://ecs.aliyuncs.com/?…&Action=DescribeInstances&…`
fn addressed(text: &str) -> Vec<(String, &str)> {
    let (mut found, mut rest) = (Vec::new(), text);
    // What is within an address begins none.
    while let Some((_, behind)) = rest.split_once("://") {
        let end = behind.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`')).unwrap_or(behind.len());
        let (address, more) = behind.split_at(end);
        found.extend(of_address(address));
        rest = more;
    }
    found
}

fn of_address(address: &str) -> Option<(String, &str)> {
    let (host, query) = address.split_once('?')?;
    let name = query.split(['&', '?']).find_map(|pair| pair.strip_prefix("Action="))?;
    let host = host.split(['/', ':']).next()?;
    Some((code(host)?, name.split(|c: char| !is_word(c)).next()?))
}

/// The operations in a line of a trace that names an SDK's package, with the version of its API behind the product's name.
fn in_frame(line: &str) -> Vec<(String, &str)> {
    let words = || line.split(|c: char| !is_word(c)).filter(|word| !word.is_empty());
    let of_oss = OF_OSS.iter().any(|sdk| line.contains(sdk));
    let product = if of_oss { Some("Oss".to_owned()) } else { package(line) };
    product.map_or_else(Vec::new, |product| words().map(|word| (product.clone(), word)).collect())
}

/// What stands in a frame of OSS's SDKs, of which none has a version in its name.
const OF_OSS: &[&str] =
    &["com.aliyun.oss.", "oss2/api.py", "oss2\\api.py", "OSS\\OssClient->", "ali-oss/lib/", "ali-oss\\lib\\"];

/// `com.aliyun.ecs20140526.Client`, `alibabacloud_r_kvstore20150101/client.py`, `alibabacloud-go/ecs-20140526/v4`.
fn package(line: &str) -> Option<String> {
    let mut digits = line.match_indices("20").map(|(at, _)| at);
    digits.find_map(|at| {
        let version = line.get(at..at + 8).filter(|version| version.bytes().all(|byte| byte.is_ascii_digit()));
        let before = line.get(..at).filter(|_| version.is_some())?;
        let near = before.ceil_char_boundary(before.len().saturating_sub(NEAR));
        let before = before.get(near..)?.trim_end_matches(['-', '_']);
        let start = before.rfind(|c: char| !(is_word(c) || c == '-')).map_or(0, |at| at + 1);
        let name = before.get(start..)?;
        let name = name.strip_prefix("alibabacloud_").or_else(|| name.strip_prefix("aliyunsdk")).unwrap_or(name);
        let sdk = ["aliyun", "alibabacloud", "alicloud"].iter().any(|of| before.contains(of));
        (sdk && !name.is_empty()).then(|| name.replace('_', "-"))
    })
}

/// `sdk request 'slb.UploadServerCertificate'`
fn dotted(text: &str) -> impl Iterator<Item = (String, &str)> {
    let words = text.split(|c: char| !(is_word(c) || c == '.' || c == '-'));
    words.filter_map(|word| {
        let (product, name) = word.trim_matches('.').split_once('.')?;
        let named = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_word);
        (named && !product.is_empty()).then(|| (product.to_owned(), name))
    })
}

/// What tools write of a call that failed, Terraform first.
fn failed(text: &str) -> impl Iterator<Item = &str> {
    const BEFORE: &[&str] = &["API: ", "Operation: ", "operation: ", "Action: ", "action: "];
    const BEHIND: &[&str] = &[" Failed!!!", " \nFailed!!!", "\nFailed!!!", " got a error", " got an error", " failed"];
    let behind = BEHIND.iter().flat_map(|words| text.match_indices(words)).filter_map(|(at, _)| {
        let before = text.get(..at)?.trim_end();
        before.get(before.rfind(|c: char| !is_word(c)).map_or(0, |at| at + 1)..)
    });
    let before = BEFORE.iter().flat_map(|label| text.match_indices(label).map(|(at, _)| at + label.len()));
    let before = before.filter_map(|at| text.get(at..)?.split(|c: char| !is_word(c)).next());
    behind.chain(before)
}

#[cfg(test)]
mod tests {
    use super::{action, code};
    use crate::explain::linear::is_linear;

    #[test]
    fn an_operation_around_an_error_tells_the_action() {
        let ecs = Some("ecs.ap-northeast-1.aliyuncs.com");
        for (text, host, expected) in [
            ("* alicloud_disk.a: CreateDisk got a error: &common.Error{…}", ecs, "ecs:CreateDisk"),
            ("service_alicloud_ecs.go:100: Resource i-1 StopInstance Failed!!! [SDK …]", ecs, "ecs:StopInstance"),
            ("Resource alicloud_instance RunInstances \nFailed!!!", ecs, "ecs:RunInstances"),
            (
                "[SDKError API: DeleteInstance Request Id: x]",
                Some("ecs-cn-hangzhou.aliyuncs.com"),
                "ecs:DeleteInstance",
            ),
            (
                "DescribeInstances failed, see https://api.aliyun.com/troubleshoot?q=x&product=Ecs",
                None,
                "ecs:DescribeInstances",
            ),
            ("sdk request 'slb.UploadServerCertificate'", None, "slb:UploadServerCertificate"),
            (
                "GET https://alidns.aliyuncs.com/?Format=JSON&Action=DescribeDomainRecords&DomainName=a.com",
                None,
                "alidns:DescribeDomainRecords",
            ),
            (
                r#"File "/x/alibabacloud_ecs20140526/client.py", line 8, in describe_instances_with_options"#,
                None,
                "ecs:DescribeInstances",
            ),
            ("at com.aliyun.ecs20140526.Client.runInstancesWithOptions(Client.java:7)", None, "ecs:RunInstances"),
            ("github.com/alibabacloud-go/ecs-20140526/v4/client.(*Client).StopInstance(0xc)", None, "ecs:StopInstance"),
            ("at com.aliyun.oss.OSSClient.putObject(OSSClient.java:629)", None, "oss:PutObject"),
            (r#"File "/usr/lib/python3/site-packages/oss2/api.py", line 5, in put_object"#, None, "oss:PutObject"),
            (r"#2 /app/Up.php(44): OSS\OssClient->putObject('photos', 'a.jpg', '...')", None, "oss:PutObject"),
            (
                "at async Client.put (/app/node_modules/ali-oss/lib/common/object/putObject.js:40:18) {",
                None,
                "oss:PutObject",
            ),
        ] {
            assert_eq!(action(text, host).as_deref(), Some(expected), "{text}");
        }
        for (text, host) in [
            ("SDK.ServerError", ecs),
            ("the build failed", ecs),
            ("CreateDisk got a error", None),
            ("at com.example.Client.putObject(Client.java:1)", None),
            ("see example.com/20200101/StopInstance", None),
            ("the upload failed at 20240101", Some("oss-cn-hangzhou.aliyuncs.com")),
        ] {
            assert_eq!(action(text, host), None, "{text}");
        }
    }

    #[test]
    fn a_text_without_an_end_is_read_in_one_go() {
        for part in ["://", "://a?", "20260101", "aliyun20260101 ", "a.B ", " failed", "API: ", "oss2/api.py x "] {
            is_linear(part, 500, |times| drop(action(&part.repeat(times), Some("ecs.aliyuncs.com"))));
        }
    }

    #[test]
    fn a_host_tells_the_code_of_its_actions() {
        for (host, expected) in [
            ("ecs.aliyuncs.com", Some("ecs")),
            ("ecs-cn-hangzhou.aliyuncs.com", Some("ecs")),
            ("sts-vpc.cn-hangzhou.aliyuncs.com", Some("sts")),
            ("alidns.aliyuncs.com", Some("alidns")),
            ("photos.oss-cn-hangzhou.aliyuncs.com", None),
            ("example.com", None),
        ] {
            assert_eq!(code(host).as_deref(), expected, "{host}");
        }
    }
}
