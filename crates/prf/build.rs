//! Compiles the binary anew when the built page changes, so that it never carries an older one.

fn main() {
    println!("cargo::rerun-if-changed=../../web/dist");
}
