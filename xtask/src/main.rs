//! The commands of the house. Each does the set-up that it needs by itself.

mod backend;
mod bench;
mod check;
mod dependencies;
mod dev;
mod eval;
mod fault;
mod files;
mod fuzz;
mod layers;
mod lock;
mod panel;
mod place;
mod sbom;
mod serve;
mod setup;
mod size;
mod step;
mod test;

use fault::{Fault, Outcome};
use std::process::ExitCode;

struct Task {
    name: &'static str,
    does: &'static str,
    run: fn(&[String]) -> Outcome,
}

const TASKS: [Task; 9] = [
    Task { name: "serve", does: "set up, build and start the house on 127.0.0.1:8080 (--port N)", run: serve::run },
    Task {
        name: "test",
        does: "set up, and run every check and test; `test unit|browser|e2e [FILTER]` runs one kind",
        run: test::run,
    },
    Task { name: "dev", does: "serve debug builds, rebuilt and reloaded on change (--port N)", run: dev::run },
    Task { name: "check", does: "formatting, lints for both targets, who knows whom, dependencies", run: check::run },
    Task {
        name: "fuzz",
        does: "inputs by chance for every parser of foreign text ([TARGET] [--cases N])",
        run: fuzz::run,
    },
    Task { name: "sbom", does: "list what is shipped, as a CycloneDX document", run: sbom::run },
    Task {
        name: "size",
        does: "what a browser downloads, against its budget (--why [PAGE]: what that is made of)",
        run: size::run,
    },
    Task {
        name: "bench",
        does: "speed and memory of the backend with 100,000 requests (--requests N, --only PART)",
        run: bench::run,
    },
    Task {
        name: "eval",
        does: "how Copilot answers questions whose articles are known (QUESTIONS.jsonl DIR [--words] [--against RUN] [--out RUN])",
        run: eval::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::from(fault.code())
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome {
    let Some((name, rest)) = arguments.split_first() else {
        println!("{}", list());
        return Ok(());
    };
    match name.as_str() {
        "-h" | "--help" | "help" => {
            println!("{}", list());
            Ok(())
        }
        // Says when a backend that is being started answers; part of `serve`, not a task.
        serve::ANNOUNCE => serve::announce(rest),
        name => match TASKS.iter().find(|task| task.name == name) {
            Some(task) => (task.run)(rest),
            None => Err(Fault::usage(format!("There is no task `{name}`.\n\n{}", list()))),
        },
    }
}

fn list() -> String {
    let lines = TASKS.iter().map(|task| format!("  cargo xtask {:<6} {}", task.name, task.does));
    lines.fold("Tasks:".to_owned(), |list, line| list + "\n" + &line)
}

/// The port of `--port N`, the one option of `serve` and `dev`.
fn port(arguments: &[String]) -> Outcome<Option<u16>> {
    match arguments {
        [] => Ok(None),
        [option, number] if option == "--port" => match number.parse() {
            Ok(port) if port > 0 => Ok(Some(port)),
            _ => Err(Fault::usage(format!("`{number}` is no port: --port takes a number from 1 to 65535."))),
        },
        _ => Err(Fault::usage(format!("`{}`: the only option is --port N.", arguments.join(" ")))),
    }
}

/// For tasks that take no words.
fn nothing_more(task: &str, arguments: &[String]) -> Outcome {
    match arguments.first() {
        None => Ok(()),
        Some(word) => Err(Fault::usage(format!("`{word}`: `cargo xtask {task}` takes no options."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn every_task_is_listed_with_what_it_does() {
        for task in TASKS {
            assert!(list().contains(task.name) && list().contains(task.does));
        }
    }

    #[test]
    fn an_unknown_task_is_a_wrong_command_line() {
        let fault = dispatch(&words("sevre")).unwrap_err();
        assert_eq!(fault.code(), 2);
        assert!(fault.to_string().contains("`sevre`") && fault.to_string().contains("cargo xtask serve"));
        assert_eq!(dispatch(&words("size --all")).unwrap_err().code(), 2);
    }

    #[test]
    fn the_port_is_a_number() {
        assert_eq!(port(&[]), Ok(None));
        assert_eq!(port(&words("--port 9000")), Ok(Some(9000)));
        for line in ["--port", "--port x", "--port 0", "--port 70000", "--port 1 2", "9000"] {
            assert_eq!(port(&words(line)).unwrap_err().code(), 2, "{line}");
        }
    }
}
