//! What can be asked of the surface: by which method, at which path, and whether that changes anything.

use http::Method;

use crate::signature::OrderedQuery;

/// Something that can be asked.
#[derive(Debug, Clone, Copy)]
struct Route {
    method: &'static str,
    /// Behind the surface's prefix; what is in capitals stands for a name.
    path: &'static str,
    /// Does it change the cloud, or give credentials? Then a page takes the console's token for it.
    changes: bool,
    /// The parameters of the query; `None` where whoever answers looks at them.
    parameters: Option<&'static [&'static str]>,
}

const fn reads(method: &'static str, path: &'static str) -> Route {
    Route { method, path, changes: false, parameters: Some(&[]) }
}

const fn changes(method: &'static str, path: &'static str) -> Route {
    Route { changes: true, ..reads(method, path) }
}

impl Route {
    const fn with(self, parameters: &'static [&'static str]) -> Self {
        Self { parameters: Some(parameters), ..self }
    }

    const fn with_its_own(self) -> Self {
        Self { parameters: None, ..self }
    }
}

/// All of them, but the console's files and what extensions answer.
const ROUTES: [Route; 42] = [
    reads("GET", "health"),
    reads("GET", "metrics"),
    reads("GET", "oss/callback_pub_key_v1.pem"),
    reads("GET", "recording"),
    changes("PUT", "recording"),
    reads("GET", "decisions").with_its_own(),
    reads("GET", "decisions/stream").with(&["latest", "after"]),
    reads("GET", "decisions/REQUEST_ID").with(&["event"]),
    reads("GET", "decisions/REQUEST_ID/fixes").with(&["event"]),
    // In a fork, of which nothing stays.
    reads("POST", "decisions/REQUEST_ID/try").with(&["event"]),
    reads("POST", "state"),
    reads("POST", "policies/evaluate"),
    reads("POST", "policies/lint"),
    reads("POST", "policies/diff"),
    reads("GET", "policies/names").with(&["of", "prefix", "action"]),
    reads("GET", "sessions"),
    changes("POST", "clock"),
    changes("POST", "system-policies"),
    reads("GET", "oidc-keys"),
    changes("PUT", "oidc-keys").with(&["issuer"]),
    changes("DELETE", "oidc-keys").with(&["issuer"]),
    reads("GET", "instance-roles"),
    changes("PUT", "instance-roles/ROLE").with(&["account"]),
    changes("DELETE", "instance-roles/ROLE").with(&["account"]),
    changes("GET", "credentials/ROLE").with(&["account"]),
    changes("POST", "role-sessions"),
    changes("POST", "access-keys"),
    reads("GET", "workspace-roles"),
    changes("PUT", "workspace-roles"),
    reads("GET", "quotas").with(&["account"]),
    changes("PUT", "quotas").with(&["account"]),
    reads("GET", "accounts"),
    changes("POST", "accounts"),
    changes("DELETE", "accounts/ID"),
    changes("POST", "accounts/ID/users"),
    reads("GET", "checkpoints"),
    changes("PUT", "checkpoints/NAME"),
    changes("DELETE", "checkpoints/NAME"),
    changes("POST", "checkpoints/NAME/restore"),
    changes("POST", "checkpoints/NAME/fork"),
    changes("POST", "reset"),
    reads("GET", "console/token"),
];

impl Route {
    /// Is a path (without the prefix) one of this route's?
    fn fits(&self, path: &str) -> bool {
        let (mut pattern, mut parts) = (self.path.split('/'), path.split('/'));
        loop {
            match (pattern.next(), parts.next()) {
                (None, None) => return true,
                (Some(name), Some(part)) if name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') => {
                    if part.is_empty() {
                        return false;
                    }
                }
                (Some(name), Some(part)) if name == part => {}
                _ => return false,
            }
        }
    }
}

/// Does a request change nothing and give nothing away, so that a page may ask it without the token? What has no route changes nothing
/// if it is only read.
pub(super) fn only_reads(method: &Method, path: &str) -> bool {
    let mut fitting = ROUTES.iter().filter(|route| route.method == method.as_str() && route.fits(path)).peekable();
    match fitting.peek() {
        Some(_) => fitting.all(|route| !route.changes),
        None => matches!(*method, Method::GET | Method::HEAD),
    }
}

/// The methods by which a path is asked, if it is there at all and not by this one.
pub(super) fn other_methods(method: &Method, path: &str) -> Option<String> {
    let fitting: Vec<_> = ROUTES.iter().filter(|route| route.fits(path)).map(|route| route.method).collect();
    let wrong = !fitting.is_empty() && !fitting.contains(&method.as_str());
    wrong.then(|| fitting.join(" and "))
}

/// What is wrong with the query, where it names a parameter that is none: a slip would be an answer about something else, or a change of it.
pub(super) fn wrong_query(method: &Method, path: &str, query: &OrderedQuery) -> Option<String> {
    let mut fitting = ROUTES.iter().filter(|route| route.method == method.as_str() && route.fits(path)).peekable();
    fitting.peek()?;
    let known: Vec<_> = fitting.map(|route| route.parameters).collect::<Option<Vec<_>>>()?.concat();
    let unknown = query.iter().find(|parameter| !known.contains(&parameter.name))?;
    let there = if known.is_empty() { "there is none".to_owned() } else { format!("there are {}", known.join(", ")) };
    Some(format!("no parameter `{}` here; {there}", unknown.name))
}

/// All that can be asked, for whoever asked for something else.
pub(super) fn list() -> String {
    ROUTES.map(|route| format!("{} {}", route.method, route.path)).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::Plus;

    #[test]
    fn a_path_is_asked_by_its_methods() {
        let other = |method: Method, path: &str| other_methods(&method, path);
        assert_eq!(other(Method::GET, "clock").as_deref(), Some("POST"));
        assert_eq!(other(Method::PATCH, "quotas").as_deref(), Some("GET and PUT"));
        assert_eq!(other(Method::POST, "checkpoints/a").as_deref(), Some("PUT and DELETE"));
        assert_eq!(other(Method::GET, "quotas"), None);
        assert_eq!(other(Method::GET, "nothing"), None);
        assert_eq!(other(Method::GET, "checkpoints//fork"), None);
    }

    #[test]
    fn a_parameter_that_is_none_is_told() {
        let wrong = |method: Method, path: &str, query: &str| {
            wrong_query(&method, path, &OrderedQuery::parse(query, Plus::Space).unwrap())
        };
        assert_eq!(
            wrong(Method::PUT, "quotas", "acount=1").as_deref(),
            Some("no parameter `acount` here; there are account")
        );
        assert_eq!(wrong(Method::POST, "reset", "now").as_deref(), Some("no parameter `now` here; there is none"));
        for (method, path, query) in [
            (Method::PUT, "quotas", "account=1"),
            (Method::GET, "decisions/stream", "latest=5&after=7"),
            (Method::GET, "decisions", "whatever=1"),
            (Method::GET, "console/app.js", "v=1"),
        ] {
            assert_eq!(wrong(method, path, query), None, "{path}?{query}");
        }
    }

    #[test]
    fn what_changes_or_gives_keys_is_no_reading() {
        for (method, path, reading) in [
            (Method::POST, "state", true),
            (Method::POST, "policies/lint", true),
            (Method::POST, "decisions/A/try", true),
            (Method::GET, "decisions/A", true),
            (Method::GET, "console/app.js", true),
            (Method::POST, "clock", false),
            (Method::POST, "nothing", false),
            (Method::GET, "credentials/app", false),
            (Method::DELETE, "checkpoints/before", false),
        ] {
            assert_eq!(only_reads(&method, path), reading, "{method} {path}");
        }
    }
}
