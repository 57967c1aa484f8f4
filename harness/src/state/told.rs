//! What one pool of statements lets somebody do that another does not, by the statements that make it so.

use acslab_policy::{Effort, Request};

use super::weigh::{Class, Cuts, Found, Held, Scales};

/// A part of a statement that makes a difference.
#[derive(Debug)]
pub(super) struct Told<'h> {
    pub(super) held: &'h Held,
    pub(super) found: Found<'h>,
}

/// Whose policies are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pool {
    /// All that somebody holds: what they do not allow is not allowed.
    Whole,
    /// What something has of its own: others allow besides.
    Part,
}

/// What `after` opens that was closed: by statements of its own that allow, and by those of `before` that deny no longer. What it closes is
/// found with the two the other way round: by statements that allowed, and by those that deny now.
pub(super) fn told<'h>(before: &'h [Held], after: &'h [Held], pool: Pool, effort: &'h Effort) -> (Vec<Told<'h>>, Cuts) {
    let mut scales = Scales::new(before.iter().chain(after), effort);
    let mut told: Vec<Told<'h>> = Vec::new();
    let new = after.iter().filter(|one| one.whom.is_none() && !one.denies() && !is_in(before, one));
    // What holds for the account first: it holds in each resource group, too.
    let (wide, narrow): (Vec<&Held>, Vec<&Held>) = new.partition(|one| one.group.is_none());
    for one in wide.into_iter().chain(narrow) {
        let earlier: Vec<&Held> = told.iter().map(|told| told.held).collect();
        let class = |request: &Request| {
            if let Some(deny) = denied(after, one.group.as_deref(), request) {
                return Class::Same(deny);
            }
            if let Some(allow) = allowed(before, one.group.as_deref(), request) {
                return Class::Same(allow);
            }
            if earlier.iter().any(|earlier| reaches(earlier, one.group.as_deref()) && earlier.fits(request)) {
                return Class::Neither;
            }
            let elsewhere = in_part(before, false, one, request).or_else(|| in_part(after, true, one, request));
            elsewhere.map_or(Class::Other, Class::OtherBut)
        };
        told.extend(scales.parts(one, &class).into_iter().map(|found| Told { held: one, found }));
    }
    let allowed = told.len();
    for one in before.iter().filter(|one| one.whom.is_none() && one.denies() && !is_in(after, one)) {
        let earlier: Vec<&Held> = told.iter().skip(allowed).map(|told| told.held).collect();
        let class = |request: &Request| {
            if let Some(deny) = denied(after, one.group.as_deref(), request) {
                return Class::Same(deny);
            }
            if !counts(before, one, request) {
                return Class::Neither;
            }
            let allows = |pool: &[Held]| pool.iter().any(|held| !held.denies() && held.fits(request));
            let is_told = pool == Pool::Part || (allows(before) && allows(after));
            if !is_told || earlier.iter().any(|earlier| reaches(earlier, one.group.as_deref()) && earlier.fits(request))
            {
                return Class::Neither;
            }
            in_part(after, true, one, request).map_or(Class::Other, Class::OtherBut)
        };
        told.extend(scales.parts(one, &class).into_iter().map(|found| Told { held: one, found }));
    }
    (told, scales.cuts)
}

/// Does a statement count in a resource group, or in the account, for all who are looked at?
fn reaches(held: &Held, group: Option<&str>) -> bool {
    held.is_whole() || (held.whom.is_none() && held.group.as_deref() == group)
}

fn is_in(pool: &[Held], one: &Held) -> bool {
    pool.iter().any(|held| reaches(held, one.group.as_deref()) && held.says_what(one))
}

fn allowed<'h>(pool: &'h [Held], group: Option<&str>, request: &Request) -> Option<&'h Held> {
    pool.iter().find(|held| !held.denies() && reaches(held, group) && held.fits(request))
}

fn denied<'h>(pool: &'h [Held], group: Option<&str>, request: &Request) -> Option<&'h Held> {
    pool.iter().find(|held| held.denies() && reaches(held, group) && held.fits(request) && counts(pool, held, request))
}

/// Does a Deny count, of those that somebody holds? What is attached for the account is looked at first: where that allows, what is
/// attached for a resource group is not looked at.
fn counts(pool: &[Held], deny: &Held, request: &Request) -> bool {
    deny.group.is_none() || allowed(pool, None, request).is_none()
}

/// A statement that counts in a resource group or for some alone, where another one counts in the account and for all.
fn in_part<'h>(pool: &'h [Held], denies: bool, wide: &Held, request: &Request) -> Option<&'h Held> {
    let narrow = |held: &&Held| wide.is_whole() && !held.is_whole() && held.denies() == denies;
    pool.iter().filter(narrow).find(|held| held.fits(request) && (!denies || counts(pool, held, request)))
}
