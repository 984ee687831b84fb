import Scenarios

/// The page of the documentation with every form of prices and of sessions that is read, made from the tables that read them.
package enum FormatPage {
    /// Markdown, ending in a newline.
    package static var text: String {
        var out = """
            # Formats of prices and sessions

            Every form of file that is read, and what it is known by.

            ## Overview

            A file is known by its content: `v2x feeds FILE` reports its format, and the keys to write in the scenario.
            `format:` (or `--as`) names it where that fails. This page is generated; `V2X_RECORD=1 swift test --filter FormatPage`
            writes it anew.

            ## Prices and other series

            | `format` | what it is | known by |
            |---|---|---|

            """
        for feed in FeedRegistry.all where !(feed is JSONFeed) {
            out += row(
                feed.name, feed.title, ["csv": "a header, and a column of times"][feed.name] ?? "its root or keys")
        }
        var tables: [String: [String]] = [:]
        for source in CSVSources.all {
            tables[source.name, default: []].append(source.columns.map { "`\($0)`" }.joined(separator: ", "))
        }
        for source in CSVSources.all where tables[source.name] != nil {
            out += row(
                "csv", "\(source.name) (CSV)", "columns " + (tables[source.name] ?? []).joined(separator: "; or "))
            tables[source.name] = nil
        }
        for source in JSONSources.all { out += row(source.name, source.title, keys(source)) }
        out += """

            ## Charging sessions

            | `format` | what it is | known by |
            |---|---|---|

            """
        for feed in SessionFeedRegistry.all where !SessionSources.all.contains(where: { $0.name == feed.name }) {
            out += row(feed.name, feed.title, "its columns or keys")
        }
        for source in SessionSources.all {
            out += row(
                source.name, source.title,
                (source.isJSON ? "keys " : "columns ") + source.needs.map { "`\($0)`" }.joined(separator: ", "))
        }
        return out
    }

    private static func row(_ name: String, _ title: String, _ known: String) -> String {
        "| `\(name)` | \(title.replacing("|", with: "\\|")) | \(known.replacing("|", with: "\\|")) |\n"
    }

    /// The keys that a JSON source is known by.
    private static func keys(_ source: JSONSource) -> String {
        let values = source.values.prefix(2).map { "`\($0.path)`" }.joined(separator: " or ")
        let lists = source.lists.filter { !$0.isEmpty }.sorted().map { "`\($0)`" }.joined(separator: ", ")
        let within = lists.isEmpty ? "" : " in \(lists)"
        switch source.shape {
        case .records:
            let more = source.zoneMap.map { "`\($0)`" } ?? values
            return "`\(source.start)` with \(more)\(within)"
        case .columns: return "lists `\(source.start)` and \(values)"
        case .pairs: return "pairs of time and value\(within)"
        case .keyed: return "times as keys\(within)"
        }
    }
}
