//! Lists that come in pages: of which of them more is there than was told.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::command::Command;
use super::piece::{Piece, Place};
use crate::authorization::Missing;
use crate::words::word;

/// What was told of each list, by account and by what was called, pages aside.
#[derive(Debug, Default)]
pub(super) struct Lists(BTreeMap<(String, String), Pages>);

/// The pages of a list that were told.
#[derive(Debug, Default)]
struct Pages {
    place: Option<Place>,
    /// Was it told in one?
    whole: bool,
    /// Where it goes on, of the pages that did not end it; empty where that is not said.
    goes_on: Vec<String>,
    /// From where pages were asked for.
    asked: BTreeSet<String>,
    /// The pages of which nobody knows from where.
    unplaced: usize,
    /// How many things there are, and how many of them pages of a size had, by their numbers.
    total: u64,
    counted: BTreeMap<u64, BTreeMap<u64, u64>>,
}

/// Options that say which page it is.
const OF_A_PAGE: [&str; 8] =
    ["Marker", "NextToken", "MaxItems", "MaxResults", "MaxKeys", "PageNumber", "PageSize", "Profile"];

const REST: &str = "the rest of what `";

impl Lists {
    /// What was missing of lists in a state that was there.
    pub(super) fn know(&mut self, account: &str, missing: &Missing) {
        let Some(rest) = missing.what.strip_prefix(REST) else { return };
        let Some(command) = Command::of_line(&missing.get) else { return };
        let pages = self.0.entry((account.to_owned(), called(&command))).or_default();
        let mut counts = rest.split(' ').filter_map(|word| word.parse::<u64>().ok());
        if let (Some(told), Some(total)) = (counts.next(), counts.next()) {
            pages.total = total;
            let size = command.written("PageSize").and_then(|size| size.parse().ok()).unwrap_or_default();
            // All pages before the one that is missing were told.
            pages.counted.entry(size).or_default().insert(0, told);
        } else {
            pages.goes_on.push(command.written("Marker").unwrap_or_default().to_owned());
        }
    }

    /// A page of a list, if it is one.
    pub(super) fn hear(&mut self, account: &str, piece: &Piece, value: &Value) {
        let is_more = value.get("IsTruncated").map(|more| *more == true || *more == "true");
        let total = value.get("TotalCount").and_then(number);
        if is_more.is_none() && total.is_none() {
            return;
        }
        let named = piece.command.as_ref().map(called);
        let name = named.clone().unwrap_or_else(|| listed(value).0);
        let pages = self.0.entry((account.to_owned(), name)).or_default();
        if let Some(total) = total {
            let of = |name| value.get(name).and_then(number);
            let size = of("PageSize").unwrap_or_default();
            let page = of("PageNumber").unwrap_or(1);
            pages.total = total;
            pages.counted.entry(size).or_default().insert(page, listed(value).1);
            if pages.told() < total {
                pages.place = Some(piece.place.clone());
            }
            return;
        }
        let from = piece.command.as_ref().and_then(|command| command.written("Marker"));
        match (from, &named) {
            (Some(from), _) => drop(pages.asked.insert(from.to_owned())),
            (None, Some(_)) => pages.whole |= is_more == Some(false),
            (None, None) => pages.unplaced += 1,
        }
        if is_more == Some(true) {
            let next = ["Marker", "NextMarker"].iter().find_map(|name| value.get(*name)?.as_str());
            pages.goes_on.push(next.unwrap_or_default().to_owned());
            pages.place = Some(piece.place.clone());
        }
    }

    /// What was told of one account is of another one.
    pub(super) fn move_account(&mut self, from: &str, to: &str) {
        let all = std::mem::take(&mut self.0).into_iter();
        self.0 = all.map(|((of, what), pages)| ((if of == from { to.to_owned() } else { of }, what), pages)).collect();
    }

    /// What is missing, with where the list stopped.
    pub(super) fn missing(self) -> Vec<(Option<Place>, Missing)> {
        let mut all = Vec::new();
        for ((_, name), pages) in self.0 {
            let operation = name.split(' ').nth(1).unwrap_or(&name).to_owned();
            if pages.told() < pages.total {
                let told = pages.told();
                let what = format!("{REST}{operation}` lists, {told} of {} were told", pages.total);
                let (size, page) = pages.next();
                let get = format!("aliyun {name} --PageNumber {page} --PageSize {size}");
                all.push((pages.place, Missing { what, get, of: None }));
            } else if let Some(next) = pages.next_marker() {
                let what = format!("{REST}{operation}` lists");
                let marker = if next.is_empty() { "…".to_owned() } else { word(next) };
                let get = format!("aliyun {name} --Marker {marker}");
                all.push((pages.place, Missing { what, get, of: None }));
            }
        }
        all
    }
}

impl Pages {
    /// How much was told by pages of one size, at most.
    fn told(&self) -> u64 {
        self.counted.values().map(|pages| pages.values().sum()).max().unwrap_or_default()
    }

    /// The size of the pages that tell the most, and the first of them that is missing.
    fn next(&self) -> (u64, u64) {
        let most = self.counted.iter().max_by_key(|(_, pages)| pages.values().sum::<u64>());
        let Some((size, pages)) = most else { return (100, 1) };
        let first = pages.get(&0).map_or(1, |before| 1 + before / size.max(&1));
        // Of so many pages one is not among those that were told.
        let last = first + pages.len() as u64;
        let page = (first..=last).find(|page| !pages.contains_key(page)).unwrap_or(last);
        (if *size == 0 { 100 } else { *size }, page)
    }

    /// Where it goes on and nobody asked.
    fn next_marker(&self) -> Option<&String> {
        if self.whole {
            return None;
        }
        let mut open: Vec<&String> = self.goes_on.iter().filter(|next| !self.asked.contains(*next)).collect();
        // The first page is one of those of which nobody knows from where.
        let placed = open.len().min(self.unplaced.saturating_sub(1));
        open.drain(..placed);
        open.first().copied()
    }
}

/// `ram ListUsersForGroup --GroupName dev`: what is called, pages aside.
fn called(command: &Command) -> String {
    let options = command.written_options().filter(|(name, _)| !OF_A_PAGE.contains(name));
    let options: String = options.map(|(name, value)| format!(" --{name} {}", word(value))).collect();
    format!("{} {}{options}", command.product(), command.operation)
}

/// What an answer lists, and how many.
fn listed(value: &Value) -> (String, u64) {
    let inner = |value: &Value| match value {
        Value::Array(items) => Some(items.len()),
        Value::Object(members) => members.values().find_map(Value::as_array).map(Vec::len),
        _ => None,
    };
    let mut members = value.as_object().into_iter().flatten();
    let found = members.find_map(|(name, value)| Some((name.clone(), inner(value)? as u64)));
    found.unwrap_or_default()
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use crate::authorization::Kept;
    use crate::import::{Options, import};

    /// What is missing after these transcripts, each added to the state of those before.
    fn missing(transcripts: &[&str]) -> Vec<String> {
        let mut before: Option<Kept> = None;
        for text in transcripts {
            let sources = [("t.txt".to_owned(), (*text).to_owned())];
            before = Some(import(&sources, Options::default(), before).kept);
        }
        let lists = before.into_iter().flat_map(|kept| kept.missing);
        lists.filter(|one| one.what.contains("lists")).map(|one| one.get).collect()
    }

    #[test]
    fn a_list_that_goes_on_is_missing_until_its_end_is_told() {
        let first = "$ aliyun ram ListUsers --MaxItems 1\n\
                     {\"IsTruncated\":true,\"Marker\":\"abc\",\"Users\":{\"User\":[{\"UserName\":\"zed\"}]}}\n";
        let last = "$ aliyun ram ListUsers --MaxItems 1 --Marker abc\n\
                    {\"IsTruncated\":false,\"Users\":{\"User\":[{\"UserName\":\"amy\"}]}}\n";
        let middle = last.replace("false", "true,\"Marker\":\"def\"");
        let whole = "$ aliyun ram ListUsers\n{\"IsTruncated\":false,\"Users\":{\"User\":[]}}\n";
        assert_eq!(missing(&[first]), ["aliyun ram ListUsers --Marker abc"]);
        assert_eq!(missing(&[&format!("{first}{middle}")]), ["aliyun ram ListUsers --Marker def"]);
        for told in [vec![first, last], vec![&format!("{first}{last}")], vec![first, whole], vec![whole]] {
            assert!(missing(&told).is_empty(), "{told:?}");
        }
        // Another list's end is not this one's.
        let other =
            last.replace("--Marker", "--Profile b --Marker").replace("ListUsers", "ListRoles").replace("User", "Role");
        assert_eq!(missing(&[first, &other]).len(), 1);
    }

    #[test]
    fn a_list_of_fewer_than_there_are_is_missing_the_rest() {
        let page = |page: u8, names: &str| {
            format!(
                "$ aliyun resourcemanager ListPolicyAttachments --PageSize 2 --PageNumber {page}\n\
                 {{\"PolicyAttachments\":{{\"PolicyAttachment\":[{names}]}},\"PageNumber\":{page},\"PageSize\":2,\"TotalCount\":3}}\n"
            )
        };
        let one = |name: &str| {
            format!(
                "{{\"PolicyName\":\"AliyunECSFullAccess\",\"PolicyType\":\"System\",\"PrincipalName\":\"{name}@x\",\"PrincipalType\":\"IMSUser\"}}"
            )
        };
        let (first, last) = (page(1, &[one("a"), one("b")].join(",")), page(2, &one("c")));
        let get = "aliyun resourcemanager ListPolicyAttachments --PageNumber 2 --PageSize 2";
        assert_eq!(missing(&[&first]), [get]);
        assert_eq!(missing(&[&last]), [get.replace("Number 2", "Number 1")]);
        assert!(missing(&[&first, &last]).is_empty());
        assert!(missing(&[&(first + &last)]).is_empty());
    }
}
