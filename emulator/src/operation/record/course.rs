//! Which states a verb leads through.

use super::kind::{CourseOf, Kind, Reached};
use crate::cloud::{Course, Record, Step};
use crate::operation::Call;
use crate::wire::ApiError;

impl CourseOf {
    fn begun(&self, call: &Call<'_>) -> Course {
        let (since, mut after) = (call.now, 0_u32);
        let steps = self.to.iter().enumerate().map(|(place, reached)| {
            let (state, seconds) = match reached {
                Reached::Next(state) => (state, 1),
                Reached::After(state, seconds) => (state, *seconds),
                Reached::Told(state, by, seconds) => {
                    let often = call.arguments.integer(by).and_then(|often| u32::try_from(often).ok()).unwrap_or(0);
                    (state, often.saturating_mul(*seconds))
                }
            };
            after = if place == 0 { 0 } else { after.saturating_add(seconds) };
            Step { state: state.clone(), after }
        });
        Course { since, steps: steps.collect() }
    }
}

impl Kind {
    fn course(&self, name: &str) -> Option<&CourseOf> {
        self.states.as_ref().and_then(|states| states.courses.get(name))
    }

    /// The states that a new one goes through.
    pub(super) fn first_course(&self, name: &str, call: &Call<'_>) -> Course {
        self.course(name).map_or_else(|| Course::stateless(call.now), |course| course.begun(call))
    }

    /// The states that this leads a record through; none where it leads nowhere.
    ///
    /// # Errors
    /// The state that it is in does not allow it.
    pub(super) fn next_course(
        &self,
        name: &str,
        record: &Record,
        id: &str,
        call: &Call<'_>,
    ) -> Result<Option<Course>, ApiError> {
        let Some(course) = self.course(name) else { return Ok(None) };
        let state = record.state(call.now).unwrap_or_default();
        if !course.from.is_empty() && !course.from.iter().any(|from| from == state) {
            return Err(self.is_busy(id, state));
        }
        Ok((!course.to.is_empty()).then(|| course.begun(call)))
    }

    fn is_busy(&self, id: &str, state: &str) -> ApiError {
        match &self.busy {
            Some(words) => words.error_in(id, state),
            None => ApiError::conflict(
                format!("IncorrectStatus.{}", self.name),
                format!("The status of the {} {id} does not allow this: {state}.", self.name),
            ),
        }
    }

    /// There is none of that id.
    pub(super) fn is_absent(&self, id: &str) -> ApiError {
        match &self.absent {
            Some(words) => words.error(id),
            None => ApiError::not_found(
                format!("EntityNotExist.{}", self.name),
                format!("The {} does not exist: {id}.", self.name),
            ),
        }
    }

    /// There is one of that id or name already.
    pub(super) fn is_taken(&self, id: &str) -> ApiError {
        match &self.taken {
            Some(words) => words.error(id),
            None => ApiError::conflict(
                format!("EntityAlreadyExists.{}", self.name),
                format!("The {} already exists: {id}.", self.name),
            ),
        }
    }

    /// There are as many as there may be.
    pub(super) fn is_full(&self) -> ApiError {
        match &self.full {
            Some(words) => words.error(""),
            None => ApiError::conflict(
                format!("LimitExceeded.{}", self.name),
                format!("The number of {} in this region exceeds the limit.", self.name),
            ),
        }
    }
}
