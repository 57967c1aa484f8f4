//! insta's file format: a YAML header between `---` lines, then the text.

/// A snapshot file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The scenario file that it belongs to.
    pub source: String,
    /// The scenario's title.
    pub description: String,
    /// What was rendered.
    pub contents: String,
}

impl Snapshot {
    /// The bytes of the file. insta leaves out `expression` where there is none, and ends the
    /// text with one line break.
    pub fn to_text(&self) -> String {
        format!(
            "---\nsource: {}\ndescription: {}\n---\n{}\n",
            quoted(&self.source),
            quoted(&self.description),
            self.contents.trim_end()
        )
    }

    /// The text of a snapshot file without its header, whoever wrote it.
    pub fn contents_of(file: &str) -> String {
        let file = file.replace("\r\n", "\n");
        let contents = match file.strip_prefix("---\n") {
            Some(rest) => rest.split_once("\n---\n").map_or("", |(_, contents)| contents),
            None => &file,
        };
        contents.trim_end().to_owned()
    }
}

/// A YAML scalar in double quotes: JSON's are a subset of YAML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::Snapshot;

    #[test]
    fn contents_survive_the_file() {
        let snapshot = Snapshot {
            source: "scenarios/a.yaml".into(),
            description: "says \"no\": always".into(),
            contents: "first\n---\nlast".into(),
        };
        let text = snapshot.to_text();
        assert!(text.starts_with("---\nsource: \"scenarios/a.yaml\"\n"));
        assert_eq!(Snapshot::contents_of(&text), snapshot.contents);
        assert_eq!(Snapshot::contents_of(&text.replace('\n', "\r\n")), snapshot.contents);
    }

    #[test]
    fn a_file_without_header_is_all_contents() {
        assert_eq!(Snapshot::contents_of("a\nb\n"), "a\nb");
    }
}
