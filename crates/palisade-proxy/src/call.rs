//! One request to EC2, taken apart.

use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap};
use hyper::{Method, Request};

use crate::parameters::Parameters;
use crate::place::Place;

/// A request to EC2.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) place: Place,
    pub(crate) asker: Asker,
    pub(crate) action: String,
    pub(crate) parameters: Parameters,
    headers: HeaderMap,
}

/// Who sends a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// Whoever is connected to the proxy.
    Client,
    /// A mend, which needs to know something or has something to do.
    Mend,
}

/// A condition on what a Describe returns: one of the values must be there.
#[derive(Clone, Debug)]
pub(crate) struct Filter {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

impl Call {
    /// Takes a request apart; `None` stands for one that is not to EC2.
    ///
    /// Nobody here checks a signature, so all that counts in it is the credential: `AKID/day/region/service/…`.
    pub(crate) fn read(request: &Request<Bytes>) -> Option<Call> {
        let signature = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let credential = signature.split("Credential=").nth(1)?;
        let mut words = credential.split('/');
        let (account, region, service) = (words.next()?, words.nth(1)?, words.next()?);
        if service != "ec2" || request.method() != Method::POST {
            return None;
        }
        let mut parameters = Parameters::parse(request.body());
        let action = parameters.value("Action")?.to_owned();
        parameters.remove("Action");
        let place = Place { account: account.to_owned(), region: region.to_owned() };
        Some(Call { place, asker: Asker::Client, action, parameters, headers: request.headers().clone() })
    }

    /// Puts the request together again.
    pub(crate) fn request(&self) -> Request<Bytes> {
        let mut parameters = self.parameters.clone();
        parameters.set("Action", &self.action);
        let mut request = Request::new(Bytes::from(parameters.write()));
        *request.method_mut() = Method::POST;
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().remove(CONTENT_LENGTH);
        request
    }

    /// Returns a call of a mend, in the same place.
    pub(crate) fn other<'a>(
        &self,
        action: &str,
        parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Call {
        let mut parameters: Parameters = parameters.into_iter().collect();
        parameters.set("Version", self.parameters.text("Version"));
        Call { asker: Asker::Mend, action: action.to_owned(), parameters, ..self.clone() }
    }

    /// Returns the conditions of a Describe.
    pub(crate) fn filters(&self) -> Vec<Filter> {
        let filters = self.parameters.members("Filter").into_iter();
        let owned = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect();
        filters
            .map(|it| Filter { name: it.text("Name").to_owned(), values: owned(it.values("Value")) })
            .collect()
    }

    /// Takes out the conditions that `is_taken`, and returns them.
    pub(crate) fn take_filters(&mut self, is_taken: impl Fn(&str) -> bool) -> Vec<Filter> {
        let filters = self.parameters.members("Filter");
        let (_, kept): (Vec<_>, Vec<_>) = filters.into_iter().partition(|it| is_taken(it.text("Name")));
        let mut taken = self.filters();
        taken.retain(|it| is_taken(&it.name));
        self.parameters.set_members("Filter", &kept);
        taken
    }
}

impl Filter {
    /// Tells whether a text is one of the values, in which `*` and `?` stand for anything.
    pub(crate) fn takes(&self, text: &str) -> bool {
        self.values.iter().any(|it| is_like(it.as_bytes(), text.as_bytes()))
    }
}

fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, _) => text.is_empty(),
        (Some((b'*', rest)), None) => is_like(rest, text),
        (Some((b'*', rest)), Some((_, behind))) => is_like(rest, text) || is_like(pattern, behind),
        (Some((b'?', rest)), Some((_, behind))) => is_like(rest, behind),
        (Some((first, rest)), Some((it, behind))) => first == it && is_like(rest, behind),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_anything() {
        let filter = Filter { name: String::new(), values: vec!["a*c".into(), "x?".into()] };
        let takes = ["ac", "abbc", "xy"].map(|it| filter.takes(it));
        let refuses = ["a", "abcd", "x", ""].map(|it| filter.takes(it));
        assert_eq!((takes, refuses), ([true; 3], [false; 4]));
    }
}
