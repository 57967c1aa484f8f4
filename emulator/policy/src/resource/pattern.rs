//! Patterns over resources.

use super::arn::{Arn, Colons, ROLE, Resource};
use super::rows::{self, Row, Rows};
use crate::dialect::{Dialect, ResourceCase};
use crate::glob::{self, Shape, is_wildcard};
use crate::reason::Reason;

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
    Fields { colons: Colons, service: Shape, region: Shape, account: Shape, relative: Shape },
    /// Fewer than five: matched as one text.
    Short(Shape),
}

impl ResourcePattern {
    /// Reads a pattern. `Err` says what is wrong with it.
    pub(crate) fn parse(text: &str, dialect: &Dialect) -> Result<Self, &'static str> {
        if text.contains(char::is_control) {
            return Err("a resource with a control character");
        }
        let whole = Shape::of(text.as_bytes());
        let form = if whole == Shape::Any {
            Form::All
        } else if let Some(colons) = Colons::first_in(text) {
            let prefix = colons.field::<0>(text.as_bytes());
            if !glob::matches(prefix, Shape::of(prefix), b"acs") {
                return Err("not an ARN");
            }
            // An empty region is any region, an empty account that of the resource's owner, whoever that is.
            let open = |text: &[u8]| if text.is_empty() { Shape::Any } else { Shape::of(text) };
            Form::Fields {
                colons,
                service: Shape::of(colons.field::<1>(text.as_bytes())),
                region: open(colons.field::<2>(text.as_bytes())),
                account: open(colons.field::<3>(text.as_bytes())),
                relative: Shape::of(colons.field::<4>(text.as_bytes())),
            }
        } else if !could_begin_an_arn(text, whole) {
            return Err("not an ARN");
        } else if dialect.short_resource_patterns {
            Form::Short(whole)
        } else {
            return Err("an ARN with fewer than five fields");
        };
        Ok(Self { text: text.into(), form, fold_roles: dialect.resource_case == ResourceCase::SensitiveButRoles })
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

    /// Whether the pattern covers `resource`, and if not, why.
    #[inline]
    pub fn test(&self, resource: &Resource) -> Result<(), Reason> {
        match resource {
            _ if self.is_any() => Ok(()),
            Resource::Arn(arn) => self.test_arn(arn),
            Resource::All => self.test_all(),
        }
    }

    /// An operation on `*` is granted by stars in every field after the service; an empty field is a star.
    fn test_all(&self) -> Result<(), Reason> {
        match &self.form {
            Form::Fields { region: Shape::Any, account: Shape::Any, relative, .. }
                if *relative == Shape::Any || self.text.ends_with(':') =>
            {
                Ok(())
            }
            _ => Err(Reason::NoSuchResource),
        }
    }

    fn test_arn(&self, arn: &Arn) -> Result<(), Reason> {
        let folds = arn.is_role() && self.fold_roles;
        match self.form {
            Form::All => Ok(()),
            Form::Fields { colons, service, region, account, relative } => {
                if !self.field_fits::<1>(colons, service, arn) {
                    return Err(Reason::ServiceDiffers);
                }
                if !self.field_fits::<2>(colons, region, arn) && !self.fits_nowhere(colons, region, arn) {
                    return Err(Reason::RegionDiffers);
                }
                if !self.field_fits::<3>(colons, account, arn) {
                    return Err(Reason::OtherAccount);
                }
                let folds_from = folds.then_some(ROLE.len());
                covers(colons.field::<4>(self.text.as_bytes()), relative, arn.field::<4>(), folds_from)
            }
            Form::Short(shape) => {
                let start = arn.as_str().len() - arn.relative_id().len();
                let folds_from = folds.then_some(start + ROLE.len());
                covers(self.text.as_bytes(), shape, arn.as_str().as_bytes(), folds_from)
            }
        }
    }

    #[inline]
    fn field_fits<const INDEX: usize>(&self, colons: Colons, shape: Shape, arn: &Arn) -> bool {
        shape == Shape::Any || glob::matches(colons.field::<INDEX>(self.text.as_bytes()), shape, arn.field::<INDEX>())
    }

    /// A resource without a region is written with an empty one or with a star; both are the same.
    fn fits_nowhere(&self, colons: Colons, region: Shape, arn: &Arn) -> bool {
        arn.region().is_empty() && glob::matches(colons.field::<2>(self.text.as_bytes()), region, b"*")
    }

    /// The rows that stand in every relative id it covers: those of the pieces between its wildcards.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        let relative = match &self.form {
            Form::Fields { colons, .. } => colons.field::<4>(self.text.as_bytes()),
            Form::All | Form::Short(_) => b"*",
        };
        let pieces = relative.split(|&b| is_wildcard(b));
        let last = pieces.clone().count() - 1;
        pieces.enumerate().flat_map(move |(index, piece)| rows::of(piece, index == 0, index == last))
    }

    /// The summary of those rows.
    pub(crate) fn row_summary(&self) -> Rows {
        self.rows().collect()
    }
}

#[inline]
fn covers(pattern: &[u8], shape: Shape, text: &[u8], folds_from: Option<usize>) -> Result<(), Reason> {
    let fits = match folds_from {
        Some(from) => glob::matches_folded(pattern, shape, text, from),
        None => glob::matches(pattern, shape, text),
    };
    if fits { Ok(()) } else { Err(Reason::ResourceDiffers) }
}

/// Whether a pattern without five fields can cover anything: its literal start must be that of an ARN.
fn could_begin_an_arn(text: &str, shape: Shape) -> bool {
    const ARN: &str = "acs:";
    let start = shape.literal_start(text);
    start.starts_with(ARN) || (shape != Shape::Literal && ARN.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(pattern: &str, resource: &str) -> Result<(), Reason> {
        let pattern = ResourcePattern::parse(pattern, &Dialect::STANDARD).unwrap();
        pattern.test(&Resource::parse(resource).unwrap())
    }

    #[test]
    fn patterns() {
        use Reason::{NoSuchResource, OtherAccount, RegionDiffers, ResourceDiffers, ServiceDiffers};
        let table = [
            ("*", "*", Ok(())),
            ("*", "acs:oss:*:1:b", Ok(())),
            ("acs:oss:*:*:b/*", "acs:oss:*:1:b/x/y", Ok(())),
            ("acs:oss:*:*:b/*", "acs:oss:*:1:b", Err(ResourceDiffers)),
            ("acs:oss:*:*:b", "acs:oss:*:1:b/x", Err(ResourceDiffers)),
            ("acs:oss:*:*:b", "acs:ecs:*:1:b", Err(ServiceDiffers)),
            ("acs:oss:*:2:b", "acs:oss:*:1:b", Err(OtherAccount)),
            ("acs:oss::1:b", "acs:oss:cn-hangzhou:1:b", Ok(())),
            ("acs:oss:cn-hangzhou:1:b", "acs:oss:*:1:b", Err(RegionDiffers)),
            ("acs:oss:cn-hangzhou:1:b", "acs:oss::1:b", Err(RegionDiffers)),
            ("acs:oss:?:1:b", "acs:oss::1:b", Ok(())),
            ("acs:*:*cn-beijing*:*:*", "acs:ecs:cn-beijing-1:1:i", Ok(())),
            ("acs:*:*cn-beijing*:*:*", "acs:ecs:cn-hangzhou:1:i", Err(RegionDiffers)),
            ("acs:oss:*::b", "acs:oss:*:1:b", Ok(())),
            // A star stays within its field, but the relative id is one field.
            ("acs:oss:*:b", "acs:oss:*:1:b", Ok(())),
            ("acs:oss:*:*:a*d", "acs:oss:*:1:a:b/c:d", Ok(())),
            ("acs:o*:b", "acs:oss:*:1:b", Ok(())),
            ("acs:oss:c*:*:b", "acs:oss:x:c:b", Err(RegionDiffers)),
            ("acs:oss:*", "acs:oss:*:1:b", Ok(())),
            ("acs:oss:*", "*", Err(NoSuchResource)),
            ("acs:oss:*:*:*", "*", Ok(())),
            ("acs:oss:::", "*", Ok(())),
            ("acs:oss:*:1:*", "*", Err(NoSuchResource)),
            ("acs:oss:*:*:b", "*", Err(NoSuchResource)),
            ("acs:ram::1:role/Admin", "acs:ram:*:1:role/admin", Ok(())),
            ("acs:ram::1:role/Adm*", "acs:ram:*:1:role/admin", Ok(())),
            ("acs:ram::1:Role/admin", "acs:ram:*:1:role/admin", Err(ResourceDiffers)),
            ("acs:ram::1:user/Admin", "acs:ram:*:1:user/admin", Err(ResourceDiffers)),
            ("acs:ram:*/Admin", "acs:ram:*:1:role/admin", Ok(())),
            ("acs:ram:*Role/admin", "acs:ram:*:1:role/admin", Err(ResourceDiffers)),
            ("acs:ram:*:1:user/alice", "acs:ram:*:1:user/*", Err(ResourceDiffers)),
            ("acs:ram:*:1:user/*", "acs:ram:*:1:user/*", Ok(())),
            ("*:oss:*:*:b", "acs:oss:*:1:b", Ok(())),
        ];
        for (pattern, resource, expected) in table {
            assert_eq!(outcome(pattern, resource), expected, "{pattern} on {resource}");
        }
    }

    #[test]
    fn what_is_no_pattern() {
        for text in ["", "acs", "b", "arn:aws:s3:::b", "oss:*", "ACS:oss:*:*:b", "acs:oss:*:*:b\u{7}", "x:oss:*:*:b"] {
            assert!(ResourcePattern::parse(text, &Dialect::STANDARD).is_err(), "{text}");
        }
        for text in ["a*", "acs:", "acs:oss", "?cs:oss:*"] {
            assert!(ResourcePattern::parse(text, &Dialect::STANDARD).is_ok(), "{text}");
        }
    }

    #[test]
    fn rows_of_a_pattern_are_rows_of_what_it_covers() {
        let pattern = ResourcePattern::parse("acs:oss:*:*:Bucket-4/*/img?.jpg", &Dialect::STANDARD).unwrap();
        let arn = Arn::parse("acs:oss:*:1:Bucket-4/a/img7.jpg").unwrap();
        let of_arn: Vec<Row> = arn.rows().collect();
        for row in pattern.rows() {
            assert!(of_arn.contains(&row), "{row:?}");
        }
        assert_eq!(pattern.rows().count(), 7 + 1 + 2);
        assert!(pattern.row_summary().may_be_in(arn.row_summary()));
        let other = Arn::parse("acs:oss:*:1:bucket-43/a/img7.jpg").unwrap();
        assert!(!pattern.row_summary().may_be_in(other.row_summary()));
    }
}
