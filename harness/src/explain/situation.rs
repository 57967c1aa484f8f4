//! The call to OSS that a text around an error tells: a request by its address, a command of ossutil.

use percent_encoding::percent_decode_str;

use super::refusal::Refusal;
use super::resource::{bucket_of, of_object};
use crate::import::{Command, lines, words};

/// Operations on a part of a bucket or an object that a request names without a value: what is behind `Get`, `Put` or `Delete`, the
/// bucket's and the object's.
const PARTS: &[(&str, &str, &str)] = &[
    ("acl", "BucketAcl", "ObjectAcl"),
    ("tagging", "BucketTagging", "ObjectTagging"),
    ("policy", "BucketPolicy", ""),
    ("cors", "BucketCors", ""),
    ("lifecycle", "BucketLifecycle", ""),
    ("logging", "BucketLogging", ""),
    ("referer", "BucketReferer", ""),
    ("versioning", "BucketVersioning", ""),
    ("website", "BucketWebsite", ""),
    ("encryption", "BucketEncryption", ""),
    ("bucketInfo", "BucketInfo", ""),
    ("location", "BucketLocation", ""),
];

/// What the first line tells that is such a call.
pub(super) fn told(text: &str) -> Refusal {
    lines(text).iter().find_map(|line| command(line).or_else(|| request(line))).unwrap_or_default()
}

/// `ossutil ls oss://photos/2026/`, also as `aliyun oss ls`.
fn command(line: &str) -> Option<Refusal> {
    let (verb, named) = Command::of_line(line)?.of_oss?;
    let address = |at: usize| {
        let rest = named.get(at)?.strip_prefix("oss://")?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        Some((bucket.to_owned(), key.to_owned()))
    };
    let first = (0..named.len()).find_map(address);
    let of_key = |object: &'static str, bucket: &'static str| {
        let key = first.as_ref().is_some_and(|(_, key)| !key.is_empty());
        if key { object } else { bucket }
    };
    let action = match verb.as_str() {
        "ls" | "du" if first.is_none() => "ListBuckets",
        "ls" | "du" => "ListObjects",
        "cat" => "GetObject",
        "cp" | "sync" if address(0).is_some() => "GetObject",
        "cp" | "sync" | "appendfromfile" => "PutObject",
        "rm" => "DeleteObject",
        "mb" => "PutBucket",
        "rb" => "DeleteBucket",
        "stat" => of_key("GetObject", "GetBucketInfo"),
        "set-acl" => of_key("PutObjectAcl", "PutBucketAcl"),
        "restore" => "RestoreObject",
        _ => return None,
    };
    Some(Refusal {
        action: Some(format!("oss:{action}")),
        resource: first.map(|(bucket, key)| of_object(&bucket, &key)),
        ..Refusal::default()
    })
}

/// `PUT http://photos.oss-cn-hangzhou.aliyuncs.com/a.jpg`, `curl -X PUT 'https://…'`.
fn request(line: &str) -> Option<Refusal> {
    let words = words(line);
    let address = words.iter().find(|word| word.starts_with("http://") || word.starts_with("https://"))?;
    let (scheme, rest) = address.split_once("://")?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, key) = path.split_once('/').unwrap_or((path, ""));
    let bucket = bucket_of(host)?;
    let key = percent_decode_str(key).decode_utf8_lossy().into_owned();
    let curl = words.iter().any(|word| word.rsplit(['/', '$', '>']).next() == Some("curl"));
    let method = if curl { of_curl(&words) } else { plain(&words)? };
    let parameters: Vec<(&str, String)> = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (name, percent_decode_str(value).decode_utf8_lossy().into_owned()))
        .collect();
    let parameter = |wanted: &str| parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let signed = ["Signature", "x-oss-signature"].iter().any(|name| parameter(name).is_some());
    let header = line.to_ascii_lowercase().contains("authorization");
    let action = action(method, &key, |part| parameter(part).is_some());
    let mut conditions = vec![("acs:SecureTransport".to_owned(), vec![(scheme == "https").to_string()])];
    if action.as_deref() == Some("oss:ListObjects") {
        for (name, condition) in [("prefix", "oss:Prefix"), ("delimiter", "oss:Delimiter")] {
            let value = parameter(name).map(|(_, value)| value.clone());
            conditions.extend(value.map(|value| (condition.to_owned(), vec![value])));
        }
    }
    Some(Refusal {
        action,
        resource: Some(of_object(&bucket, &key)),
        conditions,
        signed: if signed || header { Some(true) } else { curl.then_some(false) },
        ..Refusal::default()
    })
}

/// What a method asks for; of a part where the request names one.
fn action(method: &str, key: &str, names: impl Fn(&str) -> bool) -> Option<String> {
    let verb = match method {
        "GET" | "HEAD" => "Get",
        "PUT" | "POST" => "Put",
        "DELETE" => "Delete",
        _ => return None,
    };
    if let Some((_, of_bucket, of_object)) = PARTS.iter().find(|(part, ..)| names(part)) {
        let part = if key.is_empty() { of_bucket } else { of_object };
        return (!part.is_empty()).then(|| format!("oss:{verb}{part}"));
    }
    Some(match (key.is_empty(), method) {
        (true, "GET") => "oss:ListObjects".to_owned(),
        (true, "PUT" | "DELETE") => format!("oss:{verb}Bucket"),
        (true, _) => return None,
        (false, _) => format!("oss:{verb}Object"),
    })
}

/// The method before an address: `PUT http://…`, perhaps behind a label.
fn plain(words: &[String]) -> Option<&'static str> {
    let at = words.iter().position(|word| word.starts_with("http"))?;
    let before = words.get(at.checked_sub(1)?)?;
    METHODS.iter().find(|method| **method == before.trim_start_matches(['"', '\''])).copied()
}

const METHODS: [&str; 5] = ["GET", "HEAD", "PUT", "POST", "DELETE"];

fn of_curl(words: &[String]) -> &'static str {
    let behind = |options: [&str; 2]| {
        let at = words.iter().position(|word| options.contains(&word.as_str()))?;
        words.get(at + 1)
    };
    let has = |options: &[&str]| words.iter().any(|word| options.contains(&word.as_str()));
    let named = behind(["-X", "--request"]).and_then(|named| METHODS.iter().find(|method| *method == named));
    match named {
        Some(named) => named,
        None if has(&["-I", "--head"]) => "HEAD",
        None if has(&["-T", "--upload-file"]) => "PUT",
        None if has(&["-d", "--data", "--data-binary", "-F", "--form"]) => "POST",
        None => "GET",
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn what_a_line_calls() {
        for (line, action, resource) in [
            ("$ ossutil ls oss://photos/2026/ --mode EcsRamRole", "oss:ListObjects", "photos/2026/"),
            ("aliyun oss cp a.txt oss://photos/a.txt", "oss:PutObject", "photos/a.txt"),
            ("ossutil64 cp oss://photos/a.txt .", "oss:GetObject", "photos/a.txt"),
            (
                "ossutil cp -e oss-cn-hangzhou.aliyuncs.com -j 10 a.txt oss://photos/a.txt",
                "oss:PutObject",
                "photos/a.txt",
            ),
            ("./ossutilmac64 cp --recursive a oss://photos/a --include '*.txt'", "oss:PutObject", "photos/a"),
            ("aliyun --profile prod oss ls oss://photos", "oss:ListObjects", "photos"),
            ("ossutil cp \\\n  --force \\\n  oss://photos/a.txt .", "oss:GetObject", "photos/a.txt"),
            ("curl -X PUT `\n -T a \\\n 'https://photos.oss-cn-hangzhou.aliyuncs.com/a'", "oss:PutObject", "photos/a"),
            ("ossutil stat oss://photos", "oss:GetBucketInfo", "photos"),
            ("curl -X PUT -T a 'https://photos.oss-cn-hangzhou.aliyuncs.com/a%20b'", "oss:PutObject", "photos/a b"),
            ("curl -I https://photos.oss-cn-hangzhou.aliyuncs.com/a", "oss:GetObject", "photos/a"),
            ("PUT http://photos.oss-cn-hangzhou.aliyuncs.com/a?acl", "oss:PutObjectAcl", "photos/a"),
            ("GET https://photos.oss-cn-hangzhou.aliyuncs.com/?prefix=a%2F", "oss:ListObjects", "photos"),
        ] {
            let call = told(line);
            let resource = format!("acs:oss:*:*:{resource}");
            assert_eq!((call.action.as_deref(), call.resource), (Some(action), Some(resource)), "{line}");
        }
        for line in
            ["see https://photos.oss-cn-hangzhou.aliyuncs.com/a", "GET https://ecs.aliyuncs.com/", "ls oss://b", ""]
        {
            assert_eq!(told(line).action, None, "{line}");
        }
    }

    #[test]
    fn what_a_request_says_of_itself() {
        let call = told("GET http://photos.oss-cn-hangzhou.aliyuncs.com/?list-type=2&prefix=2026%2F");
        let said: Vec<_> = call.conditions.iter().map(|(key, values)| (key.as_str(), values[0].as_str())).collect();
        assert_eq!(said, [("acs:SecureTransport", "false"), ("oss:Prefix", "2026/")]);
        let signed = |line: &str| told(line).signed;
        let address = "https://photos.oss-cn-hangzhou.aliyuncs.com/a";
        assert_eq!(signed(&format!("curl '{address}?OSSAccessKeyId=x&Signature=y'")), Some(true));
        assert_eq!(signed(&format!("curl {address}")), Some(false));
        assert_eq!(signed(&format!("GET {address}")), None);
    }
}
