//! Resource groups (Resource Management: public error codes, and the tables of the operations). Where no page has a code it follows
//! its neighbours, and says so.

use http::StatusCode;

use crate::cloud::ResourceGroupError as Group;
use crate::gateway::ApiError;

impl From<Group> for ApiError {
    fn from(error: Group) -> Self {
        let (status, code, message) = match error {
            Group::NotExist => (
                StatusCode::NOT_FOUND,
                "EntityNotExists.ResourceGroup",
                "The specified resource group does not exist. You must first create a resource group.",
            ),
            Group::Pending => (
                StatusCode::CONFLICT,
                "DeleteConflict.ResourceGroup.Status",
                "You cannot perform an operation on a resource group that is being created or deleted.",
            ),
            // The text is ours.
            Group::Exists => (
                StatusCode::CONFLICT,
                "EntityAlreadyExists.ResourceGroup",
                "The specified resource group already exists.",
            ),
            Group::TooMany => (
                StatusCode::CONFLICT,
                "LimitExceeded.ResourceGroup",
                "The count of resource groups beyond the current limits.",
            ),
            Group::HasResources => (
                StatusCode::CONFLICT,
                "DeleteConflict.ResourceGroup.Resource",
                "Failed to delete the resource group because one or more cloud resources exist in the resource group. Try again later after you release the cloud resources.",
            ),
            // No page says what deleting the default group answers.
            Group::IsDefault => (StatusCode::BAD_REQUEST, "InvalidParameter.ResourceGroupId", "The ResourceGroupId is invalid.")
            ,
            // In the answer to MoveResources, for one of its resources; the code is ours.
            Group::NoResource => {
                (StatusCode::NOT_FOUND, "EntityNotExists.Resource", "The specified resource does not exist.")
            }
        };
        Self::new(status, code, message)
    }
}
