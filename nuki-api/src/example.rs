//! Examples of operations: they run as tests, against the sandbox where the feature `testkit` is on.

/// The docs of an example with a `nuki` to call, that of a fresh sandbox.
macro_rules! example {
    ($code:literal) => {
        concat!(
            "# Example\n\n```\n",
            "# #[cfg(feature = \"testkit\")]\n",
            "# #[tokio::main(flavor = \"current_thread\")]\n",
            "# async fn main() -> Result<(), Box<dyn std::error::Error>> {\n",
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
