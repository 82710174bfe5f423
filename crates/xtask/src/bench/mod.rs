//! `cargo xtask bench`: what palisade costs on LocalStack, counted by a proxy and by the operating system.

use std::error::Error;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use measure::{Bench, Measure};

mod critical;
mod exchanges;
mod measure;
mod proxy;
pub(crate) mod table;
mod tenfold;

/// How often the commands are run.
const N_ROUNDS: usize = 5;
/// How often what takes milliseconds is run.
const N_STARTS: usize = 21;
const BLUEPRINT: &str = "blueprints/ml-3az.toml";
/// Networks in which SageMaker runs something: a name, and what of SageMaker is in it.
const WORKLOADS: &[(&str, &str)] = &[
    ("private-training", "a training job"),
    ("hosting-multi-az", "a model, a configuration, an endpoint"),
    ("studio-vpc-only", "a domain"),
];
/// The edit: one more rule of one group.
const OLD: &str = "inbound     = [{ from = \"internet\", ports = 443 }]";
const NEW: &str = "inbound     = [{ from = \"internet\", ports = [443, 80] }]";

/// What is measured: a name, the arguments, and which blueprint it is given.
const COMMANDS: &[(&str, &[&str], Version)] = &[
    ("plan of an empty account", &["plan", "--format", "json"], Version::First),
    ("apply", &["apply", "--yes", "--format", "json"], Version::First),
    ("plan with nothing to do", &["plan", "--format", "json"], Version::First),
    ("plan of one edit", &["plan", "--format", "json"], Version::Edited),
    ("destroy", &["destroy", "--yes", "--format", "json"], Version::First),
];

/// Which blueprint a command is given.
#[derive(Clone, Copy)]
enum Version {
    First,
    Edited,
}

/// A blueprint before and after an edit.
struct Versions {
    first: PathBuf,
    edited: PathBuf,
}

/// Runs the benchmark and prints tables in Markdown.
pub(crate) fn run(root: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let directory = root.join("target/bench");
    fs::create_dir_all(&directory)?;
    let emulator = variable("PALISADE_TEST_ENDPOINT").ok_or("there is no LocalStack: run `make bench`")?;
    let run_id = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() % 1_000_000_000;
    let moto = variable("AWS_ENDPOINT_URL_SAGEMAKER").ok_or("there is no moto: run `make bench`")?;
    let mut bench = Bench {
        binary: binary(root)?,
        emulator,
        moto,
        root: root.to_owned(),
        directory,
        run_id,
        n_accounts: 0,
    };
    let blueprint = fs::read_to_string(root.join(BLUEPRINT))?;
    let versions = bench.write("ml-3az", &blueprint, &edit(&blueprint)?)?;

    let sections: [(&str, Section); 5] = [
        ("Commands", commands),
        ("With SageMaker", |bench, _| with_sagemaker(bench)),
        ("Ten times the rules", |bench, _| ten_times_the_rules(bench)),
        ("Start-up", start_up),
        ("The critical path of an apply", critical_path),
    ];
    for (title, section) in sections {
        let text = section(&mut bench, &versions)?;
        writeln!(io::stdout().lock(), "## {title}\n\n{text}")?;
    }
    writeln!(io::stdout().lock(), "{}", facts())?;
    Ok(ExitCode::SUCCESS)
}

type Section = fn(&mut Bench, &Versions) -> Result<String, Box<dyn Error>>;

fn commands(bench: &mut Bench, versions: &Versions) -> Result<String, Box<dyn Error>> {
    let mut measures: Vec<Vec<Measure>> = COMMANDS.iter().map(|_| Vec::new()).collect();
    for _ in 0..N_ROUNDS {
        for (measures, measure) in measures.iter_mut().zip(round(bench, versions)?) {
            measures.push(measure);
        }
    }
    let names = COMMANDS.iter().map(|(name, ..)| *name);
    let rows = names.zip(measures.iter().map(Vec::as_slice));
    Ok(format!(
        "{}\n{N_ROUNDS} runs: the least, the middle and the most.\n",
        table::commands("`ml-3az`", rows)
    ))
}

fn ten_times_the_rules(bench: &mut Bench) -> Result<String, Box<dyn Error>> {
    let mut measures = |name: &str, n_rules: u32| {
        let versions = bench.write(name, &tenfold::blueprint(n_rules), &tenfold::edited(n_rules))?;
        round(bench, &versions)
    };
    let (few, many) = (measures("few", tenfold::FEW)?, measures("many", tenfold::MANY)?);
    let rows = COMMANDS.iter().zip(few).zip(many);
    Ok(tenfold::draw(rows.map(|(((name, ..), few), many)| (*name, few.n_requests, many.n_requests))))
}

/// What SageMaker has is found by one query for tags, and each object is looked at in the second wave.
fn with_sagemaker(bench: &mut Bench) -> Result<String, Box<dyn Error>> {
    let mut rows = Vec::new();
    for (name, workloads) in WORKLOADS {
        bench.take_account();
        // They name files beside them.
        let blueprint = bench.root.join("blueprints").join(name).with_extension("toml");
        let measure =
            |arguments: &[&str]| Ok::<_, Box<dyn Error>>(bench.run(arguments, Some(&blueprint))?.measure);
        let (plan, apply) = (measure(&["plan", "--format", "json"])?, measure(&["apply", "--yes"])?);
        let again = measure(&["plan", "--format", "json"])?;
        let destroy = measure(&["destroy", "--yes"])?;
        let waves = again.n_waves.map_or(0, |(told, _)| told);
        let counts = [plan, apply, again, destroy].map(|it| it.n_requests.to_string());
        rows.push(
            [&[format!("`{name}`"), (*workloads).to_owned()], &counts[..], &[waves.to_string()]].concat(),
        );
    }
    let head = [
        "network",
        "of SageMaker",
        "plan of an empty account",
        "apply",
        "plan with nothing to do",
        "destroy",
        "waves of reading",
    ];
    Ok(table::table(&head, rows.into_iter()))
}

fn start_up(bench: &mut Bench, versions: &Versions) -> Result<String, Box<dyn Error>> {
    let starts: [(&str, &[&str], Option<&Path>); 2] = [
        ("`palisade --version`", &["--version"], None),
        ("`palisade validate`", &["validate"], Some(&versions.first)),
    ];
    let mut rows: Vec<(&str, Vec<Measure>)> = Vec::new();
    for (name, arguments, blueprint) in starts {
        let mut measures = Vec::new();
        for _ in 0..N_STARTS {
            let measure = bench.run(arguments, blueprint)?.measure;
            if measure.n_requests != 0 {
                return Err(format!("{name} made {} requests", measure.n_requests).into());
            }
            measures.push(measure);
        }
        rows.push((name, measures));
    }
    let table = table::start_up(rows.iter().map(|(name, measures)| (*name, measures.as_slice())));
    Ok(format!("{table}\n{N_STARTS} runs, and no request in any.\n"))
}

fn critical_path(bench: &mut Bench, versions: &Versions) -> Result<String, Box<dyn Error>> {
    bench.take_account();
    bench.run(&["output"], Some(&versions.first))?;
    let plan = bench.directory.join("saved-plan.json");
    let path = plan.to_str().ok_or("the path of the workspace is no text")?;
    bench.run(&["plan", "--out", path], Some(&versions.first))?;
    let apply = bench.run(&["apply", "--yes", "--format", "json", "--plan", path], None)?;
    critical::report(&fs::read_to_string(&plan)?, &apply)
}

/// Runs every command once, in an account of its own.
fn round(bench: &mut Bench, versions: &Versions) -> Result<Vec<Measure>, Box<dyn Error>> {
    bench.take_account();
    // LocalStack makes an account when it is first asked, and that takes time.
    bench.run(&["output"], Some(&versions.first))?;
    let measure = |(_, arguments, version): &(&str, &[&str], Version)| {
        let blueprint = match version {
            Version::First => &versions.first,
            Version::Edited => &versions.edited,
        };
        Ok(bench.run(arguments, Some(blueprint))?.measure)
    };
    COMMANDS.iter().map(measure).collect()
}

fn binary(root: &Path) -> Result<PathBuf, String> {
    let target = variable("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let binary = target.join("release/palisade");
    match binary.exists() {
        true => Ok(binary),
        false => Err("there is no release build: run `make bench`".to_owned()),
    }
}

fn edit(blueprint: &str) -> Result<String, String> {
    match blueprint.matches(OLD).count() {
        1 => Ok(blueprint.replace(OLD, NEW)),
        n => Err(format!("`{OLD}` is in {BLUEPRINT} {n} times, and must be once")),
    }
}

fn facts() -> String {
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (os, architecture) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("Measured in release on {os}, {architecture}, {n_cores} cores that LocalStack shares.")
}

#[expect(clippy::disallowed_methods, reason = "the one place of the benchmark that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
