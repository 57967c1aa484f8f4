//! Policies from files and from the cloud's own catalogue, a set for each layer.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use acslab_emulator::{Acl, SystemPolicies, SystemPolicyError, granted_by_acl};
use acslab_policy::{
    Attachment, Dialect, Document, DocumentKind, Fault, Layers, PolicyRef, PolicySet, PolicyType, ResourceLayer,
};
use miette::{Diagnostic, LabeledSpan};

use crate::source::Source;

/// Why policies cannot be used.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum PolicyError {
    /// The file cannot be read.
    #[error("cannot read `{path}`: {why}")]
    #[diagnostic(help("name a file with a policy in JSON"))]
    Unreadable {
        /// The file.
        path: String,
        /// Why not.
        why: String,
    },
    /// The document is not a policy of the kind asked for.
    #[error("`{path}` is not a policy")]
    Malformed {
        /// The file.
        path: String,
        /// Every fault, with its place.
        faults: Vec<Misfit>,
    },
    /// No system policy of that name is known.
    #[error("no system policy is called `{name}`")]
    NoSuchSystemPolicy {
        /// The name asked for.
        name: String,
        /// Asks for one that is spelt much like it, or says what to do.
        #[help]
        help: String,
    },
    /// The system policy has no such version.
    #[error(transparent)]
    SystemPolicy(#[from] SystemPolicyError),
}

/// A fault of a policy document in its file.
#[derive(Debug)]
pub struct Misfit {
    fault: Fault,
    source: Source,
}

impl Misfit {
    /// The file.
    pub fn source(&self) -> &Source {
        &self.source
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fault.message)
    }
}

impl std::error::Error for Misfit {}

impl Diagnostic for Misfit {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.fault.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label =
            self.fault.expected.as_ref().map_or_else(|| "here".to_owned(), |expected| format!("expected {expected}"));
        let span = self.fault.span.start as usize..self.fault.span.end as usize;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(Some(label), span))))
    }
}

/// The policies in force for a simulated request, layer by layer.
#[derive(Debug, Default)]
pub struct Policies {
    control: Vec<PolicySet>,
    session: Option<PolicySet>,
    identity: Vec<(PolicyRef, Arc<Document>)>,
    identity_set: PolicySet,
    resource_group: Option<PolicySet>,
    bucket: Option<PolicySet>,
    trust: Option<PolicySet>,
}

impl Policies {
    /// Adds an identity policy from a file.
    pub fn identity(&mut self, path: &Path) -> Result<(), PolicyError> {
        self.identity.push(load(path, DocumentKind::Identity, Attachment::None)?);
        self.identity_set = PolicySet::compile(self.identity.iter().cloned());
        Ok(())
    }

    /// Adds a system policy by its name, in the version in force or in another one: `AliyunKMSCryptoUserAccess@v1`.
    pub fn system(&mut self, named: &str) -> Result<(), PolicyError> {
        let mut system = SystemPolicies::shipped();
        let (name, version) = match named.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (named, None),
        };
        if let Some(version) = version
            && system.get(name).is_some()
        {
            system = Arc::new(system.moved(name, version)?);
        }
        let policy = system.get(name).ok_or_else(|| PolicyError::NoSuchSystemPolicy {
            name: name.to_owned(),
            help: match crate::words::nearest(name, system.iter().map(|policy| policy.name.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "acslab does not know it, though the cloud may have it: name a file with its document instead, \
                         which `aliyun ram GetPolicy` shows"
                        .to_owned()
                }
            },
        })?;
        let reference = PolicyRef {
            name: policy.name.as_str().into(),
            kind: PolicyType::System,
            version: Some(policy.default_version.as_str().into()),
            attached: Attachment::None,
        };
        self.identity.push((reference, policy.document()));
        self.identity_set = PolicySet::compile(self.identity.iter().cloned());
        Ok(())
    }

    /// The identity policies attached for the resource's resource group.
    pub fn resource_group(&mut self, paths: &[PathBuf]) -> Result<(), PolicyError> {
        self.resource_group = set(paths, DocumentKind::Identity, &Attachment::None)?;
        Ok(())
    }

    /// The session policy.
    pub fn session(&mut self, paths: &[PathBuf]) -> Result<(), PolicyError> {
        self.session = set(paths, DocumentKind::Session, &Attachment::Session)?;
        Ok(())
    }

    /// A control policy each for a node: the account first, then its folders up to the root.
    pub fn control(&mut self, paths: &[PathBuf]) -> Result<(), PolicyError> {
        for path in paths {
            let node = load(path, DocumentKind::Control, Attachment::Target(path.display().to_string().into()))?;
            self.control.push(PolicySet::compile([node]));
        }
        Ok(())
    }

    /// What the bucket of the resource grants and denies by itself: by its policy, and by the ACL that counts. Where public access is
    /// blocked, what is public of it counts for nothing.
    pub fn bucket(&mut self, paths: &[PathBuf], acl: Option<Acl>, blocked: bool) -> Result<(), PolicyError> {
        let loaded = paths.iter().map(|path| load(path, DocumentKind::Bucket, Attachment::None));
        let mut all = loaded.collect::<Result<Vec<_>, _>>()?;
        if let Some((acl, document)) = acl.and_then(|acl| Some((acl, granted_by_acl(acl)?))) {
            let name = format!("ACL {}", acl.as_str()).into();
            let reference = PolicyRef { name, kind: PolicyType::Fixed, version: None, attached: Attachment::None };
            all.push((reference, document));
        }
        let counts = |(reference, document): (PolicyRef, Arc<Document>)| {
            let document = if blocked { Arc::new(document.with_public_access_blocked()) } else { document };
            (reference, document)
        };
        self.bucket = (!all.is_empty()).then(|| PolicySet::compile(all.into_iter().map(counts)));
        Ok(())
    }

    /// The trust policy of the role that is assumed.
    pub fn trust(&mut self, paths: &[PathBuf]) -> Result<(), PolicyError> {
        self.trust = set(paths, DocumentKind::Trust, &Attachment::None)?;
        Ok(())
    }

    /// The layers, for the engine.
    pub fn layers(&self) -> Layers<'_> {
        Layers {
            control: &self.control,
            session: self.session.as_ref(),
            identity_resource_group: self.resource_group.as_ref(),
            resource: match (&self.trust, &self.bucket) {
                (Some(trust), _) => ResourceLayer::Trust(trust),
                (None, Some(bucket)) => ResourceLayer::Grants(bucket),
                (None, None) => ResourceLayer::None,
            },
            ..Layers::new(&self.identity_set)
        }
    }
}

/// The identity policies that a text names: a file, all `.json` files of a folder, or `system:NAME`, perhaps with `@VERSION`.
pub fn policy_set(named: &str) -> Result<PolicySet, PolicyError> {
    let mut policies = Policies::default();
    if let Some(name) = named.strip_prefix("system:") {
        policies.system(name)?;
        return Ok(policies.identity_set);
    }
    let path = Path::new(named);
    if !path.is_dir() {
        policies.identity(path)?;
        return Ok(policies.identity_set);
    }
    let unreadable = |error: &std::io::Error| PolicyError::Unreadable {
        path: named.to_owned(),
        why: crate::words::io_reason(error),
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| unreadable(&error))? {
        files.push(entry.map_err(|error| unreadable(&error))?.path());
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    if files.is_empty() {
        return Err(PolicyError::Unreadable {
            path: named.to_owned(),
            why: "the folder has no `.json` files".to_owned(),
        });
    }
    for file in &files {
        policies.identity(file)?;
    }
    Ok(policies.identity_set)
}

fn set(paths: &[PathBuf], kind: DocumentKind, attached: &Attachment) -> Result<Option<PolicySet>, PolicyError> {
    if paths.is_empty() {
        return Ok(None);
    }
    let loaded = paths.iter().map(|path| load(path, kind, attached.clone())).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(PolicySet::compile(loaded)))
}

fn load(path: &Path, kind: DocumentKind, attached: Attachment) -> Result<(PolicyRef, Arc<Document>), PolicyError> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| PolicyError::Unreadable { path: name.clone(), why: crate::words::io_reason(&error) })?;
    let source = Source::new(path, text);
    // What the cloud refuses only when a policy is saved must not keep somebody from asking what a stored one does.
    let document =
        Document::parse_with(kind, source.text(), &Dialect::STORED).map_err(|malformed| PolicyError::Malformed {
            path: name.clone(),
            faults: malformed
                .faults()
                .iter()
                .map(|fault| Misfit { fault: fault.clone(), source: source.clone() })
                .collect(),
        })?;
    let reference = PolicyRef { name: name.into(), kind: PolicyType::Inline, version: None, attached };
    Ok((reference, Arc::new(document)))
}
