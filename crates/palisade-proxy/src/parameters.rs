//! The parameters of a call, as the query protocol of EC2 spells them: `Filter.1.Value.2=available`.

use std::collections::BTreeMap;

/// Named values; structures and lists are in the names.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Reads the body of a request.
    pub(crate) fn parse(body: &[u8]) -> Parameters {
        Parameters(form_urlencoded::parse(body).into_owned().collect())
    }

    /// Writes the body of a request.
    pub(crate) fn write(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }

    /// Tells whether one of the names is like that.
    pub(crate) fn has_any(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.0.keys().any(|it| is_it(it))
    }

    /// Tells whether one of the values is this.
    pub(crate) fn mention(&self, value: &str) -> bool {
        self.0.values().any(|it| it == value)
    }

    /// Returns a lone value.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns a lone value, or nothing at all where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.value(name).unwrap_or_default()
    }

    /// Returns the values of a list, in order.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let numbered = self.below(name).filter_map(|(rest, value)| Some((rest.parse::<u32>().ok()?, value)));
        numbered.collect::<BTreeMap<u32, &str>>().into_values().collect()
    }

    /// Returns the structures of a list, in order.
    pub(crate) fn members(&self, name: &str) -> Vec<Parameters> {
        let mut members: BTreeMap<u32, Parameters> = BTreeMap::new();
        for (rest, value) in self.below(name) {
            if let Some((number, field)) = rest.split_once('.')
                && let Ok(number) = number.parse()
            {
                members.entry(number).or_default().set(field, value);
            }
        }
        members.into_values().collect()
    }

    fn below<'a, 'name>(
        &'a self,
        name: &'name str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a, 'name> {
        self.0
            .iter()
            .filter_map(move |(it, value)| Some((it.strip_prefix(name)?.strip_prefix('.')?, value.as_str())))
    }

    /// Sets a lone value.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.0.insert(name.to_owned(), value.to_owned());
    }

    /// Sets a list of values.
    pub(crate) fn set_values<'a>(&mut self, name: &str, values: impl IntoIterator<Item = &'a str>) {
        self.remove(name);
        for (index, value) in values.into_iter().enumerate() {
            self.set(&format!("{name}.{}", index + 1), value);
        }
    }

    /// Sets a list of structures.
    pub(crate) fn set_members(&mut self, name: &str, members: &[Parameters]) {
        self.remove(name);
        for (index, member) in members.iter().enumerate() {
            for (field, value) in &member.0 {
                self.set(&format!("{name}.{}.{field}", index + 1), value);
            }
        }
    }

    /// Takes out a value, or whatever is below its name.
    pub(crate) fn remove(&mut self, name: &str) {
        let below = format!("{name}.");
        self.0.retain(|it, _| it != name && !it.starts_with(&below));
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(pairs: I) -> Parameters {
        Parameters(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_the_order_of_their_numbers() {
        let body = b"Action=X&Id.2=b&Id.10=c&Id.1=a%20a&Tag.1.Key=k&Tag.1.Value=v";
        let mut parameters = Parameters::parse(body);
        assert_eq!(parameters.values("Id"), ["a a", "b", "c"]);
        let tags = parameters.members("Tag");
        assert_eq!(
            tags.iter().map(|it| (it.text("Key"), it.text("Value"))).collect::<Vec<_>>(),
            [("k", "v")]
        );
        parameters.remove("Tag");
        parameters.set_values("Id", ["z"]);
        assert_eq!(parameters.write(), "Action=X&Id.1=z");
    }
}
