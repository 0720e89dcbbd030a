//! Examples of operations: they run as tests, against the sandbox where the feature `testkit` is on.

/// The docs of an example with a `nuki` to call, that of a fresh sandbox.
macro_rules! example {
    (no_run, $code:literal) => {
        concat!(
            "# Example\n\n```no_run\n",
            "# async fn example(nuki: nuki_api::Client) -> Result<(), Box<dyn std::error::Error>> {\n",
            $code,
            "\n# Ok(())\n# }\n```"
        )
    };
    ($code:literal) => {
        concat!(
            "# Example\n\n```\n",
            "# #[cfg(feature = \"testkit\")]\n",
            "# #[tokio::main(flavor = \"current_thread\")]\n",
            "# async fn main() -> Result<(), nuki_api::Error> {\n",
            "# let sandbox = nuki_api::testkit::Sandbox::new();\n",
            "# let nuki = sandbox.client()?;\n",
            $code,
            "\n# Ok(())\n# }\n",
            "# #[cfg(not(feature = \"testkit\"))]\n",
            "# fn main() {}\n",
            "```"
        )
    };
}
