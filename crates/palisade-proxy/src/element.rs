//! A document of EC2: elements with text or with other elements, and no order that matters.

use std::fmt::Write;

/// An element of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// The namespace, of the outermost element.
    namespace: Option<String>,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// Returns an element with nothing in it.
    pub(crate) fn new(name: &str) -> Element {
        Element { name: name.to_owned(), ..Element::default() }
    }

    /// Returns an element with a text in it.
    pub(crate) fn leaf(name: &str, text: &str) -> Element {
        Element { text: text.to_owned(), ..Element::new(name) }
    }

    /// Returns an element with others in it.
    pub(crate) fn of(name: &str, children: impl Into<Vec<Element>>) -> Element {
        Element { children: children.into(), ..Element::new(name) }
    }

    /// Returns the element with one more in it.
    pub(crate) fn with(mut self, child: Element) -> Element {
        self.children.push(child);
        self
    }

    /// Reads a document; `None` stands for a text that is none.
    pub(crate) fn parse(text: &str) -> Option<Element> {
        let document = roxmltree::Document::parse(text).ok()?;
        let root = document.root_element();
        let namespace = root.tag_name().namespace().map(str::to_owned);
        Some(Element { namespace, ..Element::copy(root) })
    }

    fn copy(node: roxmltree::Node) -> Element {
        let children: Vec<Element> =
            node.children().filter(|it| it.is_element()).map(Element::copy).collect();
        let text = if children.is_empty() { node.text().unwrap_or_default() } else { "" };
        Element { children, ..Element::leaf(node.tag_name().name(), text) }
    }

    /// Writes the document.
    pub(crate) fn write(&self) -> String {
        let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        self.write_into(&mut out);
        out
    }

    fn write_into(&self, out: &mut String) {
        let name = &self.name;
        let namespace = self.namespace.as_ref().map_or(String::new(), |it| format!(" xmlns=\"{it}\""));
        if self.children.is_empty() && self.text.is_empty() {
            let _ = write!(out, "<{name}{namespace}/>");
            return;
        }
        let text = self.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = write!(out, "<{name}{namespace}>{text}");
        self.children.iter().for_each(|it| it.write_into(out));
        let _ = write!(out, "</{name}>");
    }

    /// Visits the text of each element in it that has no others.
    pub(crate) fn for_each_text(&self, visit: &mut impl FnMut(&str)) {
        if self.children.is_empty() {
            visit(&self.text);
        }
        self.children.iter().for_each(|it| it.for_each_text(visit));
    }

    /// Returns the element of this name in it.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|it| it.name == name)
    }

    /// Returns the element of this name in it, which is made if it is not there.
    pub(crate) fn child_mut(&mut self, name: &str) -> &mut Element {
        let index = self.children.iter().position(|it| it.name == name).unwrap_or_else(|| {
            self.children.push(Element::new(name));
            self.children.len() - 1
        });
        &mut self.children[index]
    }

    /// Returns the text of the element of this name in it.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |it| &it.text)
    }

    /// Sets the text of the element of this name in it.
    pub(crate) fn set(&mut self, name: &str, text: &str) {
        *self.child_mut(name) = Element::leaf(name, text);
    }

    /// Takes out the elements of this name.
    pub(crate) fn remove(&mut self, name: &str) {
        self.children.retain(|it| it.name != name);
    }

    /// Returns the items of the list of this name in it.
    pub(crate) fn items(&self, name: &str) -> &[Element] {
        self.child(name).map_or(&[], |it| &it.children)
    }

    /// Returns the texts of a list of plain texts.
    pub(crate) fn texts(&self, name: &str) -> Vec<&str> {
        self.items(name).iter().map(|it| it.text.as_str()).collect()
    }

    /// Tells whether the element, or one in it, has this text.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        self.text == text || self.children.iter().any(|it| it.mentions(text))
    }

    /// Returns the tags of an object.
    pub(crate) fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.items("tagSet").iter().map(|it| (it.text_of("key"), it.text_of("value")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <R xmlns=\"http://ec2/\"><set><item><a>1 &lt; 2 &amp; 3</a><b/></item></set></R>";
        let document = Element::parse(text).unwrap();
        assert_eq!(document.items("set")[0].text_of("a"), "1 < 2 & 3");
        assert_eq!(document.write(), text);
    }

    #[test]
    fn what_is_no_document_is_none() {
        assert_eq!(Element::parse("Internal Server Error"), None);
    }
}
