//! Places in OSS, as PAI writes them: `oss://bucket/folder/`, or with the endpoint behind the bucket's name.

use super::super::errors::invalid;
use crate::gateway::ApiError;

/// A folder in OSS: a bucket and a prefix that is empty or ends with `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Folder {
    pub(super) bucket: String,
    pub(super) prefix: String,
}

impl Folder {
    /// Reads `oss://bucket/folder/` and `oss://bucket.oss-cn-hangzhou.aliyuncs.com/folder/`; the last `/` may be left out.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("oss://")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        // A bucket's name has no dot, so whatever follows one is an endpoint.
        let bucket = host.split('.').next().filter(|bucket| !bucket.is_empty())?;
        let path = path.trim_end_matches('/');
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        Some(Self { bucket: bucket.to_owned(), prefix })
    }

    /// A folder in this one.
    pub(super) fn folder(&self, name: &str) -> Self {
        Self { bucket: self.bucket.clone(), prefix: format!("{}{name}/", self.prefix) }
    }

    /// The key of a file in this folder.
    pub(super) fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}

impl std::fmt::Display for Folder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "oss://{}/{}", self.bucket, self.prefix)
    }
}

/// A parameter that must name a folder.
pub(super) fn folder(name: &str, text: &str) -> Result<Folder, ApiError> {
    Folder::parse(text).ok_or_else(|| invalid(name, "it must be a folder in OSS, such as oss://bucket/folder/"))
}

pub(super) fn check(text: &str) -> Result<(), ApiError> {
    folder("WorkDir", text).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders() {
        let of = |text| Folder::parse(text).map(|folder| folder.to_string());
        assert_eq!(of("oss://b/work").as_deref(), Some("oss://b/work/"));
        assert_eq!(of("oss://b.oss-cn-hangzhou-internal.aliyuncs.com/a/b/").as_deref(), Some("oss://b/a/b/"));
        assert_eq!(of("oss://b").as_deref(), Some("oss://b/"));
        assert_eq!(of("oss:///work"), None);
        assert_eq!(of("b/work"), None);
        let work = Folder::parse("oss://b/work/").unwrap();
        assert_eq!(work.folder("chat").key("flow.dag.yaml"), "work/chat/flow.dag.yaml");
    }
}
