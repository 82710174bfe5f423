//! Mistakes and warnings.

use palisade_core::{Diagnostic, Sources};

use crate::json;

#[test]
fn diagnostics() {
    let text = "name = \"lab\"\n# Größe\ncidr = \"10.0.0.0/8\"\n";
    let start = text.find("\"10").expect("it is there");
    let mut sources = Sources::new("base.toml", text);
    sources.add("dev.toml", "extends = \"base.toml\"\n");
    let of_dev = sources.iter().last().expect("it was added").start();
    let diagnostics = [
        Diagnostic::error("cidr-size", "`10.0.0.0/8` is too large")
            .at(start..start + 12, "at most a /16")
            .at(text.find("öße").expect("it is there")..text.len(), "")
            .at(of_dev + 10..of_dev + 21, "extended here")
            .help("take a /16 of it"),
        Diagnostic::warning("no-region", "no `region`"),
    ];
    insta::assert_snapshot!(json::diagnostics(&diagnostics, "dev.toml", &sources), @r#"
    {
      "format_version": 1,
      "file": "dev.toml",
      "errors": 1,
      "warnings": 1,
      "diagnostics": [
        {
          "severity": "error",
          "code": "cidr-size",
          "message": "`10.0.0.0/8` is too large",
          "labels": [
            {
              "file": "base.toml",
              "line": 3,
              "column": 8,
              "end_line": 3,
              "end_column": 20,
              "start_byte": 30,
              "end_byte": 42,
              "text": "at most a /16"
            },
            {
              "file": "base.toml",
              "line": 2,
              "column": 5,
              "end_line": 4,
              "end_column": 1,
              "start_byte": 17,
              "end_byte": 43,
              "text": ""
            },
            {
              "file": "dev.toml",
              "line": 1,
              "column": 11,
              "end_line": 1,
              "end_column": 22,
              "start_byte": 10,
              "end_byte": 21,
              "text": "extended here"
            }
          ],
          "help": [
            "take a /16 of it"
          ]
        },
        {
          "severity": "warning",
          "code": "no-region",
          "message": "no `region`",
          "labels": [],
          "help": []
        }
      ]
    }
    "#);
}
