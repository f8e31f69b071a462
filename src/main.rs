//! The binary that Trunk builds.

fn main() {
    cpor_claims::start();
}
