//! The way that commands share: blueprint, account, network, plan, order, rehearsal.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use palisade_blueprint::{Draft, Input, Parsed, Pinned, Resolved, codes};
use palisade_core::{
    Cloud, Diagnostic, Facts, Flaw, Graph, Live, Needs, Network, Observed, Severity, Sources, plan::Intent,
    plan::Plan, plan::Problem, plan::plan, rehearse_to_the_end,
};
use palisade_doctor::Places;
use palisade_render::{PlanView, diagnostics, json};
use tokio::time::sleep;

use crate::cloud::{Access, AnyCloud, Place};
use crate::commands::{BlueprintArg, Format};
use crate::error::{CommandError, Kind, unreadable};
use crate::journal::RunId;
use crate::lease::Seen;
use crate::shell::Shell;
use crate::signals::Signals;

/// The account of a sandbox whose blueprint names none.
const SANDBOX_ACCOUNT: &str = "000000000000";

/// What every command is given.
#[derive(Debug)]
pub(crate) struct Context {
    /// Where to print.
    pub(crate) shell: Arc<Shell>,
    /// Where to connect to.
    pub(crate) place: Place,
    /// What tells this run from every other.
    pub(crate) run: RunId,
    /// What may stop it.
    pub(crate) signals: Signals,
}

/// A blueprint's file, and what the command line sets in it.
#[derive(Debug)]
pub(crate) struct Source {
    /// The path as it was given.
    path: PathBuf,
    text: String,
    sets: Vec<String>,
    /// For whom its mistakes are.
    format: Format,
}

/// A blueprint without mistakes, as far as can be told without an account.
#[derive(Debug)]
pub(crate) struct Blueprint {
    source: Source,
    /// Where its mistakes are.
    sources: Sources,
    /// What it says.
    draft: Draft,
    /// The least that is told about it.
    least: Severity,
}

/// What a blueprint wants in an account that is made up.
#[derive(Debug)]
pub(crate) struct Assumed {
    /// What is wanted.
    pub(crate) want: Network,
    /// What the account says of itself.
    pub(crate) facts: Facts,
    /// What is there: what the blueprint says exists.
    pub(crate) live: Live,
}

/// An account that is the right one, and what is there.
#[derive(Debug)]
pub(crate) struct Account {
    /// The way to it.
    pub(crate) cloud: Arc<AnyCloud>,
    /// What was read.
    pub(crate) observed: Observed,
    /// What was asked.
    pub(crate) needs: Needs,
    /// What was seen of the lease before that; nothing if none is needed.
    pub(crate) lease: Option<Seen>,
}

/// A plan, and how it is carried out.
#[derive(Debug)]
pub(crate) struct Planned {
    /// What is wanted.
    pub(crate) want: Network,
    /// The difference.
    pub(crate) plan: Plan,
    /// The requests, which have been rehearsed; none if the plan has problems.
    pub(crate) graph: Graph,
}

impl Source {
    /// Reads the file.
    pub(crate) fn read(
        blueprint: &BlueprintArg,
        format: Format,
        shell: &Shell,
    ) -> Result<Source, CommandError> {
        let BlueprintArg { blueprint: path, sets } = blueprint.clone();
        let text = fs::read_to_string(&path).or_else(|err| {
            let name = path.display().to_string();
            if format == Format::Json {
                let report = palisade_blueprint::unreadable(&err.to_string());
                shell.result(&json::diagnostics(&[report], &name, &Sources::new(&name, "")))?;
            }
            let hint = match err.kind() {
                io::ErrorKind::NotFound => "`palisade init` writes one, or name another file",
                io::ErrorKind::InvalidData => {
                    "a blueprint is a text in UTF-8: name another file, or save it as that"
                }
                _ => "name a file that can be read",
            };
            let message = format!("cannot read the blueprint `{name}`");
            Err(CommandError::because(Kind::Invalid, message, err).hint(hint))
        })?;
        Ok(Source { path, text, sets, format })
    }

    /// Returns how messages call it.
    pub(crate) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Parses it; files that it names are relative to its own place.
    pub(crate) fn parse(&self) -> Parsed {
        let folder = self.path.parent().map(Path::to_owned).unwrap_or_default();
        let input = Input { name: &self.name(), text: &self.text, sets: &self.sets };
        palisade_blueprint::parse(&input, &|name| {
            fs::read_to_string(folder.join(name)).map_err(|err| err.to_string())
        })
    }

    /// Prints what there is to say about it to the story, and mistakes for a program as the result; an error among it is
    /// the end.
    pub(crate) fn tell(
        &self,
        diagnostics: &[Diagnostic],
        sources: &Sources,
        shell: &Shell,
    ) -> Result<(), CommandError> {
        let has_errors = diagnostics.iter().any(|it| it.severity == Severity::Error);
        let text = diagnostics::draw(diagnostics, sources, shell.err());
        match has_errors {
            true => {
                match self.format {
                    Format::Human => shell.story(&text),
                    Format::Json => shell.result(&json::diagnostics(diagnostics, &self.name(), sources))?,
                }
                Err(CommandError::told(Kind::Invalid))
            }
            false => {
                shell.status(&text);
                Ok(())
            }
        }
    }
}

impl Blueprint {
    /// Reads and parses a blueprint; its mistakes and warnings are told.
    pub(crate) fn read(
        blueprint: &BlueprintArg,
        format: Format,
        shell: &Shell,
    ) -> Result<Blueprint, CommandError> {
        Blueprint::understand(Source::read(blueprint, format, shell)?, shell, Severity::Warning)
    }

    /// Reads and parses a blueprint that is only looked up; its warnings are for who plans it.
    pub(crate) fn look_up(
        blueprint: &BlueprintArg,
        format: Format,
        shell: &Shell,
    ) -> Result<Blueprint, CommandError> {
        Blueprint::understand(Source::read(blueprint, format, shell)?, shell, Severity::Error)
    }

    fn understand(source: Source, shell: &Shell, least: Severity) -> Result<Blueprint, CommandError> {
        let Parsed { sources, draft, mut diagnostics } = source.parse();
        // Errors sort before warnings.
        diagnostics.retain(|it| it.severity <= least);
        source.tell(&diagnostics, &sources, shell)?;
        let draft = draft.expect("a blueprint that cannot be understood has a mistake that says so");
        Ok(Blueprint { source, sources, draft, least })
    }

    /// Returns what it says.
    pub(crate) fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Connects and reads the account. Nothing of what was read is given out before account and region agree.
    pub(crate) async fn observe(&self, context: &Context, access: Access) -> Result<Account, CommandError> {
        let needs = self.draft.needs();
        let fresh = Observed {
            account: self.draft.account().unwrap_or(SANDBOX_ACCOUNT).to_owned(),
            region: self.draft.region().to_owned(),
            live: self.draft.assumed(),
            facts: self.draft.fixtures(),
        };
        let wanted = Identity { of: "blueprint", account: self.draft.account(), region: self.draft.region() };
        Account::read(context, access, fresh, needs, wanted).await
    }

    /// Returns what the blueprint wants in this account; its mistakes and warnings are told.
    pub(crate) fn resolve(&self, account: &Account, shell: &Shell) -> Result<Network, CommandError> {
        let Observed { facts, live, .. } = &account.observed;
        let resolved = self.draft.resolve(facts, live);
        let Resolved { network, warnings } =
            resolved.map_err(|reports| self.turned_down(reports, account, shell))?;
        if self.least == Severity::Warning {
            self.source.tell(&with_hints(warnings, account), &self.sources, shell)?;
        }
        Ok(network)
    }

    /// Returns what the blueprint wants in an account that is made up, which is told too; its mistakes are told.
    pub(crate) fn assume(&self, shell: &Shell) -> Result<Assumed, CommandError> {
        let (facts, live) = (self.draft.fixtures(), self.draft.assumed());
        match self.draft.resolve(&facts, &live) {
            Ok(resolved) => Ok(Assumed { want: resolved.network, facts, live }),
            Err(reports) => {
                self.source.tell(&reports, &self.sources, shell)?;
                Err(bug("a blueprint was turned down without a reason"))
            }
        }
    }

    /// Returns what the workloads of a network lack in it, at their places in the blueprint.
    pub(crate) fn examine(&self, want: &Network, facts: &Facts) -> Vec<Diagnostic> {
        let places = Places {
            of_key: &|it| self.draft.place_of(it),
            of_vpc_config: &|it| self.draft.place_of_vpc_config(it),
        };
        palisade_doctor::diagnostics(&palisade_doctor::examine(want, facts), &places)
    }

    /// Warns of what the workloads of a network lack in it, if there are any: who has none may be about to fill it.
    pub(crate) fn warn(&self, want: &Network, account: &Account, shell: &Shell) {
        if !want.resources.keys().any(|it| it.kind.is_of_sagemaker()) {
            return;
        }
        let missing = self.examine(want, &account.observed.facts);
        let warning = |it| Diagnostic { severity: Severity::Warning, ..it };
        let missing: Vec<Diagnostic> = missing.into_iter().map(warning).collect();
        shell.status(&diagnostics::draw(&missing, &self.sources, shell.err()));
    }

    /// Returns how messages call it.
    pub(crate) fn name(&self) -> String {
        self.source.name()
    }

    /// Returns its texts.
    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Returns what is left of the blueprint where all of it goes.
    pub(crate) fn nothing(&self, account: &Account) -> Network {
        self.draft.nothing(&account.observed.live)
    }

    /// Returns the file with what it leaves open as it is in this account; its mistakes are told.
    pub(crate) fn pin(&self, account: &Account, shell: &Shell) -> Result<Pinned, CommandError> {
        let Observed { facts, live, .. } = &account.observed;
        let pinned = self.draft.pin(&self.source.text, facts, live);
        pinned.map_err(|reports| self.turned_down(reports, account, shell))
    }

    /// Tells why the account does not allow what the blueprint asks for.
    fn turned_down(&self, reports: Vec<Diagnostic>, account: &Account, shell: &Shell) -> CommandError {
        match self.source.tell(&with_hints(reports, account), &self.sources, shell) {
            Err(told) => told,
            Ok(()) => bug("a blueprint was turned down without a reason"),
        }
    }
}

/// Adds what else helps where the account lacks something.
fn with_hints(mut reports: Vec<Diagnostic>, account: &Account) -> Vec<Diagnostic> {
    for report in reports.iter_mut().filter(|it| codes::is_about_account(&it.code)) {
        report.help.extend(account.cloud.more_in_account().map(str::to_owned));
    }
    reports
}

/// Where a blueprint or a plan belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
    /// What it is that belongs there.
    pub(crate) of: &'static str,
    /// The account, if it must be a certain one.
    pub(crate) account: Option<&'a str>,
    /// The region.
    pub(crate) region: &'a str,
}

impl Account {
    /// Connects, reads the account and checks that it is the right one. A sandbox that does not exist yet is as `fresh`
    /// has it.
    pub(crate) async fn read(
        context: &Context,
        access: Access,
        fresh: Observed,
        needs: Needs,
        wanted: Identity<'_>,
    ) -> Result<Account, CommandError> {
        let reading = async {
            let cloud = context.place.connect(access, &context.run, fresh).await?;
            let lease = match access {
                Access::Write { lease, .. } => {
                    Seen::look(&cloud, lease, &context.run, &needs.blueprint).await
                }
                Access::Read => None,
            };
            let observed = cloud.observe(&needs).await.map_err(unreadable)?;
            Ok((cloud, lease, observed))
        };
        let (cloud, lease, mut observed) = context.signals.or_stop(reading).await?;
        check(&observed, wanted, cloud.other_account())?;
        if let (Some(lease), Access::Write { format, .. }) = (&lease, access) {
            lease.admit(format, &context.shell)?;
            if let Some(settling) = lease.settling(&context.shell) {
                let again = async {
                    sleep(settling).await;
                    cloud.observe(&needs).await.map_err(unreadable)
                };
                observed = context.signals.or_stop(again).await?;
            }
        }
        // Who looks again does so for what a run has made: quotas were for the plan.
        let needs = Needs { quotas: BTreeSet::new(), ..needs };
        Ok(Account { cloud: Arc::new(cloud), observed, needs, lease })
    }

    /// Plans towards a network, and carries the plan out in memory.
    pub(crate) fn plan(&self, want: Network, intent: &Intent) -> Result<Planned, CommandError> {
        let Planned { want, plan, graph } = self.compare(want, intent);
        let graph = match plan.problems.is_empty() {
            true => ordered(&plan, &want, &self.observed.live).map_err(|it| self.flawed(it))?,
            false => graph,
        };
        Ok(Planned { want, plan, graph })
    }

    /// Finds out what differs from a network, without a word on how to get there: for those who only look.
    pub(crate) fn compare(&self, want: Network, intent: &Intent) -> Planned {
        let plan = plan(&want, &self.observed.live, intent);
        Planned { want, plan, graph: Graph::default() }
    }

    /// Returns why a plan cannot be carried out in memory: an account that was changed by hand may be none of AWS's.
    fn flawed(&self, flaw: Flaw) -> CommandError {
        let Some(path) = self.cloud.changed_by_hand() else { return flawed(flaw) };
        let path = path.display();
        let message = format!(
            "`{path}` has been changed by hand, and the plan cannot be carried out in such an account"
        );
        CommandError::because(Kind::Invalid, message, flaw)
            .hint("undo the change, or begin with a file that does not exist yet")
            .hint("if AWS could have such an account, this is a bug in palisade: please report it with the file")
    }

    /// Fails if two objects claim one key: nobody can tell which of them is meant.
    pub(crate) fn check_unique(&self) -> Result<(), CommandError> {
        let duplicates = self.observed.live.duplicates().iter();
        let problems: Vec<Problem> = duplicates.map(Problem::duplicate).collect();
        let Some(first) = problems.first() else { return Ok(()) };
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Err(CommandError::new(Kind::Failed, told.join("\n  ")).hint(first.help()))
    }

    /// Returns a plan with its surroundings, for rendering.
    pub(crate) fn view<'a>(&'a self, planned: &'a Planned) -> PlanView<'a> {
        PlanView {
            blueprint: &self.needs.blueprint,
            account: &self.observed.account,
            region: &self.observed.region,
            want: &planned.want,
            live: &self.observed.live,
            plan: &planned.plan,
            lists: &self.needs.prefix_lists,
            graph: &planned.graph,
            reads: self.cloud.last_reading(),
        }
    }
}

/// Orders a plan and carries it out in memory.
pub(crate) fn ordered(plan: &Plan, want: &Network, live: &Live) -> Result<Graph, Flaw> {
    let graph = Graph::new(plan, want, live)?;
    rehearse_to_the_end(&graph, want, live)?;
    Ok(graph)
}

fn check(observed: &Observed, wanted: Identity<'_>, next_step: &str) -> Result<(), CommandError> {
    let Identity { of, account, region } = wanted;
    let wrong = |what: &str, wanted: &str, is: &str| {
        let message = format!("the {of} is for {what} `{wanted}`, and this is {what} `{is}`");
        Err(CommandError::new(Kind::Failed, message).hint(next_step))
    };
    if let Some(account) = account.filter(|it| *it != observed.account) {
        return wrong("account", account, &observed.account);
    }
    if region != observed.region {
        return wrong("region", region, &observed.region);
    }
    Ok(())
}

/// A plan that does not do what it is for has been found before AWS was touched.
pub(crate) fn flawed(flaw: Flaw) -> CommandError {
    bug(flaw)
}

fn bug(what: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> CommandError {
    let message = "the plan does not hold what it promises; nothing has been changed";
    CommandError::because(Kind::Bug, message, what).hint(concat!(
        "this is a bug in palisade ",
        env!("CARGO_PKG_VERSION"),
        "; please report it with the blueprint and the output of `palisade drift --format json`"
    ))
}

#[cfg(test)]
mod tests {
    use palisade_core::StepId;

    use super::*;
    use crate::exit::ExitCode;

    #[test]
    fn a_flawed_plan_is_a_bug_in_palisade() {
        let error = flawed(Flaw::Cycle(vec![StepId::Tag]));
        assert_eq!(error.exit_code(), ExitCode::Bug);
        insta::assert_snapshot!(error.chain().join("\n"), @"
        the plan does not hold what it promises; nothing has been changed
        steps wait for each other: tag
        ");
    }
}
