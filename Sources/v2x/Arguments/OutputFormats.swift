import ArgumentParser

/// Which format is meant where none is named: the one that the output's name ends in.
enum OutputFormats {
    private static let names = [
        "html": "html", "htm": "html", "json": "json", "csv": "csv", "svg": "svg", "ics": "ical", "txt": "text",
    ]
    /// Endings that promise what no command here writes.
    private static let others = ["pdf", "png", "jpg", "jpeg", "xlsx", "xls", "docx", "xml", "yaml", "yml"]

    /// The name of the format that `output` ends in; nil where its ending says nothing.
    ///
    /// - Parameter known: what the command can write.
    /// - Throws: `ValidationError` where it ends in what the command does not write.
    static func name(of output: String, known: [String]) throws -> String? {
        guard let dot = output.lastIndex(of: "."), output != "-" else { return nil }
        let ending = output[output.index(after: dot)...].lowercased()
        if let name = names[ending], known.contains(name) { return name }
        guard names[ending] != nil || others.contains(ending) else { return nil }
        throw ValidationError(
            "nothing here is written as .\(ending): --format is one of \(known.joined(separator: ", "))")
    }

    /// The format that was asked for, or that `output` ends in, or `usual`.
    static func chosen<Format>(_ asked: Format?, output: String, usual: Format) throws -> Format
    where Format: CaseIterable & RawRepresentable, Format.RawValue == String {
        if let asked { return asked }
        let known = Format.allCases.map(\.rawValue)
        return try name(of: output, known: known).flatMap(Format.init(rawValue:)) ?? usual
    }
}
