//! Whether a person wants what a plan says.

use crate::error::{CommandError, Kind};
use crate::shell::Shell;

/// What a command needs before its first change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// Nothing: `--yes` was said.
    Given,
    /// A yes.
    Yes,
    /// The blueprint's name, since there is no way back.
    Name(String),
    /// A yes, to taking a lease away from somebody.
    Unlock,
}

impl Consent {
    /// Fails before any work is done, if it takes an answer that nobody can give.
    pub(crate) fn is_possible(verb: &str, yes: bool, shell: &Shell) -> Result<(), CommandError> {
        if yes || shell.asks() {
            return Ok(());
        }
        let message =
            format!("`{verb}` asks before it changes anything, and without a terminal nobody can answer");
        Err(CommandError::new(Kind::Usage, message).hint("say `--yes`, or run it in a terminal"))
    }

    /// Asks. A no is an error, because what was asked for has not been done.
    pub(crate) async fn obtain(&self, shell: &Shell) -> Result<(), CommandError> {
        let is_given = match self {
            Consent::Given => true,
            Consent::Yes => says_yes(shell, "\nApply these changes? [y/N]").await?,
            Consent::Unlock => says_yes(shell, "\nIs that run gone? Take its lease away? [y/N]").await?,
            Consent::Name(name) => {
                let answer =
                    shell.ask(&format!("\nAll of this will be gone. Type `{name}` to destroy it:")).await?;
                answer.is_some_and(|it| it == *name)
            }
        };
        match is_given {
            true => Ok(()),
            false => Err(CommandError::new(Kind::Failed, "not confirmed; nothing has been changed")),
        }
    }
}

async fn says_yes(shell: &Shell, question: &str) -> Result<bool, CommandError> {
    let answer = shell.ask(question).await?.unwrap_or_default();
    Ok(["y", "yes"].contains(&answer.to_lowercase().as_str()))
}
