//! The only module that prints. stdout is the result, stderr is the story; colour and width are decided once.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anstyle::{AnsiColor, Style as Ansi};
use clap::ValueEnum;
use clap::builder::StyledStr;
use palisade_render::Style;
use terminal_size::{Height, Width, terminal_size_of};
use tokio::task::spawn_blocking;

use crate::error::{CommandError, Kind};
use crate::settings::Environment;

/// How wide lists are where nobody reads along.
const WIDTH_OF_A_PIPE: usize = 100;

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal that can, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// In a pipe too.
    Always,
    /// Nowhere.
    Never,
}

/// Where everything is printed.
#[derive(Debug)]
pub(crate) struct Shell {
    out: Style,
    err: Style,
    is_quiet: bool,
    /// Whether somebody can answer.
    asks: bool,
    /// Whether stderr is a terminal on which lines can be drawn over.
    draws: bool,
    /// Whether the reader of stdout has gone. What would still be printed is dropped; the work goes on.
    is_out_closed: AtomicBool,
    screen: Arc<Mutex<Screen>>,
}

/// What is drawn at the end of stderr and goes away before anything else is printed.
#[derive(Debug, Default)]
struct Screen {
    n_drawn: usize,
}

impl Shell {
    /// Looks at the terminal.
    pub(crate) fn new(color: Color, is_quiet: bool, environment: &Environment) -> Shell {
        let (out, err) = (io::stdout(), io::stderr());
        let columns = environment.columns;
        let is_terminal = (out.is_terminal(), err.is_terminal());
        Shell {
            out: style(color, environment, is_terminal.0, columns.or_else(|| width(terminal_size_of(&out)))),
            err: style(color, environment, is_terminal.1, columns.or_else(|| width(terminal_size_of(&err)))),
            is_quiet,
            asks: io::stdin().is_terminal() && is_terminal.1,
            draws: is_terminal.1 && !environment.dumb && !is_quiet,
            is_out_closed: AtomicBool::new(false),
            screen: Arc::default(),
        }
    }

    /// Returns how the result looks.
    pub(crate) fn out(&self) -> Style {
        self.out
    }

    /// Returns how the story looks.
    pub(crate) fn err(&self) -> Style {
        self.err
    }

    /// Returns whether somebody can answer a question.
    pub(crate) fn asks(&self) -> bool {
        self.asks
    }

    /// Returns whether [`Shell::draw`] shows anything.
    pub(crate) fn draws(&self) -> bool {
        self.draws
    }

    /// Returns how many lines the terminal has.
    pub(crate) fn height(&self) -> usize {
        terminal_size_of(io::stderr()).map_or(24, |(_, Height(height))| height.into())
    }

    /// Prints the result, or a part of it. A reader who has seen enough is no error.
    pub(crate) fn result(&self, text: &str) -> Result<(), CommandError> {
        self.screen().erase();
        if self.is_out_closed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(err) if err.kind() == io::ErrorKind::BrokenPipe => {
                self.is_out_closed.store(true, Ordering::Relaxed);
                Ok(())
            }
            Err(err) => Err(CommandError::because(Kind::Failed, "cannot write to stdout", err)),
            Ok(()) => Ok(()),
        }
    }

    /// Prints a part of the story that `--quiet` leaves out.
    pub(crate) fn status(&self, text: &str) {
        if !self.is_quiet && !text.is_empty() {
            self.story(text);
        }
    }

    /// Prints a part of the story that everybody must see.
    pub(crate) fn story(&self, text: &str) {
        let mut screen = self.screen();
        screen.erase();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        screen.print(&format!("{text}{end}"));
    }

    /// Prints an error, its causes and the next steps.
    pub(crate) fn error(&self, error: &CommandError) {
        let chain = error.chain();
        let mut lines: Vec<String> = Vec::new();
        for (at, message) in chain.iter().enumerate() {
            lines.push(match at {
                0 => format!("{}: {message}", self.paint(AnsiColor::Red, "error")),
                _ => format!("  cause: {message}"),
            });
        }
        let help = self.paint(AnsiColor::Cyan, "help");
        lines.extend(error.hints.iter().map(|hint| format!("  {help}: {hint}")));
        if !lines.is_empty() {
            self.story(&lines.join("\n"));
        }
    }

    /// Prints help that was asked for.
    pub(crate) fn help(&self, text: &StyledStr) -> Result<(), CommandError> {
        self.result(&styled(text, self.out))
    }

    /// Prints what is wrong with a command line.
    pub(crate) fn usage(&self, text: &StyledStr) {
        self.story(&styled(text, self.err));
    }

    /// Asks a question and returns the answer; nothing if nobody answers. Expects [`Shell::asks`].
    pub(crate) async fn ask(&self, question: &str) -> Result<Option<String>, CommandError> {
        {
            let mut screen = self.screen();
            screen.erase();
            screen.print(&format!("{question} "));
        }
        // On a thread of its own, so that a signal can be heard meanwhile.
        let answer = spawn_blocking(|| io::stdin().lines().next().transpose()).await;
        match answer.unwrap_or_else(|err| Err(err.into())) {
            Ok(None) => {
                self.screen().print("\n");
                Ok(None)
            }
            Ok(Some(answer)) => Ok(Some(answer.trim().to_owned())),
            Err(err) => Err(CommandError::because(Kind::Failed, "cannot read the answer", err)),
        }
    }

    /// Draws lines at the end of stderr, over those that were drawn before.
    pub(crate) fn draw(&self, lines: &[String]) {
        if self.draws {
            let mut screen = self.screen();
            screen.erase();
            screen.print(&lines.iter().map(|it| format!("{it}\n")).collect::<String>());
            screen.n_drawn = lines.len();
        }
    }

    /// Returns where the log goes.
    pub(crate) fn log(&self) -> LogWriter {
        LogWriter { screen: self.screen.clone() }
    }

    fn screen(&self) -> MutexGuard<'_, Screen> {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn paint(&self, color: AnsiColor, text: &str) -> String {
        let ansi = Ansi::new().fg_color(Some(color.into())).bold();
        if self.err.color { format!("{ansi}{text}{ansi:#}") } else { text.to_owned() }
    }
}

impl Screen {
    /// Takes away what was drawn.
    fn erase(&mut self) {
        if 0 < self.n_drawn {
            self.print(&format!("\x1b[{}A\r\x1b[J", self.n_drawn));
            self.n_drawn = 0;
        }
    }

    /// A story that nobody can hear is no reason to stop.
    fn print(&mut self, text: &str) {
        let mut err = io::stderr().lock();
        let _ = err.write_all(text.as_bytes()).and_then(|()| err.flush());
    }
}

/// Writes the log to stderr, between whole drawings.
#[derive(Clone, Debug)]
pub(crate) struct LogWriter {
    screen: Arc<Mutex<Screen>>,
}

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut screen = self.screen.lock().unwrap_or_else(PoisonError::into_inner);
        screen.erase();
        screen.print(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn style(color: Color, environment: &Environment, is_terminal: bool, width: Option<usize>) -> Style {
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if environment.force_color => true,
        Color::Auto => is_terminal && !environment.no_color && !environment.dumb,
    };
    Style { color, width: width.unwrap_or(WIDTH_OF_A_PIPE) }
}

fn styled(text: &StyledStr, style: Style) -> String {
    if style.color { text.ansi().to_string() } else { text.to_string() }
}

fn width(size: Option<(Width, Height)>) -> Option<usize> {
    size.map(|(Width(width), _)| width.into()).filter(|it| 0 < *it)
}

/// Makes a panic say that it is a bug in palisade, and where.
pub(crate) fn announce_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("no message");
        let place = panic.location().map(|it| format!(" at {it}")).unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION");
        let text = format!(
            "error: palisade {version} panicked{place}: {message}\n  help: this is a bug in palisade; please report \
             it with the blueprint and what you ran\n  help: `palisade plan` shows what is there now\n"
        );
        // There is nothing left to do if this cannot be written either.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_colored(color: Color, environment: &Environment, is_terminal: bool) -> bool {
        style(color, environment, is_terminal, None).color
    }

    #[test]
    fn color_is_for_terminals_unless_somebody_says_otherwise() {
        let nothing = Environment::default();
        let no_color = Environment { no_color: true, ..Environment::default() };
        let force = Environment { force_color: true, ..Environment::default() };
        let dumb = Environment { dumb: true, ..Environment::default() };
        assert!(is_colored(Color::Auto, &nothing, true));
        assert!(!is_colored(Color::Auto, &nothing, false));
        assert!(!is_colored(Color::Auto, &no_color, true));
        assert!(!is_colored(Color::Auto, &dumb, true));
        assert!(is_colored(Color::Auto, &force, false));
        assert!(is_colored(Color::Always, &no_color, false));
        assert!(!is_colored(Color::Never, &force, true));
    }
}
