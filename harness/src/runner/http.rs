//! A step that sends a request as it is written.

use super::replay::{Happened, Replay};
use crate::catalogue::Style;
use crate::client::{Moment, Request};
use crate::scenario::{Act, Http, Template};

impl Replay<'_> {
    pub(super) fn send(&mut self, act: &Act, http: &Http, who: &str) -> Happened {
        let mut happened = Happened { what: format!("{who} sends {}", http.method), ..Happened::default() };
        let fill =
            |template: &Template| template.fill(&self.variables).map_err(|name| format!("`${{{name}}}` has no value"));
        let read = || -> Result<Request, String> {
            let url = fill(&http.url)?;
            let mut request = Request::to_url(&http.method, &url)?;
            if let Some(host) = &http.host {
                request.insert_header("host", &fill(host)?)?;
            }
            for (name, value) in &http.headers {
                request.insert_header(name, &fill(value)?)?;
            }
            if let Some(body) = &http.body {
                let body = body.fill(&self.variables).map_err(|error| error.to_string())?;
                request.body = body.to_bytes().map_err(|error| error.to_string())?;
            }
            Ok(request)
        };
        let mut request = match read() {
            Ok(request) => request,
            Err(why) => return happened.stop("a request", why),
        };
        happened.what = format!("{who} sends {} {}", request.method, request.readable_target());
        let region = match self.region(act) {
            Ok(region) => region,
            Err(why) => return happened.stop("a region", why),
        };
        if let Some(signature) = http.signature {
            request.find_resource();
            let key = match self.key_of(&act.caller, http.signing.token_of.as_ref()) {
                Ok(key) => key,
                Err(found) => return happened.stop("the caller's access key", found),
            };
            let nonce = self.nonce();
            let moment = Moment { at: self.now(), nonce: &nonce, region: &region };
            if let Some(key) = key
                && let Err(error) = request.sign(&key, signature, http.signing.presigned, &moment)
            {
                return happened.stop("a signed request", error);
            }
            if http.signing.wrong {
                request.spoil_signature();
            }
        }
        self.tell_circumstances(act, &mut request);
        let answer = self.client.send(&request, Style::Oss);
        happened.request = Some(request);
        match answer {
            Ok(answer) => Happened { answer: Some(answer), ..happened },
            Err(error) => happened.stop("an answer", error),
        }
    }
}
