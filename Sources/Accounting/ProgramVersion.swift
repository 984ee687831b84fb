/// The program's own version, as `--version`, results and sweeps say it.
public enum ProgramVersion {
    /// By semver.org.
    public static let text = "0.1.0"
}
