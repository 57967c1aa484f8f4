//! What DSW makes of what a call names.

use serde_json::json;

use crate::gateway::{ApiError, Call};
use crate::operation::Draft;

/// What an instance's image is called: that of its address, or of its id.
pub(super) fn names(_: &Call<'_>, draft: &mut Draft<'_>) -> Result<(), ApiError> {
    let text = |name: &str| draft.fields.get(name).and_then(|value| value.as_str()).unwrap_or_default();
    let image = if text("ImageUrl").is_empty() { text("ImageId") } else { text("ImageUrl") };
    let name = image.rsplit('/').next().unwrap_or_default().to_owned();
    if text("ImageName").is_empty() && !name.is_empty() {
        draft.fields.insert("ImageName".to_owned(), json!(name));
    }
    Ok(())
}
