/// The program's own version, as `--version`, results and sweeps say it.
package enum ProgramVersion {
    /// By semver.org.
    package static let text = "0.1.0"
}
