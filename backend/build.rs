//! Rebuilds when a file that is compiled in changes: macros alone do not notice new files.

fn main() {
    for folder in ["articles", "forms", "mails", "dev"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
