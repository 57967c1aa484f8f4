//! Resources: `acs:<service>:<region>:<account>:<relative-id>`, and the patterns that name them.

use crate::dialect::{Dialect, ResourceCase};
use crate::glob::{self, Shape};
use crate::reason::Reason;

/// The ARN of one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arn {
    text: Box<str>,
    /// Where the first four colons are.
    colons: [usize; 4],
    /// From which byte of the relative id on letter case is disregarded: the name of a RAM role.
    folds_from: Option<usize>,
}

impl Arn {
    /// Reads an ARN. `None` unless there are five fields and the first is `acs`.
    pub fn parse(text: &str) -> Option<Self> {
        let colons = first_colons(text)?;
        if colons.first() != Some(&3) || !text.starts_with("acs") {
            return None;
        }
        let mut arn = Self { text: text.into(), colons, folds_from: None };
        if arn.service() == "ram" && arn.relative_id().starts_with(ROLE) {
            arn.folds_from = Some(ROLE.len());
        }
        Some(arn)
    }

    /// The ARN as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The service's RAM code.
    pub fn service(&self) -> &str {
        field(&self.text, &self.colons, 1)
    }

    /// The region; empty or `*` where a service is global.
    pub fn region(&self) -> &str {
        field(&self.text, &self.colons, 2)
    }

    /// The account that owns the resource; `system` for the system policies.
    pub fn account(&self) -> &str {
        field(&self.text, &self.colons, 3)
    }

    /// Everything after the fourth colon.
    pub fn relative_id(&self) -> &str {
        field(&self.text, &self.colons, 4)
    }
}

const ROLE: &str = "role/";

fn first_colons(text: &str) -> Option<[usize; 4]> {
    let mut colons = text.bytes().enumerate().filter(|&(_, b)| b == b':').map(|(at, _)| at);
    Some([colons.next()?, colons.next()?, colons.next()?, colons.next()?])
}

fn field<'t>(text: &'t str, colons: &[usize; 4], index: usize) -> &'t str {
    let start = match index.checked_sub(1) {
        None => 0,
        Some(before) => colons.get(before).map_or(0, |at| at + 1),
    };
    let end = colons.get(index).copied().unwrap_or(text.len());
    text.get(start..end).unwrap_or_default()
}

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// The operation has no resource-level authorization: it checks `*`.
    All,
    /// One resource, or the collection form of one that is about to exist.
    Arn(Arn),
}

impl Resource {
    /// Reads `*` or an ARN.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "*" { Some(Self::All) } else { Arn::parse(text).map(Self::Arn) }
    }

    /// The resource as written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::All => "*",
            Self::Arn(arn) => arn.as_str(),
        }
    }

    /// The account that owns it. `None` for `*`, for the cloud's own resources (owner `system`), and where the ARN
    /// leaves the account open: such a resource counts as the caller's own.
    pub fn owner(&self) -> Option<&str> {
        match self {
            Self::All => None,
            Self::Arn(arn) => Some(arn.account()).filter(|account| !matches!(*account, "" | "*" | "system")),
        }
    }
}

/// A pattern over resources: `*`, or an ARN with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePattern {
    text: Box<str>,
    form: Form,
    fold_roles: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    /// `*` alone.
    All,
    /// Five fields, matched one by one.
    Fields { bounds: [u32; 4], shapes: [Shape; 5] },
    /// Fewer than five: matched as one text.
    Short(Shape),
}

impl ResourcePattern {
    /// Reads a pattern. `Err` says what is wrong with it.
    pub(crate) fn parse(text: &str, dialect: &Dialect) -> Result<Self, &'static str> {
        if text.contains(char::is_control) {
            return Err("a control character in a resource");
        }
        let whole = Shape::of(text);
        let fold_roles = dialect.resource_case == ResourceCase::SensitiveButRoles;
        let form = if whole == Shape::Any {
            Form::All
        } else if let Some(colons) = first_colons(text) {
            let shapes = [0, 1, 2, 3, 4].map(|index| Shape::of(field(text, &colons, index)));
            let first = field(text, &colons, 0);
            if !glob::matches(first, Shape::of(first), "acs") {
                return Err("a resource that is not an ARN");
            }
            Form::Fields { bounds: colons.map(|at| u32::try_from(at).unwrap_or(u32::MAX)), shapes }
        } else {
            let start = whole.literal_start(text);
            let len = start.len().min(4);
            if start.get(..len) != "acs:".get(..len) || (whole == Shape::Literal && start.len() < 4) {
                return Err("a resource that is not an ARN");
            }
            if !dialect.short_resource_patterns {
                return Err("an ARN with fewer than five fields");
            }
            Form::Short(whole)
        };
        Ok(Self { text: text.into(), form, fold_roles })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it covers every resource.
    pub fn is_any(&self) -> bool {
        matches!(self.form, Form::All)
    }

    /// Whether it has fewer than five fields and is matched as one text.
    pub fn is_short(&self) -> bool {
        matches!(self.form, Form::Short(_))
    }

    fn field(&self, bounds: &[u32; 4], index: usize) -> &str {
        field(&self.text, &bounds.map(|at| at as usize), index)
    }

    /// Whether the pattern covers `resource`, and if not, why.
    pub fn test(&self, resource: &Resource) -> Result<(), Reason> {
        match (&self.form, resource) {
            (Form::All, _) => Ok(()),
            (Form::Fields { bounds, shapes }, Resource::All) => {
                // An operation on `*` is granted by stars in every field after the service; an empty field is a star.
                let open =
                    |index: usize| self.field(bounds, index).is_empty() || shapes.get(index) == Some(&Shape::Any);
                if (2..5).all(open) { Ok(()) } else { Err(Reason::NoSuchResource) }
            }
            (Form::Short(_), Resource::All) => Err(Reason::NoSuchResource),
            (Form::Fields { bounds, shapes }, Resource::Arn(arn)) => self.test_fields(bounds, shapes, arn),
            (Form::Short(shape), Resource::Arn(arn)) => {
                let fits = match arn.folds_from.filter(|_| self.fold_roles) {
                    Some(from) => {
                        let start = arn.text.len() - arn.relative_id().len();
                        glob::matches_folded(&self.text, *shape, &arn.text, start + from)
                    }
                    None => glob::matches(&self.text, *shape, &arn.text),
                };
                if fits { Ok(()) } else { Err(Reason::ResourceDiffers) }
            }
        }
    }

    fn test_fields(&self, bounds: &[u32; 4], shapes: &[Shape; 5], arn: &Arn) -> Result<(), Reason> {
        let [_, service, region, account, relative] = shapes;
        if !glob::matches(self.field(bounds, 1), *service, arn.service()) {
            return Err(Reason::ServiceDiffers);
        }
        let wanted = self.field(bounds, 2);
        if !wanted.is_empty()
            && !glob::matches(wanted, *region, if arn.region().is_empty() { "*" } else { arn.region() })
        {
            return Err(Reason::RegionDiffers);
        }
        // An empty account is that of the resource's owner, whoever that is.
        let wanted = self.field(bounds, 3);
        if !wanted.is_empty() && !glob::matches(wanted, *account, arn.account()) {
            return Err(Reason::OtherAccount);
        }
        let wanted = self.field(bounds, 4);
        let fits = match arn.folds_from.filter(|_| self.fold_roles) {
            Some(from) => glob::matches_folded(wanted, *relative, arn.relative_id(), from),
            None => glob::matches(wanted, *relative, arn.relative_id()),
        };
        if fits { Ok(()) } else { Err(Reason::ResourceDiffers) }
    }
}
