//! DeleteMultipleObjects.

use md5::{Digest, Md5};
use serde::Deserialize;

use super::{bucket, error, object, xml};
use crate::cloud::Bucket;
use crate::gateway::{ApiError, Body, Call, Reply};
use crate::signature::pe;

/// The most objects that one call deletes.
const MOST: usize = 1000;
/// The largest list of them.
const LARGEST: usize = 2 << 20;

#[derive(Debug, Deserialize)]
struct Delete {
    #[serde(rename = "Quiet", default)]
    quiet: bool,
    #[serde(rename = "Object", default)]
    objects: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "VersionId")]
    version: Option<String>,
}

fn read(call: &Call<'_>) -> Result<Delete, ApiError> {
    if call.http.body.len() > LARGEST {
        return Err(error::malformed_xml());
    }
    let delete: Delete = xml::read(&call.http.body)?;
    if delete.objects.is_empty()
        || delete.objects.len() > MOST
        || delete.objects.iter().any(|named| named.key.is_empty())
    {
        return Err(error::malformed_xml());
    }
    if delete.objects.iter().any(|named| named.version.is_some()) {
        return Err(error::not_implemented());
    }
    Ok(delete)
}

/// The keys that are to be deleted: each must be allowed, or none is deleted.
pub(super) fn keys(call: &Call<'_>) -> Result<Vec<String>, ApiError> {
    Ok(read(call)?.objects.into_iter().map(|named| named.key).collect())
}

/// DeleteMultipleObjects
pub(super) fn delete_multiple(call: &Call<'_>) -> Result<Reply, ApiError> {
    object::check_digest(call, Md5::digest(&call.http.body).into())?;
    let delete = read(call)?;
    let gone = |bucket: &mut Bucket| -> Vec<_> {
        delete.objects.iter().filter_map(|named| bucket.objects.remove(&named.key)).collect()
    };
    // What was in them is let go behind the bucket's lock.
    let _gone = bucket::change(call, gone)?;
    if delete.quiet {
        return Ok(Reply::with_body(Body::Empty));
    }
    let encoded = call.arguments.filled("encoding-type").is_some();
    Ok(xml::reply("DeleteResult", |node| {
        if encoded {
            node.text("EncodingType", "url");
        }
        for named in &delete.objects {
            node.element("Deleted", |node| {
                if encoded { node.text("Key", &pe(&named.key)) } else { node.text("Key", &named.key) }
            });
        }
    }))
}
