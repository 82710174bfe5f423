//! Just enough of Rust's syntax to tell code from text, and shipped code from tests.

/// Returns the source with comments, strings and characters blanked; line breaks stay where they are.
pub(crate) fn without_text(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        match text_len(rest) {
            Some(len) => {
                push_blanked(&mut code, &rest[..len]);
                rest = &rest[len..];
            }
            None => {
                code.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    code
}

/// Returns the code, as made by [`without_text`], with the items under `#[cfg(test)]` blanked.
pub(crate) fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut shipped = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find(MARK) {
        let end = start + MARK.len() + item_len(&rest[start + MARK.len()..]);
        shipped.push_str(&rest[..start]);
        push_blanked(&mut shipped, &rest[start..end]);
        rest = &rest[end..];
    }
    shipped + rest
}

/// Returns the length of the item that the code starts with: up to its closing brace, or its semicolon.
pub(crate) fn item_len(code: &str) -> usize {
    let mut depth = 0_usize;
    for (index, character) in code.char_indices() {
        match character {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(character, ';' | '}') {
            return index + 1;
        }
    }
    code.len()
}

/// Tells whether a character can be part of a name.
pub(crate) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Tells whether the code has this word, and not only a longer one around it.
pub(crate) fn has_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(index, _)| {
        let after = &code[index + word.len()..];
        !code[..index].ends_with(is_word) && !after.starts_with(is_word)
    })
}

/// Returns the length of the comment or literal that the source starts with, if it does.
fn text_len(source: &str) -> Option<usize> {
    if source.starts_with("//") {
        return Some(source.find('\n').unwrap_or(source.len()));
    }
    if source.starts_with("/*") {
        return Some(block_comment_len(source));
    }
    match source.chars().next()? {
        'r' => raw_string_len(source),
        '"' => Some(quoted_len(source, '"')),
        '\'' if is_character(source) => Some(quoted_len(source, '\'')),
        _ => None,
    }
}

/// Returns the length of a raw string; a name that ends in `r` cannot stand before a quote.
fn raw_string_len(source: &str) -> Option<usize> {
    let after_r = source.strip_prefix('r')?;
    let body = after_r.trim_start_matches('#').strip_prefix('"')?;
    let n_hashes = after_r.len() - body.len() - 1;
    let close = format!("\"{}", "#".repeat(n_hashes));
    let body_len = body.find(&close).map_or(body.len(), |end| end + close.len());
    Some(source.len() - body.len() + body_len)
}

fn block_comment_len(source: &str) -> usize {
    let mut depth = 0_usize;
    let mut index = 0;
    while index < source.len() {
        let rest = &source[index..];
        if rest.starts_with("/*") {
            depth += 1;
            index += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            index += 2;
            if depth == 0 {
                return index;
            }
        } else {
            index += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    source.len()
}

/// Tells a character, `'a'` or `'\n'`, from a lifetime, `'a`.
fn is_character(source: &str) -> bool {
    let mut characters = source.chars().skip(1);
    match characters.next() {
        Some('\\') => true,
        Some(_) => characters.next() == Some('\''),
        None => false,
    }
}

fn quoted_len(source: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (index, character) in source.char_indices().skip(1) {
        if !is_escaped && character == quote {
            return index + character.len_utf8();
        }
        is_escaped = !is_escaped && character == '\\';
    }
    source.len()
}

fn push_blanked(code: &mut String, text: &str) {
    code.extend(text.chars().map(|character| if character == '\n' { '\n' } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks what is left of a source, with runs of blanks as one.
    #[track_caller]
    fn check(source: &str, expected: &str) {
        let code = without_tests(&without_text(source));
        assert_eq!(code.matches('\n').count(), source.matches('\n').count(), "line breaks stay");
        assert_eq!(code.split_whitespace().collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn comments_are_no_code() {
        check("a // b \"\n c /* d /* e */ f */ g", "a c g");
    }

    #[test]
    fn strings_are_no_code() {
        check(r#"a "b \" c" d b"e" f"#, "a d b f");
        check("a r#\"b \" c\"# d br\"e\\\" f", "a d b f");
    }

    #[test]
    fn names_that_end_in_r_are_code() {
        check("for r in bar { r#type }", "for r in bar { r#type }");
    }

    #[test]
    fn characters_are_no_code_and_lifetimes_are() {
        check("'{' '\\'' '\\u{7f}' f::<'a>(&'a b)", "f::<'a>(&'a b)");
    }

    #[test]
    fn test_items_are_not_shipped() {
        check("a\n#[cfg(test)]\nmod tests;\nb", "a b");
        check("a\n#[cfg(test)]\nmod tests {\n fn f() { [0; 2]; }\n}\nb", "a b");
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("a::Instant;", "Instant"));
        assert!(!has_word("Instants, anInstant, my_Instant", "Instant"));
    }
}
