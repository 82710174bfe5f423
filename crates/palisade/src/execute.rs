//! Carries out a plan while somebody watches, and may stop it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use palisade_aws::Aws;
use palisade_core::{Event, Report};
use palisade_engine::lease::{Ending, Lease, Leased};
use palisade_engine::{Interrupt, Limits, Run, apply};
use palisade_render::events::{self, Lines};
use palisade_render::{json, plan};
use tokio::sync::MutexGuard;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::{MissedTickBehavior, interval, sleep_until, timeout};

use crate::board::Board;
use crate::commands::Format;
use crate::consent::Consent;
use crate::error::{CommandError, Kind};
use crate::exit::ExitCode;
use crate::journal::{Journal, Recorded};
use crate::lease::Kept;
use crate::session::{Account, Context, Planned};
use crate::shell::Shell;
use crate::signals::Both;

/// How often the running steps are drawn.
const FRAME: Duration = Duration::from_millis(100);
/// How long requests may take to land once somebody has asked to stop.
const LANDING: Duration = Duration::from_secs(5);
/// How long giving the lease back may take after that: seven seconds are over soon, and some who stop a run kill it then.
const RETURNING: Duration = Duration::from_millis(1500);
/// How long that may take a run that nobody has stopped.
const RETURNING_IN_PEACE: Duration = Duration::from_secs(60);

/// Shows a plan, asks, and carries it out.
pub(crate) async fn carry_out(
    context: &Context,
    account: &Account,
    planned: &Planned,
    format: Format,
    consent: &Consent,
) -> Result<ExitCode, CommandError> {
    let shell = &context.shell;
    let view = account.view(planned);
    let has_problems = !planned.plan.problems.is_empty();
    match format {
        Format::Human => shell.result(&plan::human(&view, shell.out()))?,
        // The lines are for a program; whoever has to decide is told all the same.
        Format::Json if has_problems || *consent != Consent::Given => {
            shell.story(&plan::human(&view, shell.err()));
        }
        Format::Json => {}
    }
    if has_problems {
        return Ok(ExitCode::Failed);
    }
    if planned.graph.steps.is_empty() {
        if format == Format::Json {
            shell.result(&(json::summary(&Report::default(), Duration::ZERO) + "\n"))?;
        }
        if let Some(lease) = &account.lease {
            lease.clear().await;
        }
        return Ok(ExitCode::Done);
    }
    context.signals.or_stop(consent.obtain(shell)).await?;
    execute(context, account, planned, format).await
}

/// Carries out the plan, prints how it ended and returns the exit code.
async fn execute(
    context: &Context,
    account: &Account,
    planned: &Planned,
    format: Format,
) -> Result<ExitCode, CommandError> {
    let mut brake = Brake::new(context.signals.take().await);
    let lease = Kept::new(taken(context, account, format, &mut brake).await?);
    let mut view = View::new(&context.shell, format, planned.graph.steps.len());
    let (sender, mut events) = unbounded_channel();
    let run = Run { graph: &planned.graph, live: &account.observed.live, needs: &account.needs };
    let journal = Journal::begin(context, account, planned);
    let cloud = Leased::new(account.cloud.clone(), lease.lease.clone());
    let cloud = Arc::new(Recorded::new(cloud, journal.clone()));
    let limits = Limits { pace: context.place.pace(), ..Limits::default() };
    let run = apply(cloud, run, limits, sender, brake.interrupt.clone());
    let keeping = lease.keep();
    tokio::pin!(run, keeping);
    let mut lost = None;
    let mut frames = interval(FRAME);
    frames.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let report = loop {
        tokio::select! {
            report = &mut run => break report,
            Some(event) = events.recv() => view.on(&event, &mut brake),
            _ = frames.tick() => view.draw(),
            said = brake.pressed() => context.shell.story(said),
            why = &mut keeping, if lost.is_none() => {
                lost = why;
                brake.soften();
            }
        }
    };
    while let Ok(event) = events.try_recv() {
        view.on(&event, &mut brake);
    }
    give_back(context, &lease, keeping, lost.as_deref(), &report, &brake).await;
    journal.end(&report, brake.interrupt.soft.is_cancelled()).await;
    view.end(&report)?;
    if format == Format::Human && report.is_complete() {
        // It was told before everything that has scrolled by since.
        let shell = &context.shell;
        shell.result(&plan::kept(&account.view(planned), shell.out()))?;
    }
    Ok(match report.is_complete() {
        true => ExitCode::Done,
        false if lost.is_none() && brake.interrupt.soft.is_cancelled() => ExitCode::Interrupted,
        false => ExitCode::Incomplete,
    })
}

/// Takes the lease, if the run needs one. Whoever is interrupted meanwhile gives back what it may have got.
async fn taken(
    context: &Context,
    account: &Account,
    format: Format,
    brake: &mut Brake<'_>,
) -> Result<Option<Lease<Aws>>, CommandError> {
    let Some(seen) = &account.lease else { return Ok(None) };
    let taking = seen.take(&account.observed, format, &context.shell);
    tokio::pin!(taking);
    tokio::select! {
        biased;
        taken = &mut taking => return taken.map(Some),
        () = brake.signals.any() => {}
    }
    if let Ok(Ok(lease)) = timeout(LANDING, taking).await {
        let lease = Kept::new(Some(lease));
        lease.release(async { None }, Ending::Settled, RETURNING, &context.shell).await;
    }
    Err(CommandError::new(Kind::Interrupted, "interrupted; nothing was changed"))
}

/// Gives the lease back at the end of a run, or says why it was lost.
async fn give_back(
    context: &Context,
    lease: &Kept,
    keeping: impl Future<Output = Option<String>>,
    lost: Option<&str>,
    report: &Report,
    brake: &Brake<'_>,
) {
    let shell = &context.shell;
    if let Some(why) = lost {
        return shell.story(&format!("warning: the run was stopped: {why}\n"));
    }
    let ending = match report.failed.iter().any(|it| it.in_doubt) {
        true => Ending::Unsettled,
        false => Ending::Settled,
    };
    let is_stopped = brake.interrupt.soft.is_cancelled();
    let within = if is_stopped { RETURNING } else { RETURNING_IN_PEACE };
    lease.release(keeping, ending, within, shell).await;
}

/// Ctrl-C and SIGTERM: once to let requests land, twice or too long to abandon them.
struct Brake<'a> {
    interrupt: Interrupt,
    landed_by: Option<Instant>,
    signals: MutexGuard<'a, Both>,
}

impl<'a> Brake<'a> {
    fn new(signals: MutexGuard<'a, Both>) -> Brake<'a> {
        Brake { interrupt: Interrupt::default(), landed_by: None, signals }
    }

    /// Waits until somebody brakes, or the time to land is over, and returns what to say about it.
    async fn pressed(&mut self) -> &'static str {
        let landed_by = self.landed_by.unwrap_or_else(Instant::now);
        tokio::select! {
            () = self.signals.any() => {}
            () = sleep_until(landed_by.into()), if self.landed_by.is_some() => {}
        }
        match self.interrupt.soft.is_cancelled() {
            false => {
                self.soften();
                "stopping: requests under way may land, nothing new is started; once more to stop at once"
            }
            true => {
                self.landed_by = None;
                self.interrupt.hard.cancel();
                "stopping at once"
            }
        }
    }

    fn soften(&mut self) {
        self.landed_by = Some(Instant::now() + LANDING);
        self.interrupt.soft.cancel();
    }
}

/// What is shown of a run.
struct View<'a> {
    shell: &'a Shell,
    format: Format,
    began: Instant,
    board: Board,
    lines: Lines,
    /// Why events cannot be told any more.
    failure: Option<CommandError>,
}

impl View<'_> {
    fn new(shell: &Shell, format: Format, n_steps: usize) -> View<'_> {
        let (board, lines) = (Board::new(n_steps), Lines::new(shell.err()));
        View { shell, format, began: Instant::now(), board, lines, failure: None }
    }

    /// Whoever cannot be told what happens must not be left with a running apply: it lands.
    fn on(&mut self, event: &Event, brake: &mut Brake<'_>) {
        let elapsed = self.began.elapsed();
        tracing::debug!(?event, "event");
        self.board.on(event, elapsed);
        match self.format {
            Format::Json if self.failure.is_none() => {
                if let Err(err) = self.shell.result(&(json::event(event, elapsed) + "\n")) {
                    self.failure = Some(err);
                    brake.soften();
                }
            }
            Format::Json => {}
            Format::Human => self.tell(event),
        }
    }

    /// On a terminal the board shows what goes on, and only what went wrong stays.
    fn tell(&mut self, event: &Event) {
        let is_lasting = matches!(event, Event::Failed(_) | Event::Retrying { .. } | Event::Rereading { .. });
        if let Some(line) = self.lines.line(event).filter(|_| is_lasting || !self.shell.draws()) {
            self.shell.status(&line);
        }
    }

    fn draw(&self) {
        let (width, height) = (self.shell.err().width, self.shell.height());
        self.shell.draw(&self.board.draw(self.began.elapsed(), width, height));
    }

    fn end(self, report: &Report) -> Result<(), CommandError> {
        let elapsed = self.began.elapsed();
        self.shell.draw(&[]);
        if let Some(failure) = self.failure {
            self.shell.story(&events::report(report, elapsed, self.shell.err()));
            return Err(failure);
        }
        match self.format {
            Format::Json => self.shell.result(&(json::summary(report, elapsed) + "\n")),
            Format::Human => {
                self.shell.result(&format!("\n{}", events::report(report, elapsed, self.shell.out())))
            }
        }
    }
}
