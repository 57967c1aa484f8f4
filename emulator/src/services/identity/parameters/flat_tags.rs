//! Tags in flat lists of parameters: `Tag.1.Key=a&Tag.1.Value=b`, as IMS and ResourceManager take them.

use crate::cloud::directory::Tags;
use crate::gateway::{ApiError, Arguments, Call, Facts, Needed};

/// The tags in `Tag.1.Key`, `Tag.1.Value` and so on. Both may have 128 characters; neither may start with what Alibaba Cloud
/// keeps for itself, nor hold an address (CreateResourceGroup).
pub(crate) fn given(arguments: &Arguments) -> Result<Tags, ApiError> {
    let mut tags = Tags::new();
    for item in arguments.objects("Tag") {
        let (key, value) =
            (item.get("Key").copied().unwrap_or_default(), item.get("Value").copied().unwrap_or_default());
        let fits = |text: &str| {
            text.chars().count() <= 128
                && !["aliyun", "acs:"].iter().any(|prefix| text.starts_with(prefix))
                && !["http://", "https://"].iter().any(|part| text.contains(part))
        };
        if key.is_empty() || !fits(key) {
            return Err(invalid("TagKey"));
        }
        if !fits(value) {
            return Err(invalid("TagValue"));
        }
        tags.insert(key.to_owned(), value.to_owned());
    }
    Ok(tags)
}

/// `acs:RequestTag/KEY`: the tags that a request carries.
pub(crate) fn requested(call: &Call<'_>, _: &Facts, needed: &mut Needed) -> Result<(), ApiError> {
    for (key, value) in given(&call.arguments)? {
        needed.set(format!("acs:RequestTag/{key}").as_str(), value);
    }
    Ok(())
}

fn invalid(name: &str) -> ApiError {
    ApiError::bad_request(format!("InvalidParameter.{name}"), format!("The {name} is invalid."))
}
